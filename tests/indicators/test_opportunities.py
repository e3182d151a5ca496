"""What an economy could make next, what a region could supply itself: by hand, published numbers, what does not matter."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hamkor.indicators.complexity import cog, density, pci
from hamkor.indicators.opportunities import STRATEGIES, next_products, regional_supply
from hamkor.schema.errors import BadInput

NO_LIMIT: dict[str, Any] = {"minimum_exports": 0.0, "minimum_trade": 0.0}
REGION = ["A", "B", "C"]


def cube(seed: int) -> pl.DataFrame:
    """Return made-up trade of eight economies in twenty products, with quantities."""
    chance = np.random.default_rng(seed)
    names, products = [*"ABCDEFGH"], [f"{one:06}" for one in range(20)]
    skill, hard = chance.normal(size=8), chance.normal(size=20)
    rows = [
        (sells, buys, product, "2024", float(np.exp(chance.normal() + skill[i] * hard[k])), float(np.exp(chance.normal())))
        for i, sells in enumerate(names) for buys in names for k, product in enumerate(products)
        if sells != buys and chance.random() < 0.6
    ]  # fmt: skip
    return pl.DataFrame(rows, ["exporter", "importer", "product", "period", "value", "quantity"], orient="row")


def table(*rows: tuple[str, str, str, float]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), ["exporter", "importer", "product", "value"], orient="row")


def test_the_list_explains_itself_with_the_measures_of_the_product_space() -> None:
    found = next_products(cube(1), count=99, **NO_LIMIT)
    key = ["economy", "product", "period"]
    assert (
        found.sort(key)["density"].to_list()
        == found.select(key).join(density(cube(1), **NO_LIMIT), on=key, how="left").sort(key)["value"].to_list()
    )
    gained = cog(cube(1), **NO_LIMIT)
    assert len(found) == len(gained)
    assert found.sort(key)["cog"].to_list() == gained["value"].to_list()
    assert found.sort(key)["pci"].to_list() == gained["pci"].to_list()
    assert found["rca"].max() < 1  # type: ignore[operator]
    worth = pci(cube(1), **NO_LIMIT).select("product", due="value")
    assert found.join(worth, on="product").select((pl.col("pci") - pl.col("due")).abs().max()).item() < 1e-12


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_score_is_the_stated_sum_and_ranks_the_list(strategy: Literal["balanced", "near", "far"]) -> None:
    assert sum(STRATEGIES[strategy]) == pytest.approx(1)
    for (_,), one in next_products(cube(1), strategy=strategy, count=99, **NO_LIMIT).group_by("economy"):
        parts = [(one[name] - one[name].mean()) / one[name].std(ddof=0) for name in ("density", "pci", "cog", "rca")]
        score = np.sum([weight * part.to_numpy() for weight, part in zip(STRATEGIES[strategy], parts, strict=True)], axis=0)
        assert one["value"].to_list() == pytest.approx(score.tolist(), abs=1e-9)
        assert one["rank"].to_list() == list(range(1, len(one) + 1))
        assert one["value"].is_sorted(descending=True)


def test_a_shorter_list_is_the_head_of_the_longer() -> None:
    long, short = next_products(cube(1), count=10, **NO_LIMIT), next_products(cube(1), count=4, **NO_LIMIT)
    assert short.equals(long.filter(pl.col("rank") <= 4))
    assert next_products(cube(1), members=["B"], count=10, **NO_LIMIT).equals(long.filter(pl.col("economy") == "B"))


def test_a_member_is_kept_whatever_its_size_and_must_export() -> None:
    wide = cube(1).with_columns(value=pl.when(pl.col("exporter") == "A").then("value").otherwise(pl.col("value") * 1e9))
    assert set(next_products(wide, members=["A"])["economy"]) == {"A"}
    assert "A" not in set(next_products(wide)["economy"])
    with pytest.raises(BadInput, match="no exports of ZZZ"):
        next_products(wide, members=["A", "ZZZ"])


@given(st.integers(0, 10**6))
@settings(deadline=None, max_examples=25)
def test_the_order_of_the_rows_does_not_matter(seed: int) -> None:
    mixed = cube(1).sample(fraction=1.0, shuffle=True, seed=seed)
    assert next_products(mixed, **NO_LIMIT).equals(next_products(cube(1), **NO_LIMIT))
    assert regional_supply(mixed, members=REGION[::-1]).equals(regional_supply(cube(1), members=REGION))


def test_a_pair_can_trade_at_most_what_one_buys_and_the_other_sells_outside() -> None:
    # A sells 30 of product 1 outside, of which B buys 45 there; of product 2 A sells 12 and B buys 9
    found = regional_supply(
        table(
            ("A", "B", "1", 60.0), ("A", "D", "1", 30.0), ("A", "E", "2", 12.0), ("D", "B", "1", 40.0), ("E", "B", "1", 5.0),
            ("D", "B", "2", 9.0), ("B", "A", "3", 7.0), ("D", "E", "1", 25.0),
        ),
        members=["A", "B"],
    )  # fmt: skip
    told = found.select(
        "exporter", "importer", "product", "value", "rank", "outside_imports", "outside_exports", "trade"
    ).rows()
    assert told == [("A", "B", "1", 30.0, 1, 45.0, 30.0, 60.0), ("A", "B", "2", 9.0, 2, 9.0, 12.0, 0.0)]
    first = found.row(0, named=True)
    assert first["supply_share"] == pytest.approx(90 / 160)
    # shares of A's exports 90/102, 12/102, of B's imports 105/114, 9/114
    assert first["complementarity"] == pytest.approx(100 * (90 / 102 + 9 / 114))


def test_a_printed_world_total_serves_for_the_partners() -> None:
    parts = table(("A", "B", "1", 60.0), ("A", "D", "1", 20.0), ("A", "E", "1", 10.0), ("D", "B", "1", 45.0))
    printed = table(("A", "B", "1", 60.0), ("A", "W1", "1", 90.0), ("W1", "B", "1", 105.0))
    key = ["exporter", "importer", "product", "value", "trade"]
    assert (
        regional_supply(parts, members=["A", "B"]).select(key).equals(regional_supply(printed, members=["A", "B"]).select(key))
    )


@given(st.integers(0, 10**6))
@settings(deadline=None, max_examples=25)
def test_no_potential_exceeds_either_side_and_the_export_potential_adds_up_to_the_pairs_trade(seed: int) -> None:
    flows = cube(seed)
    found = regional_supply(flows, members=REGION, count=99)
    assert (found["value"] <= found["outside_imports"]).all()
    assert (found["value"] <= found["outside_exports"]).all()
    assert found["complementarity"].is_between(0, 100 + 1e-9).all()
    assert found["supply_share"].is_between(0, 1).all()
    # over all products it is equal; those of which one side trades nothing outside are not in the list
    traded = flows.group_by("exporter", "importer").agg(pl.col("value").sum())
    added = (
        found.group_by("exporter", "importer").agg(pl.col("export_potential").sum()).join(traded, on=["exporter", "importer"])
    )
    assert (added["export_potential"] <= added["value"] * (1 + 1e-9)).all()


@given(st.floats(1e-3, 1e6))
@settings(deadline=None, max_examples=20)
def test_the_currency_changes_the_amounts_alone(rate: float) -> None:
    one = regional_supply(cube(2), members=REGION, count=99)
    other = regional_supply(cube(2).with_columns(pl.col("value") * rate), members=REGION, count=99)
    both = one.join(other, on=["exporter", "importer", "product", "period"], validate="1:1")
    assert len(both) == len(one)
    for name, factor in (("value", rate), ("export_potential", rate), ("complementarity", 1.0), ("unit_value_step", 1.0)):
        assert both[f"{name}_right"].drop_nulls().to_list() == pytest.approx((both[name] * factor).drop_nulls().to_list())


def test_the_step_in_unit_value_is_what_the_importer_pays_outside_over_what_the_exporter_gets_there() -> None:
    flows = table(("A", "D", "1", 30.0), ("D", "B", "1", 45.0)).with_columns(quantity=pl.Series([10.0, 5.0]))
    row = regional_supply(flows, members=["A", "B"]).row(0, named=True)
    assert (row["exporter_unit_value"], row["importer_unit_value"], row["unit_value_step"]) == (3.0, 9.0, 3.0)
    units = regional_supply(flows.with_columns(unit=pl.Series(["kg", "number"])), members=["A", "B"]).row(0, named=True)
    assert units["unit_value_step"] is None
    assert "unit_value_step" not in regional_supply(flows.drop("quantity"), members=["A", "B"]).columns


def test_without_the_worlds_trade_there_is_no_export_potential() -> None:
    flows = table(("A", "D", "1", 30.0), ("D", "B", "1", 45.0), ("A", "E", "2", 1.0), ("E", "B", "1", 2.0))
    assert regional_supply(flows, members=["A", "B"])["export_potential"].to_list() == [None]


def test_a_region_that_buys_nothing_outside_has_an_empty_list() -> None:
    assert regional_supply(table(("A", "B", "1", 1.0), ("B", "A", "2", 1.0)), members=["A", "B"]).is_empty()


@pytest.mark.parametrize(
    ("members", "due"), [(None, "0 members"), (["A"], "1 members"), (["A", "A"], "1 members"), (["A", "Q"], "no trade of Q")]
)
def test_a_region_is_two_economies_with_trade(members: list[str] | None, due: str) -> None:
    with pytest.raises(BadInput, match=due):
        regional_supply(cube(1), members=members)


def test_quantities_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(BadInput, match="quantities of type String"):
        regional_supply(cube(1).with_columns(quantity=pl.lit("2 t")), members=REGION)


@pytest.mark.conformance
def test_the_toy_cube_gives_the_published_potential_and_complementarity(conformance: Path) -> None:
    toy = pl.read_csv(conformance / "indicators/test_toy_cube.csv", schema_overrides={"product": pl.String})
    found = regional_supply(toy, members=["A", "B"]).row(by_predicate=pl.col("exporter") == "A", named=True)
    assert found["product"] == "3"
    assert found["export_potential"] == pytest.approx(float(Fraction(10640, 2629)), rel=1e-14)
    assert found["complementarity"] == pytest.approx(float(Fraction(925, 13)), rel=1e-14)
