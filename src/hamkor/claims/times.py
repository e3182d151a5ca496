"""Periods as sentences name them: spans of months, nine months of a year, halves, quarters, years, and what they compare to."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import msgspec
from msgspec.structs import replace

from hamkor.claims.marks import Mark
from hamkor.schema.periods import Period

Role = Literal["current", "base", "by", "as-of"]
NAMING = frozenset(("by", "date", "half", "month", "monthword", "number", "ordinal", "quarter", "same", "since", "whole"))
"""Kinds of marks at which a period may begin."""
_BETWEEN = ("relation", "word", "yearword", "first", "monthword", "conj", "ordinal", "pronoun")


class Mention(msgspec.Struct):
    """A period in a sentence.

    Attributes
    ----------
    months
        First and last month of the year, from 0.
    year
        None where it is not printed.
    printed
        How the period is called: ``span``, ``month``, ``quarter``, ``half``, ``year``, ``day``, ``since``, ``same``.
    role
        What it is to the figures: the period they are of, the one they compare to, the year to be reached, a date.
    """

    months: tuple[int, int]
    year: int | None
    printed: str
    start: int
    end: int
    first: int
    last: int
    role: Role = "current"
    shift: int = 0
    day: int = 0

    def period(self, year: int | None = None) -> Period | None:
        """Return the period, with `year` where none is printed; None if there is none."""
        known = self.year if self.year is not None or year is None else year + self.shift
        if known is None or self.printed == "same":
            return None
        return Period(12 * known + self.months[0], 12 * known + self.months[1])


def mentions(marks: list[Mark], folded: str, *, year_first: bool) -> list[Mention]:
    """Return the periods that a sentence names, in the order of the text.

    Parameters
    ----------
    marks
        Of the sentence.
    folded
        The text in which they have their offsets.
    year_first
        Whether the language says "of 2025 the nine months".
    """
    found: list[Mention] = []
    due = 0
    for index, mark in enumerate(marks):
        if index < due or mark.kind not in NAMING:
            continue
        mention = _at(marks, index, folded) or _next_part(marks, index, found)
        if mention is None:
            continue
        taken = [other.last for other in found if not (year_first and other.printed == "year")]
        _take_year(mention, marks, folded, year_first, taken[-1] if taken else -1)
        found.append(mention)
        due = mention.last + 1
    found = _since_joined(_lone_years_joined(found, marks, folded, year_first))
    found = _of_last_year(found) if year_first else found
    for mention in found:
        _role(mention, marks, folded)
    for mention, following in pairwise(found):
        before = marks[mention.first - 1] if mention.first else None
        since = before is not None and before.kind == "relation" and before.value in ("from", "with", "between")
        if since and mention.printed == "year" and (mention.role, following.role) == ("current", "current") and not year_first:
            mention.role = "base"
    return found


def _of_last_year(found: list[Mention]) -> list[Mention]:
    """Return the mentions with "last year's" and the months after it as one: "былтырғы 11 айда"."""
    joined: list[Mention] = []
    for mention in found:
        last = joined[-1] if joined else None
        if last is not None and last.printed == "same" and mention.year is None and mention.first == last.last + 1:
            mention.shift, mention.start, mention.first = last.shift, last.start, last.first
            joined.pop()
        joined.append(mention)
    return joined


def _since_joined(found: list[Mention]) -> list[Mention]:
    """Return the mentions with "since the beginning of 2025 until the end of October" (or until 1 November) as one span."""
    joined: list[Mention] = []
    for mention in found:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.printed == "since"
            and mention.printed in ("month", "day")
            and mention.start - last.end <= 24
        ):
            year = last.year if last.year is not None else mention.year
            until = mention.months[0] - (mention.printed == "day" and mention.day == 1)
            if year is not None and until >= 0:
                joined[-1] = Mention((0, until), year, "span", last.start, mention.end, last.first, mention.last)
                continue
        joined.append(mention)
    return joined


def year_of(mark: Mark, marks: list[Mark], index: int) -> int | None:
    """Return the year that a number is, or None: four digits, and no unit after it."""
    if mark.kind != "number" or len(mark.value) != 4 or not mark.value.isdigit() or not 1980 <= int(mark.value) <= 2100:
        return None
    after = marks[index + 1] if index + 1 < len(marks) else None
    if (
        after is not None
        and after.start - mark.end <= 2
        and after.kind in ("scale", "currency", "percent", "firms", "times", "unit")
    ):
        return None
    before = marks[index - 1] if index else None
    counted = index > 1 and marks[index - 2].kind in ("number", "scale")
    if before is not None and before.kind == "currency" and mark.start - before.end <= 1 and not counted:
        return None
    return int(mark.value)


def _at(marks: list[Mark], index: int, folded: str) -> Mention | None:
    mark = marks[index]
    match mark.kind:
        case "date":
            return _date(mark, index)
        case "month":
            return _months(marks, index, folded)
        case "monthword":
            return _counted_months(marks, index)
        case "quarter" | "half":
            return _part_of_year(marks, index, folded)
        case "whole":
            return Mention((0, 11), None, "year", mark.start, mark.end, index, index)
        case "since":
            return Mention((0, 11), None, "since", mark.start, mark.end, index, index)
        case "by" if mark.value == "same" and not (index + 1 < len(marks) and year_of(marks[index + 1], marks, index + 1)):
            return Mention((0, 11), None, "same", mark.start, mark.end, index, index, shift=-1)
        case "same":
            return Mention((0, 11), None, "same", mark.start, mark.end, index, index, shift=-1)
        case "number":
            year = year_of(mark, marks, index)
            if year is not None:
                return Mention((0, 11), year, "year", mark.start, mark.end, index, index)
    return None


def _date(mark: Mark, index: int) -> Mention:
    if mark.value[2:3] == "." or mark.value[1:2] == ".":
        _, month, year = mark.value.split(".")
    else:
        year, month, _ = mark.value.split("-")
    place = min(max(int(month), 1), 12) - 1
    return Mention((place, place), int(year), "day", mark.start, mark.end, index, index, role="as-of")


def _small(mark: Mark | None, limit: int) -> int | None:
    """Return the small whole number that a mark is, in digits or as a word."""
    if mark is None:
        return None
    if mark.kind in ("numeral", "ordinal"):
        return int(mark.value) if int(mark.value) <= limit else None
    if mark.kind == "number" and mark.value.isdigit() and 1 <= int(mark.value) <= limit:
        return int(mark.value)
    return None


def _months(marks: list[Mark], index: int, folded: str) -> Mention:
    """Return a month, a span of two, or a day of a month."""
    mark, month = marks[index], int(marks[index].value) - 1
    before = marks[index - 1] if index else None
    own = _named_twice(marks, index)
    later = own + 1
    while later < len(marks) and (marks[later].kind in ("relation", "range", "monthword") or marks[later].value in "-–—"):
        later += 1
    if later < len(marks) and marks[later].kind == "month" and marks[later].start - marks[own].end <= 14:
        last = int(marks[later].value) - 1
        later = _named_twice(marks, later)
        if last > month:
            return Mention((month, last), None, "span", mark.start, marks[later].end, index, later)
    if before is not None and before.kind == "relation" and index > 1 and marks[index - 2].kind == "ordinal":
        before = replace(marks[index - 2], kind="number", end=before.end)
    day = _small(before, 31)
    if day is not None and before is not None and before.kind == "number" and mark.start - before.end <= 3:
        return Mention((month, month), None, "day", before.start, mark.end, index - 1, index, role="as-of", day=day)
    after = marks[index + 1] if index + 1 < len(marks) else None
    if (
        after is not None
        and after.kind == "number"
        and _small(after, 31)
        and after.start - mark.end <= 2
        and len(after.value) <= 2
        and not _counts(marks, index + 1)
    ):
        return Mention((month, month), None, "day", mark.start, after.end, index, index + 1, role="as-of")
    return Mention((month, month), None, "month", mark.start, marks[own].end, index, own)


def _counts(marks: list[Mark], index: int) -> bool:
    """Return whether a unit stands after a number, so that it is no day: "in August 22 million"."""
    return index + 1 < len(marks) and marks[index + 1].kind in ("scale", "currency", "percent", "times", "firms", "unit")


def _named_twice(marks: list[Mark], index: int) -> int:
    """Return the last mark of a month that is called by both its names: "كانون الثاني/يناير"."""
    if index + 2 < len(marks) and marks[index + 1].value == "/":
        mark, other = marks[index], marks[index + 2]
        if (mark.kind, mark.value) == (other.kind, other.value):
            return index + 2
    return index


def _counted_months(marks: list[Mark], index: int) -> Mention | None:
    """Return ``nine months``, ``9 months``, ``months nine``."""
    mark = marks[index]
    if mark.value.isdigit():
        return Mention((0, int(mark.value) - 1), None, "span", mark.start, mark.end, index, index)
    for place in (index - 1, index - 2, index + 1):
        if 0 <= place < len(marks):
            other = marks[place]
            count = _small(other, 12)
            gap = mark.start - other.end if place < index else other.start - mark.end
            if count is not None and gap <= 12 and (place >= index - 1 or marks[index - 1].kind in ("first", "word")):
                low, high = min(place, index), max(place, index)
                return Mention((0, count - 1), None, "span", marks[low].start, marks[high].end, low, high)
    return None


def _part_of_year(marks: list[Mark], index: int, folded: str) -> Mention | None:
    mark = marks[index]
    size, limit = (3, 4) if mark.kind == "quarter" else (6, 2)
    if mark.value in ("1", "2", "3", "4"):
        number, low, high = int(mark.value), index, index
    else:
        number, low, high = 0, index, index
        for place in (index - 1, index + 1):
            if 0 <= place < len(marks):
                amount = place + 1 < len(marks) and marks[place + 1].kind in ("scale", "currency") and place > index
                found = (_small(marks[place], limit) if not amount else None) if marks[place].kind != "first" else 1
                gap = mark.start - marks[place].end if place < index else marks[place].start - mark.end
                if found is not None and gap <= 4:
                    number, low, high = found, min(low, place), max(high, place)
                    break
    if not number and mark.kind == "half" and index > 1 and marks[index - 1].kind == "yearword":
        number = 1 if year_of(marks[index - 2], marks, index - 2) is not None else 0
    if not number:
        return None
    first = size * (number - 1)
    if mark.kind == "quarter" and number > 1 and any(marks[place].kind == "numeral" for place in (low, high)):
        return Mention((0, size * number - 1), None, "span", marks[low].start, marks[high].end, low, high)
    return Mention((first, first + size - 1), None, mark.kind, marks[low].start, marks[high].end, low, high)


def _next_part(marks: list[Mark], index: int, found: list[Mention]) -> Mention | None:
    """Return "in the second" after a first quarter or half was named."""
    mark = marks[index]
    last = found[-1] if found else None
    if mark.kind != "ordinal" or last is None or last.printed not in ("quarter", "half"):
        return None
    after = marks[index + 1] if index + 1 < len(marks) else None
    if after is not None and after.kind in ("quarter", "half", "number"):
        return None
    size = 3 if last.printed == "quarter" else 6
    first = size * (int(mark.value) - 1)
    if first + size > 12 or first == last.months[0]:
        return None
    return Mention((first, first + size - 1), last.year, last.printed, mark.start, mark.end, index, index)


def _last_year_told(marks: list[Mark], place: int) -> bool:
    """Return whether a "last year" has its number after it: "of last year, 2024"."""
    same = marks[place].kind == "same" and place + 1 < len(marks)
    return same and year_of(marks[place + 1], marks, place + 1) is not None


def _take_year(mention: Mention, marks: list[Mark], folded: str, year_first: bool, taken: int) -> None:
    """Give a mention without a year the year that stands beside it."""
    if mention.year is not None:
        return
    places = (-1, 1) if year_first else (1, -1)
    for step in places:
        place = mention.first + step if step < 0 else mention.last + step
        seen = 0
        while 0 <= place < len(marks) and place > taken:
            year = year_of(marks[place], marks, place)
            gap = mention.start - marks[place].end if step < 0 else marks[place].start - mention.end
            if gap > 26:
                break
            if year is not None:
                mention.year = year
                mention.start, mention.end = min(mention.start, marks[place].start), max(mention.end, marks[place].end)
                mention.first, mention.last = min(mention.first, place), max(mention.last, place)
                return
            if marks[place].kind == "lastyear":
                return
            if step > 0 and mention.printed != "same" and _last_year_told(marks, place):
                place += 1
                continue
            if marks[place].kind not in _BETWEEN and marks[place].value not in ("-", "–", "—", "(", ","):
                break
            if mention.printed == "same" and marks[place].value in (",", "–", "—"):
                break
            if marks[place].kind == "word":
                seen += 1
                if seen > 2:
                    break
            place += step


def _lone_years_joined(found: list[Mention], marks: list[Mark], folded: str, year_first: bool) -> list[Mention]:
    """Return the mentions without spans of years (2023-2025), and with a year that was read before its months."""
    kept: list[Mention] = []
    for mention in found:
        last = kept[-1] if kept else None
        if last is not None and last.printed == "year" and last.role == "current":
            if mention.printed == "year" and folded[last.end : mention.start].strip() in ("-", "–", "—"):
                last.printed, last.end, last.last = "years", mention.end, mention.last
                continue
            if last.first >= mention.first:
                kept.pop()
        kept.append(mention)
    return [mention for mention in kept if mention.printed != "years"]


def _passed(marks: list[Mark], mention: Mention, rates: tuple[str, ...]) -> bool:
    """Return whether a period is that of a level: "12 % above 2023", "97,4 % к 2023 году"."""
    place = mention.first - 1
    while place > 0 and marks[place].kind in ("pronoun", "word"):
        place -= 1
    trend = marks[place].kind == "trend" or (marks[place].kind, marks[place].value) == ("by", "level")
    return place > 0 and trend and marks[place - 1].kind in rates


def _measured(marks: list[Mark], mention: Mention, rates: tuple[str, ...], lead: int) -> bool:
    """Return whether a period is the one that a rate beside it compares to: "3.7 % over July", "выше июля на 3,7 %"."""
    counted = any(mark.kind in ("monthword", "quarter", "half") for mark in marks[mention.first : mention.last + 1])
    left = marks[lead - 1].kind if lead and not counted else ""
    right = [mark.kind for mark in marks[mention.last + 1 : mention.last + 4] if mark.kind not in ("word", "relation")]
    return left in rates or right[:2] == ["number", "percent"] or mention.printed == "year"


def _role(mention: Mention, marks: list[Mark], folded: str) -> None:
    """Set what the period is to the figures, from the words beside it."""
    if mention.printed == "same":
        mention.role = "base"
        return
    before = [marks[place] for place in range(max(mention.first - 3, 0), mention.first)]
    rates = ("percent", "times", "factor")
    if len(before) >= 2 and (before[-1].kind, before[-1].value) == ("relation", "from") and before[-2].kind in rates:
        mention.role = "base"
        return
    after = [marks[place] for place in range(mention.last + 1, min(mention.last + 4, len(marks)))]
    told = [mark.kind for mark in after[:2]]
    if marks[mention.last].role == "from" and (told in (["number", "percent"], ["number", "times"]) or told[:1] == ["factor"]):
        mention.role = "base"
        return
    lead = mention.first - 1
    while lead > 0 and marks[lead].kind in ("economyword", "ordinal", "first"):
        lead -= 1
    if lead >= 0 and marks[lead].kind == "bound" and mention.printed != "day" and not _measured(marks, mention, rates, lead):
        return
    if _passed(marks, mention, rates):
        mention.role = "base"
        return
    for mark in reversed(before):
        if mark.kind == "by" and mention.printed in ("year", "day") and mention.start - mark.end <= 12:
            mention.role = "by"
            return
        if mark.kind == "by" and mark.value != "after" and mention.printed in ("span", "quarter", "half"):
            mention.role = "base"
            return
        if mark.kind == "bound" and mention.printed == "day":
            return
        compared = mark.kind == "compare" or (mark.kind == "bound" and mark.value != "about")
        if compared and mark.value != "after" and mention.start - mark.end <= 24:
            mention.role = "base"
            return
        if mark.kind not in _BETWEEN and mark.kind != "same":
            break
    for mark in after:
        if mark.kind == "by" and mark.value == "after" and mark.start - mention.end <= 12:
            mention.role = "by"
            return
        if mark.kind == "compare" and mark.value == "after" and mark.start - mention.end <= 24 and mention.printed != "day":
            mention.role = "base"
            return
        if mark.kind not in _BETWEEN and mark.kind != "same":
            break
