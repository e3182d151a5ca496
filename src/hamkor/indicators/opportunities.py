"""What an economy could make next, and which of a region's imports the region could supply: ranked lists, told in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import polars as pl

from hamkor.indicators.flows import TOTAL, WORLD, checked, exports, imports
from hamkor.indicators.registry import indicator
from hamkor.indicators.relatedness import Array, densities, gains, nearest_made
from hamkor.indicators.sizes import Kept, Sizes, kept
from hamkor.schema.errors import BadInput, did_you_mean

STRATEGIES = {"balanced": (0.4, 0.2, 0.2, 0.2), "near": (0.55, 0.1, 0.15, 0.2), "far": (0.25, 0.3, 0.35, 0.1)}
"""Weights of density, complexity, gain and foothold in the score of a product; they are a choice, and told with each list."""


@indicator(
    unit="1", level="economy-product", products=True, world=True, variants={"strategy": tuple(STRATEGIES)},
    citation="Hausmann et al. (2014), The Atlas of Economic Complexity, technical box 5.4: density, PCI, gain; weights ours",
)  # fmt: skip
def next_products(
    flows: pl.DataFrame, *, members: list[str] | None = None, strategy: Literal["balanced", "near", "far"] = "balanced",
    count: int = 25, minimum_exports: float = 1e9, minimum_trade: float = 1e7, minimum_ubiquity: int = 1,
) -> pl.DataFrame:  # fmt: skip
    """Return the products that each economy could make next, ranked by a score.

    The score of a product that an economy does not make with comparative advantage is the weighted sum of four numbers, each
    less its mean and over its standard deviation among these products of this economy: density (how much of what is near to
    the product the economy makes), PCI (how complex the product is), COG (how much complexity it would bring near), and
    foothold (RCA, which is below 1: what is exported already). Weights balanced: 0.4, 0.2, 0.2, 0.2; near: 0.55, 0.1, 0.15,
    0.2; far: 0.25, 0.3, 0.35, 0.1. It says what fits, not what pays: no price, policy or cost is in it.

    Parameters
    ----------
    flows
        exporter, importer, product, value (USD) of the whole world; period if known.
    members
        Only the lists of these economies, which are kept whatever their size; else of all.
    strategy
        Which weights: ``balanced``, ``near`` (what is easy first), ``far`` (what is worth more first).
    count
        Length of each economy's list.
    minimum_exports, minimum_trade, minimum_ubiquity
        As of `hamkor.indicators.complexity.eci`.

    Returns
    -------
    polars.DataFrame
        economy, product, period, value (the score), rank, rca, exports (USD), density, pci, cog, world_trade (USD), nearest
        (the three nearest products that the economy makes, each with its proximity).

    Examples
    --------
    >>> cells = pl.DataFrame({"exporter": [*"AAABBBCCC"], "importer": ["D"] * 9, "product": [*"123"] * 3,
    ...     "value": [30.0, 10.0, 30.0, 30.0, 30.0, 10.0, 20.0, 10.0, 30.0]})
    >>> found = next_products(cells, members=["C"], minimum_exports=0, minimum_trade=0)
    >>> found.select("product", "rank", pl.col("value", "rca", "density").round(2), "nearest").rows()
    [('1', 1, 0.2, 0.83, 0.25, '3 (0.50)'), ('2', 2, -0.2, 0.67, 0.0, '')]
    """
    sizes = Sizes(minimum_exports, minimum_trade, ubiquity=minimum_ubiquity, always=tuple(members or ()))
    tables = [_next(one, members, STRATEGIES[strategy], count) for one in kept(flows, sizes)]
    return pl.concat(tables).sort("economy", "period", "rank")


def _next(found: Kept, members: Sequence[str] | None, weights: tuple[float, ...], count: int) -> pl.DataFrame:
    economies, products = found.names("economy"), found.names("product")
    if missing := sorted(set(members or ()) - set(economies)):
        raise BadInput(
            f"no exports of {', '.join(missing)}", where=f"flows {found.period}".strip(), due="exports of each member",
            cure="name other members, or lower the minimum sizes",
        )  # fmt: skip
    of_economies, of_products = found.complexities()
    near, gain, pci = densities(found.present), gains(found.present, of_products), of_products - of_economies.mean()
    trade = found.values.sum(axis=0)
    tables = []
    for row, economy in enumerate(economies):
        if members and economy not in members:
            continue
        free = np.flatnonzero(found.present[row] == 0)
        parts = (near[row, free], pci[free], gain[row, free], found.rca[row, free])
        score = np.sum([weight * _standard(part) for weight, part in zip(weights, parts, strict=True)], axis=0)
        first = np.argsort(-score.round(12), kind="stable")[: max(count, 0)]
        best = free[first]
        tables.append(
            pl.DataFrame({
                "economy": pl.Series([economy] * len(best), dtype=pl.String),
                "product": pl.Series([products[one] for one in best], dtype=pl.String),
                "period": pl.Series([found.period] * len(best), dtype=pl.String), "value": score[first],
                "rank": pl.int_range(1, len(best) + 1, eager=True), "rca": found.rca[row, best],
                "exports": found.values[row, best], "density": near[row, best], "pci": pci[best], "cog": gain[row, best],
                "world_trade": trade[best],
                "nearest": pl.Series([_nearest(found, row, int(one), products) for one in best], dtype=pl.String),
            })
        )  # fmt: skip
    return pl.concat(tables)


def _standard(values: Array) -> Array:
    """Return the values less their mean, over their standard deviation; zeros where all are the same."""
    spread = values.std() if values.size else 0.0
    return (values - values.mean()) / spread if spread > 1e-12 else np.zeros_like(values)


def _nearest(found: Kept, economy: int, product: int, products: Sequence[str]) -> str:
    return ", ".join(f"{products[one]} ({near:.2f})" for one, near in nearest_made(found.present, economy, product))


@indicator(
    unit="USD", level="pair-product", products=True,
    citation="Export potential, supply, demand and ease: Decreux and Spies (2016), Export Potential Assessments, ITC",
)  # fmt: skip
def regional_supply(flows: pl.DataFrame, *, members: list[str] | None = None, count: int = 25) -> pl.DataFrame:
    """Return what each economy of a region imports from outside that another exports to outside, ranked for each pair.

    The value is the lesser of the two: what the pair could trade at most if both turned to each other, without new capacity or
    demand. Prices, transport and quality within a product are not in it; `unit_value_step` is a sign of the last.

    Parameters
    ----------
    flows
        exporter, importer, product, value (USD) of the members with everyone, partner ``W1`` taken for everyone; period,
        quantity (with unit, if they differ) if known.
    members
        The region's economies.
    count
        Length of each pair's list.

    Returns
    -------
    polars.DataFrame
        exporter, importer, product, period, value, rank; outside_imports (of the importer) and outside_exports (of the
        exporter); trade (of the pair at present); export_potential (supply x demand x ease of the pair, from all present trade)
        and supply_share (the exporter's in the world's exports), both only if the flows are those of the world;
        complementarity (of the pair, 0 to 100); exporter_unit_value, importer_unit_value and unit_value_step (their ratio:
        above 1, what the importer buys outside has the higher value), if the flows tell quantities. USD.

    Raises
    ------
    BadInput
        If there are fewer than two members, or one without trade.

    Examples
    --------
    >>> cells = pl.DataFrame({"exporter": ["A", "A", "D", "D"], "importer": ["B", "D", "B", "B"],
    ...     "product": ["1", "1", "1", "2"], "value": [60.0, 30.0, 45.0, 9.0]})
    >>> regional_supply(cells, members=["A", "B"]).select("exporter", "importer", "product", "value", "trade").rows()
    [('A', 'B', '1', 30.0, 60.0)]
    """
    table = checked(flows, products=True).sort("exporter", "importer", "product", "period")
    region = _region(table, members)
    inside = table.filter(pl.col("exporter").is_in(region) & pl.col("importer").is_in(region)).filter(
        pl.col("exporter") != pl.col("importer")
    )
    sells, buys = exports(table), imports(table.filter(pl.col("importer").is_in(region)))
    demand = _outside(buys, inside, "importer", region).rename({"outside": "outside_imports", "all": "demand"})
    supply = _outside(sells, inside, "exporter", region).rename({"outside": "outside_exports", "all": "supply"})
    key = ["exporter", "importer", "product", "period"]
    pairs = (
        supply.join(demand, on=["product", "period"])
        .filter(pl.col("exporter") != pl.col("importer"))
        .join(inside.select(*key, trade="value"), on=key, how="left")
        .with_columns(pl.col("trade").fill_null(0.0), value=pl.min_horizontal("outside_imports", "outside_exports"))
    )
    pairs = _with_potential(pairs, sells, table, region)
    pairs = pairs.join(_complementarity(sells, buys, region), on=["exporter", "importer", "period"], how="left")
    pairs = _with_unit_values(pairs, flows, region).filter(pl.col("value") > 0)
    pair = ["exporter", "importer", "period"]
    ranked = pairs.sort(*pair, "value", "product", descending=[False] * 3 + [True, False]).with_columns(
        rank=pl.int_range(1, pl.len() + 1).over(pair)
    )
    return ranked.filter(pl.col("rank") <= count).select(
        *key, "value", "rank", "outside_imports", "outside_exports", "trade", "export_potential", "supply_share",
        "complementarity", *(name for name in pairs.columns if name.endswith(("unit_value", "unit_value_step"))),
    ).sort(*pair, "rank")  # fmt: skip


def _region(table: pl.DataFrame, members: Sequence[str] | None) -> list[str]:
    """Return the members, of which each must have trade."""
    told = sorted({*table["exporter"], *table["importer"]} - {WORLD})
    if members is None or len(set(members)) < 2:
        raise BadInput(f"{len(set(members or ()))} members", where="members", due="two economies of a region at least")
    for member in members:
        if member not in told:
            raise BadInput(f"no trade of {member}", where="flows", due="flows of each member", cure=did_you_mean(member, told))
    return sorted(set(members))


def _outside(totals: pl.DataFrame, inside: pl.DataFrame, side: str, region: list[str]) -> pl.DataFrame:
    """Return side, product, period, all, outside: a member's trade on one side, and that with others than members."""
    among = inside.group_by(side, "product", "period", maintain_order=True).agg(among=pl.col("value").sum())
    return (
        totals.filter(pl.col("economy").is_in(region))
        .rename({"economy": side, "value": "all"})
        .join(among, on=[side, "product", "period"], how="left")
        .with_columns(outside=(pl.col("all") - pl.col("among").fill_null(0.0)).clip(lower_bound=0.0))
        .drop("among")
    )


