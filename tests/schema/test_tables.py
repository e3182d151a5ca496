"""The declared tables, and the check that tells table, column, row, what was found and what was due."""

from __future__ import annotations

import random
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from hamkor.schema.errors import BadInput
from hamkor.schema.tables import BASELINE_TRADE, FACTS, OBSERVATIONS, PERFORMANCE, TABLES, Column, ColumnType, Table, check

TYPES: dict[ColumnType, pl.DataType] = {"text": pl.String(), "number": pl.Float64(), "integer": pl.Int64()}
COUNTED = Table("counted", "one thing counted", (Column("NAME", key=True), Column("COUNT", "integer", minimum=0)))
tables = st.sampled_from([*TABLES.values(), COUNTED])


def _schema(table: Table) -> dict[str, pl.DataType]:
    return {column.name: TYPES[column.type] for column in table.columns}


def _cell(column: Column) -> st.SearchStrategy[Any]:
    cells: st.SearchStrategy[Any]
    if column.type == "text":
        cells = st.sampled_from(column.allowed) if column.allowed else st.text(max_size=4)
    elif column.type == "integer":
        cells = st.integers(0, 10**6)
    else:
        cells = st.floats(column.minimum, allow_nan=False, allow_infinity=False)
    return cells | st.none() if column.nullable else cells


@st.composite
def valid_frames(draw: st.DrawFn, table: Table) -> pl.DataFrame:
    row = st.fixed_dictionaries({column.name: _cell(column) for column in table.columns})
    rows = draw(st.lists(row, max_size=4, unique_by=lambda cells: tuple(cells[name] for name in table.key)))
    return pl.DataFrame(rows, schema=_schema(table), orient="row")


@given(st.data(), tables, st.randoms(use_true_random=False))
def test_a_valid_frame_comes_back_equal_with_its_columns_in_order(
    data: st.DataObject, table: Table, shuffle: random.Random
) -> None:
    frame = data.draw(valid_frames(table))
    mixed = list(table.names)
    shuffle.shuffle(mixed)
    assert_frame_equal(check(frame.select(mixed), table), frame)


def _flow(**cells: Any) -> dict[str, Any]:
    return {"EXPORTER": "UZB", "IMPORTER": "KAZ", "TIME_PERIOD": "2023", "OBS_VALUE": 1.0, "SOURCE": "wdi"} | cells


def _flows(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=_schema(BASELINE_TRADE), orient="row")


GOOD = _flow(), _flow(IMPORTER="KGZ")


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (_flow(IMPORTER="TJK", SOURCE=None), "baseline_trade.SOURCE row 3: nothing where a value is due"),
        (_flow(IMPORTER="TJK", OBS_VALUE=None), "baseline_trade.OBS_VALUE row 3: nothing where a value is due"),
        (_flow(IMPORTER="TJK", OBS_VALUE=-12.0), "baseline_trade.OBS_VALUE row 3: -12.0 where a value >= 0 (USD) is due"),
        (_flow(IMPORTER="TJK", OBS_VALUE=float("nan")), "baseline_trade.OBS_VALUE row 3: nan where a finite number is due"),
        (_flow(IMPORTER="TJK", OBS_VALUE=float("inf")), "baseline_trade.OBS_VALUE row 3: inf where a finite number is due"),
        (_flow(IMPORTER="TJK", OBS_VALUE=float("-inf")), "baseline_trade.OBS_VALUE row 3: -inf where a finite number is due"),
        (_flow(), "baseline_trade row 1: key (UZB, KAZ, 2023) where a key that occurs once is due"),
    ],
)
def test_a_fault_names_table_column_row_what_was_found_and_what_was_due(wrong: dict[str, Any], text: str) -> None:
    with pytest.raises(BadInput) as caught:
        check(_flows(*GOOD, wrong), BASELINE_TRADE)
    assert str(caught.value) == text


