"""Growth, contributions to it, and seasons."""

from __future__ import annotations

from typing import Literal

import polars as pl

from hamkor.indicators.flows import TOTAL, WORLD, checked, of_pairs
from hamkor.indicators.registry import indicator
from hamkor.indicators.trade import both_ways, over
from hamkor.schema.errors import BadInput
from hamkor.schema.periods import parse_period

_ACCOUNTS = "System of National Accounts 2008, United Nations, chapter 15"


def with_base(table: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Return the rows that have the same months of the year before, with `base`.

    Parameters
    ----------
    table
        The key, period and value.
    key
        Columns that tell one series from another.

    Raises
    ------
    BadInput
        If a period is not told.
    """
    if "period" not in table.columns or table["period"].eq("").any():
        raise BadInput("flows without a period", where="flows.period", due="periods, as 2024 or 2024-01/2024-09")
    known = pl.DataFrame({"period": table["period"].unique()}).with_columns(
        before=pl.col("period").map_elements(lambda told: str(parse_period(told).shifted(-1)), return_dtype=pl.String)
    )
    bases = table.select(*key, before="period", base="value")
    return table.join(known, on="period").join(bases, on=[*key, "before"]).drop("before")


@indicator(
    unit="1",
    level="pair",
    citation=_ACCOUNTS,
    variants={"flow": ("turnover", "export", "import")},
)
def growth(flows: pl.DataFrame, *, flow: Literal["turnover", "export", "import"] = "turnover") -> pl.DataFrame:
    """Return the growth of each economy's trade with each partner against the same months of the year before.

    Parameters
    ----------
    flows
        exporter, importer, period, value (USD), of one source and scope.
    flow
        Exports and imports together, or one of them, as the economy sees them.

    Returns
    -------
    polars.DataFrame
        economy, partner, period, value (a fraction; null from a base of zero), level, base (USD).

    Examples
    --------
    >>> cells = {"exporter": "A", "importer": "B", "period": ["2023", "2024"], "value": [80.0, 92.0]}
    >>> growth(pl.DataFrame(cells), flow="export").filter(economy="A")["value"].round(6).to_list()
    [0.15]
    """
    amount = {"turnover": pl.col("sold") + pl.col("bought"), "export": pl.col("sold"), "import": pl.col("bought")}[flow]
    table = both_ways(flows).select("economy", "partner", "period", value=amount).drop_nulls("value")
    joined = with_base(table, ["economy", "partner"])
    return joined.select(
        "economy", "partner", "period", value=over(pl.col("value"), pl.col("base")) - 1, level="value", base="base"
    ).sort("economy", "partner", "period")  # fmt: skip


@indicator(
    unit="percentage points",
    level="pair-product",
    citation=_ACCOUNTS,
    products=True,
    variants={"by": ("product", "partner", "flow")},
)
def contribution_to_growth(flows: pl.DataFrame, *, by: Literal["product", "partner", "flow"] = "product") -> pl.DataFrame:
    """Return what each product of a flow, partner of an exporter or direction of a pair's trade adds to growth.

    Parameters
    ----------
    flows
        exporter, importer, product, period, value (USD). The whole is the stated total (product ``TOTAL``, importer ``W1``)
        where there is one, else the sum of the parts; a product or partner that is not told in a year is zero in it.
    by
        Products of each flow, partners of each exporter, or both directions of each pair's turnover, where both are told.

    Returns
    -------
    polars.DataFrame
        exporter, importer, product, period, value (points; those of all parts sum to the growth of the whole in percent; null
        where the whole was zero), level, base (USD).

    Examples
    --------
    >>> old = pl.DataFrame({"product": ["1", "2", "3"], "period": "2023", "value": [90.0, 60.0, 50.0]})
    >>> new = pl.DataFrame({"product": ["1", "2", "3"], "period": "2024", "value": [99.0, 54.0, 67.0]})
    >>> cells = pl.concat([old, new]).with_columns(exporter=pl.lit("A"), importer=pl.lit("B"))
    >>> contribution_to_growth(cells)["value"].to_list()
    [4.5, -3.0, 8.5]
    """
    told = checked(flows)
    if by == "product":
        checked(flows, products=True)
        whole, total = pl.concat_str("exporter", "importer", separator=" "), pl.col("product") == TOTAL
    else:
        told = of_pairs(told).with_columns(product=pl.lit(TOTAL)).filter(pl.col("exporter") != WORLD)
        pair = pl.concat_str(
            pl.min_horizontal("exporter", "importer"), pl.max_horizontal("exporter", "importer"), separator=" "
        )
        whole, total = (pl.col("exporter") if by == "partner" else pair), pl.col("importer") == WORLD
    told = told.with_columns(whole=whole)
    stated, parts = told.filter(total), told.filter(~total)
    if by == "flow":
        stated, parts = stated.clear(), parts.filter(pl.len().over("whole", "period") == 2)
    key = ["whole", "exporter", "importer", "product"]
    cells = parts.select(key).unique().join(parts.select("whole", "period").unique(), on="whole")
    cells = cells.join(parts.select(*key, "period", "value"), on=[*key, "period"], how="left").with_columns(
        pl.col("value").fill_null(0.0)
    )
    sums = cells.group_by("whole", "period").agg(pl.col("value").sum())
    sums = sums.join(stated.select("whole", "period", stated="value"), on=["whole", "period"], how="left")
    sums = sums.select("whole", "period", value=pl.coalesce("stated", "value"))
    wholes = with_base(sums, ["whole"]).select("whole", "period", before="base")
    joined = with_base(cells, key).join(wholes, on=["whole", "period"])
    return joined.select(
        *key[1:], "period", value=100 * over(pl.col("value") - pl.col("base"), pl.col("before")), level="value", base="base"
    ).sort(*key[1:], "period")


@indicator(
    unit="1",
    level="pair",
    needs="months",
    citation="Handbook on Seasonal Adjustment, Eurostat 2018, chapter 1",
)
def seasonality(flows: pl.DataFrame) -> pl.DataFrame:
    """Return how each month of a flow compares with an average one, over the years of which every month is told.

    Parameters
    ----------
    flows
        exporter, importer, period (a month, 2024-03), value (USD).

    Returns
    -------
    polars.DataFrame
        exporter, importer, period (the month, 01 to 12), value (1 is an average month; null where no year has any trade), years
        (it rests on).

    Examples
    --------
    >>> months = [f"2024-{month:02}" for month in range(1, 13)]
    >>> cells = pl.DataFrame({"period": months, "value": [2.0, *[1.0] * 10, 0.0]})
    >>> seasonality(cells.with_columns(exporter=pl.lit("A"), importer=pl.lit("B")))["value"].to_list()[:2]
    [2.0, 1.0]
    """
    months = of_pairs(checked(flows)).filter(pl.col("period").str.contains(r"^\d{4}-\d{2}$"))
    year = pl.col("period").str.head(4)
    one = ["exporter", "importer", year]
    full = months.filter(pl.len().over(one) == 12).with_columns(
        index=over(pl.col("value"), pl.col("value").mean().over(one)), period=pl.col("period").str.tail(2)
    )
    key = ["exporter", "importer", "period"]
    return full.group_by(key).agg(value=pl.col("index").mean(), years=pl.col("index").count()).sort(key)
