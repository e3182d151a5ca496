"""From tables to facts: nothing lost, nothing twice, each traced to its cell, contradicting ones ranked and kept."""

from __future__ import annotations

import hashlib
import math
import random
import tomllib
from collections import Counter
from functools import cmp_to_key
from typing import Any

import msgspec
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamkor.briefs.facts import collect, register_facts, statement, trade_ranks
from hamkor.regions.find import region_folders
from hamkor.register.entities import Claim, Entity
from hamkor.schema.errors import BadInput
from hamkor.schema.provenance import Artifact, Fact
from hamkor.schema.units import UNITS
from hamkor.workbench import Workspace, workspace

DUST = 1e-12  # relative: bounds and values are rounded to doubles apart from each other

every_pack = pytest.mark.parametrize("name", list(region_folders()))


def _printed(found: Workspace) -> list[Fact]:
    return [fact for fact in found.facts.by_id.values() if fact.derivation is None]


# All facts of all packs


@every_pack
def test_every_printed_figure_claim_title_and_remark_is_one_fact(name: str) -> None:
    found = workspace(name)
    pack = found.pack
    rows = pack.observations
    due = Counter(flow for flow, value in rows.select("FLOW", "OBS_VALUE").iter_rows() if value is not None)
    due += Counter(f"{flow}-growth" for flow, value in rows.select("FLOW", "GROWTH").iter_rows() if value is not None)
    due += Counter(f"{entity.kind}.{claim.attribute}" for entity in pack.entities for claim in entity.claims)
    due += Counter(f"{entity.kind}.title" for entity in pack.entities)
    due += Counter(f"corridor.{indicator}" for indicator in pack.performance["INDICATOR"])
    due += Counter({"region.title": 1, "group.title": len(pack.region.groups)})
    due += Counter({"gap": len(pack.region.gaps), "note": len(pack.region.notes)})
    members = list(pack.region.members)
    inside = pl.col("EXPORTER").is_in(members) & pl.col("IMPORTER").is_in(members)
    due += Counter({"baseline-flow": len(pack.baseline_trade.filter(inside)), "baseline-world": 1, "baseline-inside": 1})
    due += Counter({"baseline-exports": len(members), "baseline-imports": len(members)})
    assert Counter(fact.name for fact in _printed(found)) == due


@every_pack
def test_an_id_says_what_is_stated_and_by_which_source(name: str) -> None:
    for key, fact in workspace(name).facts.by_id.items():
        assert fact.id == key
        stated, at, source = fact.id.partition("@")
        if at:
            assert stated == statement(fact.name, fact.entities, fact.period)
            assert source.partition("~")[0] == fact.source
        else:
            assert fact.derivation is not None or fact.name in ("region.title", "group.title", "gap", "note") or (
                fact.name.endswith(".title")
            ), fact.id  # fmt: skip


@every_pack
def test_every_fact_has_either_a_cell_or_a_derivation(name: str) -> None:
    found = workspace(name)
    for fact in found.facts.by_id.values():
        assert (fact.cell is None) == (fact.derivation is not None), fact.id
        assert fact.source == "" or fact.source in found.pack.sources
        if fact.derivation is not None:
            assert fact.source == ""


@every_pack
def test_the_cell_of_a_fact_is_the_place_where_its_digits_stand(name: str) -> None:
    found = workspace(name)
    folder = region_folders()[name]
    files = {path: (folder / path).read_bytes() for path in found.pack.artifacts}
    lines = {path: data.decode("utf-8").split("\n") for path, data in files.items()}
    tables = {path: tomllib.loads(data.decode("utf-8")) for path, data in files.items() if path.endswith(".toml")}
    looked = 0
    for fact in _printed(found):
        assert fact.cell is not None
        path, locator = fact.cell.artifact.path, fact.cell.locator
        assert fact.cell.artifact.sha256 == hashlib.sha256(files[path]).hexdigest()
        if locator.startswith("line "):
            line = lines[path][int(locator.removeprefix("line ")) - 1]
            digits, _, unit = fact.printed.partition(" ")
            assert digits in line.split(","), fact.id
            assert unit in line or fact.name.endswith("-growth")
            assert fact.source in line.split(",")
            looked += 1
        elif " claims " in locator:
            key, _, number = locator.partition(" claims ")
            claim = tables[path][key.strip("[]")]["claims"][int(number) - 1]
            assert (claim["attribute"], claim["source"]) == (fact.name.partition(".")[2], fact.source)
            if isinstance(fact.value, str) or "low" not in claim:
                stated = fact.value if isinstance(fact.value, str) else fact.printed.partition(" ")[0]
                assert stated == str(claim["value"]), fact.id
            looked += 1
    assert looked > 50


