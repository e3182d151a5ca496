"""The workbook holds what the brief prints: numbers as numbers, each a fact's, and no number beside."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import openpyxl
import pytest

from hamkor import workbench
from hamkor.briefs.document import (
    Bullets,
    Cite,
    Document,
    Figure,
    Heading,
    Line,
    Paragraph,
    Provenance,
    References,
    Sheet,
    text_of,
)  # fmt: skip
from hamkor.briefs.xlsx import to_xlsx
from hamkor.briefs.xlsx_numbers import number
from hamkor.languages.language import CLOSE, OPEN, language, languages, plain

_RUN = re.compile(r"\d+")
_SEPARATOR = re.compile(r"(?<=\d)[.,\s](?=\d)")
_SECTION = re.compile(r'^("[^"]*"|%)*(?P<digits>[#,]*0(?P<decimals>\.0+)?(?P<scale>,*))')
CASES = [("toyland", "ALD", "2024-01/2024-06"), ("central-asia", "UZB", "2025-01/2025-09"), ("central-asia", "KGZ", "2023")]
EVERY = [pytest.param(case, code, id=f"{case[0]}-{case[1]}-{code}") for case in CASES for code in languages()]


@cache
def document(case: tuple[str, str, str], code: str) -> Document:
    return workbench.brief(case[0], focus=case[1], period=case[2], languages=[code], formats=["html"]).documents[code]


@cache
def values(region: str) -> dict[str, float]:
    facts = workbench.workspace(region).facts.by_id
    return {name: float(fact.value) for name, fact in facts.items() if not isinstance(fact.value, str)}


@cache
def written(case: tuple[str, str, str], code: str) -> bytes:
    return to_xlsx(document(case, code), values=values(case[0]))


@cache
def book(case: tuple[str, str, str], code: str) -> Any:
    return openpyxl.load_workbook(io.BytesIO(written(case, code)), data_only=True)


def shown(cell: Any) -> str:
    """Return what a cell shows: its text, or its number by its format."""
    if cell.value is None:
        return ""
    if isinstance(cell.value, str):
        return str(cell.value).replace("\u200e", "").replace("\u200f", "")
    sections = cell.number_format.split(";")
    section = sections[0 if cell.value > 0 or len(sections) == 1 else 1 if cell.value < 0 else -1 if len(sections) > 2 else 0]
    found = _SECTION.match(section)
    assert found, section
    decimals = max(0, len(found["decimals"] or ".") - 1)
    percent = "%" in re.sub('"[^"]*"', "", section)
    value = abs(cell.value) * (100 if percent else 1) / 1000 ** len(found["scale"])
    digits = f"{value:{',' if '#,##0' in section else ''}.{decimals}f}"
    start, end = found.span("digits")
    return str(section[:start] + digits + section[end:]).replace('"', "")


def tables(doc: Document) -> list[Sheet]:
    return [block for block in doc.blocks if isinstance(block, Sheet)]


def table_cells(case: tuple[str, str, str], code: str) -> Iterator[tuple[Any, Line]]:
    """Yield each cell under a head with the line of the brief that it holds."""
    doc = document(case, code)
    for page, sheet in zip(book(case, code).worksheets[1:], tables(doc), strict=False):
        for row, cells in enumerate(sheet.rows, start=5):
            for column, line in enumerate(cells, start=1):
                yield page.cell(row, column), line
    for block in doc.blocks:
        if isinstance(block, Provenance):
            page = book(case, code).worksheets[-1]
            for row, entry in enumerate(block.entries, start=5):
                for column, line in enumerate((entry.figure, entry.states, entry.chain), start=1):
                    yield page.cell(row, column), line


def digits(text: str) -> Counter[str]:
    return Counter(_RUN.findall(text))


def _marked(line: Line) -> str:
    """Return the origin of a figure with the numbers of its sources, as the list of sources counts them."""
    return plain("".join(f"[{node.number}]" if isinstance(node, Cite) else node.text for node in line))


def expected(doc: Document) -> Counter[str]:
    """Digits of the lines that the workbook takes from the brief; those of the front page's list of sheets once more."""
    lines: list[Line] = [doc.title, doc.subtitle]
    front, limits, follows = True, False, False
    for block in doc.blocks:
        noted = isinstance(block, Paragraph) and block.style in ("note", "gap") and follows
        match block:
            case Heading():
                front = False
                limits = block.anchor == "limits" or (limits and block.level > 2)
                lines += [block.line] if limits else []
            case Paragraph():
                lines += [block.line] if front or noted else []
            case Bullets():
                lines += block.items if limits else ()
            case Sheet():
                lines += [block.caption, block.caption, *block.head, *(line for row in block.rows for line in row)]
            case References():
                lines += [entry.line for entry in block.entries]
            case Provenance():
                lines += [block.caption, *block.head]
                lines += [line for entry in block.entries for line in (entry.figure, entry.states)]
        follows = isinstance(block, Sheet) or noted
    found = Counter[str]()
    for line in lines:
        found += digits(plain(text_of(line)))
    for block in doc.blocks:
        if isinstance(block, References):
            found += Counter(digits(" ".join(f"{entry.number} {entry.address}" for entry in block.entries)))
        if isinstance(block, Provenance):
            found += Counter(digits(" ".join(f"{entry.fact} {_marked(entry.chain)}" for entry in block.entries)))
    return found


