"""A pair's trade as its two offices record it: levels, growth, shares, both sides beside each other.

Scopes are never mixed in silence. A growth rate has its base in the same vintage of the same source; where only another
vintage has it, the cell says so, and for year-to-date figures it stays empty. Sums and gaps across coverages are marked.
"""

from __future__ import annotations

import msgspec
import polars as pl

from hamkor.schema.periods import parse_period

_SERIES = ["REPORTER", "COUNTERPART", "FLOW", "PRODUCT", "SOURCE", "COVERAGE", "TRANSFORMATION"]


class Monitor(msgspec.Struct, frozen=True):
    """What is known of a pair's trade.

    Attributes
    ----------
    flows
        REPORTER, COUNTERPART, FLOW (turnover, export, import, balance), TIME_PERIOD, OBS_VALUE (USD), GROWTH (fraction,
        against the same months a year before), SHARE (of the reporter's trade with the world), CONTRIBUTION (to the growth
        of the reporter's trade with the world, a fraction), SOURCE, RELEASE_DATE, COVERAGE, VALUATION, TRANSFORMATION,
        OBS_STATUS, LICENCE, MARK (what to know before using the cell).
    sides
        EXPORTER, IMPORTER, TIME_PERIOD, EXPORTER_REPORT, IMPORTER_REPORT (USD), GAP (importer's less exporter's, USD),
        RATIO (importer's by exporter's), MARK.
    products
        REPORTER, FLOW, PRODUCT, TIME_PERIOD, OBS_VALUE, GROWTH, SHARE (of the pair's flow), CONTRIBUTION, SOURCE.
    seasons
        REPORTER, FLOW, MONTH (1-12), INDEX (1 = an average month), YEARS (whole years it rests on).
    """

    flows: pl.DataFrame
    sides: pl.DataFrame
    products: pl.DataFrame
    seasons: pl.DataFrame


def monitor(records: pl.DataFrame, *, reporter: str, counterpart: str) -> Monitor:
    """Return what both offices record of a pair's trade.

    Parameters
    ----------
    records
        The table `records`, every vintage that may be used, of one source a reporter; the pair in both directions and both
        economies' trade with the world (``W1``). Where figures were collected from several publications, CITED names the
        publication of each and GROWTH_PRINTED the growth it prints.
    reporter, counterpart
        ISO 3166 alpha-3.

    Examples
    --------
    >>> row = dict(FREQ="A", REPORTER="ALD", COUNTERPART="BRE", PRODUCT="TOTAL", SOURCE="office", COVERAGE="goods",
    ...            VALUATION="FOB", TRANSFORMATION="level", RELEASE_DATE="2025-02-01", OBS_STATUS="A", LICENCE="open")
    >>> cells = [("export", "2023", 4.0), ("export", "2024", 5.0), ("import", "2024", 3.0)]
    >>> frame = pl.DataFrame([row | dict(FLOW=flow, TIME_PERIOD=period, OBS_VALUE=value) for flow, period, value in cells])
    >>> found = monitor(frame, reporter="ALD", counterpart="BRE").flows
    >>> found.filter(TIME_PERIOD="2024").select("FLOW", "OBS_VALUE", "GROWTH").rows()
    [('turnover', 8.0, None), ('export', 5.0, 0.25), ('import', 3.0, None), ('balance', 2.0, None)]
    """
    for name, default in (("GROWTH_PRINTED", pl.lit(None, pl.Float64)), ("CITED", pl.col("SOURCE"))):
        if name not in records.columns:
            records = records.with_columns(default.alias(name))
    records = years_to_december(records)
    pair = pl.struct("REPORTER", "COUNTERPART").is_in(
        [{"REPORTER": a, "COUNTERPART": b} for a, b in ((reporter, counterpart), (counterpart, reporter))]
    )
    world = (pl.col("COUNTERPART") == "W1") & pl.col("REPORTER").is_in([reporter, counterpart])
    total = pl.col("PRODUCT") == "TOTAL"
    levels = grown(_latest(records.filter(pair & total)), records)
    whole = grown(_latest(records.filter(world & total)), records)
    flows = _with_world(_with_sums(levels), _with_sums(whole)).sort(
        pl.col("REPORTER") != reporter, "REPORTER", pl.col("TIME_PERIOD"), pl.col("FLOW").replace_strict(_ORDER, default=9)
    )
    parts = grown(_latest(records.filter(pair & ~total)), records)
    months = pl.concat([levels, _months_implied(records.filter(pair & total), levels)], how="diagonal")
    return Monitor(flows, both_sides(levels), _products(parts, levels), seasonality(months))


