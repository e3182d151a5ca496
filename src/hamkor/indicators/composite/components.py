"""Weights from principal components, dimension by dimension and then of the dimensions."""

from __future__ import annotations

import numpy as np

from hamkor.indicators.composite.means import Tree, aggregate
from hamkor.indicators.composite.stages import Array
from hamkor.schema.errors import BadInput


def component_weights(values: Array) -> Array:
    """Return weights of columns by their principal components; they are >= 0 and add up to 1.

    Components of the correlations with an eigenvalue above 1 (the first at least) are kept; a column's weight is the sum of
    its squared loadings on them, which is its variance that they explain, as a share of all columns'.

    Parameters
    ----------
    values
        Rows x columns; only rows without a gap are used.

    Raises
    ------
    BadInput
        If fewer than three rows are whole, or a column does not vary over them.

    References
    ----------
    OECD and JRC 2008, Handbook on Constructing Composite Indicators, 6.1 (without rotation); Huh and Park 2018, Journal of
    Asian Economics, for the two stages over a panel.

    Examples
    --------
    >>> component_weights(np.array([[1.0, 2.0], [2.0, 4.1], [3.0, 5.9], [4.0, 8.0]])).round(3).tolist()
    [0.5, 0.5]
    """
    if values.shape[1] == 1:
        return np.ones(1)
    whole = values[~np.isnan(values).any(axis=1)]
    if len(whole) < 3:
        raise BadInput(f"{len(whole)} rows without a gap", due="3 at least for principal components", cure=(
            'fill the gaps (impute = "last"), or write weighting = "stated"'))  # fmt: skip
    if (np.ptp(whole, axis=0) <= 1e-12 * np.abs(whole).max(axis=0)).any():
        raise BadInput("a column that is the same in all rows without a gap", due="variation for principal components", cure=(
            'leave it out, or write weighting = "stated"'))  # fmt: skip
    roots, vectors = np.linalg.eigh(np.corrcoef(whole, rowvar=False))
    kept = roots > min(1.0 + 1e-9, float(roots[-1]) - 1e-12)
    explained = (vectors[:, kept] ** 2 * roots[kept]).sum(axis=1)
    return np.asarray(explained / explained.sum())


def two_stage_weights(values: Array, tree: Tree, *, threshold: float) -> Array:
    """Return weights of all nodes: first of the indicators in each dimension, then of the dimensions' scores.

    Parameters
    ----------
    values
        Rows (economies in periods) x indicators, normalised.
    tree
        Which node holds which.
    threshold
        As in `aggregate`.
    """
    weights = np.array(tree.weights)
    for place, children in enumerate(tree.children):
        levels = aggregate(values, weights[None], tree, form="arithmetic", threshold=threshold)
        nodes = np.concatenate([values, levels.values[0].T], axis=1)
        try:
            weights[list(children)] = component_weights(nodes[:, list(children)])
        except BadInput as error:
            raise BadInput(error.message, where=tree.names[tree.leaves + place], due=error.due, cure=error.cure) from None
    return weights
