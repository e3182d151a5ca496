"""Unit values, and how they compare with the world's: what higher value added looks like in trade data."""

from __future__ import annotations

import polars as pl

from hamkor.indicators.flows import WORLD, checked
from hamkor.indicators.registry import indicator
from hamkor.indicators.trade import over

_IMTS = "International Merchandise Trade Statistics: Compilers Manual 2010, United Nations, chapter 22"


def _told(flows: pl.DataFrame) -> pl.DataFrame:
    """Return the flows between economies by product, with quantity and unit."""
    told = checked(flows, products=True, quantities=True)
    return told.filter((pl.col("exporter") != WORLD) & (pl.col("importer") != WORLD))


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
        exporter, importer, product, value (USD), quantity; unit, period if known.

    Returns
    -------
    polars.DataFrame
        exporter, importer, product, period, value (null where the quantity is missing or not positive), amount (USD),
        quantity, unit (of the quantity).

    Examples
    --------
    >>> cells = {"exporter": ["A", "A"], "importer": "B", "product": ["1", "2"], "value": [6.0, 5.0], "quantity": [2.0, 0.0]}
    >>> unit_value(pl.DataFrame(cells))["value"].to_list()
    [3.0, None]
    """
    value = over(pl.col("value"), pl.col("quantity"))
    return _told(flows).select(
        "exporter", "importer", "product", "period", value=value, amount="value", quantity="quantity", unit="unit"
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
        exporter, importer, product, value (USD), quantity; unit, period if known.

    Returns
    -------
    polars.DataFrame
        economy, product, period, value, unit_value, world_unit_value (of the same unit, the one in which most of the economy's
        exports of the product are told), told (share of those exports that have a quantity in it), unit.

    Examples
    --------
    >>> cells = {"exporter": ["A", "B"], "importer": ["B", "A"], "product": "1", "value": [6.0, 2.0], "quantity": [2.0, 2.0]}
    >>> relative_unit_value(pl.DataFrame(cells))["value"].to_list()
    [1.5, 0.5]
    """
    told = _told(flows)
    line = ["product", "period", "unit"]
    priced = told.drop_nulls("quantity")
    own = priced.group_by("exporter", *line).agg(pl.col("value", "quantity").sum())
    world = priced.group_by(line).agg(all_value=pl.col("value").sum(), all_quantity=pl.col("quantity").sum())
    key = ["exporter", "product", "period"]
    main = own.join(world, on=line).sort(*key, "value", "unit").unique(key, keep="last", maintain_order=True)
    whole = told.group_by(key).agg(exports=pl.col("value").sum())
    joined = whole.join(main, on=key, how="left").rename({"exporter": "economy"})
    each, every = over(pl.col("value"), pl.col("quantity")), over(pl.col("all_value"), pl.col("all_quantity"))
    share = over(pl.col("value").fill_null(0.0), pl.col("exports"))
    return joined.select(
        "economy",
        "product",
        "period",
        value=over(each, every),
        unit_value=each,
        world_unit_value=every,
        told=share,
        unit="unit",
    ).sort("economy", "product", "period")
