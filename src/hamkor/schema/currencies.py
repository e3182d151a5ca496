"""Codes of currencies: ISO 4217, present and past."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import msgspec

from hamkor.schema.codes import find, index, latest_first, read_rows


class Currency(msgspec.Struct, frozen=True):
    """A currency, a fund or a metal that has a code of ISO 4217.

    Attributes
    ----------
    code
        Three letters of ISO 4217.
    numeric
        Three digits of ISO 4217; a withdrawn currency may share them with its successor.
    minor_units
        Decimals with which amounts are customarily written, after Unicode CLDR; fewer than the formal count of ISO 4217
        where nobody writes them any more (IRR, PKR, HUF: 0). None for what is no money, such as gold.
    valid_to
        Last calendar year as legal tender; None if it still is.
    name
        English name.
    """

    code: str
    numeric: str
    minor_units: int | None
    valid_to: int | None
    name: str


@cache
def currencies() -> Mapping[str, Currency]:
    """Return every currency by its code, in the order of the codes.

    Returns
    -------
    Mapping of str to Currency
        Read once, never changed. All that ISO 4217 lists today; of the withdrawn ones those of the post-Soviet
        economies, of the predecessors of the euro and of a few others that trade data are still quoted in.

    References
    ----------
    ISO 4217:2015; names, decimals and years after Unicode CLDR.

    Examples
    --------
    >>> currencies()["UZS"].numeric
    '860'
    >>> currencies()["TJR"].valid_to
    2000
    """
    found = [_currency(row) for row in read_rows("currencies")]
    return MappingProxyType({currency.code: currency for currency in found})


def currency(code: str, *, where: str = "currency") -> Currency:
    """Return the currency that `code` stands for.

    Parameters
    ----------
    code
        Three letters in any case, or the number with or without leading zeros. Where several currencies share a number,
        the present one is meant, else the latest: ``810`` is the Russian ruble before 1998 and not the Soviet one.
    where
        Option or cell named in the error.

    Raises
    ------
    BadInput
        If no currency has such a code; it names those that may have been meant.

    Examples
    --------
    >>> currency("kzt").name, currency("840").code
    ('Kazakhstani Tenge', 'USD')
    """
    return find(code, currencies(), _codes(), noun="currency", where=where)


@cache
def _codes() -> dict[str, str]:
    """Return the code of the currency for each thing that `currency` accepts."""
    latest = latest_first(currencies())
    letters = [(currency.code, currency.code) for currency in latest]
    numbers = [(currency.numeric, currency.code) for currency in latest]
    return index(letters + numbers)


def _currency(row: dict[str, str]) -> Currency:
    """Return the currency of a row of currencies.csv."""
    numbers = {name: int(row[name]) if row[name] else None for name in ("minor_units", "valid_to")}
    return msgspec.convert({**row, **numbers}, Currency)
