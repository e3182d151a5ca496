"""Printed numbers: the value, and the interval from which it was rounded."""

from __future__ import annotations

import contextlib
import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkor.schema.errors import BadInput
from hamkor.schema.units import UNITS, Rounded, Unit, read_printed, unit

DUST = 4e-16  # relative: a bound is rounded once to a double (half a unit in the last place, 1.1e-16), then compared

units = st.sampled_from(list(UNITS.values()))
decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=0) | st.integers(
    0, 6
).flatmap(lambda places: st.decimals(min_value=-(10**9), max_value=10**9, places=places))


def _digits(number: Decimal) -> str:
    return format(number, "f")


def _places(number: Decimal) -> int:
    return len(_digits(number).partition(".")[2])


def _near(found: float | None, exact: Fraction, scale: Fraction) -> bool:
    assert found is not None
    return abs(Fraction(found) - exact) <= Fraction(DUST) * max(abs(exact), scale)


@given(decimals, units)
def test_the_interval_contains_the_value_and_is_one_unit_of_the_last_digit_wide(number: Decimal, printed: Unit) -> None:
    found = read_printed(_digits(number), printed)
    step = Fraction(1, 10 ** _places(number)) * Fraction(printed.factor)
    value = Fraction(number) * Fraction(printed.factor)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.value <= found.high
    assert _near(found.value, value, step)
    assert _near(found.low, value - step / 2, step)
    assert _near(found.high, value + step / 2, step)
    assert _near(found.precision, step, step)


@given(decimals, units)
def test_more_than_leaves_the_top_open_and_less_than_the_bottom(number: Decimal, printed: Unit) -> None:
    above, below, plain = (read_printed(_digits(number), printed, bound=bound) for bound in ("above", "below", ""))
    assert above == Rounded(plain.value, plain.value, None, plain.precision)
    assert below == Rounded(plain.value, None, plain.value, plain.precision)


@given(decimals, units)
def test_about_leaves_ten_units_of_the_last_digit_either_way(number: Decimal, printed: Unit) -> None:
    found = read_printed(_digits(number), printed, bound="about")
    step = Fraction(1, 10 ** _places(number)) * Fraction(printed.factor)
    value = Fraction(number) * Fraction(printed.factor)
    assert _near(found.low, value - 10 * step, step)
    assert _near(found.high, value + 10 * step, step)


@given(decimals, st.sampled_from(["USD", "KZT"]))
def test_the_scale_of_the_unit_does_not_matter(number: Decimal, currency: str) -> None:
    billions = read_printed(_digits(number), unit(f"{currency} billion"))
    millions = read_printed(_digits(number.scaleb(3)), unit(f"{currency} million"))
    assert millions.value == billions.value


@pytest.mark.parametrize(
    ("digits", "name", "value", "low", "high"),
    [
        ("3.48", "USD billion", 3.48e9, 3.475e9, 3.485e9),
        ("672.8", "USD million", 672.8e6, 672.75e6, 672.85e6),
        ("165.0", "USD million", 165e6, 164.95e6, 165.05e6),
        ("15.5", "%", 0.155, 0.1545, 0.1555),
        ("-7.6", "%", -0.076, -0.0765, -0.0755),
        ("290766.703", "USD thousand", 290766703.0, 290766702.5, 290766703.5),
        ("0", "count", 0.0, -0.5, 0.5),
    ],
)
def test_printed_figures_are_read_to_the_last_digit(digits: str, name: str, value: float, low: float, high: float) -> None:
    found = read_printed(digits, unit(name))
    assert (found.value, found.low, found.high) == pytest.approx((value, low, high), rel=DUST)


@pytest.mark.parametrize(
    "digits",
    ["", " ", "nan", "-NaN", "sNaN", "inf", "-Infinity", "12,5", "1 000", "1,000", "3.4.8", "$3", "3.48 billion", "ten", "0x10",
     "--1", "+-1", "1_000", "٣", "３", "1e400", "1e999999999", "1e-999999999", "1e99999999999999999999"],
)  # fmt: skip
def test_what_is_no_printed_number_is_refused_with_its_place(digits: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_printed(digits, unit("USD million"), where="trade/A.csv line 4")
    assert caught.value.where == "trade/A.csv line 4"
    assert digits in str(caught.value)
    assert "number" in str(caught.value)


@given(st.text(max_size=10) | st.from_regex(r"[0-9eE.+-]{1,12}", fullmatch=True), units)
def test_any_text_is_a_finite_number_or_bad_input(digits: str, printed: Unit) -> None:
    with contextlib.suppress(BadInput):
        found = read_printed(digits, printed)
        assert all(part is not None and math.isfinite(part) for part in (found.value, found.low, found.high, found.precision))


@pytest.mark.parametrize("bound", ["over", "Above", ">", "range"])
def test_a_bound_that_is_not_known_is_refused(bound: str) -> None:
    with pytest.raises(BadInput, match="above, below, about"):
        read_printed("3", unit("count"), bound=bound)


@given(units)
def test_every_unit_is_found_by_its_name(printed: Unit) -> None:
    assert unit(printed.name) is printed
    assert printed.factor > 0


@pytest.mark.parametrize(
    ("written", "meant"), [("USD milion", "USD million"), ("usd billion", "USD billion"), ("hour", "hours"), ("kms/h", "km/h")]
)
def test_a_misspelt_unit_gets_the_nearest_known_one(written: str, meant: str) -> None:
    with pytest.raises(BadInput, match=f"did you mean '{meant}'"):
        unit(written)


@given(st.text(max_size=12).filter(lambda text: text not in UNITS))
def test_any_other_text_is_no_unit(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        unit(text, where="cell")
    assert (caught.value.where, caught.value.due) == ("cell", "a known unit")
    assert caught.value.cure


def test_every_unit_of_the_page_on_packs_is_known() -> None:
    printed = (
        "USD, USD thousand, USD million, USD billion, KZT billion, %, count, people, ha, km, m, MW, TWh, Mt, Mt/year, years, "
        "days, hours, km/h, train pairs/day, USD/kg, USD per 500 km per 20 t, persons/day"
    )  # docs/reference/region-pack.md
    assert set(printed.split(", ")) <= set(UNITS)
