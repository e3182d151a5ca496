"""A composite index: what holds of any table, and what is refused."""

from __future__ import annotations

import msgspec
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hamkor.indicators.composite.build import build
from hamkor.indicators.composite.components import component_weights
from hamkor.indicators.composite.definition import Definition, Dimension, Mean, Normalisation, Part, checked, with_weights
from hamkor.indicators.composite.stages import impute, normalise, treat
from hamkor.indicators.composite.uncertainty import Choices, left_out, uncertain
from hamkor.schema.errors import BadInput, ManyErrors

DUST = 1e-6  # of a scale of 100: a unit turned into another loses the last digits of values that lie close together
PARTS = (
    Part("exports", "Exports", "trade"),
    Part("flights", "Flights", "trade", weight=2.0),
    Part("hours", "Hours", "border", direction=-1),
)
INDEX = Definition("x", "X", (Dimension("trade", "Trade"), Dimension("border", "Border", weight=3.0)), PARTS, threshold=0.0)
NAMES = [one.id for one in PARTS]
MEANS: tuple[Mean, ...] = ("arithmetic", "geometric", "harmonic")

# Whole numbers: two values are the same or well apart, so that no unit makes a difference vanish.
values = st.integers(-1000, 1000).map(float)


@st.composite
def tables(draw: st.DrawFn, *, gaps: bool = True) -> pl.DataFrame:
    """Draw a table of some economies in which each indicator varies."""
    size = draw(st.integers(2, 7))
    cell = st.one_of(st.none(), values) if gaps else values
    columns = {
        name: draw(st.lists(cell, min_size=size, max_size=size).filter(lambda one: len({*one} - {None}) > 1)) for name in NAMES
    }
    return pl.DataFrame(
        {"economy": [f"E{place}" for place in range(size)], **columns}, schema_overrides=dict.fromkeys(NAMES, pl.Float64)
    )


def index(mean: Mean = "arithmetic", normalisation: Normalisation = "min-max") -> Definition:
    return msgspec.structs.replace(INDEX, aggregate=mean, normalise=normalisation, span=(1.0, 100.0))


def scores(table: pl.DataFrame, definition: Definition = INDEX) -> list[float | None]:
    return build(table, definition).scores["value"].to_list()


def same(one: list[float | None], other: list[float | None]) -> bool:
    return [value is None for value in one] == [value is None for value in other] and all(
        a == pytest.approx(b, abs=DUST) for a, b in zip(one, other, strict=True) if a is not None
    )


@settings(deadline=None)
@given(tables(), st.sampled_from(MEANS), st.sampled_from(("min-max", "rank")))
def test_scores_lie_on_the_scale_and_means_in_their_order(table: pl.DataFrame, mean: Mean, kind: Normalisation) -> None:
    found = scores(table, index(mean, kind))
    assert all(1 - DUST <= one <= 100 + DUST for one in found if one is not None)
    above = scores(table, index("arithmetic", kind))
    assert all(one <= most + DUST for one, most in zip(found, above, strict=True) if one is not None and most is not None)


@settings(deadline=None)
@given(tables(), st.sampled_from(MEANS))
def test_contributions_add_up_to_the_index(table: pl.DataFrame, mean: Mean) -> None:
    built = build(table, index(mean))
    for frame in (built.cells, built.dimensions):
        sums = frame.group_by("economy", maintain_order=True).agg(pl.col("contribution").sum())
        for one, whole in zip(sums["contribution"], built.scores["value"], strict=True):
            assert whole is None or one == pytest.approx(whole, abs=DUST)


@settings(deadline=None)
@given(tables(), st.sampled_from(NAMES), st.sampled_from([1e-3, 7.0, 1e6]), st.sampled_from([0.0, 273.0]))
def test_the_unit_of_an_indicator_does_not_matter(table: pl.DataFrame, name: str, factor: float, offset: float) -> None:
    other = table.with_columns(pl.col(name) * factor + offset)
    for kind in ("min-max", "rank", "z-score"):
        definition = msgspec.structs.replace(INDEX, normalise=kind)
        assert same(scores(table, definition), scores(other, definition))


@settings(deadline=None)
@given(tables(), st.randoms(use_true_random=False))
def test_names_and_order_of_economies_do_not_matter(table: pl.DataFrame, chance: object) -> None:
    names = [f"N{len(table) - place}" for place in range(len(table))]
    other = table.with_columns(economy=pl.Series(names)).reverse()
    by_name = dict(build(other, INDEX).scores.select("economy", "value").rows())
    assert same([by_name[name] for name in names], scores(table))


