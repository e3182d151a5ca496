"""Codes of economies: ISO 3166, the historical ones and the numbers of the trade statistics."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Literal

import msgspec

from hamkor.schema.codes import find, index, latest_first, read_rows

EconomyKind = Literal["current", "historical", "special", "aggregate"]


class Economy(msgspec.Struct, frozen=True):
    """An economy that a table may name.

    Attributes
    ----------
    code
        ISO 3166 alpha-3; where ISO has none, the code that SDMX (``_X``, ``W1``), the World Bank (``XKX``, ``EUU``),
        the WTO (``BLX``) or UN Comtrade (``E19``, ``ZA1``) uses; ``_LA`` is our own.
    alpha2
        ISO 3166 alpha-2, empty if there is none. A withdrawn one may have been given to another economy since.
    m49
        Three digits of UN M49, empty if there is none.
    kind
        ``current`` (ISO 3166-1), ``historical`` (once in ISO 3166 or in the trade statistics), ``special`` (no
        territory of ISO 3166: Kosovo, bunkers, "not elsewhere specified") or ``aggregate`` (several economies).
    name
        Short English name.
    valid_from, valid_to
        First and last calendar year of its existence; None if it is older than the post-war data or still there.
        Kept where a territory was split or merged; a mere change of name leaves the present code open to the past.
    successors
        Codes of the economies among which a historical one was split or into which it was merged; the members of
        an aggregate where they never change.
    comtrade
        Numbers under which UN Comtrade, CEPII's BACI and national offices file this economy besides its M49 number.
        On a current economy such a number covers another territory than the code says: 842 is the United States
        *with* Puerto Rico and the Virgin Islands, 757 Switzerland with Liechtenstein, 251 France with Monaco, 280 West
        Germany, 736 Sudan with South Sudan, 490 "other Asia", which is Taiwan in practice.
    """

    code: str
    alpha2: str
    m49: str
    kind: EconomyKind
    name: str
    valid_from: int | None
    valid_to: int | None
    successors: tuple[str, ...]
    comtrade: tuple[str, ...]


@cache
def economies() -> Mapping[str, Economy]:
    """Return every economy by its code: the current ones in order, then special, aggregate and historical ones.

    Returns
    -------
    Mapping of str to Economy
        Read once, never changed.

    References
    ----------
    ISO 3166-1:2020 and ISO 3166-3; United Nations M49; names after Unicode CLDR.

    Examples
    --------
    >>> economies()["SUN"].valid_to
    1991
    >>> [economy.code for economy in economies().values() if economy.valid_from == 2006]
    ['MNE', 'SRB']
    """
    found = [_economy(row) for row in read_rows("economies")]
    return MappingProxyType({economy.code: economy for economy in found})


def economy(code: str, *, where: str = "economy") -> Economy:
    """Return the economy that `code` stands for.

    Where several economies share an alpha-2 code or a number, the current one is meant, else the latest: ``104`` is
    Myanmar and not Burma, ``CS`` Serbia and Montenegro and not Czechoslovakia. M49 goes before UN Comtrade: ``492`` is
    Monaco, although Comtrade writes it for "Europe EU, not elsewhere specified".

    Parameters
    ----------
    code
        Alpha-3, alpha-2, an M49 number or a number of UN Comtrade; in any case, with or without leading zeros.
    where
        Option or cell named in the error.

    Raises
    ------
    BadInput
        If no economy has such a code; it names those that may have been meant.

    Examples
    --------
    >>> economy("uz").code, economy("860").code, economy("8").code
    ('UZB', 'UZB', 'ALB')
    >>> economy("842").name
    'United States'
    >>> economy("Uzbekistan", where="--reporter")
    Traceback (most recent call last):
    hamkor.schema.errors.BadInput: --reporter: 'Uzbekistan' where an economy code is due; did you mean UZB (Uzbekistan)?
    """
    return find(code, economies(), _codes(), noun="economy", where=where)


@cache
def _codes() -> dict[str, str]:
    """Return the code of the economy for each thing that `economy` accepts."""
    latest = latest_first(economies())
    codes = [(economy.code, economy.code) for economy in latest]
    alpha2 = [(economy.alpha2, economy.code) for economy in latest]
    m49 = [(economy.m49, economy.code) for economy in latest]
    comtrade = [(number, economy.code) for economy in latest for number in economy.comtrade]
    return index(codes + alpha2 + m49 + comtrade)


def _economy(row: dict[str, str]) -> Economy:
    """Return the economy of a row of economies.csv."""
    lists = {name: [part for part in row[name].split(";") if part] for name in ("successors", "comtrade")}
    years = {name: int(row[name]) if row[name] else None for name in ("valid_from", "valid_to")}
    return msgspec.convert({**row, **lists, **years}, Economy)
