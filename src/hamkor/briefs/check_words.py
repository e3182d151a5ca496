"""What a page or a screen says of claims, in the reader's language: value with interval, who, flow, period."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Literal

import msgspec

from hamkor.claims.claim import Claim, Report
from hamkor.languages.language import Language
from hamkor.schema.periods import parse_period

State = Literal["error", "warning", "information", "confirmed", "unresolved", "plain"]
_FLOWS = {"turnover": "head.turnover", "export": "head.exports", "import": "head.imports", "balance": "head.balance"}
_SCALES = (1e9, 1e6, 1e3, 1.0)


class Told(msgspec.Struct, frozen=True):
    """A claim in words; a part that is not printed is empty.

    Attributes
    ----------
    what, who, flow, period
        What it is, whose trade, which flow, when.
    value, interval
        The number, and the bounds that its rounding leaves, in the unit of the number.
    """

    what: str
    who: tuple[str, ...]
    flow: str
    period: str
    value: str
    interval: str


def told(claim: Claim, language: Language) -> Told:
    """Return a claim in words of a language.

    Examples
    --------
    >>> from hamkor.languages.language import language, plain
    >>> claim = Claim(id="c1", text="$3.48bn", start=0, end=7, language="en", kind="amount", value=3.48e9, low=3.475e9,
    ...               high=3.485e9, unit="USD", currency="USD", reporter="UZB", counterpart="KAZ", flow="turnover",
    ...               period="2024")
    >>> words = told(claim, language("en"))
    >>> words.who, words.flow, words.period, plain(words.value), plain(words.interval)
    (('Uzbekistan', 'Kazakhstan'), 'Turnover', '2024', '$3.48 billion', '3.475 … 3.485')
    """
    what = phrase(language, f"check-page.kind.{claim.kind}")
    if claim.subset:
        key = f"subset.{claim.subset}"
        what = f"{what} ({phrase(language, key) if key in language.messages else claim.subset})"
    flow = claim.measures or claim.flow
    period = _period(claim.period, language)
    if claim.base:
        period += phrase(language, "check-page.base", {"base": _period(claim.base, language)})
    return Told(
        what=what, who=tuple(language.economy(code) for code in (claim.reporter, claim.counterpart) if code),
        flow=phrase(language, _FLOWS[flow]) if flow else "", period=period,
        value=_value(claim, language), interval=_interval(claim, language),
    )  # fmt: skip


def phrase(language: Language, key: str, words: Mapping[str, str] | None = None) -> str:
    """Return a message with its placeholders filled by words that are ready for print."""
    parts = language.form(language.message(key), None)
    return "".join(part if isinstance(part, str) else (words or {})[part[0]] for part in parts)


def counts(report: Report) -> dict[State, int]:
    """Return how many findings of each severity a report has, how much it confirms, how much it could not place."""
    found: dict[State, int] = {"error": 0, "warning": 0, "information": 0}
    for finding in report.findings:
        found[finding.severity] += 1
    return {**found, "confirmed": len(report.confirmed), "unresolved": len(report.unresolved)}


def _period(period: str | None, language: Language) -> str:
    if not period:
        return ""
    return language.date(period) if re.fullmatch(r"\d{4}-\d\d-\d\d", period) else language.period(parse_period(period))


def _value(claim: Claim, language: Language) -> str:
    """Return the number as the claim prints such, with what bounds it."""
    step = _step(claim)
    if claim.kind in ("growth", "share"):
        number = language.percent(claim.value, precision=step, signed=claim.kind == "growth")
    elif claim.currency is None:
        number = language.number(claim.value)
    elif claim.currency in ("USD", "KZT"):
        number = language.money(claim.value, currency=claim.currency, precision=step)
    else:
        number = f"{language.number(claim.value)} {claim.currency}"
    return (
        phrase(language, f"bound.{claim.bound}", {"number": number}) if claim.bound in ("above", "below", "about") else number
    )


def _interval(claim: Claim, language: Language) -> str:
    """Return the bounds of a claim in the unit in which its value is shown; nothing where it has none."""
    if claim.low is None or claim.high is None or claim.low == claim.high:
        return ""
    scale = next(scale for scale in _SCALES if abs(claim.value) >= scale or scale == 1.0)
    if claim.kind in ("growth", "share"):
        scale = 0.01
    elif claim.currency not in ("USD", "KZT"):
        scale = 1.0
    ends = (claim.low / scale, claim.high / scale)
    fine = (ends[1] - ends[0]) / 50
    decimals = next((n for n in range(6) if all(abs(round(end, n) - end) <= fine for end in ends)), 6)
    low, high = (language.number(end, decimals=decimals) for end in ends)
    return f"{low} … {high}"


def _step(claim: Claim) -> float:
    """Return one unit of the last digit that a claim prints, as far as its interval tells."""
    if claim.low is None or claim.high is None or claim.bound or claim.low == claim.high:
        return float(10.0 ** (math.floor(math.log10(abs(claim.value) or 1.0)) - 2))
    return claim.high - claim.low
