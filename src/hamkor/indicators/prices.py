"""Unit values, and how they compare with the world's: what higher value added looks like in trade data."""

from __future__ import annotations

import polars as pl

from hamkor.indicators.flows import TOTAL, WORLD
from hamkor.indicators.registry import indicator
from hamkor.indicators.trade import over
from hamkor.schema.errors import BadInput

_IMTS = "International Merchandise Trade Statistics: Compilers Manual 2010, United Nations, chapter 22"


def _told(flows: pl.DataFrame) -> pl.DataFrame:
    """Return the flows by product with their quantities; those without a quantity keep none."""
    for name in ("exporter", "importer", "product", "value", "quantity"):
        if name not in flows.columns:
            raise BadInput(f"columns {', '.join(flows.columns)}", where="flows", due=f"a column {name}")
    if "period" not in flows.columns:
        flows = flows.with_columns(period=pl.lit(""))
    amounts = [pl.col("value", "quantity").cast(pl.Float64)]
    found = flows.with_columns(pl.col("exporter", "importer", "product", "period").cast(pl.String), *amounts)
    inside = (pl.col("product") != TOTAL) & (pl.col("exporter") != WORLD) & (pl.col("importer") != WORLD)
    return found.filter(inside).with_columns(quantity=pl.when(pl.col("quantity") > 0).then("quantity"))


@indicator(
    unit="USD per unit of quantity",
    level="pair-product",
    needs="quantities",
    products=True,
    citation=_IMTS,
)
def unit_value(flows: pl.DataFrame) -> pl.DataFrame:
    """Return the value of a flow by its quantity.

    Parameters
    ----------
    flows
        exporter, importer, product, value (USD), quantity (of one unit within a product); period if known.

    Returns
    -------
    polars.DataFrame
        exporter, importer, product, period, value (null where the quantity is missing or zero), amount (USD), quantity.

    Examples
    --------
    >>> cells = {"exporter": ["A", "A"], "importer": "B", "product": ["1", "2"], "value": [6.0, 5.0], "quantity": [2.0, 0.0]}
    >>> unit_value(pl.DataFrame(cells))["value"].to_list()
    [3.0, None]
    """
    value = over(pl.col("value"), pl.col("quantity"))
    return _told(flows).select(
        "exporter", "importer", "product", "period", value=value, amount="value", quantity="quantity"
    ).sort("exporter", "importer", "product", "period")  # fmt: skip


@indicator(
    unit="1",
    level="economy-product",
    needs="quantities",
    products=True,
    citation="Schott (2004), Quarterly Journal of Economics 119(2)",
)
def relative_unit_value(flows: pl.DataFrame) -> pl.DataFrame:
    """Return an economy's export unit value of a product by that of all exporters together; above 1 is dearer than the rest.

    Parameters
    ----------
    flows
        exporter, importer, product, value (USD), quantity; period if known.

    Returns
    -------
    polars.DataFrame
        economy, product, period, value, unit_value, world_unit_value, told (share of the exports that have a quantity).

    Examples
    --------
    >>> cells = {"exporter": ["A", "B"], "importer": ["B", "A"], "product": "1", "value": [6.0, 2.0], "quantity": [2.0, 2.0]}
    >>> relative_unit_value(pl.DataFrame(cells))["value"].to_list()
    [1.5, 0.5]
    """
    told = _told(flows)
    with_quantity = pl.when(pl.col("quantity").is_not_null()).then("value")
    own = told.group_by("exporter", "product", "period").agg(
        amount=with_quantity.sum(), quantity=pl.col("quantity").sum(), exports=pl.col("value").sum()
    )
    world = own.group_by("product", "period").agg(all_amount=pl.col("amount").sum(), all_quantity=pl.col("quantity").sum())
    joined = own.join(world, on=["product", "period"])
    each, every = over(pl.col("amount"), pl.col("quantity")), over(pl.col("all_amount"), pl.col("all_quantity"))
    return joined.select(
        "product", "period", economy="exporter", value=over(each, every), unit_value=each, world_unit_value=every,
        told=over(pl.col("amount"), pl.col("exports")),
    ).select("economy", "product", "period", "value", "unit_value", "world_unit_value", "told").sort(
        "economy", "product", "period"
    )  # fmt: skip
