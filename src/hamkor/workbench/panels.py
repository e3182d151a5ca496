"""A region's flows and what is known of its pairs as a panel for gravity equations."""

from __future__ import annotations

import io
import json
import math
from itertools import permutations
from pathlib import Path

import msgspec
import polars as pl
from babel.core import get_global

from hamkor.regions.pack import Pack
from hamkor.schema.economies import economies
from hamkor.schema.errors import BadInput
from hamkor.schema.outline import Land, middle
from hamkor.workbench.estimates import read_frame
from hamkor.workbench.reconciled import reconcile
from hamkor.workbench.workspaces import workspace

_KEYS = ["exporter", "importer", "year"]
_RADIUS = 6371.0
_FREE_TRADE = "free-trade"
_OFFICIAL = ("official", "de_facto_official")


class Panel(msgspec.Struct, frozen=True):
    """An estimation panel.

    Attributes
    ----------
    table
        exporter, importer, year, trade, low, high (USD, 90 % interval), record (``both``, ``one-sided`` ..., ``baseline``, or
        the file's name), region (1 where both are members), domestic, dist (km), contig, language, fta; and what else the
        file of flows has.
    notes
        Where each column comes from, and what was left out.
    """

    table: pl.DataFrame
    notes: tuple[str, ...]


def panel(region: str, *, flows: Path | None = None, store: Path | None = None) -> Panel:
    """Return a region's flows as an estimation panel, with the pack's baseline flows to and from others.

    Parameters
    ----------
    region
        Name or folder.
    flows
        Flows of your own (.parquet, .csv): exporter, importer, year, trade in USD, domestic ones with the same economy on both
        sides, and any further columns. Where the region has a reconciled flow, that one counts.
    store
        Folder of the store.

    Raises
    ------
    BadInput
        If the region has no flows, or the file lacks a column or tells a flow twice.

    Examples
    --------
    >>> made = panel("toyland", store=Path("no such store")).table
    >>> made.columns[:4], sorted(made["exporter"].unique())
    (['exporter', 'importer', 'year', 'trade'], ['ALD', 'BRE', 'COR'])
    """
    pack = workspace(region, store=store).pack
    own = reconcile(region, store=store).found.flows.select(
        "exporter", "importer", pl.col("period").cast(pl.Int64).alias("year"), pl.col("value").alias("trade"), "low", "high",
        pl.col("status").cast(pl.String).alias("record"),
    )  # fmt: skip
    table, notes = own, [f"{len(own)} flows between members: both records reconciled, low and high their 90 % interval"]
    if not pack.baseline_trade.is_empty():
        outside = pack.baseline_trade.select(
            exporter="EXPORTER", importer="IMPORTER", year=pl.col("TIME_PERIOD").cast(pl.Int64), trade="OBS_VALUE",
            record=pl.lit("baseline"),
        ).join(table, on=_KEYS, how="anti")  # fmt: skip
        sources = ", ".join(pack.baseline_trade["SOURCE"].unique().sort())
        table = pl.concat([table, outside], how="diagonal")
        notes.append(f"{len(outside)} flows with others: {sources}")
    if flows is not None:
        given = _given(flows)
        more = given.join(table, on=_KEYS, how="anti")
        extra = [name for name in given.columns if name not in table.columns]
        table = pl.concat([table.join(given.select(*_KEYS, *extra), on=_KEYS, how="left"), more], how="diagonal_relaxed")
        notes.append(f"{len(more)} flows of {flows.name}; {len(given) - len(more)} of it were known, and the known ones count")
    members = pl.lit(pl.Series(list(pack.region.members)))
    sides = pl.col("exporter"), pl.col("importer")
    told = table.with_columns(
        region=(sides[0].is_in(members.implode()) & sides[1].is_in(members.implode())).cast(pl.Int64),
        domestic=(sides[0] == sides[1]).cast(pl.Int64),
    )
    for made in (_geography(pack), _languages(told), _free_trade(pack, told)):
        shared = [name for name in made.columns if name in _KEYS]
        fresh = [name for name in made.columns if name not in shared]
        joined = told.join(made, on=shared, how="left", suffix="_own", maintain_order="left")
        known = [name for name in fresh if name in told.columns]
        told = joined.with_columns(pl.coalesce(name, f"{name}_own").alias(name) for name in known)
        told = told.drop(f"{name}_own" for name in known)
    notes += [
        "dist, contig: between the middles of the outlines, in km, and whether they touch; of members only",
        "language: an official language in common (CLDR)",
        "fta: a free trade agreement of the register in force by then with both as parties; of pairs with a member",
    ]
    first = [*_KEYS, "trade", "low", "high", "record", "region", "domestic", "dist", "contig", "language", "fta"]
    return Panel(told.select(*(name for name in first if name in told.columns), pl.exclude(first)).sort(_KEYS), tuple(notes))


