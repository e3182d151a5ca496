"""The path to a target: growth needed against growth reached, and where the series' own history leads.

The outlook is a random walk with drift in logarithms. A change over d years has mean d * drift and variance d * deviation ** 2,
so that missing years cost nothing but precision; the drift is estimated too, hence quantiles of Student's t (Hyndman and
Athanasopoulos 2021, Forecasting: Principles and Practice, 3rd edition, sections 5.2 and 5.5; Sampson 1991, The effect of
parameter uncertainty on forecast variances and confidence intervals for unit root and trend stationary time-series models).
"""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import polars as pl
from scipy.special import stdtr, stdtrit

from hamkor.indicators.rates import Measure, annual_growth, ratio
from hamkor.schema.errors import BadInput

REACHED_OVER = (3, 4, 5, 6, 2, 1)
"""Years over which growth reached is measured, the first of them for which the series has a level."""
LEAST_CHANGES = 4
WITHIN = 50
_UNDATED = 10
_DUST = 1e-12


class Trend(msgspec.Struct, frozen=True):
    """Drift and spread of a series of annual levels.

    Attributes
    ----------
    growth
        Yearly growth that the drift is, share of one.
    drift, deviation
        Mean and standard deviation of one year's change of the logarithm.
    changes, years
        Number of changes between neighbouring levels, and years from the first level to the last.
    """

    growth: float
    drift: float
    deviation: float
    changes: int
    years: int

    def spread(self, ahead: Any) -> Any:
        """Return the standard error of the logarithm predicted so many years ahead: chance, and a drift that is estimated."""
        return self.deviation * np.sqrt(ahead + np.square(ahead) / self.years)

    def quantile(self, ahead: Any, share: float) -> Any:
        """Return the change of the logarithm that is not exceeded with this probability."""
        return self.drift * ahead + stdtrit(self.changes - 1, share) * self.spread(ahead)


class Arrival(msgspec.Struct, frozen=True):
    """The first year in which the trend, the upper and the lower end of its 90 % band are at the target.

    Attributes
    ----------
    period, earliest, latest
        Years; None: not within 50 years.
    """

    period: int | None
    earliest: int | None
    latest: int | None


class Path(msgspec.Struct, frozen=True):
    """A target and the way to it, in the unit of the levels.

    Attributes
    ----------
    levels
        period, value, low, high; by year, the last one is the base.
    target, by
        The level aimed at, and its year; None: the target has no date, and none is given to it.
    base, start
        The last level with its interval, and its year.
    multiple
        Target / base.
    needed
        Yearly growth from the base to the target, share of one; None without a date.
    reached, since
        Yearly growth before the base, and the year of the level from which it is counted; None if there is none.
    trend
        Of all levels; None if they are fewer than five.
    outlook
        period, value (the median), low_50, high_50, low_90, high_90: to the year of the target, else ten years on.
    probability
        That the level of the target's year is at the target or above, on this history; None without date or trend.
    arrival
        When the trend is at the target; None without a trend.
    """

    levels: pl.DataFrame
    target: float
    by: int | None
    base: Measure
    start: int
    multiple: Measure
    needed: Measure | None
    reached: Measure | None
    since: int | None
    trend: Trend | None
    outlook: pl.DataFrame
    probability: float | None
    arrival: Arrival | None

    def plain(self) -> dict[str, Any]:
        """Return everything as JSON-ready values."""
        told = {name: getattr(self, name) for name in self.__struct_fields__}
        return {
            name: value.to_dicts() if isinstance(value, pl.DataFrame) else msgspec.to_builtins(value)
            for name, value in told.items()
        }


