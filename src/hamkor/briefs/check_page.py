"""What was found in a text -> one HTML file that works offline and without JavaScript: the text, its figures marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

import msgspec
from babel import Locale
from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape
from markupsafe import Markup, escape

from hamkor.briefs.check_blocks import Block, Mark, blocks
from hamkor.briefs.check_words import State, Told, counts, phrase, told
from hamkor.briefs.html import fonts, shared_style
from hamkor.claims.claim import Claim, Finding, Report, Unresolved
from hamkor.languages.language import Language, plain
from hamkor.texts.text import Text

_NUMBER = re.compile(r"[+−-]?\$?\d+(?:[.,\u00a0\u202f]\d+)*(?:[\u00a0\u202f]?%)?")
_WORDS = (
    "findings", "none", "no-claims", "claims", "all-claims", "text", "unresolved", "arithmetic", "cause", "figures", "sources",
    "table", "printed", "who", "value", "result", "made-with",
)  # fmt: skip
_SHARED = ("head.what", "head.flow", "head.period", "label.skip", "label.contents", "label.fact", "list.comma")
_SHORT_TABLE = 12
_ORDER: tuple[State, ...] = ("error", "warning", "information", "confirmed", "unresolved", "plain")


class CheckSource(msgspec.Struct, frozen=True):
    """Where a record comes from with which a text was compared.

    Attributes
    ----------
    title, publisher, date
        Of the source, as its publisher writes them; the date in ISO form.
    address
        On the web; empty if it has none.
    """

    title: str
    publisher: str
    date: str
    address: str


class _Note(msgspec.Struct, frozen=True):
    """A finding, or arithmetic that holds, as it stands beside the text, with its figures and the sources of its records."""

    anchor: str
    state: State
    finding: Finding
    claims: tuple[Claim, ...]
    sources: tuple[tuple[str, CheckSource | None], ...]


class _Passage(msgspec.Struct, frozen=True):
    """A block of the text with the notes beside it, its language and direction where they are not those of the text."""

    block: Block
    notes: tuple[_Note, ...]
    language: str


class _Standing(msgspec.Struct, frozen=True):
    """What a mark shows and where it leads."""

    state: State
    anchor: str
    note: str = ""


class _Page:
    """The parts of the page that the template asks for."""

    def __init__(self, text: Text, report: Report, language: Language, sources: Mapping[str, CheckSource]) -> None:
        self.report, self.language = report, language
        self.claims = {claim.id: claim for claim in report.claims}
        self.findings = self._notes("f", report.findings, sources)
        self.confirmed = self._notes("k", report.confirmed, sources)
        self.gravest_first = sorted(self.findings, key=lambda note: _ORDER.index(note.state))
        self.standing: dict[str, _Standing] = {}
        for note in (*self.gravest_first, *self.confirmed):
            for claim in note.finding.claims:
                self.standing.setdefault(claim, _Standing(note.state, f"{note.anchor}-why", f"{note.anchor}-says"))
        self.passages = self._passages(blocks(text, report))

    def _notes(self, letter: str, findings: Sequence[Finding], sources: Mapping[str, CheckSource]) -> tuple[_Note, ...]:
        return tuple(
            _Note(
                anchor=f"{letter}{number}", state="confirmed" if letter == "k" else finding.severity, finding=finding,
                claims=tuple(self.claims[claim] for claim in finding.claims),
                sources=tuple((fact, sources.get(fact)) for fact in finding.facts),
            )
            for number, finding in enumerate(findings, start=1)
        )  # fmt: skip

    def _passages(self, cut: Iterable[Block]) -> list[_Passage]:
        """Return the blocks, each finding beside the block in which its first figure stands."""
        beside: dict[str, list[_Note]] = {}
        for note in (*self.findings, *self.confirmed):
            beside.setdefault(note.finding.claims[0], []).append(note)
        made: list[_Passage] = []
        for block in cut:
            inside = [claim for mark in block.marks for claim in mark.claims]
            notes = tuple(note for claim in inside for note in beside.get(claim, ()))
            own = self.claims[inside[0]].language if inside else self.report.language
            made.append(_Passage(block, notes, "" if own == self.report.language else own))
        return made

    def of_mark(self, mark: Mark) -> _Standing:
        """Return what a mark shows: the gravest of what is said of its claims."""
        known = [self.of_claim(claim) for claim in mark.claims]
        if mark.unresolved:
            known.append(_Standing("unresolved", f"u{mark.unresolved[0] + 1}"))
        return min(known, key=lambda standing: _ORDER.index(standing.state))

    def of_claim(self, claim: str) -> _Standing:
        """Return what is said of a claim; if nothing, its row in the table is where it leads."""
        return self.standing.get(claim) or _Standing("plain", f"r-{claim}")

    def names(self, mark: Mark) -> list[str]:
        """Return the anchors of a mark: of each claim, and of each figure that is none."""
        unplaced = [n for n in mark.unresolved if self.report.unresolved[n].claim is None]
        return [*mark.claims, *(f"m{n + 1}" for n in unplaced)]

    def compared(self) -> str:
        """Return with what the text was compared."""
        return (
            self.say("check-page.compared", {"region": self.report.region})
            if self.report.region
            else self.say("check-page.compared-alone")
        )

    def missing(self, item: Unresolved) -> str:
        """Return what a figure that could not be placed does not say."""
        names = [self.say(f"check-page.missing.{name}") for name in item.missing]
        return self.say("check-page.not-said", {"missing": phrase(self.language, "list.comma").join(names)})

    def told(self, claim: Claim) -> Told:
        """Return a claim in the reader's words."""
        return told(claim, self.language)

    def direction(self, code: str) -> str:
        """Return the direction of a passage's language, or of the text's where it has none of its own."""
        code = code or self.report.language
        return str(Locale.parse(code, sep="-").text_direction) if code else "auto"

    def say(self, key: str, words: Mapping[str, str] | None = None) -> str:
        """Return a message of the page."""
        return phrase(self.language, key, words)

    def number(self, value: int) -> str:
        """Return a count in print."""
        return self.language.number(value)


