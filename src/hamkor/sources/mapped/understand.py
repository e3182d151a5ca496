"""A grid and its mapping -> the records that it holds, each with the cell it was read from."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Any

import polars as pl

from hamkor.languages.lexicon import fold
from hamkor.schema.errors import BadInput, ManyErrors
from hamkor.schema.periods import Period
from hamkor.schema.tables import FLOWS
from hamkor.sources.grid import Cell, Grid, read_grid, text_of
from hamkor.sources.mapped.amounts import decimal_sign, read_amount
from hamkor.sources.mapped.gazetteer import Gazetteer
from hamkor.sources.mapped.goods import product_code
from hamkor.sources.mapped.headings import Headings, read_headings
from hamkor.sources.mapped.holds import check_records
from hamkor.sources.mapped.layout import Layout, Slot, lay_out
from hamkor.sources.mapped.mapping import ByFlow, Mapping
from hamkor.sources.mapped.money import SCALES, stated_units
from hamkor.sources.mapped.times import Moment, read_moment, undated
from hamkor.sources.names import latin_of
from hamkor.sources.reading import Reading

_MOST_FAULTS = 100
_COLUMNS = {
    "FREQ": pl.String, "REPORTER": pl.String, "COUNTERPART": pl.String, "FLOW": pl.String, "PRODUCT": pl.String,
    "TIME_PERIOD": pl.String, "OBS_VALUE": pl.Float64, "PRINTED": pl.String, "UNIT_MULT": pl.Int64, "VALUATION": pl.String,
    "COVERAGE": pl.String, "OBS_STATUS": pl.String, "TRANSFORMATION": pl.String, "LOCATOR": pl.String, "STATED": pl.Float64,
    "STEP": pl.Float64, "LAST_MONTH": pl.Int64,
}  # fmt: skip


def read_mapped(content: bytes, mapping: Mapping, *, file: str, names: Gazetteer) -> Reading:
    """Return the records of a file, as its mapping declares them.

    Parameters
    ----------
    content
        The file: CSV, XLSX or XLS.
    mapping
        Which column says what.
    file
        Name of the file, for messages.
    names
        Words -> economies, months, flows.

    Returns
    -------
    Reading
        Its frame has a row for each cell with a value or a declared sign for none, in USD; its notes tell what was left out.

    Raises
    ------
    BadInput
        If the file cannot be read or anything in it does not hold; `ManyErrors` for several faults.

    Examples
    --------
    >>> from hamkor.sources.mapped.gazetteer import gazetteer
    >>> from hamkor.sources.mapped.mapping import read_mapping
    >>> mapping = read_mapping('''
    ... file = { source = "my-customs" }
    ... columns = { reporter = { constant = "UZB" }, counterpart = "страна", flow = { constant = "export" }, \
periods = "2023..2024", unit = "thousand USD" }
    ... ''', where="m.toml")
    >>> content = "страна;2023;2024\\nКазахстан;1,5;-".encode()
    >>> read_mapped(content, mapping, file="a.csv", names=gazetteer()).frame["OBS_VALUE"].to_list()
    [1500.0, None]
    """
    options = mapping.file
    grid = read_grid(content, file=file, sheet=options.sheet, encoding=options.encoding, delimiter=options.delimiter)
    layout = lay_out(grid, mapping, names)
    return _Reader(grid, mapping, layout, names).reading()


class _Skipped(Exception):
    """A row that the mapping leaves out."""


class _Reader:
    """Reads row by row and gathers the faults, so that they are told together."""

    def __init__(self, grid: Grid, mapping: Mapping, layout: Layout, names: Gazetteer) -> None:
        self.grid, self.mapping, self.layout, self.names = grid, mapping, layout, names
        self.faults: list[BadInput] = []
        self.notes = [*grid.notes, *layout.notes]
        self.rows: list[tuple[Any, ...]] = []
        self.left: dict[str, list[str]] = {}
        self.scale = Decimal(10) ** mapping.unit_mult
        self.missing = frozenset(" ".join(text.split()) for text in mapping.values.missing)
        self.zeros = frozenset(float(text) for text in self.missing if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text))
        self.skip = frozenset(_plain(label) for label in mapping.values.skip)
        self.own = {_plain(name): code for name, code in mapping.names.items()}
        self.totals = {_plain(label): code for label, code in mapping.totals.items()}
        self.flows = {_plain(word): flow for flow, words in mapping.values.flow.items() for word in (flow, *words)}
        self.products = {_plain(word): code for code, words in mapping.values.product.items() for word in words}
        self.known: dict[tuple[str, str], str] = {}
        self.used: set[str] = set()
        self.cyrillic = 0
        self.rates = mapping.dollar_rates
        self.lacking: dict[Period, str] = {}
        self.headings = Headings({}, frozenset(), ())
        self.mapping_header = layout.header

    def reading(self) -> Reading:
        """Return what was read, or tell the faults."""
        self._check_unit()
        self._read_headings()
        data = [index for index in range(self.layout.first, self.layout.last) if self._holds_values(index)]
        self.decimal = self.mapping.columns.decimal or decimal_sign(self._texts(data), where=self.grid.file)
        for index in data:
            if len(self.faults) >= _MOST_FAULTS:
                break
            try:
                self._read_row(index)
            except _Skipped:
                continue
            except BadInput as fault:
                self.faults.append(fault)
        self._tell()
        if self.lacking:
            self.faults.append(self._no_rate())
        unused = [label for label in (*self.mapping.values.skip, *self.mapping.totals) if _plain(label) not in self.used]
        self.faults += [
            BadInput(f"no row '{label}'", where=self.grid.file, due=f"as {self.mapping.where} says it", cure="mend the label")
            for label in unused
            if not self.faults
        ]
        if not self.faults and not self.rows:
            due = f"values below row {self.layout.first}"
            self.faults.append(BadInput("no value", where=self.grid.file, due=due, cure="look at header_row and last_row"))
        self._raise()
        frame = pl.DataFrame(self.rows, schema=_COLUMNS, orient="row")
        self.faults += check_records(frame, self.mapping, file=self.grid.file)
        self._raise()
        return Reading(frame.drop("STATED", "STEP", "LAST_MONTH"), tuple(self.notes + self._notes_left()))

    def _raise(self) -> None:
        if self.faults:
            raise self.faults[0] if len(self.faults) == 1 else ManyErrors(self.faults, subject=self.grid.file)

    def _read_headings(self) -> None:
        """Find what stands above each row, where the mapping says that something does."""
        if any(place.heading for place in self.layout.places.values()):
            self.headings = read_headings(
                self.grid,
                self.layout,
                holds=self._has_value,
                meaning=self._meaning,
                skip=lambda text: _plain(text) in self.skip,
            )
            self.faults += self.headings.faults
            self.used |= {_plain(text) for text in self.headings.used}

    def _meaning(self, text: str) -> str:
        """Return what a heading says: a flow, or an economy (of the kind that is a heading); empty if neither."""
        folded = _plain(text)
        if folded in self.flows or folded in FLOWS or (" " not in folded and self.names.flow(text)):
            return "flow"
        who = "counterpart" if self.layout.places["counterpart"].heading else "reporter"
        if text.isdigit() or self.totals.get(folded) == "TOTAL":
            return ""
        return who if folded in self.totals or folded in self.own or self.names.economy(text) else ""

    def _has_value(self, index: int) -> bool:
        return any(self.grid.cell(index, slot.column) != "" for slot in self.layout.slots)

    def _holds_values(self, index: int) -> bool:
        """Return whether a row has a value; a heading or a footnote has none, and is noted."""
        if self._has_value(index):
            return True
        label = next((text_of(cell) for cell in self.grid.rows[index] if cell != ""), "")
        if label and label not in self.headings.used:
            self.left.setdefault("no value", []).append(f"{self.grid.place(index)} '{label[:40]}'")
            self.used.add(_plain(label))
        return False

    def _texts(self, data: list[int]) -> list[tuple[str, str]]:
        """Return the values that are text, each with its place, to find the decimal sign."""
        found = []
        for index in data:
            for slot in self.layout.slots:
                cell = self.grid.cell(index, slot.column)
                if isinstance(cell, str) and ("," in cell or "." in cell or "٫" in cell) and text_of(cell) not in self.missing:
                    found.append((text_of(cell), self._at(index, slot)))
        return found

    def _at(self, index: int, slot: Slot) -> str:
        return self.grid.place(index, slot.column, slot.header)

    def _check_unit(self) -> None:
        """Gather a fault where the head of the file names another unit of money than the mapping declares."""
        columns = self.mapping.columns
        said = {} if columns.unit_stands else stated_units(self.grid.rows[: self.layout.first], self.names)
        if said and (self.mapping.unit_mult, columns.currency) not in {(SCALES[scale], code) for scale, code in said}:
            (scale, code), text = next(iter(said.items()))
            unit = f"{scale} {code}".strip()
            cure = f'look which is right: unit = "{unit}", or unit_stands = true beside the declared one'
            found = f"'{text[:80]}', which means {unit}"
            self.faults.append(BadInput(found, where=self.grid.file, due=f"the declared unit, {columns.unit}", cure=cure))

    def _check_width(self, index: int) -> None:
        """Raise if a row of a CSV file has more cells than its headers: a decimal comma has cut a number in two."""
        width = len(self.grid.rows[self.mapping_header]) if self.grid.lines and self.mapping_header >= 0 else 0
        cells = self.grid.rows[index]
        if width and any(cell != "" for cell in cells[width:]):
            filled = max(place for place, cell in enumerate(cells, start=1) if cell != "")
            cure = "a decimal comma in a file cut at commas? Save it with semicolons, or with quotation marks around numbers"
            raise BadInput(f"{filled} cells", where=self.grid.where(index), due=f"{width} as in the headers", cure=cure)

    def _read_row(self, index: int) -> None:
        self._check_width(index)
        columns = self.mapping.columns
        for name in ("counterpart", "product"):
            place = self.layout.places[name]
            text = "" if place.constant is not None or place.heading else text_of(self.grid.cell(index, place.column))
            if _plain(text) in self.skip:
                self._leave(index, text, "left out as the mapping says")
        counterpart = self._economy(index, "counterpart")
        reporter = self._economy(index, "reporter")
        product = self._product(index)
        flow = self._flow(index) if columns.flow is not None else ""
        moment = self._moment(index) if self.layout.dated else None
        for slot in self.layout.slots:
            cell = self.grid.cell(index, slot.column)
            if cell == "" and not self.layout.wide:
                continue
            period = slot.moment or moment
            assert period is not None
            try:
                self._add(cell, (reporter, counterpart, slot.flow or flow, product), period, index, slot)
            except BadInput as fault:
                self.faults.append(fault)

    def _add(self, cell: Cell, key: tuple[str, str, str, str], moment: Moment, index: int, slot: Slot) -> None:
        """Add the record of one cell."""
        reporter, counterpart, flow, product = key
        printed, where = text_of(cell), f"{self.grid.file} {self._at(index, slot)}"
        value: float | None = None
        stated: float | None = None
        step, status, place = 0.0, "M", self._at(index, slot)
        if not (printed == "" or printed in self.missing or (isinstance(cell, float) and cell in self.zeros)):
            value, stated, step, place = self._value(cell, printed, moment, (where, place))
            status = "A"
        columns = self.mapping.columns
        valuation = columns.valuation
        if isinstance(valuation, ByFlow):
            valuation = {"export": valuation.export, "import": valuation.import_, "turnover": valuation.turnover}[flow]
        self.cyrillic += moment.cyrillic
        self.rows.append((
            moment.freq, reporter, counterpart, flow, product, moment.text, value, printed or None, self.mapping.unit_mult,
            valuation, columns.coverage, status, "ytd" if moment.ytd else "level", place, stated, step,
            moment.period.last,
        ))  # fmt: skip

    def _value(
        self, cell: Cell, printed: str, moment: Moment, at: tuple[str, str]
    ) -> tuple[float | None, float, float, str]:  # fmt: skip
        """Return a value in USD and as it is stated, one unit of its last digit, and its place with the rate if there is one.

        `at` is the place with the name of the file, and without.
        """
        where, place = at
        if isinstance(cell, datetime.datetime):
            raise BadInput(f"the date {printed}", where=where, due="a number", cure="a spreadsheet took a number for a date")
        amount = read_amount(printed, decimal="." if isinstance(cell, float) else self.decimal, where=where)
        stated, step = amount.value * self.scale, float(amount.step * self.scale)
        if stated < 0:
            cure = "trade is never below zero"
            if moment.freq != "A" and not moment.ytd:
                cure = "a negative month means revised year-to-date figures; take the printed year-to-date figures instead, "
                cure += "with cumulative = true"
            raise BadInput(printed, where=where, due="a value >= 0", cure=cure)
        currency = self.mapping.columns.currency
        value: float | None = float(stated)
        if currency != "USD":
            rate = self._rate(moment)
            value = float(stated / rate) if rate else None
            place = f"{place} at {rate} {currency}/USD"
        if value is not None and value > 1e16:
            raise BadInput(printed, where=where, due=f"less than 10^16 USD in {self.mapping.columns.unit}", cure="see the unit")
        return value, float(stated), step, place

    def _rate(self, moment: Moment) -> Decimal | None:
        """Return the units of the file's currency for one US dollar in a period; none if the mapping does not say it."""
        if (every := self.mapping.columns.rate) is not None:
            return Decimal(str(every))
        rate = self.rates.get(moment.period)
        if rate is None:
            self.lacking.setdefault(moment.period, moment.text)
        return rate

    def _no_rate(self) -> BadInput:
        currency, texts = self.mapping.columns.currency, [self.lacking[period] for period in sorted(self.lacking)]
        shown = ", ".join(texts[:5]) + (f" and {len(texts) - 5} more periods" if len(texts) > 5 else "")
        due = f'how many {currency} are one US dollar: "{texts[0]}" = ...'
        cure = "each period has a rate of its own: that of a year is not taken for its months"
        return BadInput(f"no rate for {shown}", where=f"{self.mapping.where} [rates]", due=due, cure=cure)

    def _said(self, index: int, name: str) -> tuple[str, str, bool]:
        """Return what the row says of `name`, the place where it says so, and whether it is a constant."""
        place = self.layout.places[name]
        if place.heading and name not in self.headings.above[index]:
            due = f"a row with the {name} alone above it"
            cure = f"leave the row out ([values] skip), or look at first_row and [columns] {name}"
            raise BadInput(f"no heading for the {name}", where=self.grid.where(index), due=due, cure=cure)
        if place.heading:
            said = self.headings.above[index][name]
            return said.text, said.where, False
        if place.constant is not None:
            return place.constant, f"{self.mapping.where} [columns] {name}", True
        text = text_of(self.grid.cell(index, place.column))
        return text, self.grid.where(index, place.column, place.header), False

    def _whole(self, index: int, name: str) -> str:
        """Return the code of the whole, where the row is a heading that stands for all rows below it."""
        said = self.headings.above.get(index, {}).get(name)
        return said.code if said else ""

    def _economy(self, index: int, name: str) -> str:
        if whole := self._whole(index, name):
            return whole
        text, where, _ = self._said(index, name)
        folded = _plain(text)
        if folded in self.skip:
            self._leave(index, text, "left out as the mapping says")
        if folded in self.totals and self.totals[folded] == "W1" and name == "counterpart":
            self.used.add(folded)
            return "W1"
        if (code := self.known.get((name, text))) is None:
            code = self.known[name, text] = self.own.get(folded) or self.names.economy(text)
            if not code or (name == "reporter" and code == "W1"):
                self.known[name, text] = ""
        if not self.known[name, text]:
            raise self._unknown(text, where, name)
        return self.known[name, text]

    def _unknown(self, text: str, where: str, name: str) -> BadInput:
        if not text:
            return BadInput(f"no {name}", where=where, due="an economy", cure=_EMPTY)
        if self.names.is_total(text):
            cure = f'say under [totals]: {_quoted(text)} = "W1"'
        elif self.names.is_group(text):
            cure = f"a subtotal would count twice: list {_quoted(text)} under [values] skip"
        elif self.names.is_rest(text):
            cure = f'say under [names]: {_quoted(text)} = "_X" (not specified), or list it under [values] skip'
        else:
            near = " or ".join(f"{entry.code} ({entry.name})" for entry in self.names.near(text))
            if (latin := latin_of(text)) and (code := self.names.economy(latin)):
                near = f"{code}, in Latin letters"
            cure = f"did you mean {near}? " if near else ""
            cure += f'say under [names]: {_quoted(text)} = "...", or list it under [values] skip'
        return BadInput(f"'{text}'", where=where, due="an economy", cure=cure)

    def _leave(self, index: int, label: str, why: str) -> None:
        self.used.add(_plain(label))
        self.left.setdefault(why, []).append(f"{self.grid.place(index)} '{label[:40]}'")
        raise _Skipped

    def _product(self, index: int) -> str:
        if whole := self._whole(index, "product"):
            return whole
        text, where, _ = self._said(index, "product")
        folded = _plain(text)
        if folded in self.skip:
            self._leave(index, text, "left out as the mapping says")
        if self.totals.get(folded) == "TOTAL":
            self.used.add(folded)
            return "TOTAL"
        text = self.products.get(folded, text)
        if (code := self.known.get(("product", text))) is None:
            code = self.known["product", text] = product_code(text, where=where)
        return code

    def _flow(self, index: int) -> str:
        text, where, _ = self._said(index, "flow")
        folded = _plain(text)
        if folded in self.skip:
            self._leave(index, text, "left out as the mapping says")
        flow = self.flows.get(folded) or (folded if folded in FLOWS else "")
        if not flow:
            meant = self.names.flow(text)
            cure = f"say under [values.flow]: {meant or 'export'} = [{_quoted(text)}]"
            raise BadInput(f"'{text}'", where=where, due="export, import or turnover", cure=cure)
        return flow

    def _moment(self, index: int) -> Moment:
        """Return the period of a row of the long layout."""
        if "year" in self.layout.places:
            year, where, _ = self._said(index, "year")
            month, at, _ = self._said(index, "month")
            if not re.fullmatch(r"[0-9]{4}", year):
                raise BadInput(f"'{year}'", where=where, due="a year of four digits")
            months = re.fullmatch(r"[mMмМ]?0?([1-9]|1[0-2])", month)
            moment = read_moment(f"{year}-{int(months[1]):02d}" if months else month, self.names, where=at, year=int(year))
        else:
            place = self.layout.places["period"]
            text, where, constant = self._said(index, "period")
            cell = "" if constant else self.grid.cell(index, place.column)
            moment = read_moment(undated(cell if isinstance(cell, datetime.datetime) else text), self.names, where=where)
        return moment.to_date() if self.mapping.columns.cumulative else moment

    def _tell(self) -> None:
        if self.cyrillic:
            self.notes.append(f"a Cyrillic М stands for month in {self.cyrillic:,} cells; read as M")

    def _notes_left(self) -> list[str]:
        return [
            f"{_rows(len(places))} left out ({why}): {', '.join(places[:3])}{', ...' if len(places) > 3 else ''}"
            for why, places in self.left.items()
        ]


_EMPTY = "a name that stands once for several rows, or in a merged cell: fill it down; a footnote: end above it with last_row"


def _plain(label: str) -> str:
    """Return a label as it is compared: folded, with single spaces."""
    return " ".join(fold(label).split())


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _quoted(label: str) -> str:
    return '"' + label.replace("\\", "\\\\").replace('"', '\\"') + '"'
