"""Where a record of the store comes from: file, cell, unit, licence, and what earlier vintages said of the same cell."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import polars as pl

from hamkor.schema.errors import BadInput, did_you_mean
from hamkor.schema.tables import RECORDS
from hamkor.store import Store, Vintage, open_store
from hamkor.workbench.files import store_folder

RECORD = "record:"
_ID = re.compile(
    r"record:(?P<REPORTER>\w+)-(?P<COUNTERPART>\w+)-(?P<FLOW>export|import|turnover|balance)-(?P<TIME_PERIOD>[0-9][0-9Q/-]*)"
    r"(?::(?P<PRODUCT>[^@]+))?(?:@(?P<SOURCE>.+))?"
)
_SUMS = {"turnover": "exports + imports", "balance": "exports - imports"}
_SCALES = {0: "", 3: "thousand ", 6: "million ", 9: "billion "}
_SAME = [name for name in RECORDS.key if name != "RELEASE_DATE"]


def record_id() -> pl.Expr:
    """Return the ids of records: ``record:UZB-KGZ-export-2022@siat``, with the product after a colon where there is one."""
    product = pl.when(pl.col("PRODUCT") == "TOTAL").then(pl.lit("")).otherwise(pl.lit(":") + pl.col("PRODUCT"))
    shown = pl.format("record:{}-{}-{}-{}", "REPORTER", "COUNTERPART", "FLOW", "TIME_PERIOD")
    return shown + product + pl.lit("@") + pl.col("SOURCE")


def record_chains(identifier: str, *, store: Path | None = None) -> list[dict[str, Any]]:
    """Return where every record of that id comes from, of each provider the latest vintage, the newest first.

    Parameters
    ----------
    identifier
        ``record:UZB-KGZ-export-2022``; a product after a colon, a provider after an @. A turnover that the provider does not
        print, and a balance, are computed from the two flows.
    store
        Folder of the store.

    Raises
    ------
    BadInput
        If this is no id of a record, or the store has none of it.
    """
    found = _ID.fullmatch(identifier)
    if found is None:
        due = "record:REPORTER-COUNTERPART-FLOW-PERIOD, with :PRODUCT and @SOURCE where they tell records apart"
        cure = "such as record:UZB-KGZ-export-2022; `hamkor monitor UZB KGZ --json` names the id of each figure"
        raise BadInput(f"'{identifier}'", due=due, cure=cure)
    asked = {name: value for name, value in found.groupdict().items() if value}
    home = open_store(store_folder(store))
    same = pl.all_horizontal(pl.col(name) == asked[name] for name in ("REPORTER", "COUNTERPART"))
    pair = home.records(every_vintage=True).filter(same).collect().sort("RELEASE_DATE", descending=True)
    chains = _chains(pair, asked, home) or _computed(pair, asked, home)
    if not chains:
        raise _unknown(identifier, pair, asked, home)
    return chains


def _chains(pair: pl.DataFrame, asked: dict[str, str], home: Store) -> list[dict[str, Any]]:
    """Return the chains of the records that are asked for, of a pair's records with the newest first."""
    wanted = {"PRODUCT": "TOTAL", **asked}
    own = pair.filter(pl.all_horizontal(pl.col(name) == value for name, value in wanted.items()))
    vintages = {(one.release_date, one.artifact): one for one in home.state.vintages}
    return [
        _chain(rows.row(0, named=True), rows, vintages) for _, rows in own.group_by(_SAME, maintain_order=True)
    ]  # fmt: skip


