"""Printed claims, as `hamkor check --json` finds them, as evidence for a reconciliation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from hamkor.reconciliation import links
from hamkor.schema.errors import BadInput
from hamkor.workbench.files import read_file

_TWELVE = 12**0.5
_RATE_ERROR = 0.05
"""Typical error of a printed growth rate beside its rounding: what both years are off by alike is not in it."""


def claimed_links(path: Path | None, flows: pl.DataFrame, reporters: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return the claims of annual flows as links, and what was left out and why.

    A claim is one more report of its side, so that it says something only where that side has no record; its interval is
    that of its rounding, widened by the typical error of its side's records.

    Raises
    ------
    BadInput
        If the file is not what `hamkor check --json` prints.
    """
    if path is None:
        return links([]), ()
    try:
        claims = json.loads(read_file(str(path)).decode("utf-8"))["claims"]
        told = [{name: claim[name] for name in ("id", "kind", "flow", "period", "reporter")} | claim for claim in claims]
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError):
        raise BadInput("something else", where=str(path), due="what `hamkor check --json` prints") from None
    known = {(row["exporter"], row["importer"], row["period"]): row for row in flows.to_dicts()}
    errors = {(row["economy"], row["side"]): row["deviation"] for row in reporters.to_dicts()}
    rows: list[dict[str, object]] = []
    left_out = []
    for claim in told:
        parts, reason = _parts(claim, known)
        if reason:
            left_out.append(f"{claim['id']} '{claim.get('text', '')}': {reason}")
            continue
        rows += _links(claim, parts, errors)
    return links(rows), tuple(left_out)


def _parts(claim: dict[str, Any], known: dict[tuple[str, str, str], dict[str, Any]]) -> tuple[list[dict[str, Any]], str]:
    """Return the flows that a claim is of, or why it is no evidence."""
    reporter, counterpart, period = claim["reporter"], claim.get("counterpart"), claim["period"]
    growth = claim["kind"] == "growth"
    if not growth and (claim["kind"] != "amount" or claim.get("currency") != "USD"):
        return [], "no amount in US dollars, and no growth"
    if not (reporter and counterpart and period and len(period) == 4):
        return [], "no pair or no whole year"
    flow = claim.get("measures") if growth else claim["flow"]
    if flow not in ("export", "import", "turnover") or claim.get("subset"):
        return [], "no whole flow"
    if claim.get("low") is None or claim.get("high") is None:
        return [], "open on one side"
    sides = {"export": [(reporter, counterpart)], "import": [(counterpart, reporter)]}
    sides["turnover"] = [*sides["export"], *sides["import"]]
    base = claim.get("base") or str(int(period) - 1)
    found = [known.get((*pair, year)) for year in ((period, base) if growth else (period,)) for pair in sides[flow]]
    if None in found:
        return [], f"no flow of {period}{f' or {base}' if growth else ''} to hold it against"
    parts = [row for row in found if row is not None]
    own = [row["export_report" if row["exporter"] == reporter else "import_report"] for row in parts]
    return (parts, "") if None in own else ([], "its own side's record is known already")


def _links(
    claim: dict[str, Any], parts: list[dict[str, Any]], errors: dict[tuple[str, str], float]
) -> list[dict[str, object]]:  # fmt: skip
    reporter = claim["reporter"]
    if claim["kind"] == "growth":
        return _growth(claim, parts)
    spread = max(errors.get((reporter, "export" if row["exporter"] == reporter else "import"), 0.3) for row in parts)
    room = _TWELVE / 2 * spread * claim["value"]
    low, high = max(claim["low"] - room, 0.0), claim["high"] + room
    return [
        {
            "link": claim["id"], "exporter": row["exporter"], "importer": row["importer"], "product": row["product"],
            "period": row["period"], "low": low, "high": high, "source": f"'{claim.get('text', '')}' by {reporter}",
        }
        for row in parts
    ]  # fmt: skip


def _growth(claim: dict[str, Any], parts: list[dict[str, Any]]) -> list[dict[str, object]]:
    """Return a growth rate as the link of two years: the later one less (1 + rate) times the earlier lies about zero."""
    rate = (claim["low"] + claim["high"]) / 2
    earlier = sum(row["value"] for row in parts if row["period"] != claim["period"])
    room = (claim["high"] - claim["low"]) / 2 * earlier + _TWELVE / 2 * _RATE_ERROR * earlier
    return [
        {
            "link": claim["id"], "exporter": row["exporter"], "importer": row["importer"], "product": row["product"],
            "period": row["period"], "factor": 1.0 if row["period"] == claim["period"] else -(1 + rate),
            "low": -room, "high": room, "source": f"'{claim.get('text', '')}' by {claim['reporter']}",
        }
        for row in parts
    ]  # fmt: skip
