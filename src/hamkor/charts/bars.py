"""Bars: two flows to either side of a middle line."""

from __future__ import annotations

import msgspec

from hamkor.charts.style import FIRST, INK, SECOND, SECOND_TEXT, Look, Specification, finished


class Bar(msgspec.Struct, frozen=True):
    """One bar: its category, side or group, length, and the text that stands at its end."""

    category: str
    group: str
    value: float
    text: str


def diverging(bars: list[Bar], *, groups: tuple[str, str], look: Look, width: int = 460) -> Specification:
    """Return bars of two groups to either side of a middle line, categories in the order given.

    Parameters
    ----------
    bars
        Values are lengths, never negative; the first group goes with the direction of reading.
    groups
        Names of the two groups, as in the bars; shown as the legend.
    look
        Font and direction.
    width
        Pixels.

    Examples
    --------
    >>> specification = diverging([Bar("A", "x", 3.0, "3")], groups=("x", "m"), look=Look("IBM Plex Sans"))
    >>> specification["encoding"]["y"]["sort"]
    ['A']
    """
    order = list(dict.fromkeys(bar.category for bar in bars))
    longest = max((bar.value for bar in bars), default=1.0) or 1.0
    rows = [
        {
            "category": bar.category, "group": bar.group, "text": bar.text,
            "value": bar.value if bar.group == groups[0] else -bar.value,
        }
        for bar in bars
    ]  # fmt: skip
    scale = {"domain": [-1.35 * longest, 1.35 * longest], "reverse": look.mirrored}
    sides = [
        {
            "transform": [{"filter": f"datum.value {sign} 0"}],
            "mark": {"type": "text", "align": align, "dx": dx, "baseline": "middle"},
            "encoding": {"text": {"field": "text", "type": "nominal"}},
        }
        for sign, align, dx in ((">=", "right", -4), ("<", "left", 4))
    ]
    if not look.mirrored:
        for side, (align, dx) in zip(sides, (("left", 4), ("right", -4)), strict=True):
            side["mark"] = {"type": "text", "align": align, "dx": dx, "baseline": "middle"}
    return finished(
        look,
        {
            "width": width,
            "height": {"step": 30},
            "data": {"values": rows},
            "encoding": {
                "y": {
                    "field": "category", "type": "nominal", "sort": order,
                    "axis": {"orient": "right" if look.mirrored else "left", "labelFontSize": 12, "labelPadding": 8},
                },
                "x": {"field": "value", "type": "quantitative", "scale": scale, "axis": None},
            },
            "layer": [
                {
                    "mark": {"type": "bar", "height": 16},
                    "encoding": {
                        "color": {
                            "field": "group", "type": "nominal",
                            "scale": {"domain": list(groups), "range": [FIRST, SECOND]}, "legend": None,
                        }
                    },
                },
                *_sides_named(groups, look),
                {"mark": {"type": "rule", "color": INK}, "encoding": {"x": {"datum": 0}, "y": {}}},
                *sides,
            ],
        },
    )  # fmt: skip


def _sides_named(groups: tuple[str, str], look: Look) -> list[Specification]:
    """Return the names of the two groups as text above their sides, in their colours."""
    ends = ("right", "left") if look.mirrored else ("left", "right")
    return [
        {
            "data": {"values": [{"name": group, "middle": 0}]},
            "mark": {"type": "text", "align": end, "dx": 6 if end == "left" else -6, "color": colour, "fontWeight": "bold"},
            "encoding": {
                "text": {"field": "name", "type": "nominal"},
                "x": {"field": "middle", "type": "quantitative"},
                "y": {"value": -9},
            },
        }
        for group, end, colour in zip(groups, ends, (FIRST, SECOND_TEXT), strict=True)
    ]
