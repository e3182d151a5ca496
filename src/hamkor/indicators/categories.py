"""What kinds of goods an economy trades: broad economic categories, and goods under a carbon border charge."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

from hamkor.indicators.flows import WORLD, checked, exports
from hamkor.indicators.registry import indicator
from hamkor.indicators.trade import over
from hamkor.schema.errors import BadInput

EUROPEAN_UNION = (
    "AUT", "BEL", "BGR", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GRC", "HRV", "HUN", "IRL", "ITA", "LTU",
    "LUX", "LVA", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "SWE", "EU27",
)  # fmt: skip


@indicator(
    unit="1",
    level="economy",
    products=True,
    citation="Classification by Broad Economic Categories, United Nations",
)
def category_shares(flows: pl.DataFrame, *, categories: pl.DataFrame) -> pl.DataFrame:
    """Return the share of each broad category in an economy's exports.

    Parameters
    ----------
    flows
        exporter, importer, product, value (USD); period if known.
    categories
        product (a prefix of the codes of the flows; the longest that fits counts), category.

    Returns
    -------
    polars.DataFrame
        economy, category (``unassigned`` where no prefix fits), period, value (in [0, 1]), exports (USD).

    Examples
    --------
    >>> cells = {"exporter": ["A", "A"], "importer": "B", "product": ["hs:5201", "hs:8703"], "value": [3.0, 1.0]}
    >>> kinds = pl.DataFrame({"product": ["52", "87"], "category": ["intermediate", "capital"]})
    >>> category_shares(pl.DataFrame(cells), categories=kinds).select("category", "value").rows()
    [('capital', 0.25), ('intermediate', 0.75)]
    """
    for name in ("product", "category"):
        if name not in categories.columns:
            raise BadInput(f"columns {', '.join(categories.columns)}", where="categories", due=f"a column {name}")
    known = {str(code).removeprefix("hs:"): str(kind) for code, kind in categories.select("product", "category").iter_rows()}

    def kind(code: str) -> str:
        plain = code.removeprefix("hs:")
        fitting = (plain[:length] for length in range(len(plain), 0, -1))
        return next((known[prefix] for prefix in fitting if prefix in known), "unassigned")

    table = exports(checked(flows, products=True))
    codes = table["product"].unique().to_list()
    named = table.with_columns(category=pl.col("product").replace_strict({code: kind(code) for code in codes}))
    sums = named.group_by("economy", "category", "period").agg(exports=pl.col("value").sum())
    whole = pl.col("exports").sum().over("economy", "period")
    return sums.select("economy", "category", "period", value=over(pl.col("exports"), whole), exports="exports").sort(
        "economy", "category", "period"
    )


@cache
def _cbam() -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = tomllib.loads(files("hamkor.indicators").joinpath("cbam.toml").read_text("utf-8"))["group"]
    return groups


def carbon_group(code: str) -> str | None:
    """Return the group of goods under the carbon border adjustment mechanism that a code of the HS belongs to.

    Parameters
    ----------
    code
        Four digits or more; a coarser code is no group, as only a part of it is.

    Examples
    --------
    >>> carbon_group("hs:7601"), carbon_group("720410"), carbon_group("5201")
    ('aluminium', None, None)
    """
    plain = code.removeprefix("hs:")
    for group in _cbam():
        if any(plain.startswith(prefix) for prefix in group["prefixes"]):
            left_out = any(plain.startswith(prefix) for prefix in group.get("except", ()))
            return None if left_out else str(group["name"])
    return None


@indicator(
    unit="1",
    level="economy",
    products=True,
    world=True,
    citation="Regulation (EU) 2023/956, Annex I",
)
def carbon_exposure(flows: pl.DataFrame) -> pl.DataFrame:
    """Return the share of an economy's exports that are goods under the carbon border adjustment and go to the European Union.

    Parameters
    ----------
    flows
        exporter, importer, product (HS codes of at least four digits), value (USD); period if known.

    Returns
    -------
    polars.DataFrame
        economy, group, period, value (in [0, 1], of all exports), to_union, everywhere (USD, of the group).

    Examples
    --------
    >>> cells = {"importer": ["DEU", "CHN", "CHN"], "product": ["7601", "7601", "5201"], "value": [2.0, 3.0, 5.0]}
    >>> carbon_exposure(pl.DataFrame(cells).with_columns(exporter=pl.lit("A"))).rows()
    [('A', 'aluminium', '', 0.2, 2.0, 5.0)]
    """
    told = checked(flows, products=True).filter(pl.col("importer") != WORLD, pl.col("exporter") != WORLD)
    codes = told["product"].unique().to_list()
    if max(len(code.removeprefix("hs:")) for code in codes) < 4:
        raise BadInput(f"product {codes[0]}", where="flows.product", due="HS codes of four digits or more")
    named = told.with_columns(group=pl.col("product").replace_strict({code: carbon_group(code) for code in codes}))
    whole = named.group_by("exporter", "period").agg(total=pl.col("value").sum())
    union = pl.when(pl.col("importer").is_in(EUROPEAN_UNION)).then("value").otherwise(0.0)
    sums = named.drop_nulls("group").group_by("exporter", "group", "period").agg(
        to_union=union.sum(), everywhere=pl.col("value").sum()
    )  # fmt: skip
    return sums.join(whole, on=["exporter", "period"]).select(
        "group", "period", economy="exporter", value=over(pl.col("to_union"), pl.col("total")), to_union="to_union",
        everywhere="everywhere",
    ).select("economy", "group", "period", "value", "to_union", "everywhere").sort("economy", "group", "period")  # fmt: skip
