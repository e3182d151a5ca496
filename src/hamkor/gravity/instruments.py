"""Regressors that trade moves in turn: a control function.

A first equation explains the regressor by instruments, the other regressors and the effects, by least squares; what it leaves
stands beside the regressor in the gravity equation (Wooldridge 2015, Journal of Human Resources 50(2)). Errors of both steps
together come from a bootstrap that draws clusters. The coefficient of what is left tests whether the instrument was needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import polars as pl

from hamkor.gravity.design import Pair, as_frame
from hamkor.gravity.estimate import estimate
from hamkor.gravity.fit import Fit
from hamkor.gravity.grid import Floats
from hamkor.schema.errors import BadInput

_WEIGHT = "_drawn"


class Instrumented(msgspec.Struct, frozen=True):
    """A gravity equation with a control function.

    Attributes
    ----------
    fit
        The equation, with ``left(REGRESSOR)`` as its last term; covariance of the bootstrap of both steps.
    first
        The first equation, by least squares.
    strength
        F of the instruments in it, robust to clusters: under ten they are weak (Staiger and Stock 1997).
    """

    fit: Fit
    first: Fit
    strength: float


def control_function(
    formula: str, data: Any, *, instruments: str, pair: Pair = "directed",
    sides: tuple[str, str] = ("exporter", "importer"), cluster: str | Sequence[str] = (), reps: int = 100, seed: int = 1,
) -> Instrumented:  # fmt: skip
    """Return a gravity equation one of whose regressors is explained by instruments.

    Parameters
    ----------
    formula
        ``trade ~ tariff + rta | exporter^year + importer^year``.
    data
        A frame of Polars, pandas or PyArrow.
    instruments
        ``tariff ~ tariff_of_others``: a column that is a regressor of the formula, and what explains it and not trade.
    pair, sides
        As of `estimate`.
    cluster
        Column, or columns crossed by ^: rows that are drawn together; each by itself if not given.
    reps, seed
        Of the bootstrap.

    Raises
    ------
    BadInput
        If the instruments cannot be read, explain nothing, or what they explain is no regressor of the formula.

    Examples
    --------
    >>> chance = np.random.default_rng(1)
    >>> z, u = chance.normal(size=(2, 9000))
    >>> flows = pl.DataFrame({"x": z + u, "z": z, "trade": np.exp(0.5 * (z + u) - u)})
    >>> found = control_function("trade ~ x", flows, instruments="x ~ z", reps=2)
    >>> found.fit.names, round(float(found.fit.coefficients[0]), 1)
    (('x', 'left(x)', '(constant)'), 0.5)
    """
    frame = as_frame(data)
    endogenous, _, told = (part.strip() for part in instruments.partition("~"))
    outcome, _, rest = (part.strip() for part in formula.partition("~"))
    regressors, _, effects = (part.strip() for part in rest.partition("|"))
    terms = [one.strip() for one in regressors.split("+")]
    if not endogenous or not told or endogenous not in terms or endogenous not in frame.columns:
        raise BadInput(instruments, where="instruments", due=f"REGRESSOR ~ INSTRUMENTS with a column among {', '.join(terms)}")
    left = f"left({endogenous})"
    others = [one for one in terms if one != endogenous]
    ends = f" | {effects}" if effects else ""
    first_formula = f"{endogenous} ~ {' + '.join([told, *others])}{ends}"
    crossed = (cluster,) if isinstance(cluster, str) else tuple(cluster)
    if len(crossed) > 1:
        raise BadInput(
            f"{len(crossed)} ways of clustering", where="instruments", due="one: rows of a cluster are drawn together"
        )
    first = estimate(first_formula, frame, family="gaussian", pair=pair, sides=sides, cluster=crossed)
    second_formula = f"{outcome} ~ {' + '.join([*terms, '_left'])}{ends}"

    def both(table: pl.DataFrame, weights: str | None) -> tuple[Fit, Floats]:
        one = estimate(first_formula, table, family="gaussian", pair=pair, sides=sides, weights=weights)
        residual = np.full(len(table), np.nan)
        residual[one.rows] = one.outcome - one.mean
        fit = estimate(
            second_formula, table.with_columns(_left=pl.Series(residual)), pair=pair, sides=sides, weights=weights,
            cluster=crossed if weights is None else (),
        )  # fmt: skip
        return fit, fit.coefficients[fit.kept]

    fit, point = both(frame, None)
    chance = np.random.default_rng(seed)
    columns = [name.strip() for name in crossed[0].split("^")] if crossed else []
    places = frame.select(pl.struct(columns).rank("dense")).to_series().to_numpy().astype(np.int64) - 1 if crossed else None
    drawn = np.empty((reps, point.size))
    for rep in range(reps):
        weights = chance.exponential(size=len(frame) if places is None else int(places.max()) + 1)
        drawn[rep] = both(frame.with_columns(pl.Series(_WEIGHT, weights if places is None else weights[places])), _WEIGHT)[1]
    names = tuple(left if name == "_left" else name for name in fit.names)
    fit = msgspec.structs.replace(
        fit,
        formula=formula,
        names=names,
        covariance=np.atleast_2d(np.cov(drawn.T)),
        covariance_kind="bootstrap",
        clusters=crossed,
    )
    return Instrumented(fit, first, _strength(first, told))


def _strength(first: Fit, told: str) -> float:
    """Return F of the instruments: Wald over their number."""
    wanted = {one.strip() for one in told.split("+")}
    chosen = [at for at, place in enumerate(first.kept) if first.names[place] in wanted]
    if not chosen:
        raise BadInput(told, where="instruments", due="columns that vary beside the effects and the other regressors")
    values = first.coefficients[first.kept[chosen]]
    return float(values @ np.linalg.solve(first.covariance[np.ix_(chosen, chosen)], values) / len(chosen))
