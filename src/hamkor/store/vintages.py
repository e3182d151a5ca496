"""Vintages: what was known on a day, and how a figure was revised."""

from __future__ import annotations

import datetime

import polars as pl

from hamkor.schema.errors import BadInput
from hamkor.schema.tables import RECORDS

_SAME = [name for name in RECORDS.key if name != "RELEASE_DATE"]


def moment(text: str, *, where: str = "--as-of") -> str:
    """Return a day or an instant as the store writes it: UTC, ISO 8601 to the microsecond; a day means its end.

    Raises
    ------
    BadInput
        If the text is neither.

    Examples
    --------
    >>> moment("2025-06-30"), moment("2025-06-30T12:00:00")
    ('2025-06-30T23:59:59.999999', '2025-06-30T12:00:00.000000')
    """
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"'{text}'", where=where, due="a day, YYYY-MM-DD") from None
    if len(text) <= 10:
        found = found.replace(hour=23, minute=59, second=59, microsecond=999999)
    if found.tzinfo is not None:
        found = found.astimezone(datetime.UTC).replace(tzinfo=None)
    return found.isoformat(timespec="microseconds")


def as_of_records(records: pl.LazyFrame, *, as_of: str = "") -> pl.LazyFrame:
    """Return of every observation the latest vintage that was there at an instant.

    Parameters
    ----------
    records
        The table `records`, every vintage.
    as_of
        A day or an instant; empty: now.

    Examples
    --------
    >>> rows = [("2025-01-01T00:00:00.000000", 1.0), ("2025-06-01T00:00:00.000000", 2.0)]
    >>> frame = pl.LazyFrame(rows, schema=["RELEASE_DATE", "OBS_VALUE"], orient="row")
    >>> frame = frame.with_columns(pl.lit("x").alias(name) for name in RECORDS.key if name != "RELEASE_DATE")
    >>> as_of_records(frame, as_of="2025-03-01").collect()["OBS_VALUE"].to_list()
    [1.0]
    """
    if as_of:
        records = records.filter(pl.col("RELEASE_DATE") <= moment(as_of))
    return records.sort("RELEASE_DATE").unique(subset=_SAME, keep="last", maintain_order=True)


def revision_triangle(records: pl.DataFrame) -> pl.DataFrame:
    """Return how each observation was revised: a row an observation and vintage in which its value changed.

    Parameters
    ----------
    records
        The table `records`, every vintage.

    Returns
    -------
    polars.DataFrame
        Key of `records`, then OBS_VALUE, FIRST (the first vintage's value), PREVIOUS (the one before), REVISION (change
        against PREVIOUS as a fraction; null for the first) and VINTAGES (number of vintages that state it).

    Examples
    --------
    >>> rows = [("2025-01-01", 4.0), ("2025-02-01", 4.0), ("2025-06-01", 5.0)]
    >>> frame = pl.DataFrame(rows, schema=["RELEASE_DATE", "OBS_VALUE"], orient="row")
    >>> frame = frame.with_columns(pl.lit("x").alias(name) for name in RECORDS.key if name != "RELEASE_DATE")
    >>> revision_triangle(frame).select("RELEASE_DATE", "OBS_VALUE", "REVISION", "VINTAGES").rows()
    [('2025-01-01', 4.0, None, 3), ('2025-06-01', 5.0, 0.25, 3)]
    """
    value = pl.col("OBS_VALUE")
    told = records.sort([*_SAME, "RELEASE_DATE"]).with_columns(
        FIRST=value.first().over(_SAME), PREVIOUS=value.shift(1).over(_SAME), VINTAGES=pl.len().over(_SAME),
        BEGINS=pl.int_range(pl.len()).over(_SAME) == 0,
    )  # fmt: skip
    told = told.filter(pl.col("BEGINS") | value.ne_missing(pl.col("PREVIOUS"))).drop("BEGINS")
    change = pl.when(pl.col("PREVIOUS") != 0).then(value / pl.col("PREVIOUS") - 1)
    return told.with_columns(REVISION=change).select(*RECORDS.key, "OBS_VALUE", "FIRST", "PREVIOUS", "REVISION", "VINTAGES")
