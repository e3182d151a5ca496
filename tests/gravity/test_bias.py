"""The bias of three-way PPML and its correction: worlds whose truth is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from hamkor.gravity import Fit, estimate
from hamkor.gravity.bias import corrected
from hamkor.schema.errors import BadInput

Floats = npt.NDArray[np.float64]
FORMULA = "trade ~ x | exporter^year + importer^year + exporter^importer"
TWO_WAY = "trade ~ x | exporter^year + importer^year"
CLOSE = 1e-6
"""Fits stop at a relative deviance of 1e-8 or so; the formulas themselves agree to 1e-9."""


def world(seed: int, *, size: int = 20, years: int = 2, lasting: float = 0.25) -> pl.DataFrame:
    """Return flows with a coefficient of one, a regressor that goes with the effects, and the variance of a Poisson.

    Parameters
    ----------
    seed, size, years
        Of the panel.
    lasting
        Standard deviation of the pairs' own effects.
    """
    chance = np.random.default_rng(seed)
    i, j, t = (axis.reshape(-1) for axis in np.indices((size, size, years)))
    keep = i != j
    i, j, t = (axis[keep] for axis in (i, j, t))
    sent, got = chance.normal(0, 0.25, (size, years)), chance.normal(0, 0.25, (size, years))
    pair = lasting * chance.standard_normal((size, size))
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
        estimate("trade ~ x | exporter^year + importer", table, covariance="weidner-zylkin")
    with pytest.raises(BadInput, match="directed pairs"):
        estimate(FORMULA, table, pair="symmetric", covariance="weidner-zylkin")


def several(count: int) -> tuple[Fit, dict[str, Any]]:
    """Return a fit of a panel with gaps on that many regressors, and what `corrected` takes of it."""
    chance = np.random.default_rng(5)
    table = world(2, size=8, years=3).with_columns(
        z=chance.standard_normal(168), w=chance.integers(0, 2, 168).astype(float)
    ).filter((pl.int_range(pl.len()) % 19 != 3) & ~((pl.col("exporter") == 2) & (pl.col("importer") == 5)))  # fmt: skip
    fit = estimate(FORMULA.replace("x", " + ".join("xzw"[:count]), 1), table, cluster="exporter^importer")
    places = {name: table[name].to_numpy()[fit.rows] for name in ("exporter", "importer", "year")}
    return fit, {"outcome": fit.outcome, "mean": fit.mean, "regressors": fit.regressors, **places}


def by_hand(told: dict[str, Any], *, pairs: bool) -> tuple[Floats, Floats]:
    """Return bias and covariance by the paper's formulas with dummies, tensors and loops over pairs."""
    y, mean, i, j, t = (told[name] for name in ("outcome", "mean", "exporter", "importer", "year"))
    dummies = [np.eye(169)[one] for one in (i * 13 + t, j * 13 + t, *([i * 13 + j] if pairs else []))]
    design, root = np.hstack(dummies), np.sqrt(mean)[:, None]
    x = told["regressors"].T
    x = x - design @ np.linalg.lstsq(design * root, x * root, rcond=1e-12)[0]
    bread = np.linalg.inv((x * mean[:, None]).T @ x)
    effects = np.linalg.pinv((design * mean[:, None]).T @ design, rcond=1e-12, hermitian=True)
    hat = design @ effects @ design.T + x @ bread @ x.T
    score, meat = y - mean, np.zeros((x.shape[1], x.shape[1]))
    groups = [np.flatnonzero(i * 13 + j == pair) for pair in np.unique(i * 13 + j)]
    for own in groups:
        lever = np.eye(own.size) - mean[own][:, None] * hat[np.ix_(own, own)]
        meat += np.outer(x[own].T @ np.linalg.lstsq(lever, score[own], rcond=1e-9)[0], x[own].T @ score[own])
    meat = (meat + meat.T) / 2 * len(groups) / (len(groups) - 1)
    off = np.zeros(x.shape[1])
    for side in (i, j):
        count = np.unique(side).size
        for one in np.unique(side):
            off += count / (count - 1) * _score_bias([own for own in groups if side[own[0]] == one], t, mean, score, x)
    return bread @ off, bread @ meat @ bread


