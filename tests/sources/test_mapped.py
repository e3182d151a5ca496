"""Any customs table with a declared mapping: what is read, and what is turned away with its place and cure."""

from __future__ import annotations

import io
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hamkor.schema.errors import BadInput, ManyErrors
from hamkor.schema.tables import RECORDS, check
from hamkor.sources.grid import text_of
from hamkor.sources.mapped import Reading, gazetteer, guess, preview, read_mapped, read_mapping
from hamkor.sources.mapped.amounts import decimal_sign, read_amount
from hamkor.sources.mapped.times import read_moment

XLS = (Path(__file__).parent / "mapped" / "toy.xls").read_bytes()
WIDE = """
[file]
source = "toy"
header_row = {header}
[columns]
reporter = {{ constant = "UZB" }}
counterpart = "partner"
flow = {{ constant = "export" }}
periods = "{periods}"
unit = "thousand USD"
{columns}
[values]
{values}
[names]
{names}
[totals]
{totals}
"""
LONG = """
[file]
source = "toy"
[columns]
reporter = "reporter"
counterpart = "partner"
flow = "flow"
product = "hs"
period = "period"
value = "value"
unit = "USD"
[values.flow]
export = ["E", "экспорт"]
import = ["I"]
"""


def wide(**parts: object) -> str:
    return WIDE.format(
        **{"header": 1, "periods": "2022..2023", "columns": "", "values": "", "names": "", "totals": "", **parts}
    )


def read(table: str | bytes, mapping: str, file: str = "t.csv") -> Reading:
    content = table.encode() if isinstance(table, str) else table
    return read_mapped(content, read_mapping(mapping, where="m.toml"), file=file, names=gazetteer())


def fault(table: str | bytes, mapping: str, file: str = "t.csv") -> str:
    with pytest.raises(BadInput) as raised:
        read(table, mapping, file)
    return str(raised.value)


def workbook(rows: list[list[Any]], sheet: str = "Sheet1", extra: tuple[str, ...] = ()) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        for name in extra:
            book.add_worksheet(name).write(0, 0, "x")
    return made.getvalue()


def values(reading: Reading) -> list[tuple[str, str, float | None]]:
    return list(reading.frame.select("COUNTERPART", "TIME_PERIOD", "OBS_VALUE").iter_rows())


def test_a_wide_table_gives_a_record_for_each_cell_in_dollars() -> None:
    reading = read("partner,2022,2023\nKazakhstan,1.5,2\nКитай,3,4\n", wide())
    assert values(reading) == [("KAZ", "2022", 1500), ("KAZ", "2023", 2000), ("CHN", "2022", 3000), ("CHN", "2023", 4000)]
    assert reading.frame["LOCATOR"][0] == "line 2, column 2022"
    assert reading.frame["UNIT_MULT"].unique().to_list() == [3]


def test_a_long_table_gives_a_record_for_each_row() -> None:
    table = "reporter;partner;flow;hs;period;value\nUZB;KAZ;E;0809;2023-05;12,5\nUzbekistan;Хитой;экспорт;27;Q1 2024;7\n"
    frame = read(table, LONG).frame
    assert frame.select("FREQ", "REPORTER", "COUNTERPART", "FLOW", "PRODUCT", "TIME_PERIOD", "OBS_VALUE").rows() == [
        ("M", "UZB", "KAZ", "export", "hs:0809", "2023-05", 12.5),
        ("Q", "UZB", "CHN", "export", "hs:27", "2024-Q1", 7.0),
    ]


def test_what_is_read_fits_the_table_of_records() -> None:
    reading = read("partner,2022,2023\nKazakhstan,1.5,-\n", wide())
    added = {"SOURCE": "toy", "RELEASE_DATE": "2024-01-01", "LICENCE": "internal", "ARTIFACT": "0" * 64}
    frame = reading.frame.with_columns(**{name: pl.lit(value) for name, value in added.items()})
    assert check(frame, RECORDS).height == 2


