"""An index built stage by stage, with every stage kept."""

from __future__ import annotations

import msgspec
import numpy as np
import polars as pl

from hamkor.indicators.composite.components import two_stage_weights
from hamkor.indicators.composite.definition import Definition, checked
from hamkor.indicators.composite.means import Levels, Tree, aggregate, contributions, tree_of
from hamkor.indicators.composite.panel import Panel, labels, panel_of
from hamkor.indicators.composite.stages import Array, Labels, Marks, denominate, impute, normalise, treat
from hamkor.schema.errors import BadInput


class Staged(msgspec.Struct, frozen=True):
    """The table at each stage, rows x indicators.

    Attributes
    ----------
    panel
        As it was given.
    denominated, imputed, treated, normalised
        After each stage.
    filled, changed
        Which cells were imputed, and which treated.
    """

    panel: Panel
    denominated: Array
    imputed: Array
    treated: Array
    normalised: Array
    filled: Marks
    changed: Marks


class Built(msgspec.Struct, frozen=True):
    """An index.

    Attributes
    ----------
    definition
        As it was used.
    scores
        economy, period, value, rank (1 = greatest; of equals the same), coverage (share of weight present), imputed (share of
        the present indicators that was filled in).
    dimensions
        economy, period, dimension, value, coverage, contribution to the index.
    cells
        economy, period, indicator, value (normalised), given, used (after all stages), imputed, treated, contribution.
    weights
        part, of, weight: as a share of the whole that the part is in.
    notes
        What the reader must know: indicators without variation, or without data.
    """

    definition: Definition
    scores: pl.DataFrame
    dimensions: pl.DataFrame
    cells: pl.DataFrame
    weights: pl.DataFrame
    notes: tuple[str, ...]


def staged(panel: Panel, definition: Definition) -> Staged:
    """Return the table after each stage that comes before weights.

    Examples
    --------
    >>> from hamkor.indicators.composite.definition import Dimension, Part
    >>> index = Definition("x", "X", (Dimension("trade", "Trade"),), (Part("exports", "Exports", "trade"),))
    >>> table = pl.DataFrame({"economy": ["A", "B"], "exports": [1.0, 3.0]})
    >>> staged(panel_of(table, index), index).normalised[:, 0].tolist()
    [0.0, 100.0]
    """
    denominated = denominate(panel.values, panel.denominators)
    alike = labels(panel.economies) if definition.impute == "last" else panel.groups
    imputed, filled = impute(denominated, alike, method=definition.impute)
    treated, changed = treat(imputed) if definition.treat else (imputed, np.zeros(imputed.shape, dtype=np.bool_))
    return Staged(panel, denominated, imputed, treated, normalised(treated, panel, definition), filled, changed)


def normalised(values: Array, panel: Panel, definition: Definition) -> Array:
    """Return treated values on the definition's scale."""
    parts = definition.indicators
    groups: Labels = labels(panel.periods) if definition.scope == "period" else np.zeros(len(values), dtype=np.int64)
    return normalise(
        values,
        groups,
        method=definition.normalise,
        directions=np.array([one.direction for one in parts], dtype=np.float64),
        span=definition.span,
        goalposts=[one.goalposts for one in parts],
        targets=np.array([np.nan if one.target is None else one.target for one in parts]),
    )


def weights_of(values: Array, tree: Tree, definition: Definition) -> Array:
    """Return the weights of all nodes, stated or from principal components.

    Raises
    ------
    BadInput
        If all parts of a dimension have weight 0.
    """
    if definition.weighting == "pca":
        return two_stage_weights(values, tree, threshold=definition.threshold)
    weights = np.array(tree.weights)
    for place, children in enumerate(tree.children):
        if not weights[list(children)].any() and weights[tree.leaves + place] > 0:
            raise BadInput("only weights of 0", where=tree.names[tree.leaves + place], due="one above 0")
    return weights


