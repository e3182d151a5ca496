"""From the model and the reports to the flow: what both sides, one side, or neither say."""

from __future__ import annotations

import msgspec
import numpy as np
from scipy.stats import t

from hamkor.reconciliation.model import Floats, Model, Places, Reports

_ABSURD = np.log(20.0)
"""A report is set aside if it lies at least this far from the other and from what is expected."""
_SWEEPS = 5


class Estimates(msgspec.Struct, frozen=True):
    """Flows as arrays of length F.

    Attributes
    ----------
    value, deviation
        Log of the flow, and its standard deviation.
    degrees
        Of freedom of the interval.
    share
        Weight of the exporter's report among both, in [0, 1]; NaN if there is none.
    residual
        Importer's corrected report less exporter's, log; NaN unless two-sided.
    expected
        What the flows of both economies, of the product and of other years let expect, log.
    expected_deviation
        Its standard deviation.
    aside
        0 nobody, 1 the exporter's report, 2 the importer's is set aside.
    """

    value: Floats
    deviation: Floats
    degrees: float
    share: Floats
    residual: Floats
    expected: Floats
    expected_deviation: float
    aside: Places


def estimate(
    reports: Reports, model: Model, *, product: Places, series: Places | None, split: Floats | float = 0.5,
    trust_x: Floats | None = None, trust_m: Floats | None = None,
) -> Estimates:  # fmt: skip
    """Return the flow behind each pair of reports.

    Parameters
    ----------
    reports, model
        As `fit` takes and returns them.
    product, series
        Place of the product, and of the pair's product over the years; None if there is one period.
    split
        Share of a pair's structural gap that the exporter's report bears, one for all or F.
    trust_x, trust_m
        Factor on the precision of each exporter's and importer's reports, as the user sets it.
    """
    i, j, p = reports.exporter, reports.importer, reports.pair
    gap = model.gap[p]
    x = reports.export - model.export_bias[i] + split * gap
    m = reports.imported - model.import_bias[j] - (1 - split) * gap
    var_x = model.export_variance[i] / (1.0 if trust_x is None else trust_x[i])
    var_m = model.import_variance[j] / (1.0 if trust_m is None else trust_m[j])
    has_x, has_m = np.isfinite(x), np.isfinite(m)
    x0, m0 = np.where(has_x, x, 0.0), np.where(has_m, m, 0.0)
    known_x, known_m = has_x / var_x, has_m / var_m
    total = known_x + known_m
    first = np.where(total > 0, (known_x * x0 + known_m * m0) / np.where(total > 0, total, 1.0), np.nan)
    expected, spread = _expected(first, reports, product, series)
    nu, prior = model.degrees, 1 / spread**2
    value = np.where(np.isfinite(first), (first * total + expected * prior) / (total + prior), expected)
    for _ in range(4):
        steady_x = known_x * (nu + 1) / (nu + known_x * (x0 - value) ** 2)
        steady_m = known_m * (nu + 1) / (nu + known_m * (m0 - value) ** 2)
        value = (steady_x * x0 + steady_m * m0 + prior * expected) / (steady_x + steady_m + prior)
    apart = has_x & has_m & (np.abs(x0 - m0) > _ABSURD)
    far_x = apart & (np.abs(x0 - expected) > _ABSURD) & (np.abs(x0 - expected) > 2 * np.abs(m0 - expected))
    far_m = apart & (np.abs(m0 - expected) > _ABSURD) & (np.abs(m0 - expected) > 2 * np.abs(x0 - expected))
    aside = np.where(far_x, 1, np.where(far_m, 2, 0)).astype(np.int64)
    steady_x = np.where(aside == 1, 0.0, known_x * (nu + 1) / (nu + known_x * (x0 - value) ** 2))
    steady_m = np.where(aside == 2, 0.0, known_m * (nu + 1) / (nu + known_m * (m0 - value) ** 2))
    kept = steady_x + steady_m
    value = (steady_x * x0 + steady_m * m0 + prior * expected) / (kept + prior)
    share = np.where(kept > 0, steady_x / np.where(kept > 0, kept, 1.0), np.nan)
    variance = 1 / (kept + prior) + _unsure(model, i, j, p, np.nan_to_num(share))
    residual = np.where(has_x & has_m, m0 - x0, np.nan)
    return Estimates(value, np.sqrt(variance), max(nu, 3.0), share, residual, expected, spread, aside)


def _unsure(model: Model, i: Places, j: Places, p: Places, share: Floats) -> Floats:
    """Return the variance that is left by biases, and by how a gap is shared (uniform between the sides)."""
    exporters = model.export_bias.size
    spread = model.bias_covariance
    bias_x, bias_m, common = spread[i, i], spread[exporters + j, exporters + j], spread[i, exporters + j]
    shared = model.gap[p] ** 2 / 12 + model.gap_variance[p] / 4
    both = 4 * share * (1 - share)
    return np.asarray(
        share**2 * bias_x + (1 - share) ** 2 * bias_m + 2 * share * (1 - share) * common + shared * np.maximum(both, 0.25)
    )


def _expected(first: Floats, reports: Reports, product: Places, series: Places | None) -> tuple[Floats, float]:
    """Return what other flows let expect of each: effects of both economies and the product, and the series' other years."""
    known = np.isfinite(first)
    if not known.any():
        return np.zeros_like(first), 3.0
    told = np.where(known, first, 0.0)
    mean = told[known].mean()
    effects = [np.zeros(int(one.max()) + 1) for one in (reports.exporter, reports.importer, product)]
    places = (reports.exporter, reports.importer, product)
    fitted = np.full_like(first, mean)
    for _ in range(_SWEEPS):
        for effect, place in zip(effects, places, strict=True):
            free = np.where(known, told - fitted + effect[place], 0.0)
            weight = np.bincount(place, known, effect.size)
            new = np.bincount(place, free, effect.size) / (weight + 0.5)
            fitted += new[place] - effect[place]
            effect[:] = new
    left = np.where(known, told - fitted, 0.0)
    count = np.zeros(1) if series is None else np.bincount(series, known)
    if series is not None and count.max() > 1:
        sums, others = np.bincount(series, left), count[series] - known
        within = float(
            ((left - (sums / np.maximum(count, 1))[series])[known] ** 2).sum() / max(1.0, known.sum() - (count > 0).sum())
        )
        whole = float((left[known] ** 2).mean())
        ratio = max(within, 1e-6) / max(whole - within, 1e-6)
        fitted = fitted + (sums[series] - left) / (others + ratio)
        left = np.where(known, told - fitted, 0.0)
    return fitted, float(np.clip(np.sqrt((left[known] ** 2).mean()), 0.3, 5.0))


def bounds(found: Estimates, *, level: float = 0.9) -> tuple[Floats, Floats]:
    """Return the logs of the ends of the interval."""
    reach = t.ppf(0.5 + level / 2, found.degrees) * found.deviation
    return found.value - reach, found.value + reach
