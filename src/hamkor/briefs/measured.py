"""Indicators of a region's baseline year as facts: how closely its members trade, by the functions of `hamkor measure`."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from hamkor.briefs.derive import derived
from hamkor.briefs.facts import statement
from hamkor.indicators.rates import Measure
from hamkor.indicators.trade import intra_regional_share, trade_intensity
from hamkor.schema.provenance import Artifact, Cell, Fact
from hamkor.schema.region import Region

_FILE = "baseline/trade.csv"
_DIGITS = 3
"""Significant digits to which an indicator of the baseline is worth printing."""


def measured_facts(region: Region, baseline: pl.DataFrame, artifacts: Mapping[str, Artifact]) -> list[Fact]:
    """Return the flows and totals of the baseline that concern the members, and the indicators computed from them.

    Parameters
    ----------
    region
        Whose members are looked at.
    baseline
        The table `baseline_trade`: trade of the whole world in one year.
    artifacts
        The files of the region's folder.
    """
    if baseline.is_empty():
        return []
    members, year, source = list(region.members), baseline["TIME_PERIOD"][0], baseline["SOURCE"][0]
    cell = artifacts[_FILE]

    def read(name: str, entities: tuple[str, ...], value: float, rows: str) -> Fact:
        return Fact(
            id=f"{statement(name, entities, year)}@{source}", name=name, entities=entities, period=year, value=value,
            unit="USD", low=value, high=value, precision=1e4, source=source, cell=Cell(cell, rows),
        )  # fmt: skip

    value, inside = pl.col("OBS_VALUE").sum(), baseline.filter(pl.col("EXPORTER").is_in(members))
    flows = {
        (row["EXPORTER"], row["IMPORTER"]): read(
            "baseline-flow", (row["EXPORTER"], row["IMPORTER"]), row["OBS_VALUE"], f"{row['EXPORTER']} to {row['IMPORTER']}"
        )
        for row in inside.filter(pl.col("IMPORTER").is_in(members)).to_dicts()
    }
    sold = {
        code: read("baseline-exports", (code,), float(baseline.filter(EXPORTER=code).select(value).item()), f"all of {code}")
        for code in members
    }
    bought = {
        code: read("baseline-imports", (code,), float(baseline.filter(IMPORTER=code).select(value).item()), f"all to {code}")
        for code in members
    }
    world = read("baseline-world", ("W1",), float(baseline.select(value).item()), "all rows")
    table = baseline.select(exporter="EXPORTER", importer="IMPORTER", value="OBS_VALUE")
    found = []
    for row in trade_intensity(table).to_dicts():
        pair = (row["exporter"], row["importer"])
        if pair in flows and row["value"] is not None:
            inputs = (flows[pair], sold[pair[0]], bought[pair[1]], world)
            formula = "(flow / exports) / (imports / world trade)"
            found.append(_indicator("trade-intensity", pair, year, row["value"], inputs, formula))
    group = next((code for code, one in region.groups.items() if set(one.economies) == set(members)), "")
    read_in_all = [*flows.values(), *sold.values(), *bought.values(), world]
    if group and flows:
        among = read("baseline-inside", (group,), sum(flow.number for flow in flows.values()), "all among the members")
        share = intra_regional_share(table, members=members)["value"][0]
        formula = "2 * flows inside / (exports + imports)"
        parts = (among, *sold.values(), *bought.values())
        found.append(_indicator("intra-regional-share", (group,), year, share, parts, formula))
        read_in_all.append(among)
    return [*read_in_all, *found]


def _indicator(name: str, entities: tuple[str, ...], year: str, value: float, inputs: tuple[Fact, ...], formula: str) -> Fact:
    """Return an indicator as a fact, known to three digits."""
    half = abs(value) * 0.5 * 10.0 ** (1 - _DIGITS)
    return derived(name, entities, year, Measure(value, value - half, value + half), inputs, formula=formula, unit="1")
