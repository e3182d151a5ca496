"""A fan: the levels recorded, the bands in which they go on, and the way that a target needs."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from hamkor.charts.labels import Spot, dodged, free_place, width_of
from hamkor.charts.style import FIRST, INK, SECOND_TEXT, Look, Specification, finished

_OUTER, _INNER = "#dce9f1", "#b4d0e2"
_ROW, _YEAR_WIDTH = 14.0, 30.0


class Band(msgspec.Struct, frozen=True):
    """One year of an outlook: its median and the bounds of the inner and the outer band."""

    year: int
    median: float
    inner: tuple[float, float]
    outer: tuple[float, float]


class Fan(msgspec.Struct, frozen=True):
    """A target, the levels before it, and the outlook.

    Attributes
    ----------
    title, subtitle
        Over the picture.
    levels
        Year -> level recorded; the last one is the base.
    base_text
        What is printed at the base.
    bands
        By year, the first after the base; may be empty.
    target, target_text
        The level aimed at, and how it is printed.
    target_year
        Its year; None: the target is a level without a date, drawn as a line across.
    needed_text
        What is printed at the way to the target; empty without a date.
    outlook_texts
        What is printed at the end of the outlook, line by line.
    """

    title: str
    subtitle: str
    levels: dict[int, float]
    base_text: str
    bands: tuple[Band, ...]
    target: float
    target_text: str
    target_year: int | None = None
    needed_text: str = ""
    outlook_texts: tuple[str, ...] = ()


def fan(fan: Fan, *, look: Look, width: int = 420, height: int = 220) -> Specification:
    """Return levels, outlook in two bands with its median, and the way needed (dashed); time runs left to right everywhere.

    Parameters
    ----------
    fan
        What is drawn.
    look
        Font and direction.
    width, height
        Pixels of the plot with the texts at its right.

    Examples
    --------
    >>> band = Band(2026, 5.2, (5.0, 5.4), (4.7, 5.8))
    >>> drawn = Fan("A - B", "", {2024: 4.0, 2025: 5.0}, "5", (band,), 10.0, "10 in 2026", 2026, "100 % a year")
    >>> fan(drawn, look=Look("IBM Plex Sans"))["encoding"]["y"]["scale"]["domain"][0]
    0
    """
    start, first = max(fan.levels), min(fan.levels)
    last = max([start, *(band.year for band in fan.bands), *([fan.target_year] if fan.target_year else [])])
    right = [fan.target_text, fan.needed_text, *fan.outlook_texts]
    room = min(max(map(width_of, right)) + 16, 0.55 * width)
    span = max(last - first, 1) * width / (width - room - 8)
    across = (last + room / width * span - span, last + room / width * span)
    top = 1.12 * max(*fan.levels.values(), fan.target, _shown(fan))

    def spot(year: float, level: float) -> Spot:
        return width * (year - across[0]) / (across[1] - across[0]), height * (1 - level / top)

    x = {"field": "year", "type": "quantitative", "scale": {"domain": list(across), "nice": False, "zero": False}}
    named = _named(first, start, last, least=_YEAR_WIDTH * span / width)
    axis = {"values": named, "format": "d", "labelFontSize": 10, "ticks": True, "labelOverlap": False}
    y = {"field": "level", "type": "quantitative", "axis": None, "scale": {"domain": [0, top]}}
    return finished(
        look,
        {
            "title": {"text": fan.title, **({"subtitle": fan.subtitle} if fan.subtitle else {})},
            "width": width,
            "height": height,
            "encoding": {"x": {**x, "axis": axis}, "y": y},
            "layer": [*_bands(fan, start, top), *_lines(fan, start, last), *_texts(fan, start, last, spot, (width, height))],
        },
    )


def _shown(fan: Fan) -> float:
    """Return the highest level of the bands that is drawn; a band far above the target is cut, so that the rest is seen."""
    highest = max((band.outer[1] for band in fan.bands), default=0.0)
    return min(highest, 1.6 * max(*fan.levels.values(), fan.target))


def _named(first: int, start: int, last: int, *, least: float) -> list[int]:
    """Return the years that are named: the last, the base, the first, and those between that stand clear of them."""
    chosen: list[int] = []
    for year in (last, start, first, *range(last, first, -1)):
        if all(abs(year - other) >= least for other in chosen):
            chosen.append(year)
    return sorted(chosen)


def _bands(fan: Fan, start: int, top: float) -> list[Specification]:
    base = fan.levels[start]
    begun = (Band(start, base, (base, base), (base, base)), *fan.bands)
    layers: list[Specification] = []
    for colour, name in ((_OUTER, "outer"), (_INNER, "inner")):
        ends = [(band.year, *(band.outer if name == "outer" else band.inner)) for band in begun]
        rows = [{"year": year, "level": min(low, top), "high": min(high, top)} for year, low, high in ends]
        layers.append(
            {
                "data": {"values": rows},
                "mark": {"type": "area", "color": colour, "opacity": 1},
                "encoding": {"y2": {"field": "high"}},
            }
        )
    middle = {band.year: band.median for band in begun if band.median <= top}
    return [*layers, _line(middle, SECOND_TEXT, [1.5, 3])] if fan.bands else []


def _lines(fan: Fan, start: int, last: int) -> list[Specification]:
    base = fan.levels[start]
    recorded = {**_line(fan.levels, FIRST, [1, 0])}
    recorded["mark"] = {**recorded["mark"], "point": {"size": 22, "color": FIRST}}
    if fan.target_year is None:
        return [_line({min(fan.levels): fan.target, last: fan.target}, INK, [6, 3]), recorded]
    rate = (fan.target / base) ** (1 / (fan.target_year - start))
    needed = {year: base * rate ** (year - start) for year in range(start, fan.target_year + 1)}
    goal: Specification = {
        "data": {"values": [{"year": fan.target_year, "level": fan.target}]},
        "mark": {"type": "point", "shape": "diamond", "filled": True, "size": 110, "color": INK, "opacity": 1},
    }
    return [_line(needed, INK, [6, 3]), recorded, goal]


def _line(points: dict[int, float], colour: str, dash: list[float]) -> Specification:
    return {
        "data": {"values": [{"year": year, "level": level} for year, level in sorted(points.items())]},
        "mark": {"type": "line", "strokeWidth": 2, "color": colour, "strokeDash": dash},
    }


def _texts(fan: Fan, start: int, last: int, spot: Callable[[float, float], Spot], size: tuple[int, int]) -> list[Specification]:
    """Return the texts: the base where it touches no line; at the right the target and the outlook, clear of each other."""
    recorded = [spot(*point) for point in sorted(fan.levels.items())]
    ways = [[recorded[-1], spot(last, end)] for end in (fan.target, *(_ends(fan)))]
    place, _ = free_place(fan.base_text, recorded[-1], lines=[recorded, *ways], taken=[], size=size)
    base: Specification = {
        "data": {"values": [{"year": start, "level": fan.levels[start], "text": fan.base_text}]},
        "mark": {"type": "text", "align": place.align, "dx": place.dx, "dy": place.dy, "baseline": "middle"},
    }
    goal = [text for text in (fan.target_text, fan.needed_text) if text]
    blocks = [(fan.target, goal, INK)]
    if fan.bands:
        blocks.append((fan.bands[-1].median, list(fan.outlook_texts), SECOND_TEXT))
    blocks.sort(key=lambda block: -block[0])
    gap = _ROW * (sum(len(texts) for _, texts, _ in blocks) / len(blocks) + 0.4)
    edges = [_ROW * len(texts) / 2 for _, texts, _ in blocks]
    wanted = [min(max(spot(last, level)[1], edge), size[1] - edge) for (level, _, _), edge in zip(blocks, edges, strict=True)]
    heights = dodged(wanted, gap=gap)
    layers = [base]
    for height, (_, texts, colour) in zip(heights, blocks, strict=True):
        for row, text in enumerate(texts):
            down = height + _ROW * (row - (len(texts) - 1) / 2)
            layers.append(
                {
                    "data": {"values": [{"text": text}]},
                    "mark": {"type": "text", "align": "left", "baseline": "middle", "color": colour, "x": spot(last, 0)[0] + 11,
                             "y": down, "fontWeight": "bold" if row == 0 else "normal"},
                }
            )  # fmt: skip
    return [_texted(layer) for layer in layers]


def _texted(layer: Specification) -> Specification:
    """Return a layer of text with its channel; texts that stand at pixels leave the shared axes."""
    encoding: Specification = {"text": {"field": "text", "type": "nominal"}}
    if "x" in layer["mark"]:
        at = {name: layer["mark"].pop(name) for name in ("x", "y")}
        encoding |= {name: {"value": pixel} for name, pixel in at.items()}
    return {**layer, "encoding": encoding}


def _ends(fan: Fan) -> list[float]:
    return [level for band in fan.bands[-1:] for level in (band.median, *band.outer)]
