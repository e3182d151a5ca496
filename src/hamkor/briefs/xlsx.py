"""Document -> Excel workbook: one sheet a table with typed cells, the sources, the origin of each figure, a chart.

A number is stored as it is printed, never with more digits; what stands around it goes into the format of its cell, so that
the cell shows what the brief shows. The value is the fact's; the printed text only tells the scale and the decimals.
"""

from __future__ import annotations

import datetime
import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from hamkor.briefs.document import (
    Bullets,
    Cite,
    Document,
    Figure,
    Heading,
    Inline,
    Line,
    Moment,
    Paragraph,
    Picture,
    Provenance,
    Quote,
    References,
    Sheet,
    Words,
    is_rtl,
    text_of,
)  # fmt: skip
from hamkor.briefs.xlsx_numbers import Number, number
from hamkor.languages.language import CLOSE, OPEN, plain

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_INK, _BLUE, _ORANGE, _PALE, _GREY = "#1f2a30", "#0b5c8a", "#d98a1f", "#eef3f6", "#56636b"
_LONGEST_NAME, _LINE, _FRONT = 31, 15, 110
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_CLAUSE = re.compile(r"[,،]\s")
_ISOLATED = re.compile(f"{OPEN}([^{CLOSE}]*[-+−%٪][^{CLOSE}]*){CLOSE}")
_RIGHT: dict[str, Any] = {"align": "right"}
_LINK: dict[str, Any] = {"font_color": _BLUE, "underline": 1}
_HEADING: dict[str, Any] = {"bold": True, "font_size": 13, "font_color": _BLUE}


class _Table(NamedTuple):
    """A table with the name of its sheet and the notes that follow it in the brief."""

    name: str
    sheet: Sheet
    notes: tuple[Line, ...]


def to_xlsx(document: Document, *, values: Mapping[str, float]) -> bytes:
    """Return the document as an Excel workbook, the same bytes for the same document.

    Parameters
    ----------
    document
        The brief.
    values
        Fact id -> number in base units; a figure whose fact is missing is written as text.
    """
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = Workbook(stream, options)
    moment = datetime.datetime.fromisoformat(document.date)
    title, subtitle = (plain(text_of(line)) for line in (document.title, document.subtitle))
    workbook.set_properties({"title": title, "subject": subtitle, "author": "Hamkor", "created": moment})
    pages = _Pages(workbook, document, values)
    contents = _name(document.labels["contents"])
    annexes = _annexes(document)
    tables = _tables(document, taken=[contents, *(name for name, _, _ in annexes)])
    pages.front(contents, [*((table.name, table.sheet.caption) for table in tables), *(annex[:2] for annex in annexes)])
    for index, table in enumerate(tables):
        page = pages.table(table, contents)
        if index == 0 and (columns := _flows(table.sheet, document)):
            pages.chart(page, table, columns)
    for name, line, block in annexes:
        if isinstance(block, References):
            pages.sources(name, block, line, contents)
        else:
            pages.origins(name, block, contents)
    workbook.close()
    return stream.getvalue()


def _tables(document: Document, *, taken: Sequence[str]) -> list[_Table]:
    """Return the document's tables, named; the notes of the first page stay there."""
    places: list[tuple[str, str, Sheet]] = []
    notes: list[list[Line]] = []
    section = heading = ""
    open_notes = False
    for block in document.blocks:
        follows = isinstance(block, Paragraph) and block.style in ("note", "gap") and open_notes
        if isinstance(block, Heading):
            text = plain(text_of(block.line))
            section, heading = (text, "") if block.level <= 2 else (section, text)
        elif isinstance(block, Sheet):
            places.append((section, heading, block))
            notes.append([])
        elif isinstance(block, Paragraph) and follows and section:
            notes[-1].append(block.line)
        open_notes = isinstance(block, Sheet) or follows
    names = _names([(section, heading, plain(text_of(sheet.caption))) for section, heading, sheet in places], taken)
    return [_Table(name, place[2], tuple(own)) for name, place, own in zip(names, places, notes, strict=True)]


