"""`hamkor index`: a region's own index, a table of the user's, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from hamkor.cli import hamkor
from hamkor.indicators.composite.definition import Definition
from hamkor.schema.errors import BadInput
from hamkor.workbench import index, index_bytes, index_definitions

MINE = """
id = "mine"
title = "Mine"
dimensions = [{ id = "trade", title = "Trade" }, { id = "border", title = "Border" }]
indicators = [
  { id = "exports", title = "Exports", dimension = "trade" },
  { id = "hours", title = "Hours", dimension = "border", direction = -1 },
]
"""


@pytest.fixture
def mine(tmp_path: Path) -> list[str]:
    (tmp_path / "mine.toml").write_text(MINE)
    (tmp_path / "panel.csv").write_text("economy,exports,hours\nA,1,5\nB,2,6\nC,3,9\n")
    return [str(tmp_path / "mine.toml"), "--data", str(tmp_path / "panel.csv")]


def told(*arguments: str) -> str:
    result = CliRunner().invoke(hamkor, ["index", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_the_definitions_are_listed() -> None:
    assert "arcii" in told()
    assert [len(one["indicators"]) for one in json.loads(told("--json"))] == [26, 6]


def test_adbs_baseline_has_six_dimensions_and_26_indicators() -> None:
    arcii = next(one for one in index_definitions() if one["name"] == "arcii")
    counts = [sum(one["dimension"] == name for one in arcii["indicators"]) for name in
              dict.fromkeys(one["dimension"] for one in arcii["indicators"])]  # fmt: skip
    assert counts == [5, 4, 4, 4, 4, 5]


def test_adbs_definition_builds_on_a_table_of_the_users() -> None:
    arcii, chance = next(one for one in index_definitions() if one["name"] == "arcii"), np.random.default_rng(5)
    rows = [(f"E{one:02}", str(year)) for one in range(20) for year in (2020, 2021)]
    common = chance.normal(size=len(rows))
    table = pl.DataFrame(rows, schema=["economy", "period"], orient="row").with_columns(
        **{one["id"]: pl.Series(common + chance.normal(size=len(rows))) for one in arcii["indicators"]}
    )
    scores = index("arcii", data=table).scores["value"]
    assert scores.is_between(0, 1).all()
    assert index("arcii", data=table, period="2021").scores.height == 20


def test_a_regions_index_names_the_source_of_every_value_and_what_is_missing() -> None:
    found = index("central-asia")
    given = found.built.cells.filter(pl.col("given").is_not_null()).select("economy", "indicator", value="given")
    both = given.join(found.sources, on=["economy", "indicator"], how="left", suffix="_source")
    assert (both["value"] == both["value_source"]).all()
    assert both["source"].str.len_chars().min() > 0  # type: ignore[operator]
    assert "missing: Cost to cross a border by road: KAZ" in told("central-asia")
    assert found.scores.filter(economy="KAZ")["coverage"].item() < 1


def test_regional_trade_is_the_share_of_both_flows() -> None:
    from hamkor.regions.find import region_folder
    from hamkor.regions.pack import read_pack

    pack = read_pack(region_folder("central-asia"))
    members, inside, whole = set(pack.region.members), 0.0, 0.0
    for row in pack.baseline_trade.to_dicts():
        sides = {row["EXPORTER"], row["IMPORTER"]}
        if "UZB" in sides:
            whole += row["OBS_VALUE"]
            inside += row["OBS_VALUE"] * (sides <= members)
    cells = index("central-asia").built.cells.filter(economy="UZB", indicator="trade_share")
    assert cells["given"].item() == pytest.approx(100 * inside / whole)


def test_intervals_of_ranks_come_with_the_draws() -> None:
    plain = json.loads(told("central-asia", "--uncertainty", "200", "--seed", "3", "--json"))
    assert plain["uncertainty"]["draws"] >= 200
    assert plain["uncertainty"]["seed"] == 3
    assert all(one["rank_low"] <= one["rank_median"] <= one["rank_high"] for one in plain["scores"])
    assert "5-95 %" in told("central-asia", "--uncertainty", "200")


def test_weights_change_the_index(mine: list[str], tmp_path: Path) -> None:
    (tmp_path / "weights.toml").write_text("trade = 9\n")
    before, after = (json.loads(told(*mine, *more, "--json")) for more in ([], ["--weights", str(tmp_path / "weights.toml")]))
    assert [one["rank"] for one in after["scores"]] == [3, 2, 1]
    assert before["scores"][0]["value"] == pytest.approx(50.0)


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.svg", "a.json"])
def test_it_is_written_as_a_file(name: str, mine: list[str], tmp_path: Path) -> None:
    told(*mine, "--output", str(tmp_path / name))
    assert (tmp_path / name).stat().st_size > 100


def test_the_picture_is_the_same_each_time() -> None:
    assert index_bytes(index("central-asia"), "svg") == index_bytes(index("central-asia"), "svg")


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("trade = ", "TOML"),
        ("trad = 1\n", "did you mean 'trade'"),
        ("trade = 'much'\n", "a number >= 0"),
        ("trade = -1\n", "weight -1"),
    ],
)
def test_weights_that_cannot_be_used_are_told(text: str, due: str, mine: list[str], tmp_path: Path) -> None:
    (tmp_path / "weights.toml").write_text(text)
    with pytest.raises(BadInput, match=due):
        index(mine[0], data=mine[2], weights=tmp_path / "weights.toml")


@pytest.mark.parametrize(
    ("change", "due"),
    [
        (("direction = -1", "direction = 2"), "direction"),
        (('title = "Mine"', 'tilte = "Mine"'), "tilte"),
        (("dimension", "x"), "x"),
    ],
)
def test_a_definition_that_cannot_be_used_is_told(change: tuple[str, str], due: str, mine: list[str]) -> None:
    Path(mine[0]).write_text(MINE.replace(*change))
    with pytest.raises(BadInput, match=due):
        index(mine[0], data=mine[2])


def test_what_is_not_there_is_told(mine: list[str]) -> None:
    for arguments, due in (("arci", "did you mean 'arcii'"), ("arcii", "--data FILE"), (mine[0], "--data FILE")):
        with pytest.raises(BadInput, match=due):
            index(arguments)
    with pytest.raises(BadInput, match="one of ''"):
        index(mine[0], data=mine[2], period="2020")
    with pytest.raises(BadInput, match=r"\.pdf"):
        index_bytes(index("central-asia"), "pdf")


def test_a_measure_that_is_unknown_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    for take, due in (('{ measure = "agreement" }', "did you mean 'agreements'"), ('{ measure = "agreements" }', "no 'type'")):
        path.write_text(MINE.replace('"trade" },\n  {', f'"trade", take = {take} }},\n  {{'))
        with pytest.raises(BadInput, match=due):
            index(str(path), region="central-asia")


def test_a_definition_takes_no_unknown_key() -> None:
    import msgspec

    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.convert({"id": "x", "title": "X", "dimensions": [], "indicators": [], "wieghts": 1}, Definition)
