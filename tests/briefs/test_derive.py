"""Facts computed from facts: recomputed from their inputs, by value and by random points of the inputs' intervals."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from hamkor.briefs.derive import base_of, derived, measure
from hamkor.indicators.rates import Measure, balance
from hamkor.regions.find import region_folders
from hamkor.schema.periods import parse_period
from hamkor.schema.provenance import Fact
from hamkor.workbench import Workspace, workspace

DUST = 1e-9  # relative to the largest number that went in: sums and powers are rounded at different steps

every_pack = pytest.mark.parametrize("name", list(region_folders()))

Spoil = Callable[[str, str, str], Path]
Numbers = list[float]


def _difference(numbers: Numbers) -> float:
    return numbers[0] - numbers[1]


def _quotient(numbers: Numbers) -> float:
    return numbers[0] / numbers[1]


def _share(numbers: Numbers) -> float:
    return numbers[0] / sum(numbers)


def _base(numbers: Numbers) -> float:
    return numbers[0] / (1 + numbers[1])


def _growth(numbers: Numbers) -> float:
    return numbers[0] / numbers[1] - 1


ARITHMETIC: dict[str, Callable[[Numbers], float]] = {
    "computed-turnover-growth": _growth, "computed-export-growth": _growth, "computed-import-growth": _growth,
    "sum-of-parts": sum, "sum-of-sectors": lambda numbers: sum(numbers[:-1]),
    "turnover": sum, "sum-of-partners": sum, "sum-of-exports": sum, "sum-of-imports": sum,
    "balance": _difference, "mirror-balance": _difference, "mirror-gap": _difference, "turnover-gap": _difference,
    "mirror-ratio": _quotient, "target-multiple": _quotient, "share-of-partners": _share,
    "implied-turnover": _base, "implied-export": _base, "implied-import": _base,
    "trade-intensity": lambda numbers: (numbers[0] / numbers[1]) / (numbers[2] / numbers[3]),
    "intra-regional-share": lambda numbers: 2 * numbers[0] / sum(numbers[1:]),
    "compared-before": sum, "compared-now": sum, "compared-change": sum,
}  # fmt: skip


def _recompute(fact: Fact, inputs: list[Fact], numbers: Numbers) -> float:
    """Return a derived fact from its inputs' numbers, by its name and its periods alone."""
    if fact.name in ARITHMETIC:
        return ARITHMETIC[fact.name](numbers)
    if fact.name.endswith("contribution"):
        return numbers[0] - (_base(numbers) if inputs[1].unit == "1" else numbers[1])
    last = int(fact.period) if fact.name == "growth-needed" else parse_period(inputs[1].period).year
    years = last - parse_period(inputs[0].period).year
    assert fact.name in ("growth-needed", "growth-reached", "growth-reached-mirror")
    assert years > 0
    return float((numbers[1] / numbers[0]) ** (1 / years)) - 1


def _derived(found: Workspace) -> list[tuple[Fact, list[Fact]]]:
    """Return what is computed by arithmetic, with its inputs; a reconciled flow is estimated, and tested with the estimator."""
    facts = [fact for fact in found.facts.by_id.values() if fact.name != "flow"]
    return [
        (fact, [found.facts.by_id[name] for name in fact.derivation.inputs]) for fact in facts if fact.derivation is not None
    ]


def _point(fact: Fact, chance: random.Random) -> float:
    """Return a number that the fact may stand for; a target is what it says, an open end reaches to twice the value."""
    if fact.name == "targets.target":
        return fact.number
    low = fact.low if fact.low is not None else 0.0
    high = fact.high if fact.high is not None else 2 * fact.number
    return chance.choice([low, high, chance.uniform(low, high)])


# All derived facts of all packs


@every_pack
def test_a_derived_fact_names_its_inputs_and_its_formula(name: str) -> None:
    pairs = _derived(workspace(name))
    assert len(pairs) > 50
    for fact, inputs in pairs:
        assert fact.derivation is not None
        assert inputs, fact.id
        assert fact.derivation.operation == fact.name
        assert fact.derivation.formula, fact.id
        assert fact.id not in fact.derivation.inputs
        assert len(set(fact.derivation.inputs)) == len(inputs), fact.id


