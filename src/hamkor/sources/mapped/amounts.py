"""Numbers of a table as text -> decimals: which sign is the decimal one is found from the whole column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

import msgspec

from hamkor.languages.lexicon import fold
from hamkor.schema.errors import BadInput

_SPACES = re.compile(r"(?<=[0-9])[  \u00a0\u2009\u202f'’`](?=[0-9]{3}(?![0-9]))")
_PLAIN = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?(?:[eE][+-]?[0-9]{1,2})?")
_SIGNS = str.maketrans({"−": "-", "‒": "-", "–": "-"})


class Amount(msgspec.Struct, frozen=True):
    """A printed number and one unit of its last printed digit."""

    value: Decimal
    step: Decimal


def decimal_sign(texts: Iterable[tuple[str, str]], *, where: str) -> str:
    """Return the decimal sign of a column: what its numbers show, a point where none shows a sign.

    Parameters
    ----------
    texts
        Each number as text, with its place.
    where
        Of the file, for messages.

    Raises
    ------
    BadInput
        If some numbers show a comma and some a point, or ``1,234`` may be either and no other number tells.

    Examples
    --------
    >>> decimal_sign([("1 234,56", "B2"), ("1,234", "B3")], where="a.csv")
    ','
    >>> decimal_sign([("1,234", "B2")], where="a.csv")
    Traceback (most recent call last):
    hamkor.schema.errors.BadInput: a.csv B2: '1,234' (a thousand or one?) where a number that tells is due; say \
[columns] decimal = "." or ","
    """
    shown: dict[str, tuple[str, str]] = {}
    unclear: tuple[str, str] | None = None
    for text, place in texts:
        sign = _shown(text)
        if sign == "?":
            unclear = unclear or (text, place)
        elif sign:
            shown.setdefault(sign, (text, place))
    if len(shown) == 2:
        (comma, at), (point, there) = shown[","], shown["."]
        cure = "say which is the decimal sign: [columns] decimal, and mend the others"
        raise BadInput(f"'{comma}', and '{point}' at {there}", where=f"{where} {at}", due="one decimal sign", cure=cure)
    if not shown and unclear:
        text, place = unclear
        cure = 'say [columns] decimal = "." or ","'
        raise BadInput(f"'{text}' (a thousand or one?)", where=f"{where} {place}", due="a number that tells", cure=cure)
    return next(iter(shown), ".")


def _shown(text: str) -> str:
    """Return the decimal sign that one number shows: a comma, a point, ``?`` if it may be either, empty if none."""
    number = _SPACES.sub("", fold(text).strip())
    signs = [sign for sign in number if sign in ",."]
    if not signs:
        return ""
    last = signs[-1]
    if len(set(signs)) == 2:
        return last
    if len(signs) > 1:
        return "." if last == "," else ","
    grouped = re.fullmatch(r"[(+-]?[1-9][0-9]{0,2}[.,][0-9]{3}\)?", number) and number == fold(text).strip()
    return "?" if grouped else last


def read_amount(text: str, *, decimal: str, where: str) -> Amount:
    """Return the number that a text is.

    Parameters
    ----------
    text
        With or without spaces, apostrophes or the other sign between thousands; a negative one may stand in brackets.
    decimal
        The decimal sign.
    where
        Cell named in the error.

    Raises
    ------
    BadInput
        If it is none.

    Examples
    --------
    >>> read_amount("1 234,50", decimal=",", where="a.csv line 2")
    Amount(value=Decimal('1234.50'), step=Decimal('0.01'))
    >>> read_amount("12 tonnes", decimal=".", where="a.csv line 2")
    Traceback (most recent call last):
    hamkor.schema.errors.BadInput: a.csv line 2: '12 tonnes' where a number is due; if it stands for no figure, list it under \
[values] missing
    """
    number = _SPACES.sub("", fold(text.translate(_SIGNS)).strip())
    if bracketed := re.fullmatch(r"\((.+)\)", number):
        number = f"-{bracketed[1]}"
    other = "." if decimal == "," else ","
    if other in number:
        if not re.fullmatch(rf"[+-]?[0-9]{{1,3}}(\{other}[0-9]{{3}})+(\{decimal}[0-9]+)?", number):
            cure = f"'{decimal}' is the decimal sign of this column" if re.fullmatch(r"[0-9.,+-]+", number) else _CURE
            raise BadInput(f"'{text}'", where=where, due="a number", cure=cure)
        number = number.replace(other, "")
    number = number.replace(decimal, ".")
    if not _PLAIN.fullmatch(number):
        raise BadInput(f"'{text}'", where=where, due="a number", cure=_CURE)
    value = Decimal(number)
    exponent = value.as_tuple().exponent
    return Amount(value, Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0))


_CURE = "if it stands for no figure, list it under [values] missing"
