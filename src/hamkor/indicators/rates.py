"""Balance, share, growth and its implied base, with the interval that rounding in print leaves.

Every function takes and returns `Measure`; intervals are exact for monotone arithmetic (Moore, Kearfott and Cloud 2009,
Introduction to Interval Analysis, chapter 2): each bound of the result is reached at bounds of the inputs.
"""

from __future__ import annotations

import math

import msgspec


class Measure(msgspec.Struct, frozen=True):
    """A number and the interval in which the unrounded number lies; bounds may be infinite.

    Attributes
    ----------
    value, low, high
        In base units (USD, share of one), ``low <= value <= high``.
    """

    value: float
    low: float = -math.inf
    high: float = math.inf

    def overlaps(self, other: Measure) -> bool:
        """Return whether the two intervals share a point, up to floating-point dust."""
        slack = 1e-9 * max(abs(self.value), abs(other.value), 1e-9)
        return self.low <= other.high + slack and other.low <= self.high + slack


def total(parts: list[Measure]) -> Measure:
    """Return the sum of `parts`.

    Examples
    --------
    >>> total([Measure(1.0, 0.5, 1.5), Measure(2.0, 1.5, 2.5)])
    Measure(value=3.0, low=2.0, high=4.0)
    """
    return Measure(
        math.fsum(part.value for part in parts),
        math.fsum(part.low for part in parts),
        math.fsum(part.high for part in parts),
    )


def balance(exports: Measure, imports: Measure) -> Measure:
    """Return exports less imports, USD; negative is a deficit.

    Examples
    --------
    >>> balance(Measure(1060.0, 1055.0, 1065.0), Measure(2420.0, 2415.0, 2425.0))
    Measure(value=-1360.0, low=-1370.0, high=-1350.0)
    """
    return Measure(exports.value - imports.value, exports.low - imports.high, exports.high - imports.low)


def share(part: Measure, others: Measure) -> Measure:
    """Return part / (part + others), in [0, 1]; `others` is the rest of the whole, so that the two vary apart.

    Examples
    --------
    >>> share(Measure(3.0, 3.0, 3.0), Measure(1.0, 0.0, 3.0))
    Measure(value=0.75, low=0.5, high=1.0)
    """

    def of(some: float, rest: float) -> float:
        return 1.0 if math.isinf(some) else 0.0 if math.isinf(rest) else some / (some + rest)

    return Measure(
        of(part.value, others.value), of(max(part.low, 0), others.high), of(part.high, max(others.low, 0))
    )  # fmt: skip


def ratio(numerator: Measure, denominator: Measure) -> Measure:
    """Return numerator / denominator, both positive.

    Raises
    ------
    ValueError
        If the denominator may be zero or negative.

    Examples
    --------
    >>> ratio(Measure(2.0, 1.0, 3.0), Measure(4.0, 2.0, 4.0))
    Measure(value=0.5, low=0.25, high=1.5)
    """
    if denominator.low <= 0:
        raise ValueError("a ratio to something that may be zero")
    return Measure(
        numerator.value / denominator.value, max(numerator.low, 0) / denominator.high, numerator.high / denominator.low
    )


def implied_base(value: Measure, growth: Measure) -> Measure:
    """Return the level a year before that a printed level and a printed growth rate imply: value / (1 + growth).

    Raises
    ------
    ValueError
        If the growth may be -100 % or less.

    Examples
    --------
    >>> base = implied_base(Measure(3480.0, 3475.0, 3485.0), Measure(0.155, 0.1545, 0.1555))
    >>> [round(number, 1) for number in (base.value, base.low, base.high)]
    [3013.0, 3007.4, 3018.6]
    """
    if growth.low <= -1:
        raise ValueError("a growth rate of -100 % has no base")
    return Measure(value.value / (1 + growth.value), value.low / (1 + growth.high), value.high / (1 + growth.low))


def annual_growth(first: Measure, last: Measure, *, years: float) -> Measure:
    """Return the constant yearly growth rate that leads from `first` to `last` in `years` years.

    Raises
    ------
    ValueError
        If no time passes or the first level may be zero.

    Examples
    --------
    >>> round(annual_growth(Measure(4.97, 4.965, 4.975), Measure(10.0, 10.0, 10.0), years=5).value, 3)
    0.15
    """
    if years <= 0 or first.low <= 0:
        raise ValueError("growth needs time and a positive start")
    rates = (
        (max(end, 0.0) / start) ** (1 / years) - 1
        for start, end in ((first.value, last.value), (first.high, last.low), (first.low, last.high))
    )
    return Measure(*rates)
