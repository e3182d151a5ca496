"""Both sides' records of the same trade, and what can explain the gap: scope, valuation, period."""

from __future__ import annotations

from hamkor.briefs.derive import measure
from hamkor.briefs.document import Block, Bullets, Heading, Line, Paragraph, Sheet
from hamkor.briefs.material import Material
from hamkor.briefs.pictures import sides_picture
from hamkor.briefs.speaker import Speaker
from hamkor.schema.periods import parse_period
from hamkor.schema.provenance import Fact


def sides(material: Material, speaker: Speaker, partner: str) -> list[Block]:
    """Return the picture of both records, the latest year that both recorded, and the reasons of the gap."""
    focus = material.request.focus
    picture = sides_picture(material, speaker, partner)
    blocks: list[Block] = [picture] if picture else []
    rows, explained = _latest(material, speaker, partner)
    if rows:
        head = tuple(
            speaker.say(f"head.{name}") for name in ("flow", "period", "exporter-says", "importer-says", "gap", "ratio")
        )
        caption = speaker.say("sides.table", focus=focus, partner=partner)
        blocks.append(Sheet(caption, head, tuple(rows), (False, False, True, True, True, True)))
        blocks.append(Bullets(tuple(explained)))
    elif blocks:
        silent = focus if not _recorded(material, focus, partner) else partner
        blocks.append(Paragraph(speaker.say("sides.one-only", partner=silent), "gap"))
    blocks = [*_turnovers(material, speaker, partner), *blocks]
    return [Heading(3, speaker.say("sides.heading"), f"sides-{partner}"), *blocks] if blocks else []


def _recorded(material: Material, reporter: str, partner: str) -> bool:
    """Return whether `reporter` has an annual figure of the pair in print."""
    return any(
        parse_period(facts[0].period).kind == "annual"
        for facts in material.facts.ranked.values()
        if facts[0].entities == (reporter, partner) and facts[0].name in ("export", "import")
    )


def _turnovers(material: Material, speaker: Speaker, partner: str) -> list[Block]:
    """Return the two turnovers of the brief's own period, where both sides printed one."""
    focus, period = material.request.focus, str(material.request.period)
    gap = material.facts.best("turnover-gap", focus, partner, period=period)
    if gap is None or gap.derivation is None:
        return []
    one, other = (material.facts.by_id[name] for name in gap.derivation.inputs)
    within = measure(one).overlaps(measure(other))
    key = "sides.turnovers-agree" if within else "sides.turnovers-differ"
    line = speaker.say(key, focus=focus, partner=partner, period=one, one=one, other=other, gap=gap, interval=gap)
    wide, narrow = _scopes(((focus, one), (partner, other)))
    reason = speaker.say("reason.scope", wide=wide, narrow=narrow) if wide and narrow and not within else ()
    parts = [line, reason] if reason else [line]
    return [Paragraph((*speaker.join_with("list.space", parts), *speaker.cite(one, other)))]


def _scopes(sides: tuple[tuple[str, Fact], ...]) -> tuple[str, str]:
    """Return which economy counts services too and which goods only; empty where none is known to."""
    wide = [economy for economy, fact in sides if fact.coverage == "goods-and-services"]
    narrow = [economy for economy, fact in sides if fact.coverage == "goods"]
    return wide[0] if wide else "", narrow[0] if narrow else ""


def _latest(material: Material, speaker: Speaker, partner: str) -> tuple[list[tuple[Line, ...]], list[Line]]:
    focus = material.request.focus
    rows: list[tuple[Line, ...]] = []
    reasons: dict[str, Line] = {}
    for exporter, importer in ((focus, partner), (partner, focus)):
        gaps = [
            facts[0]
            for facts in material.facts.ranked.values()
            if facts[0].name == "mirror-gap" and facts[0].entities == (exporter, importer)
        ]
        if not gaps:
            continue
        gap = max(gaps, key=lambda fact: (parse_period(fact.period).last, parse_period(fact.period).months))
        ratio = material.facts.best("mirror-ratio", exporter, importer, period=gap.period)
        assert gap.derivation is not None
        assert ratio is not None
        got, sent = (material.facts.by_id[name] for name in gap.derivation.inputs)
        flow = speaker.say("sides.flow", exporter=exporter, importer=importer)
        rows.append(
            (
                flow, speaker.fact(gap, "period"), (*speaker.fact(sent, "millions"), *speaker.cite(sent)),
                (*speaker.fact(got, "millions"), *speaker.cite(got)), speaker.fact(gap, "millions"),
                speaker.fact(ratio, "times"),
            )
        )  # fmt: skip
        for key, line in _reasons(speaker, exporter, importer, sent, got):
            reasons.setdefault(key, line)
    return rows, list(reasons.values())


def _reasons(speaker: Speaker, exporter: str, importer: str, sent: Fact, got: Fact) -> list[tuple[str, Line]]:
    """Return why two records of one flow differ, by what is known of their scope and valuation."""
    found: list[tuple[str, Line]] = []
    wide, narrow = _scopes(((exporter, sent), (importer, got)))
    if wide and narrow:
        found.append(("scope", speaker.say("reason.scope", wide=wide, narrow=narrow)))
    if sent.valuation == "FOB" and got.valuation == "CIF":
        if got.number < sent.number:
            key = f"below-{exporter}"
            found.append((key, speaker.say("reason.valuation-against", exporter=exporter, importer=importer)))
        else:
            key = f"above-{exporter}"
            found.append((key, speaker.say("reason.valuation-for", exporter=exporter, importer=importer)))
    return found
