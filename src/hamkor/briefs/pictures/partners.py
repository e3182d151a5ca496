"""Partners beside each other: exports and imports of each, and the trade of each before and now."""

from __future__ import annotations

from hamkor.briefs.derive import base_of
from hamkor.briefs.document import Line, Picture, text_of
from hamkor.briefs.material import Material
from hamkor.briefs.pictures.frame import framed, label_of, look_of
from hamkor.briefs.records import Record
from hamkor.briefs.speaker import Speaker
from hamkor.charts.bars import Bar, diverging
from hamkor.charts.slopes import Slope, slopes


def partners_picture(material: Material, speaker: Speaker, records: list[Record]) -> Picture | None:
    """Return exports and imports by partner, or None if fewer than two partners have both."""
    whole = [record for record in records if record.exports is not None and record.imports is not None]
    if len(whole) < 2:
        return None
    groups = tuple(text_of(speaker.say(key)) for key in ("chart.exports", "chart.imports"))
    bars, printed, told = [], [], []
    for record in whole:
        assert record.exports is not None
        assert record.imports is not None
        category = text_of(speaker.say("economy", economy=record.partner))
        for group, fact in zip(groups, (record.exports, record.imports), strict=True):
            label = speaker.fact(fact, "millions")
            bars.append(Bar(category, group, fact.number, label_of(speaker, label)))
            printed.append(label)
        told.append(
            speaker.say("alt.partner", partner=record.partner, exports=record.exports, imports=record.imports)
        )  # fmt: skip
    request = material.request
    caption = speaker.say("chart.partners", focus=request.focus, period=request.period)
    specification = diverging(bars, groups=(groups[0], groups[1]), look=look_of(speaker))
    return framed(speaker, "partners", specification, caption=caption, told=told, printed=printed)


def slope_picture(material: Material, speaker: Speaker, records: list[Record]) -> Picture | None:
    """Return the trade with each partner a year before and now, or None if fewer than two partners have both."""
    request = material.request
    ends = [speaker.say("period", period=period) for period in (request.period.shifted(-1), request.period)]
    lines: list[Slope] = []
    printed: list[Line] = [*ends]
    told: list[Line] = []
    for record in records:
        now, growth = record.turnover, record.turnover_growth
        before = base_of(material.facts, now, growth)
        if now is None or growth is None or before is None:
            continue
        texts = [speaker.fact(before, "millions"), speaker.fact(now, "millions"), speaker.fact(growth, "signed")]
        labels = [label_of(speaker, text) for text in texts]
        name = text_of(speaker.say("economy", economy=record.partner))
        lines.append(Slope(name, before.number, now.number, labels[0], labels[1], labels[2]))
        printed += texts
        told.append(speaker.say("alt.slope", partner=record.partner, before=before, now=now, growth=growth))
    if len(lines) < 2:
        return None
    caption = speaker.say("chart.slope", focus=request.focus)
    drawn = slopes(lines, ends=(label_of(speaker, ends[0]), label_of(speaker, ends[1])), look=look_of(speaker))
    return framed(speaker, "slope", drawn, caption=caption, told=told, printed=printed)
