"""Composition: the material of a request becomes a document, section by section; a section without facts is left out."""

from __future__ import annotations

from collections.abc import Callable

from hamkor.briefs.document import Block, Document
from hamkor.briefs.material import Material
from hamkor.briefs.sections.annex import figures, sources
from hamkor.briefs.sections.changes import changes
from hamkor.briefs.sections.legal import legal_basis
from hamkor.briefs.sections.partner import partner_section
from hamkor.briefs.sections.paths import target_list
from hamkor.briefs.sections.summary import gaps, summary
from hamkor.briefs.sections.whole import whole_region
from hamkor.briefs.speaker import Speaker
from hamkor.schema.errors import BadInput
from hamkor.schema.periods import Period, parse_period

SECTIONS = ("summary", "changes", "legal", "partners", "targets", "region", "limits", "figures")
"""Names of the sections, in reading order. `targets` tells in short what `partners` tells at length; the sources are
always there."""


def _partners(material: Material, speaker: Speaker) -> list[Block]:
    return [block for partner in material.ranked_partners() for block in partner_section(material, speaker, partner)]


def _targets(material: Material, speaker: Speaker) -> list[Block]:
    return [] if set(material.request.sections or SECTIONS) >= {"partners"} else target_list(material, speaker)


_WRITERS: dict[str, Callable[[Material, Speaker], list[Block]]] = {
    "summary": summary, "changes": changes, "legal": legal_basis, "partners": _partners, "targets": _targets,
    "region": whole_region, "limits": gaps,
}  # fmt: skip
_LABELS = ("page", "contents", "skip", "back", "unreviewed", "made-with", "number", "source", "address", "fact")


def compose(material: Material, speaker: Speaker) -> Document:
    """Return the brief that `material` allows, in the language of `speaker`.

    Raises
    ------
    BadInput
        If no partner has any figure for the period.
    """
    request = material.request
    if not any(material.record(partner) for partner in request.partners):
        raise BadInput(
            f"no figure of {request.focus}'s trade with {request.partner or 'any partner'} in {request.period}",
            due="a period with facts", cure=_periods_told(material),
        )  # fmt: skip
    chosen = request.sections or tuple(name for name in SECTIONS if not (request.partner and name == "region"))
    blocks: list[Block] = []
    for name in SECTIONS:
        if name in chosen and name in _WRITERS:
            blocks += _WRITERS[name](material, speaker)
    annex = figures(material, speaker, blocks) if "figures" in chosen else []
    blocks += [*sources(material, speaker), *annex]
    dates = material.source_dates(speaker.cited) or [str(Period(request.period.last, request.period.last))]
    language = speaker.language
    region = speaker.fact(material.facts.by_id["region.title:region"], "text")
    title = speaker.say("title", region=region, period=request.period)
    subtitle = speaker.say("subtitle", focus=request.focus)
    if request.partner:
        title = speaker.say("title.pair", focus=request.focus, partner=request.partner, period=request.period)
        subtitle = speaker.say("subtitle.pair")
    labels = {name: _label(speaker, name) for name in _LABELS}
    return Document(
        language.code, language.direction, language.fonts, title, subtitle, _day(dates[-1]), tuple(blocks), labels,
        "short" if request.short else "whole",
    )  # fmt: skip


def _label(speaker: Speaker, name: str) -> str:
    if name == "unreviewed" and speaker.language.reviewed_by:
        return ""
    return "".join(node.text for node in speaker.say(f"label.{name}") if hasattr(node, "text"))


def _day(date: str) -> str:
    return date + {4: "-01-01", 7: "-01"}.get(len(date), "")


def known_periods(material: Material) -> list[str]:
    """Return the periods for which there is a figure of trade with one of the partners, whole years first, the newest first."""
    focus, partners = material.request.focus, material.request.partners
    named = {
        fact.period
        for fact in material.facts.by_id.values()
        if fact.name in ("turnover", "export", "import") and focus in fact.entities and set(fact.entities) & set(partners)
    }
    periods = [period for period in named if any(material.record(partner, parse_period(period)) for partner in partners)]
    newest = sorted(periods, reverse=True)
    return [period for period in newest if "/" not in period] + [period for period in newest if "/" in period]


def _periods_told(material: Material) -> str:
    known = known_periods(material)
    return "there are figures for " + ", ".join(known) if known else "the region's pack has no figure for this member"
