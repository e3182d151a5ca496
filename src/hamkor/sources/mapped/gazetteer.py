"""Words of a table's labels -> codes: economies, months, flows, in every language that Hamkor reads."""

from __future__ import annotations

import difflib
import re
from functools import cache

from hamkor.languages.lexicon import Lexicon, Term, fold, lexicon
from hamkor.schema.economies import Economy, economies
from hamkor.schema.economies import economy as coded
from hamkor.schema.errors import BadInput
from hamkor.sources.mapped.words import ALIKE, GROUPS, OTHERS, SHORT_MONTHS, TOTALS
from hamkor.sources.names import WORD, folded, groups, key, languages, names, shared


class Gazetteer:
    """What the words of a label stand for."""

    def __init__(self, languages: tuple[str, ...]) -> None:
        self._lexicons: tuple[Lexicon, ...] = tuple(lexicon(code) for code in languages)
        self._economies: dict[str, str] = {}

    def economy(self, label: str) -> str:
        """Return the code of the economy that `label` names, empty if none or more than one.

        Parameters
        ----------
        label
            A name in any of the languages, ISO alpha-3 or alpha-2, or a number of M49 or UN Comtrade.

        Examples
        --------
        >>> [gazetteer().economy(label) for label in ("Казахстан", "Korea, Republic of", "Gruziya", "268", "Atlantis")]
        ['KAZ', 'KOR', 'GEO', 'GEO', '']
        """
        if label not in self._economies:
            self._economies[label] = self._economy(label)
        return self._economies[label]

    def _economy(self, label: str) -> str:
        name = " ".join(fold(label).split())
        if key(label) in shared():
            return ""
        if found := self._code(label.strip()) or _named(label):
            return found
        if twice := re.fullmatch(r"(.+?) ?\((.+)\)", name):
            codes = {self.economy(twice[1]), self.economy(twice[2])}
            return codes.pop() if len(codes) == 1 else ""
        head, comma, tail = name.partition(", ")
        for form in (name, f"{tail} {head}" if comma else ""):
            words = WORD.findall(form)
            codes = {code for each in self._lexicons if (code := _one_economy(each, words))}
            if len(codes) == 1:
                return codes.pop()
        return ""

    def _code(self, text: str) -> str:
        if not re.fullmatch(r"[A-Z]{2,3}|_[A-Z]{1,2}|W1|[0-9]{1,3}", text) or text in ("EU", "EUU"):
            return ""
        try:
            found = coded(text)
        except BadInput:
            return ""
        return "" if found.kind == "aggregate" and found.code != "W1" else found.code

    def is_group(self, label: str) -> bool:
        """Return whether `label` names several economies together ("EAEU", "страны СНГ").

        Examples
        --------
        >>> gazetteer().is_group("Страны СНГ"), gazetteer().is_group("Китай")
        (True, False)
        """
        words = WORD.findall(fold(label))
        if folded(label) in groups():
            return True
        for each in self._lexicons:
            match = each.match(words, 0) if words else None
            if match and match[0] == len(words) and match[1].category == "economy" and match[1].value in GROUPS:
                return True
        return False

    def is_total(self, label: str) -> bool:
        """Return whether `label` begins with a word for the whole ("Всего", "World").

        Examples
        --------
        >>> gazetteer().is_total("Всего 2"), gazetteer().is_total("Wales")
        (True, False)
        """
        words = WORD.findall(fold(label))
        return bool(words) and words[0] in TOTALS

    def is_rest(self, label: str) -> bool:
        """Return whether `label` begins with a word for what is left ("Прочие страны").

        Examples
        --------
        >>> gazetteer().is_rest("Прочие страны")
        True
        """
        words = WORD.findall(fold(label))
        return bool(words) and words[0] in OTHERS

    def near(self, label: str) -> list[Economy]:
        """Return up to three economies whose names look most like `label`.

        Examples
        --------
        >>> [entry.code for entry in gazetteer().near("Kazahstan")]
        ['KAZ']
        """
        if key(label) in shared():
            return [economies()["COG"], economies()["COD"]]
        known = {name: code for name, code in names().items() if code not in _UNNAMED}
        close = difflib.get_close_matches(key(label), known, n=6, cutoff=0.72)
        return [economies()[code] for code in dict.fromkeys(known[name] for name in close)][:3]

    def term(self, word: str) -> list[Term]:
        """Return what a single word means in each of the languages that know it.

        Examples
        --------
        >>> {term.value for term in gazetteer().term("экспорт")}
        {'export'}
        """
        found = [each.match([word], 0) for each in self._lexicons]
        return [match[1] for match in found if match]

    def month(self, word: str) -> int:
        """Return the number of the month that `word` names, in full or cut to three letters or more; 0 if none.

        Examples
        --------
        >>> gazetteer().month("январь"), gazetteer().month("Sept"), gazetteer().month("total")
        (1, 9, 0)
        """
        values = {int(term.value) for term in self.term(fold(word)) if term.category == "month"}
        return values.pop() if len(values) == 1 else SHORT_MONTHS.get(fold(word), 0)

    def flow(self, label: str) -> str:
        """Return the one flow of which `label` speaks, empty if it speaks of none or of several.

        Examples
        --------
        >>> gazetteer().flow("Экспорт товаров по странам"), gazetteer().flow("export and import")
        ('export', '')
        """
        return _one(self._values(label, "flow") & {"export", "import", "turnover"})

    def reporter(self, label: str) -> str:
        """Return the one economy that a title names, by its name or adjective, empty if none or several."""
        return _one(self._values(label, "economy", "adjective") & set(economies()))

    def means(self, label: str, category: str) -> bool:
        """Return whether a word of `label` is of a category of the lexicons (``yearword``, ``quarter``, ``product``)."""
        return bool(self._values(label, category))

    def _values(self, label: str, *categories: str) -> set[str]:
        words = WORD.findall(fold(label))
        found: set[str] = set()
        for each in self._lexicons:
            index = 0
            while index < len(words):
                match = each.match(words, index)
                if match and match[1].category in categories:
                    found.add(match[1].value)
                index += match[0] if match else 1
        return found


def _named(label: str) -> str:
    """Return the economy of that name; the whole and the rest, in an office's words, are for the mapping to say."""
    code = names().get(key(label), "")
    own = code in _UNNAMED and (code == "W1" or key(label) != key(economies()[code].name))
    return "" if own else code


def _one_economy(each: Lexicon, words: list[str]) -> str:
    """Return the code of the economy if the words name one and nothing else but "republic of" and the like."""
    found, index = "", 0
    while index < len(words):
        match = each.match(words, index)
        if match is None or match[1].category not in ("economy", "economyword", "relation"):
            return ""
        if match[1].category == "economy":
            if found or match[1].role in ("to", "from", "with") or match[1].value not in economies():
                return ""
            found = match[1].value
            if found in ALIKE and (match[0] < len(words) or (found != "CHN" and match[0] == 1)):
                return ""
        index += match[0]
    return found


def _one(found: set[str]) -> str:
    return found.pop() if len(found) == 1 else ""


_UNNAMED = ("W1", "_X")


@cache
def gazetteer() -> Gazetteer:
    """Return the gazetteer of all languages.

    Examples
    --------
    >>> gazetteer().economy("Türkiye")
    'TUR'
    """
    return Gazetteer(languages())
