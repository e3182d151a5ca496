"""Word -> pieces: paragraphs and tables in the order of the body, then notes, headers and footers."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hamkor.texts.build import Writer
from hamkor.texts.package import FAULTS, damaged
from hamkor.texts.text import PieceKind, Text

if TYPE_CHECKING:
    from docx.document import Document

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_PARAGRAPH, _TABLE, _ROW, _CELL = f"{_W}p", f"{_W}tbl", f"{_W}tr", f"{_W}tc"
_VALUE = f"{_W}val"
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "\u2011"}
_UNSEEN = frozenset(f"{_W}{name}" for name in ("pPr", "rPr", "del", "moveFrom", "instrText", "delText", "sectPr", "tblPr"))
_HEADING_STYLE = re.compile(r"heading \d|title|subtitle", re.IGNORECASE)
_BESIDES = ("footnotes", "endnotes", "header", "footer")


def read_docx(data: bytes, *, name: str) -> Text:
    """Return the text of a Word file, without what is deleted or hidden in it.

    Parameters
    ----------
    data
        The file, already looked at by `office_format`.
    name
        Of the file, for messages.

    Raises
    ------
    BadInput
        If it is damaged.
    """
    import docx
    from docx.exceptions import PythonDocxError

    try:
        return _Reader(docx.Document(io.BytesIO(data)), name).read()
    except (*FAULTS, PythonDocxError) as fault:
        raise damaged(name, "Word", fault) from None


class _Reader:
    def __init__(self, document: Document, name: str) -> None:
        self.document = document
        self.writer = Writer(name)
        self.headings = _heading_styles(document.styles.element)
        self.paragraphs = 0

    def read(self) -> Text:
        from docx.oxml.parser import parse_xml

        self._blocks(self.document.element.body, "")
        parts: dict[str, tuple[str, bytes]] = {}
        for relation in self.document.part.rels.values():
            kind = relation.reltype.rpartition("/")[2]
            if kind in _BESIDES and not relation.is_external:
                parts[relation.target_part.partname] = (kind, relation.target_part.blob)
        for kind, content in sorted(parts.values(), key=lambda part: _BESIDES.index(part[0])):
            root = parse_xml(content)
            if kind in ("header", "footer"):
                self._blocks(root, kind)
                continue
            # the separators have a type
            notes = [note for note in _children(root) if note.get(f"{_W}type", "normal") == "normal"]
            for number, note in enumerate(notes, 1):
                self._blocks(note, f"{kind.removesuffix('s')} {number}")
        return self.writer.finished()

    def _blocks(self, parent: Any, place: str) -> None:
        """Add paragraphs and tables, also those in content controls and other wrappers."""
        for child in _children(parent):
            if child.tag == _PARAGRAPH:
                self._paragraph(child, place)
            elif child.tag == _TABLE:
                self._table(child, place)
            elif child.tag not in _UNSEEN:
                self._blocks(child, place)

    def _paragraph(self, element: Any, place: str, cell: tuple[int, int, int] | None = None) -> None:
        parts: list[str] = []
        boxes: list[Any] = []
        _gather(element, parts, boxes)
        text = "".join(parts).strip()
        if text:
            heading = self._is_heading(element)
            kind: PieceKind = "heading" if heading else "cell" if cell else "paragraph"
            if cell is None and not place:
                self.paragraphs += 1
            table, row, column = cell or (-1, -1, -1)
            if heading and cell:
                self.writer.loosen(table)
            where = f"table {table + 1} row {row + 1} column {column + 1}" if cell else f"paragraph {self.paragraphs}"
            locator = f"{place}, {where}" if place and cell else place or where
            self.writer.add(text, kind=kind, locator=locator, table=table, row=row, column=column)
        for box in boxes:
            self._blocks(box, place)

    def _table(self, element: Any, place: str) -> None:
        table, last, widest = self.writer.next_table(), -1, 0
        for last, row in enumerate(_inside(element, _ROW)):
            column = _number(row.find(f"{_W}trPr/{_W}gridBefore"), 0)
            for cell in _inside(row, _CELL):
                self._cell(cell, place, (table, last, column))
                column += _number(cell.find(f"{_W}tcPr/{_W}gridSpan"), 1)
                widest = max(widest, column)
        if last == 0 and widest <= 1:
            self.writer.loosen(table)

    def _cell(self, parent: Any, place: str, cell: tuple[int, int, int]) -> None:
        for child in _children(parent):
            if child.tag == _PARAGRAPH:
                self._paragraph(child, place, cell)
            elif child.tag == _TABLE:
                self.writer.loosen(cell[0])
                self._table(child, place)
            elif child.tag not in _UNSEEN:
                self._cell(child, place, cell)

    def _is_heading(self, element: Any) -> bool:
        properties = element.find(f"{_W}pPr")
        if properties is None:
            return False
        style = properties.find(f"{_W}pStyle")
        outline = properties.find(f"{_W}outlineLvl")
        return (style is not None and style.get(_VALUE) in self.headings) or (outline is not None and _number(outline, 9) < 9)


def _children(parent: Any) -> Iterator[Any]:
    """Yield the elements inside; of alternatives, the first."""
    for child in parent:
        if not isinstance(child.tag, str):
            continue
        if child.tag == _ALTERNATE:
            yield from list(child)[:1]
        else:
            yield child


def _inside(parent: Any, tag: str) -> Iterator[Any]:
    """Yield the rows of a table or the cells of a row, also those in content controls."""
    for child in _children(parent):
        if child.tag == tag:
            yield child
        elif child.tag not in _UNSEEN:
            yield from _inside(child, tag)


def _gather(element: Any, parts: list[str], boxes: list[Any]) -> None:
    """Collect what a paragraph shows, and the text boxes that hang in it."""
    for child in _children(element):
        tag = child.tag
        if tag == f"{_W}t":
            parts.append(child.text or "")
        elif tag in _SIGNS:
            parts.append(_SIGNS[tag])
        elif tag == f"{_W}txbxContent":
            boxes.append(child)
        elif tag not in _UNSEEN and not (tag == f"{_W}r" and _is_hidden(child)):
            _gather(child, parts, boxes)


def _is_hidden(run: Any) -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(_VALUE, "true") not in ("0", "false", "off")


def _number(element: Any, default: int) -> int:
    value = element.get(_VALUE, "") if element is not None else ""
    return min(int(value), 16_384) if value.isascii() and value.isdigit() and len(value) < 10 else default


def _heading_styles(styles: Any) -> frozenset[str]:
    """Return the ids of the styles that are headings by name or level, or rest on such a one."""
    found: dict[str, bool] = {}
    bases: dict[str, str] = {}
    for style in styles.iterchildren(f"{_W}style"):
        id = style.get(f"{_W}styleId", "")
        named, level, base = (style.find(f"{_W}{path}") for path in ("name", f"pPr/{_W}outlineLvl", "basedOn"))
        is_named = named is not None and _HEADING_STYLE.fullmatch(named.get(_VALUE, "")) is not None
        found[id] = is_named or _number(level, 9) < 9
        if base is not None:
            bases[id] = base.get(_VALUE, "")
    return frozenset(id for id in found if any(found.get(step, False) for step in _chain(id, bases)))


def _chain(id: str, bases: dict[str, str]) -> Iterator[str]:
    for _ in range(20):
        yield id
        if id not in bases:
            return
        id = bases[id]