def test_xlsx_xls_and_csv_of_one_table_give_the_same_figures() -> None:
    rows: list[list[Any]] = [["Exports"], ["partner", 2022, 2023], ["Total", 6, 8], ["Kazakhstan", 1.5, 2], ["China", 4.5, 6]]
    mapping = wide(header=2, totals='"Total" = "W1"')
    table = "\n".join(",".join(map(str, row)) for row in rows)
    xlsx, xls = read(workbook(rows), mapping, "t.xlsx"), read(XLS, mapping, "t.xls")
    assert values(xlsx) == values(xls) == values(read(table, mapping))
    assert xlsx.frame["LOCATOR"][0] == "Sheet1!B3"
    assert xls.frame["LOCATOR"][0] == "trade!B3"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_the_encoding_does_not_matter(encoding: str) -> None:
    reading = read("partner;2022;2023\nКазахстан;1 234,5;2\nКитай;3;4\n".encode(encoding), wide())
    assert values(reading)[0] == ("KAZ", "2022", 1_234_500)
    assert ("read as windows-1251" in reading.notes) == (encoding == "cp1251")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    assert len(values(read(f"title\npartner{delimiter}2022{delimiter}2023\nKAZ{delimiter}1{delimiter}2", wide(header=2)))) == 2


@pytest.mark.parametrize("unit", ["", "tonnes", "thousand KZT", "thousand", "million million USD"])
def test_nothing_is_taken_without_a_unit_in_dollars(unit: str) -> None:
    with pytest.raises(BadInput, match=r"\[columns\] unit.*thousand USD"):
        read_mapping(wide().replace('unit = "thousand USD"', f'unit = "{unit}"'), where="m.toml")
    with pytest.raises(BadInput, match="unit"):
        read_mapping(wide().replace('unit = "thousand USD"\n', ""), where="m.toml")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("[columns]\nflows = 1", "did you mean 'flow'"),
        ('[columns]\ncumulative = "yes"', "Expected 'bool'"),
        ("[columns", "no TOML"),
    ],
)
def test_a_mapping_that_is_wrong_is_told_with_its_place(change: str, told: str) -> None:
    with pytest.raises(BadInput) as raised:
        read_mapping(wide().replace("[columns]", change), where="m.toml")
    assert str(raised.value).startswith("m.toml")
    assert told in str(raised.value)


def test_several_faults_are_told_together() -> None:
    with pytest.raises(ManyErrors) as raised:
        read("partner,2022,2023\nAtlantis,1,2\nKazahstan,x,2\nKAZ,1,y\n", wide())
    text = str(raised.value)
    assert "3 faults" in text
    assert "did you mean KAZ (Kazakhstan)" in text
    assert "line 4, column 2023: 'y' where a number is due" in text


def test_a_shifted_header_is_told_with_the_row_in_which_it_stands() -> None:
    assert "it stands in row 3: say [file] header_row = 3" in fault("a,b,c\n1,2,3\npartner,2022,2023\nKAZ,1,2\n", wide())


def test_periods_that_stand_in_another_row_are_told_with_it() -> None:
    assert "they stand in row 2: say [file] header_row = 2" in fault("partner,,\n,2022,2023\nKAZ,1,2\n", wide())


def test_a_damaged_workbook_leaves_no_trace_on_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    for place in range(512, len(XLS), 97):
        with suppress(BadInput):
            read(XLS[:place] + b"\xff\xff" + XLS[place + 2 :], wide(header=2, totals='"Total" = "W1"'))
    assert capfd.readouterr().err == ""


def test_a_header_that_stands_twice_asks_for_the_column() -> None:
    assert '{ column = "A" } or { column = "B" }' in fault("partner,partner,2022,2023\nKAZ,KAZ,1,2\n", wide())


