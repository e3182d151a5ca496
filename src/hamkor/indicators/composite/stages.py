"""The stages before weights: denominate, impute, treat, normalise. Arrays of rows x indicators; NaN is missing.

OECD and JRC 2008, Handbook on Constructing Composite Indicators; Becker et al. 2022 (COINr), J. Open Source Software 7 (78).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hamkor.indicators.composite.definition import Imputation, Normalisation
from hamkor.schema.errors import BadInput

Array = NDArray[np.float64]
Marks = NDArray[np.bool_]
Labels = NDArray[np.int64]

_SKEW, _KURTOSIS, _MOST = 2.0, 3.5, 5
"""An indicator whose skewness and kurtosis both exceed these has outliers; at most so many points are drawn in (COINr)."""


def denominate(values: Array, denominators: Array) -> Array:
    """Return values over their denominators; missing where either is.

    Raises
    ------
    BadInput
        If a denominator is not above 0.

    Examples
    --------
    >>> denominate(np.array([[6.0]]), np.array([[3.0]])).tolist()
    [[2.0]]
    """
    if (denominators <= 0).any():
        raise BadInput(f"a denominator of {denominators[denominators <= 0][0]:g}", due="a number > 0")
    return np.asarray(values / denominators)


def impute(values: Array, groups: Labels, *, method: Imputation) -> tuple[Array, Marks]:
    """Return values with missing ones filled, and which were.

    Parameters
    ----------
    values
        Rows x indicators; for ``last`` the rows of an economy in order of time.
    groups
        Label of each row: those of which the mean or median is taken; for ``last`` the economy.
    method
        What is filled in; where a group has no value the place stays missing.

    Examples
    --------
    >>> filled, marks = impute(np.array([[1.0], [np.nan], [4.0]]), np.array([0, 0, 0]), method="mean")
    >>> filled[:, 0].tolist(), marks[:, 0].tolist()
    ([1.0, 2.5, 4.0], [False, True, False])
    """
    found = values.copy()
    if method != "none":
        for group in np.unique(groups):
            rows = np.flatnonzero(groups == group)
            block = found[rows]
            present = ~np.isnan(block)
            if method == "last":
                steps = np.where(present, np.arange(len(rows))[:, None], -1)
                latest = np.maximum.accumulate(steps, axis=0)
                carried = np.take_along_axis(block, np.maximum(latest, 0), axis=0)
                found[rows] = np.where(latest >= 0, carried, np.nan)
            else:
                some = present.any(axis=0)
                middle = np.full(block.shape[1], np.nan)
                middle[some] = (np.nanmean if method == "mean" else np.nanmedian)(block[:, some], axis=0)
                found[rows] = np.where(present, block, middle)
    return found, np.isnan(values) & ~np.isnan(found)


def treat(values: Array) -> tuple[Array, Marks]:
    """Return values whose outliers are drawn in, and which were changed.

    While an indicator's |skewness| > 2 and its kurtosis > 3.5, its outermost points take the value next to them, five at most;
    if that is not enough, the logarithm of the indicator, moved above 0, is taken instead (COINr's `winsorise` and `log_CT`).

    Examples
    --------
    >>> one = np.array([[1.0], [2.0], [2.0], [3.0], [3.0], [4.0], [90.0]])
    >>> treat(one)[0][-1].tolist()
    [4.0]
    """
    found = values.copy()
    for column in range(values.shape[1]):
        places = np.flatnonzero(~np.isnan(values[:, column]))
        found[places, column] = _drawn_in(values[places, column])
    return found, (found != values) & ~np.isnan(values)


def _drawn_in(whole: Array) -> Array:
    found = whole.copy()
    for _ in range(_MOST):
        skew, outlying = _shape(found)
        if not outlying:
            return found
        end = found.max() if skew > 0 else found.min()
        inner = found[found != end]
        found[found == end] = inner.max() if skew > 0 else inner.min()
    if not _shape(found)[1]:
        return found
    low, high = whole.min(), whole.max()
    return np.asarray(np.log(whole - low + 0.01 * (high - low)))


def _shape(values: Array) -> tuple[float, bool]:
    """Return the skewness, and whether it and the kurtosis speak of outliers (Joanes and Gill 1998, G1 and G2)."""
    count = len(values)
    away = values - values.mean() if count else values
    second = float(np.mean(away**2)) if count else 0.0
    if count < 4 or second <= 1e-24 * max(1.0, float(np.abs(values).max()) ** 2) or len(np.unique(values)) < 3:
        return 0.0, False
    skew = float(np.mean(away**3)) / second**1.5 * (count * (count - 1)) ** 0.5 / (count - 2)
    excess = float(np.mean(away**4)) / second**2 - 3
    kurtosis = ((count + 1) * excess + 6) * (count - 1) / ((count - 2) * (count - 3))
    return skew, abs(skew) > _SKEW and kurtosis > _KURTOSIS


def normalise(
    values: Array, groups: Labels, *, method: Normalisation, directions: Array, span: tuple[float, float],
    goalposts: Sequence[tuple[float, float] | None], targets: Array,
) -> Array:  # fmt: skip
    """Return values on one scale where more is better.

    Parameters
    ----------
    values
        Rows x indicators.
    groups
        Label of each row: all alike for a panel, the period for a cross-section.
    method
        ``min-max``: least to greatest found, or goalposts, on `span`; ``rank``: ranks on `span`, ties share their mean;
        ``target``: from the worst found to the target on `span`, at most its end; ``z-score``: mean 0, standard deviation 1.
    directions
        1 or -1 of each indicator.
    span
        Ends of the scale.
    goalposts
        Of each indicator, for ``min-max``.
    targets
        Of each indicator, for ``target``; NaN where there is none.

    Returns
    -------
    numpy.ndarray
        An indicator that does not vary in a group is missing there, unless goalposts or a target give it a scale.

    Examples
    --------
    >>> column, same = np.array([[1.0], [3.0], [2.0]]), np.zeros(3, dtype=np.int64)
    >>> normalise(column, same, method="min-max", directions=np.array([1.0]), span=(0, 100), goalposts=[None],
    ...           targets=np.array([np.nan]))[:, 0].tolist()
    [0.0, 100.0, 50.0]
    """
    found = np.full_like(values, np.nan)
    for group in np.unique(groups):
        rows = groups == group
        for column in range(values.shape[1]):
            there = rows & ~np.isnan(values[:, column])
            if there.any():
                one = values[there, column]
                found[there, column] = _scaled(one, method, float(directions[column]), goalposts[column], targets[column])
    low, high = span
    return found if method == "z-score" else np.asarray(low + (high - low) * found)


def _scaled(values: Array, method: Normalisation, way: float, posts: tuple[float, float] | None, target: float) -> Array:
    """Return one indicator in one group: 0 ... 1, or z-scores."""
    least, most = (float(values.min()), float(values.max())) if posts is None or method != "min-max" else posts
    if method == "target":
        reached = values >= target if way > 0 else values <= target
        worst = least if way > 0 else most
        span = target - worst
        return np.where(reached, 1.0, (values - worst) / span if span else 0.0)
    if method == "rank":
        from scipy.stats import rankdata

        return np.asarray((rankdata(way * values) - 1) / (len(values) - 1)) if least < most else np.full_like(values, np.nan)
    if not least < most:
        return np.full_like(values, np.nan)
    if method == "z-score":
        away = values / max(abs(least), abs(most))
        return np.asarray(way * (away - away.mean()) / away.std(ddof=1))
    share = np.clip((values - least) / (most - least), 0.0, 1.0)
    return share if way > 0 else 1.0 - share
