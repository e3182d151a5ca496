"""From a frame and a formula to arrays: outcome, regressors, effects, clusters; what was dropped, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
import numpy as np
import polars as pl

from hamkor.gravity.formula import Factor, Specification
from hamkor.gravity.grid import Floats, Marks, Places
from hamkor.gravity.kernels import crossed, first_rows, relabelled
from hamkor.schema.errors import BadInput, did_you_mean

Pair = Literal["directed", "symmetric", "domestic"]
_FUNCTIONS = {"log": np.log, "log1p": np.log1p, "exp": np.exp, "sqrt": np.sqrt}


class Design(msgspec.Struct, frozen=True):
    """N rows of K regressors and D effects.

    Attributes
    ----------
    rows
        N: place in the frame that was given.
    outcome, weights, offset
        N each.
    names, regressors
        K names, K x N.
    effect_names, effects, levels
        D names, D arrays of N places, D tables of the columns of each level.
    clusters
        As many arrays of N places as there are clusters.
    dropped
        Reason -> rows.
    """

    rows: Places
    outcome: Floats
    weights: Floats
    offset: Floats
    names: tuple[str, ...]
    regressors: Floats
    effect_names: tuple[str, ...]
    effects: tuple[Places, ...]
    levels: tuple[pl.DataFrame, ...]
    clusters: tuple[Places, ...]
    dropped: dict[str, int]

    def kept(self, keep: Marks, reason: str) -> Design:
        """Return the rows that are kept; the others are counted under `reason`."""
        effects, levels = [], []
        for places, table in zip(self.effects, self.levels, strict=True):
            there = np.bincount(places[keep], minlength=len(table)) > 0
            effects.append((np.cumsum(there) - 1)[places[keep]])
            levels.append(table.filter(pl.Series(there)))
        regressors = np.array([one[keep] for one in self.regressors]).reshape(len(self.regressors), int(keep.sum()))
        dropped = self.dropped | {reason: self.dropped.get(reason, 0) + int((~keep).sum())}
        return msgspec.structs.replace(
            self, rows=self.rows[keep], outcome=self.outcome[keep], weights=self.weights[keep], offset=self.offset[keep],
            regressors=regressors, effects=tuple(effects), levels=tuple(levels),
            clusters=tuple(one[keep] for one in self.clusters), dropped=dropped,
        )  # fmt: skip


def as_frame(data: Any) -> pl.DataFrame:
    """Return any frame that speaks Arrow (Polars, pandas, PyArrow) as Polars.

    Raises
    ------
    BadInput
        If it is no frame.
    """
    if isinstance(data, pl.LazyFrame):
        return data.collect()
    try:
        return data if isinstance(data, pl.DataFrame) else pl.DataFrame(data)
    except (TypeError, ValueError, ImportError) as error:
        raise BadInput(f"{type(data).__name__}: {error}", where="data", due="a frame of Polars, pandas or PyArrow") from None


def design(
    read: Specification, frame: pl.DataFrame, *, pair: Pair = "directed", sides: tuple[str, str] = ("exporter", "importer"),
    cluster: Sequence[str] = (), weights: str | None = None, offset: str | None = None, positive: bool = True,
) -> Design:  # fmt: skip
    """Return the arrays of a specification.

    Parameters
    ----------
    read, frame
        Formula and data.
    pair
        What an effect that crosses both sides is: one for each direction, one for both, or one for each domestic flow and one
        for all others.
    sides
        Columns of the exporter and the importer.
    cluster
        Columns, or columns crossed by ^.
    weights, offset
        Columns.
    positive
        Whether the outcome may not be negative.

    Raises
    ------
    BadInput
        If a column is missing, no number, or infinite, an outcome or weight is negative, or nothing is left.
    """
    ways = [tuple(name.strip() for name in one.split("^")) for one in cluster]
    numbers = [read.outcome, *(one for term in read.terms for one in term if not one.levels)]
    _known([one.column for one in numbers], frame)
    labels = [
        *(one.column for term in read.terms for one in term if one.levels),
        *(name for one in read.effects for name in one),
    ]
    extra = [one for one in (weights, offset) if one]
    _known([*labels, *(name for one in ways for name in one), *extra], frame)
    needed = list(dict.fromkeys([*(one.column for one in numbers), *labels, *(name for one in ways for name in one), *extra]))
    told = frame.select(needed).with_row_index("_row")
    floats = [name for name in needed if told[name].dtype.is_float() and told[name].is_nan().any()]
    told = told.with_columns(pl.col(floats).fill_nan(None))
    missing = {f"missing {name}": told[name].null_count() for name in needed if told[name].null_count()}
    if missing:
        told = told.drop_nulls(needed)
    if told.is_empty():
        raise BadInput("no row without a missing value", where="data", due="rows", cure=", ".join(missing) or "give rows")
    outcome = _number(read.outcome, told)
    if positive and (outcome < 0).any():
        row = int(np.flatnonzero(outcome < 0)[0])
        raise BadInput(f"{read.outcome.column} {outcome[row]:g}", where=f"row {told['_row'][row] + 1}", due="a flow >= 0")
    names, columns = [], []
    for term in read.terms:
        for name, column in _columns(term, told):
            names.append(name)
            columns.append(column)
    if read.constant and not read.effects:
        names.append("(constant)")
        columns.append(np.ones(len(told)))
    coded = _Codes(told, pair, sides)
    effects, levels = zip(*(coded.of(one) for one in read.effects), strict=True) if read.effects else ((), ())
    weighed = np.broadcast_to(1.0, len(told)) if weights is None else _number(Factor(weights), told)
    if weights is not None and (weighed < 0).any():
        raise BadInput(f"a negative {weights}", where="weights", due="numbers >= 0")
    if pair != "directed" and not any(set(one) == set(sides) for one in read.effects):
        raise BadInput(f"pair = {pair}", where="formula", due=f"an effect {sides[0]}^{sides[1]}")
    return Design(
        told["_row"].to_numpy().astype(np.int64), outcome, weighed,
        np.broadcast_to(0.0, len(told)) if offset is None else _number(Factor(offset), told), tuple(names),
        columns[0][None] if len(columns) == 1 else np.array(columns).reshape(len(columns), len(told)),
        tuple("^".join(one) for one in read.effects), tuple(effects), tuple(levels),
        tuple(coded.of(one)[0] for one in ways), missing,
    )  # fmt: skip


def _known(names: Sequence[str], frame: pl.DataFrame) -> None:
    for name in names:
        if name not in frame.columns:
            cure = did_you_mean(name, frame.columns) or f"there are {', '.join(frame.columns[:12])}"
            raise BadInput(f"column '{name}'", where="formula", due="a column of the data", cure=cure)


def _number(factor: Factor, frame: pl.DataFrame) -> Floats:
    column = frame[factor.column]
    if not (column.dtype.is_numeric() or column.dtype == pl.Boolean):
        raise BadInput(
            f"column '{factor.column}' of {column.dtype}", where="formula", due="numbers", cure="i(column) makes levels"
        )
    values = column.cast(pl.Float64).to_numpy()
    if factor.function in ("log", "sqrt") and (values <= 0).any():
        row = int(np.flatnonzero(values <= 0)[0])
        raise BadInput(
            f"{factor.function}({factor.column}) of {values[row]:g}", where=f"row {frame['_row'][row] + 1}",
            due="values over 0", cure="filter them, or write a column of its own",
        )  # fmt: skip
    found = _FUNCTIONS[factor.function](values) if factor.function else values
    if not np.isfinite(found).all():
        row = int(np.flatnonzero(~np.isfinite(found))[0])
        raise BadInput(f"{factor.column} {values[row]:g}", where=f"row {frame['_row'][row] + 1}", due="a finite number")
    return np.asarray(found, dtype=np.float64)


def _columns(term: tuple[Factor, ...], frame: pl.DataFrame) -> list[tuple[str, Floats]]:
    """Return the regressors of a term: one, or one a level."""
    slopes = [factor for factor in term if not factor.levels]
    slope = _number(slopes[0], frame) if slopes else np.ones(len(frame))
    for factor in slopes[1:]:
        slope = slope * _number(factor, frame)
    found = [(":".join(f"{one.function}({one.column})" if one.function else one.column for one in slopes), slope)]
    for factor in (one for one in term if one.levels):
        column = frame[factor.column]
        known = column.unique().sort().to_list()
        left_out = [one for one in known if str(one) == factor.reference]
        if factor.reference and not left_out:
            raise BadInput(
                f"ref={factor.reference}", where=f"i({factor.column})", due=f"one of {', '.join(map(str, known[:10]))}"
            )
        if not factor.reference and not slopes:
            left_out = known[:1]
        found = [
            (f"{factor.column}::{_plain(level)}{':' if name else ''}{name}", values * (column == level).to_numpy())
            for name, values in found for level in known if level not in left_out
        ]  # fmt: skip
    return found


def _plain(level: object) -> str:
    return f"{level:g}" if isinstance(level, float) else str(level)


class _Codes:
    """Levels of effects and clusters of a frame; a column that stands in several is looked at once."""

    def __init__(self, frame: pl.DataFrame, pair: Pair, sides: tuple[str, str]) -> None:
        self.frame, self.pair, self.sides = frame, pair, sides
        self._columns: dict[str, tuple[Places, int]] = {}
        self._known: dict[tuple[str, ...], tuple[Places, pl.DataFrame]] = {}

    def of(self, columns: tuple[str, ...]) -> tuple[Places, pl.DataFrame]:
        """Return the place of each row's level, and the table of levels in the order of places."""
        if columns not in self._known:
            self._known[columns] = self._crossed(columns)
        return self._known[columns]

    def _crossed(self, columns: tuple[str, ...]) -> tuple[Places, pl.DataFrame]:
        told = self.frame.select(columns)
        paired = self.pair != "directed" and set(columns) == set(self.sides)
        if paired:
            told = _pairs(told, self.pair, self.sides)
        found: tuple[Places, int] | None = None
        for name in told.columns:
            if paired or name not in self._columns:
                own = _levels(told[name])
                if not paired:
                    self._columns[name] = own
            else:
                own = self._columns[name]
            found = own if found is None else _dense(crossed(found[0], own[0], own[1]), found[1] * own[1])
        assert found is not None
        return found[0], told[first_rows(*found)]


