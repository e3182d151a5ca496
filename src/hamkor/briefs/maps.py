"""The brief's map: the exports between the region's members, drawn on its outline."""

from __future__ import annotations

from itertools import permutations

from hamkor.briefs.document import Block, Line, Paragraph, text_of
from hamkor.briefs.material import Material
from hamkor.briefs.pictures.frame import framed, label_of, look_of
from hamkor.briefs.speaker import Speaker
from hamkor.charts.flowmap import Flow, flow_map
from hamkor.schema.outline import Outline
from hamkor.schema.periods import Period, parse_period
from hamkor.schema.provenance import Fact

Pair = tuple[str, str]
"""Exporter and importer."""


def mapped_flows(material: Material) -> tuple[Period, dict[Pair, Fact]] | None:
    """Return the year in which most flows are known, the latest of several, and the fact of each; None if there is none.

    A flow is the exporter's preferred record, else the importer's; years after the brief's own are left out.
    """
    facts, request = material.facts, material.request
    recorded = (found[0] for found in facts.ranked.values() if found[0].name in ("export", "import"))
    periods = {fact.period: parse_period(fact.period) for fact in recorded}
    best: tuple[Period, dict[Pair, Fact]] | None = None
    for name, period in sorted(periods.items()):
        if period.kind != "annual" or period.year > request.period.year:
            continue
        known: dict[Pair, Fact] = {}
        for exporter, importer in permutations(request.region.members, 2):
            exported = facts.best("export", exporter, importer, period=name)
            fact = exported or facts.best("import", importer, exporter, period=name)
            if fact is not None and not fact.subset:
                known[(exporter, importer)] = fact
        if known and (best is None or len(known) >= len(best[1])):
            best = (period, known)
    return best


def trade_map(material: Material, speaker: Speaker) -> list[Block]:
    """Return the map and its note; nothing if the region has no outline, or if fewer than three flows are known."""
    found = mapped_flows(material)
    if material.outline is None or found is None or len(found[1]) < 3:
        return []
    year, known = found
    members = material.request.region.members
    flows: list[Flow] = []
    printed: list[Line] = []
    told: list[Line] = []
    for pair, fact in sorted(known.items(), key=lambda item: -item[1].number):
        mark = () if fact.name == "export" else speaker.say("whole.by-importer")
        amount = (*speaker.fact(fact, "millions"), *mark)
        flows.append(Flow(*pair, fact.number, label_of(speaker, amount)))
        printed.append(amount)
        told.append(speaker.say("alt.bar", category=_direction(speaker, pair), amount=amount))
    unknown = [_direction(speaker, pair) for pair in permutations(members, 2) if pair not in known]
    if unknown:
        told.append(speaker.say("alt.unknown", items=speaker.join_with("list.comma", unknown)))
    caption = speaker.say("map.caption", period=year)
    names = {member: text_of(speaker.say("economy", economy=member)) for member in members}
    drawn = flow_map(material.outline, flows, names=names, look=look_of(speaker))
    picture = framed(speaker, "map", drawn, caption=caption, told=told, printed=printed)
    return [picture, Paragraph((*_note(speaker, material.outline, unknown), *speaker.cite(*known.values())), "note")]


def _note(speaker: Speaker, outline: Outline, unknown: list[Line]) -> Line:
    """Return what the arrows and lines mean, which flows are not drawn, and that no border is judged."""
    sentences = [speaker.say("map.note"), speaker.say("whole.matrix-note")]
    if unknown:
        sentences.append(speaker.say("map.unknown", flows=speaker.join_with("list.semicolon", unknown)))
    if any(border.disputed for border in outline.borders):
        sentences.append(speaker.say("map.disputed"))
    return speaker.join_with("list.space", [*sentences, speaker.say("map.status")])


def _direction(speaker: Speaker, pair: Pair) -> Line:
    return speaker.say("map.flow", exporter=pair[0], importer=pair[1])
