"""Charts are valid Vega-Lite, mirrored where they should be, and print nothing that was not handed in."""

from __future__ import annotations

import re

import altair
import pytest

from hamkor.briefs.pictures import FONTS
from hamkor.charts.bars import Bar, diverging, ranked
from hamkor.charts.lines import Panel, Point, two_sides
from hamkor.charts.render import to_svg
from hamkor.charts.style import Look, Specification

BARS = [Bar("A", "out", 3.0, "three"), Bar("A", "in", 5.0, "five"), Bar("B", "out", 1.0, "one")]
PANELS = [
    Panel("Out", tuple(Point(name, year, 1.0 + year % 3) for name in ("P", "Q") for year in (2020, 2021, 2022))),
    Panel("In", (Point("P", 2020, 1.0, "start"), Point("P", 2022, 2.0, "end"))),
]


def specifications(*, mirrored: bool) -> list[Specification]:
    look = Look("Vazirmatn" if mirrored else "IBM Plex Sans", mirrored)
    return [
        diverging(BARS, groups=("out", "in"), look=look),
        ranked([Bar("needed", "", 0.15, "much"), Bar("reached", "", -0.02, "less")], look=look),
        two_sides(PANELS, series=["P", "Q"], years=[2020, 2022], look=look),
    ]


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_specification_is_valid_by_the_schema_of_vega_lite(mirrored: bool) -> None:
    for specification in specifications(mirrored=mirrored):
        body = {key: value for key, value in specification.items() if key != "$schema"}
        altair.Chart.from_dict(body, validate=True)


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_chart_prints_only_what_it_was_given(mirrored: bool) -> None:
    bars, single, lines = (
        set(re.findall(r"<text[^>]*>([^<]*)</text>", to_svg(specification, fonts=FONTS)))
        for specification in specifications(mirrored=mirrored)
    )
    assert bars == {"A", "B", "out", "in", "three", "five", "one"}
    assert single == {"needed", "reached", "much", "less"}
    assert lines == {"Out", "In", "P", "Q", "start", "end", "2020", "2022"}


def test_categories_are_mirrored_and_time_is_not() -> None:
    plain, mirrored = specifications(mirrored=False), specifications(mirrored=True)
    assert not plain[0]["encoding"]["x"]["scale"]["reverse"]
    assert mirrored[0]["encoding"]["x"]["scale"]["reverse"]
    assert [panel["title"] for panel in mirrored[2]["hconcat"]] == ["In", "Out"]
    assert all("reverse" not in panel["encoding"]["x"]["scale"] for panel in mirrored[2]["hconcat"])


def test_the_same_specification_gives_the_same_svg() -> None:
    for specification in specifications(mirrored=True):
        assert to_svg(specification, fonts=FONTS) == to_svg(specification, fonts=FONTS)


def test_the_two_colours_differ_in_grey() -> None:
    from hamkor.charts.style import FIRST, SECOND

    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
        return float(0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2)

    bright, dark = sorted((lightness(FIRST), lightness(SECOND)), reverse=True)
    assert (bright + 0.05) / (dark + 0.05) > 2.5
