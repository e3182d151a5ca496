"""The classical indicators against their formulas, worked again in fractions, on cubes with zeros and gaps."""

from __future__ import annotations

from fractions import Fraction
from itertools import product as cross

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hamkor.indicators.categories import carbon_exposure, category_shares
from hamkor.indicators.concentration import gini, herfindahl_hirschman, theil
from hamkor.indicators.dependence import external_dependence
from hamkor.indicators.growth import contribution_to_growth, growth
from hamkor.indicators.specialisation import (
    complementarity,
    export_potential,
    export_similarity,
    grubel_lloyd,
    lafay,
    revealed_comparative_advantage,
)
from hamkor.indicators.trade import (
    balance,
    intra_regional_share,
    regional_introversion,
    share_of_partner,
    trade_intensity,
    turnover,
)
from hamkor.schema.errors import BadInput

ECONOMIES, PRODUCTS = "ABCD", "123"
Cells = dict[tuple[str, str, str], int]
KEYS = [(i, j, k) for i, j, k in cross(ECONOMIES, ECONOMIES, PRODUCTS) if i != j]
CUBES = st.lists(st.integers(0, 9), min_size=len(KEYS), max_size=len(KEYS)).map(lambda told: dict(zip(KEYS, told, strict=True)))
"""Small whole numbers, many of them zero."""
KINDS = pl.DataFrame({"product": ["1", "2"], "category": ["first", "second"]})


def table(cells: Cells) -> pl.DataFrame:
    rows = [(*key, float(value)) for key, value in cells.items()]
    return pl.DataFrame(rows, schema=["exporter", "importer", "product", "value"], orient="row")


def total(cells: Cells, i: str = ECONOMIES, j: str = ECONOMIES, k: str = PRODUCTS) -> Fraction:
    return Fraction(sum(value for (a, b, c), value in cells.items() if a in i and b in j and c in k))


def near(value: Fraction | None) -> object:
    return None if value is None else pytest.approx(float(value), rel=1e-12, abs=1e-12)


def same(one: pl.Series, other: pl.Series, tolerance: float = 1e-9) -> bool:
    """Return whether two columns are null in the same rows and near each other in the rest."""
    known = one.drop_nulls().to_list() == pytest.approx(other.drop_nulls().to_list(), rel=tolerance, abs=tolerance)
    return one.is_null().to_list() == other.is_null().to_list() and known


def quotient(part: Fraction | None, whole: Fraction | None) -> Fraction | None:
    return None if part is None or not whole else part / whole


@settings(max_examples=60, deadline=None)
@given(CUBES)
def test_advantage_and_intensity_are_their_formulas(cells: Cells) -> None:
    world = total(cells)
    for row in revealed_comparative_advantage(table(cells)).iter_rows(named=True):
        i, k = row["economy"], row["product"]
        own, all_of = quotient(total(cells, i, k=k), total(cells, i)), quotient(total(cells, k=k), world)
        assert row["value"] == near(quotient(own, all_of))
    for excluded in (False, True):
        found = trade_intensity(table(cells), own_imports="excluded" if excluded else "included")
        for row in found.iter_rows(named=True):
            i, j = row["exporter"], row["importer"]
            left = world - (total(cells, j=i) if excluded else 0)
            share, due = quotient(total(cells, i, j), total(cells, i)), quotient(total(cells, j=j), left)
            assert row["value"] == near(quotient(share, due))


@settings(max_examples=60, deadline=None)
@given(CUBES)
def test_export_potential_and_lafay_are_their_formulas(cells: Cells) -> None:
    for row in export_potential(table(cells)).iter_rows(named=True):
        i, j = row["exporter"], row["importer"]

        def weighed(k: str, i: str = i, j: str = j) -> Fraction:
            return (quotient(total(cells, i, k=k), total(cells, k=k)) or Fraction(0)) * total(cells, j=j, k=k)

        due = quotient(weighed(row["product"]) * total(cells, i, j), sum(map(weighed, PRODUCTS), Fraction(0)))
        assert row["value"] == near(due)
    for row in lafay(table(cells)).iter_rows(named=True):
        i, k = row["economy"], row["product"]
        x, m, sold, bought = total(cells, i, k=k), total(cells, j=i, k=k), total(cells, i), total(cells, j=i)
        whole = quotient(sold - bought, sold + bought)
        due = None if whole is None else 100 * ((quotient(x - m, x + m) or 0) - whole) * (x + m) / (sold + bought)
        assert row["value"] == near(due if x + m else (None if due is None else Fraction(0)))