def test_a_period_without_a_column_is_told() -> None:
    assert "no column for 2024" in fault("partner,2022,2023\nKAZ,1,2\n", wide(periods="2022..2024"))


@pytest.mark.parametrize("header", ["2024-M01", "2024-М01", "01.2024", "янв.24", "January 2024", "2024 йил январь", "202401"])
def test_the_forms_of_a_month_mean_the_same(header: str) -> None:
    moment = read_moment(header, gazetteer(), where="t")
    assert (moment.text, moment.cyrillic) == ("2024-01", "М" in header)


def test_a_cyrillic_m_in_the_header_of_a_month_is_taken_and_noted() -> None:
    reading = read("partner,2024-M01,2024-М02\nKAZ,1,2\n", wide(periods="2024-01..2024-02"))
    assert reading.frame["TIME_PERIOD"].to_list() == ["2024-01", "2024-02"]
    assert any("Cyrillic" in note for note in reading.notes)


def test_months_alone_take_the_year_of_the_range() -> None:
    assert len(read("partner,Январь,Февраль\nKAZ,1,2\n", wide(periods="2024-01..2024-02")).frame) == 2


@pytest.mark.parametrize("header", ["20231", "2023 1)", "2023¹", "2023*"])
def test_a_footnote_glued_to_a_year_is_taken_as_the_year(header: str) -> None:
    assert values(read(f"partner,2022,{header}\nKAZ,1,2\n", wide()))[1] == ("KAZ", "2023", 2000)


@pytest.mark.parametrize(
    "text", ["2024-13", "24", "2024/25", "sometime", "31.12.2024", "2024-05-17", "март", "2024-03/2024-05"]
)
def test_what_is_no_period_is_turned_away(text: str) -> None:
    with pytest.raises(BadInput):
        read_moment(text, gazetteer(), where="t")


def test_year_and_month_may_stand_in_columns_of_their_own() -> None:
    mapping = LONG.replace('period = "period"', 'period = { year = "year", month = "month" }').replace("product", "#product")
    table = "reporter,partner,flow,year,month,value\nUZB,KAZ,E,2024,5,1.5\nUZB,KAZ,E,2024,июнь,2\n"
    assert read(table, mapping).frame["TIME_PERIOD"].to_list() == ["2024-05", "2024-06"]


def test_flows_may_stand_side_by_side_with_columns_by_letters() -> None:
    mapping = (
        wide().replace('flow = { constant = "export" }\n', "").replace('periods = "2022..2023"', "period = { constant = 2022 }")
    )
    mapping = mapping.replace("unit =", 'value = { turnover = { column = "B" }, export = "out", import = "in" }\nunit =')
    reading = read("partner,,out,in\nKAZ,3,1,2\n", mapping)
    assert reading.frame["FLOW"].to_list() == ["turnover", "export", "import"]
    assert "the sum of export and import" in fault("partner,,out,in\nKAZ,9,1,2\n", mapping)


def test_duplicated_rows_are_told_with_both_places() -> None:
    text = fault("partner,2022,2023\nKAZ,1,2\nCHN,1,1\nКазахстан,1,3\n", wide())
    assert "line 4, column 2022: UZB, KAZ, export, TOTAL, 2022 again where once, as at line 2, column 2022" in text
    assert "with another value" in text


@pytest.mark.parametrize("value", ["-5", "(5)", "−5"])
def test_a_negative_value_is_turned_away(value: str) -> None:
    assert "a value >= 0 is due" in fault(f"partner,2022,2023\nKAZ,{value},2\n", wide())
    month = fault(f"partner,2024-01,2024-02\nKAZ,1,{value}\n", wide(periods="2024-01..2024-02"))
    assert "a negative month means revised year-to-date figures" in month


