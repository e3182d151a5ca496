"""A sentence made ready: its marks in segments, its figures and periods, and the economies with the roles that words give."""

from __future__ import annotations

import msgspec

from hamkor.claims.figures import Figure, figures
from hamkor.claims.marks import Mark, marks
from hamkor.claims.times import Mention, mentions
from hamkor.languages.lexicon import Lexicon

TOPICS = frozenset(("flow", "firms", "capital", "share", "other", "product"))


class Party(msgspec.Struct, frozen=True):
    """An economy as it stands in a sentence.

    `role`: ``of`` (possessor, or adjective), ``to``, ``from``, ``with``, ``between``, ``in``, ``office`` (whose statistics
    or official speaks), ``favour`` (in whose favour a balance is), or empty. `code` is ``pair`` for "the two countries",
    ``self`` for "our country".
    """

    code: str
    role: str
    place: int
    adjective: bool = False


class Sentence(msgspec.Struct, frozen=True):
    """A sentence and what was found in it.

    Attributes
    ----------
    marks
        In the order of the text.
    segment
        For each mark, the number of its clause.
    depth
        For each mark, how many brackets are open around it.
    figures, mentions, parties
        In the order of the text.
    """

    start: int
    end: int
    lexicon: Lexicon
    marks: list[Mark]
    segment: list[int]
    depth: list[int]
    figures: list[Figure]
    mentions: list[Mention]
    parties: list[Party]

    def has(self, kind: str, value: str = "") -> bool:
        """Return whether a mark of that kind (and value) stands in the sentence."""
        return any(mark.kind == kind and (not value or mark.value == value) for mark in self.marks)


def sentence(folded: str, start: int, end: int, lexicon: Lexicon) -> Sentence:
    """Return what stands in ``folded[start:end]``, read with the words of one language."""
    found = marks(folded, start, end, lexicon)
    periods = mentions(found, folded, year_first=lexicon.relations_follow)
    numbers = [figure for figure in figures(found, folded, lexicon.decimal) if not _of_a_period(figure, periods, found)]
    segment, depth = _segments(found, numbers)
    parties = _parties(found, segment, lexicon.relations_follow)
    return Sentence(start, end, lexicon, found, segment, depth, numbers, periods, parties)


def _of_a_period(figure: Figure, periods: list[Mention], found: list[Mark]) -> bool:
    """Return whether a number is part of a period: a year, a day, the nine of nine months."""
    return figure.kind == "number" and any(mention.first <= figure.first <= mention.last for mention in periods)


def _segments(found: list[Mark], numbers: list[Figure]) -> tuple[list[int], list[int]]:
    """Return the clause of each mark and the depth of brackets: a comma parts, "and" parts once a figure has been seen."""
    heads = {figure.first for figure in numbers}
    segment: list[int] = []
    depth: list[int] = []
    current = opened = aside = outer = 0
    seen = False
    for index, mark in enumerate(found):
        if mark.kind == "sign":
            if mark.value in "([":
                opened, outer = opened + 1, current
            elif mark.value in ")]":
                opened = max(opened - 1, 0)
                current += current != outer
            elif (mark.value in ",;:—–•▪●◦‣" and not _of_span(found, index)) or (mark.value == "-" and _spaced(found, index)):
                current, seen, aside = current + 1, False, 0
        elif mark.kind == "aside":
            aside = 1
        elif mark.kind == "conj" or (seen and _and_parts(found, index)):
            current, seen = current + 1, False
        segment.append(current)
        depth.append(opened + aside)
        seen = seen or index in heads
    return segment, depth


def _and_parts(found: list[Mark], index: int) -> bool:
    """Return whether a mark is an "and", by itself or as a prefix, that does not join two economies."""
    mark, named = found[index], ("economy", "adjective", "seat")
    after_name = index > 0 and found[index - 1].kind in named
    if mark.kind == "relation" and mark.value == "and":
        return not (after_name and index + 1 < len(found) and found[index + 1].kind in named)
    return mark.role == "and" and mark.kind in TOPICS | {"economy", "adjective"} and not (after_name and mark.kind in named)


def _of_span(found: list[Mark], index: int) -> bool:
    """Return whether a dash joins two numbers or months: 10–15 billion, January–May."""
    if found[index].value not in "—–" or not 0 < index < len(found) - 1 or _spaced(found, index):
        return False
    kind = found[index - 1].kind
    return kind in ("number", "month") and kind == found[index + 1].kind


def _spaced(found: list[Mark], index: int) -> bool:
    before = found[index - 1].end if index else found[index].start - 1
    after = found[index + 1].start if index + 1 < len(found) else found[index].end + 1
    return found[index].start > before and after > found[index].end


