"""Shares of a whole: whose total it is, and whose part."""

from __future__ import annotations

from typing import cast

from msgspec.structs import replace

from hamkor.claims.attach import ASIDE
from hamkor.claims.claim import Flow
from hamkor.claims.figures import Figure
from hamkor.claims.marks import Mark
from hamkor.claims.parties import WORLD
from hamkor.claims.placing import BALANCES, Found, Placing
from hamkor.claims.sentence import Party

PARTNERS = ("with", "to", "from")
OWNED = ("flow", "share", "number")


def share_of_sentence(placing: Placing, figure: Figure) -> Mark | None:
    """Return the word of sharing in the sentence of a figure, if its clause tells no growth."""
    if placing.near.nearest(figure, "trend") is not None:
        return None
    return placing.near.nearest(figure, "share", anywhere=True)


def flow_of(placing: Placing, figure: Figure) -> int | None:
    """Return the flow of which a percentage is told as a part: "13.8 % of the country's exports"."""
    after = placing.sentence.marks[figure.last + 1 : figure.last + 5]
    between = ("economy", "adjective", "self", "economyword", "world", "word")
    apart = (place for place, mark in enumerate(after) if mark.kind not in between and mark.value not in ("of", "from"))
    place = next(apart, None)
    if place is None or after[place].kind != "flow" or after[place].value in BALANCES:
        return None
    return figure.last + 1 + place if place == 0 or after[0].value in ("of", "from") else None


def part_of_total(placing: Placing, figure: Figure) -> bool:
    """Place a percentage of a total as a share of the trade just told: "$834 million, or 5.2 % of the total"."""
    marks = placing.sentence.marks
    after = marks[figure.last + 1] if figure.last + 1 < len(marks) else None
    told = [claim for level, claim in placing.levels if level.first < figure.first and claim.counterpart != WORLD]
    if after is None or after.kind != "ofall" or figure.sign or not told or told[-1].flow == "balance":
        return False
    claim = replace(
        placing.claim(figure, "share", "1"), reporter=told[-1].reporter, counterpart=told[-1].counterpart,
        flow=told[-1].flow, period=told[-1].period, period_kind=told[-1].period_kind,
    )  # fmt: skip
    placing.found.append(Found(claim, () if claim.period else ("period",)))
    return True


def parts_listed(placing: Placing) -> bool:
    """Return whether all percentages of a sentence are parts of a flow, one an economy: "China (61 %), Turkey (14 %)"."""
    sentence = placing.sentence
    rates = [figure for figure in sentence.figures if figure.kind == "percent"]
    flows = [place for place, mark in enumerate(sentence.marks) if mark.kind == "flow" and mark.value not in BALANCES]
    if len(rates) < 2 or not flows or flows[0] > rates[0].first or any(figure.sign for figure in rates):
        return False
    if any(sentence.has(kind) for kind in ("trend", "compare", "factor")) or sum(figure.value for figure in rates) > 1.005:
        return False
    codes = {_beside(placing, figure) for figure in rates}
    return len(codes) == len(rates) and "" not in codes


def _beside(placing: Placing, figure: Figure) -> str:
    """Return the economy that stands next to a percentage, with but a bracket, a dash or a small word between."""
    marks = placing.sentence.marks
    parties = {party.place: party.code for party in placing.near.parties if party.role not in ASIDE}
    for step, start in ((-1, figure.first - 1), (1, figure.last + 1)):
        for place in range(start, start + 4 * step, step):
            if place in parties:
                return parties[place]
            passed = 0 <= place < len(marks) and (
                marks[place].kind in ("word", "relation", "economyword") or marks[place].value in ("(", "—", "–", "-", ":")
            )
            if not passed or (marks[place].kind == "relation" and marks[place].value == "and"):
                break
    return ""


