"""Plain text and Markdown -> pieces: paragraphs between blank lines, list items, headings, tables."""

from __future__ import annotations

import re
from typing import NamedTuple

from hamkor.texts.limits import LONGEST_LABEL, MAX_PIECES, too_many
from hamkor.texts.text import Piece, PieceKind, Text

_WORD = re.compile(r"[^\W_]")
_LETTER = re.compile(r"[^\W\d_]")
_MARKED_HEADING = re.compile(r"#{1,6}[ \t]+(?=\S)")
_ITEM = re.compile(r"(?:[-*+•‣▪◦·●]|\d{1,2}[.)]|\(?[^\W\d_]\))[ \t]+\S")
# a dash may also begin a line of running Russian text
_DASH_ITEM = re.compile(r"[–—][ \t]+\S")
_ENDS_SENTENCE = re.compile(r"[.!?…؟۔;؛,،][»”\"')\]*_]*$")
_ENDS_BEFORE_ITEM = re.compile(r"[.!?…؟۔;؛:,،][»”\"')\]*_]*$")
_RULE = re.compile(r"[|:\- \t]++")
_BAR = re.compile(r"(?<!\\)\|")
_LONGEST_HEADING, _WIDEST_WRAP = 100, 200
_BREAKS, _MOST_LINES = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", 2_000_000


class _Line(NamedTuple):
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def read_plain(text: str, *, name: str) -> Text:
    """Return plain text or Markdown in pieces; offsets stay.

    Parameters
    ----------
    text
        The characters of the file.
    name
        Of the file, for messages.

    Examples
    --------
    >>> read = read_plain("# Trade\\nExports were 1.06 bn\\nand imports 2.42 bn.", name="a.md")
    >>> [(piece.kind, read.text[piece.start : piece.end]) for piece in read.pieces]
    [('heading', 'Trade'), ('paragraph', 'Exports were 1.06 bn\\nand imports 2.42 bn.')]
    """
    if sum(text.count(sign) for sign in _BREAKS) > _MOST_LINES:
        raise too_many(name, "lines", _MOST_LINES)
    reader = _Reader(text, name)
    block: list[_Line] = []
    offset = 0
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        if stripped and (_WORD.search(stripped) or "|" in stripped):
            here = _Line(offset + line.index(stripped[0]), stripped)
            if stripped[0] == "#" and (marked := _MARKED_HEADING.match(stripped)):
                reader.block(block)
                block = []
                title = stripped[marked.end() :]
                bare = title.rstrip("#")
                title = bare.rstrip() if bare.endswith((" ", "\t")) else title
                reader.add(_Line(here.start + marked.end(), title), "heading")
            else:
                block.append(here)
        elif block:
            reader.block(block)
            block = []
        offset += len(line)
    reader.block(block)
    return Text(name, reader.text_with_breaks(), tuple(reader.pieces))


class _Reader:
    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        self.pieces: list[Piece] = []
        self.tables = 0
        self._copied = 0
        self._parts: list[str] = []

    def add(
        self, first: _Line, kind: PieceKind, last: _Line | None = None, *, table: int = -1, row: int = -1, column: int = -1
    ) -> None:
        if len(self.pieces) == MAX_PIECES:
            raise too_many(self.name, "paragraphs and cells", MAX_PIECES)
        self.pieces.append(Piece(first.start, (last or first).end, kind, "", table, row, column))

    def text_with_breaks(self) -> str:
        return "".join([*self._parts, self.text[self._copied :]])

    def block(self, lines: list[_Line]) -> None:
        """Add what stands between two blank lines."""
        rule = next(
            (place for place in range(1, len(lines)) if _rules(lines[place].text) and "|" in lines[place - 1].text), None
        )
        if rule is not None:
            end = rule + 1
            while end < len(lines) and "|" in lines[end].text:
                end += 1
            self._prose(lines[: rule - 1])
            self._table([lines[rule - 1], *lines[rule + 1 : end]])
            self._prose(lines[end:])
        else:
            self._prose(lines)

    def _table(self, rows: list[_Line]) -> None:
        for row, line in enumerate(rows):
            self._break_bars(line)
            column, start = -1 if line.text.startswith("|") else 0, 0
            for end in [*(bar.start() for bar in _BAR.finditer(line.text)), len(line.text)]:
                cell = line.text[start:end]
                label = cell.strip()
                if label:
                    at = _Line(line.start + start + cell.index(label[0]), label)
                    if len(label) > LONGEST_LABEL:
                        self.add(at, "paragraph")
                    else:
                        self.add(at, "cell", table=self.tables, row=row, column=column)
                column, start = column + 1, end + 1
        self.tables += 1

    def _break_bars(self, line: _Line) -> None:
        self._parts += (self.text[self._copied : line.start], _BAR.sub("\n", line.text))
        self._copied = line.end

    def _prose(self, lines: list[_Line]) -> None:
        groups = _groups(lines)
        if groups and len(groups[0]) > 1 and _titled(groups[0]):
            groups[:1] = [groups[0][:1], groups[0][1:]]
        for number, group in enumerate(groups):
            single = len(group) == 1 and (number + 1 < len(groups) or len(groups) == 1)
            self.add(group[0], "heading" if single and _like_heading(group[0].text) else "paragraph", group[-1])


def _rules(text: str) -> bool:
    """Return whether a line is the one below the head of a table."""
    return "|" in text and "-" in text and _RULE.fullmatch(text) is not None


def _groups(lines: list[_Line]) -> list[list[_Line]]:
    """Return lines by paragraph: a list item starts one, and a line wider than lines are wrapped is one."""
    groups: list[list[_Line]] = []
    for line in lines:
        before = groups[-1][-1].text if groups else ""
        starts = (
            not groups
            or len(line.text) > _WIDEST_WRAP
            or len(before) > _WIDEST_WRAP
            or _ITEM.match(line.text)
            or (
                _DASH_ITEM.match(line.text) and (_DASH_ITEM.match(groups[-1][0].text) or _ENDS_BEFORE_ITEM.search(before[-20:]))
            )
        )
        if starts:
            groups.append([line])
        else:
            groups[-1].append(line)
    return groups


def _titled(group: list[_Line]) -> bool:
    """Return whether the first line was broken though the next word had room: it is a heading."""
    first, second = group[0].text, group[1].text
    width = max(len(line.text) for line in group[1:])
    room = len(first) + 1 + len(second.split(maxsplit=1)[0]) <= width
    return room and not second[0].islower() and _like_heading(first)


def _like_heading(text: str) -> bool:
    return (
        len(text) <= _LONGEST_HEADING
        and not _ENDS_SENTENCE.search(text[-20:])
        and _LETTER.search(text) is not None
        and not _ITEM.match(text)
        and not _DASH_ITEM.match(text)
    )
