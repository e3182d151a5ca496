"""A text against the records: what the offices and the press printed for the same flow, from either side."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from hamkor.claims.checks import Flaw, measure
from hamkor.claims.claim import Claim, Severity
from hamkor.indicators.rates import Measure
from hamkor.schema.periods import parse_period

_MIRRORED = {"export": "import", "import": "export", "turnover": "turnover"}
_THOUSANDS = (1e3, 1e-3, 1e6, 1e-6)


class Record(msgspec.Struct, frozen=True):
    """A known figure to compare with.

    Attributes
    ----------
    fact
        Its id.
    kind
        ``amount``, ``growth``, ``count`` or ``capital``.
    reporter, counterpart, flow, period
        As of a claim; for firms host and home, no flow, and the date as period.
    value, low, high
        In base units; None: open.
    date
        Of the source.
    coverage, valuation, subset
        Scope, as of a fact.
    preferred
        Whether it is the one that a brief would print.
    """

    fact: str
    kind: str
    reporter: str
    counterpart: str
    flow: str
    period: str
    value: float
    low: float | None
    high: float | None
    date: str = ""
    coverage: str = ""
    valuation: str = ""
    subset: str = ""
    preferred: bool = False

    @property
    def measure(self) -> Measure:
        """The number with its interval."""
        low = -math.inf if self.low is None else self.low
        return Measure(self.value, low, math.inf if self.high is None else self.high)


class _Book:
    """Records by what they are of."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.by_flow: dict[tuple[str, str, str, str], list[Record]] = defaultdict(list)
        for record in records:
            self.by_flow[(record.kind, record.reporter, record.counterpart, record.flow)].append(record)

    def of(self, claim: Claim, kind: str = "amount") -> list[Record]:
        """Return the records from the claim's own side, all periods."""
        return self.by_flow.get((kind, claim.reporter or "", claim.counterpart or "", claim.flow or ""), [])

    def mirrored(self, claim: Claim, kind: str = "amount") -> list[Record]:
        """Return the records from the other side, all periods."""
        flow = _MIRRORED.get(claim.flow or "", "")
        return self.by_flow.get((kind, claim.counterpart or "", claim.reporter or "", flow), [])


def check_records(claims: Sequence[Claim], records: Iterable[Record]) -> list[Flaw]:
    """Return where the claims differ from the records.

    What agrees with no record at all is an error; what agrees with an older vintage, or only with the other side, is
    information.
    """
    book = _Book(records)
    found: list[Flaw] = []
    for claim in claims:
        if claim.kind in ("amount", "growth") and claim.reporter and claim.counterpart and claim.period and not claim.subset:
            if claim.kind == "amount" and (claim.currency != "USD" or claim.flow == "balance"):
                continue
            found += _of_flow(claim, book)
        elif claim.kind == "count" and claim.reporter and claim.counterpart and not claim.subset:
            found += _of_firms(claim, book)
    return found


def _of_firms(claim: Claim, book: _Book) -> Iterator[Flaw]:
    """Yield that a number of firms lies outside all that was counted in the year around it."""
    records = book.by_flow.get(("count", claim.reporter or "", claim.counterpart or "", ""), [])
    if claim.period:
        when = parse_period(claim.period)
        records = [record for record in records if when.first - 12 <= parse_period(record.period[:7]).last <= when.last + 12]
    if not records:
        return
    printed = measure(claim)
    low = min(record.value if record.low is None else record.low for record in records)
    high = max(record.value if record.high is None else record.high for record in records)
    if printed.high < low or printed.low > high:
        best = _best(records)
        if claim.period:
            best = min(records, key=lambda record: (abs(parse_period(record.period[:7]).last - when.last), -record.value))
        yield Flaw("differs-from-record", "error", (claim,), best.measure, "", (best.fact,), (best.reporter,), best.period)
    elif claim.period:
        near = [record for record in records if abs(parse_period(record.period[:7]).last - when.last) <= 1]
        latest = max(near, key=lambda record: record.period, default=None)
        if latest is not None and not latest.measure.overlaps(printed):
            facts, parties = (latest.fact,), (latest.reporter,)
            yield Flaw("differs-from-record", "information", (claim,), latest.measure, "", facts, parties, latest.period)


