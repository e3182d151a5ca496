"""A pair's monitor: years to December, the months that year-to-date figures imply."""

from __future__ import annotations

import polars as pl
import pytest

from hamkor.indicators.monitor import Monitor, monitor, months_from_cumulative

SAME = {
    "REPORTER": "ALD", "COUNTERPART": "BRE", "FLOW": "export", "PRODUCT": "TOTAL", "SOURCE": "office", "COVERAGE": "goods",
    "VALUATION": "FOB", "OBS_STATUS": "A", "LICENCE": "open", "RELEASE_DATE": "2026-02-01",
}  # fmt: skip
CUMULATIVE = [
    ("2025-01" if m == 1 else f"2025-01/2025-{m:02d}" if m < 12 else "2025", float(m * (m + 1))) for m in range(1, 13)
]


def records(*cells: tuple[str, str, str, float]) -> pl.DataFrame:
    rows = [{"FREQ": f, "TRANSFORMATION": t, "TIME_PERIOD": p, "OBS_VALUE": v} for f, t, p, v in cells]
    return pl.DataFrame([SAME | row for row in rows])


def year(found: Monitor, period: str) -> list[dict[str, object]]:
    return found.flows.filter(TIME_PERIOD=period, FLOW="export").to_dicts()


def test_the_year_to_december_is_the_level_of_the_year_and_marked() -> None:
    found = monitor(records(("A", "level", "2024", 100.0), ("M", "ytd", "2025", 156.0)), reporter="ALD", counterpart="BRE")
    (row,) = year(found, "2025")
    assert (row["OBS_VALUE"], row["TRANSFORMATION"]) == (156.0, "level")
    assert row["GROWTH"] == pytest.approx(0.56)
    assert row["MARK"] == "the year to date through December"
    assert year(found, "2024")[0]["MARK"] == ""


def test_a_level_that_is_stated_stands_alone() -> None:
    found = monitor(records(("M", "ytd", "2025", 156.0), ("A", "level", "2025", 157.0)), reporter="ALD", counterpart="BRE")
    (row,) = year(found, "2025")
    assert (row["OBS_VALUE"], row["MARK"]) == (157.0, "")
    assert len(found.sides) == 1


def test_year_to_date_figures_give_every_month_and_december() -> None:
    months = months_from_cumulative(records(*(("M", "ytd", period, value) for period, value in CUMULATIVE)))
    assert months["TIME_PERIOD"].to_list() == [f"2025-{m:02d}" for m in range(1, 13)]
    assert months["OBS_VALUE"].to_list() == [2.0 * m for m in range(1, 13)]


def test_seasons_rest_on_the_months_that_year_to_date_figures_imply() -> None:
    found = monitor(records(*(("M", "ytd", period, value) for period, value in CUMULATIVE)), reporter="ALD", counterpart="BRE")
    assert found.seasons["MONTH"].to_list() == list(range(1, 13))
    assert found.seasons["INDEX"].to_list() == pytest.approx([m / 6.5 for m in range(1, 13)])


@pytest.mark.parametrize("reversed_rows", [False, True])
def test_the_order_of_the_records_does_not_matter(reversed_rows: bool) -> None:
    frame = records(("A", "level", "2024", 100.0), ("M", "ytd", "2025", 156.0), ("A", "level", "2025", 157.0))
    found = monitor(frame.reverse() if reversed_rows else frame, reporter="ALD", counterpart="BRE")
    assert found.flows.equals(monitor(frame, reporter="ALD", counterpart="BRE").flows)
