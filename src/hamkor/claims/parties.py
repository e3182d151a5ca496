"""Whose trade with whom: from the economies of a sentence, and of the text before it, to reporter, counterpart and flow."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from hamkor.claims.sentence import Party, Sentence
from hamkor.schema.periods import Period

WORLD = "W1"
GROUPS = frozenset(("CIS", "EAEU", "EU", "CA"))


class Context(msgspec.Struct):
    """What the text before a sentence says.

    Attributes
    ----------
    pair
        The two economies last spoken of, reporter first; the counterpart may be empty.
    speaker
        Economy whose office or official was named as the source.
    dominant
        Economy that the whole text turns around, empty if there is none.
    head
        The one economy that the last heading names.
    lone
        The only economy that the text names, empty if it names more.
    both
        The only two economies that the text names, as "the two countries" before them means them.
    only
        The only period that the text names, and how; nothing if it names more.
    period, printed
        Last period named, and how.
    flow
        Last flow named.
    currency
        Last currency named.
    firms
        Host, home and number of the firms that the sentence before counted; empty if it counted none.
    """

    pair: tuple[str, str] = ("", "")
    speaker: str = ""
    dominant: str = ""
    head: str = ""
    lone: str = ""
    both: tuple[str, str] = ("", "")
    only: tuple[Period, str] | None = None
    flow: str = ""
    period: Period | None = None
    printed: str = ""
    currency: str | None = None
    firms: tuple[str, str, float] = ("", "", 0.0)


class Trade(msgspec.Struct, frozen=True):
    """Reporter, counterpart (empty where not said) and the flow from the reporter's side."""

    reporter: str
    counterpart: str
    flow: str


_MIRRORED = {"export": "import", "import": "export"}


def known(parties: Sequence[Party], context: Context) -> list[Party]:
    """Return the parties with "the two countries" and "our country" replaced by the economies that they mean."""
    found: list[Party] = []
    for party in parties:
        if party.code == "pair":
            first, second = context.pair if all(context.pair) else context.both
            if first and second not in ("", WORLD) and not any(other.code not in ("pair", "self") for other in parties):
                found += [Party(first, "between", party.place), Party(second, "between", party.place)]
        elif party.code == "self":
            named = [other for other in parties if other.code not in ("pair", "self")]
            owners = [other.code for other in named if other.role == "of" and not other.adjective]
            subject = next(iter([*owners, *(other.code for other in named if other.role in ("", "of"))]), "")
            own = speaker_of(parties) or context.speaker or context.dominant or context.pair[0] or subject
            if own:
                found.append(Party(own, party.role, party.place))
        else:
            found.append(party)
    return found


def speaker_of(parties: Sequence[Party]) -> str:
    """Return the economy whose office speaks in a sentence, or an empty text."""
    return next((party.code for party in parties if party.role == "office"), "")


def trade(flow: str, parties: Sequence[Party], context: Context, *, speaker: str, world: bool) -> Trade:
    """Return whose flow it is.

    Parameters
    ----------
    flow
        As the words name it.
    parties
        Economies near the figure, the office's own left out.
    context
        What stands before.
    speaker
        Economy whose office says it, empty if none is named.
    world
        Whether trade with the whole world is meant.
    """
    others = _for_read([party for party in parties if party.role not in ("office", "favour")], flow, world)
    codes = list(dict.fromkeys(party.code for party in others))
    if len(codes) >= 2:
        return oriented(_of_two(flow, others), speaker)
    if len(codes) == 1:
        fitting = [party for party in others if party.role == {"export": "to", "import": "from"}.get(flow)]
        return oriented(_of_one(flow, (fitting or others)[0], context, speaker, world), speaker)
    if world and (own := speaker or context.dominant or context.pair[0]):
        return Trade(own, WORLD, flow)
    first, second = context.pair
    if first and not second and speaker not in ("", first) and flow in ("turnover", "balance"):
        return Trade(speaker, first, flow)
    return oriented(Trade(first, second, flow), speaker)


def _for_read(parties: list[Party], flow: str, world: bool) -> list[Party]:
    """Return the parties with the role ``for``, which may mean "of" and "to", read as what the flow and the others leave."""
    read: list[Party] = []
    for party in parties:
        if party.role == "for":
            others = [other for other in parties if other.code != party.code]
            to = flow == "export" and not world and all(other.role in ("of", "") for other in others)
            read.append(Party(party.code, "to" if to else "of", party.place, party.adjective))
        elif flow == "balance" and party.role == "of" and any(other.role == "for" for other in parties):
            read.append(Party(party.code, "with", party.place, party.adjective))
        else:
            read.append(party)
    return read


