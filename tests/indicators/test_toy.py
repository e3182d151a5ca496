"""Every published number of the small cube, and the published gaps between two offices' reports."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from hamkor.indicators.concentration import herfindahl_hirschman, theil
from hamkor.indicators.flows import checked, of_pairs
from hamkor.indicators.growth import contribution_to_growth, growth
from hamkor.indicators.specialisation import (
    complementarity,
    export_potential,
    export_similarity,
    grubel_lloyd,
    lafay,
    revealed_comparative_advantage,
)
from hamkor.indicators.trade import balance, intra_regional_share, mirror_ratio, trade_intensity

pytestmark = pytest.mark.conformance
ROUNDING = 1e-13
PAIR = {"exporter": "A", "importer": "B"}
ENDS = {"economy": "A", "partner": "B"}


def one(frame: pl.DataFrame, **key: str) -> float:
    (value,) = frame.filter(**key)["value"].to_list()
    return float(value)


def years() -> pl.DataFrame:
    """Return three products in two years, the example of the published contributions."""
    told = [("1", 90.0, 99.0), ("2", 60.0, 54.0), ("3", 50.0, 67.0)]
    rows = [(product, period, value) for product, *two in told for period, value in zip(("2023", "2024"), two, strict=True)]
    return pl.DataFrame(rows, schema=["product", "period", "value"], orient="row").with_columns(
        exporter=pl.lit("A"), importer=pl.lit("B")
    )


def contribution(product: str) -> Callable[[pl.DataFrame], float]:
    return lambda _: one(contribution_to_growth(years()), product=product)


def potential(product: str) -> Callable[[pl.DataFrame], float]:
    return lambda cube: one(export_potential(cube), **PAIR, product=product)


def of_lafay(product: str) -> Callable[[pl.DataFrame], float]:
    return lambda cube: one(lafay(cube), economy="A", product=product)


QUANTITIES: dict[str, Callable[[pl.DataFrame], float]] = {
    "RCA(A,1)": lambda cube: one(revealed_comparative_advantage(cube), economy="A", product="1"),
    "RCA(B,2)": lambda cube: one(revealed_comparative_advantage(cube), economy="B", product="2"),
    "RSCA(A,1)": lambda cube: one(revealed_comparative_advantage(cube, form="symmetric"), economy="A", product="1"),
    "TII(A->B), world includes A": lambda cube: one(trade_intensity(cube), **PAIR),
    "TII(A->B), world excludes reporter A": lambda cube: one(trade_intensity(cube, own_imports="excluded"), **PAIR),
    "TCI(A->B) in percent": lambda cube: one(complementarity(cube), **ENDS),
    "identity check": lambda cube: one(complementarity(cube), **ENDS),
    "Finger-Kreinin(A,B)": lambda cube: one(export_similarity(cube), **ENDS),
    "Grubel-Lloyd(A,B) trade-weighted": lambda cube: one(grubel_lloyd(cube), **ENDS),
    "HHI products A (0-1)": lambda cube: one(herfindahl_hirschman(cube), economy="A"),
    "HHI normalised": lambda cube: one(herfindahl_hirschman(cube, scale="normalised"), economy="A"),
    "HHI (0-10000)": lambda cube: one(herfindahl_hirschman(cube, scale="0-10000"), economy="A"),
    "Theil products A": lambda cube: one(theil(cube), economy="A"),
    "Lafay(A,1)": of_lafay("1"),
    "Lafay(A,2)": of_lafay("2"),
    "Lafay(A,3)": of_lafay("3"),
    "Lafay sum over k (A)": lambda cube: float(lafay(cube).filter(economy="A")["value"].sum()),
    "EPI basic (A,B,1)": potential("1"),
    "EPI basic (A,B,2)": potential("2"),
    "EPI basic (A,B,3)": potential("3"),
    "sum_k EPI basic (A,B)": lambda cube: float(export_potential(cube).filter(**PAIR)["value"].sum()),
    "v_AB": lambda cube: one(of_pairs(checked(cube)), **PAIR),
    "intra-regional share {A,B}": lambda cube: one(intra_regional_share(cube, members=["A", "B"])),
    "balance A-B": lambda cube: one(balance(cube), **ENDS),
    "contribution k=1 (pp)": contribution("1"),
    "contribution k=2 (pp)": contribution("2"),
    "contribution k=3 (pp)": contribution("3"),
    "sum of contributions = growth": lambda _: 100 * one(growth(years(), flow="export"), economy="A"),
}


@pytest.fixture(scope="module")
def cube(conformance: Path) -> pl.DataFrame:
    return pl.read_csv(conformance / "indicators/test_toy_cube.csv", schema_overrides={"product": pl.String})


def test_every_published_quantity_is_worked(conformance: Path, cube: pl.DataFrame) -> None:
    due = pl.read_csv(conformance / "indicators/test_toy_expected.csv", infer_schema_length=0)
    assert set(due["quantity"]) == set(QUANTITIES)
    wrong = {}
    for row in due.iter_rows(named=True):
        # a decimal where the number is no fraction
        exact = float(Fraction(row["exact"]))
        ours = QUANTITIES[row["quantity"]](cube)
        if ours != pytest.approx(exact, rel=ROUNDING, abs=1e-13):
            wrong[row["quantity"]] = (ours, exact)
    assert not wrong


def test_every_ratio_of_two_offices_reports_is_that_of_the_published_table(conformance: Path) -> None:
    told = pl.read_csv(conformance / "trade/ca_mirror_pairs.csv", schema_overrides={"TIME_PERIOD": pl.String})
    reports = told.select(
        exporter="EXP", importer="IMP", period="TIME_PERIOD", exporter_report="EXPORTER_REPORT",
        importer_report="IMPORTER_REPORT",
    )  # fmt: skip
    found = mirror_ratio(reports)
    both = told.join(found, left_on=["EXP", "IMP", "TIME_PERIOD"], right_on=["exporter", "importer", "period"])
    assert len(both) == len(told) == len(found)
    assert both["value"].is_null().to_list() == both["RATIO_M_X"].is_null().to_list()
    known = both.drop_nulls("value")
    assert len(known) > 50
    assert known["value"].to_list() == pytest.approx(known["RATIO_M_X"].to_list(), rel=1e-12)
    assert 1 / one(found, exporter="UZB", importer="KGZ", period="2022") == pytest.approx(2.70, abs=0.02)
