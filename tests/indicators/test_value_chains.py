"""Value chains: identities of the decomposition, brute force, a table worked by hand, and what must not matter."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hamkor.indicators.input_output import InputOutput, from_adb, from_oecd, input_output
from hamkor.indicators.value_chains import (
    chains,
    decomposed,
    embodied_carbon,
    export_decomposition,
    foreign_inputs,
    gvc_participation,
    value_added_rca,
    vertical_specialisation,
)
from hamkor.schema.errors import BadInput

EXACT = 1e-10
"""Relative to exports; an inverse of a few dozen rows."""
SEEDS = st.integers(0, 10_000)


def made_up(seed: int, economies: int = 4, sectors: int = 3) -> InputOutput:
    chance = np.random.default_rng(seed)
    rows = economies * sectors
    codes = [f"E{place}" for place in range(economies)]
    return input_output(
        chance.gamma(0.5, 1.0, (rows, rows)), chance.gamma(1.0, 4.0, (rows, economies)) + 8.0, economies=codes,
        owner=[code for code in codes for _ in range(sectors)], sectors=[f"s{place}" for place in range(sectors)] * economies,
    )  # fmt: skip


def published(folder: Path, name: str) -> InputOutput:
    """Return an unlabelled table: economies in the order of final demand, the regions of two of them split."""
    cells = pl.read_csv(folder / "indicators" / name).to_numpy()
    if name.startswith("icio"):
        owner = [code for code in ("c0", "c1", "c2", "c3", "c4", "c5", "c2", "c2", "c4", "c4") for _ in range(3)]
        economies = [f"c{place}" for place in range(6)]
    else:
        economies = [f"c{place}" for place in range(6)]
        owner = [code for code in economies for _ in range(3)]
    rows = len(owner)
    final = cells[:, rows:].reshape(rows, 6, 2).sum(axis=2)
    return input_output(
        cells[:, :rows], final, economies=economies, owner=owner, sectors=[f"s{place % 3}" for place in range(rows)]
    )


def identities(table: InputOutput) -> None:
    """Assert what Borin and Mancini prove: parts sum to wholes, both approaches agree in total, value added is conserved."""
    told = chains(table)
    exports = told.exports.sum()
    made = table.output > 0
    assert (told.share @ told.inverse)[made] == pytest.approx(np.ones(made.sum()), abs=1e-12)
    source, sink = decomposed(told), decomposed(told, approach="sink")
    for terms in (source, sink):
        for whole, parts in (("exports", ("dc", "fc")), ("dc", ("dva", "ddc")), ("fc", ("fva", "fdc"))):
            assert np.abs(terms[whole] - sum(terms[part] for part in parts)).max() < EXACT * exports
    for whole, parts in (("dva", ("vax", "ref")), ("vax", ("davax", "rex")), ("gvc", ("gvcb", "gvcf"))):
        assert np.abs(source[whole] - sum(source[part] for part in parts)).max() < EXACT * exports
    owner = table.owner
    for name in ("dva", "ddc", "fva", "fdc"):
        for place in range(len(table.economies)):
            one, other = (terms[name][owner == place].sum() for terms in (source, sink))
            assert one == pytest.approx(other, abs=EXACT * exports)
    for place in range(len(table.economies)):
        rows = owner == place
        gdp = table.value_added[rows].sum()
        absorbed = told.share[rows] @ told.inverse[rows] @ table.final
        at_home = told.local[rows] @ table.final[rows, place]
        assert source["vax"][rows].sum() == pytest.approx(absorbed.sum() - absorbed[place], abs=EXACT * exports)
        assert source["dva"][rows].sum() == pytest.approx(gdp - at_home, abs=EXACT * exports)
        least = min(float(source[name][rows].sum()) for name in ("dva", "ddc", "fva", "fdc", "davax", "rex", "ref"))
        assert least > -EXACT * exports


@pytest.mark.conformance
@pytest.mark.parametrize("name", ["iciotest_data.csv", "wiodtest_data.csv"])
def test_the_identities_hold_on_published_tables(name: str, conformance: Path) -> None:
    identities(published(conformance, name))


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_the_identities_hold_on_any_table(seed: int) -> None:
    identities(made_up(seed))


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_leaving_out_the_exports_of_an_economy_gives_its_value_added_that_is_counted_once(seed: int) -> None:
    """Hypothetical extraction (Los, Timmer and de Vries 2016): domestic value added is GDP lost without exports."""
    table = made_up(seed)
    told = chains(table)
    terms = decomposed(told)
    for place in range(len(table.economies)):
        rows = table.owner == place
        inputs, final = told.inputs.copy(), table.final.copy()
        inputs[np.ix_(rows, ~rows)] = 0.0
        final[rows] = np.where(np.arange(final.shape[1]) == place, final[rows], 0.0)
        without = np.linalg.inv(np.eye(len(rows)) - inputs)
        left = told.share[rows] @ (without @ final.sum(axis=1))[rows]
        assert terms["dva"][rows].sum() == pytest.approx(table.value_added[rows].sum() - left, rel=1e-9)
        sent = told.exports[rows].sum(axis=1)
        foreign = told.share[~rows] @ without[np.ix_(~rows, rows)] @ sent
        assert terms["fva"][rows].sum() == pytest.approx(foreign, rel=1e-9)


def test_the_inverse_is_the_sum_of_all_rounds() -> None:
    told = chains(made_up(3))
    rounds, power = np.eye(len(told.share)), np.eye(len(told.share))
    for _ in range(2000):
        power = power @ told.inputs
        rounds += power
    assert told.inverse == pytest.approx(rounds, rel=1e-9)


def test_a_table_of_three_economies_worked_by_hand() -> None:
    """B only assembles: A sells 10 of parts to B, B sells 20 of goods to C, nobody else uses inputs."""
    uses = np.zeros((3, 3))
    uses[0, 1] = 10.0
    final = np.array([[90.0, 0, 0], [0, 80.0, 20.0], [0, 0, 100.0]])
    codes = ["A", "B", "C"]
    table = input_output(uses, final, economies=codes, owner=codes, sectors=["x"] * 3)
    rows = {row["economy"]: row for row in export_decomposition(table).to_dicts()}
    assert rows["A"]["dva"] == 10.0
    assert rows["A"]["davax"] == 8.0, "of the parts, B keeps 80 of 100 goods itself"
    assert rows["A"]["gvc"] == pytest.approx(2.0)
    assert rows["B"]["dva"] == 18.0
    assert rows["B"]["fva"] == pytest.approx(2.0)
    assert rows["C"]["value"] is None, "C exports nothing"
    assert vertical_specialisation(table).filter(economy="B")["value"].to_list() == [pytest.approx(0.1)]
    assert foreign_inputs(table).filter(economy="B", partner="A")["value"].to_list() == [pytest.approx(0.1)]


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.floats(1e-3, 1e6))
def test_currency_and_order_do_not_matter(seed: int, rate: float) -> None:
    table = made_up(seed)
    one = gvc_participation(table)
    dearer = msgspec.structs.replace(table, intermediate=table.intermediate * rate, final=table.final * rate)
    order = np.random.default_rng(seed).permutation(len(table.owner))
    mixed = msgspec.structs.replace(
        table, owner=table.owner[order], sectors=tuple(table.sectors[place] for place in order),
        intermediate=table.intermediate[np.ix_(order, order)], final=table.final[order],
    )  # fmt: skip
    for other in (dearer, mixed):
        assert gvc_participation(other)["value"].to_numpy() == pytest.approx(one["value"].to_numpy(), rel=1e-9)


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_a_sector_in_two_identical_halves_changes_nothing(seed: int) -> None:
    table = made_up(seed)
    keep = np.array([0, *range(len(table.owner))])
    weight = np.array([0.5, 0.5, *[1.0] * (len(table.owner) - 1)])
    halves = msgspec.structs.replace(
        table, owner=table.owner[keep], sectors=tuple(table.sectors[place] for place in keep),
        intermediate=table.intermediate[np.ix_(keep, keep)] * weight[:, None] * weight,
        final=table.final[keep] * weight[:, None],
    )  # fmt: skip
    one, two = (export_decomposition(each) for each in (table, halves))
    for name in ("dva", "fva", "vax", "davax", "ref"):
        assert two[name].to_numpy() == pytest.approx(one[name].to_numpy(), rel=1e-9)


@pytest.mark.parametrize("by", ["partner", "sector"])
def test_partners_and_sectors_sum_to_the_exporter(by: Literal["partner", "sector"]) -> None:
    table = made_up(5)
    whole = export_decomposition(table)
    parts = export_decomposition(table, by=by).group_by("economy").agg(pl.col("dva", "fva", "gvc").sum()).sort("economy")
    for name in ("dva", "fva", "gvc"):
        assert parts[name].to_numpy() == pytest.approx(whole[name].to_numpy(), rel=1e-10)


def test_contents_by_origin_sum_to_exports_and_emissions_to_production() -> None:
    table = made_up(6)
    shares = foreign_inputs(table).group_by("economy").agg(pl.col("value").sum())
    assert shares["value"].to_numpy() == pytest.approx(np.ones(4), rel=1e-10)
    told = pl.DataFrame({"economy": ["E0", "E1"], "sector": ["s0", "s2"], "value": [10.0, 5.0]})
    carbon = embodied_carbon(table, emissions=told)
    assert carbon["production"].sum() == pytest.approx(15.0)
    assert carbon["consumption"].sum() == pytest.approx(15.0)
    with pytest.raises(BadInput, match="E9 s0"):
        embodied_carbon(table, emissions=told.with_columns(economy=pl.lit("E9"), sector=pl.lit("s0")).head(1))


def test_comparative_advantage_in_value_added_is_one_on_average() -> None:
    found = value_added_rca(made_up(7))
    world = found.group_by("sector").agg(share=pl.col("amount").sum()).with_columns(pl.col("share") / pl.col("share").sum())
    mean = found.join(world, on="sector").group_by("economy").agg(value=(pl.col("value") * pl.col("share")).sum())
    assert mean["value"].to_numpy() == pytest.approx(np.ones(4), rel=1e-10)


def test_a_sector_that_makes_nothing_and_negative_inventories_are_taken() -> None:
    table = made_up(8)
    uses, final = table.intermediate.copy(), table.final.copy()
    uses[4], uses[:, 4], final[4] = 0, 0, 0
    final[0, 1] = -0.5
    told = input_output(
        uses, final, economies=table.economies, owner=[table.economies[place] for place in table.owner], sectors=table.sectors
    )
    assert "1 cells of final demand are negative" in told.notes[0]
    assert gvc_participation(told)["value"].is_finite().all()
    identities_hold = decomposed(chains(told))
    assert np.isfinite(identities_hold["fva"]).all()


def test_tables_that_do_not_add_up_are_refused_with_their_cell() -> None:
    codes = ["A", "B"]
    good = np.ones((2, 2)), np.full((2, 2), 4.0)
    for uses, final, output, words in (
        (np.full((2, 2), np.nan), good[1], None, "intermediate A x column 1"),
        (-good[0], good[1], None, "A x -> A x: -1 where"),
        (good[0], np.ones((2, 3)), None, "2 x 3 cells"),
        (good[0], good[1], np.array([10.0, 11.0]), "B x: a row that sums to 10"),
        (np.array([[1.0, 20.0], [1.0, 20.0]]), good[1], None, "B x: inputs of 40"),
    ):
        with pytest.raises(BadInput, match=words):
            input_output(uses, final, economies=codes, owner=codes, sectors=["x", "x"], output=output)


def test_the_layout_of_the_oecd_is_read() -> None:
    rows = ["AUS_01T02", "AUS_03", "CN1_01T02", "CN2_01T02"]
    cells = {name: [1.0, 2.0, 1.0, 0.5, 0.0, 10.0, 0.0] for name in rows}
    demand = {name: [10.0, 20.0, 5.0, 5.0, 0.0, 0.0, 0.0] for name in ("AUS_HFCE", "AUS_INVNT", "CHN_HFCE")}
    frame = pl.DataFrame({"V1": [*rows, "TLS", "VA", "OUT"], **cells, **demand, "OUT": [34.0, 68.0, 19.0, 17.0, 0, 0, 0]})
    table = from_oecd(frame)
    assert table.economies == ("AUS", "CHN")
    assert table.owner.tolist() == [0, 0, 1, 1]
    assert table.final[:, 0].tolist() == [20.0, 40.0, 10.0, 10.0]
    assert table.sectors == ("01T02", "03", "CN1_01T02", "CN2_01T02")
    with pytest.raises(BadInput, match="ARG_01T02"):
        from_oecd(frame.with_columns(V1=pl.lit("x")))


def test_the_layout_of_adb_is_read() -> None:
    cells: list[list[object]] = [
        ["Multiregional input-output table, 2022", *[None] * 8],
        [None, None, None, *["Agriculture", "Mining"] * 2, "Households", "Households"],
        [None, None, None, "KAZ", "KAZ", "UZB", "UZB", "KAZ", "UZB"],
        [None, None, None, "c1", "c2", "c1", "c2", "F1", "F1"],
        ["Agriculture", "KAZ", "c1", 1.0, 2, 0, 0, 9, 1],
        ["Mining", "KAZ", "c2", 1.0, 1, 1, 0, 5, 3],
        ["Agriculture", "UZB", "c1", 0, 0, 2, 1, 1, 8],
        ["Mining", "UZB", "c2", 0, 1, 1, 1, 1, 6],
        ["Total", "TOT", "r60", 2, 4, 4, 2, 16, 18],
    ]
    table = from_adb(cells)
    assert table.economies == ("KAZ", "UZB")
    assert table.output.tolist() == [13.0, 11.0, 12.0, 10.0]
    assert table.final[1].tolist() == [5.0, 3.0]
    with pytest.raises(BadInput, match="no row of sector codes"):
        from_adb(cells[:2])
    cells[5][4] = "much"
    with pytest.raises(BadInput, match="numbers is due"):
        from_adb(cells)
