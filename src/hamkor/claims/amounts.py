"""Amounts of money: levels of trade, balances, targets, the capital of funds."""

from __future__ import annotations

from msgspec.structs import replace

from hamkor.claims.attach import ASIDE
from hamkor.claims.claim import Claim
from hamkor.claims.figures import Figure
from hamkor.claims.parties import Trade
from hamkor.claims.placing import BALANCES, MONEY_TOPICS, Found, Placing
from hamkor.claims.sentence import Sentence
from hamkor.claims.times import Mention

_SHARED_NAMES = {"CNY": ("JPY", "JPN", "CHN"), "TMT": ("AZN", "AZE", "TKM")}


def money(placing: Placing, figure: Figure) -> None:
    """Place an amount of money."""
    topic = told_balance(placing, placing.near.topic(figure, MONEY_TOPICS))
    marks = placing.sentence.marks
    following = marks[figure.last + 1].kind if figure.last + 1 < len(marks) else ""
    if (figure.currency is None and following == "unit") or _is_change(placing, figure):
        return
    if topic is None:
        told = any(placing.sentence.has(kind) for kind in ("trend", "target", "pronoun")) or _listed(placing, figure)
        if not placing.context.flow or not told:
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


def _listed(placing: Placing, figure: Figure) -> bool:
    """Return whether an amount is told of a partner in a list: "with Russia - 25.3 billion dollars"."""
    marks = placing.sentence.marks
    place = figure.first - 1
    while place > 0 and marks[place].kind == "bound":
        place -= 1
    return place > 0 and marks[place].value in ("-", "–", "—", ":") and marks[place - 1].kind in ("economy", "economyword")


def _is_change(placing: Placing, figure: Figure) -> bool:
    """Return whether an amount is that by which trade grew or fell: "up by 467 million dollars"."""
    marks, segment = placing.sentence.marks, placing.sentence.segment
    after = marks[figure.last + 1] if figure.last + 1 < len(marks) else None
    if after is not None and after.kind == "bound" and after.value != "upto" and not placing.sentence.lexicon.relations_follow:
        beside = range(figure.last + 2, figure.last + 6)
        return not any(m.role == "current" and m.first in beside for m in placing.sentence.mentions)
    if _told_against(placing, figure) or _grown_by(placing, figure):
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
    ends = figure.last + 2 == len(marks) or segment[figure.last + 2] != segment[figure.first]
    if ends and marks[figure.first - 1].kind not in ("relation", "bound") and not _shares_clause(placing, figure):
        return True
    own = [mark for place, mark in enumerate(marks[: figure.first]) if segment[place] == segment[figure.first]]
    return bool(own) and own[-1].kind != "relation" and any(mark.kind == "compare" for mark in own)


def _shares_clause(placing: Placing, figure: Figure) -> bool:
    """Return whether another figure stands in the clause of a figure."""
    segment = placing.sentence.segment
    return any(f is not figure and segment[f.first] == segment[figure.first] for f in placing.sentence.figures)


def _grown_by(placing: Placing, figure: Figure) -> bool:
    """Return whether the dative before a verb of growth tells by how much: "467 mln dollarga oshdi", with no level before."""
    marks = placing.sentence.marks
    after = marks[figure.last + 1] if figure.last + 1 < len(marks) else None
    if after is None or (after.kind, after.value) != ("trend", "up") or marks[figure.last].role != "to":
        return False
    levels = [other for other in placing.sentence.figures if other.kind == "money" and other.first < figure.first]
    return placing.sentence.lexicon.relations_follow and not any(marks[other.last].role == "from" for other in levels)


def _currency_told_later(placing: Placing, figure: Figure) -> str | None:
    """Return the currency that a list names with its last amount: 1.2 bn to one, 520 m to another, 610 m dollars to a third."""
    later = [other for other in placing.sentence.figures if other.kind == "money" and other.first > figure.first]
    return next((other.currency for other in later if other.currency), None)


def told_balance(placing: Placing, topic: int | None) -> int | None:
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
    named = {party.code for party in placing.near.parties}
    shared, issuer, other = _SHARED_NAMES.get(figure.currency or "", ("", "", ""))
    if issuer in named and other not in named:
        figure.currency = shared
    claim = placing.claim(figure, "target" if _is_target(placing, figure) else "amount", figure.currency or "")
    sign = BALANCES.get(flow, -1.0 if flow == "balance" and figure.sign == "-" else 1.0)
    if flow in BALANCES:
        flow = "balance"
    if sign < 0:
        low, high = claim.low, claim.high
        claim = replace(claim, value=-claim.value, low=None if high is None else -high, high=None if low is None else -low)
    whose = _opposite(placing, figure) or placing.trade(figure, topic, flow)
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
    left = before is not None and (before.kind, before.value) == ("relation", "from") and figure.bound != "range"
    if (left and not sentence.lexicon.relations_follow) or _is_now(sentence, figure):
        return False
    for place in placing.near.places(("target",)):
        mark = sentence.marks[place]
        late = mark.value == "after"
        if mark.value == "ing" and _dated(sentence, segment):
            continue
        if (sentence.segment[place] == segment and place > figure.first * late) or (place < figure.first and not late):
            between = [f for f in sentence.figures if place < f.first < figure.first or figure.last < f.first < place]
            own = [f for f in sentence.figures if f.first < place and sentence.segment[f.first] == sentence.segment[place]]
            if place < figure.first and sentence.segment[place] != segment and any(other.kind == "money" for other in own):
                continue
            if not any(other.kind == "money" and not _is_left(sentence, other) for other in between):
                return True
    after = next((f for f in sentence.figures if f.kind == "money" and f.first > figure.first), None)
    if after is not None and sentence.shares_verb(figure, after) and _is_target(placing, after):
        return True
    listed = placing.near.listed_parties if figure.first in placing.near.listed_parties else {}
    money = [other.first for other in sentence.figures if other.kind == "money" and other.first not in listed]
    segments = {segment, *(sentence.segment[place] for place in listed)}
    for mention in sentence.mentions:
        low, high = sorted((mention.first, figure.first))
        if (
            mention.role == "by"
            and sentence.segment[mention.first] in segments
            and not any(low < place < high for place in money)
        ):
            return True
    return False


