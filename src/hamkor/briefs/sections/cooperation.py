"""What the register knows of a pair: firms, funds, zones, projects, meetings, barriers, posts."""

from __future__ import annotations

from collections.abc import Iterable

from hamkor.briefs.document import Block, Bullets, Heading, Line, Sheet
from hamkor.briefs.material import Material, latest
from hamkor.briefs.sections.legal import agreement
from hamkor.briefs.speaker import Speaker
from hamkor.register.entities import Entity
from hamkor.register.vocabulary import KINDS
from hamkor.schema.provenance import Fact

_LEGAL = ("free-trade", "investment-protection", "double-taxation")


def cooperation(material: Material, speaker: Speaker, partner: str) -> list[Block]:
    """Return what the register knows of the focus and one partner, each part under its own heading."""
    focus = material.request.focus
    blocks: list[Block] = []
    for name, items in (
        ("firms", _firms(material, speaker, partner)),
        ("fields", _fields(material, speaker, partner)),
    ):
        if items:
            blocks += [Heading(3, speaker.say(f"{name}.heading"), f"{name}-{partner}"), Bullets(tuple(items))]
    for kind in ("funds", "zones", "projects"):
        found = dossiers(material, speaker, material.of_kind(kind, focus, partner))
        if found:
            blocks += [Heading(3, speaker.say(f"{kind}.heading"), f"{kind}-{partner}"), *found]
    others = [entity for entity in material.of_kind("agreements", focus, partner) if entity.type not in _LEGAL]
    for name, items in (
        ("documents", [agreement(material, speaker, entity) for entity in others]),
        ("meetings", meetings(material, speaker, material.of_kind("meetings", focus, partner))),
        ("barriers", barriers(material, speaker, material.of_kind("barriers", focus, partner))),
        ("posts", _posts(material, speaker, partner)),
    ):
        if items:
            blocks += [Heading(3, speaker.say(f"{name}.heading"), f"{name}-{partner}"), Bullets(tuple(items))]
    return blocks


def _firms(material: Material, speaker: Speaker, partner: str) -> list[Line]:
    focus = material.request.focus
    items: list[Line] = []
    for host, home in ((focus, partner), (partner, focus)):
        for entity in material.directed("firms", host, home):
            facts = material.claims(entity, "count")
            totals = [fact for fact in facts if not fact.of]
            if totals:
                items.append(_counts(material, speaker, (host, home), entity, totals))
            sectors = [*[fact for fact in facts if fact.of]]
            newest = latest(sectors)
            shown = [fact for fact in sectors if newest is not None and fact.period == newest.period]
            if shown:
                parts = [
                    speaker.say("firms.sector", sector=fact, count=fact) for fact in sorted(shown, key=lambda f: -f.number)
                ]
                line = speaker.say("firms.sectors", date=shown[0], items=speaker.join_with("list.semicolon", parts))
                items.append((*line, *speaker.cite(*shown)))
                items += _sectors_checked(material, speaker, entity, shown[0].period)
            named = material.claims(entity, "sector")
            if named:
                texts = speaker.join(speaker.fact(fact, "text") for fact in named)
                items.append((*speaker.say("firms.named", items=texts), *speaker.cite(*named)))
    return items


def _counts(material: Material, speaker: Speaker, pair: tuple[str, str], entity: Entity, totals: list[Fact]) -> Line:
    """Return the latest counts of firms; those of the last year of the series stand side by side."""
    newest = latest(totals)
    assert newest is not None
    ordered = sorted(totals, key=lambda fact: fact.period, reverse=True)
    recent = [fact for fact in ordered if fact.period[:4] == newest.period[:4]]
    older = [fact for fact in ordered if fact not in recent]
    parts = []
    for fact in [*recent, *older[:1]]:
        key = "firms.count" if fact.speaker else "firms.count-plain"
        count = speaker.say(key, count=fact, date=fact, by=speaker.fact(fact, "by"))
        parts.append((*noted(speaker, count, fact), *speaker.cite(fact)))
    line = speaker.join_with("list.semicolon", parts)
    title = speaker.fact(material.title(entity), "text")
    return speaker.say(f"firms.{entity.type or 'active'}", host=pair[0], home=pair[1], title=title, counts=line)


def _sectors_checked(material: Material, speaker: Speaker, entity: Entity, period: str) -> list[Line]:
    """Return whether the sectors of a count add up to it."""
    found = material.facts.best("sum-of-sectors", entity.id, period=period)
    if found is None or found.derivation is None:
        return []
    whole = material.facts.by_id[found.derivation.inputs[-1]]
    key = "firms.sectors-add" if found.number == whole.number else "firms.sectors-do-not-add"
    return [speaker.say(key, sum=found, count=whole)]


def noted(speaker: Speaker, line: Line, fact: Fact) -> Line:
    """Return a line with what must be known of its fact, in brackets."""
    return speaker.say("value.note", value=line, note=fact) if fact.note else line


def _fields(material: Material, speaker: Speaker, partner: str) -> list[Line]:
    items: list[Line] = []
    for entity in material.of_kind("cooperation", material.request.focus, partner):
        facts = material.claims(entity, "area")
        texts = speaker.join(speaker.fact(fact, "text") for fact in facts)
        items.append((*speaker.say("fields.named", items=texts), *speaker.cite(*facts)))
    return items


