"""A regressor that trade moves in turn: the control function finds what trade makes of it."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hamkor.gravity import control_function, estimate
from hamkor.schema.errors import BadInput

FORMULA = "trade ~ tariff + near | exporter^year + importer^year"


def world(seed: int, *, size: int = 14, years: int = 3) -> pl.DataFrame:
    """Return flows whose tariff answers to what also moves trade, and an instrument; the coefficient is -1."""
    chance = np.random.default_rng(seed)
    i, j, t = (axis.ravel() for axis in np.indices((size, size, years)))
    z, hidden = chance.normal(0, 1, (2, i.size))
    near = chance.integers(0, 2, i.size).astype(float)
    tariff = 0.7 * z + 0.6 * hidden + 0.2 * near + chance.normal(0, 0.3, i.size)
    sent, got = chance.normal(0, 0.5, (size, years))[i, t], chance.normal(0, 0.5, (size, years))[j, t]
    trade = np.exp(2 + sent + got - tariff + 0.5 * near + 0.5 * hidden) * chance.lognormal(-0.02, 0.2, i.size)
    return pl.DataFrame(
        {"exporter": i, "importer": j, "year": t, "tariff": tariff, "z": z, "near": near, "trade": trade, "pair": i * 100 + j}
    )


def test_it_finds_the_effect_where_plain_ppml_is_off() -> None:
    plain, mended, covered = [], [], 0
    for seed in range(8):
        table = world(seed)
        plain.append(estimate(FORMULA, table).coefficients[0])
        found = control_function(FORMULA, table, instruments="tariff ~ z", cluster="pair", reps=40)
        told = found.fit.tidy().row(0, named=True)
        mended.append(told["estimate"])
        covered += told["low"] < -1 < told["high"]
        assert found.strength > 100
        assert found.fit.names == ("tariff", "near", "left(tariff)")
        assert found.fit.tidy()["p_value"][2] < 0.01
    assert np.mean(plain) > -0.8
    assert np.mean(mended) == pytest.approx(-1, abs=0.03)
    assert covered >= 6


def test_instruments_that_cannot_be_used_are_refused() -> None:
    table = world(1)
    with pytest.raises(BadInput, match="REGRESSOR ~ INSTRUMENTS"):
        control_function(FORMULA, table, instruments="border ~ z")
    with pytest.raises(BadInput, match="one: rows of a cluster"):
        control_function(FORMULA, table, instruments="tariff ~ z", cluster=["exporter", "importer"])
    flat = table.with_columns(z=pl.col("exporter") * 10.0 + pl.col("year"))
    with pytest.raises(BadInput, match="vary beside the effects"):
        control_function(FORMULA, flat, instruments="tariff ~ z", reps=2)


def test_the_same_seed_gives_the_same_errors() -> None:
    table = world(2, size=8)
    one, other = (control_function(FORMULA, table, instruments="tariff ~ z", reps=5, seed=3) for _ in range(2))
    assert (one.fit.covariance == other.fit.covariance).all()
