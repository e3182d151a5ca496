"""Where figures come from: facts with their sources, files, cells and computations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from hamkor.briefs.facts import extended
from hamkor.briefs.material import EARLIER
from hamkor.briefs.printed import printing
from hamkor.schema.errors import did_you_mean
from hamkor.schema.provenance import Fact, Source
from hamkor.workbench.earlier import earlier_facts
from hamkor.workbench.records import RECORD, record_chains
from hamkor.workbench.workspaces import Workspace, workspace


def why(
    region: str, fact_id: str, *, missing_ok: bool = False, since: Path | None = None, store: Path | None = None
) -> list[dict[str, Any]]:  # fmt: skip
    """Return the chain of every fact of that id: source, file, cell, derivation, and the facts it was computed from.

    Parameters
    ----------
    region
        Name or path of the region.
    fact_id
        Full id, or without ``@source`` for all facts that state the same, the preferred one first; or ``record:...``, a record
        of the store, whatever the region.
    missing_ok
        Return an empty list instead of an error if no fact is called so.
    since
        The facts.json of an earlier brief; its facts are called ``earlier:...``.
    store
        Folder of the store in which a record is looked for.

    Raises
    ------
    BadInput
        If no fact is called so.

    Examples
    --------
    >>> why("toyland", "balance:ALD-BRE:2024-01/2024-06")[0]["derivation"]["formula"]
    'exports - imports'
    """
    if fact_id.startswith(RECORD):
        return record_chains(fact_id, store=store)
    found = workspace(region)
    if since is not None:
        found = Workspace(found.pack, extended(found.facts, earlier_facts(since, found)))
    if missing_ok and fact_id not in found.facts.by_id and fact_id not in found.facts.ranked:
        return []
    earlier = {"earlier": str(since)} if fact_id.startswith(f"{EARLIER}:") else {}
    return [_chain(found, fact) | earlier for fact in found.facts.find(fact_id)]


def nearest_fact(regions: Iterable[str], fact_id: str) -> str:
    """Return "did you mean ...?" for the ids nearest to `fact_id` in several regions."""
    if fact_id.startswith(f"{EARLIER}:"):
        return "an earlier brief printed it: give that brief's facts with --since"
    known = [name for region in regions for facts in (workspace(region).facts,) for name in (*facts.ranked, *facts.by_id)]
    return did_you_mean(fact_id, known)


def printed(region: str, number: str) -> list[dict[str, Any]]:
    """Return the facts that are printed as a number, each without its chain, those read from a source first.

    Examples
    --------
    >>> printed("toyland", "$133.1 million")[0]["id"]
    'targets.baseline:ald-bre-target:2023@aldia-ministry'
    """
    return [{**plain_fact(fact), "printed_as": text} for fact, text in printing(workspace(region).facts, number)]


def facts(region: str, *, contains: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return all facts of a region whose id contains every given text, each without its chain.

    Examples
    --------
    >>> [fact["id"] for fact in facts("toyland", contains=["balance:ALD-BRE", "2024"])]
    ['balance:ALD-BRE:2024-01/2024-06']
    """
    found = workspace(region)
    return [
        plain_fact(fact)
        for name, fact in sorted(found.facts.by_id.items())
        if all(text.lower() in name.lower() for text in contains)
    ]


def _chain(found: Workspace, fact: Fact) -> dict[str, Any]:
    chain = plain_fact(fact)
    if fact.source and fact.source in found.pack.sources:
        chain["source"] = _plain_source(found.pack.sources[fact.source])
    if fact.derivation is not None:
        chain["derivation"]["inputs"] = [_chain(found, found.facts.by_id[name]) for name in fact.derivation.inputs]
    return chain


def _plain_source(source: Source) -> dict[str, Any]:
    raw: dict[str, Any] = msgspec.to_builtins(source)
    return {key: value for key, value in raw.items() if value != ""}


def plain_fact(fact: Fact) -> dict[str, Any]:
    """Return a fact as JSON-ready values, without what is empty."""
    raw: dict[str, Any] = msgspec.to_builtins(fact)
    return {key: value for key, value in raw.items() if value not in ("", None)}