@given(st.data(), st.integers(0, 5000))
def test_the_first_wrong_row_is_named_wherever_it_lies(data: st.DataObject, first_row: int) -> None:
    count = data.draw(st.integers(1, 6))
    at = data.draw(st.integers(0, count - 1))
    rows = [_flow(TIME_PERIOD=str(2000 + number), OBS_VALUE=-1.0 if number >= at else 1.0) for number in range(count)]
    with pytest.raises(BadInput) as caught:
        check(_flows(*rows), BASELINE_TRADE, first_row=first_row)
    assert caught.value.where == f"baseline_trade.OBS_VALUE row {first_row + at:,}"


def test_a_value_that_is_not_allowed_is_told_with_those_that_are() -> None:
    row = {name: "x" for name, kind in _schema(OBSERVATIONS).items() if kind == pl.String()}
    row |= {"FLOW": "re-export", "COVERAGE": "goods", "VALUATION": "FOB", "BOUND": "above"}
    frame = pl.DataFrame([row], schema=_schema(OBSERVATIONS), orient="row")
    with pytest.raises(BadInput, match=r"observations\.FLOW row 1: 're-export' where one of turnover, export, import is due"):
        check(frame, OBSERVATIONS)


def test_empty_cells_before_the_fault_do_not_hide_it() -> None:
    rows = [{"ID": name, "NAME": "n", "ENTITIES": "e", "VALUE": value} for name, value in (("a", None), ("b", float("nan")))]
    with pytest.raises(BadInput, match=r"facts\.VALUE row 2: nan where a finite number is due"):
        check(pl.DataFrame(rows, schema=_schema(FACTS), orient="row"), FACTS)


def test_a_key_with_an_empty_cell_in_it_may_occur_once_only() -> None:
    row = {"TIME_PERIOD": "2023", "MODE": "road", "SCOPE": "region", "PLACE": None, "DIRECTION": "all",
           "INDICATOR": "border-time",
           "SOURCE": "s", "OBS_VALUE": 1.0, "PRINTED": "1", "UNIT_MEASURE": "km/h", "NOTE": None, "LOCATOR": "l"}  # fmt: skip
    with pytest.raises(BadInput, match=r"performance row 1: key \(2023, road, region, None, all, border-time, s\)"):
        check(pl.DataFrame([row, row], schema=_schema(PERFORMANCE), orient="row"), PERFORMANCE)


@pytest.mark.parametrize("name", BASELINE_TRADE.names)
def test_a_column_that_is_missing_is_named(name: str) -> None:
    with pytest.raises(BadInput) as caught:
        check(_flows(*GOOD).drop(name), BASELINE_TRADE)
    assert caught.value.where == "baseline_trade"
    assert f"(without {name})" in str(caught.value)
    assert "EXPORTER, IMPORTER, TIME_PERIOD, OBS_VALUE, SOURCE is due" in str(caught.value)


def test_a_column_that_is_not_declared_is_named() -> None:
    with pytest.raises(BadInput, match=r"without SOURCE and with unknown SORCE"):
        check(_flows(*GOOD).rename({"SOURCE": "SORCE"}), BASELINE_TRADE)
    with pytest.raises(BadInput, match=r"baseline_trade: columns none \(without"):
        check(pl.DataFrame(), BASELINE_TRADE)


@pytest.mark.parametrize(
    ("column", "cells", "text"),
    [
        ("OBS_VALUE", ["1", "2"], "baseline_trade.OBS_VALUE: type String where number is due"),
        ("OBS_VALUE", [1, 2], "baseline_trade.OBS_VALUE: type Int64 where number is due"),
        ("TIME_PERIOD", [2022, 2023], "baseline_trade.TIME_PERIOD: type Int64 where text is due"),
    ],
)
def test_a_column_of_another_type_is_refused(column: str, cells: list[object], text: str) -> None:
    frame = _flows(*GOOD).with_columns(pl.Series(column, cells))
    with pytest.raises(BadInput) as caught:
        check(frame, BASELINE_TRADE)
    assert str(caught.value) == text


def test_every_table_has_a_key_of_columns_that_occur_once() -> None:
    for name, table in TABLES.items():
        assert table.name == name
        assert table.key
        assert len(set(table.names)) == len(table.names)


def test_every_number_of_trade_has_a_unit() -> None:
    bare = [column.name for column in OBSERVATIONS.columns if column.type == "number" and not column.unit]
    assert bare == []
