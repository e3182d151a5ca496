"""Both sides' records of one trade over years, and the gap between them."""

from __future__ import annotations

import math

from hamkor.briefs.document import Line, Moment, Picture, text_of
from hamkor.briefs.facts import statement
from hamkor.briefs.material import Material
from hamkor.briefs.pictures.frame import framed, label_of, look_of
from hamkor.briefs.speaker import Speaker
from hamkor.charts.lines import Estimate, Panel, Point, two_sides
from hamkor.schema.periods import parse_period
from hamkor.schema.provenance import Fact

YEARS_SHOWN = 10


def sides_picture(material: Material, speaker: Speaker, partner: str) -> Picture | None:
    """Return both sides' annual records of exports and imports, or None if no flow has three years."""
    focus = material.request.focus
    series = tuple(
        text_of(speaker.say("chart.recorded-by", reporter=reporter)) for reporter in (focus, partner)
    )  # fmt: skip
    panels: list[Panel] = []
    printed: list[Line] = []
    told: list[Line] = []
    for key, flows in (("chart.exports", ("export", "import")), ("chart.imports", ("import", "export"))):
        shown = _shown(material, partner, flows)
        if len({year for found in shown for year in found}) < 3:
            continue
        points, lines, alts = _points(speaker, shown, (series[0], series[1]), (focus, partner))
        pair = (focus, partner) if flows[0] == "export" else (partner, focus)
        gap = _gap(material, speaker, pair, shown)
        estimates = _estimates(material, pair, shown)
        panels.append(Panel(text_of(speaker.say(key)), tuple(points), label_of(speaker, gap), estimates))
        printed += [*lines, *([gap] if gap else [])]
        items = speaker.join_with("list.semicolon", [*alts, *([gap] if gap else [])])
        told.append(speaker.say("alt.panel", name=speaker.say(key), items=items))
    if not panels:
        return None
    named = named_years(sorted({point.year for panel in panels for point in panel.points}))
    printed += [(Moment(str(year)),) for _ in panels for year in named]
    drawn = [name for name in series if any(point.series == name for panel in panels for point in panel.points)]
    caption = speaker.say("chart.sides" if len(drawn) > 1 else "chart.side", focus=focus, partner=partner)
    if any(panel.estimates for panel in panels):
        caption = speaker.join_with("list.semicolon", [caption, speaker.say("chart.reconciled")])
    specification = two_sides(panels, series=drawn, years=named, look=look_of(speaker))
    return framed(speaker, f"sides-{partner}", specification, caption=caption, told=told, printed=printed)


def named_years(years: list[int], most: int = 5) -> list[int]:
    """Return the years that an axis names: the last one, and others at equal steps, `most` or one more in all."""
    step = math.ceil((years[-1] - years[0] + 1) / most)
    return [year for year in range(years[0], years[-1] + 1) if (years[-1] - year) % step == 0]


def _shown(material: Material, partner: str, flows: tuple[str, str]) -> list[dict[int, Fact]]:
    """Return the focus's and the partner's annual records of one flow, over the last years that either has."""
    focus = material.request.focus
    annual = [_annual(material, *key) for key in ((flows[0], focus, partner), (flows[1], partner, focus))]
    annual = [{year: fact for year, fact in found.items() if year <= material.request.period.year} for found in annual]
    last = max((year for found in annual for year in found), default=0)
    return [{year: fact for year, fact in found.items() if year > last - YEARS_SHOWN} for found in annual]


def _points(
    speaker: Speaker, shown: list[dict[int, Fact]], series: tuple[str, str], reporters: tuple[str, str]
) -> tuple[list[Point], list[Line], list[Line]]:
    points, printed, told = [], [], []
    for name, found, reporter in zip(series, shown, reporters, strict=True):
        for year, fact in found.items():
            text: Line = ()
            if year == max(found):
                text = speaker.fact(fact, "millions")
                printed.append(text)
                told.append(speaker.say("alt.side", reporter=reporter, year=parse_period(str(year)), amount=fact))
            points.append(Point(name, year, fact.number, label_of(speaker, text)))
    return points, printed, told


def _gap(material: Material, speaker: Speaker, pair: tuple[str, str], shown: list[dict[int, Fact]]) -> Line:
    """Return the gap of the latest year that both recorded, in words; nothing if there is none."""
    year = max(set(shown[0]) & set(shown[1]), default=None)
    gap = material.facts.best("mirror-gap", *pair, period=str(year)) if year is not None else None
    return speaker.say("chart.gap", year=parse_period(str(year)), gap=gap) if gap is not None else ()


def _estimates(material: Material, pair: tuple[str, str], shown: list[dict[int, Fact]]) -> tuple[Estimate, ...]:
    """Return both records reconciled, over the years shown."""
    found = (material.facts.by_id.get(statement("flow", pair, str(year))) for year in sorted({*shown[0], *shown[1]}))
    return tuple(
        Estimate(parse_period(fact.period).year, fact.number, fact.low, fact.high)
        for fact in found
        if fact is not None and fact.low is not None and fact.high is not None
    )


def _annual(material: Material, flow: str, reporter: str, partner: str) -> dict[int, Fact]:
    found: dict[int, Fact] = {}
    for facts in material.facts.ranked.values():
        best = facts[0]
        if best.name == flow and best.entities == (reporter, partner) and not best.subset:
            period = parse_period(best.period)
            if period.kind == "annual":
                found[period.year] = best
    return dict(sorted(found.items()))
