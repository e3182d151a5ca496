"""Generalised linear models with effects by inexact Newton: Poisson (PPML), Gaussian (least squares), logit.

Each step solves the weighted least-squares problem of the working residual u = (y - mu) / W: coefficients from regressors freed
of effects (kept from step to step, so that they need few iterations), then the effects of what is left. As the right side is
the score itself, inexact projections slow the steps but do not move the point where they end. Poisson starts from iterative
proportional fitting.
"""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np

from hamkor.gravity.grid import Floats, Places
from hamkor.gravity.within import Within
from hamkor.schema.errors import HamkorError

Family = Literal["poisson", "gaussian", "logit"]
_STEPS = 100
_ROUND, _NEAR = 1e-10, 1e-5
_OVERFLOW = 600.0


class NotConverged(HamkorError):
    """The estimation did not reach a maximum; why is in the message."""


class Solution(msgspec.Struct, frozen=True):
    """A maximum; rows in the order given.

    Attributes
    ----------
    coefficients, kept
        K coefficients (NaN where a regressor is collinear), and which are identified.
    mean, index
        N: mu, and eta with offset.
    projected
        kept x N: regressors less effects under the weights at the maximum.
    bread
        Inverse of the projected regressors' cross product.
    deviance, steps
        At the maximum.
    """

    coefficients: Floats
    kept: Places
    mean: Floats
    index: Floats
    projected: Floats
    bread: Floats
    deviance: float
    steps: int


def solve(
    outcome: Floats, regressors: Floats, effects: tuple[Places, ...], *, weights: Floats, offset: Floats,
    family: Family = "poisson", start: Floats | None = None, threads: int = 2, within: Within | None = None,
    again: bool = False,
) -> Solution:  # fmt: skip
    """Return the maximum of the likelihood.

    Parameters
    ----------
    outcome, weights, offset
        N each.
    regressors
        K x N.
    effects
        D arrays of N places, none of whose levels is all zero.
    family
        Of the model.
    start
        N: eta to start from (of a similar model).
    threads
        One or two.
    within
        The effects made ready, if they are: for a grid, or for many solutions of the same rows.
    again
        Whether only the coefficients are asked for, to seven digits, of regressors that are known to be identified: draws of a
        bootstrap. What else the solution has is empty then.

    Raises
    ------
    NotConverged
        If a hundred steps do not lead to a maximum, or the index overflows.
    """
    within = Within(effects, rows=outcome.size, threads=threads) if within is None else within
    y, weighed, shift = within.inside(outcome), within.inside(weights), within.inside(offset)
    x = regressors
    if not within.straight:
        x = np.array([within.inside(row) for row in regressors]).reshape(len(regressors), within.size)
    eta = _start(y, weighed, shift, effects, family, within) if start is None else within.inside(start).copy()
    floor = sum(within.over(lambda part: _saturated(y[part], weighed[part], family)))
    state = _State(within, y, weighed, eta, family, floor)
    within.weigh(state.working)
    if again:
        kept, memory = np.arange(len(x)), [np.zeros(within.length) for _ in x]
    else:
        kept, memory = _identified(x, within)
    if kept.size < len(x):
        x = x[kept]
    beta, free, buffer, move = np.zeros(kept.size), np.empty_like(x), np.empty(within.size), np.empty(within.size)
    size, loose, stuck, enough = np.inf, 1e-2, 0, 1e-7 if again else _ROUND
    for step in range(1, _STEPS + 1):
        outside = state.eta - shift if step == 1 and (start is not None or not effects) else None
        if outside is not None:
            state.residual += outside
        memory = _projected(x, within, memory, loose, free)
        told = within.over(lambda part: _cross(free[:, part], state.working[part], state.residual[part]))
        gram, score = (sum(one[at] for one in told) for at in (0, 1)) if told else (np.zeros((0, 0)), np.zeros(0))
        change = _solved(gram, score) if kept.size else np.zeros(0)
        _less(buffer, state.residual, change, x, within)
        within.project(buffer, tolerance=min(loose, 1e-2), out=move) if effects else np.copyto(move, buffer)

        def step_of(part: slice, outside: Floats | None = outside) -> None:
            np.subtract(state.residual[part], move[part], out=move[part])
            if outside is not None:
                move[part] -= outside[part]
            if within.grid is not None and not within.grid.straight:
                move[part] *= within.grid.there[part]

        within.over(step_of)
        share = state.moved(move, free_to_rise=outside is not None)
        beta = beta + share * change
        within.weigh(state.working)
        before, size = size, share * state.size(move)
        if family == "gaussian" and step > 1 and size < 1e-11 * max(float(np.abs(state.eta).max()), 1e-300):
            break
        near = _NEAR * enough / _ROUND
        if size < enough or (share == 1 and max(10 * size**2, loose * size) < enough and _highest(move, within) < near):
            break
        stuck = stuck + 1 if size > 0.5 * before else 0
        if stuck > 4 and size < 1e-7:
            break
        loose = min(loose, max(1e-4, size * 1e-1))
    else:
        raise NotConverged(
            f"{_STEPS} steps, the last of {size:.1e}", due="a maximum", cure="look for separation or scale regressors"
        )
    if again:
        none, flat = np.zeros((0, 0)), np.zeros(0)
        return Solution(beta, kept, flat, flat, none, none, state.deviance, step)
    _projected(x, within, memory, 1e-9, free)
    gram = sum(within.over(lambda part: _cross(free[:, part], state.working[part], state.residual[part])[0]))
    bread: Floats = np.asarray(np.linalg.inv(gram)) if kept.size else np.zeros((0, 0))
    coefficients = np.full(regressors.shape[0], np.nan)
    coefficients[kept] = beta
    index = within.outside(state.eta)
    projected = free
    if not within.straight:
        projected = np.array([within.outside(row) for row in free]).reshape(len(free), outcome.size)
    return Solution(coefficients, kept, _moments(index, family)[0], index, projected, bread, state.deviance, step)