def _chain(row: dict[str, Any], rows: pl.DataFrame, vintages: dict[tuple[str, str], Vintage]) -> dict[str, Any]:
    """Return the chain of a record; `rows` are its vintages, the newest first."""
    from hamkor.sources import source, sources

    vintage = vintages[row["RELEASE_DATE"], row["ARTIFACT"]]
    declared = source(vintage.source) if vintage.source in sources() else None
    kept = {
        "frequency": row["FREQ"], "transformation": row["TRANSFORMATION"], "status": row["OBS_STATUS"],
        "coverage": row["COVERAGE"], "valuation": row["VALUATION"], "licence": row["LICENCE"],
    }  # fmt: skip
    artifact = {"path": f"{vintage.source}/{vintage.file}", "sha256": row["ARTIFACT"]}
    return {
        "id": pl.DataFrame([row]).select(record_id()).item(),
        "value": row["OBS_VALUE"],
        "unit": "USD",
        "printed": row["PRINTED"],
        "unit_multiplier": row["UNIT_MULT"],
        "printed_unit": _printed_unit(row),
        **kept,
        "cell": {"artifact": artifact, "locator": row["LOCATOR"]},
        "source": {
            "id": vintage.source,
            "title": declared.title if declared else f"imported table: {vintage.file}",
            "publisher": declared.publisher if declared else vintage.source,
            "terms": declared.licence if declared else "as the mapping declares",
            "origin": vintage.origin,
        },
        "vintage": row["RELEASE_DATE"],
        "reader": "mapping" if vintage.reader.startswith("mapping:") else vintage.reader,
        "notes": list(vintage.notes),
        "earlier_vintages": [
            {"vintage": one["RELEASE_DATE"], "value": one["OBS_VALUE"], "printed": one["PRINTED"], "locator": one["LOCATOR"],
             "sha256": one["ARTIFACT"]}
            for one in rows.slice(1).iter_rows(named=True)
        ],
    }  # fmt: skip


def _printed_unit(row: dict[str, Any]) -> str:
    """Return the unit of the printed figure; one that was converted says its currency with its rate in the locator."""
    currency = re.search(r" at [0-9.]+ ([A-Z]{3})/USD$", row["LOCATOR"])
    return f"{_SCALES.get(row['UNIT_MULT'], '10^' + str(row['UNIT_MULT']) + ' ')}{currency[1] if currency else 'USD'}"


def _computed(pair: pl.DataFrame, asked: dict[str, str], home: Store) -> list[dict[str, Any]]:
    """Return a turnover or balance that no file prints, of each provider that has both flows in the same scope."""
    if asked["FLOW"] not in _SUMS:
        return []
    exports, imports = (_chains(pair, asked | {"FLOW": flow}, home) for flow in ("export", "import"))
    found: list[dict[str, Any]] = []
    for one in exports:
        for other in imports:
            alike = all(one[name] == other[name] for name in ("frequency", "transformation", "coverage"))
            known = one["value"] is not None and other["value"] is not None
            if known and alike and one["source"]["id"] == other["source"]["id"]:
                sign = 1 if asked["FLOW"] == "turnover" else -1
                name = one["id"].replace("-export-", f"-{asked['FLOW']}-", 1)
                derivation = {"formula": _SUMS[asked["FLOW"]], "inputs": [one, other]}
                same = {key: one[key] for key in ("frequency", "transformation", "coverage")}
                found.append({
                    "id": name, "value": one["value"] + sign * other["value"], "unit": "USD", **same, "derivation": derivation,
                })  # fmt: skip
    return found


def _unknown(identifier: str, pair: pl.DataFrame, asked: dict[str, str], home: Store) -> BadInput:
    """Return why there is no such record, with the nearest that there are."""
    if pair.is_empty():
        cure = "run `hamkor update`, or `hamkor import` a file of yours; `hamkor sources` lists what the store has"
        found = f"nothing of {asked['REPORTER']}'s trade with {asked['COUNTERPART']}"
        return BadInput(found, where=str(home.folder), due=f"'{identifier}'", cure=cure)
    known = pair.select(record_id().unique(maintain_order=True)).to_series().to_list()
    if "SOURCE" not in asked:
        known = list(dict.fromkeys(name.partition("@")[0] for name in known))
    cure = did_you_mean(identifier, known)
    cure = cure or f"`hamkor monitor {asked['REPORTER']} {asked['COUNTERPART']} --json` names the ids of the pair"
    return BadInput(f"record '{identifier}'", where=str(home.folder), due="one that the store has", cure=cure)
