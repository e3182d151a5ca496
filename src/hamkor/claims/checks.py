"""A text against itself: sums, balances, growth rates, shares, parts and wholes, repeats - by intervals of rounding."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import cast

import msgspec
from msgspec.structs import replace

from hamkor.claims.claim import Claim, Flow, Severity
from hamkor.indicators.rates import Measure, balance, implied_base, ratio, total
from hamkor.schema.periods import Period, parse_period

_MIRRORED: dict[str, Flow] = {"export": "import", "import": "export"}
_THOUSANDS = (1e3, 1e-3, 1e6, 1e-6)


class Flaw(msgspec.Struct, frozen=True):
    """What a check found, before it is put into words.

    Attributes
    ----------
    code, severity
        As of a finding.
    claims
        Those that it is about, in the order of the arithmetic.
    due
        What the others imply for the first claim: with its interval, in its unit.
    cause
        Name of the likely cause, empty if none is known.
    facts
        Ids of the records compared with.
    parties
        Economies that the wording needs, in its order.
    period
        Period that the wording needs: of the record.
    """

    code: str
    severity: Severity
    claims: tuple[Claim, ...]
    due: Measure | None = None
    cause: str = ""
    facts: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    period: str = ""


class Checked(msgspec.Struct, frozen=True):
    """The flaws of a text, and the arithmetic that was found right.

    Attributes
    ----------
    flaws
        What does not hold.
    confirmed
        What holds, with the code of the check: ``sum``, ``balance``, ``growth``.
    """

    flaws: tuple[Flaw, ...]
    confirmed: tuple[Flaw, ...]


def measure(claim: Claim) -> Measure:
    """Return the number of a claim with its interval."""
    low = -math.inf if claim.low is None else claim.low
    return Measure(claim.value, low, math.inf if claim.high is None else claim.high)


def check_text(claims: Sequence[Claim]) -> Checked:
    """Return what the claims of one text say against each other."""
    claims = seen_from_one_side(claims)
    found: list[Flaw] = []
    confirmed: list[Flaw] = []
    for group in _groups(claims).values():
        for flaw in _of_group(group):
            (confirmed if flaw.code in ("sum", "balance", "growth") else found).append(flaw)
    found += _repeats(claims)
    found += _levels_and_growth(claims, confirmed)
    found += _nested_periods(claims)
    found += _shares(claims)
    found += _counts(claims, confirmed)
    return Checked(tuple(_without_doubles(found)), tuple(confirmed))


def seen_from_one_side(claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims with each pair's flows from one side, so that they can be added.

    A's exports to B are B's imports from A. The side is that of the pair's first exports or imports. What a named
    speaker says is not turned round to another's side.
    """
    sides: dict[tuple[frozenset[str | None], str | None], tuple[str | None, str | None]] = {}
    ranked = sorted(claims, key=lambda claim: (claim.flow not in ("export", "import"), claim.start))
    for claim in ranked:
        if claim.flow is not None:
            sides.setdefault(
                (frozenset((claim.reporter, claim.counterpart)), claim.speaker), (claim.reporter, claim.counterpart)
            )
    turned: list[Claim] = []
    for claim in claims:
        side = sides.get((frozenset((claim.reporter, claim.counterpart)), claim.speaker))
        swapped = (
            side is not None and side != (claim.reporter, claim.counterpart) and claim.kind in ("amount", "growth", "target")
        )
        turned.append(_turned(claim) if swapped else claim)
    return turned


def _turned(claim: Claim) -> Claim:
    """Return a claim from the other side."""
    flow = _MIRRORED.get(claim.flow or "", claim.flow)
    changed = replace(
        claim, reporter=claim.counterpart, counterpart=claim.reporter, flow=cast(Flow, flow),
        measures=cast(Flow, flow) if claim.measures else None,
    )  # fmt: skip
    if claim.flow != "balance":
        return changed
    low, high = claim.low, claim.high
    return replace(
        changed, value=-claim.value, low=None if high is None else -high, high=None if low is None else -low
    )  # fmt: skip