def to_check_html(text: Text, report: Report, language: Language, sources: Mapping[str, CheckSource]) -> str:
    """Return the page of a checked text: a summary, the text with its figures marked and findings beside it, the claims.

    Parameters
    ----------
    text
        What was checked.
    report
        What was found in it.
    language
        Of the reader; the text keeps its own.
    sources
        By the id of a fact; those that findings name and that are missing here are shown by their id alone.

    Examples
    --------
    >>> from hamkor.languages.language import language
    >>> report = Report(name="a.txt", language="en", region="", claims=(), unresolved=(), findings=())
    >>> page = to_check_html(Text("a.txt", "", ()), report, language("en"), {})
    >>> page.startswith("<!DOCTYPE html>")
    True
    """
    page = _Page(text, report, language, sources)
    words = {name: page.say(f"check-page.{name}") for name in _WORDS}
    words |= {name: page.say(name) for name in _SHARED}
    words["unreviewed"] = "" if language.reviewed_by else phrase(language, "label.unreviewed")
    body = _template().render(
        page=page, report=report, language=language, words=words, counts=counts(report), isolate=_isolate,
        web=_web, title=page.say("check-page.title", {"name": report.name}), short=_SHORT_TABLE,
    )  # fmt: skip
    return body.replace("/*STYLE*/", fonts(body, language.fonts) + shared_style() + _own_style(), 1)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("hamkor.briefs", "templates"), autoescape=select_autoescape(["html", "j2"]),
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("check.html.j2")


@cache
def _own_style() -> str:
    return files("hamkor.briefs").joinpath("templates", "check.css").read_text(encoding="utf-8")


def _isolate(text: str) -> Markup:
    """Return words with each number in `<bdi>`, so that its sign stays with it in right-to-left text."""
    words = plain(text)
    made, place = Markup(""), 0
    for number in _NUMBER.finditer(words):
        made += escape(words[place : number.start()]) + Markup("<bdi>{}</bdi>").format(number[0])
        place = number.end()
    return made + escape(words[place:])


def _web(address: str) -> str:
    """Return an address if a browser may be sent there; else nothing."""
    return address if address.startswith(("https://", "http://")) else ""
