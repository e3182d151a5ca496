"""What each table is: columns, units, keys; and the one function that checks a frame against its table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec
import polars as pl

from hamkor.schema.errors import BadInput, did_you_mean

ColumnType = Literal["text", "number", "integer"]
_DTYPES: dict[ColumnType, pl.DataType] = {"text": pl.String(), "number": pl.Float64(), "integer": pl.Int64()}


class Column(msgspec.Struct, frozen=True):
    """A declared column.

    Attributes
    ----------
    name
        SDMX concept name where there is one.
    type
        text, number or integer.
    unit
        Unit of a number; empty for text.
    key
        Part of the table's key.
    nullable
        Whether the cell may be empty.
    allowed
        The only values that may stand here; empty: any.
    minimum
        Smallest number that may stand here.
    """

    name: str
    type: ColumnType = "text"
    unit: str = ""
    key: bool = False
    nullable: bool = False
    allowed: tuple[str, ...] = ()
    minimum: float | None = None


class Table(msgspec.Struct, frozen=True):
    """A declared table: its name, its columns in order, and what a row is."""

    name: str
    row: str
    columns: tuple[Column, ...]

    @property
    def key(self) -> list[str]:
        """Names of the key's columns."""
        return [column.name for column in self.columns if column.key]

    @property
    def names(self) -> list[str]:
        """Names of all columns, in order."""
        return [column.name for column in self.columns]


FLOWS = ("turnover", "export", "import")
COVERAGES = ("goods", "goods-and-services", "unknown")
VALUATIONS = ("FOB", "CIF", "FOB+CIF", "unknown")
INDICATORS = (
    "border-time", "border-cost", "section-cost", "transport-cost", "speed-with-delay", "speed-without-delay", "samples",
)  # fmt: skip
BOUNDS = ("above", "below", "about")

OBSERVATIONS = Table(
    "observations",
    "one figure of trade as one source prints it",
    (
        Column("REPORTER", key=True),
        Column("COUNTERPART", key=True),
        Column("FLOW", key=True, allowed=FLOWS),
        Column("TIME_PERIOD", key=True),
        Column("SOURCE", key=True),
        Column("OBS_VALUE", "number", unit="USD", nullable=True, minimum=0),
        Column("LOW", "number", unit="USD", nullable=True, minimum=0),
        Column("HIGH", "number", unit="USD", nullable=True, minimum=0),
        Column("PRECISION", "number", unit="USD", nullable=True, minimum=0),
        Column("PRINTED", nullable=True),
        Column("UNIT_MEASURE"),
        Column("BOUND", nullable=True, allowed=BOUNDS),
        Column("GROWTH", "number", unit="1", nullable=True, minimum=-1),
        Column("GROWTH_PRINTED", nullable=True),
        Column("COVERAGE", allowed=COVERAGES),
        Column("VALUATION", allowed=VALUATIONS),
        Column("SUBSET", nullable=True),
        Column("SPEAKER"),
        Column("NOTE", nullable=True),
        Column("LOCATOR"),
    ),
)
FREQUENCIES = ("A", "Q", "M")
STATUSES = ("A", "E", "M", "P", "residual")
TRANSFORMATIONS = ("level", "ytd")
LICENCES = ("open", "attribution", "internal", "unclear")

RECORDS = Table(
    "records",
    "one cell of a provider's file in one vintage",
    (
        Column("FREQ", key=True, allowed=FREQUENCIES),
        Column("REPORTER", key=True),
        Column("COUNTERPART", key=True),
        Column("FLOW", key=True, allowed=FLOWS),
        Column("PRODUCT", key=True),
        Column("TIME_PERIOD", key=True),
        Column("SOURCE", key=True),
        Column("RELEASE_DATE", key=True),
        Column("OBS_VALUE", "number", unit="USD", nullable=True, minimum=0),
        Column("PRINTED", nullable=True),
        Column("UNIT_MULT", "integer", unit="power of ten"),
        Column("VALUATION", allowed=VALUATIONS),
        Column("COVERAGE", allowed=COVERAGES),
        Column("OBS_STATUS", allowed=STATUSES),
        Column("TRANSFORMATION", allowed=TRANSFORMATIONS),
        Column("LICENCE", allowed=LICENCES),
        Column("ARTIFACT"),
        Column("LOCATOR"),
    ),
)
BASELINE_TRADE = Table(
    "baseline_trade",
    "trade from one economy to another in the baseline year",
    (
        Column("EXPORTER", key=True),
        Column("IMPORTER", key=True),
        Column("TIME_PERIOD", key=True),
        Column("OBS_VALUE", "number", unit="USD", minimum=0),
        Column("SOURCE"),
    ),
)
BASELINE_ECONOMIES = Table(
    "baseline_economies",
    "gross domestic product of an economy in the baseline year",
    (
        Column("ECONOMY", key=True),
        Column("TIME_PERIOD", key=True),
        Column("OBS_VALUE", "number", unit="USD", minimum=0),
        Column("SOURCE"),
    ),
)
PERFORMANCE = Table(
    "performance",
    "one measure of a corridor's performance",
    (
        Column("TIME_PERIOD", key=True),
        Column("MODE", key=True, allowed=("road", "rail", "all")),
        Column("SCOPE", key=True),
        Column("PLACE", key=True, nullable=True),
        Column("DIRECTION", key=True, allowed=("inbound", "outbound", "all")),
        Column("INDICATOR", key=True, allowed=INDICATORS),
        Column("SOURCE", key=True),
        Column("OBS_VALUE", "number"),
        Column("PRINTED"),
        Column("UNIT_MEASURE"),
        Column("NOTE", nullable=True),
        Column("LOCATOR"),
    ),
)
FACTS = Table(
    "facts",
    "one statement that a brief may make",
    (
        Column("ID", key=True),
        Column("NAME"),
        Column("ENTITIES"),
        Column("PERIOD", nullable=True),
        Column("VALUE", "number", nullable=True),
        Column("TEXT", nullable=True),
        Column("UNIT_MEASURE", nullable=True),
        Column("LOW", "number", nullable=True),
        Column("HIGH", "number", nullable=True),
        Column("SOURCE", nullable=True),
        Column("DERIVATION", nullable=True),
    ),
)
TABLES = {table.name: table for table in (OBSERVATIONS, RECORDS, BASELINE_TRADE, BASELINE_ECONOMIES, PERFORMANCE, FACTS)}


