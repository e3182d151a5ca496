"""Projecting effects out of columns, under weights: exact for the largest effect, conjugate gradients for the others.

The rows are sorted by the effect that has most levels (pairs in a panel of trade); its means come off exactly, and what is left
is a system over the other effects, S = D'(W - W P (P'WP)^-1 P'W) D, solved by conjugate gradients with its diagonal as
preconditioner. One product with S is one pass over the rows; where the rows make a grid, without looking anything up.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np

from hamkor.gravity import kernels
from hamkor.gravity.grid import Floats, Grid, Places

_MANY, _NOTHING = 100_000, 1e-280
_MOST, _STALE = 5000, 25
_CHUNK = 8_192


class Within:
    """Effects of N rows, made ready for projections. Columns stand inside in an order of their own (`inside`, `outside`).

    Parameters
    ----------
    effects
        D arrays of N places.
    threads
        One or two; the groups are halved where there are many rows.
    grid
        Of the rows, if they make one; cells without a row then stand inside too, and must have no weight.
    """

    def __init__(self, effects: tuple[Places, ...], *, rows: int = 0, threads: int = 1, grid: Grid | None = None) -> None:
        self.count, self.rows = len(effects), effects[0].size if effects else rows
        self.grid = grid
        self.size = self.rows if grid is None else grid.size
        self.outer: list[int] = []
        self.order: Places | None = None
        self.starts = np.zeros(1, dtype=np.int64)
        if grid is not None:
            self.length = (grid.entities + grid.partners) * grid.years
            self.starts = grid.starts * grid.years
            own: tuple[Any, ...] = (grid.starts, grid.one, grid.other, grid.years)
        elif effects:
            own = self._sorted(effects)
        else:
            self.length, own = 0, (self.starts,)
        halves = 2 if threads > 1 and self.size > _MANY else 1
        groups = self.starts.size - 1
        cut = int(np.searchsorted(self.starts, self.size // 2)) if halves > 1 else 0
        self.parts = [(one, other, *own) for one, other in ([(0, cut), (cut, groups)] if halves > 1 else [(0, groups)])]
        self.pool = ThreadPoolExecutor(1) if halves > 1 else None
        self.weights: Floats = np.zeros(0)
        self.sums: Floats = np.zeros(0)
        self.diagonal: Floats = np.zeros(0)

    def _sorted(self, effects: tuple[Places, ...]) -> tuple[Any, ...]:
        sizes = [int(one.max(initial=-1)) + 1 for one in effects]
        self.inner = int(np.argmax(sizes))
        self.outer = [at for at in range(self.count) if at != self.inner]
        own = effects[self.inner]
        told = np.bincount(own, minlength=sizes[self.inner])
        self.starts = np.concatenate([[0], np.cumsum(told)]).astype(np.int64)
        if (own[1:] < own[:-1]).any():
            self.order = np.argsort(own, kind="stable")
        self.bounds = np.cumsum([0, *(sizes[at] for at in self.outer)])
        self.length = int(self.bounds[-1])
        codes = np.empty((len(self.outer), self.rows), dtype=np.int32)
        for place, at in enumerate(self.outer):
            codes[place] = (effects[at] if self.order is None else effects[at][self.order]) + self.bounds[place]
        return self.starts, codes

    @property
    def straight(self) -> bool:
        """Whether columns stand inside as they do outside."""
        return self.order is None and (self.grid is None or self.grid.straight)

    def inside(self, column: Floats) -> Floats:
        """Return a column of rows in the order inside, itself if that is theirs; zero where a cell has no row."""
        if self.grid is not None and not self.grid.straight:
            found = np.zeros(self.size, dtype=column.dtype)
            kernels.scatter(self.grid.cell, np.ascontiguousarray(column), found)
            return found
        if column.strides == (0,):
            return column
        return np.ascontiguousarray(column if self.order is None else column[self.order])

    def outside(self, column: Floats) -> Floats:
        """Return a column from inside in the order of rows."""
        if self.grid is not None:
            return column if self.grid.straight else column[self.grid.cell]
        if self.order is None:
            return column
        found = np.empty_like(column)
        found[self.order] = column
        return found

    def weigh(self, weights: Floats) -> None:
        """Take weights, as they stand inside; they hold until others are taken."""
        self.weights = weights
        if self.count:
            self.sums = np.add.reduceat(weights, self.starts[:-1]) if weights.size else np.zeros(0)
            self.diagonal = self._summed("diagonal", weights)

    def project(
        self, column: Floats, *, start: Floats | None = None, tolerance: float = 1e-10, out: Floats | None = None
    ) -> tuple[Floats, Floats]:  # fmt: skip
        """Return a column less its effects, and the coefficients of the outer effects, to a relative tolerance."""
        if not self.count:
            return column.copy(), np.zeros(0)
        guess = np.zeros(self.length) if start is None else start.copy()
        if self.length:
            self._solve(column, guess, tolerance)
        found = np.empty(self.size) if out is None else out
        kernel = self._kernel("residual")
        self._together([partial(kernel, *part, self.weights, self.sums, column, guess, found) for part in self.parts])
        return found, guess

    def margins(self, outcome: Floats, base: Floats, *, sweeps: int) -> Floats:
        """Return base scaled by factors of all effects, so that its sums come near those of the outcome; in a grid only."""
        assert self.grid is not None
        totals = np.add.reduceat(outcome, self.starts[:-1])
        wanted = self._summed("diagonal", outcome, weights=outcome, sums=np.zeros(totals.size))
        factors, cut = np.ones(self.length), self.grid.entities * self.grid.years
        for sweep in range(2 * sweeps):
            sender = sweep % 2 == 0
            own = slice(0, cut) if sender else slice(cut, None)
            given = self._halves(kernels.grid_margins, (base, totals, factors, sender))[own]
            factors[own] *= wanted[own] / np.where(given > 0, given, 1.0)
        found = np.empty(self.size)
        self._together([partial(kernels.grid_product, *part, base, totals, factors, found) for part in self.parts])  # type: ignore[call-arg]
        return found

    def over(self, work: Callable[[slice], Any]) -> list[Any]:
        """Return what work returns for each chunk of rows inside, in order; chunks fit the cache."""
        cuts = [slice(at, min(at + _CHUNK, self.size)) for at in range(0, self.size, _CHUNK)]
        half = len(cuts) // 2 if self.pool is not None else len(cuts)
        found = self._together([partial(_each, work, own) for own in (cuts[:half], cuts[half:]) if own])
        return [one for part in found for one in part]

    def inner_effects(self, column: Floats, outer: Floats) -> Floats:
        """Return the coefficients of the largest effect, given those of the others; not in a grid."""
        left = column - (outer[self.parts[0][3]].sum(axis=0) if self.length else 0.0)
        return np.asarray(np.add.reduceat(self.weights * left, self.starts[:-1]) / np.maximum(self.sums, 1e-300))

    def _solve(self, column: Floats, guess: Floats, tolerance: float) -> None:
        """Conjugate gradients, in place; stops at the tolerance, or where the residual no longer falls (the rounding floor)."""
        right = self._summed("right", column)
        live = self.diagonal > _NOTHING
        scale = np.where(live, 1 / np.where(live, self.diagonal, 1.0), 0.0)
        unit = float((right * (scale * right)).sum())
        if unit == 0:
            guess[:] = 0.0
            return
        left = right - self._summed("times", guess) if guess.any() else right
        along = scale * left
        rho = float((along * left).sum())
        best, stale = rho, 0
        for _ in range(_MOST):
            if rho <= tolerance**2 * unit or stale > _STALE:
                return
            rho = kernels.conjugate(scale, rho, self._summed("times", along), guess, left, along)
            best, stale = (rho, 0) if rho < best else (best, stale + 1)

    def _kernel(self, name: str) -> Callable[..., None]:
        return getattr(kernels, name if self.grid is None else f"grid_{name}")  # type: ignore[no-any-return]

    def _summed(self, name: str, column: Floats, *, weights: Floats | None = None, sums: Floats | None = None) -> Floats:
        """Return the sums over rows that a kernel makes, of both halves of the groups at a time."""
        weighed, totals = self.weights if weights is None else weights, self.sums if sums is None else sums
        return self._halves(self._kernel(name), (weighed, totals, column))

    def _halves(self, kernel: Callable[..., None], told: tuple[Any, ...]) -> Floats:
        outs = [np.zeros(self.length) for _ in self.parts]
        self._together([partial(kernel, *part, *told, out) for part, out in zip(self.parts, outs, strict=True)])
        return outs[0] if len(outs) == 1 else np.asarray(outs[0] + outs[1])

    def _together(self, jobs: list[Callable[[], Any]]) -> list[Any]:
        if self.pool is None or len(jobs) < 2:
            return [job() for job in jobs]
        waiting = self.pool.submit(jobs[1])
        return [jobs[0](), waiting.result()]


def _each(work: Callable[[slice], Any], parts: list[slice]) -> list[Any]:
    return [work(one) for one in parts]
