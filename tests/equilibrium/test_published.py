"""Published counterfactuals, recomputed from the data that were published with them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hamkor.equilibrium import Baseline, Shock, counterfactual, decompose
from hamkor.equilibrium.tables import Floats

pytestmark = pytest.mark.conformance
SINGLE = 3e-7
"""The published columns are single precision numbers."""


@pytest.fixture(scope="module")
def folder(conformance: Path) -> Path:
    return conformance / "equilibrium"


def text(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col(pl.Categorical).cast(pl.String))


def nafta(folder: Path) -> tuple[Baseline, Shock]:
    """Return the world of 1993 in 31 economies and 40 sectors, and NAFTA's tariffs (Caliendo and Parro 2015)."""
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
    )
    return baseline, Shock(tariff=trade.select("importer", "exporter", "sector", tariff="tariff_counterfactual"))


def test_the_enlargement_of_2004_in_the_world_of_2000_is_that_of_ge_gravity(folder: Path) -> None:
    """Baier, Yotov and Zylkin (2019), Journal of International Economics 116: additive deficits, theta = 4."""
    world = pl.read_csv(folder / "ge_gravity_eu2000.csv")
    baseline = Baseline.from_trade(world.select("exporter", "importer", value="trade"), elasticity=4.0)
    outcome = counterfactual(baseline, Shock(partial_effect=world.select("exporter", "importer", beta="eu_effect")))
    flows = outcome.trade.join(world, on=["exporter", "importer"])
    assert np.abs(flows["value"].to_numpy() / flows["X_eu"].to_numpy() - 1).max() < SINGLE
    welfare = outcome.economies.join(world.unique("exporter"), left_on="economy", right_on="exporter")
    assert np.abs(welfare["real_income"].to_numpy() - welfare["w_eu"].to_numpy()).max() < SINGLE


def test_real_wages_after_nafta_are_those_of_table_2(folder: Path) -> None:
    baseline, shock = nafta(folder)
    found = counterfactual(baseline, shock).economies
    change = dict(zip(found["economy"], (found["real_wage"] - 1) * 100, strict=True))
    printed = {"Mexico": 1.72, "Canada": 0.32, "USA": 0.11}
    assert {name: round(change[name], 2) for name in printed} == printed


def test_the_exact_real_income_of_mexico_hardly_moves(folder: Path) -> None:
    """The printed welfare of 1.31 % is a one-step formula; solved exactly, Mexico gains 0.007 %."""
    baseline, shock = nafta(folder)
    found = counterfactual(baseline, shock).economies.filter(economy="Mexico")["real_income"][0]
    assert 100 * (found - 1) == pytest.approx(0.0073, abs=5e-5)


def test_a_world_without_borders_gains_what_the_advanced_guide_prints_within_its_own_tolerance(folder: Path) -> None:
    """Yotov, Piermartini, Monteiro and Larch (2016), chapter 2 application 1: sigma = 7; the printed loop stops at 0.01."""
    world = pl.read_csv(folder / "agtpa_ch2_app1_2006.csv")
    printed = pl.read_csv(folder / "agtpa_ch2_app1_expected.csv")
    names = sorted(set(world["exporter"]))
    shape = (len(names), len(names))
    wide = {
        name: world.sort("exporter", "importer")[name].to_numpy().astype(float).reshape(shape)
        for name in ("trade", "DIST", "CNTG")
    }
    outside = 1.0 - np.eye(len(names))
    cost = np.exp(-0.7912879 * np.log(wide["DIST"]) + 0.6736456 * wide["CNTG"] - 2.47445 * outside)
    fitted = balanced(cost, wide["trade"].sum(axis=1), wide["trade"].sum(axis=0))
    flat = pl.DataFrame(
        {"exporter": np.repeat(names, len(names)), "importer": names * len(names), "value": fitted.reshape(-1)}
    ).with_columns(beta=2.47445 * (pl.col("exporter") != pl.col("importer")).cast(pl.Float64))
    baseline = Baseline.from_trade(flat.select("exporter", "importer", "value"), elasticity=6.0)
    shock = Shock(partial_effect=flat.select("exporter", "importer", "beta"))
    found = counterfactual(baseline, shock, closure="multiplicative").economies
    joined = found.join(printed, left_on="economy", right_on="country")
    gains = (joined["real_wage"].to_numpy() - 1) * 100
    assert np.abs(gains - joined["change_rGDP_FULL"].to_numpy()).max() < 0.61


def balanced(cost: Floats, rows: Floats, columns: Floats) -> Floats:
    """Return the fitted trade of Poisson regression with both fixed effects: its margins are those of the data (Fally 2015)."""
    left, right = np.ones(len(rows)), np.ones(len(columns))
    for _ in range(5000):
        left = rows / (cost @ right)
        right = columns / (cost.T @ left)
    fitted: Floats = left[:, None] * cost * right
    return fitted


def test_194_economies_under_the_tariffs_of_april_2025(folder: Path) -> None:
    trade = pl.read_parquet(folder / "world_trade_2023_baci.parquet").with_columns(value=pl.col("trade_kusd") * 1000)
    gdp = pl.read_csv(folder / "world_country_2023.csv")
    baseline = Baseline.from_trade_and_gdp(trade, gdp.select(economy="iso3", value="gdp_usd"), elasticity=4.0)
    assert any("GMB" in note for note in baseline.notes)
    levied = gdp.filter(pl.col("iso3") != "USA").select(
        exporter="iso3", importer=pl.lit("USA"), tariff="us_tariff_raw"
    )  # fmt: skip
    for closure in ("fixed", "world_share", "multiplicative", "balanced"):
        outcome = counterfactual(baseline, Shock(tariff=levied), closure=closure)
        assert outcome.certificate.worst < 1e-9
        assert outcome.economies.filter(economy="USA")["imports"][0] < 0.8
    lump, relief = (
        counterfactual(
            Baseline.from_trade_and_gdp(
                trade, gdp.select(economy="iso3", value="gdp_usd"), elasticity=4.0, supply_elasticity=0.5,
                value_added_share=0.5,
            ),
            Shock(tariff=levied), recycling=way,
        ).economies.filter(economy="USA")["labour"][0]
        for way in ("lump_sum", "tax_relief")
    )  # fmt: skip
    assert lump < relief


def test_the_one_step_formula_gives_the_printed_welfare(folder: Path) -> None:
    """Caliendo and Parro (2015), table 2, no deficits: welfare is terms of trade plus volume of trade."""
    baseline, shock = nafta(folder)
    parts = {row["economy"]: row for row in decompose(baseline, shock).to_dicts()}
    for name, terms, volume in (("Mexico", -0.41, 1.72), ("Canada", -0.11, 0.04), ("USA", 0.04, 0.04)):
        assert 100 * parts[name]["one_step_terms_of_trade"] == pytest.approx(terms, abs=0.006)
        assert 100 * parts[name]["one_step_volume_of_trade"] == pytest.approx(volume, abs=0.006)
