"""Covariances of estimates: robust to heteroskedasticity, clustered in up to three ways."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from hamkor.gravity.grid import Floats, Places
from hamkor.schema.errors import BadInput

_WAYS = 3


def robust(scores: Floats, bread: Floats, *, factor: float = 1.0) -> Floats:
    """Return bread times the sum of squared scores times bread, with a small-sample factor.

    Parameters
    ----------
    scores
        K x N.
    bread
        K x K.
    factor
        N / (N - 1) is Stata's.
    """
    return np.asarray(factor * bread @ (scores @ scores.T) @ bread)


def clustered(scores: Floats, bread: Floats, clusters: Sequence[Places], *, factor: float = 1.0) -> Floats:
    """Return the covariance clustered in one to three ways, with G / (G - 1) of the smallest number of clusters.

    Parameters
    ----------
    scores, bread
        K x N, K x K.
    clusters
        Places of each way.
    factor
        A further factor: (N - 1) / (N - K) for least squares.

    Raises
    ------
    BadInput
        If there are more than three ways, or a way has fewer than two clusters.

    References
    ----------
    Cameron, Gelbach and Miller (2011), Journal of Business and Economic Statistics 29(2): inclusion and exclusion over
    intersections; a covariance that is not positive semi-definite is made so by dropping negative eigenvalues, as they advise.
    """
    if not 1 <= len(clusters) <= _WAYS:
        raise BadInput(f"{len(clusters)} ways of clustering", where="cluster", due="one, two or three")
    sizes = [int(np.count_nonzero(np.bincount(one))) for one in clusters]
    if min(sizes) < 2:
        raise BadInput("one cluster", where="cluster", due="two or more", cure="cluster by another column")
    total = np.zeros((len(scores), len(scores)))
    for size in range(1, len(clusters) + 1):
        for chosen in combinations(clusters, size):
            total += (-1) ** (size + 1) * _meat(scores, _crossed(chosen))
    found = factor * min(sizes) / (min(sizes) - 1) * bread @ total @ bread
    if len(clusters) > 1:
        values, vectors = np.linalg.eigh((found + found.T) / 2)
        if (values < 0).any():
            found = (vectors * np.maximum(values, 0.0)) @ vectors.T
    return np.asarray(found)


def _meat(scores: Floats, cluster: Places) -> Floats:
    sums = np.stack([np.bincount(cluster, one) for one in scores]) if len(scores) else np.zeros((0, 1))
    return np.asarray(sums @ sums.T)


def _crossed(ways: Sequence[Places]) -> Places:
    """Return the places of the intersections of clusters."""
    found = ways[0]
    for way in ways[1:]:
        _, found = np.unique(found * (int(way.max(initial=0)) + 1) + way, return_inverse=True)
    return np.asarray(found, dtype=np.int64)
