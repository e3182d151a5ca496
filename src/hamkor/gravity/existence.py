"""Separated flows: zeros that a combination of regressors and effects would fit ever better, so that no estimate exists.

A zero is separated if some z = X b + D a is zero wherever trade is positive, nowhere negative, and positive there (Correia,
Guimaraes and Zylkin 2021, arXiv 1903.01633). A quick look comes first: where trade is positive, do regressors and effects still
span what they span everywhere? Then no such z exists. Else a linear program finds the rows and so certifies them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, hstack, vstack

from hamkor.gravity.within import Floats, Places, Within
from hamkor.schema.errors import BadInput

Marks = npt.NDArray[np.bool_]
_TINY = 1e-6
_APART = 1e-3


def separated(outcome: Floats, regressors: Floats, effects: tuple[Places, ...], *, certify: bool = False) -> Marks:
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
        Whether to run the linear program even where the quick look says that nothing is separated.

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
    if not zero.any():
        return found
    scaled = regressors / np.maximum(np.abs(regressors).max(axis=1, initial=0.0, keepdims=True), 1e-300)
    if not certify and _spanned(~zero, scaled, effects):
        return found
    table = _table(scaled, effects)
    while True:
        left = ~found
        if not (zero & left).any():
            return found
        marks = _program(table[left], zero[left])
        if not marks.any():
            return found
        found[np.flatnonzero(left)[marks]] = True


def _spanned(positive: Marks, regressors: Floats, effects: tuple[Places, ...]) -> bool:
    """Return whether what regressors and effects say where trade is positive settles what they say elsewhere.

    Random coefficients are given to all of them; fitted where trade is positive alone, they must return the same index
    everywhere.
    """
    chance = np.random.default_rng(1)
    index = np.zeros(positive.size)
    for places in effects:
        index += chance.standard_normal(int(places.max()) + 1)[places]
    if effects:
        for places in effects:
            if not np.bincount(places[positive], minlength=int(places.max()) + 1).all():
                return False
    part = tuple(places[positive] for places in effects)
    within = Within(part)
    order = within.order if effects else np.arange(int(positive.sum()))
    within.weigh(np.ones(order.size))
    free = [within.project(np.ascontiguousarray(row[positive][order]), tolerance=1e-8)[0] for row in regressors]
    if free:
        norms = np.sqrt([float(row[positive] @ row[positive]) for row in regressors])
        scaled = np.stack(free) / np.maximum(norms, 1e-300)[:, None]
        rank = int(np.linalg.matrix_rank(scaled @ scaled.T, tol=1e-10))
        if rank < len(regressors) and rank < _rank_everywhere(regressors, effects):
            return False
    if not effects:
        return True
    fitted = np.zeros(positive.size)
    column = np.ascontiguousarray(index[positive][order])
    _, outer = within.project(column, tolerance=1e-6)
    for place, at in enumerate(within.outer):
        fitted += outer[within.bounds[place] : within.bounds[place + 1]][effects[at]]
    fitted += within.inner_effects(column, outer)[effects[within.inner]]
    return bool(np.abs(fitted - index).max() < _APART * max(1.0, float(np.abs(index).max())))


def _rank_everywhere(regressors: Floats, effects: tuple[Places, ...]) -> int:
    within = Within(effects)
    order = within.order if effects else np.arange(regressors.shape[1])
    within.weigh(np.ones(order.size))
    free = np.stack([within.project(np.ascontiguousarray(row[order]), tolerance=1e-10)[0] for row in regressors])
    norms = np.sqrt((regressors**2).sum(axis=1))
    scaled = free / np.maximum(norms, 1e-300)[:, None]
    return int(np.linalg.matrix_rank(scaled @ scaled.T, tol=1e-10))


def _table(regressors: Floats, effects: tuple[Places, ...]) -> csr_matrix:
    """Return [X, D] as a sparse matrix."""
    size = regressors.shape[1]
    rows = np.arange(size)
    parts = [csr_matrix(regressors.T)] if len(regressors) else []
    parts += [csr_matrix((np.ones(size), (rows, one)), shape=(size, int(one.max()) + 1)) for one in effects]
    return csr_matrix(hstack(parts)) if parts else csr_matrix((size, 1))


def _program(table: csr_matrix, zero: Marks) -> Marks:
    """Return the rows in the support of the z that is largest in sum, with 0 <= z <= 1 where trade is zero."""
    zeros, positives = table[zero], table[~zero]
    bound = np.concatenate([np.zeros(zeros.shape[0]), np.ones(zeros.shape[0])])
    told = linprog(  # type: ignore[call-overload]
        -np.asarray(zeros.sum(axis=0)).ravel(), A_ub=vstack([-zeros, zeros]), b_ub=bound,
        A_eq=positives if positives.shape[0] else None, b_eq=np.zeros(positives.shape[0]) if positives.shape[0] else None,
        bounds=(None, None), method="highs",
    )  # fmt: skip
    if told.status != 0:
        raise BadInput(f"the linear program of separation: {told.message}", due="a solution", cure="scale the regressors")
    found = np.zeros(zero.size, dtype=bool)
    found[zero] = zeros @ told.x > _TINY
    return found
