"""Rows of a pack's CSV files -> rows of the declared tables."""

from __future__ import annotations

from typing import Any

from hamkor.schema.errors import BadInput
from hamkor.schema.periods import parse_period
from hamkor.schema.units import read_printed, unit

_TRADE_COLUMNS = {
    "reporter": "REPORTER", "counterpart": "COUNTERPART", "flow": "FLOW", "coverage": "COVERAGE", "valuation": "VALUATION",
    "subset": "SUBSET", "speaker": "SPEAKER", "source": "SOURCE", "note": "NOTE", "bound": "BOUND",
}  # fmt: skip
_NULLABLE = ("SUBSET", "NOTE", "BOUND")


def _need(cells: dict[str, str], columns: tuple[str, ...], where: str) -> None:
    missing = [column for column in columns if column not in cells]
    if missing:
        raise BadInput(f"no column {', '.join(missing)}", where=where, due="the columns of the page on packs")


def trade_row(cells: dict[str, str], where: str) -> dict[str, Any]:
    """Return an observation from a row of ``trade/*.csv``.

    Raises
    ------
    BadInput
        If a column, the period, the unit, the number or both value and growth are missing or wrong.
    """
    _need(cells, (*_TRADE_COLUMNS, "period", "value", "unit", "growth"), where)
    if not cells["source"]:
        raise BadInput("no source", where=where, due="the id of a source")
    if not cells["value"] and not cells["growth"]:
        raise BadInput("neither value nor growth", where=where, due="a printed figure")
    found = unit(cells["unit"] or ("" if cells["value"] else "USD"), where=where)
    if found.base != "USD":
        raise BadInput(f"unit '{found.name}'", where=where, due="US dollars", cure="write 'USD million' or the like")
    row: dict[str, Any] = {target: cells[name] or None for name, target in _TRADE_COLUMNS.items()}
    row |= {name: row[name] or "" for name in ("REPORTER", "COUNTERPART", "SOURCE", "SPEAKER")}
    number = read_printed(cells["value"], found, bound=cells["bound"], where=where) if cells["value"] else None
    growth = read_printed(cells["growth"], unit("%"), where=where) if cells["growth"] else None
    return row | {
        "TIME_PERIOD": str(parse_period(cells["period"], where=where)),
        "OBS_VALUE": number and number.value,
        "LOW": number and number.low,
        "HIGH": number and number.high,
        "PRECISION": number and number.precision,
        "PRINTED": cells["value"] or None,
        "UNIT_MEASURE": found.name,
        "GROWTH": growth and growth.value,
        "GROWTH_PRINTED": cells["growth"] or None,
        "LOCATOR": where,
    }


def performance_row(cells: dict[str, str], where: str) -> dict[str, Any]:
    """Return a measure of a corridor's performance from a row of ``performance/*.csv``.

    Raises
    ------
    BadInput
        If a column, the unit or the number is missing or wrong.
    """
    columns = ("period", "mode", "scope", "place", "direction", "indicator", "value", "unit", "source", "note")
    _need(cells, columns, where)
    number = read_printed(cells["value"], unit(cells["unit"], where=where), where=where)
    return {
        "TIME_PERIOD": str(parse_period(cells["period"], where=where)),
        "MODE": cells["mode"],
        "SCOPE": cells["scope"],
        "PLACE": cells["place"] or None,
        "DIRECTION": cells["direction"],
        "INDICATOR": cells["indicator"],
        "SOURCE": cells["source"],
        "OBS_VALUE": number.value,
        "PRINTED": cells["value"],
        "UNIT_MEASURE": cells["unit"],
        "NOTE": cells["note"] or None,
        "LOCATOR": where,
    }
