"""A sentence whose figures are being placed: what all kinds of claims are made with."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, cast

import msgspec
from msgspec.structs import replace

from hamkor.claims.attach import ASIDE, Attachments
from hamkor.claims.claim import Claim, Flow
from hamkor.claims.figures import Figure
from hamkor.claims.parties import WORLD, Context, Trade, oriented, speaker_of, trade
from hamkor.claims.sentence import Party, Sentence
from hamkor.schema.periods import Period

FLOW_TOPICS = frozenset(("flow", "share", "other", "product"))
MONEY_TOPICS = frozenset(("flow", "capital", "other", "product"))
CURRENCIES_SHORT = frozenset(("долл", "дол", "руб", "doll"))
SCALES_SHORT = frozenset(("млрд", "млн", "тыс", "mlrd", "mln", "mld", "bln"))
BALANCES = {"deficit": -1.0, "surplus": 1.0}


class Found(msgspec.Struct, frozen=True):
    """A claim (without its number) and what of it is missing."""

    claim: Claim
    missing: tuple[str, ...] = ()


class Placing:
    """The claims of one sentence, as they are made."""

    def __init__(self, sentence: Sentence, context: Context, text: str, folded: str, locator: str) -> None:
        self.sentence, self.context, self.text, self.folded, self.locator = sentence, context, text, folded, locator
        self.near = Attachments(sentence, context)
        self.found: list[Found] = []
        self.levels: list[tuple[Figure, Claim]] = []
        self.ahead = False

    def claim(self, figure: Figure, kind: str, unit: str) -> Claim:
        """Return a claim of the figure with nothing placed yet."""
        low, high, bound = self._bounds(figure)
        end = figure.end + self._point(figure)
        return Claim(
            id="", text=self.text[figure.start : end], start=figure.start, end=end, locator=self.locator,
            language=self.sentence.lexicon.code, kind=cast(Literal["amount"], kind), value=figure.value, low=low, high=high,
            bound=bound, unit=unit, speaker=self.near.speaker or None,
        )  # fmt: skip

    def _point(self, figure: Figure) -> int:
        """Return 1 if the point after a figure belongs to its last, abbreviated word."""
        word = self.sentence.marks[figure.last]
        if self.folded[figure.end : figure.end + 1] != "." or word.kind not in ("currency", "scale"):
            return 0
        last = self.folded[word.start : word.end].split()[-1]
        return 1 if last in CURRENCIES_SHORT or (last in SCALES_SHORT and self._goes_on(figure)) else 0

    def _goes_on(self, figure: Figure) -> bool:
        """Return whether a sentence goes on in its line after the point of a figure."""
        rest = self.text[figure.end + 1 : self.sentence.end]
        return bool(rest) and not rest.lstrip(" ").startswith("\n")

    def _bounds(self, figure: Figure) -> tuple[float | None, float | None, str]:
        if figure.bound == "range":
            return figure.low, figure.high, "range"
        bound = self._bound_word(figure)
        if bound == "upto":
            reached = any(self.sentence.has(kind) for kind in ("trend", "factor", "target", "percent"))
            bound = "" if reached else "below"
        if bound == "above":
            return figure.value, None, bound
        if bound == "below":
            return None, figure.value, bound
        if bound == "about" and figure.low is not None:
            return figure.value - 10 * figure.step, figure.value + 10 * figure.step, bound
        return figure.low, figure.high, ""

    def _bound_word(self, figure: Figure) -> str:
        if self.folded[figure.end : figure.end + 1] == "+" and figure.kind != "percent":
            return "above"
        marks, segment = self.sentence.marks, self.sentence.segment[figure.first]
        for place in range(figure.first - 1, max(figure.first - 5, -1), -1):
            mark = marks[place]
            if self.sentence.segment[place] != segment:
                break
            if mark.kind in ("bound", "deltabound") and mark.role != "after" and figure.start - mark.end <= 24:
                further = mark.value == "upto" and place and marks[place - 1].kind == "bound"
                return marks[place - 1].value if further else mark.value
            if mark.kind not in ("word", "relation", "trend", "sign") or self.sentence.segment[place] != segment:
                break
        for place in range(figure.first - 1, -1, -1):
            mark = marks[place]
            if mark.kind == "passed" or (mark.kind == "target" and mark.value == "above"):
                return mark.value
            counted = any(other.first <= place <= other.last for other in self.sentence.figures)
            if counted or mark.kind == "sign" or self.sentence.segment[place] != segment:
                break
        for place in range(figure.last + 1, min(figure.last + 4, len(marks))):
            mark = marks[place]
            if mark.kind == "trend" and place == figure.last + 1 and self._starts(figure):
                return "below" if mark.value == "down" else "above"
            if mark.kind == "after" and mark.start - figure.end <= 24:
                return mark.value
            passed = mark.kind in ("word", "firms", "economy", "adjective") or (mark.kind, mark.value) == ("relation", "from")
            if not passed or self.sentence.segment[place] != segment:
                break
        after = next((f for f in self.sentence.figures if f.kind == "money" and f.first > figure.first), None)
        return self._bound_word(after) if after is not None and self.sentence.shares_verb(figure, after) else ""

    def _starts(self, figure: Figure) -> bool:
        """Return whether a figure is told as one that is passed: "3 milliard dollardan geçdi", "аз 3 миллиард гузашт"."""
        marks = self.sentence.marks
        before = marks[figure.first - 1] if figure.first else None
        told = before is not None and (before.kind, before.value) == ("relation", "from") and figure.kind == "money"
        later = any(other.kind == "money" and other.first > figure.first for other in self.sentence.figures)
        return marks[figure.last].role == "from" or (told and not later)

    def trade(self, figure: Figure, topic: int | None, flow: str) -> Trade:
        """Return whose flow a figure is."""
        spoken = self._of_office(figure, topic, flow)
        if spoken is not None:
            return spoken
        parties = self.near.local_parties(figure, topic)
        head = self.context.head
        if topic is None and head and len(parties) == 1 and parties[0].code != head:
            return Trade(head, parties[0].code, flow)
        world = self._world(figure, topic)
        found = trade(flow, parties, self.context, speaker=self.near.speaker, world=world)
        if found.counterpart and not found.reporter:
            return self._with_other_named(found, parties, figure)
        if not (found.counterpart or found.reporter or self.near.parties or self.sentence.has("unnamed")) and self.context.lone:
            return Trade(self.context.lone, WORLD, flow)
        told = figure.kind == "money" and flow == "turnover" and not self.sentence.has("unnamed")
        if not found.reporter and told and not self.near.parties and all(self.context.both):
            self.ahead = True
            return Trade(*self.context.both, flow)
        if found.counterpart or not found.reporter:
            return found
        told = any(mark.role == "world" for mark in self.sentence.marks)
        own = self.context.dominant or self.context.pair[0]
        if own and own != found.reporter and parties and all(self.sentence.lists(party) for party in parties):
            return Trade(own, found.reporter, found.flow)
        named = dict.fromkeys(p.code for p in self.near.parties if p.role not in ASIDE and not self.near.has_figure(p))
        others = [code for code in named if code != found.reporter]
        if len(others) == 1 and not told:
            return oriented(Trade(found.reporter, others[0], found.flow), self.near.speaker)
        alone = self.context.lone == found.reporter or not others
        whole = told or (alone and not self.sentence.has("unnamed"))
        return Trade(found.reporter, WORLD, flow) if whole else self._with_meant(found)

    def _of_office(self, figure: Figure, topic: int | None, flow: str) -> Trade | None:
        """Return the flow of the one whose office tells it, where no economy is named beside: "exports 402 million, said"."""
        segment, pair, office = self.sentence.segment, self.context.pair, speaker_of(self.near.parties)
        beside = any(segment[p.place] == segment[figure.first] and p.role not in ASIDE for p in self.near.parties)
        if self.near.turned and not beside and self.near.speaker in pair:
            return Trade(self.near.speaker, next((code for code in pair if code != self.near.speaker), ""), flow)
        alone = all(party.role in ASIDE for party in self.near.parties)
        if topic is None or not alone or office not in pair or not all(pair) or WORLD in pair:
            return None
        return Trade(office, pair[pair[0] == office], flow)

    def _with_meant(self, found: Trade) -> Trade:
        """Return a trade with "this country", or with "the neighbour" of a heading that names one, as its counterpart."""
        pair = self.context.pair
        others = [code for code in pair if code not in ("", WORLD, found.reporter)]
        if len(others) != 1 or not (self.sentence.has("unnamed", "this") or found.reporter not in pair):
            return found
        return oriented(Trade(found.reporter, others[0], found.flow), self.near.speaker)

    def _with_other_named(self, found: Trade, parties: list[Party], figure: Figure) -> Trade:
        """Return a trade of a partner alone with the one other economy that its sentence names as an owner."""
        if found.counterpart == self.context.lone and parties and all(party.role == "in" for party in parties):
            return found if self.sentence.has("unnamed") else Trade(found.counterpart, WORLD, found.flow)
        owners = dict.fromkeys(
            party.code
            for party in self.near.parties
            if party.code != found.counterpart
            and (party.role == "favour" or (party.role in ("of", "") and not self.near.has_figure(party)))
        )
        both = self.context.both
        if not owners and figure.kind == "money" and found.counterpart in both and not self.sentence.has("unnamed"):
            return Trade(both[both[0] == found.counterpart], found.counterpart, found.flow)
        return Trade(next(iter(owners)), found.counterpart, found.flow) if len(owners) == 1 else found

    def _world(self, figure: Figure, topic: int | None) -> bool:
        marks, segment = self.sentence.marks, self.sentence.segment
        if topic is not None and marks[topic].role == "world":
            return True
        if topic is not None and marks[topic].value in ("balance", *BALANCES):
            return any(mark.role == "world" and segment[place] == segment[topic] for place, mark in enumerate(marks))
        return self.near.nearest(figure, "world") is not None

    def with_trade(self, claim: Claim, whose: Trade, sign: float = 1.0) -> Claim:
        """Return a claim with reporter, counterpart and flow; a balance in favour of a side with its sign."""
        flow = cast(Flow, whose.flow)
        if flow == "balance" and self.near.places(("favour",)):
            winner = next((party for party in self.near.parties if party.role == "favour"), None)
            if winner is not None and whose.counterpart and claim.low is not None and claim.high is not None:
                side = 1.0 if winner.code == whose.reporter else -1.0
                low, high = sorted((side * abs(claim.low), side * abs(claim.high)))
                claim = replace(claim, value=side * abs(claim.value), low=low, high=high)
        return replace(claim, reporter=whose.reporter or None, counterpart=whose.counterpart or None, flow=flow)

    def with_period(self, claim: Claim, figure: Figure) -> Claim:
        """Return a claim with its period."""
        period, printed = self.near.period(figure)
        if period is None and self.ahead and self.context.only is not None:
            period, printed = self.context.only
        if period is None or printed == "since":
            return claim
        return replace(claim, period=written(period, printed), period_kind=period_kind(period, printed))

    def remember(self) -> None:
        """Let the context take up flow, pair and period of the sentence."""
        context = self.context
        if self.levels:
            last = self.levels[-1][1]
            context.flow = last.flow or ""
        else:
            flows = [mark.value for mark in self.sentence.marks if mark.kind == "flow"]
            if flows:
                context.flow = "balance" if flows[0] in BALANCES else flows[0]
        whole = [
            item.claim for item in self.found if item.claim.reporter and item.claim.counterpart and item.claim.kind != "count"
        ]
        if whole:
            context.pair = (whole[-1].reporter or "", whole[-1].counterpart or "")
        for mention in self.sentence.mentions:
            if mention.role == "current" and mention.printed not in ("same", "since") and not mention.shift:
                period = mention.period(context.period.year if context.period else None)
                if period is not None and not self._earlier(period):
                    context.period, context.printed = period, mention.printed

    def _earlier(self, period: Period) -> bool:
        """Return whether a later year than that of a period was told before it: "4.3 billion in 2024 against 4.4 in 2023"."""
        years = [m.year for m in self.sentence.mentions if m.role == "current" and m.year is not None]
        return self.sentence.has("compare") and any(year > period.year for year in years)


@lru_cache(maxsize=1024)
def written(period: Period, printed: str) -> str:
    """Return a period as claims write it: a first quarter that is printed as one stays a quarter."""
    if printed == "quarter" and period.months == 3:
        return f"{period.year:04d}-Q{period.first % 12 // 3 + 1}"
    return str(period)


def period_kind(period: Period, printed: str) -> Literal["cumulative", "annual", "month", "quarter"]:
    """Return the kind of a period as it was printed."""
    return "quarter" if printed == "quarter" else period.kind