@every_pack
def test_computing_a_derived_fact_again_from_its_inputs_gives_its_value(name: str) -> None:
    for fact, inputs in _derived(workspace(name)):
        numbers = [used.number for used in inputs]
        scale = max(1.0, *map(abs, numbers)) if fact.unit == "USD" else 1.0
        assert fact.number == pytest.approx(_recompute(fact, inputs, numbers), rel=DUST, abs=DUST * scale), fact.id


@every_pack
def test_no_point_inside_the_inputs_intervals_leads_out_of_the_derived_one(name: str) -> None:
    chance = random.Random(20251116)
    for fact, inputs in _derived(workspace(name)):
        for _ in range(8):
            points = [_point(used, chance) for used in inputs]
            found = _recompute(fact, inputs, points)
            slack = DUST * (max(1.0, *map(abs, points)) if fact.unit == "USD" else 1.0)
            assert fact.low is None or found >= fact.low - slack, (fact.id, points)
            assert fact.high is None or found <= fact.high + slack, (fact.id, points)


@every_pack
def test_the_last_digit_of_a_derived_fact_is_the_place_that_its_interval_leaves_known(name: str) -> None:
    for fact, _ in _derived(workspace(name)):
        assert fact.precision is not None
        exponent = math.log10(fact.precision)
        assert exponent == pytest.approx(round(exponent), abs=1e-9), fact.id
        if fact.low is not None and fact.high is not None and fact.high > fact.low:
            assert 0.99 * fact.precision <= fact.high - fact.low <= 10.01 * fact.precision, fact.id


@every_pack
def test_nothing_is_computed_from_a_part_of_the_trade(name: str) -> None:
    assert [fact.id for fact, inputs in _derived(workspace(name)) if any(used.subset for used in inputs)] == []


@every_pack
def test_a_derived_fact_has_the_scope_of_its_inputs_or_none(name: str) -> None:
    for fact, inputs in _derived(workspace(name)):
        scopes = {used.coverage for used in inputs if used.coverage}
        assert fact.coverage == (scopes.pop() if len(scopes) == 1 else ""), fact.id


@every_pack
def test_the_inputs_are_those_that_the_name_says(name: str) -> None:
    for fact, inputs in _derived(workspace(name)):
        used = [(one.name, one.entities) for one in inputs]
        first, second = (*fact.entities, "", "")[:2]
        due = {
            "turnover": [("export", (first, second)), ("import", (first, second))],
            "balance": [("export", (first, second)), ("import", (first, second))],
            "mirror-balance": [("import", (second, first)), ("export", (second, first))],
            "mirror-gap": [("import", (second, first)), ("export", (first, second))],
            "mirror-ratio": [("import", (second, first)), ("export", (first, second))],
            "turnover-gap": [("turnover", (first, second)), ("turnover", (second, first))],
            "target-multiple": [("targets.target", (first,)), ("targets.baseline", (first,))],
            "growth-needed": [("targets.baseline", (first,)), ("targets.target", (first,))],
            "sum-of-parts": [("export", (first, second)), ("import", (first, second))],
        }
        if fact.name in due:
            assert used == due[fact.name], fact.id
        if fact.name.startswith("implied-"):
            flow = fact.name.removeprefix("implied-")
            assert used == [(flow, (first, second)), (f"{flow}-growth", (first, second))], fact.id
            assert {one.source for one in inputs} == {inputs[0].source}
            assert [str(parse_period(one.period).shifted(-1)) for one in inputs] == [fact.period] * 2
        elif fact.name.startswith("computed-"):
            flow = fact.name.removeprefix("computed-").removesuffix("-growth")
            assert used == [(flow, (first, second))] * 2, fact.id
            assert [one.period for one in inputs] == [fact.period, str(parse_period(fact.period).shifted(-1))]
        elif fact.name.endswith("contribution"):
            level, growth = inputs
            assert level.name in ("turnover", "export", "import")
            assert level.entities == growth.entities in (fact.entities, fact.entities[::-1])
            assert (growth.name, growth.period) in (
                (f"{level.name}-growth", fact.period), (level.name, str(parse_period(fact.period).shifted(-1))),
            )  # fmt: skip
        elif len(fact.entities) == 2:
            assert {one.period for one in inputs} == {fact.period}, fact.id


