"""Stacked bars: what each part adds to a total, one bar a category."""

from __future__ import annotations

from typing import Any

import msgspec

from hamkor.charts.labels import width_of
from hamkor.charts.style import FIRST, INK, SECOND, SECOND_TEXT, Look, Specification, finished

_FILLS = (FIRST, SECOND, "#8fbcd8", SECOND_TEXT, "#6f8f4e", "#d9b8d4", "#3b3f68", "#c3ccd2")
_DARK = {FIRST, SECOND_TEXT, "#6f8f4e", "#3b3f68"}


class Segment(msgspec.Struct, frozen=True):
    """One part of a bar: its category, its part, its length, and the text that stands in it if there is room."""

    category: str
    part: str
    value: float
    text: str


def stacked(
    segments: list[Segment], *, parts: list[str], totals: dict[str, str], look: Look, title: str = "", width: int = 520
) -> Specification:
    """Return stacked bars, categories in the order of `totals`.

    Parameters
    ----------
    segments
        Parts that are missing are left out; lengths below 0 go the other way.
    parts
        Their names in order, eight at most told apart by colour; shown as the legend.
    totals
        Category -> text at the end of its bar.
    look
        Font and direction.
    title
        Over the bars.
    width
        Pixels.

    Examples
    --------
    >>> drawing = stacked([Segment("A", "trade", 3.0, "3")], parts=["trade"], totals={"A": "3"}, look=Look("IBM Plex Sans"))
    >>> drawing["encoding"]["y"]["sort"]
    ['A']
    """
    fills = {part: _FILLS[place % len(_FILLS)] for place, part in enumerate(parts)}
    ends: dict[str, tuple[float, float]] = dict.fromkeys(totals, (0.0, 0.0))
    rows: list[dict[str, Any]] = []
    for one in sorted(segments, key=lambda one: parts.index(one.part)):
        low, high = ends[one.category]
        start, end = (high, high + one.value) if one.value >= 0 else (low, low + one.value)
        ends[one.category] = (min(low, end), max(high, end))
        rows.append({"category": one.category, "part": one.part, "start": start, "end": end, "text": one.text})
    reach = (min((low for low, _ in ends.values()), default=0.0), max((high for _, high in ends.values()), default=1.0) or 1.0)
    room = max((width_of(text) for text in totals.values()), default=0.0) + 14
    pixels = (width - room) / ((reach[1] - reach[0]) or 1.0)
    shown = [
        {**row, "middle": (row["start"] + row["end"]) / 2, "colour": "white" if fills[row["part"]] in _DARK else INK}
        for row in rows
        if abs(row["end"] - row["start"]) * pixels > width_of(row["text"]) + 6
    ]
    tops = [{"category": name, "at": ends[name][1], "text": text} for name, text in totals.items()]
    place = {"type": "quantitative", "axis": None}
    scale = {"domain": [reach[0], reach[1] + room / pixels], "nice": False, "reverse": look.mirrored}
    side = "right" if look.mirrored else "left"
    return finished(
        look,
        {
            **({"title": {"text": title, "offset": 10}} if title else {}),
            "width": width,
            "height": {"step": 32},
            "data": {"values": rows},
            "encoding": {
                "y": {
                    "field": "category", "type": "nominal", "sort": list(totals),
                    "scale": {"domain": list(totals)}, "axis": {"orient": side, "labelFontSize": 12, "labelPadding": 8},
                },
            },
            "layer": [
                {
                    "mark": {"type": "bar", "height": 20, "stroke": "white", "strokeWidth": 1},
                    "encoding": {
                        "x": {"field": "start", "scale": scale, **place}, "x2": {"field": "end"},
                        "color": {
                            "field": "part", "type": "nominal",
                            "scale": {"domain": parts, "range": list(fills.values())},
                            "legend": {"orient": "top", "columns": 4, "labelLimit": 260, "offset": 6},
                        },
                    },
                },
                {
                    "data": {"values": shown},
                    "mark": {"type": "text", "baseline": "middle"},
                    "encoding": {
                        "x": {"field": "middle", **place}, "text": {"field": "text", "type": "nominal"},
                        "color": {"field": "colour", "type": "nominal", "scale": None},
                    },
                },
                {
                    "data": {"values": tops},
                    "mark": {
                        "type": "text", "align": side, "dx": -6 if look.mirrored else 6, "baseline": "middle",
                        "fontWeight": "bold",
                    },
                    "encoding": {"x": {"field": "at", **place}, "text": {"field": "text", "type": "nominal"}},
                },
            ],
        },
    )  # fmt: skip