def _names_line(placing: Placing, figure: Figure) -> bool:
    """Return whether an amount stands after an economy and a colon or a dash."""
    before = placing.sentence.marks[max(figure.first - 2, 0) : figure.first]
    return len(before) == 2 and before[0].kind == "economy" and before[1].value in (":", "—", "–", "-")


def _is_now(sentence: Sentence, figure: Figure) -> bool:
    """Return whether an amount is told as that of today: "the goal of tripling trade, currently worth 500 million"."""
    money = [other for other in sentence.figures if other.kind == "money"]
    for place, mark in enumerate(sentence.marks[: figure.first]):
        told = mark.kind == "now" and not any(other.last == place - 1 or place < other.first < figure.first for other in money)
        if told and sentence.segment[place] == sentence.segment[figure.first]:
            return True
    return False


def _dated(sentence: Sentence, segment: int) -> bool:
    """Return whether a clause tells a year that is not one to be reached: "bringing exports to 3.9 billion in 2025"."""
    dated = (m for m in sentence.mentions if m.role == "current" and m.year is not None)
    return any(sentence.segment[mention.first] == segment for mention in dated)


def _opposite(placing: Placing, figure: Figure) -> Trade | None:
    """Return the trade against that of the amount before, which "in the opposite direction" names."""
    if not placing.levels or placing.near.nearest(figure, "opposite") is None:
        return None
    last = placing.levels[-1][1]
    flow = {"export": "import", "import": "export"}.get(last.flow or "", "")
    return Trade(last.reporter or "", last.counterpart or "", flow) if flow else None


def _is_left(sentence: Sentence, figure: Figure) -> bool:
    """Return whether an amount is the level that is left: "from 4.3 billion to 10"."""
    before = sentence.marks[figure.first - 1] if figure.first else None
    return before is not None and (before.kind, before.value) == ("relation", "from") and not sentence.lexicon.relations_follow


def _of_next(placing: Placing, mention: Mention, figure: Figure) -> bool:
    """Return whether a year by which stands in a later clause, before the amount that is to be reached then."""
    segment = placing.sentence.segment
    money = (other for other in placing.sentence.figures if other.kind == "money" and other.first > mention.last)
    apart = mention.first > figure.last and segment[mention.first] != segment[figure.first]
    return apart and any(segment[other.first] == segment[mention.first] for other in money)


def _by(placing: Placing, claim: Claim, figure: Figure) -> Claim:
    by = [m for m in placing.sentence.mentions if m.role == "by"]
    late = [m for m in by if _of_next(placing, m, figure)]
    if late and late == by:
        return claim
    by = [m for m in by if m not in late]
    if not by:
        segment = placing.sentence.segment[figure.first]
        by = [
            m
            for m in placing.sentence.mentions
            if m.printed == "year" and m.role == "current" and placing.sentence.segment[m.first] == segment
        ]
        told = max((f.last for f in placing.sentence.figures if f.first < figure.first), default=-1)
        taken = {placing.sentence.segment[f.first] for f in placing.sentence.figures}
        later = [m for m in placing.sentence.mentions if m.printed == "year" and 0 < told < m.first < figure.first]
        by = by or [m for m in later if placing.sentence.segment[m.first] not in taken]
    if not by:
        known = next((mention.year for mention in placing.sentence.mentions if mention.year is not None), None)
        year = known or (placing.context.period.year if placing.context.period else None)
        if year is None or not placing.sentence.has("thisyear"):
            return claim
        return replace(claim, period=str(year), period_kind="annual")
    nearest = min(by, key=lambda mention: abs(mention.first - figure.first))
    money = [other.first for other in placing.sentence.figures if other.kind == "money"]
    if len(by) > 1 and len(money) > 1 and money[0] < by[0].first:
        nearest = next((mention for mention in by if mention.first > figure.first), nearest)
    return replace(claim, period=str(nearest.year), period_kind="annual") if nearest.year is not None else claim


def _capital(placing: Placing, figure: Figure, topic: int) -> None:
    marks = placing.sentence.marks
    if not (placing.sentence.has("fund") or marks[topic].value == "charter"):
        return
    parties = [party for party in placing.near.parties if party.role not in ASIDE]
    told = max((f.last for f in placing.sentence.figures if f.first < figure.first), default=-1)
    own = list(dict.fromkeys(party.code for party in parties if told < party.place < figure.first))
    codes = own if len(own) > 1 else list(dict.fromkeys(party.code for party in parties))
    if len(codes) < 2 and all(placing.context.pair) and set(codes) <= set(placing.context.pair):
        codes = list(placing.context.pair)
    if len(codes) < 2:
        return
    host = placing.near.speaker or placing.context.dominant
    first = host if host in codes[:2] else codes[0]
    second = next(code for code in codes if code != first)
    claim = placing.claim(figure, "capital", figure.currency or "")
    figure.currency = figure.currency or _currency_told_later(placing, figure)
    claim = replace(claim, currency=figure.currency, reporter=first, counterpart=second)
    placing.found.append(Found(claim, () if figure.currency else ("currency",)))
