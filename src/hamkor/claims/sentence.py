"""A sentence made ready: its marks in segments, its figures and periods, and the economies with the roles that words give."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from hamkor.claims.figures import Figure, figures
from hamkor.claims.marks import Mark, marks
from hamkor.claims.times import Mention, mentions
from hamkor.languages.lexicon import Lexicon

NAMED = frozenset(("economy", "adjective", "seat", "pair", "self"))
"""Kinds of marks that may be a party."""
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

    def shares_verb(self, figure: Figure, after: Figure) -> bool:
        """Return whether the verb of an amount stands with the next: "3,2 млрд долларға, импорты 2 млрд долларға жетті"."""
        marks, segment = self.marks, self.segment
        parted = figure.last + 1 < len(marks) and marks[figure.last + 1].value in (",", "and")
        roles = marks[figure.last].role, marks[after.last].role
        same = roles in (("to", "to"), ("from", "from")) and segment[after.first] > segment[figure.first]
        return self.lexicon.relations_follow and parted and same

    def lists(self, party: Party) -> bool:
        """Return whether a dash or colon and a number follow an economy, as in a list of partners: "China - 4 billion"."""
        after = [mark for mark in self.marks[party.place + 1 : party.place + 4] if mark.kind != "currency"]
        return not party.role and len(after) > 1 and after[0].value in "-–—:" and after[1].kind == "number"


def sentence(folded: str, start: int, end: int, lexicon: Lexicon) -> Sentence:
    """Return what stands in ``folded[start:end]``, read with the words of one language."""
    found = _cased(marks(folded, start, end, lexicon)) if lexicon.relations_follow else marks(folded, start, end, lexicon)
    periods = mentions(found, folded, year_first=lexicon.relations_follow)
    numbers = [figure for figure in figures(found, folded, lexicon.decimal) if not _of_a_period(figure, periods, found)]
    segment, depth = _segments(found, numbers)
    parties = _parties(found, segment, lexicon.relations_follow)
    return Sentence(start, end, lexicon, found, segment, depth, numbers, periods, parties)


def _cased(found: list[Mark]) -> list[Mark]:
    """Return the marks with an ending after the sign of a unit as its role, or as that of a share: "3,8%-дан", "31,8%ын"."""
    cased: list[Mark] = []
    index = 0
    while index < len(found):
        mark = found[index]
        if mark.kind in ("percent", "currency") and index + 1 < len(found):
            hyphen = found[index + 1].value == "-" and found[index + 1].start == mark.end
            ending = found[min(index + 1 + hyphen, len(found) - 1)]
            if ending.start == mark.end + hyphen and ending.kind in ("relation", "percent", "by"):
                whole = ending.kind == mark.kind == "percent"
                role = "until" if ending.kind == "by" else ending.value
                mark = replace(mark, value=ending.value) if whole else replace(mark, role=role)
                index += 1 + hyphen
        cased.append(mark)
        index += 1
    return cased


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
            elif _sign_parts(found, index):
                current, seen, aside = current + 1, False, 0
        elif mark.kind == "aside":
            aside = 1
        elif (mark.kind == "conj" and not _of_figure(found, index, heads)) or (seen and _and_parts(found, index)):
            current, seen = current + 1, False
        segment.append(current)
        depth.append(opened + aside)
        seen = seen or index in heads
    return segment, depth


def _sign_parts(found: list[Mark], index: int) -> bool:
    """Return whether a sign parts clauses: a comma or a dash, a hyphen with spaces, the end of a line in a list."""
    value = found[index].value
    if value == "-":
        return _spaced(found, index)
    if value == "\n":
        return _names_line(found, index + 1)
    return value in ",;:—–•▪●◦‣" and not _of_span(found, index)


def _names_line(found: list[Mark], index: int) -> bool:
    """Return whether a line begins with an economy and a colon or a dash, as the items of a list do."""
    named = index + 1 < len(found) and found[index].kind == "economy"
    return named and found[index + 1].value in (":", "—", "–", "-")


def _of_figure(found: list[Mark], index: int, heads: set[int]) -> bool:
    """Return whether an "of which" belongs to the figure before it: ", 638 of which are joint ventures"."""
    return found[index].value == "part" and index > 1 and index - 1 in heads and found[index - 2].value in (",", "(", ";")


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
        if mark.kind not in NAMED:
            continue
        if mark.kind in ("economy", "adjective"):
            adjective = mark.kind == "adjective"
            role = "office" if _is_office(found, index, follow) else _role(found, index, segment, follow)
            if adjective and _of_goods(found, index, segment):
                role, adjective = "from", False
            if role == "at":
                bought = any(m.value == "import" and segment[place] == segment[index] for place, m in enumerate(found[:index]))
                role = "from" if bought else "of"
            market = _market(found, index) if adjective else ""
            if adjective and not market and role in ("", "with", "to", "from", "in"):
                role = "of"
            parties.append(Party(mark.value, market or role, index, adjective and not market))
        elif (
            mark.kind == "seat"
            and index > 1
            and found[index - 1].value == "in"
            and (found[index - 2].kind, found[index - 2].value) == ("office", "stat")
        ):
            parties.append(Party(mark.value, "office", index))
        elif mark.kind == "seat" and index and found[index - 1].value == "in" and _posted(found, index):
            parties.append(Party(mark.value, "in", index))
        elif mark.kind == "seat" and index > 1 and found[index - 1].value == "with" and found[index - 2].kind == "flow":
            parties.append(Party(mark.value, "with", index))
        elif mark.kind == "seat" and _seats_joined(found, index):
            parties.append(Party(mark.value, "", index))
        elif mark.kind == "pair":
            parties.append(Party("pair", "between", index))
        elif mark.kind == "self":
            role = "office" if _is_office(found, index, follow) else _role(found, index, segment, follow)
            parties.append(Party("self", role or "of", index))
    listed = _lists_share_roles(parties, found) if follow else _priced(_lists_share_roles(parties, found), found)
    return [_favoured(party, found) for party in listed]


def _of_goods(found: list[Mark], index: int, segment: list[int]) -> bool:
    """Return whether an adjective tells whose goods are bought: "China bought 10.3 billion worth of Turkmen goods"."""
    beside = [found[place].value for place in (index - 1, index + 1) if 0 <= place < len(found)]
    flows = [mark.value for place, mark in enumerate(found[:index]) if mark.kind == "flow" and segment[place] == segment[index]]
    return "goods" in beside and flows[-1:] == ["import"]


def _market(found: list[Mark], index: int) -> str:
    """Return what a market named by an adjective is to the trade: "to the Kazakh market", "на узбекском рынке"."""
    for place in (index + 1, index - 1):
        if 0 <= place < len(found) and found[place].kind == "market":
            role = _role(found, index, [], False) if found[place].value == "m" else found[place].value
            return role if role in ("to", "from", "in") else ""
    return ""


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


def _posted(found: list[Mark], index: int) -> bool:
    """Return whether a capital is where an ambassador of another economy is: "the ambassador of Kazakhstan in Tashkent"."""
    return any((mark.kind, mark.value) == ("office", "abroad") for mark in found[max(index - 5, 0) : index - 1])


def _seats_joined(found: list[Mark], index: int) -> bool:
    """Return whether a capital stands for its country: joined by "and", as in "Ashgabat and Astana intend"."""
    named = ("seat", "economy")
    if index and (found[index - 1].kind, found[index - 1].value) in (("relation", "in"), ("relation", "from")):
        return False
    for step in (1, -1):
        low, high = index + step, index + 2 * step
        if (
            0 <= high < len(found)
            and 0 <= low < len(found)
            and found[high].kind in named
            and found[low].value in ("and", "with")
        ):
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
    if follow and index > 1 and found[index - 1].value == "and" and found[index - 2].kind == "economy":
        return False
    for step in (1,) if follow else (1, -1):
        words = 0
        place = index + step
        while 0 <= place < len(found) and words <= 3:
            other = found[place]
            if other.kind == "office":
                return step > 0 or follow or not (place and found[place - 1].kind == "economy" and found[place - 1].role)
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
    if mark.role == "owner" or _who_trades(found, index):
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
        if (other.kind == "relation" and other.value != "and") or (other.kind, other.value) == ("by", "agent"):
            return other.value
        if other.kind == "market" and other.value != "m":
            return other.value
        if other.kind not in ("word", "economyword", "sign", "market") or other.value in (",", ";", "(", ")", ":", "—", "–"):
            break
    return mark.role if mark.role != "and" else ""


def _who_trades(found: list[Mark], index: int) -> bool:
    """Return whether a flow is told of an economy by a relative clause: "Uzbekistan, which exported"."""
    after = [mark for mark in found[index + 1 : index + 4] if mark.value != ","]
    return len(after) > 1 and after[0].value == "who" and after[1].kind == "flow"


def _enumerated(found: list[Mark], left: int, right: int) -> bool:
    """Return whether nothing but "and" or a comma stands between two economies."""
    between = found[left + 1 : right]
    return bool(between) and all(mark.value in ("and", ",") for mark in between)


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
            joined = joined and not (place and _enumerated(found, shared[place - 1].place, low))
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