def _without_doubles(found: list[Flaw]) -> Iterator[Flaw]:
    """Yield the flaws; of several about the same claims only the first, except where the codes tell different things."""
    seen: set[tuple[str, frozenset[str]]] = set()
    for flaw in found:
        key = (flaw.code, frozenset(claim.id for claim in flaw.claims))
        if key not in seen:
            seen.add(key)
            yield flaw


def _pair_key(claim: Claim) -> tuple[str | None, ...]:
    return (claim.reporter, claim.counterpart, claim.period, claim.currency)


def _amounts(claims: Iterable[Claim]) -> list[Claim]:
    return [c for c in claims if c.kind == "amount" and c.reporter and c.counterpart and c.flow]


def _groups(claims: Sequence[Claim]) -> dict[tuple[str | None, ...], list[Claim]]:
    """Return the amounts and growth rates by pair and period, in the order of the text."""
    groups: dict[tuple[str | None, ...], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.kind in ("amount", "growth") and claim.reporter and claim.counterpart and not claim.subset:
            currency = claim.currency if claim.kind == "amount" else "USD"
            groups[(claim.reporter, claim.counterpart, claim.period, currency)].append(claim)
    return groups


def _first(group: list[Claim], kind: str, flow: str) -> Claim | None:
    return next((claim for claim in group if claim.kind == kind and claim.flow == flow), None)


def _of_group(group: list[Claim]) -> Iterator[Flaw]:
    """Yield what the figures of one pair and period say."""
    turnover, exports, imports, net = (
        _first(group, "amount", flow) for flow in ("turnover", "export", "import", "balance")
    )  # fmt: skip
    exceeds = False
    for part in (exports, imports):
        if turnover is not None and part is not None and measure(part).low > measure(turnover).high:
            exceeds = True
            scaled = _scale_that_fits(turnover, exports, imports)
            yield Flaw("part-exceeds-whole", "error", (part, turnover), measure(turnover), "unit" if scaled else "")
    if turnover is not None and exports is not None and imports is not None:
        due = total([measure(exports), measure(imports)])
        if due.overlaps(measure(turnover)):
            yield Flaw("sum", "information", (turnover, exports, imports), due)
        else:
            suspect = _scale_that_fits(turnover, exports, imports)
            if suspect is not None:
                yield Flaw("unit-suspect", "error", (suspect, turnover, exports, imports), None, "unit")
            elif not exceeds:
                yield Flaw(
                    "sum-mismatch", "error", (turnover, exports, imports), due, _sum_cause(turnover, exports, imports, due)
                )
    if net is not None and exports is not None and imports is not None:
        due = balance(measure(exports), measure(imports))
        if due.overlaps(measure(net)):
            yield Flaw("balance", "information", (net, exports, imports), due)
        else:
            opposite = Measure(-due.value, -due.high, -due.low).overlaps(measure(net))
            yield Flaw("balance-mismatch", "error", (net, exports, imports), due, "sign" if opposite else "")
    elif net is not None and turnover is not None and exports is not None:
        due = balance(_twice(measure(exports)), measure(turnover))
        if not due.overlaps(measure(net)):
            yield Flaw("balance-mismatch", "error", (net, turnover, exports), due)
    yield from _growth_of_parts(group)


def _twice(value: Measure) -> Measure:
    return Measure(2 * value.value, 2 * value.low, 2 * value.high)


def _scale_that_fits(turnover: Claim, exports: Claim | None, imports: Claim | None) -> Claim | None:
    """Return the one figure that makes the sum right when it is read in another unit (thousands, millions, billions)."""
    if exports is None or imports is None:
        return None
    figures = [turnover, exports, imports]
    for place, claim in enumerate(figures):
        for factor in _THOUSANDS:
            scaled = [measure(other) for other in figures]
            one = scaled[place]
            scaled[place] = Measure(one.value * factor, one.low * factor, one.high * factor)
            if total(scaled[1:]).overlaps(scaled[0]):
                return claim
    return None


def _sum_cause(turnover: Claim, exports: Claim, imports: Claim, due: Measure) -> str:
    """Return ``digits`` where two digits of the printed turnover changed places or one is off, else nothing."""
    difference = abs(turnover.value - due.value)
    if not difference:
        return ""
    printed, implied = f"{turnover.value:.0f}", f"{due.value:.0f}"
    changed = [place for place, (a, b) in enumerate(zip(printed, implied, strict=False)) if a != b]
    return "digits" if len(printed) == len(implied) and 0 < len(changed) <= 2 else ""


def _growth_of_parts(group: list[Claim]) -> Iterator[Flaw]:
    """Yield whether the growth of the total lies between that of its parts, and fits their levels."""
    whole, exports, imports = (_first(group, "growth", flow) for flow in ("turnover", "export", "import"))
    if whole is None or exports is None or imports is None:
        return
    low = min(measure(exports).low, measure(imports).low)
    high = max(measure(exports).high, measure(imports).high)
    if measure(whole).high < low - 1e-12 or measure(whole).low > high + 1e-12:
        middle = (measure(exports).value + measure(imports).value) / 2
        yield Flaw("growth-outside-parts", "error", (whole, exports, imports), Measure(middle, low, high))
        return
    levels = [_first(group, "amount", flow) for flow in ("export", "import")]
    if any(level is None for level in levels) or measure(exports).low <= -1 or measure(imports).low <= -1:
        return
    bases = [
        implied_base(measure(level), measure(rate)) for level, rate in zip(levels, (exports, imports), strict=True) if level
    ]
    now = total([measure(level) for level in levels if level is not None])
    then = total(bases)
    if then.low <= 0 or math.isinf(now.high):
        return
    due = _growth(then, now)
    if not due.overlaps(measure(whole)):
        yield Flaw("growth-mismatch", "error", (whole, exports, imports), due)


def _growth(then: Measure, now: Measure) -> Measure:
    rate = ratio(now, then)
    return Measure(rate.value - 1, rate.low - 1, rate.high - 1)


def _repeats(claims: Sequence[Claim]) -> Iterator[Flaw]:
    """Yield figures that are printed twice and differ."""
    same: dict[tuple[object, ...], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.kind in ("amount", "growth", "target", "share") and claim.reporter and claim.counterpart:
            if claim.period is None and claim.kind != "target":
                continue
            parties: object = (claim.reporter, claim.counterpart)
            same[(claim.kind, parties, claim.flow, claim.period, claim.currency, claim.subset)].append(claim)
    for group in same.values():
        for first, second in combinations(group, 2):
            if not measure(first).overlaps(measure(second)) and first.start != second.start:
                cause = "unit" if _factor(first, second) else ""
                code = "unit-suspect" if cause else "conflicting-repeat"
                yield Flaw(code, "error", (second, first), measure(first), cause)
                break


def _factor(first: Claim, second: Claim) -> bool:
    """Return whether two amounts are the same digits in another unit."""
    one, other = measure(first), measure(second)
    return any(
        Measure(one.value * factor, one.low * factor, one.high * factor).overlaps(other)
        for factor in _THOUSANDS if first.kind == "amount"
    )  # fmt: skip


def _levels_and_growth(claims: Sequence[Claim], confirmed: list[Flaw]) -> Iterator[Flaw]:
    """Yield growth rates that do not lead from the level before to the level now."""
    levels: dict[tuple[object, ...], Claim] = {}
    for claim in _amounts(claims):
        levels.setdefault((claim.reporter, claim.counterpart, claim.flow, claim.period, claim.currency), claim)
    for rate in claims:
        if rate.kind != "growth" or rate.period is None or not rate.reporter:
            continue
        before = rate.base or str(parse_period(rate.period).shifted(-1))
        now = levels.get((rate.reporter, rate.counterpart, rate.measures, rate.period, "USD"))
        then = levels.get((rate.reporter, rate.counterpart, rate.measures, _canonical(before, levels), "USD"))
        if now is None or then is None or measure(then).low <= 0 or math.isinf(measure(now).high):
            continue
        if math.isinf(measure(then).high):
            continue
        due = _growth(measure(then), measure(now))
        if due.overlaps(measure(rate)):
            confirmed.append(Flaw("growth", "information", (rate, now, then), due))
        else:
            index = Measure(due.value + 1, due.low + 1, due.high + 1).overlaps(measure(rate))
            opposite = Measure(-due.value, -due.high, -due.low).overlaps(measure(rate))
            yield Flaw("growth-mismatch", "error", (rate, now, then), due, "index" if index else "sign" if opposite else "")


def _canonical(period: str, levels: dict[tuple[object, ...], Claim]) -> str:
    """Return the period as the levels write it (a first quarter may be a span)."""
    written = {str(key[3]) for key in levels}
    if period in written:
        return period
    same = parse_period(period)
    return next((other for other in written if other != "None" and parse_period(other) == same), period)


def _nested_periods(claims: Sequence[Claim]) -> Iterator[Flaw]:
    """Yield figures of a shorter period that exceed those of a longer one that contains it, and pairs that exceed the world."""
    amounts = [claim for claim in _amounts(claims) if claim.period and claim.flow != "balance" and not claim.subset]
    by_flow: dict[tuple[object, ...], list[tuple[Period, Claim]]] = defaultdict(list)
    for claim in amounts:
        by_flow[(claim.reporter, claim.flow, claim.currency)].append((parse_period(claim.period or ""), claim))
    for group in by_flow.values():
        for (short, part), (long, whole) in ((a, b) for a in group for b in group if a is not b):
            inside = long.first <= short.first and short.last <= long.last
            same_pair = part.counterpart == whole.counterpart and short != long
            of_world = whole.counterpart == "W1" and part.counterpart != "W1"
            if inside and (same_pair or of_world) and measure(part).low > measure(whole).high:
                cause = "period" if same_pair else ""
                yield Flaw("part-exceeds-whole", "error", (part, whole), measure(whole), cause)


def _shares(claims: Sequence[Claim]) -> Iterator[Flaw]:
    """Yield shares that the levels contradict, and shares of one whole that exceed it."""
    amounts = {(c.reporter, c.counterpart, c.flow, c.period): c for c in _amounts(claims)}
    wholes: dict[tuple[object, ...], dict[str, Claim]] = defaultdict(dict)
    for share in claims:
        if share.kind != "share" or share.period is None:
            continue
        wholes[(share.reporter, share.flow, share.period)].setdefault(share.counterpart or "", share)
        part = amounts.get((share.reporter, share.counterpart, share.flow, share.period))
        whole = amounts.get((share.reporter, "W1", share.flow, share.period))
        if part is not None and whole is not None and measure(whole).low > 0 and not math.isinf(measure(part).high):
            due = ratio(measure(part), measure(whole))
            if not due.overlaps(measure(share)):
                yield Flaw("share-mismatch", "error", (share, part, whole), due)
    for group in wholes.values():
        added = total([measure(share) for share in group.values()])
        if len(group) > 1 and added.low > 1.0:
            yield Flaw("share-mismatch", "error", tuple(group.values()), Measure(1.0, 0.0, 1.0), "over-whole")


def _counts(claims: Sequence[Claim], confirmed: list[Flaw]) -> Iterator[Flaw]:
    """Yield numbers of firms whose printed parts do not add up, and numbers printed twice that differ."""
    groups: dict[tuple[object, ...], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.kind == "count":
            groups[(claim.reporter, claim.counterpart)].append(claim)
    for group in groups.values():
        wholes = [claim for claim in group if not claim.subset]
        parts = [claim for claim in group if claim.subset]
        if wholes and len(parts) >= 2:
            due = Measure(*(sum(part.value for part in parts),) * 3)
            if due.overlaps(measure(wholes[0])):
                confirmed.append(Flaw("sum", "information", (wholes[0], *parts), due))
            elif due.value > measure(wholes[0]).high:
                yield Flaw("sum-mismatch", "error", (wholes[0], *parts), due)
        for first, second in combinations(wholes, 2):
            if first.period == second.period and not measure(first).overlaps(measure(second)):
                yield Flaw("conflicting-repeat", "error", (second, first), measure(first))
