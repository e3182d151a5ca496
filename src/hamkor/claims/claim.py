"""What is found in a text: claims, figures that could not be placed, and findings about them."""

from __future__ import annotations

from typing import Literal

import msgspec

ClaimKind = Literal["amount", "growth", "count", "share", "target", "capital"]
Flow = Literal["turnover", "export", "import", "balance"]
Severity = Literal["error", "warning", "information"]


class Claim(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """One printed figure.

    Attributes
    ----------
    id
        ``c1``, ``c2`` ... in the order of the text.
    text, start, end
        The figure as printed and its place in the decoded text, in code points.
    locator
        Place in a Word or Excel file or a table: ``Sheet1!B4``.
    language
        Of the sentence.
    kind
        What it is.
    value
        Amounts in units of `currency`, rates and shares as fractions of one, plain counts.
    low, high
        Interval from which it was rounded, or as its words bound it; None: open on that side.
    bound
        ``above``, ``below``, ``about``, ``range`` or empty.
    unit, currency
        ``USD`` and the like, ``1`` for rates and counts; the currency of an amount.
    reporter, counterpart
        Economies; the side from which it is told first. For firms: host, home of the capital. W1 is the world.
    flow, measures
        Flow from the reporter's side; `measures` is what a growth rate is of.
    period, period_kind
        ``2025-01/2025-09``, cumulative; None where not printed.
    base
        Period to which a growth rate compares, where printed.
    subset
        The part of trade that it is of, where it is not the whole: ``agri-food``.
    speaker
        Economy whose office or official is named as the source.
    """

    id: str
    text: str
    start: int
    end: int
    locator: str = ""
    language: str
    kind: ClaimKind
    value: float
    low: float | None
    high: float | None
    bound: str = ""
    unit: str
    currency: str | None = None
    reporter: str | None = None
    counterpart: str | None = None
    flow: Flow | None = None
    measures: Flow | None = None
    period: str | None = None
    period_kind: Literal["cumulative", "annual", "month", "quarter"] | None = None
    base: str | None = None
    subset: str = ""
    speaker: str | None = None


class Unresolved(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of trade of which something needed is not said; nothing is guessed.

    Attributes
    ----------
    text, start, end, locator
        As of a claim.
    missing
        What could not be placed: ``reporter``, ``counterpart``, ``flow``, ``period``.
    claim
        Id of the claim, where one was made without the missing part.
    """

    text: str
    start: int
    end: int
    locator: str = ""
    missing: tuple[str, ...]
    claim: str | None = None


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong, or worth knowing, about one or more claims.

    Attributes
    ----------
    code
        Stable: ``sum-mismatch``.
    severity
        ``error``: the text contradicts itself or every known record; ``warning``: doubtful; ``information``.
    claims
        Ids, in the order of the arithmetic.
    message, arithmetic, cause
        In the reader's language; the cause may be empty.
    facts
        Ids of the records that it was compared with (`hamkor why` explains them).
    """

    code: str
    severity: Severity
    claims: tuple[str, ...]
    message: str
    arithmetic: str
    cause: str = ""
    facts: tuple[str, ...] = ()


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What `hamkor check` says of a text.

    Attributes
    ----------
    name, language
        Of the file; code of the language of most of its sentences.
    region
        Region whose records the text was compared with; empty if none.
    claims, unresolved, findings
        In the order of the text.
    confirmed
        Arithmetic that was found right, worded like findings; code ``sum``, ``balance`` or ``growth``.
    """

    name: str
    language: str
    region: str
    claims: tuple[Claim, ...]
    unresolved: tuple[Unresolved, ...]
    findings: tuple[Finding, ...]
    confirmed: tuple[Finding, ...] = ()