@every_pack
def test_a_turnover_is_computed_only_where_no_office_prints_one(name: str) -> None:
    facts, sources = workspace(name).facts, workspace(name).pack.sources
    for fact, inputs in _derived(workspace(name)):
        if fact.name == "turnover":
            first, *others = [one for one in facts.all("turnover", *fact.entities, period=fact.period) if not one.subset]
            assert first == fact
            assert all(sources[one.source].licence != "official" for one in others)
            assert not others or all(sources[one.source].licence == "official" for one in inputs)


@every_pack
def test_growth_is_computed_from_two_levels_of_one_speaker(name: str) -> None:
    facts = workspace(name).facts

    def speakers(fact: Fact) -> set[str]:
        inputs = fact.derivation.inputs if fact.derivation else ()
        return {fact.speaker} if not inputs else {one for used in inputs for one in speakers(facts.by_id[used])}

    found = [(fact, inputs) for fact, inputs in _derived(workspace(name)) if fact.name.startswith("computed-")]
    assert found
    for fact, (level, base) in found:
        assert speakers(level) == speakers(base), fact.id


@every_pack
def test_the_mirror_balance_is_what_the_partner_recorded_turned_round(name: str) -> None:
    facts = workspace(name).facts
    mirrored = [fact for fact in facts.by_id.values() if fact.name == "mirror-balance"]
    assert mirrored
    for fact in mirrored:
        own = facts.best("balance", *fact.entities[::-1], period=fact.period)
        assert own is not None
        assert fact.number == -own.number


@every_pack
def test_the_shares_of_all_partners_add_to_one(name: str) -> None:
    found = workspace(name)
    members = found.pack.region.members
    sums: dict[tuple[str, str], list[float]] = {}
    for fact, _ in _derived(found):
        if fact.name == "share-of-partners":
            sums.setdefault((fact.entities[0], fact.period), []).append(fact.number)
    assert sums
    for shares in sums.values():
        assert len(shares) == len(members) - 1
        assert math.fsum(shares) == pytest.approx(1, rel=DUST)


@every_pack
def test_a_contribution_is_the_level_less_its_base_and_known_no_worse(name: str) -> None:
    facts = workspace(name).facts
    added = [(fact, inputs) for fact, inputs in _derived(workspace(name)) if fact.name.endswith("contribution")]
    assert added
    for fact, (level, growth) in added:
        if growth.unit == "1":
            base = base_of(facts, level, growth)
            assert base is not None
            assert fact.number == pytest.approx(level.number - base.number, rel=DUST, abs=DUST * level.number)
            loose = balance(measure(level), measure(base))
            assert measure(fact).low >= loose.low - DUST * level.number
            assert measure(fact).high <= loose.high + DUST * level.number


@every_pack
def test_what_is_compared_is_the_year_before_the_change_and_now(name: str) -> None:
    facts = workspace(name).facts
    changes = [fact for fact, _ in _derived(workspace(name)) if fact.name == "compared-change"]
    assert changes or name == "toyland"
    for change in changes:
        before, now = (facts.best(f"compared-{when}", *change.entities, period=change.period) for when in ("before", "now"))
        assert before is not None
        assert now is not None
        assert change.number == pytest.approx(now.number - before.number, rel=DUST, abs=DUST * now.number)


# Published figures


@pytest.fixture(scope="module")
def central_asia() -> Workspace:
    return workspace("central-asia")


def _best(found: Workspace, identifier: str) -> Fact:
    return found.facts.find(identifier)[0]


def test_the_kyrgyz_record_of_2022_is_0369_of_the_uzbek_one(central_asia: Workspace) -> None:
    # ca_mirror_pairs.csv: imports 362.6 m (National Statistical Committee) against exports 982.5 m (Statistics Agency)
    ratio, gap = (_best(central_asia, f"mirror-{name}:UZB-KGZ:2022") for name in ("ratio", "gap"))
    assert round(ratio.number, 3) == 0.369
    assert round(gap.number / 1e6, 1) == -619.9


