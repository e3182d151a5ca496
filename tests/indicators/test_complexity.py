"""Economic complexity: brute force, what does not matter, what is refused, and the trap of the small economy."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from hamkor.indicators import complexity as measures
from hamkor.indicators.flows import checked, exports
from hamkor.indicators.product_space import complexities, complexity, fitness_of
from hamkor.indicators.relatedness import (
    Array,
    advantages,
    densities,
    gains,
    made,
    nearest_made,
    proximities,
    through_proximity,
)
from hamkor.indicators.sizes import Sizes, kept
from hamkor.schema.errors import BadInput

ROUNDING = 1e-9  # sums of some hundred numbers, and an eigenvector whose eigenvalue may be near to the next
ECONOMY = ["eci", "coi", "fitness", "diversity"]
PRODUCT = ["pci", "ubiquity"]
EVERY = [*ECONOMY, *PRODUCT, "density", "cog", "proximity"]
NO_LIMIT: dict[str, Any] = {"minimum_exports": 0.0, "minimum_trade": 0.0}


def world(seed: int, economies: int = 9, products: int = 14) -> Array:
    """Return made-up exports: able economies make hard products, some cells are empty."""
    chance = np.random.default_rng(seed)
    skill, hard = chance.normal(size=(economies, 1)), chance.normal(size=(1, products))
    values = np.exp(chance.normal(size=(economies, products)) + skill * hard)
    return values * (chance.random(values.shape) < 1 / (1 + np.exp(hard - skill - 1)))


def flows(values: Array, period: str = "2024") -> pl.DataFrame:
    """Return the exports as flows to one buyer, USD."""
    rows, columns = np.nonzero(values)
    return pl.DataFrame({
        "exporter": [f"E{one:02}" for one in rows], "importer": ["ROW"] * len(rows),
        "product": [f"{one:06}" for one in columns], "period": [period] * len(rows), "value": values[rows, columns],
    })  # fmt: skip


worlds = st.integers(0, 10**6).map(world)


def determined(values: Array) -> bool:
    """Whether the index is well apart from the next eigenvector and has a sign, so that rounding is not what is tested."""
    if not values.sum(axis=0).all() or not values.sum(axis=1).all():
        return False
    present = made(advantages(values))
    try:
        found, _ = complexities(present)
    except BadInput:
        return False
    diversity, ubiquity = present.sum(axis=1), present.sum(axis=0)
    scaled = present / np.sqrt(diversity[:, None]) / np.sqrt(ubiquity)
    levels = np.linalg.eigvalsh(scaled @ scaled.T)
    return bool(levels[-2] - levels[-3] > 0.01 and abs(np.corrcoef(diversity, found)[0, 1]) > 0.01)


def test_proximity_density_and_gain_are_what_their_definitions_add_up_to() -> None:
    present = made(advantages(world(4)))
    present = present[:, present.sum(axis=0) > 0]
    worth = np.linspace(-1, 2, present.shape[1])
    count = range(present.shape[1])
    near = np.array([
        [sum(present[:, i] * present[:, j]) / max(sum(present[:, i]), sum(present[:, j])) for j in count] for i in count
    ])  # fmt: skip
    assert np.array_equal(proximities(present), near)
    for c in range(len(present)):
        for j in count:
            density = sum(present[c, i] * near[i, j] for i in count) / sum(near[:, j])
            gain = sum((1 - present[c, i]) * near[i, j] * worth[i] / sum(near[i]) for i in count) * (1 - present[c, j])
            assert densities(present)[c, j] == pytest.approx(density, abs=ROUNDING)
            assert gains(present, worth)[c, j] == pytest.approx(gain, abs=ROUNDING)


@given(st.integers(0, 10**6), st.integers(1, 12), st.integers(1, 30))
def test_a_product_with_the_proximities_needs_no_table_of_them(seed: int, economies: int, products: int) -> None:
    chance = np.random.default_rng(seed)
    present = (chance.random((economies, products)) < 0.4).astype(float)
    present[chance.integers(0, economies, products), np.arange(products)] = 1
    weights = chance.normal(size=(3, products))
    assert through_proximity(weights, present) == pytest.approx(weights @ proximities(present), abs=ROUNDING)


@given(worlds)
@settings(deadline=None)
def test_measures_keep_to_their_bounds(values: Array) -> None:
    assume(determined(values))
    found = complexity(values)
    assert found.eci.mean() == pytest.approx(0, abs=ROUNDING)
    assert found.eci.std() == pytest.approx(1, abs=ROUNDING)
    assert (found.present @ found.pci) / found.diversity == pytest.approx(found.eci, abs=1e-7)
    assert found.fitness.mean() == pytest.approx(1)
    assert np.all((found.proximity >= 0) & (found.proximity <= 1))
    assert np.array_equal(found.proximity, found.proximity.T)
    assert np.all(np.diag(found.proximity) == 1)
    assert np.all((found.density >= -ROUNDING) & (found.density <= 1 + ROUNDING))
    assert found.distance == pytest.approx(1 - found.density)
    assert np.all(found.cog[found.present == 1] == 0)


@given(worlds, st.integers(0, 10**6))
@settings(deadline=None)
def test_the_order_of_economies_and_products_does_not_matter(values: Array, seed: int) -> None:
    assume(determined(values))
    chance = np.random.default_rng(seed)
    rows, columns = chance.permutation(values.shape[0]), chance.permutation(values.shape[1])
    one, other = complexity(values), complexity(values[np.ix_(rows, columns)])
    assert other.eci == pytest.approx(one.eci[rows], abs=1e-7)
    assert other.pci == pytest.approx(one.pci[columns], abs=1e-7)
    assert other.fitness == pytest.approx(one.fitness[rows], abs=1e-7)
    assert other.cog == pytest.approx(one.cog[np.ix_(rows, columns)], abs=1e-6)


@given(worlds, st.floats(1e-6, 1e9))
@settings(deadline=None)
def test_currency_and_the_size_of_an_economy_do_not_matter(values: Array, rate: float) -> None:
    assume(determined(values))
    assert made(advantages(values * rate)).tolist() == made(advantages(values)).tolist()
    assert complexity(values * rate).eci.tolist() == complexity(values).eci.tolist()


def test_even_shares_are_an_advantage_of_one_whatever_the_rounding() -> None:
    for products in range(1, 60):
        assert made(advantages(np.full((7, products), 0.1))).all()


def test_sparse_and_dense_exports_give_the_same() -> None:
    values = world(4)
    assert complexity(csr_array(values)).eci.tolist() == complexity(values).eci.tolist()


def test_more_economies_than_products_are_measured_too() -> None:
    values = world(4, economies=40, products=12)
    found = complexity(values)
    assert (found.present @ found.pci) / found.diversity == pytest.approx(found.eci, abs=1e-7)
    weights = np.linalg.eig((found.present / found.diversity[:, None]) @ (found.present / found.ubiquity).T)
    second = np.real(weights.eigenvectors[:, np.argsort(np.real(weights.eigenvalues))[-2]])
    assert abs(np.corrcoef(second, found.eci)[0, 1]) == pytest.approx(1, abs=ROUNDING)


def test_fitness_after_one_round_is_the_share_of_products() -> None:
    present = made(advantages(world(5)))
    assert fitness_of(present, rounds=1) == pytest.approx(present.sum(axis=1) / present.sum() * len(present))


def test_fitness_stays_a_number_however_long_it_decays() -> None:
    assert np.isfinite(fitness_of(made(advantages(world(5))), rounds=20_000)).all()


def test_the_nearest_products_are_made_and_come_in_order() -> None:
    present = made(advantages(world(6)))
    near = proximities(present[:, present.sum(axis=0) > 0])
    present = present[:, present.sum(axis=0) > 0]
    for product in range(present.shape[1]):
        found = nearest_made(present, 0, product)
        assert all(present[0, one] == 1 and share == near[product, one] for one, share in found)
        assert [share for _, share in found] == sorted((share for _, share in found), reverse=True)


@pytest.mark.parametrize(
    ("present", "due"),
    [
        (np.ones((3, 1)), "two of each at least"),
        (np.ones((1, 3)), "two of each at least"),
        (np.eye(3), "no product in common"),
        (np.ones((3, 3)), "make the same products"),
        (np.ones((3, 3)) - np.eye(3), "so even that two indices fit"),
        (np.array([[1.0, 1.0], [0.0, 0.0]]), "without comparative advantage"),
        (np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]]), "does not tell the sign"),
    ],
    ids=["one product", "one economy", "groups apart", "all alike", "all even", "an economy without", "alike diversity"],
)
def test_a_network_that_does_not_determine_the_index_is_refused(present: Array, due: str) -> None:
    with pytest.raises(BadInput, match=due):
        complexities(present)


def test_economies_apart_from_the_rest_are_named() -> None:
    values = np.array([[3.0, 1.0, 0.0], [1.0, 3.0, 0.0], [2.0, 3.0, 0.0], [0.0, 0.0, 5.0]])
    with pytest.raises(BadInput, match="E03: no product in common with the other economies"):
        measures.eci(flows(values), **NO_LIMIT)


@pytest.mark.parametrize("name", EVERY)
def test_each_period_is_measured_by_itself_and_rows_come_in_order(name: str) -> None:
    one, two = flows(world(4), "2023"), flows(world(8), "2024")
    function = getattr(measures, name)
    both = function(pl.concat([two, one]).sample(fraction=1.0, shuffle=True, seed=1), **NO_LIMIT)
    parts = pl.concat([function(one, **NO_LIMIT), function(two, **NO_LIMIT)])
    key = [column for column in ("economy", "product", "other", "period") if column in both.columns]
    assert both.equals(parts.sort(key))
    assert both.equals(both.sort(key))


@pytest.mark.parametrize("name", EVERY)
def test_an_indicator_names_what_its_array_holds(name: str) -> None:
    values = world(4)
    values = values[:, values.sum(axis=0) > 0]
    due, found = complexity(values), getattr(measures, name)(flows(values), **NO_LIMIT)
    if name == "proximity":
        rows, columns = (found[side].cast(pl.Int64).to_numpy() for side in ("product", "other"))
        assert found["value"].to_list() == pytest.approx(due.proximity[rows, columns])
        assert len(found) == np.count_nonzero(np.triu(due.proximity, 1))
        return
    cell = [
        found[side].str.extract(r"(\d+)").cast(pl.Int64).to_numpy() for side in ("economy", "product") if side in found.columns
    ]
    assert found["value"].to_list() == pytest.approx(getattr(due, name)[tuple(cell)].tolist(), abs=ROUNDING)


def test_an_economy_of_a_few_cargoes_ranks_first_unless_it_is_left_out() -> None:
    values = world(8, economies=20, products=60) * 1e9
    values = values[:, values.sum(axis=0) > 0]
    hardest = np.argmax(complexity(values).pci)
    island = np.zeros((1, values.shape[1]))
    island[0, hardest] = 3e5
    table = flows(np.vstack([values, island]))
    trapped = measures.eci(table, **NO_LIMIT)
    assert trapped.sort("rank")["economy"][0] == "E20"
    found = measures.eci(table)
    last = found.row(by_predicate=pl.col("economy") == "E20", named=True)
    assert (last["value"], last["rank"], last["left_out"]) == (None, None, "exports below 1e+09")
    assert found["value"].drop_nulls().to_list() == pytest.approx(complexity(values).eci.tolist())


def test_a_small_population_and_an_unknown_one_are_left_out_and_told() -> None:
    values = world(8, economies=20, products=60) * 1e9
    people = pl.DataFrame({"economy": [f"E{one:02}" for one in range(19)], "value": [5e5] + [2e6] * 18})
    found = measures.diversity(flows(values), population=people)
    told = dict(found.filter(pl.col("value").is_null()).select("economy", "left_out").iter_rows())
    assert told == {"E00": "population below 1e+06", "E19": "population not known"}


def test_a_product_of_little_trade_or_few_makers_is_left_out_and_told() -> None:
    values = world(8, economies=20, products=60) * 1e9
    values[:, 7] /= 1e5
    found = measures.ubiquity(flows(values), minimum_ubiquity=3)
    told = dict(found.filter(pl.col("value").is_null()).select("product", "left_out").iter_rows())
    assert told["000007"] == "trade below 1e+07"
    assert set(told.values()) <= {"trade below 1e+07", "made by fewer than 3"}
    assert found["value"].drop_nulls().min() == 3


def test_an_economy_that_exports_nothing_is_left_out_and_told() -> None:
    idle = pl.DataFrame({"exporter": ["IDL"], "importer": ["ROW"], "product": ["000001"], "period": ["2024"], "value": [0.0]})
    found = measures.eci(pl.concat([flows(world(4)), idle]), **NO_LIMIT)
    assert found.row(by_predicate=pl.col("economy") == "IDL", named=True)["left_out"] == "no exports"


def test_a_single_product_has_a_ubiquity_and_no_complexity() -> None:
    table = flows(np.ones((3, 1)))
    assert measures.ubiquity(table, **NO_LIMIT)["value"].to_list() == [3]
    assert measures.density(table, **NO_LIMIT)["value"].to_list() == [1, 1, 1]
    assert measures.proximity(table, **NO_LIMIT).is_empty()
    with pytest.raises(BadInput, match="3 economies and 1 products"):
        measures.eci(table, **NO_LIMIT)


@pytest.mark.parametrize(
    ("limit", "due"),
    [
        ({"minimum_exports": 1e9}, r"every economy is too small \(the greatest has .*lower minimum_exports"),
        ({"minimum_exports": 0.0, "minimum_trade": 1e9}, "every product is too small .*lower minimum_trade"),
        ({"minimum_exports": 0.0, "minimum_trade": 0.0, "minimum_ubiquity": 99}, "lower minimum_ubiquity"),
    ],
)
@pytest.mark.parametrize("name", EVERY)
def test_where_nothing_is_left_the_error_names_the_limit(name: str, limit: dict[str, float], due: str) -> None:
    with pytest.raises(BadInput, match=due):
        getattr(measures, name)(flows(world(4)), **limit)


def test_what_is_kept_has_an_advantage_and_a_maker_each() -> None:
    for seed in range(40):
        for least in (1, 2, 3):
            one = kept(flows(world(seed)), Sizes(0, 0, ubiquity=least))[0]
            assert one.present.sum(axis=0).min() >= least
            assert one.present.sum(axis=1).min() >= 1
            assert one.present.shape == (len(one.names("economy")), len(one.names("product")))


@pytest.mark.conformance
def test_the_advantages_of_the_toy_cube_are_the_published_ones(conformance: Path) -> None:
    cube = pl.read_csv(conformance / "indicators/test_toy_cube.csv", schema_overrides={"product": pl.String})
    sold = (
        exports(checked(cube, products=True)).pivot("product", index="economy", values="value").fill_null(0.0).sort("economy")
    )
    found = advantages(sold.select(sorted(sold.columns[1:])).to_numpy())
    assert found[0, 0] == pytest.approx(float(Fraction(48, 19)), rel=1e-15)
    assert found[1, 1] == pytest.approx(float(Fraction(16, 7)), rel=1e-15)