def _with_potential(pairs: pl.DataFrame, sells: pl.DataFrame, table: pl.DataFrame, region: list[str]) -> pl.DataFrame:
    """Return the pairs with supply_share and export_potential, null where the flows tell only the members' trade."""
    foreign = ~pl.col("exporter").is_in([*region, WORLD]) & ~pl.col("importer").is_in(region)
    outsiders = {*table["exporter"], *table["importer"]} - {*region, WORLD}
    if len(outsiders) > 1 and table.filter(foreign).is_empty():
        return pairs.with_columns(pl.lit(None, pl.Float64).alias(name) for name in ("supply_share", "export_potential"))
    world = sells.group_by("product", "period", maintain_order=True).agg(world=pl.col("value").sum())
    pair = ["exporter", "importer", "period"]
    share = pl.when(pl.col("world") > 0).then(pl.col("supply") / pl.col("world"))
    standard = pl.col("supply_share") * pl.col("demand")
    ease = pl.col("trade").sum().over(pair) / standard.sum().over(pair)
    return pairs.join(world, on=["product", "period"], how="left").with_columns(supply_share=share).with_columns(
        export_potential=pl.when(standard.sum().over(pair) > 0).then(standard * ease)
    )  # fmt: skip


def _complementarity(sells: pl.DataFrame, buys: pl.DataFrame, region: list[str]) -> pl.DataFrame:
    """Return exporter, importer, period, complementarity: 100 x the overlap of the shares in exports and in imports."""
    share = pl.col("value") / pl.col("value").sum().over("economy", "period")
    left, right = (
        one.filter(pl.col("economy").is_in(region)).select(
            pl.col("economy").alias(side), "product", "period", share.alias(name)
        )
        for one, side, name in ((sells, "exporter", "sold"), (buys, "importer", "bought"))
    )
    return (
        left.join(right, on=["product", "period"])
        .group_by("exporter", "importer", "period", maintain_order=True)
        .agg(complementarity=100 * pl.min_horizontal("sold", "bought").sum())
    )


