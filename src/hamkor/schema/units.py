"""Units as sources print them, and what they are in the tables: dollars, shares in [0, 1], plain counts."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

import msgspec

from hamkor.schema.errors import BadInput, did_you_mean

_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")
Dimension = Literal["money", "share", "count", "quantity", "rate"]


class Unit(msgspec.Struct, frozen=True):
    """A printed unit.

    Attributes
    ----------
    name
        As written in a pack: ``USD million``.
    dimension
        What is measured.
    base
        The unit of the tables: ``USD``, ``1`` for shares and counts, else the unit itself.
    factor
        One printed unit in base units.
    """

    name: str
    dimension: Dimension
    base: str
    factor: Decimal = Decimal(1)


_SCALES = {"": 1, " thousand": 10**3, " million": 10**6, " billion": 10**9}
_MONEY = [
    Unit(f"{code}{scale}", "money", code, Decimal(factor)) for code in ("USD", "KZT") for scale, factor in _SCALES.items()
]
_PHYSICAL = (
    "people", "ha", "km", "m", "MW", "TWh", "Mt", "Mt/year", "years", "days", "hours", "km/h", "train pairs/day",
    "persons/day", "USD per 500 km per 20 t",
)  # fmt: skip
UNITS = {
    unit.name: unit
    for unit in [
        *_MONEY,
        Unit("%", "share", "1", Decimal("0.01")),
        Unit("count", "count", "1"),
        Unit("USD/kg", "rate", "USD/kg"),
        *(Unit(name, "quantity", name) for name in _PHYSICAL),
    ]
}


def unit(name: str, *, where: str = "unit") -> Unit:
    """Return the unit of that name.

    Raises
    ------
    BadInput
        If there is none, with the nearest known ones.

    Examples
    --------
    >>> unit("USD million").factor
    Decimal('1000000')
    >>> unit("hour")
    Traceback (most recent call last):
    hamkor.schema.errors.BadInput: unit: 'hour' where a known unit is due; did you mean 'hours'?
    """
    try:
        return UNITS[name]
    except KeyError:
        meant = next((full for full, signs in _ABBREVIATED.items() if any(sign in name.lower() for sign in signs)), "")
        cure = f"did you mean '{meant}'?" if meant else did_you_mean(name, UNITS)
        raise BadInput(f"'{name}'", where=where, due="a known unit", cure=cure) from None


_ABBREVIATED = {"USD million": ("mln", "млн", "mio"), "USD billion": ("bln", "mlrd", "млрд"), "USD thousand": ("тыс", "ming")}


class Rounded(msgspec.Struct, frozen=True):
    """A printed number and the interval from which it was rounded, in base units.

    Attributes
    ----------
    value, low, high
        The number and its rounding interval; ``high`` (or ``low``) is None if the print says "more (less) than".
    precision
        One unit of the last printed digit, in base units.
    """

    value: float
    low: float | None
    high: float | None
    precision: float


def read_printed(digits: str, printed_unit: Unit, *, bound: str = "", where: str = "value") -> Rounded:
    """Return what printed digits say: the value and the interval from which it was rounded.

    Parameters
    ----------
    digits
        As printed, with a decimal point: ``3.48``.
    printed_unit
        The unit beside it.
    bound
        Empty, ``above``, ``below`` or ``about`` (ten units of the last printed place either way).
    where
        Cell named in the error.

    Raises
    ------
    BadInput
        If the digits are no number or the bound is not known.

    Examples
    --------
    >>> read_printed("3.48", unit("USD billion"))
    Rounded(value=3480000000.0, low=3475000000.0, high=3485000000.0, precision=10000000.0)
    >>> read_printed("300", unit("count"), bound="above").high is None
    True
    """
    if digits.lower().lstrip("+-") in ("nan", "inf", "infinity"):
        raise BadInput(f"'{digits}'", where=where, due="a finite number")
    if not _NUMBER.fullmatch(digits):
        raise BadInput(f"'{digits}'", where=where, due="a number with a decimal point")
    number = Decimal(digits)
    if bound not in ("", "above", "below", "about"):
        raise BadInput(f"bound '{bound}'", where=where, due="above, below, about or nothing")
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    step = Decimal(1).scaleb(exponent) * printed_unit.factor
    value = number * printed_unit.factor
    half = step * 10 if bound == "about" else step / 2
    low = value if bound == "above" else None if bound == "below" else value - half
    high = value if bound == "below" else None if bound == "above" else value + half
    return Rounded(float(value), None if low is None else float(low), None if high is None else float(high), float(step))
