"""Sums, claims and growth brought into the estimates."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hamkor.reconciliation import agreeing, growth, links, sums
from hamkor.schema.errors import BadInput

SEEDS = st.integers(0, 10_000)


def flows(seed: int = 0, products: int = 4) -> pl.DataFrame:
    chance = np.random.default_rng(seed)
    goods = [f"{one:02}" for one in range(products)]
    rows = [
        (a, b, good, period) for a, b in (("A", "B"), ("B", "A")) for good in [*goods, "TOTAL"] for period in ("2021", "2022")
    ]
    value = chance.gamma(2.0, 50.0, len(rows)) + 1
    reach = np.exp(1.645 * chance.uniform(0.05, 0.4, len(rows)))
    return pl.DataFrame(rows, schema=["exporter", "importer", "product", "period"], orient="row").with_columns(
        value=pl.Series(value), low=pl.Series(value / reach), high=pl.Series(value * reach)
    )


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_products_sum_to_the_total_of_every_pair_and_year(seed: int) -> None:
    told = flows(seed)
    found = agreeing(told, sums(told, "product", "TOTAL", ["00", "01", "02", "03"])).flows
    total = found.filter(product="TOTAL").sort("exporter", "period")["value"].to_numpy()
    parts = found.filter(pl.col("product") != "TOTAL").group_by("exporter", "period").agg(pl.col("value").sum())
    assert parts.sort("exporter", "period")["value"].to_numpy() == pytest.approx(total, rel=1e-9)
    assert (found["value"] >= 0).all()
    wider = found.filter(pl.col("high") / pl.col("low") > (pl.Series(told["high"] / told["low"]) + 1e-9))
    assert wider.filter(pl.col("value") > 0).is_empty()


def test_months_sum_to_the_year() -> None:
    months = [f"2022-{month:02}" for month in range(1, 13)]
    told = pl.DataFrame({"exporter": "A", "importer": "B", "product": "TOTAL", "period": [*months, "2022"]})
    told = told.with_columns(value=pl.Series([10.0] * 12 + [130.0]), low=pl.lit(9.0), high=pl.lit(11.0))
    told = told.with_columns(low=pl.col("value") * 0.9, high=pl.col("value") / 0.9)
    found = agreeing(told, sums(told, "period", "2022", months)).flows["value"]
    assert found[:12].sum() == pytest.approx(found[12], rel=1e-12)
    assert found[12] < 130


def test_a_printed_turnover_moves_both_flows_and_narrows_them() -> None:
    told = flows(3)
    both = [{"link": "t", "exporter": a, "importer": b, "period": "2022"} for a, b in ("AB", "BA")]
    total = float(told.filter(product="TOTAL", period="2022")["value"].sum())
    found = agreeing(told, links([{**one, "low": 1.05 * total, "high": 1.06 * total} for one in both]))
    after = found.links.row(0, named=True)
    assert 1.04 * total < after["after"] < 1.07 * total
    moved = found.flows.filter(product="TOTAL", period="2022")
    assert (moved["value"] > moved["before"]).all()
    others = found.flows.filter(pl.col("product") != "TOTAL")
    assert others["value"].to_numpy() == pytest.approx(others["before"].to_numpy())


def test_a_claim_far_from_the_records_is_set_aside_not_averaged_in() -> None:
    told = flows(4)
    claim = {"link": "t", "exporter": "A", "importer": "B", "period": "2022", "low": 9e5, "high": 9.1e5, "source": "a speech"}
    found = agreeing(told, links([claim]))
    assert found.links["used"].to_list() == [False]
    assert found.links["deviations"][0] > 4
    assert found.flows["value"].to_numpy() == pytest.approx(told["value"].to_numpy())


def test_growth_links_two_years() -> None:
    told = flows(5)
    link = growth(told, exporter="A", importer="B", period="2022", base="2021", low=0.099, high=0.101, source="an office")
    loose = told.with_columns(low=pl.col("value") / 20, high=pl.col("value") * 20)
    found = agreeing(loose, link).flows.filter(exporter="A", product="TOTAL").sort("period")["value"]
    assert found[1] / found[0] == pytest.approx(1.1, abs=0.01)


def test_the_order_of_flows_and_links_does_not_matter() -> None:
    told = flows(6)
    evidence = sums(told, "product", "TOTAL", ["00", "01", "02", "03"])
    one = agreeing(told, evidence).flows.sort("exporter", "product", "period")
    other = agreeing(told.reverse(), evidence.reverse()).flows.sort("exporter", "product", "period")
    assert one["value"].to_numpy() == pytest.approx(other["value"].to_numpy(), rel=1e-9)


def test_evidence_of_what_is_not_there_is_refused() -> None:
    with pytest.raises(BadInput, match="A C TOTAL 2022"):
        agreeing(flows(), links([{"link": "t", "exporter": "A", "importer": "C", "period": "2022", "high": 1.0}]))
    with pytest.raises(BadInput, match="the lower first"):
        growth(flows(), exporter="A", importer="B", period="2022", base="2021", low=0.2, high=0.1, source="x")
    with pytest.raises(BadInput, match="in 1999 and 2022"):
        growth(flows(), exporter="A", importer="B", period="2022", base="1999", low=0.1, high=0.2, source="x")
    with pytest.raises(BadInput, match="column colour"):
        sums(flows(), "colour", "TOTAL", ["00"])
