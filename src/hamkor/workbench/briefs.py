"""The brief of a region, made in memory: documents, files, headline figures."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from hamkor.briefs.compose import SECTIONS, compose, known_periods
from hamkor.briefs.document import Document, Figure, Quote, lines
from hamkor.briefs.docx import to_docx
from hamkor.briefs.facts import Facts, extended
from hamkor.briefs.html import to_html
from hamkor.briefs.material import SHORT, Material, Request
from hamkor.briefs.pdf import to_pdf
from hamkor.briefs.speaker import Speaker
from hamkor.briefs.xlsx import to_xlsx
from hamkor.languages.language import economy_called, language, plain
from hamkor.schema.errors import BadInput, did_you_mean
from hamkor.schema.periods import parse_period
from hamkor.schema.provenance import Fact
from hamkor.schema.region import Region
from hamkor.workbench.chains import plain_fact
from hamkor.workbench.earlier import earlier_facts
from hamkor.workbench.workspaces import Workspace, workspace

FORMATS = ("pdf", "html", "docx", "xlsx")


class Brief(msgspec.Struct, frozen=True):
    """A brief in one or more languages, not yet written anywhere.

    Attributes
    ----------
    documents
        Language -> document.
    files
        File -> bytes; `facts.json` is one of them.
    headlines
        What the brief says of each partner, as JSON-ready values.
    name
        What tells it from other briefs of the region: members, period, form.
    """

    documents: dict[str, Document]
    files: dict[str, bytes]
    headlines: dict[str, Any]
    name: str

    def named(self) -> dict[str, bytes]:
        """Return the files under names that tell them from those of other briefs in a folder.

        Examples
        --------
        >>> made = brief("toyland", focus="BRE", partner="ALD", sections=["short"], languages=["en"], formats=["pdf"])
        >>> list(made.named())
        ['brief-BRE-ALD-2024-01--2024-06-short.en.pdf', 'facts-BRE-ALD-2024-01--2024-06-short.json']
        """
        return {name.replace(".", f"-{self.name}.", 1): data for name, data in self.files.items()}


def brief(
    region: str,
    *,
    focus: str | None = None,
    partner: str | None = None,
    period: str | None = None,
    languages: Sequence[str] = (),
    sections: Sequence[str] = (),
    since: Path | None = None,
    formats: Sequence[str] = ("pdf", "html"),
) -> Brief:
    """Return the brief of a region from the side of one member.

    Parameters
    ----------
    region
        Name of a region, or path of a folder with a region.toml.
    focus
        Member whose side is taken; the region's default if not given.
    partner
        The only partner that it is about; all other members if not given.
    period
        Period of the headline figures, like ``2025-01/2025-09``; if not given the region's default, or where that has no
        figure of these members the newest that has one.
    languages
        Languages to write it in; the region's own if none are given.
    sections
        Names of the sections (`hamkor.briefs.compose.SECTIONS`); ``short`` stands for those of the short form; all if none are
        given.
    since
        The facts.json of an earlier brief; the figures that changed since get a table.
    formats
        pdf, html, docx, xlsx.

    Raises
    ------
    BadInput
        If the region, member, language or format is not known, or the period has no facts.

    Examples
    --------
    >>> made = brief("toyland", languages=["en"], formats=["html"])
    >>> sorted(made.files)
    ['brief.en.html', 'facts.json']
    """
    found = workspace(region)
    request = _request(found.pack.region, focus, partner, period, sections)
    spoken = [language(code) for code in dict.fromkeys(languages or found.pack.region.languages)]
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise BadInput(f"format '{unknown[0]}'", due="a known format", cure=did_you_mean(unknown[0], FORMATS))
    earlier = earlier_facts(since, found) if since is not None else ()
    facts = extended(found.facts, earlier)
    material = Material(request, facts, found.pack.entities, found.pack.sources, earlier, found.pack.outline)
    if period is None and not any(material.record(other) for other in request.partners):
        newest = max(known_periods(material), key=lambda name: parse_period(name).last, default=str(request.period))
        request = msgspec.structs.replace(request, period=parse_period(newest))
        material = msgspec.structs.replace(material, request=request)
    names = {code: made.name for code, made in found.pack.region.economies.items()}
    documents = {voice.code: compose(material, Speaker(voice, found.pack.texts.get(voice.code, {}), names)) for voice in spoken}
    files = {
        f"brief.{code}.{name}": _rendered(document, name, facts) for code, document in documents.items() for name in formats
    }
    headlines = _headlines(material)
    files["facts.json"] = _facts_json(Workspace(found.pack, facts), request, documents, headlines)
    return Brief(documents, files, headlines, _name(request))


def _name(request: Request) -> str:
    """Return what tells a request from others: members, period with ISO's ``--`` for the slash, short form or sections."""
    form = ("short",) if request.short else request.sections
    return "-".join(filter(None, (request.focus, request.partner, str(request.period).replace("/", "--"), *form)))


