"""Why a reconciled flow is this number: both records, what is taken off them, weights, interval, in words."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

from hamkor.reconciliation.gaps import REASONS
from hamkor.schema.errors import BadInput
from hamkor.workbench.reconciled import Agreed, reconcile
from hamkor.workbench.workspaces import installed_regions

FLOW = re.compile(r"flow:([A-Za-z]{3})-([A-Za-z]{3})[-:](\d{4})")
_MEANINGS = {
    "valuation": "valuation: freight and insurance", "scope": "scope: the two sides do not count the same",
    "reporting": "reporting: what both reporters over- or understate everywhere",
    "transit": "transit and re-export: the gap of this pair that lasts over the years",
    "timing": "timing: what the year before or after gives back", "rounding": "rounding",
    "unexplained": "unexplained",
}  # fmt: skip


def why_flow(fact_id: str, *, region: str | None = None, store: Path | None = None) -> dict[str, Any]:
    """Return the page "why this number" of a flow: ``flow:UZB-KGZ-2022``.

    Returns
    -------
    dict
        id, flow (the row of the estimate), gap (by reason; None if one-sided), lines (the page, in reading order).

    Raises
    ------
    BadInput
        If the id is none, or no region has the flow.

    Examples
    --------
    >>> why_flow("flow:ALD-BRE-2023", region="toyland", store=Path("no such store"))["flow"]["status"]
    'two-sided'
    """
    told = FLOW.fullmatch(fact_id)
    if told is None:
        raise BadInput(fact_id, due="flow:EXPORTER-IMPORTER-YEAR")
    exporter, importer, year = told[1].upper(), told[2].upper(), told[3]
    homes = [name for name, one in installed_regions().items() if {exporter, importer} <= set(one.members)]
    if region is None and not homes:
        raise BadInput(f"flow {exporter} to {importer}", due="two members of an installed region")
    found = reconcile(region or homes[0], exporter, importer, period=year, store=store)
    rows = [row for row in found.found.flows.to_dicts() if row["exporter"] == exporter]
    if not rows:
        raise BadInput(f"flow {exporter} to {importer} in {year}", due="a flow that a side recorded")
    gap = next((row for row in found.gaps.to_dicts() if row["exporter"] == exporter), None)
    row = rows[0]
    lines = [*_result(row), *_records(row), *_corrections(row, found), *_weighing(row, found), *_gap(row, gap)]
    return {"id": f"flow:{exporter}-{importer}:{year}", "flow": row, "gap": gap, "lines": [*lines, *found.found.notes]}


def _result(row: dict[str, Any]) -> list[str]:
    return [
        f"{row['exporter']} → {row['importer']}, {row['period']}: {_money(row['value'])}; "
        f"nine times in ten between {_money(row['low']).partition(' ')[0]} and {_money(row['high'])} ({row['status']})"
    ]


def _records(row: dict[str, Any]) -> list[str]:
    lines = []
    for who, side in (("exporter", "export"), ("importer", "import")):
        report, name = row[f"{side}_report"], row[f"{side}_id"]
        known = f"records {_money(report)} ({name})" if report is not None else "has no record"
        lines.append(f"{row[who]}, the {who}, {known}")
    if row["scopes_differ"]:
        lines.append("the two records differ in scope: one counts goods and services, the other goods")
    return lines


def _corrections(row: dict[str, Any], found: Agreed) -> list[str]:
    counts = {(one["economy"], one["side"]): one["flows"] for one in found.found.reporters.to_dicts()}
    lines = []
    if row["import_report"] is not None:
        lines.append(f"freight and insurance taken off the importer's record: {math.expm1(row['margin']):.1%}")
    for who, side in (("exporter", "export"), ("importer", "import")):
        if row[f"{side}_report"] is not None:
            seen = counts.get((row[who], side), 0)
            lines.append(
                f"bias of {row[who]}'s {side}s taken off: {math.expm1(row[f'{side}_bias']):+.1%} (from {seen} two-sided flows)"
            )
    if abs(row["structural_gap"]) > 1e-3:
        times = math.exp(row["structural_gap"])
        lines.append(
            f"lasting gap of the pair: the importer's record is {times:.2f} times the exporter's beyond that, year after year; "
            "shared half and half unless --split says otherwise, and the interval is wider for it"
        )
    return lines


def _weighing(row: dict[str, Any], found: Agreed) -> list[str]:
    errors = {(one["economy"], one["side"]): one["deviation"] for one in found.found.reporters.to_dicts()}
    lines = []
    if row["status"] == "two-sided" and row["export_weight"] is not None:
        one, other = errors[(row["exporter"], "export")], errors[(row["importer"], "import")]
        lines.append(
            f"weights: exporter {row['export_weight']:.0%}, importer {1 - row['export_weight']:.0%} "
            f"(typical errors of their records: {one:.0%} and {other:.0%}; --weights changes them)"
        )
    if row["set_aside"]:
        lines.append(f"the {row['set_aside']}'s record is set aside: {row['reason']}")
    if row["value"] != row["before"]:
        lines.append(f"printed claims moved the estimate from {_money(row['before'])}")
    if row["status"] == "one-sided":
        lines.append("one record only: nothing to hold it against, so that the interval rests on what others' records err by")
    return lines


def _gap(row: dict[str, Any], gap: dict[str, Any] | None) -> list[str]:
    if gap is None:
        return []
    parts = [f"  {_MEANINGS[name]}: {_money(gap[name], signed=True)}" for name in REASONS if abs(gap[name]) >= 5e4]
    return [f"importer's record less exporter's: {_money(gap['gap'], signed=True)}, of which", *parts]


def _money(value: float, *, signed: bool = False) -> str:
    millions = value / 1e6
    digits = 0 if abs(millions) >= 100 else 1 if abs(millions) >= 1 else 3
    return f"{'+' if signed and value > 0 else ''}{millions:,.{digits}f} million US dollars"
