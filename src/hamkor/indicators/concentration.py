"""How concentrated an economy's exports are, on products or on partners."""

from __future__ import annotations

from typing import Literal

import polars as pl

from hamkor.indicators.flows import WORLD, checked, exports, of_pairs
from hamkor.indicators.registry import indicator

Over = Literal["products", "partners"]
Lines = Literal["active", "all"]


def _shares(flows: pl.DataFrame, over: Over) -> pl.DataFrame:
    """Return economy, period, part, value (USD > 0), share, lines (parts that any economy has in the period)."""
    if over == "products":
        table = exports(checked(flows, products=True)).rename({"product": "part"})
    else:
        pairs = of_pairs(checked(flows)).filter((pl.col("importer") != WORLD) & (pl.col("exporter") != WORLD))
        table = pairs.rename({"exporter": "economy", "importer": "part"})
    known = pl.col("part").n_unique().over("period")
    if over == "partners":
        known = known - pl.col("economy").is_in(table["part"].unique().to_list()).cast(pl.Int64)
    return table.with_columns(lines=known).filter(pl.col("value") > 0).with_columns(
        share=pl.col("value") / pl.col("value").sum().over("economy", "period")
    )  # fmt: skip


@indicator(
    unit="1",
    level="economy",
    citation="Hirschman (1945); Herfindahl (1950); UNCTAD Handbook of Statistics",
    products=True,
    variants={"over": ("products", "partners"), "scale": ("0-1", "normalised", "0-10000"), "lines": ("all", "active")},
)
def herfindahl_hirschman(
    flows: pl.DataFrame,
    *,
    over: Over = "products",
    scale: Literal["0-1", "normalised", "0-10000"] = "0-1",
    lines: Lines = "all",
) -> pl.DataFrame:
    """Return the sum of squared shares of an economy's exports.

    Parameters
    ----------
    flows
        exporter, importer, product, value (USD); period if known.
    over
        Shares of products, or of partners.
    scale
        ``0-1`` as it is; ``normalised`` (H - 1/n) / (1 - 1/n), 0 for equal shares; ``0-10000`` of shares in percent, as
        competition authorities print it.
    lines
        Whether n of the normalised scale counts all products (partners) of the table, or those the economy exports.

    Returns
    -------
    polars.DataFrame
        economy, period, value (null where n is 1 on the normalised scale), parts (with exports), lines.

    Examples
    --------
    >>> cells = pl.DataFrame({"exporter": "A", "importer": "B", "product": ["1", "2"], "value": [3.0, 1.0]})
    >>> [herfindahl_hirschman(cells, scale=scale)["value"][0] for scale in ("0-1", "normalised", "0-10000")]
    [0.625, 0.25, 6250.0]
    """
    told = _shares(flows, over).group_by("economy", "period").agg(
        value=(pl.col("share") ** 2).sum(), parts=pl.len(), lines=pl.col("lines").first()
    )  # fmt: skip
    if scale == "normalised":
        count = pl.col("lines" if lines == "all" else "parts")
        told = told.with_columns(value=pl.when(count > 1).then((pl.col("value") - 1 / count) / (1 - 1 / count)))
    elif scale == "0-10000":
        told = told.with_columns(pl.col("value") * 10_000)
    return told.select("economy", "period", "value", "parts", "lines").sort("economy", "period")


@indicator(
    unit="1",
    level="economy",
    citation="Theil (1972); Cadot, Carrere and Strauss-Kahn (2011), equation 1",
    products=True,
    variants={"over": ("products", "partners"), "lines": ("all", "active")},
)
def theil(flows: pl.DataFrame, *, over: Over = "products", lines: Lines = "all") -> pl.DataFrame:
    """Return Theil's entropy index of an economy's exports: 0 for equal values, ln n for one line alone.

    Parameters
    ----------
    flows
        exporter, importer, product, value (USD); period if known.
    over
        Products or partners.
    lines
        Whether lines without exports count among the n.

    Returns
    -------
    polars.DataFrame
        economy, period, value, parts, lines.

    Examples
    --------
    >>> cells = pl.DataFrame({"exporter": "A", "importer": "B", "product": ["1", "2"], "value": [3.0, 1.0]})
    >>> theil(cells)["value"].round(6).to_list()
    [0.130812]
    """
    count = pl.col("lines").first() if lines == "all" else pl.len()
    told = _shares(flows, over).group_by("economy", "period").agg(
        value=(pl.col("share") * (pl.col("share").log() + count.log())).sum(), parts=pl.len(), lines=pl.col("lines").first()
    )  # fmt: skip
    return told.sort("economy", "period")


@indicator(
    unit="1",
    level="economy",
    citation="Cadot, Carrere and Strauss-Kahn (2011), Review of Economics and Statistics 93(2)",
    products=True,
    variants={"over": ("products", "partners"), "lines": ("all", "active")},
)
def gini(flows: pl.DataFrame, *, over: Over = "products", lines: Lines = "all") -> pl.DataFrame:
    """Return the Gini coefficient of an economy's exports: 0 for equal values, (n - 1) / n for one line alone.

    Parameters
    ----------
    flows
        exporter, importer, product, value (USD); period if known.
    over
        Products or partners.
    lines
        Whether lines without exports count among the n.

    Returns
    -------
    polars.DataFrame
        economy, period, value, parts, lines.

    Examples
    --------
    >>> cells = pl.DataFrame({"exporter": "A", "importer": "B", "product": ["1", "2"], "value": [3.0, 1.0]})
    >>> gini(cells)["value"].to_list()
    [0.25]
    """
    count = pl.col("lines").first() if lines == "all" else pl.len()
    rank = pl.col("share").rank("ordinal") + (count - pl.len())
    told = _shares(flows, over).group_by("economy", "period").agg(
        value=2 * (rank * pl.col("share")).sum() / count - (count + 1) / count, parts=pl.len(), lines=pl.col("lines").first()
    )  # fmt: skip
    return told.sort("economy", "period")
