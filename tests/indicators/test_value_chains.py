"""The terms of gross exports: identities, brute force, hypothetical extraction, properties."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hamkor.indicators import value_chains as chains
from hamkor.indicators.input_output import InputOutput, input_output, toy_table
from hamkor.indicators.value_chains import Approach, Perspective, decompose, leontief
from hamkor.schema.errors import BadInput

EXACT = 1e-10
"""Part of an economy's exports by which an identity may fail: rounding of sums of some hundred terms."""
SERIES = 1e-9
"""Same, of a power series cut when a term is below 1e-14 of its sum."""
WAYS: list[tuple[Approach, Perspective]] = [(a, p) for a in get_args(Approach) for p in get_args(Perspective)]
ICIO = ["ESP", "FRA", "MEX", "USA", "CHN", "ROW", "MX1", "MX2", "CN1", "CN2"]


def made_up(seed: int, economies: int = 4, sectors: int = 3) -> InputOutput:
    chance = np.random.default_rng(seed)
    size = economies * sectors
    uses = chance.random((size, size)) * chance.choice([0.1, 1.0], (size, size))
    final = chance.random((size, economies)) * size / economies
    final[np.arange(size), np.arange(size) // sectors] += uses.sum(axis=0)
    labels = [(f"E{row // sectors}", f"s{row % sectors}") for row in range(size)]
    return input_output(labels, uses, final, [f"E{column}" for column in range(economies)])


def published(folder: Path, name: str) -> InputOutput:
    """Return one of the two tables without labels; economies are named by their order."""
    cells = pl.read_csv(folder / f"indicators/{name}_data.csv").to_numpy()
    regions = ICIO if name == "iciotest" else ICIO[:6]
    rows = 3 * len(regions)
    labels = [(region, f"s{sector}") for region in regions for sector in range(3)]
    parts = {"MX1": "MEX", "MX2": "MEX", "CN1": "CHN", "CN2": "CHN"} if name == "iciotest" else {}
    return input_output(labels, cells[:, :rows], cells[:, rows:], np.repeat(ICIO[:6], 2).tolist(), parts=parts)


def check_identities(table: InputOutput, approach: Approach, perspective: Perspective) -> None:
    t = decompose(table, approach=approach, perspective=perspective).terms
    size = np.abs(t["EXGR"]).max()
    for left, right in (
        ("EXGR", ("DC", "FC")), ("DC", ("DVA", "DDC")), ("DVA", ("VAX", "REF")), ("VAX", ("DAVAX", "REX")),
        ("FC", ("FVA", "FDC")), ("GVC", ("GVCB", "GVCF")), ("EXGR", ("DAVAX", "GVC")),
    ):  # fmt: skip
        assert np.abs(t[left] - t[right[0]] - t[right[1]]).max() < EXACT * size, left
    for name, values in t.items():
        assert values.min() > -EXACT * size, f"{name} is negative"


@pytest.mark.parametrize(("approach", "perspective"), WAYS)
@pytest.mark.parametrize("seed", range(4))
def test_the_terms_add_up_in_each_flow(seed: int, approach: Approach, perspective: Perspective) -> None:
    check_identities(made_up(seed), approach, perspective)


@pytest.mark.conformance
@pytest.mark.parametrize(("approach", "perspective"), WAYS)
@pytest.mark.parametrize("name", ["iciotest", "wiodtest"])
def test_the_terms_add_up_in_the_published_tables(
    conformance: Path, name: str, approach: Approach, perspective: Perspective
) -> None:
    table = published(conformance, name)
    assert len(table.economies) == 6
    check_identities(table, approach, perspective)
    check_brute_force(table)
    check_extraction(table)


EXVATOOLS = {
    "ESP": {
        "value": 4666.96, "DC": 2165.17, "DVA": 1880.60, "VAX": 1624.18, "REF": 256.41, "DDC": 284.58, "FC": 2501.78,
        "FVA": 2176.21, "FDC": 325.58, "GVC": 4034.25, "GVCB": 2786.36, "GVCF": 1247.89,
    },
    "CHN": {
        "value": 8575.51, "DC": 4409.66, "DVA": 3469.40, "VAX": 3117.58, "REF": 351.82, "DDC": 940.27, "FC": 4165.85,
        "FVA": 3273.60, "FDC": 892.25,
    },
}  # fmt: skip
"""Published tests of exvatools, test-make_exvadec_bm_src.R and test-make_exvadec_my.R, on iciotest: two decimals."""
WANG_WEI_ZHU = {"ESP": {"FVA": 854.62, "FDC": 1647.16}, "CHN": {"FVA": 1563.79, "FDC": 2602.05}}
"""Same, test-make_exvadec_wwz.R: foreign value added of the world, at the last border."""


@pytest.mark.conformance
@pytest.mark.parametrize("economy", ["ESP", "CHN"])
def test_the_terms_are_those_that_exvatools_publishes(conformance: Path, economy: str) -> None:
    table = published(conformance, "iciotest")
    ways = [(chains.export_components(table, approach=a), EXVATOOLS) for a in get_args(Approach)]
    for found, due in [*ways, (chains.export_components(table, approach="sink", perspective="world"), WANG_WEI_ZHU)]:
        row = found.row(by_predicate=pl.col("economy") == economy, named=True)
        assert {name: row[name] for name in due[economy]} == pytest.approx(due[economy], abs=0.0051)


def series(inputs: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Return start + A start + A A start + ..., round by round."""
    total, step = start.copy(), start
    while np.abs(step).max() > 1e-14 * np.abs(total).max():
        step = inputs @ step
        total = total + step
    return total


def check_brute_force(table: InputOutput) -> None:
    """Count value added round by round, with the exporter's borders closed, and compare both approaches."""
    inputs = table.intermediate / np.where(table.output > 0, table.output, 1.0)
    shares = leontief(table).shares
    eye = np.eye(len(inputs))
    sent = leontief(table).destinations
    source, sink = (decompose(table, approach=a).terms for a in get_args(Approach))
    for s in range(len(table.economies)):
        rows, here = table.rows(s), table.owners == s
        closed, final = inputs.copy(), table.final.copy()
        closed[np.ix_(here, ~here)] = 0.0
        final[np.ix_(here, np.arange(len(table.economies)) != s)] = 0.0
        once, ever = series(closed, eye), series(inputs, eye)
        unit_once, unit_ever = shares * here @ once, shares * here @ ever
        foreign_once, foreign_ever = shares * ~here @ once, shares * ~here @ ever
        not_again, all_made = series(closed, final), series(inputs, table.final)
        for r in range(len(table.economies)):
            if r == s:
                continue
            to = inputs[rows, :] * (table.owners == r)
            last = table.final[rows, r] + to @ not_again.sum(axis=1)
            direct = table.final[rows, r] + to @ series(
                inputs * np.outer(table.owners == r, table.owners == r), eye
            ) @ np.where(table.owners == r, table.final[:, r], 0.0)
            abroad = np.delete(all_made, s, axis=1).sum(axis=1)
            due = {
                "source": {
                    "DVA": unit_once[rows] * sent[rows, r], "DC": unit_ever[rows] * sent[rows, r],
                    "FVA": foreign_once[rows] * sent[rows, r], "FC": foreign_ever[rows] * sent[rows, r],
                    "REF": unit_once[rows] * (to @ all_made[:, s]), "DAVAX": unit_once[rows] * direct,
                    "VAX": unit_once[rows] * (table.final[rows, r] + to @ abroad),
                },
                "sink": {
                    "DVA": unit_ever[rows] * last, "FVA": foreign_ever[rows] * last,
                    "REF": unit_ever[rows] * (to @ not_again[:, s]), "DAVAX": unit_once[rows] * direct,
                },
            }  # fmt: skip
            for approach, terms in (("source", source), ("sink", sink)):
                for name, value in due[approach].items():
                    np.testing.assert_allclose(terms[name][rows, r], value, rtol=0, atol=SERIES * sent.max(), err_msg=name)


def check_extraction(table: InputOutput) -> None:
    """Domestic value added in exports is the GDP that an economy loses where it stops exporting."""
    found = chains.export_components(table)["DVA"].to_list()
    inputs, shares = leontief(table).inputs, leontief(table).shares
    for s in range(len(table.economies)):
        here = table.owners == s
        closed, final = inputs.copy(), table.final.copy()
        closed[np.ix_(here, ~here)] = 0.0
        final[np.ix_(here, np.arange(len(table.economies)) != s)] = 0.0
        output = np.linalg.solve(np.eye(len(inputs)) - closed, final.sum(axis=1))
        lost = table.value_added[here].sum() - (shares * output)[here].sum()
        assert found[s] == pytest.approx(lost, abs=EXACT * table.output.sum())


@pytest.mark.parametrize("seed", range(2))
def test_rounds_counted_one_by_one_give_the_same(seed: int) -> None:
    check_brute_force(toy_table() if seed == 0 else made_up(seed))


def test_domestic_value_added_is_what_is_lost_without_exports() -> None:
    check_extraction(toy_table())
    check_extraction(made_up(1))


@pytest.mark.parametrize("name", ["EXGR", "DVA", "VAX", "REF", "DDC", "FVA", "FDC", "GVC"])
def test_source_and_sink_agree_on_an_exporter(name: str) -> None:
    table = made_up(3)
    one, other = (decompose(table, approach=a).terms[name] for a in get_args(Approach))
    for s in range(len(table.economies)):
        assert one[table.rows(s)].sum() == pytest.approx(other[table.rows(s)].sum(), rel=EXACT)


def test_foreign_value_added_of_the_world_is_what_importers_export_on() -> None:
    world = chains.export_components(made_up(2), approach="source", perspective="world")
    assert world["FVA"].sum() == pytest.approx(world["GVCF"].sum(), rel=EXACT)


def test_value_added_crosses_a_last_border_once() -> None:
    table = made_up(2)
    system = leontief(table)
    terms = decompose(table, approach="sink", perspective="world").terms
    last = np.zeros(len(table.output))
    for s in range(len(table.economies)):
        rows = table.rows(s)
        local = np.linalg.inv(np.eye(3) - system.inputs[rows, rows]) @ table.final[rows, s]
        for exporter in range(len(table.economies)):
            if exporter != s:
                own = table.rows(exporter)
                last[own] += table.final[own, s] + system.inputs[own, rows] @ local
    for t in range(len(table.economies)):
        crossing = (np.where(table.owners == t, system.shares, 0.0) @ system.inverse) * last
        assert crossing.sum() == pytest.approx(terms["DVA"][table.rows(t)].sum(), rel=EXACT)


def test_pure_double_counting_of_the_world_is_that_of_koopman_wang_and_wei() -> None:
    table = made_up(5)
    system = leontief(table)
    found = decompose(table, approach="sink", perspective="world").terms["FDC"]
    exports = system.destinations.sum(axis=1)
    for s in range(len(table.economies)):
        rows, due = table.rows(s), 0.0
        foreign = np.where(table.owners == s, 0.0, system.shares) @ system.inverse[:, rows]
        for r in range(len(table.economies)):
            if r != s:
                theirs = table.rows(r)
                passed_on = np.linalg.inv(np.eye(3) - system.inputs[theirs, theirs]) @ exports[theirs]
                due += float(foreign @ system.inputs[rows, theirs] @ passed_on)
        assert found[rows].sum() == pytest.approx(due, rel=EXACT)


def test_levels_are_sums_of_each_other() -> None:
    table = made_up(6)
    whole = chains.export_components(table)
    for function, keys in (
        (chains.export_components_by_sector, "economy"),
        (chains.export_components_by_partner, "exporter"),
        (chains.export_components_by_partner_and_sector, "exporter"),
    ):
        summed = function(table).group_by(keys).agg(pl.col("value", *chains.TERMS[1:]).sum()).sort(keys)
        np.testing.assert_allclose(summed.drop(keys).to_numpy(), whole.drop("economy", "period").to_numpy(), rtol=EXACT)


def rebuilt(
    table: InputOutput, order: np.ndarray | None = None, names: dict[str, str] | None = None, scale: float = 1.0
) -> InputOutput:
    order = np.arange(len(table.output)) if order is None else order
    renamed = names or {}
    codes = [renamed.get(economy, economy) for economy in table.economies]
    labels = [(codes[table.owners[row]], table.sectors[row]) for row in order]
    return input_output(labels, scale * table.intermediate[np.ix_(order, order)], scale * table.final[order], codes)


def numbers(table: InputOutput, approach: Approach = "sink") -> np.ndarray:
    return chains.export_components_by_partner(table, approach=approach).drop("exporter", "importer", "period").to_numpy()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(1e-6, 1e9))
def test_the_order_of_rows_and_the_currency_do_not_matter(seed: int, scale: float) -> None:
    table = made_up(seed, 3, 2)
    order = np.random.default_rng(seed).permutation(len(table.output))
    np.testing.assert_allclose(
        numbers(rebuilt(table, order, scale=scale)), scale * numbers(table), rtol=1e-9, atol=1e-12 * scale
    )


def test_names_do_not_matter() -> None:
    table = made_up(7)
    backwards = {"E0": "Z", "E1": "Y", "E2": "X", "E3": "W"}
    found = chains.export_components_by_partner(rebuilt(table, names=backwards))
    undo = {new: old for old, new in backwards.items()}
    found = found.with_columns(pl.col("exporter", "importer").replace(undo)).sort("exporter", "importer")
    np.testing.assert_allclose(found.drop("exporter", "importer", "period").to_numpy(), numbers(table, "source"), rtol=1e-9)


@pytest.mark.parametrize("approach", get_args(Approach))
def test_a_sector_in_two_equal_halves_changes_nothing(approach: Approach) -> None:
    table = made_up(8)
    order = np.append(np.arange(12), 4)
    weight = np.ones(13)
    weight[[4, 12]] = 0.5
    labels = [(table.economies[table.owners[row]], table.sectors[row]) for row in order[:12]] + [("E1", "twin")]
    halves = input_output(
        labels, table.intermediate[np.ix_(order, order)] * np.outer(weight, weight), table.final[order] * weight[:, None],
        table.economies,
    )  # fmt: skip
    np.testing.assert_allclose(numbers(halves, approach), numbers(table, approach), rtol=1e-9)


def test_an_economy_without_exports_has_no_share() -> None:
    closed = input_output(
        [("A", "x"), ("B", "x"), ("C", "x")], np.array([[2.0, 1, 0], [1, 2, 0], [0, 0, 2]]),
        np.array([[5.0, 2, 0], [1, 6, 0], [0, 0, 3]]), ["A", "B", "C"],
    )  # fmt: skip
    found = chains.gvc_participation(closed)
    assert found.row(2)[2:] == (None, None, None, 0.0)
    assert chains.export_components(closed).row(2)[2:] == (0.0,) * 14
    check_brute_force(closed)


def test_a_sector_that_makes_nothing_is_noted_and_changes_nothing() -> None:
    toy = toy_table()
    uses, final = np.zeros((4, 4)), np.zeros((4, 3))
    uses[:3, :3], final[:3] = toy.intermediate, toy.final
    idle = input_output([("A", "all"), ("B", "all"), ("C", "all"), ("A", "none")], uses, final, ["A", "B", "C"])
    assert idle.notes == ("1 sectors make nothing",)
    np.testing.assert_allclose(numbers(idle), numbers(toy), rtol=EXACT)


def test_stocks_run_down_are_kept_and_noted() -> None:
    toy = toy_table()
    final = np.hstack([toy.final, np.array([[0.0], [-3.0], [0.0]])])
    table = input_output([("A", "all"), ("B", "all"), ("C", "all")], toy.intermediate, final, ["A", "B", "C", "A"])
    assert table.notes == ("1 negative final demands, -3 in all, are kept: stocks were run down",)
    assert table.final[1, 0] == 2.0
    check_brute_force(table)


def broken(**change: object) -> str:
    toy = toy_table()
    given_: dict[str, object] = {"intermediate": toy.intermediate, "final": toy.final, "output": None, "value_added": None}
    given_ |= change
    with pytest.raises(BadInput) as caught:
        input_output(
            [("A", "all"), ("B", "all"), ("C", "all")], np.asarray(given_["intermediate"]), np.asarray(given_["final"]),
            ["A", "B", "C"], output=given_["output"], value_added=given_["value_added"],  # type: ignore[arg-type]
        )  # fmt: skip
    return str(caught.value)


def test_accounts_that_do_not_close_say_where_and_by_how_much() -> None:
    toy = toy_table()
    assert "A all: uses of 100, -10 off; 1 of 3 sectors are off" in broken(output=np.array([110.0, 100, 100]))
    assert "B all: inputs and value added of 85, -15 off" in broken(value_added=np.array([60.0, 40, 65]))
    negative = toy.intermediate.copy()
    negative[1, 2] = -4.0
    assert "B all sells -4 to C all" in broken(intermediate=negative)
    idle = toy.intermediate.copy()
    idle[0] = 0.0
    assert "A all: inputs of 20 and no output" in broken(intermediate=idle, final=np.vstack([np.zeros(3), toy.final[1:]]))
    assert "output >= 0" in broken(final=toy.final - 60.0)
    assert "final" in broken(final=np.where(toy.final == 55.0, np.nan, toy.final))


def test_a_table_that_cannot_be_produced_is_refused() -> None:
    uses = np.array([[5.0, 6.0], [6.0, 5.0]])
    table = input_output([("A", "x"), ("B", "x")], uses, np.array([[-1.0, 0.0], [0.0, -1.0]]), ["A", "B"])
    with pytest.raises(BadInput, match="cannot be produced"):
        leontief(table)


def test_an_unknown_approach_is_refused() -> None:
    with pytest.raises(BadInput, match="approach 'both'"):
        decompose(toy_table(), approach="both")  # type: ignore[arg-type]
