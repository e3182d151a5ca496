"""Amounts of money: levels of trade, balances, targets, the capital of funds."""

from __future__ import annotations

from msgspec.structs import replace

from hamkor.claims.attach import ASIDE
from hamkor.claims.claim import Claim
from hamkor.claims.figures import Figure
from hamkor.claims.placing import BALANCES, MONEY_TOPICS, Found, Placing


def money(placing: Placing, figure: Figure) -> None:
    """Place an amount of money."""
    topic = _told_balance(placing, placing.near.topic(figure, MONEY_TOPICS))
    marks = placing.sentence.marks
    following = marks[figure.last + 1].kind if figure.last + 1 < len(marks) else ""
    if (figure.currency is None and following == "unit") or _is_change(placing, figure):
        return
    if topic is None:
        if not placing.context.flow or not any(placing.sentence.has(kind) for kind in ("trend", "target", "pronoun")):
            return
        flow = placing.context.flow
    elif marks[topic].kind == "capital":
        _capital(placing, figure, topic)
        return
    elif marks[topic].kind in ("other", "product"):
        return
    else:
        flow = marks[topic].value
    _amount(placing, figure, topic, flow)


def _is_change(placing: Placing, figure: Figure) -> bool:
    """Return whether an amount is that by which trade grew or fell: "up by 467 million dollars"."""
    marks, segment = placing.sentence.marks, placing.sentence.segment
    after = marks[figure.last + 1] if figure.last + 1 < len(marks) else None
    if after is not None and after.kind == "bound" and after.value != "upto" and not placing.sentence.lexicon.relations_follow:
        return True
    if _told_against(placing, figure):
        return True
    if (
        figure.first
        and marks[figure.first - 1].value == "or"
        and any(f.last == figure.first - 2 and f.kind == "percent" for f in placing.sentence.figures)
    ):
        return True
    place = figure.first - 1
    while place > 0 and marks[place].kind == "bound" and marks[place].value != "upto":
        place -= 1
    if place < 0 or segment[place] != segment[figure.first]:
        return False
    if marks[place].kind == "trend" and not placing.sentence.lexicon.relations_follow:
        return True
    if marks[place].value != "delta" and marks[place].kind not in ("by", "deltabound"):
        return False
    return any(mark.kind in ("trend", "passed") and segment[other] == segment[place] for other, mark in enumerate(marks))


def _told_against(placing: Placing, figure: Figure) -> bool:
    """Return whether an amount without a case or preposition stands between what it is compared to and a trend."""
    marks, segment = placing.sentence.marks, placing.sentence.segment
    after = marks[figure.last + 1] if figure.last + 1 < len(marks) else None
    if after is None or after.kind != "trend" or not figure.first or marks[figure.last].role:
        return False
    own = [mark for place, mark in enumerate(marks[: figure.first]) if segment[place] == segment[figure.first]]
    return bool(own) and own[-1].kind != "relation" and any(mark.kind == "compare" for mark in own)


def _currency_told_later(placing: Placing, figure: Figure) -> str | None:
    """Return the currency that a list names with its last amount: 1.2 bn to one, 520 m to another, 610 m dollars to a third."""
    later = [other for other in placing.sentence.figures if other.kind == "money" and other.first > figure.first]
    return next((other.currency for other in later if other.currency), None)


def _told_balance(placing: Placing, topic: int | None) -> int | None:
    """Return, for a bare balance, the deficit or surplus that its clause calls it, and for a trade, the balance of it."""
    marks, segment = placing.sentence.marks, placing.sentence.segment
    if topic is None or marks[topic].value not in ("balance", "turnover"):
        return topic
    own = [place for place, part in enumerate(segment) if part == segment[topic]]
    if marks[topic].value == "balance":
        return next((place for place in own if marks[place].value in BALANCES), topic)
    told = [place for place in own if place < topic and marks[place].value in ("balance", *BALANCES)]
    if told and any(told[-1] < figure.first < topic for figure in placing.sentence.figures):
        return topic
    return told[-1] if told else topic