def _names(places: Sequence[tuple[str, str, str]], taken: Iterable[str]) -> list[str]:
    """Return a short name for each table from its section, heading and caption, each once."""
    headings = Counter(heading for _, heading, _ in places)
    pairs = Counter((section, heading) for section, heading, _ in places)
    used = {name.casefold() for name in taken}
    names = []
    for section, heading, caption in places:
        choices = [_CLAUSE.split(caption)[0]]
        choices += [f"{section} – {heading}"] * (pairs[section, heading] == 1 and bool(heading))
        choices += [heading] * (headings[heading] == 1)
        whole = [choice for choice in choices if 0 < len(choice) <= _LONGEST_NAME]
        short = [f"{section} – {caption}"] if 0 < len(section) <= _LONGEST_NAME // 2 else []
        found = [_name(choice) for choice in (*whole, *short, caption)]
        found += [_name(caption)[: _LONGEST_NAME - count] + "·" * count for count in range(1, _LONGEST_NAME)]
        name = next(choice for choice in found if choice.casefold() not in used)
        used.add(name.casefold())
        names.append(name)
    return names


def _name(text: str) -> str:
    """Return a text as Excel allows it as the name of a sheet, cut between words; no number is cut."""
    clean = " ".join(_FORBIDDEN.sub(" ", text).split()).strip("' ") or "·"
    if len(clean) <= _LONGEST_NAME:
        return clean
    short = ""
    for word in clean.split(" "):
        if len(short) + len(word) + 1 >= _LONGEST_NAME:
            break
        short += f" {word}" if short else word
    return (short or re.sub(r"\d+$", "", clean[: _LONGEST_NAME - 1])).rstrip(" –-,،'") + "…"


def _annexes(document: Document) -> list[tuple[str, Line, References | Provenance]]:
    """Return the list of sources and the origins of the figures, each with its sheet's name and the heading above it."""
    found: list[tuple[str, Line, References | Provenance]] = []
    heading: Line = ()
    for block in document.blocks:
        if isinstance(block, Heading):
            heading = block.line
        elif isinstance(block, References | Provenance):
            found.append((_name(plain(text_of(heading))), heading, block))
    return found


def _flows(sheet: Sheet, document: Document) -> tuple[int, ...]:
    """Return the columns of exports and imports of the headline table, which stands before the first heading."""
    opening = next((block for block in document.blocks if isinstance(block, Heading | Sheet)), None)
    if opening is not sheet:
        return ()
    columns = []
    for column, numeric in enumerate(sheet.numeric):
        names = {node.fact.partition(":")[0] for row in sheet.rows for node in row[column] if isinstance(node, Figure)}
        if numeric and names and names <= {"export", "import"}:
            columns.append(column)
    return tuple(columns[:2]) if len(columns) >= 2 else ()


def _fenced(node: Figure | Quote | Moment | Words) -> str:
    """Return the text of a node as it stands in right-to-left text: signs beside their numbers, dates apart from names."""
    if isinstance(node, Moment) and node.text[0].isdigit():
        return f"\u200f{node.text}"
    if isinstance(node, Quote) and node.language and not is_rtl(node.text):
        return f"\u200f\u200e{node.text}\u200e\u200f"
    return _ISOLATED.sub("\u200f\u200e\\1\u200e\u200f", node.text)


