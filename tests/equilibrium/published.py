"""Published counterfactuals, as data: where they stand, what they print, what we get, and how near it must be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
from tests.equilibrium.peers import fixed_incomes, guide_loop, margins_met, universal_gravity

from hamkor.equilibrium import Baseline, Shock, counterfactual, decompose
from hamkor.equilibrium.system import Closure
from hamkor.equilibrium.tables import Floats
from hamkor.gravity import estimate


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
    for one in (_enlargement, _universal, _nafta, _without_borders, _agreement):
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
    """Return our number with the digits that its tolerance makes worth printing; of a small difference, its bound."""
    if one.theirs == 0 and one.ours <= one.within < 0.001:
        return f"< {one.within:g}"
    digits = max(0, int(np.ceil(-np.log10(one.within))) + 1)
    return f"{one.ours:.{min(digits, 7)}f}"


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


def _square(frame: pl.DataFrame, names: list[str], column: str) -> Floats:
    """Return a column as exporters x importers."""
    ordered = frame.sort("exporter", "importer")
    return ordered[column].to_numpy().astype(float).reshape(len(names), len(names))


def _tidy(names: list[str], **columns: Floats) -> pl.DataFrame:
    """Return squares of exporters x importers as a table."""
    pairs = {"exporter": np.repeat(names, len(names)), "importer": names * len(names)}
    return pl.DataFrame(pairs | {name: square.reshape(-1) for name, square in columns.items()})


def _universal(folder: Path) -> Iterator[Case]:
    """Yield the examples of ge_gravity2: its algorithm, run to the end here, against one solution by ours."""
    flows = pl.read_parquet(folder / "ge_gravity2_example.parquet").rename({"iso_o": "exporter", "iso_d": "importer"})
    source = "Campos, Reggio and Timini (2024), ge_gravity2 example"
    note = "their algorithm, iterated until prices stand still"
    nafta, spain = ("CAN", "MEX", "USA"), ("ESP",)
    examples: tuple[tuple[int, tuple[str, ...], float, float, float, float], ...] = (
        (1990, nafta, 0.5, 5.03, 1.24, 1.0), (1990, (), 0.0, 5.03, 1.24, 1.1), (1950, spain, -0.589, 4.0, 0.0, 1.0),
        (1950, spain, -0.589, 4.0, 1.0, 1.0), (1960, spain, -0.499, 4.0, 2.0, 1.0), (2000, nafta, -2.5, 5.03, 0.0, 1.0),
    )  # fmt: skip
    closures: tuple[Closure, ...] = ("multiplicative", "fixed")
    for year, members, beta, theta, psi, lift in examples:
        one = flows.filter(year=year)
        names = sorted(set(one["exporter"]))
        belongs = np.isin(names, members)
        touched = belongs[:, None] & belongs if len(members) > 1 else belongs[:, None] | belongs
        effect = (beta * (touched & ~np.eye(len(names), dtype=bool))).astype(np.float64)
        trade, china = _square(one, names, "flow"), np.ones(len(names))
        china[names.index("CHN")] = lift
        table = _tidy(names, value=trade, beta=effect)
        baseline = Baseline.from_trade(table, elasticity=theta, supply_elasticity=psi)
        more = pl.DataFrame({"economy": names, "capital": china ** (1 / baseline.capital_share)})
        shock = Shock(partial_effect=table.select("exporter", "importer", "beta"), capital=more)
        what = f"{'+'.join(members) or 'CHN'} {year}, {beta or lift:g}, theta {theta:g}, psi {psi:g}"
        for closure in closures:
            welfare, new = universal_gravity(trade, effect, theta=theta, psi=psi, additive=closure == "fixed", shifter=china)
            found = counterfactual(baseline, shock, closure=closure)
            told = f"{what}, {'additive' if closure == 'fixed' else 'multiplicative'} deficits"
            for name in members or ("CHN",):
                at = names.index(name)
                ours = found.economies["real_income"][at]
                yield Case(source, f"welfare of {name}, new/old; {told}", float(welfare[at]), ours, 1e-8, note)
            mine = _square(found.trade, names, "value")
            apart = float(np.abs(mine[new > 0] / new[new > 0] - 1).max())
            yield Case(source, f"largest relative difference of {new.size:,} flows; {told}", 0.0, apart, 3e-8, note)


def _without_borders(folder: Path) -> Iterator[Case]:
    world = pl.read_csv(folder / "agtpa_ch2_app1_2006.csv")
    printed = pl.read_csv(folder / "agtpa_ch2_app1_expected.csv").sort("country")
    names = sorted(set(world["exporter"]))
    trade, distance, contiguous = (_square(world, names, name) for name in ("trade", "DIST", "CNTG"))
    abroad = 1.0 - np.eye(len(names))
    columns = world.with_columns(ln=pl.col("DIST").log(), border=(pl.col("exporter") != pl.col("importer")).cast(pl.Float64))
    distant, close, border = estimate("trade ~ ln + CNTG + border | exporter + importer", columns).coefficients
    geography = np.exp(distant * np.log(distance) + close * contiguous)
    cost = geography * np.exp(border * abroad)
    source = "Yotov, Piermartini, Monteiro and Larch (2016), chapter 2 application 1: no borders, 69 economies, sigma 7"
    loop = guide_loop(cost, geography, trade, sigma=7.0, reference=names.index("DEU"))
    for told, column, ours in (
        ("exports at given incomes", "change_Xi_CDL", loop.exports_conditional), ("exports", "change_Xi_FULL", loop.exports),
        ("factory-gate prices", "change_price_FULL", loop.price), ("real GDP", "change_rGDP_FULL", loop.real_gdp),
        ("inward resistances", "change_IMR_FULL", loop.inward_resistance),
    ):  # fmt: skip
        apart = float(np.abs((ours - printed[column].to_numpy()) / np.maximum(1.0, np.abs(ours))).max())
        note = "their loop and its stop at 0.01, with our Poisson estimates"
        yield Case(source, f"largest difference of the change of {told}, relative or points", 0.0, apart, 1e-5, note)
    left, right = margins_met(cost, trade.sum(axis=1), trade.sum(axis=0))
    table = _tidy(names, value=left[:, None] * cost * right, beta=-border * abroad)
    baseline = Baseline.from_trade(table, elasticity=6.0)
    found = counterfactual(baseline, Shock(partial_effect=table.drop("value")), closure="multiplicative").economies
    joined = found.join(printed, left_on="economy", right_on="country").sort("economy")
    note = "their loop stops at 0.01, up to 0.60 points from the fixed point"
    for row in joined.filter(pl.col("economy").is_in(["ARG", "AUS", "CAN", "DEU", "USA"])).to_dicts():
        ours = 100 * (row["real_wage"] - 1)
        yield Case(source, f"real GDP of {row['economy']}, %", row["change_rGDP_FULL"], ours, 0.61, note)
    apart = np.abs(100 * (joined["real_wage"].to_numpy() - 1) - joined["change_rGDP_FULL"].to_numpy()).max()
    yield Case(source, "largest difference over 69 economies, points", 0.0, float(apart), 0.61, note)


def _agreement(folder: Path) -> Iterator[Case]:
    """Yield an agreement of Canada and Japan in gegravity's sample: its own system, and the equilibrium beside it."""
    world = pl.read_csv(folder / "gegravity_sample.csv")
    printed = pl.read_csv(folder / "gegravity_sample_can_jpn_pta_gegravity03_output.csv").sort("country")
    names = sorted(set(world["exporter"]))
    columns = ("pta", "contiguity", "common_language", "lndist", "international")
    betas = estimate(f"trade ~ {' + '.join(columns)} | exporter + importer", world).coefficients
    logs = sum(beta * _square(world, names, name) for beta, name in zip(betas, columns, strict=True))
    effect = np.zeros((len(names), len(names)))
    one, other = names.index("CAN"), names.index("JPN")
    effect[one, other] = effect[other, one] = betas[0]
    output, spent = _square(world, names, "Y")[:, 0], _square(world, names, "E")[0]
    cost, reference = np.exp(logs), names.index("DEU")
    price, resistance = fixed_incomes(cost, cost * np.exp(effect), output, spent, sigma=5.0, reference=reference)
    source = "gegravity 0.3, its sample: agreement of Canada and Japan, 30 economies, sigma 5"
    note = "its system, which keeps the incomes of the baseline in the resistances"
    for told, column, ours in (
        ("factory-gate prices", "factory gate price change (percent)", price),
        ("inward resistances", "imr change (percent)", resistance), ("real GDP", "GDP change (percent)", price / resistance),
    ):  # fmt: skip
        apart = float(np.abs(100 * (ours - 1) - printed[column].to_numpy()).max())
        yield Case(source, f"largest difference of the change of {told}, points", 0.0, apart, 1e-6, note)
    left, right = margins_met(cost, output * spent.sum() / output.sum(), spent)
    table = _tidy(names, value=left[:, None] * cost * right, beta=effect)
    baseline = Baseline.from_trade(table, elasticity=4.0)
    found = counterfactual(baseline, Shock(partial_effect=table.drop("value")), closure="multiplicative").economies
    true = dict(zip(found["economy"], found["real_wage"], strict=True))
    for row in printed.filter(pl.col("country").is_in(["CAN", "JPN", "USA"])).to_dicts():
        note = "the equilibrium, in which incomes follow; theirs keeps them"
        ours = 100 * (true[row["country"]] - 1)
        yield Case(source, f"real GDP of {row['country']}, %", row["GDP change (percent)"], ours, 0.06, note)


def _write(write: Callable[[str], object]) -> None:
    import os

    write(table(Path(os.environ.get("HAMKOR_CONFORMANCE", "../shared/conformance")) / "equilibrium"))


if __name__ == "__main__":
    _write(Path("docs/conformance.md").write_text)
