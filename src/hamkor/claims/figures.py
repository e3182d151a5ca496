"""Numbers with their units: amounts of money, percentages, multiples and bare numbers, with the interval of their rounding."""

from __future__ import annotations

import math
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

import msgspec

from hamkor.claims.marks import Mark

_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
COUNTING = frozenset(("number", "factor", "amount", "scale"))
"""Kinds of marks that may be a figure."""
_LINKS = ("relation", "range")


class Figure(msgspec.Struct):
    """A number as printed, with what is attached to it.

    Attributes
    ----------
    kind
        ``money``, ``percent``, ``times``, ``factor`` (doubled), ``number`` (bare).
    value, low, high, step
        In base units: money times its scale, fractions of one for percent; `step` is one unit of the last digit.
    first, last
        Marks that it covers.
    sign
        ``+``, ``-`` or empty, as printed.
    """

    kind: str
    value: float
    low: float | None
    high: float | None
    step: float
    start: int
    end: int
    first: int
    last: int
    currency: str | None = None
    scaled: bool = False
    bound: str = ""
    sign: str = ""
    grouped: bool = False


@lru_cache(maxsize=4096)
def read_digits(digits: str, decimal: str, *, scaled: bool) -> tuple[Decimal, Decimal]:
    """Return the number that `digits` print and one unit of its last digit.

    The other sign than `decimal` groups thousands where three digits follow it; where no scale word follows, three digits
    after either sign are a group.

    Examples
    --------
    >>> read_digits("1,060", ".", scaled=True)[0], read_digits("1,060", ",", scaled=True)[0]
    (Decimal('1060'), Decimal('1.060'))
    """
    plain = digits.replace(" ", "").replace("'", "")
    points, commas = plain.count("."), plain.count(",")
    if points and commas:
        last = max(plain.rfind("."), plain.rfind(","))
        plain = plain[:last].replace(".", "").replace(",", "") + "." + plain[last + 1 :]
    elif points + commas > 1:
        plain = plain.replace(".", "").replace(",", "")
    elif points + commas == 1:
        sign = "." if points else ","
        group = len(plain) - plain.index(sign) == 4 and not plain.startswith("0")
        if group and (not scaled or (sign == "," and decimal == ".")):
            plain = plain.replace(sign, "")
        plain = plain.replace(",", ".")
    number = Decimal(plain)
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return number, Decimal(1).scaleb(min(exponent, 0))


def near(folded: str, left: int, right: int) -> bool:
    """Return whether nothing but spaces, points and hyphens stands between two offsets, and few of them."""
    return 0 <= right - left <= 3 and not folded[left:right].strip(" .-\u2011()")


def figures(marks: list[Mark], folded: str, decimal: str) -> list[Figure]:
    """Return the figures among the marks of a sentence, in the order of the text."""
    found: list[Figure] = []
    due = 0
    for index, mark in enumerate(marks):
        if index < due or mark.kind not in COUNTING:
            continue
        if mark.kind == "number":
            figure = _figure(marks, index, folded, decimal, found[-1].last if found else -1)
            found.append(figure)
            due = figure.last + 1
        elif mark.kind == "factor":
            value = float(mark.value)
            found.append(Figure("factor", value, None, None, 0.0, mark.start, mark.end, index, index))
        elif mark.kind == "amount":
            found.append(_money_in_words(marks, index, folded, float(mark.value)))
        elif mark.kind == "scale" and _alone(marks, index, folded):
            found.append(_money_in_words(marks, index, folded, float(_SCALES[mark.value])))
    _unit_told_before(found, marks)
    _share_units(found, marks, folded)
    return _ranges_joined(found, marks, folded)


def _unit_told_before(found: list[Figure], marks: list[Mark]) -> None:
    """Give bare numbers the unit that stands ahead of them: "(million dollars): trade 4,470"."""
    unit = next((index for index in range(len(marks) - 2) if _is_unit(marks, index)), None)
    for figure in found if unit is not None else ():
        before = marks[figure.first - 1] if figure.first else None
        told = before is not None and (before.kind == "flow" or before.value in ("—", "–", "-", ":"))
        if unit is not None and told and figure.first > unit and figure.kind == "number" and not _is_year(figure):
            figure.kind, figure.currency, figure.scaled = "money", marks[unit + 1].value, True
            _scale(figure, _SCALES[marks[unit].value])


def _is_unit(marks: list[Mark], index: int) -> bool:
    """Return whether a scale and a currency stand by themselves as the unit of what follows."""
    if (marks[index].kind, marks[index + 1].kind) != ("scale", "currency") or not index:
        return False
    return marks[index - 1].value in ("(", ",") and marks[index + 2].value in (")", ":")


