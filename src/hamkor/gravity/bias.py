"""The bias of three-way PPML that does not vanish beside its standard error, and errors that are not too small.

With effects of exporter-year, importer-year and pair, the estimate of PPML is off by an order of 1 / N, as its standard error
is, so that intervals are not centred; and clustered errors are too small. Both are corrected by the analytical formulas of
Weidner and Zylkin (2021), Journal of International Economics 132, section 3: the pair effect profiled out, the bias of the
score is the sum over exporters i (sums inside over partners j) of

    - tr[A_i^+ sum H_ij x_ij S_ij'] + 1/2 tr[(sum G_ij x_ij) A_i^+ (sum S_ij S_ij') A_i^+]

times N / (N - 1) for N exporters, and the same over importers, where for pair ij over its T years S is the score of the index,
H minus its expected derivative, G the third derivative, A_i = sum_j H_ij, and x the regressor less its effects. The meat of the
covariance is the sum over pairs of x' (I - P)^-1 S S' x, P being how far a pair's own years move their own fitted values
through all effects and coefficients. Two-way PPML has no such bias, but its errors are as small; they are corrected alike.
"""

from __future__ import annotations

import msgspec
import numpy as np
from scipy.linalg.lapack import dpotri, dpstrf

from hamkor.gravity.grid import Floats, Places
from hamkor.gravity.within import Within
from hamkor.schema.errors import BadInput

_RANK = 1e-10
"""What of a scaled information is zero: sums of N T rounded terms stay below, identified effects far above."""
_CELLS = 150_000_000
"""Of the information of all effects at once: some 7 GB with what is made of it."""


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


class _Panel(msgspec.Struct, frozen=True):
    """A panel as blocks, I x J x T, zero where a flow is missing; regressors K x I x J x T, less their effects.

    `share` is what a year is of its pair's fitted total, zero where there are no pair effects.
    """

    mean: Floats
    share: Floats
    score: Floats
    regressors: Floats

    def turned(self) -> _Panel:
        """Return the panel with importers first."""
        return _Panel(*(one.swapaxes(-3, -2) for one in (self.mean, self.share, self.score, self.regressors)))


def corrected(
    outcome: Floats, mean: Floats, regressors: Floats, *, exporter: Places, importer: Places, year: Places, estimates: Floats
) -> Corrected:  # fmt: skip
    """Return the estimate of three-way PPML less its bias, and its covariance.

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
        If a flow stands twice, there is only one year, a regressor does not vary within the effects, or the flows are too few
        or too many for corrected errors.

    Examples
    --------
    >>> i, j, t = (axis.ravel() for axis in np.indices((4, 4, 2)))
    >>> mean, x = np.ones(32), np.sin(3.0 + i * j * t + i + 2 * j)
    >>> found = corrected(1 + 0.1 * np.cos(7.0 * np.arange(32)), mean, x[None], exporter=i, importer=j, year=t,
    ...                   estimates=np.array([0.5]))
    >>> bool(np.isclose(found.estimates + found.bias, 0.5).all()), found.covariance.shape
    (True, (1, 1))
    """
    if np.unique(year).size < 2:
        raise BadInput("one year", where="data", due="two or more: pair effects need them")
    panel = _panel(outcome, mean, regressors, (exporter, importer, year), pairs=True)
    bread = _bread(panel)
    off = bread @ (_side(panel) + _side(panel.turned()))
    return Corrected(estimates - off, off, bread @ _meat(panel, bread) @ bread)


def two_way_covariance(
    outcome: Floats, mean: Floats, regressors: Floats, *, exporter: Places, importer: Places, year: Places
) -> Floats:  # fmt: skip
    """Return the covariance of two-way PPML (exporter-year, importer-year), clustered by pair; its estimates have no bias.

    Parameters
    ----------
    outcome, mean, regressors, exporter, importer, year
        As for `corrected`; one year is enough.

    Raises
    ------
    BadInput
        If a flow stands twice, a regressor does not vary within the effects, or the flows are too few.
    """
    panel = _panel(outcome, mean, regressors, (exporter, importer, year), pairs=False)
    bread = _bread(panel)
    return np.asarray(bread @ _meat(panel, bread) @ bread)