@pytest.mark.parametrize(
    ("one", "other", "printed"),
    [
        # mirror_gaps.csv, column ratio_a_over_b; its sources stand beside it
        ("turnover:UZB-KGZ:2018@24kg-2019-02", "turnover:KGZ-UZB:2018@24kg-2019-02", 1.43),
        ("export:UZB-KGZ:2022@yuz-2023-01", "import:KGZ-UZB:2022", 2.70),
        ("import:UZB-KGZ:2022@yuz-2023-01", "export:KGZ-UZB:2022", 1.19),
        ("turnover:UZB-TJK:2019", "turnover:TJK-UZB:2019", 1.33),
        ("turnover:UZB-TJK:2020-01/2020-08", "turnover:TJK-UZB:2020-01/2020-08", 1.46),
        ("export:UZB-TJK:2020-01/2020-08", "import:TJK-UZB:2020-01/2020-08", 1.55),
        ("import:UZB-TJK:2020-01/2020-08", "export:TJK-UZB:2020-01/2020-08", 1.17),
        ("turnover:UZB-KAZ:2022@yuz-2023-01", "turnover:KAZ-UZB:2022@inform-2023-05-22", 0.92),
        ("implied-turnover:UZB-KAZ:2024", "turnover:KAZ-UZB:2024@uzsushi-2025-02", 1.04),
    ],
)
def test_the_ratio_of_two_records_is_the_published_one(central_asia: Workspace, one: str, other: str, printed: float) -> None:
    assert round(_best(central_asia, one).number / _best(central_asia, other).number, 2) == printed


@pytest.mark.parametrize(
    ("gap", "millions"),
    [("UZB-TJK:2019", 118.5), ("UZB-TJK:2020-01/2020-08", 100.0)],
)
def test_the_gap_between_two_turnovers_is_the_published_one(central_asia: Workspace, gap: str, millions: float) -> None:
    assert _best(central_asia, f"turnover-gap:{gap}").number == pytest.approx(millions * 1e6, abs=0.05e6)  # printed to 0.1


@pytest.mark.parametrize(("partner", "millions"), [("KAZ", -1360.0), ("KGZ", 171.4), ("TJK", 241.3), ("TKM", -527.8)])
def test_the_balances_of_the_article_are_exports_less_imports(central_asia: Workspace, partner: str, millions: float) -> None:
    balance = _best(central_asia, f"balance:UZB-{partner}:2025-01/2025-09")
    assert balance.number == pytest.approx(millions * 1e6, rel=DUST)


def test_the_four_partners_of_the_article_add_up(central_asia: Workspace) -> None:
    # 3.48 bn + 672.8 m + 571.3 m + 750.0 m = 5,474.1 m; Kazakhstan 63.6 % of it
    assert _best(central_asia, "sum-of-partners:UZB:2025-01/2025-09").number == pytest.approx(5474.1e6, rel=DUST)
    assert round(_best(central_asia, "share-of-partners:UZB-KAZ:2025-01/2025-09").number, 3) == 0.636
    assert _best(central_asia, "sum-of-exports:UZB:2025-01/2025-09").number == pytest.approx(1999.5e6, rel=DUST)
    assert _best(central_asia, "sum-of-imports:UZB:2025-01/2025-09").number == pytest.approx(3474.6e6, rel=DUST)


@pytest.mark.parametrize(
    ("identifier", "printed"),
    [
        ("growth-needed:uzb-kaz-trade-10-billion:2030", 0.150),
        ("growth-reached:uzb-kaz-trade-10-billion", 0.026),
        ("growth-needed:uzb-kgz-trade-2-billion:2030", 0.154),
    ],
)
def test_the_growth_to_a_target_is_the_published_one(central_asia: Workspace, identifier: str, printed: float) -> None:
    (found,) = [fact for name, fact in central_asia.facts.by_id.items() if name.startswith(identifier)]
    assert round(found.number, 3) == printed


def test_the_growth_reached_is_measured_on_the_record_that_the_baseline_comes_from(central_asia: Workspace) -> None:
    (found,) = [fact for fact in central_asia.facts.by_id.values() if fact.id.startswith("growth-reached:uzb-kaz-trade-10")]
    assert found.derivation is not None
    assert found.derivation.inputs[0] == "turnover:UZB-KAZ:2022@yuz-2023-01"  # 4.6 bn, not Kazakhstan's 5 bn


