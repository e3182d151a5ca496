"""Separated flows: zeros that a combination of regressors and effects would fit ever better, so that no estimate exists.

A zero is separated if some z = X b + D a is zero wherever trade is positive, nowhere negative, and positive there (Correia,
Guimaraes and Zylkin 2021, arXiv 1903.01633). In a full grid it is soon seen that there is none: over a cube of two exporters,
two importers and two years the third differences of effects are zero, so that regressors whose third differences differ over
positive cubes leave no b, and a zero whose seven neighbours are zeros of z is one itself. Else all z that are zero where trade
is positive are found first, by fitting random combinations there and looking where they fail elsewhere: in a panel they are
few, and live on few rows. Which of them is nowhere negative is then a small linear program (HiGHS). `certify` puts the whole
problem into the linear program instead.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, hstack, vstack

from hamkor.gravity.grid import Floats, Grid, Marks, Places
from hamkor.gravity.kernels import closed, differences
from hamkor.gravity.within import Within
from hamkor.schema.errors import BadInput

_TINY, _APART, _ROUND, _SEEN = 1e-6, 1e-5, 1e-7, 1e-12
_BATCH, _SAMPLES = 8, 512
_TRIES, _ROUNDS, _CUBES, _FULL = 64, 6, 200, 1e-3


def separated(
    outcome: Floats, regressors: Floats, effects: tuple[Places, ...], *, certify: bool = False, grid: Grid | None = None
) -> Marks:  # fmt: skip
    """Return which of N flows are separated.

    Parameters
    ----------
    outcome
        N flows >= 0.
    regressors
        K x N, with a constant if the model has one.
    effects
        Arrays of N places.
    certify
        Whether to give the linear program all rows, regressors and effects.
    grid
        Of the rows, if they make one.

    Raises
    ------
    BadInput
        If the linear program fails.

    Examples
    --------
    >>> trade, border = np.array([0.0, 0.0, 1.0, 2.0]), np.array([[1.0, 1.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0]])
    >>> separated(trade, border, ()).tolist()
    [True, True, False, False]
    """
    zero = outcome == 0
    found = np.zeros(outcome.size, dtype=bool)
    if not zero.any() or not (len(regressors) or effects):
        return found
    if grid is not None and not certify and _closed(zero, regressors, grid):
        return found
    scaled = regressors / np.maximum(np.abs(regressors).max(axis=1, initial=0.0, keepdims=True), 1e-300)
    basis = None if certify else _free(~zero, scaled, effects)
    if basis is None:
        table, rows, fixed = _table(scaled, effects), np.arange(outcome.size), ~zero
    else:
        rows = np.flatnonzero((np.abs(basis) > _APART).any(axis=0) & zero)
        table, fixed = csr_matrix(basis[:, rows].T), np.zeros(rows.size, dtype=bool)
    left = np.ones(rows.size, dtype=bool)
    while (left & ~fixed).any() and table.shape[1]:
        marks = _program(table[left], ~fixed[left])
        if not marks.any():
            break
        gone = np.flatnonzero(left)[marks]
        left[gone] = False
        found[rows[gone]] = True
    return found


def _closed(zero: Marks, regressors: Floats, grid: Grid) -> bool:
    """Return whether cubes show that no zero is separated; if they do not, some may still not be."""
    known = grid.there.copy()
    known[grid.cell[zero]] = False
    cells = np.flatnonzero(grid.there)
    ends = np.empty((int(grid.starts[-1]), 2), dtype=np.int64)
    ends[grid.table[grid.table >= 0]] = np.argwhere(grid.table >= 0)
    if len(regressors):
        inside = np.zeros((len(regressors), grid.size))
        inside[:, grid.cell] = regressors
        columns = []
        for row in inside:
            moved = np.flatnonzero(known & (row != 0))
            columns.append(moved if 0 < moved.size < cells.size / 2 else cells[known[cells]])
        begin = np.concatenate([np.random.default_rng(1).choice(one, _CUBES * 40) for one in columns if one.size])
        starts = np.column_stack([ends[begin // grid.years], begin % grid.years])
        wanted = _CUBES * len(regressors)
        found = np.zeros((wanted, len(regressors)))
        count = differences(
            known, grid.table, grid.entities, grid.partners, grid.years, inside, starts, wanted, 100 * wanted, 1, found
        )
        scaled = found[:count] / np.maximum(np.abs(found[:count]).max(axis=0, initial=0.0), 1e-300)
        if count < len(regressors) or np.linalg.svd(scaled, compute_uv=False)[-1] < _FULL:
            return False
    for turn in range(_ROUNDS):
        left = cells[~known[cells]]
        zeros = np.column_stack([ends[left // grid.years], left % grid.years])
        if not closed(known, grid.table, grid.entities, grid.partners, grid.years, zeros, _TRIES << turn, turn):
            return True
    return False


def _free(positive: Marks, regressors: Floats, effects: tuple[Places, ...]) -> Floats | None:
    """Return a basis (M x N) of what regressors and effects can say without a word where trade is positive.

    None if it has more than half a thousand dimensions.
    """
    chance = np.random.default_rng(1)
    part = tuple(places[positive] for places in effects)
    within = Within(part, rows=int(positive.sum()), threads=2)
    within.weigh(np.ones(within.size))
    own = np.array([within.inside(row[positive]) for row in regressors]).reshape(len(regressors), within.size)
    free = np.stack([within.project(row)[0] for row in own]) if len(own) else own
    inverse = _inverse(free @ free.T, np.square(own).sum(axis=1))
    drawn: list[Floats] = []
    while len(drawn) < _SAMPLES:
        for _ in range(_BATCH if drawn else 1):
            weights = chance.standard_normal(len(regressors))
            index = weights @ regressors if len(regressors) else np.zeros(positive.size)
            for places in effects:
                index = index + chance.standard_normal(int(places.max()) + 1)[places]
            column = within.inside(index[positive])
            told = inverse @ (free @ column)
            fitted = told @ regressors if len(regressors) else np.zeros(positive.size)
            if effects:
                rest = np.ascontiguousarray(column - told @ own) if len(own) else np.ascontiguousarray(column)
                _, outer = within.project(rest)
                for place, at in enumerate(within.outer):
                    fitted = fitted + _known(outer[within.bounds[place] : within.bounds[place + 1]], effects[at])
                fitted = fitted + _known(within.inner_effects(rest, outer), effects[within.inner])
            left = index - fitted
            drawn.append(np.where(positive | (np.abs(left) < _APART), 0.0, left))
        table = np.stack(drawn)
        live = np.flatnonzero(table.any(axis=0))
        if not live.size:
            return np.zeros((0, positive.size))
        _, sizes, vectors = np.linalg.svd(table[:, live], full_matrices=False)
        rank = int((sizes > _APART * sizes[0]).sum())
        if rank < len(drawn) - 1:
            basis = np.zeros((rank, positive.size))
            scaled = vectors[:rank] / np.maximum(np.abs(vectors[:rank]).max(axis=1, keepdims=True), 1e-300)
            basis[:, live] = np.where(np.abs(scaled) < _ROUND, 0.0, scaled)
            return basis
    return None


def _inverse(squares: Floats, given: Floats) -> Floats:
    """Return a generalised inverse; what is rounding beside the regressors as given (their squares) is zero."""
    if not given.size:
        return np.zeros((0, 0))
    scale = 1 / np.sqrt(np.maximum(given, 1e-300))
    values, vectors = np.linalg.eigh(squares * scale[:, None] * scale)
    there = values > _SEEN
    return np.asarray((vectors[:, there] / values[there]) @ vectors[:, there].T * scale[:, None] * scale)


def _known(values: Floats, places: Places) -> Floats:
    """Return the values of the rows' levels; zero for levels that the fit has not seen."""
    size = int(places.max()) + 1
    return np.concatenate([values, np.zeros(max(size - values.size, 0))])[places]


