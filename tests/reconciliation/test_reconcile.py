"""Reconciliation: what must hold whatever the numbers, worlds whose truth is known, and the real pairs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from benchmarks.reconcile import geometric, rmse, world
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from hamkor.reconciliation import balanced, classified, reconcile
from hamkor.reconciliation.gaps import REASONS
from hamkor.schema.errors import BadInput

SEEDS = st.integers(0, 1000)
KEY = ["exporter", "importer", "product", "period"]


def small(seed: int) -> pl.DataFrame:
    return world(seed, count=10, products=4, years=3, bias=0.2, unequal=0.5, gap=0.2)[0]


@settings(max_examples=8, deadline=None)
@given(SEEDS, st.floats(1e-3, 1e6))
def test_the_unit_does_not_matter(seed: int, rate: float) -> None:
    frame = small(seed)
    one = reconcile(frame).flows
    other = reconcile(frame.with_columns(pl.col("export_report", "import_report") * rate)).flows
    for name in ("value", "low", "high"):
        assert other[name].to_numpy() / rate == pytest.approx(one[name].to_numpy(), rel=1e-6)


@settings(max_examples=8, deadline=None)
@given(SEEDS)
def test_order_and_names_do_not_matter(seed: int) -> None:
    frame = small(seed)
    one = reconcile(frame).flows.sort(KEY)
    mixed = reconcile(frame.sample(fraction=1.0, shuffle=True, seed=seed)).flows.sort(KEY)
    assert mixed["value"].to_numpy() == pytest.approx(one["value"].to_numpy(), rel=1e-9)
    names = {code: f"{99 - place}" for place, code in enumerate(sorted(set(frame["exporter"]) | set(frame["importer"])))}
    renamed = frame.with_columns(pl.col("exporter", "importer").replace(names))
    other = reconcile(renamed).flows.with_columns(
        pl.col("exporter", "importer").replace({new: old for old, new in names.items()})
    ).sort(KEY)  # fmt: skip
    assert other["value"].to_numpy() == pytest.approx(one["value"].to_numpy(), rel=1e-7)


def test_it_is_nearer_to_the_truth_than_the_geometric_mean_and_its_intervals_hold() -> None:
    for bias, unequal, gap in ((0.3, 0.7, 0.0), (0.0, 1.0, 0.0), (0.2, 0.7, 0.4)):
        frame, truth = world(11, count=30, products=10, bias=bias, unequal=unequal, gap=gap)
        flows = reconcile(frame).flows
        assert rmse(np.log(flows["value"].to_numpy()), truth) < 0.8 * rmse(geometric(frame), truth)
        low, high = (np.log(flows[name].to_numpy()) for name in ("low", "high"))
        assert 0.85 < ((low <= truth) & (truth <= high)).mean() < 0.97


def test_a_reporter_that_never_errs_is_trusted() -> None:
    frame, truth = world(5, count=20, products=10, unequal=0.3)
    exact = frame.with_columns(
        export_report=pl.when(pl.col("exporter") == "E03").then(pl.Series(np.exp(truth))).otherwise("export_report")
    )
    found = reconcile(exact)
    flows = found.flows.filter((pl.col("exporter") == "E03") & (pl.col("status") == "two-sided"))
    assert flows["export_weight"].median() > 0.7  # type: ignore[operator]
    best = found.reporters.filter(side="export").sort("deviation")["economy"][0]
    assert best == "E03"


def test_a_report_in_the_wrong_unit_is_set_aside_with_a_reason() -> None:
    frame, truth = world(6, count=20, products=10, unequal=0.3)
    row = int(np.flatnonzero(frame["export_report"].is_not_null() & frame["import_report"].is_not_null())[5])
    spoilt = frame.with_row_index("row").with_columns(
        export_report=pl.when(pl.col("row") == row).then(pl.col("export_report") * 1000).otherwise("export_report")
    )
    flow = reconcile(spoilt.drop("row")).flows.row(row, named=True)
    assert flow["set_aside"] == "exporter"
    assert "unit error" in flow["reason"]
    assert np.log(flow["value"]) == pytest.approx(truth[row], abs=0.8)


def test_more_agreeing_years_narrow_the_interval() -> None:
    def told(years: int) -> pl.DataFrame:
        rows = [
            (a, b, str(2000 + year), 100.0, 104.0)
            for year in range(years) for a, b in (("A", "B"), ("B", "A"), ("A", "C"), ("C", "A"), ("B", "C"), ("C", "B"))
        ]  # fmt: skip
        return pl.DataFrame(rows, schema=["exporter", "importer", "period", "export_report", "import_report"], orient="row")

    few, many = (reconcile(told(years)).flows.row(0, named=True) for years in (2, 20))
    assert many["high"] / many["low"] < few["high"] / few["low"]


def test_one_side_gives_a_wider_interval_than_two_and_none_the_widest() -> None:
    frame = small(3)
    lost = frame.with_row_index("row").with_columns(
        import_report=pl.when(pl.col("row") == 4).then(None).otherwise("import_report"),
    )
    nothing = lost.with_columns(export_report=pl.when(pl.col("row") == 4).then(None).otherwise("export_report"))
    rows = [reconcile(each.drop("row", strict=False)).flows.row(4, named=True) for each in (frame, lost, nothing)]
    if rows[0]["status"] == "two-sided":
        assert [row["status"] for row in rows] == ["two-sided", "one-sided", "estimated"]
        widths = [np.log(row["high"] / row["low"]) for row in rows]
        assert widths[0] < widths[1] < widths[2]


def test_weights_of_the_user_move_the_estimate_to_a_reporter() -> None:
    frame = small(4)
    plain, trusted = reconcile(frame), reconcile(frame, weights={"E01": 50.0})
    wanted = (pl.col("exporter") == "E01") & (pl.col("status") == "two-sided")
    one, other = (found.flows.filter(wanted)["export_weight"].mean() for found in (plain, trusted))
    assert other > one  # type: ignore[operator]
    with pytest.raises(BadInput, match="XXX: 2 where a positive factor"):
        reconcile(frame, weights={"XXX": 2.0})


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        (pl.col("export_report") * -1, "export_report -"),
        (pl.col("export_report") * float("inf"), "where a finite value"),
    ],
)
def test_reports_that_are_none_are_refused(spoilt: pl.Expr, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        reconcile(small(1).with_columns(export_report=spoilt))
    with pytest.raises(BadInput, match="stands twice"):
        reconcile(pl.concat([small(1), small(1)]))
    with pytest.raises(BadInput, match="a column import_report"):
        reconcile(small(1).drop("import_report"))


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_the_parts_of_a_gap_sum_to_it(seed: int) -> None:
    found = classified(reconcile(small(seed)).flows)
    total = found.select(pl.sum_horizontal(*REASONS)).to_series().to_numpy()
    assert total == pytest.approx(found["gap"].to_numpy(), rel=1e-9, abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_additivity_holds_and_what_is_known_for_sure_stays(seed: int) -> None:
    chance = np.random.default_rng(seed)
    parts = chance.gamma(1, 10, 12)
    values = np.concatenate([parts, [parts[:6].sum(), parts[6:].sum()], [parts.sum()]]) * np.exp(chance.normal(0, 0.2, 15))
    variances = (0.1 * values) ** 2
    variances[14] = 0.0
    rows = np.zeros((3, 15))
    rows[0, :6], rows[0, 12] = 1, -1
    rows[1, 6:12], rows[1, 13] = 1, -1
    rows[2, 12:14], rows[2, 14] = 1, -1
    found, moved = balanced(values, variances, csr_matrix(rows))
    assert np.abs(rows @ found).max() < 1e-9 * values.max()
    assert found[14] == values[14]
    assert (found >= 0).all()
    assert found == pytest.approx(values + moved)


def test_constraints_that_contradict_each_other_are_an_error() -> None:
    with pytest.raises(BadInput, match="constraint 1 off by"):
        balanced(np.array([1.0, 2.0]), np.zeros(2), csr_matrix([[1.0, -1.0]]))


@pytest.mark.conformance
def test_uzbekistan_to_kyrgyzstan_lies_between_both_records_with_an_honest_interval(conformance: Path) -> None:
    """In 2022 the exporter printed 979 million and the importer 363; the gap lasts over fourteen years."""
    table = pl.read_csv(conformance / "trade/ca_mirror_pairs.csv")
    told = table.select(
        exporter="EXP", importer="IMP", period=pl.col("TIME_PERIOD").cast(pl.String), export_report="EXPORTER_REPORT",
        import_report="IMPORTER_REPORT",
    )  # fmt: skip
    found = reconcile(told)
    row = found.flows.row(
        by_predicate=(pl.col("exporter") == "UZB") & (pl.col("importer") == "KGZ") & (pl.col("period") == "2022"), named=True
    )
    assert 363e6 < row["value"] < 979e6
    assert row["low"] < 363e6, "the importer's record is not ruled out"
    assert row["high"] > 700e6
    gap = found.pairs.row(by_predicate=(pl.col("exporter") == "UZB") & (pl.col("importer") == "KGZ"), named=True)
    assert gap["gap"] < -0.1
    silent = found.flows.filter((pl.col("exporter") == "TKM") | (pl.col("importer") == "TKM"))
    assert not silent.filter(pl.col("value").is_null() | (pl.col("low") >= pl.col("high"))).height
