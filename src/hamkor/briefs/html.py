"""Document -> one HTML file that works offline and without JavaScript; each number leads to where it comes from."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape
from markupsafe import Markup, escape

from hamkor.briefs.document import Cite, Document, Figure, Heading, Inline, Line, Moment, Provenance, Quote, text_of
from hamkor.languages.language import CLOSE, OPEN, plain

_ISOLATED = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")


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

    def inline(line: Line) -> Markup:
        return Markup("").join(_node(node, listed) for node in line)

    style = files("hamkor.briefs").joinpath("templates", "brief.css").read_text(encoding="utf-8")
    text = _template().render(
        d=document, inline=inline, plain=_plain, svg=_svg, style=Markup(style), outline=_outline(document),
        title=_plain(document.title),
    )  # fmt: skip
    return text.encode()


def _plain(line: Line) -> str:
    return plain(text_of(line))


def _outline(document: Document) -> list[tuple[str, Line]]:
    return [(block.anchor, block.line) for block in document.blocks if isinstance(block, Heading) and block.level == 2]


def _node(node: Inline, listed: dict[str, int]) -> Markup:
    match node:
        case Figure(fact, text):
            number = _bdi(text)
            if fact not in listed:
                return Markup('<span class="n">{}</span>').format(number)
            return Markup('<a class="n" href="#f{}" title="hamkor why {}">{}</a>').format(listed[fact], fact, number)
        case Quote(_, text, language) if language:
            return Markup('<span lang="{}" dir="auto">{}</span>').format(language, text)
        case Cite(_, number):
            return Markup('<sup class="cite"><a href="#s{}">[{}]</a></sup>').format(number, number)
        case Moment(text):
            return Markup('<span class="t">{}</span>').format(text)
        case _:
            return _bdi(node.text)


def _bdi(text: str) -> Markup:
    return Markup(_ISOLATED.sub(r"<bdi>\1</bdi>", str(escape(text))))


def _svg(name: str, svg: str, alt: str) -> Markup:
    """Return an SVG to stand in the page: one picture with one description, its ids its own, left-to-right inside."""
    svg = re.sub(r' (role|aria-[a-z]+)="[^"]*"', "", svg)
    own = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{name}-", svg)
    start = Markup('<svg role="img" aria-label="{}" direction="ltr" ').format(alt)
    return Markup(own.replace("<svg ", str(start), 1))
