"""A checked text, cut for showing: its paragraphs and tables in order, each figure in a mark of its own."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal

import msgspec

from hamkor.claims.claim import Claim, Report, Unresolved
from hamkor.texts.text import Piece, Text

SHOWN_WHOLE = 300_000


class Mark(msgspec.Struct, frozen=True):
    """A place of the text at which figures stand.

    Attributes
    ----------
    start, end
        In `Text.text`, in code points.
    claims
        Ids of the claims that stand there: mostly one, more where their words overlap.
    unresolved
        Places, in the report's list, of the figures there that could not be placed.
    """

    start: int
    end: int
    claims: tuple[str, ...]
    unresolved: tuple[int, ...]


class Run(msgspec.Struct, frozen=True):
    """Some words of the text, with the mark that they are, if any."""

    text: str
    mark: Mark | None = None


class Cell(msgspec.Struct, frozen=True):
    """A cell of a table; `locator` only where a figure stands in it."""

    runs: tuple[Run, ...] = ()
    locator: str = ""


class Row(msgspec.Struct, frozen=True):
    """A row of a table, or the number of rows left out there."""

    cells: tuple[Cell, ...] = ()
    left_out: int = 0


class Block(msgspec.Struct, frozen=True):
    """A heading, a paragraph, a table, or the number of paragraphs and rows left out there.

    Attributes
    ----------
    kind
        What it is.
    runs, rows
        What it says; `rows` of a table.
    first, last
        Locators: of a paragraph that has one, of the first and last cell of a table.
    left_out
        For a gap.
    """

    kind: Literal["heading", "paragraph", "table", "gap"]
    runs: tuple[Run, ...] = ()
    rows: tuple[Row, ...] = ()
    first: str = ""
    last: str = ""
    left_out: int = 0

    @property
    def headed(self) -> bool:
        """Whether the first row of the table is its head: it is there and no figure stands in it."""
        return bool(self.rows and self.rows[0].cells) and not any(run.mark for cell in self.rows[0].cells for run in cell.runs)

    @property
    def width(self) -> int:
        """Number of columns of the table."""
        return max((len(row.cells) for row in self.rows), default=0)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Its marks, in the order of the text."""
        runs = [*self.runs, *(run for row in self.rows for cell in row.cells for run in cell.runs)]
        return tuple(run.mark for run in runs if run.mark is not None)


def blocks(text: Text, report: Report, *, whole: int = SHOWN_WHOLE) -> list[Block]:
    """Return the text cut into blocks, with a mark at each figure.

    Parameters
    ----------
    text
        What was checked.
    report
        What was found in it.
    whole
        Length, in code points, from which on only the paragraphs and rows with figures are kept, their neighbours and
        the first rows of their tables.

    Examples
    --------
    >>> text = Text("-", "Trade grew\\nby a lot.", (Piece(0, 10), Piece(11, 20)))
    >>> report = Report(name="-", language="en", region="", claims=(), unresolved=(), findings=())
    >>> [block.runs[0].text for block in blocks(text, report)]
    ['Trade grew', 'by a lot.']
    """
    found = marks(text, report)
    starts = [mark.start for mark in found]
    units = [tuple(group) for _, group in groupby(text.pieces, key=_unit)]
    within = [[found[bisect_left(starts, p.start) : bisect_left(starts, p.end)] for p in unit] for unit in units]
    kept = _kept(units, [any(places) for places in within], all_of_them=len(text.text) <= whole)
    made: list[Block] = []
    left_out = 0
    for table, group in groupby(range(len(units)), key=lambda place: _table(units[place][0], place)):
        places = list(group)
        if not kept.intersection(places):
            left_out += len(places)
            continue
        if left_out:
            made.append(Block("gap", left_out=left_out))
            left_out = 0
        if table[0] == "table":
            made.append(_table_block(text.text, [(units[n], within[n], n in kept) for n in places]))
        else:
            ((piece,), (inside,)) = units[places[0]], within[places[0]]
            kind: Literal["heading", "paragraph"] = "heading" if piece.kind == "heading" else "paragraph"
            made.append(Block(kind, runs=tuple(_runs(text.text, piece, inside)), first=piece.locator))
    return [*made, Block("gap", left_out=left_out)] if left_out else made


def marks(text: Text, report: Report) -> list[Mark]:
    """Return where the figures of a report stand in `Text.text`; those that overlap become one mark."""
    spans: list[tuple[int, int, tuple[str, ...], tuple[int, ...]]] = [
        (*_span(text, claim), (claim.id,), ()) for claim in report.claims
    ]
    spans += [(*_span(text, item), (item.claim,) if item.claim else (), (n,)) for n, item in enumerate(report.unresolved)]
    made: list[Mark] = []
    for start, end, claims, unresolved in sorted(spans):
        if made and start < made[-1].end:
            before = made.pop()
            start, end = before.start, max(before.end, end)
            claims = tuple(dict.fromkeys((*before.claims, *claims)))
            unresolved = (*before.unresolved, *unresolved)
        made.append(Mark(start, end, claims, unresolved))
    return made


def _span(text: Text, item: Claim | Unresolved) -> tuple[int, int]:
    return text.inside(item.start), text.inside(item.end)


def _unit(piece: Piece) -> tuple[object, ...]:
    """Return what pieces that are shown or left out together share: the row of a table; else nothing but the piece itself."""
    return ("row", piece.table, piece.row) if piece.kind == "cell" else ("piece", piece.start, piece.end)


def _table(piece: Piece, place: int) -> tuple[str, int]:
    return ("table", piece.table) if piece.kind == "cell" else ("piece", place)


def _kept(units: Sequence[tuple[Piece, ...]], marked: Sequence[bool], *, all_of_them: bool) -> set[int]:
    """Return the places of the units to show."""
    if all_of_them:
        return set(range(len(units)))
    around = {place + step for place, has in enumerate(marked) if has for step in (-1, 0, 1)}
    kept = around.intersection(range(len(units)))
    tables = {units[place][0].table for place in kept} - {-1}
    heads: dict[int, int] = {}
    for place, unit in enumerate(units):
        heads.setdefault(unit[0].table, place)
    return kept | {heads[table] for table in tables}


def _runs(text: str, piece: Piece, found: Sequence[Mark]) -> Iterator[Run]:
    """Yield the words of a piece, cut at its marks."""
    place = piece.start
    for mark in found:
        if mark.start > place:
            yield Run(text[place : mark.start])
        place = min(mark.end, piece.end)
        yield Run(text[mark.start : place], mark)
    if place < piece.end:
        yield Run(text[place : piece.end])


def _table_block(text: str, units: Sequence[tuple[tuple[Piece, ...], list[list[Mark]], bool]]) -> Block:
    """Return a table of the columns that its cells have; where a row has no cell, an empty one."""
    columns = sorted({piece.column for unit, _, shown in units if shown for piece in unit})
    rows: list[Row] = []
    for shown, group in groupby(units, key=lambda unit: unit[2]):
        if not shown:
            rows.append(Row(left_out=len(list(group))))
            continue
        for unit, found, _ in group:
            cells = {
                piece.column: Cell(tuple(_runs(text, piece, inside)), piece.locator if inside else "")
                for piece, inside in zip(unit, found, strict=True)
            }
            rows.append(Row(tuple(cells.get(column, Cell()) for column in columns)))
    return Block("table", rows=tuple(rows), first=units[0][0][0].locator, last=units[-1][0][-1].locator)