def _score_bias(groups: list[Any], t: Any, mean: Floats, score: Floats, x: Floats) -> Floats:
    size, count = int(t.max()) + 1, x.shape[1]
    known, moved = np.zeros((size, size)), np.zeros((size, size))
    pushed, third = np.zeros((count, size, size)), np.zeros((count, size, size))
    for own in groups:
        s, total = np.zeros(size), mean[own].sum()
        s[t[own]] = score[own]
        p, free = np.zeros(size), np.zeros((size, count))
        p[t[own]], free[t[own]] = mean[own] / total, x[own]
        second = total * (np.diag(p) - np.outer(p, p))
        same = np.einsum("ab,bc->abc", np.eye(size), np.eye(size))
        pair = np.einsum("ab,a,c->abc", np.eye(size), p, p)
        tensor = -total * (
            same * p - pair - pair.transpose(0, 2, 1) - pair.transpose(2, 0, 1) + 2 * np.einsum("a,b,c->abc", p, p, p)
        )
        known, moved = known + second, moved + np.outer(s, s)
        pushed += np.einsum("ab,bk,c->kac", second, free, s)
        third += np.einsum("abc,ck->kab", tensor, free)
    inverse = np.linalg.pinv(known, rcond=1e-10, hermitian=True)
    around = inverse @ moved @ inverse
    return np.array([-np.trace(inverse @ pushed[k]) + np.trace(third[k] @ around) / 2 for k in range(count)])


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_formulas_come_out_as_with_dummies_and_loops(count: int) -> None:
    fit, told = several(count)
    found = corrected(**told, estimates=fit.coefficients)
    bias, covariance = by_hand(told, pairs=True)
    assert found.bias == pytest.approx(bias, rel=CLOSE, abs=1e-9)
    assert found.estimates == pytest.approx(fit.coefficients - bias)
    assert found.covariance == pytest.approx(covariance, rel=CLOSE, abs=1e-9)


def test_the_effects_of_both_sides_count_together_where_one_pair_is_most_of_trade() -> None:
    table = world(6, size=9, years=3).with_columns(
        trade=pl.when((pl.col("exporter") < 2) & (pl.col("importer") < 2)).then(300.0).otherwise(1.0) * pl.col("trade")
    )
    fit = estimate(FORMULA, table, cluster="exporter^importer")
    told = {name: table[name].to_numpy()[fit.rows] for name in ("exporter", "importer", "year")}
    told |= {"outcome": fit.outcome, "mean": fit.mean, "regressors": fit.regressors}
    found = corrected(**told, estimates=fit.coefficients)
    assert found.covariance == pytest.approx(by_hand(told, pairs=True)[1], rel=CLOSE)


def test_errors_of_two_way_effects_come_out_as_with_dummies_and_cover_more() -> None:
    wider, holds = [], []
    for seed in range(60):
        table = world(300 + seed, size=12, lasting=0.0)
        fit = estimate(TWO_WAY, table, cluster="exporter^importer")
        found = fit.bias_correct().covariance
        if seed == 0:
            told = {name: table[name].to_numpy()[fit.rows] for name in ("exporter", "importer", "year")}
            told |= {"outcome": fit.outcome, "mean": fit.mean, "regressors": fit.regressors}
            assert found == pytest.approx(by_hand(told, pairs=False)[1], rel=CLOSE)
        wider.append(np.sqrt(found[0, 0] / fit.covariance[0, 0]))
        off = abs(fit.coefficients[0] - 1)
        holds.append([off < 1.96 * np.sqrt(one[0, 0]) for one in (fit.covariance, found)])
    assert 1.02 < np.median(wider) < 1.5
    plain, mended = np.mean(holds, axis=0)
    assert mended >= plain


def test_what_the_effects_explain_is_refused() -> None:
    _, told = several(1)
    fixed = (told["exporter"] * 10.0 + told["importer"])[None]
    with pytest.raises(BadInput, match=r"regressor 1 of 1 is explained .* and pair"):
        corrected(**(told | {"regressors": fixed}), estimates=np.zeros(1))
    twice = np.vstack([told["regressors"], 2 * told["regressors"] + fixed])
    with pytest.raises(BadInput, match="collinear"):
        corrected(**(told | {"regressors": twice}), estimates=np.zeros(2))


def test_a_flow_that_stands_twice_and_a_single_year_are_refused() -> None:
    _, told = several(1)
    with pytest.raises(BadInput, match="stands twice"):
        corrected(**(told | {"year": told["year"] // 2}), estimates=np.zeros(1))
    with pytest.raises(BadInput, match="one year"):
        corrected(**(told | {"year": 0 * told["year"]}), estimates=np.zeros(1))
