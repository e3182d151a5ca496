"""Kyrgyzstan's series 4.03.00: partners or main goods by year, names in three languages, thousand US dollars."""

from __future__ import annotations

import re

import polars as pl

from hamkor.schema.errors import BadInput
from hamkor.sources.names import code_of, folded, groups
from hamkor.sources.reading import Reading
from hamkor.sources.sheets import CellValue, number, place, sheets, shown, thousand_dollars

_YEAR = re.compile(r"\s*((?:19|20)\d{2})(?:\.0)?(?:\s+\d)?\s*")
_EXPORTS = re.compile(r"4\.03\.00\.1[0178]")


def read(content: bytes, *, file: str) -> Reading:
    """Return the records of a table: by partner (.18, .20) or by main goods (.10, .12), the latter with the world.

    A year with a footnote number (``2023 1``, preliminary) has OBS_STATUS ``P``; a dash means that nothing was recorded.
    """
    sheet, rows = next(iter(sheets(content, file=file).items()))
    thousand_dollars(rows, file=file, sheet=sheet)
    head = next((i for i, row in enumerate(rows[:10]) if sum(bool(_YEAR.fullmatch(str(cell))) for cell in row) > 1), None)
    if head is None:
        raise BadInput(
            "no row of years", where=f"{file} {sheet}", due="years in one of the first ten rows", cure="look at the file"
        )
    flow = "export" if _EXPORTS.match(file) else "import"
    years = {i: year for i, cell in enumerate(rows[head]) if i > 2 and (year := _YEAR.fullmatch(str(cell)))}
    early = {i for i in years if re.search(r"\d{4}\s+\d", str(rows[head][i]))}
    products = re.match(r"4\.03\.00\.1[02]", file) is not None
    found: list[dict[str, object]] = []
    for i, row in enumerate(rows[head + 1 :], start=head + 1):
        name, english = str(row[1]).strip(), str(row[2]).strip()
        if not name or all(str(row[column]).strip() == "" for column in years) or folded(name) in groups():
            continue
        if products and folded(name) == "всего":
            continue
        where = f"{file} {place(sheet, i, 1)}"
        partner, product = ("W1", f"source:{_slug(english)}") if products else (code_of(name, english, where=where), "TOTAL")
        for column, year in years.items():
            cell, locator = row[column], place(sheet, i, column)
            value = number(cell, where=f"{file} {locator}")
            status = "M" if value is None else "P" if column in early else "A"
            record = _record(flow, partner, product, year[1], value, status, cell, locator)
            found.append(record | {"NAME": folded(name)})
    if not found:
        raise BadInput("no figures", where=f"{file} {sheet}", due="rows under the years", cure="look at the file")
    return _merged(pl.DataFrame(found, infer_schema_length=None).with_columns(pl.col("OBS_VALUE").cast(pl.Float64)))


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")


def _merged(frame: pl.DataFrame) -> Reading:
    """Return a reading in which the rows of one economy under several names are one, with a note; `frame` has their NAME.

    The same name twice is left as it is: that is a fault of the file.
    """
    several = frame.group_by("COUNTERPART", "PRODUCT", maintain_order=True).agg(
        NAMES=pl.col("NAME").unique(maintain_order=True)
    )
    several = several.filter(pl.col("NAMES").list.len() > 1)
    if several.is_empty():
        return Reading(frame.drop("NAME"))
    key = ["COUNTERPART", "PRODUCT", "TIME_PERIOD"]
    parts = frame.join(several, on=key[:2], how="semi", maintain_order="left")
    told = pl.col("OBS_VALUE").is_not_null()
    one = parts.group_by(key, maintain_order=True).agg(
        pl.all().exclude(*key, "OBS_VALUE", "LOCATOR", "PRINTED", "OBS_STATUS", "NAME").first(),
        OBS_VALUE=pl.when(told.any()).then(pl.col("OBS_VALUE").sum()), LOCATOR=pl.col("LOCATOR").str.join(" + "),
        PRINTED=pl.col("PRINTED").str.join(" + "),
        OBS_STATUS=pl.when(told.any()).then(pl.col("OBS_STATUS").filter(told).first()).otherwise(pl.lit("M")),
    )  # fmt: skip
    notes = tuple(f"{row['COUNTERPART']} is the sum of {', '.join(row['NAMES'])}" for row in several.iter_rows(named=True))
    whole = pl.concat(
        [
            frame.join(several, on=key[:2], how="anti", maintain_order="left").drop("NAME"),
            one.select(frame.drop("NAME").columns),
        ]
    )
    return Reading(whole, notes)


def _record(
    flow: str, partner: str, product: str, year: str, value: float | None, status: str, cell: CellValue, locator: str
) -> dict[str, object]:  # fmt: skip
    return {
        "FREQ": "A",
        "REPORTER": "KGZ",
        "COUNTERPART": partner,
        "FLOW": flow,
        "PRODUCT": product,
        "TIME_PERIOD": year,
        "OBS_VALUE": None if value is None else value * 1e3,
        "PRINTED": shown(cell) or None,
        "UNIT_MULT": 3,
        "VALUATION": "FOB" if flow == "export" else "CIF",
        "COVERAGE": "goods",
        "OBS_STATUS": status,
        "TRANSFORMATION": "level",
        "LOCATOR": locator,
    }
