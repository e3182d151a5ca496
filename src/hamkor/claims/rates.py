"""Rates: growth in per cent or in multiples, and what it compares to."""

from __future__ import annotations

from itertools import takewhile
from typing import cast

from msgspec.structs import replace

from hamkor.claims.amounts import told_balance
from hamkor.claims.attach import ASIDE
from hamkor.claims.claim import Claim
from hamkor.claims.figures import Figure
from hamkor.claims.marks import Mark
from hamkor.claims.placing import BALANCES, FLOW_TOPICS, Found, Placing, written
from hamkor.claims.shares import flow_of, part_of_total, parts_listed, place_share, share_of_sentence
from hamkor.schema.periods import parse_period


def rate(placing: Placing, figure: Figure) -> None:
    """Place a percentage or a multiple: growth, or a share."""
    topic = told_balance(placing, placing.near.topic(figure, FLOW_TOPICS))
    topic = None if topic is not None and _of_it(placing, figure, topic) else topic
    marks = placing.sentence.marks
    if figure.kind == "percent" and part_of_total(placing, figure):
        return
    share = placing.near.nearest(figure, "share") or (None if figure.sign else share_of_sentence(placing, figure))
    trend = placing.near.nearest(figure, "trend")
    if figure.kind == "percent" and marks[figure.last].value == "share" and topic is not None and marks[topic].kind == "flow":
        place_share(placing, figure)
        return
    aimed = any(mark.kind == "target" for mark in _beside(placing, figure))
    if figure.kind == "factor" and (aimed or _told_again(placing, figure) or _toward_target(placing, figure)):
        return
    if figure.kind == "factor" and marks[figure.first].value == "-0.50" and trend is not None and trend.value == "up":
        figure.value = 0.5
    if figure.kind == "factor" and not _of_other_flow(placing, figure):
        _growth(placing, figure, topic, down=trend is not None and trend.value == "down" and figure.value > 0, index=False)
        return
    if share is not None and figure.kind == "percent" and not figure.sign and not _closer(placing, figure, trend, share):
        place_share(placing, figure)
        return
    if trend is None and figure.kind == "percent" and not figure.sign and (
        flow_of(placing, figure) is not None or any(item.claim.kind == "share" for item in placing.found)
    ):  # fmt: skip
        place_share(placing, figure)
        return
    if (topic is not None and marks[topic].kind in ("other", "product")) or _of_other_flow(placing, figure):
        return
    if trend is None and figure.kind == "percent" and parts_listed(placing):
        place_share(placing, figure)
        return
    if trend is None and not figure.sign:
        trend = _more_than(placing, figure) or _trend_before(placing, figure)
    index = figure.kind == "percent" and not figure.sign and figure.value > 0.5 and _is_index(placing, figure, trend)
    if figure.kind == "percent" and not figure.sign and trend is None and not index:
        return
    if figure.kind == "times" and trend is None and not placing.sentence.has("compare"):
        return
    _growth(
        placing,
        figure,
        topic,
        down=figure.sign == "-" or (not figure.sign and trend is not None and trend.value == "down"),
        index=index,
    )


def _of_it(placing: Placing, figure: Figure, topic: int) -> bool:
    """Return whether a rate is of what "it" stands for, and its flow in a later clause of something else."""
    marks, segment = placing.sentence.marks, placing.sentence.segment
    own = [mark.kind for place, mark in enumerate(marks[: figure.first]) if segment[place] == segment[figure.first]]
    return topic > figure.last and segment[topic] != segment[figure.first] and "pronoun" in own and bool(placing.context.flow)


def _beside(placing: Placing, figure: Figure) -> list[Mark]:
    """Return the mark before a figure, and the one after it where verbs stand last."""
    marks = placing.sentence.marks
    after = marks[figure.last + 1 : figure.last + 2] if placing.sentence.lexicon.relations_follow else []
    aimed = figure.first > 1 and marks[figure.first - 1].kind == "relation"
    return [*marks[max(figure.first - 1 - aimed, 0) : figure.first], *after]


