"""The bias of three-way PPML and its correction: worlds whose truth is known."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hamkor.gravity import estimate
from hamkor.schema.errors import BadInput

FORMULA = "trade ~ x | exporter^year + importer^year + exporter^importer"


def world(seed: int, *, size: int = 20, years: int = 2) -> pl.DataFrame:
    """Return flows with a coefficient of one, a regressor that goes with the effects, and the variance of a Poisson."""
    chance = np.random.default_rng(seed)
    i, j, t = (axis.reshape(-1) for axis in np.indices((size, size, years)))
    keep = i != j
    i, j, t = (axis[keep] for axis in (i, j, t))
    sent, got = chance.normal(0, 0.25, (size, years)), chance.normal(0, 0.25, (size, years))
    pair = chance.normal(0, 0.25, (size, size))
    x = [pair + chance.normal(0, 0.5, (size, size))]
    for year in range(1, years):
        x.append(x[-1] / 2 + sent[:, year][:, None] + got[:, year] + chance.normal(0, 0.5, (size, size)))
    regressor = np.stack(x, axis=2)[i, j, t]
    mean = np.exp(regressor + sent[i, t] + got[j, t] + pair[i, j])
    spread = np.log(1 + 1 / mean)
    trade = mean * np.exp(-spread / 2 + np.sqrt(spread) * chance.standard_normal(i.size))
    return pl.DataFrame({"exporter": i, "importer": j, "year": t, "trade": trade, "x": regressor})


def test_most_of_the_bias_goes_and_more_intervals_hold_the_truth() -> None:
    plain, mended = [], []
    for seed in range(120):
        fit = estimate(FORMULA, world(seed), cluster="exporter^importer")
        better = fit.bias_correct()
        plain.append((fit.coefficients[0] - 1, np.sqrt(fit.covariance[0, 0])))
        mended.append((better.coefficients[0] - 1, np.sqrt(better.covariance[0, 0])))
    before, after = np.array(plain), np.array(mended)
    assert abs(after[:, 0].mean()) < 0.6 * abs(before[:, 0].mean())
    covers = [float((np.abs(one[:, 0]) < 1.96 * one[:, 1]).mean()) for one in (before, after)]
    assert covers[1] >= covers[0]
    assert after[:, 1].mean() > before[:, 1].mean()


def test_units_order_and_labels_do_not_matter() -> None:
    table = world(3, size=9, years=3).filter(pl.int_range(pl.len()) % 17 != 0)
    moved = table.sample(fraction=1.0, shuffle=True, seed=1).with_columns(
        trade=1e4 * pl.col("trade"), exporter=40 - pl.col("exporter"), year=2000 + pl.col("year")
    )
    one, other = (estimate(FORMULA, told, covariance="weidner-zylkin").tidy() for told in (table, moved))
    assert other["estimate"].to_numpy() == pytest.approx(one["estimate"].to_numpy(), rel=1e-6)
    assert other["std_error"].to_numpy() == pytest.approx(one["std_error"].to_numpy(), rel=1e-5)


def test_it_says_where_it_does_not_apply() -> None:
    table = world(4, size=8)
    with pytest.raises(BadInput, match="pairs directed"):
        estimate("trade ~ x | exporter^year + importer^year", table, covariance="weidner-zylkin")
    with pytest.raises(BadInput, match="directed pairs"):
        estimate(FORMULA, table, pair="symmetric", covariance="weidner-zylkin")
