"""Charts are valid Vega-Lite, mirrored where they should be, and print nothing that was not handed in."""

from __future__ import annotations

import re
from collections.abc import Callable

import altair
import pytest
from lxml import etree

from hamkor.briefs.pictures import FONTS
from hamkor.charts.bars import Bar, diverging
from hamkor.charts.lines import Panel, Point, two_sides
from hamkor.charts.matrices import MatrixCell, matrix
from hamkor.charts.paths import Path, Rate, path
from hamkor.charts.render import to_svg
from hamkor.charts.slopes import Slope, slopes
from hamkor.charts.steps import Step, waterfall
from hamkor.charts.style import FIRST, GAP, INK, SECOND, Look, Specification

BARS = [Bar("A", "out", 3.0, "three"), Bar("A", "in", 5.0, "five"), Bar("B", "out", 1.0, "one")]
PANELS = [
    Panel("Out", tuple(Point(name, year, 1.0 + year % 3) for name in ("P", "Q") for year in (2020, 2021, 2022)), "gap"),
    Panel("In", (Point("P", 2020, 1.0, "start"), Point("P", 2022, 2.0, "end"))),
]
SLOPES = [Slope("A", 80.0, 100.0, "eighty", "hundred", "up"), Slope("B", 90.0, 45.0, "ninety", "forty", "down")]
STEPS = [Step("A", 10.0, "ten"), Step("B", -4.0, "four")]
CELLS = [
    MatrixCell(row, column, f"{row}{column}", value)
    for row, column, value in (("A", "A", None), ("A", "B", 9.0), ("B", "A", None), ("B", "B", None))
]
WAY = Path(
    {2020: 3.0, 2021: 4.0, 2022: 4.5}, 2022, {2022: "now"}, 2026, 9.0, "goal", Rate(0.19, "needed", "much"),
    Rate(0.2, "reached", "less"),
)  # fmt: skip

CHARTS: dict[str, Callable[[Look], Specification]] = {
    "bars": lambda look: diverging(BARS, groups=("out", "in"), look=look),
    "sides": lambda look: two_sides(PANELS, series=["P", "Q"], years=[2020, 2022], look=look),
    "slopes": lambda look: slopes(SLOPES, ends=("then", "today"), look=look),
    "steps": lambda look: waterfall(STEPS, total=Step("all", 6.0, "six"), look=look),
    "matrix": lambda look: matrix(CELLS, names=["A", "B"], look=look),
    "path": lambda look: path(WAY, years=[2022, 2026], look=look),
}
PRINTED = {
    "bars": {"A", "B", "out", "in", "three", "five", "one"},
    "sides": {"Out", "In", "P", "Q", "start", "end", "gap", "2020", "2022"},
    "slopes": {"A", "B", "then", "today", "eighty", "hundred", "up", "ninety", "forty", "down"},
    "steps": {"A", "B", "all", "ten", "four", "six"},
    "matrix": {"A", "B", "AA", "AB", "BA", "BB"},
    "path": {"now", "goal", "needed", "much", "reached", "less", "2022", "2026"},
}
every_chart = pytest.mark.parametrize("name", list(CHARTS))
both_ways = pytest.mark.parametrize("mirrored", [False, True])


def specification(name: str, *, mirrored: bool) -> Specification:
    return CHARTS[name](Look("Vazirmatn" if mirrored else "IBM Plex Sans", mirrored))


@every_chart
@both_ways
def test_a_specification_is_valid_by_the_schema_of_vega_lite(name: str, mirrored: bool) -> None:
    body = {key: value for key, value in specification(name, mirrored=mirrored).items() if key != "$schema"}
    altair.Chart.from_dict(body, validate=True)


@every_chart
@both_ways
def test_a_chart_prints_only_what_it_was_given(name: str, mirrored: bool) -> None:
    svg = to_svg(specification(name, mirrored=mirrored), fonts=FONTS)
    assert set(re.findall(r"<text[^>]*>([^<]*)</text>", svg)) == PRINTED[name]


@every_chart
def test_the_same_specification_gives_the_same_svg(name: str) -> None:
    drawn = specification(name, mirrored=True)
    assert to_svg(drawn, fonts=FONTS) == to_svg(drawn, fonts=FONTS)