def test_year_to_date_months_are_spans_and_may_not_fall() -> None:
    mapping = wide(periods="2025-01..2025-03", columns="cumulative = true")
    reading = read("partner,2025-01,2025-02,2025-03\nKAZ,1,2,3\n", mapping)
    assert reading.frame["TIME_PERIOD"].to_list() == ["2025-01", "2025-01/2025-02", "2025-01/2025-03"]
    assert reading.frame["TRANSFORMATION"].unique().to_list() == ["ytd"]
    falling = "partner,2025-01,2025-02,2025-03\nKAZ,10,30,20\n"
    assert "a negative month means revised year-to-date figures" in fault(falling, mapping)
    revised = wide(periods="2025-01..2025-03", columns="cumulative = true\nrevised = true")
    assert len(read(falling, revised).frame) == 3
    assert preview(read(falling, revised)).sums == {"export": 20_000}


def test_an_unknown_name_asks_for_the_right_table_of_the_mapping() -> None:
    start = "partner,2022,2023\n"
    assert 'say under [totals]: "Всего" = "W1"' in fault(start + "Всего,1,2\n", wide())
    assert "a subtotal would count twice" in fault(start + "Страны СНГ,1,2\n", wide())
    assert '"Прочие страны" = "_X"' in fault(start + "Прочие страны,1,2\n", wide())
    named = read(start + "Прочие страны,1,2\nSonstwo,1,2\n", wide(names='"Прочие страны" = "_X"\n"Sonstwo" = "DEU"'))
    assert named.frame["COUNTERPART"].to_list() == ["_X", "_X", "DEU", "DEU"]


def test_a_total_must_be_the_sum_of_its_parts() -> None:
    mapping = wide(totals='"Total" = "W1"')
    assert len(read("partner,2022,2023\nTotal,3,4\nKAZ,1,2\nCHN,2,2\n", mapping).frame) == 6
    assert "the sum of the partners, 4 thousand USD (2 parts)" in fault(
        "partner,2022,2023\nTotal,3,9\nKAZ,1,2\nCHN,2,2\n", mapping
    )
    assert "thousand or million?" in fault("partner,2022,2023\nTotal,3000,4000\nKAZ,1,2\nCHN,2,2\n", mapping)


def test_rounding_explains_a_small_difference() -> None:
    read("partner,2022,2023\nTotal,3.1,4.0\nKAZ,1.0,2.0\nCHN,2.0,2.0\n", wide(totals='"Total" = "W1"'))


def test_main_partners_may_fall_short_of_the_total_and_not_exceed_it() -> None:
    mapping = wide(totals='"Total" = "W1"', values='parts = "main"')
    read("partner,2022,2023\nTotal,30,40\nKAZ,1,2\n", mapping)
    assert "the sum of the partners" in fault("partner,2022,2023\nTotal,30,40\nKAZ,35,2\n", mapping)


def test_totals_over_products_are_those_of_one_level() -> None:
    mapping = LONG + '[totals]\n"all" = "TOTAL"\n'
    rows = "reporter,partner,flow,hs,period,value\nUZB,KAZ,E,all,2023,10\nUZB,KAZ,E,27,2023,4\nUZB,KAZ,E,2709,2023,3\n"
    read(rows + "UZB,KAZ,E,52,2023,6\n", mapping)
    assert "the sum of the products" in fault(rows + "UZB,KAZ,E,52,2023,2\n", mapping)


def test_a_lost_leading_zero_of_a_product_is_told() -> None:
    assert "write '0809'" in fault("reporter,partner,flow,hs,period,value\nUZB,KAZ,E,809,2023,1\n", LONG)


def test_a_declared_sign_for_nothing_is_no_figure() -> None:
    reading = read("partner,2022,2023\nKAZ,0.0,2.5\nCHN,...,0.0\n", wide(values='missing = ["...", "0.0"]'))
    assert [value for *_, value in values(reading)] == [None, 2500, None, None]
    assert reading.frame["OBS_STATUS"].to_list() == ["M", "A", "M", "M"]
    excel = workbook([["partner", 2022, 2023], ["KAZ", 0, 2.5]])
    assert read(excel, wide(values='missing = ["0.0"]')).frame["OBS_VALUE"].to_list() == [None, 2500]


