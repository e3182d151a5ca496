"""The error model of two reports of the same flow, and its estimation.

In logs, the exporter reports x = T + b_i - f s_ij + e_x and the importer m = T + tau + d_j + (1 - f) s_ij + e_m, with biases
b and d of the reporters, a structural gap s_ij of the pair that lasts over years and products, and errors of Student's t
whose scale is the reporter's own. Only differences m - x are seen: how a gap is shared between the sides (f) is a prior. The
estimates are those of the EM algorithm for the scale mixture (Lange, Little and Taylor 1989, Journal of the American
Statistical Association 84(408)) with normal priors on biases and gaps whose variances are estimated too.
"""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, stdtrit

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
_DEGREES = (2.0, 3.0, 4.0, 6.0, 10.0, 30.0)
_SAMPLE = 120_000
_ROUNDS = 30
_GAP, _BIAS = 0.3, 0.2
"""Prior standard deviations of a pair's lasting gap and of a reporter's bias, logs; in real pairs, gaps of 0.25 to 0.93 have
lasted for fourteen years."""
_PRIOR_COUNT = 4.0
"""As many flows as the prior of a reporter's variance weighs."""


class Reports(msgspec.Struct, frozen=True):
    """Reports as arrays of length F; NaN where a side is silent.

    Attributes
    ----------
    exporter, importer, pair
        Places of the reporters, and of the ordered pair.
    export, imported
        Logs of the reports; the importer's less the margin.
    """

    exporter: Places
    importer: Places
    pair: Places
    export: Floats
    imported: Floats


class Model(msgspec.Struct, frozen=True):
    """What is learnt of the reporters, of E exporters, I importers and P pairs.

    Attributes
    ----------
    export_bias, import_bias
        E and I: b and d, logs.
    export_variance, import_variance
        E and I: scales of the errors, squared.
    gap, gap_variance
        P: s, and its posterior variance.
    bias_covariance
        (E + I) x (E + I): posterior covariance of b and d together. Only differences are seen, so that their common level is
        known no better than the prior says.
    bias_variance, spread
        Prior variances of biases and gaps.
    degrees
        Of freedom of the errors.
    export_count, import_count
        Two-sided flows of each reporter.
    """

    export_bias: Floats
    import_bias: Floats
    export_variance: Floats
    import_variance: Floats
    gap: Floats
    gap_variance: Floats
    bias_covariance: Floats
    bias_variance: float
    spread: float
    degrees: float
    export_count: Floats
    import_count: Floats


def fit(reports: Reports, *, seed: int = 0) -> Model:
    """Return the model that the two-sided flows support best.

    Parameters
    ----------
    reports
        All reports; a sample of the two-sided ones is used where there are very many.
    seed
        Of the sample.
    """
    both = np.flatnonzero(np.isfinite(reports.export) & np.isfinite(reports.imported))
    sizes = tuple(int(one.max(initial=-1)) + 1 for one in (reports.exporter, reports.importer, reports.pair))
    counts = tuple(
        np.bincount(one[both], minlength=size).astype(float)
        for one, size in zip((reports.exporter, reports.importer), sizes[:2], strict=True)
    )
    if both.size > _SAMPLE:
        both = np.sort(np.random.default_rng(seed).choice(both, _SAMPLE, replace=False))
    i, j, p = reports.exporter[both], reports.importer[both], reports.pair[both]
    y = reports.imported[both] - reports.export[both]
    if not both.size:
        return _unknown(sizes)
    start = max(_robust(y) ** 2, 1e-8) / 2
    b, d, g = np.zeros(sizes[0]), np.zeros(sizes[1]), np.zeros(sizes[2])
    var_x, var_m = np.full(sizes[0], start), np.full(sizes[1], start)
    spread, prior, degrees = start, 0.05, 4.0
    gap_variance = np.full(sizes[2], spread)
    center = start
    for step in range(_ROUNDS):
        scale = var_x[i] + var_m[j]
        left = y - (d[j] - b[i]) - g[p]
        steady = (degrees + 1) / (degrees + left**2 / scale)
        weight = steady / scale
        for _ in range(2):
            free = y - g[p]
            known = np.bincount(i, weight, sizes[0]) + 1 / prior
            b = -np.bincount(i, weight * (free - d[j]), sizes[0]) / known
            known_m = np.bincount(j, weight, sizes[1]) + 1 / prior
            d = np.bincount(j, weight * (free + b[i]), sizes[1]) / known_m
        held = np.bincount(p, weight, sizes[2]) + 1 / spread
        g = np.bincount(p, weight * (y - d[j] + b[i]), sizes[2]) / held
        gap_variance = 1 / held
        met = np.bincount(p, minlength=sizes[2]) > 0
        spread = _shrunk(g[met] ** 2 + gap_variance[met], _GAP)
        told = np.concatenate(
            [b[counts[0] > 0] ** 2 + 1 / known[counts[0] > 0], d[counts[1] > 0] ** 2 + 1 / known_m[counts[1] > 0]]
        )
        prior = _shrunk(told, _BIAS)
        left = y - (d[j] - b[i]) - g[p]
        scale = var_x[i] + var_m[j]
        steady = (degrees + 1) / (degrees + left**2 / scale)
        both_ways = var_x[i] * var_m[j] / scale
        seen_x = steady * (var_x[i] / scale * left) ** 2 + both_ways
        seen_m = steady * (var_m[j] / scale * left) ** 2 + both_ways
        center = 0.5 * center + 0.5 * float((seen_x.mean() + seen_m.mean()) / 2)
        var_x = (np.bincount(i, seen_x, sizes[0]) + _PRIOR_COUNT * center) / (np.bincount(i, minlength=sizes[0]) + _PRIOR_COUNT)
        var_m = (np.bincount(j, seen_m, sizes[1]) + _PRIOR_COUNT * center) / (np.bincount(j, minlength=sizes[1]) + _PRIOR_COUNT)
        if step % 5 == 4:
            degrees = _freedom(left, var_x[i] + var_m[j])
    scale = var_x[i] + var_m[j]
    seen: Floats = np.bincount(p, (degrees + 1) / (degrees + left**2 / scale) / scale, sizes[2]).astype(np.float64)
    together = _together(reports, seen, spread, prior, sizes)
    return Model(b, d, var_x, var_m, g, gap_variance, together, prior, spread, degrees, *counts)


