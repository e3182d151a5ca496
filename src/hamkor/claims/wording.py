"""Findings in the reader's language: the message, the arithmetic in figures and signs, the likely cause."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hamkor.claims.checks import Flaw, measure
from hamkor.claims.claim import Claim, Finding
from hamkor.indicators.rates import Measure
from hamkor.languages.language import Language, plain
from hamkor.schema.periods import parse_period

_RATES = ("growth", "share")


def worded(flaws: Sequence[Flaw], language: Language) -> tuple[Finding, ...]:
    """Return the flaws as findings, put into words of a language."""
    return tuple(_finding(flaw, language) for flaw in flaws)


def _finding(flaw: Flaw, language: Language) -> Finding:
    return Finding(
        code=flaw.code, severity=flaw.severity, claims=tuple(claim.id for claim in flaw.claims),
        message=_message(flaw, language), arithmetic=arithmetic(flaw, language),
        cause=_say(language, f"cause.{flaw.cause}", flaw, {}) if flaw.cause else "", facts=flaw.facts,
    )  # fmt: skip


def _message(flaw: Flaw, language: Language) -> str:
    printed = flaw.claims[0]
    words = {"printed": _number(printed.value, printed, language)}
    if flaw.due is not None:
        words["due"] = _number(flaw.due.value, printed, language)
    for name, claim in zip(("second", "third"), flaw.claims[1:], strict=False):
        words[name] = _number(claim.value, claim, language)
    if printed.period:
        words["said"] = language.period(parse_period(printed.period))
    if flaw.period:
        words["period"] = language.period(parse_period(flaw.period)) if len(flaw.period) != 10 else language.date(flaw.period)
    key = f"finding.{flaw.code}"
    if flaw.cause == "subset":
        key = "finding.recorded-as-part"
    if printed.kind == "count" or flaw.cause == "over-whole":
        key = (
            f"{key}-{'parts' if printed.kind == 'count' else 'whole'}"
            if flaw.code in ("sum", "sum-mismatch", "share-mismatch")
            else key
        )
    return _say(language, key, flaw, words)


def _say(language: Language, key: str, flaw: Flaw, words: dict[str, str]) -> str:
    text = ""
    for part in language.form(language.message(key), None):
        if isinstance(part, str):
            text += part
        elif part[0] == "reporter":
            text += language.economy(flaw.parties[0], part[1])
        else:
            text += words[part[0]]
    return plain(text)


def _number(value: float, claim: Claim, language: Language) -> str:
    """Return a number as the claim prints such: dollars, percent, a count."""
    if claim.kind in _RATES:
        return language.percent(value, precision=_step(claim), signed=claim.kind == "growth")
    if claim.kind == "count":
        return language.number(value)
    if claim.currency in ("USD", "KZT"):
        return language.money(value, currency=claim.currency, precision=_step(claim))
    return f"{language.millions(value, precision=_step(claim))} × 10⁶ {claim.currency}"


def _step(claim: Claim) -> float:
    """Return one unit of the last digit that a claim prints."""
    if claim.low is None or claim.high is None or claim.bound:
        return 10.0 ** (math.floor(math.log10(abs(claim.value) or 1.0)) - 2)
    return claim.high - claim.low


def _span(value: Measure, claim: Claim, language: Language) -> str:
    """Return how far the unrounded number may lie to either side, or its open end."""
    if claim.kind == "count" and not claim.bound:
        return ""
    if math.isinf(value.low) or math.isinf(value.high):
        return " (≥)" if math.isinf(value.high) else " (≤)"
    half = (value.high - value.low) / 2
    if claim.kind in _RATES:
        return f" ± {plain(language.number(100 * half, decimals=2))}"
    if not half or claim.currency not in ("USD", "KZT"):
        return ""
    return f" ± {plain(language.money(half, currency=claim.currency, precision=half / 10))}"


def arithmetic(flaw: Flaw, language: Language) -> str:
    """Return the sum that was done, in figures and signs: ``1.06 + 2.42 = 3.48 [3.47 … 3.49]; 3.50``.

    The printed figures come with the interval that their rounding leaves; the last figure is what the text prints.
    """
    numbers = [plain(_number(claim.value, claim, language)) for claim in flaw.claims]
    printed = numbers[0] + _span(measure(flaw.claims[0]), flaw.claims[0], language)
    due = ""
    if flaw.due is not None:
        due = plain(_number(flaw.due.value, flaw.claims[0], language)) + _span(flaw.due, flaw.claims[0], language)
    sign = "=" if flaw.code in ("sum", "balance", "growth") else "≠"
    match flaw.code:
        case "sum" | "sum-mismatch":
            return f"{' + '.join(numbers[1:])} = {due} {sign} {printed}"
        case "balance" | "balance-mismatch":
            if flaw.claims[1].flow == "turnover":
                return f"2 × {numbers[2]} − {numbers[1]} = {due} {sign} {printed}"
            return f"{numbers[1]} − {numbers[2]} = {due} {sign} {printed}"
        case "growth" | "growth-mismatch" if flaw.claims[1].kind == "amount":
            return f"{numbers[1]} / {numbers[2]} − 1 = {due} {sign} {printed}"
        case "growth-mismatch" | "growth-outside-parts":
            return f"{' , '.join(numbers[1:])} → {due} {sign} {printed}"
        case "share-mismatch" if flaw.cause == "over-whole":
            return f"{' + '.join(numbers)} > {plain(language.percent(1.0, precision=0.01))}"
        case "share-mismatch":
            return f"{numbers[1]} / {numbers[2]} = {due} {sign} {printed}"
        case "part-exceeds-whole":
            return f"{printed} > {due}"
        case "unit-suspect" if len(flaw.claims) == 4:
            return f"{numbers[2]} + {numbers[3]} ≠ {numbers[1]}"
        case "mirror-gap" | "differs-from-record":
            if flaw.claims[0].kind == "amount" and flaw.due is not None and flaw.due.value:
                share = plain(language.percent(flaw.claims[0].value / flaw.due.value - 1, precision=0.001, signed=True))
                return f"{printed} ≠ {due} ({share})"
    return f"{printed} ≠ {due}" if flaw.code != "period-mislabelled" else f"{printed} = {due}"