def _rendered(document: Document, name: str, facts: Facts) -> bytes:
    if name == "xlsx":
        return to_xlsx(
            document, values={key: fact.value for key, fact in facts.by_id.items() if not isinstance(fact.value, str)}
        )
    return {"pdf": to_pdf, "html": to_html, "docx": to_docx}[name](document)


def _request(
    region: Region, focus: str | None, partner: str | None, period: str | None, sections: Sequence[str]
) -> Request:  # fmt: skip
    member = region.default_focus if focus is None else _member(region, focus, "focus")
    other = "" if partner is None else _member(region, partner, "partner")
    if member == other:
        raise BadInput(f"{member} twice", where="pair", due="two different members")
    parts = [SHORT if name == "short" else (name,) for name in sections]
    chosen = tuple(dict.fromkeys(name for part in parts for name in part))
    unknown = [name for name in chosen if name not in SECTIONS]
    if unknown:
        cure = did_you_mean(unknown[0], ("short", *SECTIONS))
        raise BadInput(f"section '{unknown[0]}'", due="a section of the brief", cure=cure)
    when = parse_period(region.default_period if period is None else period, where="--period")
    return Request(region, member, when, other, chosen)


def _member(region: Region, text: str, role: str) -> str:
    made = {entry.name.casefold(): code for code, entry in region.economies.items()}
    member = made.get(text.strip().casefold()) or economy_called(text, region.members)
    if member:
        return member
    names = {code: entry.name for code, entry in region.economies.items()}
    known = ", ".join(f"{code} {names.get(code) or language('en').economy(code)}" for code in region.members)
    raise BadInput(f"{role} '{text}'", due=f"a member of {region.id}", cure=f"members are: {known}")


def _headlines(material: Material) -> dict[str, Any]:
    request = material.request
    partners = []
    for partner in material.ranked_partners():
        record = material.record(partner)
        entry: dict[str, Any] = {"partner": partner, "recorded_by": record.reporter if record else None}
        for name in (
            "turnover",
            "turnover_growth",
            "exports",
            "exports_growth",
            "imports",
            "imports_growth",
            "balance",
        ):
            fact = getattr(record, name) if record else None
            entry[name] = _short(fact) if fact is not None else None
        partners.append(entry)
    return {
        "region": request.region.id, "focus": request.focus, "period": str(request.period), "partners": partners,
    }  # fmt: skip


def _short(fact: Fact) -> dict[str, Any]:
    return {
        "fact": fact.id, "value": fact.value, "unit": fact.unit, "low": fact.low, "high": fact.high,
        "printed": fact.printed or None, "source": fact.source or None, "coverage": fact.coverage or None,
    }  # fmt: skip


def _facts_json(found: Workspace, request: Request, documents: dict[str, Document], headlines: dict[str, Any]) -> bytes:
    """Return every fact that the documents print, with those it was computed from, its chain and how it was printed."""
    printed: dict[str, dict[str, dict[str, None]]] = {}
    for code, document in documents.items():
        for block in document.blocks:
            for line in lines(block):
                for node in line:
                    if isinstance(node, Figure | Quote) and node.fact in found.facts.by_id:
                        printed.setdefault(node.fact, {}).setdefault(code, {}).setdefault(plain(node.text))
    facts = [
        {**plain_fact(found.facts.by_id[name]), "printed_as": {code: list(texts) for code, texts in by_code.items()}}
        for name, by_code in sorted(printed.items())
    ]
    cited = sorted({fact["source"] for fact in facts if fact.get("source")})
    content = {
        "hamkor": version("hamkor"),
        **headlines,
        "languages": list(documents),
        "facts": facts,
        "sources": {name: msgspec.to_builtins(found.pack.sources[name]) for name in cited},
        "inputs": {path: artifact.sha256 for path, artifact in found.pack.artifacts.items()},
    }
    return msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n"
