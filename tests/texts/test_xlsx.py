"""A workbook is told as its cells show it; LibreOffice shows the numbers so too."""

from __future__ import annotations

import datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.texts.files import SENTENCES, kinds, members, placed, saved, told, zipped

from hamkor.schema.errors import BadInput
from hamkor.texts.read import read_text
from hamkor.texts.shown import shown
from hamkor.texts.text import Text

SHEET = "xl/worksheets/sheet1.xml"


def read(book: openpyxl.Workbook) -> Text:
    return read_text(saved(book), name="a.xlsx")


# as LibreOffice 7 prints them into HTML, but for thousands, which it sets apart by commas there
SHOWN = [
    ("General", 3.48, "3.48"), ("General", 1234567.891, "1234567.891"), ("General", 1e-7, "0.0000001"),
    ("General", 10**15, "1000000000000000"),
    ("0", 2.675, "3"), ("0.0", 422.05, "422.1"), ("0.00", 0.155, "0.16"), ("0.00", -672.8, "-672.80"), ("0.00", -0.001, "0.00"),
    ("#,##0", 1234567.891, "1 234 568"), ("#,##0.00", -672.8, "-672.80"), ("0%", 0.155, "16%"), ("0.0%", 0.155, "15.5%"),
    ('0.00" bn"', 3.48, "3.48 bn"), ("0.0\\ %", 0.155, "15.5 %"), ("#,##0_);(#,##0)", -672.8, "(673)"), ("#.##", 0, ""),
    ("+0.0%;-0.0%;0%", 0.155, "+15.5%"), ("+0.0%;-0.0%;0%", -1, "-100.0%"), ("+0.0%;-0.0%;0%", 0, "0%"),
    ('0.0,," млн"', 1234567.891, "1.2 млн"),
    ("#,##0,", 1234567.891, "1 235"), ("#.##", 0.155, ".16"), ("0.0#", 1, "1.0"), ("00.00", 3.48, "03.48"),
    ("[$€-407]#,##0.00", -1, "-€1.00"),
    ('"$"#,##0.00', 1234567.891, "$1 234 567.89"), ('0.0;"минус "0.0', -672.8, "минус 672.8"), ("0.00;;", -1, ""),
    ("0.00;;", 1, "1.00"),
    ('_-* #,##0.00_-;-* #,##0.00_-;_-* "-"_-;_-@_-', 0, "-"), ('_-* #,##0.00_-;-* #,##0.00_-;_-* "-"_-;_-@_-', -1, "-1.00"),
    ("000000", 3.48, "000003"), ('"x";"y";"z"', -1, "y"), ("@", 3.48, "3.48"), ("#,##0.###", 1234567.891, "1 234 567.891"),
    ('[>=1000000]0.0,,"M";[>=1000]0.0,"K";0', 1234567.891, "1.2M"), ('[>=1000000]0.0,,"M";[>=1000]0.0,"K";0', 3.48, "3"),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "value", "text"), SHOWN)
def test_numbers_are_told_as_their_cells_show_them(pattern: str, value: float, text: str) -> None:
    book = openpyxl.Workbook()
    book.active.append(["x", value])
    book.active["B1"].number_format = pattern
    assert told(read(book)) == [
        "x",
        *([text.replace(" ", "\u00a0", text.count(" ") if "#,#" in pattern else 0)] if text else []),
    ]


def test_thousands_apart_by_spaces_are_told_as_thousands() -> None:
    assert shown(1234567.891, "#\\ ##0.0") == shown(1234567.891, "# ##0.0") == "1\u00a0234\u00a0567.9"


def test_fractions_and_powers_are_told_as_numbers() -> None:
    assert [shown(3.25, pattern) for pattern in ("# ?/?", "0.00E+00", "000-00")] == ["3.25"] * 3


@given(st.text(alphabet='0#?,.%;"\\[$-]_*E+/@a>=1 ', max_size=14), st.floats() | st.integers(-(10**18), 10**18))
def test_any_format_shows_something_or_nothing(pattern: str, value: float) -> None:
    assert "\n" not in shown(value, pattern)


@given(st.floats(-1e12, 1e12), st.integers(0, 6))
def test_decimals_are_rounded_to_the_nearest(value: float, decimals: int) -> None:
    printed = shown(value, "0." + "0" * decimals if decimals else "0")
    assert abs(float(printed) - value) <= 0.5 * 10**-decimals + 6e-15 * abs(value) + 1e-12


