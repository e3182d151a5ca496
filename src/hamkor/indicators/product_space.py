"""Economic complexity on arrays: one table of exports in, every measure of the product space out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from hamkor.indicators.relatedness import Array, advantages, densities, gains, made, proximities
from hamkor.schema.errors import BadInput

if TYPE_CHECKING:
    from scipy.sparse import csr_array

APART = 1e-9
"""Eigenvalues nearer than this are taken as equal: rounding then chooses among their vectors."""


class Complexity(msgspec.Struct, frozen=True, eq=False):
    """Every measure of the product space of one table of exports.

    Attributes
    ----------
    rca
        Economies x products, revealed comparative advantage.
    present
        Economies x products, 1 where `rca` is at least 1, else 0.
    diversity
        Economies, number of products made.
    ubiquity
        Products, number of economies that make it.
    eci
        Economies, economic complexity index: mean 0, standard deviation 1.
    pci
        Products, product complexity index on the scale of `eci`, which is its mean over an economy's products.
    density
        Economies x products, 0 to 1.
    coi
        Economies, complexity outlook index: mean 0, standard deviation 1.
    cog
        Economies x products, complexity outlook gain; 0 for products made.
    fitness
        Economies, mean 1.
    """

    rca: Array
    present: Array
    diversity: Array
    ubiquity: Array
    eci: Array
    pci: Array
    density: Array
    coi: Array
    cog: Array
    fitness: Array

    @property
    def distance(self) -> Array:
        """1 less density, economies x products."""
        return 1 - self.density

    @property
    def proximity(self) -> Array:
        """Products x products, computed when it is asked for: 5,000 products take 200 MB."""
        return proximities(self.present)


def complexity(exports: Array | csr_array[np.float64], *, rounds: int = 20) -> Complexity:
    """Return every measure of the product space.

    Parameters
    ----------
    exports
        Economies x products, dense or sparse, USD; each economy and each product has exports. Take out small economies
        first: an economy of a few cargoes ranks at the top by accident.
    rounds
        Of the iteration behind `fitness`.

    Raises
    ------
    BadInput
        If a row or column is empty, or the network does not determine the index.

    References
    ----------
    Hidalgo and Hausmann (2009), The building blocks of economic complexity, PNAS 106(26); Hausmann et al. (2014), The Atlas
    of Economic Complexity, technical boxes 2.1 and 5.4; Tacchella et al. (2012), A new metrics for countries' fitness and
    products' complexity, Scientific Reports 2.

    Examples
    --------
    >>> found = complexity(np.array([[30.0, 10.0, 30.0], [30.0, 30.0, 10.0], [20.0, 10.0, 30.0]]))
    >>> found.present.astype(int).tolist()
    [[1, 0, 1], [1, 1, 0], [0, 0, 1]]
    >>> found.eci.round(3).tolist()
    [-0.191, 1.309, -1.118]
    """
    table = np.asarray(exports if isinstance(exports, np.ndarray) else exports.toarray(), dtype=np.float64)
    rca = advantages(table)
    present = made(rca)
    economies, products = complexities(present)
    eci, pci = economies - economies.mean(), products - economies.mean()
    density = densities(present)
    return Complexity(
        rca=rca, present=present, diversity=present.sum(axis=1), ubiquity=present.sum(axis=0), eci=eci, pci=pci,
        density=density, coi=outlook(present, density, products), cog=gains(present, products),
        fitness=fitness_of(present, rounds=rounds),
    )  # fmt: skip


def complexities(present: Array) -> tuple[Array, Array]:
    """Return the complexity of economies and of products, before their mean is taken off.

    The second eigenvector of the economies' mean over products of the mean over makers, of standard deviation 1 over the
    economies, with the sign of its correlation with diversity. It is found on the smaller side, as a symmetric problem.

    Parameters
    ----------
    present
        Economies x products, 0 or 1.

    Returns
    -------
    tuple
        Of the economies, whose values less their mean are ECI; of the products, whose values less the economies' mean are PCI.

    Raises
    ------
    BadInput
        If an economy makes nothing, a product has no maker, or the network does not determine the vector.

    References
    ----------
    Hausmann et al. (2014), technical box 2.1; the scale of PCI as in the package ecomplexity.

    Examples
    --------
    >>> of_economies, of_products = complexities(np.array([[1.0, 0.0, 1.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]))
    >>> (of_economies - of_economies.mean()).round(3).tolist()
    [-0.191, 1.309, -1.118]
    """
    diversity, ubiquity = present.sum(axis=1), present.sum(axis=0)
    _determined(present, diversity, ubiquity)
    scaled = present / np.sqrt(diversity[:, None]) / np.sqrt(ubiquity)
    wide = len(diversity) <= len(ubiquity)
    values, vectors = np.linalg.eigh(scaled @ scaled.T if wide else scaled.T @ scaled)
    second = values[-2]
    if second > 1 - APART:
        raise BadInput("economies fall into groups with no product in common", where="exports", due="one network", cure=(
            "leave out the smaller groups, or tell products less finely"))  # fmt: skip
    if second < APART:
        raise BadInput("all economies make the same products", where="exports", due="economies that differ")
    if len(values) > 2 and second - values[-3] < APART:
        raise BadInput("the network is so even that two indices fit it", where="exports", due="one second eigenvector")
    vector = vectors[:, -2] if wide else scaled @ vectors[:, -2]
    economies = vector / np.sqrt(diversity)
    economies = economies / economies.std()
    sign = np.sum((diversity - diversity.mean()) * (economies - economies.mean()))
    if abs(sign) < APART * np.linalg.norm(diversity):
        raise BadInput("diversity does not tell the sign of the index", where="exports", due="economies of unlike diversity")
    economies = economies * np.sign(sign)
    return economies, (present.T @ economies) / ubiquity / second


def _determined(present: Array, diversity: Array, ubiquity: Array) -> None:
    """Refuse what has no second eigenvector."""
    if min(present.shape) < 2:
        raise BadInput(
            f"{present.shape[0]} economies and {present.shape[1]} products", where="exports", due="two of each at least",
            cure="tell products more finely, or lower the minimum sizes",
        )  # fmt: skip
    if not diversity.all() or not ubiquity.all():
        raise BadInput("an economy or a product without comparative advantage", where="exports", due="at least one each")


def outlook(present: Array, density: Array, worth: Array) -> Array:
    """Return how much complexity lies near to what each economy makes: mean 0, standard deviation 1.

    Parameters
    ----------
    present, density
        Economies x products.
    worth
        Complexity of the products.

    References
    ----------
    Hausmann et al. (2014), technical box 5.4: opportunity value; standardised as in the package ecomplexity.

    Examples
    --------
    >>> outlook(np.eye(2), np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([1.0, 2.0])).tolist()
    [1.0, -1.0]
    """
    found = (density * (1 - present)) @ worth
    spread = found.std()
    return np.asarray((found - found.mean()) / spread if spread > 0 else np.zeros_like(found))


def fitness_of(present: Array, *, rounds: int = 20) -> Array:
    """Return the fitness of each economy, mean 1.

    Parameters
    ----------
    present
        Economies x products, 0 or 1.
    rounds
        Of the iteration: it has no scale of its own and decays for some economies for ever, so the number is part of the
        definition.

    References
    ----------
    Tacchella, Cristelli, Caldarelli, Gabrielli and Pietronero (2012), Scientific Reports 2:723, equation 1.

    Examples
    --------
    >>> fitness_of(np.array([[1.0, 1.0], [1.0, 0.0]]), rounds=1).round(3).tolist()
    [1.333, 0.667]
    """
    fitness, quality = np.ones(present.shape[0]), np.ones(present.shape[1])
    least = np.finfo(np.float64).tiny
    for _ in range(rounds):
        next_fitness = present @ quality
        unfit = present.T @ (1 / np.maximum(fitness, least))
        quality = np.divide(1.0, unfit, out=np.zeros_like(unfit), where=unfit > 0)
        fitness, quality = next_fitness / next_fitness.mean(), quality / quality.mean()
    return fitness
