"""What a region is: its members, groups and known gaps; no facts."""

from __future__ import annotations

import msgspec


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A named set of economies that figures speak of."""

    title: str
    economies: tuple[str, ...]


class Made(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An economy that no standard of codes has, as its region declares it."""

    name: str


class Remark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that a reader must know of the data of some economies (a gap, a scope)."""

    parties: tuple[str, ...]
    text: str


class Preference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A recorded choice between contradicting figures."""

    figure: str
    reason: str


class Region(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """A region as its pack declares it.

    Attributes
    ----------
    id, title
        Name on the command line, and in print (English; translated in the pack's language files).
    members, observers
        Economy codes.
    languages
        Languages in which the region's briefs come out by default.
    default_focus, default_period
        What a brief is about unless told otherwise.
    economies
        Economies that no standard of codes has, by the code that the pack gives them.
    groups
        Sets of economies by id.
    gaps, notes
        What is not published; what must be known of what is.
    preferred
        Choices between contradicting figures.
    outline
        Name of the GeoJSON file on which its maps are drawn; empty if there is none.
    """

    id: str
    title: str
    members: tuple[str, ...]
    languages: tuple[str, ...]
    default_focus: str
    default_period: str
    observers: tuple[str, ...] = ()
    economies: dict[str, Made] = {}
    groups: dict[str, Group] = {}
    gaps: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()
    preferred: tuple[Preference, ...] = ()
    outline: str = ""