@pytest.mark.parametrize(("case", "code"), EVERY)
def test_the_same_brief_gives_the_same_bytes(case: tuple[str, str, str], code: str) -> None:
    assert to_xlsx(document(case, code), values=values(case[0])) == written(case, code)


@pytest.mark.parametrize(("case", "code"), EVERY)
def test_every_cell_shows_what_the_brief_prints(case: tuple[str, str, str], code: str) -> None:
    for cell, line in table_cells(case, code):
        marked = cell.parent == book(case, code).worksheets[-1] and cell.column == 3
        printed = _marked(line) if marked else plain(text_of(line))
        if isinstance(cell.value, int | float):  # Excel writes the separators of its reader's language
            assert _SEPARATOR.sub("", shown(cell)) == _SEPARATOR.sub("", printed), cell.coordinate
        else:
            assert shown(cell) == printed, cell.coordinate


@pytest.mark.parametrize(("case", "code"), EVERY)
def test_every_number_stored_is_its_fact_as_rounded_in_print(case: tuple[str, str, str], code: str) -> None:
    count = 0
    for cell, line in table_cells(case, code):
        if isinstance(cell.value, int | float):
            figure = line[0]
            assert isinstance(figure, Figure)
            fact = workbench.workspace(case[0]).facts.by_id[figure.fact]
            scale = 1 if "%" in cell.number_format or "," in cell.number_format.split("0")[-1] else None
            scales = (1,) if scale else (1, 1e3, 1e6, 1e9)
            step = _step(cell.number_format)
            assert any(abs(cell.value - fact.number / by) <= step / 2 * (1 + 1e-9) for by in scales), cell.coordinate
            count += 1
    assert count > 30


def _step(pattern: str) -> float:
    """Return one unit of the last digit that a number format shows."""
    found = _SECTION.match(pattern)
    assert found
    percent = "%" in re.sub('"[^"]*"', "", pattern)
    return float(10.0 ** -max(0, len(found["decimals"] or ".") - 1) * 1000 ** len(found["scale"]) / (100 if percent else 1))


@pytest.mark.parametrize(("case", "code"), EVERY)
def test_a_cell_of_one_figure_of_a_number_is_a_number(case: tuple[str, str, str], code: str) -> None:
    for cell, line in table_cells(case, code):
        nodes = [node for node in line if hasattr(node, "text")]
        if len(nodes) == 1 and isinstance(nodes[0], Figure) and nodes[0].fact in values(case[0]):
            assert isinstance(cell.value, int | float), (cell.parent.title, cell.coordinate, cell.value)


@pytest.mark.parametrize(("case", "code"), EVERY)
def test_no_number_stands_in_a_cell_that_the_brief_does_not_print(case: tuple[str, str, str], code: str) -> None:
    found = Counter[str]()
    for page in book(case, code).worksheets:
        for row in page.iter_rows():
            for cell in row:
                found += digits(shown(cell))
    assert found == expected(document(case, code))


@pytest.mark.parametrize(("case", "code"), EVERY)
def test_sheets_are_named_as_excel_allows_and_each_once(case: tuple[str, str, str], code: str) -> None:
    names = book(case, code).sheetnames
    assert len({name.casefold() for name in names}) == len(names) == len(tables(document(case, code))) + 3
    for name in names:
        assert 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\")
        assert name == name.strip("' ")


@pytest.mark.parametrize(("case", "code"), EVERY)
def test_sheets_run_as_their_language_does(case: tuple[str, str, str], code: str) -> None:
    for page in book(case, code).worksheets:
        assert bool(page.sheet_view.rightToLeft) == (language(code).direction == "rtl")
        assert page.page_setup.orientation == "landscape"
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)


@pytest.mark.parametrize(("case", "code"), EVERY)
def test_heads_are_bold_and_stay_in_view(case: tuple[str, str, str], code: str) -> None:
    doc = document(case, code)
    for page, sheet in zip(book(case, code).worksheets[1:], tables(doc), strict=False):
        assert page.freeze_panes == "A5"
        assert [page.cell(4, column + 1).font.bold for column in range(len(sheet.head))] == [True] * len(sheet.head)