def panel_bytes(made: Panel, form: str) -> bytes:
    """Return the panel as CSV, Parquet or JSON (with its notes)."""
    if form == "csv":
        return made.table.write_csv().encode()
    if form == "json":
        return json.dumps({"flows": made.table.to_dicts(), "notes": list(made.notes)}, indent=1).encode()
    room = io.BytesIO()
    made.table.write_parquet(room)
    return room.getvalue()


def _given(path: Path) -> pl.DataFrame:
    found = read_frame(path)
    lacking = [name for name in (*_KEYS, "trade") if name not in found.columns]
    if lacking:
        raise BadInput(f"no column {', '.join(lacking)}", where=str(path), due="exporter, importer, year, trade")
    try:
        found = found.with_columns(
            pl.col("exporter", "importer").cast(pl.String), pl.col("year").cast(pl.Int64), pl.col("trade").cast(pl.Float64),
            record=pl.lit(path.name),
        )  # fmt: skip
    except pl.exceptions.PolarsError as error:
        raise BadInput(str(error).splitlines()[0], where=str(path), due="years and numbers") from None
    twice = found.filter(pl.struct(_KEYS).is_duplicated())
    if len(twice):
        told = " ".join(map(str, twice.select(_KEYS).row(0)))
        raise BadInput(f"{told} twice", where=str(path), due="one row a flow and year")
    return found


def _geography(pack: Pack) -> pl.DataFrame:
    """Return dist and contig of each pair of lands, both ways."""
    schema = {"exporter": pl.String, "importer": pl.String, "dist": pl.Float64, "contig": pl.Int64}
    lands = pack.outline.lands if pack.outline is not None else ()
    rows = [
        (one.economy, other.economy, _kilometres(one, other), int(len(_positions(one) & _positions(other)) > 1))
        for one, other in permutations(lands, 2)
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _positions(land: Land) -> set[tuple[float, float]]:
    return {place for polygon in land.polygons for ring in polygon for place in ring}


def _kilometres(one: Land, other: Land) -> float:
    """Return the great-circle distance between the middles of two lands (haversine)."""
    (west, south), (east, north) = ((math.radians(x) for x in middle(land.polygons)) for land in (one, other))
    half = math.sin((north - south) / 2) ** 2 + math.cos(south) * math.cos(north) * math.sin((east - west) / 2) ** 2
    return 2 * _RADIUS * math.asin(math.sqrt(half))


def _languages(table: pl.DataFrame) -> pl.DataFrame:
    """Return whether the economies of each pair share an official language; null where CLDR knows none."""
    known, spoken = economies(), get_global("territory_languages")
    found: dict[str, set[str]] = {}
    for code in {*table["exporter"], *table["importer"]}:
        told = spoken.get(known[code].alpha2, {}) if code in known else {}
        found[code] = {name.partition("_")[0] for name, one in told.items() if one["official_status"] in _OFFICIAL}
    pairs = table.select("exporter", "importer").unique(maintain_order=True)
    shared = [int(bool(found[one] & found[other])) if found[one] and found[other] else None for one, other in pairs.rows()]
    return pairs.with_columns(language=pl.Series(shared, dtype=pl.Int64))


def _free_trade(pack: Pack, table: pl.DataFrame) -> pl.DataFrame:
    """Return whether a free trade agreement of both was in force by a year, for the pairs of which the register tells."""
    since: dict[tuple[str, str], int] = {}
    for entity in pack.entities:
        if entity.kind != "agreements" or entity.type != _FREE_TRADE:
            continue
        dates = [str(one.value) for one in entity.of("in-force")]
        dates += [one.as_of for one in entity.of("status") if str(one.value).startswith("in force")]
        years = [int(date[:4]) for date in dates if date[:4].isdigit()]
        groups = pack.region.groups
        parties = {code for name in entity.parties for code in (groups[name].economies if name in groups else (name,))}
        for pair in permutations(parties, 2) if years else ():
            since[pair] = min(since.get(pair, 9999), years[0])
    members = set(pack.region.members)
    rows = table.select(_KEYS).unique(maintain_order=True)
    told = [
        int(since.get((one, other), 9999) <= year) if {one, other} & members and one != other else None
        for one, other, year in rows.rows()
    ]
    return rows.with_columns(fta=pl.Series(told, dtype=pl.Int64))
