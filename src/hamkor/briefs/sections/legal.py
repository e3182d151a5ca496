"""The legal basis: which agreements bind the focus and each partner, since when, and which gaps are known."""

from __future__ import annotations

from hamkor.briefs.document import Block, Bullets, Heading, Line, Paragraph, Sheet
from hamkor.briefs.material import Material
from hamkor.briefs.speaker import Speaker
from hamkor.register.entities import Entity
from hamkor.schema.provenance import Fact

_COLUMNS = ("free-trade", "investment-protection", "double-taxation")


def legal_basis(material: Material, speaker: Speaker) -> list[Block]:
    """Return the matrix of agreements by partner and kind, the other agreements of each pair, and those of the region."""
    focus = material.request.focus
    partners = material.ranked_partners()
    pairs = {partner: material.of_kind("agreements", focus, partner) for partner in partners}
    shared = [
        entity
        for entity in material.of_kind("agreements")
        if (len(entity.parties) > 2 and {focus} < set(entity.parties) and set(entity.parties) & set(partners))
        or (len(entity.parties) == 1 and entity.parties[0] in material.groups_of(focus))
    ]  # fmt: skip
    if not any(pairs.values()) and not shared:
        return []
    blocks: list[Block] = [Heading(2, speaker.say("legal.title"), "legal")]
    if any(pairs.values()):
        blocks.append(_matrix(material, speaker, pairs, shared))
        blocks.append(Paragraph(speaker.say("legal.note"), "note"))
    blocks += _taxes(material, speaker, partners)
    if shared:
        blocks.append(Heading(3, speaker.say("legal.shared"), "legal-shared"))
        blocks.append(Bullets(tuple(agreement(material, speaker, entity) for entity in shared)))
    return blocks


def _matrix(material: Material, speaker: Speaker, pairs: dict[str, tuple[Entity, ...]], shared: list[Entity]) -> Sheet:
    rows = []
    for partner, entities in pairs.items():
        cells: list[Line] = [speaker.say("economy", economy=partner)]
        for kind in _COLUMNS:
            found = [_state(material, speaker, entity) for entity in entities if entity.type == kind]
            key = "legal.several" if any(entity.type == kind and partner in entity.parties for entity in shared) else "unknown"
            cells.append(speaker.join_with("list.semicolon", found) if found else speaker.say(key))
        rows.append(tuple(cells))
    head = tuple(speaker.say(f"head.{name}") for name in ("partner", *_COLUMNS))
    caption = speaker.say("legal.table", focus=material.request.focus)
    return Sheet(caption, head, tuple(rows), (False, *[False] * len(_COLUMNS)))


def _taxes(material: Material, speaker: Speaker, partners: tuple[str, ...]) -> list[Block]:
    names = ("dividends", "interest", "royalties")
    rows = []
    for partner in partners:
        for entity in material.directed("taxes", material.request.focus, partner):
            found = [material.claims(entity, name) for name in names]
            cells = [
                speaker.join_with("list.semicolon", (_rate(speaker, fact) for fact in facts))
                if facts
                else speaker.say("unknown")
                for facts in found
            ]
            cells[-1] = (*cells[-1], *speaker.cite(*(fact for facts in found for fact in facts)))
            rows.append((speaker.say("economy", economy=partner), *cells))
    if not rows:
        return []
    caption = speaker.say("legal.taxes", focus=material.request.focus)
    head = tuple(speaker.say(f"head.{name}") for name in ("partner", *names))
    return [Sheet(caption, head, tuple(rows), (False, True, True, True))]


def _rate(speaker: Speaker, fact: Fact) -> Line:
    rate = speaker.fact(fact, "quantity")
    return speaker.say("value.note", value=rate, note=fact) if fact.note else rate


def _dates(material: Material, speaker: Speaker, entity: Entity, *, full: bool = False) -> tuple[list[Line], list[Fact]]:
    parts, used = [], []
    for attribute in ("signed", "ratified", "in-force", "ended"):
        facts = material.claims(entity, attribute)
        for fact in facts[:1]:
            dated = speaker.say(f"agreement.{attribute}", date=fact)
            parts.append(speaker.say("value.note", value=dated, note=fact) if fact.note and full else dated)
            used.append(fact)
    if not any(fact.name.endswith("in-force") for fact in used):
        for fact in material.claims(entity, "stated")[:1]:
            parts.append(speaker.say("agreement.stated", date=fact))
            used.append(fact)
    return parts, used


def _state(material: Material, speaker: Speaker, entity: Entity) -> Line:
    parts, used = _dates(material, speaker, entity)
    if not parts:
        status = material.claims(entity, "status")
        return (
            *(speaker.fact(status[0], "text") if status else speaker.say("agreement.undated")),
            *speaker.cite(*status[:1]),
        )
    return (*speaker.join_with("list.comma", parts), *speaker.cite(*used))


def agreement(material: Material, speaker: Speaker, entity: Entity) -> Line:
    """Return an agreement in one line: its title, when it was signed and came into force, its sources."""
    title = speaker.fact(material.title(entity), "text")
    parts, used = _dates(material, speaker, entity, full=True)
    if not parts:
        return (*title, *speaker.cite(*material.facts_of(entity)[:1]))
    dates = speaker.join_with("list.comma", parts)
    return (*speaker.say("agreement.line", title=title, dates=dates), *speaker.cite(*used))
