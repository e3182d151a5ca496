"""`hamkor reconcile`: one estimate from two records, on the region's own facts."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
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
        (["central-asia", "--output", "x.pdf"], ".csv, .parquet, .json or .svg"),
        (["central-asia", "--weights", "none.toml"], "none.toml"),
        (["central-asia", "--claims", "none.json"], "none.json"),
        (["central-asia", "--output", "x.svg"], "two economies"),
    ],
)
def test_what_cannot_be_done_says_what_to_do(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = told(capsys, *arguments)
    assert code == 2
    assert words in err
    assert "Traceback" not in err


def test_a_flow_is_explained_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["why", "flow:UZB-KGZ-2022"])
    page = capsys.readouterr().out
    assert not left.value.code
    for words in ("nine times in ten", "freight and insurance", "lasting gap", "weights", "unexplained", "invisible"):
        assert words in page
    flow = hamkor.reconcile("central-asia", "UZB", "KGZ", period="2022").found.flows.filter(exporter="UZB")
    assert f"{flow['value'][0] / 1e6:,.0f} million" in page
    with pytest.raises(SystemExit) as left:
        main(["why", "flow:UZB-KGZ:2022", "--json"])
    assert json.loads(capsys.readouterr().out)["flow"]["export_id"].startswith("export:UZB-KGZ:2022@")


@pytest.mark.parametrize("name", ["flow:UZB-KGZ", "flow:UZB-XXX-2022", "flow:UZB-KGZ-1900"])
def test_a_flow_that_is_not_there_is_told(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["why", name])
    assert left.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_one_sided_flow_says_that_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["why", "flow:KAZ-TKM-2022"])
    assert "one record only" in capsys.readouterr().out


def test_a_printed_claim_of_a_silent_side_is_evidence_and_one_of_a_known_side_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "In 2022 Tajikistan's imports from Uzbekistan were 400 million dollars. "
        "In 2022 Uzbekistan's exports to Kyrgyzstan were 980 million dollars."
    )
    claims = hamkor.check(text, region="central-asia").report.claims
    (tmp_path / "claims.json").write_text(json.dumps({"claims": [json.loads(msgspec.json.encode(one)) for one in claims]}))
    plain = hamkor.reconcile("central-asia", "UZB", "TJK", period="2022").found.flows.filter(exporter="UZB")
    found = hamkor.reconcile("central-asia", "UZB", "TJK", period="2022", claims=tmp_path / "claims.json")
    moved = found.found.flows.filter(exporter="UZB")
    assert moved["value"][0] < plain["value"][0]
    assert moved["high"][0] / moved["low"][0] < plain["high"][0] / plain["low"][0]
    assert found.evidence["used"].to_list() == [True]
    assert "known already" in found.left_out[0]
    code, _, err = told(capsys, "central-asia", "UZB", "TJK", "--claims", str(tmp_path / "claims.json"))
    assert code == 0
    assert "taken in" in err
    (tmp_path / "claims.json").write_text('{"claims": 3}')
    code, _, err = told(capsys, "central-asia", "--claims", str(tmp_path / "claims.json"))
    assert code == 2
    assert "hamkor check --json" in err


def test_both_records_and_the_estimate_are_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, _ = told(capsys, "central-asia", "KAZ", "UZB", "--period", "2018/2023", "--output", str(tmp_path / "both.svg"))
    assert code == 0
    assert "both records reconciled" in (tmp_path / "both.svg").read_text()


def test_the_monitor_shows_the_estimate_beside_both_sides() -> None:
    sides = hamkor.monitor("UZB", "KGZ", region="central-asia", store=Path("no such store")).tables.sides
    row = sides.filter(EXPORTER="UZB", TIME_PERIOD="2022").row(0, named=True)
    assert row["LOW"] < row["ESTIMATE"] < row["HIGH"]
    flow = hamkor.reconcile("central-asia", "UZB", "KGZ", period="2022", store=Path("no such store")).found.flows
    assert row["ESTIMATE"] == pytest.approx(flow.filter(exporter="UZB")["value"][0])


def test_the_check_of_a_text_names_the_reconciled_flow_beside_the_records() -> None:
    found = hamkor.check("In 2022 Uzbekistan's exports to Kyrgyzstan were 362.6 million dollars.", region="central-asia")
    told = [name for finding in found.report.findings for name in finding.facts]
    assert "flow:UZB-KGZ:2022" in told


def test_a_printed_growth_rate_links_two_years(tmp_path: Path) -> None:
    text = "In 2022 Tajikistan's imports from Uzbekistan grew by 60 percent."
    claims = [json.loads(msgspec.json.encode(one)) for one in hamkor.check(text, region="central-asia").report.claims]
    assert [one["kind"] for one in claims] == ["growth"]
    (tmp_path / "claims.json").write_text(json.dumps({"claims": claims}))
    plain, linked = (
        hamkor.reconcile("central-asia", "UZB", "TJK", period="2021/2022", claims=path).found.flows.filter(exporter="UZB")
        for path in (None, tmp_path / "claims.json")
    )
    before, after = (float(one["value"][1] / one["value"][0]) for one in (plain, linked))
    assert abs(after - 1.6) < abs(before - 1.6)