def _together(reports: Reports, held: Floats, spread: float, prior: float, sizes: tuple[int, ...]) -> Floats:
    """Return the posterior covariance of all biases; what a pair tells of them is bounded by its own lasting gap."""
    seen = np.flatnonzero(held > 0)
    known = 1 / (1 / held[seen] + spread)
    left, right = np.zeros(sizes[2], dtype=np.int64), np.zeros(sizes[2], dtype=np.int64)
    left[reports.pair], right[reports.pair] = reports.exporter, sizes[0] + reports.importer
    i, j = left[seen], right[seen]
    precision = np.eye(sizes[0] + sizes[1]) / prior
    for row, column, sign in ((i, i, 1.0), (j, j, 1.0), (i, j, -1.0), (j, i, -1.0)):
        np.add.at(precision, (row, column), sign * known)
    return np.asarray(np.linalg.inv(precision))


def _shrunk(squares: Floats, prior: float) -> float:
    """Return a variance from squares and a prior that weighs as much as five of them."""
    return float((squares.sum() + 5 * prior**2) / (squares.size + 5))


def _unknown(sizes: tuple[int, ...]) -> Model:
    """Return a model of nothing but priors: a reporter errs by a third, and is biased by as much."""
    zero = [np.zeros(size) for size in sizes]
    return Model(
        zero[0], zero[1], np.full(sizes[0], 0.1), np.full(sizes[1], 0.1), zero[2], np.full(sizes[2], 0.1),
        0.1 * np.eye(sizes[0] + sizes[1]), 0.1, 0.1, 4.0, zero[0], zero[1],
    )  # fmt: skip


def _robust(values: Floats) -> float:
    """Return a standard deviation from the median distance to the median."""
    return float(1.4826 * np.median(np.abs(values - np.median(values)))) if values.size else 0.0


def _freedom(left: Floats, scale: Floats) -> float:
    """Return the degrees of freedom under which the standardised residuals are likeliest, their scale free."""
    some = left[:: max(1, left.size // 20_000)] / np.sqrt(scale[:: max(1, left.size // 20_000)])
    unit = max(_robust(some), 1e-9)
    likelihood = {
        one: _likelihood(some, one, unit / (1.4826 * float(stdtrit(one, 0.75)))) for one in _DEGREES
    }  # fmt: skip
    return max(likelihood, key=lambda one: likelihood[one])


def _likelihood(values: Floats, degrees: float, scale: float) -> float:
    """Return the log likelihood of values under Student's t of that scale."""
    head = gammaln((degrees + 1) / 2) - gammaln(degrees / 2) - 0.5 * np.log(degrees * np.pi) - np.log(scale)
    return float(values.size * head - (degrees + 1) / 2 * np.log1p((values / scale) ** 2 / degrees).sum())
