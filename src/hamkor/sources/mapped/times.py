"""Periods as tables print them -> periods: ``2023``, ``2024-M05`` (with a Latin or a Cyrillic M), ``январь-сентябрь 2025``."""

from __future__ import annotations

import datetime
import re
from typing import Literal

import msgspec

from hamkor.languages.lexicon import fold
from hamkor.schema.errors import BadInput
from hamkor.schema.periods import Period, parse_period
from hamkor.sources.mapped.gazetteer import Gazetteer

Frequency = Literal["A", "Q", "M"]
_YEARS = range(1900, 2101)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_TOKEN = re.compile(r"[^\W\d_]+|[0-9]+")
_MARK = re.compile(r"\s*(?:[\u00b9\u00b2\u00b3\u2070-\u2079*]+|[0-9]{1,2}\))$")
_DUE = "a period such as 2024, 2024-05, 2024-Q1 or 2024-01/2024-09"


class Moment(msgspec.Struct, frozen=True):
    """A period as a table names it.

    Attributes
    ----------
    period
        The months.
    freq
        How often the figure comes: A, Q or M.
    ytd
        Whether the name itself says that it counts from January on.
    cyrillic
        Whether the M for month was a Cyrillic one.
    """

    period: Period
    freq: Frequency
    ytd: bool = False
    cyrillic: bool = False

    @property
    def text(self) -> str:
        """The period as tables have it; a first quarter is one, not a span of months."""
        first = self.period.first % 12 == 0 and self.period.months == 3 and self.freq == "Q" and not self.ytd
        return f"{self.period.year:04d}-Q1" if first else str(self.period)

    def to_date(self) -> Moment:
        """Return the months from January to the end of this period."""
        if self.freq == "A":
            return self
        return msgspec.structs.replace(self, period=Period(self.period.last // 12 * 12, self.period.last), ytd=True)


def read_moment(cell: str | datetime.datetime, names: Gazetteer, *, where: str, year: int | None = None) -> Moment:
    """Return the period that a cell names.

    Parameters
    ----------
    cell
        Text, or a date of a spreadsheet.
    names
        For the words of months.
    where
        Cell named in the error.
    year
        Of a month that is named without one.

    Raises
    ------
    BadInput
        If it names none, or a single day.

    Examples
    --------
    >>> from hamkor.sources.mapped.gazetteer import gazetteer
    >>> forms = ("2023 год", "2024-М05", "янв.24", "Q3 2024", "I квартал 2025", "январь-сентябрь 2025 г.", "9 oy 2025")
    >>> [read_moment(form, gazetteer(), where="B1").text for form in forms]
    ['2023', '2024-05', '2024-01', '2024-Q3', '2025-Q1', '2025-01/2025-09', '2025-01/2025-09']
    """
    if isinstance(cell, datetime.datetime):
        if cell.day != 1:
            raise _day(cell.date().isoformat(), where)
        return _month(cell.year, cell.month, cell.date().isoformat(), where)
    text = _MARK.sub("", fold(cell).strip()).strip()
    found = _in_digits(text, where) or _in_words(text, names, where, year)
    if found is None:
        raise BadInput(f"'{cell}'", where=where, due=_DUE)
    if found.period.year not in _YEARS:
        raise BadInput(f"'{cell}'", where=where, due=f"a year between {_YEARS[0]} and {_YEARS[-1]}")
    return found


def undated(cell: str | datetime.datetime) -> str | datetime.datetime:
    """Return the date that the number of a day in a spreadsheet stands for, between 2000 and 2050; anything else as it is.

    Examples
    --------
    >>> undated("45292").isoformat(), undated("2024")
    ('2024-01-01T00:00:00', '2024')
    """
    if isinstance(cell, str) and re.fullmatch("[0-9]{5}", cell) and _DAYS[0] <= int(cell) <= _DAYS[-1]:
        return _DAY_ZERO + datetime.timedelta(days=int(cell))
    return cell


_DAY_ZERO, _DAYS = datetime.datetime(1899, 12, 30), range(36_526, 55_153)


def _in_digits(text: str, where: str) -> Moment | None:
    """Return the period of a text in digits with at most an M or Q."""
    if re.fullmatch(r"[0-9]{4}", text):
        return Moment(parse_period(text), "A")
    if found := re.fullmatch(r"([0-9]{4})(?:[-./ ]?([mм])|[-.])-?([0-9]{1,2})|([0-9]{4})()([0-9]{2})", text):
        year, letter, month = found[1] or found[4], found[2], found[3] or found[6]
        return _month(int(year), int(month), text, where, cyrillic=letter == "м")
    if found := re.fullmatch(r"()([0-9]{1,2})[-./]([0-9]{4})|([mм])([0-9]{1,2})[-./ ]?([0-9]{4})", text):
        letter, month, year = found[1] or found[4], found[2] or found[5], found[3] or found[6]
        return _month(int(year), int(month), text, where, cyrillic=letter == "м")
    if found := re.fullmatch(r"([0-9]{4})[-./ ]*q[-. ]?([1-4])|q?([1-4])q?[-./ ]*([0-9]{4})", text):
        if "q" in text:
            return _quarter(int(found[1] or found[4]), int(found[2] or found[3]))
        return None
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}", text):
        if whole := re.fullmatch(r"([0-9]{4})-([0-9]{2})-01", text):
            return _month(int(whole[1]), int(whole[2]), text, where)
        raise _day(text, where)
    if "/" in text:
        try:
            return _span(parse_period(text, where=where), text, where)
        except BadInput:
            return None
    return None


def _in_words(text: str, names: Gazetteer, where: str, year: int | None) -> Moment | None:
    """Return the period of a text in words: months, quarters, "9 months", with a year."""
    months: list[int] = []
    numbers: list[int] = []
    quarter = counted = False
    for token in _TOKEN.findall(text):
        if token.isdigit():
            if len(token) == 4:
                if numbers and year == int(token):
                    return None
                year = int(token)
            else:
                numbers.append(int(token[:9]))
        elif token in _ROMAN:
            numbers.append(_ROMAN[token])
        elif month := names.month(token):
            months.append(month)
        else:
            kinds = {term.category for term in names.term(token)}
            if "quarter" in kinds:
                quarter = True
            elif "monthword" in kinds:
                counted = True
            elif not kinds & {"yearword", "ordinal", "range", "relation", "quarterword"}:
                return None
    if months and len(numbers) == 1 and year is None and 0 <= numbers[0] <= 99:
        year, numbers = 2000 + numbers.pop(), []
    if year is None or year not in _YEARS or len(numbers) > 1:
        return None
    if months and not numbers and not quarter:
        if len(months) == 1:
            return _month(year, months[0], text, where)
        if len(months) == 2 and months[0] <= months[1]:
            return _span(Period(12 * year + months[0] - 1, 12 * year + months[1] - 1), text, where)
        return None
    if months:
        return None
    if quarter:
        return _quarter(year, numbers[0]) if numbers and 1 <= numbers[0] <= 4 else None
    if counted:
        return _span(Period(12 * year, 12 * year + numbers[0] - 1), text, where) if numbers and 1 <= numbers[0] <= 12 else None
    return Moment(Period(12 * year, 12 * year + 11), "A") if not numbers and re.search("[0-9]{4}", text) else None


def _month(year: int, month: int, text: str, where: str, *, cyrillic: bool = False) -> Moment:
    if not 1 <= month <= 12:
        raise BadInput(f"'{text}', month {month}", where=where, due="a month from 1 to 12")
    return Moment(Period(12 * year + month - 1, 12 * year + month - 1), "M", cyrillic=cyrillic)


def _quarter(year: int, quarter: int) -> Moment:
    start = 12 * year + 3 * (quarter - 1)
    return Moment(Period(start, start + 2), "Q")


def _span(period: Period, text: str, where: str) -> Moment:
    if period.kind == "annual":
        return Moment(period, "A")
    if period.kind == "quarter":
        return Moment(period, "Q")
    if period.first % 12 or period.months > 12:
        raise BadInput(f"'{text}'", where=where, due="months counted from January of one year", cure="leave this column out")
    return Moment(period, "M", ytd=period.months > 1)


def _day(text: str, where: str) -> BadInput:
    return BadInput(f"the day {text}", where=where, due=_DUE, cure="add up the days of each month first")
