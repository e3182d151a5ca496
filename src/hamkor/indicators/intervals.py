"""Carrying the intervals of flows to any indicator, by draws."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.stats import norm

from hamkor.schema.errors import BadInput

Floats = npt.NDArray[np.float64]
_QUANTILE = 0.05
_BOUND = float(norm.ppf(1 - _QUANTILE))


def with_interval(
    function: Callable[[pl.DataFrame], pl.DataFrame], flows: pl.DataFrame, *, draws: int = 200, seed: int = 0
) -> pl.DataFrame:
    """Return an indicator with the 90 % interval that those of its flows leave.

    Each flow is drawn from a lognormal distribution in two halves, each of the width of its side of the interval (a flow of
    zero from the upper half of a normal one), flows apart from each other; the bounds are the 5 % and 95 % quantiles of the
    indicator over the draws.

    Parameters
    ----------
    function
        Flows in, a frame with value out; the columns before it are its key.
    flows
        value, low, high (90 %), low <= value <= high.
    draws
        How many.
    seed
        Of the generator.

    Returns
    -------
    polars.DataFrame
        As the function returns it, with low and high behind value, which they always hold between them; null where the value
        is. Draws in which it is not defined are left out.

    Raises
    ------
    BadInput
        If bounds are missing or in the wrong order.

    Examples
    --------
    >>> from hamkor.indicators.trade import turnover
    >>> cells = {"exporter": ["A", "B"], "importer": ["B", "A"], "value": [8.0, 6.0], "low": [7.0, 6.0], "high": [9.0, 6.0]}
    >>> with_interval(turnover, pl.DataFrame(cells)).select(pl.col("value", "low", "high").round(0)).rows()
    [(14.0, 13.0, 15.0)]
    """
    if draws < 20:
        raise BadInput(f"{draws} draws", due="at least 20")
    for name in ("value", "low", "high"):
        if name not in flows.columns:
            raise BadInput(f"columns {', '.join(flows.columns)}", where="flows", due=f"a column {name}")
    value, low, high = (flows[name].cast(pl.Float64).to_numpy() for name in ("value", "low", "high"))
    wrong = np.flatnonzero(~((low <= value) & (value <= high) & (low >= 0)))
    if wrong.size:
        row = flows.row(int(wrong[0]), named=True)
        raise BadInput(
            f"{row['low']} {row['value']} {row['high']}", where="flows low value high", due="0 <= low <= value <= high"
        )
    found = function(flows)
    key = found.columns[: found.columns.index("value")]
    below, above = _deviations(value, low), _deviations(value, high)
    chance = np.random.default_rng(seed)
    told = []
    for _ in range(draws):
        normal = chance.standard_normal(len(value))
        moved = np.where(
            value > 0,
            value * np.exp(np.where(normal < 0, below, above) * np.abs(normal)),
            high * np.maximum(normal, 0) / _BOUND,
        )
        drawn = function(flows.with_columns(value=pl.Series(moved)))
        told.append(drawn.select(*key, "value"))
    bounds = pl.concat(told).group_by(key).agg(
        low=pl.col("value").quantile(_QUANTILE, "linear"), high=pl.col("value").quantile(1 - _QUANTILE, "linear")
    )  # fmt: skip
    joined = found.drop("low", "high", strict=False).join(bounds, on=key, how="left", maintain_order="left")
    rest = [name for name in joined.columns if name not in (*key, "value", "low", "high")]
    known = pl.col("value").is_not_null()
    return joined.with_columns(
        low=pl.when(known).then(pl.min_horizontal("low", "value")), high=pl.when(known).then(pl.max_horizontal("high", "value"))
    ).select(*key, "value", "low", "high", *rest)


def _deviations(value: Floats, bound: Floats) -> Floats:
    """Return the log standard deviation of a half, with the sign of its side; a bound of zero counts as a hundredth."""
    positive = np.where(value > 0, value, 1.0)
    ratio = np.where(value > 0, np.maximum(bound, 0.01 * positive) / positive, 1.0)
    return np.asarray(np.log(ratio) / _BOUND)
