"""Values in another currency than the dollar: turned away without a rate, converted at the declared one of each period."""

from __future__ import annotations

from typing import Any

import pytest
from tests.sources.test_headings import file

from hamkor.schema.errors import BadInput
from hamkor.sources.mapped import Reading, gazetteer, guess, preview, read_mapped, read_mapping

ROWS: list[list[Any]] = [
    ["Экспорт Казахстана, млн тенге"], ["Страна", 2022, 2023], ["Всего", 46_048, 91_262], ["Узбекистан", 23_024, 45_631],
    ["Китай", 23_024, 45_631],
]  # fmt: skip
MAPPING = """
[file]
source = "my-customs"
header_row = 2
[columns]
reporter = { constant = "KAZ" }
counterpart = "Страна"
flow = { constant = "export" }
periods = "2022..2023"
unit = "million KZT"
currency = "KZT"
[totals]
"Всего" = "W1"
[rates]
"2022" = 460.48
"2023" = 456.31
"""


def read(rows: list[list[Any]], mapping: str, kind: str = "csv") -> Reading:
    return read_mapped(file(rows, kind), read_mapping(mapping, where="m.toml"), file=f"t.{kind}", names=gazetteer())


def fault(mapping: str, rows: list[list[Any]] = ROWS) -> str:
    with pytest.raises(BadInput) as raised:
        read(rows, mapping)
    return str(raised.value)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_value_is_converted_at_the_rate_of_its_period_and_kept_as_printed(kind: str) -> None:
    frame = read(ROWS, MAPPING, kind).frame.filter(COUNTERPART="UZB")
    assert frame["OBS_VALUE"].to_list() == pytest.approx([50e6, 100e6])
    assert frame["PRINTED"].to_list() == ["23024", "45631"]
    place = "line 4, column 2022" if kind == "csv" else "Лист1!B4"
    assert frame["LOCATOR"][0] == f"{place} at 460.48 KZT/USD"


def test_one_rate_may_hold_for_every_period() -> None:
    mapping = MAPPING[: MAPPING.index("[rates]")].replace("[totals]", "rate = 500\n[totals]")
    frame = read(ROWS, mapping).frame.filter(COUNTERPART="UZB")
    assert frame["OBS_VALUE"].to_list() == pytest.approx([23_024e6 / 500, 45_631e6 / 500])


def test_sums_hold_in_the_currency_of_the_file() -> None:
    wrong = [row if row[0] != "Всего" else ["Всего", 46_049.9, 91_262] for row in ROWS]
    assert "the sum of the partners, 46,048 million KZT" in fault(MAPPING, wrong)


def test_a_year_to_date_figure_may_fall_in_dollars_but_not_as_printed() -> None:
    months = MAPPING.replace('"2022..2023"', '"2025-01..2025-02"\ncumulative = true')
    months = months.replace('"2022" = 460.48\n"2023" = 456.31', '"2025-01" = 400\n"2025-01/2025-02" = 500')
    rows: list[list[Any]] = [["Экспорт"], ["Страна", "2025-01", "2025-02"], ["Всего", 400, 410], ["Китай", 400, 410]]
    assert read(rows, months).frame["OBS_VALUE"].to_list() == pytest.approx([1e6, 0.82e6] * 2)
    assert "does not fall" in fault(months, [*rows[:2], ["Всего", 400, 390], ["Китай", 400, 390]])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('currency = "KZT"\n', "", '\'million KZT\' where USD, thousand USD, million USD or billion USD is due; declare it: '
         '[columns] currency = "KZT", and under [rates] how many KZT are one US dollar'),
        ('"2023" = 456.31\n', "", 'm.toml [rates]: no rate for 2023 where how many KZT are one US dollar: "2023" = ... is due'),
        ('[rates]\n"2022" = 460.48\n"2023" = 456.31\n', "", "no rate of KZT"),
        ("456.31", "0.0", "how many KZT are one US dollar, above 0"), ("456.31", "-3", "above 0"), ("456.31", "inf", "above 0"),
        ('"2023" = 456.31', '"2023 year" = 456.31', "[rates]"), ("456.31", '"456,31"', "Expected 'float'"),
        ('"2023" = 456.31', '"2022-01/2022-12" = 456.31', "each period once"),
        ('currency = "KZT"', 'currency = "KZZ"', "a code of ISO 4217"),
        ('currency = "KZT"', 'currency = "UZS"', "'million KZT' where UZS"),
        ('unit = "million KZT"\ncurrency = "KZT"', 'unit = "million USD"', "none for values in USD"),
        ('currency = "KZT"', 'currency = "KZT"\nrate = 3', "rate and [rates]"),
    ],
)  # fmt: skip
def test_what_cannot_be_converted_is_told_with_its_cure(old: str, new: str, told: str) -> None:
    assert old in MAPPING
    assert told in fault(MAPPING.replace(old, new))


def test_the_guess_proposes_the_currency_of_the_title() -> None:
    text = guess(file(ROWS, "csv"), file="t.csv", names=gazetteer())
    assert 'which may mean unit = "million KZT"' in text
    assert 'currency = "KZT"' in text
    said = text.replace('unit = ""', 'unit = "million KZT"').replace("# rate = 1.0", "rate = 460")
    said = said.replace('reporter = { constant = "" }', 'reporter = { constant = "KAZ" }')
    assert preview(read(ROWS, said)).sums == {"export": pytest.approx((46_048e6 + 91_262e6) / 460)}