class _Pages:
    """The sheets of one workbook: writes each, with the formats and the direction that all share."""

    def __init__(self, workbook: Workbook, document: Document, values: Mapping[str, float]) -> None:
        self.workbook, self.document, self.values = workbook, document, values
        self.right_to_left = document.direction == "rtl"
        self.formats: dict[str, Format] = {}
        self.citations = {
            entry.source: "\n".join(filter(None, (f"[{entry.number}] {plain(text_of(entry.line))}", entry.address)))
            for block in document.blocks
            if isinstance(block, References)
            for entry in block.entries
        }

    def front(self, name: str, links: Iterable[tuple[str, Line]]) -> None:
        """Write the first sheet: title, what the brief sums up, its sheets, and what its data cannot say."""
        page = self._page(name)
        page.set_column(0, 0, _FRONT)
        rows: list[tuple[Line, dict[str, Any]]] = [(self.document.title, {"bold": True, "font_size": 18, "font_color": _BLUE})]
        rows += [(self.document.subtitle, {"font_color": _GREY}), ((), {})]
        styles: dict[str, dict[str, Any]] = {"lead": {"bold": True}, "body": {}, "gap": {}, "note": {"font_color": _GREY}}
        for block in self.document.blocks:
            if isinstance(block, Heading):
                break
            if isinstance(block, Paragraph):
                rows.append((block.line, styles[block.style]))
        self._paragraphs(page, 0, rows)
        row = len(rows) + 1
        page.write_string(row, 0, self.document.labels["contents"], self._format(_HEADING))
        for row, (sheet, line) in enumerate(links, start=row + 1):  # noqa: B020
            self._link(page, row, sheet, self._plain(line))
        limits = self._limits()
        self._paragraphs(page, row + 2, limits)
        for place, label in enumerate(("made-with", "unreviewed"), start=row + len(limits) + 3):
            page.write_string(
                place, 0, self.document.labels.get(label, ""), self._format({"font_color": _GREY, "text_wrap": True})
            )

    def _paragraphs(self, page: Worksheet, first: int, rows: Sequence[tuple[Line, dict[str, Any]]]) -> None:
        for row, (line, look) in enumerate(rows, start=first):
            self._text(page, row, 0, line, look)
            size = look.get("font_size", 11) / 11
            page.set_row(row, _LINE * size * max(1, math.ceil(1.15 * size * len(self._plain(line)) / _FRONT)) + 1)

    def _limits(self) -> list[tuple[Line, dict[str, Any]]]:
        """Return the section on what the data cannot say."""
        rows: list[tuple[Line, dict[str, Any]]] = []
        inside = False
        for block in self.document.blocks:
            if isinstance(block, Heading):
                inside = block.anchor == "limits" or (inside and block.level > 2)
                if inside:
                    rows.append((block.line, _HEADING if block.level == 2 else {"bold": True}))
            elif inside and isinstance(block, Bullets):
                rows += [(item, {"indent": 1}) for item in block.items]
        return rows

    def table(self, table: _Table, contents: str) -> Worksheet:
        """Write a table on a sheet of its own and return the sheet."""
        sheet = table.sheet
        page = self._page(table.name)
        self._top(page, sheet.caption, contents, sheet.head, sheet.numeric)
        for row, cells in enumerate(sheet.rows, start=4):
            for column, (line, numeric) in enumerate(zip(cells, sheet.numeric, strict=True)):
                self._cell(page, row, column, line, numeric=numeric)
        texts = [[self._plain(line) for line in cells] for cells in (sheet.head, *sheet.rows)]
        widths = self._fit(page, 3, texts, most=60 if len(sheet.head) == 2 else 40)
        for row, line in enumerate(table.notes, start=5 + len(sheet.rows)):
            page.merge_range(row, 0, row, len(sheet.head) - 1, "")
            self._text(page, row, 0, line, {"font_color": _GREY})
            page.set_row(row, _LINE * math.ceil(1.1 * len(self._plain(line)) / sum(widths)) + 1)
        return page

    def sources(self, name: str, block: References, title: Line, contents: str) -> None:
        """Write the list of sources: number, citation, address."""
        page = self._page(name)
        head = tuple((Words(self.document.labels[label]),) for label in ("number", "source", "address"))
        self._top(page, title, contents, head, (True, False, False))
        look = {**self._beside(2), "valign": "top", "text_wrap": True, "reading_order": 1}
        for row, entry in enumerate(block.entries, start=4):
            page.write_number(row, 0, entry.number, self._format({"num_format": "0", "valign": "top"}))
            self._text(page, row, 1, entry.line, self._beside(1))
            if entry.address.startswith("http") and len(entry.address) < 2000:
                page.write_url(row, 2, entry.address, self._format({**look, **_LINK}), entry.address)
            else:
                page.write_string(row, 2, entry.address, self._format(look))
        texts = [("", self._plain(entry.line), entry.address) for entry in block.entries]
        self._fit(page, 3, [[self._plain(line) for line in head], *texts], most=70)

    def origins(self, name: str, block: Provenance, contents: str) -> None:
        """Write where each figure comes from, with the id by which `hamkor why` tells more."""
        page = self._page(name)
        head = (*block.head, (Words(self.document.labels["fact"]),))
        self._top(page, block.caption, contents, head, (True, False, False, False))
        look = {**self._beside(3), "font_color": _GREY, "valign": "top", "text_wrap": True, "reading_order": 1}
        for row, entry in enumerate(block.entries, start=4):
            self._cell(page, row, 0, entry.figure, numeric=True)
            self._cell(page, row, 1, entry.states, numeric=False)
            self._text(page, row, 2, self._marked(entry.chain), self._beside(2))
            self._cite(page, row, 2, entry.chain)
            page.write_string(row, 3, entry.fact, self._format(look))
        page.autofilter(3, 0, 3 + len(block.entries), 3)
        lines = [(entry.figure, entry.states, self._marked(entry.chain)) for entry in block.entries]
        texts = [(*map(self._plain, row), entry.fact) for row, entry in zip(lines, block.entries, strict=True)]
        self._fit(page, 3, [[self._plain(line) for line in head], *texts], most=50)

    def chart(self, page: Worksheet, table: _Table, columns: tuple[int, ...]) -> None:
        """Put a bar chart of exports and imports below the headline table."""
        opening = [block for block in self.document.blocks if isinstance(block, Picture)][:1]
        last, font = 3 + len(table.sheet.rows), {"color": _INK}
        chart = self.workbook.add_chart({"type": "bar"})
        for column, colour in zip(columns, (_BLUE, _ORANGE), strict=True):
            chart.add_series(
                {
                    "name": [table.name, 3, column], "categories": [table.name, 4, 0, last, 0],
                    "values": [table.name, 4, column, last, column], "fill": {"color": colour}, "gap": 60,
                    "data_labels": {"value": True, "font": font},
                }
            )  # fmt: skip
        caption = self._plain(opening[0].caption if opening else table.sheet.caption)
        chart.set_title({"name": caption, "name_font": {"size": 12, "bold": True, **font}, "overlay": False})
        chart.set_y_axis({"reverse": True, "major_gridlines": {"visible": False}, "num_font": font, "line": {"color": _GREY}})
        chart.set_x_axis({"reverse": self.right_to_left, "visible": False, "major_gridlines": {"visible": False}})
        chart.set_legend({"position": "bottom", "font": font})
        chart.set_size({"width": 560, "height": 110 + 62 * len(table.sheet.rows)})
        alt = plain(opening[0].alt) if opening else caption
        page.insert_chart(6 + len(table.sheet.rows) + len(table.notes), 0, chart, {"description": alt, "object_position": 2})

    def _page(self, name: str) -> Worksheet:
        page = self.workbook.add_worksheet(name)
        if self.right_to_left:
            page.right_to_left()
        page.hide_gridlines(2)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_footer("&C&P / &N")
        page.set_comments_author("Hamkor")
        return page

    def _top(self, page: Worksheet, title: Line, contents: str, head: Sequence[Line], numeric: Sequence[bool]) -> None:
        """Write what stands above a table: caption, the way back, the head, which stays in view and on each printed page."""
        self._text(page, 0, 0, title, {**_HEADING, "text_wrap": False})
        page.set_row(0, 22)
        self._link(page, 1, contents, self.document.labels["contents"])
        for column, (line, right) in enumerate(zip(head, numeric, strict=True)):
            look = {"bold": True, "bg_color": _PALE, "bottom": 1, "bottom_color": _BLUE}
            self._text(page, 3, column, line, {**look, **(_RIGHT if right else self._beside(column))})
        page.freeze_panes(4 if head else 3, 0)
        if head:
            page.repeat_rows(3)

    def _cell(self, page: Worksheet, row: int, column: int, line: Line, *, numeric: bool) -> None:
        if (found := self._number(line)) is None:
            self._text(page, row, column, line, _RIGHT if numeric else self._beside(column))
        else:
            page.write_number(row, column, found.value, self._format({"num_format": found.pattern, "valign": "top", **_RIGHT}))
            self._cite(page, row, column, line)

    def _number(self, line: Line) -> Number | None:
        """Return the number of a line that is one figure of a number, alone or with a mark without letters behind it."""
        nodes: list[Inline] = [node for node in line if not isinstance(node, Cite)]
        if not nodes or not isinstance(nodes[0], Figure) or nodes[0].fact not in self.values:
            return None
        marks = [node.text for node in nodes[1:] if isinstance(node, Words) and not any(map(str.isalpha, node.text))]
        if len(marks) != len(nodes) - 1:
            return None
        return number(nodes[0], self.values[nodes[0].fact], mark="".join(marks))

    def _text(self, page: Worksheet, row: int, column: int, line: Line, look: dict[str, Any]) -> None:
        page.write_string(row, column, self._plain(line), self._format({"text_wrap": True, "valign": "top", **look}))
        self._cite(page, row, column, line)

    def _cite(self, page: Worksheet, row: int, column: int, line: Line) -> None:
        sources = dict.fromkeys(node.source for node in line if isinstance(node, Cite) and node.source in self.citations)
        if sources:
            note = "\n".join(self.citations[source] for source in sources)
            page.write_comment(row, column, note, {"width": 340, "height": 20 + 15 * (len(note) // 45 + len(sources) * 2)})

    def _marked(self, line: Line) -> Line:
        """Return a line with its cites as the numbers that the list of sources gives them."""
        return tuple(Moment(f"[{node.number}]") if isinstance(node, Cite) else node for node in line)

    def _beside(self, column: int) -> dict[str, Any]:
        """Return the look of a text at the near edge of its column, a little off the one before."""
        return {"align": "right" if self.right_to_left else "left", "indent": int(column > 0)}

    def _link(self, page: Worksheet, row: int, sheet: str, text: str) -> None:
        """Write a link to a sheet, as a formula: LibreOffice sets numbers over letters in Arabic links of the other kind."""
        target, shown = (part.replace('"', '""') for part in ("#'" + sheet.replace("'", "''") + "'!A1", text))
        page.write_formula(row, 0, f'=HYPERLINK("{target}","{shown}")', self._format(_LINK), text)

    def _fit(self, page: Worksheet, first: int, rows: Sequence[Sequence[str]], *, most: int = 60) -> list[int]:
        """Make columns as wide as their texts, `most` at most, and rows from `first` on as high as what wraps in them.

        Returns the widths.
        """
        widths = [min(most, max(map(len, column)) + 4) for column in zip(*rows, strict=True)]
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        for row, texts in enumerate(rows, start=first):
            lines = max(math.ceil(1.1 * len(text) / width) for text, width in zip(texts, widths, strict=True))
            page.set_row(row, _LINE * max(1, lines) + 1)
        return widths

    def _plain(self, line: Line) -> str:
        """Return a line without isolates; in right-to-left text U+200E in U+200F keep numbers and foreign words together."""
        if not self.right_to_left:
            return plain(text_of(line))
        return plain("".join(_fenced(node) for node in line if not isinstance(node, Cite)))

    def _format(self, look: dict[str, Any]) -> Format:
        """Return the format of that look, made once."""
        if self.right_to_left and "num_format" not in look:
            look = {"reading_order": 2, "align": "right", **look}
        key = repr(sorted(look.items()))
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format({"font_color": _INK, **look})
        return self.formats[key]
