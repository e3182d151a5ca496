"""Reading a region's outline, a GeoJSON file: every feature that is none is told, and every member without land."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Literal

import msgspec

from hamkor.regions.files import Folder
from hamkor.schema.errors import did_you_mean
from hamkor.schema.outline import Border, Land, Outline, Place, Polygon, area, middle

_Position = tuple[float, ...]
_DUE = "a polygon of an economy or a line with a status, as the page on packs says"


class _Polygon(msgspec.Struct, tag_field="type", tag="Polygon"):
    coordinates: list[list[_Position]]


class _MultiPolygon(msgspec.Struct, tag_field="type", tag="MultiPolygon"):
    coordinates: list[list[list[_Position]]]


class _LineString(msgspec.Struct, tag_field="type", tag="LineString"):
    coordinates: list[_Position]


class _MultiLineString(msgspec.Struct, tag_field="type", tag="MultiLineString"):
    coordinates: list[list[_Position]]


class _Properties(msgspec.Struct):
    economy: str = ""
    point: tuple[float, float] | None = None
    status: Literal["settled", "disputed", ""] = ""


class _Feature(msgspec.Struct, tag_field="type", tag="Feature"):
    properties: _Properties
    geometry: _Polygon | _MultiPolygon | _LineString | _MultiLineString


def read_outline(files: Folder, name: str, *, members: Iterable[str], known: Collection[str]) -> Outline | None:
    """Return the outline that a file of the folder holds, or None after a fault.

    Parameters
    ----------
    files
        The folder; faults are remembered there.
    name
        Of the file.
    members
        Economies that must have land in it.
    known
        Economies that may have.
    """
    raw = files.json(name)
    if raw is None:
        return None
    features = raw.get("features")
    if not isinstance(features, list) or raw.get("type") != "FeatureCollection":
        cure = "save the outline as GeoJSON in degrees"
        files.fault("no list of features", name, "a GeoJSON FeatureCollection", cure)
        return None
    before = len(files.faults)
    lands: dict[str, Land] = {}
    borders: list[Border] = []
    for number, entry in enumerate(features, start=1):
        where = f"{name} feature {number}"
        found = _feature(files, entry, where, known)
        if isinstance(found, Land):
            if found.economy in lands:
                files.fault(
                    f"economy '{found.economy}' again", where, "an economy that occurs once", "make it one MultiPolygon"
                )
            lands[found.economy] = found
        else:
            borders += found
    if len(files.faults) > before:
        return None
    for member in members:
        if member not in lands:
            cure = f'add a polygon with the property "economy": "{member}"'
            files.fault(f"no land of {member}", name, "the land of every member", cure)
    return Outline(tuple(lands.values()), tuple(borders))


def _feature(files: Folder, entry: Any, where: str, known: Collection[str]) -> Land | list[Border]:
    """Return the land or the borders that a feature is; no borders after a fault."""
    try:
        feature = msgspec.convert(entry, _Feature)
    except msgspec.ValidationError as error:
        files.fault(str(error), where, _DUE)
        return []
    properties, geometry = feature.properties, feature.geometry
    if isinstance(geometry, _LineString | _MultiLineString):
        lines = [geometry.coordinates] if isinstance(geometry, _LineString) else geometry.coordinates
        if not properties.status:
            files.fault("a line without a status", where, 'the property "status": settled or disputed')
            return []
        places = [_places(files, line, where, least=2) for line in lines]
        return [Border(properties.status == "disputed", line) for line in places if line]
    if properties.economy not in known:
        cure = did_you_mean(properties.economy, known) if properties.economy else 'add the property "economy"'
        files.fault(f"economy '{properties.economy}'", where, "an economy code", cure)
        return []
    parts = [geometry.coordinates] if isinstance(geometry, _Polygon) else geometry.coordinates
    polygons = _polygons(files, parts, where)
    point = properties.point and _places(files, [properties.point], where, least=1)
    if not polygons or point == ():
        return []
    return Land(properties.economy, polygons, point[0] if point else middle(polygons))


def _polygons(files: Folder, parts: list[list[list[_Position]]], where: str) -> tuple[Polygon, ...]:
    """Return the polygons, or none after a fault."""
    found: list[Polygon] = []
    for part in parts or [[]]:
        if not part:
            files.fault("a polygon without a ring", where, "rings of four places or more")
            return ()
        rings = tuple(_places(files, ring, where, least=4) for ring in part)
        if () in rings:
            return ()
        if any(ring[0] != ring[-1] for ring in rings):
            files.fault("an open ring", where, "a ring that ends where it begins")
            return ()
        if any(area(ring) < 1e-9 for ring in rings):
            files.fault("a ring around nothing", where, "a ring that encloses land")
            return ()
        found.append(rings)
    return tuple(found)


def _places(files: Folder, line: Iterable[_Position], where: str, *, least: int) -> tuple[Place, ...]:
    """Return the places of a line, or none after a fault; a height is left out."""
    places: list[Place] = []
    for position in line:
        longitude, latitude = position[:2] if len(position) > 1 else (999.0, 999.0)
        if not (-180.0 <= longitude <= 180.0 and -90.0 <= latitude <= 90.0):
            due = "a longitude of at most 180 and a latitude of at most 90 degrees"
            shown = ", ".join(f"{part:g}" for part in position)
            files.fault(f"[{shown}]", where, due, "save the outline in degrees (WGS 84), longitude first")
            return ()
        places.append((longitude, latitude))
    if len(places) < least:
        files.fault(f"{len(places)} places", where, f"{least} places or more")
        return ()
    return tuple(places)
