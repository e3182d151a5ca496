"""The region as a whole: summits, the matrix of pairs, shared targets and projects, corridors, accession to the WTO."""

from __future__ import annotations

from collections import defaultdict

from hamkor.briefs.document import Block, Bullets, Heading, Line, Paragraph, Sheet
from hamkor.briefs.maps import mapped_flows, trade_map
from hamkor.briefs.material import Material
from hamkor.briefs.pictures import matrix_picture
from hamkor.briefs.sections.cooperation import dossiers, meetings
from hamkor.briefs.sections.paths import target_line
from hamkor.briefs.speaker import Speaker
from hamkor.register.entities import Entity
from hamkor.schema.periods import parse_period
from hamkor.schema.provenance import Fact


def whole_region(material: Material, speaker: Speaker) -> list[Block]:
    """Return what concerns more than two members."""
    blocks = [
        *_meetings(material, speaker), *_fields(material, speaker), *_matrix(material, speaker), *trade_map(material, speaker),
        *_closeness(material, speaker), *_targets(material, speaker), *_projects(material, speaker),
        *_corridors(material, speaker), *_accession(material, speaker),
    ]  # fmt: skip
    title = speaker.say("whole.title", region=speaker.fact(material.facts.by_id["region.title:region"], "text"))
    return [Heading(2, title, "region"), *blocks] if blocks else []


def _shared(material: Material, kind: str) -> list[Entity]:
    """Return entities of a kind that concern the focus with a group, or with more than one other."""
    focus = material.request.focus
    groups = set(material.groups_of(focus))
    return [
        entity
        for entity in material.of_kind(kind)
        if set(entity.parties) & groups or (focus in entity.parties and len(entity.parties) > 2)
    ]


def _meetings(material: Material, speaker: Speaker) -> list[Block]:
    items = meetings(material, speaker, _shared(material, "meetings"))
    if not items:
        return []
    return [Heading(3, speaker.say("whole.meetings"), "region-meetings"), Bullets(tuple(items))]


def _fields(material: Material, speaker: Speaker) -> list[Block]:
    items: list[Line] = []
    for entity in _shared(material, "cooperation"):
        facts = material.claims(entity, "area")
        texts = speaker.join(speaker.fact(fact, "text") for fact in facts)
        items.append((*speaker.say("fields.named", items=texts), *speaker.cite(*facts)))
    return [Paragraph(item) for item in items]


def _matrix(material: Material, speaker: Speaker) -> list[Block]:
    """Return exports of each member to each other, by the exporter or else by the importer, in the best covered year."""
    members = material.request.region.members
    found = mapped_flows(material)
    if found is None or len(found[1]) < 3:
        return []
    year, cells = found
    rows = []
    for exporter in members:
        row = [speaker.say("economy", economy=exporter)]
        for importer in members:
            cell = cells.get((exporter, importer))
            if cell is None:
                row.append(speaker.say("same" if exporter == importer else "unknown"))
            else:
                mark = () if cell.name == "export" else speaker.say("whole.by-importer")
                row.append((*speaker.fact(cell, "millions"), *mark))
        rows.append(tuple(row))
    head = (speaker.say("whole.from-to"), *(speaker.say("economy", economy=member) for member in members))
    caption = speaker.say("whole.matrix", period=year)
    sheet = Sheet(caption, head, tuple(rows), (False, *[True] * len(members)))
    note = (*speaker.say("whole.matrix-note"), *speaker.cite(*cells.values()))
    picture = matrix_picture(material, speaker, cells, year)
    return [Heading(3, speaker.say("whole.matrix-heading"), "matrix"), picture, sheet, Paragraph(note, "note")]