@settings(max_examples=60, deadline=None)
@given(CUBES)
def test_pairs_and_regions_are_their_formulas(cells: Cells) -> None:
    for row in grubel_lloyd(table(cells)).iter_rows(named=True):
        i, j = row["economy"], row["partner"]
        net = sum((abs(total(cells, i, j, k) - total(cells, j, i, k)) for k in PRODUCTS), Fraction(0))
        assert row["value"] == near(1 - net / (total(cells, i, j) + total(cells, j, i)))
    for row in export_similarity(table(cells)).iter_rows(named=True):
        shares = [[total(cells, one, k=k) / total(cells, one) for k in PRODUCTS] for one in (row["economy"], row["partner"])]
        assert row["value"] == near(sum(map(min, *shares), Fraction(0)))
    for row in complementarity(table(cells)).iter_rows(named=True):
        i, j = row["economy"], row["partner"]
        apart = sum(abs(total(cells, j=j, k=k) / total(cells, j=j) - total(cells, i, k=k) / total(cells, i)) for k in PRODUCTS)
        assert row["value"] == near(100 * (1 - Fraction(apart) / 2))
    inside, both = 2 * total(cells, "AB", "AB"), total(cells, "AB") + total(cells, j="AB")
    (told,) = intra_regional_share(table(cells), members=["A", "B"])["value"].to_list()
    assert told == near(quotient(inside, both))
    within, without = quotient(inside, both), quotient(both - inside, 2 * total(cells) - both)
    (told,) = regional_introversion(table(cells), members=["A", "B"], form="intensity")["value"].to_list()
    assert told == near(quotient(within, without))


@settings(max_examples=60, deadline=None)
@given(CUBES)
def test_dependence_is_its_formula(cells: Cells) -> None:
    for row in external_dependence(table(cells), members=["A", "B"]).iter_rows(named=True):
        k = row["product"]
        outside, supply = total(cells, "CD", "AB", k), total(cells, "AB", "CD", k)
        assert row["value"] == near(quotient(max(total(cells, one, "AB", k) for one in "CD"), total(cells, j="AB", k=k)))
        assert row["could_supply"] == near(min(outside, supply))
        assert row["replaceable"] == near(quotient(min(outside, supply), outside))


@settings(max_examples=60, deadline=None)
@given(CUBES)
def test_nothing_is_ever_infinite_or_not_a_number_and_the_order_of_rows_does_not_matter(cells: Cells) -> None:
    flows = table(cells)
    for function in (
        turnover, balance, share_of_partner, trade_intensity, revealed_comparative_advantage, lafay, grubel_lloyd,
        export_similarity, complementarity, export_potential, herfindahl_hirschman, theil, gini, carbon_exposure,
        lambda told: regional_introversion(told, members=["A", "B"]), lambda told: category_shares(told, categories=KINDS),
        lambda told: herfindahl_hirschman(told, over="partners", scale="normalised", lines="active"),
        lambda told: external_dependence(told, members=["A", "B"]),
    ):  # fmt: skip
        found, turned = function(flows), function(flows.reverse())
        for name, kind in found.schema.items():
            if kind == pl.Float64:
                assert found[name].drop_nulls().is_finite().all(), name
                assert same(turned[name], found[name], 1e-12), name
            else:
                assert turned[name].to_list() == found[name].to_list(), name


@settings(max_examples=40, deadline=None)
@given(CUBES, st.integers(1, 8))
def test_two_products_always_traded_in_one_proportion_may_be_merged(cells: Cells, parts: int) -> None:
    """A product cut in the same proportion everywhere is another label of the same goods."""
    whole = table(cells)
    piece = pl.when(pl.col("product") == "3")
    cut = pl.concat(
        [
            whole.with_columns(value=piece.then(pl.col("value") * parts / 10).otherwise("value")),
            whole.filter(product="3").with_columns(product=pl.lit("4"), value=pl.col("value") * (10 - parts) / 10),
        ]
    )
    for function in (export_similarity, complementarity, grubel_lloyd, trade_intensity, balance):
        assert same(function(cut)["value"], function(whole)["value"])
    advantages = revealed_comparative_advantage(whole), revealed_comparative_advantage(cut)
    for product in "34":
        assert same(advantages[1].filter(product=product)["value"], advantages[0].filter(product="3")["value"])
    key = ["exporter", "importer"]
    sums = [export_potential(flows).group_by(key).agg(pl.col("value").sum()).sort(key) for flows in (whole, cut)]
    assert same(sums[1]["value"], sums[0]["value"])


# ---- growth ----

YEARS = st.lists(st.integers(1, 90), min_size=4, max_size=4)


def two_years(values: list[int]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "exporter": ["A", "A", "B", "B"], "importer": ["B", "B", "A", "A"], "period": ["2023", "2024"] * 2,
            "product": "1", "value": [float(value) for value in values],
        }
    )  # fmt: skip


