"""HTML -> pieces, each character with its place in the file.

The tags are told apart here, by the rules of the HTML standard for what is not closed: the standard library's parser takes
time that grows with the square of the length on unclosed tags, and raises on some declarations.
"""

from __future__ import annotations

import html
import re
from itertools import takewhile
from typing import Final

from hamkor.texts.build import Writer
from hamkor.texts.limits import too_many
from hamkor.texts.text import PieceKind, Text

_TOKEN = re.compile(
    r"<!--(?:-?>|(?s:.*?)(?:--!?>|\Z))"
    r"|<[!?][^>]*+(?:>|\Z)"
    r"|</(?P<end>[a-zA-Z][^\s/>]*+)?[^>]*+(?:>|\Z)"
    # quotation marks only quote after an equals sign
    r"|<(?P<start>[a-zA-Z][^\s/>]*+)(?P<attributes>(?:[^>=]++|=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))?+)*+)(?:>|\Z)"
    r"|(?P<words>(?:[^<]++|<(?![a-zA-Z/!?]))++)"
    r"|(?s:.)"
)
_BLANKS = " \t\n\r\f"
_RUN = re.compile(
    r"(?P<words>(?:[^& \t\n\r\f]|&(?![a-zA-Z#]))(?:[^& \t\n\r\f]++| (?=[^& \t\n\r\f])|&(?![a-zA-Z#]))*+)"
    r"|(?P<blanks>[ \t\n\r\f]++)"
    r"|(?P<reference>&(?:#\d{1,9};?|#[xX][0-9a-fA-F]{1,8};?|[a-zA-Z][a-zA-Z0-9]{1,31};?))|&"
)
_ATTRIBUTE = re.compile(r"([^\s=/\"'>]++)(?:\s*+=\s*+(\"[^\"]*+\"?|'[^']*+'?|[^\s>]*+))?+")
_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MOST_TABLES, _WIDEST_SPAN, _MOST_SKIPS = 100, 1000, 1_000_000
_MOST_FRAGMENTS = 2_000_000


def _names(written: str) -> frozenset[str]:
    return frozenset(written.split())


_VOID = _names("area base br col embed hr img input link meta source track wbr")
_RAW = _names("script style title textarea xmp iframe noembed noframes noscript")
_UNSEEN = _names(
    "script style template textarea xmp iframe noembed noframes noscript svg canvas audio video object select datalist"
)
_HEADINGS = _names("h1 h2 h3 h4 h5 h6 caption title")
_BLOCKS = _HEADINGS | _names(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer form head "
    "header hgroup hr html legend li main menu nav ol p pre search section summary table tbody td tfoot th thead tr ul"
)
_ENDS_HEADING = _names("p table ul ol dl li hr section article")
# their end tags may be left out; a container inside holds others of the same name
_OPEN_ENDED = _names("p li dt dd td th tr thead tbody tfoot")
_CONTAINERS = _names("table ul ol dl div section body")


def read_html(source: str, *, name: str) -> Text:
    """Return what a reader of a page sees, and its title, in pieces.

    Parameters
    ----------
    source
        The characters of the file.
    name
        Of the file, for messages.

    Examples
    --------
    >>> read = read_html("<h1>Trade</h1><p>It was <b>3.48&nbsp;bn</b>.", name="a.html")
    >>> [(piece.kind, read.text[piece.start : piece.end]) for piece in read.pieces]
    [('heading', 'Trade'), ('paragraph', 'It was 3.48\\xa0bn.')]
    >>> read.span(13, 20)
    (27, 39)
    """
    page = _Page(source, name)
    at = 0
    while at < len(source):
        found = _TOKEN.match(source, at)
        assert found is not None, "the last branch takes any character"
        at = found.end()
        if tag := found["start"]:
            at = page.start(tag.lower(), found["attributes"], found.start(), at)
        elif tag := found["end"]:
            page.end(tag.lower())
        elif found["words"]:
            page.words(found.start(), at)
    page.flush()
    return page.writer.finished(steps=page.steps, shifts=page.shifts)


