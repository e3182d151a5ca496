"""From indicators up a tree to the index, for many vectors of weights at once; and what each part contributes."""

from __future__ import annotations

import msgspec
import numpy as np

from hamkor.indicators.composite.definition import Definition, Mean
from hamkor.indicators.composite.stages import Array
from hamkor.schema.errors import BadInput


class Tree(msgspec.Struct, frozen=True):
    """Which node holds which: nodes are the indicators, then dimensions from below, then the index itself.

    Attributes
    ----------
    names
        Of all nodes; the index has its definition's id.
    leaves
        How many of them are indicators.
    children
        Of each node that is no indicator, in order.
    weights
        Of all nodes, as the definition states them; the index has 1.
    """

    names: tuple[str, ...]
    leaves: int
    children: tuple[tuple[int, ...], ...]
    weights: tuple[float, ...]


class Levels(msgspec.Struct, frozen=True):
    """What a tree comes to.

    Attributes
    ----------
    values
        Draws x nodes above the indicators x rows.
    coverage
        Share of weight that is present, of the same shape.
    """

    values: Array
    coverage: Array


def tree_of(definition: Definition) -> Tree:
    """Return the tree of a definition, the lowest dimensions first.

    Examples
    --------
    >>> from hamkor.indicators.composite.definition import Dimension, Part
    >>> tree_of(Definition("x", "X", (Dimension("trade", "Trade"),), (Part("exports", "Exports", "trade"),))).children
    ((0,), (1,))
    """
    above = {one.id: one.part_of for one in definition.dimensions}

    def depth(name: str) -> int:
        return 1 + depth(above[name]) if above[name] else 0

    dimensions = sorted(definition.dimensions, key=lambda one: -depth(one.id))
    parts = [*((one.id, one.dimension, one.weight) for one in definition.indicators)]
    parts += [(one.id, one.part_of, one.weight) for one in dimensions]
    held = [*(one.id for one in dimensions), ""]
    children = tuple(tuple(place for place, (_, up, _) in enumerate(parts) if up == name) for name in held)
    names = (*(name for name, _, _ in parts), definition.id)
    return Tree(names, len(definition.indicators), children, (*(weight for _, _, weight in parts), 1.0))


def _formed(values: Array, form: Mean) -> Array:
    if form == "arithmetic":
        return values
    if (values <= 0).any():
        raise BadInput(f"the {form} mean of {np.nanmin(values):g}", due="values above 0", cure="let span begin above 0")
    return np.asarray(np.log(values) if form == "geometric" else 1.0 / values)


def _unformed(values: Array, form: Mean) -> Array:
    if form == "arithmetic":
        return values
    return np.asarray(np.exp(values) if form == "geometric" else 1.0 / values)


def aggregate(values: Array, weights: Array, tree: Tree, *, form: Mean, threshold: float) -> Levels:
    """Return every node above the indicators, for each vector of weights.

    Parameters
    ----------
    values
        Rows x indicators, normalised; NaN is missing: the weights of what is present are scaled up.
    weights
        Draws x nodes.
    tree
        Which node holds which.
    form
        Which mean.
    threshold
        Least share of weight present; below it a node is missing.

    Examples
    --------
    >>> from hamkor.indicators.composite.definition import Dimension, Part
    >>> parts = (Part("a", "A", "d"), Part("b", "B", "d"))
    >>> tree = tree_of(Definition("x", "X", (Dimension("d", "D"),), parts))
    >>> levels = aggregate(np.array([[1.0, 3.0]]), np.array([tree.weights]), tree, form="arithmetic", threshold=0.5)
    >>> levels.values[0, -1].tolist()
    [2.0]
    """
    draws, rows = len(weights), len(values)
    here = ~np.isnan(values)
    told, there = np.where(here, _formed(values, form), 0.0), here.astype(np.float64)
    found = np.empty((draws, len(tree.children), rows))
    covered = np.empty_like(found)
    for place, children in enumerate(tree.children):
        leaves = [child for child in children if child < tree.leaves]
        total = weights[:, list(children)].sum(axis=1)[:, None]
        top = weights[:, leaves] @ told[:, leaves].T
        present = weights[:, leaves] @ there[:, leaves].T
        share = present.copy()
        for child in children[len(leaves) :]:
            below = found[:, child - tree.leaves]
            weight = weights[:, child, None] * ~np.isnan(below)
            top += weight * np.nan_to_num(_formed(below, form))
            present += weight
            share += weights[:, child, None] * covered[:, child - tree.leaves]
        share = np.divide(share, total, out=np.zeros_like(share), where=total > 0)
        known = (present > 0) & (share >= threshold - 1e-12)
        mean = np.divide(top, present, out=np.full_like(top, np.nan), where=known)
        found[:, place], covered[:, place] = _unformed(mean, form), share
    return Levels(found, covered)


def contributions(values: Array, weights: Array, tree: Tree, levels: Levels, *, form: Mean) -> Array:
    """Return what each node contributes to the index; indicators sum to it, as do the dimensions right under it.

    A node contributes its value times the index's derivative by it. All three means are homogeneous of degree one, so by
    Euler's theorem these add up to the index; for the arithmetic mean they are weight times value.

    Parameters
    ----------
    values
        Rows x indicators, as given to `aggregate`.
    weights
        Of all nodes.
    tree, form
        As given to `aggregate`.
    levels
        What `aggregate` returned for these weights alone.

    Returns
    -------
    numpy.ndarray
        Rows x nodes; NaN where a node is missing.

    Examples
    --------
    >>> from hamkor.indicators.composite.definition import Dimension, Part
    >>> parts = (Part("a", "A", "d"), Part("b", "B", "d"))
    >>> tree = tree_of(Definition("x", "X", (Dimension("d", "D"),), parts))
    >>> table, weights = np.array([[1.0, 3.0]]), np.array([tree.weights])
    >>> levels = aggregate(table, weights, tree, form="arithmetic", threshold=0.5)
    >>> contributions(table, weights[0], tree, levels, form="arithmetic")[0].tolist()
    [0.5, 1.5, 2.0, 2.0]
    """
    nodes = np.concatenate([values, levels.values[0].T], axis=1)
    slopes = np.ones_like(nodes)
    steepness = {"arithmetic": 0, "geometric": 1, "harmonic": 2}[form]
    for place in range(len(tree.children) - 1, -1, -1):
        children = list(tree.children[place])
        here = [tree.leaves + place]
        weight = weights[children] * ~np.isnan(nodes[:, children])
        with np.errstate(invalid="ignore"):
            slopes[:, children] = slopes[:, here] * weight / weight.sum(axis=1, keepdims=True)
            if steepness:
                slopes[:, children] *= (nodes[:, here] / nodes[:, children]) ** steepness
    return np.where(np.isnan(nodes[:, [-1]]), np.nan, slopes * nodes)
