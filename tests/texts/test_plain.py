"""Plain text and Markdown fall into the pieces that a reader sees, at the places where they stand in the file."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.texts.files import kinds, placed, told

from hamkor.texts.plain import read_plain

LONG = "Экспорт вырос до 1,06 млрд долларов, импорт до 2,42 млрд, и это больше, чем в любом году до этого, " * 3


def pieces(text: str) -> list[tuple[str, str]]:
    return kinds(read_plain(text, name="a.txt"))


def test_a_blank_line_ends_a_paragraph_and_a_line_break_does_not() -> None:
    assert pieces("Exports\nwere 1.06 bn.\n\n \t\nImports fell.") == [
        ("paragraph", "Exports\nwere 1.06 bn."),
        ("paragraph", "Imports fell."),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2029"])
def test_every_line_end_is_one(end: str) -> None:
    assert told(read_plain(end.join(["A.", "", "B", "c."]), name="a.txt")) == ["A.", f"B{end}c."]


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("Trade of Uzbekistan\n\nIt grew.", True),
        ("التجارة الخارجية\n\nنمت.", True),
        ("Итоги года:\n\nОбъём вырос.", True),
        ("Trade grew.\n\nIt did.", False),
        ("Is it so?\n\nYes.", False),
        ("He said: “it grew.”\n\nYes.", False),
        ("2025\n\nIt grew.", False),
        ("word " * 30 + "\n\nIt grew.", False),
    ],
)
def test_a_short_line_alone_without_a_full_stop_is_a_heading(text: str, heading: bool) -> None:
    assert pieces(text)[0][0] == ("heading" if heading else "paragraph")


def test_a_line_broken_before_it_was_full_is_a_heading_above_its_paragraph() -> None:
    body = "Exports to Kazakhstan rose to 1.06 bn dollars,\nand imports to 2.42 bn."
    assert pieces(f"Trade of Uzbekistan\n{body}") == [("heading", "Trade of Uzbekistan"), ("paragraph", body)]
    assert pieces(f"Савдо\n{LONG.strip()}") == [("heading", "Савдо"), ("paragraph", LONG.strip())]


def test_a_wrapped_paragraph_has_no_heading() -> None:
    wrapped = "Exports to Kazakhstan rose to 1.06 billion\nDollars, and imports to 2.42."
    assert pieces(wrapped) == [("paragraph", wrapped)]
    low = "Exports to Kazakhstan\nrose to 1.06 billion dollars, and imports to 2.42 billion."
    assert pieces(low) == [("paragraph", low)]


def test_lines_too_wide_to_be_wrapped_are_paragraphs() -> None:
    first, second = LONG.strip(), LONG.replace("Экспорт", "Импорт").strip()
    assert pieces(f"{first}\n{second}") == [("paragraph", first), ("paragraph", second)]


@pytest.mark.parametrize("marks", ["- -", "* *", "• •", "1. 2.", "1) 2)", "а) б)", "— —"])
def test_list_items_are_pieces(marks: str) -> None:
    one, two = marks.split()
    text = f"Итоги:\n{one} экспорт 1,06\n  млрд\n{two} импорт 2,42"
    assert told(read_plain(text, name="a.txt")) == ["Итоги:", f"{one} экспорт 1,06\n  млрд", f"{two} импорт 2,42"]


@pytest.mark.parametrize("sign", ["—", "–"])
def test_a_dash_that_goes_on_with_a_sentence_is_no_list_item(sign: str) -> None:
    text = f"Экспорт составил 1,06 млрд, импорт\n{sign} 2,42 млрд долларов."
    assert pieces(text) == [("paragraph", text)]


@pytest.mark.parametrize(
    ("line", "title"),
    [("# Trade", "Trade"), ("###### Trade ##", "Trade"), ("## Trade.", "Trade."), ("# Sales in C#", "Sales in C#")],
)
def test_marked_headings_are_told_without_their_marks(line: str, title: str) -> None:
    assert pieces(f"It grew.\n{line}\nIt fell.") == [("paragraph", "It grew."), ("heading", title), ("paragraph", "It fell.")]


def test_underlines_rules_and_fences_are_no_text() -> None:
    assert pieces("Trade\n=====\nIt grew.\n\n---\n```\n3.48 bn.\n```") == [
        ("heading", "Trade"),
        ("paragraph", "It grew."),
        ("paragraph", "3.48 bn."),
    ]


def test_tables_are_cells_and_offsets_stay() -> None:
    source = "Trade:\n| Year | Exports \\| m |\n|:---|---:|\n| 2024 | 1.06 |\n| 2025 | |\nIt grew.\n\na | b\n--|--\nc | d"
    text = read_plain(source, name="a.md")
    assert placed(text) == {
        (0, 0, 0): "Year", (0, 0, 1): "Exports \\| m", (0, 1, 0): "2024", (0, 1, 1): "1.06", (0, 2, 0): "2025",
        (1, 0, 0): "a", (1, 0, 1): "b", (1, 1, 0): "c", (1, 1, 1): "d",
    }  # fmt: skip
    assert [words for kind, words in kinds(text) if kind != "cell"] == ["Trade:", "It grew."]
    assert [source[piece.start : piece.end] for piece in text.pieces] == told(text)


def test_a_line_with_bars_is_no_table_without_a_rule() -> None:
    assert pieces("Exports | imports\n1.06 | 2.42.") == [("paragraph", "Exports | imports\n1.06 | 2.42.")]


@given(st.text(alphabet="aБ1ص #|-—.\n\r\t*)", max_size=200))
def test_places_are_those_of_the_file(source: str) -> None:
    text = read_plain(source, name="a.txt")
    assert len(text.text) == len(source)
    assert not text.steps
    for piece in text.pieces:
        assert text.text[piece.start : piece.end] == source[piece.start : piece.end]
    assert "".join(told(text)).count("Б") == source.count("Б")


@pytest.mark.parametrize(
    "source",
    [
        "|" * 10**6 + "a\n" + "|-" * 10**6 + "x",
        "# " + " " * 10**6 + "x" + "#" * 10**6 + "x",
        "- " * 10**6,
        "a. " * 10**6,
        "3\n" * 10**5,
    ],
)
def test_hostile_lines_take_no_long_time(source: str) -> None:
    begun = time.process_time()
    read_plain(source, name="a.txt")
    assert time.process_time() - begun < 5
