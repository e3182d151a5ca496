"""Flows on a map: the region's outline, and an arrow for each flow, as wide as its value; a map is never mirrored.

The map is the azimuthal equal-area projection about the middle of the outline, so that land keeps its proportions wherever
the region lies. Everything is projected here, so that arrows and texts can be kept apart in pixels.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from hamkor.charts.labels import SIZE, width_of
from hamkor.charts.style import FIRST, INK, Look, Specification, finished
from hamkor.schema.outline import Outline, Place

Pixel = tuple[float, float]
_LAND, _SHORE, _CASING = "#e7ecef", "#aab6bd", "#ffffff"
_WIDEST, _NARROWEST = 11.0, 1.6
_BEND = 0.14
_SIZE, _NAME_SIZE = 12, 13
_AROUND = (
    (0, -1), (0, 1), (1, 0), (-1, 0), (0.6, -1), (-0.6, -1), (0.6, 1), (-0.6, 1), (1, -0.6), (-1, -0.6), (1, 0.6), (-1, 0.6),
)  # fmt: skip


class Flow(msgspec.Struct, frozen=True):
    """One flow: from where to where, its value, and the text that stands at it."""

    exporter: str
    importer: str
    value: float
    text: str


class Box(msgspec.Struct, frozen=True):
    """Where a text stands: its middle, width and height in pixels."""

    x: float
    y: float
    width: float
    height: float

    def overlap(self, other: Box) -> float:
        """Return the area that both cover."""
        across = (self.width + other.width) / 2 - abs(self.x - other.x)
        down = (self.height + other.height) / 2 - abs(self.y - other.y)
        return max(0.0, across) * max(0.0, down)

    def covers(self, place: Pixel, *, margin: float = 0.0) -> bool:
        """Return whether a place lies in the box or nearer than `margin`."""
        return abs(self.x - place[0]) <= self.width / 2 + margin and abs(self.y - place[1]) <= self.height / 2 + margin


def flow_map(
    outline: Outline, flows: Iterable[Flow], *, names: Mapping[str, str], look: Look, width: int = 560
) -> Specification:
    """Return the map: land, borders with disputed stretches dashed, arrows, their texts, and the names.

    Parameters
    ----------
    outline
        Land and borders.
    flows
        Those that are known; both must have land. Values are never negative.
    names
        Economy -> its name on the map; other land stays unnamed.
    look
        Font.
    width
        Pixels; the height follows.

    Examples
    --------
    >>> from hamkor.schema.outline import Land
    >>> square = lambda west: (((west, 0.0), (west + 1, 0.0), (west + 1, 1.0), (west, 1.0), (west, 0.0)),)
    >>> lands = tuple(Land(code, (square(west),), (west + 0.5, 0.5)) for code, west in (("A", 0.0), ("B", 2.0)))
    >>> flow = Flow("A", "B", 3.0, "three")
    >>> drawn = flow_map(Outline(lands), [flow], names={"A": "Aldia", "B": "Brenn"}, look=Look("IBM Plex Sans"))
    >>> [row["text"] for layer in drawn["layer"] for row in layer["data"]["values"] if "text" in row]
    ['three', 'Aldia', 'Brenn']
    """
    project, height = _projection(outline, width)
    places = {land.economy: project(land.point) for land in outline.lands if land.economy in names}
    drawn = sorted(flows, key=lambda flow: -flow.value)
    most = max((flow.value for flow in drawn), default=1.0) or 1.0
    widths = [max(_NARROWEST, _WIDEST * flow.value / most) for flow in drawn]
    arcs = [_arc(places[flow.exporter], places[flow.importer]) for flow in drawn]
    named = _name_boxes(places, names, arcs, (width, height))
    boxes = _text_boxes(drawn, arcs, widths, [*named.values(), *(Box(*place, 8, 8) for place in places.values())])
    arrows = [_polygon([_arrow(arc, thick)]) for arc, thick in zip(arcs, widths, strict=True)]
    texts = [_row(box, flow.text) for box, flow in zip(boxes, drawn, strict=True)]
    layers = [
        *_ground(outline, project),
        _shapes(arrows, {"fill": FIRST, "stroke": _CASING, "strokeWidth": 0.5}),
        _dots(places.values()),
        _backing(boxes),
        _texts(texts, {"fontSize": _SIZE}),
        _texts([_row(box, names[economy]) for economy, box in named.items()], {"fontSize": _NAME_SIZE, "fontWeight": "bold"}),
    ]
    return finished(
        look,
        {
            "width": width,
            "height": height,
            "projection": {"type": "identity", "scale": 1, "translate": [0, 0]},
            "layer": layers,
        },
    )


def _projection(outline: Outline, width: int) -> tuple[Callable[[Place], Pixel], int]:
    """Return the way from degrees to pixels, and the height that the map takes (Snyder 1987, eq. 24-2 to 24-4)."""
    places = [place for land in outline.lands for polygon in land.polygons for ring in polygon for place in ring]
    west, east = min(place[0] for place in places), max(place[0] for place in places)
    south, north = min(place[1] for place in places), max(place[1] for place in places)
    centre = (math.radians((west + east) / 2), math.radians((south + north) / 2))
    plane = [_equal_area(place, centre) for place in places]
    left, right = min(x for x, _ in plane), max(x for x, _ in plane)
    top, bottom = min(y for _, y in plane), max(y for _, y in plane)
    scale = width / (right - left)

    def project(place: Place) -> Pixel:
        x, y = _equal_area(place, centre)
        return round((x - left) * scale, 1), round((y - top) * scale, 1)

    return project, math.ceil((bottom - top) * scale)


def _equal_area(place: Place, centre: Place) -> Pixel:
    """Return a place on the plane, y downwards; the globe's radius is 1, the centre is in radians."""
    turn, latitude = math.radians(place[0]) - centre[0], math.radians(place[1])
    sine, cosine = math.sin(latitude), math.cos(latitude)
    near = 1.0 + math.sin(centre[1]) * sine + math.cos(centre[1]) * cosine * math.cos(turn)
    factor = math.sqrt(2.0 / max(near, 1e-9))
    x = factor * cosine * math.sin(turn)
    return x, -factor * (math.cos(centre[1]) * sine - math.sin(centre[1]) * cosine * math.cos(turn))