def _toward_target(placing: Placing, figure: Figure) -> bool:
    """Return whether the verb after a multiple is one of what is to be done: "екі еселеп, 2 млрд долларға жеткізу"."""
    segment = placing.sentence.segment
    later = [claim for level, claim in placing.levels if level.first > figure.first]
    inner = any(segment[level.first] == segment[figure.first] for level, _ in placing.levels)
    return placing.sentence.lexicon.relations_follow and bool(later) and later[0].kind == "target" and not inner


def _of_other_flow(placing: Placing, figure: Figure) -> bool:
    """Return whether a rate compares one flow with another: "imports are three times exports" tells no growth."""
    marks, segment = placing.sentence.marks, placing.sentence.segment
    after = [mark for mark in marks[figure.last + 1 : figure.last + 5] if mark.kind not in ("word", "economyword")]
    passed = [mark.kind for mark in takewhile(lambda mark: mark.kind in ("passed", "compare", "trend", "bound"), after)]
    if set(passed) - {"trend"} and after[len(passed) :] and after[len(passed)].kind == "flow":
        return True
    return any(
        marks[place].kind == "otherflow"
        or (
            marks[place].value in ("export", "import")
            and place > 1
            and (marks[place - 1].kind, marks[place - 1].value) == ("relation", "from")
            and not placing.sentence.lexicon.relations_follow
        )
        for place in range(figure.first)
        if segment[place] == segment[figure.first]
    )


def _told_again(placing: Placing, figure: Figure) -> bool:
    """Return whether a word for growth in multiples has its number after it: "تضاعفت التجارة ثلاث مرات"."""
    marks, segment = placing.sentence.marks, placing.sentence.segment
    later = [f for f in placing.sentence.figures if f.first > figure.first and segment[f.first] == segment[figure.first]]
    if not later or later[0].kind not in ("factor", "times"):
        return False
    return sum(mark.kind == "flow" for mark in marks[figure.last : later[0].first]) <= 1


def _is_index(placing: Placing, figure: Figure, trend: Mark | None) -> bool:
    """Return whether a percentage tells the level as a share of an earlier one: "115.5 % of the same period of 2024"."""
    if trend is not None:
        fallen = trend.value == "down" and figure.value > 0.85 and placing.sentence.marks[figure.last].role in ("to", "until")
        return trend.value == "index" or fallen
    return placing.sentence.has("compare") or any(mention.role == "base" for mention in placing.sentence.mentions)


def _closer(placing: Placing, figure: Figure, left: Mark | None, right: Mark) -> bool:
    marks = placing.sentence.marks
    if left is None or _reached(placing, figure):
        return False
    return abs(marks.index(left) - figure.first) < abs(marks.index(right) - figure.first)


def _reached(placing: Placing, figure: Figure) -> bool:
    """Return whether a percentage is the level that is reached or left: "fell to 30.1 % from 31.3 %"."""
    marks = placing.sentence.marks
    before = marks[figure.first - 1] if figure.first else None
    told = (("relation", "to"), ("relation", "from"), ("relation", "with"), ("bound", "upto"))
    return (before is not None and (before.kind, before.value) in told) or marks[figure.last].role in ("to", "from")


def _more_than(placing: Placing, figure: Figure) -> Mark | None:
    """Return the "more than" (or "less than") after a rate, as the trend that it tells there."""
    marks, segment = placing.sentence.marks, placing.sentence.segment
    told = [
        place for place in range(figure.last + 1, min(figure.last + 6, len(marks))) if segment[place] == segment[figure.first]
    ]
    told = told if figure.last + 2 < len(marks) and marks[figure.last + 1].kind == "word" else told[:1]
    if figure.first and marks[figure.first - 1].value == "delta":
        told += [place for place in range(figure.first) if segment[place] == segment[figure.first]]
    bounds = (marks[place] for place in told if marks[place].kind == "bound")
    known = next((mark for mark in bounds if mark.value in ("above", "below")), None)
    return None if known is None else replace(known, kind="trend", value="up" if known.value == "above" else "down")


