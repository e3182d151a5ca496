"""Figures told in a row, and what was told in the same order before them: "exports and imports came to 1.1 and 2.4 billion"."""

from __future__ import annotations

from bisect import bisect_left

from hamkor.claims.marks import Mark
from hamkor.claims.sentence import Party, Sentence

_Item = tuple[int, int, int, str]


def listed(sentence: Sentence, told_flows: list[int], named: list[Party]) -> tuple[dict[int, int], dict[int, int]]:
    """Return, for figures that are told in a row, the topics or economies that were told in the same order before them.

    "Exports and imports amounted to 1.06 and 2.42 billion dollars (respectively)".

    Parameters
    ----------
    sentence
        Made ready.
    told_flows
        Where its flows stand.
    named
        Its economies that trade; the source of the figures is none.
    """
    topics: dict[int, int] = {}
    parties: dict[int, int] = {}
    for run in _runs([(figure.first, figure.start, figure.end, figure.kind) for figure in sentence.figures], sentence.marks):
        places = [place for place, *_ in run]
        firsts = set(places)
        ends = {sentence.marks[figure.last].role for figure in sentence.figures if figure.first in firsts}
        if "from" in ends and len(ends) > 1:
            continue
        flows = [
            (place, sentence.marks[place].start, sentence.marks[place].end, "flow") for place in told_flows if place < places[0]
        ]  # fmt: skip
        economies = [
            (party.place, sentence.marks[party.place].start, sentence.marks[party.place].end, party.role)
            for party in named
            if party.place < places[0] and party.code not in ("pair", "self")
        ]  # fmt: skip
        told = sentence.has("respectively")
        for known_places, target in ((flows, topics), (economies, parties)):
            runs = [found for found in _runs(known_places, sentence.marks) if len(found) == len(run)]
            if runs and (told or target is topics or len(run) > 2):
                target.update({figure: place for figure, (place, *_) in zip(places, runs[-1], strict=True)})
                break
    return topics, parties


def _runs(items: list[_Item], marks: list[Mark]) -> list[list[_Item]]:
    """Return the runs of two or more items of a kind with nothing but "and", commas and a word between."""
    runs: list[list[_Item]] = []
    current: list[_Item] = []
    for item in items:
        if current and (item[3] != current[-1][3] or not _joined(current[-1], item, marks)):
            runs.append(current)
            current = []
        current.append(item)
    runs.append(current)
    return [run for run in runs if len(run) >= 2]


def _joined(left: _Item, right: _Item, marks: list[Mark]) -> bool:
    """Return whether a list goes on from one item to the next."""
    after = bisect_left(marks, right[1], key=lambda mark: mark.start)
    between = marks[bisect_left(marks, left[2], key=lambda mark: mark.start) : after]
    joins = ("and", ",", "with") if left[3] == "flow" else ("and", ",")
    linked = any(mark.kind in ("relation", "conj", "sign") and mark.value in joins for mark in between) or not between
    linked = linked or (after < len(marks) and marks[after].start == right[1] and marks[after].role == "and")
    rest = [mark for mark in between if not (mark.value in joins or mark.role == "and")]
    passed = ("economyword", "economy", "self") if left[3] == "flow" else ("economyword",)
    if left[3] == "flow":
        rest = [mark for mark in rest if (mark.kind, mark.value) not in (("relation", "to"), ("relation", "from"))]
    return (linked or right[1] - left[2] <= 3) and all(mark.kind in passed for mark in rest)