def _months_implied(records: pl.DataFrame, levels: pl.DataFrame) -> pl.DataFrame:
    """Return the single months that year-to-date figures imply, where an office does not state them."""
    to_date = pl.when("TO_DECEMBER").then(pl.lit("ytd")).otherwise("TRANSFORMATION")
    implied = months_from_cumulative(records.with_columns(TRANSFORMATION=to_date)).filter(pl.col("OBS_VALUE").is_not_null())
    return _latest(implied).join(levels, on=[*_SERIES, "TIME_PERIOD"], how="anti", maintain_order="left")


def years_to_december(records: pl.DataFrame) -> pl.DataFrame:
    """Return the records with each year to date through December as the level of its year, TO_DECEMBER true.

    Where the same vintage states the level too, that one is kept alone.

    Parameters
    ----------
    records
        The table `records`.

    Examples
    --------
    >>> same = {name: "x" for name in ("REPORTER", "COUNTERPART", "FLOW", "PRODUCT", "SOURCE", "COVERAGE", "RELEASE_DATE")}
    >>> row = same | dict(TRANSFORMATION="ytd", TIME_PERIOD="2025", OBS_VALUE=1.0)
    >>> years_to_december(pl.DataFrame([row])).select("TRANSFORMATION", "TO_DECEMBER").rows()
    [('level', True)]
    """
    whole = (pl.col("TRANSFORMATION") == "ytd") & pl.col("TIME_PERIOD").str.contains(r"^\d{4}$")
    level = pl.when(whole).then(pl.lit("level")).otherwise("TRANSFORMATION")
    marked = records.with_columns(TO_DECEMBER=whole, TRANSFORMATION=level)
    cell = [*_SERIES, "TIME_PERIOD", "RELEASE_DATE"]
    return marked.filter(~pl.col("TO_DECEMBER") | ~(~pl.col("TO_DECEMBER")).any().over(cell))


_ORDER = {"turnover": 0, "export": 1, "import": 2, "balance": 3}


def _latest(records: pl.DataFrame) -> pl.DataFrame:
    """Return the latest vintage of every cell."""
    return records.sort("RELEASE_DATE", maintain_order=True).unique([*_SERIES, "TIME_PERIOD"], keep="last", maintain_order=True)


def year_before(period: str) -> str:
    """Return the same months a year before.

    Examples
    --------
    >>> year_before("2025-01/2025-09"), year_before("2024")
    ('2024-01/2024-09', '2023')
    """
    return str(parse_period(period).shifted(-1))


