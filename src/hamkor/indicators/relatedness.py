"""Economies and products as a network, on arrays: comparative advantage, proximity, density, gain.

Nothing here forms the products x products matrix of proximities but `proximities` itself. A product's row of it depends on
the other product only through the common makers and on the greater ubiquity of the two, and there are no more different
ubiquities than economies; so a product with that matrix is a sum over ubiquities of economies x economies matrices.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]

ROUNDING = 1e-12
"""An advantage that misses 1 by no more than this is 1: at even shares the quotient of sums is off by its last digits."""


def advantages(exports: Array) -> Array:
    """Return the revealed comparative advantage of each economy in each product.

    Parameters
    ----------
    exports
        Economies x products, USD.

    Returns
    -------
    numpy.ndarray
        Economies x products; 0 where the economy or the product has no exports at all.

    References
    ----------
    Balassa (1965), Trade liberalisation and "revealed" comparative advantage, The Manchester School 33(2).

    Examples
    --------
    >>> toy = np.array([[90.0, 20.0, 10.0], [0.0, 75.0, 25.0], [5.0, 10.0, 85.0]])
    >>> round(float(advantages(toy)[0, 0]) * 19)
    48
    """
    of_economy = exports.sum(axis=1, keepdims=True)
    of_product = exports.sum(axis=0, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (exports / of_economy) / (of_product / of_product.sum())
    return np.asarray(np.nan_to_num(found, nan=0.0, posinf=0.0))


def made(advantage: Array) -> Array:
    """Return 1 where an economy makes a product with comparative advantage (at least 1, not above 1), else 0.

    Parameters
    ----------
    advantage
        Economies x products, as `advantages` returns it.

    Examples
    --------
    >>> made(np.array([[1.0, 0.99]])).tolist()
    [[1.0, 0.0]]
    """
    return (advantage >= 1 - ROUNDING).astype(np.float64)


def proximities(present: Array) -> Array:
    """Return how near products are: the lesser of the two shares of a product's makers that make the other too.

    Parameters
    ----------
    present
        Economies x products, 0 or 1, as `made` returns it; every product has a maker.

    Returns
    -------
    numpy.ndarray
        Products x products, symmetric, 1 on the diagonal.

    References
    ----------
    Hidalgo, Klinger, Barabasi and Hausmann (2007), The product space conditions the development of nations, Science 317.

    Examples
    --------
    >>> proximities(np.array([[1.0, 1.0], [0.0, 1.0]])).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    products = present.shape[1]
    single = present.astype(np.float32)  # counts of economies are whole numbers, exact up to 2 ** 24
    ubiquity = present.sum(axis=0)
    found = np.empty((products, products))
    for start in range(0, products, 256):  # a block stays in the cache between its counting and its division
        block = slice(start, start + 256)
        np.divide(single[:, block].T @ single, np.maximum(ubiquity[block, None], ubiquity), out=found[block])
    return found


def through_proximity(weights: Array, present: Array) -> Array:
    """Return `weights` times the matrix of proximities.

    Parameters
    ----------
    weights
        Rows x products.
    present
        Economies x products, 0 or 1; every product has a maker.

    Returns
    -------
    numpy.ndarray
        Rows x products.

    Examples
    --------
    >>> through_proximity(np.array([[1.0, 0.0]]), np.array([[1.0, 1.0], [0.0, 1.0]])).tolist()
    [[1.0, 0.5]]
    """
    economies, products = present.shape
    if economies >= products:
        return weights @ proximities(present)
    ubiquity = present.sum(axis=0)
    order = np.argsort(ubiquity, kind="stable")
    left, makers = weights[:, order], present[:, order]
    levels, starts = np.unique(ubiquity[order], return_index=True)
    groups = [slice(start, end) for start, end in zip(starts, [*starts[1:], products], strict=True)]
    folded = np.empty_like(left)
    common = np.zeros((len(weights), economies))  # weights and makers of the products of greater ubiquity, each over its own
    for level, group in zip(levels[::-1], groups[::-1], strict=True):
        folded[:, group] = common @ makers[:, group]
        common += left[:, group] @ makers[:, group].T / level
    common[:] = 0  # of the products of lesser or the same ubiquity
    for level, group in zip(levels, groups, strict=True):
        common += left[:, group] @ makers[:, group].T
        folded[:, group] += common @ makers[:, group] / level
    found = np.empty_like(folded)
    found[:, order] = folded
    return found


def nearness(present: Array) -> Array:
    """Return for each product the sum of its proximities to all products, itself included.

    Parameters
    ----------
    present
        Economies x products, 0 or 1; every product has a maker.

    Examples
    --------
    >>> nearness(np.array([[1.0, 1.0], [0.0, 1.0]])).tolist()
    [1.5, 1.5]
    """
    return through_proximity(np.ones((1, present.shape[1])), present).ravel()


def densities(present: Array) -> Array:
    """Return how much of what is near to a product an economy already makes, from 0 to 1.

    Parameters
    ----------
    present
        Economies x products, 0 or 1; every product has a maker.

    Returns
    -------
    numpy.ndarray
        Economies x products. Distance is 1 less density.

    References
    ----------
    Hidalgo, Klinger, Barabasi and Hausmann (2007), Science 317; Hausmann et al. (2014), The Atlas of Economic Complexity,
    technical box 5.4.

    Examples
    --------
    >>> densities(np.array([[1.0, 1.0], [0.0, 1.0]])).round(3).tolist()
    [[1.0, 1.0], [0.333, 0.667]]
    """
    return through_proximity(present, present) / nearness(present)


def gains(present: Array, worth: Array) -> Array:
    """Return how much nearer a new product brings an economy to the others that it does not make, weighted by their worth.

    Parameters
    ----------
    present
        Economies x products, 0 or 1; every product has a maker.
    worth
        One number a product: its complexity.

    Returns
    -------
    numpy.ndarray
        Economies x products, 0 for the products that the economy makes.

    References
    ----------
    Hausmann et al. (2014), technical box 5.4, as its authors' package ecomplexity computes it.

    Examples
    --------
    >>> gains(np.array([[1.0, 1.0], [0.0, 1.0]]), np.array([3.0, 6.0])).tolist()
    [[0.0, 0.0], [2.0, 0.0]]
    """
    absent = 1 - present
    return absent * through_proximity(absent * (worth / nearness(present)), present)


def nearest_made(present: Array, economy: int, product: int, count: int = 3) -> list[tuple[int, float]]:
    """Return the products that an economy makes nearest to one product, each with its proximity, the nearest first.

    Parameters
    ----------
    present
        Economies x products, 0 or 1; every product has a maker.
    economy, product
        Row and column.
    count
        At most so many; those of no proximity are left out.

    Examples
    --------
    >>> nearest_made(np.array([[1.0, 1.0], [0.0, 1.0]]), 1, 0)
    [(1, 0.5)]
    """
    own = np.flatnonzero(present[economy])
    own = own[own != product]
    makers = present[:, product]
    near = makers @ present[:, own] / np.maximum(makers.sum(), present[:, own].sum(axis=0))
    best = np.argsort(-near, kind="stable")[:count]
    return [(int(own[one]), float(near[one])) for one in best if near[one] > 0]