def _table(regressors: Floats, effects: tuple[Places, ...]) -> csr_matrix:
    """Return [X, D] as a sparse matrix."""
    size = regressors.shape[1]
    rows = np.arange(size)
    parts = [csr_matrix(regressors.T)] if len(regressors) else []
    parts += [csr_matrix((np.ones(size), (rows, one)), shape=(size, int(one.max()) + 1)) for one in effects]
    return csr_matrix(hstack(parts))


def _program(table: csr_matrix, zero: Marks) -> Marks:
    """Return the rows in the support of the z that is largest in sum, with 0 <= z <= 1 where trade is zero."""
    zeros, positives = table[zero], table[~zero]
    bound = np.concatenate([np.zeros(zeros.shape[0]), np.ones(zeros.shape[0])])
    for presolve in (True, False):
        told = linprog(  # type: ignore[call-overload]
            -np.asarray(zeros.sum(axis=0)).ravel(), A_ub=vstack([-zeros, zeros]), b_ub=bound,
            A_eq=positives if positives.shape[0] else None, b_eq=np.zeros(positives.shape[0]) if positives.shape[0] else None,
            bounds=(None, None), method="highs", options={"presolve": presolve},
        )  # fmt: skip
        if told.status == 0:
            break
    else:
        raise BadInput(f"the linear program of separation: {told.message}", due="a solution", cure="scale the regressors")
    found = np.zeros(zero.size, dtype=bool)
    found[zero] = zeros @ told.x > _TINY
    return found
