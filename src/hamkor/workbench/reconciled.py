"""Both records of a region's flows into one estimate each, with an interval and its reasons."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from hamkor.reconciliation import Reconciled, classified
from hamkor.reconciliation import reconcile as of_reports
from hamkor.regions.find import region_folder
from hamkor.regions.pack import read_pack
from hamkor.schema.errors import BadInput
from hamkor.store import open_store
from hamkor.workbench.files import read_file, store_folder
from hamkor.workbench.measures import as_reports
from hamkor.workbench.monitors import pack_records


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
    """

    region: str
    found: Reconciled
    gaps: pl.DataFrame

    def plain(self) -> dict[str, Any]:
        """Return everything as JSON-ready values."""
        tables = {name: getattr(self.found, name).to_dicts() for name in ("flows", "reporters", "pairs")}
        return {"region": self.region, **tables, "gaps": self.gaps.to_dicts(), "notes": list(self.found.notes)}


def reconcile(
    region: str, *economies: str, period: str = "", weights: Path | None = None, split: float = 0.5, store: Path | None = None
) -> Agreed:
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
    store
        Folder of the store.

    Raises
    ------
    BadInput
        If nothing is known of them, or the file of weights holds something else.

    Examples
    --------
    >>> found = reconcile("toyland", store=Path("no such store")).found.flows
    >>> found.filter(pl.col("low") > pl.col("value")).height
    0
    """
    pack = read_pack(region_folder(region))
    members = tuple(pack.region.members)
    stored = open_store(store_folder(store)).records().filter(
        pl.col("REPORTER").is_in(members) & pl.col("COUNTERPART").is_in(members) & (pl.col("PRODUCT") == "TOTAL")
    ).collect()  # fmt: skip
    facts = pack_records(members, region)
    records = (
        [stored]
        if facts.is_empty()
        else [stored, facts.filter(~pl.col("REPORTER").is_in(stored["REPORTER"].unique().to_list()))]
    )
    joined = pl.concat(records, how="diagonal")
    both = as_reports(joined).rename({"exporter_report": "export_report", "importer_report": "import_report"})
    reports = both.filter(pl.col("exporter").is_in(members) & pl.col("importer").is_in(members))
    if reports.is_empty():
        raise BadInput("no annual records of both flows", where=region, due="records", cure="run `hamkor update`")
    coverage = joined.group_by("REPORTER").agg(pl.col("COVERAGE").drop_nulls().mode().sort().first())
    for side, name in (("exporter", "export_coverage"), ("importer", "import_coverage")):
        reports = reports.join(coverage.rename({"REPORTER": side, "COVERAGE": name}), on=side, how="left")
    found = of_reports(reports, weights=_weights(weights), split=split)
    flows = found.flows.sort("exporter", "importer", "period")
    gaps = classified(flows)
    shown, gaps = (_wanted(table, [one.upper() for one in economies], period) for table in (flows, gaps))
    if shown.is_empty():
        years = flows["period"].unique().sort().to_list()
        told = f"{', '.join(economies) or region} {period}".strip()
        raise BadInput(f"nothing of {told}", due=f"among {', '.join(members)}, {years[0]} to {years[-1]}")
    return Agreed(region, msgspec.structs.replace(found, flows=shown), gaps)


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