def build(table: pl.DataFrame, definition: Definition) -> Built:
    """Return the index of every economy and period of a table.

    Parameters
    ----------
    table
        economy, period if there are several, a column an indicator and denominator; or economy, period, indicator, value.
    definition
        Its parts, and how each stage is done.

    Raises
    ------
    BadInput
        If the definition or the table has faults, or nothing can be compared.

    References
    ----------
    OECD and JRC 2008, Handbook on Constructing Composite Indicators: Methodology and User Guide.

    Examples
    --------
    >>> from hamkor.indicators.composite.definition import Dimension, Part
    >>> parts = (Part("exports", "Exports", "trade"), Part("hours", "Hours", "border", direction=-1))
    >>> index = Definition("x", "X", (Dimension("trade", "Trade"), Dimension("border", "Border")), parts)
    >>> table = pl.DataFrame({"economy": ["A", "B", "C"], "exports": [10.0, 20.0, 30.0], "hours": [8.0, 2.0, 5.0]})
    >>> build(table, index).scores.select("economy", "value", "rank").rows()
    [('A', 0.0, 3), ('B', 75.0, 1), ('C', 75.0, 1)]
    """
    tree = tree_of(checked(definition))
    stages = staged(panel_of(table, definition), definition)
    if np.isnan(stages.normalised).all():
        raise BadInput("no indicator that varies", where=f"table of index {definition.id}", due="values to compare", cure=(
            "give several economies or periods, or goalposts in the definition"))  # fmt: skip
    weights = weights_of(stages.normalised, tree, definition)
    levels = aggregate(stages.normalised, weights[None], tree, form=definition.aggregate, threshold=definition.threshold)
    parts = contributions(stages.normalised, weights, tree, levels, form=definition.aggregate)
    return Built(
        definition,
        _scores(stages, levels),
        _dimensions(stages, levels, parts, tree),
        _cells(stages, parts, tree),
        _weights(weights, tree),
        _notes(stages, definition),
    )


def ranks(values: Array, groups: Labels) -> Array:
    """Return ranks in each group of rows, 1 the greatest, of equals the same; NaN where the value is.

    Parameters
    ----------
    values
        Draws x rows.
    groups
        Of each row: its period.

    Examples
    --------
    >>> ranks(np.array([[3.0, 5.0, 5.0, np.nan]]), np.zeros(4, dtype=np.int64)).tolist()
    [[3.0, 1.0, 1.0, nan]]
    """
    from scipy.stats import rankdata

    found = np.full_like(values, np.nan)
    # Differences in the last digits are of the order of summing, not of the economies.
    rounded = -np.round(values, 9)
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        block = rounded[:, rows]
        ordered = rankdata(np.where(np.isnan(block), np.inf, block), method="min", axis=1)
        found[:, rows] = np.where(np.isnan(block), np.nan, ordered)
    return found


def _keys(stages: Staged, times: int) -> dict[str, list[str]]:
    return {
        "economy": [one for one in stages.panel.economies for _ in range(times)],
        "period": [one for one in stages.panel.periods for _ in range(times)],
    }


def _scores(stages: Staged, levels: Levels) -> pl.DataFrame:
    values = levels.values[0, -1]
    there = ~np.isnan(stages.normalised)
    filled = (stages.filled & there).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    return pl.DataFrame(
        {
            **_keys(stages, 1), "value": values, "rank": ranks(values[None], labels(stages.panel.periods))[0],
            "coverage": levels.coverage[0, -1], "imputed": filled,
        }
    ).with_columns(pl.col("value").fill_nan(None), pl.col("rank").fill_nan(None).cast(pl.Int64))  # fmt: skip


def _dimensions(stages: Staged, levels: Levels, parts: Array, tree: Tree) -> pl.DataFrame:
    names = tree.names[tree.leaves : -1]
    return pl.DataFrame(
        {
            **_keys(stages, len(names)), "dimension": list(names) * len(stages.panel.economies),
            "value": levels.values[0, :-1].T.ravel(), "coverage": levels.coverage[0, :-1].T.ravel(),
            "contribution": parts[:, tree.leaves : -1].ravel(),
        }
    ).with_columns(pl.col("value", "contribution").fill_nan(None))  # fmt: skip


def _cells(stages: Staged, parts: Array, tree: Tree) -> pl.DataFrame:
    return pl.DataFrame(
        {
            **_keys(stages, tree.leaves), "indicator": list(tree.names[: tree.leaves]) * len(stages.panel.economies),
            "value": stages.normalised.ravel(), "given": stages.panel.values.ravel(), "used": stages.treated.ravel(),
            "imputed": stages.filled.ravel(), "treated": stages.changed.ravel(),
            "contribution": parts[:, : tree.leaves].ravel(),
        }
    ).with_columns(pl.col("value", "given", "used", "contribution").fill_nan(None))  # fmt: skip


def _weights(weights: Array, tree: Tree) -> pl.DataFrame:
    found = [
        (tree.names[child], tree.names[tree.leaves + place], float(weights[child] / (weights[list(children)].sum() or 1.0)))
        for place, children in enumerate(tree.children)
        for child in children
    ]
    return pl.DataFrame(found, schema=["part", "of", "weight"], orient="row")


def _notes(stages: Staged, definition: Definition) -> tuple[str, ...]:
    found = []
    for place, one in enumerate(definition.indicators):
        if np.isnan(stages.imputed[:, place]).all():
            found.append(f"{one.title}: no data")
        elif np.isnan(stages.normalised[:, place]).all():
            found.append(f"{one.title}: the same for all, left out")
    return tuple(found)
