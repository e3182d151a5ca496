"""Where a label stands: pushed apart from others of its column, or at the first place beside its point that is free."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import msgspec

SIZE = 11.0
"""Font size of labels, pixels."""


def width_of(text: str) -> float:
    """Return about how wide a label is, pixels; marks of direction have no width.

    Examples
    --------
    >>> width_of("3,480") > width_of("348")
    True
    """
    narrow, wide = 0.48 * SIZE, 0.58 * SIZE
    shown = (sign for sign in text if unicodedata.category(sign) not in ("Cf", "Mn"))
    return sum(narrow if unicodedata.bidirectional(sign) == "AL" or sign == " " else wide for sign in shown)


def dodged(wanted: list[float], *, gap: float) -> list[float]:
    """Return the places nearest to those wanted that are at least `gap` apart, in the same order.

    Parameters
    ----------
    wanted
        Places on one line, in any order.
    gap
        Least distance of two neighbours, in the same unit.

    Examples
    --------
    >>> dodged([10.0, 11.0, 40.0], gap=5.0)
    [8.0, 13.0, 40.0]
    """
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    groups: list[list[int]] = []
    for place in order:
        groups.append([place])
        while len(groups) > 1 and _start(groups[-1], wanted, gap) < _start(groups[-2], wanted, gap) + gap * len(groups[-2]):
            groups[-2:] = [groups[-2] + groups[-1]]
    found = list(wanted)
    for group in groups:
        for step, place in enumerate(group):
            found[place] = _start(group, wanted, gap) + gap * step
    return found


def _start(group: list[int], wanted: list[float], gap: float) -> float:
    """Return where a group of labels starts whose middle is the mean of what its members want."""
    return sum(wanted[place] for place in group) / len(group) - gap * (len(group) - 1) / 2


class Place(msgspec.Struct, frozen=True):
    """A label's place relative to its point: its alignment and the offset in pixels, down and to the right."""

    align: str
    dx: float
    dy: float


_AROUND = (
    Place("center", 0, -12), Place("center", 0, 13), Place("right", -3, -11), Place("right", -3, 12), Place("left", 4, -11),
    Place("left", 4, 12), Place("right", -8, -17), Place("right", -8, 18), Place("left", 8, -17), Place("left", 8, 18),
    Place("center", 0, -20), Place("center", 0, 21), Place("right", -6, -24), Place("right", -6, 25), Place("left", 6, -24),
    Place("left", 6, 25),
)  # fmt: skip

Spot = tuple[float, float]
Box = tuple[float, float, float, float]


def free_place(
    text: str, point: Spot, *, lines: list[list[Spot]], taken: list[Box], size: tuple[float, float]
) -> tuple[Place, Box]:
    """Return the first place beside a point where its label touches no line and no other label, and the box it fills.

    Parameters
    ----------
    text
        The label.
    point
        Pixels from the left and from the top.
    lines
        Each line as its points, in pixels.
    taken
        Boxes of labels that stand already: left, top, right, bottom.
    size
        Width and height of the plot; a label leaves it by a few pixels at most.

    Examples
    --------
    >>> free_place("3", (10.0, 50.0), lines=[[(10.0, 50.0), (90.0, 50.0)]], taken=[], size=(100, 100))[0]
    Place(align='center', dx=0, dy=-12)
    """
    boxes = [box_of(text, point, place) for place in _AROUND]
    faults = [_faults(box, lines, taken, size) for box in boxes]
    best = faults.index(min(faults))
    return _AROUND[best], boxes[best]


def box_of(text: str, point: Spot, place: Place) -> Box:
    """Return the box that a label fills at a place beside a point."""
    width = width_of(text)
    left = point[0] + place.dx - {"left": 0.0, "center": 0.5, "right": 1.0}[place.align] * width
    top = point[1] + place.dy - 0.5 * SIZE
    return left, top, left + width, top + SIZE


def _faults(box: Box, lines: list[list[Spot]], taken: list[Box], size: tuple[float, float]) -> float:
    left, top, right, bottom = box
    outside = max(0.0, -left - 4) + max(0.0, right - size[0] - 4) + max(0.0, -top - 4) + max(0.0, bottom - size[1] - 2)
    overlaps = sum(left < other[2] + 2 and other[0] < right + 2 and top < other[3] and other[1] < bottom for other in taken)
    crossed = sum(
        left - 4 < x < right + 4 and top - 2.5 < y < bottom + 2.5
        for line in lines
        for start, end in pairwise(line)
        for x, y in _along(start, end)
    )
    return 3.0 * outside + 50.0 * overlaps + crossed


def _along(start: Spot, end: Spot) -> list[Spot]:
    steps = 1 + int(max(abs(end[0] - start[0]), abs(end[1] - start[1])) / 2)
    return [
        (start[0] + (end[0] - start[0]) * step / steps, start[1] + (end[1] - start[1]) * step / steps)
        for step in range(steps + 1)
    ]
