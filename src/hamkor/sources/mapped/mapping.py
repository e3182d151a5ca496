"""The mapping of a file, declared in TOML: which column says what, in which unit."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from typing import Literal

import msgspec

from hamkor.schema.economies import economies, economy
from hamkor.schema.errors import BadInput, ManyErrors, did_you_mean
from hamkor.schema.periods import Period, parse_period
from hamkor.schema.tables import FLOWS
from hamkor.sources.mapped.money import faults_of_rates, unit_mult

Licence = Literal["open", "attribution", "internal", "unclear"]
Coverage = Literal["goods", "goods-and-services", "unknown"]
Valuation = Literal["FOB", "CIF", "FOB+CIF", "unknown"]
Encoding = Literal["", "utf-8", "utf-16", "cp1251", "cp866", "koi8-r", "cp1252", "cp1254", "cp1256"]
MISSING = ("-", "–", "—", "…", "...", "..")
_LONGEST_RANGE = 1200


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where something is said: a column by its header or its letters, or once for all rows.

    Attributes
    ----------
    header
        Header of the column; a bare text in the TOML means this.
    column
        Letters of the column (``C``), where headers are missing or stand in two rows.
    constant
        What holds for every row.
    heading
        Whether it stands in a row of its own, in this column, above the rows that it holds for.
    """

    header: str = ""
    column: str = ""
    constant: str | int | None = None
    heading: bool = False


class PeriodPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As `Place`; or the year and the month in columns of their own."""

    header: str = ""
    column: str = ""
    constant: str | int | None = None
    year: str | Place | None = None
    month: str | Place | None = None


class ValuePlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Column of the values; or one column for each flow."""

    header: str = ""
    column: str = ""
    export: str | Place | None = None
    import_: str | Place | None = msgspec.field(name="import", default=None)
    turnover: str | Place | None = None

    @property
    def flows(self) -> dict[str, str | Place]:
        """Column of each flow that has one of its own."""
        found = {"turnover": self.turnover, "export": self.export, "import": self.import_}
        return {flow: place for flow, place in found.items() if place is not None}


class ByFlow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Valuation of each flow."""

    export: Valuation = "unknown"
    import_: Valuation = msgspec.field(name="import", default="unknown")
    turnover: Valuation = "unknown"


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file is and where its table stands.

    Attributes
    ----------
    source
        Name under which the figures are kept: small letters, digits and hyphens.
    title
        Of the publication.
    licence
        Whether the figures may be passed on.
    sheet
        Of a workbook; may be left out where only one holds cells.
    header_row
        Row of the headers, or line of a CSV file, from 1; 0 where there are none.
    first_row, last_row
        Of the data; 0: directly below the headers, and to the end.
    encoding, delimiter
        Of a CSV file; found from what it holds where left out.
    """

    source: str
    title: str = ""
    licence: Licence = "internal"
    sheet: str = ""
    header_row: int = 1
    first_row: int = 0
    last_row: int = 0
    encoding: Encoding = ""
    delimiter: Literal["", ",", ";", "\t", "|"] = ""


class Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which column says what.

    Attributes
    ----------
    reporter, counterpart, flow, product
        Of each row; without `product`, trade in all products.
    period, value
        Long layout: one value a row.
    periods
        Wide layout: the periods whose columns hold the values, ``2019..2024``, or the period of each column by its letters.
    unit
        ``USD``, ``thousand USD``, ``million USD`` or ``billion USD``, or in another currency that is declared: nothing is taken
        without it.
    currency
        Of the values, by ISO 4217; if it is not USD, `rate` or the table ``[rates]`` says how they become dollars.
    rate
        Units of the currency for one US dollar, in every period.
    unit_stands
        Whether the declared unit holds although the head of the file names another.
    cumulative
        Whether the value of a month counts from January on.
    revised
        Whether year-to-date figures may fall, as the office revised them.
    decimal
        Decimal sign of numbers that are text; found from what the column holds where left out.
    """

    reporter: str | Place
    counterpart: str | Place
    flow: str | Place | None = None
    product: str | Place = Place(constant="TOTAL")
    period: str | PeriodPlace | None = None
    periods: str | dict[str, str] | None = None
    value: str | ValuePlace | None = None
    unit: str = ""
    currency: str = "USD"
    rate: float | None = None
    unit_stands: bool = False
    coverage: Coverage = "unknown"
    valuation: Valuation | ByFlow = "unknown"
    cumulative: bool = False
    revised: bool = False
    decimal: Literal["", ",", "."] = ""


class Values(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in the cells.

    Attributes
    ----------
    flow, product
        Words of the file for each flow; for each product (``TOTAL``, an HS code, ``source:...``).
    missing
        What stands where there is no figure, besides an empty cell.
    skip
        Labels of rows that are left out: subtotals, headings.
    parts
        ``main`` where only the main rows are listed, so that their sum may fall short of the total.
    """

    flow: dict[str, tuple[str, ...]] = {}
    product: dict[str, tuple[str, ...]] = {}
    missing: tuple[str, ...] = MISSING
    skip: tuple[str, ...] = ()
    parts: Literal["all", "main"] = "all"


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one file is read.

    Attributes
    ----------
    names
        The file's own names of economies -> ISO alpha-3, ``_X`` (not specified).
    totals
        Labels of rows that hold the whole -> ``W1`` (all counterparts) or ``TOTAL`` (all products); each must be the sum
        of its parts.
    rates
        Period -> units of the currency for one US dollar.
    where
        Name of the TOML file, for messages.
    """

    file: File
    columns: Columns
    values: Values = Values()
    names: dict[str, str] = {}
    totals: dict[str, Literal["W1", "TOTAL"]] = {}
    rates: dict[str, float] = {}
    where: str = ""

    @property
    def unit_mult(self) -> int:
        """Power of ten of the unit."""
        return unit_mult(self.columns.unit, self.columns.currency, where=self.where)

    @property
    def dollar_rates(self) -> dict[Period, Decimal]:
        """Units of the currency for one US dollar, by period."""
        return {parse_period(text, where=f"{self.where} [rates]"): Decimal(str(rate)) for text, rate in self.rates.items()}

    @property
    def window(self) -> list[Period]:
        """Periods of the wide layout, in order; empty for the long one."""
        return periods_between(self.columns.periods, self.where) if isinstance(self.columns.periods, str) else []


def read_mapping(text: str, *, where: str) -> Mapping:
    """Return the mapping that a TOML text declares.

    Parameters
    ----------
    text
        Of the file.
    where
        Its name, for messages.

    Raises
    ------
    BadInput
        If it is no TOML, has a key that is not known or lacks one, or says what cannot be; `ManyErrors` for several faults.

    Examples
    --------
    >>> mapping = read_mapping('''
    ... [file]
    ... source = "my-customs"
    ... [columns]
    ... reporter = { constant = "UZB" }
    ... counterpart = "country"
    ... flow = { constant = "export" }
    ... periods = "2019..2024"
    ... unit = "thousand USD"
    ... ''', where="m.toml")
    >>> mapping.unit_mult, len(mapping.window)
    (3, 6)
    """
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as fault:
        raise BadInput(
            f"no TOML ({fault})", where=where, due="a mapping", cure="hamkor import FILE --guess writes one"
        ) from None
    if "where" in raw:
        raise BadInput("unknown key 'where'", where=where, due="file, columns, values, names, totals or rates")
    try:
        mapping = msgspec.convert({**raw, "where": where}, Mapping)
    except msgspec.ValidationError as fault:
        raise _invalid(str(fault), where) from None
    faults = [fault for check in _CHECKS for fault in check(mapping)]
    if faults:
        raise faults[0] if len(faults) == 1 else ManyErrors(faults, subject=where)
    return mapping


def _invalid(message: str, where: str) -> BadInput:
    """Return what msgspec found, in the words and with the key of the TOML."""
    what, _, path = message.partition(" - at `$")
    key = path.rstrip("`").lstrip(".")
    table, _, name = key.partition(".")
    place = f"{where} [{table}] {name}".rstrip() if key else where
    if unknown := re.search(r"unknown field `(.*)`", what):
        known = {"": Mapping, "file": File, "columns": Columns, "values": Values}.get(key)
        names = [field for field in known.__struct_fields__ if field != "where"] if known else []
        cure = did_you_mean(unknown[1], names) if names else ""
        return BadInput(f"unknown key '{unknown[1]}'", where=place, cure=cure)
    if lacking := re.search(r"missing required field `(.*)`", what):
        return BadInput(f"no {lacking[1]}", where=place, due=f"{lacking[1]} = ...")
    return BadInput(what.replace("`", "'"), where=place)


def periods_between(text: str, where: str) -> list[Period]:
    """Return the periods from the first to the last of ``2019..2024``.

    Raises
    ------
    BadInput
        If the two are no periods of one kind in order.

    Examples
    --------
    >>> [str(period) for period in periods_between("2023-11..2024-02", "m.toml")]
    ['2023-11', '2023-12', '2024-01', '2024-02']
    """
    place = f"{where} [columns] periods"
    first, dots, last = text.partition("..")
    start = parse_period(first.strip(), where=place)
    end = parse_period(last.strip(), where=place) if dots else start
    if start.months != end.months or start.months not in (1, 3, 12) or end < start:
        raise BadInput(f"'{text}'", where=place, due="two years, quarters or months in order, such as 2019..2024")
    count = (end.first - start.first) // start.months + 1
    if count > _LONGEST_RANGE:
        raise BadInput(f"'{text}': {count:,} periods", where=place, due=f"at most {_LONGEST_RANGE:,}")
    return [Period(start.first + i * start.months, start.last + i * start.months) for i in range(count)]


def _faults_of_unit(mapping: Mapping) -> list[BadInput]:
    found = faults_of_rates(mapping.columns.currency, mapping.columns.rate, mapping.rates, where=mapping.where)
    try:
        _ = mapping.unit_mult, mapping.window
    except BadInput as fault:
        return [*found, fault]
    return found


def _faults_of_file(mapping: Mapping) -> list[BadInput]:
    file, place, found = mapping.file, f"{mapping.where} [file]", []
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", file.source):
        found.append(BadInput(f"source '{file.source}'", where=place, due="small letters, digits and hyphens: my-customs"))
    for name, number in (("header_row", file.header_row), ("first_row", file.first_row), ("last_row", file.last_row)):
        if number < 0:
            found.append(BadInput(f"{name} {number}", where=place, due="a row counted from 1, or 0"))
    return found


def _faults_of_layout(mapping: Mapping) -> list[BadInput]:
    columns, place, found = mapping.columns, f"{mapping.where} [columns]", []
    by_flow = isinstance(columns.value, ValuePlace) and bool(columns.value.flows)
    if (columns.period is None) == (columns.periods is None):
        found.append(BadInput("period and periods" if columns.period else "neither period nor periods", where=place, due="one"))
    if columns.periods is not None and columns.value is not None:
        found.append(
            BadInput("value beside periods", where=place, due="one", cure="the columns of the periods hold the values")
        )
    if columns.period is not None and columns.value is None:
        found.append(BadInput("no value", where=place, due="the column of the values"))
    if by_flow == (columns.flow is not None):
        found.append(BadInput("flow beside a column for each flow" if by_flow else "no flow", where=place, due="one of them"))
    places = (("reporter", columns.reporter), ("counterpart", columns.counterpart), ("flow", columns.flow))
    for name, each in (*places, ("product", columns.product)):
        if isinstance(each, Place) and each.heading and (each.constant is not None or not (each.header or each.column)):
            due = f'the column of the headings: {name} = {{ column = "A", heading = true }}'
            found.append(BadInput(f"heading without a column of {name}", where=place, due=due))
    for name, each in places:
        if each in ("", Place()) or (isinstance(each, Place) and each.constant == ""):
            found.append(BadInput(f"no {name}", where=place, due=f'a header, or {name} = {{ constant = "..." }}'))
    return found


def _faults_of_words(mapping: Mapping) -> list[BadInput]:
    found = [
        BadInput(f"flow '{flow}'", where=f"{mapping.where} [values.flow]", due="one of " + ", ".join(FLOWS))
        for flow in mapping.values.flow
        if flow not in FLOWS
    ]
    for name, code in mapping.names.items():
        place = f"{mapping.where} [names] '{name}'"
        try:
            entry = economies().get(code) or economy(code, where=place)
        except BadInput as fault:
            found.append(fault)
            continue
        if entry.code != code:
            found.append(BadInput(f"'{code}'", where=place, due="ISO alpha-3", cure=f"write {entry.code}"))
        elif entry.kind == "aggregate":
            cure = "a total is said under [totals], a subtotal under [values] skip"
            found.append(BadInput(f"{code}, several economies", where=place, due="one economy", cure=cure))
    return found


_CHECKS = (_faults_of_unit, _faults_of_file, _faults_of_layout, _faults_of_words)
