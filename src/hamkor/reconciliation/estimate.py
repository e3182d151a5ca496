"""From the model and the reports to the flow: what both sides, one side, or neither say."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import msgspec
import numpy as np
from scipy.special import stdtrit

from hamkor.reconciliation.model import Floats, Model, Places, Reports

_ABSURD = np.log(20.0)
"""A report is set aside if it lies at least this far from the other and from what is expected."""
_SWEEPS = 5
_PART = 65_536


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
    exporters = model.export_bias.size
    gap = model.gap
    left, right = np.zeros(gap.size, dtype=np.int64), np.zeros(gap.size, dtype=np.int64)
    left[reports.pair], right[reports.pair] = reports.exporter, exporters + reports.importer
    spread = model.bias_covariance
    unsure = _Unsure(
        spread[left, left], spread[right, right], spread[left, right], gap**2 / 12 + model.gap_variance / 4
    )  # fmt: skip
    var_x = model.export_variance / (1.0 if trust_x is None else trust_x[:exporters])
    var_m = model.import_variance / (1.0 if trust_m is None else trust_m[: model.import_variance.size])
    x, m = np.empty_like(reports.export), np.empty_like(reports.imported)
    first = np.empty_like(x)

    def corrected(rows: slice) -> None:
        i, j, p = reports.exporter[rows], reports.importer[rows], reports.pair[rows]
        part = split if isinstance(split, float | int) else split[rows]
        x[rows] = reports.export[rows] - model.export_bias[i] + part * gap[p]
        m[rows] = reports.imported[rows] - model.import_bias[j] - (1 - part) * gap[p]
        known_x, known_m = np.isfinite(x[rows]) / var_x[i], np.isfinite(m[rows]) / var_m[j]
        total = known_x + known_m
        sums = known_x * np.nan_to_num(x[rows]) + known_m * np.nan_to_num(m[rows])
        first[rows] = np.where(total > 0, sums / np.where(total > 0, total, 1.0), np.nan)

    _by_parts(corrected, x.size)
    expected, width = _expected(first, reports, product, series)
    value, deviation, share, residual = (np.empty_like(x) for _ in range(4))
    aside = np.empty(x.size, dtype=np.int64)

    def settled(rows: slice) -> None:
        known = (1 / var_x[reports.exporter[rows]], 1 / var_m[reports.importer[rows]])
        found = _settled(x[rows], m[rows], known, first[rows], expected[rows], width, model.degrees)
        value[rows], share[rows], variance, residual[rows], aside[rows] = found
        deviation[rows] = np.sqrt(variance + unsure.of(reports.pair[rows], np.nan_to_num(share[rows])))

    _by_parts(settled, x.size)
    return Estimates(value, deviation, max(model.degrees, 3.0), share, residual, expected, width, aside)


class _Unsure(msgspec.Struct, frozen=True):
    """By pair: the variance that is left by biases of both sides, and by how a gap is shared (uniform between the sides)."""

    exporter: Floats
    importer: Floats
    common: Floats
    shared: Floats

    def of(self, pair: Places, share: Floats) -> Floats:
        """Return the variance of estimates in which the exporter's report has that share."""
        other = 1 - share
        both = 4 * share * other
        biases = share**2 * self.exporter[pair] + other**2 * self.importer[pair] + both / 2 * self.common[pair]
        return np.asarray(biases + self.shared[pair] * np.maximum(both, 0.25))


def _by_parts(work: Callable[[slice], None], size: int) -> None:
    """Do the work on parts that fit the caches, two at a time; parts do not depend on each other."""
    parts = [slice(start, min(start + _PART, size)) for start in range(0, size, _PART)]
    if len(parts) < 2:
        work(slice(0, size))
        return
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, parts))


def _settled(
    x: Floats, m: Floats, known: tuple[Floats, Floats], first: Floats, expected: Floats, spread: float, nu: float
) -> tuple[Floats, Floats, Floats, Floats, Places]:  # fmt: skip
    """Return value, share of the exporter's report, variance of the errors, residual, and which report is set aside."""
    has_x, has_m = np.isfinite(x), np.isfinite(m)
    x0, m0 = np.where(has_x, x, 0.0), np.where(has_m, m, 0.0)
    known_x, known_m = has_x * known[0], has_m * known[1]
    total, prior = known_x + known_m, 1 / spread**2
    value = np.where(total > 0, (np.nan_to_num(first) * total + expected * prior) / (total + prior), expected)
    for _ in range(4):
        steady_x = known_x * (nu + 1) / (nu + known_x * (x0 - value) ** 2)
        steady_m = known_m * (nu + 1) / (nu + known_m * (m0 - value) ** 2)
        value = (steady_x * x0 + steady_m * m0 + prior * expected) / (steady_x + steady_m + prior)
    far_x, far_m = np.abs(x0 - expected), np.abs(m0 - expected)
    apart = has_x & has_m & (np.abs(x0 - m0) > _ABSURD)
    lost_x = apart & (far_x > _ABSURD) & (far_x > 2 * far_m)
    lost_m = apart & (far_m > _ABSURD) & (far_m > 2 * far_x)
    aside = np.where(lost_x, 1, np.where(lost_m, 2, 0)).astype(np.int64)
    steady_x = np.where(lost_x, 0.0, known_x * (nu + 1) / (nu + known_x * (x0 - value) ** 2))
    steady_m = np.where(aside == 2, 0.0, known_m * (nu + 1) / (nu + known_m * (m0 - value) ** 2))
    kept = steady_x + steady_m
    value = (steady_x * x0 + steady_m * m0 + prior * expected) / (kept + prior)
    share = np.where(kept > 0, steady_x / np.where(kept > 0, kept, 1.0), np.nan)
    return value, share, 1 / (kept + prior), np.where(has_x & has_m, m0 - x0, np.nan), aside


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
    reach = stdtrit(found.degrees, 0.5 + level / 2) * found.deviation
    return found.value - reach, found.value + reach
