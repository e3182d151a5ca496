"""Coefficients with their intervals, one below the other: an equation's terms, or one effect over years."""

from __future__ import annotations

import msgspec

from hamkor.charts.style import FIRST, INK, NEUTRAL, Look, Specification, finished


class Coefficient(msgspec.Struct, frozen=True):
    """One term: its name, estimate and interval, and the text that stands beside it."""

    term: str
    value: float
    low: float
    high: float
    text: str


def coefficients(rows: list[Coefficient], *, look: Look, width: int = 360) -> Specification:
    """Return points with bars of their intervals in the order given, and a line at zero.

    Examples
    --------
    >>> made = coefficients([Coefficient("rta", 0.3, 0.1, 0.5, "0.30")], look=Look("IBM Plex Sans"))
    >>> len(made["layer"])
    4
    """
    low, high = min(0.0, *(row.low for row in rows)), max(0.0, *(row.high for row in rows))
    room = 0.04 * (high - low or 1.0)
    scale = {"domain": [low - room, high + room], "nice": False, "zero": False}
    along = {"type": "quantitative", "axis": None, "scale": scale}
    term = {
        "field": "term", "type": "nominal", "sort": [row.term for row in rows], "axis": {"labelLimit": 220, "labelPadding": 8},
    }  # fmt: skip
    beside = {"align": "center", "dy": -10, "baseline": "middle", "color": INK}
    return finished(
        look,
        {
            "width": width,
            "height": {"step": 34},
            "data": {"values": [msgspec.to_builtins(row) for row in rows]},
            "layer": [
                {
                    "data": {"values": [{"zero": 0}]},
                    "mark": {"type": "rule", "color": NEUTRAL, "strokeDash": [3, 3]},
                    "encoding": {"x": {"field": "zero", **along}},
                },
                {
                    "mark": {"type": "rule", "color": FIRST, "strokeWidth": 2},
                    "encoding": {"y": term, "x": {"field": "low", **along}, "x2": {"field": "high"}},
                },
                {
                    "mark": {"type": "point", "filled": True, "size": 60, "color": FIRST, "opacity": 1},
                    "encoding": {"y": term, "x": {"field": "value", **along}},
                },
                {
                    "mark": {"type": "text", **beside},
                    "encoding": {"y": term, "x": {"field": "value", **along}, "text": {"field": "text", "type": "nominal"}},
                },
            ],
        },
    )
