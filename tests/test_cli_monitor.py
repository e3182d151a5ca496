"""`hamkor monitor` on built-in data: what it says, where from, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from hamkor.cli import hamkor
from hamkor.schema.errors import BadInput
from hamkor.workbench import monitor, why


def told(*arguments: str) -> str:
    result = CliRunner().invoke(hamkor, ["monitor", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_both_sides_stand_beside_each_other_with_their_scopes() -> None:
    side = next(
        row for row in monitor("UZB", "KGZ").plain()["sides"] if (row["EXPORTER"], row["TIME_PERIOD"]) == ("UZB", "2022")
    )
    assert side["GAP"] == pytest.approx(side["IMPORTER_REPORT"] - side["EXPORTER_REPORT"])
    assert "scopes differ" in side["MARK"]


def test_it_says_what_it_rests_on() -> None:
    assert monitor("UZB", "KAZ").basis == {"UZB": "facts of central-asia", "KAZ": "facts of central-asia"}
    assert "facts of central-asia" in told("UZB", "KAZ")


def test_every_cell_names_source_and_scope() -> None:
    for row in monitor("UZB", "TJK").plain()["flows"]:
        assert row["SOURCE"]
        assert row["COVERAGE"]
        assert row["VALUATION"]


def test_balance_is_exports_less_imports_of_one_scope() -> None:
    flows = pl.DataFrame(monitor("UZB", "KAZ").plain()["flows"])
    wide = flows.filter(REPORTER="KAZ", TIME_PERIOD="2022")
    value = dict(zip(wide["FLOW"], wide["OBS_VALUE"], strict=True))
    assert value["balance"] == pytest.approx(value["export"] - value["import"])
    assert value["turnover"] == pytest.approx(value["export"] + value["import"])


def test_what_was_not_yet_known_is_not_shown() -> None:
    with pytest.raises(BadInput, match="nothing is known"):
        monitor("UZB", "KAZ", as_of="1990-01-01")


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv", "a.parquet", "a.json", "a.svg"])
def test_it_is_written_as_a_file(name: str, tmp_path: Path) -> None:
    told("UZB", "KAZ", "--output", str(tmp_path / name))
    assert (tmp_path / name).stat().st_size > 1_000


def test_json_has_every_table() -> None:
    assert set(json.loads(told("UZB", "KAZ", "--json"))) == {
        "reporter", "counterpart", "basis", "flows", "sides", "products", "seasons", "revisions",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("UZB", "UZB"), "two economies"), (("UZB", "KAY"), "did you mean"), (("UZB", "ETH"), "nothing is known"),
        (("UZB", "KAZ", "--period", "1950"), "one of 2010"), (("UZB", "KAZ", "--period", "2024/2020"), "ends before"),
        (("UZB", "KAZ", "--as-of", "soon"), "YYYY-MM-DD"), (("UZB", "KAZ", "--output", "a.doc"), ".xlsx"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_told(arguments: tuple[str, ...], message: str) -> None:
    result = CliRunner().invoke(hamkor, ["monitor", *arguments])
    assert isinstance(result.exception, BadInput)
    assert message in str(result.exception)


@pytest.mark.parametrize(("reporter", "counterpart"), [("UZB", "KGZ"), ("KAZ", "UZB"), ("TJK", "UZB")])
def test_the_id_of_each_figure_that_a_region_states_is_answered(reporter: str, counterpart: str) -> None:
    found = monitor(reporter, counterpart).plain()
    named = {row["ID"]: row["OBS_VALUE"] for row in found["flows"] if row["ID"]}
    assert {row["FLOW"] for row in found["flows"] if not row["ID"]} <= {"turnover", "balance"}
    assert len(named) > 10
    for identifier, value in named.items():
        assert why("central-asia", identifier)[0]["value"] == pytest.approx(value)
