"""Lines over years: the two sides' records of one flow beside each other."""

from __future__ import annotations

import msgspec

from hamkor.charts.style import FIRST, INK, SECOND, Look, Specification, finished


class Point(msgspec.Struct, frozen=True):
    """One year of one side's record; `text` is printed beside it unless empty."""

    series: str
    year: int
    value: float
    text: str = ""


class Panel(msgspec.Struct, frozen=True):
    """One flow: its title and the points of both records."""

    title: str
    points: tuple[Point, ...]


def two_sides(
    panels: list[Panel], *, series: list[str], years: list[int], look: Look, width: int = 215, height: int = 130
) -> Specification:
    """Return the panels side by side, one line a record; time runs left to right in every language.

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
    first, last = min(_years(panels)), max(_years(panels))
    drawn = [_panel(panel, series, years, (first, last, top), (width, height)) for panel in panels]
    return finished(look, {"hconcat": drawn[::-1] if look.mirrored else drawn, "spacing": 34})


_PLACES = {
    "above": ("center", 0, -11), "below": ("center", 0, 13), "right": ("left", 7, 0), "right-up": ("left", 7, -7),
    "right-down": ("left", 7, 7),
}  # fmt: skip


def _place(point: Point, panel: Panel, last: int, top: float) -> str:
    """Return where a point's text stands: right of a line that ends last, else above or below it."""
    others = [other.value for other in panel.points if other.year == point.year and other.series != point.series]
    higher = all(point.value >= other for other in others)
    if point.year != last:
        return "above" if higher else "below"
    if any(abs(point.value - other) < 0.1 * top for other in others):
        return "right-up" if higher else "right-down"
    return "right"


def _years(panels: list[Panel]) -> list[int]:
    return [point.year for panel in panels for point in panel.points]


def _panel(
    panel: Panel, series: list[str], years: list[int], extent: tuple[int, int, float], size: tuple[int, int]
) -> Specification:
    first, last, top = extent
    rows = [
        {"series": point.series, "year": point.year, "value": point.value, "text": point.text,
         "place": _place(point, panel, last, top)}
        for point in panel.points
    ]  # fmt: skip
    labels: list[Specification] = [
        {
            "transform": [{"filter": f"datum.text != '' && datum.place == '{place}'"}],
            "mark": {"type": "text", "align": align, "dx": dx, "dy": dy, "baseline": "middle"},
            "encoding": {"text": {"field": "text", "type": "nominal"}, "color": {"value": INK}},
        }
        for place, (align, dx, dy) in _PLACES.items()
    ]
    span = max(last - first, 1)
    return {
        "title": panel.title,
        "width": size[0],
        "height": size[1],
        "data": {"values": rows},
        "encoding": {
            "x": {
                "field": "year", "type": "quantitative",
                "scale": {"domain": [first - 0.07 * span, last + 0.24 * span], "nice": False, "zero": False},
                "axis": {"values": years, "format": "d", "labelFontSize": 10, "ticks": True, "domain": True},
            },
            "y": {"field": "value", "type": "quantitative", "axis": None, "scale": {"domain": [0, 1.18 * top]}},
            "color": {
                "field": "series", "type": "nominal",
                "scale": {"domain": series, "range": [FIRST, SECOND]}, "legend": {"symbolType": "stroke"},
            },
        },
        "layer": [
            {
                "mark": {"type": "line", "strokeWidth": 2.2, "point": {"size": 26}},
                "encoding": {
                    "strokeDash": {
                        "field": "series", "type": "nominal", "legend": None,
                        "scale": {"domain": series, "range": [[1, 0], [5, 3]]},
                    }
                },
            },
            *labels,
        ],
    }  # fmt: skip