def oriented(found: Trade, speaker: str) -> Trade:
    """Return the same trade seen from the side of the speaker, if that is the other side."""
    if speaker and found.counterpart == speaker and found.reporter:
        flow = _MIRRORED.get(found.flow, found.flow)
        return Trade(speaker, found.reporter, flow)
    if speaker and not found.reporter and found.counterpart != speaker:
        return Trade(speaker, found.counterpart, found.flow)
    return found


def _first(parties: Sequence[Party], *roles: str) -> str:
    return next((party.code for party in parties if party.role in roles), "")


def _of_two(flow: str, parties: Sequence[Party]) -> Trade:
    """Return the trade of two named economies."""
    owner = _first(parties, "agent") or _first(parties, "of") or _first(parties, "") or _first(parties, "in")
    receiver, origin, partner = _first(parties, "to"), _first(parties, "from"), _first(parties, "with")
    codes = list(dict.fromkeys(party.code for party in parties))
    owned = any(party.role == "of" and not party.adjective for party in parties)
    if flow == "export" and (receiver or (origin and not owned)):
        sender = origin or next((code for code in (owner, partner, *codes) if code and code != receiver), "")
        receiver = receiver or next((code for code in (owner, partner, *codes) if code and code != sender), "")
        if sender != receiver:
            return Trade(sender, receiver, "export")
    if flow == "import" and origin:
        receiver = receiver or next((code for code in (owner, partner, *codes) if code and code != origin), "")
        if receiver != origin:
            return Trade(receiver, origin, "import")
    if not owner and {party.role for party in parties} == {"with"}:
        return Trade(codes[0], codes[1], flow)
    other = partner or receiver or origin
    if other and owner != other:
        return Trade(owner or next(code for code in codes if code != other), other, flow)
    first = owner or codes[0]
    return Trade(first, next(code for code in codes if code != first), flow)


def _of_one(flow: str, party: Party, context: Context, speaker: str, world: bool) -> Trade:
    """Return the trade of one named economy with the one that the text before, or the speaker, gives."""
    code = party.code
    first, second = context.pair
    is_other = party.role in ("with", "between") or (flow != "import" and party.role == "to") or (
        flow == "import" and party.role == "from"
    )  # fmt: skip
    if is_other and not world:
        owners = (speaker, context.dominant, first, second, context.lone if code in GROUPS else "")
        own = next((own for own in owners if own and own not in (code, WORLD)), "")
        if own or WORLD not in context.pair:
            return Trade(own, code, flow)
    if (flow == "import" and party.role == "to") or (flow == "export" and party.role == "from") or party.role in ("of", ""):
        if world:
            return Trade(code, WORLD, flow)
        if code == first and second:
            return Trade(first, second, flow)
        if code == second and first:
            return Trade(second, first, flow) if party.role == "of" or not context.dominant else Trade(first, second, flow)
        if speaker and speaker != code:
            return Trade(code, speaker, flow)
        return Trade(code, "", flow)
    if code in (first, second) and first and second:
        return Trade(first, second, flow)
    return Trade("", code, flow)


def follow(sentence: Sentence, context: Context) -> None:
    """Let the context take up what a sentence (or a heading) says of economies."""
    parties = known(sentence.parties, context)
    speaker = speaker_of(parties)
    if speaker:
        context.speaker = speaker
    named = [party for party in parties if party.role not in ("office", "favour")]
    named = [party for party in named if party.code not in GROUPS] or named
    codes = list(dict.fromkeys(party.code for party in named))
    own = context.speaker or context.dominant
    if len(codes) == 2:
        owner = next((party.code for party in named if party.role == "of" and not (party.adjective and not named[0].role)), "")
        first = own if own in codes else owner or codes[0]
        context.pair = (first, next(code for code in codes if code != first))
    elif len(codes) == 1:
        first = own or context.pair[0]
        if codes[0] in context.pair and (not own or own in context.pair):
            return
        if first and codes[0] != first and (own or named[0].role in ("with", "to", "from")):
            context.pair = (first, codes[0])
        elif codes[0] not in context.pair:
            context.pair = ("", codes[0]) if named[0].role in ("with", "from") else (codes[0], "")
    elif len(codes) > 2:
        context.pair = (own or codes[0], "")