def _alone(marks: list[Mark], index: int, folded: str) -> bool:
    """Return whether a scale word is an amount by itself: "a rise to billion dollars", as Arabic and Russian say it."""
    before = marks[index - 1] if index else None
    after = marks[index + 1] if index + 1 < len(marks) else None
    if after is None or after.kind != "currency" or not near(folded, marks[index].end, after.start):
        return False
    if index + 2 < len(marks) and _is_unit(marks, index):
        return False
    return before is None or before.kind not in ("number", "numeral", "amount", "scale", "word")


def _money_in_words(marks: list[Mark], index: int, folded: str, value: float) -> Figure:
    mark = marks[index]
    step = 10.0 ** math.floor(math.log10(value))
    step = step if value % step == 0 else step / 10
    figure = Figure(
        "money", value, value - step / 2, value + step / 2, step / 10, mark.start, mark.end, index, index, scaled=True
    )
    _suffix_currency(figure, marks, folded)
    return figure


def _figure(marks: list[Mark], index: int, folded: str, decimal: str, taken: int) -> Figure:
    mark = marks[index]
    after = marks[index + 1] if index + 1 < len(marks) else None
    scaled = after is not None and after.kind == "scale" and near(folded, mark.end, after.start)
    number, step = read_digits(mark.value, decimal, scaled=scaled)
    figure = Figure("number", 0.0, None, None, 0.0, mark.start, mark.end, index, index, scaled=scaled)
    figure.grouped = any(sign in mark.value for sign in " ',.")
    if scaled and after is not None:
        factor = _SCALES[after.value]
        number, step = number * factor, step * factor
        figure.end, figure.last = after.end, index + 1
        if index + 3 < len(marks):
            number, step = _compound(figure, marks, folded, decimal, number, step)
    _suffix_currency(figure, marks, folded)
    before = marks[index - 1] if index - 1 > taken else None
    if before is not None and before.kind == "currency" and near(folded, before.end, mark.start):
        figure.kind, figure.currency, figure.start, figure.first = "money", before.value, before.start, index - 1
        outer = marks[index - 2] if index > 1 else None
        if (
            outer is not None
            and outer.kind == "currency"
            and outer.value == before.value
            and near(folded, outer.end, before.start)
        ):
            figure.start, figure.first = outer.start, index - 2
    following = marks[figure.last + 1] if figure.last + 1 < len(marks) else None
    if figure.kind == "number" and not figure.scaled:
        number, step = _percent_or_times(figure, before, following, folded, number, step)
    elif figure.scaled:
        figure.kind = "money"
    _signed(figure, folded)
    figure.value, figure.step = float(number), float(step)
    figure.low, figure.high = float(number - step / 2), float(number + step / 2)
    return figure


def _compound(
    figure: Figure, marks: list[Mark], folded: str, decimal: str, number: Decimal, step: Decimal
) -> tuple[Decimal, Decimal]:
    """Return the number with a smaller part added: 3 billion 480 million."""
    second, scale = marks[figure.last + 1], marks[figure.last + 2]
    if second.kind != "number" or scale.kind != "scale" or _SCALES[scale.value] >= step:
        return number, step
    if not (near(folded, figure.end, second.start) and near(folded, second.end, scale.start)):
        return number, step
    more, fine = read_digits(second.value, decimal, scaled=True)
    figure.end, figure.last = scale.end, figure.last + 2
    factor = _SCALES[scale.value]
    return number + more * factor, fine * factor


def _suffix_currency(figure: Figure, marks: list[Mark], folded: str) -> None:
    after = marks[figure.last + 1] if figure.last + 1 < len(marks) else None
    if after is not None and after.kind == "currency" and near(folded, figure.end, after.start):
        figure.kind, figure.currency = "money", after.value
        figure.end, figure.last = after.end, figure.last + 1
        if len(marks) > figure.last + 1:
            again = marks[figure.last + 1]
            if again.kind == "currency" and again.value == after.value and near(folded, figure.end, again.start):
                figure.end, figure.last = again.end, figure.last + 1


def _percent_or_times(
    figure: Figure, before: Mark | None, after: Mark | None, folded: str, number: Decimal, step: Decimal
) -> tuple[Decimal, Decimal]:
    if after is not None and after.kind in ("percent", "times", "points") and near(folded, figure.end, after.start):
        figure.kind, figure.end, figure.last = after.kind, after.end, figure.last + 1
    elif before is not None and before.kind == "percent" and before.value == "sign" and before.end == figure.start:
        figure.kind, figure.start, figure.first = "percent", before.start, figure.first - 1
    if figure.kind in ("percent", "points"):
        return number / 100, step / 100
    if figure.kind == "times":
        return number - 1, step
    return number, step


