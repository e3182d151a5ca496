"""How far ranks depend on choices: weights, normalisation, mean and imputation drawn together, and parts left out.

Saisana, Saltelli and Tarantola 2005, J. Royal Statistical Society A 168 (2), 307-323.
"""

from __future__ import annotations

from itertools import product

import msgspec
import numpy as np
import polars as pl

from hamkor.indicators.composite.build import ranks, staged, weights_of
from hamkor.indicators.composite.definition import Definition, Imputation, Mean, Normalisation, checked
from hamkor.indicators.composite.means import aggregate, tree_of
from hamkor.indicators.composite.panel import Panel, labels, panel_of
from hamkor.indicators.composite.stages import Array
from hamkor.schema.errors import BadInput

_FACTORS = ("normalisation", "mean", "imputation", "weights")


class Choices(msgspec.Struct, frozen=True):
    """What might as well have been chosen.

    Attributes
    ----------
    normalisations, means, imputations
        Each with each, equally likely; imputations are tried only where something is missing.
    weights
        Each weight is drawn evenly from its own value less and plus this share of it.
    """

    normalisations: tuple[Normalisation, ...] = ("min-max", "rank")
    means: tuple[Mean, ...] = ("arithmetic", "geometric")
    imputations: tuple[Imputation, ...] = ("none", "mean")
    weights: float = 0.25


class Uncertain(msgspec.Struct, frozen=True):
    """What the draws show.

    Attributes
    ----------
    ranks
        economy, period, rank (median of the draws), low, high (5 % and 95 % of the draws), score_low, score_high, and the share
        of the rank's variance that each choice explains by itself: normalisation, mean, imputation, weights; interactions.
    draws, seed
        How many indices were built, and where chance began.
    choices
        As drawn.
    """

    ranks: pl.DataFrame
    draws: int
    seed: int
    choices: Choices


