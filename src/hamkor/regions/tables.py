"""Rows of a pack's CSV files -> rows of the declared tables."""

from __future__ import annotations

from typing import Any

from hamkor.schema.errors import BadInput
from hamkor.schema.periods import parse_period
from hamkor.schema.units import Unit, read_printed, unit

_TRADE_COLUMNS = {
    "reporter": "REPORTER", "counterpart": "COUNTERPART", "flow": "FLOW", "coverage": "COVERAGE", "valuation": "VALUATION",
    "subset": "SUBSET", "speaker": "SPEAKER", "source": "SOURCE", "note": "NOTE", "bound": "BOUND",
}  # fmt: skip
TRADE = (
    "reporter", "counterpart", "flow", "period", "value", "unit", "bound", "growth", "coverage", "valuation", "subset",
    "speaker", "source", "note",
)  # fmt: skip
PERFORMANCE = ("period", "mode", "scope", "place", "direction", "indicator", "value", "unit", "source", "note")
BASELINE_TRADE = ("exporter", "importer", "period", "value", "unit", "source")
BASELINE_ECONOMIES = ("economy", "period", "value", "unit", "source")


def _dollars(name: str, where: str) -> Unit:
    found = unit(name, where=where)
    if found.base != "USD" or found.dimension != "money":
        raise BadInput(f"unit '{found.name}'", where=where, due="US dollars", cure="write 'USD million' or the like")
    return found


def trade_row(cells: dict[str, str], where: str) -> dict[str, Any]:
    """Return an observation from a row of ``trade/*.csv``.

    Raises
    ------
    BadInput
        If the source, the period, the unit, the number or both value and growth are missing or wrong.
    """
    if not cells["value"] and not cells["growth"]:
        raise BadInput("neither value nor growth", where=where, due="a printed figure")
    found = _dollars(cells["unit"] or ("" if cells["value"] else "USD"), where)
    row: dict[str, Any] = {target: cells[name] or None for name, target in _TRADE_COLUMNS.items()}
    number = read_printed(cells["value"], found, bound=cells["bound"], where=where) if cells["value"] else None
    growth = read_printed(cells["growth"], unit("%"), where=where) if cells["growth"] else None
    low = None if number is None or number.low is None else number.low
    if number is not None and number.value >= 0 and low is not None:
        low = max(0.0, low)
    return row | {
        "TIME_PERIOD": str(parse_period(cells["period"], where=where)),
        "OBS_VALUE": number and number.value,
        "LOW": low,
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
        If the period, the unit or the number is missing or wrong.
    """
    number = read_printed(cells["value"], unit(cells["unit"], where=where), where=where)
    return {
        "TIME_PERIOD": str(parse_period(cells["period"], where=where)),
        "MODE": cells["mode"],
        "SCOPE": cells["scope"],
        "PLACE": cells["place"] or None,
        "DIRECTION": cells["direction"],
        "INDICATOR": cells["indicator"],
        "SOURCE": cells["source"] or None,
        "OBS_VALUE": number.value,
        "PRINTED": cells["value"],
        "UNIT_MEASURE": cells["unit"],
        "NOTE": cells["note"] or None,
        "LOCATOR": where,
    }


def baseline_row(cells: dict[str, str], where: str) -> dict[str, Any]:
    """Return a row of the baseline tables: trade between two economies, or an economy's gross domestic product.

    Raises
    ------
    BadInput
        If the period, the unit or the number is missing or wrong.
    """
    period = str(parse_period(cells["period"], where=where))
    number = read_printed(cells["value"], _dollars(cells["unit"], where), where=where)
    row: dict[str, Any] = {"TIME_PERIOD": period, "OBS_VALUE": number.value, "SOURCE": cells["source"] or None}
    return row | {name.upper(): cells[name] for name in ("exporter", "importer", "economy") if name in cells}
