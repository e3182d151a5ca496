"""The path to a target: the levels so far, the growth needed and the growth reached."""

from __future__ import annotations

from hamkor.briefs.derive import printed_level
from hamkor.briefs.document import Line, Moment, Picture, text_of
from hamkor.briefs.material import Material
from hamkor.briefs.pictures.frame import framed, label_of, look_of
from hamkor.briefs.pictures.sides import YEARS_SHOWN, named_years
from hamkor.briefs.speaker import Speaker
from hamkor.charts.paths import Path, Rate, path
from hamkor.schema.periods import parse_period
from hamkor.schema.provenance import Fact


def path_picture(
    material: Material, speaker: Speaker, name: str, goal: Fact, baseline: Fact, needed: Fact, reached: Fact
) -> Picture:
    """Return the levels by the side that recorded the growth reached, the target, and the two paths from the baseline on."""
    start, due = (parse_period(fact.period).year for fact in (baseline, needed))
    levels = _levels(material, reached, baseline, start)
    last = max(levels)
    texts = {last: speaker.fact(levels[last], "usd")}
    target = speaker.say("chart.target", goal=goal)
    rates = [
        (speaker.say(key), speaker.fact(fact, "percent"), fact)
        for key, fact in (("chart.needed", needed), ("chart.reached", reached))
    ]
    lead = [Rate(fact.number, text_of(what), label_of(speaker, text)) for what, text, fact in rates]
    years = named_years([min(levels), due], 4)
    room = 0.16 * (due - min(levels))
    years = sorted({*(year for year in years if abs(year - start) > room), start})
    drawn = path(
        Path(
            {year: fact.number for year, fact in levels.items()}, start,
            {year: label_of(speaker, text) for year, text in texts.items()}, due, goal.number, label_of(speaker, target),
            lead[0], lead[1],
        ),
        years=years, look=look_of(speaker),
    )  # fmt: skip
    printed: list[Line] = [*texts.values(), target, *(text for _, text, _ in rates)]
    printed += [(Moment(str(year)),) for year in years]
    told = [
        speaker.say("alt.level", year=parse_period(str(last)), amount=levels[last]),
        speaker.say("alt.target", year=parse_period(str(due)), amount=goal),
    ]
    told += [speaker.say("alt.bar", category=what, amount=text) for what, text, _ in rates]
    caption = speaker.say("chart.path")
    return framed(speaker, name, drawn, caption=caption, told=told, printed=printed)


def _levels(material: Material, reached: Fact, baseline: Fact, start: int) -> dict[int, Fact]:
    """Return the annual trade by year, as the side printed it on whose record the growth reached is measured."""
    assert reached.derivation is not None
    reporter, partner = material.facts.by_id[reached.derivation.inputs[0]].entities
    found: dict[int, Fact] = {}
    for year in range(start - YEARS_SHOWN + 1, max(start, material.request.period.year) + 1):
        level = baseline if year == start else printed_level(material.facts, reporter, partner, str(year))
        if level is not None:
            found[year] = level
    return found