def _panel(outcome: Floats, mean: Floats, regressors: Floats, places: tuple[Places, Places, Places], *, pairs: bool) -> _Panel:
    """Return the blocks; regressors less their effects, under the fitted means as weights."""
    exporter, importer, year = (np.unique(one, return_inverse=True)[1].astype(np.int64) for one in places)
    sizes = tuple(int(one.max()) + 1 for one in (exporter, importer, year))
    cell = (exporter * sizes[1] + importer) * sizes[2] + year
    if sizes[0] * sizes[1] * sizes[2] ** 2 > _CELLS:
        size = f"{sizes[0]} exporters, {sizes[1]} importers and {sizes[2]} years"
        due = f"at most {_CELLS:,} cells of effects by effects (exporters x importers x years squared)"
        raise BadInput(size, where="corrected errors", due=due, cure="keep every second or fourth year")
    if np.unique(cell).size < cell.size:
        raise BadInput("a flow that stands twice", where="data", due="one row for each pair and year")
    effects = [exporter * sizes[2] + year, importer * sizes[2] + year]
    if pairs:
        effects.append(exporter * sizes[1] + importer)
    within = Within(tuple(np.unique(one, return_inverse=True)[1].astype(np.int64) for one in effects))
    within.weigh(within.inside(mean))

    def dense(column: Floats) -> Floats:
        found = np.zeros(sizes[0] * sizes[1] * sizes[2])
        found[cell] = column
        return found.reshape(sizes)

    left = np.zeros((len(regressors), *sizes))
    for at, column in enumerate(regressors):
        free = within.outside(within.project(within.inside(column), tolerance=1e-11)[0])
        if mean @ free**2 <= 1e-11 * (mean @ (column - np.average(column, weights=mean)) ** 2):
            due = "one that varies beside exporter-year, importer-year" + (" and pair" if pairs else "")
            raise BadInput(f"regressor {at + 1} of {len(regressors)} is explained by the effects", where="regressors", due=due)
        left[at] = dense(free)
    fitted, score = dense(mean), dense(outcome - mean)
    share = np.zeros(sizes)
    if pairs:
        total = fitted.sum(axis=2, keepdims=True)
        share = fitted / np.where(total > 0, total, 1.0)
        score = score - share * score.sum(axis=2, keepdims=True)
        left -= (share * left).sum(axis=3, keepdims=True)
    return _Panel(fitted, share, score, left)


def _bread(panel: _Panel) -> Floats:
    """Return the inverse information of the coefficients."""
    information = np.einsum("kijt,ijt,lijt->kl", panel.regressors, panel.mean, panel.regressors)
    scale = np.sqrt(np.diag(information))
    if np.linalg.eigvalsh(information / np.outer(scale, scale))[0] < _RANK:
        raise BadInput("collinear regressors", where="regressors", due="regressors that differ beside the effects")
    return np.asarray(np.linalg.inv(information))


def _information(panel: _Panel) -> Floats:
    """Return A_i for each i: the sum over partners of diag(mean) - mean share'."""
    found = -np.einsum("ijt,ijs->its", panel.mean, panel.share)
    years = np.arange(panel.mean.shape[2])
    found[:, years, years] += panel.mean.sum(axis=1)
    return np.asarray(found)


def _side(panel: _Panel) -> Floats:
    """Return the bias of the K scores that the effects of the first side make."""
    inverse = np.asarray(np.linalg.pinv(_information(panel), rcond=_RANK, hermitian=True))
    moved = np.einsum("ijt,ijs->its", panel.score, panel.score)
    around = inverse @ moved @ inverse
    years = np.arange(panel.mean.shape[2])
    found = np.zeros(len(panel.regressors))
    for at, x in enumerate(panel.regressors):
        pushed = panel.mean * x
        first = -np.einsum("its,ijt,ijs->", inverse, pushed, panel.score, optimize=True)
        third = np.einsum("ijt,ijs->its", pushed, panel.share)
        third = third + third.transpose(0, 2, 1)
        third[:, years, years] -= pushed.sum(axis=1)
        found[at] = first + 0.5 * np.einsum("its,ist->", third, around)
    count = panel.mean.shape[0]
    return np.asarray(found * (count / (count - 1)))


