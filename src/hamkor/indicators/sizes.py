"""Which economies and products are large enough for measures of the product space, and which are left out and why."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np
import polars as pl

from hamkor.indicators.flows import checked, exports
from hamkor.indicators.product_space import complexities
from hamkor.indicators.relatedness import Array, advantages, made
from hamkor.schema.errors import BadInput


class Sizes(msgspec.Struct, frozen=True):
    """What an economy and a product must reach.

    Attributes
    ----------
    exports
        Least exports of an economy, USD a period.
    trade
        Least world trade of a product, USD a period.
    population
        Least population of an economy, where `populations` are given.
    ubiquity
        Least number of economies that make a product.
    populations
        economy, value; period if known.
    always
        Economies that are never left out for their size.
    """

    exports: float = 1e9
    trade: float = 1e7
    population: float = 1e6
    ubiquity: int = 1
    populations: pl.DataFrame | None = None
    always: tuple[str, ...] = ()


class Kept(msgspec.Struct, frozen=True, eq=False):
    """The exports of one period, without what is too small.

    Attributes
    ----------
    period
        As in the flows.
    economies
        economy, exports (USD), left_out: null, or why. In alphabetical order; the rows with null are those of `values`.
    products
        product, trade (USD), left_out.
    values
        Economies x products, USD.
    rca
        Economies x products, among those kept.
    present
        Economies x products, 1 where `rca` is at least 1.
    """

    period: str
    economies: pl.DataFrame
    products: pl.DataFrame
    values: Array
    rca: Array
    present: Array

    def names(self, key: str) -> list[str]:
        """Return the economies or the products that are kept, in the order of the arrays."""
        table = self.economies if key == "economy" else self.products
        return table.filter(pl.col("left_out").is_null())[key].to_list()

    def complexities(self) -> tuple[Array, Array]:
        """Return the complexity of economies and of products, as `hamkor.indicators.product_space.complexities` does.

        Raises
        ------
        BadInput
            If some economies have no product in common with the others, or the index is not determined otherwise.
        """
        reached = np.zeros(len(self.present), dtype=bool)
        reached[self.present.sum(axis=1).argmax()] = True
        while (wider := self.present @ self.present[reached].sum(axis=0) > 0).sum() > reached.sum():
            reached = wider
        apart = [name for name, inside in zip(self.names("economy"), reached, strict=True) if not inside]
        if apart:
            raise BadInput(
                f"{', '.join(apart[:5])}{' ...' if len(apart) > 5 else ''}: no product in common with the other economies",
                where=f"flows {self.period}".strip(), due="one network of economies and products",
                cure="raise minimum_exports or minimum_ubiquity, or give products less finely",
            )  # fmt: skip
        return complexities(self.present)

    def cells(self, columns: Mapping[str, Array]) -> pl.DataFrame:
        """Return arrays of economies x products as a table: economy, product, period and the columns."""
        economies, products = self.names("economy"), self.names("product")
        return pl.DataFrame({"economy": economies}).join(pl.DataFrame({"product": products}), how="cross").with_columns(
            pl.lit(self.period).alias("period"), *(pl.Series(name, one.ravel()) for name, one in columns.items())
        )  # fmt: skip

    def ranked(self, key: str, value: Array, columns: Mapping[str, Array]) -> pl.DataFrame:
        """Return one row an economy or a product: key, period, value, rank, the columns, its size, left_out."""
        table = self.economies if key == "economy" else self.products
        told = {"value": value, **columns}
        inside = table.filter(pl.col("left_out").is_null()).with_columns(pl.Series(name, one) for name, one in told.items())
        inside = inside.with_columns(rank=pl.col("value").rank("min", descending=True).cast(pl.Int64))
        outside = table.filter(pl.col("left_out").is_not_null())
        return pl.concat([inside, outside], how="diagonal").select(
            key, pl.lit(self.period).alias("period"), "value", "rank", *columns, *table.columns[1:]
        ).sort(key)  # fmt: skip


def kept(flows: pl.DataFrame, sizes: Sizes) -> list[Kept]:
    """Return the exports of each period, without the economies and products that are too small.

    Comparative advantage is measured among those kept.

    Parameters
    ----------
    flows
        exporter, importer, product, value (USD); period if known.
    sizes
        What must be reached.

    Raises
    ------
    BadInput
        If nothing is left.

    Examples
    --------
    >>> flows = pl.DataFrame({"exporter": ["A", "B", "C"], "importer": ["B", "A", "A"], "product": ["1", "2", "2"],
    ...     "value": [9e9, 8e9, 7.0]})
    >>> kept(flows, Sizes())[0].economies["left_out"].to_list()
    [None, None, 'exports below 1e+09']
    """
    found = exports(checked(flows, products=True).sort("exporter", "importer", "product", "period"))
    return [_of_period(period, part, sizes) for (period,), part in found.group_by(["period"], maintain_order=True)]


def _of_period(period: str, found: pl.DataFrame, sizes: Sizes) -> Kept:
    economies, products = (found[name].unique().sort() for name in ("economy", "product"))
    values = np.zeros((len(economies), len(products)))
    rows, columns = (
        found[name].cast(pl.Enum(known)).to_physical().to_numpy()
        for name, known in (("economy", economies), ("product", products))
    )
    values[rows, columns] = found["value"].to_numpy()
    of_economies, small = values.sum(axis=1), _too_small(economies, values.sum(axis=1), period, sizes)
    inside = np.array([one is None for one in small])
    of_products = values[inside].sum(axis=0)
    slight = [None if one >= sizes.trade and one > 0 else f"trade below {sizes.trade:g}" for one in of_products]
    stay = np.array([one is None for one in slight])
    _left(inside, of_economies, "economy", "minimum_exports", period)
    _left(stay, of_products, "product", "minimum_trade", period)
    for place in np.flatnonzero(inside & (values[:, stay].sum(axis=1) <= 0)):
        small[place], inside[place] = "no exports of the products that are kept", False
    rca = np.zeros_like(values)
    rca[np.ix_(inside, stay)] = advantages(values[np.ix_(inside, stay)])
    present = made(rca)
    least = max(1, sizes.ubiquity)
    while True:
        rare = stay & (present[inside].sum(axis=0) < least)
        stay &= ~rare
        bare = inside & (present[:, stay].sum(axis=1) == 0)
        inside &= ~bare
        if not rare.any() and not bare.any():
            break
        for place in np.flatnonzero(rare):
            slight[place] = f"made by fewer than {least}"
        for place in np.flatnonzero(bare):
            small[place] = "no comparative advantage in the products that are kept"
    _left(stay, present[inside].sum(axis=0), "product", "minimum_ubiquity", period)
    cells = np.ix_(inside, stay)
    return Kept(
        period, _table("economy", economies, "exports", of_economies, small),
        _table("product", products, "trade", of_products, slight), values[cells], rca[cells], present[cells],
    )  # fmt: skip


def _table(key: str, names: pl.Series, size: str, sizes: Array, left_out: list[str | None]) -> pl.DataFrame:
    return pl.DataFrame({key: names, size: sizes, "left_out": pl.Series(left_out, dtype=pl.String)})


def _too_small(economies: pl.Series, totals: Array, period: str, sizes: Sizes) -> list[str | None]:
    """Return for each economy why it is left out, or None."""
    people: dict[str, float] | None = None
    if sizes.populations is not None:
        table = sizes.populations
        if "period" in table.columns:
            table = table.filter(pl.col("period").cast(pl.String) == period)
        people = dict(table.select("economy", "value").iter_rows())
    found: list[str | None] = []
    for economy, total in zip(economies, totals, strict=True):
        why = None
        if total <= 0:
            why = "no exports"
        elif economy in sizes.always:
            why = None
        elif total < sizes.exports:
            why = f"exports below {sizes.exports:g}"
        elif people is not None and people.get(economy) is None:
            why = "population not known"
        elif people is not None and people[economy] < sizes.population:
            why = f"population below {sizes.population:g}"
        found.append(why)
    return found


def _left(stay: np.ndarray[tuple[int], np.dtype[np.bool_]], sizes: Array, what: str, option: str, period: str) -> None:
    """Refuse if none stays."""
    if not stay.any():
        most = f"the greatest has {sizes.max():,.0f}" if sizes.size else "there is none"
        raise BadInput(
            f"every {what} is too small ({most})", where=f"flows {period}".strip(), due=f"{option} at least",
            cure=f"lower {option}, give values in USD",
        )  # fmt: skip
