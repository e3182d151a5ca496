"""Steps: what each part added to a change, one after the other, and the change in all."""

from __future__ import annotations

import msgspec

from hamkor.charts.style import FIRST, INK, NEUTRAL, SECOND, Look, Specification, finished


class Step(msgspec.Struct, frozen=True):
    """One part: its category, what it added (negative: took away), and the text at the end of its bar."""

    category: str
    value: float
    text: str


def waterfall(steps: list[Step], *, total: Step, look: Look, width: int = 380) -> Specification:
    """Return the parts as bars that start where the one before ends, and the whole change as a bar from nothing.

    Parameters
    ----------
    steps
        In reading order; what is taken away is a lighter bar.
    total
        The whole change.
    look
        Font and direction; mirrored pages get it from right to left.
    width
        Pixels.

    Examples
    --------
    >>> parts = [Step("A", 10.0, "10"), Step("B", -4.0, "-4")]
    >>> drawn = waterfall(parts, total=Step("all", 6.0, "6"), look=Look("IBM Plex Sans"))
    >>> [row["end"] for row in drawn["data"]["values"]]
    [10.0, 6.0, 6.0]
    """
    rows, reached = [], 0.0
    for step, following in zip(steps, (*steps[1:], total), strict=True):
        rows.append({"category": step.category, "start": reached, "end": reached + step.value, "text": step.text,
                     "next": following.category, "kind": "adds" if step.value >= 0 else "takes"})  # fmt: skip
        reached += step.value
    rows.append({"category": total.category, "start": 0.0, "end": total.value, "text": total.text,
                 "next": total.category, "kind": "all"})  # fmt: skip
    ends = [float(str(row[name])) for row in rows for name in ("start", "end")]
    low, high = min(ends), max(ends)
    room = 0.2 * (high - low or 1.0)
    order = [step.category for step in (*steps, total)]
    return finished(
        look,
        {
            "width": width,
            "height": {"step": 26},
            "data": {"values": rows},
            "encoding": {
                "y": {
                    "field": "category", "type": "nominal", "sort": order,
                    "axis": {"orient": "right" if look.mirrored else "left", "labelLimit": 220, "labelPadding": 8},
                },
                "x": {
                    "field": "start", "type": "quantitative", "axis": None,
                    "scale": {"domain": [low - room * (low < 0), high + room], "reverse": look.mirrored},
                },
            },
            "layer": [
                {
                    "mark": {"type": "rule", "color": NEUTRAL, "strokeWidth": 0.9},
                    "encoding": {"x": {"field": "end", "type": "quantitative"}, "y2": {"field": "next"}},
                },
                {
                    "mark": {"type": "bar", "height": 15},
                    "encoding": {
                        "x2": {"field": "end"},
                        "color": {
                            "field": "kind", "type": "nominal", "legend": None,
                            "scale": {"domain": ["adds", "takes", "all"], "range": [FIRST, SECOND, INK]},
                        },
                    },
                },
                {"mark": {"type": "rule", "color": INK}, "encoding": {"x": {"datum": 0}, "y": {}}},
                *_labels(look),
            ],
        },
    )  # fmt: skip


def _labels(look: Look) -> list[Specification]:
    """Return the texts beyond the ends of the bars."""
    beyond = {">=": ("right", -5), "<": ("left", 5)} if look.mirrored else {">=": ("left", 5), "<": ("right", -5)}
    return [
        {
            "transform": [{"filter": f"datum.end {sign} datum.start"}],
            "mark": {"type": "text", "align": align, "dx": dx, "baseline": "middle"},
            "encoding": {
                "text": {"field": "text", "type": "nominal"}, "x": {"field": "end", "type": "quantitative"},
            },
        }
        for sign, (align, dx) in beyond.items()
    ]  # fmt: skip
