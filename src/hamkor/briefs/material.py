"""What a brief is written from: the request, the facts, the register and the pictures' maker."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from hamkor.briefs.facts import Facts
from hamkor.briefs.records import Record, record, record_by
from hamkor.register.entities import Entity
from hamkor.schema.outline import Outline
from hamkor.schema.periods import Period
from hamkor.schema.provenance import Fact, Source
from hamkor.schema.region import Region

SHORT = ("summary", "changes", "targets")
"""The sections of the short form."""

EARLIER = "earlier"
"""Name of the facts that an earlier brief printed."""


class Request(msgspec.Struct, frozen=True):
    """What the brief is about.

    Attributes
    ----------
    region, focus, period
        The region, the member whose side is taken, the period of the headline figures.
    partner
        The only partner that it is about; empty: all other members.
    sections
        Names of the sections that it has, of `hamkor.briefs.compose.SECTIONS`; empty: all.
    """

    region: Region
    focus: str
    period: Period
    partner: str = ""
    sections: tuple[str, ...] = ()

    @property
    def partners(self) -> tuple[str, ...]:
        """The partners that it is about: one, or the other members of the region."""
        if self.partner:
            return (self.partner,)
        return tuple(member for member in self.region.members if member != self.focus)

    @property
    def short(self) -> bool:
        """Whether it is the short form."""
        return self.sections == SHORT


class Material(msgspec.Struct, frozen=True):
    """Everything that the sections draw on.

    Attributes
    ----------
    request
        What the brief is about.
    facts
        All facts of the region.
    entities
        The register.
    sources
        By id.
    earlier
        Numbers of an earlier brief, under the name ``earlier`` and the id ``earlier:...``; empty without one.
    outline
        What maps of the region are drawn on; None if it has none.
    """

    request: Request
    facts: Facts
    entities: tuple[Entity, ...]
    sources: dict[str, Source]
    earlier: tuple[Fact, ...] = ()
    outline: Outline | None = None

    def record(self, partner: str, period: Period | None = None) -> Record | None:
        """Return the focus's own record of the trade with `partner`, else the partner's."""
        return record(self.facts, focus=self.request.focus, partner=partner, period=str(period or self.request.period))

    def other_record(self, partner: str, period: Period | None = None) -> Record | None:
        """Return the partner's record, where the focus has one too."""
        mine = self.record(partner, period)
        if mine is None or mine.mirrored:
            return None
        return record_by(
            self.facts, partner, focus=self.request.focus, partner=partner, period=str(period or self.request.period)
        )

    def ranked_partners(self) -> tuple[str, ...]:
        """Return the partners by turnover, the largest first; those without a figure last, by code."""

        def size(partner: str) -> tuple[float, str]:
            found = self.record(partner)
            return (-found.turnover.number if found and found.turnover else 0.0, partner)

        return tuple(sorted(self.request.partners, key=size))

    def of_kind(self, kind: str, *parties: str) -> tuple[Entity, ...]:
        """Return the register's entities of a kind whose parties are just these, in any order."""
        return tuple(
            entity for entity in self.entities if entity.kind == kind and (not parties or set(entity.parties) == set(parties))
        )

    def directed(self, kind: str, first: str, second: str) -> tuple[Entity, ...]:
        """Return the entities of a kind whose parties are these, in this order (host and home, exporter and importer)."""
        return tuple(entity for entity in self.of_kind(kind) if entity.parties == (first, second))

    def groups_of(self, *members: str) -> tuple[str, ...]:
        """Return the ids of the groups to which all these economies belong."""
        return tuple(name for name, group in self.request.region.groups.items() if set(members) <= set(group.economies))

    def claims(self, entity: Entity, attribute: str) -> tuple[Fact, ...]:
        """Return the facts that claim `attribute` of `entity`, in the order of the file."""
        name = f"{entity.kind}.{attribute}"
        return tuple(fact for fact in self.facts_of(entity) if fact.name == name)

    def facts_of(self, entity: Entity) -> tuple[Fact, ...]:
        """Return all facts of an entity, in the order of the file."""
        return self.facts.of_entity.get(entity.id, ())

    def title(self, entity: Entity) -> Fact:
        """Return the fact that is the entity's title."""
        return self.facts.by_id[f"{entity.kind}.title:{entity.id}"]

    def roots(self, fact: Fact | None) -> list[Fact]:
        """Return the facts read from sources from which a fact was computed; itself if it was read; none for None."""
        if fact is None or fact.derivation is None:
            return [fact] if fact is not None else []
        return [root for name in fact.derivation.inputs for root in self.roots(self.facts.by_id[name])]

    def source_dates(self, names: Iterable[str]) -> list[str]:
        """Return the dates of these sources, the undated ones left out."""
        return sorted(self.sources[name].date for name in names if self.sources[name].date != "undated")


def latest(facts: Iterable[Fact]) -> Fact | None:
    """Return the fact with the latest as-of date; the first of several."""
    found = list(facts)
    return max(found, key=lambda fact: fact.period, default=None)
