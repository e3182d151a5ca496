"""Panels as grids: the same estimates as the general way, separation seen on cubes only where the program says so."""

from __future__ import annotations

import sys

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hamkor.gravity import estimate, estimate_many
from hamkor.gravity.existence import separated
from hamkor.gravity.grid import grid
from hamkor.schema.errors import HamkorError

FORMULA = "trade ~ x + z | exporter^year + importer^year + exporter^importer"


def flows(seed: int, *, size: int, years: int, zeros: float, gaps: float) -> pl.DataFrame:
    """Return a panel in any order of rows, with zeros and missing flows."""
    chance = np.random.default_rng(seed)
    i, j, t = (axis.ravel() for axis in np.indices((size, size, years)))
    keep = chance.permutation(np.flatnonzero(chance.random(i.size) >= gaps))
    i, j, t = i[keep], j[keep], t[keep]
    x, z = chance.normal(0, 1, i.size), (chance.random(i.size) < 0.2).astype(float)
    trade = np.exp(0.3 * x - 0.4 * z + chance.normal(0, 1, i.size)) * (chance.random(i.size) >= zeros)
    return pl.DataFrame(
        {
            "exporter": i, "importer": j, "year": 2000 + t, "trade": trade, "x": x, "z": z, "w": chance.uniform(0.5, 2, i.size),
            "o": chance.normal(0, 0.2, i.size),
        }
    )  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000), size=st.integers(5, 9), years=st.integers(3, 5), zeros=st.floats(0, 0.5),
    gaps=st.floats(0, 0.3), weighed=st.booleans(), pair=st.sampled_from(["directed", "symmetric"]),
)  # fmt: skip
def test_a_grid_gives_what_the_general_way_gives(
    seed: int, size: int, years: int, zeros: float, gaps: float, weighed: bool, pair: str
) -> None:
    table = flows(seed, size=size, years=years, zeros=zeros, gaps=gaps)
    more = {"weights": "w", "offset": "o"} if weighed else {"weights": None, "offset": None}
    one = estimate(FORMULA, table, pair=pair, cluster="exporter^importer", **more)  # type: ignore[arg-type]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["hamkor.gravity.grid"], "_FILLED", 2.0)
        other = estimate(FORMULA, table, pair=pair, cluster="exporter^importer", **more)  # type: ignore[arg-type]
    assert one.dropped == other.dropped
    assert one.coefficients == pytest.approx(other.coefficients, abs=1e-7)
    assert one.covariance == pytest.approx(other.covariance, rel=1e-5, abs=1e-10)
    assert one.mean == pytest.approx(other.mean, rel=1e-5, abs=1e-6 * one.mean.max())


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), zeros=st.floats(0.2, 0.8), rare=st.booleans())
def test_cubes_excuse_no_flow_that_the_program_convicts(seed: int, zeros: float, rare: bool) -> None:
    table = flows(seed, size=5, years=3, zeros=zeros, gaps=0.1)
    if rare:
        table = table.with_columns(z=((pl.col("exporter") == 1) & (pl.col("trade") == 0)).cast(pl.Float64))
    try:
        fit = estimate(FORMULA, table, separation="none")
    except HamkorError:
        return
    made = grid(fit.effect_places, fit.effect_levels)
    assume(made is not None)
    quick = separated(fit.outcome, fit.regressors, fit.effect_places, grid=made)
    sure = separated(fit.outcome, fit.regressors, fit.effect_places, certify=True)
    assert quick.tolist() == sure.tolist()


def test_what_is_no_grid_goes_the_general_way() -> None:
    table = flows(1, size=6, years=4, zeros=0.1, gaps=0.0)
    twice = pl.concat([table, table])
    fit = estimate(FORMULA, twice)
    assert grid(fit.effect_places, fit.effect_levels) is None
    assert fit.coefficients == pytest.approx(estimate(FORMULA, table).coefficients, abs=1e-8)
    assert grid(fit.effect_places[:2], fit.effect_levels[:2]) is None
    few = flows(1, size=12, years=6, zeros=0.1, gaps=0.6)
    sparse = estimate(FORMULA, few)
    assert sparse.glance()["converged"]


def test_options_hold_for_each_of_many_fits() -> None:
    table = pl.concat(
        [flows(seed, size=8, years=4, zeros=0.2, gaps=0.0).with_columns(product=pl.lit(f"p{seed}")) for seed in (1, 2)]
    )
    more = {"weights": "w", "offset": "o", "cluster": "exporter^importer", "where": "year > 2000", "pair": "symmetric"}
    found, failed = estimate_many(FORMULA, table, by="product", **more)  # type: ignore[arg-type]
    one = estimate(FORMULA, table.filter(product="p2"), **more).tidy()  # type: ignore[arg-type]
    assert not failed
    assert found.filter(product="p2")["std_error"].to_list() == pytest.approx(one["std_error"].to_list(), rel=1e-6)