@every_pack
def test_every_interval_contains_its_value(name: str) -> None:
    for fact in workspace(name).facts.by_id.values():
        if isinstance(fact.value, str):
            assert (fact.low, fact.high, fact.unit) == (None, None, ""), fact.id
            continue
        slack = DUST * max(abs(fact.value), 1e-9)
        assert math.isfinite(fact.value), fact.id
        assert fact.low is None or fact.low <= fact.value + slack, fact.id
        assert fact.high is None or fact.value - slack <= fact.high, fact.id
        assert fact.precision is not None, fact.id
        assert fact.precision > 0, fact.id


@every_pack
def test_only_a_bound_leaves_an_interval_of_a_printed_number_open(name: str) -> None:
    for fact in _printed(workspace(name)):
        if not isinstance(fact.value, str):
            assert (fact.low is None) == (fact.bound == "below"), fact.id
            assert (fact.high is None) == (fact.bound == "above"), fact.id


@every_pack
def test_a_printed_number_is_known_to_half_a_unit_of_its_last_digit(name: str) -> None:
    factors = {unit.name: float(unit.factor) for unit in UNITS.values()}
    for fact in _printed(workspace(name)):
        if isinstance(fact.value, str) or fact.bound or fact.name.startswith("baseline-"):
            continue
        digits, _, unit = fact.printed.partition(" ")
        step = factors[unit] / 10 ** len(digits.partition(".")[2])
        assert fact.low is not None
        assert fact.high is not None
        slack = 1e-15 * abs(fact.value)
        assert fact.precision == pytest.approx(step, rel=DUST), fact.id
        assert abs(fact.value - fact.low - step / 2) <= slack + DUST * step, fact.id
        assert abs(fact.high - fact.value - step / 2) <= slack + DUST * step, fact.id


@every_pack
def test_the_first_of_all_that_state_the_same_is_the_best(name: str) -> None:
    facts = workspace(name).facts
    assert sum(len(found) for found in facts.ranked.values()) == len(facts.by_id)
    for key, found in facts.ranked.items():
        assert {statement(fact.name, fact.entities, fact.period) for fact in found} == {key}
        assert facts.best(found[0].name, *found[0].entities, period=found[0].period) is found[0]
        assert facts.all(found[0].name, *found[0].entities, period=found[0].period) == found


# Looking up


def _fact(identifier: str, **parts: Any) -> Fact:
    fact = Fact(id=identifier, name="turnover", entities=("A", "B"), period="2024", value=1.0)
    return msgspec.structs.replace(fact, **parts)


def test_an_id_that_occurs_twice_is_refused() -> None:
    with pytest.raises(BadInput, match="fact id 'x' again where an id that occurs once is due"):
        collect([_fact("x"), _fact("y"), _fact("x")])


def test_a_fact_is_found_by_its_id_or_by_what_it_states() -> None:
    one, other = _fact("turnover:A-B:2024@one"), _fact("turnover:A-B:2024@other")
    facts = collect([one, other])
    assert facts.find(one.id) == (one,)
    assert facts.find("turnover:A-B:2024") == (one, other)
    assert facts.best("turnover", "B", "A", period="2024") is None
    assert facts.all("turnover", "A", "B", period="2023") == ()


