"""One partner: the headline, what moved it, baskets, both sides, the path to the target, the cooperation, what is not known."""

from __future__ import annotations

from hamkor.briefs.derive import measure
from hamkor.briefs.document import Block, Bullets, Heading, Line, Paragraph, Sheet, text_of
from hamkor.briefs.material import Material
from hamkor.briefs.records import Record
from hamkor.briefs.sections.cooperation import cooperation
from hamkor.briefs.sections.paths import targets
from hamkor.briefs.sections.sides import sides
from hamkor.briefs.speaker import Speaker
from hamkor.schema.periods import parse_period
from hamkor.schema.provenance import Fact


def partner_section(material: Material, speaker: Speaker, partner: str) -> list[Block]:
    """Return everything that is known of the focus and one partner; nothing if nothing is."""
    record = material.record(partner)
    blocks = _headline(material, speaker, partner, record)
    blocks += _baskets(material, speaker, partner)
    blocks += sides(material, speaker, partner)
    blocks += targets(material, speaker, partner)
    blocks += cooperation(material, speaker, partner)
    blocks += _not_known(material, speaker, partner, record)
    return [Heading(2, speaker.say("economy", economy=partner), f"partner-{partner}"), *blocks] if blocks else []


def _headline(material: Material, speaker: Speaker, partner: str, record: Record | None) -> list[Block]:
    if record is None:
        return _last_known(material, speaker, partner)
    focus = material.request.focus
    parts: list[Line] = []
    if record.turnover is not None:
        growth = record.turnover_growth
        key = "headline.turnover" if growth is None else f"headline.turnover-{_way(speaker, growth)}"
        parts.append(
            speaker.say(
                key, focus=focus, partner=partner, period=record.turnover, turnover=record.turnover, growth=growth or ()
            )
        )
    else:
        parts.append(speaker.say("headline.part", focus=focus, partner=partner, period=parse_period(record.period)))
    if record.turnover is None and record.turnover_growth is not None:
        parts.append(speaker.say("headline.growth-only", focus=focus, partner=partner, growth=record.turnover_growth))
    parts += _flows(speaker, record)
    if record.balance is not None:
        key = "headline.surplus" if record.balance.number > 0 else "headline.deficit"
        parts.append(speaker.say(key, focus=focus, partner=partner, balance=record.balance))
    share = material.facts.best("share-of-partners", focus, partner, period=record.period)
    if share is not None:
        parts.append(speaker.say("headline.share", partner=partner, focus=focus, share=share))
    cites = speaker.cite(*material.roots(record.turnover or record.exports or record.imports or record.turnover_growth))
    blocks: list[Block] = [Paragraph((*speaker.join_with("list.space", parts), *cites))]
    blocks.append(Paragraph(_scope(speaker, record), "note"))
    noted = {fact.note: fact for fact in (record.turnover, record.exports, record.imports) if fact is not None and fact.note}
    blocks += [Paragraph(speaker.fact(fact, "note"), "note") for fact in noted.values()]
    checks = _checks(material, speaker, record)
    return [*blocks, *checks, *_moved(material, speaker, partner), *_also_printed(material, speaker, record)]


def _way(speaker: Speaker, growth: Fact) -> str:
    """Return which way a growth goes: up, down, or the same where it prints as zero."""
    printed = text_of(speaker.fact(growth, "size"))
    return "same" if not any(sign.isdigit() and int(sign) for sign in printed) else "up" if growth.number > 0 else "down"


def _flows(speaker: Speaker, record: Record) -> list[Line]:
    lines = []
    for name, fact, growth in (
        ("exports", record.exports, record.exports_growth), ("imports", record.imports, record.imports_growth),
    ):  # fmt: skip
        if fact is not None:
            key = f"headline.{name}" if growth is None else f"headline.{name}-growth"
            lines.append(speaker.say(key, amount=fact, growth=growth or ()))
    return lines


