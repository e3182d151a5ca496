"""Value added and emissions by origin, and the two published layouts of tables."""

from __future__ import annotations

import io

import numpy as np
import polars as pl
import pytest
import xlsxwriter

from hamkor.indicators import embodied
from hamkor.indicators.input_output import InputOutput, input_output, toy_table, with_emissions
from hamkor.indicators.value_chains import export_components
from hamkor.schema.errors import BadInput
from hamkor.sources.intercountry import IntercountryTable, read_icio, read_mrio

EXACT = 1e-10
"""Part of a total by which an identity may fail: rounding."""
EMITTED = pl.DataFrame({"economy": ["A", "B", "C"], "sector": "all", "value": [50.0, 20.0, 10.0]})


def test_foreign_value_added_in_exports_is_foreign_content() -> None:
    found = embodied.value_added_by_origin(toy_table())
    foreign = (
        found.filter(pl.col("economy") != pl.col("partner")).group_by("economy").agg(pl.col("value").sum()).sort("economy")
    )
    assert foreign["value"].to_list() == pytest.approx(export_components(toy_table())["FC"].to_list(), rel=EXACT)
    assert embodied.vertical_specialisation(toy_table())["value"].to_list() == pytest.approx(
        foreign["value"].to_list(), rel=EXACT
    )


def test_what_is_imported_to_export_is_what_others_re_export() -> None:
    found = embodied.vertical_specialisation(toy_table())
    assert found["value"].sum() == pytest.approx(found["reexported"].sum(), rel=EXACT)


def test_value_added_in_final_demand_is_the_gdp() -> None:
    table = toy_table()
    made = embodied.leontief_decomposition(table, use="final demand")
    np.testing.assert_allclose(made.sum(axis=1), table.value_added, rtol=EXACT)
    np.testing.assert_allclose(made.sum(axis=0), table.final.sum(axis=0), rtol=EXACT)


def test_each_tonne_is_consumed_once() -> None:
    found = embodied.embodied_emissions(with_emissions(toy_table(), EMITTED), use="consumption")
    by_origin = found.group_by("partner").agg(pl.col("value").sum()).sort("partner")
    assert by_origin["value"].to_list() == pytest.approx([50.0, 20.0, 10.0], rel=EXACT)


def test_emissions_in_proportion_to_value_added_are_embodied_as_value_added_is() -> None:
    table = toy_table()
    same = with_emissions(table, EMITTED.with_columns(value=pl.Series(table.value_added)))
    for column in ("value", "share"):
        ours, due = embodied.embodied_emissions(same)[column], embodied.value_added_by_origin(table)[column]
        assert ours.to_list() == pytest.approx(due.to_list(), rel=EXACT)
        ours = embodied.embodied_emissions(same, use="consumption")[column]
        due = embodied.value_added_by_origin(table, use="final demand")[column]
        assert ours.to_list() == pytest.approx(due.to_list(), rel=EXACT)


def test_an_unknown_use_is_refused() -> None:
    with pytest.raises(BadInput, match="use 'imports' where one of exports, output, final demand"):
        embodied.value_added_by_origin(toy_table(), use="imports")  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="use 'output' where one of exports, consumption"):
        embodied.embodied_emissions(with_emissions(toy_table(), EMITTED), use="output")  # type: ignore[arg-type]


def test_emissions_that_do_not_fit_are_refused() -> None:
    with pytest.raises(BadInput, match="1 sectors without emissions"):
        with_emissions(toy_table(), EMITTED.head(2))
    with pytest.raises(BadInput, match="a sector the table does not have"):
        with_emissions(toy_table(), EMITTED.with_columns(sector=pl.lit("steel")))
    with pytest.raises(BadInput, match="tonnes >= 0"):
        with_emissions(toy_table(), EMITTED.with_columns(value=-pl.col("value")))
    with pytest.raises(BadInput, match="no emissions"):
        embodied.embodied_emissions(toy_table())


