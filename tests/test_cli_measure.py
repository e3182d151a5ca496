"""`hamkor measure`: a user's table, the records, the baseline; and what cannot be measured."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

import hamkor
from hamkor.cli import main
from hamkor.schema.errors import BadInput

CUBE = pl.DataFrame(
    {
        "exporter": ["A", "A", "B", "B"], "importer": ["B", "B", "A", "A"], "product": ["1", "2", "1", "2"],
        "value": [60.0, 20.0, 10.0, 50.0], "low": [50.0, 20.0, 10.0, 50.0], "high": [70.0, 20.0, 10.0, 50.0],
    }
)  # fmt: skip


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main(["measure", *arguments])
    printed = capsys.readouterr()
    return int(left.value.code or 0), printed.out, printed.err


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "cube.csv"
    CUBE.write_csv(path)
    return str(path)


def test_a_table_is_measured_from_every_kind_of_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    CUBE.write_csv(tmp_path / "cube.csv")
    CUBE.write_parquet(tmp_path / "cube.parquet")
    CUBE.write_excel(tmp_path / "cube.xlsx")
    rows = [
        json.loads(told(capsys, "herfindahl_hirschman", "--data", str(path), "--json")[1])["rows"]
        for path in sorted(tmp_path.glob("cube.*"))
    ]
    assert rows[0] == rows[1] == rows[2]
    assert rows[0][0]["value"] == pytest.approx(0.625)


def test_a_variant_is_chosen_and_an_unknown_one_is_answered(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "herfindahl-hirschman", "--data", table, "--set", "scale=normalised", "--json")
    assert (code, json.loads(out)["options"]) == (0, {"scale": "normalised"})
    assert json.loads(out)["rows"][0]["value"] == pytest.approx(0.25)
    for option, words in (
        ("scale=percent", "0-1 or normalised"),
        ("skale=0-1", "did you mean 'scale'"),
        ("scale", "NAME=VALUE"),
    ):
        code, _, err = told(capsys, "herfindahl_hirschman", "--data", table, "--set", option)
        assert code == 2
        assert words in err


def test_intervals_of_the_flows_reach_the_result(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    row = json.loads(told(capsys, "turnover", "--data", table, "--interval", "--json")[1])["rows"][0]
    assert row["low"] < row["value"] == 140 < row["high"]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet", "a.json"])
def test_it_is_written_as_a_file(name: str, table: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "turnover", "--data", table, "--output", str(tmp_path / name))
    assert (code, out) == (0, "")
    assert (tmp_path / name).stat().st_size > 10


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["turnovr"], "did you mean 'turnover'"),
        (["herfindahl_hirschman"], "needs products"),
        (["pci"], "needs the whole world's trade by product"),
        (["unit_value"], "exporter, importer, product, value, quantity"),
        (["turnover", "--data", "nothing.csv"], "nothing.csv"),
        (["turnover", "--data", "README.docx"], ".csv, .parquet or .xlsx"),
        (["turnover", "UZB", "XXX"], "nothing of UZB, XXX"),
        (["turnover", "--period", "1901"], "no records"),
        (["turnover", "--region", "nowhere"], "nowhere"),
    ],
)
def test_what_cannot_be_measured_says_what_to_do(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = told(capsys, *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err


def test_a_file_that_is_no_table_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, content in (
        ("a.csv", b""),
        ("b.xlsx", b"PK\x03\x04broken"),
        ("c.parquet", b"<html>"),
        ("d.csv", b"\xff\xfe\x00a"),
    ):
        (tmp_path / name).write_bytes(content)
        code, _, err = told(capsys, "turnover", "--data", str(tmp_path / name))
        assert code == 2
        assert name in err or "columns" in err
        assert "Traceback" not in err


def test_records_and_baseline_are_named_as_the_basis() -> None:
    assert "records of the offices" in hamkor.measure("turnover", "UZB", "KAZ").basis
    assert "baseline of Central Asia" in hamkor.measure("trade_intensity", "UZB", "KAZ").basis
    assert "toyland" in hamkor.measure("turnover", region="toyland").basis.lower()


def test_the_exporters_record_comes_before_the_importers() -> None:
    found = hamkor.measure("balance", "UZB", "KGZ", period="2022").frame.filter(economy="UZB")
    reports = hamkor.measure("mirror_ratio", "UZB", "KGZ", period="2022").frame
    assert len(found) == 1
    assert reports.filter(exporter="UZB")["value"][0] == pytest.approx(0.369, abs=5e-4)


def test_an_option_that_needs_a_region_takes_its_members() -> None:
    found = hamkor.measure("intra_regional_share")
    assert 0.05 < found.frame["value"][0] < 0.1
    with pytest.raises(BadInput, match="two economies or more"):
        hamkor.measure("intra_regional_share", options={"members": ["UZB"]})
