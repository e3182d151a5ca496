"""What each part added to the change of the trade: the partners, or the exports and the imports of one pair."""

from __future__ import annotations

from hamkor.briefs.derive import base_of, measure
from hamkor.briefs.document import Line, Picture, text_of
from hamkor.briefs.material import Material
from hamkor.briefs.pictures.frame import framed, label_of, look_of
from hamkor.briefs.records import Record
from hamkor.briefs.speaker import Speaker
from hamkor.charts.steps import Step, waterfall
from hamkor.indicators.rates import total
from hamkor.schema.provenance import Fact


def waterfall_picture(material: Material, speaker: Speaker, records: list[Record]) -> Picture | None:
    """Return the contributions to the change, or None if fewer than two are known or those of a pair do not add up to it."""
    if material.request.partner:
        return _pair(material, speaker, records[0])
    request, period = material.request, str(material.request.period)
    facts = {
        record.partner: fact
        for record in records
        if (fact := material.facts.best("contribution", request.focus, record.partner, period=period)) is not None
    }
    before, now, change = (
        material.facts.best(f"compared-{name}", request.focus, period=period) for name in ("before", "now", "change")
    )
    if before is None or now is None or change is None:
        return None
    caption = speaker.say("chart.waterfall", focus=request.focus, period=request.period, before=before, now=now)
    left = [partner for partner in request.partners if partner not in facts]
    if left:
        partners = speaker.join_with("list.comma", (speaker.say("economy", economy=partner) for partner in left))
        caption = (*caption, *speaker.say("chart.left-out", partners=partners))
    parts = [(speaker.say("economy", economy=partner), fact) for partner, fact in facts.items()]
    return _drawn(speaker, parts, change, caption)


def _pair(material: Material, speaker: Speaker, record: Record) -> Picture | None:
    request, period = material.request, str(material.request.period)
    names = ("contribution", "export-contribution", "import-contribution")
    change, exports, imports = (
        material.facts.best(name, request.focus, request.partner, period=period) for name in names
    )  # fmt: skip
    before = base_of(material.facts, record.turnover, record.turnover_growth)
    if change is None or exports is None or imports is None or before is None or record.turnover is None:
        return None
    if not total([measure(exports), measure(imports)]).overlaps(measure(change)):
        return None
    caption = speaker.say(
        "chart.waterfall-pair", focus=request.focus, partner=request.partner, period=request.period, before=before,
        now=record.turnover,
    )  # fmt: skip
    parts = [(speaker.say("chart.exports"), exports), (speaker.say("chart.imports"), imports)]
    return _drawn(speaker, parts, change, caption)


def _drawn(speaker: Speaker, parts: list[tuple[Line, Fact]], change: Fact, caption: Line) -> Picture:
    rows = [*parts, (speaker.say("chart.change"), change)]
    texts = [speaker.fact(fact, "millions") for _, fact in rows]
    steps = [
        Step(text_of(name), fact.number, label_of(speaker, text)) for (name, fact), text in zip(rows, texts, strict=True)
    ]  # fmt: skip
    told = [speaker.say("alt.bar", category=name, amount=text) for (name, _), text in zip(rows, texts, strict=True)]
    drawn = waterfall(steps[:-1], total=steps[-1], look=look_of(speaker))
    return framed(speaker, "contributions", drawn, caption=caption, told=told, printed=texts)
