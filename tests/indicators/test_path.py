"""The path to a target: printed figures, the properties of growth, and the coverage of the bands."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hamkor.indicators.path import Path, by_product, path
from hamkor.schema.errors import BadInput

EXACT = 1e-12
"""Floating-point dust of logarithms and powers."""
PRINTED = 0.0005
"""Half a unit of the last digit of a percentage printed with one decimal."""


def levels(*values: float, last: int = 2025, rounding: float = 0.0) -> pl.DataFrame:
    first = last - len(values) + 1
    period = list(range(first, last + 1))
    ends = {"low": [value - rounding for value in values], "high": [value + rounding for value in values]}
    return pl.DataFrame({"period": period, "value": values, **ends})


HISTORY = (3.5, 2.7, 1.9, 2.06, 2.92, 3.33, 3.0, 3.92, 4.6, 4.49, 4.3, 4.97)


@pytest.mark.parametrize(
    ("base", "year", "target", "by", "growth"),
    [
        (4.97, 2025, 10.0, 2030, 0.150), (846.4, 2024, 2000.0, 2030, 0.154), (718.3, 2025, 2000.0, 2030, 0.227),
        (1.14, 2024, 2.0, 2030, 0.098),
    ],
)  # fmt: skip
def test_growth_needed_is_as_printed(base: float, year: int, target: float, by: int, growth: float) -> None:
    way = path(levels(base, last=year), target=target, by=by)
    assert way.needed is not None
    assert way.needed.value == pytest.approx(growth, abs=PRINTED)


def test_growth_reached_is_as_printed() -> None:
    way = path(levels(4.6, 4.49, 4.3, 4.97), target=10.0)
    assert (way.since, way.start) == (2022, 2025)
    assert way.reached is not None
    assert way.reached.value == pytest.approx(0.026, abs=PRINTED)


def test_what_is_needed_leads_to_the_target_from_each_end_of_the_base() -> None:
    way = path(levels(*HISTORY, rounding=0.05), target=10.0, by=2030)
    assert way.needed is not None
    for rate, base in ((way.needed.value, 4.97), (way.needed.low, 5.02), (way.needed.high, 4.92)):
        assert base * (1 + rate) ** 5 == pytest.approx(10.0, rel=EXACT)
    assert way.needed.low < way.needed.value < way.needed.high


def test_the_unit_does_not_matter() -> None:
    one, other = (path(levels(*(x * scale for x in HISTORY)), target=10 * scale, by=2030) for scale in (1.0, 1e9))
    assert one.needed is not None
    assert other.needed is not None
    assert one.trend is not None
    assert other.trend is not None
    assert one.needed.value == pytest.approx(other.needed.value, rel=EXACT)
    assert one.probability == pytest.approx(other.probability, rel=1e-10)
    assert one.trend.deviation == pytest.approx(other.trend.deviation, rel=1e-10)
    assert one.arrival == other.arrival


def test_the_order_of_rows_does_not_matter() -> None:
    table = levels(*HISTORY, rounding=0.05)
    one, other = (path(rows, target=10.0, by=2030).plain() for rows in (table, table.sample(fraction=1, shuffle=True, seed=1)))
    assert one == other


def test_exact_geometric_growth_is_recovered_with_no_width() -> None:
    way = path(levels(*(100 * 1.07**year for year in range(10))), target=500.0, by=2045)
    assert way.trend is not None
    assert way.reached is not None
    assert way.trend.growth == pytest.approx(0.07, rel=EXACT)
    assert way.reached.value == pytest.approx(0.07, rel=1e-11)
    assert way.trend.deviation == 0.0
    assert way.outlook["low_90"].to_list() == way.outlook["high_90"].to_list()
    assert way.outlook["value"][-1] == pytest.approx(100 * 1.07**29, rel=1e-11)
    assert way.probability == 1.0
    assert way.arrival is not None
    assert way.arrival.period == way.arrival.earliest == way.arrival.latest == 2040


def test_missing_years_do_not_change_exact_growth() -> None:
    table = levels(*(100 * 1.07**year for year in range(10))).filter(~pl.col("period").is_in([2018, 2020, 2021, 2024]))
    way = path(table, target=500.0)
    assert way.trend is not None
    assert way.trend.growth == pytest.approx(0.07, rel=EXACT)
    assert way.trend.years == 9


@pytest.mark.parametrize(("count", "missing"), [(5, ()), (12, ()), (12, (2016, 2019, 2020))])
def test_bands_cover_as_they_say(count: int, missing: tuple[int, ...]) -> None:
    """4,000 random walks with drift: the standard error of the share inside is 0.5 points at 90 %, 0.8 at 50 %."""
    chance = np.random.default_rng(20260301)
    walks, ahead = 4_000, 5
    inside = {50: 0, 90: 0}
    for _ in range(walks):
        logs = np.cumsum(chance.normal(0.05, 0.12, count + ahead))
        table = levels(*np.exp(logs[:count])).filter(~pl.col("period").is_in(missing))
        row = path(table, target=1.0).outlook.row(ahead - 1, named=True)
        for share in inside:
            inside[share] += row[f"low_{share}"] <= np.exp(logs[-1]) <= row[f"high_{share}"]
    assert inside[90] / walks == pytest.approx(0.9, abs=0.015)
    assert inside[50] / walks == pytest.approx(0.5, abs=0.024)


def test_the_bands_are_those_of_students_t() -> None:
    """Written out for one series: changes 0.1, 0.3, 0.2, 0.2 have mean 0.2 and variance 0.02 / 3."""
    logs = np.cumsum([0.0, 0.1, 0.3, 0.2, 0.2])
    row = path(levels(*np.exp(logs)), target=1.0).outlook.row(1, named=True)
    spread = 2.353363434801824 * np.sqrt(0.02 / 3 * (2 + 4 / 4))
    assert np.log(row["high_90"]) == pytest.approx(0.8 + 0.4 + spread, rel=1e-9)
    assert np.log(row["low_90"]) == pytest.approx(0.8 + 0.4 - spread, rel=1e-9)


def test_probability_is_one_half_where_the_median_is() -> None:
    way = path(levels(*HISTORY), target=10.0, by=2032)
    middle = path(levels(*HISTORY), target=way.outlook["value"][-1], by=2032)
    upper = path(levels(*HISTORY), target=way.outlook["high_90"][-1], by=2032)
    assert middle.probability == pytest.approx(0.5, abs=1e-9)
    assert upper.probability == pytest.approx(0.05, abs=1e-9)


def test_a_wider_base_never_narrows_a_band() -> None:
    exact, wide = (path(levels(*HISTORY, rounding=half), target=10.0, by=2030) for half in (0.0, 0.05))
    assert (wide.outlook["low_90"] < exact.outlook["low_90"]).all()
    assert (wide.outlook["high_90"] > exact.outlook["high_90"]).all()


def test_a_target_without_a_date_gets_none() -> None:
    way = path(levels(*HISTORY), target=10.0)
    assert (way.by, way.needed, way.probability) == (None, None, None)
    assert way.multiple.value == pytest.approx(10 / 4.97)


def test_a_falling_trend_does_not_arrive() -> None:
    way = path(levels(*(100 * 0.9**year for year in range(8))), target=200.0)
    assert way.arrival is not None
    assert way.arrival.period is None


def test_a_target_that_is_reached_needs_no_growth() -> None:
    way = path(levels(*HISTORY), target=4.0, by=2030)
    assert way.needed is not None
    assert way.needed.value < 0
    assert way.arrival is not None
    assert way.arrival.period == 2025


def test_one_year_has_growth_needed_and_nothing_else() -> None:
    way = path(levels(4.97), target=10.0, by=2030)
    assert (way.reached, way.trend, way.probability, way.arrival) == (None, None, None, None)
    assert way.outlook.is_empty()


@pytest.mark.parametrize("count", [2, 3, 4])
def test_up_to_four_levels_have_no_spread(count: int) -> None:
    way: Path = path(levels(*HISTORY[-count:]), target=10.0, by=2030)
    assert way.reached is not None
    assert way.trend is None


@pytest.mark.parametrize(
    ("table", "target", "by", "message"),
    [
        (levels(*HISTORY), 0.0, 2030, "above zero"), (levels(*HISTORY), -1.0, None, "above zero"),
        (levels(*HISTORY), float("nan"), None, "finite"), (levels(*HISTORY), 10.0, 2025, "after 2025"),
        (levels(*HISTORY), 10.0, 1999, "after 2025"), (levels(0.0, 1.0), 10.0, 2030, "nothing grows from zero"),
        (levels(-3.0, 1.0), 10.0, 2030, "levels 2024"), (levels(), 10.0, 2030, "one year at least"),
        (pl.concat([levels(1.0), levels(2.0)]), 10.0, 2030, "one level a year"),
        (pl.DataFrame({"period": ["2025-01/2025-09"], "value": [1.0]}), 10.0, 2030, "whole years"),
        (pl.DataFrame({"period": ["2025"], "value": ["many"]}), 10.0, 2030, "no number"),
        (pl.DataFrame({"year": [2025]}), 10.0, 2030, "no column period, value"),
        (pl.DataFrame({"period": [2025], "value": [3.0], "low": [4.0], "high": [5.0]}), 10.0, 2030, "low <= value"),
    ],
)  # fmt: skip
def test_what_has_no_path_is_told(table: pl.DataFrame, target: float, by: int | None, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        path(table, target=target, by=by)


def test_products_and_what_is_needed_beyond_add_up_to_the_rise() -> None:
    chance = np.random.default_rng(7)
    rows = [(f"hs:{code:02}", year, float(chance.uniform(0, 9))) for code in range(1, 40) for year in (2022, 2024, 2025)]
    table = pl.DataFrame(rows, schema=["product", "period", "value"], orient="row")
    found = by_product(table, base=4.97e9, target=10e9, years=5)
    assert found["contribution"].sum() == pytest.approx(10e9 - 4.97e9, rel=EXACT)
    assert found["part"].sum() == pytest.approx(1.0, rel=EXACT)
    assert found["share"].sum() == pytest.approx(1.0, rel=EXACT)
    assert found.equals(by_product(table.reverse(), base=4.97e9, target=10e9, years=5))


def test_a_new_product_is_held_at_its_level() -> None:
    table = pl.DataFrame({"product": ["a", "a", "b"], "period": [2024, 2025, 2025], "value": [1.0, 1.5, 0.5]})
    found = by_product(table, base=2.0, target=3.0, years=2)
    new = found.filter(pl.col("product") == "b").row(0, named=True)
    assert (new["growth"], new["contribution"]) == (None, 0.0)


def test_products_of_one_year_have_no_growth() -> None:
    with pytest.raises(BadInput, match="two years"):
        by_product(pl.DataFrame({"product": ["a"], "period": [2025], "value": [1.0]}), base=1.0, target=2.0, years=5)