def _of_flow(claim: Claim, book: _Book) -> Iterator[Flaw]:
    period = parse_period(claim.period or "2000")
    kind = claim.kind
    own = [r for r in book.of(claim, kind) if parse_period(r.period) == period]
    other = [r for r in book.mirrored(claim, kind) if parse_period(r.period) == period]
    whole = [record for record in own if not record.subset]
    across = [record for record in other if not record.subset]
    printed = measure(claim)
    agrees = [record for record in whole if record.measure.overlaps(printed)]
    if agrees:
        yield from _revised(claim, agrees, whole)
        yield from _mirror_gap(claim, agrees, across)
        return
    fits = [record for record in across if record.measure.overlaps(printed)]
    if not fits:
        flaw = _mislabelled(claim, book) or _subset(claim, [*own, *other]) or _unit(claim, [*whole, *across])
        if flaw is not None:
            yield flaw
            return
    if whole:
        best = _best(whole)
        severity: Severity = "information" if fits else "error"
        cause = "other-side" if fits else _far(printed, best)
        facts = tuple(record.fact for record in [best, *fits[:1]])
        yield Flaw("differs-from-record", severity, (claim,), best.measure, cause, facts, (best.reporter,), best.period)
    elif across:
        best = _best(across)
        if not fits:
            yield Flaw(
                "mirror-gap",
                "information",
                (claim,),
                best.measure,
                _gap_cause(claim, None, best),
                (best.fact,),
                (best.reporter,),
                best.period,
            )


def _best(records: Sequence[Record]) -> Record:
    return max(records, key=lambda record: (record.preferred, record.date))


def _revised(claim: Claim, agrees: Sequence[Record], whole: Sequence[Record]) -> Iterator[Flaw]:
    """Yield that a later source prints another figure than the one that the claim agrees with."""
    newest = max(whole, key=lambda record: record.date)
    if newest.measure.overlaps(measure(claim)) or newest in agrees:
        return
    agreed = max(agrees, key=lambda record: record.date)
    if newest.date > agreed.date and not agreed.preferred:
        facts = (newest.fact, agreed.fact)
        yield Flaw(
            "differs-from-record", "information", (claim,), newest.measure, "revision", facts, (newest.reporter,), newest.period
        )


def _mirror_gap(claim: Claim, agrees: Sequence[Record], across: Sequence[Record]) -> Iterator[Flaw]:
    """Yield that the other side's record of the same flow is another number."""
    if claim.kind != "amount" or not across or any(record.measure.overlaps(measure(claim)) for record in across):
        return
    other = _best(across)
    cause = _gap_cause(claim, _best(agrees), other)
    yield Flaw("mirror-gap", "information", (claim,), other.measure, cause, (other.fact,), (other.reporter,), other.period)


def _gap_cause(claim: Claim, own: Record | None, other: Record) -> str:
    """Return what may explain that two records of a flow differ: scope, valuation, or neither."""
    if own is not None and own.coverage and other.coverage and own.coverage != other.coverage:
        wider = claim.value if "services" in own.coverage else other.value
        narrower = other.value if "services" in own.coverage else claim.value
        if wider >= narrower:
            return "scope"
    if (claim.flow == "export" and other.value > claim.value) or (claim.flow == "import" and other.value < claim.value):
        return "valuation"
    return "unexplained"


def _mislabelled(claim: Claim, book: _Book) -> Flaw | None:
    """Return that the figure is known for other months of the same year: a cumulative period called a year, or the reverse."""
    if claim.kind != "amount" or claim.bound in ("above", "below"):
        return None
    period = parse_period(claim.period or "2000")
    for record in book.of(claim):
        other = parse_period(record.period)
        if other == period or other.year != period.year or record.subset or record.low is None or record.high is None:
            continue
        fits = period.kind == "annual" or other.kind == "annual" or period.first == other.first
        if fits and record.measure.overlaps(measure(claim)):
            severity: Severity = "error" if period.kind == "annual" else "warning"
            return Flaw(
                "period-mislabelled",
                severity,
                (claim,),
                record.measure,
                "period",
                (record.fact,),
                (record.reporter,),
                record.period,
            )
    return None


def _subset(claim: Claim, records: Sequence[Record]) -> Flaw | None:
    """Return that the figure is known as that of a part of the trade."""
    for record in records:
        if record.subset and record.measure.overlaps(measure(claim)):
            return Flaw(
                "differs-from-record",
                "error",
                (claim,),
                record.measure,
                "subset",
                (record.fact,),
                (record.reporter,),
                record.period,
            )
    return None


def _unit(claim: Claim, records: Sequence[Record]) -> Flaw | None:
    """Return that the figure fits a record once thousands, millions or billions are changed for each other."""
    if claim.kind != "amount":
        return None
    one = measure(claim)
    for record in records:
        for factor in _THOUSANDS:
            if record.measure.overlaps(Measure(one.value * factor, one.low * factor, one.high * factor)):
                return Flaw(
                    "unit-suspect", "error", (claim,), record.measure, "unit", (record.fact,), (record.reporter,), record.period
                )
    return None


def _far(printed: Measure, best: Record) -> str:
    """Return ``rounding`` where the two differ by less than two per cent, else ``unexplained``."""
    return "rounding" if best.value and abs(printed.value / best.value - 1) < 0.02 else "unexplained"
