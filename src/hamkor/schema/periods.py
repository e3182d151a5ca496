"""Periods of time as statistics print them: a month, a quarter, a year, a cumulative span of months."""

from __future__ import annotations

import datetime
import re
from typing import Literal

import msgspec

from hamkor.schema.errors import BadInput

PeriodKind = Literal["annual", "quarter", "month", "cumulative"]
_FORMS = "YYYY, YYYY-MM, YYYY-Qn or YYYY-MM/YYYY-MM"
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


class Period(msgspec.Struct, frozen=True, order=True):
    """A span of whole months, first and last included.

    Attributes
    ----------
    first, last
        Months counted from year 0: ``12 * year + month - 1``.
    """

    first: int
    last: int

    @property
    def year(self) -> int:
        """Year of the last month."""
        return self.last // 12

    @property
    def months(self) -> int:
        """Number of months covered."""
        return self.last - self.first + 1

    @property
    def kind(self) -> PeriodKind:
        """What the period is; a span that starts in January and is shorter than a year is cumulative."""
        if self.months == 12 and self.first % 12 == 0:
            return "annual"
        if self.months == 1:
            return "month"
        if self.months == 3 and self.first % 3 == 0 and self.first % 12 != 0:
            return "quarter"
        return "cumulative"

    def shifted(self, years: int) -> Period:
        """Return the same months `years` years later (earlier if negative).

        Examples
        --------
        >>> str(parse_period("2025-01/2025-09").shifted(-1))
        '2024-01/2024-09'
        """
        return Period(self.first + 12 * years, self.last + 12 * years)

    def __str__(self) -> str:
        first, last = (f"{month // 12:04d}-{month % 12 + 1:02d}" for month in (self.first, self.last))
        if self.kind == "annual":
            return f"{self.year:04d}"
        if self.kind == "month":
            return first
        if self.kind == "quarter":
            return f"{self.year:04d}-Q{self.first % 12 // 3 + 1}"
        return f"{first}/{last}"


def parse_period(text: str, *, where: str = "period") -> Period:
    """Return the period that `text` names.

    Parameters
    ----------
    text
        ``2025``, ``2025-03``, ``2025-Q1`` or ``2025-01/2025-09``.
    where
        Option or cell named in the error.

    Raises
    ------
    BadInput
        If the text is no period, a month is not 1-12, or the end lies before the start.

    Examples
    --------
    >>> parse_period("2025-01/2025-09").months, parse_period("2024").kind, str(parse_period("2025-04/2025-06"))
    (9, 'annual', '2025-Q2')
    >>> parse_period("2025-13")
    Traceback (most recent call last):
    hamkor.schema.errors.BadInput: period: '2025-13' where YYYY, YYYY-MM, YYYY-Qn or YYYY-MM/YYYY-MM is due
    """
    if re.fullmatch(r"[0-9]{4}", text):
        return Period(12 * int(text), 12 * int(text) + 11)
    if quarter := re.fullmatch(r"([0-9]{4})-Q([1-4])", text):
        start = 12 * int(quarter[1]) + 3 * (int(quarter[2]) - 1)
        return Period(start, start + 2)
    first, slash, last = text.partition("/")
    if (a := _month(first)) is not None and (b := _month(last) if slash else a) is not None:
        if b < a:
            raise BadInput(f"'{text}' ends before it starts", where=where, due=_FORMS)
        return Period(a, b)
    guess = _guess(text)
    raise BadInput(f"'{text}'", where=where, due=_FORMS, cure=f"did you mean '{guess}'?" if guess else "")


def _guess(text: str) -> str:
    """Return the period that a text in another common form means, or nothing: 2025-9, 01.2025-09.2025, 2025Q3."""
    if quarter := re.fullmatch(r"([0-9]{4})\s*[-/]?\s*[Qq]([1-4])|[Qq]([1-4])\s*[-/]?\s*([0-9]{4})", text.strip()):
        return f"{quarter[1] or quarter[4]}-Q{quarter[2] or quarter[3]}"
    months: list[str] = []
    for found in re.finditer(r"([0-9]{4})[-./]([0-9]{1,2})(?![0-9])|(?<![0-9])([0-9]{1,2})[-./]([0-9]{4})", text):
        year, month = found[1] or found[4], int(found[2] or found[3])
        if 1 <= month <= 12:
            months.append(f"{year}-{month:02d}")
    if len(months) == 2 and months[0] <= months[1]:
        return "/".join(months)
    return months[0] if len(months) == 1 and re.fullmatch(r"[0-9]{1,4}[-./][0-9]{1,4}", text.strip()) else ""


def _month(text: str) -> int | None:
    match = _MONTH.fullmatch(text)
    if not match or not 1 <= int(match[2]) <= 12:
        return None
    return 12 * int(match[1]) + int(match[2]) - 1


def check_date(text: str, *, where: str = "date") -> str:
    """Return `text` if it is a date known to the year, the month or the day.

    Raises
    ------
    BadInput
        If it is none, or no day of the calendar.

    Examples
    --------
    >>> check_date("2025-11"), check_date("2024-07-16")
    ('2025-11', '2024-07-16')
    >>> check_date("2025-02-30")
    Traceback (most recent call last):
    hamkor.schema.errors.BadInput: date: '2025-02-30' where a date YYYY, YYYY-MM or YYYY-MM-DD is due
    """
    padded = text + {4: "-01-01", 7: "-01"}.get(len(text), "")
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", padded):
            raise ValueError
        datetime.date.fromisoformat(padded)
    except ValueError:
        raise BadInput(f"'{text}'", where=where, due="a date YYYY, YYYY-MM or YYYY-MM-DD") from None
    return text
