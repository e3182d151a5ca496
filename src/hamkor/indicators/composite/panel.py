"""The table that an index is built on: economies and periods down, indicators across."""

from __future__ import annotations

import msgspec
import numpy as np
import polars as pl

from hamkor.indicators.composite.definition import Definition
from hamkor.indicators.composite.stages import Array, Labels
from hamkor.schema.errors import BadInput, did_you_mean


class Panel(msgspec.Struct, frozen=True):
    """A table as arrays.

    Attributes
    ----------
    economies, periods
        Of each row, rows sorted by economy and period.
    values
        Rows x indicators in the definition's order; NaN is missing.
    denominators
        Of the same shape, 1 where an indicator has none.
    groups
        Label of each row for means: its period, and its group where the definition names one.
    """

    economies: tuple[str, ...]
    periods: tuple[str, ...]
    values: Array
    denominators: Array
    groups: Labels


def panel_of(table: pl.DataFrame, definition: Definition) -> Panel:
    """Return the table's columns that the definition names.

    Parameters
    ----------
    table
        economy, period if there are several, a column an indicator and denominator - or rows of economy, period, indicator,
        value.
    definition
        What is looked for; an indicator that the table lacks is missing for every economy.

    Raises
    ------
    BadInput
        If there is no column economy, none of the indicators, a value that is no number, or an economy twice in a period.

    Examples
    --------
    >>> from hamkor.indicators.composite.definition import Dimension, Part
    >>> index = Definition("x", "X", (Dimension("trade", "Trade"),), (Part("exports", "Exports", "trade"),))
    >>> panel_of(pl.DataFrame({"economy": ["B", "A"], "exports": [1, 2]}), index).values[:, 0].tolist()
    [2.0, 1.0]
    """
    where = f"table of index {definition.id}"
    if "economy" not in table.columns:
        raise BadInput(f"columns {', '.join(table.columns)}", where=where, due="a column 'economy'")
    period = pl.col("period").cast(pl.String).fill_null("") if "period" in table.columns else pl.lit("")
    table = table.with_columns(pl.col("economy").cast(pl.String), period=period)
    if table["economy"].null_count():
        raise BadInput("a row without economy", where=where, due="its code in every row")
    if {"indicator", "value"} <= set(table.columns):
        table = _wide(table, where)
    twice = table.filter(pl.struct("economy", "period").is_duplicated())
    if len(twice):
        raise BadInput(f"{twice['economy'][0]} {twice['period'][0]} twice".replace("  ", " "), where=where, due="one row")
    names = [one.id for one in definition.indicators]
    if not set(names) & set(table.columns):
        raise BadInput("none of the index's indicators", where=where, due=_nearest(table, names))
    table = table.sort("economy", "period")
    below = [one.denominator for one in definition.indicators]
    for name in {one for one in below if one} - set(table.columns):
        raise BadInput(f"no column '{name}'", where=where, due="the denominator that the definition names")
    if definition.group and definition.group not in table.columns:
        raise BadInput(f"no column '{definition.group}'", where=where, due="the group that the definition names")
    keys = ["period", definition.group] if definition.group else ["period"]
    return Panel(
        tuple(table["economy"]),
        tuple(table["period"]),
        np.column_stack([_numbers(table, name, where) for name in names]),
        np.column_stack([_numbers(table, name, where) if name else np.ones(len(table)) for name in below]),
        labels(tuple(table.select(keys).rows())),
    )


def labels(keys: tuple[object, ...]) -> Labels:
    """Return a number of each row, the same where the keys are.

    Examples
    --------
    >>> labels(("2020", "2021", "2020")).tolist()
    [0, 1, 0]
    """
    known = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    return np.array([known[key] for key in keys], dtype=np.int64)


def _nearest(table: pl.DataFrame, names: list[str]) -> str:
    """Return what a column was perhaps meant to be, else the names that are due."""
    hints = [did_you_mean(column, names) for column in table.columns if column not in ("economy", "period")]
    return next((hint for hint in hints if hint.startswith("did")), "columns " + ", ".join(names[:6]))


def _wide(table: pl.DataFrame, where: str) -> pl.DataFrame:
    keys = ["economy", "period", "indicator"]
    twice = table.filter(pl.struct(keys).is_duplicated())
    if len(twice):
        raise BadInput(" ".join(str(twice[key][0]) for key in keys) + " twice", where=where, due="one row")
    return table.pivot("indicator", index=["economy", "period"], values="value")


def _numbers(table: pl.DataFrame, name: str, where: str) -> Array:
    if name not in table.columns:
        return np.full(len(table), np.nan)
    column = table[name]
    if column.dtype == pl.String:
        column = column.str.strip_chars().replace(["", "NA", "n/a", "..", "-"], None)
    numbers = column.cast(pl.Float64, strict=False)
    wrong = column.is_not_null() & (numbers.is_null() | numbers.is_infinite().fill_null(False))
    if wrong.any():
        row = int(wrong.arg_max() or 0)
        raise BadInput(f"{name} of {table['economy'][row]}: '{column[row]}'", where=where, due="a number, or nothing")
    return np.asarray(numbers.fill_null(float("nan")).to_numpy(), dtype=np.float64)
