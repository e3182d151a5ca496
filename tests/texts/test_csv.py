"""Cells of CSV stand where they stand in the file; the standard library's reader agrees on what they say."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.texts.files import placed, told

from hamkor.schema.errors import BadInput
from hamkor.texts.csv import looks_like_csv, read_csv


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    rows = [["year", "exports", "imports"], ["2024", "1.06", "2.42"], ["2025", "", "3"]]
    text = read_csv("\n".join(delimiter.join(row) for row in rows), name="a.csv")
    assert placed(text) == {
        (0, row, column): cell for row, cells in enumerate(rows) for column, cell in enumerate(cells) if cell
    }


def test_decimal_commas_are_no_delimiters() -> None:
    assert told(read_csv("Год;Экспорт\n2024;1,06\n2025;2,42\n", name="a.csv")) == [
        "Год",
        "Экспорт",
        "2024",
        "1,06",
        "2025",
        "2,42",
    ]
    assert told(read_csv("Год;Экспорт, млн;Импорт, млн\n2024;1,06;2,42\n", name="a.csv"))[3:] == ["2024", "1,06", "2,42"]


def test_a_title_above_the_table_does_not_hide_the_delimiter() -> None:
    assert (0, 3, 1) in placed(read_csv("Trade, in million\n\ncountry;exports\nKAZ;1,06\nKGZ;2,42\n", name="a.csv"))


def test_tabs_part_a_tsv_file_whatever_else_it_holds() -> None:
    assert told(read_csv("a;b\tc,d\ne;f\tg,h", name="a.TSV")) == ["a;b", "c,d", "e;f", "g,h"]


def test_quoted_cells_may_hold_delimiters_line_breaks_and_quotes() -> None:
    source = 'name,note\r\n"a, b","line\r\nbreak"\r\n"say ""yes""",  c  \r\n"d"e,f\r\n'
    text = read_csv(source, name="a.csv")
    assert told(text) == ["name", "note", "a, b", "line\r\nbreak", 'say ""yes""', "c", '"d"e', "f"]
    assert [source[piece.start : piece.end] for piece in text.pieces] == told(text)
    assert [piece.locator for piece in text.pieces][2:] == ["A2", "B2", "A3", "B3", "A4", "B4"]


def test_columns_have_letters_as_in_a_workbook() -> None:
    text = read_csv(",".join("x" * 703), name="a.csv")
    assert [text.pieces[column].locator for column in (0, 25, 26, 701, 702)] == ["A1", "Z1", "AA1", "ZZ1", "AAA1"]


def test_a_quotation_mark_that_is_never_closed_is_told_with_its_line() -> None:
    with pytest.raises(BadInput, match=r"a\.csv line 2: a quotation mark that is never closed"):
        read_csv('a,b\nc,"d\ne,f\n', name="a.csv")


CELLS = st.lists(
    st.text(alphabet='aБص1.,;"\n\t| ', max_size=6).filter(lambda cell: cell == cell.strip()), min_size=2, max_size=5
)


@given(st.lists(CELLS, min_size=1, max_size=6), st.sampled_from(",;\t|"))
@example([["", ";;1"], ["1", ";;1"]], ",")
def test_every_table_comes_back_as_it_was_written(rows: list[list[str]], delimiter: str) -> None:
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([row + ["x"] * (6 - len(row)) for row in rows])
    source = target.getvalue()
    text = read_csv(source, name="a.tsv" if delimiter == "\t" else "a.csv")
    assert len(text.text) == len(source)
    due = {
        (0, row, column): cell.replace('"', '""') for row, cells in enumerate(rows) for column, cell in enumerate(cells) if cell
    }
    assert {place: cell for place, cell in placed(text).items() if cell != "x"} == due


@pytest.mark.parametrize(
    "text", ["One, two.\nThree, four.", "a\nb", "Итоги;\nрост;", "word", "a,b", "Rose; fell\nFell; rose", ""]
)
def test_prose_does_not_look_like_a_table(text: str) -> None:
    assert not looks_like_csv(text)