def uncertain(
    table: pl.DataFrame, definition: Definition, *, draws: int = 1000, seed: int = 0, choices: Choices | None = None
) -> Uncertain:
    """Return intervals of every rank over what might as well have been chosen.

    Every vector of weights meets every combination of the other choices, so that shares of variance are exact for the draws.

    Parameters
    ----------
    table, definition
        As `build` takes them.
    draws
        Indices to build, rounded up to a whole number of combinations.
    seed
        Of the draws.
    choices
        What is varied.

    Raises
    ------
    BadInput
        As `build` does, and if a choice cannot be done.

    Examples
    --------
    >>> from hamkor.indicators.composite.definition import Dimension, Part
    >>> parts = (Part("exports", "Exports", "trade"), Part("hours", "Hours", "border", direction=-1))
    >>> index = Definition("x", "X", (Dimension("trade", "Trade"), Dimension("border", "Border")), parts)
    >>> table = pl.DataFrame({"economy": ["A", "B", "C"], "exports": [10.0, 20.0, 30.0], "hours": [8.0, 2.0, 1.0]})
    >>> uncertain(table, index, draws=100).ranks.select("economy", "rank", "low", "high").rows()
    [('A', 3.0, 3.0, 3.0), ('B', 2.0, 2.0, 2.0), ('C', 1.0, 1.0, 1.0)]
    """
    options = choices or Choices()
    if draws < 1 or not 0 <= options.weights <= 1:
        raise BadInput(f"draws {draws}, weights {options.weights:g}", due="1 draw at least, and a share from 0 to 1")
    panel, tree = panel_of(table, definition), tree_of(checked(definition))
    base = staged(panel, definition)
    gaps = bool(np.isnan(base.denominated).any())
    fills: tuple[Imputation, ...] = tuple(dict.fromkeys((definition.impute, *options.imputations))) if gaps else ("none",)
    kinds, means = options.normalisations, options.means
    vectors = -(-draws // (len(kinds) * len(means) * len(fills)))
    stated = weights_of(base.normalised, tree, definition)
    chance = np.random.default_rng(seed)
    weights = stated * chance.uniform(1 - options.weights, 1 + options.weights, (vectors, len(stated)))
    scores = np.empty((len(kinds), len(means), len(fills), vectors, len(panel.economies)))
    for (kind, name), (fill, way) in product(enumerate(kinds), enumerate(fills)):
        values = _variant(panel, definition, name, way, means)
        for place, form in enumerate(means):
            levels = aggregate(values, weights, tree, form=form, threshold=definition.threshold)
            scores[kind, place, fill] = levels.values[:, -1]
    flat = scores.reshape(-1, scores.shape[-1])
    placed = ranks(flat, labels(panel.periods))
    frame = pl.DataFrame({"economy": panel.economies, "period": panel.periods, **_intervals(placed, flat)})
    frame = frame.with_columns(**_shares(placed.reshape(scores.shape)))
    return Uncertain(frame.with_columns(pl.col(pl.Float64).fill_nan(None)), len(flat), seed, options)


def _variant(panel: Panel, definition: Definition, kind: Normalisation, fill: Imputation, means: tuple[Mean, ...]) -> Array:
    low, high = definition.span
    if set(means) != {"arithmetic"} and low <= 0:
        # A geometric mean needs a scale above 0: its lowest hundredth is left free.
        low, high = 0.01 * (high - low), high - low
    variant = msgspec.structs.replace(definition, normalise=kind, impute=fill, span=(low, high), weighting="stated")
    if kind == "z-score" and set(means) != {"arithmetic"}:
        raise BadInput("z-scores", where="choices", due="the arithmetic mean alone with them")
    return staged(panel, variant).normalised


def _intervals(placed: Array, scores: Array) -> dict[str, Array]:
    found = {name: np.full(placed.shape[1], np.nan) for name in ("rank", "low", "high", "score_low", "score_high")}
    there = ~np.isnan(placed).all(axis=0)
    if there.any():
        found["low"][there], found["rank"][there], found["high"][there] = _quantiles(placed[:, there], (0.05, 0.5, 0.95))
        found["score_low"][there], found["score_high"][there] = _quantiles(scores[:, there], (0.05, 0.95))
    return found


def _quantiles(values: Array, shares: tuple[float, ...]) -> Array:
    whole = not np.isnan(values).any()
    return np.asarray((np.quantile if whole else np.nanquantile)(values, shares, axis=0, method="inverted_cdf"))


def _shares(placed: Array) -> dict[str, Array]:
    """Return what each axis explains by itself of the variance of ranks: V(E(rank | choice)) / V(rank)."""
    whole = placed.reshape(-1, placed.shape[-1])
    # Where a choice leaves an economy without a rank its variance is not defined.
    variance = whole.var(axis=0)
    varied = variance > 0
    found: dict[str, Array] = {}
    for axis, name in enumerate(_FACTORS):
        means = placed.mean(axis=tuple(other for other in range(4) if other != axis))
        explained = np.full_like(variance, np.nan)
        explained[varied] = means.var(axis=0)[varied] / variance[varied]
        found[name] = explained
    found["interactions"] = 1 - np.sum([found[name] for name in _FACTORS], axis=0)
    return found


def left_out(table: pl.DataFrame, definition: Definition) -> pl.DataFrame:
    """Return how ranks shift when one indicator is left out.

    Returns
    -------
    polars.DataFrame
        indicator, value (mean absolute shift of all ranks), most (the greatest), economy and period (whose).

    Examples
    --------
    >>> from hamkor.indicators.composite.definition import Dimension, Part
    >>> parts = (Part("exports", "Exports", "trade"), Part("hours", "Hours", "border", direction=-1))
    >>> index = Definition("x", "X", (Dimension("trade", "Trade"), Dimension("border", "Border")), parts)
    >>> table = pl.DataFrame({"economy": ["A", "B", "C"], "exports": [10.0, 20.0, 30.0], "hours": [1.0, 2.0, 8.0]})
    >>> left_out(table, index).select("indicator", "most").rows()
    [('exports', 1.0), ('hours', 1.0)]
    """
    panel, tree = panel_of(table, definition), tree_of(checked(definition))
    values = staged(panel, definition).normalised
    stated = weights_of(values, tree, definition)
    weights = np.where(np.eye(tree.leaves, len(stated), dtype=bool), 0.0, stated)
    whole = aggregate(values, stated[None], tree, form=definition.aggregate, threshold=definition.threshold)
    without = aggregate(values, weights, tree, form=definition.aggregate, threshold=0.0)
    periods = labels(panel.periods)
    before = ranks(whole.values[:, -1], periods)
    shifts = np.abs(ranks(np.where(np.isnan(before), np.nan, without.values[:, -1]), periods) - before)
    places = [int(np.nanargmax(row)) if not np.isnan(row).all() else None for row in shifts]
    return pl.DataFrame(
        {
            "indicator": tree.names[: tree.leaves],
            "value": [None if place is None else float(np.nanmean(row)) for row, place in zip(shifts, places, strict=True)],
            "most": [None if place is None else float(row[place]) for row, place in zip(shifts, places, strict=True)],
            "economy": [None if place is None else panel.economies[place] for place in places],
            "period": [None if place is None else panel.periods[place] for place in places],
        },
        schema_overrides={"value": pl.Float64, "most": pl.Float64, "economy": pl.String, "period": pl.String},
    )
