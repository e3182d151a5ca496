"""`hamkor reconcile`: one estimate from two records, on the region's own facts."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

import hamkor
from hamkor.cli import main


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main(["reconcile", *arguments])
    printed = capsys.readouterr()
    return int(left.value.code or 0), printed.out, printed.err


def test_the_estimate_lies_in_its_interval_and_the_parts_of_the_gap_sum_to_it() -> None:
    found = hamkor.reconcile("central-asia", "UZB", "KGZ", period="2022").plain()
    flow = next(row for row in found["flows"] if row["exporter"] == "UZB")
    assert flow["import_report"] < flow["value"] < flow["export_report"]
    assert flow["low"] < flow["value"] < flow["high"]
    assert flow["scopes_differ"]
    gap = next(row for row in found["gaps"] if row["exporter"] == "UZB")
    reasons = [value for name, value in gap.items() if name not in ("exporter", "importer", "product", "period", "gap")]
    assert sum(reasons) == pytest.approx(gap["gap"])


def test_turkmenistan_has_flows_with_wider_intervals() -> None:
    flows = hamkor.reconcile("central-asia").found.flows.with_columns(width=pl.col("high") / pl.col("low"))
    by_status = dict(flows.group_by("status").agg(pl.col("width").median()).rows())
    assert "TKM" in flows["exporter"].to_list()
    assert by_status["one-sided"] > by_status["two-sided"]


def test_it_is_shown_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = told(capsys, "central-asia", "UZB", "KGZ", "--period", "2022")
    assert code == 0
    assert "UZB → KGZ" in out
    assert "invisible to any comparison" in err
    code, _, err = told(capsys, "central-asia", "--output", str(tmp_path / "flows.csv"))
    assert code == 0
    assert (tmp_path / "flows.csv").stat().st_size > 1000
    code, out, _ = told(capsys, "toyland", "--json")
    assert {"flows", "gaps", "reporters", "pairs", "notes"} <= set(json.loads(out))


def test_weights_move_the_estimate(tmp_path: Path) -> None:
    (tmp_path / "w.toml").write_text("KGZ = 30\n")
    plain, moved = (
        hamkor.reconcile("central-asia", "UZB", "KGZ", period="2018", weights=path).found.flows.filter(exporter="UZB")
        for path in (None, tmp_path / "w.toml")
    )
    assert moved["export_weight"][0] < plain["export_weight"][0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "nowhere"),
        (["central-asia", "XXX"], "nothing of XXX"),
        (["central-asia", "--period", "2023/2020"], "FIRST/LAST"),
        (["central-asia", "--output", "x.pdf"], ".csv or .parquet"),
        (["central-asia", "--weights", "none.toml"], "none.toml"),
    ],
)
def test_what_cannot_be_done_says_what_to_do(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = told(capsys, *arguments)
    assert code == 2
    assert words in err
    assert "Traceback" not in err