def _signed(figure: Figure, folded: str) -> None:
    before = folded[figure.start - 1] if figure.start else " "
    far = folded[figure.start - 2] if figure.start > 1 else " "
    if before in "+-−–" and not far.isalnum() and far not in "%)":
        figure.sign = "+" if before == "+" else "-"
        figure.start -= 1
    elif figure.kind == "percent":
        after = folded[figure.end] if figure.end < len(folded) else " "
        if after in "+-−" and not folded[figure.end + 1 : figure.end + 2].isalnum():
            figure.sign = "+" if after == "+" else "-"
            figure.end += 1
        inner = folded[figure.start : figure.end]
        for sign in "+-−":
            if sign in inner:
                figure.sign = "+" if sign == "+" else "-"


def _share_units(found: list[Figure], marks: list[Mark], folded: str) -> None:
    """Give a bare number the unit of the next one where only a link stands between: 1.06 and 2.42 billion dollars."""
    for left, right in reversed(list(pairwise(found))):
        if not _linked(left, right, marks, folded):
            continue
        if left.kind == "number" and right.kind == "money" and right.scaled and not _is_year(left):
            factor = next((_SCALES[mark.value] for mark in marks[right.first : right.last + 1] if mark.kind == "scale"), 1)
            left.kind, left.currency, left.scaled = "money", right.currency, True
            _scale(left, factor)
        elif left.kind == "number" and right.kind == "percent" and not _is_year(left):
            left.kind = "percent"
            _scale(left, 0.01)
        elif left.kind == "money" and left.currency is None:
            left.currency = right.currency
        elif (
            left.kind == right.kind == "money" and right.scaled and not left.scaled and right.currency in (None, left.currency)
        ):
            left.scaled, right.currency = True, left.currency
            _scale(left, next((_SCALES[mark.value] for mark in marks[right.first : right.last + 1] if mark.kind == "scale"), 1))


def _scale(figure: Figure, factor: float) -> None:
    figure.value *= factor
    figure.step *= factor
    figure.low = None if figure.low is None else figure.low * factor
    figure.high = None if figure.high is None else figure.high * factor


def _is_year(figure: Figure) -> bool:
    return figure.step == 1.0 and 1990 <= figure.value <= 2100 and not figure.grouped


def _linked(left: Figure, right: Figure, marks: list[Mark], folded: str) -> bool:
    between = marks[left.last + 1 : right.first]
    gap = folded[left.end : right.start]
    if len(gap) > 8 or any(mark.kind not in _LINKS and mark.value not in ("-", "–", "—", ",", "upto") for mark in between):
        return False
    return all(mark.value in ("and", "to", "upto", "or", "-", "–", "—", ",") for mark in between)


def _ranges_joined(found: list[Figure], marks: list[Mark], folded: str) -> list[Figure]:
    """Return the figures with ``3 to 5 billion`` and ``3-5 billion`` as one."""
    joined: list[Figure] = []
    for figure in found:
        last = joined[-1] if joined else None
        if (
            last is not None and last.kind == figure.kind and last.kind in ("money", "percent") and last.value < figure.value
            and _spans(last, figure, marks, folded)
        ):  # fmt: skip
            last.value, last.low, last.high = (last.value + figure.value) / 2, last.value, figure.value
            last.end, last.last, last.bound = figure.end, figure.last, "range"
            continue
        joined.append(figure)
    return joined


def _spans(left: Figure, right: Figure, marks: list[Mark], folded: str) -> bool:
    gap = folded[left.end : right.start].strip()
    if gap in ("-", "–", "—"):
        return True
    between = marks[left.last + 1 : right.first]
    if not between and (marks[left.last].role, marks[right.last].role) == ("from", "until"):
        return all(mark.kind != "trend" for mark in marks[right.last + 1 : right.last + 2])
    if len(between) != 1 or between[0].kind not in ("range", "relation"):
        return False
    before = marks[left.first - 1] if left.first else None
    if before is not None and (before.kind == "by" or before.value == "delta"):
        return False
    if before is not None and (before.kind, before.value, between[0].value) == ("relation", "between", "and"):
        return True
    started = before is not None and before.kind == "relation" and before.value == "from"
    reached = [mark.value for mark in marks[max(left.first - 3, 0) : left.first - 1] if mark.kind == "relation"]
    started = started and reached[-1:] != ["to"]
    return between[0].kind == "range" or (between[0].value == "to" and not started)