# Toyland, whose figures are made to come out even


@pytest.mark.parametrize(
    ("identifier", "value"),
    [
        ("turnover:ALD-BRE:2021", 110e6),
        ("balance:ALD-BRE:2024-01/2024-06", 20e6),
        ("implied-turnover:ALD-BRE:2023-01/2023-06", 80e6),
        ("implied-turnover:ALD-BRE:2022-01/2022-06", 100e6),
        ("implied-export:ALD-BRE:2023-01/2023-06", 50e6),
        ("contribution:ALD-BRE:2024-01/2024-06", 20e6),
        ("export-contribution:ALD-BRE:2024-01/2024-06", 10e6),
        ("import-contribution:BRE-ALD:2024-01/2024-06", 10e6),
        ("mirror-gap:ALD-BRE:2023", -20e6),
        ("mirror-ratio:ALD-BRE:2023", 0.75),
        ("mirror-gap:BRE-ALD:2021", 10e6),
        ("turnover-gap:ALD-BRE:2023", 23.1e6),
        ("sum-of-partners:ALD:2024-01/2024-06", 150e6),
        ("share-of-partners:ALD-BRE:2024-01/2024-06", 2 / 3),
        ("target-multiple:ald-bre-target", 2.0),
        ("growth-needed:ald-bre-target:2030", 2 ** (1 / 7) - 1),
        ("growth-reached:ald-bre-target:2020-01/2023-12", 0.1),
    ],
)
def test_the_figures_of_toyland_come_out_as_they_were_made(identifier: str, value: float) -> None:
    assert _best(workspace("toyland"), identifier).number == pytest.approx(value, rel=DUST)


def test_a_target_without_a_date_needs_no_growth() -> None:
    names = {fact.name for fact in workspace("toyland").facts.of_entity["ald-cor-target"]}
    assert not names & {"growth-needed", "growth-reached", "target-multiple"}


def test_a_printed_part_does_not_stand_in_the_way_of_the_computed_total(spoil: Spoil) -> None:
    row = "ALD,BRE,turnover,2023,133.1,USD million,,,goods-and-services,FOB+CIF,"
    folder = spoil("trade/ALD-BRE.csv", f"{row},", f"{row}agri-food,")
    found = workspace(str(folder)).facts.all("turnover", "ALD", "BRE", period="2023")
    assert [(fact.subset, round(fact.number)) for fact in found] == [("", 133_100_000), ("agri-food", 133_100_000)]


def test_a_level_known_only_as_more_than_leaves_the_derived_interval_open(spoil: Spoil) -> None:
    row = "ALD,BRE,export,2021,60.0,USD million,"
    folder = spoil("trade/ALD-BRE.csv", f"{row},", f"{row}above,")
    facts = workspace(str(folder)).facts
    for identifier in ("turnover:ALD-BRE:2021", "balance:ALD-BRE:2021"):
        (found,) = facts.find(identifier)
        assert (found.low is not None, found.high) == (True, None), identifier


def test_a_preference_of_the_pack_decides_what_is_computed_from(spoil: Spoil) -> None:
    choice = '[[preferred]]\nfigure = "turnover:ALD-BRE:2024-01/2024-06@toyland-courier"\nreason = "a trial"\n\n[groups.TOY]'
    found = workspace(str(spoil("region.toml", "[groups.TOY]", choice)))
    assert _best(found, "turnover:ALD-BRE:2024-01/2024-06").source == "toyland-courier"
    assert _best(found, "sum-of-partners:ALD:2024-01/2024-06").number == pytest.approx(160e6, rel=DUST)


def test_a_derived_fact_with_an_exact_result_has_three_digits() -> None:
    source = Fact(id="a", name="a", entities=("X",), value=2.0)
    made = derived("target-multiple", ("X",), "", Measure(1234.0, 1234.0, 1234.0), [source], formula="a", unit="1")
    assert made.precision == 10.0
    assert re.fullmatch(r"target-multiple:X", made.id)
