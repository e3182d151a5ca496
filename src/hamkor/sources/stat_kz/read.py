"""Kazakhstan's annual and cumulative tables: turnover, exports and imports by country, thousand US dollars."""

from __future__ import annotations

import re

import polars as pl

from hamkor.schema.errors import BadInput
from hamkor.schema.periods import parse_period
from hamkor.sources.names import code_of, folded, groups
from hamkor.sources.reading import Reading
from hamkor.sources.sheets import CellValue, number, place, sheets, shown, thousand_dollars

_FLOWS = {"товарооборот": "turnover", "экспорт": "export", "импорт": "import"}
_VALUATION = {"turnover": "FOB+CIF", "export": "FOB", "import": "CIF"}
_MONTHS = ("январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр")
_SPAN = re.compile(r"(январ\w+)\s*[-–—]\s*([а-я]+)\s+(\d{4})", re.IGNORECASE)
_YEAR = re.compile(r"^\s*(?:за\s+)?(\d{4})\s+год", re.IGNORECASE)


def read(content: bytes, *, file: str) -> Reading:
    """Return the records of every sheet of a file that is a table; cover sheets and explanations are passed over."""
    found: list[dict[str, object]] = []
    for sheet, rows in sheets(content, file=file).items():
        head = next((i for i, row in enumerate(rows[:12]) if any(folded(str(cell)) == "товарооборот" for cell in row)), None)
        if head is not None:
            thousand_dollars(rows, file=file, sheet=sheet)
            found += _table(rows, head, file=file, sheet=sheet)
    if not found:
        due = "a sheet with the columns Товарооборот, Экспорт, Импорт"
        raise BadInput("no table", where=file, due=due, cure="the layout may have changed; look at the file")
    return Reading(pl.DataFrame(found, infer_schema_length=None).with_columns(pl.col("OBS_VALUE").cast(pl.Float64)))


def _table(rows: list[list[CellValue]], head: int, *, file: str, sheet: str) -> list[dict[str, object]]:
    columns = {_FLOWS[folded(str(cell))]: i for i, cell in enumerate(rows[head]) if folded(str(cell)) in _FLOWS}
    if set(columns) != set(_FLOWS.values()):
        raise BadInput(f"columns {', '.join(columns)}", where=f"{file} {sheet}!{head + 1}", due="turnover, exports, imports")
    period = _period(rows[:head], file=file, sheet=sheet)
    found: list[dict[str, object]] = []
    for i, row in enumerate(rows[head + 1 :], start=head + 1):
        name = str(row[0]).replace("\n", " ").strip()
        if not name or folded(name) in groups():
            continue
        cells = {flow: number(row[column], where=f"{file} {place(sheet, i, column)}") for flow, column in columns.items()}
        if all(value is None for value in cells.values()):
            continue
        partner = code_of(name, where=f"{file} {place(sheet, i, 0)}")
        _adds_up(cells, where=f"{file} {sheet}!{i + 1}")
        found += [
            _record(partner, flow, period, value, row[columns[flow]], place(sheet, i, columns[flow]))
            for flow, value in cells.items()
            if value is not None
        ]
    return found


def _adds_up(cells: dict[str, float | None], *, where: str) -> None:
    """Return if turnover is exports and imports, to the rounding of the files (0.1 each)."""
    turnover, parts = cells["turnover"] or 0.0, (cells["export"] or 0.0) + (cells["import"] or 0.0)
    if abs(turnover - parts) > 0.2 + 1e-4 * turnover:
        said = f"turnover {turnover:,.1f}, exports and imports {parts:,.1f}"
        raise BadInput(said, where=where, due="a turnover of both", cure="a column may have moved; look at the file")


def _period(head: list[list[CellValue]], *, file: str, sheet: str) -> str:
    for row in head:
        for cell in row:
            if span := _SPAN.search(str(cell)):
                month = next((i + 1 for i, start in enumerate(_MONTHS) if span[2].lower().startswith(start) and i != 4), 5)
                return str(parse_period(f"{span[3]}-01/{span[3]}-{month:02d}"))
            if year := _YEAR.search(str(cell)):
                return year[1]
    raise BadInput("no period", where=f"{file} {sheet}", due="a line like 'за 2022 год' or 'за январь-сентябрь 2024 года'")


def _record(partner: str, flow: str, period: str, value: float, cell: CellValue, locator: str) -> dict[str, object]:
    return {
        "FREQ": "A" if len(period) == 4 else "M",
        "REPORTER": "KAZ",
        "COUNTERPART": partner,
        "FLOW": flow,
        "PRODUCT": "TOTAL",
        "TIME_PERIOD": period,
        "OBS_VALUE": value * 1e3,
        "PRINTED": shown(cell),
        "UNIT_MULT": 3,
        "VALUATION": _VALUATION[flow],
        "COVERAGE": "goods",
        "OBS_STATUS": "A",
        "TRANSFORMATION": "level" if len(period) == 4 else "ytd",
        "LOCATOR": locator,
    }
