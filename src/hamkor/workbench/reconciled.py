"""Both records of a region's flows into one estimate each, with an interval and its reasons."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from hamkor.briefs.reconciled import flow_reports
from hamkor.reconciliation import Reconciled, agreeing, classified
from hamkor.reconciliation import reconcile as of_reports
from hamkor.schema.errors import BadInput
from hamkor.workbench.claimed import claimed_links
from hamkor.workbench.files import read_file
from hamkor.workbench.workspaces import installed_regions, workspace

_FLOW = ["exporter", "importer", "period"]


class Agreed(msgspec.Struct, frozen=True):
    """A region's flows reconciled.

    Attributes
    ----------
    region
        Its name.
    found
        Flows, reporters, pairs; only the flows asked for.
    gaps
        What sets both records of a flow apart, USD by reason.
    evidence
        Printed claims taken in, as `hamkor.reconciliation.agreeing` tells them.
    left_out
        Claims that were not taken in, and why.
    """

    region: str
    found: Reconciled
    gaps: pl.DataFrame
    evidence: pl.DataFrame
    left_out: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return everything as JSON-ready values."""
        tables = {name: getattr(self.found, name).to_dicts() for name in ("flows", "reporters", "pairs")}
        more = {"gaps": self.gaps.to_dicts(), "evidence": self.evidence.to_dicts(), "left_out": list(self.left_out)}
        return {"region": self.region, **tables, **more, "notes": list(self.found.notes)}


def reconcile(
    region: str, *economies: str, period: str = "", weights: Path | None = None, split: float = 0.5,
    claims: Path | None = None, store: Path | None = None,
) -> Agreed:  # fmt: skip
    """Return one estimate of each annual flow between a region's members.

    Parameters
    ----------
    region
        Name or folder.
    economies
        Only flows among these; of one, those from and to it.
    period
        A year, or two with a stroke between them; all records are used to learn the model, whatever is shown.
    weights
        TOML file: economy = factor on the precision of its records.
    split
        Share of a pair's lasting gap that the exporter's record bears.
    claims
        What `hamkor check --json` printed of a text: its claims of flows that their own side has no record of are evidence.
    store
        Folder of the store.

    Raises
    ------
    BadInput
        If nothing is known of them, or a file holds something else.

    Examples
    --------
    >>> found = reconcile("toyland", store=Path("no such store")).found.flows
    >>> found.filter(pl.col("low") > pl.col("value")).height
    0
    """
    place = workspace(region, store=store)
    known = flow_reports(place.facts, place.pack.region)
    if known.is_empty():
        raise BadInput("no annual records of both flows", where=region, due="records", cure="run `hamkor update`")
    reports = _every_flow(known, place.pack.region.members)
    found = of_reports(reports, weights=_weights(weights), split=split)
    flows = found.flows.join(reports.select(*_FLOW, "export_id", "import_id"), on=_FLOW, how="left", maintain_order="left")
    flows = flows.sort(_FLOW)
    gaps = classified(flows)
    links, left_out = claimed_links(claims, flows, found.reporters)
    agreed = agreeing(flows, links)
    shown, gaps = (_wanted(table, [one.upper() for one in economies], period) for table in (agreed.flows, gaps))
    if shown.is_empty():
        years = flows["period"].unique().sort().to_list()
        told = f"{', '.join(economies) or region} {period}".strip()
        raise BadInput(f"nothing of {told}", due=f"among {', '.join(place.pack.region.members)}, {years[0]} to {years[-1]}")
    return Agreed(region, msgspec.structs.replace(found, flows=shown), gaps, agreed.links, left_out)


def _every_flow(known: pl.DataFrame, members: Sequence[str]) -> pl.DataFrame:
    """Return the reports with an empty row for each flow that neither side recorded, in the years in which most were."""
    economies = pl.DataFrame({"exporter": list(members)}).join(pl.DataFrame({"importer": list(members)}), how="cross")
    counted = known.group_by("period").len()
    years = counted.filter(pl.col("len") >= pl.col("len").max() / 2).select("period")
    grid = economies.filter(pl.col("exporter") != pl.col("importer")).join(years, how="cross")
    return pl.concat([known, grid.join(known, on=_FLOW, how="anti")], how="diagonal").sort(_FLOW)


def with_estimates(sides: pl.DataFrame, pair: Sequence[str], region: str | None, *, store: Path | None) -> pl.DataFrame:
    """Return a table of both sides with ESTIMATE, LOW and HIGH beside them, null where no region has the pair's annual flow."""
    names = [region] if region else [name for name, one in installed_regions().items() if set(pair) <= set(one.members)]
    flows: pl.DataFrame | None = None
    for name in names[:1]:
        try:
            flows = reconcile(name, *pair, store=store).found.flows
        except BadInput:
            flows = None
    if flows is None:
        return sides.with_columns(pl.lit(None, pl.Float64).alias(name) for name in ("ESTIMATE", "LOW", "HIGH"))
    told = flows.select(
        EXPORTER="exporter", IMPORTER="importer", TIME_PERIOD="period", ESTIMATE="value", LOW="low", HIGH="high"
    )  # fmt: skip
    return sides.join(told, on=["EXPORTER", "IMPORTER", "TIME_PERIOD"], how="left", maintain_order="left")


def reconciled_bytes(found: Agreed, form: str) -> bytes:
    """Return the flows as CSV or Parquet, all as JSON, or both records and the estimate of a pair as a chart (svg).

    Raises
    ------
    BadInput
        If a chart is asked for more than one pair, or for one year.
    """
    from io import BytesIO

    if form == "json":
        return msgspec.json.format(msgspec.json.encode(found.plain()), indent=1)
    flows = found.found.flows
    if form != "svg":
        buffer = BytesIO()
        (flows.write_csv if form == "csv" else flows.write_parquet)(buffer)
        return buffer.getvalue()
    from hamkor.workbench.monitor_pictures import flow_pictures

    pairs = {frozenset(pair) for pair in flows.select("exporter", "importer").unique().rows()}
    if len(pairs) != 1 or flows["period"].n_unique() < 2:
        raise BadInput("a chart of more than one pair, or of one year", due="two economies and two years or more")
    return flow_pictures(flows.to_dicts())


def _weights(path: Path | None) -> dict[str, float]:
    if path is None:
        return {}
    try:
        given = tomllib.loads(read_file(str(path)).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(str(error), where=str(path), due="TOML: UZB = 0.5") from None
    for code, factor in given.items():
        if not isinstance(factor, int | float) or isinstance(factor, bool):
            raise BadInput(f"{code} = {factor}", where=str(path), due="a number")
    return {code.upper(): float(factor) for code, factor in given.items()}


def _wanted(table: pl.DataFrame, economies: list[str], period: str) -> pl.DataFrame:
    sides = [pl.col(side).is_in(economies) for side in ("exporter", "importer")]
    if economies:
        table = table.filter(pl.any_horizontal(sides) if len(economies) == 1 else pl.all_horizontal(sides))
    if not period:
        return table
    years = re.fullmatch(r"(\d{4})(?:/(\d{4}))?", period)
    if years is None or (years[2] and years[1] > years[2]):
        raise BadInput(f"'{period}'", where="--period", due="a year, or FIRST/LAST")
    return table.filter(pl.col("period").is_between(pl.lit(years[1]), pl.lit(years[2] or years[1])))
