"""What must hold in every world, whatever its numbers."""

from __future__ import annotations

import msgspec
import numpy as np
import polars as pl
import pytest
from benchmarks.equilibrium import robust
from hypothesis import given, settings
from hypothesis import strategies as st

from hamkor.equilibrium import Baseline, Outcome, Shock, counterfactual, decompose, simulate_draws
from hamkor.equilibrium.counterfactual import iterate, solve, start_of, wage_steps, world_of
from hamkor.equilibrium.decompose import CHANNELS
from hamkor.equilibrium.outcome import NotConverged
from hamkor.equilibrium.shock import changes
from hamkor.equilibrium.system import Rules
from hamkor.schema.errors import BadInput

EXACT = 1e-8
"""A tolerance of 1e-12 in the conditions, times how far a result may lie from them."""
SEEDS = st.integers(0, 10_000)


def trade(seed: int, count: int = 5, *, spread: float = 1.0) -> pl.DataFrame:
    """Return a made-up table of trade, domestic sales the largest."""
    chance = np.random.default_rng(seed)
    names = [f"E{place:02}" for place in range(count)]
    value = np.exp(chance.normal(0, spread, (count, count)))
    value[np.diag_indices(count)] *= 4 * count
    return pl.DataFrame(
        {"exporter": np.repeat(names, count), "importer": names * count, "value": value.reshape(-1)}
    )  # fmt: skip


