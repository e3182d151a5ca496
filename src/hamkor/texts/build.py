"""Putting a text together piece by piece, where the file has no text of its own to point into."""

from __future__ import annotations

import msgspec

from hamkor.texts.limits import LONGEST_LABEL, MAX_CHARACTERS, MAX_PIECES, too_many
from hamkor.texts.text import Piece, PieceKind, Text


class Writer:
    """A text in the making.

    Parameters
    ----------
    name
        Of the file, for messages.

    Examples
    --------
    >>> writer = Writer("a.docx")
    >>> writer.add("Trade", kind="heading"), writer.add("It grew.")
    (0, 6)
    >>> writer.finished().text
    'Trade\\nIt grew.\\n'
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.size = 0
        self.tables = 0
        self._parts: list[str] = []
        self._pieces: list[Piece] = []
        self._loose: set[int] = set()

    def add(
        self, text: str, *, kind: PieceKind = "paragraph", locator: str = "", table: int = -1, row: int = -1, column: int = -1
    ) -> int:
        """Return the offset at which a piece, which is not empty, was added; a line break follows it."""
        start, self.size = self.size, self.size + len(text) + 1
        if len(self._pieces) == MAX_PIECES:
            raise too_many(self.name, "paragraphs and cells", MAX_PIECES)
        if self.size > MAX_CHARACTERS:
            raise too_many(self.name, "characters of text", MAX_CHARACTERS)
        self._parts += (text, "\n")
        if kind != "cell":
            table = row = column = -1
        elif len(text) > LONGEST_LABEL:
            kind, table, row, column = "paragraph", -1, -1, -1
        self._pieces.append(Piece(start, start + len(text), kind, locator, table, row, column))
        return start

    def next_table(self) -> int:
        """Return the number of a table that starts."""
        self.tables += 1
        return self.tables - 1

    def loosen(self, table: int) -> None:
        """Take a table for one that only lays out the page: what its cells hold are paragraphs."""
        self._loose.add(table)

    def finished(self, *, steps: list[int] | None = None, shifts: list[int] | None = None) -> Text:
        """Return the text."""
        pieces = [
            msgspec.structs.replace(piece, kind="paragraph", table=-1, row=-1, column=-1)
            if piece.table in self._loose
            else piece
            for piece in self._pieces
        ]
        return Text(self.name, "".join(self._parts), tuple(pieces), tuple(steps or ()), tuple(shifts or ()))
