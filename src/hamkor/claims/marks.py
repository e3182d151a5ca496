"""A sentence as marks: the numbers, words and signs in it that mean something for a figure of trade."""

from __future__ import annotations

import re
from typing import NamedTuple

from hamkor.languages.lexicon import Lexicon

_TOKEN = re.compile(
    r"(?P<date>(?<![\d.])\d{1,2}\.\d{1,2}\.(?:19|20)\d\d(?![\d])|(?<!\d)(?:19|20)\d\d-\d\d-\d\d(?!\d))"
    r"|(?P<phone>\+\d[\d ()\-]{7,}\d|(?<!\d)\d{2,4}-\d{2,4}-\d{2,4}(?:-\d{2,4})*(?!\d))"
    r"|(?P<number>(?:\d{1,3}(?:[ '.,]\d{3})+(?!\d)|\d+)(?:[.,]\d+)?)"
    r"|(?P<word>[^\W\d_](?:[^\W\d_]|[\u0640\u064b-\u0652\u0670]|'(?=[^\W\d_]))*'?)"
    r"|(?P<sign>[%$€£₽₸¥,;()/–—:!?•▪●◦‣\[\]\n\"«»“”]|[+\-−±]|№|#)"
)
_VOWELS = dict.fromkeys(map(ord, "\u0640\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670"))
_PASSED = {"office": ",", "same": "/"}
_CURRENCY_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "₽": "RUB", "₸": "KZT", "¥": "CNY"}


class Mark(NamedTuple):
    """One thing in a sentence that means something.

    `kind` is a category of the lexicon, or ``number``, ``date``, ``phone``, ``sign``, ``word`` (an unknown one, kept only
    where it parts things); `start` and `end` are offsets in the text; `word` counts the words before it.
    """

    kind: str
    value: str
    start: int
    end: int
    word: int
    role: str = ""


def marks(folded: str, start: int, end: int, lexicon: Lexicon) -> list[Mark]:
    """Return the marks of ``folded[start:end]`` in the order of the text."""
    found: list[Mark] = []
    words: list[str] = []
    places: list[tuple[int, int, int]] = []
    make = tuple.__new__
    voweled = lexicon.script == "Arab"
    for token in _TOKEN.finditer(folded, start, end):
        kind = token.lastgroup or ""
        if kind == "word":
            word, begin, stop = token[0], token.start(), token.end()
            if voweled and not word.isalpha():
                word = word.translate(_VOWELS)
            places.append((begin, stop, len(found)))
            words.append(word)
            found.append(make(Mark, ("word", word, begin, stop, len(words), "")))
        elif kind == "sign" and token[0] in "-–−" and _glued(folded, token.start()):
            continue
        elif kind == "sign" and token[0] in _CURRENCY_SIGNS:
            found.append(Mark("currency", _CURRENCY_SIGNS[token[0]], token.start(), token.end(), len(words)))
        elif kind == "sign" and token[0] == "%":
            found.append(Mark("percent", "sign", token.start(), token.end(), len(words)))
        else:
            found.append(Mark(kind, token[0], token.start(), token.end(), len(words)))
    drop: set[int] = set()
    index = 0
    while index < len(words):
        match = lexicon.match(words, index)
        if match is None:
            index += 1
            continue
        length, term = match
        first, last = places[index], places[index + length - 1]
        between = [sign for sign in found[first[2] : last[2]] if sign.kind != "word"]
        if between and not all(sign.value == _PASSED.get(term.category) for sign in between):
            match = lexicon.match(words[: between[0].word], index)
            if match is None:
                index += 1
                continue
            length, term = match
            last = places[index + length - 1]
        found[first[2]] = Mark(term.category, term.value, first[0], last[1], index, term.role)
        drop.update(range(first[2] + 1, last[2] + 1))
        index += length
    return _of_products(_issuers([mark for position, mark in enumerate(found) if position not in drop]))


def _of_products(found: list[Mark]) -> list[Mark]:
    """Return the marks with a flow of one product ("exports of wheat", "wheat exports") as something else than trade."""
    for index, mark in enumerate(found):
        if mark.kind != "flow" or mark.role == "world":
            continue
        place = index + 1
        limit = min(len(found), index + 4)
        while place < limit and (found[place].kind in ("adjective", "word") or found[place].value == "of"):
            place += 1
        before = found[index - 1].kind if index else ""
        after = found[place].kind if place < len(found) else ""
        if after in ("product", "subset") or before in ("product", "subset"):
            found[index] = mark._replace(kind="other", value="product")
    return found


def _issuers(found: list[Mark]) -> list[Mark]:
    """Return the marks with a country before an amount of its dollars as that currency: "ABŞ-nyň 5 million dollary"."""
    for index, mark in enumerate(found):
        if (mark.kind, mark.value, mark.role) != ("economy", "USA", "of"):
            continue
        after = [other for other in found[index + 1 : index + 6] if other.kind not in ("number", "scale")]
        counted = index + 1 < len(found) and found[index + 1].kind == "number"
        if counted and after and (after[0].kind, after[0].value) == ("currency", "USD"):
            found[index] = mark._replace(kind="currency", value="USD", role="")
    return found


def _glued(folded: str, place: int) -> bool:
    """Return whether the dash at `place` joins two words, or a number and its ending, without a space."""
    return 0 < place < len(folded) - 1 and folded[place - 1].isalnum() and folded[place + 1].isalpha()