def _scope(speaker: Speaker, record: Record) -> Line:
    fact = record.turnover or record.exports or record.imports or record.turnover_growth
    assert fact is not None
    key = "headline.recorded-mirrored" if record.mirrored else "headline.recorded"
    scope = speaker.say(f"coverage.{fact.coverage or 'unknown'}")
    return speaker.say(key, reporter=record.reporter, focus=record.focus, coverage=scope)


def _checks(material: Material, speaker: Speaker, record: Record) -> list[Block]:
    items: list[Line] = []
    other = record.partner if record.reporter == record.focus else record.focus
    parts = material.facts.best("sum-of-parts", record.reporter, other, period=record.period)
    if parts is not None and record.turnover is not None:
        adds = measure(parts).overlaps(measure(record.turnover))
        key = "check.adds" if adds else "check.does-not-add"
        items.append(speaker.say(key, sum=parts, turnover=record.turnover))
    before = str(parse_period(record.period).shifted(-1))
    for name in ("turnover", "export", "import"):
        implied = material.facts.best(f"implied-{name}", record.reporter, other, period=before)
        if implied is not None:
            line = speaker.say(f"check.implied-{_seen(name, record.mirrored)}", period=implied, base=implied, interval=implied)
            items.append(line)
            printed = material.facts.best(name, record.reporter, other, period=before)
            if printed is not None and printed.derivation is None and not printed.subset:
                fits = measure(printed).overlaps(measure(implied))
                items.append(
                    (
                        *speaker.say("check.fits" if fits else "check.does-not-fit", printed=printed),
                        *speaker.cite(printed),
                    )
                )
    if not items:
        return []
    return [Bullets(tuple(items))]


def _seen(flow: str, mirrored: bool) -> str:
    """Return what a flow is from the focus's side: the partner's exports are its imports."""
    return {"export": "import", "import": "export"}.get(flow, flow) if mirrored else flow


def _moved(material: Material, speaker: Speaker, partner: str) -> list[Block]:
    focus = material.request.focus
    blocks: list[Block] = []
    for entity in material.of_kind("drivers", focus, partner):
        factors = material.claims(entity, "factor")
        items = speaker.join(speaker.fact(fact, "text") for fact in factors)
        blocks.append(Paragraph((*speaker.say("moved.factors", items=items), *speaker.cite(*factors))))
    for exporter, importer in ((focus, partner), (partner, focus)):
        duties = material.directed("duties", importer, exporter)
        rows = []
        for entity in duties:
            product, before, after, since = (
                next(iter(material.claims(entity, name)), None) for name in ("product", "before", "after", "from")
            )
            if product is None or before is None or after is None or since is None:
                continue
            rows.append(
                (
                    speaker.fact(product, "text"), speaker.fact(before, "quantity"), speaker.fact(after, "quantity"),
                    (*speaker.fact(since, "date"), *speaker.cite(product)),
                )
            )  # fmt: skip
        if rows:
            caption = speaker.say("moved.duties", importer=importer, exporter=exporter)
            head = tuple(speaker.say(f"head.{name}") for name in ("product", "duty-before", "duty-after", "from"))
            blocks.append(Sheet(caption, head, tuple(rows), (False, True, True, False)))
    return blocks


def _also_printed(material: Material, speaker: Speaker, record: Record) -> list[Block]:
    """Return other figures in print for the same period, from either side; no figure is hidden."""
    items: list[Line] = []
    shown = {fact.id for fact in (record.turnover, record.exports, record.imports) if fact is not None}
    for reporter, other in ((record.focus, record.partner), (record.partner, record.focus)):
        for flow in ("turnover", "export", "import"):
            for fact in material.facts.all(flow, reporter, other, period=record.period):
                if fact.id in shown or fact.derivation is not None:
                    continue
                growth = material.facts.by_id.get(fact.id.replace(f"{flow}:", f"{flow}-growth:", 1))
                seen = _seen(flow, reporter != record.focus)
                key = f"also.{seen}-growth" if growth is not None else f"also.{seen}"
                subset = speaker.say("also.subset", subset=speaker.say(f"subset.{fact.subset}")) if fact.subset else ()
                line = speaker.say(key, amount=fact, growth=growth or (), speaker=speaker.fact(fact, "by"))
                note = speaker.say("also.note", note=fact) if fact.note else ()
                items.append((*line, *subset, *note, *speaker.cite(fact)))
    if not items:
        return []
    return [Heading(3, speaker.say("also.heading"), f"also-{record.partner}"), Bullets(tuple(items))]