def across(name: str, text: str, *, mirrored: bool) -> float:
    """Return how far from the left edge of the picture a text of a chart stands, pixels."""
    picture = etree.fromstring(to_svg(specification(name, mirrored=mirrored), fonts=FONTS).encode())
    (found,) = (element for element in picture.iter("{*}text") if element.text == text)
    shifts = (re.search(r"translate\(([-.0-9]+)", element.get("transform", "")) for element in (found, *found.iterancestors()))
    return sum(float(shift[1]) for shift in shifts if shift)


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [("bars", "five", "three"), ("steps", "A", "ten"), ("matrix", "AA", "AB"), ("sides", "Out", "In")],
)
def test_categories_are_mirrored(name: str, first: str, second: str) -> None:
    for mirrored in (False, True):
        left, right = (across(name, text, mirrored=mirrored) for text in (first, second))
        assert (left > right) == mirrored


@pytest.mark.parametrize(
    ("name", "before", "after"), [("sides", "start", "end"), ("slopes", "then", "today"), ("path", "2022", "2026")]
)
@both_ways
def test_time_is_not_mirrored(name: str, before: str, after: str, mirrored: bool) -> None:
    assert across(name, before, mirrored=mirrored) < across(name, after, mirrored=mirrored)


def test_the_names_of_slopes_stand_where_reading_starts() -> None:
    assert across("slopes", "A", mirrored=False) < across("slopes", "eighty", mirrored=False)
    assert across("slopes", "A", mirrored=True) > across("slopes", "up", mirrored=True)


def test_equal_growth_is_equally_steep_at_every_level() -> None:
    lines = [Slope("A", 10.0, 12.0, "", ""), Slope("B", 1000.0, 1200.0, "", "")]
    svg = to_svg(slopes(lines, ends=("", ""), look=Look("IBM Plex Sans")), fonts=FONTS)
    rises = [float(one) - float(two) for one, two in re.findall(r'd="M0,([.0-9]+)L190,([.0-9]+)"', svg)]
    assert len(rises) == 2
    assert rises[0] == pytest.approx(rises[1])


def test_a_part_starts_where_the_one_before_ends_and_all_ends_there() -> None:
    rows = specification("steps", mirrored=False)["data"]["values"]
    assert [(row["start"], row["end"]) for row in rows] == [(0, 10), (10, 6), (0, 6)]


def test_a_cell_that_is_not_known_is_not_shaded() -> None:
    kinds = {row["text"]: row["kind"] for row in specification("matrix", mirrored=False)["data"]["values"]}
    assert kinds == {"AA": "same", "AB": "dark", "BA": "unknown", "BB": "same"}


def test_the_path_needed_ends_at_the_target() -> None:
    needed = Rate((9.0 / 4.5) ** 0.25 - 1, "needed", "much")
    way = Path(WAY.levels, 2022, WAY.texts, 2026, 9.0, "goal", needed, WAY.reached)
    layer = path(way, years=[2022], look=Look("IBM Plex Sans"))["layer"][0]
    assert layer["data"]["values"][-1]["level"] == pytest.approx(9.0)


def test_the_gap_is_shaded_over_years_that_both_recorded_only() -> None:
    points = [Point("P", year, 2.0) for year in (2018, 2019, 2020, 2021, 2022)]
    points += [Point("Q", year, 1.0) for year in (2018, 2019, 2021, 2022)]
    panel = two_sides([Panel("X", tuple(points))], series=["P", "Q"], years=[], look=Look("IBM Plex Sans"))["hconcat"][0]
    rows = panel["layer"][0]["data"]["values"]
    assert [(row["run"], row["year"]) for row in rows] == [(1, 2018), (1, 2019), (2, 2021), (2, 2022)]


def lightness(colour: str) -> float:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return float(0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2)


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((lightness(one), lightness(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_the_two_colours_differ_in_grey() -> None:
    assert contrast(FIRST, SECOND) > 2.5


def test_both_lines_and_the_labels_stand_out_from_the_shaded_gap() -> None:
    assert contrast(GAP, FIRST) > 3
    assert contrast(GAP, INK) > 4.5
    assert contrast(GAP, SECOND) > 1.8


def test_every_number_of_the_matrix_can_be_read_on_its_shade() -> None:
    cells = [MatrixCell(f"r{number}", "c", "", float(number)) for number in range(101)]
    names = [cell.row for cell in cells]
    for row in matrix(cells, names=names, look=Look("IBM Plex Sans"))["data"]["values"]:
        assert contrast(row["fill"], "#ffffff" if row["kind"] == "dark" else "#000000") > 4.5


def test_a_darker_shade_is_a_larger_value_in_grey_too() -> None:
    cells = [MatrixCell(f"r{number}", "c", "", float(number)) for number in range(20)]
    rows = matrix(cells, names=[cell.row for cell in cells], look=Look("IBM Plex Sans"))["data"]["values"]
    shades = [lightness(row["fill"]) for row in rows]
    assert shades == sorted(shades, reverse=True)
    assert len(set(shades)) == len(shades)
