"""Arithmetic on rounded numbers: no point inside the inputs' intervals leads out of the result's."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkor.indicators.rates import Measure, annual_growth, balance, implied_base, ratio, share, total

DUST = 1e-9  # relative: the brute force and the formula round at different steps, a few units in the last place

amounts = st.floats(0, 1e12)
positive = st.floats(1e-3, 1e12)
spots = st.floats(0, 1)


@st.composite
def measures(draw: st.DrawFn, values: st.SearchStrategy[float] = amounts, *, open_ends: bool = True) -> Measure:
    """Draw a level, its interval closed or open above as print leaves it."""
    low, value, high = sorted(draw(st.tuples(values, values, values)))
    return Measure(value, low, math.inf if open_ends and draw(st.booleans()) else high)


rates = measures(st.floats(-0.99, 10.0), open_ends=False)


def _inside(spot: float, measure: Measure) -> float:
    """Return the point of an interval at `spot` in [0, 1]; an open end reaches to 1000 times the value."""
    low = max(measure.low, -1e15)
    high = measure.high if math.isfinite(measure.high) else 1000 * abs(measure.value) + 1
    return min(max(low + spot * (high - low), low), high)


def _holds(point: float, result: Measure, scale: float = 0.0) -> bool:
    slack = DUST * max(abs(point), scale, 1e-12)
    return result.low - slack <= point <= result.high + slack


def _ordered(result: Measure, scale: float = 0.0) -> bool:
    return _holds(result.value, result, scale)


@given(st.lists(st.tuples(measures(), spots), max_size=5))
def test_no_sum_of_inner_points_leaves_the_interval_of_the_total(parts: list[tuple[Measure, float]]) -> None:
    result = total([part for part, _ in parts])
    points = [_inside(spot, part) for part, spot in parts]
    assert _ordered(result)
    assert _holds(sum(points), result)


@given(measures(), measures(), spots, spots)
def test_no_difference_of_inner_points_leaves_the_interval_of_the_balance(
    exports: Measure, imports: Measure, one: float, other: float
) -> None:
    result = balance(exports, imports)
    scale = max(_inside(1, exports), _inside(1, imports))
    assert _ordered(result, scale)
    assert _holds(_inside(one, exports) - _inside(other, imports), result, scale)


@given(measures(positive), measures(), spots, spots)
def test_no_share_of_inner_points_leaves_the_interval_of_the_share(
    part: Measure, others: Measure, one: float, other: float
) -> None:
    result = share(part, others)
    some, rest = _inside(one, part), _inside(other, others)
    assert _ordered(result)
    assert _holds(some / (some + rest), result)
    assert 0 <= result.low <= result.high <= 1


@given(measures(), measures(positive), spots, spots)
def test_no_ratio_of_inner_points_leaves_the_interval_of_the_ratio(
    numerator: Measure, denominator: Measure, one: float, other: float
) -> None:
    result = ratio(numerator, denominator)
    assert _ordered(result)
    assert _holds(_inside(one, numerator) / _inside(other, denominator), result)


@given(measures(), rates, spots, spots)
def test_no_base_of_inner_points_leaves_the_interval_of_the_implied_base(
    value: Measure, growth: Measure, one: float, other: float
) -> None:
    result = implied_base(value, growth)
    assert _ordered(result)
    assert _holds(_inside(one, value) / (1 + _inside(other, growth)), result)


@given(measures(positive), measures(), st.integers(1, 20), spots, spots)
def test_no_growth_between_inner_points_leaves_the_interval_of_the_annual_growth(
    first: Measure, last: Measure, years: int, one: float, other: float
) -> None:
    result = annual_growth(first, last, years=years)
    start, end = _inside(one, first), _inside(other, last)
    assert _ordered(result, 1.0)
    assert _holds((end / start) ** (1 / years) - 1, result, 1.0)


@given(measures(), spots, spots)
def test_intervals_overlap_where_they_share_a_point(one: Measure, at: float, width: float) -> None:
    point = _inside(at, one)
    other = Measure(point, point * (1 - width / 2), point * (1 + width))
    assert one.overlaps(other)
    assert other.overlaps(one)


@given(measures(positive, open_ends=False), st.floats(1e-6, 10))
def test_intervals_with_room_between_them_do_not_overlap(one: Measure, room: float) -> None:
    start = one.high * (1 + room)
    other = Measure(start, start, 2 * start)
    assert not one.overlaps(other)
    assert not other.overlaps(one)


@given(measures(positive), rates)
def test_growing_from_the_implied_base_leads_back(value: Measure, growth: Measure) -> None:
    base = implied_base(value, growth)
    assert base.value * (1 + growth.value) == pytest.approx(value.value, rel=DUST)


levels = st.floats(1.0, 1e6)  # a fall to a millionth is a rate so near -1 that its last digits are gone


@given(measures(levels), measures(levels), st.integers(1, 20))
def test_growing_at_the_annual_rate_arrives(first: Measure, last: Measure, years: int) -> None:
    rate = annual_growth(first, last, years=years).value
    assert math.log(first.value) + years * math.log1p(rate) == pytest.approx(math.log(last.value), rel=1e-6, abs=1e-6)


@given(measures(positive, open_ends=False), st.lists(measures(positive, open_ends=False), min_size=1, max_size=4))
def test_shares_of_all_partners_add_to_one(first: Measure, others: list[Measure]) -> None:
    everyone = [first, *others]
    shares = [share(one, total([other for other in everyone if other is not one])) for one in everyone]
    assert math.fsum(part.value for part in shares) == pytest.approx(1, rel=DUST)


@pytest.mark.parametrize(
    ("first", "last", "years", "printed"),
    [
        (4.97e9, 10e9, 5, 0.150),  # Kazakhstan-Uzbekistan, 2025 to the target of 2030
        (4.6e9, 4.97e9, 3, 0.026),  # the same pair, 2022 to 2025
        (846.4e6, 2e9, 6, 0.154),  # Kyrgyzstan-Uzbekistan, 2024 to the target of 2030
    ],
)
def test_the_growth_that_a_target_needs_is_the_published_one(first: float, last: float, years: int, printed: float) -> None:
    found = annual_growth(Measure(first, first, first), Measure(last, last, last), years=years)
    assert round(found.value, 3) == printed
    assert found.low == found.value == found.high


def test_the_balances_of_january_to_september_2025_are_the_published_ones() -> None:
    # Uzbekistan with Kazakhstan 1.06 - 2.42 bn, with Kyrgyzstan 422.1 - 250.7 m, with Turkmenistan 111.1 - 638.9 m
    for exports, imports, due in ((1060.0, 2420.0, -1360.0), (422.1, 250.7, 171.4), (111.1, 638.9, -527.8)):
        found = balance(Measure(exports), Measure(imports))
        assert found.value == pytest.approx(due, abs=1e-9)


def test_the_kyrgyz_record_of_2022_is_0369_of_the_uzbek_one() -> None:
    found = ratio(Measure(362.6, 362.55, 362.65), Measure(982.5, 982.45, 982.55))
    assert round(found.value, 3) == 0.369
    assert 0.3689 < found.low < found.high < 0.3692


@pytest.mark.parametrize("low", [0.0, -1.0, -math.inf])
def test_nothing_is_measured_against_what_may_be_zero(low: float) -> None:
    one, doubtful = Measure(1.0, 1.0, 1.0), Measure(1.0, low, 2.0)
    with pytest.raises(ValueError, match="may be zero"):
        ratio(one, doubtful)
    with pytest.raises(ValueError, match="positive start"):
        annual_growth(doubtful, one, years=1)


@pytest.mark.parametrize("years", [0, -1, -0.5])
def test_growth_needs_time(years: float) -> None:
    with pytest.raises(ValueError, match="needs time"):
        annual_growth(Measure(1.0, 1.0, 1.0), Measure(2.0, 2.0, 2.0), years=years)


def test_a_fall_by_all_has_no_base() -> None:
    with pytest.raises(ValueError, match="no base"):
        implied_base(Measure(1.0, 1.0, 1.0), Measure(-1.0, -1.0, -0.9))


@given(measures(positive), st.floats(1e-3, 1e12), st.sampled_from([-math.inf, -8.0, -0.5]), st.integers(1, 20))
def test_a_level_that_may_lie_below_zero_leaves_growth_a_real_number(
    first: Measure, top: float, low: float, years: int
) -> None:
    result = annual_growth(first, Measure(top, low, top), years=years)  # "below 5"; "about 2" with its ten units either way
    assert all(isinstance(bound, float) for bound in (result.value, result.low, result.high))
    assert result.low == -1  # nothing falls by more than all
    assert _ordered(result, 1.0)


def test_an_unknown_measure_may_be_anything() -> None:
    assert Measure(5.0).overlaps(Measure(-1e300))
    assert balance(Measure(5.0), Measure(3.0)) == Measure(2.0, -math.inf, math.inf)
