"""What economies are good at, and how far two of them fit: comparative advantage, intra-industry trade, complementarity."""

from __future__ import annotations

from typing import Literal

import polars as pl

from hamkor.indicators.flows import WORLD, checked, exports, imports
from hamkor.indicators.registry import indicator
from hamkor.indicators.trade import over

_ESCAP = "Mikic and Gilbert (2009), Trade Statistics in Policymaking, ESCAP"


@indicator(
    unit="1",
    level="economy-product",
    citation="Balassa (1965), The Manchester School 33(2)",
    products=True,
    world=True,
    variants={"form": ("balassa", "symmetric", "binary")},
)
def revealed_comparative_advantage(
    flows: pl.DataFrame, *, form: Literal["balassa", "symmetric", "binary"] = "balassa"
) -> pl.DataFrame:
    """Return the share of a product in an economy's exports by its share in world exports.

    Parameters
    ----------
    flows
        exporter, importer, product, value (USD) of the whole world; period if known.
    form
        ``balassa`` as it is, 1 is neutral; ``symmetric`` (RCA - 1) / (RCA + 1) in [-1, 1] (Laursen 2015); ``binary`` 1 from
        RCA >= 1 on.

    Returns
    -------
    polars.DataFrame
        economy, product, period, value, exports (USD); a product that an economy does not export has no row.

    Examples
    --------
    >>> cells = {"exporter": ["A", "A", "B"], "importer": ["B", "B", "A"], "product": ["1", "2", "2"], "value": [3.0, 1.0, 4.0]}
    >>> revealed_comparative_advantage(pl.DataFrame(cells)).select("economy", "product", "value").rows()
    [('A', '1', 2.0), ('A', '2', 0.4), ('B', '2', 1.6)]
    """
    table = exports(checked(flows, products=True))
    value = pl.col("value")
    own = over(value, value.sum().over("economy", "period"))
    world = over(value.sum().over("product", "period"), value.sum().over("period"))
    found = table.select("economy", "product", "period", rca=over(own, world), exports="value")
    rca = pl.col("rca")
    told = {"balassa": rca, "symmetric": (rca - 1) / (rca + 1), "binary": (rca >= 1).cast(pl.Float64)}[form]
    return found.select("economy", "product", "period", value=told, exports="exports").sort("economy", "product", "period")


@indicator(
    unit="percent",
    level="economy-product",
    citation="Lafay (1992), The measurement of revealed comparative advantages",
    products=True,
)
def lafay(flows: pl.DataFrame) -> pl.DataFrame:
    """Return Lafay's index: a product's normalised balance against that of all trade, by the product's weight; sums to zero.

    Parameters
    ----------
    flows
        exporter, importer, product, value (USD) of all partners; period if known.

    Returns
    -------
    polars.DataFrame
        economy, product, period, value (percent of trade; positive is specialisation), exports, imports (USD).

    Examples
    --------
    >>> cells = {"exporter": ["A", "B"], "importer": ["B", "A"], "product": ["1", "2"], "value": [3.0, 1.0]}
    >>> lafay(pl.DataFrame(cells)).filter(economy="A")["value"].to_list()
    [37.5, -37.5]
    """
    both = _both(checked(flows, products=True))
    x, m = pl.col("exports"), pl.col("imports")
    whole = (x + m).sum().over("economy", "period")
    balance = over((x - m).sum().over("economy", "period"), whole)
    value = 100 * (over(x - m, x + m).fill_null(0.0) - balance) * over(x + m, whole)
    return both.select("economy", "product", "period", value=value, exports="exports", imports="imports")


def _both(flows: pl.DataFrame) -> pl.DataFrame:
    """Return economy, product, period, exports, imports (USD, zero where there are none)."""
    key = ["economy", "product", "period"]
    sold, bought = (table.rename({"value": name}) for table, name in ((exports(flows), "exports"), (imports(flows), "imports")))
    joined = sold.join(bought, on=key, how="full", coalesce=True)
    return joined.with_columns(pl.col("exports", "imports").fill_null(0.0)).sort(key)


