"""Document -> one HTML file that works offline and without JavaScript; each number leads to where it comes from, and back."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape
from markupsafe import Markup, escape

from hamkor.briefs.document import (
    Cite,
    Document,
    Figure,
    Heading,
    Inline,
    Line,
    Moment,
    Picture,
    Provenance,
    Quote,
    lines,
    text_of,
)
from hamkor.languages.language import CLOSE, OPEN, plain

_ISOLATED = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
_FENCED = re.compile("\u200e([^\u200e<]*)\u200e")
_EMBEDDED = re.compile("\u202b([^\u202c]*)\u202c")


class Face(msgspec.Struct, frozen=True):
    """One script of a font, as `scripts/fonts` cuts it: a page carries those that its text needs.

    Attributes
    ----------
    file, family
        Name of the font's files, name of the font.
    script
        Part of the cut file's name.
    signs
        What the cut file holds, as CSS writes ranges.
    needed_for
        Expression that finds a sign for which the page needs the file; empty: always.
    """

    file: str
    family: str
    script: str
    signs: str
    needed_for: str


FACES = (
    Face("IBMPlexSans", "IBM Plex Sans", "latin", "U+20-24F, U+259, U+2BB-2BC, U+2000-206F, U+20A0-20BF, U+2070-2079, U+2116, "
         "U+2122, U+2190-2193, U+2212, U+2248, U+2260, U+2264-2265", ""),
    Face("IBMPlexSans", "IBM Plex Sans", "cyrillic", "U+400-52F", "[\u0400-\u052f]"),
    Face("Vazirmatn", "Vazirmatn", "arabic", "U+20-FF, U+600-6FF, U+2000-206F, U+2212, U+2260", "[\u0600-\u06ff]"),
)  # fmt: skip


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("hamkor.briefs", "templates"), autoescape=select_autoescape(["html", "j2"]),
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("brief.html.j2")


def to_html(document: Document) -> bytes:
    """Return the document as one HTML file, UTF-8."""
    listed: dict[str, int] = {}
    for block in document.blocks:
        if isinstance(block, Provenance):
            listed = {entry.fact: number for number, entry in enumerate(block.entries, start=1)}
    met: set[str] = set()

    def inline(line: Line) -> Markup:
        return Markup("").join(_node(node, listed, met) for node in line)

    def unlinked(line: Line) -> Markup:
        return Markup("").join(_node(node, {}, met) for node in line if not isinstance(node, Cite))

    mentions = {_anchor(node, listed) for node in _linked(document)}
    text = _template().render(
        d=document, inline=inline, unlinked=unlinked, plain=_plain, svg=_svg,
        style=Markup(fonts(_words(document), document.fonts) + shared_style()),
        outline=_outline(document), title=_plain(document.title), mentions=mentions,
    )  # fmt: skip
    return text.encode()


@cache
def shared_style() -> str:
    """Return the style sheet of the brief, which other pages share."""
    return files("hamkor.briefs").joinpath("templates", "brief.css").read_text(encoding="utf-8")


def _words(document: Document) -> str:
    return "".join(text_of(line) for block in document.blocks for line in (document.title, *lines(block)))


def fonts(text: str, families: Iterable[str]) -> str:
    """Return the rules of the faces that a text needs, the fonts in them, and the order of the families."""
    rules = [
        _face_rule(face, name, weight)
        for face in FACES
        if re.search(face.needed_for, text)
        for name, weight in (("Regular", 400), ("Bold", 700))
    ]
    named = ", ".join(f'"{name}"' for name in families)
    return "\n".join([*rules, f":root {{ --fonts: {named}; }}", ""])


@cache
def _face_rule(face: Face, name: str, weight: int) -> str:
    content = files("hamkor.briefs").joinpath("fonts", f"{face.file}-{name}.{face.script}.woff2").read_bytes()
    return (
        f'@font-face {{ font-family: "{face.family}"; font-weight: {weight}; font-display: swap; unicode-range: {face.signs}; '
        f"src: url(data:font/woff2;base64,{b64encode(content).decode()}) format('woff2'); }}"
    )


def _plain(line: Line) -> str:
    return plain(text_of(line))


def _outline(document: Document) -> list[tuple[str, Line]]:
    return [(block.anchor, block.line) for block in document.blocks if isinstance(block, Heading) and block.level == 2]


def _linked(document: Document) -> Iterator[Inline]:
    """Yield the nodes that can be links: not what a picture shows, nor the figure whose origin an entry tells."""
    for block in document.blocks:
        found: tuple[Line, ...]
        match block:
            case Picture():
                found = (block.caption,)
            case Provenance():
                found = tuple(line for entry in block.entries for line in (entry.states, entry.chain))
            case _:
                found = tuple(lines(block))
        for line in found:
            yield from line


def _anchor(node: Inline, listed: dict[str, int]) -> str:
    """Return the anchor of a node's first mention; empty for what no list leads back to."""
    match node:
        case Figure(fact) if fact in listed:
            return f"n{listed[fact]}"
        case Cite(_, number):
            return f"c{number}"
        case _:
            return ""


def _node(node: Inline, listed: dict[str, int], met: set[str]) -> Markup:
    """Return a node as HTML; the first mention of a number or source, noted in `met`, gets its anchor."""
    anchor = _anchor(node, listed)
    named = Markup("") if not anchor or anchor in met else Markup(' id="{}"').format(anchor)
    met.add(anchor)
    match node:
        case Figure(fact, text) if anchor:
            return Markup('<a class="n"{} href="#f{}">{}</a>').format(named, listed[fact], _bdi(text))
        case Figure(fact, text):
            return Markup('<span class="n" title="hamkor why {}">{}</span>').format(fact, _bdi(text))
        case Quote(_, text, language) if language:
            return Markup('<span lang="{}" dir="auto">{}</span>').format(language, text)
        case Cite(_, number):
            return Markup('<sup class="cite"><a{} href="#s{}">[{}]</a></sup>').format(named, number, number)
        case Moment(text):
            return Markup('<bdi class="t">{}</bdi>').format(text)
        case _:
            return _bdi(node.text)


def _bdi(text: str) -> Markup:
    return Markup(_ISOLATED.sub(r"<bdi>\1</bdi>", str(escape(text))))


def _svg(name: str, svg: str, alt: str) -> Markup:
    """Return an SVG to stand in the page: one picture with one description, its ids its own, left-to-right inside.

    What its marks of direction say is said by elements, as in the text, so that it too is copied without them. No element is
    `direction="rtl"`: that would turn round at which end of a label its anchor is.
    """
    svg = _FENCED.sub(r'<tspan direction="ltr" unicode-bidi="isolate">\1</tspan>', svg)
    svg = _EMBEDDED.sub(r'<tspan unicode-bidi="plaintext">\1</tspan>', svg)
    svg = re.sub(r' (role|aria-[a-z]+)="[^"]*"', "", svg)
    own = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{name}-", svg)
    start = Markup('<svg role="img" aria-label="{}" direction="ltr" ').format(alt)
    return Markup(own.replace("<svg ", str(start), 1))
