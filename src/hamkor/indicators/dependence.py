"""On whom a region depends for what it buys, and what it could supply itself."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hamkor.indicators.flows import WORLD, checked, exports, imports
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
        product, period, value (in [0, 1]), supplier, imports (USD, of all members from everywhere), outside (USD, of those
        from outside), own_supply (USD, what the members sell outside), could_supply (USD, the lesser of the two), replaceable
        (its share in the imports from outside). Supplier is null where all comes from inside, replaceable where nothing comes
        from outside.

    Examples
    --------
    >>> cells = {"exporter": ["X", "Y", "A", "A"], "importer": ["A", "B", "B", "X"], "value": [6.0, 2.0, 2.0, 4.0]}
    >>> external_dependence(pl.DataFrame(cells | {"product": "1"}), members=["A", "B"]).rows()
    [('1', '', 0.6, 'X', 10.0, 8.0, 4.0, 4.0, 0.5)]
    """
    inside = list(members)
    if not inside:
        raise BadInput("no members", due="the economies of the region")
    told = checked(flows, products=True)
    key = ["product", "period"]
    from_inside, to_inside = pl.col("exporter").is_in(inside), pl.col("importer").is_in(inside)
    among = told.filter(from_inside & to_inside).group_by(key).agg(among=pl.col("value").sum())
    bought, sold = (
        table.filter(pl.col("economy").is_in(inside)).group_by(key).agg(pl.col("value").sum().alias(name))
        for table, name in ((imports(told), "imports"), (exports(told), "exports"))
    )
    abroad = told.filter(to_inside & ~from_inside & (pl.col("exporter") != WORLD))
    largest = (
        abroad.group_by(*key, "exporter").agg(most=pl.col("value").sum())
        .sort("most", "exporter", descending=[True, False]).unique(key, keep="first", maintain_order=True)
        .rename({"exporter": "supplier"})
    )  # fmt: skip
    joined = bought
    for other in (largest, among, sold):
        joined = joined.join(other, on=key, how="left")
    joined = joined.with_columns(pl.col("most", "among", "exports").fill_null(0.0)).with_columns(
        # rounding in stated totals may leave a little less than the sum of the parts
        outside=(pl.col("imports") - pl.col("among")).clip(0.0), own_supply=(pl.col("exports") - pl.col("among")).clip(0.0)
    )  # fmt: skip
    could = pl.min_horizontal("outside", "own_supply")
    return joined.select(
        *key, value=over(pl.col("most"), pl.col("imports")), supplier="supplier", imports="imports", outside="outside",
        own_supply="own_supply", could_supply=could, replaceable=over(could, pl.col("outside")),
    ).sort(key)  # fmt: skip