def cheaper(frame: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return made-up changes of trade costs between economies."""
    chance = np.random.default_rng(seed + 1)
    ratio = np.exp(chance.normal(-0.1, 0.2, len(frame)))
    return frame.with_columns(iceberg=pl.when(pl.col("exporter") != pl.col("importer")).then(pl.Series(ratio)).otherwise(1.0))


def solved(frame: pl.DataFrame, shock: Shock, *, elasticity: float = 4.0, supply: float = 0.0, scale: float = 0.0) -> Outcome:
    baseline = Baseline.from_trade(frame, elasticity=elasticity, supply_elasticity=supply, scale_elasticity=scale)
    return counterfactual(baseline, shock, tolerance=1e-12)


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_nothing_happens_without_a_shock(seed: int) -> None:
    for supply, scale in ((0.0, 0.0), (0.7, 0.0), (0.0, 0.1)):
        found = solved(trade(seed), Shock(), supply=supply, scale=scale)
        values = found.economies.select("real_income", "real_wage", "wage", "exports", "imports").to_numpy()
        assert np.abs(values - 1).max() < 1e-12
        assert np.nanmax(np.abs(found.trade["hat"].to_numpy() - 1)) < 1e-12


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.floats(1.5, 10), st.sampled_from([0.0, 0.5, 2.0]))
def test_the_gain_is_that_of_the_domestic_share(seed: int, theta: float, supply: float) -> None:
    """Arkolakis, Costinot and Rodriguez-Clare (2012), American Economic Review 102(1)."""
    frame = trade(seed)
    found = solved(frame, Shock(iceberg=cheaper(frame, seed)), elasticity=theta, supply=supply).economies
    gain = found["domestic_share"].to_numpy() ** (-1 / theta)
    assert found["real_wage"].to_numpy() == pytest.approx(gain, abs=EXACT)


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.floats(1e-6, 1e6))
def test_the_currency_does_not_matter(seed: int, rate: float) -> None:
    frame = trade(seed)
    shock = Shock(iceberg=cheaper(frame, seed))
    one = solved(frame, shock).economies
    other = solved(frame.with_columns(pl.col("value") * rate), shock).economies
    assert other["real_income"].to_numpy() == pytest.approx(one["real_income"].to_numpy(), abs=EXACT)


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.randoms(use_true_random=False))
def test_the_order_and_names_of_economies_do_not_matter(seed: int, order: object) -> None:
    frame = trade(seed)
    shock = cheaper(frame, seed)
    names = sorted(set(frame["exporter"]))
    mixed = list(names)
    order.shuffle(mixed)  # type: ignore[attr-defined]
    renamed = dict(zip(names, mixed, strict=True))
    one = solved(frame, Shock(iceberg=shock)).economies
    moved = [table.with_columns(pl.col("exporter", "importer").replace(renamed)) for table in (frame, shock)]
    other = solved(moved[0].reverse(), Shock(iceberg=moved[1])).economies
    there = dict(zip(other["economy"], other["real_income"], strict=True))
    assert [there[renamed[name]] for name in one["economy"]] == pytest.approx(one["real_income"].to_list(), abs=EXACT)


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_an_economy_in_two_identical_halves_fares_as_the_whole(seed: int) -> None:
    frame = trade(seed)
    shock = cheaper(frame, seed).select("exporter", "importer", "iceberg")
    halves = pl.DataFrame({"name": ["E00", "E00"], "half": ["E00a", "E00b"]})

    def split(table: pl.DataFrame, value: str, share: float) -> pl.DataFrame:
        for side in ("exporter", "importer"):
            table = table.join(halves, left_on=side, right_on="name", how="left").with_columns(
                pl.when(pl.col("half").is_not_null()).then(pl.col(value) * share).otherwise(pl.col(value)).alias(value),
                pl.coalesce("half", side).alias(side),
            ).drop("half")  # fmt: skip
        return table

    whole = solved(frame, Shock(iceberg=shock)).economies
    parts = solved(split(frame, "value", 0.5), Shock(iceberg=split(shock, "iceberg", 1.0))).economies
    value = dict(zip(parts["economy"], parts["real_income"], strict=True))
    assert value["E00a"] == pytest.approx(whole["real_income"][0], abs=EXACT)
    assert value["E00b"] == pytest.approx(whole["real_income"][0], abs=EXACT)
    assert value["E03"] == pytest.approx(whole["real_income"][3], abs=EXACT)


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_two_identical_sectors_are_as_one(seed: int) -> None:
    whole = Baseline.from_trade(trade(seed), elasticity=4.0)
    halves = msgspec.structs.replace(
        whole, sectors=("a", "b"), trade_share=np.repeat(whole.trade_share, 2, axis=0),
        expenditure=np.repeat(whole.expenditure, 2, axis=0) / 2,
        value_added_share=np.repeat(whole.value_added_share, 2, axis=0),
        io_share=np.zeros((5, 2, 2)), final_share=np.full((2, 5), 0.5), tariff=np.repeat(whole.tariff, 2, axis=0),
        elasticity=np.repeat(whole.elasticity, 2),
    )  # fmt: skip
    shock = Shock(iceberg=cheaper(trade(seed), seed).select("exporter", "importer", "iceberg"))
    one, two = (counterfactual(each, shock, tolerance=1e-12).economies for each in (whole, halves))
    assert two["real_income"].to_numpy() == pytest.approx(one["real_income"].to_numpy(), abs=EXACT)


def test_autarky_is_the_limit_of_costs_without_bound() -> None:
    frame = trade(3)
    turned = frame.select(exporter="importer", importer="exporter", back="value")
    frame = frame.join(turned, on=["exporter", "importer"]).select(
        "exporter", "importer", value=pl.col("value") + pl.col("back")
    )
    wall = frame.with_columns(iceberg=pl.when(pl.col("exporter") != pl.col("importer")).then(1e4).otherwise(1.0))
    share = Baseline.from_trade(frame, elasticity=4.0).trade_share[0].diagonal()
    found = counterfactual(Baseline.from_trade(frame, elasticity=4.0), Shock(iceberg=wall))
    assert found.economies["real_wage"].to_numpy() == pytest.approx(share**0.25, abs=1e-6)


def test_tariff_revenue_is_the_rates_on_the_new_flows() -> None:
    frame = trade(4)
    levied = frame.filter(pl.col("exporter") != pl.col("importer")).select("exporter", "importer", tariff=pl.lit(0.2))
    found = solved(frame, Shock(tariff=levied))
    abroad = found.trade.filter(pl.col("exporter") != pl.col("importer")).group_by("importer").agg(pl.col("value").sum())
    due = dict(zip(abroad["importer"], abroad["value"] * 0.2, strict=True))
    for name, revenue in zip(found.economies["economy"], found.economies["tariff_revenue"], strict=True):
        assert revenue == pytest.approx(due[name], rel=1e-9)


def test_a_small_tariff_pays_and_a_trade_cost_never_does() -> None:
    frame = trade(5)
    levied = frame.filter((pl.col("importer") == "E00") & (pl.col("exporter") != "E00"))
    small = levied.select("exporter", "importer", tariff=pl.lit(0.02))
    cost = levied.select("exporter", "importer", iceberg=pl.lit(1.02))
    balanced = Baseline.from_trade(frame, elasticity=4.0)
    assert counterfactual(balanced, Shock(tariff=small), closure="balanced").economies["real_income"][0] > 1
    assert counterfactual(balanced, Shock(iceberg=cost), closure="balanced").economies["real_income"][0] < 1


def test_deficits_keep_to_their_closure() -> None:
    frame = trade(6)
    shock = Shock(iceberg=cheaper(frame, 6))
    baseline = Baseline.from_trade(frame, elasticity=4.0)
    fixed = counterfactual(baseline, shock).economies["deficit"].to_numpy()
    assert fixed == pytest.approx(baseline.deficit, abs=1e-8)
    balanced = counterfactual(baseline, shock, closure="balanced").economies["deficit"].to_numpy()
    assert np.abs(balanced).max() < 1e-6
    found = counterfactual(baseline, shock, closure="multiplicative").economies
    ratio = found["nominal_income"].to_numpy() / found["wage"].to_numpy()
    assert ratio == pytest.approx(np.full(5, ratio[0]), abs=1e-8)


OF_E01 = pl.col("exporter") == "E01"
HOME = pl.col("exporter") == pl.col("importer")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.filter(~(OF_E01 & HOME)), "E01 -> E01: no domestic sales"),
        (lambda t: t.filter(pl.col("importer") != "E01"), "importer E01: buys nothing"),
        (lambda t: t.with_columns(pl.when(OF_E01).then(-1.0).otherwise("value").alias("value")), "E01 -> E00: -1 where"),
        (lambda t: t.with_columns(pl.when(OF_E01).then(float("nan")).otherwise("value").alias("value")), "nan"),
        (lambda t: pl.concat([t, t.head(1)]), "stands twice"),
        (lambda t: t.filter((pl.col("exporter") == "E04") == (pl.col("importer") == "E04")), "E04 without trade with the rest"),
        (lambda t: t.drop("value"), "a column value is due"),
    ],
)  # fmt: skip
def test_a_world_that_is_none_is_refused_with_its_cell(change: object, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        Baseline.from_trade(change(trade(1)), elasticity=4.0)  # type: ignore[operator]


def test_a_shock_that_is_none_is_refused_with_its_cell() -> None:
    baseline = Baseline.from_trade(trade(1), elasticity=4.0)
    one = pl.DataFrame({"exporter": ["E00"], "importer": ["E01"]})
    for shock, words in (
        (Shock(tariff=one.with_columns(tariff=-1.0)), "tariff E00 -> E01 goods: -1 where a rate above -1"),
        (Shock(iceberg=one.with_columns(iceberg=0.0)), "iceberg goods E01 E00: 0 where a new/old ratio above 0"),
        (Shock(partial_effect=one.with_columns(beta=float("nan"))), "nan where a finite number"),
        (Shock(tariff=one.with_columns(exporter=pl.lit("e00"), tariff=0.1)), "did you mean 'E00'"),
    ):
        with pytest.raises(BadInput, match=words):
            counterfactual(baseline, shock)
    with pytest.raises(BadInput, match="did you mean 'balanced'"):
        counterfactual(baseline, Shock(), closure="balance")  # type: ignore[arg-type]


def test_what_is_not_reached_is_an_error_with_its_history() -> None:
    baseline = Baseline.from_trade(trade(1), elasticity=4.0)
    with pytest.raises(NotConverged, match="not converged") as told:
        counterfactual(baseline, Shock(iceberg=cheaper(trade(1), 1)), steps=3)
    assert len(told.value.history) == 3


def test_the_channels_add_up_to_real_income_exactly() -> None:
    frame = trade(7)
    shock = Shock(iceberg=cheaper(frame, 7).select("exporter", "importer", "iceberg"))
    parts = decompose(Baseline.from_trade(frame, elasticity=4.0), shock, path_steps=4)
    total = parts.select(pl.sum_horizontal(*CHANNELS)).to_series()
    assert total.to_numpy() == pytest.approx(parts["real_income"].to_numpy(), abs=1e-14)
    assert np.abs(parts["remainder"].to_numpy()).max() < 0.02 * np.abs(parts["real_income"].to_numpy()).max()


def test_draws_agree_with_single_solutions_and_do_not_depend_on_the_block() -> None:
    frame = trade(8)
    baseline = Baseline.from_trade(frame, elasticity=4.0)
    effect = frame.filter(pl.col("exporter").is_in(["E00", "E01"]) & (pl.col("importer") == "E02")).select(
        "exporter", "importer", beta=pl.lit(0.3), std_error=pl.lit(0.1)
    )
    one, other = (
        simulate_draws(baseline, Shock(partial_effect=effect), draws=20, seed=5, elasticity_sd=0.2, block=block)
        for block in (20, 7)
    )
    assert one.values["real_income"] == pytest.approx(other.values["real_income"], abs=1e-7)
    row = one.parameters.row(3, named=True)
    alone = counterfactual(
        Baseline.from_trade(frame, elasticity=row["elasticity"]),
        Shock(partial_effect=effect.with_columns(beta=pl.col("beta") + row["effect"] * pl.col("std_error"))),
    ).economies
    for name in ("real_income", "real_wage", "exports", "imports"):
        assert one.values[name][:, 3] == pytest.approx(alone[name].to_numpy(), abs=1e-7)


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.sampled_from([0.0, 0.6]), st.sampled_from(["fixed", "multiplicative", "balanced"]))
def test_the_compiled_iteration_and_the_general_one_agree(seed: int, supply: float, closure: str) -> None:
    baseline = Baseline.from_trade(trade(seed), elasticity=5.0, value_added_share=0.9, supply_elasticity=supply)
    frame = cheaper(trade(seed), seed)
    levied = frame.filter(pl.col("exporter") == "E01", pl.col("importer") != "E01").with_columns(tariff=0.3)
    change = changes(Shock(iceberg=frame, tariff=levied), baseline)
    rules = Rules(closure, "tax_relief")  # type: ignore[arg-type]
    one = solve(baseline, change, rules, tolerance=1e-11, steps=500)
    general = iterate(world_of(baseline, change, rules), start_of(baseline), wage_steps(baseline), tolerance=1e-11, steps=500)
    assert one.method == "compiled"
    assert general.state[:, 0] == pytest.approx(one.state[:, 0], abs=1e-8)


def test_draws_can_be_computed_with_any_array_library_of_the_standard() -> None:
    strict = pytest.importorskip("array_api_strict")
    frame = trade(9)
    baseline = Baseline.from_trade(frame, elasticity=4.0, value_added_share=0.5, supply_elasticity=0.3)
    levied = frame.filter(pl.col("exporter") == "E01", pl.col("importer") != "E01").with_columns(tariff=0.1)
    shock = Shock(tariff=levied.select("exporter", "importer", "tariff"))
    one = simulate_draws(baseline, shock, draws=9, elasticity_sd=0.1)
    other = simulate_draws(baseline, shock, draws=9, elasticity_sd=0.1, like=strict.asarray(0.0))
    assert other.repaired == 0
    assert other.values["real_income"] == pytest.approx(one.values["real_income"], abs=1e-7)


def test_an_input_output_table_becomes_its_own_world() -> None:
    chance = np.random.default_rng(3)
    count, kinds = 4, 3
    uses = chance.gamma(1.0, 1.0, (count * kinds, count * kinds))
    final = chance.gamma(1.0, 8.0, (count * kinds, count))
    names = {"economies": list("ABCD"), "sectors": list("xyz")}
    world = Baseline.from_input_output(uses, final, elasticity=[4, 5, 6], **names)  # type: ignore[arg-type]
    assert world.value_added.sum() == pytest.approx(final.sum(), rel=1e-9)
    found = counterfactual(world, Shock())
    assert np.abs(found.economies["real_income"].to_numpy() - 1).max() < 1e-9
    assert found.trade["value"].sum() == pytest.approx(uses.sum() + final.sum(), rel=1e-6)
    for table, words in ((np.full((12, 4), np.nan), "final row 1 column 1"), (np.ones((12, 3)), "12 x 3 cells")):
        with pytest.raises(BadInput, match=words):
            Baseline.from_input_output(uses, table, elasticity=4.0, **names)  # type: ignore[arg-type]


def test_trade_one_way_only_is_told_as_the_reason() -> None:
    sells_only = trade(2).filter(HOME | (pl.col("importer") != "E03"))
    baseline = Baseline.from_trade(sells_only, elasticity=4.0)
    with pytest.raises(NotConverged, match="in which E03 trade one way only with the rest") as told:
        counterfactual(baseline, Shock(), closure="balanced")
    assert told.value.reason


def test_made_up_worlds_with_zeros_deficits_and_huge_shocks_are_solved_or_told_why_not() -> None:
    row = robust(150)[0]
    assert row["holds"], row