@settings(deadline=None)
@given(tables(gaps=False), st.sampled_from(MEANS), st.integers(0, 6), st.sampled_from(PARTS), st.floats(0.1, 50))
def test_a_better_value_never_lowers_the_score(table: pl.DataFrame, mean: Mean, at: int, part: Part, better: float) -> None:
    row = at % len(table)
    posts = tuple(msgspec.structs.replace(one, goalposts=(-1000.0, 1000.0)) for one in PARTS)
    definition = msgspec.structs.replace(index(mean), indicators=posts)
    column = table[part.id].to_list()
    column[row] += part.direction * better
    assert scores(table.with_columns(pl.Series(part.id, column)), definition)[row] >= scores(table, definition)[row] - DUST  # type: ignore[operator]


@settings(deadline=None)
@given(tables(), st.floats(0.01, 100))
def test_only_the_ratio_of_weights_matters(table: pl.DataFrame, factor: float) -> None:
    assert same(scores(table), scores(table, with_weights(INDEX, {"exports": factor, "flights": 2 * factor})))


def test_an_economy_without_values_has_no_score_and_no_rank() -> None:
    table = pl.DataFrame({"economy": ["A", "B", "C"], "exports": [1.0, 2.0, None], "hours": [2.0, 1.0, None]})
    built = build(table, INDEX)
    assert built.scores.select("value", "rank", "coverage").row(2) == (None, None, 0.0)
    assert built.scores["rank"].to_list() == [2, 1, None]
    assert built.notes == ("Flights: no data",)
    drawn = uncertain(table, INDEX, draws=8, choices=Choices(imputations=("none",)))
    assert drawn.ranks["low"].to_list() == [2.0, 1.0, None]


def test_too_little_weight_leaves_the_score_missing() -> None:
    table = pl.DataFrame(
        {"economy": ["A", "B", "C"], "exports": [1.0, 2.0, 3.0], "flights": [1.0, 2.0, 3.0], "hours": [None, 1.0, 2.0]}
    )
    assert scores(table, msgspec.structs.replace(INDEX, threshold=0.5))[0] is None
    assert scores(table, msgspec.structs.replace(INDEX, threshold=0.25))[0] == 0.0


def test_an_indicator_that_does_not_vary_is_left_out_and_said() -> None:
    table = pl.DataFrame({"economy": ["A", "B"], "exports": [5.0, 5.0], "flights": [1.0, 2.0], "hours": [1.0, 2.0]})
    built = build(table, INDEX)
    assert built.notes == ("Exports: the same for all, left out",)
    assert built.scores["coverage"][0] == pytest.approx((2 / 3 + 3) / 4)


def test_one_economy_is_refused_without_goalposts_and_scored_with_them() -> None:
    table = pl.DataFrame({"economy": ["A"], "exports": [30.0], "flights": [30.0], "hours": [70.0]})
    with pytest.raises(BadInput, match=r"no indicator that varies.*goalposts"):
        build(table, INDEX)
    posts = tuple(msgspec.structs.replace(one, goalposts=(0.0, 100.0)) for one in PARTS)
    assert scores(table, msgspec.structs.replace(INDEX, indicators=posts))[0] == pytest.approx(30.0)


def test_denominators_divide_and_must_be_above_0() -> None:
    parts = (Part("exports", "Exports", "trade", denominator="gdp"),)
    definition = Definition("x", "X", (Dimension("trade", "Trade"),), parts)
    table = pl.DataFrame({"economy": ["A", "B", "C"], "exports": [1.0, 8.0, 3.0], "gdp": [1.0, 4.0, 1.0]})
    assert scores(table, definition) == pytest.approx([0.0, 50.0, 100.0])
    with pytest.raises(BadInput, match="a denominator of 0"):
        build(table.with_columns(gdp=pl.lit(0.0)), definition)


def test_the_scale_is_the_panels_or_each_periods() -> None:
    parts = (Part("exports", "Exports", "trade"),)
    panel = Definition("x", "X", (Dimension("trade", "Trade"),), parts)
    table = pl.DataFrame({"economy": ["A", "A", "B", "B"], "period": [1, 2, 1, 2], "exports": [0.0, 2.0, 1.0, 4.0]})
    assert scores(table, panel) == [0.0, 50.0, 25.0, 100.0]
    assert scores(table, msgspec.structs.replace(panel, scope="period")) == [0.0, 0.0, 100.0, 100.0]
    assert build(table, panel).scores["rank"].to_list() == [2, 2, 1, 1]


