"""Paths to targets as files: a fan chart, a table, a workbook."""

from __future__ import annotations

import io
from typing import Any

import msgspec
import polars as pl

from hamkor.charts.fans import Band, Fan
from hamkor.schema.errors import BadInput
from hamkor.workbench.paths import Paths, Way

FORMATS = ("svg", "csv", "xlsx", "json")
_YEARS_DRAWN = 11
_OF_TARGET = {
    "target": pl.String, "parties": pl.String, "title": pl.String, "amount": pl.Float64, "said": pl.String, "by": pl.Int64,
    "reporter": pl.String, "scope": pl.String, "base_period": pl.Int64, "base": pl.Float64, "base_low": pl.Float64,
    "base_high": pl.Float64, "multiple": pl.Float64, "needed": pl.Float64, "needed_low": pl.Float64, "needed_high": pl.Float64,
    "reached_since": pl.Int64, "reached": pl.Float64, "reached_low": pl.Float64, "reached_high": pl.Float64,
    "trend": pl.Float64, "probability": pl.Float64, "trend_there": pl.Int64, "trend_earliest": pl.Int64,
    "trend_latest": pl.Int64, "source": pl.String, "notes": pl.String,
}  # fmt: skip


def path_bytes(found: Paths, form: str) -> bytes:
    """Return paths as a file: a chart, the levels and outlooks as CSV, a workbook with a sheet a table, all as JSON.

    Raises
    ------
    BadInput
        If the format is not one of `FORMATS`, or a chart is asked for and no target has a date or two levels.
    """
    if form not in FORMATS:
        raise BadInput(f"'.{form}'", where="--output", due="a name that ends in ." + ", .".join(FORMATS))
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(found.plain()), indent=1)
    if form == "svg":
        return chart(found).encode()
    buffer = io.BytesIO()
    if form == "csv":
        years(found).write_csv(buffer)
    else:
        _workbook(found, buffer)
    return buffer.getvalue()


def targets(found: Paths) -> pl.DataFrame:
    """Return one row a target: base, growth needed and reached, probability, arrival."""
    return pl.DataFrame([_row(way) for way in found.ways], schema=_OF_TARGET)


def _row(way: Way) -> dict[str, object]:
    row: dict[str, object] = {name: getattr(way, name) for name in ("target", "title", "amount", "said", "reporter", "scope")}
    row |= {"parties": "-".join(way.parties), "source": way.source, "notes": "; ".join(way.notes)}
    if (path := way.path) is None:
        return row
    for name, measured in (("base", path.base), ("needed", path.needed), ("reached", path.reached)):
        if measured is not None:
            row |= {name: measured.value, f"{name}_low": measured.low, f"{name}_high": measured.high}
    row |= {"by": path.by, "base_period": path.start, "multiple": path.multiple.value, "reached_since": path.since}
    row |= {"probability": path.probability, "trend": None if path.trend is None else path.trend.growth}
    if there := path.arrival:
        row |= {"trend_there": there.period, "trend_earliest": there.earliest, "trend_latest": there.latest}
    return row


def years(found: Paths) -> pl.DataFrame:
    """Return one row a target and year: the level recorded with its source, or the outlook with its bands."""
    frames = [pl.DataFrame(schema={"target": pl.String, "parties": pl.String, "amount": pl.Float64, "kind": pl.String})]
    for way in found.ways:
        if way.path is None:
            continue
        told = way.levels.select(pl.col("period").cast(pl.Int64), "source", "fact")
        recorded = way.path.levels.join(told, on="period", how="left").with_columns(kind=pl.lit("recorded"))
        for frame in (recorded, way.path.outlook.with_columns(kind=pl.lit("outlook"))):
            named = {"target": way.target, "parties": "-".join(way.parties), "amount": way.amount}
            frames.append(frame.with_columns(pl.lit(value).alias(name) for name, value in named.items()))
    return pl.concat(frames, how="diagonal")


