"""The panel of a region: reconciled flows with what is known of the pairs."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import hamkor as hk
from hamkor.schema.errors import BadInput
from hamkor.workbench import actual_picture, estimate_file, panel_bytes, residual_picture

NOWHERE = Path("no such store")


def test_flows_of_members_are_the_reconciled_ones_and_pairs_carry_what_is_known() -> None:
    made = hk.panel("central-asia", store=NOWHERE).table
    flows = hk.reconcile("central-asia", "UZB", "KAZ", period="2023", store=NOWHERE).found.flows
    own = made.filter(exporter="UZB", importer="KAZ", year=2023).row(0, named=True)
    assert own["trade"] == flows.filter(exporter="UZB", importer="KAZ")["value"][0]
    assert own["low"] < own["trade"] < own["high"]
    assert (own["region"], own["contig"], own["fta"]) == (1, 1, 1)
    assert 500 < own["dist"] < 1500
    back = made.filter(exporter="KAZ", importer="UZB", year=2023).row(0, named=True)
    assert back["dist"] == pytest.approx(own["dist"])
    apart = made.filter(exporter="KAZ", importer="TJK", year=2023).row(0, named=True)
    assert (apart["contig"], apart["language"]) == (0, 0)
    assert made.filter(exporter="KAZ", importer="KGZ", year=2023)["language"].to_list() == [1]
    assert made.select("exporter", "importer", "year").is_duplicated().sum() == 0
    assert made.filter(pl.col("region") == 0).height > 100


def test_flows_of_ones_own_are_added_and_known_ones_count(tmp_path: Path) -> None:
    flows = tmp_path / "own.csv"
    flows.write_text("exporter,importer,year,trade,rta\nUZB,UZB,2023,5e10,0\nUZB,KAZ,2023,1.0,1\nFRA,DEU,2023,9e10,1\n")
    made = hk.panel("central-asia", flows=flows, store=NOWHERE)
    told = {row["importer"]: row for row in made.table.filter(exporter="UZB", year=2023).to_dicts()}
    assert told["UZB"]["domestic"] == 1
    assert told["UZB"]["trade"] == 5e10
    assert told["KAZ"]["trade"] > 1e8
    assert told["KAZ"]["rta"] == 1
    assert made.table.filter(exporter="FRA", importer="DEU", record="own.csv")["region"].to_list() in ([0], [])
    assert any("own.csv" in note for note in made.notes)


def test_a_file_may_have_codes_and_whole_numbers(tmp_path: Path) -> None:
    flows = tmp_path / "own.csv"
    flows.write_text("exporter,importer,year,trade,low,high,dist\n398,860,2023,5,4,6,1000\n")
    made = hk.panel("central-asia", flows=flows, store=NOWHERE).table
    own = made.filter(exporter="398").row(0, named=True)
    assert (own["trade"], own["low"], own["dist"], own["fta"]) == (5.0, 4.0, 1000.0, None)


def test_a_file_that_is_no_panel_is_refused(tmp_path: Path) -> None:
    flows = tmp_path / "own.csv"
    flows.write_text("exporter,importer,trade\nUZB,UZB,5\n")
    with pytest.raises(BadInput, match="no column year"):
        hk.panel("central-asia", flows=flows, store=NOWHERE)
    flows.write_text("exporter,importer,year,trade\nUZB,UZB,2023,5\nUZB,UZB,2023,6\n")
    with pytest.raises(BadInput, match="UZB UZB 2023 twice"):
        hk.panel("central-asia", flows=flows, store=NOWHERE)


def test_a_panel_is_estimated_and_compared_with_the_record(tmp_path: Path) -> None:
    file = tmp_path / "panel.parquet"
    file.write_bytes(panel_bytes(hk.panel("central-asia", store=NOWHERE), "parquet"))
    formula = "trade ~ log(dist) + contig | exporter^year + importer^year"
    found = estimate_file(formula, file, where="region = 1 AND year >= 2015")
    told = found.potential()
    assert told["actual"].sum() == pytest.approx(told["predicted"].sum(), rel=1e-6)
    assert told.columns == ["exporter", "importer", "actual", "predicted", "ratio"]
    assert residual_picture(found).startswith(b"<svg")
    assert found.fit is not None
    bins = found.fit.residuals(bins=5)
    assert bins["rows"].sum() == found.fit.outcome.size
    assert (bins["low"] < bins["ratio"]).all()
    picture = actual_picture(found)
    assert picture.startswith(b"<svg")
    assert "→".encode() in picture
