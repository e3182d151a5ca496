"""Published estimates to their printed digits: the Advanced Guide, Stata's logs, Santos Silva and Tenreyro, ppmlhdfe."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.gravity.cases import CASES, CONFORMANCE, frame

from hamkor.gravity import Fit, estimate
from hamkor.gravity.existence import separated

pytestmark = pytest.mark.conformance
LOOSE = {"STATA_ch1ex1"}
"""Printed by a command that stopped at a loose tolerance: its estimates are off in the sixth digit (two other programs agree
with ours there to the eighth)."""


@cache
def fitted(name: str) -> Fit:
    case = CASES[name]
    return estimate(case.formula, frame(case.data), **case.options)


def printed(value: float, digits: int) -> float:
    """Return half a unit of the last printed place: `digits` decimals, of long numbers significant digits."""
    if digits <= 4 or abs(value) < 1:
        return 0.5 * 10.0**-digits
    return float(0.5 * 10.0 ** (math.floor(math.log10(abs(value))) + 1 - digits))


@pytest.mark.parametrize("name", [one for one in CASES if one != "HSW_logit"])
def test_the_published_table_comes_out(conformance: Path, name: str) -> None:
    rows = _expected(name)
    fit = fitted(name)
    told = {row["term"]: row for row in fit.tidy().to_dicts()}
    assert fit.outcome.size == rows[0]["nobs"]
    for row in rows:
        ours = told[CASES[name].terms.get(row["term"], row["term"])]
        slack = 100 if name in LOOSE else 1.001
        assert ours["estimate"] == pytest.approx(row["coef"], abs=slack * printed(row["coef"], row["digits"])), row["term"]
        error = ours["std_error"]
        if "HC0" in row["vcov"]:
            error *= math.sqrt((fit.outcome.size - 1) / fit.outcome.size)
        assert error == pytest.approx(row["se"], abs=slack * printed(row["se"], row["digits"])), row["term"]
    if rows[0]["deviance"]:
        assert fit.deviance == pytest.approx(rows[0]["deviance"], rel=1e-6)


def test_a_logit_with_three_sets_of_effects_on_a_million_rows(conformance: Path) -> None:
    told = {row["term"]: row for row in fitted("HSW_logit").tidy().to_dicts()}
    for row in _expected("HSW_logit"):
        assert told[row["term"]]["estimate"] == pytest.approx(row["coef"], abs=printed(row["coef"], row["digits"]))


def test_the_effects_are_those_of_stata_to_five_digits(conformance: Path) -> None:
    stata = dict(pl.read_csv(CONFORMANCE / "stata_fe_ch2app1_TradeWithoutBorder.csv").select("term", "coef").rows())
    found = fitted("STATA_ch2app1").fixed_effects()
    exporter, importer = (found[name].sort(name)["value"].to_numpy() for name in ("exporter", "importer"))
    one = np.array([stata[f"EXPORTER_FE{at + 1}"] for at in range(69)])
    other = np.array([stata[f"IMPORTER_FE{at + 1}"] for at in range(68)])
    order = _reference_last(frame("without border"))
    assert _centred(exporter[order]) == pytest.approx(_centred(one), abs=1e-5)
    assert _centred(importer[order][:68]) == pytest.approx(_centred(other), abs=1e-5)


def test_weidner_and_zylkins_correction_is_that_of_their_program(conformance: Path) -> None:
    """Bias 0.0060619547 and error 0.0527904093, as ppml_fe_bias 1.1 prints them of the example of its help file."""
    table = pl.read_parquet(CONFORMANCE / "ppmlhdfe_trade_fta.parquet").filter(category="TOTAL")
    formula = "trade ~ fta | isoexp^year + isoimp^year + isoexp^isoimp"
    fit = estimate(formula, table, sides=("isoexp", "isoimp"), cluster="isoexp^isoimp")
    found = fit.bias_correct(sides=("isoexp", "isoimp"))
    assert fit.coefficients[0] - found.coefficients[0] == pytest.approx(0.0060619547, abs=5e-9)
    assert found.tidy()["std_error"][0] == pytest.approx(0.0527904093, abs=5e-9)


def _reference_last(table: pl.DataFrame) -> list[int]:
    """Return the places of the economies in the order of the published program: by code, the reference (Germany) last."""
    codes = table["exporter"].unique().sort().to_list()
    return [at for at, code in enumerate(codes) if code != "DEU"] + [codes.index("DEU")]


def _centred(values: Any) -> Any:
    return values - values.mean()


@pytest.mark.parametrize("certify", [False, True], ids=["quick look first", "linear program"])
@pytest.mark.parametrize("number", range(1, 19))
def test_separated_observations_are_found_exactly(conformance: Path, number: int, certify: bool) -> None:
    table = pl.read_csv(CONFORMANCE / f"separation/{number:02}.csv")
    columns = [table[name].to_numpy().astype(float) for name in table.columns if name.startswith("x")]
    effects = tuple(
        np.unique(table[name].to_numpy(), return_inverse=True)[1].astype(np.int64)
        for name in table.columns if name.startswith("id")
    )  # fmt: skip
    if not effects:
        columns.append(np.ones(len(table)))
    regressors = np.array(columns) if columns else np.zeros((0, len(table)))
    found = separated(table["y"].to_numpy().astype(float), regressors, effects, certify=certify)
    assert found.tolist() == (table["separated"] == 1).to_list()


def test_the_guides_first_example_loses_its_fifth_row_and_a_regressor(conformance: Path) -> None:
    table = pl.read_csv(CONFORMANCE / "separation/guide_example1.csv")
    fit = estimate("y ~ x1 + x2 + x3 + x4", table)
    expected = _expected("GUIDE_ex1")[0]
    assert 4 not in fit.rows
    assert fit.glance()["dropped_by"] == {"separated by regressors": 1}
    assert len(fit.glance()["collinear"]) == 1
    constant = fit.tidy().filter(term="(constant)")["estimate"][0]
    if "x2" in fit.glance()["collinear"]:
        assert constant == pytest.approx(expected["coef"], abs=printed(expected["coef"], expected["digits"]))


def _expected(name: str) -> list[dict[str, Any]]:
    return pl.read_csv(CONFORMANCE / "expected.csv", infer_schema_length=1000).filter(case=name).to_dicts()