def _arc(start: Pixel, end: Pixel, *, steps: int = 24) -> list[Pixel]:
    """Return a line from place to place that bends to its left, so that the way back lies beside it, not on it."""
    (x0, y0), (x2, y2) = start, end
    x1 = (x0 + x2) / 2 + _BEND * (y2 - y0)
    y1 = (y0 + y2) / 2 - _BEND * (x2 - x0)
    length = math.hypot(x2 - x0, y2 - y0) or 1.0
    free = min(10.0 / length, 0.2)
    found = []
    for step in range(steps + 1):
        t = free + (1 - 2 * free) * step / steps
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
        found.append((a * x0 + b * x1 + c * x2, a * y0 + b * y1 + c * y2))
    return found


def _normal(arc: list[Pixel], index: int) -> Pixel:
    """Return the direction across an arc at one of its places, of length 1."""
    (x0, y0), (x1, y1) = arc[max(index - 1, 0)], arc[min(index + 1, len(arc) - 1)]
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    return (y1 - y0) / length, -(x1 - x0) / length


def _arrow(arc: list[Pixel], width: float) -> list[Pixel]:
    """Return the ring of an arrow along an arc, of that width, with a head."""
    head = 5.0 + 0.8 * width
    tip = arc[-1]
    body = [place for place in arc if math.dist(place, tip) > head] or arc[:1]
    normals = [_normal(arc, index) for index in range(len(body))]
    left, right = [], []
    for (x, y), (across, down) in zip(body, normals, strict=True):
        left.append((x + across * width / 2, y + down * width / 2))
        right.append((x - across * width / 2, y - down * width / 2))
    (x, y), (across, down) = body[-1], normals[-1]
    wing = width / 2 + 2.6
    barbs = [(x + across * wing, y + down * wing), tip, (x - across * wing, y - down * wing)]
    ring = [*left, *barbs, *right[::-1]]
    return [*ring, ring[0]]


def _name_boxes(
    places: Mapping[str, Pixel], names: Mapping[str, str], arcs: list[list[Pixel]], size: tuple[int, int]
) -> dict[str, Box]:
    """Return where each name stands: at its place, where the fewest arrows run."""
    points = [place for arc in arcs for place in arc]
    found: dict[str, Box] = {}
    for economy, (x, y) in places.items():
        width, height = width_of(names[economy]) * _NAME_SIZE / SIZE + 4, 1.3 * _NAME_SIZE
        choices = [Box(x + across * (width / 2 + 7), y + down * (height / 2 + 7), width, height) for across, down in _AROUND]

        def cost(box: Box) -> float:
            outside = max(0.0, box.width / 2 - box.x, box.x + box.width / 2 - size[0])
            hidden = sum(box.covers(point, margin=5) for point in points)
            return hidden + 5 * outside + sum(box.overlap(other) for other in found.values())

        found[economy] = min(choices, key=cost)
    return found