def _amount(placing: Placing, figure: Figure, topic: int | None, flow: str) -> None:
    figure.currency = figure.currency or _currency_told_later(placing, figure) or placing.context.currency
    claim = placing.claim(figure, "target" if _is_target(placing, figure) else "amount", figure.currency or "")
    sign = BALANCES.get(flow, -1.0 if flow == "balance" and figure.sign == "-" else 1.0)
    if flow in BALANCES:
        flow = "balance"
    if sign < 0:
        low, high = claim.low, claim.high
        claim = replace(claim, value=-claim.value, low=None if high is None else -high, high=None if low is None else -low)
    whose = placing.trade(figure, topic, flow)
    claim = placing.with_trade(replace(claim, currency=figure.currency), whose, sign)
    claim = _by(placing, claim, figure) if claim.kind == "target" else placing.with_period(claim, figure)
    missing = [name for name in ("reporter", "counterpart", "currency") if getattr(claim, name) in (None, "")]
    if "counterpart" in missing:
        missing = ["reporter", *missing] if "reporter" not in missing else missing
    if claim.kind == "amount" and claim.period is None:
        missing.append("period")
    placing.found.append(Found(claim, tuple(missing)))
    if "reporter" not in missing:
        placing.levels.append((figure, claim))
        placing.context.pair = (claim.reporter or "", claim.counterpart or "")
    placing.context.currency = figure.currency


def _is_target(placing: Placing, figure: Figure) -> bool:
    """Return whether an amount is one to be reached: a word of aiming, or a year by which, in its clause or before it."""
    sentence = placing.sentence
    segment = sentence.segment[figure.first]
    before = sentence.marks[figure.first - 1] if figure.first else None
    if before is not None and (before.kind, before.value) == ("relation", "from") and not sentence.lexicon.relations_follow:
        return False
    for place, mark in enumerate(sentence.marks):
        late = mark.value == "after"
        if mark.kind == "target" and (
            (sentence.segment[place] == segment and place > figure.first * late) or (place < figure.first and not late)
        ):
            between = [f for f in sentence.figures if place < f.first < figure.first or figure.last < f.first < place]
            if not any(other.kind == "money" for other in between):
                return True
    money = [other.first for other in sentence.figures if other.kind == "money"]
    for mention in sentence.mentions:
        low, high = sorted((mention.first, figure.first))
        if (
            mention.role == "by"
            and sentence.segment[mention.first] == segment
            and not any(low < place < high for place in money)
        ):
            return True
    return False


def _by(placing: Placing, claim: Claim, figure: Figure) -> Claim:
    by = [mention for mention in placing.sentence.mentions if mention.role == "by"]
    if not by:
        segment = placing.sentence.segment[figure.first]
        by = [
            m
            for m in placing.sentence.mentions
            if m.printed == "year" and m.role == "current" and placing.sentence.segment[m.first] == segment
        ]
    if not by:
        known = next((mention.year for mention in placing.sentence.mentions if mention.year is not None), None)
        year = known or (placing.context.period.year if placing.context.period else None)
        if year is None or not placing.sentence.has("thisyear"):
            return claim
        return replace(claim, period=str(year), period_kind="annual")
    nearest = min(by, key=lambda mention: abs(mention.first - figure.first))
    return replace(claim, period=str(nearest.year), period_kind="annual") if nearest.year is not None else claim


def _capital(placing: Placing, figure: Figure, topic: int) -> None:
    marks = placing.sentence.marks
    if not (placing.sentence.has("fund") or marks[topic].value == "charter"):
        return
    parties = [party for party in placing.near.parties if party.role not in ASIDE]
    codes = list(dict.fromkeys(party.code for party in parties))
    if len(codes) < 2 and all(placing.context.pair) and set(codes) <= set(placing.context.pair):
        codes = list(placing.context.pair)
    if len(codes) < 2:
        return
    own = placing.near.speaker or placing.context.dominant
    first = own if own in codes[:2] else codes[0]
    second = next(code for code in codes if code != first)
    claim = placing.claim(figure, "capital", figure.currency or "")
    figure.currency = figure.currency or _currency_told_later(placing, figure)
    claim = replace(claim, currency=figure.currency, reporter=first, counterpart=second)
    placing.found.append(Found(claim, () if figure.currency else ("currency",)))
