"""Slopes: one line a category from the level before to the level now, on a scale where steepness is growth."""

from __future__ import annotations

import math
from typing import Any

import msgspec

from hamkor.charts.labels import dodged, width_of
from hamkor.charts.style import FIRST, INK, NEUTRAL, SECOND, SECOND_TEXT, Look, Specification, finished


class Slope(msgspec.Struct, frozen=True):
    """One category: its levels before and now, both positive, and the texts at the ends of its line."""

    name: str
    before: float
    now: float
    before_text: str
    now_text: str
    growth_text: str = ""


_GAP = 15.0


def slopes(lines: list[Slope], *, ends: tuple[str, str], look: Look, width: int = 190, height: int = 0) -> Specification:
    """Return one line a category between two periods; time runs left to right in every language.

    The scale is logarithmic, so that equal growth is equally steep at every level; a line that falls is dashed. The labels of
    a column are pushed apart where they would touch.

    Parameters
    ----------
    lines
        At least one.
    ends
        Names of the two periods, printed above the ends.
    look
        Font and direction; the names stand at the end where reading starts.
    width, height
        Pixels between the two ends, and from top to bottom (by the number of lines if 0).

    Examples
    --------
    >>> line = Slope("A", 80.0, 100.0, "80", "100", "+25%")
    >>> slopes([line], ends=("then", "now"), look=Look("IBM Plex Sans"))["height"]
    90
    """
    height = height or 70 + 20 * len(lines)
    levels = [level for line in lines for level in (line.before, line.now)]
    low, high = math.log(min(levels)), math.log(max(levels))
    span = max(high - low, 0.5)
    low, high = low - 0.12 * span, low + 1.12 * span
    rows: list[dict[str, Any]] = []
    for line in lines:
        way = "falls" if line.now < line.before else "rises"
        rows += [{"name": line.name, "end": end, "level": level, "way": way}
                 for end, level in ((0, line.before), (1, line.now))]  # fmt: skip
    return finished(
        look,
        {
            "width": width,
            "height": height,
            "data": {"values": rows},
            "encoding": {
                "x": {"field": "end", "type": "quantitative", "axis": None, "scale": {"domain": [0, 1]}},
                "y": {
                    "field": "level", "type": "quantitative", "axis": None,
                    "scale": {"type": "log", "domain": [math.exp(low), math.exp(high)], "nice": False},
                },
            },
            "layer": [
                *_posts(ends, (math.exp(low), math.exp(high))),
                {
                    "mark": {"type": "line", "strokeWidth": 2.2, "point": {"size": 30}},
                    "encoding": {
                        "detail": {"field": "name", "type": "nominal"},
                        "color": {
                            "field": "way", "type": "nominal", "legend": None,
                            "scale": {"domain": ["rises", "falls"], "range": [FIRST, SECOND]},
                        },
                        "strokeDash": {
                            "field": "way", "type": "nominal", "legend": None,
                            "scale": {"domain": ["rises", "falls"], "range": [[1, 0], [5, 3]]},
                        },
                    },
                },
                *_columns(lines, look, _GAP * (high - low) / height),
            ],
        },
    )  # fmt: skip


def _posts(ends: tuple[str, str], levels: tuple[float, float]) -> list[Specification]:
    """Return the two upright lines and the names of the periods above them."""
    rows = [{"end": end, "low": levels[0], "high": levels[1]} for end in (0, 1)]
    names = [
        {
            "data": {"values": [{"end": end, "text": text}]},
            "mark": {"type": "text", "align": align, "fontWeight": "bold", "dx": dx},
            "encoding": {"text": {"field": "text", "type": "nominal"}, "y": {"value": -9}},
        }
        for end, text, align, dx in ((0, ends[0], "right", 8), (1, ends[1], "left", -8))
    ]
    post = {
        "data": {"values": rows},
        "mark": {"type": "rule", "color": NEUTRAL, "strokeWidth": 0.8},
        "encoding": {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}},
    }
    return [post, *names]


def _columns(lines: list[Slope], look: Look, gap: float) -> list[Specification]:
    """Return the labels as columns beside the ends: names outermost where reading starts, the growth beside the level now."""
    before, now = ([math.log(level) for level in levels] for levels in (_befores(lines), [line.now for line in lines]))
    widest = [max(width_of(text) for text in texts) for texts in (_texts(lines, "before"), _texts(lines, "now"))]
    grown = max(width_of(line.growth_text) for line in lines)
    names_dx = 20 + widest[1] + (grown + 14 if grown else 0) if look.mirrored else -(20 + widest[0])
    at = {0: dodged(before, gap=gap), 1: dodged(now, gap=gap)}
    columns = [
        (0, "right", -8.0, INK, _texts(lines, "before")),
        (1, "left", 8.0, INK, _texts(lines, "now")),
        (1, "left", 18 + widest[1], "", [line.growth_text for line in lines]),
        (int(look.mirrored), "left" if look.mirrored else "right", names_dx, INK, [line.name for line in lines]),
    ]
    return [
        {
            "data": {
                "values": [
                    {"end": end, "level": math.exp(place), "text": text, "falls": line.now < line.before}
                    for line, place, text in zip(lines, at[end], texts, strict=True)
                ]
            },
            "mark": {"type": "text", "align": align, "dx": dx, "baseline": "middle"},
            "encoding": {
                "text": {"field": "text", "type": "nominal"},
                "color": {"value": colour}
                if colour
                else {"condition": {"test": "datum.falls", "value": SECOND_TEXT}, "value": FIRST},
            },
        }
        for end, align, dx, colour, texts in columns
        if any(texts)
    ]


def _befores(lines: list[Slope]) -> list[float]:
    return [line.before for line in lines]


def _texts(lines: list[Slope], end: str) -> list[str]:
    return [line.before_text if end == "before" else line.now_text for line in lines]