def _meat(panel: _Panel, bread: Floats) -> Floats:
    """Return the sum over pairs of x' (I - P)^-1 S S' x, made symmetric, times G / (G - 1) for G pairs.

    In units of the roots of the means, P is symmetric; where a pair's years are fitted exactly its score is zero, and stays so.
    """
    own, other, across = _effects_covariance(panel)
    root = np.sqrt(panel.mean)
    unit, years = np.sqrt(panel.share), np.eye(panel.mean.shape[2])
    found = np.zeros((len(bread), len(bread)))
    for at in range(panel.mean.shape[0]):
        x = (panel.regressors[:, at] * root[at]).transpose(1, 2, 0)
        known = own[at] + other + across[at] + across[at].transpose(0, 2, 1)
        known *= root[at][:, :, None] * root[at][:, None, :]
        keep = years - unit[at][:, :, None] * unit[at][:, None, :]
        values, vectors = np.linalg.eigh(years - keep @ known @ keep - x @ bread @ x.transpose(0, 2, 1))
        freed = np.where(values > 1e-7, 1 / np.where(values > 1e-7, values, 1.0), 0.0)
        score = np.divide(panel.score[at], root[at], out=np.zeros_like(root[at]), where=root[at] > 0)
        wider = ((vectors * freed[:, None, :]) @ (vectors.transpose(0, 2, 1) @ score[:, :, None]))[:, :, 0]
        found += np.einsum("jtk,jt->jk", x, wider).T @ np.einsum("jtk,jt->jk", x, score)
    pairs = int((panel.mean.sum(axis=2) > 0).sum())
    found = (found + found.T) * (0.5 * pairs / (pairs - 1))
    if np.linalg.eigvalsh(found)[0] <= 0:
        raise BadInput(
            f"{pairs} pairs", where="corrected errors", due="more of them", cure="cluster by pair without correction"
        )
    return np.asarray(found)


def _effects_covariance(panel: _Panel) -> tuple[Floats, Floats, Floats]:
    """Return the inverse information of all effects as blocks: own (I x T x T), other (J x T x T), across (I x J x T x T).

    The information is singular (the years' levels are shared by both sides); any generalised inverse does. Exporters' blocks
    are eliminated, what is left for importers is inverted on the effects that a pivoted Cholesky decomposition keeps.
    """
    count, partners, years = panel.mean.shape
    inverse = np.linalg.pinv(_information(panel), rcond=_RANK, hermitian=True)
    cross = -np.einsum("ijt,ijs->itjs", panel.mean, panel.share)
    steps = np.arange(years)
    cross[:, steps, :, steps] += panel.mean.transpose(2, 0, 1)
    cross = cross.reshape(count, years, partners * years)
    gone = inverse @ cross
    left = -(cross.reshape(-1, partners * years).T @ gone.reshape(-1, partners * years))
    blocks = left.reshape(partners, years, partners, years)
    ends = np.arange(partners)
    blocks[ends, :, ends, :] += _information(panel.turned())
    known = _inverse(left)
    moved = gone.reshape(-1, partners * years) @ known
    across = -moved.reshape(count, years, partners, years).transpose(0, 2, 1, 3)
    own = inverse + np.einsum("itf,isf->its", moved.reshape(count, years, -1), gone, optimize=True)
    other = known.reshape(partners, years, partners, years)[ends, :, ends, :]
    return own, other, across


def _inverse(matrix: Floats) -> Floats:
    """Return a generalised inverse of a positive semi-definite matrix: the inverse of a largest regular part, else zero."""
    size = np.sqrt(np.maximum(np.diag(matrix), 0.0))
    scale = np.divide(1.0, size, out=np.zeros_like(size), where=size > _RANK * size.max())
    factor, pivots, rank, _ = dpstrf(matrix * scale[:, None] * scale, tol=_RANK)
    part, _ = dpotri(factor[:rank, :rank])
    part = np.triu(part) + np.triu(part, 1).T
    kept = pivots[:rank] - 1
    found = np.zeros_like(matrix)
    found[np.ix_(kept, kept)] = part * scale[kept][:, None] * scale[kept]
    return found