def _of_whole(placing: Placing, figure: Figure) -> bool:
    """Return whether a flow is told as the part of an amount before it: "of which exports made up 96 %"."""
    marks, segment = placing.sentence.marks, placing.sentence.segment
    own = [mark for place, mark in enumerate(marks[: figure.first]) if segment[place] == segment[figure.first]]
    parted = [place for place, mark in enumerate(own) if (mark.kind, mark.value) == ("conj", "part")]
    return bool(parted) and any(mark.kind == "flow" for mark in own[parted[-1] :])


def _left(placing: Placing, figure: Figure) -> bool:
    """Return whether a share is one that was left for another, of a period that is not told: "3,8%-дан 4,1%-ға"."""
    marks = placing.sentence.marks
    later = [f for f in placing.sentence.figures if f.kind == "percent" and f.first == figure.last + 1]
    reached = bool(later) and (marks[figure.last].role, marks[later[0].last].role) in (("from", "to"), ("from", "until"))
    return reached and not any(m.last < figure.first for m in placing.sentence.mentions if m.role == "base")


def _of_pair(placing: Placing, flow: int) -> bool:
    """Return whether the whole is a trade of two economies already: "70 % of Uzbekistan's exports to Afghanistan"."""
    sentence = placing.sentence
    place = flow + 1
    while place < len(sentence.marks) and sentence.marks[place].kind in ("economy", "economyword", "relation", "adjective"):
        place += 1
    inner = {party.code for party in placing.near.parties if flow - 3 < party.place < place and party.role != "office"}
    directed = any(p.role in ("to", "from", "with") and flow < p.place < place for p in placing.near.parties)
    return directed and len(inner) > 1 and not any(mark.value == "goes" for mark in sentence.marks)


def place_share(placing: Placing, figure: Figure) -> None:
    """Place a share: whose total it is of, and whose part."""
    sentence = placing.sentence
    marks = sentence.marks
    flows = placing.near.places(("flow",))
    if _of_whole(placing, figure) or _left(placing, figure):
        return
    shares = placing.near.places(("share",))
    if not flows:
        _go_on(placing, figure)
        return
    if _of_flows(placing, figure):
        return
    own = [place for place in flows if place < figure.first and sentence.segment[place] == sentence.segment[figure.first]]
    told = flow_of(placing, figure)
    if told is not None and _of_pair(placing, told):
        return
    flow_place = own[-1] if own else min(flows, key=lambda place: abs(place - figure.first))
    if told is not None and not sentence.lexicon.relations_follow:
        flow_place = told
    share_place = min(shares or [figure.last], key=lambda place: abs(place - figure.first))
    parties = [party for party in placing.near.parties if party.role not in ASIDE]
    if sentence.lexicon.relations_follow:
        whole, part = _owners(placing, parties, flow_place, figure)
    else:
        whole, part = _whole_and_part(parties, flow_place, share_place, figure.first, sentence.segment)
    listed = placing.near.listed_parties
    if figure.first in listed:
        part = next(party.code for party in parties if party.place == listed[figure.first])
        whole = next((party.code for party in parties if party.place not in listed.values()), "")
    first, second = placing.context.pair
    whole = whole or next(
        (code for code in (placing.near.speaker, placing.context.dominant, first, second) if code and code != part), ""
    )
    part = part or next((code for code in (second, first) if code and code != whole), "")
    claim = replace(placing.claim(figure, "share", "1"), reporter=whole or None, counterpart=part or None)
    flow = marks[flow_place].value
    if flow in BALANCES:
        return
    claim = placing.with_period(replace(claim, flow=cast(Flow, flow)), figure)
    missing = ("reporter",) if not (whole and part) else ("period",) if claim.period is None else ()
    placing.found.append(Found(claim, missing))


