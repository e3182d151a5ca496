"""Both sides' records of the same trade, and what can explain the gap: scope, valuation, period."""

from __future__ import annotations

import math

from hamkor.briefs.derive import measure
from hamkor.briefs.document import Block, Bullets, Heading, Line, Paragraph, Sheet
from hamkor.briefs.facts import statement
from hamkor.briefs.material import Material
from hamkor.briefs.pictures import sides_picture
from hamkor.briefs.speaker import Speaker
from hamkor.schema.periods import Period, parse_period
from hamkor.schema.provenance import Fact

_COARSE = 0.05
"""A figure whose rounding leaves more than this share open cannot be said to agree with another."""


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
        if explained:
            blocks.append(Bullets(tuple(explained)))
    silent = [side for side, other in ((focus, partner), (partner, focus)) if not _recorded(material, side, other)]
    if picture and silent:
        blocks.append(Paragraph(speaker.say("sides.one-only", partner=silent[0]), "gap"))
    blocks = [*_turnovers(material, speaker, partner), *blocks]
    heading = "sides.heading-one" if silent else "sides.heading"
    return [Heading(3, speaker.say(heading), f"sides-{partner}"), *blocks] if blocks else []


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
    coarse = max(_roughness(one), _roughness(other)) > _COARSE
    key = "sides.turnovers-differ" if not within else "sides.turnovers-coarse" if coarse else "sides.turnovers-agree"
    line = speaker.say(key, focus=focus, partner=partner, period=one, one=one, other=other, gap=gap, interval=gap)
    wide, narrow = _scopes(((focus, one), (partner, other)))
    more = one.number >= other.number if wide == focus else other.number >= one.number
    key = "reason.scope" if more else "reason.scope-against"
    reason = speaker.say(key, wide=wide, narrow=narrow) if wide and narrow and not within else ()
    parts = [line, reason] if reason else [line]
    return [Paragraph((*speaker.join_with("list.space", parts), *speaker.cite(one, other)))]


def _roughness(fact: Fact) -> float:
    """Return the width of a figure's interval as a share of it; infinite if one side is open."""
    found = measure(fact)
    return (found.high - found.low) / abs(found.value) if found.value else math.inf


def _scopes(sides: tuple[tuple[str, Fact], ...]) -> tuple[str, str]:
    """Return which economy counts services too and which goods only; empty where none is known to."""
    wide = [economy for economy, fact in sides if fact.coverage == "goods-and-services"]
    narrow = [economy for economy, fact in sides if fact.coverage == "goods"]
    return wide[0] if wide else "", narrow[0] if narrow else ""


def _latest(material: Material, speaker: Speaker, partner: str) -> tuple[list[tuple[Line, ...]], list[Line]]:
    focus = material.request.focus
    rows: list[tuple[Line, ...]] = []
    explained: list[Line] = []
    for exporter, importer in ((focus, partner), (partner, focus)):
        gaps = [
            facts[0]
            for facts in material.facts.ranked.values()
            if facts[0].name == "mirror-gap" and facts[0].entities == (exporter, importer)
        ]
        if not gaps:
            continue
        gap = max(gaps, key=lambda fact: _nearness(fact, material.request.period))
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
        if estimate := material.facts.by_id.get(statement("flow", (exporter, importer), gap.period)):
            explained.append(speaker.say("sides.reconciled", flow=flow, year=gap, estimate=estimate, interval=estimate))
        reasons = _reasons(speaker, exporter, importer, sent, got)
        if reasons:
            said = speaker.join_with("list.space", reasons)
            explained.append(speaker.say("sides.reasons", flow=flow, reasons=said))
    return rows, explained


def _nearness(fact: Fact, period: Period) -> tuple[bool, bool, int, int]:
    """Return how well a year suits a brief: its own period first, then the latest before its end, then the latest."""
    found = parse_period(fact.period)
    return found == period, found.last <= period.last, found.last, found.months


def _reasons(speaker: Speaker, exporter: str, importer: str, sent: Fact, got: Fact) -> list[Line]:
    """Return what scope and valuation say of the gap between two records of one flow: that they explain it, or do not."""
    found: list[Line] = []
    wide, narrow = _scopes(((exporter, sent), (importer, got)))
    if wide and narrow:
        more = sent if wide == exporter else got
        less = got if wide == exporter else sent
        key = "reason.scope" if more.number >= less.number else "reason.scope-against"
        found.append(speaker.say(key, wide=wide, narrow=narrow))
    if sent.valuation == "FOB" and got.valuation == "CIF":
        key = "reason.valuation-for" if got.number >= sent.number else "reason.valuation-against"
        found.append(speaker.say(key, exporter=exporter, importer=importer))
    return found
