"""Where in a grid each thing stands that a mapping names: columns by header, periods by theirs."""

from __future__ import annotations

import datetime
import re
from contextlib import suppress

import msgspec

from hamkor.languages.lexicon import fold
from hamkor.schema.errors import BadInput, ManyErrors, did_you_mean
from hamkor.schema.periods import Period, parse_period
from hamkor.sources.grid import Grid, letters, text_of
from hamkor.sources.mapped.gazetteer import Gazetteer
from hamkor.sources.mapped.mapping import Mapping, PeriodPlace, Place, ValuePlace
from hamkor.sources.mapped.times import Moment, read_moment, undated

_LOOKED_AT = 60


class Found(msgspec.Struct, frozen=True):
    """A column of the grid, counted from 0, or a constant; `heading`: in rows of its own in that column."""

    column: int
    header: str
    constant: str | None = None
    heading: bool = False


class Slot(msgspec.Struct, frozen=True):
    """A column of values, with the flow or the period that its header says."""

    column: int
    header: str
    flow: str = ""
    moment: Moment | None = None


class Layout(msgspec.Struct, frozen=True):
    """Where everything stands.

    Attributes
    ----------
    places
        Of reporter, counterpart, flow, product, and period or year and month.
    slots
        Columns of values.
    header
        Row of the headers, counted from 0; -1 if there are none.
    first, last
        First row of the data, and the one after the last, counted from 0.
    wide
        Whether periods stand side by side.
    notes
        What was read otherwise than it stands, or left out.
    """

    places: dict[str, Found]
    slots: tuple[Slot, ...]
    header: int
    first: int
    last: int
    wide: bool
    notes: tuple[str, ...]

    @property
    def dated(self) -> bool:
        """Whether each row says its period."""
        return "period" in self.places or "year" in self.places


def lay_out(grid: Grid, mapping: Mapping, names: Gazetteer) -> Layout:
    """Return where everything that the mapping names stands in the grid.

    Raises
    ------
    BadInput
        If a header is not there, stands twice or in another row, or a period has no column; `ManyErrors` for several.
    """
    finder = _Finder(grid, mapping)
    columns = mapping.columns
    places = {"reporter": finder.find(columns.reporter, "reporter"), "product": finder.find(columns.product, "product")}
    places["counterpart"] = finder.find(columns.counterpart, "counterpart")
    if columns.flow is not None:
        places["flow"] = finder.find(columns.flow, "flow")
    if isinstance(columns.period, PeriodPlace) and (columns.period.year is not None or columns.period.month is not None):
        places["year"] = finder.find(columns.period.year or "", "period year")
        places["month"] = finder.find(columns.period.month or "", "period month")
    elif columns.period is not None:
        places["period"] = finder.find(_bare(columns.period), "period")
    notes: list[str] = []
    slots: list[Slot] = []
    if columns.periods is not None:
        taken = {found.column for found in places.values() if found.constant is None}
        slots = _by_letters(mapping, finder) if isinstance(columns.periods, dict) else finder.periods(names, taken, notes)
    elif isinstance(columns.value, ValuePlace) and columns.value.flows:
        found = {flow: finder.find(place, f"value {flow}") for flow, place in columns.value.flows.items()}
        slots = [Slot(each.column, each.header, flow) for flow, each in found.items()]
    else:
        each = finder.find(_bare(columns.value or ""), "value")
        slots = [Slot(each.column, each.header)]
    finder.tell()
    first = mapping.file.first_row - 1 if mapping.file.first_row else finder.header + 1
    last = min(finder.row(mapping.file.last_row) + 1, len(grid.rows)) if mapping.file.last_row else len(grid.rows)
    if mapping.file.first_row and grid.lines:
        first = finder.row(mapping.file.first_row)
    return Layout(places, tuple(slots), finder.header, first, last, columns.periods is not None, tuple(notes))


def _bare(place: str | PeriodPlace | ValuePlace) -> str | Place:
    if isinstance(place, str):
        return place
    constant = place.constant if isinstance(place, PeriodPlace) else None
    return Place(place.header, place.column, constant)