@pytest.mark.parametrize(
    ("value", "pattern", "text"),
    [
        (datetime.date(2025, 9, 30), "dd.mm.yyyy", "2025-09-30"),
        (datetime.datetime(2025, 9, 30, 14, 5), "yyyy-mm-dd hh:mm", "2025-09-30 14:05:00"),
        (datetime.date(2025, 9, 1), "mmm yyyy", "2025-09"),
        (datetime.date(2025, 1, 1), "yyyy", "2025"),
        (datetime.time(14, 5), "hh:mm", "14:05:00"),
        (True, "General", "TRUE"),
        ("3,48", "@", "3,48"),
        ("  a\n b ", "General", "a\n b"),
        ("a_x000D_b_x005F_c", "General", "a b_c"),
        ("#DIV/0!", "General", "#DIV/0!"),
    ],
)
def test_dates_truths_and_texts_are_told(value: object, pattern: str, text: str) -> None:
    book = openpyxl.Workbook()
    book.active.append(["x", value])
    book.active["B1"].number_format = pattern
    assert told(read(book))[1] == text


def test_cells_have_locators_and_places_and_hidden_sheets_are_told() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Савдо"
    book.active["B4"] = "Экспорт"
    book.create_sheet("Sheet 2").sheet_state = "hidden"
    book["Sheet 2"]["AA1048576"] = 422.1
    text = read(book)
    assert [(piece.locator, piece.kind, piece.table, piece.row, piece.column) for piece in text.pieces] == [
        ("Савдо!B4", "cell", 0, 3, 1),
        ("'Sheet 2'!AA1048576", "cell", 1, 1048575, 26),
    ]


def test_merged_cells_are_told_once_even_if_values_hide_behind_them() -> None:
    book = openpyxl.Workbook()
    for row in ("abc", "def", "ghi"):
        book.active.append(list(row))
    hiding = members(saved(book))
    end = hiding[SHEET].index(b"</sheetData>") + len(b"</sheetData>")
    merged = b'<mergeCells count="2"><mergeCell ref="A1:B2"/><mergeCell ref="C3:XFD9000"/></mergeCells>'
    hiding[SHEET] = hiding[SHEET][:end] + merged + hiding[SHEET][end:]
    assert told(read_text(zipped(hiding), name="a.xlsx")) == ["a", "c", "f", "g", "h", "i"]


def test_a_formula_is_told_by_its_saved_value() -> None:
    book = openpyxl.Workbook()
    book.active.append(["x", 1])
    inside = members(saved(book))
    assert b'<c r="B1" t="n"><v>1</v></c>' in inside[SHEET]
    inside[SHEET] = inside[SHEET].replace(b'<c r="B1" t="n"><v>1</v></c>', b'<c r="B1"><f>1.06+2.42</f><v>3.48</v></c>')
    assert told(read_text(zipped(inside), name="a.xlsx")) == ["x", "3.48"]


def test_long_prose_in_a_cell_is_a_paragraph() -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", SENTENCES["ru"] * 5])
    assert kinds(read(book)) == [("cell", "a"), ("paragraph", SENTENCES["ru"] * 5)]
    assert read(book).pieces[1].locator == "Sheet!B1"


@pytest.mark.parametrize("size", ["A1:XFD1048576", "A1"])
def test_the_size_that_a_sheet_declares_is_not_believed(size: str) -> None:
    book = openpyxl.Workbook()
    book.active["C2"] = 3.48
    inside = members(saved(book))
    head, _, rest = inside[SHEET].partition(b'<dimension ref="')
    inside[SHEET] = head + b'<dimension ref="' + size.encode() + rest[rest.index(b'"') :]
    assert placed(read_text(zipped(inside), name="a.xlsx")) == {(0, 1, 2): "3.48"}


@pytest.mark.parametrize(
    ("old", "new"), [(b'r="2"', b'r="99999999999"'), (b'r="C2"', b'r="C99999999999"'), (b'r="C2"', b'r="ZZZ2"')]
)
def test_a_place_beyond_the_sheet_is_told(old: bytes, new: bytes) -> None:
    book = openpyxl.Workbook()
    book.active["C2"] = 3.48
    inside = members(saved(book))
    inside[SHEET] = inside[SHEET].replace(old, new)
    if new == b'r="99999999999"':
        inside[SHEET] = inside[SHEET].replace(b'<c r="C2"', b"<c")
    with pytest.raises(BadInput, match="not a whole Excel file"):
        read_text(zipped(inside), name="a.xlsx")


def test_too_much_merging_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hamkor.texts.xlsx._MOST_MERGED", 1)
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.merge_cells("A3:B9")
    with pytest.raises(BadInput, match="merged cells"):
        read(book)
