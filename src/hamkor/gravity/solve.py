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

from hamkor.gravity.within import Floats, Places, Within
from hamkor.schema.errors import HamkorError

Family = Literal["poisson", "gaussian", "logit"]
_STEPS = 100
_ROUND = 1e-10
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
    working
        N: weights of the last step.
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
    working: Floats
    bread: Floats
    deviance: float
    steps: int


def solve(
    outcome: Floats, regressors: Floats, effects: tuple[Places, ...], *, weights: Floats, offset: Floats,
    family: Family = "poisson", start: Floats | None = None, threads: int = 2,
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

    Raises
    ------
    NotConverged
        If a hundred steps do not lead to a maximum, or the index overflows.
    """
    within = Within(effects, threads=threads)
    order = within.order if effects else np.arange(outcome.size)
    back = np.empty_like(order)
    back[order] = np.arange(order.size)
    y, weighed, shift = outcome[order], weights[order], offset[order]
    x = np.ascontiguousarray(regressors[:, order])
    eta = _start(y, weighed, shift, tuple(one[order] for one in effects), family) if start is None else start[order].copy()
    mu, working = _moments(eta, family)
    working = working * weighed
    within.weigh(working)
    kept, memory = _identified(x, within)
    x = x[kept]
    beta = np.zeros(kept.size)
    floor = _saturated(y, weighed, family)
    deviance = _deviance(y, mu, eta, weighed, family) - floor
    size, loose, stuck = np.inf, 1e-2, 0
    for step in range(1, _STEPS + 1):
        u = _working_residual(y, mu, family)
        outside = eta - shift if step == 1 and (start is not None or not effects) else 0.0
        u = u + outside
        free, memory = _projected(x, within, memory, loose)
        score = free @ (working * u)
        change = np.linalg.solve((free * working) @ free.T, score) if kept.size else np.zeros(0)
        left, _ = within.project(u - change @ x, tolerance=min(loose, 1e-2))
        move = (u - left if effects else change @ x) - outside
        share, new_deviance = 1.0, np.inf
        for _ in range(12):
            trial = eta + share * move
            if family == "gaussian" or trial.max(initial=0.0) < _OVERFLOW:
                new_mu, new_working = _moments(trial, family)
                new_deviance = _deviance(y, new_mu, trial, weighed, family) - floor
                if new_deviance <= deviance * (1 + 1e-9) + 1e-9 or family == "gaussian" or np.ndim(outside):
                    break
            share /= 2
        else:
            raise NotConverged(
                "no step improves the likelihood", due="a maximum", cure="look for separation or huge regressors"
            )
        eta, mu, working = trial, new_mu, new_working * weighed
        beta = beta + share * change
        deviance = new_deviance
        within.weigh(working)
        before, size = size, share * float(np.sqrt(working @ np.square(move) / max(working.sum(), 1e-300)))
        if family == "gaussian" and step > 1 and size < 1e-11 * max(float(np.abs(eta).max()), 1e-300):
            break
        if size < _ROUND:
            break
        stuck = stuck + 1 if size > 0.5 * before else 0
        if stuck > 4 and size < 1e-7:
            break
        loose = min(loose, max(1e-4, size * 1e-1))
    else:
        raise NotConverged(
            f"{_STEPS} steps, the last of {size:.1e}", due="a maximum", cure="look for separation or scale regressors"
        )
    free, _ = _projected(x, within, memory, 1e-9)
    bread: Floats = np.asarray(np.linalg.inv((free * working) @ free.T)) if kept.size else np.zeros((0, 0))
    coefficients = np.full(regressors.shape[0], np.nan)
    coefficients[kept] = beta
    return Solution(coefficients, kept, mu[back], eta[back], free[:, back], working[back], bread, deviance, step)


def _start(y: Floats, weights: Floats, shift: Floats, effects: tuple[Places, ...], family: Family) -> Floats:
    """Return an index to start from: proportional fitting of the effects for Poisson, the mean else."""
    if family == "gaussian":
        return shift.copy()
    mean = float((weights * y).sum() / max(weights.sum(), 1e-300))
    if family == "logit":
        mean = min(max(mean, 1e-6), 1 - 1e-6)
        return np.full(y.size, np.log(mean / (1 - mean))) + shift
    if not effects:
        return np.asarray(np.log((y + mean) / 2))
    mu = np.exp(shift - shift.max(initial=0.0))
    totals = [np.bincount(one, weights * y) for one in effects]
    for _ in range(4):
        for places, total in zip(effects, totals, strict=True):
            found = np.bincount(places, weights * mu)
            mu = mu * (total / np.where(found > 0, found, 1.0))[places]
    return np.asarray(np.log(np.maximum(mu, 1e-300)))


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


def _projected(x: Floats, within: Within, memory: list[Floats], tolerance: float) -> tuple[Floats, list[Floats]]:
    if not within.count or not len(x):
        return x, memory
    found = [within.project(x[at], start=memory[at], tolerance=tolerance) for at in range(len(x))]
    return np.stack([one for one, _ in found]), [one for _, one in found]


def _identified(x: Floats, within: Within) -> tuple[Places, list[Floats]]:
    """Return the regressors that neither the effects nor those before them explain, and the effects in them."""
    if not len(x):
        return np.zeros(0, dtype=np.int64), []
    free, memory = _projected(x, within, [np.zeros(within.length) for _ in x], 1e-7)
    weights = within.weights
    norms = (weights * x**2).sum(axis=1)
    kept: list[int] = []
    basis = np.zeros((0, x.shape[1]))
    root = np.sqrt(weights)
    for at in range(len(x)):
        own = free[at] * root
        left = own - basis.T @ (basis @ own)
        left = left - basis.T @ (basis @ left)
        size = float(left @ left)
        if size > 1e-11 * norms[at] and size > 1e-9 * float(own @ own) and size > 0:
            kept.append(at)
            basis = np.vstack([basis, left / np.sqrt(size)])
    return np.array(kept, dtype=np.int64), [memory[at] for at in kept]


def effect_values(index: Floats, effects: tuple[Places, ...], weights: Floats) -> tuple[Floats, ...]:
    """Return the coefficients of each effect in an index that they span; of all but the largest, one is relative to others."""
    if not effects:
        return ()
    within = Within(effects)
    within.weigh(weights[within.order])
    column = index[within.order]
    _, outer = within.project(column, tolerance=1e-13)
    found: list[Floats] = [np.zeros(0)] * within.count
    for place, at in enumerate(within.outer):
        found[at] = outer[within.bounds[place] : within.bounds[place + 1]]
    found[within.inner] = within.inner_effects(column, outer)
    return tuple(found)
