"""The path to a target: levels recorded so far, the growth that leads to the target, and where the growth so far leads."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from hamkor.charts.labels import Box, Spot, dodged, free_place
from hamkor.charts.style import FIRST, INK, SECOND_TEXT, Look, Specification, finished

_BLOCK = 42.0
"""Pixels from the middle of one block of labels to that of the next."""


class Rate(msgspec.Struct, frozen=True):
    """A yearly growth rate (share of one), what it is called, and how it is printed."""

    value: float
    name: str
    text: str


class Path(msgspec.Struct, frozen=True):
    """A target and the way to it.

    Attributes
    ----------
    levels
        Year -> level recorded; one of them is of the year `start`.
    start
        Year from which the target is counted.
    texts
        Year -> what is printed beside that level.
    target_year, target, target_text
        When, how much, and how it is printed.
    needed, reached
        Growth needed from the start to the target; growth reached before, drawn on.
    """

    levels: dict[int, float]
    start: int
    texts: dict[int, str]
    target_year: int
    target: float
    target_text: str
    needed: Rate
    reached: Rate


def path(path: Path, *, years: list[int], look: Look, width: int = 230, height: int = 140) -> Specification:
    """Return levels, the path needed (dashed) and the growth so far drawn on (dotted); time runs left to right everywhere.

    Parameters
    ----------
    path
        What is drawn.
    years
        Years that are named on the axis.
    look
        Font and direction.
    width, height
        Pixels.

    Examples
    --------
    >>> needed, reached = Rate(0.15, "needed", "15%"), Rate(0.03, "reached", "3%")
    >>> way = Path({2024: 4.0, 2025: 5.0}, 2025, {2025: "5"}, 2030, 10.0, "10", needed, reached)
    >>> path(way, years=[2025, 2030], look=Look("IBM Plex Sans"))["encoding"]["y"]["scale"]["domain"][0]
    0
    """
    needed, reached = (_onward(path, rate.value) for rate in (path.needed, path.reached))
    top = 1.16 * max(*path.levels.values(), path.target, *reached.values())
    first = min(path.levels)
    span = path.target_year - first
    across = (first - 0.06 * span, path.target_year + 0.03 * span)

    def spot(year: int, level: float) -> Spot:
        return width * (year - across[0]) / (across[1] - across[0]), height * (1 - level / top)

    lines = [[spot(*point) for point in points.items()] for points in (path.levels, needed, reached)]
    return finished(
        look,
        {
            "width": width,
            "height": height,
            "encoding": {
                "x": {
                    "field": "year", "type": "quantitative", "scale": {"domain": list(across), "nice": False, "zero": False},
                    "axis": {"values": years, "format": "d", "labelFontSize": 10, "ticks": True, "domain": True},
                },
                "y": {"field": "level", "type": "quantitative", "axis": None, "scale": {"domain": [0, top]}},
            },
            "layer": [
                _line(needed, INK, [6, 3]),
                _line(reached, SECOND_TEXT, [1.5, 3]),
                {**_line(path.levels, FIRST, [1, 0]), "mark": {"type": "line", "strokeWidth": 2.2, "color": FIRST,
                                                                 "point": {"size": 26, "color": FIRST}}},
                {
                    "data": {"values": [{"year": path.target_year, "level": path.target}]},
                    "mark": {"type": "point", "shape": "diamond", "filled": True, "size": 110, "color": INK, "opacity": 1},
                },
                *_levels(path, spot, lines, (width, height)),
                *_rates(path, (needed, reached), top / height),
            ],
        },
    )  # fmt: skip


def _onward(path: Path, rate: float) -> dict[int, float]:
    """Return the levels from the start on at a constant yearly growth."""
    start = path.levels[path.start]
    return {year: start * (1 + rate) ** (year - path.start) for year in range(path.start, path.target_year + 1)}


def _line(points: dict[int, float], colour: str, dash: list[float]) -> Specification:
    return {
        "data": {"values": [{"year": year, "level": level} for year, level in points.items()]},
        "mark": {"type": "line", "strokeWidth": 2, "color": colour, "strokeDash": dash},
    }


def _levels(
    path: Path, spot: Callable[[int, float], Spot], lines: list[list[Spot]], size: tuple[float, float]
) -> list[Specification]:
    """Return the texts beside levels, each where it touches no line."""
    taken: list[Box] = []
    layers: list[Specification] = []
    for year, text in path.texts.items():
        place, box = free_place(text, spot(year, path.levels[year]), lines=lines, taken=taken, size=size)
        taken.append(box)
        layers.append(
            {
                "data": {"values": [{"year": year, "level": path.levels[year], "text": text}]},
                "mark": {"type": "text", "align": place.align, "dx": place.dx, "dy": place.dy, "baseline": "middle"},
                "encoding": {"text": {"field": "text", "type": "nominal"}},
            }
        )
    return layers


def _rates(path: Path, ends: tuple[dict[int, float], dict[int, float]], level_of_pixel: float) -> list[Specification]:
    """Return what stands right of the ends of the two paths: the target, each growth rate, and under it what it is."""
    places = dodged([points[path.target_year] for points in ends], gap=_BLOCK * level_of_pixel)
    needed = ((path.target_text, "normal"), (path.needed.text, "bold"), (path.needed.name, "normal"))
    reached = ((path.reached.text, "bold"), (path.reached.name, "normal"))
    return [
        {
            "data": {"values": [{"year": path.target_year, "level": place, "text": text}]},
            "mark": {"type": "text", "align": "left", "dx": 11, "dy": dy, "baseline": "middle", "color": colour,
                     "fontWeight": weight},
            "encoding": {"text": {"field": "text", "type": "nominal"}},
        }
        for place, colour, first, block in zip(places, (INK, SECOND_TEXT), (-15, -7), (needed, reached), strict=True)
        for dy, (text, weight) in zip((first, first + 15, first + 30), block, strict=False)
    ]  # fmt: skip
