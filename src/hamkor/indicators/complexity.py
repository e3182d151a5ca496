"""Economic complexity of flows: ECI, PCI, proximity, density, outlook, fitness, without what is too small.

An economy of a few cargoes has an advantage in whatever they hold, and ranks at the top of the world by accident. So every
indicator here leaves out what does not reach its minimum sizes, and says in `left_out` what and why. The sizes are in USD a
period; populations are looked at where a table of them is given.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import polars as pl

from hamkor.indicators.product_space import fitness_of, outlook
from hamkor.indicators.registry import indicator
from hamkor.indicators.relatedness import densities, gains, proximities
from hamkor.indicators.sizes import Kept, Sizes, kept

_ATLAS = "Hausmann et al. (2014), The Atlas of Economic Complexity, MIT Press, technical box "
_SPACE = "Hidalgo, Klinger, Barabasi and Hausmann (2007), Science 317, p. 484"


def _kept(
    flows: pl.DataFrame, minimum_exports: float, minimum_trade: float, minimum_ubiquity: int,
    minimum_population: float, population: pl.DataFrame | None,
) -> list[Kept]:  # fmt: skip
    return kept(flows, Sizes(minimum_exports, minimum_trade, minimum_population, minimum_ubiquity, population))


@indicator(unit="1", level="economy", products=True, world=True, citation=f"{_ATLAS}2.1")
def eci(
    flows: pl.DataFrame, *, minimum_exports: float = 1e9, minimum_trade: float = 1e7, minimum_ubiquity: int = 1,
    minimum_population: float = 1e6, population: pl.DataFrame | None = None,
) -> pl.DataFrame:  # fmt: skip
    """Return the economic complexity index of each economy.

    How many products an economy makes and how few others make them, each corrected by the other without end: the second
    eigenvector of the mean over products of the mean over makers, with the sign of its correlation with diversity, mean 0 and
    standard deviation 1 over the economies that are kept.

    Parameters
    ----------
    flows
        exporter, importer, product, value (USD) of the whole world; period if known.
    minimum_exports, minimum_population
        Least exports (USD) and population of an economy.
    minimum_trade, minimum_ubiquity
        Least world trade (USD) of a product, and number of economies that make it.
    population
        economy, value; period if known. Without it population is not looked at.

    Returns
    -------
    polars.DataFrame
        economy, period, value, rank, diversity, exports (USD), left_out (why there is no value).

    Examples
    --------
    >>> cells = pl.DataFrame({"exporter": [*"AAABBBCCC"], "importer": ["D"] * 9, "product": [*"123"] * 3,
    ...     "value": [30.0, 10.0, 30.0, 30.0, 30.0, 10.0, 20.0, 10.0, 30.0]})
    >>> eci(cells, minimum_exports=0, minimum_trade=0)["value"].round(3).to_list()
    [-0.191, 1.309, -1.118]
    """
    found = _kept(flows, minimum_exports, minimum_trade, minimum_ubiquity, minimum_population, population)
    tables = []
    for one in found:
        economies, _ = one.complexities()
        tables.append(one.ranked("economy", economies - economies.mean(), {"diversity": one.present.sum(axis=1)}))
    return pl.concat(tables).sort("economy", "period")


@indicator(
    unit="1", level="product", products=True, world=True, variants={"scale": ("eci", "own")}, citation=f"{_ATLAS}2.1",
)  # fmt: skip
def pci(
    flows: pl.DataFrame, *, scale: Literal["eci", "own"] = "eci", minimum_exports: float = 1e9, minimum_trade: float = 1e7,
    minimum_ubiquity: int = 1, minimum_population: float = 1e6, population: pl.DataFrame | None = None,
) -> pl.DataFrame:  # fmt: skip
    """Return the product complexity index of each product.

    Parameters
    ----------
    flows, minimum_exports, minimum_population, minimum_trade, minimum_ubiquity, population
        As of `eci`.
    scale
        ``eci``: on the scale of ECI, so that ECI is its mean over what an economy makes. ``own``: mean 0, standard deviation 1
        over the products.

    Returns
    -------
    polars.DataFrame
        product, period, value, rank, ubiquity, trade (USD), left_out.

    Examples
    --------
    >>> cells = pl.DataFrame({"exporter": [*"AAABBBCCC"], "importer": ["D"] * 9, "product": [*"123"] * 3,
    ...     "value": [30.0, 10.0, 30.0, 30.0, 30.0, 10.0, 20.0, 10.0, 30.0]})
    >>> pci(cells, scale="own", minimum_exports=0, minimum_trade=0)["value"].round(3).to_list()
    [0.191, 1.118, -1.309]
    """
    tables = []
    for one in _kept(flows, minimum_exports, minimum_trade, minimum_ubiquity, minimum_population, population):
        economies, products = one.complexities()
        value = (products - products.mean()) / products.std() if scale == "own" else products - economies.mean()
        tables.append(one.ranked("product", value, {"ubiquity": one.present.sum(axis=0)}))
    return pl.concat(tables).sort("product", "period")


@indicator(unit="1", level="product-product", products=True, world=True, citation=_SPACE)
def proximity(
    flows: pl.DataFrame, *, least: float = 0.0, minimum_exports: float = 1e9, minimum_trade: float = 1e7,
    minimum_ubiquity: int = 1, minimum_population: float = 1e6, population: pl.DataFrame | None = None,
) -> pl.DataFrame:  # fmt: skip
    """Return how near two products are: the lesser share of the makers of one that make the other too.

    Parameters
    ----------
    flows, minimum_exports, minimum_population, minimum_trade, minimum_ubiquity, population
        As of `eci`.
    least
        Pairs of no more than this are left out; 5,000 products have 12 million pairs.

    Returns
    -------
    polars.DataFrame
        product, other (each pair once), period, value.

    Examples
    --------
    >>> cells = pl.DataFrame({"exporter": [*"AAABBBCCC"], "importer": ["D"] * 9, "product": [*"123"] * 3,
    ...     "value": [30.0, 10.0, 30.0, 30.0, 30.0, 10.0, 20.0, 10.0, 30.0]})
    >>> proximity(cells, minimum_exports=0, minimum_trade=0).rows()
    [('1', '2', '', 0.5), ('1', '3', '', 0.5)]
    """
    tables = []
    for one in _kept(flows, minimum_exports, minimum_trade, minimum_ubiquity, minimum_population, population):
        names = pl.Series(one.names("product"), dtype=pl.String)
        near = np.triu(proximities(one.present), k=1)
        rows, columns = np.nonzero(near > least)
        table = {"product": names.gather(rows), "other": names.gather(columns), "value": near[rows, columns]}
        tables.append(pl.DataFrame(table).select("product", "other", pl.lit(one.period).alias("period"), "value"))
    return pl.concat(tables).sort("product", "other", "period")


@indicator(
    unit="1", level="economy-product", products=True, world=True, variants={"of": ("density", "distance")}, citation=_SPACE
)
def density(
    flows: pl.DataFrame, *, of: Literal["density", "distance"] = "density", minimum_exports: float = 1e9,
    minimum_trade: float = 1e7, minimum_ubiquity: int = 1, minimum_population: float = 1e6,
    population: pl.DataFrame | None = None,
) -> pl.DataFrame:  # fmt: skip
    """Return how much of what is near to a product each economy already makes, from 0 to 1.

    Parameters
    ----------
    flows, minimum_exports, minimum_population, minimum_trade, minimum_ubiquity, population
        As of `eci`.
    of
        ``density``, or ``distance``: 1 less density.

    Returns
    -------
    polars.DataFrame
        economy, product, period, value, rca; of the economies and products that are kept.

    Examples
    --------
    >>> cells = pl.DataFrame({"exporter": [*"AAABBBCCC"], "importer": ["D"] * 9, "product": [*"123"] * 3,
    ...     "value": [30.0, 10.0, 30.0, 30.0, 30.0, 10.0, 20.0, 10.0, 30.0]})
    >>> density(cells, minimum_exports=0, minimum_trade=0)["value"].head(3).round(3).to_list()
    [0.75, 0.333, 1.0]
    """
    tables = []
    for one in _kept(flows, minimum_exports, minimum_trade, minimum_ubiquity, minimum_population, population):
        value = densities(one.present)
        tables.append(one.cells({"value": 1 - value if of == "distance" else value, "rca": one.rca}))
    return pl.concat(tables).sort("economy", "product", "period")


@indicator(
    unit="1", level="economy", products=True, world=True, variants={"scale": ("standard", "plain")}, citation=f"{_ATLAS}5.4"
)
def coi(
    flows: pl.DataFrame, *, scale: Literal["standard", "plain"] = "standard", minimum_exports: float = 1e9,
    minimum_trade: float = 1e7, minimum_ubiquity: int = 1, minimum_population: float = 1e6,
    population: pl.DataFrame | None = None,
) -> pl.DataFrame:  # fmt: skip
    """Return the complexity outlook index of each economy: how much complexity lies near to what it makes.

    Parameters
    ----------
    flows, minimum_exports, minimum_population, minimum_trade, minimum_ubiquity, population
        As of `eci`.
    scale
        ``standard``: mean 0, standard deviation 1. ``plain``: the sum of density times complexity over the products that the
        economy does not make, complexity before ECI's mean is taken off.

    Returns
    -------
    polars.DataFrame
        economy, period, value, rank, eci, exports (USD), left_out.

    Examples
    --------
    >>> cells = pl.DataFrame({"exporter": [*"AAABBBCCC"], "importer": ["D"] * 9, "product": [*"123"] * 3,
    ...     "value": [30.0, 10.0, 30.0, 30.0, 30.0, 10.0, 20.0, 10.0, 30.0]})
    >>> coi(cells, minimum_exports=0, minimum_trade=0)["rank"].to_list()
    [1, 3, 2]
    """
    tables = []
    for one in _kept(flows, minimum_exports, minimum_trade, minimum_ubiquity, minimum_population, population):
        economies, products = one.complexities()
        near = densities(one.present)
        value = ((1 - one.present) * near) @ products if scale == "plain" else outlook(one.present, near, products)
        tables.append(one.ranked("economy", value, {"eci": economies - economies.mean()}))
    return pl.concat(tables).sort("economy", "period")


@indicator(unit="1", level="economy-product", products=True, world=True, citation=f"{_ATLAS}5.4, as ecomplexity computes it")
def cog(
    flows: pl.DataFrame, *, minimum_exports: float = 1e9, minimum_trade: float = 1e7, minimum_ubiquity: int = 1,
    minimum_population: float = 1e6, population: pl.DataFrame | None = None,
) -> pl.DataFrame:  # fmt: skip
    """Return the complexity outlook gain: how much complexity a new product would bring near to an economy.

    Parameters
    ----------
    flows, minimum_exports, minimum_population, minimum_trade, minimum_ubiquity, population
        As of `eci`.

    Returns
    -------
    polars.DataFrame
        economy, product, period, value, rca, density, pci; only products that the economy does not make.

    Examples
    --------
    >>> cells = pl.DataFrame({"exporter": [*"AAABBBCCC"], "importer": ["D"] * 9, "product": [*"123"] * 3,
    ...     "value": [30.0, 10.0, 30.0, 30.0, 30.0, 10.0, 20.0, 10.0, 30.0]})
    >>> cog(cells, minimum_exports=0, minimum_trade=0).select("economy", "product").rows()
    [('A', '2'), ('B', '3'), ('C', '1'), ('C', '2')]
    """
    tables = []
    for one in _kept(flows, minimum_exports, minimum_trade, minimum_ubiquity, minimum_population, population):
        economies, products = one.complexities()
        worth = np.broadcast_to(products - economies.mean(), one.present.shape)
        cells = one.cells({
            "value": gains(one.present, products), "rca": one.rca, "density": densities(one.present), "pci": worth,
            "made": one.present,
        })  # fmt: skip
        tables.append(cells.filter(pl.col("made") == 0).drop("made"))
    return pl.concat(tables).sort("economy", "product", "period")


@indicator(
    unit="1",
    level="economy",
    products=True,
    world=True,
    citation="Tacchella et al. (2012), Scientific Reports 2:723, equation 1",
)
def fitness(
    flows: pl.DataFrame, *, rounds: int = 20, minimum_exports: float = 1e9, minimum_trade: float = 1e7,
    minimum_ubiquity: int = 1, minimum_population: float = 1e6, population: pl.DataFrame | None = None,
) -> pl.DataFrame:  # fmt: skip
    """Return the fitness of each economy, mean 1.

    Parameters
    ----------
    flows, minimum_exports, minimum_population, minimum_trade, minimum_ubiquity, population
        As of `eci`.
    rounds
        Of the iteration; the number changes the fourth decimal and is part of the definition.

    Returns
    -------
    polars.DataFrame
        economy, period, value, rank, diversity, exports (USD), left_out.

    Examples
    --------
    >>> cells = pl.DataFrame({"exporter": [*"AAABBBCCC"], "importer": ["D"] * 9, "product": [*"123"] * 3,
    ...     "value": [30.0, 10.0, 30.0, 30.0, 30.0, 10.0, 20.0, 10.0, 30.0]})
    >>> fitness(cells, minimum_exports=0, minimum_trade=0)["rank"].to_list()
    [2, 1, 3]
    """
    found = _kept(flows, minimum_exports, minimum_trade, minimum_ubiquity, minimum_population, population)
    tables = [
        one.ranked("economy", fitness_of(one.present, rounds=rounds), {"diversity": one.present.sum(axis=1)}) for one in found
    ]
    return pl.concat(tables).sort("economy", "period")


@indicator(unit="products", level="economy", products=True, world=True, citation=f"{_ATLAS}2.1")
def diversity(
    flows: pl.DataFrame, *, minimum_exports: float = 1e9, minimum_trade: float = 1e7, minimum_ubiquity: int = 1,
    minimum_population: float = 1e6, population: pl.DataFrame | None = None,
) -> pl.DataFrame:  # fmt: skip
    """Return the diversity of each economy: how many products it makes with comparative advantage.

    Parameters
    ----------
    flows, minimum_exports, minimum_population, minimum_trade, minimum_ubiquity, population
        As of `eci`.

    Returns
    -------
    polars.DataFrame
        economy, period, value, rank, mean_ubiquity (of what it makes), exports (USD), left_out.

    Examples
    --------
    >>> cells = pl.DataFrame({"exporter": [*"AAABBBCCC"], "importer": ["D"] * 9, "product": [*"123"] * 3,
    ...     "value": [30.0, 10.0, 30.0, 30.0, 30.0, 10.0, 20.0, 10.0, 30.0]})
    >>> diversity(cells, minimum_exports=0, minimum_trade=0)["value"].to_list()
    [2.0, 2.0, 1.0]
    """
    tables = []
    for one in _kept(flows, minimum_exports, minimum_trade, minimum_ubiquity, minimum_population, population):
        value = one.present.sum(axis=1)
        tables.append(one.ranked("economy", value, {"mean_ubiquity": one.present @ one.present.sum(axis=0) / value}))
    return pl.concat(tables).sort("economy", "period")


@indicator(unit="economies", level="product", products=True, world=True, citation=f"{_ATLAS}2.1")
def ubiquity(
    flows: pl.DataFrame, *, minimum_exports: float = 1e9, minimum_trade: float = 1e7, minimum_ubiquity: int = 1,
    minimum_population: float = 1e6, population: pl.DataFrame | None = None,
) -> pl.DataFrame:  # fmt: skip
    """Return the ubiquity of each product: how many economies make it with comparative advantage.

    Parameters
    ----------
    flows, minimum_exports, minimum_population, minimum_trade, minimum_ubiquity, population
        As of `eci`.

    Returns
    -------
    polars.DataFrame
        product, period, value, rank, mean_diversity (of its makers), trade (USD), left_out.

    Examples
    --------
    >>> cells = pl.DataFrame({"exporter": [*"AAABBBCCC"], "importer": ["D"] * 9, "product": [*"123"] * 3,
    ...     "value": [30.0, 10.0, 30.0, 30.0, 30.0, 10.0, 20.0, 10.0, 30.0]})
    >>> ubiquity(cells, minimum_exports=0, minimum_trade=0)["value"].to_list()
    [2.0, 1.0, 2.0]
    """
    tables = []
    for one in _kept(flows, minimum_exports, minimum_trade, minimum_ubiquity, minimum_population, population):
        value = one.present.sum(axis=0)
        tables.append(one.ranked("product", value, {"mean_diversity": one.present.T @ one.present.sum(axis=1) / value}))
    return pl.concat(tables).sort("product", "period")
