"""Spans of months: reading, writing, shifting; and dates known to the year, the month or the day."""

from __future__ import annotations

import contextlib
import datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hamkor.schema.errors import BadInput
from hamkor.schema.periods import Period, check_date, parse_period

MONTHS = st.integers(12, 12 * 9999 + 11)  # January of year 1 to December of year 9999
spans = st.tuples(MONTHS, MONTHS).map(lambda ends: Period(min(ends), max(ends)))
short_spans = st.builds(lambda first, more: Period(first, first + more), st.integers(12, 12 * 9990), st.integers(0, 30))
quarters = st.integers(5, 4 * 9999).map(lambda quarter: Period(3 * quarter, 3 * quarter + 2))
whole_years = st.integers(1, 9999).map(lambda year: Period(12 * year, 12 * year + 11))
any_span = spans | short_spans | quarters | whole_years
years = st.integers(1, 9999)


@given(any_span)
def test_every_span_is_read_back_as_it_was_written(span: Period) -> None:
    assert parse_period(str(span)) == span


@pytest.mark.parametrize("text", ["2025", "2025-Q2", "2025-Q3", "2025-Q4", "2025-11", "2025-01/2025-09", "2023-07/2024-06"])
def test_a_printed_form_is_written_as_it_was_read(text: str) -> None:
    assert str(parse_period(text)) == text


@given(any_span)
def test_every_span_has_one_way_of_being_written(span: Period) -> None:
    first, last = (f"{month // 12:04d}-{month % 12 + 1:02d}" for month in (span.first, span.last))
    assert str(parse_period(f"{first}/{last}")) == str(span)


@given(years, st.integers(1, 4))
def test_a_quarter_is_three_months_and_four_of_them_are_the_year(year: int, quarter: int) -> None:
    found = parse_period(f"{year:04d}-Q{quarter}")
    assert (found.year, found.months) == (year, 3)
    parts = [parse_period(f"{year:04d}-Q{number}") for number in range(1, 5)]
    assert [part.first for part in parts[1:]] == [part.last + 1 for part in parts[:-1]]
    assert Period(parts[0].first, parts[-1].last) == parse_period(f"{year:04d}")


@given(any_span)
def test_a_kind_says_which_months_are_covered(span: Period) -> None:
    january, months = span.first % 12 == 0, span.months
    assert (span.kind == "annual") == (january and months == 12)
    assert (span.kind == "month") == (months == 1)
    assert (span.kind == "quarter") == (months == 3 and span.first % 12 in (3, 6, 9))


@pytest.mark.parametrize(
    ("text", "kind", "months", "year"),
    [
        ("2024", "annual", 12, 2024),
        ("2024-03", "month", 1, 2024),
        ("2025-Q2", "quarter", 3, 2025),
        ("2025-Q1", "cumulative", 3, 2025),  # January to March is what a year-to-date series prints first
        ("2025-01/2025-03", "cumulative", 3, 2025),
        ("2025-01/2025-09", "cumulative", 9, 2025),
        ("2022-01/2025-12", "cumulative", 48, 2025),
        ("2023-07/2024-06", "cumulative", 12, 2024),
    ],
)
def test_printed_forms_are_what_they_say(text: str, kind: str, months: int, year: int) -> None:
    found = parse_period(text)
    assert (found.kind, found.months, found.year) == (kind, months, year)


@given(short_spans, st.integers(-20, 20), st.integers(-20, 20))
def test_shifting_keeps_the_months_and_adds_up(span: Period, one: int, other: int) -> None:
    assume(span.first + 12 * min(one, one + other) >= 12)
    shifted = span.shifted(one)
    assert (shifted.months, shifted.kind, shifted.year) == (span.months, span.kind, span.year + one)
    assert shifted.first % 12 == span.first % 12
    assert shifted.shifted(other) == span.shifted(one + other)
    assert shifted.shifted(-one) == span


BAD_PERIODS = [
    "", " ", "2025-13", "2025-00", "2025-1", "25", "20255", "2025-Q0", "2025-Q5", "2025-q1", "2025-H1", "2025/2026",
    "2025-01/", "/2025-09", "2025-01/2025-13", "2025-01-2025-09", "2025-01/2025-09/2025-10", "2025-05-01", " 2025", "2025 ",
    "2025\n", "-2025", "+2025", "2025-01/2025", "first half of 2025", "٢٠٢٥", "２０２５",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD_PERIODS)
def test_what_is_no_period_is_refused_with_the_place_and_the_forms(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_period(text, where="--period")
    assert caught.value.where == "--period"
    assert text in str(caught.value)
    assert "YYYY-Qn" in str(caught.value)


@given(MONTHS, MONTHS)
def test_a_span_that_ends_before_it_starts_is_refused(one: int, other: int) -> None:
    assume(one != other)
    first, last = (f"{month // 12:04d}-{month % 12 + 1:02d}" for month in (max(one, other), min(one, other)))
    with pytest.raises(BadInput, match="ends before it starts"):
        parse_period(f"{first}/{last}")


@given(st.text(max_size=12) | st.from_regex(r"[0-9Q/-]{0,16}", fullmatch=True))
def test_any_text_is_a_period_or_bad_input(text: str) -> None:
    with contextlib.suppress(BadInput):
        assert parse_period(str(parse_period(text))) == parse_period(text)


@given(st.dates(), st.sampled_from([4, 7, 10]))
def test_every_day_month_and_year_of_the_calendar_is_a_date(day: datetime.date, length: int) -> None:
    text = day.isoformat()[:length]
    assert check_date(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "undated", "2025-02-30", "2023-02-29", "2025-13", "2025-00-01", "0000", "202", "2025-1-1", "20250101", "2025-W01-1",
     "2025-11-", "2025-11-15T00:00", " 2025", "٢٠٢٥", "2025-Q1", "November 2025"],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_the_place_and_the_forms(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_date(text, where="sources.toml [x] date")
    assert str(caught.value) == f"sources.toml [x] date: '{text}' where a date YYYY, YYYY-MM or YYYY-MM-DD is due"