@pytest.mark.parametrize(("case", "code"), EVERY)
def test_a_cited_cell_carries_its_source_as_a_note(case: tuple[str, str, str], code: str) -> None:
    doc = document(case, code)
    entries = {entry.source: entry for block in doc.blocks if isinstance(block, References) for entry in block.entries}
    cited = 0
    for cell, line in table_cells(case, code):
        sources = {node.source for node in line if hasattr(node, "source")}
        assert bool(sources) == (cell.comment is not None)
        for source in sources:
            assert plain(text_of(entries[source].line)) in cell.comment.text
            assert entries[source].address in cell.comment.text
            cited += 1
    assert cited > 10


@pytest.mark.parametrize(("case", "code"), EVERY)
def test_every_sheet_is_linked_from_the_first(case: tuple[str, str, str], code: str) -> None:
    found = openpyxl.load_workbook(io.BytesIO(written(case, code)))
    formulas = [str(cell.value) for row in found.worksheets[0].iter_rows() for cell in row if cell.data_type == "f"]
    targets = [formula.removeprefix('=HYPERLINK("#').partition('","')[0].replace('""', '"') for formula in formulas]
    assert targets == ["'" + name.replace("'", "''") + "'!A1" for name in found.sheetnames[1:]]


@pytest.mark.parametrize(("case", "code"), EVERY)
def test_every_sheet_but_the_first_has_a_head_and_a_way_back(case: tuple[str, str, str], code: str) -> None:
    found = openpyxl.load_workbook(io.BytesIO(written(case, code)))
    for page in found.worksheets[1:]:
        assert str(page.cell(2, 1).value).startswith("=HYPERLINK("), page.title
        head = [page.cell(4, column).value for column in range(1, page.max_column + 1)]
        assert all(head), page.title
        assert page.freeze_panes == "A5"


@pytest.mark.parametrize(("case", "code"), [(CASES[1], "ar")])
def test_a_date_stands_apart_from_the_foreign_name_before_it(case: tuple[str, str, str], code: str) -> None:
    texts = [
        str(cell.value) for row in book(case, code).worksheets[-2].iter_rows(min_row=5, min_col=2, max_col=2) for cell in row
    ]
    assert any(re.search("[A-Za-z]\u200e\u200f، \u200f[0-9]", text) for text in texts)


@pytest.mark.parametrize(("case", "code"), EVERY)
def test_the_workbook_says_what_it_is(case: tuple[str, str, str], code: str) -> None:
    doc, properties = document(case, code), book(case, code).properties
    assert properties.title == plain(text_of(doc.title))
    assert properties.creator == "Hamkor"
    assert properties.created == datetime.datetime.fromisoformat(doc.date)


@pytest.mark.parametrize(("case", "code"), EVERY)
def test_exports_and_imports_are_drawn_below_the_headline_table(case: tuple[str, str, str], code: str) -> None:
    with zipfile.ZipFile(io.BytesIO(written(case, code))) as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if "/charts/chart" in name]
        drawing = archive.read("xl/drawings/drawing1.xml").decode()
    assert len(charts) == 1
    assert charts[0].count("<c:ser>") == 2
    values_axis = charts[0].split("<c:valAx>")[1]
    assert ('orientation val="maxMin"' in values_axis) == (language(code).direction == "rtl")
    assert re.search(r'descr="[^"]{20,}"', drawing)


def figure(text: str) -> Figure:
    return Figure("a-fact", text)


@pytest.mark.parametrize(
    ("text", "value", "held"),
    [
        (f"{OPEN}1.060{CLOSE}", 1.06e9, 1060), (f"{OPEN}1 060,5{CLOSE}", 1060.5e6, 1060.5),
        (f"{OPEN}0,914{CLOSE}", 914e3, 0.914), (f"{OPEN}−15,5 %{CLOSE}", -0.155, -0.155), (f"{OPEN}٪٣٫٥{CLOSE}", 0.035, 0.035),
        (f"${OPEN}3.48{CLOSE} billion", 3.48e9, 3.48e9), (f"{OPEN}13.6{CLOSE} hours", 13.6, 13.6),
        (f"{OPEN}0{CLOSE}", 0.0, 0),
    ],
)  # fmt: skip
def test_the_scale_is_found_in_any_language(text: str, value: float, held: float) -> None:
    found = number(figure(text), value)
    assert found is not None
    assert found.value == held


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (f"{OPEN}1,061{CLOSE}", 1.06e9), (f"{OPEN}1,360{CLOSE}", -1.36e9), ("November 2025", 2025.0),
        (f"{OPEN}15.5{CLOSE}", 0.155), (f"{OPEN}−5{CLOSE}", 5.0),
    ],
)  # fmt: skip
def test_what_does_not_match_its_fact_is_no_number(text: str, value: float) -> None:
    assert number(figure(text), value) is None


def test_without_values_every_cell_is_text() -> None:
    found = openpyxl.load_workbook(io.BytesIO(to_xlsx(document(CASES[0], "en"), values={})))
    for page, _ in zip(found.worksheets[1:], tables(document(CASES[0], "en")), strict=False):
        assert all(not isinstance(cell.value, int | float) for row in page.iter_rows() for cell in row)