def path(levels: pl.DataFrame, *, target: float, by: int | None = None) -> Path:
    """Return the path from the last of some annual levels to a target.

    Parameters
    ----------
    levels
        period (a year), value, and low and high where there is an interval; rows in any order, years may be missing.
    target
        The level aimed at, in the unit of `levels`.
    by
        Its year; None if it has none.

    Raises
    ------
    BadInput
        If the target is not above zero, its year does not lie after the last level, or a level is no positive number, is
        outside its interval, or comes twice.

    Examples
    --------
    >>> levels = pl.DataFrame({"period": range(2021, 2026), "value": [100.0, 110.0, 121.0, 133.1, 146.41]})
    >>> way = path(levels, target=292.82, by=2030)
    >>> round(way.needed.value, 4), round(way.reached.value, 4), way.probability, way.arrival.period
    (0.1487, 0.1, 0.0, 2033)
    """
    if not (math.isfinite(target) and target > 0):
        raise BadInput(f"target {target:g}", due="a finite level above zero")
    known = annual_levels(levels)
    rows = {row["period"]: Measure(row["value"], row["low"], row["high"]) for row in known.to_dicts()}
    start = max(rows)
    base, goal = rows[start], Measure(target, target, target)
    if by is not None and by <= start:
        cure = f"give a year after {start}"
        raise BadInput(f"target year {by}", due=f"a year after the last level, which is of {start}", cure=cure)
    since = next((start - years for years in REACHED_OVER if start - years in rows), None)
    found = trend(known)
    return Path(
        levels=known, target=target, by=by, base=base, start=start, multiple=ratio(goal, base),
        needed=None if by is None else annual_growth(base, goal, years=by - start),
        reached=None if since is None else annual_growth(rows[since], base, years=start - since), since=since,
        trend=found, outlook=_outlook(found, base, start, by or start + _UNDATED),
        probability=None if found is None or by is None else _probability(found, target / base.value, by - start),
        arrival=None if found is None else _arrival(found, base, start, target),
    )  # fmt: skip


def annual_levels(levels: pl.DataFrame) -> pl.DataFrame:
    """Return levels as period, value, low, high by year, checked; without an interval, low and high are the value.

    Raises
    ------
    BadInput
        As `path` says.

    Examples
    --------
    >>> annual_levels(pl.DataFrame({"period": ["2025", "2024"], "value": [2.0, 1.0]}))["high"].to_list()
    [1.0, 2.0]
    """
    missing = [name for name in ("period", "value") if name not in levels.columns]
    if missing:
        raise BadInput(f"no column {', '.join(missing)}", where="levels", due="period, value, and low and high if known")
    years = levels["period"].cast(pl.String).str.strip_chars()
    odd = levels.filter(~years.str.contains(r"^\d{4}$").fill_null(False))
    if len(odd):
        cure = "take whole years only: a part of a year has no yearly growth"
        raise BadInput(f"period '{odd['period'][0]}'", where="levels", due="a year", cure=cure)
    ends = [pl.col(name) if name in levels.columns else pl.lit(None).alias(name) for name in ("low", "high")]
    try:
        found = levels.select("value", *ends).cast(pl.Float64).with_columns(period=years.cast(pl.Int64))
    except pl.exceptions.PolarsError:
        raise BadInput("a level that is no number", where="levels", due="numbers in value, low and high") from None
    found = found.with_columns(pl.col(name).fill_null(pl.col("value")) for name in ("low", "high"))
    found = found.select("period", "value", "low", "high").sort("period", "value")
    if found.is_empty():
        raise BadInput("no level", where="levels", due="one year at least")
    for row in found.to_dicts():
        _check_level(row)
    if twice := found.filter(pl.col("period").is_duplicated())["period"].to_list():
        raise BadInput(f"year {twice[0]} again", where="levels", due="one level a year", cure="choose one source")
    return found


def _check_level(row: dict[str, Any]) -> None:
    where, numbers = f"levels {row['period']}", [row[name] for name in ("value", "low", "high")]
    if any(number is None or not math.isfinite(number) or number <= 0 for number in numbers):
        told = ", ".join("nothing" if number is None else f"{number:g}" for number in dict.fromkeys(numbers))
        cure = "leave out the year, or the years up to it: nothing grows from zero"
        raise BadInput(told, where=where, due="a finite level above zero", cure=cure)
    if not row["low"] <= row["value"] <= row["high"]:
        raise BadInput(f"{row['value']:g} outside {row['low']:g} to {row['high']:g}", where=where, due="low <= value <= high")


def trend(levels: pl.DataFrame) -> Trend | None:
    """Return drift and spread of checked levels; None if there are fewer than four changes, too few to tell a spread.

    Examples
    --------
    >>> levels = annual_levels(pl.DataFrame({"period": [2020, 2021, 2023, 2024, 2025], "value": [1.0, 1.2, 1.4, 1.8, 2.0]}))
    >>> found = trend(levels)
    >>> round(found.growth, 4), round(found.deviation, 4), found.changes, found.years
    (0.1487, 0.0881, 4, 5)
    """
    gaps = np.diff(levels["period"].to_numpy().astype(float))
    if len(gaps) < LEAST_CHANGES:
        return None
    changes = np.diff(np.log(levels["value"].to_numpy()))
    years = float(gaps.sum())
    drift = float(changes.sum() / years)
    deviation = math.sqrt(float(np.sum((changes - drift * gaps) ** 2 / gaps)) / (len(gaps) - 1))
    return Trend(math.expm1(drift), drift, deviation if deviation > _DUST else 0.0, len(gaps), int(years))