def check(frame: pl.DataFrame, table: Table, *, first_row: int = 1) -> pl.DataFrame:
    """Return `frame` with the table's columns in order, or tell the first fault found.

    Parameters
    ----------
    frame
        What claims to be such a table.
    table
        Its declaration.
    first_row
        Number by which the first row is named in an error.

    Raises
    ------
    BadInput
        Naming table, column and row, what was found and what was due: a column missing or unknown, another type,
        an empty cell, a value that is not allowed, a number below the minimum or not finite, a key that occurs twice.

    Examples
    --------
    >>> frame = pl.DataFrame({"ECONOMY": ["UZB"], "TIME_PERIOD": ["2023"], "OBS_VALUE": [-1.0], "SOURCE": ["wdi"]})
    >>> check(frame, BASELINE_ECONOMIES)
    Traceback (most recent call last):
    hamkor.schema.errors.BadInput: baseline_economies.OBS_VALUE row 1: -1.0 where a value >= 0 (USD) is due
    """
    _check_names(frame, table)
    frame = frame.select(table.names)
    for column in table.columns:
        _check_column(frame[column.name], column, table.name, first_row)
    twice = frame.select(pl.struct(table.key).is_duplicated()).to_series()
    if twice.any():
        row = twice.arg_max() or 0
        key = ", ".join(str(frame[row, name]) for name in table.key)
        raise BadInput(f"key ({key})", where=f"{table.name} row {first_row + row:,}", due="a key that occurs once")
    return frame


def check_row(row: Mapping[str, Any], table: Table, *, where: str) -> None:
    """Return if every cell of one row fits its column; as `check`, but told with the place of the row in its file.

    Raises
    ------
    BadInput
        On an empty cell that may not be empty, a value that is not allowed, a number below the minimum.

    Examples
    --------
    >>> row = {"ECONOMY": "UZB", "TIME_PERIOD": "2023", "OBS_VALUE": -1.0, "SOURCE": "wdi"}
    >>> check_row(row, BASELINE_ECONOMIES, where="a.csv line 2")
    Traceback (most recent call last):
    hamkor.schema.errors.BadInput: a.csv line 2: OBS_VALUE -1.0 where a value >= 0 (USD) is due
    """
    for column in table.columns:
        value = row[column.name]
        if value is None or value == "":
            if not column.nullable:
                raise BadInput(f"no {column.name.lower()}", where=where, due="a value")
        elif column.allowed and value not in column.allowed:
            cure = did_you_mean(value, column.allowed)
            raise BadInput(
                f"{column.name.lower()} '{value}'", where=where, due="one of " + ", ".join(column.allowed), cure=cure
            )
        elif column.minimum is not None and value < column.minimum:
            unit = f" ({column.unit})" if column.unit else ""
            raise BadInput(f"{column.name} {value!r}", where=where, due=f"a value >= {column.minimum:g}{unit}")


def _check_names(frame: pl.DataFrame, table: Table) -> None:
    missing = [name for name in table.names if name not in frame.columns]
    unknown = [name for name in frame.columns if name not in table.names]
    if missing or unknown:
        found = f"columns {', '.join(frame.columns) or 'none'}"
        parts = [f"without {', '.join(missing)}"] * bool(missing) + [f"with unknown {', '.join(unknown)}"] * bool(unknown)
        raise BadInput(f"{found} ({' and '.join(parts)})", where=table.name, due=", ".join(table.names))


def _check_column(series: pl.Series, column: Column, table: str, first_row: int) -> None:
    def fault(wrong: pl.Series, due: str) -> None:
        if wrong.any():
            row = wrong.arg_max() or 0
            found = series[row]
            shown = "nothing" if found is None else repr(found)
            raise BadInput(shown, where=f"{table}.{column.name} row {first_row + row:,}", due=due)

    if series.dtype != _DTYPES[column.type]:
        if series.null_count() < len(series):
            raise BadInput(f"type {series.dtype}", where=f"{table}.{column.name}", due=column.type)
    elif column.type == "number":
        fault(series.is_nan() | series.is_infinite(), "a finite number")
    if not column.nullable:
        fault(series.is_null(), "a value")
    if column.allowed:
        fault(series.is_not_null() & ~series.is_in(column.allowed), "one of " + ", ".join(column.allowed))
    if column.minimum is not None and series.dtype.is_numeric():
        unit = f" ({column.unit})" if column.unit else ""
        fault((series < column.minimum).fill_null(False), f"a value >= {column.minimum:g}{unit}")
