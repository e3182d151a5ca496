"""Uzbekistan's SIAT: a row a partner, a column a year or month, thousand US dollars, goods and services."""

from __future__ import annotations

import csv
import io
import re

import polars as pl

from hamkor.schema.errors import BadInput
from hamkor.sources.names import numbers
from hamkor.sources.reading import Reading
from hamkor.sources.sheets import number

_HEAD = ["Code", "Klassifikator", "Klassifikator_ru", "Klassifikator_en"]
_MONTH = re.compile(r"(\d{4})-[MМ](\d{2})")
_VALUATION = {"export": "FOB", "import": "CIF"}


def read(content: bytes, *, file: str) -> Reading:
    """Return the records of a table of exports or imports by partner.

    Where a cell is ``0.0`` nothing is stated: OBS_STATUS ``M`` and no value. Trade with the world is the sum of all rows.
    """
    flow = "export" if "1105" in file else "import"
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"cannot be read: {error}", where=file, due="a CSV file in UTF-8", cure="download it again") from None
    head = [cell.strip() for cell in rows[0]]
    if head[:4] != _HEAD or len(head) < 5:
        raise BadInput(f"columns {', '.join(head[:5])}", where=f"{file} line 1", due=", ".join([*_HEAD, "years or months"]))
    periods, notes = _periods(head[4:], file)
    codes, found = numbers() | {"0": "_X"}, list[dict[str, object]]()
    for line, row in enumerate(rows[1:], start=2):
        if not any(row):
            continue
        if len(row) != len(head):
            raise BadInput(f"{len(row)} cells", where=f"{file} line {line}", due=f"{len(head)} cells", cure="download it again")
        partner = codes.get(row[0].strip().lstrip("0") or "0")
        if partner is None:
            raise BadInput(f"code {row[0]} ({row[3]})", where=f"{file} line {line}", due="a number of an economy")
        found += [
            _record(partner, flow, period, cell, f"line {line}, column {name}", file)
            for period, name, cell in zip(periods, head[4:], row[4:], strict=True)
        ]
    if not found:
        raise BadInput("no rows", where=file, due="a row a partner", cure="download it again")
    frame = pl.DataFrame(found, infer_schema_length=None).with_columns(pl.col("OBS_VALUE").cast(pl.Float64))
    whole = frame.group_by([name for name in frame.columns if name not in _OWN], maintain_order=True).agg(
        OBS_VALUE=pl.col("OBS_VALUE").sum(), LOCATOR=pl.lit("sum of the rows of column ") + pl.col("TIME_PERIOD").first()
    )
    whole = whole.with_columns(COUNTERPART=pl.lit("W1"), PRINTED=pl.lit(None, pl.String), OBS_STATUS=pl.lit("A"))
    return Reading(pl.concat([frame, whole.select(frame.columns)]), tuple(notes))


_OWN = ("COUNTERPART", "OBS_VALUE", "PRINTED", "OBS_STATUS", "LOCATOR")


def _periods(head: list[str], file: str) -> tuple[list[str], list[str]]:
    periods, notes = list[str](), list[str]()
    for name in head:
        if re.fullmatch(r"\d{4}", name):
            periods.append(name)
        elif (month := _MONTH.fullmatch(name)) and 1 <= int(month[2]) <= 12:
            periods.append(f"{month[1]}-{month[2]}")
            if "М" in name:
                notes.append(f"head {name} is written with a Cyrillic М")
        else:
            raise BadInput(f"column '{name}'", where=f"{file} line 1", due="a year or a month, 2025 or 2025-M01")
    if len(set(periods)) < len(periods):
        twice = next(period for period in periods if periods.count(period) > 1)
        raise BadInput(f"{twice} stands twice", where=f"{file} line 1", due="each period once")
    return periods, notes


def _record(partner: str, flow: str, period: str, cell: str, locator: str, file: str) -> dict[str, object]:
    value = number(cell, where=f"{file} {locator}")
    return {
        "FREQ": "A" if len(period) == 4 else "M",
        "REPORTER": "UZB",
        "COUNTERPART": partner,
        "FLOW": flow,
        "PRODUCT": "TOTAL",
        "TIME_PERIOD": period,
        "OBS_VALUE": value * 1e3 if value else None,
        "PRINTED": cell.strip() or None,
        "UNIT_MULT": 3,
        "VALUATION": _VALUATION[flow],
        "COVERAGE": "goods-and-services",
        "OBS_STATUS": "A" if value else "M",
        "TRANSFORMATION": "level",
        "LOCATOR": locator,
    }