def _outlook(found: Trend | None, base: Measure, start: int, until: int) -> pl.DataFrame:
    """Return the fan; the interval of the base widens each band, since its ends are reached at those of the base."""
    ends = {"value": (0.5, base.value), "low_50": (0.25, base.low), "high_50": (0.75, base.high)}
    ends |= {"low_90": (0.05, base.low), "high_90": (0.95, base.high)}
    ahead = np.arange(1, until - start + 1, dtype=float) if found is not None else np.empty(0)
    columns = {"period": pl.Series(start + ahead, dtype=pl.Int64)}
    for name, (share, level) in ends.items():
        values = level * np.exp(found.quantile(ahead, share)) if found is not None else ahead
        columns[name] = pl.Series(values, dtype=pl.Float64)
    return pl.DataFrame(columns)


def _probability(found: Trend, multiple: float, years: int) -> float:
    short = math.log(multiple) - found.drift * years
    spread = float(found.spread(years))
    if spread == 0:
        return 1.0 if short <= _DUST else 0.0
    return float(stdtr(found.changes - 1, -short / spread))


def _arrival(found: Trend, base: Measure, start: int, target: float) -> Arrival:
    ahead = np.arange(WITHIN + 1, dtype=float)
    ends = ((0.5, base.value), (0.95, base.high), (0.05, base.low))
    years: list[int | None] = []
    for share, level in ends:
        there = np.flatnonzero(math.log(level / target) + found.quantile(ahead, share) >= -_DUST)
        years.append(start + int(there[0]) if len(there) else None)
    return Arrival(*years)


def by_product(products: pl.DataFrame, *, base: float, target: float, years: int) -> pl.DataFrame:
    """Return what each product brings on the way to a target at the growth it has reached, and what is still needed then.

    Parameters
    ----------
    products
        product, period (a year), value: the trade by product, of two years at least. Growth is that from the year which
        `REACHED_OVER` finds to the last year; shares are those of the last year.
    base, target
        Level now and level aimed at.
    years
        From the base to the target.

    Returns
    -------
    polars.DataFrame
        product, share (of the base), growth (None if the product was not traded before: it is held at its level then), value
        (now), level (in the target's year), contribution (level - value), part (of the rise from base to target). The last
        row, of no product, is what is needed beyond; the contributions add up to target - base.

    Raises
    ------
    BadInput
        If the products do not have two years, or no trade in the last one.

    Examples
    --------
    >>> table = {"product": ["cement", "fruit"] * 2, "period": [2024, 2024, 2025, 2025], "value": [1.0, 2.0, 2.0, 2.0]}
    >>> by_product(pl.DataFrame(table), base=4.0, target=8.0, years=1).select("product", "contribution").rows()
    [('cement', 2.0), ('fruit', 0.0), (None, 2.0)]
    """
    ordered = products.with_columns(pl.col("period").cast(pl.Int64)).sort("product", "period", "value")
    found = ordered.group_by("product", "period", maintain_order=True).agg(pl.col("value").sum())
    known = set(found["period"])
    last = max(known, default=0)
    first = next((last - over for over in REACHED_OVER if last - over in known), None)
    now = found.filter(pl.col("period") == last).select("product", now="value").filter(pl.col("now") > 0)
    if first is None or now.is_empty():
        raise BadInput("products of one year", where="products", due="products of two years at least")
    before = found.filter(pl.col("period") == first).select("product", before="value").filter(pl.col("before") > 0)
    rows = now.join(before, on="product", how="left").with_columns(
        share=pl.col("now") / pl.col("now").sum(), growth=(pl.col("now") / pl.col("before")).pow(1 / (last - first)) - 1
    )
    rows = rows.with_columns(value=base * pl.col("share"))
    rows = rows.with_columns(level=pl.col("value") * (1 + pl.col("growth").fill_null(0.0)).pow(years))
    rows = rows.with_columns(contribution=pl.col("level") - pl.col("value")).sort(
        "contribution", "product", descending=[True, False]
    )
    wanted = target - base
    beyond = {"product": None, "contribution": wanted - math.fsum(rows["contribution"])}
    shape = ["product", "share", "growth", "value", "level", "contribution"]
    rows = pl.concat([rows.select(shape), pl.DataFrame([beyond], schema_overrides={"product": pl.String})], how="diagonal")
    return rows.with_columns(part=pl.col("contribution") / wanted if wanted else pl.lit(None, pl.Float64))
