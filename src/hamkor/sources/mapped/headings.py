"""Rows that hold a name alone, above the rows that it is of: a flow, a country or a product as a heading."""

from __future__ import annotations

from collections.abc import Callable, Collection

import msgspec

from hamkor.schema.errors import BadInput
from hamkor.sources.grid import Grid, text_of
from hamkor.sources.mapped.gazetteer import Gazetteer
from hamkor.sources.mapped.layout import Layout

WHOLE = {"counterpart": "W1", "product": "TOTAL"}
"""What a row is of that stands for all rows below it."""


class Said(msgspec.Struct, frozen=True):
    """What a heading says: its text, where it stands, and the code if the row stands for all rows below it."""

    text: str
    where: str
    code: str = ""


class Headings(msgspec.Struct, frozen=True):
    """What stands above each row of the data.

    Attributes
    ----------
    above
        By the index of a row: what each heading says of it.
    used
        Texts of the headings.
    faults
        Headings whose words are not known.
    """

    above: dict[int, dict[str, Said]]
    used: frozenset[str]
    faults: tuple[BadInput, ...]


def read_headings(
    grid: Grid, layout: Layout, *, holds: Callable[[int], bool], meaning: Callable[[str], str], skip: Callable[[str], bool]
) -> Headings:  # fmt: skip
    """Return what the headings say of each row of values.

    A heading holds until the next of its kind; one further out ends those within it. The kind that comes first is outermost.
    A heading that has values itself is the whole of the rows below it.

    Parameters
    ----------
    grid, layout
        The table; the places of the layout that are headings say in which column they stand.
    holds
        Whether a row has values.
    meaning
        What a text names: flow, counterpart, reporter, or nothing.
    skip
        Whether the mapping leaves out what stands under a text.
    """
    return _Walk(grid, layout, holds, meaning, skip).walked()


class _Walk:
    """Goes down the rows with the headings that hold."""

    def __init__(
        self, grid: Grid, layout: Layout, holds: Callable[[int], bool], meaning: Callable[[str], str],
        skip: Callable[[str], bool],
    ) -> None:  # fmt: skip
        self.grid, self.layout, self.holds, self.meaning, self.skip = grid, layout, holds, meaning, skip
        self.kinds = [name for name, place in layout.places.items() if place.heading]
        self.now: dict[str, Said] = {}
        self.order: list[str] = []
        self.above: dict[int, dict[str, Said]] = {}
        self.used: set[str] = set()
        self.faults: list[BadInput] = []

    def walked(self) -> Headings:
        """Return what was found."""
        rows = [
            index
            for index in range(self.layout.first, self.layout.last)
            if any(cell != "" for cell in self.grid.rows[index])
        ]  # fmt: skip
        for index, below in zip(rows, [*rows[1:], -1], strict=True):
            if self.holds(index):
                self.above[index] = self._over(index)
            else:
                self._head(index, below)
        return Headings(self.above, frozenset(self.used), tuple(self.faults))

    def _label(self, index: int) -> tuple[str, int]:
        """Return the text of a row in the columns of headings, and its column."""
        for kind in self.kinds:
            column = self.layout.places[kind].column
            if text := text_of(self.grid.cell(index, column)):
                return text, column
        return "", -1

    def _where(self, index: int, column: int) -> str:
        header = next(place.header for place in self.layout.places.values() if place.heading and place.column == column)
        return self.grid.where(index, column, header)

    def _kind(self, text: str, column: int) -> str:
        meant = self.meaning(text)
        return meant if meant in self.kinds and self.layout.places[meant].column == column else ""

    def _head(self, index: int, below: int) -> None:
        text, column = self._label(index)
        if not text:
            return
        leads = below >= 0 and self.holds(below)
        kind = self._kind(text, column)
        if not kind and leads and self.skip(text):
            kind = self.order[-1] if self.order else self.kinds[-1]
        if not kind and leads and "product" in self.kinds:
            kind = "product"
        if kind:
            self._set(kind, Said(text, self._where(index, column)))
            self.used.add(text)
        elif leads:
            due = " or ".join({"flow": "a flow"}.get(name, "an economy") for name in self.kinds)
            cure = (
                f'say it under [names] or [values.flow], or leave it out with what stands below it: [values] skip = ["{text}"]'
            )
            self.faults.append(BadInput(f"the heading '{text}'", where=self._where(index, column), due=due, cure=cure))

    def _set(self, kind: str, said: Said) -> None:
        if kind not in self.order:
            self.order.append(kind)
        for inner in self.order[self.order.index(kind) + 1 :]:
            self.now.pop(inner, None)
        self.now[kind] = said

    def _over(self, index: int) -> dict[str, Said]:
        """Return what holds for a row of values: the headings above it, or itself where it is one."""
        text, column = self._label(index)
        kind = self._kind(text, column) if text and not self.skip(text) else ""
        if not kind:
            return dict(self.now)
        said = Said(text, self._where(index, column))
        self._set(kind, said)
        self.used.add(text)
        whole = {
            name: Said(text, said.where, code)
            for name, code in WHOLE.items()
            if name != kind and name not in self.now and self.layout.places[name].column == column
        }
        return self.now | whole


def suppose_headings(grid: Grid, *, first: int, slots: Collection[int], names: Gazetteer) -> dict[str, int]:
    """Return the column in which flows or countries seem to stand alone above their rows; empty if none do.

    Parameters
    ----------
    grid
        The table.
    first
        Its first row of data, counted from 0.
    slots
        Columns of values.
    names
        Words -> economies, flows.
    """
    if not slots:
        return {}
    rows = [row for row in grid.rows[first : first + _LOOKED_AT] if any(cell != "" for cell in row)]
    valued = [any(column < len(row) and row[column] != "" for column in slots) for row in rows]
    for column in range(min(slots)):
        texts = [text_of(row[column]) if column < len(row) else "" for row in rows]
        alone = [text for text, has in zip(texts, valued, strict=True) if text and not has]
        filled = [text for text, has in zip(texts, valued, strict=True) if text and has]
        if not alone or not filled:
            continue
        countries = sum(bool(names.economy(text)) and not text.isdigit() for text in alone)
        flows = sum(" " not in text and bool(names.flow(text)) for text in alone)
        named = sum(bool(names.economy(text)) and not text.isdigit() for text in filled) / len(filled)
        found = {"flow": column} if flows else {}
        if countries and named < 0.5:
            found["counterpart"] = column
        if found:
            return found
    return {}


_LOOKED_AT = 3000