@indicator(
    unit="1",
    level="pair",
    citation="Grubel and Lloyd (1975), Intra-industry Trade, chapter 2",
    products=True,
    variants={"form": ("weighted", "unweighted")},
)
def grubel_lloyd(flows: pl.DataFrame, *, form: Literal["weighted", "unweighted"] = "weighted") -> pl.DataFrame:
    """Return how much of a pair's trade goes both ways within the same products: 0 none, 1 all.

    Parameters
    ----------
    flows
        exporter, importer, product, value (USD); period if known. The finer the products, the smaller it is.
    form
        By the trade of each product, or the plain mean over the products traded.

    Returns
    -------
    polars.DataFrame
        economy, partner (in alphabetical order), period, value, products (traded).

    Examples
    --------
    >>> cells = {"exporter": ["A", "B", "A"], "importer": ["B", "A", "B"], "product": ["1", "1", "2"], "value": [3.0, 1.0, 4.0]}
    >>> grubel_lloyd(pl.DataFrame(cells)).select("economy", "partner", "value").rows()
    [('A', 'B', 0.25)]
    """
    whole = checked(flows, products=True).filter((pl.col("exporter") != WORLD) & (pl.col("importer") != WORLD))
    first = pl.min_horizontal("exporter", "importer")
    sides = whole.with_columns(
        economy=first, partner=pl.max_horizontal("exporter", "importer"),
        sold=pl.when(pl.col("exporter") == first).then("value").otherwise(0.0),
        bought=pl.when(pl.col("exporter") == first).then(0.0).otherwise("value"),
    ).filter(pl.col("economy") != pl.col("partner"))  # fmt: skip
    lines = sides.group_by("economy", "partner", "product", "period").agg(pl.col("sold", "bought").sum())
    lines = lines.filter(pl.col("sold") + pl.col("bought") > 0)
    net, gross = (pl.col("sold") - pl.col("bought")).abs(), pl.col("sold") + pl.col("bought")
    value = 1 - net.sum() / gross.sum() if form == "weighted" else (1 - net / gross).mean()
    return (
        lines.group_by("economy", "partner", "period").agg(value=value, products=pl.len()).sort("economy", "partner", "period")
    )


@indicator(unit="1", level="pair", citation="Finger and Kreinin (1979), Economic Journal 89(356)", products=True)
def export_similarity(flows: pl.DataFrame) -> pl.DataFrame:
    """Return the Finger-Kreinin index: what two economies' export baskets have in common, 0 nothing, 1 all.

    Parameters
    ----------
    flows
        exporter, importer, product, value (USD) of all partners; period if known.

    Returns
    -------
    polars.DataFrame
        economy, partner (in alphabetical order), period, value.

    Examples
    --------
    >>> cells = {"exporter": ["A", "A", "B"], "importer": ["B", "B", "A"], "product": ["1", "2", "2"], "value": [3.0, 1.0, 4.0]}
    >>> export_similarity(pl.DataFrame(cells)).rows()
    [('A', 'B', '', 0.25)]
    """
    shares = _basket(exports(checked(flows, products=True)))
    return _overlap(shares, shares.filter(pl.col("share") > 0), below=True)


@indicator(
    unit="percent",
    level="pair",
    citation="Michaely (1996), Trade Preferential Agreements in Latin America, World Bank; " + _ESCAP,
    products=True,
    world=True,
)
def complementarity(flows: pl.DataFrame) -> pl.DataFrame:
    """Return Michaely's index: how far the exporter's basket is what the importer buys, 0 nothing, 100 all.

    Parameters
    ----------
    flows
        exporter, importer, product, value (USD) of all partners; period if known.

    Returns
    -------
    polars.DataFrame
        economy (the exporter), partner (the importer), period, value.

    Examples
    --------
    >>> cells = {"exporter": ["A", "A", "B"], "importer": ["B", "B", "A"], "product": ["1", "2", "2"], "value": [3.0, 1.0, 4.0]}
    >>> complementarity(pl.DataFrame(cells)).filter(economy="A", partner="B")["value"].to_list()
    [100.0]
    """
    whole = checked(flows, products=True)
    return _overlap(_basket(exports(whole)), _basket(imports(whole)), below=False).with_columns(pl.col("value") * 100)


