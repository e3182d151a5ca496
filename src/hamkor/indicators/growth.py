"""Growth, contributions to it, and seasons."""

from __future__ import annotations

from typing import Literal

import polars as pl

from hamkor.indicators.flows import checked, of_pairs
from hamkor.indicators.registry import indicator
from hamkor.indicators.trade import both_ways, over
from hamkor.schema.errors import BadInput
from hamkor.schema.periods import parse_period

_ACCOUNTS = "System of National Accounts 2008, United Nations, chapter 15"


def _with_base(table: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Return the rows that have the same months of the year before, with `base`."""
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
    joined = _with_base(table, ["economy", "partner"])
    return joined.select(
        "economy", "partner", "period", value=over(pl.col("value"), pl.col("base")) - 1, level="value", base="base"
    ).sort("economy", "partner", "period")  # fmt: skip


@indicator(
    unit="percentage points",
    level="pair-product",
    citation=_ACCOUNTS,
    products=True,
    variants={"by": ("product", "partner")},
)
def contribution_to_growth(flows: pl.DataFrame, *, by: Literal["product", "partner"] = "product") -> pl.DataFrame:
    """Return what each product of a flow, or each partner of an exporter, adds to the growth of the whole.

    Parameters
    ----------
    flows
        exporter, importer, product, period, value (USD); a part that is not told in a year is zero in it.
    by
        Products of each flow, or partners of each exporter.

    Returns
    -------
    polars.DataFrame
        exporter, importer, product, period, value (points; they sum to the growth in percent), level, base (USD).

    Examples
    --------
    >>> old = pl.DataFrame({"product": ["1", "2", "3"], "period": "2023", "value": [90.0, 60.0, 50.0]})
    >>> new = pl.DataFrame({"product": ["1", "2", "3"], "period": "2024", "value": [99.0, 54.0, 67.0]})
    >>> cells = pl.concat([old, new]).with_columns(exporter=pl.lit("A"), importer=pl.lit("B"))
    >>> contribution_to_growth(cells)["value"].to_list()
    [4.5, -3.0, 8.5]
    """
    whole = checked(flows, products=by == "product")
    if by == "partner":
        whole = of_pairs(whole).with_columns(product=pl.lit("TOTAL"))
    one = ["exporter", "importer"] if by == "product" else ["exporter"]
    parts = ["exporter", "importer", "product"]
    full = whole.select(parts).unique().join(whole.select("period").unique(), how="cross")
    full = full.join(whole.select([*one, "period"]).unique(), on=[*one, "period"], how="semi")
    full = full.join(whole.select(*parts, "period", "value"), on=[*parts, "period"], how="left").with_columns(
        pl.col("value").fill_null(0.0)
    )
    joined = _with_base(full, parts)
    total = pl.col("base").sum().over(*one, "period")
    return joined.select(
        *parts, "period", value=100 * over(pl.col("value") - pl.col("base"), total), level="value", base="base"
    ).sort(*parts, "period")  # fmt: skip


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
        exporter, importer, period (the month, 01 to 12), value (1 is an average month), years (it rests on).

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
    return full.group_by("exporter", "importer", "period").agg(value=pl.col("index").mean(), years=pl.len()).sort(
        "exporter", "importer", "period"
    )  # fmt: skip