def _parties(found: list[Mark], segment: list[int], follow: bool) -> list[Party]:
    parties: list[Party] = []
    for index, mark in enumerate(found):
        if mark.kind in ("economy", "adjective"):
            adjective = mark.kind == "adjective"
            role = "office" if _is_office(found, index, follow) else _role(found, index, segment, follow)
            if adjective and role in ("", "with", "to", "from", "in"):
                role = "of"
            parties.append(Party(mark.value, role, index, adjective))
        elif mark.kind == "seat" and _seats_joined(found, index):
            parties.append(Party(mark.value, "", index))
        elif mark.kind == "pair":
            parties.append(Party("pair", "between", index))
        elif mark.kind == "self":
            role = "office" if _is_office(found, index, follow) else _role(found, index, segment, follow)
            parties.append(Party("self", role or "of", index))
    listed = _lists_share_roles(parties, found) if follow else _priced(_lists_share_roles(parties, found), found)
    return [_favoured(party, found) for party in listed]


def _priced(parties: list[Party], found: list[Mark]) -> list[Party]:
    """Return the parties, each of a list with figures, "from A (11 billion), B (7 billion)", with the role of its first."""
    shared = list(parties)
    passed = ("number", "scale", "currency", "percent", "sign", "economyword")
    for place in range(1, len(shared)):
        party, other = shared[place], shared[place - 1]
        between = found[other.place + 1 : party.place]
        open_role = not party.role or (party.role == "of" and other.role == "from")
        if not open_role or other.role not in ("with", "to", "from") or party.adjective or other.adjective:
            continue
        if any(mark.kind == "number" for mark in between) and all(
            mark.kind in passed or (mark.kind == "relation" and mark.value == "and") for mark in between
        ):
            shared[place] = Party(party.code, other.role, party.place)
    return shared


def _seats_joined(found: list[Mark], index: int) -> bool:
    """Return whether a capital stands for its country: joined by "and", as in "Ashgabat and Astana intend"."""
    named = ("seat", "economy")
    if index and (found[index - 1].kind, found[index - 1].value) in (("relation", "in"), ("relation", "from")):
        return False
    for step in (1, -1):
        low, high = index + step, index + 2 * step
        if 0 <= high < len(found) and 0 <= low < len(found) and found[high].kind in named and found[low].value == "and":
            return True
    left, right = found[max(index - 1, 0)], found[min(index + 1, len(found) - 1)]
    return (right.kind in named and right.role == "and") or (left.kind in named and found[index].role == "and")


def _favoured(party: Party, found: list[Mark]) -> Party:
    """Return a party in whose favour a balance is with that role."""
    for place in (party.place - 1, party.place + 1):
        if 0 <= place < len(found) and found[place].kind == "favour":
            return Party(party.code, "favour", party.place, party.adjective)
    return party


def _is_office(found: list[Mark], index: int, follow: bool) -> bool:
    """Return whether an economy is that of an office named as the source: "according to Kazakhstan's statistics"."""
    mark = found[index]
    if follow and mark.role not in ("", "of"):
        return False
    for step in (1,) if follow else (1, -1):
        words = 0
        place = index + step
        while 0 <= place < len(found) and words <= 3:
            other = found[place]
            if other.kind == "office":
                return True
            if other.kind == "word" or (other.kind == "economy" and follow and other.role == "in"):
                words += 1
            elif other.kind not in ("economyword", *(() if follow else ("relation",))) and other.value not in '«»“”"':
                break
            place += step
        if not mark.word:
            continue
    return False


def _role(found: list[Mark], index: int, segment: list[int], follow: bool) -> str:
    """Return what the preposition (or postposition) beside an economy says, else its case ending."""
    mark = found[index]
    if mark.role == "owner":
        return "of"
    if follow:
        for place in range(index + 1, min(index + 3, len(found))):
            other = found[place]
            if other.kind == "relation" and other.value != "and":
                return other.value
            if other.kind not in ("word", "economyword"):
                break
        return mark.role if mark.role != "and" else ""
    for place in range(index - 1, max(index - 4, -1), -1):
        other = found[place]
        if other.kind == "relation" and other.value != "and":
            return other.value
        if other.kind not in ("word", "economyword", "sign") or other.value in (",", ";", "(", ")", ":", "—", "–"):
            break
    return mark.role if mark.role != "and" else ""


def _lists_share_roles(parties: list[Party], found: list[Mark]) -> list[Party]:
    """Return the parties, each of a list "with A, B and C" with the role of its first (or, where words follow, its last)."""
    shared = list(parties)
    for order in (1, -1):
        indices = range(1, len(shared)) if order == 1 else range(len(shared) - 2, -1, -1)
        for place in indices:
            party, other = shared[place], shared[place - order]
            low, high = sorted((party.place, other.place))
            between = found[low + 1 : high]
            joined = party.role == "with" and order == -1 and any(mark.value == "with" for mark in between)
            shares = (
                other.role in ("with", "between", "to", "from", "in")
                or (joined and other.role == "")
                or (order == -1 and other.role == "of")
            )
            if (party.role and not joined) or not shares or party.adjective or other.adjective:
                continue
            linked = between or "and" in (found[low].role, found[high].role)
            if linked and all(
                (mark.kind == "relation" and (joined or mark.value == "and")) or mark.value == "," or mark.kind == "economyword"
                for mark in between
            ):
                shared[place] = Party(party.code, other.role, party.place, party.adjective)
    return shared