def _basket(table: pl.DataFrame) -> pl.DataFrame:
    value = pl.col("value")
    return table.with_columns(share=over(value, value.sum().over("economy", "period"))).drop_nulls("share")


def _overlap(one: pl.DataFrame, other: pl.DataFrame, *, below: bool) -> pl.DataFrame:
    """Return the sum of the smaller shares of each pair of baskets, also where they have nothing in common."""
    key = ["economy", "partner", "period"]
    pairs = one.select("economy", "period").unique().join(
        other.select("period", partner="economy").unique(), on="period"
    ).filter(pl.col("economy") < pl.col("partner") if below else pl.col("economy") != pl.col("partner"))  # fmt: skip
    common = one.select("economy", "product", "period", "share").join(
        other.select("product", "period", partner="economy", theirs="share"), on=["product", "period"]
    )
    sums = common.group_by(key).agg(value=pl.min_horizontal("share", "theirs").sum())
    return pairs.join(sums, on=key, how="left").select(*key, pl.col("value").fill_null(0.0)).sort(key)


@indicator(
    unit="USD",
    level="pair-product",
    citation="Decreux and Spies (2016), Export Potential Assessments, ITC; basic form, without tariffs, distance, forecasts",
    products=True,
    world=True,
)
def export_potential(flows: pl.DataFrame) -> pl.DataFrame:
    """Return what a pair would trade of each product if supply, demand and the pair's ease of trade alone decided.

    This is the basic form, without projections of supply and demand, tariffs, distance and seasons: supply is the exporter's
    share in world exports of the product, demand the importer's imports of it, ease what the pair trades by what supply and
    demand alone would have it trade. The sum over products is the pair's trade. Pairs that do not trade and products that
    nobody exports have no row, as their ease or supply is not defined.

    Parameters
    ----------
    flows
        exporter, importer, product, value (USD) of the whole world; period if known.

    Returns
    -------
    polars.DataFrame
        exporter, importer, product, period, value (USD), present (USD), unrealised (USD, value less present where positive),
        supply (share of the world's exports), demand (USD), ease.

    Examples
    --------
    >>> cells = {"exporter": ["A", "A", "B"], "importer": ["B", "B", "A"], "product": ["1", "2", "2"], "value": [3.0, 1.0, 4.0]}
    >>> export_potential(pl.DataFrame(cells)).filter(exporter="A")["value"].round(4).to_list()
    [3.75, 0.25]
    """
    whole = checked(flows, products=True).filter((pl.col("exporter") != WORLD) & (pl.col("importer") != WORLD))
    sold = exports(whole).rename({"economy": "exporter", "value": "sold"})
    bought = imports(whole).rename({"economy": "importer", "value": "demand"})
    world = sold.group_by("product", "period").agg(world=pl.col("sold").sum()).filter(pl.col("world") > 0)
    supply = sold.join(world, on=["product", "period"]).with_columns(supply=over(pl.col("sold"), pl.col("world")))
    pairs = whole.group_by("exporter", "importer", "period").agg(trade=pl.col("value").sum()).filter(pl.col("trade") > 0)
    lines = pairs.join(supply, on=["exporter", "period"]).join(bought, on=["importer", "product", "period"])
    expected = (pl.col("supply") * pl.col("demand")).sum().over("exporter", "importer", "period")
    lines = lines.with_columns(ease=over(pl.col("trade"), expected))
    key = ["exporter", "importer", "product", "period"]
    present = whole.select(*key, present="value")
    value = pl.col("supply") * pl.col("ease") * pl.col("demand")
    joined = lines.join(present, on=key, how="left").with_columns(pl.col("present").fill_null(0.0), value=value)
    unrealised = (pl.col("value") - pl.col("present")).clip(0.0)
    return joined.select(*key, "value", "present", unrealised.alias("unrealised"), "supply", "demand", "ease").sort(key)
