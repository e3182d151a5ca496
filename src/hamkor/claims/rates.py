"""Rates: growth in per cent or in multiples, and what it compares to."""

from __future__ import annotations

from typing import cast

from msgspec.structs import replace

from hamkor.claims.attach import ASIDE
from hamkor.claims.claim import Claim
from hamkor.claims.figures import Figure
from hamkor.claims.marks import Mark
from hamkor.claims.placing import BALANCES, FLOW_TOPICS, Found, Placing, written
from hamkor.claims.shares import place_share, share_of_sentence
from hamkor.schema.periods import parse_period


def rate(placing: Placing, figure: Figure) -> None:
    """Place a percentage or a multiple: growth, or a share."""
    topic = placing.near.topic(figure, FLOW_TOPICS)
    marks = placing.sentence.marks
    share = placing.near.nearest(figure, "share") or (None if figure.sign else share_of_sentence(placing, figure))
    trend = placing.near.nearest(figure, "trend")
    if figure.kind == "percent" and marks[figure.last].value == "share" and topic is not None and marks[topic].kind == "flow":
        place_share(placing, figure)
        return
    if figure.kind == "factor" and figure.first and marks[figure.first - 1].kind == "target":
        return
    if figure.kind == "factor":
        _growth(placing, figure, topic, down=trend is not None and trend.value == "down" and figure.value > 0, index=False)
        return
    if share is not None and figure.kind == "percent" and not figure.sign and not _closer(placing, figure, trend, share):
        place_share(placing, figure)
        return
    if trend is None and figure.kind == "percent" and not figure.sign and (
        _of_flow(placing, figure) or any(item.claim.kind == "share" for item in placing.found)
    ):  # fmt: skip
        place_share(placing, figure)
        return
    if topic is not None and marks[topic].kind in ("other", "product"):
        return
    if trend is None and not figure.sign:
        trend = _more_than(placing, figure) or _trend_before(placing, figure)
    index = figure.kind == "percent" and not figure.sign and figure.value > 0.5 and _is_index(placing, trend)
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


def _of_flow(placing: Placing, figure: Figure) -> bool:
    """Return whether a percentage is told as a part of a flow: "13.8 % of the country's exports"."""
    after = placing.sentence.marks[figure.last + 1 : figure.last + 5]
    between = ("economy", "adjective", "self", "economyword", "world", "word")
    apart = (place for place, mark in enumerate(after) if mark.kind not in between and mark.value not in ("of", "from"))
    place = next(apart, None)
    if place is None or after[place].kind != "flow" or after[place].value in BALANCES:
        return False
    return place == 0 or after[0].value in ("of", "from")


def _is_index(placing: Placing, trend: Mark | None) -> bool:
    """Return whether a percentage tells the level as a share of an earlier one: "115.5 % of the same period of 2024"."""
    if trend is not None:
        return trend.value == "index"
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
    return None if known is None else known._replace(kind="trend", value="up" if known.value == "above" else "down")


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
    own_parties = any(
        placing.sentence.segment[p.place] == placing.sentence.segment[figure.first] and p.role not in ASIDE
        for p in placing.near.parties
    )
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
    own = [item for item in fitting if sentence.segment[item[0].first] == segment and not _of_base(placing, item[0], figure)]
    before = [item for item in fitting if item[0].first < figure.first]
    for group in (own, before[-1:], fitting):
        if group:
            return min(group, key=lambda item: abs(item[0].first - figure.first))[1]
    return None


def _of_base(placing: Placing, level: Figure, figure: Figure) -> bool:
    """Return whether an amount in brackets is that of the period to which a rate before it compares."""
    depth = placing.sentence.depth
    between = [m for m in placing.sentence.mentions if m.role == "base" and figure.last < m.first < level.first]
    return depth[level.first] > depth[figure.first] and bool(between)


def _base(placing: Placing, figure: Figure, claim: Claim) -> str | None:
    bases = [mention for mention in placing.sentence.mentions if mention.role == "base"]
    if not bases or claim.period is None:
        return None
    own = [m for m in bases if placing.sentence.segment[m.first] == placing.sentence.segment[figure.first]]
    after = [mention for mention in bases if mention.first > figure.last]
    before = [mention for mention in bases if mention.last < figure.first and not _parted(placing, mention.last, figure.first)]
    mention = next(iter([*own, *after, *before[-1:]]), None)
    if mention is None:
        return None
    period, _ = placing.near.period(figure)
    if mention.printed == "same":
        current = parse_period(claim.period)
        years = mention.year - current.year if mention.year is not None else mention.shift
        return written(current.shifted(years), "quarter" if claim.period_kind == "quarter" else "") if years else None
    year = None
    if period is not None:
        earlier = mention.printed == "month" == period.kind and mention.months[0] < period.first % 12
        year = period.year if earlier else period.year - 1
    base = mention.period(year)
    return written(base, mention.printed) if base is not None else None


def _parted(placing: Placing, low: int, high: int) -> bool:
    """Return whether a semicolon or a "while" stands between two marks."""
    return any(mark.value == ";" or (mark.kind, mark.value) == ("conj", "c") for mark in placing.sentence.marks[low:high])


def _same_flow(claim: Claim, flow: str, speaker: str) -> bool:
    return claim.flow == ("balance" if flow in BALANCES else flow) or (
        bool(speaker) and {claim.flow, flow} == {"export", "import"}
    )