class _State:
    """Where the iteration stands: index, working weights and residual (as they stand inside), deviance."""

    def __init__(self, within: Within, y: Floats, weighed: Floats, eta: Floats, family: Family, floor: float) -> None:
        self.within, self.y, self.weighed, self.family, self.floor = within, y, weighed, family, floor
        self.eta, self.trial = eta, np.empty_like(eta)
        self.working, self.residual = np.empty_like(eta), np.empty_like(eta)
        self.deviance = self._evaluate(eta)

    def _evaluate(self, eta: Floats) -> float:
        """Fill weights and residual at an index; return the deviance there."""

        def work(part: slice) -> float:
            mu, variance = _moments(eta[part], self.family)
            np.multiply(variance, self.weighed[part], out=self.working[part])
            self.residual[part] = _working_residual(self.y[part], mu, self.family)
            return _deviance(self.y[part], mu, eta[part], self.weighed[part], self.family)

        return float(sum(self.within.over(work))) - self.floor

    def moved(self, move: Floats, *, free_to_rise: bool) -> float:
        """Go along the move, less far where the likelihood would fall; return how far."""
        share = 1.0
        for _ in range(12):

            def work(part: slice, share: float = share) -> float:
                np.multiply(move[part], share, out=self.trial[part])
                self.trial[part] += self.eta[part]
                return float(self.trial[part].max())

            highest = max(self.within.over(work))
            if self.family == "gaussian" or highest < _OVERFLOW:
                found = self._evaluate(self.trial)
                if found <= self.deviance * (1 + 1e-9) + 1e-9 or self.family == "gaussian" or free_to_rise:
                    self.eta, self.trial, self.deviance = self.trial, self.eta, found
                    return share
            share /= 2
        raise NotConverged("no step improves the likelihood", due="a maximum", cure="look for separation or huge regressors")

    def size(self, move: Floats) -> float:
        """Return the root of the weighted mean square of a move."""
        told = self.within.over(
            lambda part: (float(self.working[part] @ np.square(move[part])), float(self.working[part].sum()))
        )
        return float(np.sqrt(sum(one for one, _ in told) / max(sum(one for _, one in told), 1e-300)))


def _solved(gram: Floats, score: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.solve(gram, score))
    except np.linalg.LinAlgError:
        raise NotConverged(
            "regressors that are all explained where trade is predicted", due="a maximum", cure="look for separation"
        ) from None


def _highest(move: Floats, within: Within) -> float:
    return float(max(within.over(lambda part: np.abs(move[part]).max())))


def _cross(free: Floats, working: Floats, residual: Floats) -> tuple[Floats, Floats]:
    """Return X'WX and X'Wu of a chunk."""
    weighed = free * working
    return weighed @ free.T, weighed @ residual


def _less(out: Floats, residual: Floats, change: Floats, x: Floats, within: Within) -> None:
    """Write residual - change @ x."""

    def work(part: slice) -> None:
        np.subtract(residual[part], change @ x[:, part], out=out[part])

    within.over(work)


def _start(
    y: Floats, weights: Floats, shift: Floats, effects: tuple[Places, ...], family: Family, within: Within
) -> Floats:  # fmt: skip
    """Return an index to start from: proportional fitting of the effects for Poisson, the mean else."""
    if family == "gaussian":
        return shift.copy()
    mean = float((weights * y).sum() / max(weights.sum(), 1e-300))
    if family == "logit":
        mean = min(max(mean, 1e-6), 1 - 1e-6)
        return np.full(y.size, np.log(mean / (1 - mean))) + shift
    if not effects:
        return np.asarray(np.log((y + mean) / 2))
    if within.grid is not None:
        return _start_in_grid(y, weights, shift, within)
    mu = np.exp(shift - shift.max(initial=0.0))
    effects = tuple(one if within.order is None else one[within.order] for one in effects)
    totals = [np.bincount(one, weights * y) for one in effects]
    for _ in range(4):
        for places, total in zip(effects, totals, strict=True):
            found = np.bincount(places, weights * mu)
            mu = mu * (total / np.where(found > 0, found, 1.0))[places]
    return np.asarray(np.log(np.maximum(mu, 1e-300)))


