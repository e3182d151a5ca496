"""Tables: each number in a cell is read as a sentence made of its title, its row's and its column's labels."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec
from msgspec.structs import replace

from hamkor.claims.claiming import placed
from hamkor.claims.detect import Detector
from hamkor.claims.marks import marks
from hamkor.claims.parties import Context
from hamkor.claims.placing import Found
from hamkor.claims.sentence import sentence as made_ready
from hamkor.languages.lexicon import Lexicon, fold
from hamkor.texts.text import Piece, Text

_NUMBER = re.compile(r"[+\-−–(]?\s?\d[\d\s.,'\u00a0\u2009\u202f]*\)?\s?%?")
_YEAR = re.compile(r"(19|20)\d\d([-‑ ]?[^\W\d_]{1,5}\.?)?")
_LONGEST_LABEL = 160
_TITLE_ROWS = 6


class _Table(msgspec.Struct):
    """A table: its cells by place, and what stands before it."""

    cells: dict[tuple[int, int], Piece]
    title: str


def read_tables(text: Text, detector: Detector, before: Lexicon | None) -> Iterator[Found]:
    """Yield the claims of the tables of a text.

    Parameters
    ----------
    text
        As read from a file.
    detector
        Of languages.
    before
        Lexicon for tables whose words do not tell their language.
    """
    for table in _tables(text):
        words = " ".join(text.text[cell.start : cell.end] for cell in list(table.cells.values())[:200])
        folded_words = fold(f"{table.title} {words}")
        lexicon = detector.language(folded_words, 0, len(folded_words), before)
        if lexicon is not None:
            yield from _claims(table, text.text, lexicon)


def is_prose(piece: Piece, text: str) -> bool:
    """Return whether a cell holds sentences rather than a label or a number."""
    return piece.end - piece.start > _LONGEST_LABEL or (piece.end - piece.start > 40 and ". " in text[piece.start : piece.end])


def _tables(text: Text) -> Iterator[_Table]:
    cells: dict[int, _Table] = {}
    title = ""
    for piece in text.pieces:
        if piece.kind == "cell":
            if piece.table not in cells:
                cells[piece.table] = _Table({}, title)
            if not is_prose(piece, text.text):
                cells[piece.table].cells[(piece.row, piece.column)] = piece
        elif piece.end - piece.start <= _LONGEST_LABEL:
            title = text.text[piece.start : piece.end]
    yield from cells.values()


def _claims(table: _Table, text: str, lexicon: Lexicon) -> Iterator[Found]:
    said = {place: text[piece.start : piece.end].strip() for place, piece in table.cells.items()}
    numbers = {place for place, words in said.items() if _NUMBER.fullmatch(words)}
    numbers -= _years(said, numbers)
    rows: dict[int, list[tuple[int, str]]] = defaultdict(list)
    columns: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for (row, column), words in sorted(said.items()):
        if (row, column) not in numbers:
            rows[row].append((column, words))
            columns[column].append((row, words))
    titles = [
        labels[0][1] for row, labels in sorted(rows.items()) if len(labels) == 1 and row < _TITLE_ROWS and _alone(row, said)
    ]
    title = ". ".join([part for part in (table.title, *titles) if part])
    for place in sorted(numbers):
        row, column = place
        heads = [words for at, words in columns[column] if at < row and words not in titles]
        sides = [words for at, words in rows[row] if at != column and words not in titles]
        found = _of_cell(said[place], title, heads, sides, lexicon)
        piece = table.cells[place]
        start = piece.start + (len(text[piece.start : piece.end]) - len(text[piece.start : piece.end].lstrip()))
        for item in found:
            end = start + len(said[place])
            yield Found(replace(item.claim, text=text[start:end], start=start, end=end, locator=piece.locator), item.missing)


def _alone(row: int, said: dict[tuple[int, int], str]) -> bool:
    return sum(1 for place in said if place[0] == row) == 1


def _years(said: dict[tuple[int, int], str], numbers: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the numbers that are years: in a row or a column where nothing but years and words stands."""
    found: set[tuple[int, int]] = set()
    for axis in (0, 1):
        lines: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for place in numbers:
            lines[place[axis]].append(place)
        for places in lines.values():
            if all(_YEAR.fullmatch(said[place]) for place in places):
                found.update(places)
    return found


def _of_cell(number: str, title: str, heads: Sequence[str], sides: Sequence[str], lexicon: Lexicon) -> list[Found]:
    """Return the claims that a number makes when it is read with its labels."""
    labels = [*sides, *heads]
    unit = "" if number.endswith("%") else _unit([*reversed(labels), title], lexicon)
    sentence = f"{title}, {', '.join(labels)}: {number} {unit}".lstrip(", ")
    folded = fold(sentence)
    ready = made_ready(folded, 0, len(folded), lexicon)
    place = len(sentence) - len(number) - len(unit) - 1
    last = [figure for figure in ready.figures if figure.start >= place - 2]
    if not last:
        return []
    ready.figures[:] = last
    found = placed(ready, Context(), sentence, folded, "")
    return [item for item in found if item.claim.start >= place - 2]


def _unit(labels: Iterable[str], lexicon: Lexicon) -> str:
    """Return the words of scale and currency of the first label that has them, or a percent sign."""
    for label in labels:
        folded = fold(label)
        found = marks(folded, 0, len(folded), lexicon)
        money = [mark for mark in found if mark.kind in ("scale", "currency")]
        if money:
            return label[money[0].start : money[-1].end]
        if any(mark.kind == "percent" for mark in found):
            return "%"
    return ""
