"""From the bytes of a provider's file to records: the provider's own reader, then the checks that all share."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Protocol

import msgspec
import polars as pl

from hamkor.schema.errors import BadInput
from hamkor.sources.source import Correction, SourceFile, source

KEY = ["REPORTER", "COUNTERPART", "FLOW", "PRODUCT", "TIME_PERIOD"]
TOLERANCE = 0.001
"""Part of a published total by which the sum of its parts may differ: rounding, and trade in secret goods."""
_HTML = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|\?xml[^>]*>\s*<html)", re.IGNORECASE)


class Reading(msgspec.Struct, frozen=True):
    """A file that was read: the columns of `records` but SOURCE, RELEASE_DATE, LICENCE and ARTIFACT; and what to know of it."""

    frame: pl.DataFrame
    notes: tuple[str, ...] = ()


class Reader(Protocol):
    """What a provider's `read.py` offers."""

    def read(self, content: bytes, *, file: str) -> Reading:
        """Return the records of a file."""


def read(name: str, content: bytes, *, file: str) -> Reading:
    """Return the records of a provider's file.

    Parameters
    ----------
    name
        Of the provider.
    content
        The bytes.
    file
        Its name, by which it is recognised and errors name it.

    Raises
    ------
    BadInput
        If the file is not one of the provider's, is empty or an error page, its layout, unit or a name is not what is
        due, a cell occurs twice or is negative, its parts exceed its total, or it has too few or too many rows.
    """
    declared = source(name)
    known = [one for one in declared.files if re.search(one.pattern, file)]
    if not known:
        titles = "; ".join(f"{one.title} ({one.pattern})" for one in declared.files)
        raise BadInput("not a file of this provider", where=f"{name} {file}", due=f"one of {titles}")
    if not content.strip(b"\x00 \r\n\t"):
        raise BadInput("empty", where=file, due=known[0].title, cure="download it again")
    if _HTML.match(content[:400]):
        raise BadInput("an HTML page", where=file, due=known[0].title, cure="the provider answered with a page; try again")
    reader: Reader = import_module(f"hamkor.sources.{name.replace('-', '_')}.read")
    reading = corrected(reader.read(content, file=file), declared.corrections, file=file)
    return checked(reading, known[0], file=file)


def corrected(reading: Reading, corrections: tuple[Correction, ...], *, file: str) -> Reading:
    """Return a reading with the provider's known errors mended, each with a note.

    Raises
    ------
    BadInput
        If a cell no longer prints the error: the provider has mended it, or something else stands there now.
    """
    frame, notes = reading.frame, list(reading.notes)
    for one in corrections:
        if not re.search(one.file, file):
            continue
        where, here = f"{file} {one.locator}", pl.col("LOCATOR") == one.locator
        printed = frame.filter(here)["PRINTED"].to_list()
        if printed != [one.found]:
            cure = "the provider has mended its error: delete the correction" if printed == [one.due] else "look at the file"
            raise BadInput(
                f"{printed[0] if printed else 'nothing'}", where=where, due=f"{one.found}, which is corrected", cure=cure
            )
        value = pl.lit(float(one.due)) * pl.lit(10.0).pow(pl.col("UNIT_MULT").cast(pl.Float64))
        frame = frame.with_columns(OBS_VALUE=pl.when(here).then(value).otherwise("OBS_VALUE"))
        notes.append(f"{one.locator}: {one.found} is read as {one.due}: {one.reason}")
    return Reading(frame, tuple(notes))


def checked(reading: Reading, declared: SourceFile, *, file: str) -> Reading:
    """Return a reading whose cells are unique, not negative, and add up to the totals that the file prints.

    Where a printed total exceeds the sum of its partners by more than `TOLERANCE`, a row with the counterpart ``_X`` carries
    the difference, with the status ``residual`` and a note.

    Raises
    ------
    BadInput
        As `read`.
    """
    frame = reading.frame
    if not declared.minimum <= len(frame) <= declared.maximum:
        due = f"{declared.minimum:,} to {declared.maximum:,}"
        raise BadInput(f"{len(frame):,} figures", where=file, due=due, cure="the file was cut short, or its layout has changed")
    negative = frame.filter(pl.col("OBS_VALUE") < 0)
    if not negative.is_empty():
        row = negative.row(0, named=True)
        raise BadInput(
            f"{row['PRINTED']}", where=f"{file} {row['LOCATOR']}", due="a value >= 0",
            cure="a negative month means revised year-to-date figures; take the newer file",
        )  # fmt: skip
    twice = frame.filter(pl.struct(KEY).is_duplicated())
    if not twice.is_empty():
        one, other = twice.sort(KEY).head(2)["LOCATOR"]
        key = " ".join(str(twice.sort(KEY)[0, name]) for name in KEY)
        raise BadInput(f"{key} stands twice, at {one} and {other}", where=file, due="each figure once")
    return _with_residuals(reading, file)


def _with_residuals(reading: Reading, file: str) -> Reading:
    frame = reading.frame
    parts = frame.filter((pl.col("PRODUCT") == "TOTAL") & (pl.col("COUNTERPART") != "W1"))
    sums = parts.group_by("REPORTER", "FLOW", "TIME_PERIOD").agg(SUM=pl.col("OBS_VALUE").sum())
    totals = frame.filter((pl.col("PRODUCT") == "TOTAL") & (pl.col("COUNTERPART") == "W1")).join(
        sums, on=["REPORTER", "FLOW", "TIME_PERIOD"]
    )
    notes, added = list(reading.notes), list[pl.DataFrame]()
    for row in totals.sort("FLOW", "TIME_PERIOD").iter_rows(named=True):
        gap = row["OBS_VALUE"] - row["SUM"]
        if abs(gap) <= TOLERANCE * row["OBS_VALUE"]:
            continue
        where = f"{file} {row['LOCATOR']}"
        said = f"{row['FLOW']} {row['TIME_PERIOD']}: partners add up to {row['SUM']:,.0f} of {row['OBS_VALUE']:,.0f} dollars"
        if gap < 0:
            raise BadInput(said, where=where, due="parts that do not exceed their total", cure="is the unit the same in all?")
        notes.append(f"{said}; the rest, {gap:,.0f}, is shown as not specified (_X)")
        same = (pl.col("COUNTERPART") == "_X") & (pl.col("PRODUCT") == "TOTAL")
        for name in ("REPORTER", "FLOW", "TIME_PERIOD"):
            same = same & (pl.col(name) == row[name])
        own = frame.filter(same)
        frame = frame.filter(~same)
        value = gap + (0.0 if own.is_empty() else own["OBS_VALUE"].fill_null(0.0)[0])
        rest = {"COUNTERPART": "_X", "OBS_VALUE": value, "PRINTED": None, "OBS_STATUS": "residual"}
        own_place = {"LOCATOR": f"{row['LOCATOR']} less its parts"}
        added.append(pl.DataFrame([row | rest | own_place], schema=totals.schema).select(frame.columns))
    return Reading(pl.concat([frame, *added]), tuple(notes))
