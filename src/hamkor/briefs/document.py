"""What a brief consists of. Words carry no digits; numbers stand only in nodes that name their fact or their period."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Literal

import msgspec


class Words(msgspec.Struct, frozen=True, tag="words"):
    """Plain words of the language.

    Raises
    ------
    ValueError
        If a digit stands in the text: a number must be a fact.
    """

    text: str

    def __post_init__(self) -> None:
        if any(sign.isdigit() for sign in self.text):
            raise ValueError(f"a number that is no fact: {self.text!r}")


class Figure(msgspec.Struct, frozen=True, tag="figure"):
    """A number as printed in the brief, with the id of its fact."""

    fact: str
    text: str


class Quote(msgspec.Struct, frozen=True, tag="quote"):
    """A text that is a fact: a document's title, a product. `language` is set where it is not the brief's."""

    fact: str
    text: str
    language: str = ""


class Moment(msgspec.Struct, frozen=True, tag="moment"):
    """A period or a date in words."""

    text: str


class Cite(msgspec.Struct, frozen=True, tag="cite"):
    """A mark that leads to a source of the list; `number` is its place there."""

    source: str
    number: int


Inline = Words | Figure | Quote | Moment | Cite
Line = tuple[Inline, ...]


class Heading(msgspec.Struct, frozen=True, tag="heading"):
    """A heading; level 1 is the brief's title."""

    level: int
    line: Line
    anchor: str


class Paragraph(msgspec.Struct, frozen=True, tag="paragraph"):
    """A paragraph; a lead sums up, a note explains, a gap says what is not known."""

    line: Line
    style: Literal["body", "lead", "note", "gap"] = "body"


class Bullets(msgspec.Struct, frozen=True, tag="bullets"):
    """An unordered list; `style` as of a paragraph."""

    items: tuple[Line, ...]
    style: Literal["body", "gap"] = "body"


class Card(msgspec.Struct, frozen=True):
    """A key figure: what it is, the number, what it compares to."""

    label: Line
    value: Line
    remark: Line = ()


class Cards(msgspec.Struct, frozen=True, tag="cards"):
    """Key figures side by side."""

    cards: tuple[Card, ...]


class Sheet(msgspec.Struct, frozen=True, tag="table"):
    """A table: caption, head, rows; numeric columns are right-aligned in every language."""

    caption: Line
    head: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]
    numeric: tuple[bool, ...]


class Picture(msgspec.Struct, frozen=True, tag="picture"):
    """A chart: its name, caption, text alternative, the SVG, and the facts printed in it."""

    name: str
    caption: Line
    alt: str
    svg: str
    line: Line


class Reference(msgspec.Struct, frozen=True):
    """A source as listed: its number, citation and address."""

    source: str
    number: int
    line: Line
    address: str


class References(msgspec.Struct, frozen=True, tag="references"):
    """The list of sources."""

    entries: tuple[Reference, ...]


class Chain(msgspec.Struct, frozen=True):
    """Where one printed fact comes from: the number, what it states, and the chain in words."""

    fact: str
    figure: Line
    states: Line
    chain: Line


class Provenance(msgspec.Struct, frozen=True, tag="provenance"):
    """Every fact printed, with its chain."""

    caption: Line
    head: tuple[Line, ...]
    entries: tuple[Chain, ...]


Block = Heading | Paragraph | Bullets | Cards | Sheet | Picture | References | Provenance


class Document(msgspec.Struct, frozen=True):
    """A brief in one language, ready to be rendered.

    Attributes
    ----------
    language, direction, fonts
        Of the text.
    title, subtitle
        First page; the title is the metadata's too.
    date
        Date of the newest source, else the end of the period, ``YYYY-MM-DD``; the document's date, so that the same input
        gives the same bytes.
    blocks
        In reading order.
    labels
        Words that a renderer needs: "Contents", "Page".
    form
        The short form is to stand on one page.
    """

    language: str
    direction: str
    fonts: tuple[str, ...]
    title: Line
    subtitle: Line
    date: str
    blocks: tuple[Block, ...]
    labels: dict[str, str]
    form: Literal["whole", "short"] = "whole"


def lines(block: Block) -> Iterator[Line]:
    """Yield every line of a block, in reading order."""
    match block:
        case Heading() | Paragraph():
            yield block.line
        case Bullets():
            yield from block.items
        case Cards():
            for card in block.cards:
                yield from (card.label, card.value, card.remark)
        case Sheet():
            yield from (block.caption, *block.head, *(cell for row in block.rows for cell in row))
        case Picture():
            yield from (block.line, block.caption)
        case References():
            yield from (entry.line for entry in block.entries)
        case Provenance():
            yield from (block.caption, *block.head)
            for entry in block.entries:
                yield from (entry.figure, entry.states, entry.chain)


def text_of(line: Line) -> str:
    """Return the text of a line as a reader sees it, cites left out."""
    return "".join(node.text for node in line if not isinstance(node, Cite))


def is_rtl(text: str) -> bool:
    """Return whether the first letter of a text runs from right to left, as `dir="auto"` has it.

    Examples
    --------
    >>> is_rtl("1. الصادرات"), is_rtl("1. exports")
    (True, False)
    """
    kinds = (unicodedata.bidirectional(sign) for sign in text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"