def _text_boxes(flows: list[Flow], arcs: list[list[Pixel]], widths: list[float], taken: list[Box]) -> list[Box]:
    """Return where each flow's text stands: at its own arrow, off the other texts, and where few other arrows run."""
    boxes: list[Box] = []
    for flow, own, thick in zip(flows, arcs, widths, strict=True):
        others = [place for arc in arcs if arc is not own for place in arc]
        choices = _choices(flow.text, own, thick)
        costs = [
            cost + 3 * sum(box.overlap(other) for other in (*taken, *boxes)) + 2 * sum(box.covers(place) for place in others)
            for cost, box in choices
        ]
        boxes.append(choices[costs.index(min(costs))][1])
    return boxes


def _choices(text: str, arc: list[Pixel], thick: float) -> list[tuple[float, Box]]:
    """Return where a text may stand along its arrow, on it or to its sides, with what is lost by it."""
    width, height = width_of(text) * _SIZE / SIZE + 2, 1.15 * _SIZE
    middle, found = len(arc) // 2, []
    for index in range(middle - len(arc) // 4, middle + len(arc) // 4 + 1):
        (x, y), (across, down) = arc[index], _normal(arc, index)
        for side in (0.0, 1.0, -1.0):
            away = side * (thick / 2 + 1 + abs(across) * width / 2 + abs(down) * height / 2)
            cost = 0.3 * abs(index - middle) + 6 * abs(side)
            found.append((cost, Box(x + across * away, y + down * away, width, height)))
    return found


def _ground(outline: Outline, project: Callable[[Place], Pixel]) -> list[Specification]:
    """Return land and borders; a disputed stretch is cleared of its line, then dashed."""
    lands = [
        {"type": "MultiPolygon", "coordinates": [[_thinned(map(project, ring)) for ring in part] for part in land.polygons]}
        for land in outline.lands
    ]
    settled, disputed = (
        [
            {"type": "LineString", "coordinates": _thinned(map(project, border.line))}
            for border in outline.borders
            if border.disputed is wanted
        ]
        for wanted in (False, True)
    )
    ground = [_shapes(lands, {"fill": _LAND, "stroke": _SHORE, "strokeWidth": 0.8})]
    if settled:
        ground.append(_shapes(settled, {"fill": None, "stroke": _SHORE, "strokeWidth": 1.2}))
    if disputed:
        ground.append(_shapes(disputed, {"fill": None, "stroke": _LAND, "strokeWidth": 2.4}))
        ground.append(_shapes(disputed, {"fill": None, "stroke": INK, "strokeWidth": 1.2, "strokeDash": [4, 3]}))
    return ground


def _thinned(line: Iterable[Pixel]) -> list[Pixel]:
    """Return a line without places that are nearer than half a pixel to the one before; its ends stay."""
    places = list(line)
    kept = places[:1]
    for place in places[1:-1]:
        if math.dist(place, kept[-1]) >= 0.5:
            kept.append(place)
    return [*kept, places[-1]] if len(kept) > 2 else places


def _polygon(rings: list[list[Pixel]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[(round(x, 1), round(y, 1)) for x, y in ring] for ring in rings]}


def _shapes(geometries: list[dict[str, Any]], mark: dict[str, Any]) -> Specification:
    values = [{"type": "Feature", "properties": {}, "geometry": geometry} for geometry in geometries]
    return {"data": {"values": values}, "mark": {"type": "geoshape", "clip": False, "strokeJoin": "round", **mark}}


def _at(field: str) -> dict[str, Any]:
    return {"field": field, "type": "quantitative", "scale": None}


def _row(box: Box, text: str) -> dict[str, Any]:
    return {"x": round(box.x, 1), "y": round(box.y, 1), "text": text}


def _dots(places: Iterable[Pixel]) -> Specification:
    return {
        "data": {"values": [{"x": x, "y": y} for x, y in places]},
        "mark": {"type": "circle", "color": INK, "opacity": 1, "size": 26},
        "encoding": {"x": _at("x"), "y": _at("y")},
    }


def _backing(boxes: list[Box]) -> Specification:
    rows = [
        {
            "x": round(box.x - box.width / 2, 1), "x2": round(box.x + box.width / 2, 1),
            "y": round(box.y - box.height / 2, 1), "y2": round(box.y + box.height / 2, 1),
        }
        for box in boxes
    ]  # fmt: skip
    return {
        "data": {"values": rows},
        "mark": {"type": "rect", "color": _CASING, "opacity": 1},
        "encoding": {"x": _at("x"), "x2": {"field": "x2"}, "y": _at("y"), "y2": {"field": "y2"}},
    }


def _texts(rows: list[dict[str, Any]], mark: dict[str, Any]) -> Specification:
    return {
        "data": {"values": rows},
        "mark": {"type": "text", "align": "center", "baseline": "middle", **mark},
        "encoding": {"x": _at("x"), "y": _at("y"), "text": {"field": "text", "type": "nominal"}},
    }
