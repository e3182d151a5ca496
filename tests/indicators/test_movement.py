"""Counts of people and lines, unit values of several units, and tables that are not what an indicator takes."""

from __future__ import annotations

import polars as pl
import pytest

from hamkor.indicators.intervals import with_interval
from hamkor.indicators.movement import passenger_lines, visitors
from hamkor.indicators.prices import relative_unit_value, unit_value
from hamkor.indicators.trade import mirror_ratio, openness, share_of_partner, turnover
from hamkor.schema.errors import BadInput

COUNTS = pl.DataFrame(
    {"economy": "A", "partner": ["B", "W1", "B", "W1"], "period": ["2023", "2023", "2024", "2024"], "value": [2, 8, 3, 9]}
)
FLOWS = pl.DataFrame(
    {"exporter": ["A", "B"], "importer": ["B", "A"], "period": ["2023", "2023"], "product": "1", "value": [8.0, 6.0]}
)


def test_visitors_are_shares_of_the_stated_whole_and_grow_on_the_year_before() -> None:
    found = visitors(COUNTS)
    assert found.select("period", "value", "share", "growth").rows() == [("2023", 2.0, 0.25, None), ("2024", 3.0, 1 / 3, 0.5)]


def test_visitors_without_a_period_have_no_growth_and_from_nobody_none() -> None:
    found = visitors(COUNTS.head(2).drop("period"))
    assert found["growth"].to_list() == [None]
    assert visitors(COUNTS.with_columns(value=pl.Series([0, 0, 3, 9])))["growth"].to_list() == [None, None]
    assert visitors(COUNTS.with_columns(value=pl.Series([0, 0, 3, 9])))["share"].to_list()[0] is None


def test_lines_are_counted_whether_or_not_their_departures_are_known() -> None:
    lines = {"entity": ["a", "b", "c"], "economy": "B", "partner": ["A", "A", "C"], "value": [7.0, None, None]}
    assert passenger_lines(pl.DataFrame(lines)).rows() == [("A", "B", "", 2, 7.0, 1), ("B", "C", "", 1, None, 0)]
    ended = pl.DataFrame(lines | {"value": [0.0, None, 0.0]})
    assert passenger_lines(ended).rows() == [("A", "B", "", 1, None, 0)]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: visitors(COUNTS.drop("partner")), "a column partner is due"),
        (lambda: visitors(COUNTS.with_columns(value=-1)), "register A B 2023: no count >= 0"),
        (lambda: visitors(COUNTS.with_columns(value=pl.lit(None, pl.Float64))), "no count >= 0"),
        (lambda: visitors(COUNTS.with_columns(value=pl.lit("many"))), "a count that is no number"),
        (lambda: visitors(pl.concat([COUNTS, COUNTS])), "stands twice"),
        (lambda: unit_value(FLOWS), "a column quantity is due"),
        (lambda: unit_value(FLOWS.with_columns(quantity=pl.lit("tons"))), "a value that is no number"),
        (lambda: with_interval(turnover, FLOWS), "a column low is due"),
        (lambda: with_interval(turnover, FLOWS.with_columns(low="value", high="value"), draws=3), "at least 20"),
        (lambda: openness(FLOWS, gdp=pl.DataFrame({"economy": ["A"]})), "a column value is due"),
        (lambda: openness(FLOWS, gdp=pl.DataFrame({"economy": ["A"], "value": [0.0]})), "gdp A: no positive number"),
        (lambda: openness(FLOWS, gdp=pl.DataFrame({"economy": ["A", "A"], "value": [1.0, 2.0]})), "a GDP that stands twice"),
    ],
)
def test_a_table_that_is_none_is_refused_with_what_is_due(call: object, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        call()  # type: ignore[operator]


def test_one_gdp_is_not_taken_for_several_years() -> None:
    flows = pl.concat([FLOWS, FLOWS.with_columns(period=pl.lit("2024"))])
    with pytest.raises(BadInput, match="a GDP without a period"):
        openness(flows, gdp=pl.DataFrame({"economy": ["A"], "value": [100.0]}))


@pytest.mark.parametrize("quantity", [0.0, -3.0, None, float("nan"), float("inf")])
def test_a_quantity_that_is_none_leaves_no_unit_value(quantity: float | None) -> None:
    flows = FLOWS.with_columns(quantity=pl.Series([quantity, 2.0], dtype=pl.Float64))
    assert unit_value(flows)["value"].to_list() == [None, 3.0]
    assert relative_unit_value(flows)["value"].to_list() == [None, 1.0]


def test_unit_values_are_compared_within_one_unit() -> None:
    flows = pl.DataFrame(
        {
            "exporter": ["A", "B", "A"], "importer": ["B", "A", "C"], "product": "1", "value": [6.0, 2.0, 1.0],
            "quantity": [2.0, 2.0, 1000.0], "unit": ["ton", "ton", "piece"],
        }
    )  # fmt: skip
    row = relative_unit_value(flows).row(0, named=True)
    assert (row["economy"], row["value"], row["unit"], row["told"]) == ("A", 1.5, "ton", pytest.approx(6 / 7))


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf")])
def test_a_report_that_is_no_amount_is_refused(wrong: float) -> None:
    told = {"exporter": ["A", "B"], "importer": ["B", "A"], "exporter_report": [1.0, None], "importer_report": [wrong, 1.0]}
    with pytest.raises(BadInput, match="reports A B: no amount"):
        mirror_ratio(pl.DataFrame(told))


def test_a_flow_of_zero_with_a_bound_above_it_widens_the_sum() -> None:
    flows = FLOWS.with_columns(value=pl.Series([8.0, 0.0]), low=pl.Series([8.0, 0.0]), high=pl.Series([8.0, 5.0]))
    row = with_interval(turnover, flows, draws=4000).row(0, named=True)
    assert (row["low"], row["value"]) == (8.0, 8.0)
    assert row["high"] == pytest.approx(13, rel=0.03)


def test_an_interval_comes_back_the_same_for_the_same_seed_and_keeps_the_key_in_front() -> None:
    flows = FLOWS.with_columns(low=pl.col("value") * 0.9, high=pl.col("value") * 1.2)
    found = with_interval(share_of_partner, flows, seed=3)
    assert found.columns == ["economy", "partner", "period", "value", "low", "high", "amount"]
    assert found.equals(with_interval(share_of_partner, flows, seed=3))
    assert not with_interval(turnover, flows, seed=3).equals(with_interval(turnover, flows, seed=4))
