"""The classical indicators: fractions worked by hand on a small cube, and what must always hold."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.indicators.reference import PAGE, page

from hamkor.indicators.categories import category_shares
from hamkor.indicators.concentration import gini, herfindahl_hirschman, theil
from hamkor.indicators.flows import checked
from hamkor.indicators.growth import contribution_to_growth, growth, seasonality
from hamkor.indicators.intervals import with_interval
from hamkor.indicators.prices import relative_unit_value, unit_value
from hamkor.indicators.registry import find, indicators
from hamkor.indicators.specialisation import (
    complementarity,
    export_potential,
    export_similarity,
    grubel_lloyd,
    lafay,
    revealed_comparative_advantage,
)
from hamkor.indicators.trade import balance, intra_regional_share, openness, trade_intensity, turnover
from hamkor.schema.errors import BadInput

ROUNDING = 1e-13
"""Relative; sums of a few floating-point numbers."""
CUBE = pl.DataFrame(
    [
        ("A", "B", "1", 60.0), ("A", "B", "2", 20.0), ("A", "C", "1", 30.0), ("A", "C", "3", 10.0), ("B", "A", "2", 50.0),
        ("B", "A", "3", 10.0), ("B", "C", "2", 25.0), ("B", "C", "3", 15.0), ("C", "A", "1", 5.0), ("C", "A", "3", 45.0),
        ("C", "B", "2", 10.0), ("C", "B", "3", 40.0),
    ],
    schema=["exporter", "importer", "product", "value"], orient="row",
)  # fmt: skip


def of(frame: pl.DataFrame, **key: str) -> float:
    """Return the one value of a key."""
    found = frame.filter(**key)["value"].to_list()
    assert len(found) == 1
    return float(found[0])


def near(fraction: str) -> object:
    return pytest.approx(float(Fraction(fraction)), rel=ROUNDING)


def test_comparative_advantage_of_the_cube() -> None:
    plain = revealed_comparative_advantage(CUBE)
    assert of(plain, economy="A", product="1") == near("48/19")
    assert of(plain, economy="B", product="2") == near("16/7")
    assert of(revealed_comparative_advantage(CUBE, form="symmetric"), economy="A", product="1") == near("29/67")
    assert of(revealed_comparative_advantage(CUBE, form="binary"), economy="A", product="1") == 1.0


def test_intensity_of_the_cube_with_and_without_the_reporters_own_imports() -> None:
    pair = {"exporter": "A", "importer": "B"}
    assert of(trade_intensity(CUBE), **pair) == near("64/39")
    assert of(trade_intensity(CUBE, own_imports="excluded"), **pair) == near("14/13")


def test_pairs_of_the_cube() -> None:
    assert of(complementarity(CUBE), economy="A", partner="B") == near("925/13")
    assert of(export_similarity(CUBE), economy="A", partner="B") == near("1/4")
    assert of(grubel_lloyd(CUBE), economy="A", partner="B") == near("2/7")
    assert of(balance(CUBE), economy="A", partner="B") == 20.0
    assert of(turnover(CUBE), economy="A", partner="B") == 140.0
    assert of(intra_regional_share(CUBE, members=["A", "B"]), region="A+B") == near("14/23")


def test_concentration_of_the_cube_on_every_scale() -> None:
    assert of(herfindahl_hirschman(CUBE), economy="A") == near("43/72")
    assert of(herfindahl_hirschman(CUBE, scale="normalised"), economy="A") == near("19/48")
    assert of(herfindahl_hirschman(CUBE, scale="0-10000"), economy="A") == near("53750/9")
    assert of(theil(CUBE), economy="A") == pytest.approx(0.37714860197559813, rel=ROUNDING)


def test_lafay_of_the_cube_sums_to_zero() -> None:
    found = lafay(CUBE).filter(economy="A").sort("product")
    assert found["value"].to_list() == [near("18600/529"), near("-7600/529"), near("-11000/529")]
    assert sum(found["value"]) == pytest.approx(0, abs=1e-12)


def test_export_potential_of_the_cube_sums_to_the_pairs_trade() -> None:
    found = export_potential(CUBE).filter(exporter="A", importer="B").sort("product")
    assert found["value"].to_list() == [near("181440/2629"), near("18240/2629"), near("10640/2629")]
    assert sum(found["value"]) == pytest.approx(80, rel=ROUNDING)


def test_contributions_sum_to_growth() -> None:
    before = pl.DataFrame({"product": ["1", "2", "3"], "period": "2023", "value": [90.0, 60.0, 50.0]})
    after = pl.DataFrame({"product": ["1", "2", "3"], "period": "2024", "value": [99.0, 54.0, 67.0]})
    flows = pl.concat([before, after]).with_columns(exporter=pl.lit("A"), importer=pl.lit("B"))
    found = contribution_to_growth(flows)["value"].to_list()
    assert found == [4.5, -3.0, 8.5]
    assert sum(found) == pytest.approx(100 * of(growth(flows, flow="export"), economy="A"))


@pytest.mark.conformance
def test_the_published_cube_is_this_one(conformance: Path) -> None:
    told = pl.read_csv(conformance / "indicators/test_toy_cube.csv", schema_overrides={"product": pl.String})
    assert told.cast({"value": pl.Float64}).sort("exporter", "importer", "product").equals(CUBE)


@pytest.mark.conformance
def test_categories_by_the_published_correspondence_cover_every_export(conformance: Path) -> None:
    table = pl.read_csv(conformance / "trade/hs2022_to_bec4.csv", infer_schema_length=0)
    code, kind = table.columns[0], next(name for name in table.columns if "bec" in name.lower() and name != table.columns[0])
    kinds = table.select(product=code, category=kind)
    flows = kinds.head(40).select("product", exporter=pl.lit("A"), importer=pl.lit("B"), value=pl.lit(1.0)).unique("product")
    found = category_shares(flows, categories=kinds)
    assert found["value"].sum() == pytest.approx(1)
    assert "unassigned" not in found["category"].to_list()


# ---- what must always hold ----

VALUES = st.lists(st.floats(0.01, 1e12), min_size=12, max_size=12)
ONE_ECONOMY = (herfindahl_hirschman, theil, gini, lafay, revealed_comparative_advantage)
OF_PAIRS = (trade_intensity, complementarity, export_similarity, grubel_lloyd)


def cube(values: list[float]) -> pl.DataFrame:
    return CUBE.with_columns(value=pl.Series(values))


@settings(max_examples=30, deadline=None)
@given(VALUES)
def test_shares_and_indices_keep_to_their_bounds(values: list[float]) -> None:
    flows = cube(values)
    for frame, low, high in (
        (herfindahl_hirschman(flows), 1 / 3, 1), (herfindahl_hirschman(flows, scale="normalised"), 0, 1),
        (theil(flows), 0, np.log(3)), (gini(flows), 0, 2 / 3), (grubel_lloyd(flows), 0, 1), (export_similarity(flows), 0, 1),
        (complementarity(flows), 0, 100), (intra_regional_share(flows, members=["A", "B"]), 0, 1), (lafay(flows), -100, 100),
    ):  # fmt: skip
        told = frame["value"].to_numpy()
        assert np.isfinite(told).all()
        assert told.min() >= low - 1e-9 * max(1, abs(low))
        assert told.max() <= high + 1e-9 * max(1, abs(high))


@settings(max_examples=30, deadline=None)
@given(VALUES, st.floats(1e-6, 1e6))
def test_the_currency_does_not_matter(values: list[float], rate: float) -> None:
    for function in (*ONE_ECONOMY, *OF_PAIRS):
        one, other = function(cube(values)), function(cube([value * rate for value in values]))
        assert other["value"].to_numpy() == pytest.approx(one["value"].to_numpy(), rel=1e-9, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(VALUES, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_the_names_of_products_do_not_matter(values: list[float], order: object) -> None:
    flows = cube(values)
    rows = list(range(len(flows)))
    order.shuffle(rows)  # type: ignore[attr-defined]
    for function in (*ONE_ECONOMY, *OF_PAIRS):
        assert function(flows[rows]).equals(function(flows), null_equal=True) or function(flows[rows])[
            "value"
        ].to_numpy() == pytest.approx(function(flows)["value"].to_numpy(), rel=1e-12)
    renamed = flows.with_columns(pl.col("product").replace({"1": "3", "3": "1"}))
    for economy_wide in (herfindahl_hirschman, theil, gini, grubel_lloyd, export_similarity, complementarity):
        assert economy_wide(renamed)["value"].to_numpy() == pytest.approx(economy_wide(flows)["value"].to_numpy(), rel=1e-9)


@settings(max_examples=20, deadline=None)
@given(VALUES)
def test_a_partner_in_two_halves_changes_nothing_of_the_exporters_basket(values: list[float]) -> None:
    flows = cube(values)
    half = flows.with_columns(value=pl.when(pl.col("importer") == "C").then(pl.col("value") / 2).otherwise("value"))
    other = half.filter(importer="C").with_columns(importer=pl.lit("D"))
    split = pl.concat([half, other])
    for function in (herfindahl_hirschman, theil):
        one, two = (function(each).filter(economy="A")["value"][0] for each in (flows, split))
        assert two == pytest.approx(one, rel=1e-9)


def test_a_missing_year_has_no_growth_and_a_base_of_zero_none() -> None:
    cells = {"exporter": "A", "importer": "B", "period": ["2020", "2022", "2023", "2024"], "value": [1.0, 0.0, 2.0, 3.0]}
    found = growth(pl.DataFrame(cells), flow="export").filter(economy="A")
    assert found.select("period", "value").rows() == [("2023", None), ("2024", 0.5)]


def test_an_economy_without_exports_has_no_row_and_one_product_is_wholly_concentrated() -> None:
    flows = pl.DataFrame({"exporter": ["A", "B"], "importer": ["B", "A"], "product": ["1", "1"], "value": [5.0, 0.0]})
    assert herfindahl_hirschman(flows)["economy"].to_list() == ["A"]
    assert herfindahl_hirschman(flows)["value"].to_list() == [1.0]
    assert herfindahl_hirschman(flows, scale="normalised")["value"].to_list() == [None]
    assert theil(flows)["value"].to_list() == [0.0]
    assert revealed_comparative_advantage(flows).filter(economy="B")["value"].to_list() == [None]


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        (CUBE.with_columns(value=pl.when(pl.col("exporter") == "B").then(-1.0).otherwise("value")), "flows B A 2: -1.0 where"),
        (CUBE.with_columns(value=pl.lit(float("nan"))), "nan where a finite value"),
        (CUBE.drop("importer"), "a column importer is due"),
        (pl.concat([CUBE, CUBE.head(1)]), "flows A B 1: a flow that stands twice"),
        (CUBE.with_columns(value=pl.lit("much")), "a value that is no number"),
        (CUBE.drop("product").unique(["exporter", "importer"]), "no products where flows by product"),
    ],
)
def test_flows_that_are_none_are_refused_with_their_cell(spoilt: pl.DataFrame, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        checked(spoilt, products=True)


def test_unit_values_need_a_quantity() -> None:
    cells = {"exporter": ["A", "B", "B"], "importer": ["B", "A", "C"], "product": "1", "value": [6.0, 2.0, 9.0]}
    flows = pl.DataFrame(cells).with_columns(quantity=pl.Series([2.0, 2.0, None]))
    assert unit_value(flows)["value"].to_list() == [3.0, 1.0, None]
    found = relative_unit_value(flows)
    assert found["value"].to_list() == [1.5, 0.5]
    assert found["told"].to_list() == [1.0, pytest.approx(2 / 11)]


def test_stated_totals_are_taken_before_the_sums_of_parts() -> None:
    world = pl.DataFrame({"exporter": ["A"], "importer": ["W1"], "product": ["TOTAL"], "value": [1000.0]})
    gdp = pl.DataFrame({"economy": ["A"], "value": [10_000.0]})
    found = openness(pl.concat([CUBE, world]), gdp=gdp)
    assert found["exports"].to_list() == [1000.0]
    assert found["value"].to_list() == [pytest.approx((1000 + 110) / 10_000)]


def test_seasons_need_whole_years() -> None:
    months = [f"2023-{month:02}" for month in range(1, 13)] + ["2024-01"]
    flows = pl.DataFrame({"exporter": "A", "importer": "B", "period": months, "value": [*range(1, 13), 100]})
    found = seasonality(flows)
    assert found["years"].unique().to_list() == [1]
    assert found["value"].mean() == pytest.approx(1)


def test_an_interval_is_carried_and_a_certain_flow_leaves_none() -> None:
    sure = CUBE.with_columns(low="value", high="value")
    found = with_interval(herfindahl_hirschman, sure)
    assert found["low"].to_list() == pytest.approx(found["value"].to_list())
    wide = with_interval(herfindahl_hirschman, CUBE.with_columns(low=pl.col("value") * 0.8, high=pl.col("value") * 1.25))
    assert (wide["low"] < wide["value"]).all()
    assert (wide["value"] < wide["high"]).all()
    with pytest.raises(BadInput, match="0 <= low <= value <= high"):
        with_interval(herfindahl_hirschman, CUBE.with_columns(low=pl.col("value") * 2, high=pl.col("value") * 3))


def test_the_interval_of_one_flow_is_its_own() -> None:
    flow = pl.DataFrame(
        {"exporter": ["A", "B"], "importer": ["B", "A"], "value": [10.0, 0.0], "low": [8.0, 0.0], "high": [13.0, 0.0]}
    )
    row = with_interval(turnover, flow, draws=4000).row(0, named=True)
    assert (row["low"], row["high"]) == pytest.approx((8.0, 13.0), rel=0.03)


def test_every_indicator_says_what_it_is_and_works_a_number() -> None:
    for one in indicators().values():
        assert one.title, one.name
        assert one.unit, one.name
        assert len(one.citation) > 10, one.name
        assert one.function.__doc__ is not None
        assert ">>>" in one.function.__doc__, one.name


def test_an_unknown_indicator_is_answered_with_the_nearest() -> None:
    with pytest.raises(BadInput, match="did you mean 'turnover'"):
        find("turnovr")


def test_the_reference_page_lists_every_indicator() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.indicators.reference"
