"""Numbers of firms: where they are, and whose capital they have."""

from __future__ import annotations

from msgspec.structs import replace

from hamkor.claims.attach import ASIDE
from hamkor.claims.figures import Figure
from hamkor.claims.placing import Found, Placing, period_kind, written


def counts_firms(placing: Placing, figure: Figure) -> bool:
    """Return whether a figure with a scale but no currency counts firms: 1.1 thousand companies."""
    if figure.kind != "money" or figure.currency is not None:
        return False
    after = placing.sentence.marks[figure.last + 1 : figure.last + 7]
    between = ("word", "after", "adjective", "economy", "economyword", "capital")
    known = next((mark.kind for mark in after if mark.kind not in between), "")
    return known == "firms" or _number_of_firms(placing, figure)


def _number_of_firms(placing: Placing, figure: Figure) -> bool:
    """Return whether the noun stands before its number, in thousands: "компаниялардың саны 4 мыңнан асады"."""
    marks = placing.sentence.marks
    scaled = (marks[figure.last].kind, marks[figure.last].value) == ("scale", "thousand")
    before = [mark.kind for mark in marks[max(figure.first - 3, 0) : figure.first] if mark.kind not in ("word", "bound")]
    return scaled and bool(before) and before[-1] == "firms"


def count(placing: Placing, figure: Figure) -> None:
    """Place a bare number that counts firms."""
    marks, sentence = placing.sentence.marks, placing.sentence
    segment = sentence.segment[figure.first]
    firms = [
        place for place in placing.near.places(("firms",))
        if not _number_between(placing, figure, place)
        and (sentence.segment[place] == segment or (place == figure.last + 2 and marks[place - 1].value in "-–—"))
    ]  # fmt: skip
    if not firms and any(sentence.segment[place] == segment for place in placing.near.places(("capital",))):
        firms = [place for place in placing.near.places(("firms",)) if place > figure.last][:1]
    if not firms and _reached(placing, figure):
        firms = [place for place in placing.near.places(("firms",)) if place < figure.first][-1:]
    if not firms and _listed(placing, figure):
        return
    if not firms or figure.step < 1.0:
        return
    place = min(firms, key=lambda place: abs(place - figure.first))
    if any(mark.kind in ("unit", "other") and 0 <= mark.start - figure.end <= 2 for mark in marks):
        return
    host, home = _host_and_home(placing, figure, place)
    if not home or not host:
        return
    claim = replace(placing.claim(figure, "count", "1"), reporter=host, counterpart=home)
    dated = [
        mention
        for mention in sentence.mentions
        if mention.role in ("as-of", "current", "by")
        and mention.printed != "same"
        and not any(mark.value == ";" for mark in marks[figure.last : mention.first])
        and not (sentence.segment[mention.first] != segment and _counted_between(placing, figure, mention.first))
    ]
    if dated:
        nearest = min(dated, key=lambda mention: abs(mention.first - figure.first))
        period = nearest.period(placing.context.period.year if placing.context.period else None)
        if period is not None and nearest.printed in ("day", "month", "year"):
            claim = replace(claim, period=written(period, nearest.printed), period_kind=period_kind(period, nearest.printed))
    placing.found.append(Found(claim))


def _reached(placing: Placing, figure: Figure) -> bool:
    """Return whether a number with an ending is one that is reached, of what an earlier clause counts: "1 118-ге жетті"."""
    marks = placing.sentence.marks
    after = marks[figure.last + 1] if figure.last + 1 < len(marks) else None
    told = after is not None and after.start - figure.end <= 1 and (after.kind, after.value) == ("relation", "to")
    other = any(f.kind == "number" and f.first < figure.first for f in placing.sentence.figures)
    return placing.sentence.lexicon.relations_follow and told and not other


def _listed(placing: Placing, figure: Figure) -> bool:
    """Place a number that goes on a list of firms by their home: "2,012 firms with Turkish capital, 3,118 with Russian"."""
    counts = [item.claim for item in placing.found if item.claim.kind == "count" and not item.claim.subset]
    if not counts or figure.step != 1.0 or placing.sentence.lexicon.relations_follow or _measures(placing, figure):
        return False
    stop = min((f.first for f in placing.sentence.figures if f.first > figure.first), default=figure.last + 7)
    homes = {p.code for p in placing.near.parties if figure.last < p.place < stop and p.role not in ASIDE}
    if len(homes) != 1 or homes & {counts[-1].reporter, counts[-1].counterpart}:
        return False
    claim = replace(placing.claim(figure, "count", "1"), reporter=counts[-1].reporter, counterpart=homes.pop())
    placing.found.append(Found(replace(claim, period=counts[-1].period, period_kind=counts[-1].period_kind)))
    return True