def _trend_before(placing: Placing, figure: Figure) -> Mark | None:
    before = [mark for mark in placing.sentence.marks[: figure.first] if mark.kind == "trend"]
    after = [mark for mark in placing.sentence.marks[figure.last + 1 :] if mark.kind == "trend"]
    return before[-1] if before else after[0] if after else None


def _growth(placing: Placing, figure: Figure, topic: int | None, *, down: bool, index: bool) -> None:
    if index:
        figure.value -= 1.0
        figure.low, figure.high = (None if end is None else end - 1.0 for end in (figure.low, figure.high))
    claim = placing.claim(figure, "growth", "1")
    if down and claim.value > 0:
        if figure.kind in ("times", "factor"):
            value, low, high = (None if end is None else 1 / (1 + end) - 1 for end in (claim.value, claim.high, claim.low))
            claim = replace(claim, value=cast(float, value), low=low, high=high)
        else:
            low, high = claim.low, claim.high
            claim = replace(claim, value=-claim.value, low=None if high is None else -high, high=None if low is None else -low)
    marks = placing.sentence.marks
    anchor = _anchor(placing, figure, topic)
    flow = (
        marks[topic].value
        if topic is not None and marks[topic].kind == "flow"
        else anchor.flow
        if anchor
        else placing.context.flow
    )
    if flow in ("balance", "deficit", "surplus", "", None):
        return
    own_parties = [
        party.code for party in placing.near.parties
        if placing.sentence.segment[party.place] == placing.sentence.segment[figure.first] and party.role not in ASIDE
    ]  # fmt: skip
    if anchor is not None and topic is not None and not {anchor.reporter, anchor.counterpart} >= set(own_parties):
        anchor = None
    if anchor is not None and (anchor.flow == flow or topic is None) and not (own_parties and anchor.start > figure.start):
        claim = replace(
            claim, reporter=anchor.reporter, counterpart=anchor.counterpart, flow=anchor.flow,
            period=anchor.period, period_kind=anchor.period_kind,
        )  # fmt: skip
        if anchor.period is None or anchor.kind == "target":
            claim = placing.with_period(replace(claim, period=None, period_kind=None), figure)
    else:
        claim = placing.with_trade(claim, placing.trade(figure, topic, flow))
        claim = placing.with_period(claim, figure)
        alike = anchor is not None and (anchor.reporter, anchor.counterpart) == (claim.reporter, claim.counterpart)
        if anchor is not None and alike and (anchor.period or "") > (claim.period or "") and anchor.kind != "target":
            claim = replace(claim, period=anchor.period, period_kind=anchor.period_kind)
    claim = replace(claim, measures=claim.flow, base=_base(placing, figure, claim))
    missing = ("reporter",) if not (claim.reporter and claim.counterpart) else ()
    if not missing and claim.period is None:
        missing = ("period",)
    placing.found.append(Found(claim, missing))


