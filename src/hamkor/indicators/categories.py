"""What kinds of goods an economy trades: broad economic categories, and goods under a carbon border charge."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import polars as pl

from hamkor.indicators.flows import WORLD, checked, exports, imports
from hamkor.indicators.registry import indicator
from hamkor.indicators.trade import over
from hamkor.schema.errors import BadInput


@indicator(
    unit="1",
    level="economy",
    products=True,
    citation="Classification by Broad Economic Categories, United Nations",
    variants={"flow": ("export", "import")},
)
def category_shares(
    flows: pl.DataFrame, *, categories: pl.DataFrame | None = None, flow: Literal["export", "import"] = "export"
) -> pl.DataFrame:
    """Return the share of each broad category in an economy's exports or imports.

    Parameters
    ----------
    flows
        exporter, importer, product, value (USD); period if known.
    categories
        product (a prefix of the codes of the flows; the longest that fits counts), category; a product that stands in several
        is a category of its own, ``41 or 521``. Without it, the flows must have a column `category`.
    flow
        Of exports, or of imports.

    Returns
    -------
    polars.DataFrame
        economy, category (``unassigned`` where no prefix fits), period, value (in [0, 1]; null for an economy without trade),
        amount (USD).

    Examples
    --------
    >>> cells = {"exporter": ["A", "A"], "importer": "B", "product": ["hs:5201", "hs:8703"], "value": [3.0, 1.0]}
    >>> kinds = pl.DataFrame({"product": ["52", "87"], "category": ["intermediate", "capital"]})
    >>> category_shares(pl.DataFrame(cells), categories=kinds).select("category", "value").rows()
    [('capital', 0.25), ('intermediate', 0.75)]
    """
    where = "flows" if categories is None else "categories"
    categories = flows if categories is None else categories
    for name in ("product", "category"):
        if name not in categories.columns:
            raise BadInput(
                f"columns {', '.join(categories.columns)}", where=where, due=f"a column {name}",
                cure="add one from a correspondence, as of the HS to the Broad Economic Categories",
            )  # fmt: skip
    told = categories.select(pl.col("product", "category").cast(pl.String)).drop_nulls()
    kinds = told.with_columns(pl.col("product").str.strip_prefix("hs:")).unique().sort("category").group_by("product")
    known = dict(kinds.agg(pl.col("category").str.join(" or ")).iter_rows())

    def kind(code: str) -> str:
        plain = code.removeprefix("hs:")
        fitting = (plain[:length] for length in range(len(plain), 0, -1))
        return next((known[prefix] for prefix in fitting if prefix in known), "unassigned")

    table = (exports if flow == "export" else imports)(checked(flows, products=True))
    codes = table["product"].unique().to_list()
    named = table.with_columns(category=pl.col("product").replace_strict({code: kind(code) for code in codes}))
    sums = named.group_by("economy", "category", "period").agg(amount=pl.col("value").sum())
    whole = pl.col("amount").sum().over("economy", "period")
    return sums.select("economy", "category", "period", value=over(pl.col("amount"), whole), amount="amount").sort(
        "economy", "category", "period"
    )


@cache
def _cbam() -> dict[str, Any]:
    return tomllib.loads(files("hamkor.indicators").joinpath("cbam.toml").read_text("utf-8"))


def carbon_group(code: str) -> tuple[str, bool] | None:
    """Return the group of goods under the carbon border adjustment mechanism that a code of the HS belongs to.

    Parameters
    ----------
    code
        Of the Harmonised System or the Combined Nomenclature.

    Returns
    -------
    tuple[str, bool] | None
        Name of the group, and whether all goods of the code are in it; where a code has goods of several groups, the first.

    Examples
    --------
    >>> carbon_group("hs:7601"), carbon_group("7202"), carbon_group("720410"), carbon_group("5201")
    (('aluminium', True), ('iron and steel', False), None, None)
    """
    plain = code.removeprefix("hs:").replace(" ", "")
    for group in _cbam()["group"]:
        left_out = group.get("except", ())
        if plain.startswith(tuple(group["prefixes"])) and not plain.startswith(tuple(left_out)):
            return str(group["name"]), not any(prefix.startswith(plain) for prefix in left_out)
        if plain and any(prefix.startswith(plain) for prefix in group["prefixes"]):
            return str(group["name"]), False
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
        exporter, importer, product (HS codes, the finer the better), value (USD); period if known.

    Returns
    -------
    polars.DataFrame
        economy, group, period, value (in [0, 1], of all exports told by product), to_union, everywhere (USD, of goods that are
        under it whole), partly (USD, to the Union, of codes too coarse to tell, which are not in value). An economy that
        exports no such goods has no row.

    Examples
    --------
    >>> cells = {"importer": ["DEU", "CHN", "CHN"], "product": ["7601", "7601", "5201"], "value": [2.0, 3.0, 5.0]}
    >>> carbon_exposure(pl.DataFrame(cells).with_columns(exporter=pl.lit("A"))).rows()
    [('A', 'aluminium', '', 0.2, 2.0, 5.0, 0.0)]
    """
    told = checked(flows, products=True).filter(pl.col("exporter") != WORLD)
    groups = {code: carbon_group(code) for code in told["product"].unique().to_list()}
    totals = exports(told).group_by("economy", "period").agg(total=pl.col("value").sum())
    named = told.filter(pl.col("importer") != WORLD).with_columns(
        group=pl.col("product").replace_strict({code: one and one[0] for code, one in groups.items()}, return_dtype=pl.String),
        sure=pl.col("product").replace_strict({code: bool(one and one[1]) for code, one in groups.items()}),
        union=pl.col("importer").is_in(_cbam()["union"]),
    )  # fmt: skip
    value, sure, union = pl.col("value"), pl.col("sure"), pl.col("union")
    sums = named.drop_nulls("group").rename({"exporter": "economy"}).group_by("economy", "group", "period").agg(
        to_union=value.filter(sure & union).sum(), everywhere=value.filter(sure).sum(), partly=value.filter(~sure & union).sum()
    )  # fmt: skip
    joined = sums.join(totals, on=["economy", "period"]).with_columns(value=over(pl.col("to_union"), pl.col("total")))
    return joined.select("economy", "group", "period", "value", "to_union", "everywhere", "partly").sort(
        "economy", "group", "period"
    )
