"""On whom a region depends for what it buys, and what it could supply itself."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hamkor.indicators.flows import WORLD, checked
from hamkor.indicators.registry import indicator
from hamkor.indicators.trade import over
from hamkor.schema.errors import BadInput


@indicator(
    unit="1",
    level="product",
    products=True,
    world=True,
    citation="Arjona, Connell and Herghelegiu (2023), Monitoring the EU's strategic dependencies, CEPR",
)
def external_dependence(flows: pl.DataFrame, *, members: Sequence[str]) -> pl.DataFrame:
    """Return the share of each product that a region imports from its largest supplier outside.

    Parameters
    ----------
    flows
        exporter, importer, product, value (USD) of the members with all partners; period if known.
    members
        Economies of the region.

    Returns
    -------
    polars.DataFrame
        product, period, value (in [0, 1]), supplier, imports (USD, of all members from everywhere), outside (USD), own_supply
        (USD, what the members sell outside), replaceable (share of the imports from outside that the members' sales outside
        would cover).

    Examples
    --------
    >>> cells = {"exporter": ["X", "Y", "A", "A"], "importer": ["A", "B", "B", "X"], "value": [6.0, 2.0, 2.0, 4.0]}
    >>> external_dependence(pl.DataFrame(cells | {"product": "1"}), members=["A", "B"]).rows()
    [('1', '', 0.6, 'X', 10.0, 8.0, 4.0, 0.5)]
    """
    inside = list(members)
    if not inside:
        raise BadInput("no members", due="the economies of the region")
    told = checked(flows, products=True).filter((pl.col("exporter") != WORLD) & (pl.col("importer") != WORLD))
    bought = told.filter(pl.col("importer").is_in(inside))
    key = ["product", "period"]
    imports = bought.group_by(key).agg(imports=pl.col("value").sum())
    abroad = bought.filter(~pl.col("exporter").is_in(inside)).group_by(*key, "exporter").agg(pl.col("value").sum())
    largest = abroad.sort("value", "exporter", descending=[True, False]).group_by(key, maintain_order=True).agg(
        supplier=pl.col("exporter").first(), most=pl.col("value").first(), outside=pl.col("value").sum()
    )  # fmt: skip
    sold = told.filter(pl.col("exporter").is_in(inside) & ~pl.col("importer").is_in(inside))
    supply = sold.group_by(key).agg(own_supply=pl.col("value").sum())
    joined = imports.join(largest, on=key, how="left").join(supply, on=key, how="left").with_columns(
        pl.col("most", "outside", "own_supply").fill_null(0.0)
    )  # fmt: skip
    return joined.select(
        *key, value=over(pl.col("most"), pl.col("imports")), supplier="supplier", imports="imports", outside="outside",
        own_supply="own_supply", replaceable=over(pl.min_horizontal("outside", "own_supply"), pl.col("outside")),
    ).sort(key)  # fmt: skip