class _Grid:
    """A table that is open: where its next cell stands."""

    __slots__ = ("budget", "column", "filled", "in_cell", "is_data", "number", "row", "wide")

    def __init__(self, number: int, is_data: bool) -> None:
        self.number, self.is_data = number, is_data
        self.row, self.column, self.wide = -1, 0, 0
        self.in_cell = False
        self.filled: dict[int, int] = {}
        self.budget = _MOST_SKIPS

    def next_row(self) -> None:
        self.row, self.column, self.wide, self.in_cell = self.row + 1, 0, 0, False

    def next_cell(self, columns: int, rows: int) -> None:
        """Go to the next place that no cell of a row above reaches into."""
        self.row = max(self.row, 0)
        self.column += self.wide
        while self.filled.get(self.column, -1) >= self.row and self.budget:
            self.column += 1
            self.budget -= 1
        self.wide, self.in_cell = columns, True
        if rows > 1 and self.budget > columns:
            self.budget -= columns
            last = self.row + rows - 1
            self.filled.update(dict.fromkeys(range(self.column, self.column + columns), last))


class _Page:
    """What has been seen of a page: pieces done, the fragments of the one that is open, and what is open around it."""

    def __init__(self, source: str, name: str) -> None:
        self.source: Final = source
        self.writer = Writer(name)
        self.steps: list[int] = []
        self.shifts: list[int] = []
        self._done = self._count = 0
        # text, and its start and end in the file; of one length unless it is a reference or a break
        self._fragments: list[tuple[str, int, int]] = []
        self._blank: tuple[str, int, int] | None = None
        self._heading = self._kept = False
        self._tables: list[_Grid] = []
        self._tables_beyond = 0
        self._hidden = ""
        self._depth = 0

    def start(self, tag: str, attributes: str, start: int, end: int) -> int:
        """Take a start tag; return where to read on."""
        if self._hidden and not self._shown_again(tag):
            return self._raw_end(tag, end) if tag in _RAW else end
        given = _attributes(attributes) if attributes else {}
        if tag in _UNSEEN or "hidden" in given or _HIDES.search(given.get("style", "")):
            if tag in _BLOCKS:
                self.flush()
            if tag in _RAW:
                return self._raw_end(tag, end)
            if tag not in _VOID:
                self._hidden, self._depth = tag, 1
            return end
        if tag == "br":
            self._break(start, end)
        elif tag in _BLOCKS:
            self.flush()
            self._open(tag, given)
            if tag == "title":
                close = self._raw_end(tag, end)
                self.words(end, close)
                return close
        return end

    def end(self, tag: str) -> None:
        """Take an end tag."""
        if self._hidden:
            self._shown_again("/" + tag)
            return
        if tag not in _BLOCKS:
            return
        self.flush()
        if tag in _HEADINGS:
            self._heading = False
        elif tag == "pre":
            self._kept = False
        elif tag == "table" and self._tables_beyond:
            self._tables_beyond -= 1
        elif self._tables and tag == "table":
            grid = self._tables.pop()
            if grid.row <= 0 and grid.column == 0:
                self.writer.loosen(grid.number)
        elif self._tables and tag in ("td", "th", "tr"):
            self._tables[-1].in_cell = False

    def words(self, start: int, end: int) -> None:
        """Take what stands between two tags."""
        if self._hidden:
            return
        for found in _RUN.finditer(self.source, start, end):
            at, after = found.span()
            if found["blanks"]:
                self._space(found[0], at)
            elif found["reference"]:
                self._reference(found[0], at)
            else:
                self._fragment(found[0], at, after)

    def flush(self) -> None:
        """End the piece that is open."""
        fragments, self._fragments, self._blank = self._fragments, [], None
        text = "".join([fragment[0] for fragment in fragments])
        if not text or text.isspace():
            return
        kind: PieceKind = "heading" if self._heading else "paragraph"
        at = self._tables[-1] if self._tables else None
        if at is not None and at.in_cell and self._heading:
            self.writer.loosen(at.number)
        if at is not None and at.in_cell and at.is_data and not self._heading:
            size = self.writer.add(text, kind="cell", table=at.number, row=at.row, column=at.column)
        else:
            size = self.writer.add(text, kind=kind)
        for part, start, end in fragments:
            if start != self._done:
                # twice: where what stands before it ends, and where it starts
                self.steps += (size, size)
                self.shifts += (self._done - size, start - size)
            elif not self.shifts or self.shifts[-1] != start - size:
                self.steps.append(size)
                self.shifts.append(start - size)
            size += len(part)
            self._done = end
        self.steps.append(size)
        self.shifts.append(self._done - size)

    def _reference(self, written: str, at: int) -> None:
        text, end = html.unescape(written), at + len(written)
        if not written.endswith(";") and written[1] != "#":
            # a name that is not closed ends where the longest known one does; the rest is text
            pairs = zip(reversed(text), reversed(written), strict=False)
            tail = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
            name, rest = text[: len(text) - tail], text[len(text) - tail :]
        else:
            name, rest = text, ""
        if name and not name.strip(_BLANKS):
            self._space(name, at)
        elif name:
            self._fragment(name, at, end - len(rest))
        if rest:
            self._fragment(rest, end - len(rest), end)

    def _fragment(self, text: str, start: int, end: int) -> None:
        if self._blank is not None:
            self._fragments.append(self._blank)
            self._blank = None
        self._fragments.append((text, start, end))
        self._count += 1
        if self._count > _MOST_FRAGMENTS:
            raise too_many(self.writer.name, "words between tags and references", _MOST_FRAGMENTS)

    def _space(self, blanks: str, at: int) -> None:
        if self._kept and "\n" in blanks:
            first = at + blanks.index("\n")
            self._break(first, first + 1)
            if blanks.count("\n") > 1:
                self.flush()
        elif self._fragments and self._blank is None:
            self._blank = (" ", at, at + 1)

    def _break(self, start: int, end: int) -> None:
        if self._blank is not None and self._blank[0] == "\n":
            self.flush()
        elif self._fragments:
            self._blank = ("\n", start, end)

    def _open(self, tag: str, given: dict[str, str]) -> None:
        if tag in _HEADINGS:
            self._heading = True
        elif tag in _ENDS_HEADING:
            self._heading = False
        if tag == "pre":
            self._kept = True
        elif tag == "table":
            self._open_table(given)
        elif self._tables and not self._tables_beyond:
            if tag == "tr":
                self._tables[-1].next_row()
            elif tag in ("td", "th"):
                self._heading = False
                self._tables[-1].next_cell(_span(given.get("colspan")), _span(given.get("rowspan")))

    def _open_table(self, given: dict[str, str]) -> None:
        if len(self._tables) == _MOST_TABLES:
            self._tables_beyond += 1
            return
        if self._tables and self._tables[-1].in_cell:
            self.writer.loosen(self._tables[-1].number)
        is_data = given.get("role", "") not in ("presentation", "none")
        self._tables.append(_Grid(self.writer.next_table() if is_data else -2, is_data))

    def _raw_end(self, tag: str, at: int) -> int:
        """Return where ends what stands in an element whose text holds no tags."""
        close = re.compile(f"</{tag}(?=[\\s/>])", re.IGNORECASE).search(self.source, at)
        return close.start() if close else len(self.source)

    def _shown_again(self, tag: str) -> bool:
        """Follow the tags inside what is hidden; return whether one ends it and counts itself."""
        name = tag.removeprefix("/")
        ends = tag != name
        if self._hidden in _OPEN_ENDED:
            # depth counts the containers inside
            if name in _CONTAINERS and not (self._hidden == "p" and not ends):
                self._depth += -1 if ends else 1
                over = self._depth == 0
            else:
                over = self._depth == 1 and (name == self._hidden or (self._hidden == "p" and name in _BLOCKS and not ends))
            if over:
                self._hidden = ""
                if ends and name != "p":
                    self.end(name)
                return not ends
            return False
        if name == self._hidden:
            self._depth += -1 if ends else 1
            if self._depth == 0:
                self._hidden = ""
        return False


def _attributes(written: str) -> dict[str, str]:
    return {name.lower(): html.unescape(value.strip("\"'")) for name, value in _ATTRIBUTE.findall(written)}


def _span(value: str | None) -> int:
    """Return how many rows or columns a cell covers."""
    digits = re.match(r"\s*(\d{1,9})", value or "")
    return min(max(int(digits[1]), 1), _WIDEST_SPAN) if digits else 1