def dossiers(material: Material, speaker: Speaker, entities: Iterable[Entity]) -> list[Block]:
    """Return all that is claimed of each entity, contradicting values side by side; what takes two rows at most is a bullet."""
    sheets: list[Block] = []
    bullets: list[Line] = []
    for entity in entities:
        title = speaker.fact(material.title(entity), "text")
        rows = _rows(material, speaker, entity)
        if len(rows) > 2:
            sheets.append(Sheet(title, (speaker.say("head.what"), speaker.say("head.value")), rows, (False, False)))
        else:
            parts = (speaker.say("dossier.part", label=label, value=value) for label, value in rows)
            bullets.append(speaker.say("dossier.line", title=title, parts=speaker.join_with("list.semicolon", parts)))
    return [*sheets, *([Bullets(tuple(bullets))] if bullets else [])]


def _rows(material: Material, speaker: Speaker, entity: Entity) -> tuple[tuple[Line, Line], ...]:
    """Return what is claimed of an entity by attribute and part, the values of one with their dates and sources."""
    groups: dict[tuple[str, str], list[Fact]] = {}
    for fact in material.facts_of(entity):
        if not fact.name.endswith(".title"):
            groups.setdefault((fact.name, fact.of), []).append(fact)
    rows = []
    for (name, of), facts in groups.items():
        label = speaker.say(f"attribute.{name.partition('.')[2]}")
        if of:
            label = speaker.say("attribute.of", label=label, of=speaker.fact(facts[0], "of"))
        rows.append((label, speaker.join_with("list.semicolon", (_value(speaker, entity.kind, fact) for fact in facts))))
    return tuple(rows)


def _value(speaker: Speaker, kind: str, fact: Fact) -> Line:
    sort = KINDS[kind].attributes[fact.name.partition(".")[2]].sort
    value = speaker.fact(fact, sort if sort in ("text", "date") else "quantity")
    if fact.period and sort != "text":
        value = speaker.say("value.as-of", value=value, date=fact)
    return (*noted(speaker, value, fact), *speaker.cite(fact))


def meetings(material: Material, speaker: Speaker, entities: Iterable[Entity]) -> list[Line]:
    """Return meetings, the latest first: title, date, place, outcomes."""

    def when(entity: Entity) -> str:
        return max((fact.text for name in ("held", "planned") for fact in material.claims(entity, name)), default="")

    items: list[Line] = []
    for entity in sorted(entities, key=when, reverse=True):
        held, planned = (next(iter(material.claims(entity, name)), None) for name in ("held", "planned"))
        place = next(iter(material.claims(entity, "place")), None)
        parts = [speaker.fact(material.title(entity), "text")]
        if place is not None:
            parts.append(speaker.fact(place, "text"))
        if held is not None:
            parts.append(speaker.fact(held, "date"))
        elif planned is not None:
            parts.append(speaker.say("meetings.planned", date=planned))
        line = speaker.join_with("list.comma", parts)
        outcomes = material.claims(entity, "outcome")
        if outcomes:
            texts = speaker.join_with("list.semicolon", (speaker.fact(fact, "text") for fact in outcomes))
            line = speaker.say("meetings.line", meeting=line, outcomes=texts)
        items.append((*line, *speaker.cite(*material.facts_of(entity))))
    return items


def barriers(material: Material, speaker: Speaker, entities: Iterable[Entity]) -> list[Line]:
    """Return barriers: what it is, since and until when, its effect."""
    items: list[Line] = []
    for entity in entities:
        parts = []
        for name, kind in (
            ("measure", "text"),
            ("since", "date"),
            ("until", "date"),
            ("effect", "text"),
            ("status", "text"),
        ):
            for fact in material.claims(entity, name):
                value = speaker.fact(fact, kind)
                parts.append(speaker.say(f"barriers.{name}", value=value) if kind == "date" else value)
        title = speaker.fact(material.title(entity), "text")
        line = speaker.say("barriers.line", title=title, parts=speaker.join_with("list.semicolon", parts))
        items.append((*line, *speaker.cite(*material.facts_of(entity))))
    return items


def _posts(material: Material, speaker: Speaker, partner: str) -> list[Line]:
    items: list[Line] = []
    for entity in material.of_kind("posts", material.request.focus, partner):
        items += [
            (*noted(speaker, speaker.say(f"posts.{name}", count=fact), fact), *speaker.cite(fact))
            for name in ("road", "rail")
            for fact in material.claims(entity, name)
        ]
        for name in ("reopened", "status", "named"):
            facts = material.claims(entity, name)
            if facts:
                texts = speaker.join(speaker.fact(fact, "text") for fact in facts)
                items.append((*speaker.say(f"posts.{name}", items=texts), *speaker.cite(*facts)))
        for fact in material.claims(entity, "persons-a-day"):
            key = "posts.persons-of" if fact.of else "posts.persons"
            items.append((*speaker.say(key, count=fact, place=fact), *speaker.cite(fact)))
    return items
