"""Actual against predicted trade, a point a pair, on scales of powers of ten: below the line, trade falls short."""

from __future__ import annotations

import math

import msgspec

from hamkor.charts.labels import Box, Place, free_place
from hamkor.charts.style import FIRST, INK, NEUTRAL, Look, Specification, finished

_NAMED = 12


class Compared(msgspec.Struct, frozen=True):
    """One pair: its name, actual and predicted trade, both over zero."""

    pair: str
    actual: float
    predicted: float


def potential(pairs: list[Compared], *, look: Look, size: int = 380) -> Specification:
    """Return points over predicted trade, the line of equality, and the names of the dozen pairs that are furthest from it.

    Examples
    --------
    >>> made = potential([Compared("A → B", 10.0, 20.0)], look=Look("IBM Plex Sans"))
    >>> len(made["layer"])
    3
    """
    values = [value for pair in pairs for value in (pair.actual, pair.predicted)]
    domain = [min(values) / 1.5, max(values) * 1.5]
    named = _named(pairs, domain, size)

    def axis(field: str, title: str) -> dict[str, object]:
        scale = {"type": "log", "domain": domain, "nice": False}
        label = "replace(replace(datum.label, 'G', ' bn'), 'M', ' m')"
        told = {"title": title, "format": "~s", "labelExpr": label, "tickCount": 4, "grid": False}
        return {"field": field, "type": "quantitative", "scale": scale, "axis": told}

    predicted, actual = axis("predicted", "predicted"), axis("actual", "actual")
    return finished(
        look,
        {
            "width": size,
            "height": size,
            "layer": [
                {
                    "data": {"values": [{"predicted": value, "actual": value} for value in domain]},
                    "mark": {"type": "line", "color": NEUTRAL, "strokeDash": [3, 3]},
                    "encoding": {"x": predicted, "y": actual},
                },
                {
                    "data": {"values": [msgspec.to_builtins(pair) for pair in pairs]},
                    "mark": {"type": "point", "filled": True, "size": 50, "color": FIRST, "opacity": 0.9},
                    "encoding": {"x": predicted, "y": actual},
                },
                *(
                    {
                        "data": {"values": [msgspec.to_builtins(pair)]},
                        "mark": {"type": "text", **msgspec.to_builtins(place), "baseline": "middle", "color": INK},
                        "encoding": {"x": predicted, "y": actual, "text": {"field": "pair", "type": "nominal"}},
                    }
                    for pair, place in named
                ),
            ],
        },
    )  # fmt: skip


def _named(pairs: list[Compared], domain: list[float], size: int) -> list[tuple[Compared, Place]]:
    """Return the pairs that are furthest off, those with room for a name, and where the name stands."""

    def pixel(value: float) -> float:
        return size * math.log(value / domain[0]) / math.log(domain[1] / domain[0])

    spots = [(pixel(pair.predicted), size - pixel(pair.actual)) for pair in pairs]
    taken: list[Box] = [(x - 4, y - 4, x + 4, y + 4) for x, y in spots]
    found = []
    for at in sorted(range(len(pairs)), key=lambda at: -abs(math.log(pairs[at].actual / pairs[at].predicted)))[:_NAMED]:
        others = [box for place, box in enumerate(taken) if place != at]
        line = [(0.0, float(size)), (float(size), 0.0)]
        place, box = free_place(pairs[at].pair, spots[at], lines=[line], taken=others, size=(size, size))
        if any(box[0] < one[2] and one[0] < box[2] and box[1] < one[3] and one[1] < box[3] for one in others):
            continue
        taken.append(box)
        found.append((pairs[at], place))
    return found
