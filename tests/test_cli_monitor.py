"""`hamkor monitor` on built-in data: what it says, where from, and what it refuses."""

from __future__ import annotations

import html
import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from hamkor.cli import hamkor
from hamkor.schema.errors import BadInput
from hamkor.workbench import import_file, monitor, why


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


PRODUCTS = """
[file]
source = "uz-products"
[columns]
reporter = { constant = "UZB" }
counterpart = "partner"
flow = "flow"
product = "product"
period = { constant = 2023 }
value = "value"
unit = "million USD"
"""


def with_products(folder: Path) -> None:
    rows = "partner,flow,product,value\nKAZ,export,08,200.5\nKAZ,import,27,150\nKAZ,import,10,0.02\nKAZ,export,хлопок,12\n"
    (folder / "p.csv").write_text(rows, encoding="utf-8")
    (folder / "p.toml").write_text(PRODUCTS, encoding="utf-8")
    import_file(folder / "p.csv", folder / "p.toml")


def test_products_are_drawn_as_bars_beside_the_chart_of_both_sides(tmp_path: Path) -> None:
    with_products(tmp_path)
    assert told("UZB", "KAZ", "--output", str(tmp_path / "a.svg")) == ""
    drawn = (tmp_path / "a-products.svg").read_text(encoding="utf-8")
    for text in ("08 fruit and nuts", "27 mineral fuels and oils", "200", "150", "0.020", "in 2023 by product"):
        assert text in drawn
    assert "KAZ's record" in html.unescape((tmp_path / "a.svg").read_text(encoding="utf-8"))


def test_a_chart_of_both_sides_alone_is_one_file(tmp_path: Path) -> None:
    told("UZB", "KAZ", "--output", str(tmp_path / "a.svg"))
    assert [path.name for path in tmp_path.glob("*.svg")] == ["a.svg"]


def test_a_source_of_products_does_not_hide_the_totals_of_another(tmp_path: Path) -> None:
    with_products(tmp_path)
    rows = "partner,flow,product,value\nKAZ,export,TOTAL,1400\n"
    (tmp_path / "t.csv").write_text(rows, encoding="utf-8")
    (tmp_path / "t.toml").write_text(PRODUCTS.replace("uz-products", "uz-totals"), encoding="utf-8")
    import_file(tmp_path / "t.csv", tmp_path / "t.toml")
    found = monitor("UZB", "KAZ")
    assert found.basis["UZB"].startswith("store: uz-totals, vintage of")
    assert "; products: uz-products, vintage of" in found.basis["UZB"]
    assert found.tables.flows.filter(REPORTER="UZB", FLOW="export", TIME_PERIOD="2023")["OBS_VALUE"].to_list() == [1.4e9]
    assert len(found.tables.products) == 4


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