def _of_flows(placing: Placing, figure: Figure) -> bool:
    """Return whether the part that is told is a flow, not an economy: "the share of imports is 97 per cent"."""
    sentence = placing.sentence
    marks, segment = sentence.marks, sentence.segment[figure.first]
    step = -1 if sentence.lexicon.relations_follow else 1
    inner = range(1, len(marks) - 1)
    told = [place for place in inner if marks[place].kind == "share" and marks[place + step].value in ("export", "import")]
    own = any(sentence.segment[party.place] == segment for party in placing.near.parties)
    if not own and any(mark.kind == "unnamed" and sentence.segment[place] == segment for place, mark in enumerate(marks)):
        return True
    return not own and any(sentence.segment[place] == segment for place in told)


def _go_on(placing: Placing, figure: Figure) -> None:
    """Place a share of the trade that the sentence before told: "China comes second with 21.3 per cent"."""
    sentence, context = placing.sentence, placing.context
    whole = placing.near.speaker or context.dominant or context.pair[0]
    parties = [party for party in placing.near.parties if party.role not in ASIDE and party.code not in ("", whole)]
    foreign = any(sentence.has(kind) for kind in ("other", "product", "firms", "capital", "fund", "unit"))
    if foreign or not (whole and parties and sentence.has("share")) or context.flow in ("", "balance"):
        return
    own = [party for party in parties if sentence.segment[party.place] == sentence.segment[figure.first]]
    part = min(own or parties, key=lambda party: (party.place > figure.first, abs(party.place - figure.first))).code
    claim = replace(placing.claim(figure, "share", "1"), reporter=whole, counterpart=part, flow=cast(Flow, context.flow))
    claim = placing.with_period(claim, figure)
    placing.found.append(Found(claim, ("period",) if claim.period is None else ()))


def _owners(placing: Placing, parties: list[Party], flow: int, figure: Figure) -> tuple[str, str]:
    """Return whose flow and whose share it is, where the owner stands before what is owned."""
    marks, segments = placing.sentence.marks, placing.sentence.segment
    dated = {place for mention in placing.sentence.mentions for place in range(mention.first, mention.last + 1)}
    told = [(place, mark.kind) for place, mark in enumerate(marks) if mark.kind in OWNED and place not in dated]
    owned = {party: next((kind for place, kind in told if place > party.place), "") for party in parties}
    wholes = [p for p in parties if owned[p] == "flow" and p.place < flow and p.role not in PARTNERS]
    wholes = [p for p in wholes if p.role in ("of", "for")] or wholes
    whole = wholes[-1].code if wholes else ""
    if not whole:
        later = (p for p in parties if owned[p] == "flow" and p.place > figure.last and p.role in ("of", ""))
        whole = next((p.code for p in later), "")
    last = parties[-1] if parties else None
    if not whole and last and last.role == "of" and not last.adjective and last.place > placing.sentence.figures[-1].last:
        whole = last.code
    parts = [
        party
        for party in parties
        if party.code != whole and not (wholes and owned[party] == "flow" and party.place > wholes[-1].place)
    ]
    part = min(
        parts,
        key=lambda p: (
            owned[p] == "flow" and p.role not in PARTNERS,
            segments[p.place] != segments[figure.first],
            p.place > figure.first and placing.sentence.depth[figure.first] > 0,
            abs(p.place - figure.first),
        ),
        default=None,
    )
    return whole, part.code if part else ""


def _whole_and_part(parties: list[Party], flow: int, share: int, figure: int, segment: list[int]) -> tuple[str, str]:
    """Return the economies of the whole (that to which the flow belongs) and of the part."""
    codes = list(dict.fromkeys(party.code for party in parties))
    if not codes:
        return "", ""
    if len(codes) == 1:
        party = parties[0]
        own = party.role == "of" and abs(party.place - flow) < abs(party.place - share)
        return (party.code, "") if own else ("", party.code)
    owners = [party for party in parties if party.role == "of"]
    owners = owners or [party for party in parties if party.role not in ("to", "from", "with")] or parties
    whole = min(owners, key=lambda party: (abs(party.place - flow), party.place)).code
    part = min(
        (p for p in parties if p.code != whole),
        key=lambda p: (segment[p.place] != segment[figure], p.place > figure, abs(p.place - figure)),
    )
    return whole, part.code