@given(YEARS)
def test_the_contributions_of_both_directions_are_the_growth_of_turnover(values: list[int]) -> None:
    flows = two_years(values)
    found = contribution_to_growth(flows, by="flow")
    assert found.select("exporter", "importer").rows() == [("A", "B"), ("B", "A")]
    assert found["value"].sum() == pytest.approx(100 * growth(flows).filter(economy="A")["value"][0])


def test_a_direction_that_is_not_told_leaves_no_contribution_of_flows() -> None:
    assert contribution_to_growth(two_years([1, 2, 3, 4]).head(3), by="flow").is_empty()


def test_contributions_are_to_the_stated_total_where_there_is_one() -> None:
    parts = two_years([10, 20, 30, 40]).filter(exporter="A")
    products = pl.concat([parts, parts.with_columns(product=pl.lit("TOTAL"), value=pl.Series([100.0, 130.0]))])
    assert contribution_to_growth(products).select("product", "value").rows() == [("1", 10.0)]
    partners = pl.concat([parts, parts.with_columns(importer=pl.lit("W1"), value=pl.Series([200.0, 260.0]))])
    assert contribution_to_growth(partners, by="partner").select("importer", "value").rows() == [("B", 5.0)]


def test_a_new_product_contributes_from_nothing_and_a_whole_of_zero_has_no_growth() -> None:
    old = {"exporter": "A", "importer": "B", "product": ["1"], "period": "2023", "value": [10.0]}
    new = old | {"product": ["1", "2"], "period": "2024", "value": [10.0, 5.0]}
    assert contribution_to_growth(pl.concat([pl.DataFrame(old), pl.DataFrame(new)]))["value"].to_list() == [0.0, 50.0]
    none = pl.concat([pl.DataFrame(old | {"value": [0.0]}), pl.DataFrame(new)])
    assert contribution_to_growth(none)["value"].to_list() == [None, None]


def test_growth_without_periods_is_refused() -> None:
    with pytest.raises(BadInput, match="flows without a period"):
        growth(two_years([1, 2, 3, 4]).filter(period="2023").drop("period"))


# ---- categories and dependence ----


@settings(max_examples=30, deadline=None)
@given(CUBES)
def test_categories_cover_all_trade_each_way(cells: Cells) -> None:
    assume(all(total(cells, one) and total(cells, j=one) for one in ECONOMIES))
    for flow in ("export", "import"):
        found = category_shares(table(cells), categories=KINDS, flow=flow)
        assert found.group_by("economy").agg(pl.col("value").sum())["value"].to_list() == pytest.approx([1.0] * 4)
        assert set(found["category"]) == {"first", "second", "unassigned"}


def test_a_product_of_two_categories_is_of_both_together_and_in_neither_twice() -> None:
    twice = pl.concat([KINDS, KINDS.head(1).with_columns(category=pl.lit("other")), KINDS])
    found = category_shares(table(dict.fromkeys(KEYS, 1)), categories=twice).filter(economy="A")
    assert found["category"].to_list() == ["first or other", "second", "unassigned"]
    assert found["value"].to_list() == pytest.approx([1 / 3] * 3)
    with pytest.raises(BadInput, match="a column category is due"):
        category_shares(table(dict.fromkeys(KEYS, 1)), categories=KINDS.drop("category"))


def test_categories_may_stand_beside_the_products_of_the_flows() -> None:
    flows = table(dict.fromkeys(KEYS, 1))
    with pytest.raises(BadInput, match="a column category is due; add one"):
        category_shares(flows)
    beside = flows.join(KINDS, on="product", how="left")
    assert category_shares(beside).equals(category_shares(flows, categories=KINDS))


def test_codes_too_coarse_to_tell_are_apart_from_those_under_the_border_charge() -> None:
    codes = ["72", "7202", "7208", "7204", "720230", "2507", "25070080", "2523", "252310", "310560", "31", "8703", "271600"]
    flows = pl.DataFrame({"exporter": "A", "importer": "DEU", "product": codes, "value": [1.0] * len(codes)})
    found = {row["group"]: (row["to_union"], row["partly"]) for row in carbon_exposure(flows).iter_rows(named=True)}
    assert found == {"cement": (2.0, 2.0), "electricity": (1.0, 0.0), "fertilisers": (0.0, 1.0), "iron and steel": (1.0, 2.0)}


def test_dependence_counts_the_stated_world_not_only_the_partners_told() -> None:
    told = {"exporter": ["X", "W1", "A"], "importer": ["A", "A", "W1"], "product": "1", "value": [6.0, 12.0, 3.0]}
    row = external_dependence(pl.DataFrame(told), members=["A", "B"]).row(0, named=True)
    assert (row["value"], row["outside"], row["could_supply"]) == (0.5, 12.0, 3.0)
