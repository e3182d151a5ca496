"""A text that was read from a file: what it says, in pieces, and where each piece stands in the file."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Literal

import msgspec

PieceKind = Literal["heading", "paragraph", "cell"]


class Piece(msgspec.Struct, frozen=True):
    """A heading, a paragraph or a cell of a table.

    Attributes
    ----------
    start, end
        Its place in `Text.text`, in code points.
    kind
        What it is. Prose in a cell (longer than a label is, or in a table that only lays out a page) is a paragraph.
    locator
        Where a reader finds it in the file, where offsets are not enough: ``paragraph 3``, ``Sheet1!B4``; empty in plain text.
    table, row, column
        For a cell: the number of its table in the file and its place there, from 0; -1 elsewhere. A merged cell stands once, at
        its first row and column; a cell of several paragraphs is several pieces with one place.
    """

    start: int
    end: int
    kind: PieceKind = "paragraph"
    locator: str = ""
    table: int = -1
    row: int = -1
    column: int = -1


class Text(msgspec.Struct, frozen=True):
    """What a file says.

    Attributes
    ----------
    name
        Of the file, for messages; ``-`` for standard input.
    text
        The plain text, pieces in reading order, separated by at least one line break (cells too: in tables of plain text
        and CSV a line break stands where the file has the delimiter).
    pieces
        In reading order; they do not overlap.
    steps, shifts
        Where offsets in `text` are not those of the decoded file (HTML): from ``text`` offset ``steps[k]`` on, the offset in
        the decoded file is larger by ``shifts[k]``. An offset may stand twice in `steps`: the first says where ends what
        stands before it, the last where starts what follows. Empty where all offsets are the same, or where the file has no
        text of its own (Word, Excel): there, the offsets are those of `text`, and `Piece.locator` says the place.
    """

    name: str
    text: str
    pieces: tuple[Piece, ...]
    steps: tuple[int, ...] = ()
    shifts: tuple[int, ...] = ()

    def place(self, offset: int) -> int:
        """Return where in the decoded file the character at an offset of `text` starts.

        Examples
        --------
        >>> Text("a.html", "ab", (), steps=(0, 1, 1), shifts=(3, 3, 8)).place(1)
        9
        """
        if not self.steps:
            return offset
        return offset + self.shifts[max(bisect_right(self.steps, offset) - 1, 0)]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return start and end in the decoded file of what stands from `start` to before `end` in `text`.

        Examples
        --------
        >>> Text("a.html", "ab", (), steps=(0, 1, 1), shifts=(3, 3, 8)).span(0, 1)
        (3, 4)
        """
        if not self.steps or end <= start:
            return self.place(start), self.place(end)
        after = bisect_left(self.steps, end)
        if after == len(self.steps) or self.steps[after] != end:
            after -= 1
        return self.place(start), end + self.shifts[after]

    def inside(self, offset: int) -> int:
        """Return the offset in `text` of an offset in the decoded file, be it a start or an end; the inverse of `span`.

        Examples
        --------
        >>> text = Text("a.html", "ab", (), steps=(0, 1, 1), shifts=(3, 3, 8))
        >>> text.inside(3), text.inside(4), text.inside(9)
        (0, 1, 1)
        """
        if not self.steps:
            return offset
        known = range(len(self.steps))
        step = max(bisect_right(known, offset, key=lambda k: self.steps[k] + self.shifts[k]) - 1, 0)
        inside = offset - self.shifts[step]
        return inside if step + 1 == len(self.steps) else min(inside, self.steps[step + 1])
