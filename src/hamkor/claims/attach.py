"""What belongs to a figure in its sentence: the word that governs it, the economies, the period."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import pairwise

from hamkor.claims.figures import Figure
from hamkor.claims.lists import listed
from hamkor.claims.marks import Mark
from hamkor.claims.parties import Context, known, speaker_of
from hamkor.claims.sentence import TOPICS, Party, Sentence
from hamkor.claims.times import Mention
from hamkor.schema.periods import Period

RATES = ("percent", "times", "factor")
ASIDE = ("office", "favour")


class Attachments:
    """A sentence being read: what goes with each of its figures.

    Parameters
    ----------
    sentence
        Made ready.
    context
        What the text before it says.
    """

    def __init__(self, sentence: Sentence, context: Context) -> None:
        self.sentence, self.context = sentence, context
        self.parties = known(sentence.parties, context)
        self.speaker = speaker_of(self.parties) or context.speaker
        self.turned = False
        self._places: dict[str, list[int]] = {}
        for place, mark in enumerate(sentence.marks):
            self._places.setdefault(mark.kind, []).append(place)
        self.firsts: dict[str, list[int]] = {}
        for figure in sentence.figures:
            self.firsts.setdefault(figure.kind, []).append(figure.first)
        named = [party for party in sentence.parties if party.role not in ASIDE]
        self.listed_topics, self.listed_parties = listed(sentence, self.places(("flow",)), named)

    def places(self, kinds: Iterable[str]) -> list[int]:
        """Return where marks of these kinds stand, in the order of the text."""
        return sorted([place for kind in kinds for place in self._places.get(kind, ())])

    def turn_to(self, figure: Figure) -> None:
        """Let the office that speaks of a figure be the speaker, where a sentence quotes one after another."""
        offices = [party for party in self.parties if party.role == "office" and party.place < figure.first]
        told = [other.first for other in self.sentence.figures if other.first < figure.first] if len(offices) > 1 else []
        for party, other in pairwise(offices):
            if any(party.place < place < other.place for place in told):
                self.turned, self.speaker = self.speaker != other.code, other.code

    def topic(self, figure: Figure, kinds: frozenset[str] = TOPICS) -> int | None:
        """Return the mark that governs a figure: the nearest before it in its clause, else after it, else before that."""
        if figure.first in self.listed_topics:
            return self.listed_topics[figure.first]
        sentence = self.sentence
        segment, depth = sentence.segment[figure.first], sentence.depth[figure.first]
        seen = [
            place for place in self.places(kinds) if sentence.depth[place] <= depth and not figure.first <= place <= figure.last
        ]
        seen = [place for place in seen if not self._costs(place, seen)]
        beside = figure.last + 1
        if beside in seen and sentence.marks[beside].start - sentence.marks[figure.last].end <= 2 and self._governs(beside):
            return beside
        before = [place for place in seen if place < figure.first and sentence.segment[place] == segment]
        after = [place for place in seen if place > figure.last and sentence.segment[place] == segment]
        clear = [place for place in after[:1] if not self._figure_between(figure.last, place, figure.kind)]
        if before and not (clear and self._figure_between(before[-1], figure.first, figure.kind)):
            return before[-1]
        if clear:
            return clear[0]
        if beside + 1 in seen and sentence.marks[beside].value in "-–—" and not self._leading(beside + 1):
            return beside + 1
        earlier = [place for place in seen if place < figure.first and self._leads(place, figure)]
        if earlier:
            return earlier[-1]
        following = [place for place in seen if place > figure.last][:1]
        later = [place for place in following if not self._figure_between(figure.last, place, figure.kind)]
        if sentence.lexicon.relations_follow or figure.first in self.listed_parties or figure.kind == "money":
            later = later or [place for place in seen if place > figure.last and sentence.marks[place].kind == "flow"]
        return later[0] if later else None

    def _costs(self, place: int, seen: list[int]) -> bool:
        """Return whether a mark is the verb of a flow, as in "imports cost 2.7 billion", and no price of something."""
        if self.sentence.marks[place].value != "cost":
            return False
        segment = self.sentence.segment
        before = [other for other in seen if other < place and segment[other] == segment[place]]
        return bool(before) and all(self.sentence.marks[other].kind == "flow" for other in before)

    def _leading(self, place: int) -> bool:
        """Return whether a mark has a figure of its own after it in its clause."""
        segment = self.sentence.segment
        return any(f.first > place and segment[f.first] in (segment[place], segment[place] + 1) for f in self.sentence.figures)

    def _leads(self, place: int, figure: Figure) -> bool:
        """Return whether a mark governs a later clause; a product does so over a dash: "vegetables - 480 million"."""
        if self.sentence.marks[place].kind != "product":
            return True
        return all(mark.kind == "word" or mark.value in "-–—:" for mark in self.sentence.marks[place + 1 : figure.first])

    def _governs(self, beside: int) -> bool:
        """Return whether the word right after a figure is what it is of: "110 million dollars loan"."""
        mark = self.sentence.marks[beside]
        told = mark.kind in ("other", "capital") or mark.value in ("deficit", "surplus")
        return mark.role != "and" and (self.sentence.lexicon.relations_follow or told)

    def _figure_between(self, low: int, high: int, kind: str) -> bool:
        return self.has_between(low, high, RATES if kind in RATES else (kind,))

    def has_between(self, low: int, high: int, kinds: Iterable[str]) -> bool:
        """Return whether a figure of these kinds stands between two marks."""
        for kind in kinds:
            firsts = self.firsts.get(kind, [])
            after = bisect_right(firsts, low)
            if after < len(firsts) and firsts[after] < high:
                return True
        return False

    def nearest(self, figure: Figure, *kinds: str, anywhere: bool = False) -> Mark | None:
        """Return the nearest mark of these kinds in the clause of a figure (or in the sentence)."""
        sentence = self.sentence
        segment, depth = sentence.segment[figure.first], sentence.depth[figure.first]
        best: tuple[int, Mark] | None = None
        for place in self.places(kinds):
            if (not anywhere and sentence.segment[place] != segment) or sentence.depth[place] > depth:
                continue
            if figure.first <= place <= figure.last:
                continue
            distance = figure.first - place if place < figure.first else place - figure.last
            if best is None or distance < best[0]:
                best = distance, sentence.marks[place]
        return best[1] if best else None

    def local_parties(self, figure: Figure, topic: int | None) -> list[Party]:
        """Return the economies that a figure goes with: of its clause, with the owner named where the list began."""
        if figure.first in self.listed_parties:
            place = self.listed_parties[figure.first]
            own = [party for party in self.parties if party.place == place]
            return self._with_owner(own, figure)
        sentence = self.sentence
        segment, depth = sentence.segment[figure.first], sentence.depth[figure.first]
        usable = [p for p in self.parties if p.role not in ASIDE and sentence.depth[p.place] <= depth]
        own = [party for party in usable if sentence.segment[party.place] == segment]
        if topic is not None and not own:
            own = [party for party in usable if sentence.segment[party.place] == sentence.segment[topic]]
            nearer = [p for p in usable if p.place < figure.first and p.place > topic]
            if nearer:
                last = sentence.segment[nearer[-1].place]
                own = [party for party in nearer if sentence.segment[party.place] == last]
        if not own:
            before = [party for party in usable if party.place < figure.first]
            if before:
                last = sentence.segment[before[-1].place]
                own = self._settled([party for party in before if sentence.segment[party.place] == last])
        if not own:
            own = [party for party in usable if party.place > figure.last]
            codes = list(dict.fromkeys(party.code for party in own))[:2]
            own = [party for party in own if party.code in codes]
        if not own:
            own = [p for p in self.parties if p.role not in ASIDE]
        return self._with_owner(own, figure) if len({party.code for party in own}) == 1 else self._closest(own, figure)

    def _settled(self, parties: list[Party]) -> list[Party]:
        """Return the economies of an earlier clause as owner and partner: the direction told there is that of its own flow."""
        segments = self.sentence.segment
        own = segments[parties[0].place]
        flow = next(
            (mark.value for place, mark in enumerate(self.sentence.marks) if mark.kind == "flow" and segments[place] == own), ""
        )
        roles = {"to": "with", "from": "with"}
        if flow == "export" or {"to", "from"} <= {party.role for party in parties}:
            roles["to" if flow == "import" else "from"] = "of"
        return [Party(party.code, roles.get(party.role, party.role), party.place, party.adjective) for party in parties]

    def _with_owner(self, own: list[Party], figure: Figure) -> list[Party]:
        """Return one economy with the owner or partner that the sentence named before it."""
        code = own[0].code
        before_all = [p for p in self.parties if p.place < own[0].place and p.role not in ASIDE]
        before = [p for p in before_all if p.code != code]
        owners = [
            party
            for party in before
            if party.role in ("of", "", "in", "for") and party.place not in self.listed_parties.values()
        ]
        if own[0].role in ("of", ""):
            owners = [] if self._possesses(own[0]) else [party for party in owners if party.role != "in"]
            owners = [] if any(p.code == code and p.role == "of" and own[0].role == "of" for p in before_all) else owners
        if not own[0].role:
            owners = [party for party in owners if party.role or not self.has_figure(party)]
        if own[0].role in ("of", "") and not owners:
            partners = [p for p in before if p.role in ("with", "to", "from", "between")]
            if partners and own[0].role == "of" and not self._list_item(own[0]):
                return [*partners[-1:], *own]
            return own
        if own[0].role == "of" and own[0].adjective:
            return own
        if owners and own[0].role == "of" and not owners[0].role and self._is_explained(owners[0], own[0]):
            return [own[0], Party(owners[0].code, "with", owners[0].place)]
        if owners:
            role = own[0].role if own[0].role not in ("of", "") else "with"
            return [owners[0], Party(code, role, own[0].place)]
        opposite = {"to": "from", "from": "to"}.get(own[0].role)
        return [*[party for party in before if party.role == opposite][:1], *own]

    def _is_explained(self, party: Party, owner: Party) -> bool:
        """Return whether a party is told to be something of another: "Germany - Kazakhstan's largest partner"."""
        return owner.place == party.place + 2 and self.sentence.marks[party.place + 1].value in ("-", "–", "—")

    def has_figure(self, party: Party) -> bool:
        """Return whether a number is the next thing told of a party, as in a list: "China - 4 billion, Russia - 3"."""
        told = ("flow", "number", "economy", "adjective", "currency")
        years = {place for mention in self.sentence.mentions for place in range(mention.first, mention.last + 1)}
        after = (mark for place, mark in enumerate(self.sentence.marks) if place > party.place and place not in years)
        following = next((mark.kind for mark in after if mark.kind in told), "")
        return following in ("number", "currency")

    def _possesses(self, party: Party) -> bool:
        """Return whether a flow is told as that of a party: "Türkiýäniň eksporty", "содироти Қазоқистон"."""
        marks = self.sentence.marks
        if party.place and marks[party.place - 1].value in ("-", "–", "—"):
            return False
        if not party.role and any(p.code == party.code and p.role in ("to", "from") for p in self.parties):
            return False
        place = party.place + 1 if self.sentence.lexicon.relations_follow else party.place - 1
        return 0 <= place < len(self.sentence.marks) and self.sentence.marks[place].kind == "flow" and not party.adjective

    def _list_item(self, party: Party) -> bool:
        return any(other.role == party.role and other.code != party.code for other in self.parties)

    def _closest(self, own: list[Party], figure: Figure) -> list[Party]:
        """Return at most two economies: the owner, and the one nearest the figure."""
        codes = list(dict.fromkeys(party.code for party in own))
        if len(codes) <= 2:
            return own
        nearest = min(own, key=lambda party: abs(party.place - figure.first))
        owner = next((p for p in own if p.role in ("of", "") and p.code != nearest.code), None)
        return [owner, nearest] if owner is not None else [nearest]

    def period(self, figure: Figure) -> tuple[Period | None, str]:
        """Return the period that a figure is of, and how it was printed."""
        mention = self._finer(self.mention(figure))
        context = self.context
        if self._former(figure):
            mention = next((m for m in self.sentence.mentions if m.role == "base"), None)
            if mention is None:
                return None, ""
        if mention is None:
            return context.period, context.printed
        if mention.printed == "same":
            told = self._current()
            current = told[0] or context.period
            if current is None:
                return None, ""
            years = mention.year - current.year if mention.year is not None else mention.shift
            return current.shifted(years), told[1] if told[0] is not None else context.printed
        year = context.period.year if context.period is not None else None
        if mention.year is None:
            year = next((m.year for m in self.sentence.mentions if m.year is not None and m.role == "current"), year)
        return mention.period(year), mention.printed

    def _finer(self, mention: Mention | None) -> Mention | None:
        """Return the months named before a bare year in its clause: "exports for January-June came in 2025 to"."""
        if mention is None or mention.printed != "year":
            return mention
        segment = self.sentence.segment
        parts = [m for m in self.sentence.mentions if m.year is None and m.role == "current" and m.last < mention.first]
        aside = self.sentence.depth[mention.first] > 0
        parts = [
            m
            for m in parts
            if m.printed in ("span", "quarter", "half", "month") and (aside or segment[m.first] == segment[mention.first])
        ]
        between = parts and any(parts[-1].last < f.first < mention.first for f in self.sentence.figures)
        return parts[-1] if parts and (aside or not between) else mention

    def _current(self) -> tuple[Period | None, str]:
        for mention in self.sentence.mentions:
            if mention.role == "current":
                year = self.context.period.year if self.context.period is not None else None
                return mention.period(year), mention.printed
        return None, ""

    def mention(self, figure: Figure) -> Mention | None:
        """Return the period named for a figure: in its clause before or after it, else the nearest before it."""
        sentence = self.sentence
        segment = sentence.segment[figure.first]
        usable = [m for m in sentence.mentions if m.role in ("current", "base") or m.printed == "same"]
        usable = [m for m in usable if not self._aside(m, figure)]
        if figure.kind == "money":
            grown = {f.last + 1 for f in sentence.figures if f.kind in RATES}
            usable = [m for m in usable if m.printed != "same" or m.first not in grown]
        own = [m for m in usable if sentence.segment[m.first] == segment]
        dashed = [m for m in usable if m.printed == "same" and 0 < figure.first - m.last <= 4 and m not in own]
        if dashed and self._beside(figure, dashed) is not None:
            return dashed[-1]
        current = [m for m in own if m.role == "current" and m.printed != "same"]
        directly = [m for m in own if m.first > figure.last and not self._any_between(figure.last, m.first)]
        told = self._told_in_turn(figure, current) or self._beside(figure, own)
        if told is not None:
            return told
        if current:
            before = [m for m in current if m.last < figure.first]
            after = [m for m in current if m.first > figure.last and not self._any_between(figure.last, m.first)]
            if len(before) > 1 and self._left_between(before[-1].last, figure.first):
                return before[-2]
            fresh = bool(before) and not self._any_between(before[-1].last, figure.first)
            if fresh and not (after and self._any_between(-1, before[-1].first)):
                return before[-1]
            if after:
                return after[0]
            if not fresh and figure.kind == "money" and directly and directly[0].printed == "same":
                return directly[0]
            if not before and self._compared_to(figure, current[0]):
                return None
            return before[-1] if before else current[0]
        if figure.kind == "money":
            if directly and directly[0].printed == "same":
                return directly[0]
            near = [
                m for m in own if m.last < figure.first and m.printed == "same" and not self._any_between(m.last, figure.first)
            ]
            if near and not self.nearest(figure, "compare"):
                return near[-1]
        others = [m for m in usable if m.role == "current" and m.printed != "same"]
        before = [m for m in others if m.last < figure.first]
        if not before and figure.kind in RATES and len({m.year for m in others if m.printed == "year"}) > 1:
            return None
        return before[-1] if before else others[0] if others else None

    def _aside(self, mention: Mention, figure: Figure) -> bool:
        """Return whether a period stands in brackets with a figure of its own: "(2024: 3.1 billion)", "(+41 % y/y)"."""
        depth = self.sentence.depth
        if depth[mention.first] <= depth[figure.first]:
            return False
        near = [f for f in self.sentence.figures if abs(f.first - mention.first) <= 6]
        inner = [f for f in near if depth[f.first] == depth[mention.first]]
        another = any(m.role == "current" and m is not mention for m in self.sentence.mentions)
        told = another and any(f.first < mention.first for f in inner)
        return told or any(f.kind == "money" or mention.printed == "same" for f in inner)

    def _former(self, figure: Figure) -> bool:
        """Return whether an amount is the level before, with no period of its own: "against 402 million", "from 16 to 17"."""
        marks, segment = self.sentence.marks, self.sentence.segment
        before = marks[figure.first - 1] if figure.first else None
        if self.sentence.lexicon.relations_follow:
            return self._left_for(figure)
        if figure.kind not in ("money", "percent") or before is None:
            return False
        if figure.kind == "percent" and (before.kind, before.value) not in (("relation", "from"), ("relation", "with")):
            return False
        if figure.kind == "percent" and any(m.printed == "same" and m.first == figure.last + 1 for m in self.sentence.mentions):
            return True
        later = next((f.first for f in self.sentence.figures if f.kind == figure.kind and f.first > figure.first), len(marks))
        if any(figure.last < m.first < later and segment[m.first] == segment[figure.first] for m in self.sentence.mentions):
            return False
        if before.kind == "compare" or (before.kind, before.value) == ("conj", "former"):
            return True
        reaching = [m for m in marks[figure.last + 1 : later] if (m.kind, m.value) in (("relation", "to"), ("bound", "upto"))]
        return before.kind == "relation" and before.value in ("from", "with") and later < len(marks) and bool(reaching)

    def _left_for(self, figure: Figure) -> bool:
        """Return whether an amount with an ending is the level before, with no period of its own: "121 млн доллардан"."""
        marks = self.sentence.marks
        later = [f for f in self.sentence.figures if f.kind == figure.kind == "money" and f.first == figure.last + 1]
        if not later or marks[figure.last].role != "from" or marks[later[0].last].role not in ("to", "until"):
            return False
        before = [m for m in self.sentence.mentions if m.last < figure.first]
        return len(before) < 2 and not any(m.printed == "same" and m.last == figure.first - 1 for m in before)

    def _told_in_turn(self, figure: Figure, current: list[Mention]) -> Mention | None:
        """Return the period after a figure, where each figure of its clause has one: "14.1 % in 2023 and 15.8 % in 2024"."""
        segment = self.sentence.segment
        kinds = RATES if figure.kind in RATES else (figure.kind,)
        told = [f for f in self.sentence.figures if f.kind in kinds and segment[f.first] == segment[figure.first]]
        if len(told) < 2 or len(told) != len(current):
            return None
        places = [place for f, mention in zip(told, current, strict=True) for place in (f.first, mention.first)]
        return current[told.index(figure)] if places == sorted(places) else None

    def _beside(self, figure: Figure, own: list[Mention]) -> Mention | None:
        """Return the earlier period that touches an amount, if the amount is not compared to it."""
        marks = self.sentence.marks
        for mention in own:
            between = [mark.value for mark in marks[mention.last + 1 : figure.first] if mark.kind != "yearword"]
            bracketed = mention.last < figure.first and between in (["("], ["when"])
            if bracketed and mention.role == "base" and figure.kind == "money":
                return mention
            if mention.printed == "same" and figure.kind == "money":
                after = marks[mention.last + 1].kind if mention.last + 1 < len(marks) else ""
                gap = marks[figure.last + 1 : mention.first]
                if any(f is not figure and f.first == mention.last + 1 and f.kind == "money" for f in self.sentence.figures):
                    continue
                follows = mention.first > figure.last and len(gap) <= 1 and all(mark.kind == "relation" for mark in gap)
                lead = marks[mention.last + 1 : figure.first]
                led = bool(lead) and lead[0].value in ("—", "–", "-", ":") and len(lead) <= 3
                led = led and (not mention.first or marks[mention.first - 1].kind in ("sign", "conj"))
                led = led and all(mark.kind in ("sign", "word", "relation", "bound") for mark in lead)
                if led or mention.last == figure.first - 1 or (follows and after != "compare"):
                    return mention
        return None

    def _compared_to(self, figure: Figure, mention: Mention) -> bool:
        """Return whether a period is that of a level to which an amount is compared: "512 million against 454 in 2023"."""
        between = self.sentence.marks[figure.last + 1 : mention.first]
        amounts = {f.first for f in self.sentence.figures if f.kind == "money"}
        compared = len(between) > 1 and between[0].kind == "compare" and figure.last + 2 in amounts
        return compared and not any(mark.kind == "flow" for mark in between)

    def _left_between(self, low: int, high: int) -> bool:
        """Return whether the amount between two marks is one that was left: "2023-yildagi 80 mln dollardan"."""
        between = [f for f in self.sentence.figures if low < f.first < high and f.kind == "money"]
        return len(between) == 1 and self.sentence.marks[between[0].last].role == "from"

    def _any_between(self, low: int, high: int) -> bool:
        return self.has_between(low, high, ("money",))
