"""The values of an index from what a region's folder states: baseline, performance of corridors, register."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
import polars as pl

from hamkor.indicators.composite.definition import Definition
from hamkor.regions.pack import Pack
from hamkor.schema.errors import BadInput, did_you_mean


class Taken(msgspec.Struct, frozen=True):
    """One value, and where it is from."""

    economy: str
    value: float
    period: str
    source: str


def taken(definition: Definition, pack: Pack) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the table of an index of a region's members, and the source of each value.

    Parameters
    ----------
    definition
        Each indicator's `take` names a measure: ``regional-trade-share``, ``regional-trade-to-gdp`` (baseline),
        ``performance`` (with indicator, mode, period), ``agreements`` (with type).
    pack
        The region.

    Returns
    -------
    tuple of polars.DataFrame
        economy, indicator, value - every member, missing where nothing is stated; indicator, economy, value, unit, period,
        source.

    Raises
    ------
    BadInput
        If a measure is unknown, or an option of it is missing.
    """
    rows: list[tuple[str, str, float, str, str, str]] = []
    for one in definition.indicators:
        if one.take:
            name = one.take.get("measure", "")
            if name not in _MEASURES:
                raise BadInput(f"measure '{name}'", where=f"take of {one.id}", due=did_you_mean(name, _MEASURES))
            try:
                found = _MEASURES[name](pack, one.take)
            except KeyError as error:
                raise BadInput(f"no {error}", where=f"take of {one.id}", due=f"all that {name} needs") from None
            rows += [(one.id, part.economy, part.value, one.unit, part.period, part.source) for part in found]
    names = ["indicator", "economy", "value", "unit", "period", "source"]
    sources = pl.DataFrame(rows, schema={**dict.fromkeys(names, pl.String), "value": pl.Float64}, orient="row")
    members = pl.DataFrame({"economy": pack.region.members})
    parts = pl.DataFrame({"indicator": [one.id for one in definition.indicators]})
    every = members.join(parts, how="cross")
    return every.join(sources.select("economy", "indicator", "value"), on=["economy", "indicator"], how="left"), sources


def _trade(pack: Pack) -> pl.DataFrame:
    """Return economy, period, regional, whole (USD), source: exports and imports of each member in the baseline."""
    members = list(pack.region.members)
    base = pack.baseline_trade
    sides = pl.concat(
        base.select(economy=own, partner=other, period="TIME_PERIOD", value="OBS_VALUE", source="SOURCE")
        for own, other in (("EXPORTER", "IMPORTER"), ("IMPORTER", "EXPORTER"))
    ).filter(pl.col("economy").is_in(members) & (pl.col("economy") != pl.col("partner")))
    return sides.group_by("economy", "period").agg(
        regional=pl.col("value").filter(pl.col("partner").is_in(members)).sum(),
        whole=pl.col("value").sum(),
        source=pl.col("source").unique().sort().str.join(", "),
    )


def _trade_share(pack: Pack, _: Mapping[str, str]) -> list[Taken]:
    found = _trade(pack).filter(pl.col("whole") > 0).to_dicts()
    return [Taken(row["economy"], 100 * row["regional"] / row["whole"], row["period"], row["source"]) for row in found]


def _trade_to_gdp(pack: Pack, _: Mapping[str, str]) -> list[Taken]:
    product = pack.baseline_economies.select(
        economy="ECONOMY", period="TIME_PERIOD", product="OBS_VALUE", office="SOURCE"
    ).filter(pl.col("product") > 0)
    found = _trade(pack).join(product, on=["economy", "period"]).to_dicts()
    return [
        Taken(row["economy"], 100 * row["regional"] / row["product"], row["period"], f"{row['source']}, {row['office']}")
        for row in found
    ]


def _performance(pack: Pack, take: Mapping[str, str]) -> list[Taken]:
    """Return a corridor measure of each member in the period; of several publications the latest."""
    table = pack.performance.filter(
        INDICATOR=take["indicator"], MODE=take["mode"], TIME_PERIOD=take["period"], DIRECTION="all"
    ).filter(pl.col("SCOPE").is_in(list(pack.region.members)) & (pl.col("PLACE").is_null() | (pl.col("PLACE") == "")))
    latest: dict[str, tuple[str, Taken]] = {}
    for row in table.to_dicts():
        date = pack.sources[row["SOURCE"]].date
        if row["SCOPE"] not in latest or date > latest[row["SCOPE"]][0]:
            latest[row["SCOPE"]] = date, Taken(row["SCOPE"], row["OBS_VALUE"], row["TIME_PERIOD"], row["SOURCE"])
    return [one for _, one in latest.values()]


def _agreements(pack: Pack, take: Mapping[str, str]) -> list[Taken]:
    """Return the share of the other members with which the register has an agreement of the type, percent."""
    members = set(pack.region.members)
    found = [one for one in pack.entities if one.kind == "agreements" and one.type == take["type"]]
    sides = {one.id: {code for party in one.parties for code in _codes(pack, party)} & members for one in found}
    rows = []
    for member in sorted(members):
        with_it = [one for one in found if member in sides[one.id]]
        partners = {code for one in with_it for code in sides[one.id]} - {member}
        sources = sorted({claim.source for one in with_it for claim in one.claims})
        if len(members) > 1:
            rows.append(Taken(member, 100 * len(partners) / (len(members) - 1), "", ", ".join(sources)))
    return rows


def _codes(pack: Pack, party: str) -> tuple[str, ...]:
    return pack.region.groups[party].economies if party in pack.region.groups else (party,)


_MEASURES: dict[str, Callable[[Pack, Mapping[str, str]], list[Taken]]] = {
    "regional-trade-share": _trade_share,
    "regional-trade-to-gdp": _trade_to_gdp,
    "performance": _performance,
    "agreements": _agreements,
}
