"""The brief's pictures: facts in, a chart with its text alternative and the facts printed in it out."""

from __future__ import annotations

import math
from importlib.resources import files
from pathlib import Path

from hamkor.briefs.document import Line, Moment, Picture, text_of
from hamkor.briefs.material import Material
from hamkor.briefs.records import Record
from hamkor.briefs.speaker import Speaker
from hamkor.charts.bars import Bar, diverging, ranked
from hamkor.charts.lines import Panel, Point, two_sides
from hamkor.charts.render import to_svg
from hamkor.charts.style import Look, Specification
from hamkor.languages.language import CLOSE, OPEN
from hamkor.schema.periods import parse_period
from hamkor.schema.provenance import Fact

FONTS = Path(str(files("hamkor.briefs").joinpath("fonts")))
_YEARS_SHOWN = 10


def _look(speaker: Speaker) -> Look:
    return Look(speaker.language.fonts[0], speaker.language.direction == "rtl")


def _label(speaker: Speaker, line: Line) -> str:
    """Return a line as chart text; in right-to-left text its numbers are fenced by U+200E."""
    fence = "\u200e" if speaker.language.direction == "rtl" else ""
    return text_of(line).replace(OPEN, fence).replace(CLOSE, fence)


def _picture(
    name: str, specification: Specification, *, caption: Line, alt: Line, printed: list[Line]
) -> Picture:  # fmt: skip
    svg = to_svg(specification, fonts=FONTS)
    text = text_of(alt).replace(OPEN, "").replace(CLOSE, "")
    return Picture(name, caption, text, svg, tuple(node for line in printed for node in line))


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
            bars.append(Bar(category, group, fact.number, _label(speaker, label)))
            printed.append(label)
        told.append(
            speaker.say("alt.partner", partner=record.partner, exports=record.exports, imports=record.imports)
        )  # fmt: skip
    request = material.request
    caption = speaker.say("chart.partners", focus=request.focus, period=request.period)
    alt = (*caption, *speaker.say("alt.colon"), *speaker.join_with("list.semicolon", told))
    specification = diverging(bars, groups=(groups[0], groups[1]), look=_look(speaker))
    return _picture("partners", specification, caption=caption, alt=alt, printed=printed)


def sides_picture(material: Material, speaker: Speaker, partner: str) -> Picture | None:
    """Return both sides' annual records of exports and imports, or None if no flow has three years."""
    focus = material.request.focus
    series = tuple(
        text_of(speaker.say("chart.recorded-by", reporter=reporter)) for reporter in (focus, partner)
    )  # fmt: skip
    panels: list[Panel] = []
    printed: list[Line] = []
    years = set[int]()
    told: list[Line] = []
    for key, flows in (("chart.exports", ("export", "import")), ("chart.imports", ("import", "export"))):
        points, lines, alts = _points(material, speaker, partner, flows, (series[0], series[1]))
        if len({point.year for point in points}) >= 3:
            title = text_of(speaker.say(key))
            panels.append(Panel(title, tuple(points)))
            printed += lines
            told += alts
            years |= {point.year for point in points}
    if not panels:
        return None
    named = [year for year in sorted(years) if (max(years) - year) % math.ceil(len(years) / 5) == 0]
    for _ in panels:
        printed += [(Moment(str(year)),) for year in named]
    drawn = [name for name in series if any(point.series == name for panel in panels for point in panel.points)]
    caption = speaker.say("chart.sides" if len(drawn) > 1 else "chart.side", focus=focus, partner=partner)
    specification = two_sides(panels, series=drawn, years=named, look=_look(speaker))
    alt = (*caption, *speaker.say("alt.colon"), *speaker.join_with("list.semicolon", told))
    return _picture(f"sides-{partner}", specification, caption=caption, alt=alt, printed=printed)


def _points(
    material: Material, speaker: Speaker, partner: str, flows: tuple[str, str], series: tuple[str, str]
) -> tuple[list[Point], list[Line], list[Line]]:
    focus = material.request.focus
    keys = ((flows[0], focus, partner), (flows[1], partner, focus))
    annual = [_annual(material, *key) for key in keys]
    annual = [{year: fact for year, fact in found.items() if year <= material.request.period.year} for found in annual]
    last = max((year for found in annual for year in found), default=0)
    points, printed, told = [], [], []
    for name, found, reporter in zip(series, annual, (focus, partner), strict=True):
        shown = {year: fact for year, fact in found.items() if year > last - _YEARS_SHOWN}
        for year, fact in shown.items():
            text: Line = ()
            if year == max(shown):
                text = speaker.fact(fact, "millions")
                printed.append(text)
                told.append(speaker.say("alt.side", reporter=reporter, year=parse_period(str(year)), amount=fact))
            points.append(Point(name, year, fact.number, _label(speaker, text)))
    return points, printed, told


def _annual(material: Material, flow: str, reporter: str, partner: str) -> dict[int, Fact]:
    found: dict[int, Fact] = {}
    for fact in material.facts.ranked.values():
        best = fact[0]
        if best.name == flow and best.entities == (reporter, partner) and not best.subset:
            period = parse_period(best.period)
            if period.kind == "annual":
                found[period.year] = best
    return dict(sorted(found.items()))


def path_picture(speaker: Speaker, name: str, needed: Fact, reached: Fact) -> Picture:
    """Return the yearly growth that a target needs beside the growth that was reached."""
    bars, printed, told = [], [], []
    for key, fact in (("chart.needed", needed), ("chart.reached", reached)):
        category = text_of(speaker.say(key))
        label = speaker.fact(fact, "percent")
        bars.append(Bar(category, "", fact.number, _label(speaker, label)))
        printed.append(label)
        told.append(speaker.say("alt.bar", category=speaker.say(key), amount=label))
    caption = speaker.say("chart.path")
    alt = (*caption, *speaker.say("alt.colon"), *speaker.join_with("list.semicolon", told))
    return _picture(name, ranked(bars, look=_look(speaker)), caption=caption, alt=alt, printed=printed)
