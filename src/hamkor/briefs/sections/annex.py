"""The sources, and where each printed figure comes from."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from hamkor.briefs.document import (
    Block,
    Chain,
    Figure,
    Heading,
    Line,
    Moment,
    Paragraph,
    Provenance,
    Quote,
    Reference,
    References,
)
from hamkor.briefs.document import lines as lines_of
from hamkor.briefs.material import EARLIER, Material
from hamkor.briefs.speaker import Speaker
from hamkor.register.vocabulary import KINDS
from hamkor.schema.periods import parse_period
from hamkor.schema.provenance import Fact


def sources(material: Material, speaker: Speaker) -> list[Block]:
    """Return the sources in the order in which they were cited."""
    entries = []
    for name, number in speaker.cited.items():
        source = material.sources[name]
        line: list[Line] = [(Quote(f"source:{name}", source.title, _language(speaker, source.language)),)]
        line.append((Quote(f"source:{name}", source.publisher, _language(speaker, "en")),))
        dated = source.date != "undated"
        line.append((Moment(speaker.language.date(source.date)),) if dated else speaker.say("source.undated"))
        line.append(speaker.say(f"licence.{source.licence}"))
        entries.append(Reference(name, number, speaker.join_with("list.comma", line), source.address))
    return [Heading(2, speaker.say("sources.title"), "sources"), References(tuple(entries))] if entries else []


def _language(speaker: Speaker, language: str) -> str:
    return "" if (language or "en") == speaker.language.code else language or "en"


def earlier_name(fact: Fact) -> Fact:
    """Return a fact of an earlier brief under the name that it had there."""
    return msgspec.structs.replace(fact, name=fact.id.split(":")[1])


def figures(material: Material, speaker: Speaker, blocks: Iterable[Block]) -> list[Block]:
    """Return the chain of every number that the blocks print, and of the numbers from which those were computed."""
    printed = dict.fromkeys(
        node.fact for block in blocks for line in lines_of(block) for node in line if isinstance(node, Figure)
    )
    queue = list(printed)
    for name in queue:
        fact = material.facts.by_id[name]
        for used in fact.derivation.inputs if fact.derivation and fact.name != EARLIER else ():
            if used not in printed:
                printed[used] = None
                queue.append(used)
    entries = tuple(_chain(material, speaker, material.facts.by_id[name]) for name in queue)
    if not entries:
        return []
    head = tuple(speaker.say(f"head.{name}") for name in ("figure", "states", "origin"))
    return [
        Heading(2, speaker.say("figures.title"), "figures"), Paragraph(speaker.say("figures.note"), "note"),
        Provenance(speaker.say("figures.caption"), head, entries),
    ]  # fmt: skip


def _chain(material: Material, speaker: Speaker, fact: Fact) -> Chain:
    figure = speaker.fact(fact, kind_of(fact))
    if fact.name == EARLIER:
        return Chain(fact.id, figure, states(material, speaker, fact), speaker.say("origin.earlier"))
    if fact.derivation is not None:
        inputs = speaker.join_with(
            "list.semicolon",
            (speaker.fact(used, kind_of(used)) for used in (material.facts.by_id[name] for name in fact.derivation.inputs)),
        )
        return Chain(fact.id, figure, states(material, speaker, fact), speaker.say(f"formula.{fact.name}", inputs=inputs))
    origin = speaker.say("origin.printed", speaker=speaker.fact(fact, "by")) if fact.speaker else ()
    return Chain(fact.id, figure, states(material, speaker, fact), (*origin, *speaker.cite(fact)))


def kind_of(fact: Fact) -> str:
    """Return as what a fact is listed; the same everywhere in the annex."""
    if fact.name == EARLIER:
        return kind_of(earlier_name(fact))
    if isinstance(fact.value, str):
        sort = _sort(fact.name)
        return "date" if sort == "date" else "text"
    if fact.name.endswith("-growth"):
        return "signed"
    if fact.name.startswith(("share-of", "growth-", "intra-")):
        return "percent"
    if fact.name in ("mirror-ratio", "target-multiple", "trade-intensity"):
        return "times"
    return "quantity"


def _sort(name: str) -> str:
    kind, _, attribute = name.partition(".")
    return KINDS[kind].attributes[attribute].sort if kind in KINDS and attribute in KINDS[kind].attributes else ""


def states(material: Material, speaker: Speaker, fact: Fact, *, plain: bool = False) -> Line:
    """Return what a fact states, in words: ``exports of Uzbekistan to Kazakhstan, 2023``.

    A fact of an earlier brief is said to be one, unless `plain`.
    """
    if fact.name == EARLIER:
        what = states(material, speaker, earlier_name(fact))
        return what if plain else speaker.say("states.earlier", what=what)
    kind, _, attribute = fact.name.partition(".")
    entity = next((found for found in material.entities if (found.id,) == fact.entities), None)
    if entity is not None:
        title = speaker.fact(material.title(entity), "text")
        label = speaker.say(f"attribute.{attribute}") if attribute else speaker.say(f"states.{fact.name}")
        if fact.of:
            label = speaker.say("attribute.of", label=label, of=speaker.fact(fact, "of"))
        return speaker.say("states.attribute", title=title, attribute=label)
    if kind == "corridor":
        return speaker.say(f"indicator.{attribute}", mode=speaker.say(f"mode.{fact.entities[1]}"))
    first, *rest = (_party(material, speaker, code) for code in fact.entities)
    return speaker.say(f"states.{fact.name}", first=first, second=rest[0] if rest else (), period=parse_period(fact.period))


def _party(material: Material, speaker: Speaker, code: str) -> Line:
    group = material.facts.by_id.get(f"group.title:{code}")
    return speaker.fact(group, "text") if group is not None else speaker.say("economy", economy=code)