def test_what_is_filled_in_is_marked() -> None:
    table = pl.DataFrame({"economy": ["A", "A", "B", "B"], "period": [1, 2, 1, 2], "exports": [1.0, None, 5.0, 9.0]})
    definition = Definition("x", "X", (Dimension("trade", "Trade"),), (Part("exports", "Exports", "trade"),), impute="last")
    built = build(table, definition)
    assert built.cells["used"].to_list() == [1.0, 1.0, 5.0, 9.0]
    assert built.cells["given"].to_list() == [1.0, None, 5.0, 9.0]
    assert built.cells["imputed"].to_list() == [False, True, False, False]
    assert built.scores["imputed"].to_list() == [0.0, 1.0, 0.0, 0.0]


def test_a_group_without_a_value_stays_missing() -> None:
    filled, marks = impute(np.array([[1.0], [np.nan], [np.nan]]), np.array([0, 0, 1]), method="median")
    assert filled[:2, 0].tolist() == [1.0, 1.0]
    assert np.isnan(filled[2, 0])
    assert marks[:, 0].tolist() == [False, True, False]


def test_outliers_that_cannot_be_drawn_in_are_taken_by_their_logarithm() -> None:
    column = np.concatenate([np.linspace(0, 1, 200), 10.0 ** np.arange(3, 13)])[:, None]
    found, _ = treat(column)
    assert found[:, 0].tolist() == np.log(column[:, 0] + 0.01 * 1e12).tolist()


def test_a_value_at_its_target_or_beyond_has_the_whole_scale() -> None:
    found = normalise(
        np.array([[0.0, 9.0], [5.0, 4.0], [9.0, 2.0]]), np.zeros(3, dtype=np.int64), method="target",
        directions=np.array([1.0, -1.0]), span=(0.0, 1.0), goalposts=[None, None], targets=np.array([5.0, 4.0]),
    )  # fmt: skip
    assert found.tolist() == [[0.0, 0.0], [1.0, 1.0], [1.0, 1.0]]


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6))
def test_component_weights_are_shares(seed: int, columns: int) -> None:
    weights = component_weights(np.random.default_rng(seed).normal(size=(40, columns)))
    assert weights.sum() == pytest.approx(1.0)
    assert (weights >= 0).all()


def test_component_weights_follow_what_the_columns_share() -> None:
    chance = np.random.default_rng(1)
    common, alone = chance.normal(size=(2_000, 1)), chance.normal(size=(2_000, 4))
    weights = component_weights(np.hstack([common + 0.3 * alone[:, :3], alone[:, 3:]]))
    assert weights[3] < weights[:3].min()


def test_two_stages_weigh_indicators_and_then_dimensions() -> None:
    chance = np.random.default_rng(2)
    base = chance.normal(size=(60, 1))
    table = pl.DataFrame({"economy": [f"E{one:02}" for one in range(60)]}).with_columns(
        **{name: pl.Series(base[:, 0] * sign + chance.normal(size=60)) for name, sign in zip(NAMES, (1, 1, -1), strict=True)}
    )
    weights = build(table, msgspec.structs.replace(INDEX, weighting="pca")).weights
    assert weights.group_by("of").agg(pl.col("weight").sum())["weight"].to_list() == pytest.approx([1.0] * 3)
    assert weights.filter(of="trade")["weight"].to_list() == pytest.approx([0.5, 0.5])


def test_too_few_whole_rows_for_components_are_refused() -> None:
    table = pl.DataFrame(
        {"economy": ["A", "B", "C"], "exports": [1.0, None, 2.0], "flights": [1.0, 2.0, 4.0], "hours": [1.0, 2.0, 3.0]}
    )
    with pytest.raises(BadInput, match="trade: 2 rows without a gap"):
        build(table, msgspec.structs.replace(INDEX, weighting="pca"))


