"""Trade of pairs, economies and regions: turnover, balance, shares, intensity, openness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import polars as pl

from hamkor.indicators.flows import TOTAL, WORLD, checked, exports, imports, of_pairs
from hamkor.indicators.registry import indicator
from hamkor.schema.errors import BadInput

_STATISTICS = "International Merchandise Trade Statistics: Concepts and Definitions 2010, United Nations"
_WITS = "World Integrated Trade Solution, Trade Indicators, World Bank"


@indicator(unit="USD", level="pair", citation=_STATISTICS)
def turnover(flows: pl.DataFrame) -> pl.DataFrame:
    """Return the turnover of each pair: exports and imports together.

    Parameters
    ----------
    flows
        exporter, importer, value (USD); product, period if known.

    Returns
    -------
    polars.DataFrame
        economy, partner (in alphabetical order), period, value (USD; null unless both directions are told).

    Examples
    --------
    >>> cells = pl.DataFrame({"exporter": ["A", "B"], "importer": ["B", "A"], "value": [80.0, 60.0]})
    >>> turnover(cells).rows()
    [('A', 'B', '', 140.0)]
    """
    pairs = both_ways(flows).filter(pl.col("economy") < pl.col("partner"))
    return pairs.select("economy", "partner", "period", value=pl.col("sold") + pl.col("bought"))


@indicator(unit="USD", level="pair", citation=_STATISTICS)
def balance(flows: pl.DataFrame) -> pl.DataFrame:
    """Return each economy's exports less imports with each partner.

    Parameters
    ----------
    flows
        exporter, importer, value (USD); product, period if known.

    Returns
    -------
    polars.DataFrame
        economy, partner, period, value (USD; negative is a deficit, null unless both directions are told).

    Examples
    --------
    >>> cells = pl.DataFrame({"exporter": ["A", "B"], "importer": ["B", "A"], "value": [80.0, 60.0]})
    >>> balance(cells).rows()
    [('A', 'B', '', 20.0), ('B', 'A', '', -20.0)]
    """
    return both_ways(flows).select("economy", "partner", "period", value=pl.col("sold") - pl.col("bought"))


def both_ways(flows: pl.DataFrame) -> pl.DataFrame:
    """Return economy, partner, period, sold, bought: each pair from both of its ends."""
    pairs = of_pairs(checked(flows))
    sold = pairs.rename({"exporter": "economy", "importer": "partner", "value": "sold"})
    bought = pairs.rename({"importer": "economy", "exporter": "partner", "value": "bought"})
    key = ["economy", "partner", "period"]
    return sold.join(bought, on=key, how="full", coalesce=True).filter(pl.col("economy") != WORLD).sort(key)


@indicator(unit="1", level="pair", citation=_STATISTICS, world=True, variants={"flow": ("turnover", "export", "import")})
def share_of_partner(flows: pl.DataFrame, *, flow: Literal["turnover", "export", "import"] = "turnover") -> pl.DataFrame:
    """Return the share of each partner in an economy's trade.

    Parameters
    ----------
    flows
        exporter, importer, value (USD) of all partners, or with rows of partner ``W1``; product, period if known.
    flow
        Exports and imports together, or one of them.

    Returns
    -------
    polars.DataFrame
        economy, partner, period, value (in [0, 1]), amount (USD).

    Examples
    --------
    >>> cells = pl.DataFrame({"exporter": ["A", "A"], "importer": ["B", "C"], "value": [80.0, 40.0]})
    >>> share_of_partner(cells, flow="export").select("partner", pl.col("value").round(3)).rows()
    [('B', 0.667), ('C', 0.333)]
    """
    sides = both_ways(flows).with_columns(pl.col("sold", "bought").fill_null(0.0))
    amount = {"turnover": pl.col("sold") + pl.col("bought"), "export": pl.col("sold"), "import": pl.col("bought")}[flow]
    told = sides.select("economy", "partner", "period", amount=amount)
    stated = told.filter(partner=WORLD).select("economy", "period", whole="amount")
    parts = told.filter((pl.col("partner") != WORLD) & (pl.col("amount") > 0))
    joined = parts.join(stated, on=["economy", "period"], how="left")
    whole = pl.coalesce("whole", pl.col("amount").sum().over("economy", "period"))
    return joined.select("economy", "partner", "period", value=over(pl.col("amount"), whole), amount="amount").sort(
        "economy", "partner", "period"
    )


def over(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """Return a quotient; null where the whole is zero."""
    return pl.when(whole != 0).then(part / whole)


@indicator(
    unit="1",
    level="pair",
    citation=f"{_WITS}: trade intensity index; Anderson and Norheim (1993)",
    world=True,
    variants={"own_imports": ("included", "excluded")},
)
def trade_intensity(flows: pl.DataFrame, *, own_imports: Literal["included", "excluded"] = "included") -> pl.DataFrame:
    """Return how many times as much an economy exports to a partner as the partner's size in world imports would have it.

    Parameters
    ----------
    flows
        exporter, importer, value (USD) of the whole world; product, period if known.
    own_imports
        Whether world imports count the exporter's own imports, which it cannot sell to.

    Returns
    -------
    polars.DataFrame
        exporter, importer, period, value (1 is as expected; null where it is not defined), share (of the exporter's exports),
        expected (share of the importer in world imports).

    Examples
    --------
    >>> cells = {"exporter": ["A", "A", "B", "C"], "importer": ["B", "C", "A", "A"], "value": [3.0, 1.0, 2.0, 2.0]}
    >>> trade_intensity(pl.DataFrame(cells)).filter(exporter="A", importer="B")["value"].to_list()
    [2.0]
    """
    whole = checked(flows)
    pairs = of_pairs(whole)
    sold = _totals(exports(whole), "exporter", "sold")
    bought = _totals(imports(whole), "importer", "bought")
    own = bought.rename({"importer": "exporter", "bought": "own"})
    stated = pairs.filter(exporter=WORLD, importer=WORLD).select("period", stated="value")
    world = bought.group_by("period").agg(pl.col("bought").sum().alias("world")).join(stated, on="period", how="left")
    joined = pairs.filter((pl.col("exporter") != WORLD) & (pl.col("importer") != WORLD))
    joined = joined.join(sold, on=["exporter", "period"]).join(bought, on=["importer", "period"]).join(world, on="period")
    joined = joined.join(own, on=["exporter", "period"], how="left")
    left = pl.coalesce("stated", "world") - (pl.col("own").fill_null(0.0) if own_imports == "excluded" else 0.0)
    share, expected = over(pl.col("value"), pl.col("sold")), over(pl.col("bought"), left)
    return joined.select(
        "exporter", "importer", "period", value=over(share, expected), share=share, expected=expected
    ).sort("exporter", "importer", "period")  # fmt: skip


def _totals(table: pl.DataFrame, economy: str, name: str) -> pl.DataFrame:
    """Return the total over products of each economy, as stated where it is."""
    stated = table.filter(product=TOTAL).select(pl.col("economy").alias(economy), "period", pl.col("value").alias(name))
    parts = table.filter(pl.col("product") != TOTAL).group_by("economy", "period").agg(pl.col("value").sum().alias(name))
    parts = parts.rename({"economy": economy}).select(economy, "period", name)
    return pl.concat([stated, parts.join(stated, on=[economy, "period"], how="anti")])


@indicator(
    unit="1",
    level="region",
    citation="Regional integration indicators, Asia Regional Integration Center, ADB",
    world=True,
)
def intra_regional_share(flows: pl.DataFrame, *, members: Sequence[str]) -> pl.DataFrame:
    """Return the share of trade among the members in their trade with the world.

    Parameters
    ----------
    flows
        exporter, importer, value (USD) of the members with all partners, or with rows of partner ``W1``.
    members
        Economies of the region.

    Returns
    -------
    polars.DataFrame
        region, period, value (in [0, 1]), inside, total (USD, exports and imports, trade inside counted at both ends).

    Examples
    --------
    >>> cells = pl.DataFrame({"exporter": ["A", "B", "A"], "importer": ["B", "A", "C"], "value": [80.0, 60.0, 90.0]})
    >>> intra_regional_share(cells, members=["A", "B"])["value"].round(4).to_list()
    [0.7568]
    """
    inside, total = _inside(flows, members)
    joined = total.join(inside, on="period", how="left").with_columns(pl.col("inside").fill_null(0.0))
    return joined.select(
        region=pl.lit("+".join(members)), period="period", value=over(pl.col("inside"), pl.col("total")), inside="inside",
        total="total",
    ).sort("period")  # fmt: skip


def _inside(flows: pl.DataFrame, members: Sequence[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return trade among the members and all their trade, by period, both counted at both ends."""
    if len(set(members)) < 2:
        raise BadInput(f"members {', '.join(members)}", due="two economies or more")
    whole = checked(flows)
    among = of_pairs(whole).filter(pl.col("exporter").is_in(list(members)) & pl.col("importer").is_in(list(members)))
    sides = [_totals(exports(whole), "economy", "value"), _totals(imports(whole), "economy", "value")]
    total = pl.concat(sides).filter(pl.col("economy").is_in(list(members))).group_by("period").agg(total=pl.col("value").sum())
    return among.group_by("period").agg(inside=2 * pl.col("value").sum()), total


@indicator(
    unit="1",
    level="region",
    citation="Iapadre (2006), Regional integration agreements, equations 4 and 6",
    world=True,
    variants={"form": ("introversion", "intensity")},
)
def regional_introversion(
    flows: pl.DataFrame, *, members: Sequence[str], form: Literal["introversion", "intensity"] = "introversion"
) -> pl.DataFrame:
    """Return how much more the members trade with each other than with the rest of the world, by size.

    Parameters
    ----------
    flows
        exporter, importer, value (USD) of the whole world.
    members
        Economies of the region.
    form
        ``introversion`` lies in [-1, 1], 0 is neutral; ``intensity`` is the share inside by the share of the region in the
        trade of the rest of the world.

    Returns
    -------
    polars.DataFrame
        region, period, value, inside_share, outside_share.

    Examples
    --------
    >>> cells = {"exporter": ["A", "B", "A", "C"], "importer": ["B", "A", "C", "A"], "value": [3.0, 3.0, 1.0, 1.0]}
    >>> regional_introversion(pl.DataFrame(cells), members=["A", "B"])["inside_share"].round(3).to_list()
    [0.857]
    """
    inside, total = _inside(flows, members)
    whole = checked(flows)
    exported = _totals(exports(whole), "economy", "value").group_by("period").agg(world=2 * pl.col("value").sum())
    joined = (
        total.join(inside, on="period", how="left").join(exported, on="period").with_columns(pl.col("inside").fill_null(0.0))
    )
    within = over(pl.col("inside"), pl.col("total"))
    without = over(pl.col("total") - pl.col("inside"), pl.col("world") - pl.col("total"))
    value = over(within - without, within + without) if form == "introversion" else over(within, without)
    return joined.select(
        region=pl.lit("+".join(members)), period="period", value=value, inside_share=within, outside_share=without
    ).sort("period")  # fmt: skip


@indicator(unit="1", level="economy", citation=f"{_WITS}: trade dependence index", world=True)
def openness(flows: pl.DataFrame, *, gdp: pl.DataFrame) -> pl.DataFrame:
    """Return exports and imports by gross domestic product.

    Parameters
    ----------
    flows
        exporter, importer, value (USD) of all partners.
    gdp
        economy, value (USD), period if the flows have one.

    Returns
    -------
    polars.DataFrame
        economy, period, value, exports, imports, gdp (USD); economies without a GDP are left out.

    Raises
    ------
    BadInput
        If a GDP is not positive, stands twice, or does not say of which of several periods it is.

    Examples
    --------
    >>> cells = pl.DataFrame({"exporter": ["A", "B"], "importer": ["B", "A"], "value": [80.0, 60.0]})
    >>> openness(cells, gdp=pl.DataFrame({"economy": ["A"], "value": [1000.0]})).select("economy", "value").rows()
    [('A', 0.14)]
    """
    whole = checked(flows)
    on = ["economy", *(["period"] if "period" in gdp.columns and "period" in flows.columns else [])]
    gdp = _gdp(gdp, on)
    if "period" not in on and whole["period"].n_unique() > 1:
        raise BadInput("a GDP without a period for flows of several", where="gdp", due="a column period")
    sold = _totals(exports(whole), "economy", "exports")
    bought = _totals(imports(whole), "economy", "imports")
    joined = sold.join(bought, on=["economy", "period"], how="full", coalesce=True).with_columns(
        pl.col("exports", "imports").fill_null(0.0)
    )
    joined = joined.join(gdp.select(*on, gdp="value"), on=on)
    return joined.select(
        "economy", "period", value=over(pl.col("exports") + pl.col("imports"), pl.col("gdp")), exports="exports",
        imports="imports", gdp="gdp",
    ).sort("economy", "period")  # fmt: skip


def _gdp(gdp: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Return the key and value of each GDP, which must be positive and stand once."""
    for name in ("economy", "value"):
        if name not in gdp.columns:
            raise BadInput(f"columns {', '.join(gdp.columns)}", where="gdp", due=f"a column {name}")
    told = gdp.select(*(pl.col(name).cast(pl.String) for name in key), pl.col("value").cast(pl.Float64)).drop_nulls("value")
    wrong = told.filter(~(pl.col("value").is_finite() & (pl.col("value") > 0)))
    twice = told.filter(pl.struct(key).is_duplicated())
    for rows, found, due in ((wrong, "no positive number", "USD"), (twice, "a GDP that stands twice", "one a period")):
        if not rows.is_empty():
            raise BadInput(found, where="gdp " + " ".join(str(cell) for cell in rows.row(0)[: len(key)]), due=due)
    return told


@indicator(
    unit="1",
    level="pair",
    needs="reports",
    citation="Morgenstern (1963), On the Accuracy of Economic Observations, chapter 9",
)
def mirror_ratio(reports: pl.DataFrame) -> pl.DataFrame:
    """Return the importer's report of a flow by the exporter's; transport and insurance alone make it 1.0 to 1.1.

    Parameters
    ----------
    reports
        exporter, importer, period, exporter_report, importer_report (USD).

    Returns
    -------
    polars.DataFrame
        exporter, importer, period, value, gap (importer's less exporter's, USD); null where one side is silent, value also
        where the exporter's report is zero.

    Raises
    ------
    BadInput
        If a report is negative or no number, or a flow stands twice.

    Examples
    --------
    >>> told = pl.DataFrame({"exporter": ["UZB"], "importer": ["KGZ"], "period": ["2022"]})
    >>> mirror_ratio(told.with_columns(exporter_report=9.0, importer_report=3.0)).row(0)
    ('UZB', 'KGZ', '2022', 0.3333333333333333, -6.0)
    """
    key = ["exporter", "importer", "period"]
    for name in (*key[:2], "exporter_report", "importer_report"):
        if name not in reports.columns:
            raise BadInput(f"columns {', '.join(reports.columns)}", where="reports", due=f"a column {name}")
    if "period" not in reports.columns:
        reports = reports.with_columns(period=pl.lit(""))
    x, m = pl.col("exporter_report").cast(pl.Float64), pl.col("importer_report").cast(pl.Float64)
    wrong = reports.filter(pl.any_horizontal((~one.is_finite() | (one < 0)).fill_null(False) for one in (x, m)))
    for rows, found in (
        (wrong, "no amount >= 0"),
        (reports.filter(pl.struct(key).is_duplicated()), "a flow that stands twice"),
    ):
        if not rows.is_empty():
            raise BadInput(
                found, where="reports " + " ".join(str(rows[name][0]) for name in key).strip(), due="USD, one row a flow"
            )
    return reports.select("exporter", "importer", "period", value=over(m, x), gap=m - x).sort("exporter", "importer", "period")