def test_what_is_left_out_is_noted() -> None:
    reading = read("partner,2022,2023\nof which:,,\nCIS,1,2\nKAZ,1,2\n1) provisional,,\n", wide(values='skip = ["CIS"]'))
    assert len(reading.frame) == 2
    assert any("2 rows left out (no value): line 2 'of which:', line 5 '1) provisional'" in note for note in reading.notes)
    assert any("1 row left out (left out as the mapping says): line 3 'CIS'" in note for note in reading.notes)


def test_a_label_of_the_mapping_that_is_not_there_is_told() -> None:
    assert "no row 'CIS'" in fault("partner,2022,2023\nKAZ,1,2\n", wide(values='skip = ["CIS"]'))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "an empty file"),
        (b"\n \n", "an empty file"),
        (b"<!DOCTYPE html><html><body>Not found</body></html>", "an HTML page"),
        (b"  <table><tr><td>partner</td></tr></table>", "an HTML page"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b'{"a": 1}', "JSON"),
        (workbook([["partner", 2022]])[:900], "cut or damaged"),
        (XLS[:1500], "workbook"),
        (b"partner,2022\n\x00\x01\x02", "binary data"),
        (b'partner,2022,2023\n"KAZ,1,2\n', "a quotation mark is not closed"),
        (b"partner,2022,2023\n\x81\x8d\x8f\xff\xfe,1,2", "UTF-8 or windows-1251"),
        (b"partner,2022,2023\n", "no value"),
        (b"only,one,line", "no header 'partner'"),
    ],
)
def test_what_is_no_table_is_turned_away_in_words(content: bytes, told: str) -> None:
    text = fault(content, wide())
    assert text.startswith("t.csv")
    assert told in text


def test_a_workbook_of_several_sheets_asks_which() -> None:
    content = workbook([["partner", 2022, 2023], ["KAZ", 1, 2]], "Data", ("Notes",))
    assert "one of 'Data', 'Notes'" in fault(content, wide())
    assert len(read(content, wide(header='1\nsheet = "Data"')).frame) == 2
    assert "did you mean 'Data'" in fault(content, wide(header='1\nsheet = "Dat"'))


@pytest.mark.parametrize(
    ("texts", "sign"),
    [(["1,5"], ","), (["1.5"], "."), (["1 234,56"], ","), (["1,234,567"], "."), (["1.234,5", "1.234"], ","), (["12"], ".")],
)
def test_the_decimal_sign_is_found_from_the_whole_column(texts: list[str], sign: str) -> None:
    assert decimal_sign([(text, "B2") for text in texts], where="t") == sign


def test_a_sign_that_may_mean_either_is_asked_for() -> None:
    assert 'say [columns] decimal = "." or ","' in fault("partner;2022;2023\nKAZ;1,234;2\n", wide())
    assert "one decimal sign" in fault("partner;2022;2023\nKAZ;1,2;2.5\n", wide())
    assert values(read("partner;2022;2023\nKAZ;1,234;2\n", wide(columns='decimal = ","')))[0][2] == 1234


@given(st.integers(0, 10**12), st.integers(0, 3), st.sampled_from([" ", "\u00a0", "\u202f", "'", ""]), st.sampled_from(",."))
def test_a_number_survives_its_printing(number: int, places: int, group: str, decimal: str) -> None:
    printed = f"{number / 10**places:,.{places}f}".replace(",", "_").replace(".", decimal).replace("_", group)
    assert float(read_amount(printed, decimal=decimal, where="t").value) == pytest.approx(number / 10**places)


@given(st.floats(0, 1e15))
def test_a_number_of_a_spreadsheet_is_shown_as_a_number(number: float) -> None:
    assert float(text_of(number)) == pytest.approx(number, rel=1e-14, abs=1e-14)


