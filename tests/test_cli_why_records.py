"""`hamkor why record:...`: the chain of any record of the store, also of pairs that no region has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hamkor.cli import hamkor
from hamkor.schema.errors import BadInput
from hamkor.store import sha256
from hamkor.workbench import import_file, monitor, why

MAPPING = """
[file]
source = "{source}"
title = "a table"
licence = "attribution"
[columns]
reporter = {{ constant = "DEU" }}
counterpart = "partner"
flow = "flow"
product = "product"
period = "year"
value = "value"
unit = "thousand USD"
coverage = "goods"
valuation = {{ export = "FOB", import = "CIF" }}
"""
ROWS = "partner,flow,product,year,value\nFRA,export,TOTAL,2023,{value}\nFRA,import,TOTAL,2023,700\nFRA,export,27,2023,2.5\n"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HAMKOR_STORE", str(tmp_path / "store"))
    for value in ("1000.5", "1100.5"):
        take(tmp_path, ROWS.format(value=value).replace("2.5", value))
    return tmp_path / "store"


def take(folder: Path, rows: str, source: str = "my-customs") -> None:
    (folder / "a.csv").write_text(rows, encoding="utf-8")
    (folder / "a.toml").write_text(MAPPING.format(source=source), encoding="utf-8")
    import_file(folder / "a.csv", folder / "a.toml")


def told(*arguments: str) -> str:
    result = CliRunner().invoke(hamkor, ["why", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return " ".join(result.stdout.split())


def test_a_record_of_a_pair_outside_every_region_is_told_whole(store: Path, tmp_path: Path) -> None:
    (chain,) = json.loads(told("record:DEU-FRA-export-2023", "--json"))
    assert chain["value"] == 1_100_500
    assert (chain["printed"], chain["unit_multiplier"], chain["printed_unit"]) == ("1100.5", 3, "thousand USD")
    assert (chain["coverage"], chain["valuation"], chain["licence"]) == ("goods", "FOB", "attribution")
    assert chain["cell"]["artifact"]["sha256"] == sha256((tmp_path / "a.csv").read_bytes())
    assert chain["cell"]["locator"] == "line 2, column value"
    assert chain["source"]["id"] == "my-customs"
    (earlier,) = chain["earlier_vintages"]
    assert (earlier["value"], earlier["printed"]) == (1_000_500, "1000.5")
    assert earlier["sha256"] != chain["cell"]["artifact"]["sha256"]


def test_the_terminal_shows_the_same(store: Path) -> None:
    text = told("record:DEU-FRA-export-2023")
    for part in ("1,100,500 USD", "printed: '1100.5' in thousand USD", "line 2, column value", "earlier vintages", "1,000,500"):
        assert part in text


def test_every_id_that_the_monitor_prints_is_answered_with_its_value(store: Path) -> None:
    found = monitor("DEU", "FRA").plain()
    rows = [*found["flows"], *found["products"]]
    assert {row["ID"] for row in rows} >= {
        "record:DEU-FRA-balance-2023@my-customs",
        "record:DEU-FRA-export-2023:hs:27@my-customs",
    }
    for row in rows:
        assert why("", row["ID"])[0]["value"] == pytest.approx(row["OBS_VALUE"])
    assert found["sides"][0]["IMPORTER_ID"] or found["sides"][0]["EXPORTER_ID"]


def test_a_turnover_that_no_file_prints_is_computed_from_both_flows(store: Path) -> None:
    (chain,) = why("", "record:DEU-FRA-turnover-2023")
    assert chain["value"] == 1_800_500
    assert [one["id"] for one in chain["derivation"]["inputs"]] == [
        "record:DEU-FRA-export-2023@my-customs", "record:DEU-FRA-import-2023@my-customs",
    ]  # fmt: skip


def test_of_two_providers_each_is_told_and_the_at_sign_chooses(store: Path, tmp_path: Path) -> None:
    take(tmp_path, ROWS.format(value="900").replace("2.5", "900"), source="other")
    chains: list[dict[str, Any]] = why("", "record:DEU-FRA-export-2023")
    assert [chain["source"]["id"] for chain in chains] == ["other", "my-customs"]
    assert len(why("", "record:DEU-FRA-export-2023@other")) == 1


@pytest.mark.parametrize(
    ("identifier", "message"),
    [
        ("record:DEU-FRA-export-2032", "did you mean 'record:DEU-FRA-export-2023'"),
        ("record:DEU-FRA-exports-2023", "such as record:UZB-KGZ-export-2022"),
        ("record:UZB-KGZ-export-2022", "hamkor update"), ("record:", "record:REPORTER-COUNTERPART-FLOW-PERIOD"),
        ("record:DEU-FRA-export-2023@nobody", "did you mean"), ("record:DEU-FRA-export-2023:hs:99", "did you mean"),
    ],
)  # fmt: skip
def test_what_the_store_has_not_is_told_with_the_nearest(store: Path, identifier: str, message: str) -> None:
    result = CliRunner().invoke(hamkor, ["why", identifier])
    assert isinstance(result.exception, BadInput)
    assert message in str(result.exception)


def test_a_value_that_was_converted_is_told_with_its_rate_and_its_own_currency(store: Path, tmp_path: Path) -> None:
    mapping = MAPPING.format(source="in-tenge").replace("thousand USD", "million KZT").replace('"DEU"', '"KAZ"')
    mapping += 'currency = "KZT"\n[rates]\n"2023" = 456.31\n'
    (tmp_path / "b.csv").write_text("partner,flow,product,year,value\nUZB,export,TOTAL,2023,45631\n", encoding="utf-8")
    (tmp_path / "b.toml").write_text(mapping, encoding="utf-8")
    import_file(tmp_path / "b.csv", tmp_path / "b.toml")
    (chain,) = why("", "record:KAZ-UZB-export-2023")
    assert (chain["value"], chain["printed"], chain["printed_unit"]) == (pytest.approx(100e6), "45631", "million KZT")
    assert chain["cell"]["locator"] == "line 2, column value at 456.31 KZT/USD"
    fact = why("central-asia", "export:KAZ-UZB:2023@in-tenge-" + chain["cell"]["artifact"]["sha256"][:8])[0]
    assert (fact["value"], fact["printed"]) == (pytest.approx(100e6), "45631 KZT million")
    assert fact["high"] - fact["low"] == pytest.approx(1e6 / 456.31)