def _anchor(placing: Placing, figure: Figure, topic: int | None) -> Claim | None:
    """Return the amount that a growth rate is of: in its clause, else before it, else after it."""
    sentence = placing.sentence
    segment = sentence.segment[figure.first]
    marks = sentence.marks
    flow = marks[topic].value if topic is not None and marks[topic].kind == "flow" else ""
    fitting = [(f, claim) for f, claim in placing.levels if not flow or _same_flow(claim, flow, placing.near.speaker)]
    fitting = [item for item in fitting if marks[item[0].last].role != "from" or item[1].bound] or fitting
    fitting = [item for item in fitting if not _left(placing, item[0])] or fitting
    told = placing.near.mention(figure)
    if told is not None and sentence.segment[told.first] == segment and told.role == "current" and told.year is not None:
        period = told.period()
        fitting = [item for item in fitting if period and item[1].period == written(period, told.printed)] or fitting
    listed = placing.near.listed_parties.get(figure.first)
    if listed is not None:
        code = marks[listed].value
        fitting = [item for item in fitting if code in (item[1].reporter, item[1].counterpart)] or fitting
    fitting = [item for item in fitting if not _apart(placing, item[0], figure)] or fitting
    own = [item for item in fitting if sentence.segment[item[0].first] == segment and not _of_base(placing, item[0], figure)]
    before = [item for item in fitting if item[0].first < figure.first]
    if topic is None and not own and not before and placing.context.flow and placing.near.nearest(figure, "pronoun"):
        return None
    if not own and not before and len({item[1].period for item in fitting}) > 1:
        return None
    for group in (own, before[-1:], fitting):
        if group:
            return min(group, key=lambda item: abs(item[0].first - figure.first))[1]
    return None


def _left(placing: Placing, level: Figure) -> bool:
    """Return whether an amount is the level that is left, where another is reached: "from 60 million to 710"."""
    marks = placing.sentence.marks
    before = marks[level.first - 1] if level.first else None
    from_here = before is not None and (before.kind, before.value) in (("relation", "from"), ("relation", "with"))
    return from_here and any((mark.kind, mark.value) in (("relation", "to"), ("bound", "upto")) for mark in marks[level.last :])


def _apart(placing: Placing, level: Figure, figure: Figure) -> bool:
    """Return whether another economy is named between an amount and a rate after it, which has an amount of its own."""
    others = [f.first for f, _ in placing.levels if f.first > figure.last]
    between = any(level.last < p.place < figure.first and p.role not in ASIDE for p in placing.near.parties)
    return between and bool(others) and not any(figure.last < p.place < others[0] for p in placing.near.parties)


def _of_base(placing: Placing, level: Figure, figure: Figure) -> bool:
    """Return whether an amount in brackets is that of the period to which a rate before it compares."""
    depth = placing.sentence.depth
    between = [m for m in placing.sentence.mentions if m.role == "base" and figure.last < m.first < level.first]
    return depth[level.first] > depth[figure.first] and bool(between)


def _base(placing: Placing, figure: Figure, claim: Claim) -> str | None:
    bases = [mention for mention in placing.sentence.mentions if mention.role == "base"]
    if not bases or claim.period is None:
        left = next((told for level, told in placing.levels if level.last == figure.first - 1), None)
        risen = left is not None and placing.sentence.marks[figure.first - 1].role == "from" and left.period != claim.period
        return left.period if left is not None and risen else None
    own = [m for m in bases if placing.sentence.segment[m.first] == placing.sentence.segment[figure.first]]
    after = [mention for mention in bases if mention.first > figure.last]
    before = [mention for mention in bases if mention.last < figure.first and not _parted(placing, mention.last, figure.first)]
    mention = next(iter([*own, *after, *before[-1:]]), None)
    if mention is None:
        return None
    period = parse_period(claim.period)
    if mention.printed == "same":
        years = mention.year - period.year if mention.year is not None else mention.shift
        return written(period.shifted(years), "quarter" if claim.period_kind == "quarter" else "") if years else None
    alike = mention.printed == "month" == period.kind or (mention.printed == "quarter" and period.months == 3)
    earlier = alike and mention.months[0] < period.first % 12
    base = mention.period(period.year if earlier or mention.shift else period.year - 1)
    return written(base, mention.printed) if base is not None else None


def _parted(placing: Placing, low: int, high: int) -> bool:
    """Return whether a semicolon or a "while" stands between two marks."""
    return any(mark.value == ";" or (mark.kind, mark.value) == ("conj", "c") for mark in placing.sentence.marks[low:high])


def _same_flow(claim: Claim, flow: str, speaker: str) -> bool:
    return claim.flow == ("balance" if flow in BALANCES else flow) or (
        bool(speaker) and {claim.flow, flow} == {"export", "import"}
    )