def _counted_between(placing: Placing, figure: Figure, place: int) -> bool:
    """Return whether another number of firms stands between a number and a later period."""
    segment, depth = placing.sentence.segment, placing.sentence.depth
    if depth[place] > depth[figure.first]:
        return False
    others = (f for f in placing.sentence.figures if f.kind == "number" and figure.last < f.first < place)
    return any(segment[f.first] == segment[place] for f in others)


def _number_between(placing: Placing, figure: Figure, place: int) -> bool:
    low, high = sorted((figure.first, place))
    return placing.near.has_between(low, high, placing.near.firsts.keys() - {"percent"})


def _host_and_home(placing: Placing, figure: Figure, firms: int) -> tuple[str, str]:
    """Return where the firms are and whose capital they have."""
    sentence = placing.sentence
    segment = sentence.segment[figure.first]
    local = [p for p in placing.near.parties if sentence.segment[p.place] == segment and p.role not in ASIDE]
    if len({party.code for party in local}) < 2:
        local = [party for party in placing.near.parties if party.role not in ASIDE]
    capital = [
        place for place, mark in enumerate(sentence.marks) if mark.kind == "capital" and sentence.segment[place] == segment
    ]
    anchor = min(capital, key=lambda place: abs(place - firms)) if capital else firms
    hosts = [party for party in local if party.role == "in"]
    joint = sentence.marks[firms].value == "joint"
    homes = [p for p in local if p.role != "in" and (p.adjective or p.role in ("of", "with", "from", "", "between"))]
    hosting = {party.code for party in hosts}
    homes = [party for party in homes if party.code not in hosting] or homes
    home = min(homes, key=lambda party: abs(party.place - anchor), default=None)
    if joint and not capital and not (hosts and homes) and len({party.code for party in local}) >= 2:
        codes = list(dict.fromkeys(party.code for party in local))
        own = placing.near.speaker or placing.context.dominant
        first = own if own in codes else codes[0]
        return first, next(code for code in codes if code != first)
    host = next((party.code for party in hosts if home is None or party.code != home.code), "")
    if home is None and hosts and joint:
        other = next((code for code in placing.context.pair if code and code != host), "")
        return host, other
    if home is None:
        first, second = placing.context.pair
        return (first, second) if joint else ("", "")
    if not host:
        rest = [party.code for party in local if party.code != home.code]
        pair = [code for code in placing.context.pair if code and code != home.code]
        host = (
            rest[0]
            if rest
            else placing.near.speaker
            if placing.near.speaker not in ("", home.code)
            else pair[0]
            if pair
            else ""
        )
    return host, home.code


def parts_of_firms(placing: Placing) -> None:
    """Place the numbers by sector that follow a number of firms: three or more of them, that come to about the whole."""
    placed = {item.claim.start: item.claim for item in placing.found}
    wholes = [claim for claim in placed.values() if claim.kind == "count"]
    host, home, number = placing.context.firms
    placing.context.firms = ("", "", 0.0)
    if len({(claim.reporter, claim.counterpart) for claim in wholes}) == 1:
        host, home, number = wholes[0].reporter or "", wholes[0].counterpart or "", wholes[0].value
        placing.context.firms = (host, home, number)
    if not host or (placed and not wholes):
        return
    after = min((claim.end for claim in wholes), default=-1)
    rest = [f for f in placing.sentence.figures if f.kind == "number" and f.step == 1.0 and f.start not in placed]
    rest = [figure for figure in rest if figure.start > after and not _measures(placing, figure)]
    if len(rest) < 3 or not 0.8 * number <= sum(figure.value for figure in rest) <= 1.25 * number:
        return
    for figure in rest:
        claim = replace(placing.claim(figure, "count", "1"), reporter=host, counterpart=home, subset="sector")
        placing.found.append(Found(claim))


def _measures(placing: Placing, figure: Figure) -> bool:
    """Return whether a unit stands after a number: tonnes, people."""
    return any(mark.kind == "unit" and 0 <= mark.start - figure.end <= 2 for mark in placing.sentence.marks)