def test_an_unknown_fact_is_answered_with_the_nearest() -> None:
    with pytest.raises(
        BadInput, match=r"fact 'turnovr:A-B:2024' where the id of a fact is due; did you mean 'turnover:A-B:2024"
    ):
        collect([_fact("turnover:A-B:2024@one")]).find("turnovr:A-B:2024")


def test_contradicting_figures_of_trade_stand_side_by_side_the_offices_own_first() -> None:
    found = workspace("toyland").facts.all("turnover", "ALD", "BRE", period="2024-01/2024-06")
    assert [(fact.source, fact.number) for fact in found] == [("aldia-ministry", 100e6), ("toyland-courier", 110e6)]


def test_contradicting_claims_stand_side_by_side() -> None:
    found = workspace("toyland").facts.all("funds.capital", "ald-bre-fund", period="2024")
    assert {(fact.source, fact.number) for fact in found} == {("aldia-ministry", 10e6), ("toyland-courier", 12e6)}


def test_claims_of_one_source_that_state_the_same_get_ids_of_their_own() -> None:
    claims = [Claim("product", "s", value=name) for name in ("cotton", "grapes", "copper")]
    entity = Entity("basket", "baskets", "Goods", ("A", "B"), tuple(claims))
    facts = register_facts([entity], {"register/baskets.toml": Artifact("register/baskets.toml", "0")})
    assert [fact.id for fact in facts[1:]] == [f"baskets.product:basket@s{mark}" for mark in ("", "~2", "~3")]
    assert [fact.value for fact in collect(facts).of_entity["basket"]] == ["Goods", "cotton", "grapes", "copper"]


def test_a_number_is_not_read_as_a_text_nor_a_text_as_a_number() -> None:
    with pytest.raises(TypeError, match="x is a text"):
        _ = _fact("x", value="word").number
    with pytest.raises(TypeError, match="x is a number"):
        _ = _fact("x").text


# The order among facts that state the same

DATES = st.dates().map(str) | st.just("undated")
sources = st.fixed_dictionaries({"preferred": st.booleans(), "part": st.booleans(), "official": st.booleans(), "date": DATES})


def _first_by_the_page_on_packs(one: dict[str, object], other: dict[str, object]) -> int:
    """Compare two sources as docs/reference/region-pack.md says; 0 if it leaves them alike."""
    for name, good in (("preferred", True), ("part", False), ("official", True)):
        if one[name] != other[name]:
            return -1 if one[name] is good else 1
    if one["date"] == other["date"]:
        return 0
    if "undated" in (one["date"], other["date"]):
        return 1 if one["date"] == "undated" else -1
    return -1 if str(one["date"]) > str(other["date"]) else 1


@given(st.lists(sources, min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_a_preference_beats_a_total_beats_an_office_beats_a_later_date(
    rows: list[dict[str, object]], shuffle: random.Random
) -> None:
    cases = {f"turnover:A-B:2024@s{number}": row for number, row in enumerate(rows)}
    facts = [_fact(key, source=key.partition("@")[2], subset="agri-food" if row["part"] else "") for key, row in cases.items()]
    shuffle.shuffle(facts)
    ranks = trade_ranks(
        facts,
        dates={key.partition("@")[2]: str(row["date"]) for key, row in cases.items()},
        official=frozenset(key.partition("@")[2] for key, row in cases.items() if row["official"]),
        preferred=[key for key, row in cases.items() if row["preferred"]],
    )
    found = [fact.id for fact in collect(facts, ranks=ranks).all("turnover", "A", "B", period="2024")]

    def order(one: str, other: str) -> int:
        return _first_by_the_page_on_packs(cases[one], cases[other])

    assert found == sorted(sorted(cases), key=cmp_to_key(order))


def test_the_order_does_not_depend_on_the_order_of_the_files() -> None:
    facts = [_fact(f"turnover:A-B:2024@{name}", source=name) for name in ("c", "a", "b")]
    ranks = trade_ranks(facts, dates={}, official=frozenset(), preferred=())
    assert [fact.source for fact in collect(facts, ranks=ranks).all("turnover", "A", "B", period="2024")] == ["a", "b", "c"]
