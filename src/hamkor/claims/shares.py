"""Shares of a whole: whose total it is, and whose part."""

from __future__ import annotations

from typing import cast

from msgspec.structs import replace

from hamkor.claims.attach import ASIDE
from hamkor.claims.claim import Flow
from hamkor.claims.figures import Figure
from hamkor.claims.marks import Mark
from hamkor.claims.placing import BALANCES, Found, Placing
from hamkor.claims.sentence import Party


def share_of_sentence(placing: Placing, figure: Figure) -> Mark | None:
    """Return the word of sharing in the sentence of a figure, if its clause tells no growth."""
    if placing.near.nearest(figure, "trend") is not None:
        return None
    return placing.near.nearest(figure, "share", anywhere=True)


def place_share(placing: Placing, figure: Figure) -> None:
    """Place a share: whose total it is of, and whose part."""
    sentence = placing.sentence
    marks = sentence.marks
    flows = [place for place, mark in enumerate(marks) if mark.kind == "flow"]
    shares = [place for place, mark in enumerate(marks) if mark.kind == "share"]
    if not flows:
        return
    own = [place for place in flows if place < figure.first and sentence.segment[place] == sentence.segment[figure.first]]
    flow_place = own[-1] if own else min(flows, key=lambda place: abs(place - figure.first))
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


def _owners(placing: Placing, parties: list[Party], flow: int, figure: Figure) -> tuple[str, str]:
    """Return whose flow and whose share it is, where the owner stands before what is owned."""
    marks, segments = placing.sentence.marks, placing.sentence.segment
    owned = {
        party: next((mark.kind for mark in marks[party.place :] if mark.kind in ("flow", "share", "number")), "")
        for party in parties
    }
    wholes = [party for party in parties if owned[party] == "flow" and party.place < flow]
    whole = wholes[-1].code if wholes else ""
    parts = [
        party
        for party in parties
        if party.code != whole and not (wholes and owned[party] == "flow" and party.place > wholes[-1].place)
    ]
    part = min(
        parts,
        key=lambda p: (owned[p] == "flow", segments[p.place] != segments[figure.first], abs(p.place - figure.first)),
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
