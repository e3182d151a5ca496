"""Tidy tables into arrays: one row a cell, every label known, no cell twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from hamkor.schema.errors import BadInput, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

Floats = npt.NDArray[np.float64]


def labels(frame: pl.DataFrame, *columns: str, where: str) -> list[str]:
    """Return the labels of one or several columns together, in alphabetical order."""
    for name in columns:
        if name not in frame.columns:
            raise BadInput(f"columns {', '.join(frame.columns)}", where=where, due=f"a column {name}")
    found = pl.concat([frame[name].cast(pl.String).rename("label") for name in columns]).unique()
    if found.null_count():
        raise BadInput("a missing label", where=f"{where}.{columns[0]}", due="a name or code")
    return sorted(found.to_list())


def array(
    frame: pl.DataFrame, axes: Mapping[str, Sequence[str]], value: str | Sequence[str], *, where: str, start: float = 0.0
) -> Floats:
    """Return the values of a tidy table as an array with an axis a column.

    Parameters
    ----------
    frame
        One row a cell. A column of `axes` that is not there stands for all of its labels.
    axes
        Column -> its labels, in the order of the array's axes.
    value
        The column of values, or the names that it may have.
    where
        Name of the table, for errors.
    start
        What a cell without a row holds.

    Raises
    ------
    BadInput
        If a label is unknown, a cell stands twice, or a value is no finite number.
    """
    names = [value] if isinstance(value, str) else list(value)
    column = next((name for name in names if name in frame.columns), None)
    if column is None:
        raise BadInput(f"columns {', '.join(frame.columns)}", where=where, due=f"a column {names[0]}")
    told = [name for name in axes if name in frame.columns]
    if not told:
        raise BadInput(f"columns {', '.join(frame.columns)}", where=where, due=f"columns {', '.join(axes)}")
    places: list[npt.NDArray[np.int64]] = []
    for name in told:
        codes = frame[name].cast(pl.String).cast(pl.Enum(list(axes[name])), strict=False)
        if codes.null_count():
            unknown = str(frame[name][int(codes.is_null().arg_max() or 0)])
            hint = did_you_mean(unknown, axes[name])
            raise BadInput(f"'{unknown}'", where=f"{where}.{name}", due="a label of the baseline", cure=hint)
        places.append(codes.to_physical().to_numpy().astype(np.int64))
    numbers = frame[column].cast(pl.Float64).to_numpy()
    wrong = np.flatnonzero(~np.isfinite(numbers))
    if wrong.size:
        raise BadInput(
            str(numbers[wrong[0]]), where=f"{where}.{column} {cell(frame, told, int(wrong[0]))}", due="a finite number"
        )
    shape = tuple(len(axes[name]) for name in told)
    flat = np.ravel_multi_index(tuple(places), shape) if len(frame) else np.zeros(0, dtype=np.int64)
    counted = np.bincount(flat, minlength=1)
    if counted.size and counted.max() > 1:
        row = int(np.flatnonzero(flat == int(np.argmax(counted)))[1])
        raise BadInput("a cell that stands twice", where=f"{where} {cell(frame, told, row)}", due="one row a cell")
    small = np.full(shape, start)
    small.reshape(-1)[flat] = numbers
    missing = tuple(place for place, name in enumerate(axes) if name not in told)
    whole = tuple(len(axes[name]) for name in axes)
    return np.array(np.broadcast_to(np.expand_dims(small, missing), whole))


def cell(frame: pl.DataFrame, columns: Sequence[str], row: int) -> str:
    """Return how a row is named in an error: who sells to whom, then the rest."""
    told = {name: str(frame[name][row]) for name in columns}
    if "exporter" in told and "importer" in told:
        return " ".join([f"{told.pop('exporter')} -> {told.pop('importer')}", *told.values()])
    return " ".join(told.values())
