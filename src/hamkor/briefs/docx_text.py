"""Text of a Word document: runs, their direction and language, marks that lead inside the document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from hamkor.briefs.document import (
    Cite,
    Figure,
    Inline,
    Line,
    Quote,
    is_rtl,
)
from hamkor.languages.language import CLOSE, OPEN, plain

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.text.paragraph import Paragraph as WordParagraph

_LATIN = "A-Za-z\u00c0-\u02af\u0400-\u052f"
_FOREIGN = re.compile(f"{OPEN}[^{CLOSE}]*{CLOSE}|[{_LATIN}](?:[^\u0590-\u08ff{OPEN}{CLOSE}]*[{_LATIN}])?[0-9]*")
LEFT, _RIGHT = "\u200e", "\u200f"
_TAGS = {
    "ar": "ar-SA", "en": "en-GB", "fa": "fa-IR", "kk": "kk-KZ", "ky": "ky-KG", "ru": "ru-RU", "tg": "tg-Cyrl-TJ",
    "tk": "tk-TM", "tr": "tr-TR", "uz": "uz-Latn-UZ", "zh": "zh-CN",
}  # fmt: skip
PARAGRAPH_ORDER = (
    "pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "numPr", "pBdr", "shd", "tabs", "bidi",
    "spacing", "ind", "contextualSpacing", "jc", "outlineLvl", "rPr", "sectPr",
)  # fmt: skip


class Way(NamedTuple):
    """How lines are written: language, direction, fact -> row of the provenance table, style of figures."""

    language: str
    rtl: bool
    listed: dict[str, int]
    figure: str = "Hamkor Figure"

    @property
    def in_tables(self) -> Way:
        """The same without a colour for figures."""
        return self._replace(figure="")


class Span(NamedTuple):
    """A text of one look: where it leads (a bookmark), character style, direction, language."""

    text: str
    target: str
    style: str
    rtl: bool
    language: str


def fill_line(paragraph: WordParagraph, line: Line, way: Way, *, style: str = "") -> None:
    """Append a line; neighbours of one look become one run, so that words can be found and replaced."""
    inner: Any = paragraph._p
    spans = [span for node in line for span in _spans(node, way, style)]
    for target, linked in groupby(spans, key=lambda span: span.target):
        holder = inner
        if target:
            holder = make_element("hyperlink", {"anchor": target, "history": "1"})
            inner.append(holder)
        for _, alike in groupby(linked, key=lambda span: span[1:]):
            same = list(alike)
            holder.append(make_run(same[0]._replace(text="".join(span.text for span in same))))


def write_text(paragraph: WordParagraph, text: str, way: Way) -> None:
    """Append a text that is no node: a label, a mark."""
    inner: Any = paragraph._p
    for span in _directed(text, "", "", way.language, way.rtl):
        inner.append(make_run(span))


def _spans(node: Inline, way: Way, style: str) -> Iterator[Span]:
    match node:
        case Figure(fact, text):
            target = f"f{way.listed[fact]}" if fact in way.listed else ""
            yield from _directed(text, target, (way.figure if target else "") or style, way.language, way.rtl)
        case Cite(_, number):
            yield from _directed(f"{OPEN}[{number}]{CLOSE}", f"s{number}", "Hamkor Cite", way.language, way.rtl)
        case Quote(_, text, language) if language and is_rtl(text) != way.rtl:
            outer, inner = (_RIGHT, LEFT) if way.rtl else (LEFT, _RIGHT)
            yield Span(outer, "", style, way.rtl, way.language)
            yield Span(f"{inner}{plain(text)}{inner}", "", style, not way.rtl, language)
            yield Span(outer, "", style, way.rtl, way.language)
        case Quote(_, text, language):
            yield from _directed(text, "", style, language or way.language, way.rtl)
        case _:
            yield from _directed(node.text, "", style, way.language, way.rtl)


def _directed(text: str, target: str, style: str, language: str, rtl: bool) -> Iterator[Span]:
    """Yield a text in pieces of one direction: in right-to-left text, numbers and foreign words stand by themselves."""
    if not rtl:
        yield Span(plain(text), target, style, False, language)
        return
    end = 0
    for match in _FOREIGN.finditer(text):
        number = match[0].startswith(OPEN)
        mark = _RIGHT if number else ""
        before = text[end : match.start()] + mark
        if before:
            yield Span(before, target, style, True, language)
        yield Span(f"{LEFT}{plain(match[0])}{LEFT}" if number else match[0], target, style, False, "en")
        if mark:
            yield Span(mark, target, style, True, language)
        end = match.end()
    if text[end:]:
        yield Span(text[end:], target, style, True, language)


def qualified(name: str) -> str:
    """Return an element name in the namespace of WordprocessingML."""
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"


def language_tag(language: str) -> str:
    """Return a language as Word names it."""
    return _TAGS.get(language, language)


def make_element(name: str, attributes: dict[str, str] | None = None) -> Any:
    """Return an element of WordprocessingML with its attributes."""
    from docx.oxml import OxmlElement

    return OxmlElement(f"w:{name}", {qualified(key): value for key, value in (attributes or {}).items()})


def put_in_order(holder: Any, element: Any, order: Sequence[str]) -> None:
    """Put an element into another one where the format wants it."""
    names = [f"w:{name}" for name in order]
    holder.insert_element_before(element, *names[names.index(f"w:{element.tag.rpartition('}')[2]}") + 1 :])


def add_paragraph(word: Word, style: str, way: Way) -> WordParagraph:
    """Return a new paragraph at the end of the document, in a style."""
    return dressed(word.add_paragraph(), style, way)


def dressed(paragraph: WordParagraph, style: str, way: Way) -> WordParagraph:
    """Return a paragraph in a style, with the direction of the document's text."""
    inner: Any = paragraph._p.get_or_add_pPr()
    inner.style = style.replace(" ", "") if style != "Normal" else None
    if way.rtl:
        put_in_order(inner, make_element("bidi"), PARAGRAPH_ORDER)
    return paragraph


def make_run(span: Span) -> Any:
    """Return a run of text in one direction, language and style."""
    run, properties, text = make_element("r"), make_element("rPr"), make_element("t")
    if span.style:
        properties.append(make_element("rStyle", {"val": span.style.replace(" ", "")}))
    if span.rtl:
        properties.append(make_element("rtl"))
    properties.append(make_element("lang", {"bidi" if span.rtl else "val": language_tag(span.language)}))
    text.text = span.text
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(properties)
    run.append(text)
    return run


def append_sign(paragraph: WordParagraph, name: str) -> None:
    """Append a tab or a break of the line."""
    inner: Any = paragraph._p
    run = make_element("r")
    run.append(make_element(name))
    inner.append(run)


def append_field(paragraph: WordParagraph, instruction: str) -> None:
    """Append what Word computes itself: the number of the page, or of all pages."""
    inner: Any = paragraph._p
    code = make_element("instrText")
    code.text = f" {instruction} "
    for part in (make_element("fldChar", {"fldCharType": "begin"}), code, make_element("fldChar", {"fldCharType": "end"})):
        run = make_element("r")
        run.append(part)
        inner.append(run)


def open_bookmark(paragraph: WordParagraph, name: str, number: int) -> None:
    """Open a bookmark at the end of a paragraph."""
    inner: Any = paragraph._p
    inner.append(make_element("bookmarkStart", {"id": str(number), "name": name}))


def close_bookmark(paragraph: WordParagraph, number: int) -> None:
    """Close a bookmark at the end of a paragraph."""
    inner: Any = paragraph._p
    inner.append(make_element("bookmarkEnd", {"id": str(number)}))
