"""Separation: the quick way finds what the linear program over all rows finds, whatever the model."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hamkor.gravity.existence import separated


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000), rows=st.integers(8, 60), regressors=st.integers(0, 3), effects=st.integers(0, 2),
    scale=st.sampled_from([1.0, 1e-3, 1e4]),
)  # fmt: skip
def test_the_quick_way_finds_what_the_program_finds(
    seed: int, rows: int, regressors: int, effects: int, scale: float
) -> None:  # fmt: skip
    chance = np.random.default_rng(seed)
    dummies, slopes = (chance.random((regressors, rows)) < 0.3).astype(float), chance.normal(0, 1, (regressors, rows))
    told = np.where(chance.random((regressors, rows)) < 0.5, slopes, dummies) * scale
    places = [chance.integers(0, int(chance.integers(2, 8)), rows) for _ in range(effects)]
    if not effects:
        told = np.vstack([np.ones((1, rows)), told])
    trade = np.exp(chance.normal(0, 1, rows)) * (chance.random(rows) > chance.uniform(0.1, 0.8))
    keep = np.ones(rows, dtype=bool)
    for _ in range(5):
        for one in places:
            keep &= np.bincount(one[keep], trade[keep], minlength=8)[one] > 0
    assume(keep.sum() > 3 and (trade[keep] > 0).any() and (len(told) or places))
    coded = tuple(np.unique(one[keep], return_inverse=True)[1].astype(np.int64) for one in places)
    quick = separated(trade[keep], told[:, keep], coded)
    assert quick.tolist() == separated(trade[keep], told[:, keep], coded, certify=True).tolist()
