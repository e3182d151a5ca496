"""Published counterfactuals, as data: where they stand, what they print, what we get, and how near it must be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
import polars as pl

from hamkor.equilibrium import Baseline, Shock, counterfactual, decompose
from hamkor.equilibrium.tables import Floats


class Case(msgspec.Struct, frozen=True):
    """A published number beside ours.

    Attributes
    ----------
    source, quantity
        Where it is printed, and what it is.
    theirs, ours
        Numbers in the unit of print.
    within
        How far they may be apart.
    note
        Where the printed one is known to deviate, and why.
    """

    source: str
    quantity: str
    theirs: float
    ours: float
    within: float
    note: str = ""


def cases(folder: Path) -> Iterator[Case]:
    """Yield every case whose data lie in the folder."""
    for one in (_enlargement, _nafta, _without_borders):
        yield from one(folder)


def table(folder: Path) -> str:
    """Return the cases as a page."""
    lines = [
        "# Published counterfactuals, and ours", "",
        "Made by `python -m tests.equilibrium.published` from data published with the papers; the tests hold every row.", "",
        "| source | quantity | theirs | ours | within | note |", "|---|---|---:|---:|---:|---|",
    ]  # fmt: skip
    lines += [
        f"| {one.source} | {one.quantity} | {one.theirs:.6g} | {_near(one)} | {one.within:g} | {one.note} |"
        for one in cases(folder)
    ]
    return "\n".join(lines) + "\n"


def _near(one: Case) -> str:
    """Return our number with the digits that its tolerance makes worth printing."""
    digits = max(0, int(np.ceil(-np.log10(one.within))) + 1)
    return f"{one.ours:.{min(digits, 8)}f}"


def _enlargement(folder: Path) -> Iterator[Case]:
    world = pl.read_csv(folder / "ge_gravity_eu2000.csv")
    baseline = Baseline.from_trade(world.select("exporter", "importer", value="trade"), elasticity=4.0)
    outcome = counterfactual(baseline, Shock(partial_effect=world.select("exporter", "importer", beta="eu_effect")))
    source = "Baier, Yotov and Zylkin (2019), ge_gravity example: EU enlargement, 44 economies, additive deficits, theta 4"
    flows = outcome.trade.join(world, on=["exporter", "importer"])
    apart = np.abs(flows["value"].to_numpy() / flows["X_eu"].to_numpy() - 1).max()
    note = "their columns are single precision"
    yield Case(source, "largest relative difference of 1,936 flows", 0.0, float(apart), 3e-7, note)
    told = outcome.economies.join(world.unique("exporter"), left_on="economy", right_on="exporter").sort("economy")
    for name in ("HUN", "POL", "DEU", "USA"):
        row = told.row(by_predicate=pl.col("economy") == name, named=True)
        yield Case(source, f"welfare of {name}, new/old", row["w_eu"], row["real_income"], 3e-7, note)


@cache
def nafta(folder: Path, *, deficits: bool = False) -> tuple[Baseline, Shock]:
    """Return the world of 1993 in 31 economies and 40 sectors, and NAFTA's tariffs (Caliendo and Parro 2015)."""

    def text(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(pl.col(pl.Categorical).cast(pl.String))

    trade = text(pl.read_parquet(folder / "cp2015_bilateral.parquet"))
    inputs = text(pl.read_parquet(folder / "cp2015_io.parquet")).rename({"country": "economy"})
    cells = pl.read_csv(folder / "cp2015_country_sector.csv").rename({"country": "economy"})
    countries = pl.read_csv(folder / "cp2015_country.csv").rename({"country": "economy"})
    baseline = Baseline.from_sectors(
        trade.select("importer", "exporter", "sector", share="trade_share"),
        value_added=countries.select("economy", value="value_added"),
        value_added_share=cells.select("economy", "sector", share="value_added_share"),
        io_share=inputs.rename({"io_share": "share"}),
        final_share=cells.select("economy", "sector", share="final_share"),
        elasticity=pl.read_csv(folder / "cp2015_sector.csv"),
        tariff=trade.select("importer", "exporter", "sector", tariff="tariff_1993"),
        expenditure=cells.select("economy", "sector", value="expenditure") if deficits else None,
    )
    return baseline, Shock(tariff=trade.select("importer", "exporter", "sector", tariff="tariff_counterfactual"))


_TABLE_2: dict[bool, dict[str, tuple[float, float, float, float]]] = {
    False: {"Mexico": (1.31, -0.41, 1.72, 1.72), "Canada": (-0.06, -0.11, 0.04, 0.32), "USA": (0.08, 0.04, 0.04, 0.11)},
    True: {"Mexico": (1.17, -0.41, 1.59, 1.64), "Canada": (-0.04, -0.08, 0.04, 0.33), "USA": (0.08, 0.05, 0.04, 0.12)},
}
"""Welfare, terms of trade, volume of trade, real wage, %: without deficits, and with them."""


def _nafta(folder: Path) -> Iterator[Case]:
    for deficits, printed in _TABLE_2.items():
        world, shock = nafta(folder, deficits=deficits)
        parts = {row["economy"]: row for row in decompose(world, shock).to_dicts()}
        found = counterfactual(world, shock).economies
        wages = dict(zip(found["economy"], found["real_wage"], strict=True))
        incomes = dict(zip(found["economy"], found["real_income"], strict=True))
        source = f"Caliendo and Parro (2015), table 2, {'with' if deficits else 'no'} deficits"
        for name, (welfare, terms, volume, wage) in printed.items():
            one = parts[name]
            ours = 100 * one["one_step_terms_of_trade"], 100 * one["one_step_volume_of_trade"]
            note = f"one-step formula; exact real income {100 * (incomes[name] - 1):+.3f} %"
            yield Case(source, f"welfare of {name}, %", welfare, sum(ours), 0.011, note)
            yield Case(source, f"terms of trade of {name}, %", terms, ours[0], 0.006, "one-step formula")
            yield Case(source, f"volume of trade of {name}, %", volume, ours[1], 0.006, "one-step formula")
            yield Case(source, f"real wage of {name}, %", wage, 100 * (wages[name] - 1), 0.006)


def _without_borders(folder: Path) -> Iterator[Case]:
    world = pl.read_csv(folder / "agtpa_ch2_app1_2006.csv")
    printed = pl.read_csv(folder / "agtpa_ch2_app1_expected.csv")
    names = sorted(set(world["exporter"]))
    ordered = world.sort("exporter", "importer")
    trade, distance, contiguous = (
        ordered[name].to_numpy().astype(float).reshape(len(names), len(names)) for name in ("trade", "DIST", "CNTG")
    )
    cost = np.exp(-0.7912879 * np.log(distance) + 0.6736456 * contiguous - 2.47445 * (1.0 - np.eye(len(names))))
    fitted = _fitted(cost, trade.sum(axis=1), trade.sum(axis=0))
    flat = pl.DataFrame(
        {"exporter": np.repeat(names, len(names)), "importer": names * len(names), "value": fitted.reshape(-1)}
    ).with_columns(beta=2.47445 * (pl.col("exporter") != pl.col("importer")).cast(pl.Float64))
    baseline = Baseline.from_trade(flat.select("exporter", "importer", "value"), elasticity=6.0)
    shock = Shock(partial_effect=flat.select("exporter", "importer", "beta"))
    found = counterfactual(baseline, shock, closure="multiplicative").economies
    joined = found.join(printed, left_on="economy", right_on="country").sort("economy")
    source = "Yotov, Piermartini, Monteiro and Larch (2016), chapter 2 application 1: no borders, 69 economies, sigma 7"
    note = "their loop stops at 0.01, up to 0.60 points from the fixed point"
    for row in joined.filter(pl.col("economy").is_in(["ARG", "AUS", "CAN", "DEU", "USA"])).to_dicts():
        ours = 100 * (row["real_wage"] - 1)
        yield Case(source, f"real GDP of {row['economy']}, %", row["change_rGDP_FULL"], ours, 0.61, note)
    apart = np.abs(100 * (joined["real_wage"].to_numpy() - 1) - joined["change_rGDP_FULL"].to_numpy()).max()
    yield Case(source, "largest difference over 69 economies, points", 0.0, float(apart), 0.61, note)


def _fitted(cost: Floats, rows: Floats, columns: Floats) -> Floats:
    """Return the fitted trade of Poisson regression with both fixed effects: its margins are the data's (Fally 2015)."""
    left, right = np.ones(len(rows)), np.ones(len(columns))
    for _ in range(5000):
        left = rows / (cost @ right)
        right = columns / (cost.T @ left)
    fitted: Floats = left[:, None] * cost * right
    return fitted


def _write(write: Callable[[str], object]) -> None:
    import os

    write(table(Path(os.environ.get("HAMKOR_CONFORMANCE", "../shared/conformance")) / "equilibrium"))


if __name__ == "__main__":
    _write(Path("docs/conformance.md").write_text)