def _last_known(material: Material, speaker: Speaker, partner: str) -> list[Block]:
    """Return what was last recorded of the pair's turnover, where the period has no figure."""
    focus, period = material.request.focus, material.request.period
    blocks: list[Block] = [Paragraph(speaker.say("headline.none", focus=focus, partner=partner, period=period), "gap")]
    found: list[Fact] = [
        facts[0]
        for facts in material.facts.ranked.values()
        if facts[0].name == "turnover" and set(facts[0].entities) == {focus, partner} and not facts[0].subset
    ]
    if found:
        last = max(found, key=lambda fact: (parse_period(fact.period).last, parse_period(fact.period).months, fact.id))
        line = speaker.say("headline.last-known", period=last, turnover=last, reporter=last.entities[0])
        blocks.append(Paragraph((*line, *speaker.cite(*material.roots(last)))))
    growths = [
        facts[0]
        for facts in material.facts.ranked.values()
        if facts[0].name == "turnover-growth" and set(facts[0].entities) == {focus, partner}
    ]
    later = [fact for fact in growths if not found or parse_period(fact.period).last > parse_period(last.period).last]
    for fact in later[:1]:
        line = speaker.say("headline.growth-alone", growth=fact, period=fact, reporter=fact.entities[0])
        blocks.append(Paragraph((*line, *speaker.cite(fact))))
    return blocks if found or growths else []


def _baskets(material: Material, speaker: Speaker, partner: str) -> list[Block]:
    focus = material.request.focus
    columns, cites = [], []
    for exporter, importer in ((focus, partner), (partner, focus)):
        facts = [
            fact for entity in material.directed("baskets", exporter, importer) for fact in material.claims(entity, "product")
        ]
        columns.append(speaker.join(speaker.fact(fact, "text") for fact in facts))
        cites.append(speaker.cite(*facts))
    if not any(columns):
        return []
    items = [
        (*speaker.say(key, partner=partner, items=column), *cite)
        for key, column, cite in zip(("baskets.out", "baskets.in"), columns, cites, strict=True)
        if column
    ]
    return [Heading(3, speaker.say("baskets.heading"), f"baskets-{partner}"), Bullets(tuple(items))]


def _not_known(material: Material, speaker: Speaker, partner: str, record: Record | None) -> list[Block]:
    request = material.request
    items: list[Line] = []
    if record is not None:
        if record.mirrored:
            items.append(speaker.say("gap.own", focus=request.focus, period=request.period))
        elif material.other_record(partner) is None:
            items.append(speaker.say("gap.other", partner=partner, period=request.period))
        if record.turnover is not None and record.turnover_growth is None:
            items.append(speaker.say("gap.growth"))
        if record.exports is None or record.imports is None:
            items.append(speaker.say("gap.parts"))
    items += [
        speaker.say("gap.target", title=speaker.fact(material.title(entity), "text"))
        for entity in material.of_kind("targets", request.focus, partner)
        if not material.claims(entity, "by")
    ]
    undated = [
        entity
        for entity in material.of_kind("agreements", request.focus, partner)
        if not any(material.claims(entity, name) for name in ("signed", "in-force", "ratified"))
    ]
    if undated:
        titles = speaker.join_with("list.semicolon", (speaker.fact(material.title(entity), "text") for entity in undated))
        items.append(speaker.say("gap.agreements", titles=titles))
    if not items:
        return []
    return [Heading(3, speaker.say("gap.heading"), f"gaps-{partner}"), Bullets(tuple(items), "gap")]
