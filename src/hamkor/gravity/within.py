"""Projecting effects out of columns, under weights: exact for the largest effect, conjugate gradients for the others.

The rows are sorted by the effect that has most levels (pairs in a panel of trade); its means come off exactly, and what is left
is a system over the other effects, S = D'(W - W P (P'WP)^-1 P'W) D, solved by conjugate gradients with its diagonal as
preconditioner. One product with S is one pass over the rows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


class Within:
    """Effects of N rows, made ready for projections; `order` sorts the rows as all columns are due here.

    Parameters
    ----------
    effects
        D arrays of N places.
    """

    def __init__(self, effects: tuple[Places, ...]) -> None:
        sizes = [int(one.max(initial=-1)) + 1 for one in effects]
        self.count = len(effects)
        inner = int(np.argmax(sizes)) if effects else -1
        self.inner = inner
        outer = [at for at in range(self.count) if at != inner]
        self.outer = outer
        size = effects[0].size if effects else 0
        self.order = np.argsort(effects[inner], kind="stable") if effects else np.arange(0)
        offsets = np.cumsum([0, *(sizes[at] for at in outer)])
        self.bounds = offsets
        self.length = int(offsets[-1])
        self.codes = np.ascontiguousarray(
            [effects[at][self.order] + offset for at, offset in zip(outer, offsets, strict=False)], dtype=np.int32
        ).reshape(len(outer), size)  # fmt: skip
        told = np.bincount(effects[inner], minlength=sizes[inner]) if effects else np.zeros(0, dtype=np.int64)
        self.starts = np.concatenate([[0], np.cumsum(told)]).astype(np.int64)
        self.weights: Floats = np.zeros(0)
        self.sums: Floats = np.zeros(0)
        self.diagonal: Floats = np.zeros(0)

    def weigh(self, weights: Floats) -> None:
        """Take weights, sorted; they hold until others are taken."""
        self.weights = weights
        if self.count:
            self.sums = np.add.reduceat(weights, self.starts[:-1]) if weights.size else np.zeros(0)
            self.diagonal = _diagonal(self.starts, self.codes, weights, self.sums, self.length)

    def project(self, column: Floats, *, start: Floats | None = None, tolerance: float = 1e-10) -> tuple[Floats, Floats]:
        """Return a column less its effects, and the coefficients of the outer effects, to a relative tolerance."""
        if not self.count:
            return column.copy(), np.zeros(0)
        guess = np.zeros(self.length) if start is None else start.copy()
        if self.length:
            _solve(self.starts, self.codes, self.weights, self.sums, self.diagonal, column, guess, tolerance, 5000)
        return _residual(self.starts, self.codes, self.weights, self.sums, column, guess), guess

    def inner_effects(self, column: Floats, outer: Floats) -> Floats:
        """Return the coefficients of the largest effect, given those of the others."""
        left = column - (outer[self.codes].sum(axis=0) if self.length else 0.0)
        return np.asarray(np.add.reduceat(self.weights * left, self.starts[:-1]) / np.maximum(self.sums, 1e-300))


@njit(cache=True, nogil=True)
def _diagonal(starts, codes, weights, sums, length):  # type: ignore[no-untyped-def]
    found = np.zeros(length)
    for group in range(starts.size - 1):
        total = sums[group]
        for row in range(starts[group], starts[group + 1]):
            weight = weights[row]
            own = weight - weight * weight / total if total > 0 else 0.0
            for effect in range(codes.shape[0]):
                found[codes[effect, row]] += own
    return found


@njit(cache=True, nogil=True)
def _times(starts, codes, weights, sums, vector, out):  # type: ignore[no-untyped-def]
    out[:] = 0.0
    effects = codes.shape[0]
    if effects == 2:
        _times_two(starts, codes[0], codes[1], weights, sums, vector, out)
        return
    for group in range(starts.size - 1):
        first, last = starts[group], starts[group + 1]
        total = 0.0
        for row in range(first, last):
            value = 0.0
            for effect in range(effects):
                value += vector[codes[effect, row]]
            total += weights[row] * value
        mean = total / sums[group] if sums[group] > 0 else 0.0
        for row in range(first, last):
            value = -mean
            for effect in range(effects):
                value += vector[codes[effect, row]]
            value *= weights[row]
            for effect in range(effects):
                out[codes[effect, row]] += value


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"}, error_model="numpy")
def _times_two(starts, one, other, weights, sums, vector, out):  # type: ignore[no-untyped-def]
    """Write the product for two effects beside the largest, as in a panel of pairs: the same sums, unrolled."""
    room = np.empty(4096)
    for group in range(starts.size - 1):
        first, last = starts[group], starts[group + 1]
        if last - first > room.size:
            room = np.empty(last - first)
        total = 0.0
        for row in range(first, last):
            value = vector[one[row]] + vector[other[row]]
            room[row - first] = value
            total += weights[row] * value
        mean = total / sums[group] if sums[group] > 0 else 0.0
        for row in range(first, last):
            value = weights[row] * (room[row - first] - mean)
            out[one[row]] += value
            out[other[row]] += value


@njit(cache=True, nogil=True)
def _right(starts, codes, weights, sums, column, out):  # type: ignore[no-untyped-def]
    out[:] = 0.0
    for group in range(starts.size - 1):
        first, last = starts[group], starts[group + 1]
        total = 0.0
        for row in range(first, last):
            total += weights[row] * column[row]
        mean = total / sums[group] if sums[group] > 0 else 0.0
        for row in range(first, last):
            value = weights[row] * (column[row] - mean)
            for effect in range(codes.shape[0]):
                out[codes[effect, row]] += value


@njit(cache=True, nogil=True)
def _residual(starts, codes, weights, sums, column, vector):  # type: ignore[no-untyped-def]
    found = np.empty(column.size)
    for group in range(starts.size - 1):
        first, last = starts[group], starts[group + 1]
        total = 0.0
        for row in range(first, last):
            value = column[row]
            for effect in range(codes.shape[0]):
                value -= vector[codes[effect, row]]
            found[row] = value
            total += weights[row] * value
        mean = total / sums[group] if sums[group] > 0 else 0.0
        for row in range(first, last):
            found[row] -= mean
    return found


@njit(cache=True, nogil=True)
def _solve(starts, codes, weights, sums, diagonal, column, guess, tolerance, most):  # type: ignore[no-untyped-def]
    """Conjugate gradients; stops at the tolerance, or where the residual no longer falls (the rounding floor)."""
    size = guess.size
    right, product = np.empty(size), np.empty(size)
    _right(starts, codes, weights, sums, column, right)
    unit = 0.0
    for at in range(size):
        if diagonal[at] > 0:
            unit += right[at] * right[at] / diagonal[at]
    if unit == 0.0:
        guess[:] = 0.0
        return 0
    _times(starts, codes, weights, sums, guess, product)
    left = right - product
    ready, along = np.empty(size), np.empty(size)
    rho = 0.0
    for at in range(size):
        ready[at] = left[at] / diagonal[at] if diagonal[at] > 0 else 0.0
        along[at] = ready[at]
        rho += ready[at] * left[at]
    best, stale = rho, 0
    for step in range(most):
        if rho <= tolerance * tolerance * unit or stale > 25:
            return step
        _times(starts, codes, weights, sums, along, product)
        curve = 0.0
        for at in range(size):
            curve += along[at] * product[at]
        if curve <= 0:
            return step
        length = rho / curve
        new = 0.0
        for at in range(size):
            guess[at] += length * along[at]
            left[at] -= length * product[at]
            ready[at] = left[at] / diagonal[at] if diagonal[at] > 0 else 0.0
            new += ready[at] * left[at]
        if new < best:
            best, stale = new, 0
        else:
            stale += 1
        turn = new / rho
        rho = new
        for at in range(size):
            along[at] = ready[at] + turn * along[at]
    return most