@cache
def whole() -> bytes:
    return workbook([["partner", 2022, 2023], ["KAZ", 1.5, 2], ["CHN", "-", 6]])


def never_anything_else(content: bytes) -> None:
    for mapping in (wide(), LONG):
        with suppress(BadInput):
            assert isinstance(read(content, mapping), Reading)
    with suppress(BadInput):
        assert guess(content, file="t", names=gazetteer())


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_turned_away(content: bytes) -> None:
    never_anything_else(content)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["partner", "2022", "2023", "KAZ", "Китай", "Всего", "1,5", "-", "", '"', "x" * 9, "period"]))
    )
)
def test_any_table_is_read_or_turned_away(rows: list[list[str]]) -> None:
    never_anything_else("\n".join(";".join(row) for row in rows).encode())


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.sampled_from(["xlsx", "xls"]))
def test_any_damage_to_a_workbook_is_turned_away(data: st.DataObject, kind: str) -> None:
    content = bytearray(whole() if kind == "xlsx" else XLS)
    for place, byte in data.draw(st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=8)):
        content[place] = byte
    never_anything_else(bytes(content[: data.draw(st.integers(0, len(content)))]))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300) | st.integers(0, len(LONG)).map(lambda end: LONG[:end]))
def test_any_mapping_is_read_or_turned_away(text: str) -> None:
    with suppress(BadInput):
        assert read_mapping(text, where="m.toml").file.source


def test_the_guess_leaves_the_unit_empty_and_proposes_what_the_file_says() -> None:
    table = "Экспорт Узбекистана, тыс. долл. США;;\nстрана;2022;2023\nВсего;3;4\nСтраны СНГ;1;2\n"
    table += "Казахстан;1;2\nКитай;2;2\nПрочие;-;0\n"
    text = guess(table.encode(), file="Export 2023.csv", names=gazetteer())
    assert 'unit = ""  # say it' in text
    assert 'may mean unit = "thousand USD"' in text
    assert 'source = "export-2023"' in text
    assert "the title names UZB" in text
    with pytest.raises(BadInput, match="no unit"):
        read_mapping(text, where="m.toml")
    said = text.replace('unit = ""', 'unit = "thousand USD"').replace(
        'reporter = { constant = "" }', 'reporter = { constant = "UZB" }'
    )
    seen = preview(read(table, said))
    assert (seen.count, seen.missing, seen.periods, seen.sums) == (8, 1, ("2022", "2023"), {"export": 7000})


def test_the_guess_of_a_long_table_reads_it_once_the_unit_is_said() -> None:
    table = (
        "Reporter,Partner,Flow,HS code,Year,Month,Value\nUZB,Kazakhstan,Export,0809,2024,5,10\nUZB,China,Import,27,2024,6,20\n"
    )
    text = guess(table.encode(), file="a.csv", names=gazetteer())
    frame = read(table, text.replace('unit = ""', 'unit = "USD"')).frame
    assert frame.select("COUNTERPART", "FLOW", "PRODUCT", "TIME_PERIOD", "OBS_VALUE").rows() == [
        ("KAZ", "export", "hs:0809", "2024-05", 10.0),
        ("CHN", "import", "hs:27", "2024-06", 20.0),
    ]


def test_a_table_without_a_known_header_cannot_be_guessed() -> None:
    with pytest.raises(BadInput, match="no table"):
        guess(b"a,b\nc,d\n", file="a.csv", names=gazetteer())


def test_a_preview_says_what_was_understood() -> None:
    rows = dict(preview(read("partner,2022,2023\nKAZ,1,2\nCHN,3,-\n", wide())).rows())
    assert rows["records"] == "4 (1 without a value)"
    assert rows["reporters"] == "Uzbekistan"
    assert rows["counterparts"] == "2: CHN, KAZ"
    assert rows["sum of export"] == "6,000 USD"