def _pairs(told: pl.DataFrame, pair: Pair, sides: tuple[str, str]) -> pl.DataFrame:
    """Return both sides of a pair as its effect knows them: in the order of names, or one name for all that is not domestic."""
    one, other = (pl.col(name).cast(pl.String) for name in sides)
    if pair == "symmetric":
        return told.select(pl.min_horizontal(one, other).alias(sides[0]), pl.max_horizontal(one, other).alias(sides[1]))
    return told.select(
        pl.when(one == other).then(name).otherwise(pl.lit("international")).alias(name.meta.output_name())
        for name in (one, other)
    )


def _levels(column: pl.Series) -> tuple[Places, int]:
    """Return the place of each value among the sorted ones, and how many there are."""
    if column.dtype.is_integer():
        low, high = int(column.min()), int(column.max())  # type: ignore[arg-type]
        if high - low < 4 * len(column) + 1000:
            places = np.subtract(column.to_numpy(), low, dtype=np.int64)
            return _dense(places, high - low + 1)
    if column.dtype in (pl.String, pl.Categorical, pl.Enum):
        known = column.unique().cast(pl.String).sort()
        return column.cast(pl.String).cast(pl.Enum(known)).to_physical().to_numpy().astype(np.int64), len(known)
    values, places = np.unique(column.to_numpy(), return_inverse=True)
    return places.astype(np.int64), len(values)


def _dense(codes: Places, size: int) -> tuple[Places, int]:
    """Return codes in [0, size) as places 0 ... n - 1, and n; the codes given are written over."""
    if size > 8 * codes.size + 1000:
        known, places = np.unique(codes, return_inverse=True)
        return places.astype(np.int64), len(known)
    return codes, int(relabelled(codes, size))
