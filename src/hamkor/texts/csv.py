"""CSV and TSV -> cells with their places in the file (RFC 4180, which the standard library reads without places)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import NamedTuple

from hamkor.schema.errors import BadInput
from hamkor.texts.limits import LONGEST_LABEL, MAX_PIECES, too_many, unreadable
from hamkor.texts.text import Piece, Text

_DELIMITERS = "\t;|,"
_MOST_PLACES = 5_000_000


class _Cell(NamedTuple):
    start: int
    end: int
    row: int
    column: int
    delimiter: int
    """Its place, or -1 at the end of a row."""


def read_csv(text: str, *, name: str) -> Text:
    """Return the cells of a table; offsets stay.

    Parameters
    ----------
    text
        The characters of the file.
    name
        Of the file, for messages; ``.tsv`` is read with tabs, else the delimiter is found.

    Examples
    --------
    >>> read = read_csv('year;exports\\n2024;"1,06"\\n', name="trade.csv")
    >>> [(read.text[piece.start : piece.end], piece.locator) for piece in read.pieces]
    [('year', 'A1'), ('exports', 'B1'), ('2024', 'A2'), ('1,06', 'B2')]
    """
    delimiter = "\t" if name.lower().endswith((".tsv", ".tab")) else _delimiter(text, name)
    pieces: list[Piece] = []
    breaks = [-1]
    letters: list[str] = []
    for start, end, row, column, stop in _cells(text, delimiter, name):
        if stop >= 0:
            breaks.append(stop)
        raw = text[start:end]
        label = raw.strip()
        if not label:
            continue
        if len(pieces) == MAX_PIECES:
            raise too_many(name, "cells", MAX_PIECES)
        while column >= len(letters):
            letters.append(_letters(len(letters)))
        start += raw.index(label[0])
        locator, end = f"{letters[column]}{row + 1}", start + len(label)
        prose = len(label) > LONGEST_LABEL
        pieces.append(Piece(start, end, "paragraph", locator) if prose else Piece(start, end, "cell", locator, 0, row, column))
    breaks.append(len(text))
    return Text(name, "\n".join([text[before + 1 : stop] for before, stop in pairwise(breaks)]), tuple(pieces))


def looks_like_csv(text: str) -> bool:
    """Return whether the first lines have as many delimiters each, and none as prose has them, before a space.

    Examples
    --------
    >>> looks_like_csv("year,exports\\n2024,1.06\\n"), looks_like_csv("Yes, it grew.\\nNo, it fell.")
    (True, False)
    """
    sample = text[:20_000].splitlines()
    # the last line of a sample is cut
    lines = [line for line in (sample[:-1] if len(text) > 20_000 else sample) if line.strip()][:30]
    for delimiter in "\t;,":
        counts = {line.count(delimiter) for line in lines}
        if len(lines) > 1 and len(counts) == 1 and counts != {0}:
            prose = sum(line.count(delimiter + " ") + line.endswith(delimiter) for line in lines)
            if delimiter == "\t" or not prose:
                return True
    return False


def _delimiter(text: str, name: str) -> str:
    """Return the delimiter with which most of the first rows have as many cells."""
    best, found = (0.0, 1), ","
    for delimiter in _DELIMITERS:
        try:
            cells = [cell for cell in islice(_cells(text, delimiter, name), 2_000) if cell.end > cell.start or cell.column]
        except BadInput:
            continue
        widest: dict[int, int] = {}
        for cell in cells:
            widest[cell.row] = max(widest.get(cell.row, 0), cell.column + 1)
        widths = Counter(widest.values())
        # what goes on behind its closing quotation mark was cut at a wrong place
        torn = sum(text.startswith('"', cell.start) and text[cell.start - 1 : cell.start] != '"' for cell in cells)
        shares = ((often / widths.total() - torn / len(cells), width) for width, often in widths.items() if width > 1)
        rated = max(shares, default=(0.0, 1))
        if rated > best:
            best, found = rated, delimiter
    return found


def _cells(text: str, delimiter: str, name: str) -> Iterator[_Cell]:
    apart = re.escape(delimiter)
    pattern = re.compile(rf'(?:"([^"]*+(?:""[^"]*+)*+)"([^{apart}\r\n]*+)|[^{apart}\r\n]*+)({apart}|\r\n?|\n|\Z)')
    row = column = 0
    for count, found in enumerate(pattern.finditer(text)):
        if count > _MOST_PLACES:
            raise too_many(name, "cells, empty ones among them,", _MOST_PLACES)
        start, end = found.start(), found.start(3)
        if start == end == len(text) and column == 0:
            return
        if found[1] is None and text.startswith('"', start):
            line = text.count("\n", 0, start) + 1
            raise unreadable(
                name,
                "a quotation mark that is never closed",
                due="quoted cells",
                cure="close it, or double it if it belongs to the text",
                place=f"line {line:,}",
            )
        if found[1] is not None and not found[2].strip():
            start, end = found.span(1)
        goes_on = found[3] == delimiter
        yield _Cell(start, end, row, column, found.start(3) if goes_on else -1)
        if goes_on:
            column += 1
        else:
            row, column = row + 1, 0


def _letters(column: int) -> str:
    """Return the letters of a column, from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
