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
    if claim["kind"] != "amount" or claim.get("currency") != "USD":
        return [], "no amount in US dollars"
    if not (reporter and counterpart and period and len(period) == 4):
        return [], "no pair or no whole year"
    if claim["flow"] not in ("export", "import", "turnover") or claim.get("subset"):
        return [], "no whole flow"
    if claim.get("low") is None or claim.get("high") is None:
        return [], "open on one side"
    sides = {"export": [(reporter, counterpart)], "import": [(counterpart, reporter)]}
    sides["turnover"] = [*sides["export"], *sides["import"]]
    found = [known.get((*pair, period)) for pair in sides[claim["flow"]]]
    if None in found:
        return [], f"no flow of {period} to hold it against"
    parts = [row for row in found if row is not None]
    own = [row["export_report" if row["exporter"] == reporter else "import_report"] for row in parts]
    return (parts, "") if None in own else ([], "its own side's record is known already")


def _links(
    claim: dict[str, Any], parts: list[dict[str, Any]], errors: dict[tuple[str, str], float]
) -> list[dict[str, object]]:  # fmt: skip
    reporter = claim["reporter"]
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
