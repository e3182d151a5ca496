"""Lines over years: the two sides' records of one flow beside each other, and the gap between them."""

from __future__ import annotations

from typing import Any

import msgspec

from hamkor.charts.labels import Place, Spot, box_of, dodged, free_place, width_of
from hamkor.charts.style import FIRST, GAP, INK, SECOND, Look, Specification, finished


class Point(msgspec.Struct, frozen=True):
    """One year of one side's record; `text` is printed beside it unless empty."""

    series: str
    year: int
    value: float
    text: str = ""


class Estimate(msgspec.Struct, frozen=True):
    """One year of what both records together say: the value and the interval in which it lies."""

    year: int
    value: float
    low: float
    high: float


class Panel(msgspec.Struct, frozen=True):
    """One flow: its title, the points of both records, what is printed under the title of the gap between them, an estimate."""

    title: str
    points: tuple[Point, ...]
    gap: str = ""
    estimates: tuple[Estimate, ...] = ()


Domains = tuple[tuple[float, float], tuple[float, float]]
"""First and last year, lowest and highest value of a plot."""


def two_sides(
    panels: list[Panel], *, series: list[str], years: list[int], look: Look, width: int = 215, height: int = 130
) -> Specification:
    """Return the panels side by side, one line a record, the gap shaded; time runs left to right in every language.

    Parameters
    ----------
    panels
        In reading order; mirrored pages get them from right to left.
    series
        Names of the records, one or two; the second is dashed, so that the two stay apart in grey.
    years
        Years that are named on the axis.
    look
        Font and direction.
    width, height
        Pixels of one panel.

    Examples
    --------
    >>> panel = Panel("Exports", (Point("A", 2022, 1.0), Point("B", 2022, 2.0)))
    >>> len(two_sides([panel], series=["A", "B"], years=[2022], look=Look("IBM Plex Sans"))["hconcat"])
    1
    """
    top = max((point.value for panel in panels for point in panel.points), default=1.0)
    top = max([top, *(one.high for panel in panels for one in panel.estimates)])
    first, last = min(_years(panels)), max(_years(panels))
    room = max((width_of(point.text) for panel in panels for point in panel.points if point.year == last), default=0.0) + 12
    span = max(last - first, 1) * 1.07
    across = (last - span, last + span * room / (width - room))
    drawn = [_panel(panel, series, years, (across, (0.0, 1.18 * top)), (width, height)) for panel in panels]
    return finished(look, {"hconcat": drawn[::-1] if look.mirrored else drawn, "spacing": 34})


def _years(panels: list[Panel]) -> list[int]:
    return [point.year for panel in panels for point in panel.points]


def _panel(panel: Panel, series: list[str], years: list[int], domains: Domains, size: tuple[int, int]) -> Specification:
    across, up = domains
    rows = [{"series": point.series, "year": point.year, "value": point.value} for point in panel.points]
    return {
        "title": {"text": panel.title, **({"subtitle": panel.gap} if panel.gap else {})},
        "width": size[0],
        "height": size[1],
        "data": {"values": rows},
        "encoding": {
            "x": {
                "field": "year", "type": "quantitative",
                "scale": {"domain": list(across), "nice": False, "zero": False},
                "axis": {"values": years, "format": "d", "labelFontSize": 10, "ticks": True, "domain": True},
            },
            "y": {"field": "value", "type": "quantitative", "axis": None, "scale": {"domain": list(up)}},
            "color": {
                "field": "series", "type": "nominal",
                "scale": {"domain": series, "range": [FIRST, SECOND]}, "legend": {"symbolType": "stroke"},
            },
        },
        "layer": [
            *_shaded(panel, series),
            {
                "mark": {"type": "line", "strokeWidth": 2.2, "point": {"size": 26}},
                "encoding": {
                    "strokeDash": {
                        "field": "series", "type": "nominal", "legend": None,
                        "scale": {"domain": series, "range": [[1, 0], [5, 3]]},
                    }
                },
            },
            *_labels(panel, series, domains, size),
        ],
    }  # fmt: skip


def _shaded(panel: Panel, series: list[str]) -> list[Specification]:
    """Return the areas between the two records over runs of years that both have, or the band of the estimate."""
    if panel.estimates:
        return _band(panel.estimates)
    levels = [{point.year: point.value for point in panel.points if point.series == name} for name in series]
    if len(levels) < 2:
        return []
    rows: list[dict[str, Any]] = []
    run, before = 0, False
    for year in sorted(set(levels[0]) | set(levels[1])):
        both = year in levels[0] and year in levels[1]
        run += both and not before
        before = both
        if both:
            rows.append({"run": run, "year": year, "value": levels[0][year], "other": levels[1][year]})
    if not rows:
        return []
    return [
        {
            "data": {"values": rows},
            "mark": {"type": "area", "color": GAP, "opacity": 1},
            "encoding": {
                "y2": {"field": "other"},
                "detail": {"field": "run", "type": "nominal"},
                "color": {"value": GAP},
            },
        }
    ]


def _band(estimates: tuple[Estimate, ...]) -> list[Specification]:
    """Return the interval of an estimate as an area, and the estimate as a thin line in it."""
    rows = [{"year": one.year, "value": one.value, "low": one.low, "high": one.high} for one in estimates]
    up = {"type": "quantitative", "axis": None}
    return [
        {
            "data": {"values": rows},
            "mark": {"type": "area", "color": GAP, "opacity": 1},
            "encoding": {"y": {"field": "low", **up}, "y2": {"field": "high"}, "color": {"value": GAP}},
        },
        {
            "data": {"values": rows},
            "mark": {"type": "line", "strokeWidth": 1.2, "opacity": 0.7},
            "encoding": {"y": {"field": "value", **up}, "color": {"value": INK}},
        },
    ]


def _labels(panel: Panel, series: list[str], domains: Domains, size: tuple[int, int]) -> list[Specification]:
    """Return the printed values: right of the lines that end last, else where they touch no line."""

    def spot(point: Point) -> Spot:
        (left, right), (low, high) = domains
        return size[0] * (point.year - left) / (right - left), size[1] * (1 - (point.value - low) / (high - low))

    lines = [[spot(point) for point in panel.points if point.series == name] for name in series]
    texts = [point for point in panel.points if point.text]
    ends = [point for point in texts if point.year == max(_years([panel]))]
    heights = dodged([min(spot(point)[1], size[1] - 7.0) for point in ends], gap=12.5)
    placed = [
        (point, Place("left", 7, height - spot(point)[1])) for point, height in zip(ends, heights, strict=True)
    ]  # fmt: skip
    taken = [box_of(point.text, spot(point), place) for point, place in placed]
    for point in texts:
        if point not in ends:
            place, box = free_place(point.text, spot(point), lines=lines, taken=taken, size=size)
            placed.append((point, place))
            taken.append(box)
    return [
        {
            "data": {"values": [{"year": point.year, "value": point.value, "text": point.text}]},
            "mark": {"type": "text", "align": place.align, "dx": place.dx, "dy": place.dy, "baseline": "middle"},
            "encoding": {"text": {"field": "text", "type": "nominal"}, "color": {"value": INK}},
        }
        for point, place in placed
    ]