def _with_unit_values(pairs: pl.DataFrame, flows: pl.DataFrame, region: list[str]) -> pl.DataFrame:
    """Return the pairs with the unit values of what both trade with outside, in USD a unit."""
    if "quantity" not in flows.columns:
        return pairs
    if not flows["quantity"].dtype.is_numeric():
        raise BadInput(f"quantities of type {flows['quantity'].dtype}", where="flows.quantity", due="numbers")
    optional = {"period": "", "unit": ""}
    told = flows.with_columns(pl.lit(value).alias(name) for name, value in optional.items() if name not in flows.columns)
    told = told.with_columns(pl.col(name).cast(pl.String) for name in ("product", "period", "unit")).filter(
        (pl.col("quantity") > 0) & (pl.col("product") != TOTAL)
    )
    key = ["product", "period", "unit"]
    for side, other in (("exporter", "importer"), ("importer", "exporter")):
        outside = told.filter(pl.col(side).is_in(region) & ~pl.col(other).is_in([*region, WORLD])).sort(side, other, *key)
        priced = outside.group_by(side, *key, maintain_order=True).agg(
            (pl.col("value").sum() / pl.col("quantity").sum()).alias(f"{side}_unit_value"), traded=pl.col("value").sum()
        )
        main = priced.sort("traded", "unit").unique([side, "product", "period"], keep="last", maintain_order=True)
        pairs = pairs.join(main.drop("traded").rename({"unit": f"{side}_unit"}), on=[side, "product", "period"], how="left")
    step = pl.col("importer_unit_value") / pl.col("exporter_unit_value")
    return pairs.with_columns(unit_value_step=pl.when(pl.col("exporter_unit").eq_missing(pl.col("importer_unit"))).then(step))
