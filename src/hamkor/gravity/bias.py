"""The bias of three-way PPML that does not vanish beside its standard error, and errors that are not too small.

With effects of exporter-year, importer-year and pair, the estimate of PPML is off by an order of 1 / N, as its standard error
is, so that intervals are not centred; and clustered errors are too small. Both are corrected by the analytical formulas of
Weidner and Zylkin (2021), Journal of International Economics 132, Proposition 3: the pair effect profiled out, the bias of the
score is the sum over exporters i (sums inside over partners j) of

    - tr[A_i^+ sum H_ij x_ij S_ij'] + 1/2 tr[(sum G_ij x_ij) A_i^+ (sum S_ij S_ij') A_i^+]

and the same over importers, where for pair ij over its T years S is the score of the index, H minus its expected derivative, G
the third derivative, A_i = sum_j H_ij, and x the regressor less its effects.
"""

from __future__ import annotations

import msgspec
import numpy as np

from hamkor.gravity.within import Floats, Places, Within
from hamkor.schema.errors import BadInput


class Corrected(msgspec.Struct, frozen=True):
    """A corrected estimate.

    Attributes
    ----------
    estimates, bias
        K: the estimate less its bias, and the bias.
    covariance
        K x K: clustered by pair, corrected for the effects that were estimated.
    """

    estimates: Floats
    bias: Floats
    covariance: Floats


def corrected(
    outcome: Floats, mean: Floats, regressors: Floats, *, exporter: Places, importer: Places, year: Places, estimates: Floats
) -> Corrected:  # fmt: skip
    """Return the estimate less its bias, and a covariance.

    Parameters
    ----------
    outcome, mean
        N flows and their fitted means.
    regressors
        K x N, as they went in.
    exporter, importer, year
        N places each; a row stands for one flow, missing flows are allowed.
    estimates
        K.

    Raises
    ------
    BadInput
        If a flow stands twice, or there is only one year.
    """
    sizes = tuple(int(one.max()) + 1 for one in (exporter, importer, year))
    cell = (exporter * sizes[1] + importer) * sizes[2] + year
    if np.unique(cell).size < cell.size:
        raise BadInput("a flow that stands twice", where="data", due="one row for each pair and year")
    if sizes[2] < 2:
        raise BadInput("one year", where="data", due="two or more: pair effects need them")
    effects = (exporter * sizes[2] + year, importer * sizes[2] + year, exporter * sizes[1] + importer)
    within = Within(tuple(np.unique(one, return_inverse=True)[1].astype(np.int64) for one in effects))
    within.weigh(mean[within.order])
    free = np.zeros((len(regressors), outcome.size))
    for row, column in zip(free, regressors, strict=True):
        row[within.order] = within.project(np.ascontiguousarray(column[within.order]), tolerance=1e-11)[0]

    def dense(column: Floats) -> Floats:
        found = np.zeros(sizes[0] * sizes[1] * sizes[2])
        found[cell] = column
        return found.reshape(sizes)

    lam, score = dense(mean), dense(outcome - mean)
    x = np.stack([dense(row) for row in free])
    total = lam.sum(axis=2, keepdims=True)
    share = lam / np.where(total > 0, total, 1.0)
    score = score - share * score.sum(axis=2, keepdims=True)
    centred = x - (share * x).sum(axis=3, keepdims=True)
    information = np.einsum("kijt,ijt,lijt->kl", centred, lam, centred)
    inverse = np.linalg.inv(information)
    sent = _inverses(lam, total)
    got = _inverses(lam.transpose(1, 0, 2), total.transpose(1, 0, 2))
    bias = np.zeros(len(regressors))
    for at in range(len(regressors)):
        bias[at] = _side(lam, score, centred[at], sent) + _side(
            lam.transpose(1, 0, 2), score.transpose(1, 0, 2), centred[at].transpose(1, 0, 2), got
        )
    off = inverse @ bias
    middle = _meat(lam, share, score, centred, (sent, got), inverse)
    return Corrected(estimates - off, off, inverse @ ((middle + middle.T) / 2) @ inverse)


def _inverses(lam: Floats, total: Floats) -> Floats:
    """Return A_i^+ for each i: the generalised inverse of the sum over partners of diag(lambda) - lambda lambda' / total."""
    root = lam / np.sqrt(np.where(total > 0, total, 1.0))
    sums = -np.einsum("ijt,ijs->its", root, root)
    years = np.arange(lam.shape[2])
    sums[:, years, years] += lam.sum(axis=1)
    return np.asarray(np.linalg.pinv(sums, rcond=1e-10, hermitian=True))


def _side(lam: Floats, score: Floats, x: Floats, inverse: Floats) -> float:
    """Return the bias of the score that the effects of one side make; x is centred by the shares of the years."""
    first = -np.einsum("its,ijt,ijs->", inverse, lam * x, score)
    moved = np.einsum("ijt,ijs->its", score, score)
    total = lam.sum(axis=2, keepdims=True)
    share = lam / np.where(total > 0, total, 1.0)
    third = np.einsum("ijt,ijs->its", lam * x, share)
    third = third + third.transpose(0, 2, 1)
    years = np.arange(lam.shape[2])
    third[:, years, years] -= (lam * x).sum(axis=1)
    second = 0.5 * np.einsum("ist,itu,iuv,ivs->", third, inverse, moved, inverse, optimize=True)
    return float(first + second)


def _meat(lam: Floats, share: Floats, score: Floats, x: Floats, inverses: tuple[Floats, Floats], inverse: Floats) -> Floats:
    """Return the sum over pairs of x' (I - P)^-1 S S' x, P the leverage of the pair's years in the effects and coefficients.

    Where a pair's corrected part would be less than what is seen of it, what is seen counts, so that no variance is negative.
    """
    years = np.eye(lam.shape[2])
    found = np.zeros((len(x), len(x)))
    for at in range(lam.shape[0]):
        hessian = lam[at][:, :, None] * (years - share[at][:, None, :])
        own = x[:, at].transpose(1, 2, 0)
        known = inverses[0][at] + inverses[1] + own @ inverse @ own.transpose(0, 2, 1)
        lever = years - hessian @ known
        freed = np.linalg.solve(lever, score[at][:, :, None])[:, :, 0]
        seen, wider = np.einsum("kjt,jt->jk", x[:, at], score[at]), np.einsum("kjt,jt->jk", x[:, at], freed)
        wider = np.where(((wider * seen).sum(axis=1) >= (seen**2).sum(axis=1))[:, None], wider, seen)
        found += wider.T @ seen
    return found
