"""Names of economies as offices write them -> codes: CLDR's names, and the offices' own from `names.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from hamkor.schema.economies import economies
from hamkor.schema.errors import BadInput, did_you_mean

_LANGUAGES = ("ru", "en", "ky", "uz", "kk")
_FOOTNOTE = re.compile(r"\s*\d+\)?\s*$")


def folded(name: str) -> str:
    """Return a name as it is compared: small letters, no signs, no footnote number.

    Examples
    --------
    >>> folded(" Всего 2"), folded("Côte d’Ivoire")
    ('всего', 'côte d ivoire')
    """
    return re.sub(r"[\W_]+", " ", _FOOTNOTE.sub("", name.casefold().replace("ё", "е"))).strip()


@cache
def names() -> Mapping[str, str]:
    """Return the codes of economies by their folded names."""
    from babel import Locale

    codes = {one.alpha2: code for code, one in economies().items() if one.kind == "current" and one.alpha2}
    found: dict[str, str] = {}
    for language in _LANGUAGES:
        for alpha2, name in Locale(language).territories.items():
            if alpha2 in codes:
                found.setdefault(folded(name), codes[alpha2])
    own = tomllib.loads(files("hamkor.sources").joinpath("names.toml").read_text(encoding="utf-8"))
    return found | {folded(name): code for code, written in own["names"].items() for name in written}


@cache
def groups() -> frozenset[str]:
    """Return the folded names of groups of economies, which are no partners."""
    own = tomllib.loads(files("hamkor.sources").joinpath("names.toml").read_text(encoding="utf-8"))
    return frozenset(folded(name) for name in own["groups"])


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
        if found := names().get(folded(name)):
            return found
    cure = did_you_mean(folded(spellings[0]), names()) + "; its spelling belongs into sources/names.toml"
    raise BadInput(f"partner '{spellings[0].strip()}'", where=where, due="the name of an economy", cure=cure)


def numbers() -> dict[str, str]:
    """Return the codes of economies by the numbers under which offices file them: UN M49 and the trade statistics' own."""
    known = sorted(economies().values(), key=lambda one: one.kind == "current")
    found = {one.m49.lstrip("0"): one.code for one in known if one.m49 and one.kind != "aggregate"}
    return {number.lstrip("0"): one.code for one in known for number in one.comtrade} | found
