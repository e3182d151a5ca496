"""What a part added to the change of a whole, with the interval that rounding in print leaves."""

from __future__ import annotations

from itertools import product

from hamkor.indicators.rates import Measure


def contribution(level: Measure, growth: Measure) -> Measure:
    """Return how much a level has risen in a year, from the level now and its growth: level * growth / (1 + growth).

    Narrower than the level less its implied base, because the level enters once; the expression is monotone in each of the
    two, so that its bounds are reached at theirs.

    Raises
    ------
    ValueError
        If the growth may be -100 % or less.

    Examples
    --------
    >>> added = contribution(Measure(3480.0, 3475.0, 3485.0), Measure(0.155, 0.1545, 0.1555))
    >>> [round(number, 1) for number in (added.value, added.low, added.high)]
    [467.0, 465.0, 469.0]
    """
    if growth.low <= -1:
        raise ValueError("a growth rate of -100 % has no base")
    ends = [amount * rate / (1 + rate) for amount, rate in product((level.low, level.high), (growth.low, growth.high))]
    return Measure(level.value * growth.value / (1 + growth.value), min(ends), max(ends))