def checked(table: IntercountryTable) -> InputOutput:
    return input_output(
        table.labels, table.intermediate, table.final, table.buyers, value_added=table.value_added, output=table.output,
        parts=table.parts,
    )  # fmt: skip


def icio(economies: tuple[str, ...] = ("A", "B", "C")) -> str:
    """Return the worked table in the layout of the OECD; taxes are 1 of each value added, final demand has two categories."""
    toy = toy_table()
    head = ["V1", *(f"{name}_all" for name in economies)]
    buyers = [{"CN1": "CHN", "MX1": "MEX"}.get(name, name) for name in economies]
    head += [f"{name}_{kind}" for name in buyers for kind in ("HFCE", "INVNT")] + ["OUT"]
    lines = [head]
    for row, name in enumerate(economies):
        final = [cell for value in toy.final[row] for cell in (value + 2.0, -2.0)]
        lines.append([f"{name}_all", *map(str, toy.intermediate[row]), *map(str, final), "100"])
    lines.append(["TLS", *["1"] * 3, *["0"] * 7])
    lines.append(["VA", *(str(value - 1) for value in toy.value_added), *["0"] * 7])
    lines.append(["OUT", *["100"] * 3, *["0"] * 7])
    return "\n".join(",".join(line) for line in lines)


def test_the_layout_of_the_oecd_is_read() -> None:
    table = checked(read_icio(icio().encode(), file="2020_SML.csv"))
    np.testing.assert_allclose(table.intermediate, 1e6 * toy_table().intermediate)
    np.testing.assert_allclose(table.final, 1e6 * toy_table().final)
    np.testing.assert_allclose(table.value_added, 1e6 * toy_table().value_added)


def test_processing_zones_belong_to_their_economy() -> None:
    table = checked(read_icio(icio(("CN1", "KAZ", "MX1")).encode(), file="2020.csv"))
    assert table.economies == ("CHN", "KAZ", "MEX")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("VA,", "VB,", "no row VA or VALU"), ("20.0,", "twenty,", "cannot be read"),
     ("A_all,B_all", "A_all,A_all", "stands twice"), ("V1,A_all", "V1,A_else", "row A_all without a column")],
)  # fmt: skip
def test_another_layout_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_icio(icio().replace(old, new, 1).encode(), file="2020.csv")


def mrio(*, without: str = "") -> bytes:
    """Return the worked table in the layout of ADB: three lines of heads, three columns of names, totals below."""
    toy, names = toy_table(), ("A", "B", "C")
    across = [(name, "c1") for name in names] + [(name, code) for name in names for code in ("F1", "F5")] + [("TOT", "")]
    rows: list[list[object]] = [["Multiregional table"], ["", "", "", "", *["Industry"] * len(across)]]
    rows += [["", "", "", "", *(name for name, _ in across)], ["", "", "", "", *(code for _, code in across)]]
    for row, name in enumerate(names):
        final = [cell for value in toy.final[row] for cell in (value + 2.0, -2.0)]
        rows.append(["", "Industry", name, "c1", *toy.intermediate[row], *final, 100.0])
    for code, values in (
        ("r60", 100 - toy.value_added),
        ("r99", [1.0] * 3),
        ("r64", toy.value_added - 1),
        ("r69", [100.0] * 3),
    ):
        if code != without:
            rows.append(["", "Total", "TOT", code, *values])
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("ADB MRIO 2020")
        for place, cells in enumerate(rows):
            sheet.write_row(place, 0, cells)
    return buffer.getvalue()


def test_the_layout_of_adb_is_read() -> None:
    table = checked(read_mrio(mrio(), file="ADB-MRIO-2020.xlsx"))
    np.testing.assert_allclose(table.intermediate, 1e6 * toy_table().intermediate)
    np.testing.assert_allclose(table.final, 1e6 * toy_table().final)
    np.testing.assert_allclose(table.value_added, 1e6 * toy_table().value_added)


def test_a_workbook_without_output_is_refused() -> None:
    with pytest.raises(BadInput, match="r60 to r69"):
        read_mrio(mrio(without="r69"), file="ADB-MRIO-2020.xlsx")
