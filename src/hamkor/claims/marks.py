"""A sentence as marks: the numbers, words and signs in it that mean something for a figure of trade."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from hamkor.languages.lexicon import Lexicon

_WORD = re.compile(r"([^\W\d_]+(?:(?:[\u064b-\u0652\u0670]|'(?=[^\W\d_]))[^\W\d_]*)*'?)")
_TOKEN = re.compile(
    r"(?P<sign>[%$€£₽₸¥,;()/–—:!?•▪●◦‣\[\]\n\"«»“”\-−±№#]|\+(?!\d[\d ()\-]{7,}\d))"
    r"|(?=[\d+])(?:"
    r"(?P<date>(?<![\d.])\d{1,2}\.\d{1,2}\.(?:19|20)\d\d(?![\d])|(?<!\d)(?:19|20)\d\d-\d\d-\d\d(?!\d))"
    r"|(?P<phone>\+\d[\d ()\-]{7,}\d|(?<!\d)\d{2,4}-\d{2,4}-\d{2,4}(?:-\d{2,4})*(?!\d))"
    r"|(?P<number>(?:\d{1,3}(?:[ '.,]\d{3})+(?!\d)|\d+)(?:[.,]\d+)?))"
)
_VOWELS = dict.fromkeys(map(ord, "\u0640\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670"))
_PASSED = {"office": ",", "same": "/"}
_CURRENCY_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "₽": "RUB", "₸": "KZT", "¥": "CNY"}


class Mark(msgspec.Struct, frozen=True, gc=False):
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
    tokens, words, places = _tokens(folded, start, end, voweled=lexicon.script == "Arab")
    found: list[Mark] = []
    index = taken = 0
    while index < len(words):
        match = lexicon.match(words, index)
        if match is None:
            index += 1
            continue
        first, last = places[index], places[index + match[0] - 1]
        if last - first >= match[0]:
            between = [sign for sign in tokens[first:last] if sign.kind != "word"]
            if not all(sign.value == _PASSED.get(match[1].category) for sign in between):
                match = lexicon.match(words[: between[0].word], index)
                if match is None:
                    index += 1
                    continue
                last = places[index + match[0] - 1]
        length, term = match
        found += tokens[taken:first]
        found.append(Mark(term.category, term.value, tokens[first].start, tokens[last].end, index, term.role))
        taken = last + 1
        index += length
    return _of_products(_issuers(found + tokens[taken:]))


def words_of(folded: str, start: int, end: int, lexicon: Lexicon) -> list[str]:
    """Return the words of ``folded[start:end]`` as the lexicon has them."""
    found: list[str] = _WORD.findall(folded, start, end)
    return [_bare(word) for word in found] if lexicon.script == "Arab" else found


def _bare(word: str) -> str:
    return word if word.isalpha() else word.translate(_VOWELS)


def _tokens(folded: str, start: int, end: int, *, voweled: bool) -> tuple[list[Mark], list[str], list[int]]:
    """Return all that stands there as marks, words unknown so far; the words; and which mark each of them is."""
    parts = _WORD.split(folded[start:end])
    words = [_bare(word) for word in parts[1::2]] if voweled else parts[1::2]
    found: list[Mark] = []
    places: list[int] = []
    place = start
    for count, gap in enumerate(parts[::2]):
        if gap and gap != " ":
            found += _between(folded, place, place + len(gap), count)
        if count == len(words):
            break
        begin = place + len(gap)
        place = begin + len(parts[2 * count + 1])
        places.append(len(found))
        found.append(Mark("word", words[count], begin, place, count + 1))
    return found, words, places


def _between(folded: str, start: int, end: int, words: int) -> Iterator[Mark]:
    """Yield the numbers and signs between two words."""
    for token in _TOKEN.finditer(folded, start, end):
        kind, text, begin = token.lastgroup or "", token[0], token.start()
        if kind == "sign":
            if text in "-–−" and _glued(folded, begin):
                continue
            if text in _CURRENCY_SIGNS:
                kind, text = "currency", _CURRENCY_SIGNS[text]
            elif text == "%":
                kind, text = "percent", "sign"
        yield Mark(kind, text, begin, token.end(), words)


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
            found[index] = replace(mark, kind="other", value="product")
    return found


def _issuers(found: list[Mark]) -> list[Mark]:
    """Return the marks with a country before an amount of its dollars as that currency: "ABŞ-nyň 5 million dollary"."""
    for index, mark in enumerate(found):
        if mark.kind != "economy" or mark.value != "USA" or mark.role != "of":
            continue
        after = [other for other in found[index + 1 : index + 6] if other.kind not in ("number", "scale")]
        counted = index + 1 < len(found) and found[index + 1].kind == "number"
        if counted and after and (after[0].kind, after[0].value) == ("currency", "USD"):
            found[index] = replace(mark, kind="currency", value="USD", role="")
    return found


def _glued(folded: str, place: int) -> bool:
    """Return whether the dash at `place` joins two words, or a number and its ending, without a space."""
    return 0 < place < len(folded) - 1 and folded[place - 1].isalnum() and folded[place + 1].isalpha()
