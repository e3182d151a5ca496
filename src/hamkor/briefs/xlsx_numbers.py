"""A number in print -> a number in a cell, with the format that shows it as printed."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from hamkor.briefs.document import Figure
from hamkor.languages.language import CLOSE, OPEN

_PRINTED = re.compile(f"([^{OPEN}]*){OPEN}([^{CLOSE}]*){CLOSE}([^{OPEN}]*)")


class Number(NamedTuple):
    """A number as a cell holds it, and the format that shows it as printed."""

    value: float
    pattern: str


def number(figure: Figure, value: float, *, mark: str = "") -> Number | None:
    """Return a figure's number at the scale at which it is printed, or None if the printed digits are not those of `value`.

    The decimals follow from the printed text in any language: digits after the last separator, unless they are three, which is
    a group of thousands save after a lone zero. The scale is the one at which `value`, rounded so, has the printed digits. An
    amount whose text names its scale ("billion") is held in base units.

    Parameters
    ----------
    figure
        As printed, its number isolated.
    value
        The fact's, in base units.
    mark
        What stands behind the figure, like an asterisk.

    Examples
    --------
    >>> number(Figure("turnover", "\u20681,060\u2069"), 1.06e9)
    Number(value=1060.0, pattern='#,##0;"−"#,##0')
    >>> number(Figure("turnover", "\u20681,061\u2069"), 1.06e9) is None
    True
    """
    parts = _PRINTED.fullmatch(figure.text)
    core = re.search(r"\d(?:.*\d)?", parts[2]) if parts else None
    if parts is None or core is None:
        return None
    before, after = parts[1] + parts[2][: core.start()], parts[2][core.end() :] + parts[3] + mark
    percent = any(sign in before + after for sign in "%٪")
    decimals = _decimals(core[0])
    digits = "".join(str(unicodedata.digit(sign)) for sign in core[0] if sign.isdecimal())
    negative = any(sign in before for sign in "-−")
    for scale in (0.01,) if percent else (1.0, 1e3, 1e6, 1e9):
        shown = round(100 * value if percent else value / scale, decimals) + 0.0
        if f"{abs(shown):.{decimals}f}".replace(".", "") == digits and (shown < 0) == negative:
            named = scale > 1 and any(sign.isalpha() for sign in before + after)
            held = round(shown / 100, decimals + 2) if percent else float(round(shown * scale)) if named else shown
            commas = {1e3: ",", 1e6: ",,", 1e9: ",,,"}.get(scale, "") if named else ""
            shape = ("0" if percent else "#,##0") + "." * (decimals > 0) + "0" * decimals + commas
            return Number(held, _pattern(before, shape, after))
    return None


def _decimals(core: str) -> int:
    """Return how many decimals a printed number has: three digits after a separator are a group, save after a lone zero."""
    *whole, last = re.split(r"\D+", core)
    return len(last) if whole and (len(last) != 3 or whole in (["0"], ["٠"])) else 0


def _pattern(before: str, digits: str, after: str) -> str:
    """Return a number format that prints `before`, the number and `after`, with the sign where it stood."""
    signed = re.search(r"[-+−]", before)
    lead, rest = (before[: signed.start()], before[signed.end() :]) if signed else ("", before)
    bare, plus, minus = (_literal(lead + sign + rest) + digits + _literal(after) for sign in ("", "+", "−"))
    return f"{plus};{minus};{bare}" if signed and signed[0] == "+" else f"{bare};{minus}"


def _literal(text: str) -> str:
    """Return text quoted for a number format; a percent sign stays the operator that it is there."""
    return "".join("%" if part in "%٪" else '"' + part.replace('"', "”") + '"' for part in re.split("([%٪])", text) if part)