def chart(found: Paths) -> str:
    """Return a fan chart of each target that has a date or two levels, two beside each other, as an SVG.

    Raises
    ------
    BadInput
        If there is none.
    """
    from hamkor.briefs.pictures.frame import FONTS
    from hamkor.charts.fans import fan
    from hamkor.charts.render import to_svg
    from hamkor.charts.style import Look, finished

    fans = [_fan(way) for way in found.ways if way.path is not None and (way.path.by or len(way.path.levels) > 1)]
    if not fans:
        raise BadInput(
            "no target with a date or two annual levels", due="what can be drawn", cure="take another --output, or --by"
        )
    look = Look("IBM Plex Sans, Arial, sans-serif")
    drawn = [fan(one, look=look) for one in fans]
    whole = drawn[0]
    if len(drawn) > 1:
        parts = [
            {name: value for name, value in one.items() if name not in ("$schema", "config", "background")} for one in drawn
        ]
        whole = finished(look, {"concat": parts, "columns": 2, "spacing": 44})
    return to_svg({**whole, "background": "white", "padding": 12}, fonts=FONTS)


def _fan(way: Way) -> Fan:
    path = way.path
    assert path is not None
    levels = path.levels.tail(_YEARS_DRAWN)
    bands = tuple(
        Band(row["period"], row["value"], (row["low_50"], row["high_50"]), (row["low_90"], row["high_90"]))
        for row in path.outlook.to_dicts()
    )
    scope = {"goods-and-services": "goods and services", "goods": "goods"}.get(way.scope, "")
    told = [f"{way.reporter}'s record" if way.reporter else "", scope, "US dollars", "bands of 50% and 90%" if bands else ""]
    outlook: tuple[str, ...] = ()
    if bands:
        last = bands[-1]
        ends = f"90%: {short(last.outer[0])} to {short(last.outer[1])}"
        met = () if path.probability is None else (f"target met: {path.probability:.0%}",)
        outlook = (f"{short(last.median)} in {last.year} on this history", ends, *met)
    return Fan(
        title=f"{' and '.join(way.parties)}: the way to {short(way.amount)}", subtitle=", ".join(filter(None, told)),
        levels=dict(zip(levels["period"].to_list(), levels["value"].to_list(), strict=True)), base_text=short(path.base.value),
        bands=bands, target=path.target, target_text=short(path.target) + (f" in {path.by}" if path.by else ", without a date"),
        target_year=path.by, needed_text="" if path.needed is None else f"{path.needed.value:.1%} a year needed",
        outlook_texts=outlook,
    )  # fmt: skip


def short(value: float) -> str:
    """Return an amount in three digits: 4.97 bn.

    Examples
    --------
    >>> short(4.97e9), short(846.4e6), short(2e9), short(17.86e12)
    ('4.97 bn', '846 m', '2 bn', '17,860 bn')
    """
    for power, name in ((1e9, " bn"), (1e6, " m"), (1e3, " k")):
        if value >= 0.9995 * power:
            size = value / power
            return (f"{size:.3g}" if size < 999.5 else f"{size:,.0f}") + name
    return f"{value:.3g}"


def _workbook(found: Paths, buffer: io.BytesIO) -> None:
    import xlsxwriter

    shown = [way for way in found.ways if len(way.products)]
    products = [way.products.select(pl.lit(way.target or way.title).alias("target"), pl.all()) for way in shown]
    measures = [way.measures.select(pl.lit(way.target or way.title).alias("target"), pl.all()) for way in found.ways]
    sheets = {"targets": targets(found), "years": years(found), "measures": pl.concat(measures)}
    if products:
        sheets["products"] = pl.concat(products)
    sheets["basis"] = pl.DataFrame({"basis": [found.basis]})
    rates = {name: "0.0%" for name in _OF_TARGET if name.startswith(("needed", "reached")) and name != "reached_since"}
    rates |= dict.fromkeys(("probability", "trend", "share", "growth", "part"), "0.0%")
    amounts = ("amount", "base", "base_low", "base_high", "value", "low", "high", "level", "contribution")
    plain = dict.fromkeys(
        ("by", "base_period", "reached_since", "period", "trend_there", "trend_earliest", "trend_latest"), "0"
    )
    formats: dict[Any, str] = {**rates, **dict.fromkeys((*amounts, "low_50", "high_50", "low_90", "high_90"), "#,##0"), **plain}
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, frame in sheets.items():
            frame.write_excel(
                book, worksheet=name, column_formats={**formats, "multiple": "0.00"}, autofit=True, freeze_panes=(1, 0)
            )