def _start_in_grid(y: Floats, weights: Floats, shift: Floats, within: Within) -> Floats:
    assert within.grid is not None
    there, highest = within.grid.there, shift.max(initial=0.0)
    weighed, base = np.empty(within.size), np.empty(within.size)

    def before(part: slice) -> None:
        np.multiply(y[part], weights[part], out=weighed[part])
        np.multiply(np.exp(shift[part] - highest), weights[part], out=base[part])
        base[part] *= there[part]

    within.over(before)
    index = within.margins(weighed, base, sweeps=4)

    def after(part: slice) -> None:
        index[part] /= np.where(weights[part] > 0, weights[part], 1.0)
        index[part] = np.where(there[part], np.log(np.maximum(index[part], 1e-300)), 0.0)

    within.over(after)
    return index


def _moments(eta: Floats, family: Family) -> tuple[Floats, Floats]:
    """Return mean and variance function."""
    if family == "poisson":
        mu = np.exp(eta)
        return mu, mu
    if family == "gaussian":
        return eta, np.ones_like(eta)
    mu = 1 / (1 + np.exp(-eta))
    return mu, mu * (1 - mu)


def _working_residual(y: Floats, mu: Floats, family: Family) -> Floats:
    """Return (y - mu) over the variance function."""
    if family == "poisson":
        return np.asarray(y / np.maximum(mu, 1e-300) - 1)
    if family == "gaussian":
        return y - mu
    return np.asarray((y - mu) / np.maximum(mu * (1 - mu), 1e-300))


def _saturated(y: Floats, weights: Floats, family: Family) -> float:
    """Return what `_deviance` is for means that are the outcome."""
    if family != "poisson":
        return 0.0
    some = np.where(y > 0, y, 1.0)
    return float(2 * (weights @ (y - y * np.log(some))))


def _deviance(y: Floats, mu: Floats, eta: Floats, weights: Floats, family: Family) -> float:
    """Return minus twice the log-likelihood, up to a constant."""
    if family == "gaussian":
        return float(weights @ (y - mu) ** 2)
    if family == "poisson":
        return float(2 * (weights @ mu - (weights * y) @ eta))
    return float(2 * (weights @ (np.logaddexp(0.0, eta) - y * eta)))


def _projected(x: Floats, within: Within, memory: list[Floats], tolerance: float, out: Floats) -> list[Floats]:
    """Write regressors less their effects; return the effects, to start from at the next step."""
    if not within.count or not len(x):
        out[:] = x
        return memory
    return [within.project(x[at], start=memory[at], tolerance=tolerance, out=out[at])[1] for at in range(len(x))]


def _identified(x: Floats, within: Within) -> tuple[Places, list[Floats]]:
    """Return the regressors that neither the effects nor those before them explain, and the effects in them."""
    if not len(x):
        return np.zeros(0, dtype=np.int64), []
    free = np.empty_like(x)
    memory = _projected(x, within, [np.zeros(within.length) for _ in x], 1e-7, free)
    weights = within.weights
    norms = sum(within.over(lambda part: np.square(x[:, part]) @ weights[part]))
    left = np.asarray(sum(within.over(lambda part: (free[:, part] * weights[part]) @ free[:, part].T)))
    own = np.diag(left).copy()
    kept: list[int] = []
    for at in range(len(x)):
        size = float(left[at, at])
        if size > 1e-11 * norms[at] and size > 1e-9 * own[at] and size > 0:
            kept.append(at)
            left = left - np.outer(left[at], left[at]) / size
    return np.array(kept, dtype=np.int64), [memory[at] for at in kept]


def effect_values(index: Floats, effects: tuple[Places, ...], weights: Floats) -> tuple[Floats, ...]:
    """Return the coefficients of each effect in an index that they span; of all but the largest, one is relative to others."""
    if not effects:
        return ()
    within = Within(effects)
    within.weigh(within.inside(weights))
    column = within.inside(index)
    _, outer = within.project(column, tolerance=1e-13)
    found: list[Floats] = [np.zeros(0)] * within.count
    for place, at in enumerate(within.outer):
        found[at] = outer[within.bounds[place] : within.bounds[place + 1]]
    found[within.inner] = within.inner_effects(column, outer)
    return tuple(found)
