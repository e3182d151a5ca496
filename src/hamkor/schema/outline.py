"""The outline of a region: the land of its economies and the stretches of border that are told apart, in degrees."""

from __future__ import annotations

from itertools import pairwise

import msgspec

Place = tuple[float, float]
"""Longitude and latitude in degrees, east and north positive."""
Ring = tuple[Place, ...]
Polygon = tuple[Ring, ...]
"""The outer ring first, then holes."""


class Land(msgspec.Struct, frozen=True):
    """The land of one economy.

    Attributes
    ----------
    economy
        Its code.
    polygons
        One for each part.
    point
        Where its name and its flows are drawn.
    """

    economy: str
    polygons: tuple[Polygon, ...]
    point: Place


class Border(msgspec.Struct, frozen=True):
    """A stretch of border that is drawn for itself: a disputed one is dashed."""

    disputed: bool
    line: tuple[Place, ...]


class Outline(msgspec.Struct, frozen=True):
    """What a map of the region is drawn on; land comes in the order of the file."""

    lands: tuple[Land, ...]
    borders: tuple[Border, ...] = ()


def area(ring: Ring) -> float:
    """Return the area that a ring encloses, in square degrees taken as a plane.

    Examples
    --------
    >>> area(((0.0, 0.0), (4.0, 0.0), (4.0, 2.0), (0.0, 2.0), (0.0, 0.0)))
    8.0
    """
    return abs(sum(west * north - east * south for (west, south), (east, north) in pairwise(ring))) / 2.0


def middle(polygons: tuple[Polygon, ...]) -> Place:
    """Return the centre of gravity of the largest part, in degrees taken as a plane.

    Parameters
    ----------
    polygons
        Each encloses something.

    Examples
    --------
    >>> middle(((((0.0, 0.0), (4.0, 0.0), (4.0, 2.0), (0.0, 2.0), (0.0, 0.0)),),))
    (2.0, 1.0)
    """
    ring = max((polygon[0] for polygon in polygons), key=area)
    whole = x = y = 0.0
    for (west, south), (east, north) in pairwise(ring):
        cross = west * north - east * south
        whole, x, y = whole + cross, x + (west + east) * cross, y + (south + north) * cross
    return x / (3.0 * whole), y / (3.0 * whole)