def test_the_same_seed_draws_the_same_and_every_rank_is_in_its_interval() -> None:
    chance = np.random.default_rng(3)
    table = pl.DataFrame({"economy": list("ABCDEFGH"), **{name: chance.normal(size=8) for name in NAMES}})
    one, other = (uncertain(table, INDEX, draws=200, seed=7).ranks for _ in range(2))
    assert one.equals(other)
    assert (one["low"] <= one["rank"]).all()
    assert (one["rank"] <= one["high"]).all()


def test_shares_of_variance_add_up_to_one() -> None:
    chance = np.random.default_rng(4)
    table = pl.DataFrame({"economy": list("ABCDEFGH"), **{name: [None, *chance.normal(size=7)] for name in NAMES[:1]},
                          **{name: chance.normal(size=8) for name in NAMES[1:]}})  # fmt: skip
    found = uncertain(table, INDEX, draws=400).ranks
    shares = found.select("normalisation", "mean", "imputation", "weights", "interactions").drop_nulls()
    assert len(shares)
    assert shares.sum_horizontal().to_list() == pytest.approx([1.0] * len(shares))
    assert (shares.to_numpy() >= -DUST).all()


def test_ranks_that_hang_on_nothing_do_not_move() -> None:
    table = pl.DataFrame(
        {"economy": ["A", "B", "C"], "exports": [1.0, 2.0, 3.0], "flights": [1.0, 2.0, 3.0], "hours": [3.0, 2.0, 1.0]}
    )
    assert left_out(table, INDEX)["value"].to_list() == [0.0, 0.0, 0.0]
    assert uncertain(table, INDEX, draws=50).ranks.select("low", "high").rows() == [(3.0, 3.0), (2.0, 2.0), (1.0, 1.0)]


def test_every_fault_of_a_definition_is_told() -> None:
    faulty = Definition(
        "x", "X", (Dimension("trade", "T", part_of="trade"), Dimension("empty", "E", weight=-1.0)),
        (Part("a", "A", "trad"), Part("a", "A", "trade", goalposts=(2.0, 1.0))), aggregate="geometric", threshold=2.0,
    )  # fmt: skip
    with pytest.raises(ManyErrors) as found:
        checked(faulty)
    told = str(found.value)
    for part in (
        "'a' twice",
        "did you mean 'trade'",
        "within itself",
        "of nothing",
        "weight -1",
        "goalposts",
        "span",
        "threshold 2",
    ):
        assert part in told


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"exports": [1.0]}, "a column 'economy'"),
        ({"economy": ["A"], "export": [1.0], "note": [""]}, "did you mean 'exports'"),
        ({"economy": ["A", "A"], "exports": [1.0, 2.0]}, "A twice"),
        ({"economy": ["A", "B"], "exports": ["1", "two"]}, "exports of B: 'two'"),
        ({"economy": ["A", None], "exports": [1.0, 2.0]}, "without economy"),
        ({"economy": ["A", "A"], "indicator": ["exports"] * 2, "value": [1.0, 2.0]}, "A  exports twice"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(table: dict[str, list[object]], told: str) -> None:
    with pytest.raises(BadInput, match=told):
        build(pl.DataFrame(table), INDEX)


def test_rows_of_indicators_are_a_table_too() -> None:
    table = pl.DataFrame({"economy": ["A", "B", "C"], "exports": [1.0, 2.0, 4.0], "hours": [3.0, 1.0, 2.0]})
    rows = table.unpivot(index="economy", variable_name="indicator")
    assert scores(rows) == scores(table)


def test_weights_that_cannot_be_used_are_refused() -> None:
    table = pl.DataFrame({"economy": ["A", "B"], "exports": [1.0, 2.0]})
    with pytest.raises(BadInput, match="did you mean 'exports'"):
        with_weights(INDEX, {"export": 1.0})
    with pytest.raises(ManyErrors, match="weight -1"):
        with_weights(INDEX, {"exports": -1.0})
    with pytest.raises(BadInput, match="trade: only weights of 0"):
        build(table, with_weights(INDEX, {"exports": 0.0, "flights": 0.0}))


def test_z_scores_take_the_arithmetic_mean_alone() -> None:
    table = pl.DataFrame({"economy": ["A", "B"], "exports": [1.0, 2.0]})
    with pytest.raises(BadInput, match="z-scores"):
        uncertain(table, INDEX, choices=Choices(normalisations=("z-score",)))
    assert uncertain(table, INDEX, draws=9, choices=Choices(("z-score",), ("arithmetic",))).ranks["rank"].to_list() == [
        2.0,
        1.0,
    ]
