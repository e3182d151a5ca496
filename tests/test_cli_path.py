"""`hamkor path` on built-in data: the printed figures, its files, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

import hamkor as hk
from hamkor.cli import hamkor
from hamkor.indicators.path import Path as Computed
from hamkor.schema.errors import BadInput
from hamkor.workbench.paths import Way
from hamkor.workbench.workspaces import workspace

PRINTED = 0.0005
"""Half a unit of the last digit of a percentage printed with one decimal."""


MAPPING = """
[file]
source = "own-customs"
title = "Own customs table"
licence = "internal"

[columns]
reporter = { constant = "UZB" }
counterpart = "partner"
product = "hs"
flow = "flow"
period = "year"
value = "USD"
unit = "USD"
coverage = "goods"
valuation = "unknown"
"""


def way(*economies: str, target: float | None = None, by: str | int = "", since: int | None = None) -> Way:
    return hk.path(*economies, target=target, by=by, since=since).ways[0]


def way_path(*economies: str, target: float | None = None, by: str | int = "", since: int | None = None) -> Computed:
    found = way(*economies, target=target, by=by, since=since).path
    assert found is not None
    return found


def told(*arguments: str) -> str:
    result = CliRunner().invoke(hamkor, ["path", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


@pytest.mark.parametrize(
    ("economies", "target", "by", "start", "needed", "reached"),
    [
        (("UZB", "KAZ"), 10e9, "2030", 2025, 0.150, 0.026), (("UZB", "KAZ"), None, "", 2025, 0.150, 0.026),
        (("KGZ", "UZB"), 2e9, "2030", 2024, 0.154, 0.194), (("UZB", "KGZ"), None, "", 2024, 0.154, 0.194),
        (("UZB", "TJK"), None, "2030", 2025, 0.227, 0.121), (("UZB", "TKM"), None, "2030", 2024, 0.098, 0.081),
    ],
)  # fmt: skip
def test_growth_needed_and_reached_are_as_printed(
    economies: tuple[str, str], target: float | None, by: str, start: int, needed: float, reached: float
) -> None:
    one = way_path(*economies, target=target, by=by)
    assert one.start == start
    assert one.needed is not None
    assert one.reached is not None
    assert one.needed.value == pytest.approx(needed, abs=PRINTED)
    assert one.reached.value == pytest.approx(reached, abs=PRINTED)


def test_it_agrees_with_the_brief() -> None:
    facts = workspace("central-asia").facts
    ways = {one.target: one for one in hk.path(region="central-asia").ways}
    compared = 0
    for fact in facts.by_id.values():
        if fact.name in ("growth-needed", "growth-reached"):
            measured = getattr(ways[fact.entities[0]].path, fact.name.removeprefix("growth-"))
            assert (measured.value, measured.low, measured.high) == (fact.value, fact.low, fact.high)
            compared += 1
    assert compared >= 6


def test_every_target_of_the_register_is_shown() -> None:
    named = [one.id for one in workspace("central-asia").pack.entities if one.kind == "targets"]
    assert [one.target for one in hk.path().ways] == named
    assert "CA" in told()


def test_a_target_without_a_date_is_given_none() -> None:
    for one in hk.path(region="central-asia").ways:
        if not one.said[:4].isdigit() and one.path is not None:
            assert (one.path.by, one.path.needed, one.path.probability) == (None, None, None)
    assert "no date" in told("UZB", "TJK")
    assert "a year given here" in " ".join(way("UZB", "TJK", by=2030).notes)


def test_a_base_that_no_record_has_gets_no_outlook_and_says_so() -> None:
    assert way_path("KAZ", "TKM").trend is None
    assert "no side's annual record has this base" in " ".join(way("KAZ", "TKM").notes)


def test_a_target_that_is_reached_says_so() -> None:
    assert "reached already: 4.97 billion in 2025" in way("UZB", "KAZ", target=4e9, by=2030).notes
    assert "reached" in told("UZB", "KAZ", "--target", "4e9", "--by", "2030")


def test_four_levels_of_twelve_years_have_no_outlook() -> None:
    assert way_path("TJK", "UZB").trend is None
    assert "4 annual levels: an outlook takes five" in way("TJK", "UZB").notes


def test_one_economy_has_all_its_targets() -> None:
    assert {frozenset(one.parties) for one in hk.path("TJK").ways} == {frozenset(("TJK", "UZB")), frozenset(("KGZ", "TJK"))}


def test_every_level_names_its_source_and_has_one_scope() -> None:
    facts = workspace("central-asia").facts
    for one in hk.path(region="central-asia").ways:
        for row in one.levels.to_dicts():
            assert row["source"]
            assert facts.by_id[row["fact"]].coverage in (one.scope, "")


def test_no_amount_of_a_measure_is_made_up() -> None:
    facts = {fact.number for fact in workspace("central-asia").facts.by_id.values() if fact.unit == "USD"}
    rows = [row for one in hk.path(region="central-asia").ways for row in one.measures.to_dicts()]
    assert {row["value"] for row in rows if row["value"] is not None} <= facts
    assert all((row["value"] is None) == (row["source"] is None) for row in rows)


def test_levels_of_the_user_are_taken(tmp_path: Path) -> None:
    file = tmp_path / "levels.csv"
    pl.DataFrame({"period": range(2018, 2026), "value": [100 * 1.1**n for n in range(8)]}).write_csv(file)
    one = json.loads(told("UZB", "KAZ", "--target", "300", "--by", "2030", "--data", str(file), "--json"))["ways"][0]["path"]
    assert one["reached"]["value"] == pytest.approx(0.1)
    assert (one["probability"], one["arrival"]["period"]) == (1.0, 2030)


def test_the_history_can_be_cut() -> None:
    assert way_path("UZB", "KAZ", target=10e9, by=2030, since=2018).levels["period"][0] == 2018


def test_the_chart_says_what_the_table_says(tmp_path: Path) -> None:
    told("UZB", "KAZ", "--target", "10e9", "--by", "2030", "--output", str(tmp_path / "a.svg"))
    drawn = (tmp_path / "a.svg").read_text(encoding="utf-8")
    for text in ("4.97 bn", "10 bn in 2030", "15.0% a year needed", "6.87 bn in 2030", "target met: 25%"):
        assert text in drawn


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv", "a.json", "a.svg"])
@pytest.mark.parametrize("arguments", [("UZB", "KAZ"), ()])
def test_it_is_written_as_a_file(name: str, arguments: tuple[str, ...], tmp_path: Path) -> None:
    told(*arguments, "--output", str(tmp_path / name))
    assert (tmp_path / name).stat().st_size > 1_000


def test_products_bring_what_the_store_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAMKOR_STORE", str(tmp_path / "store"))
    lines = ["partner;hs;flow;year;USD"]
    for code, growth in (("25", 1.2), ("08", 1.05)):
        for year in (2022, 2025):
            lines += [f"KAZ;{code};{flow};{year};{100e6 * growth ** (year - 2022):.0f}" for flow in ("export", "import")]
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "t.toml").write_text(MAPPING, encoding="utf-8")
    hk.import_file(tmp_path / "t.csv", tmp_path / "t.toml", released="2026-02-01")
    products = way("UZB", "KAZ", target=10e9, by=2030).products
    assert products["contribution"].sum() == pytest.approx(10e9 - way_path("UZB", "KAZ", target=10e9).base.value)
    assert set(products["product"].drop_nulls()) == {"hs:25", "hs:08"}
    assert "needed beyond" in told("UZB", "KAZ", "--target", "10e9", "--by", "2030")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("UZB", "KAY"), "did you mean"), (("UZB", "UZB"), "two economies"), (("UZB", "KAZ", "TJK"), "two economies"),
        (("UZB", "KAZ", "--target", "0"), "above zero"), (("UZB", "KAZ", "--target", "-5"), "above zero"),
        (("UZB", "KAZ", "--target", "nan"), "finite"), (("UZB", "KAZ", "--target", "10e9", "--by", "2020"), "after 2025"),
        (("UZB", "KAZ", "--by", "2020"), "after 2025"), (("UZB", "KAZ", "--by", "soon"), "a year, YYYY"),
        (("UZB", "ETH", "--target", "1e9"), "economies of one region"), (("UZB", "--target", "1e9"), "a pair"),
        (("KAZ", "KGZ"), "no target of KAZ and KGZ"), (("UZB", "KAZ", "--output", "a.doc"), ".svg"),
        (("UZB", "CA_AZE", "--target", "1e9"), "no annual trade"), (("UZB", "KAZ", "--data", "x.csv"), "without --target"),
        (("--region", "nowhere"), "a region"),
    ],
)  # fmt: skip
def test_what_has_no_path_is_told(arguments: tuple[str, ...], message: str) -> None:
    result = CliRunner().invoke(hamkor, ["path", *arguments])
    assert isinstance(result.exception, BadInput)
    assert message in str(result.exception)
