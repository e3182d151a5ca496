"""Values of a workbook -> the text that their cells show."""

from __future__ import annotations

import datetime
import math
import operator
import re
from decimal import ROUND_HALF_UP, Context, Decimal

_THOUSANDS = "\u00a0"
_PART = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]|\[[^\]]*\]|[_*].|(?P<percent>%)'
    r"|(?P<digits>[0#?][0#?.,]*|\.[0#?]+,*)(?P<beyond>[eE][+-]|\s*[/@])?|(?P<sign>.)",
    re.DOTALL,
)
_SECTION = re.compile(r'(?:[^;"\\\[]|"[^"]*"?|\\.?|\[[^\]]*\]?)*', re.DOTALL)
# thousands as Russian formats set them apart
_SPACED = re.compile(r'(?<=[0#])(?:\\?[ \u00a0]|"[ \u00a0]")(?=[0#])')
_CONDITION = re.compile(r"\[(<=|>=|<>|=|<|>)(-?\d{1,15}(?:\.\d{1,15})?)\]")
_COMPARE = {
    "<=": operator.le, ">=": operator.ge, "<>": operator.ne, "=": operator.eq, "<": operator.lt, ">": operator.gt,
}  # fmt: skip
_LITERALS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)
_MOST_DECIMALS = 30


def shown(value: object, pattern: str) -> str:
    """Return the text of a cell: numbers as its format shows them, dates in ISO form.

    The decimal sign is a point and thousands are set apart by a no-break space, whatever the reader's settings are. A number
    without a format is given to 15 digits, beyond which a workbook holds none.

    Parameters
    ----------
    value
        What the cell holds.
    pattern
        Its number format.

    Examples
    --------
    >>> shown(0.155, "0.0%"), shown(3.48, '0.00" bn"'), shown(0.1 + 0.2, "General")
    ('15.5%', '3.48 bn', '0.3')
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, pattern if len(pattern) < 256 else "").strip() if math.isfinite(value) else ""
    if isinstance(value, datetime.date | datetime.time):
        return _moment(value, pattern)
    return "" if value is None else str(value).strip()


def _moment(value: datetime.date | datetime.time, pattern: str) -> str:
    if isinstance(value, datetime.datetime):
        if value.time() != datetime.time():
            return value.replace(microsecond=0).isoformat(" ")
        value = value.date()
    if isinstance(value, datetime.time):
        return value.replace(microsecond=0).isoformat()
    signs = _LITERALS.sub("", pattern).lower()
    if "d" in signs or "y" not in signs:
        return value.isoformat()
    return f"{value:%Y-%m}" if "m" in signs else f"{value:%Y}"


def _number(value: float, pattern: str) -> str:
    section, size = _section(value, _sections(pattern))
    parts = list(_PART.finditer(_SPACED.sub(",", section)))
    digits = [part for part in parts if part["digits"]]
    general = "general" in section.lower() or pattern in ("", "@")
    if general or len(digits) > 1 or any(part["beyond"] for part in digits):
        return _plain(value)
    percents = sum(part["percent"] is not None for part in parts)
    printed = _digits(size, digits[0]["digits"], percents) if digits else ""
    kept = ("quoted", "escaped", "currency", "percent", "sign")
    text = "".join(printed if part["digits"] else next((part[name] for name in kept if part[name]), "") for part in parts)
    is_negative = size < 0 and re.search("[1-9]", printed)
    return f"-{text}" if is_negative else text


def _sections(pattern: str) -> list[str]:
    sections: list[str] = []
    at = 0
    while len(sections) < 4:
        found = _SECTION.match(pattern, at)
        assert found is not None, "it may be empty"
        sections.append(found[0])
        if found.end() == len(pattern):
            break
        at = found.end() + 1
    return sections


def _section(value: float, sections: list[str]) -> tuple[str, float]:
    """Return the section of a format for a value, and the value with the sign that is still to be printed."""
    conditions = [_CONDITION.search(section) for section in sections]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None or _COMPARE[condition[1]](value, float(condition[2])):
                return section, value
        return "", value
    if value < 0 and len(sections) > 1:
        return sections[1], -value
    if value == 0 and len(sections) > 2:
        return sections[2], value
    return sections[0], value


def _digits(value: float, pattern: str, percents: int) -> str:
    whole, _, rest = pattern.partition(".")
    scale = 3 * (len(pattern) - len(pattern.rstrip(","))) if "." in pattern else 3 * (len(whole) - len(whole.rstrip(",")))
    most = min(sum(rest.count(sign) for sign in "0#?"), _MOST_DECIMALS)
    least = min(rest.rfind("0") + 1 if "," not in rest else rest.count("0"), most)
    number = Decimal(f"{abs(value):.15g}").scaleb(2 * percents - scale, _EXACT)
    left, _, right = f"{number.quantize(Decimal(1).scaleb(-most), context=_EXACT):f}".partition(".")
    left = left.lstrip("0").rjust(min(whole.count("0"), _MOST_DECIMALS), "0")
    if re.search(r"[0#?],+[0#?]", whole):
        left = f"{int(left):,}".replace(",", _THOUSANDS) if left else left
    while len(right) > least and right.endswith("0"):
        right = right[:-1]
    return f"{left}.{right}" if right else left


def _plain(value: float) -> str:
    number = Decimal(f"{value:.15g}")
    if number == 0:
        return "0"
    if not 1e-9 < abs(value) < 1e21:
        return f"{value:.15g}"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
