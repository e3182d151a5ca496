"""The first page: what the trade came to, with whom, and what is not known."""

from __future__ import annotations

from hamkor.briefs.document import Block, Bullets, Card, Cards, Heading, Line, Paragraph, Sheet
from hamkor.briefs.material import Material
from hamkor.briefs.pictures import partners_picture, slope_picture, waterfall_picture
from hamkor.briefs.records import Record
from hamkor.briefs.speaker import Speaker


def summary(material: Material, speaker: Speaker) -> list[Block]:
    """Return the lead, a card a partner, the picture of exports and imports, and the table of headline figures."""
    request = material.request
    found = [(partner, material.record(partner)) for partner in material.ranked_partners()]
    known = [(partner, record) for partner, record in found if record is not None]
    unknown = [partner for partner, record in found if record is None]
    blocks: list[Block] = [Paragraph(_lead(material, speaker), "lead")] if known and not request.partner else []
    if unknown:
        names = speaker.join(speaker.say("economy", economy=partner) for partner in unknown)
        blocks.append(Paragraph(speaker.say("summary.unknown", partners=names, period=request.period), "gap"))
    if not known:
        return blocks
    cards = tuple(_card(partner, record, speaker) for partner, record in known if record.turnover)
    blocks += [Cards(cards)] if cards else []
    picture = partners_picture(material, speaker, [record for _, record in known])
    blocks += [picture] if picture else []
    blocks.append(_table(material, speaker, known))
    scopes = {record.turnover.coverage for _, record in known if record.turnover is not None}
    if len(scopes) > 1:
        blocks.append(Paragraph(speaker.say("summary.mixed"), "gap"))
    blocks.append(Paragraph(speaker.say("summary.scope"), "note"))
    if not request.short:
        records = [record for _, record in known]
        found_pictures = (slope_picture(material, speaker, records), waterfall_picture(material, speaker, records))
        blocks += [picture for picture in found_pictures if picture is not None]
    return blocks


def _lead(material: Material, speaker: Speaker) -> Line:
    request = material.request
    names = ("sum-of-partners", "sum-of-exports", "sum-of-imports")
    total, exports, imports = (material.facts.best(name, request.focus, period=str(request.period)) for name in names)
    if total is None:
        return speaker.say("summary.no-total", focus=request.focus, period=request.period)
    line = speaker.say("summary.total", focus=request.focus, period=request.period, total=total)
    if exports is not None and imports is not None:
        line = (*line, *speaker.say("summary.parts", exports=exports, imports=imports))
    else:
        line = (*line, *speaker.say("summary.no-parts"))
    first = material.ranked_partners()[0]
    share = material.facts.best("share-of-partners", request.focus, first, period=str(request.period))
    if share is not None:
        line = (*line, *speaker.say("summary.first", partner=first, share=share))
    return line


def _card(partner: str, record: Record, speaker: Speaker) -> Card:
    assert record.turnover is not None
    if record.turnover_growth is not None:
        remark = speaker.say("card.growth", growth=record.turnover_growth)
    elif record.exports_growth is not None:
        remark = speaker.say("card.exports-growth", growth=record.exports_growth)
    else:
        remark = speaker.say("card.no-growth")
    return Card(speaker.say("economy", economy=partner), speaker.say("usd", amount=record.turnover), remark)


def _table(material: Material, speaker: Speaker, known: list[tuple[str, Record]]) -> Sheet:
    request = material.request
    shares = {
        partner: material.facts.best("share-of-partners", request.focus, partner, period=str(request.period))
        for partner, _ in known
    }
    head = [
        "partner",
        "turnover",
        "growth",
        "exports",
        "imports",
        "balance",
        *(["share"] * any(shares.values())),
        "recorded-by",
    ]
    rows = []
    for partner, record in known:
        cells: list[Line] = [speaker.say("economy", economy=partner)]
        for fact, kind in (
            (record.turnover, "millions"), (record.turnover_growth, "signed"), (record.exports, "millions"),
            (record.imports, "millions"), (record.balance, "millions"),
        ):  # fmt: skip
            cells.append(speaker.fact(fact, kind) if fact is not None else speaker.say("unknown"))
        if any(shares.values()):
            share = shares[partner]
            cells.append(speaker.fact(share, "percent") if share is not None else speaker.say("unknown"))
        cells.append(
            (
                *speaker.say("economy", economy=record.reporter),
                *speaker.cite(*material.roots(record.turnover or record.exports or record.imports)),
            )
        )
        rows.append(tuple(cells))
    caption = speaker.say("summary.table", focus=request.focus, period=request.period)
    numeric = (False, *[True] * (len(head) - 2), False)
    return Sheet(caption, tuple(speaker.say(f"head.{name}") for name in head), tuple(rows), numeric)


def gaps(material: Material, speaker: Speaker) -> list[Block]:
    """Return what the data of the region cannot say, and what must be known of what they say."""
    request = material.request
    blocks: list[Block] = []
    for name in ("note", "gap"):
        facts = [fact for fact in material.facts.by_id.values() if fact.name == name]
        if facts:
            blocks.append(Heading(3, speaker.say(f"{name}s.heading"), f"{name}s"))
            blocks.append(Bullets(tuple(speaker.fact(fact, "text") for fact in facts), "gap" if name == "gap" else "body"))
    return [Heading(2, speaker.say("gaps.title"), "limits"), *blocks] if blocks and request else []
