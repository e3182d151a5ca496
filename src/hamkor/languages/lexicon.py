"""The words by which a language speaks of trade: one TOML a language, read into a matcher of words and phrases.

A pattern is a word, a stem with any ending (``export*``) or several of them in a row (``turnover of trade``). Patterns are
compared in the folded form that `fold` gives: small letters, one apostrophe, European digits.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from babel import Locale

from hamkor.schema.economies import economies
from hamkor.schema.errors import BadInput, did_you_mean

_APOSTROPHES = "\u02bb\u02bc\u2018\u2019\u201b\u0060\u00b4\u2032"
_FOLDED = {
    **dict.fromkeys(_APOSTROPHES, "'"),
    **dict(zip("٠١٢٣٤٥٦٧٨٩", "0123456789", strict=True)), **dict(zip("۰۱۲۳۴۵۶۷۸۹", "0123456789", strict=True)),
    "٫": ".", "٬": ",", "٪": "%", "،": ",", "؛": ";", "ё": "е", "ٱ": "ا", "أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه",
    "ی": "ي", "ک": "ك", "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u2007": " ", "\u2011": "-", "\u2010": "-", "\t": " ",
}  # fmt: skip


_MOST_WORDS = 200_000
_TELLING = frozenset(("economy", "adjective", "self", "factor", "amount", "flow"))


def fold(text: str) -> str:
    """Return `text` in the form in which patterns are compared; every offset stays the same.

    Examples
    --------
    >>> fold("Oʻzbekiston ٣٫٤٨")
    "o'zbekiston 3.48"
    """
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(low if len(low := sign.lower()) == 1 else sign for sign in text)
    for sign, folded in _FOLDED.items():
        if sign in lowered:
            lowered = lowered.replace(sign, folded)
    return lowered


class Term(msgspec.Struct, frozen=True):
    """What a word or phrase means: a category of the lexicon and a value in it (``flow``, ``export``).

    `role` is set for names of economies: what the case ending or a prefix says (``to``, ``from``, ``with``, ``of``, ``in``).
    """

    category: str
    value: str
    role: str = ""


class _Raw(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    name: str
    script: str
    locale: str
    decimal: str
    letters: str
    words: list[str]
    relations_follow: bool
    prefixes: dict[str, str]
    endings: dict[str, list[str]]
    terms: dict[str, list[str]]
    economies: dict[str, list[str]]
    adjectives: dict[str, list[str]]


class _Phrase(msgspec.Struct, frozen=True):
    patterns: tuple[int, ...]
    weight: int
    term: Term


class _Start(msgspec.Struct, frozen=True):
    """What may begin with a word.

    Attributes
    ----------
    alone
        The term that the word is by itself.
    longer
        Phrases of several words by their second pattern, ranked: the longest and most specific first.
    categories
        Of all of them.
    telling
        Whether one of them may say whose trade is spoken of, or how it grew.
    """

    alone: tuple[int, Term] | None
    longer: dict[int, list[tuple[int, _Phrase]]]
    categories: frozenset[str]
    telling: bool


_NOTHING = _Start(None, {}, frozenset(), False)


class Lexicon:
    """The words of one language.

    Attributes
    ----------
    code, name, script
        Of the language.
    decimal
        The decimal sign of the language; the other one may group thousands.
    letters, words
        What the language has and others of its script have not; words that tell it.
    relations_follow
        Whether words like "with" stand after their noun.
    """

    def __init__(self, raw: _Raw) -> None:
        self.code, self.name, self.script, self.decimal = raw.code, raw.name, raw.script, raw.decimal
        self.letters, self.words = frozenset(raw.letters), frozenset(fold(word) for word in raw.words)
        self.relations_follow = raw.relations_follow
        prefixes = sorted(raw.prefixes.items(), key=lambda item: -len(item[0]))
        self._prefixes = tuple((fold(prefix), role) for prefix, role in prefixes)
        self._endings: dict[str, str] = {}
        for role, endings in raw.endings.items():
            for ending in endings:
                self._endings.setdefault(fold(ending), role)
        self._ending_lengths = tuple(sorted({len(ending) for ending in self._endings}, reverse=True))
        self._ids: dict[str, int] = {}
        self._phrases: dict[int, list[_Phrase]] = {}
        self._memo: dict[str, tuple[tuple[int, ...], str, str]] = {}
        self._starts: dict[str, _Start] = {}
        for key, patterns in raw.terms.items():
            category, _, value = key.partition(".")
            self._add(patterns, category, value)
        for category, table in (("economy", raw.economies), ("adjective", raw.adjectives)):
            for code, patterns in table.items():
                self._add(patterns, category, code)
        self._add_territories(raw)
        lengths: dict[str, set[int]] = {}
        for stem in self._ids:
            if stem.endswith("*"):
                lengths.setdefault(stem[0], set()).add(len(stem) - 1)
        self._stem_lengths = {letter: tuple(sorted(known, reverse=True)) for letter, known in lengths.items()}
        self._mark_world()
        for phrases in self._phrases.values():
            phrases.sort(key=lambda phrase: (-len(phrase.patterns), -phrase.weight))

    def _add(self, patterns: Iterable[str], category: str, value: str) -> None:
        for pattern in patterns:
            words = fold(pattern).split()
            ids = tuple(self._ids.setdefault(word, len(self._ids)) for word in words)
            weight = 2 * sum(len(word.rstrip("*")) for word in words) - pattern.count("*")
            self._phrases.setdefault(ids[0], []).append(_Phrase(ids, weight, Term(category, value)))

    def _mark_world(self) -> None:
        """Make phrases for trade as a whole that contain the name of a flow ("total exports") that flow, role ``world``."""
        words = {number: word.rstrip("*") for word, number in self._ids.items()}
        for first, phrases in self._phrases.items():
            flows = {phrase.patterns: phrase.term.value for phrase in phrases if phrase.term.category == "flow"}
            for place, phrase in enumerate(phrases):
                if phrase.term.category != "world":
                    continue
                inner = [words[number] for number in phrase.patterns]
                found = flows.get(phrase.patterns, "")
                for index, part in ((0, inner[:-1]), *((index, inner) for index in range(1, len(inner)))):
                    match = self.match(part, index) if part and not found else None
                    if match is not None and match[1].category == "flow":
                        found = match[1].value
                if found:
                    phrases[place] = _Phrase(phrase.patterns, phrase.weight + 1, Term("flow", found, "world"))
            self._phrases[first] = phrases
        self._starts.clear()

    def _add_territories(self, raw: _Raw) -> None:
        """Add the names that CLDR has for the other economies of the world."""
        known = economies()
        named = {known[code].alpha2 for code in raw.economies if code in known} | ({"EU"} & set(raw.economies))
        territories = Locale.parse(raw.locale, sep="-").territories
        for code, entry in known.items():
            name = fold(str(territories.get(entry.alpha2, "")))
            if entry.alpha2 not in named and len(name) >= 5 and name.replace(" ", "").replace("-", "").isalpha():
                named.add(entry.alpha2)
                words = name.replace("-", " ").split()
                if self._endings:
                    self._add([" ".join(words)], "economy", code)
                    words[-1] = words[-1].rstrip("аяйьиы" if raw.script == "Cyrl" and not raw.relations_follow else "") + "*"
                self._add([" ".join(words)], "economy", code)

    def _resolve(self, word: str) -> tuple[tuple[int, ...], str, str]:
        """Return the patterns that a folded word fits, the most specific first, its ending, and the role of its prefix."""
        found = self._memo.get(word)
        if found is None:
            found = self._look_up(word), "", ""
            if not any(known in self._phrases for known in found[0]):
                stripped = self._stripped(word)
                found = (*found[0], *stripped[0]), stripped[1], stripped[2]
            if len(self._memo) > _MOST_WORDS:
                self._memo.clear()
            self._memo[word] = found
        return found

    def _stripped(self, word: str) -> tuple[tuple[int, ...], str, str]:
        """Return what a word is without a prefix or a case ending, and the role that it gives."""
        for prefix, role in self._prefixes:
            if word.startswith(prefix) and len(word) > len(prefix) + 1:
                rest = self._look_up(word[len(prefix) :])
                if rest:
                    return rest, "", role
        for length in self._ending_lengths:
            ending = word[-length:]
            if ending in self._endings and len(word) > length + 1:
                rest = self._look_up(word[:-length])
                if rest:
                    return rest, ending, self._endings[ending]
        return (), "", ""

    def _look_up(self, word: str) -> tuple[int, ...]:
        ids = [self._ids[word]] if word in self._ids else []
        stems = (word[:length] + "*" for length in self._stem_lengths.get(word[:1], ()) if length <= len(word))
        ids += [self._ids[stem] for stem in stems if stem in self._ids]
        return tuple(ids)

    def _start(self, word: str) -> _Start:
        """Return what may begin with a word."""
        found = [phrase for known in self._resolve(word)[0] for phrase in self._phrases.get(known, ())]
        if not found:
            return _NOTHING
        found.sort(key=lambda phrase: (-len(phrase.patterns), -phrase.weight))
        longer: dict[int, list[tuple[int, _Phrase]]] = {}
        for rank, phrase in enumerate(found):
            if len(phrase.patterns) > 1:
                longer.setdefault(phrase.patterns[1], []).append((rank, phrase))
        single = next((phrase for phrase in found if len(phrase.patterns) == 1), None)
        categories = frozenset(phrase.term.category for phrase in found)
        telling = not categories.isdisjoint(_TELLING)
        return _Start(None if single is None else self._made(single, [word], 0), longer, categories, telling)

    def _starting(self, word: str) -> _Start:
        start = self._starts.get(word)
        if start is None:
            if len(self._starts) > _MOST_WORDS:
                self._starts.clear()
            start = self._starts[word] = self._start(word)
        return start

    def tells(self, words: list[str], categories: frozenset[str]) -> bool:
        """Return whether phrases of these categories may be among the words, and one that says whose trade is spoken of."""
        starts = [self._starts.get(word) or self._starting(word) for word in words]
        if True not in [start.telling for start in starts]:
            return False
        return any(
            self._may_say(start, words, index, categories)
            for index, start in enumerate(starts)
            if start is not _NOTHING and not start.categories.isdisjoint(categories)
        )

    def _may_say(self, start: _Start, words: list[str], index: int, categories: frozenset[str]) -> bool:
        if start.alone is not None and start.alone[1].category in categories:
            return True
        if not start.longer or index + 1 == len(words):
            return False
        return any(phrase.term.category in categories for phrase in self._going_on(start, words, index))

    def match(self, words: list[str], index: int) -> tuple[int, Term] | None:
        """Return how many words from `index` on make a term, and the term; None if they make none."""
        start = self._starts.get(words[index]) or self._starting(words[index])
        if start.longer and index + 1 < len(words):
            for phrase in self._going_on(start, words, index):
                return self._made(phrase, words, index)
        return start.alone

    def _going_on(self, start: _Start, words: list[str], index: int) -> list[_Phrase]:
        """Return the phrases of several words that stand at `index`, the longest and most specific first."""
        longer, second = start.longer, self._resolve(words[index + 1])[0]
        if not second or longer.keys().isdisjoint(second):
            return []
        found = sorted(item for known in second if known in longer for item in longer[known])
        return [phrase for _, phrase in found if len(phrase.patterns) == 2 or self._ends(phrase, words, index)]

    def _ends(self, phrase: _Phrase, words: list[str], index: int) -> bool:
        """Return whether the words after the first two are those of a phrase."""
        patterns = phrase.patterns
        if index + len(patterns) > len(words):
            return False
        return all(patterns[place] in self._resolve(words[index + place])[0] for place in range(2, len(patterns)))

    def _made(self, phrase: _Phrase, words: list[str], index: int) -> tuple[int, Term]:
        """Return the length of a phrase and its term, with the role that the prefix or the ending of its words gives."""
        term, length = phrase.term, len(phrase.patterns)
        prefix_role = self._resolve(words[index])[2]
        last = words[index + length - 1]
        if term.category in ("economy", "adjective", "pair"):
            whole = self._ids.get(last) == phrase.patterns[-1] and last not in self._endings
            role = prefix_role or ("" if whole else self._role(last))
            if role:
                term = Term(term.category, term.value, role)
        elif prefix_role and not term.role and (prefix_role != "and" or term.category in ("flow", "seat")):
            term = Term(term.category, term.value, prefix_role)
        elif length > 1 and not term.role:
            _, ending, role = self._resolve(last)
            term = Term(term.category, term.value, role if ending else "")
        return length, term

    def _role(self, word: str) -> str:
        return next((self._endings[word[-n:]] for n in self._ending_lengths if word[-n:] in self._endings), "")


def lexicons() -> tuple[str, ...]:
    """Return the codes of all languages that have a lexicon.

    Examples
    --------
    >>> {"ar", "en", "ru"} <= set(lexicons())
    True
    """
    folder = files("hamkor.languages").joinpath("lexicons")
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


@cache
def lexicon(code: str) -> Lexicon:
    """Return the lexicon of a language.

    Raises
    ------
    BadInput
        If there is none, or the file is not as it should be.
    """
    if code not in lexicons():
        raise BadInput(f"language '{code}'", due="a language that Hamkor reads", cure=did_you_mean(code, lexicons()))
    text = files("hamkor.languages").joinpath("lexicons", f"{code}.toml").read_text(encoding="utf-8")
    raw: dict[str, Any] = tomllib.loads(text)
    try:
        return Lexicon(msgspec.convert(raw, _Raw))
    except msgspec.ValidationError as error:
        raise BadInput(str(error), where=f"languages/lexicons/{code}.toml", due="a lexicon") from None