def grown(levels: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """Return `levels` with BASE (the level of the same months a year before, USD), GROWTH and MARK.

    The base is taken from the same vintage; where that has none, from the growth that the source prints (GROWTH_PRINTED, a
    fraction); else from the latest other vintage with a mark, but never for year-to-date figures.

    Parameters
    ----------
    levels
        One row a cell.
    records
        Every vintage.
    """
    known = pl.DataFrame({"TIME_PERIOD": levels["TIME_PERIOD"].unique()}).with_columns(
        BEFORE=pl.col("TIME_PERIOD").map_elements(year_before, return_dtype=pl.String)
    )
    bases = records.select(*_SERIES, "RELEASE_DATE", BEFORE="TIME_PERIOD", BASE="OBS_VALUE")
    newest = _latest(records).select(*_SERIES, BEFORE="TIME_PERIOD", OTHER="OBS_VALUE")
    joined = levels.join(known, on="TIME_PERIOD", how="left")
    joined = joined.join(bases, on=[*_SERIES, "RELEASE_DATE", "BEFORE"], how="left", maintain_order="left")
    joined = joined.join(newest, on=[*_SERIES, "BEFORE"], how="left", maintain_order="left")
    across = pl.col("BASE").is_null() & pl.col("OTHER").is_not_null()
    ytd = pl.col("TRANSFORMATION") == "ytd"
    base = pl.coalesce("BASE", pl.when(~ytd).then("OTHER"))
    own = pl.col("BASE").is_null() & pl.col("GROWTH_PRINTED").is_not_null()
    mark = (
        pl.when(own)
        .then(pl.lit("growth as the source prints it"))
        .when(across & ytd)
        .then(pl.lit("no growth: its base is in another vintage"))
        .when(across)
        .then(pl.lit("growth against another vintage"))
        .otherwise(pl.lit(""))
    )
    if "TO_DECEMBER" in levels.columns:
        to_date = pl.when("TO_DECEMBER").then(pl.lit("; the year to date through December")).otherwise(pl.lit(""))
        mark = pl.concat_str(mark, to_date).str.strip_prefix("; ")
    base = pl.when(~own).then(base).otherwise(pl.col("OBS_VALUE") / (1 + pl.col("GROWTH_PRINTED")))
    joined = joined.with_columns(BASE=base, MARK=mark)
    return joined.with_columns(GROWTH=pl.when(pl.col("BASE") > 0).then(pl.col("OBS_VALUE") / pl.col("BASE") - 1)).drop(
        "BEFORE", "OTHER"
    )


def _with_sums(levels: pl.DataFrame) -> pl.DataFrame:
    """Return the flows with turnover (where the office does not print it) and balance, of the same scope only."""
    key = ["REPORTER", "COUNTERPART", "PRODUCT", "TIME_PERIOD", "SOURCE", "COVERAGE", "TRANSFORMATION"]
    exports, imports = (levels.filter(FLOW=flow) for flow in ("export", "import"))
    both = exports.join(imports, on=key, suffix="_M", how="inner", maintain_order="left")
    mark = pl.concat_str(
        pl.when(pl.col("MARK") != "").then("MARK").otherwise("MARK_M"),
        pl.when(pl.col("RELEASE_DATE").str.head(10) != pl.col("RELEASE_DATE_M").str.head(10))
        .then(pl.lit("; of two vintages"))
        .otherwise(pl.lit("")),
    ).str.strip_prefix("; ")
    both = both.with_columns(
        MARK=mark, VALUATION=pl.when(pl.col("VALUATION") == pl.col("VALUATION_M")).then("VALUATION").otherwise(
            pl.concat_str("VALUATION", pl.lit("+"), "VALUATION_M")
        ), RELEASE_DATE=pl.max_horizontal("RELEASE_DATE", "RELEASE_DATE_M"),
    )  # fmt: skip
    turnover = both.with_columns(
        FLOW=pl.lit("turnover"), OBS_VALUE=pl.col("OBS_VALUE") + pl.col("OBS_VALUE_M"), BASE=pl.col("BASE") + pl.col("BASE_M")
    ).with_columns(GROWTH=pl.when(pl.col("BASE") > 0).then(pl.col("OBS_VALUE") / pl.col("BASE") - 1))
    balance = both.with_columns(
        FLOW=pl.lit("balance"), OBS_VALUE=pl.col("OBS_VALUE") - pl.col("OBS_VALUE_M"), BASE=pl.lit(None, pl.Float64),
        GROWTH=pl.lit(None, pl.Float64),
    )  # fmt: skip
    printed = levels.filter(FLOW="turnover")
    turnover = turnover.join(printed, on=key, how="anti")
    return pl.concat([levels, *(frame.select(levels.columns) for frame in (turnover, balance))])


def _with_world(flows: pl.DataFrame, world: pl.DataFrame) -> pl.DataFrame:
    """Return the flows with their share in the reporter's trade with the world, and their contribution to its growth."""
    key = ["REPORTER", "FLOW", "TIME_PERIOD", "SOURCE", "COVERAGE", "TRANSFORMATION"]
    whole = world.filter(pl.col("FLOW") != "balance").select(*key, WORLD="OBS_VALUE", WORLD_BASE="BASE")
    joined = flows.join(whole.unique(key), on=key, how="left", maintain_order="left")
    return joined.with_columns(
        SHARE=pl.when(pl.col("WORLD") > 0).then(pl.col("OBS_VALUE") / pl.col("WORLD")),
        CONTRIBUTION=pl.when(pl.col("WORLD_BASE") > 0).then((pl.col("OBS_VALUE") - pl.col("BASE")) / pl.col("WORLD_BASE")),
        SOURCE="CITED",
    ).select(
        "REPORTER", "COUNTERPART", "FLOW", "TIME_PERIOD", "OBS_VALUE", "GROWTH", "SHARE", "CONTRIBUTION", "SOURCE",
        "RELEASE_DATE", "COVERAGE", "VALUATION", "TRANSFORMATION", "OBS_STATUS", "LICENCE", "MARK",
    )  # fmt: skip


def both_sides(levels: pl.DataFrame) -> pl.DataFrame:
    """Return the exporter's record of each flow beside the importer's, in USD, with what sets them apart.

    Parameters
    ----------
    levels
        One row a cell, with both economies as reporters.
    """
    kept = ["OBS_VALUE", "COVERAGE"]
    exports = levels.filter(FLOW="export").select("TIME_PERIOD", *kept, EXPORTER="REPORTER", IMPORTER="COUNTERPART")
    imports = levels.filter(FLOW="import").select("TIME_PERIOD", *kept, IMPORTER="REPORTER", EXPORTER="COUNTERPART")
    key = ["EXPORTER", "IMPORTER", "TIME_PERIOD"]
    joined = exports.join(imports, on=key, how="full", coalesce=True, suffix="_M").sort(key)
    x, m = pl.col("OBS_VALUE"), pl.col("OBS_VALUE_M")
    scopes = pl.concat_str(pl.lit("scopes differ: "), "COVERAGE", pl.lit(" against "), "COVERAGE_M").str.replace_all("-", " ")
    mark = (
        pl.when(x.is_null() | m.is_null())
        .then(pl.lit("one side only"))
        .when(pl.col("COVERAGE") != pl.col("COVERAGE_M"))
        .then(scopes)
        .otherwise(pl.lit(""))
    )
    return joined.select(
        *key, EXPORTER_REPORT=x, IMPORTER_REPORT=m, GAP=m - x, RATIO=pl.when(x > 0).then(m / x),
        MARK=mark,
    )  # fmt: skip


def _products(parts: pl.DataFrame, levels: pl.DataFrame) -> pl.DataFrame:
    """Return the products of the pair's flows with their shares and contributions, the largest first."""
    key = ["REPORTER", "COUNTERPART", "FLOW", "TIME_PERIOD", "SOURCE", "COVERAGE", "TRANSFORMATION"]
    whole = levels.select(*key, ALL="OBS_VALUE", ALL_BASE="BASE").unique(key)
    joined = parts.join(whole, on=key, how="left", maintain_order="left")
    value = pl.col("OBS_VALUE")
    return joined.with_columns(
        SHARE=pl.when(pl.col("ALL") > 0).then(value / pl.col("ALL")),
        CONTRIBUTION=pl.when(pl.col("ALL_BASE") > 0).then((value - pl.col("BASE")) / pl.col("ALL_BASE")),
    ).select(
        "REPORTER", "FLOW", "PRODUCT", "TIME_PERIOD", "OBS_VALUE", "GROWTH", "SHARE", "CONTRIBUTION", "SOURCE"
    ).sort("REPORTER", "FLOW", "TIME_PERIOD", "OBS_VALUE", descending=[False, False, False, True])  # fmt: skip


def seasonality(levels: pl.DataFrame) -> pl.DataFrame:
    """Return how each month compares with an average one, over the years of which every month is known.

    Parameters
    ----------
    levels
        One row a cell; only levels of single months are used.
    """
    months = levels.filter((pl.col("TRANSFORMATION") == "level") & pl.col("TIME_PERIOD").str.contains(r"^\d{4}-\d{2}$"))
    months = months.with_columns(YEAR=pl.col("TIME_PERIOD").str.head(4), MONTH=pl.col("TIME_PERIOD").str.tail(2).cast(pl.Int64))
    one = ["REPORTER", "FLOW", "YEAR"]
    full = months.filter(pl.len().over(one) == 12).with_columns(
        INDEX=pl.col("OBS_VALUE") / pl.col("OBS_VALUE").mean().over(one)
    )
    return full.group_by("REPORTER", "FLOW", "MONTH").agg(pl.col("INDEX").mean(), YEARS=pl.len()).sort(
        "REPORTER", "FLOW", "MONTH"
    )  # fmt: skip


def months_from_cumulative(records: pl.DataFrame) -> pl.DataFrame:
    """Return the single months that year-to-date figures of one vintage imply.

    Parameters
    ----------
    records
        The table `records`; only rows with TRANSFORMATION ``ytd`` are used. Each vintage is differenced by itself, never
        against another.

    Returns
    -------
    polars.DataFrame
        As `records`, TIME_PERIOD a month, TRANSFORMATION ``level``; the year to date through December, whose TIME_PERIOD is the
        year, gives December; a month whose predecessor is not stated is left out, and
        a month that would be negative has OBS_STATUS ``M`` and no value, as it means revised year-to-date figures.

    Examples
    --------
    >>> cells = [("2025-01", 1.0), ("2025-01/2025-02", 3.0), ("2025-01/2025-03", 2.5)]
    >>> same = {name: "x" for name in ("REPORTER", "COUNTERPART", "FLOW", "PRODUCT", "SOURCE", "COVERAGE", "RELEASE_DATE")}
    >>> frame = pl.DataFrame([same | dict(TRANSFORMATION="ytd", OBS_STATUS="A", TIME_PERIOD=p, OBS_VALUE=v) for p, v in cells])
    >>> months_from_cumulative(frame).select("TIME_PERIOD", "OBS_VALUE", "OBS_STATUS").rows()
    [('2025-01', 1.0, 'A'), ('2025-02', 2.0, 'A'), ('2025-03', None, 'M')]
    """
    one = [name for name in [*_SERIES, "RELEASE_DATE"] if name in records.columns]
    told = records.filter(pl.col("TRANSFORMATION") == "ytd").with_columns(
        YEAR=pl.col("TIME_PERIOD").str.head(4),
        MONTH=pl.when(pl.col("TIME_PERIOD").str.len_chars() == 4)
        .then(pl.lit("12"))
        .otherwise(pl.col("TIME_PERIOD").str.tail(2))
        .cast(pl.Int64),
    )
    told = told.sort("YEAR", "MONTH").with_columns(
        BEFORE=pl.col("OBS_VALUE").shift(1).over([*one, "YEAR"]), LAST=pl.col("MONTH").shift(1).over([*one, "YEAR"])
    )
    follows = (pl.col("MONTH") == 1) | (pl.col("LAST") == pl.col("MONTH") - 1)
    value = pl.col("OBS_VALUE") - pl.col("BEFORE").fill_null(0.0)
    return told.filter(follows).with_columns(
        OBS_VALUE=pl.when(value >= 0).then(value), OBS_STATUS=pl.when(value >= 0).then("OBS_STATUS").otherwise(pl.lit("M")),
        TIME_PERIOD=pl.concat_str("YEAR", pl.lit("-"), pl.col("MONTH").cast(pl.String).str.zfill(2)),
        TRANSFORMATION=pl.lit("level"),
    ).drop("YEAR", "MONTH", "BEFORE", "LAST")  # fmt: skip
