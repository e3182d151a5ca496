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
_FOLDED = str.maketrans(
    {
        **dict.fromkeys(_APOSTROPHES, "'"),
        **dict(zip("٠١٢٣٤٥٦٧٨٩", "0123456789", strict=True)), **dict(zip("۰۱۲۳۴۵۶۷۸۹", "0123456789", strict=True)),
        "٫": ".", "٬": ",", "٪": "%", "،": ",", "؛": ";", "ё": "е", "ٱ": "ا", "أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه",
        "ی": "ي", "ک": "ك", "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u2007": " ", "\u2011": "-", "\u2010": "-", "\t": " ",
    }
)  # fmt: skip


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
    return lowered.translate(_FOLDED)


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
        self._endings = tuple(
            sorted(((fold(e), role) for role, ends in raw.endings.items() for e in ends), key=lambda item: -len(item[0]))
        )
        self._ids: dict[str, int] = {}
        self._phrases: dict[int, list[_Phrase]] = {}
        self._memo: dict[str, tuple[tuple[int, ...], str, str]] = {}
        self._starting: dict[str, tuple[_Phrase, ...]] = {}
        self._telling: dict[str, bool] = {}
        for key, patterns in raw.terms.items():
            category, _, value = key.partition(".")
            self._add(patterns, category, value)
        for category, table in (("economy", raw.economies), ("adjective", raw.adjectives)):
            for code, patterns in table.items():
                self._add(patterns, category, code)
        self._add_territories(raw)
        self._longest = max(map(len, self._ids), default=0)
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
        self._starting.clear()

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
            if len(self._memo) > 200_000:
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
        for ending, role in self._endings:
            if word.endswith(ending) and len(word) > len(ending) + 1:
                rest = self._look_up(word[: -len(ending)])
                if rest:
                    return rest, ending, role
        return (), "", ""

    def _look_up(self, word: str) -> tuple[int, ...]:
        ids = [self._ids[word]] if word in self._ids else []
        for length in range(min(len(word), self._longest), 0, -1):
            known = self._ids.get(word[:length] + "*")
            if known is not None:
                ids.append(known)
        return tuple(ids)

    def _phrases_from(self, word: str) -> tuple[_Phrase, ...]:
        """Return the phrases that may begin with a word, the longest and most specific first."""
        if len(self._starting) > 200_000:
            self._starting.clear()
        found = [phrase for known in self._resolve(word)[0] for phrase in self._phrases.get(known, ())]
        return tuple(sorted(found, key=lambda phrase: (-len(phrase.patterns), -phrase.weight)))

    def tells(self, words: Iterable[str]) -> bool:
        """Return whether one of the words may say whose trade is spoken of, or how it grew; most sentences have none."""
        memo = self._telling
        for word in words:
            told = memo.get(word)
            if told is None:
                if len(memo) > 200_000:
                    memo.clear()
                told = memo[word] = any(phrase.term.category in _TELLING for phrase in self._phrases_from(word))
            if told:
                return True
        return False

    def _goes_on(self, phrase: _Phrase, words: list[str], index: int) -> bool:
        """Return whether the words after the first are those of a phrase."""
        patterns = phrase.patterns
        if len(patterns) == 1:
            return True
        if index + len(patterns) > len(words):
            return False
        return all(patterns[place] in self._resolve(words[index + place])[0] for place in range(1, len(patterns)))

    def match(self, words: list[str], index: int) -> tuple[int, Term] | None:
        """Return how many words from `index` on make a term, and the term; None if they make none."""
        word = words[index]
        starting = self._starting.get(word)
        if starting is None:
            starting = self._starting[word] = self._phrases_from(word)
        if not starting:
            return None
        best = next((phrase for phrase in starting if self._goes_on(phrase, words, index)), None)
        if best is None:
            return None
        term = best.term
        prefix_role = self._resolve(word)[2]
        if term.category in ("economy", "adjective", "pair"):
            last = words[index + len(best.patterns) - 1]
            whole = self._ids.get(last) == best.patterns[-1] and all(last != ending for ending, _ in self._endings)
            role = prefix_role or ("" if whole else self._role(last))
            if role:
                term = Term(term.category, term.value, role)
        elif prefix_role and not term.role and (prefix_role != "and" or term.category in ("flow", "seat")):
            term = Term(term.category, term.value, prefix_role)
        elif len(best.patterns) > 1 and not term.role:
            _, ending, role = self._resolve(words[index + len(best.patterns) - 1])
            term = Term(term.category, term.value, role if ending else "")
        return len(best.patterns), term

    def _role(self, word: str) -> str:
        return next((role for ending, role in self._endings if word.endswith(ending)), "")


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
