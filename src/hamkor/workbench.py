"""The one module that knows every stage: it reads a region, runs the stages over tables, and writes what they return."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from hamkor.briefs.compose import SECTIONS, SHORT, compose
from hamkor.briefs.derive import with_derived
from hamkor.briefs.document import Document, Figure, Quote, lines
from hamkor.briefs.docx import to_docx
from hamkor.briefs.facts import Facts, collect, extended, pack_facts, register_facts, trade_facts, trade_ranks
from hamkor.briefs.html import to_html
from hamkor.briefs.material import EARLIER, Material, Request
from hamkor.briefs.pdf import to_pdf
from hamkor.briefs.speaker import Speaker
from hamkor.briefs.xlsx import to_xlsx
from hamkor.languages.language import economy_called, language, plain
from hamkor.regions.find import region_folder, region_folders
from hamkor.regions.pack import Pack, read_pack
from hamkor.schema.errors import BadInput, SourceUnavailable, did_you_mean
from hamkor.schema.periods import parse_period
from hamkor.schema.provenance import Fact, Source
from hamkor.schema.region import Region

FORMATS = ("pdf", "html", "docx", "xlsx")


class Workspace(msgspec.Struct, frozen=True):
    """A region read, with all its facts.

    Attributes
    ----------
    pack
        The region as its folder states it.
    facts
        All facts: printed ones and those computed from them.
    """

    pack: Pack
    facts: Facts


class Brief(msgspec.Struct, frozen=True):
    """A brief in one or more languages, not yet written anywhere.

    Attributes
    ----------
    documents
        Language -> document.
    files
        File name -> bytes; `facts.json` is one of them.
    headlines
        What the brief says of each partner, as JSON-ready values.
    """

    documents: dict[str, Document]
    files: dict[str, bytes]
    headlines: dict[str, Any]


def installed_regions() -> dict[str, Region]:
    """Return the regions that are installed, by name.

    Examples
    --------
    >>> installed_regions()["toyland"].members
    ('ALD', 'BRE', 'COR')
    """
    import tomllib

    return {
        name: msgspec.convert(tomllib.loads((folder / "region.toml").read_text(encoding="utf-8")), Region)
        for name, folder in region_folders().items()
    }


@cache
def workspace(region: str) -> Workspace:
    """Return the region of that name, or in the folder of that path, with all its facts.

    Raises
    ------
    BadInput
        If there is no such region, or its files have faults (all of them are told).
    """
    pack = read_pack(region_folder(region))
    printed = [
        *trade_facts(pack.observations, pack.artifacts), *register_facts(pack.entities, pack.artifacts),
        *pack_facts(pack.region, pack.performance, pack.artifacts),
    ]  # fmt: skip
    official = frozenset(name for name, source in pack.sources.items() if source.licence == "official")
    ranks = trade_ranks(
        printed,
        dates={name: source.date for name, source in pack.sources.items()},
        official=official,
        preferred=(choice.figure for choice in pack.region.preferred),
    )
    facts = with_derived(
        collect(printed, ranks=ranks), region=pack.region, entities=pack.entities, ranks=ranks, official=official
    )
    return Workspace(pack, facts)


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
        Period of the headline figures, like ``2025-01/2025-09``; the region's default if not given.
    languages
        Languages to write it in; the region's own if none are given.
    sections
        Names of the sections (`hamkor.briefs.compose.SECTIONS`), or ``short``; all if none are given.
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
    earlier = _earlier(since, found) if since is not None else ()
    facts = extended(found.facts, earlier)
    material = Material(request, facts, found.pack.entities, found.pack.sources, earlier)
    names = {code: made.name for code, made in found.pack.region.economies.items()}
    documents = {voice.code: compose(material, Speaker(voice, found.pack.texts.get(voice.code, {}), names)) for voice in spoken}
    files = {
        f"brief.{code}.{name}": _rendered(document, name, facts) for code, document in documents.items() for name in formats
    }
    headlines = _headlines(material)
    files["facts.json"] = _facts_json(Workspace(found.pack, facts), request, documents, headlines)
    return Brief(documents, files, headlines)


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
    chosen = SHORT if "short" in sections else tuple(sections)
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


def _earlier(path: Path, found: Workspace) -> tuple[Fact, ...]:
    """Return the numbers that an earlier facts.json holds, of economies and entities that the region still has."""
    where = f"--since {path}"
    try:
        content = msgspec.json.decode(path.read_bytes(), type=_Earlier)
    except OSError as error:
        raise BadInput(f"{error.strerror}", where=where, due="the facts.json of an earlier brief") from None
    except msgspec.DecodeError as error:
        raise BadInput(str(error), where=where, due="the facts.json of an earlier brief") from None
    if content.region != found.pack.region.id:
        raise BadInput(f"a brief of '{content.region}'", where=where, due=f"a brief of {found.pack.region.id}")
    known = {*found.pack.region.members, *found.facts.of_entity}
    return tuple(
        msgspec.structs.replace(fact, id=f"{EARLIER}:{fact.id}", name=EARLIER, derivation=None)
        for fact in content.facts
        if not isinstance(fact.value, str) and fact.name != EARLIER and set(fact.entities) <= known
    )


class _Earlier(msgspec.Struct):
    region: str
    facts: list[Fact]


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
        {**_plain_fact(found.facts.by_id[name]), "printed_as": {code: list(texts) for code, texts in by_code.items()}}
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


def _plain_fact(fact: Fact) -> dict[str, Any]:
    raw: dict[str, Any] = msgspec.to_builtins(fact)
    return {key: value for key, value in raw.items() if value not in ("", None)}


def why(region: str, fact_id: str, *, missing_ok: bool = False) -> list[dict[str, Any]]:
    """Return the chain of every fact of that id: source, file, cell, derivation, and the facts it was computed from.

    Parameters
    ----------
    region
        Name or path of the region.
    fact_id
        Full id, or without ``@source`` for all facts that state the same, the preferred one first.
    missing_ok
        Return an empty list instead of an error if no fact is called so.

    Raises
    ------
    BadInput
        If no fact is called so.

    Examples
    --------
    >>> why("toyland", "balance:ALD-BRE:2024-01/2024-06")[0]["derivation"]["formula"]
    'exports - imports'
    """
    found = workspace(region)
    if missing_ok and fact_id not in found.facts.by_id and fact_id not in found.facts.ranked:
        return []
    return [_chain(found, fact) for fact in found.facts.find(fact_id)]


def nearest_fact(regions: Iterable[str], fact_id: str) -> str:
    """Return "did you mean ...?" for the ids nearest to `fact_id` in several regions."""
    known = [name for region in regions for facts in (workspace(region).facts,) for name in (*facts.ranked, *facts.by_id)]
    return did_you_mean(fact_id, known)


def _chain(found: Workspace, fact: Fact) -> dict[str, Any]:
    chain = _plain_fact(fact)
    if fact.source and fact.source in found.pack.sources:
        chain["source"] = _plain_source(found.pack.sources[fact.source])
    if fact.derivation is not None:
        chain["derivation"]["inputs"] = [_chain(found, found.facts.by_id[name]) for name in fact.derivation.inputs]
    return chain


def _plain_source(source: Source) -> dict[str, Any]:
    raw: dict[str, Any] = msgspec.to_builtins(source)
    return {key: value for key, value in raw.items() if value != ""}


def facts(region: str, *, contains: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return all facts of a region whose id contains every given text, each without its chain.

    Examples
    --------
    >>> [fact["id"] for fact in facts("toyland", contains=["balance:ALD-BRE", "2024"])]
    ['balance:ALD-BRE:2024-01/2024-06']
    """
    found = workspace(region)
    return [
        _plain_fact(fact)
        for name, fact in sorted(found.facts.by_id.items())
        if all(text.lower() in name.lower() for text in contains)
    ]


def write(files: dict[str, bytes], folder: Path) -> list[Path]:
    """Write files into a folder, all or none: each goes to a temporary name first, then all are renamed.

    Raises
    ------
    BadInput
        If the folder is a file or cannot be written to; nothing is left behind then.
    SourceUnavailable
        If the disk is full or fails in mid-write; nothing is left behind then.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".hamkor-", dir=folder))
    except OSError as error:
        raise BadInput(
            f"output folder '{folder}': {error.strerror}",
            due="a folder that can be written to",
            cure="choose another --output",
        ) from None
    try:
        for name, data in files.items():
            if (folder / name).is_dir():
                raise BadInput(f"a folder '{folder / name}'", due="a file or nothing", cure="choose another --output")
            (staging / name).write_bytes(data)
        return [(staging / name).replace(folder / name) for name in files]
    except OSError as error:
        raise SourceUnavailable(f"writing to '{folder}' failed: {error.strerror}") from None
    finally:
        _remove(staging, files)


def _remove(staging: Path, names: Iterable[str]) -> None:
    for name in names:
        (staging / name).unlink(missing_ok=True)
    staging.rmdir()
