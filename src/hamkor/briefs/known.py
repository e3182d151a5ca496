"""The facts of a region as records that a text's figures are compared with."""

from __future__ import annotations

from collections.abc import Mapping

from hamkor.briefs.facts import Facts
from hamkor.claims.records import Record
from hamkor.register.entities import Entity
from hamkor.schema.provenance import Fact, Source

_FLOWS = ("turnover", "export", "import")


def known_figures(facts: Facts, entities: tuple[Entity, ...], sources: Mapping[str, Source]) -> list[Record]:
    """Return every known level and growth rate of trade, and every number of firms, as a record.

    Parameters
    ----------
    facts
        Of the region.
    entities
        Its register: firms have host and home as parties.
    sources
        By id, for their dates.
    """
    parties = {entity.id: entity.parties for entity in entities if entity.kind == "firms" and entity.type != "new"}
    found: list[Record] = []
    for fact in facts.by_id.values():
        flow, _, rate = fact.name.partition("-")
        if flow in _FLOWS and rate in ("", "growth") and len(fact.entities) == 2:
            found.append(_record(fact, facts, sources, "growth" if rate else "amount", fact.entities, flow))
        elif fact.name == "firms.count" and len(parties.get(fact.entities[0], ())) == 2 and not fact.of:
            found.append(_record(fact, facts, sources, "count", parties[fact.entities[0]], ""))
    return found


def _record(fact: Fact, facts: Facts, sources: Mapping[str, Source], kind: str, pair: tuple[str, ...], flow: str) -> Record:
    source = sources.get(fact.source)
    return Record(
        fact.id, kind, pair[0], pair[1], flow, fact.period, fact.number, fact.low, fact.high,
        date=source.date if source and source.date != "undated" else "", coverage=fact.coverage, valuation=fact.valuation,
        subset=fact.subset, preferred=facts.best(fact.name, *fact.entities, period=fact.period) is fact,
    )  # fmt: skip
