"""Tables in which a flow or a country stands in a row of its own: what is guessed, declared, read and turned away."""

from __future__ import annotations

import io
from typing import Any

import pytest
import xlsxwriter

from hamkor.schema.errors import BadInput
from hamkor.sources.mapped import Reading, gazetteer, guess, read_mapped, read_mapping

BY_COUNTRY: list[list[Any]] = [
    ["Экспорт Узбекистана по странам и товарам, тыс. долл. США"], ["Наименование", 2022, 2023],
    ["Казахстан"], ["Хлопок", "10,5", 11], ["Фрукты", "1,5", 2], ["Киргизия"], ["Хлопок", 3, 4], ["Всего", 15, 17],
    ["1) предварительные данные"],
]  # fmt: skip
BY_FLOW: list[list[Any]] = [
    ["Внешняя торговля Узбекистана, млн долл. США"], ["Страна", 2022, 2023],
    ["Экспорт"], ["Казахстан", 100, 200], ["Китай", 50, 60], ["Импорт"], ["Казахстан", 70, 80], ["Китай", 10, 20],
]  # fmt: skip
NESTED: list[list[Any]] = [
    ["Внешняя торговля Узбекистана, тыс. долл. США"], ["Товар", 2022, 2023],
    ["Экспорт"], ["Казахстан"], ["Хлопок", 10, 20], ["Киргизия", 5, 6], ["Зерно", 5, 6],
    ["Импорт"], ["Казахстан"], ["Зерно", 7, 8],
]  # fmt: skip
KINDS = ("csv", "xlsx")


def file(rows: list[list[Any]], kind: str) -> bytes:
    if kind == "csv":
        return "\n".join(";".join([*map(str, row), *[""] * (3 - len(row))]) for row in rows).encode("cp1251")
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        page = book.add_worksheet("Лист1")
        for number, row in enumerate(rows):
            if len(row) == 1:
                page.merge_range(number, 0, number, 2, row[0])
            else:
                page.write_row(number, 0, row)
    return made.getvalue()


def guessed(rows: list[list[Any]], kind: str = "csv", unit: str = "thousand USD") -> str:
    text = guess(file(rows, kind), file=f"t.{kind}", names=gazetteer())
    return text.replace('unit = ""', f'unit = "{unit}"').replace(
        'reporter = { constant = "" }', 'reporter = { constant = "UZB" }'
    )


def read(rows: list[list[Any]], mapping: str, kind: str = "csv") -> Reading:
    return read_mapped(file(rows, kind), read_mapping(mapping, where="m.toml"), file=f"t.{kind}", names=gazetteer())


def cells(reading: Reading, period: str = "2022") -> list[tuple[Any, ...]]:
    frame = reading.frame.filter(TIME_PERIOD=period)
    return frame.select("COUNTERPART", "FLOW", "PRODUCT", "OBS_VALUE").rows()


def fault(rows: list[list[Any]], mapping: str) -> str:
    with pytest.raises(BadInput) as raised:
        read(rows, mapping)
    return str(raised.value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_country_above_its_products_holds_for_them(kind: str) -> None:
    text = guessed(BY_COUNTRY, kind)
    assert 'counterpart = { column = "A", heading = true }' in text
    reading = read(BY_COUNTRY, text, kind)
    assert cells(reading) == [
        ("KAZ", "export", "source:хлопок", 10_500.0), ("KAZ", "export", "source:фрукты", 1_500.0),
        ("KGZ", "export", "source:хлопок", 3_000.0), ("W1", "export", "TOTAL", 15_000.0),
    ]  # fmt: skip
    assert reading.frame["LOCATOR"][0] == ("line 4, column 2022" if kind == "csv" else "Лист1!B4")
    assert any("1 row left out (no value)" in note for note in reading.notes)


@pytest.mark.parametrize("kind", KINDS)
def test_a_flow_above_its_countries_holds_for_them(kind: str) -> None:
    text = guessed(BY_FLOW, kind, "million USD")
    assert 'flow = { column = "A", heading = true }' in text
    assert cells(read(BY_FLOW, text, kind)) == [
        ("KAZ", "export", "TOTAL", 100e6), ("CHN", "export", "TOTAL", 50e6),
        ("KAZ", "import", "TOTAL", 70e6), ("CHN", "import", "TOTAL", 10e6),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_heading_with_values_is_the_whole_of_the_rows_below_it(kind: str) -> None:
    assert cells(read(NESTED, guessed(NESTED, kind), kind)) == [
        ("KAZ", "export", "source:хлопок", 10_000.0), ("KGZ", "export", "TOTAL", 5_000.0),
        ("KGZ", "export", "source:зерно", 5_000.0), ("KAZ", "import", "source:зерно", 7_000.0),
    ]  # fmt: skip
    wrong = [row if row[0] != "Киргизия" else ["Киргизия", 9, 6] for row in NESTED]
    assert "the sum of the products" in fault(wrong, guessed(NESTED))


def test_a_total_over_all_countries_is_the_sum_of_their_products() -> None:
    wrong = [row if row[0] != "Всего" else ["Всего", 99, 17] for row in BY_COUNTRY]
    text = fault(wrong, guessed(BY_COUNTRY))
    assert "line 8, column 2022: 99 for export, 2022 where the sum of the partners, 15 thousand USD (3 parts) is due" in text


def test_a_heading_that_is_not_known_stops_the_import_and_is_not_taken_for_the_one_before() -> None:
    rows = [row if row[0] != "Киргизия" else ["Атлантида"] for row in BY_COUNTRY]
    text = fault(rows, guessed(BY_COUNTRY))
    assert "t.csv line 6, column Наименование: the heading 'Атлантида' where an economy is due" in text
    assert '[values] skip = ["Атлантида"]' in text


def test_what_stands_under_a_heading_that_is_left_out_is_left_out() -> None:
    rows = [row if row[0] != "Киргизия" else ["Страны мира"] for row in BY_COUNTRY if row[0] != "Всего"]
    mapping = guessed(rows).replace("[values]", '[values]\nskip = ["Страны мира"]')
    mapping = mapping.replace("# subtotals would count twice", "")
    assert {row[0] for row in cells(read(rows, mapping))} == {"KAZ"}


def test_an_outer_heading_ends_the_inner_one() -> None:
    rows = [*NESTED[:7], ["Импорт"], ["Зерно", 7, 8]]
    assert "line 9: no heading for the counterpart" in fault(rows, guessed(NESTED))


def test_a_heading_is_declared_with_its_column() -> None:
    mapping = guessed(BY_COUNTRY).replace('{ column = "A", heading = true }', '{ constant = "KAZ", heading = true }')
    assert "heading without a column of counterpart" in fault(BY_COUNTRY, mapping)
