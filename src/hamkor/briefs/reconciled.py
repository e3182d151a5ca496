"""The flows between a region's members as facts: both records reconciled, each with the interval in which it lies."""

from __future__ import annotations

import math

import msgspec
import polars as pl

from hamkor.briefs.derive import derived
from hamkor.briefs.facts import Facts
from hamkor.indicators.rates import Measure
from hamkor.reconciliation import reconcile
from hamkor.schema.periods import parse_period
from hamkor.schema.provenance import Fact
from hamkor.schema.region import Region

FORMULA = "both records reconciled, with those of all pairs and years"
_SCHEMA = {
    "exporter": pl.String, "importer": pl.String, "period": pl.String, "export_report": pl.Float64, "import_report": pl.Float64,
    "export_coverage": pl.String, "import_coverage": pl.String, "export_id": pl.String, "import_id": pl.String,
}  # fmt: skip


def flow_reports(facts: Facts, region: Region) -> pl.DataFrame:
    """Return what both ends record of each annual flow between members, with the ids of the facts; the preferred of each.

    Returns
    -------
    polars.DataFrame
        exporter, importer, period, export_report, import_report (USD), export_coverage, import_coverage, export_id, import_id.
    """
    members = set(region.members)
    cells: dict[tuple[str, str, str], dict[str, Fact]] = {}
    for ranked in facts.ranked.values():
        fact = next((one for one in ranked if not one.subset and not one.bound and not isinstance(one.value, str)), None)
        if fact is None or fact.name not in ("export", "import") or not set(fact.entities) <= members or fact.number <= 0:
            continue
        if parse_period(fact.period).kind == "annual":
            exporter, importer = fact.entities if fact.name == "export" else fact.entities[::-1]
            cells.setdefault((exporter, importer, fact.period), {})[fact.name] = fact
    rows = []
    for (exporter, importer, period), told in sorted(cells.items()):
        sent, got = told.get("export"), told.get("import")
        rows.append(
            {
                "exporter": exporter, "importer": importer, "period": period,
                "export_report": sent and sent.number, "import_report": got and got.number,
                "export_coverage": sent and (sent.coverage or None), "import_coverage": got and (got.coverage or None),
                "export_id": sent and sent.id, "import_id": got and got.id,
            }
        )  # fmt: skip
    return pl.DataFrame(rows, schema=_SCHEMA)


def flow_facts(facts: Facts, region: Region) -> list[Fact]:
    """Return ``flow:EXPORTER-IMPORTER:PERIOD`` for each annual flow between members that either end recorded."""
    reports = flow_reports(facts, region)
    if reports.is_empty():
        return []
    flows = reconcile(reports).flows.join(reports, on=["exporter", "importer", "period"], maintain_order="left")
    found = []
    for row in flows.to_dicts():
        inputs = [facts.by_id[name] for name in (row["export_id"], row["import_id"]) if name]
        result = Measure(row["value"], row["low"], row["high"])
        fact = derived(
            "flow", (row["exporter"], row["importer"]), row["period"], result, inputs, formula=FORMULA, unit="USD"
        )  # fmt: skip
        found.append(msgspec.structs.replace(fact, precision=10.0 ** (math.floor(math.log10(row["value"])) - 1)))
    return found