class _Finder:
    """Finds columns and gathers what is not there."""

    def __init__(self, grid: Grid, mapping: Mapping) -> None:
        self.grid, self.mapping, self.faults = grid, mapping, list[BadInput]()
        self.header = self.row(mapping.file.header_row) if mapping.file.header_row else -1
        if self.header >= len(grid.rows):
            found = f"header_row = {mapping.file.header_row}"
            raise BadInput(found, where=f"{mapping.where} [file]", due=f"a row of {grid.file}, which has {len(grid.rows):,}")
        cells = grid.rows[self.header] if self.header >= 0 else []
        self.headers = [text_of(cell) for cell in cells]
        self.folded = [fold(header) for header in self.headers]
        self.width = max((len(row) for row in grid.rows), default=0)

    def row(self, number: int) -> int:
        """Return the index of a row, which is counted by lines in a CSV file."""
        if not self.grid.lines:
            return number - 1
        return next((index for index, line in enumerate(self.grid.lines) if line >= number), len(self.grid.lines))

    def find(self, place: str | Place, name: str) -> Found:
        """Return the column of a place, or gather why there is none."""
        place = Place(header=place) if isinstance(place, str) else place
        found = self._found(place, name)
        return msgspec.structs.replace(found, heading=True) if place.heading else found

    def _found(self, place: Place, name: str) -> Found:
        where = f"{self.mapping.where} [columns] {name}"
        if place.constant is not None:
            return Found(-1, "", str(place.constant))
        if place.column:
            return self._by_letters(place.column, where)
        wanted = fold(" ".join(place.header.split()))
        if not wanted:
            self.faults.append(BadInput("nothing", where=where, due="a header, a column or a constant"))
            return Found(-1, "", "")
        at = [index for index, header in enumerate(self.folded) if header == wanted]
        if len(at) == 1:
            return Found(at[0], self.headers[at[0]])
        self.faults.append(self._not_one(place.header, wanted, at, name))
        return Found(-1, "", "")

    def _by_letters(self, text: str, where: str) -> Found:
        number = 0
        for letter in text.upper() if re.fullmatch(r"[A-Za-z]{1,3}", text) else "":
            number = 26 * number + ord(letter) - 64
        if not 1 <= number <= self.width:
            last = letters(max(self.width, 1) - 1)
            self.faults.append(BadInput(f"column '{text}'", where=where, due=f"a column from A to {last}"))
            return Found(-1, "", "")
        header = self.headers[number - 1] if number <= len(self.headers) else ""
        return Found(number - 1, header)

    def _not_one(self, header: str, wanted: str, at: list[int], name: str) -> BadInput:
        """Return why a header does not name one column: it stands twice, in another row, or nowhere."""
        where = self.grid.file if self.header < 0 else self.grid.where(self.header)
        if at:
            which = " or ".join(f'{{ column = "{letters(index)}" }}' for index in at[:3])
            return BadInput(f"header '{header}' {len(at)} times", where=where, due="once", cure=f"say {name} = {which}")
        for index in range(min(len(self.grid.rows), _LOOKED_AT)):
            if any(fold(text_of(cell)) == wanted for cell in self.grid.rows[index]):
                number = self.grid.lines[index] if self.grid.lines else index + 1
                column = letters([fold(text_of(cell)) for cell in self.grid.rows[index]].index(wanted))
                cure = f"it stands in row {number}: say [file] header_row = {number}"
                if self.header >= 0 and any(self.headers):
                    cure += f'; or, of a head of two rows, {name} = {{ column = "{column}" }}'
                return BadInput(f"no header '{header}'", where=where, due=name, cure=cure)
        known = [text for text in self.headers if text]
        return BadInput(f"no header '{header}'", where=where, due=name, cure=did_you_mean(header, known) if known else "")

    def periods(self, names: Gazetteer, taken: set[int], notes: list[str]) -> list[Slot]:
        """Return the columns of the declared periods, found by their headers."""
        window = self.mapping.window
        years = {period.year for period in window}
        found: dict[Period, Slot] = {}
        marked: list[str] = []
        others: list[str] = []
        for column, header in enumerate(self.headers):
            if column in taken or not header:
                continue
            moment, mark = self._moment(column, names, window, next(iter(years)) if len(years) == 1 else None)
            if moment is None or moment.period not in window:
                others.append(header)
                continue
            if moment.period in found:
                at = letters(found[moment.period].column)
                due = f"a period that stands once, but column {at} has it too"
                self.faults.append(BadInput(f"'{header}'", where=self.grid.where(self.header, column), due=due))
            marked += [header] * mark
            stands = moment.to_date() if self.mapping.columns.cumulative else moment
            found[moment.period] = Slot(column, header, moment=stands)
        lacking = [str(period) for period in window if period not in found]
        if lacking:
            where = self.grid.file if self.header < 0 else self.grid.where(self.header)
            shown = ", ".join(lacking[:5]) + (", ..." if len(lacking) > 5 else "")
            row = self._row_of(names, window)
            cure = f"they stand in row {row}: say [file] header_row = {row}" if row else "look at header_row and the range"
            cure += f"; other headers: {', '.join(others[:8])}" if others and not row else ""
            self.faults.append(BadInput(f"no column for {shown}", where=where, due=f"{window[0]}..{window[-1]}", cure=cure))
        if marked:
            notes.append(f"a footnote mark stands at {', '.join(marked)}; read as the period before it")
        if others:
            notes.append(f"{len(others)} columns not read: {', '.join(others[:6])}{', ...' if len(others) > 6 else ''}")
        return [found[period] for period in window if period in found]

    def _row_of(self, names: Gazetteer, window: list[Period]) -> int:
        """Return the number of another row that names most of the periods; 0 if none does."""
        for index, row in enumerate(self.grid.rows[:_LOOKED_AT]):
            found = set()
            for cell in row if index != self.header else []:
                with suppress(BadInput):
                    found.add(
                        read_moment(cell if isinstance(cell, datetime.datetime) else text_of(cell), names, where="").period
                    )
            if 2 * len(found.intersection(window)) > len(window):
                return self.grid.lines[index] if self.grid.lines else index + 1
        return 0

    def _moment(self, column: int, names: Gazetteer, window: list[Period], year: int | None) -> tuple[Moment | None, bool]:
        """Return the period of a header, and whether a digit of a footnote was glued to it."""
        cell = self.grid.rows[self.header][column]
        header = self.headers[column]
        where = self.grid.where(self.header, column, header)
        try:
            moment = read_moment(undated(header if isinstance(cell, str | float) else cell), names, where=where, year=year)
        except BadInput:
            moment = None
        glued = re.fullmatch(r"([0-9]{4})[0-9]", header)
        if moment is None and glued and parse_period(glued[1]) in window:
            return read_moment(glued[1], names, where=where), True
        return moment, False

    def tell(self) -> None:
        """Raise what was gathered."""
        if self.faults:
            raise self.faults[0] if len(self.faults) == 1 else ManyErrors(self.faults, subject=self.grid.file)


def _by_letters(mapping: Mapping, finder: _Finder) -> list[Slot]:
    """Return the columns of values whose periods the mapping says by their letters."""
    slots = []
    assert isinstance(mapping.columns.periods, dict)
    for letter, text in mapping.columns.periods.items():
        where = f"{mapping.where} [columns] periods"
        found = finder.find(Place(column=letter), f"periods {letter}")
        period = parse_period(text, where=where)
        kinds = {12: "A", 3: "Q", 1: "M"}
        moment = Moment(period, "Q" if period.months == 3 and "Q" in text else "M")
        if kinds.get(period.months) == "A":
            moment = Moment(period, "A")
        elif period.months > 1 and moment.freq == "M":
            if period.first % 12:
                finder.faults.append(BadInput(f"'{text}'", where=where, due="months counted from January"))
            moment = Moment(period, "M", ytd=True)
        stands = moment.to_date() if mapping.columns.cumulative else moment
        slots.append(Slot(found.column, found.header or letter, moment=stands))
    return slots