def _closeness(material: Material, speaker: Speaker) -> list[Block]:
    """Return how closely the members trade in the baseline year: intensity of each flow, and the share of trade inside."""
    members = material.request.region.members
    named = [found[0] for found in material.facts.ranked.values() if found[0].name == "trade-intensity"]
    cells = {fact.entities: fact for fact in named}
    if len(cells) < 2:
        return []
    rows = []
    for exporter in members:
        row = [speaker.say("economy", economy=exporter)]
        for importer in members:
            cell = cells.get((exporter, importer))
            absent = speaker.say("same" if exporter == importer else "unknown")
            row.append(absent if cell is None else speaker.fact(cell, "times"))
        rows.append(tuple(row))
    year = parse_period(named[0].period)
    head = (speaker.say("whole.from-to"), *(speaker.say("economy", economy=member) for member in members))
    sheet = Sheet(speaker.say("whole.closeness", period=year), head, tuple(rows), (False, *[True] * len(members)))
    origin = [material.facts.by_id[name] for name in named[0].derivation.inputs] if named[0].derivation else []
    note = Paragraph((*speaker.say("whole.closeness-note"), *speaker.cite(*origin)), "note")
    share = next((found[0] for found in material.facts.ranked.values() if found[0].name == "intra-regional-share"), None)
    lead = [] if share is None else [Paragraph(speaker.say("whole.inside", share=share, period=year))]
    return [Heading(3, speaker.say("whole.closeness-heading"), "closeness"), *lead, sheet, note]


def _targets(material: Material, speaker: Speaker) -> list[Block]:
    groups = set(material.groups_of(material.request.focus))
    items: list[Line] = []
    for entity in material.of_kind("targets"):
        goal = next(iter(material.claims(entity, "target")), None)
        if goal is None or not set(entity.parties) & groups:
            continue
        line, used = target_line(material, speaker, entity, goal)
        title = speaker.fact(material.title(entity), "text")
        items.append((*speaker.say("whole.target", title=title, path=line), *speaker.cite(*used)))
    return [Heading(3, speaker.say("whole.targets"), "region-targets"), Bullets(tuple(items))] if items else []


def _projects(material: Material, speaker: Speaker) -> list[Block]:
    focus = material.request.focus
    members = set(material.request.region.members)
    found = [
        entity
        for entity in material.of_kind("projects")
        if focus in entity.parties and (len(entity.parties) > 2 or not set(entity.parties) <= members)
    ]
    if not found:
        return []
    return [Heading(3, speaker.say("whole.projects"), "region-projects"), *dossiers(material, speaker, found)]


def _corridors(material: Material, speaker: Speaker) -> list[Block]:
    """Return the corridor measures of the whole region by year, as far as two years are known."""
    facts = [found[0] for found in material.facts.ranked.values() if found[0].name.startswith("corridor.")]
    regional = [fact for fact in facts if fact.entities[0] == "region" and fact.entities[1] in ("road", "rail")]
    years = sorted({fact.period for fact in regional})
    table: dict[tuple[str, str], dict[str, Fact]] = defaultdict(dict)
    for fact in regional:
        table[(fact.entities[1], fact.name)][fact.period] = fact
    rows = []
    for (mode, name), by_year in sorted(table.items(), key=lambda item: (item[0][0] != "road", item[0][1])):
        label = speaker.say(f"indicator.{name.partition('.')[2]}", mode=speaker.say(f"mode.{mode}"))
        cells = [speaker.fact(by_year[year], "quantity") if year in by_year else speaker.say("unknown") for year in years]
        rows.append((label, *cells))
    if len(years) < 2 or not rows:
        return []
    head = (speaker.say("head.what"), *(speaker.say("period", period=parse_period(year)) for year in years))
    sheet = Sheet(speaker.say("whole.corridors-table"), head, tuple(rows), (False, *[True] * len(years)))
    note = Paragraph((*speaker.say("whole.corridors-note"), *speaker.cite(*regional)), "note")
    return [Heading(3, speaker.say("whole.corridors"), "corridors"), sheet, note]


def _accession(material: Material, speaker: Speaker) -> list[Block]:
    items: list[Line] = []
    for entity in material.of_kind("accession"):
        parts: list[Line] = []
        used: list[Fact] = []
        for name, kind in (("status", "text"), ("since", "date"), ("target", "date")):
            for fact in material.claims(entity, name):
                value = speaker.fact(fact, kind)
                if kind == "date":
                    value = speaker.say(f"accession.{name}", value=value)
                parts.append(speaker.say("value.as-of", value=value, date=fact) if fact.period else value)
                used.append(fact)
        economy = speaker.say("economy", economy=entity.parties[0])
        items.append(
            (
                *speaker.say("accession.line", economy=economy, parts=speaker.join_with("list.semicolon", parts)),
                *speaker.cite(*used),
            )
        )
    return [Heading(3, speaker.say("accession.heading"), "accession"), Bullets(tuple(items))] if items else []
