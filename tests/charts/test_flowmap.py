"""Maps of flows are valid Vega-Lite; disputed borders are dashed; what is not handed in is not drawn; nothing is mirrored."""

from __future__ import annotations

import re
from itertools import pairwise
from math import radians, sin
from statistics import fmean
from typing import Any

import altair
import pytest

from hamkor.briefs.pictures import FONTS
from hamkor.charts.flowmap import Flow, flow_map
from hamkor.charts.render import to_svg
from hamkor.charts.style import Look, Specification
from hamkor.schema.outline import Border, Land, Outline, Polygon

FLOWS = [
    Flow("A", "B", 40.0, "forty"),
    Flow("B", "A", 10.0, "ten"),
    Flow("A", "C", 20.0, "twenty"),
    Flow("C", "A", 0.0, "none"),
]
NAMES = {"A": "Aldia", "B": "Brenn", "C": "Coria"}


def _square(west: float, south: float) -> Polygon:
    return (((west, south), (west + 4, south), (west + 4, south + 4), (west, south + 4), (west, south)),)


LANDS = tuple(
    Land(code, (_square(x, y),), (x + 2.0, y + 2.0))
    for code, x, y in (("A", 60, 40), ("B", 64, 40), ("C", 62, 36), ("D", 58, 36))
)
OUTLINE = Outline(LANDS, (Border(False, ((64.0, 40.0), (64.0, 44.0))), Border(True, ((62.0, 40.0), (66.0, 40.0)))))


def drawn(outline: Outline = OUTLINE, flows: list[Flow] | None = None, *, mirrored: bool = False) -> Specification:
    look = Look("Vazirmatn" if mirrored else "IBM Plex Sans", mirrored)
    return flow_map(outline, FLOWS if flows is None else flows, names=NAMES, look=look)


def shapes(specification: Specification, **marked: object) -> list[dict[str, Any]]:
    """Geometries of the layers whose mark has these properties."""
    return [
        row["geometry"]
        for layer in specification["layer"]
        if layer["mark"]["type"] == "geoshape" and all(layer["mark"].get(key) == value for key, value in marked.items())
        for row in layer["data"]["values"]
    ]


def arrows(specification: Specification) -> list[list[tuple[float, float]]]:
    return [shape["coordinates"][0] for shape in shapes(specification) if shape["type"] == "Polygon"]


def thickness(arrow: list[tuple[float, float]]) -> float:
    """Distance of the two ends of an arrow's tail."""
    (x0, y0), (x1, y1) = arrow[0], arrow[-2]
    return float(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5)


def tip(arrow: list[tuple[float, float]]) -> tuple[float, float]:
    """Where an arrow points to: halfway along its ring."""
    return arrow[len(arrow) // 2 - 1]


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("outline", [OUTLINE, Outline(LANDS)], ids=["borders", "plain"])
@pytest.mark.parametrize("flows", [FLOWS, []], ids=["flows", "none"])
def test_a_map_is_valid_by_the_schema_of_vega_lite(outline: Outline, flows: list[Flow], mirrored: bool) -> None:
    body = {key: value for key, value in drawn(outline, flows, mirrored=mirrored).items() if key != "$schema"}
    altair.Chart.from_dict(body, validate=True)


def test_a_disputed_stretch_is_dashed_and_cleared_of_the_line_below() -> None:
    dashed = shapes(drawn(), strokeDash=[4, 3])
    assert len(dashed) == 1
    assert dashed[0] in shapes(drawn(), strokeWidth=2.4, strokeDash=None)
    assert 'stroke-dasharray="4,3"' in to_svg(drawn(), fonts=FONTS)
    assert shapes(drawn(Outline(LANDS)), strokeDash=[4, 3]) == []
    assert "stroke-dasharray" not in to_svg(drawn(Outline(LANDS)), fonts=FONTS)


def test_a_flow_that_is_not_known_is_not_drawn() -> None:
    assert len(arrows(drawn())) == len(FLOWS)
    assert len(arrows(drawn(flows=FLOWS[:2]))) == 2
    assert arrows(drawn(flows=[])) == []


def test_a_map_prints_only_what_it_was_given_and_names_no_other_land() -> None:
    printed = re.findall(r"<text[^>]*>([^<]*)</text>", to_svg(drawn(), fonts=FONTS))
    assert sorted(printed) == sorted([*NAMES.values(), *(flow.text for flow in FLOWS)])


def test_an_arrow_is_as_wide_as_its_flow_is_large() -> None:
    widths = [thickness(arrow) for arrow in arrows(drawn())]
    assert widths[0] == pytest.approx(2 * widths[1], abs=0.2)
    assert widths[0] == pytest.approx(4 * widths[2], abs=0.4)
    assert 1.0 < widths[3] < widths[2]


def test_the_way_there_and_the_way_back_lie_beside_each_other() -> None:
    there, back = arrows(drawn(flows=[Flow("A", "B", 1.0, "x"), Flow("B", "A", 1.0, "y")]))
    assert fmean(y for _, y in there) < fmean(y for _, y in back) - 5.5  # half the width of each
    assert tip(there) > there[0]
    assert tip(back) < back[0]


def test_no_text_covers_another() -> None:
    rows = [
        (row["x"], row["y"], row["text"])
        for layer in drawn()["layer"]
        if layer["mark"]["type"] == "text"
        for row in layer["data"]["values"]
    ]
    assert len(rows) == len(FLOWS) + len(NAMES)
    for place, (x, y, text) in enumerate(rows):
        for other_x, other_y, other in rows[place + 1 :]:
            assert abs(y - other_y) > 11 or abs(x - other_x) > 3 * (len(text) + len(other)), (text, other)


def test_a_map_is_never_mirrored() -> None:
    assert shapes(drawn(mirrored=True)) == shapes(drawn())
    west, east = (max(x for x, _ in shapes(drawn())[index]["coordinates"][0][0]) for index in (0, 1))
    assert west < east


@pytest.mark.parametrize("south", [-88.0, -2.0, 60.0, 84.0])
def test_land_keeps_its_proportions_wherever_the_region_lies(south: float) -> None:
    """Areas on the map are to each other as on the globe: of a square, the differences of sines of its latitudes."""
    lands = tuple(Land(code, (_square(x, south + y),), (x + 2, south + y + 2)) for code, x, y in (("A", 10, 0), ("B", 16, 0.0)))
    found = shapes(drawn(Outline(lands), []))
    sizes = [_size(shape["coordinates"][0][0]) for shape in found]
    assert sizes[0] == pytest.approx(sizes[1], rel=0.01)
    higher = (Land("A", (_square(10, south),), (12, south + 2)), Land("B", (_square(10, south - 2),), (12, south)))
    one, other = (_size(shape["coordinates"][0][0]) for shape in shapes(drawn(Outline(higher), [])))
    due = (sin(radians(south + 4)) - sin(radians(south))) / (sin(radians(south + 2)) - sin(radians(south - 2)))
    assert one / other == pytest.approx(due, rel=0.02)


def _size(ring: list[tuple[float, float]]) -> float:
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring))) / 2


def test_the_same_map_gives_the_same_svg() -> None:
    assert to_svg(drawn(), fonts=FONTS) == to_svg(drawn(), fonts=FONTS)
