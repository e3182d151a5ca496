"""Projecting effects out of columns, under weights: exact for the largest effect, conjugate gradients for the others.

The rows are sorted by the effect that has most levels (pairs in a panel of trade); its means come off exactly, and what is left
is a system over the other effects, S = D'(W - W P (P'WP)^-1 P'W) D, solved by conjugate gradients with its diagonal as
preconditioner. One product with S is one pass over the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
_MANY = 100_000
_MOST, _STALE = 5000, 25


class Within:
    """Effects of N rows, made ready for projections; `order` sorts the rows as all columns are due here.

    Parameters
    ----------
    effects
        D arrays of N places.
    threads
        One or two; the groups are halved where there are many rows.
    """

    def __init__(self, effects: tuple[Places, ...], *, threads: int = 1) -> None:
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
        halves = 2 if threads > 1 and size > _MANY else 1
        cut = int(np.searchsorted(self.starts, size // 2)) if halves > 1 else 0
        ranges = [(0, cut), (cut, self.starts.size - 1)] if halves > 1 else [(0, self.starts.size - 1)]
        self.parts = [np.concatenate([np.array(one, dtype=np.int64), self.starts]) for one in ranges]
        self.pool = ThreadPoolExecutor(1) if halves > 1 else None
        self.weights: Floats = np.zeros(0)
        self.sums: Floats = np.zeros(0)
        self.diagonal: Floats = np.zeros(0)

    def weigh(self, weights: Floats) -> None:
        """Take weights, sorted; they hold until others are taken."""
        self.weights = weights
        if self.count:
            self.sums = np.add.reduceat(weights, self.starts[:-1]) if weights.size else np.zeros(0)
            self.diagonal = self._summed(_diagonal, weights)

    def project(self, column: Floats, *, start: Floats | None = None, tolerance: float = 1e-10) -> tuple[Floats, Floats]:
        """Return a column less its effects, and the coefficients of the outer effects, to a relative tolerance."""
        if not self.count:
            return column.copy(), np.zeros(0)
        guess = np.zeros(self.length) if start is None else start.copy()
        if self.length:
            self._solve(column, guess, tolerance)
        found = np.empty(column.size)
        self._each(lambda part: _residual(part, self.codes, self.weights, self.sums, column, guess, found))
        return found, guess

    def _solve(self, column: Floats, guess: Floats, tolerance: float) -> None:
        """Conjugate gradients, in place; stops at the tolerance, or where the residual no longer falls (the rounding floor)."""
        right = self._summed(_right, column)
        scale = np.where(self.diagonal > 0, 1 / np.where(self.diagonal > 0, self.diagonal, 1.0), 0.0)
        unit = float(right @ (scale * right))
        if unit == 0:
            guess[:] = 0.0
            return
        left = right - self._summed(_times, guess)
        ready = scale * left
        along, rho = ready.copy(), float(ready @ left)
        best, stale = rho, 0
        for _ in range(_MOST):
            if rho <= tolerance**2 * unit or stale > _STALE:
                return
            product = self._summed(_times, along)
            curve = float(along @ product)
            if curve <= 0:
                return
            guess += rho / curve * along
            left -= rho / curve * product
            ready = scale * left
            new = float(ready @ left)
            best, stale = (new, 0) if new < best else (best, stale + 1)
            along = ready + new / rho * along
            rho = new

    def _summed(self, kernel: Callable[..., None], column: Floats) -> Floats:
        """Return the sums over rows that a kernel makes, of both halves of the groups at a time."""
        outs = [np.zeros(self.length) for _ in self.parts]
        work = zip(self.parts, outs, strict=True)
        self._each_of([(kernel, (part, self.codes, self.weights, self.sums, column, out)) for part, out in work])
        return outs[0] if len(outs) == 1 else np.asarray(outs[0] + outs[1])

    def _each(self, work: Callable[[Places], None]) -> None:
        self._each_of([(work, (part,)) for part in self.parts])

    def _each_of(self, jobs: list[tuple[Callable[..., None], tuple[Any, ...]]]) -> None:
        if self.pool is None or len(jobs) == 1:
            for work, arguments in jobs:
                work(*arguments)
            return
        waiting = self.pool.submit(jobs[1][0], *jobs[1][1])
        jobs[0][0](*jobs[0][1])
        waiting.result()

    def inner_effects(self, column: Floats, outer: Floats) -> Floats:
        """Return the coefficients of the largest effect, given those of the others."""
        left = column - (outer[self.codes].sum(axis=0) if self.length else 0.0)
        return np.asarray(np.add.reduceat(self.weights * left, self.starts[:-1]) / np.maximum(self.sums, 1e-300))


@njit(cache=True, nogil=True, error_model="numpy")
def _diagonal(starts, codes, weights, sums, column, out):  # type: ignore[no-untyped-def]
    for group in range(starts[0], starts[1]):
        total = sums[group]
        for row in range(starts[2 + group], starts[3 + group]):
            weight = weights[row]
            own = weight - weight * weight / total if total > 0 else 0.0
            for effect in range(codes.shape[0]):
                out[codes[effect, row]] += own


@njit(cache=True, nogil=True, error_model="numpy")
def _times(starts, codes, weights, sums, vector, out):  # type: ignore[no-untyped-def]
    effects = codes.shape[0]
    if effects == 2:
        _times_two(starts, codes[0], codes[1], weights, sums, vector, out)
        return
    for group in range(starts[0], starts[1]):
        first, last = starts[2 + group], starts[3 + group]
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


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def _times_two(starts, one, other, weights, sums, vector, out):  # type: ignore[no-untyped-def]
    """Write the product for two effects beside the largest, as in a panel of pairs: the same sums, unrolled."""
    room = np.empty(4096)
    for group in range(starts[0], starts[1]):
        first, last = starts[2 + group], starts[3 + group]
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


@njit(cache=True, nogil=True, error_model="numpy")
def _right(starts, codes, weights, sums, column, out):  # type: ignore[no-untyped-def]
    for group in range(starts[0], starts[1]):
        first, last = starts[2 + group], starts[3 + group]
        total = 0.0
        for row in range(first, last):
            total += weights[row] * column[row]
        mean = total / sums[group] if sums[group] > 0 else 0.0
        for row in range(first, last):
            value = weights[row] * (column[row] - mean)
            for effect in range(codes.shape[0]):
                out[codes[effect, row]] += value


@njit(cache=True, nogil=True, error_model="numpy")
def _residual(starts, codes, weights, sums, column, vector, found):  # type: ignore[no-untyped-def]
    for group in range(starts[0], starts[1]):
        first, last = starts[2 + group], starts[3 + group]
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
