"""Names of economies as tables write them -> codes: CLDR's in every language of ours, the others from `names.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from hamkor.languages.lexicon import fold, lexicons
from hamkor.schema.economies import economies
from hamkor.schema.errors import BadInput, did_you_mean

WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_LOCALES = {"uz": "uz-Latn"}


def folded(name: str) -> str:
    """Return a name as it is compared: its words in small letters, without signs and the number of a footnote.

    Examples
    --------
    >>> folded(" Всего 2"), folded("Côte d’Ivoire")
    ('всего', "côte d'ivoire")
    """
    return " ".join(WORD.findall(fold(name)))


def key(name: str) -> str:
    """Return a name by which it is looked up: folded, without "and", "islands" and the like.

    Examples
    --------
    >>> key("the Cook Islands"), key("Острова Кука")
    ('cook', 'кука')
    """
    words = folded(name).split()
    return " ".join(word for word in words if word not in _filler()) or " ".join(words)


@cache
def _own() -> dict[str, Any]:
    return tomllib.loads(files("hamkor.sources").joinpath("names.toml").read_text(encoding="utf-8"))


@cache
def _filler() -> frozenset[str]:
    return frozenset(fold(word) for word in _own()["filler"])


def languages() -> tuple[str, ...]:
    """Return the languages whose names are known, in the order in which they are asked."""
    return tuple(sorted(lexicons(), key=lambda code: (code != "ru", code != "en", code)))


@cache
def names() -> Mapping[str, str]:
    """Return the codes of economies by the keys of their names.

    Examples
    --------
    >>> names()["казахстан"], names()["vengriya"], names()["всего"]
    ('KAZ', 'HUN', 'W1')
    """
    from babel import Locale

    current = [one for one in economies().values() if one.kind == "current" and one.alpha2]
    found: dict[str, str] = {}
    for language in languages():
        written = Locale.parse(_LOCALES.get(language, language), sep="-").territories
        for one in current:
            if one.alpha2 in written:
                found.setdefault(key(str(written[one.alpha2])), one.code)
    for one in economies().values():
        if one.kind != "aggregate":
            found.setdefault(key(one.name), one.code)
    return found | {key(name): code for code, spellings in _own()["names"].items() for name in spellings}


@cache
def groups() -> frozenset[str]:
    """Return the folded names of groups of economies, which are no partners."""
    return frozenset(folded(name) for name in _own()["groups"])


@cache
def shared() -> frozenset[str]:
    """Return the keys of names that two economies share."""
    return frozenset(key(name) for name in _own()["shared"])


_ALIKE = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")


def latin_of(code: str) -> str:
    """Return a code with its Cyrillic letters as the Latin ones that look the same; empty if it is none or has none of them.

    Examples
    --------
    >>> latin_of("КAZ"), latin_of("KAZ"), latin_of("Китай")
    ('KAZ', '', '')
    """
    latin = code.translate(_ALIKE)
    return latin if latin != code and re.fullmatch("[A-Z]{2,3}", latin) else ""


def code_of(*spellings: str, where: str) -> str:
    """Return the code of the economy that the first known of several spellings names.

    Raises
    ------
    BadInput
        If no economy is known by it.

    Examples
    --------
    >>> code_of("Республика Узбекистан", where="A3"), code_of("Киргизия", where="A4")
    ('UZB', 'KGZ')
    """
    for name in spellings:
        if found := names().get(key(name)):
            return found
    cure = did_you_mean(key(spellings[0]), names()) + "; its spelling belongs into sources/names.toml"
    raise BadInput(f"partner '{spellings[0].strip()}'", where=where, due="the name of an economy", cure=cure)


def numbers() -> dict[str, str]:
    """Return the codes of economies by the numbers under which offices file them: UN M49 and the trade statistics' own."""
    known = sorted(economies().values(), key=lambda one: one.kind == "current")
    found = {one.m49.lstrip("0"): one.code for one in known if one.m49 and one.kind != "aggregate"}
    return {number.lstrip("0"): one.code for one in known for number in one.comtrade} | found
