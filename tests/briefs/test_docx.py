"""The Word file: it can be edited as one expects, reads from right to left where it should, and prints facts only."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from functools import cache
from typing import Any

import docx
import pytest

from hamkor import workbench
from hamkor.briefs.document import (
    Cite,
    Document,
    Heading,
    Inline,
    Picture,
    Provenance,
    References,
    Sheet,
    lines,
    text_of,
)  # fmt: skip
from hamkor.briefs.docx import to_docx
from hamkor.languages.language import CLOSE, OPEN, languages, plain

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MARKS = str.maketrans("", "", "\u200e\u200f")
CASES = [("toyland", "ALD", "2024-01/2024-06"), ("central-asia", "UZB", "2025-01/2025-09")]
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(case[:2]))
every_language = pytest.mark.parametrize("code", languages())


@cache
def document_of(case: tuple[str, str, str], code: str) -> Document:
    region, focus, period = case
    return workbench.brief(region, focus=focus, period=period, languages=[code], formats=["html"]).documents[code]


@cache
def made(case: tuple[str, str, str], code: str) -> bytes:
    return to_docx(document_of(case, code))


def word_of(case: tuple[str, str, str], code: str) -> Any:
    return docx.Document(io.BytesIO(made(case, code)))


def texts(element: Any) -> str:
    return "".join(part.text or "" for part in element.iter(f"{_W}t")).translate(_MARKS)


def digit_signs(text: str) -> Counter[str]:
    return Counter(sign for sign in text if sign.isdigit())


def due_signs(document: Document) -> Counter[str]:
    """Digits that a reader may see in the text; a chart's own are in its picture."""
    found: list[Inline] = [*document.title, *document.subtitle]
    due = Counter[str]()
    for block in document.blocks:
        for line in (block.caption,) if isinstance(block, Picture) else lines(block):
            found += line
        if isinstance(block, References):
            for entry in block.entries:
                due += digit_signs(f"{entry.number}{entry.address}")
    for node in found:
        due += digit_signs(str(node.number) if isinstance(node, Cite) else node.text)
    return due


@every_case
@every_language
def test_every_digit_of_the_word_file_is_a_fact(case: tuple[str, str, str], code: str) -> None:
    assert digit_signs(texts(word_of(case, code).element)) == due_signs(document_of(case, code))


@every_case
@every_language
def test_footer_and_labels_hold_no_digit(case: tuple[str, str, str], code: str) -> None:
    footer = word_of(case, code).sections[0].footer
    assert not digit_signs(texts(footer._element))
    fields = [field.text.strip() for field in footer._element.iter(f"{_W}instrText")]
    assert fields == ["PAGE", "NUMPAGES"]


@every_case
@every_language
def test_headings_stand_in_order_as_headings(case: tuple[str, str, str], code: str) -> None:
    document, word = document_of(case, code), word_of(case, code)
    found = [
        (paragraph.style.name, texts(paragraph._p))
        for paragraph in word.paragraphs if paragraph.style.name.startswith(("Title", "Heading"))
    ]  # fmt: skip
    due = [
        (f"Heading {block.level - 1}", plain(text_of(block.line)))
        for block in document.blocks if isinstance(block, Heading)
    ]  # fmt: skip
    assert found == [("Title", plain(text_of(document.title))), *due]


@every_case
@every_language
def test_tables_are_tables_and_repeat_their_head(case: tuple[str, str, str], code: str) -> None:
    document, word = document_of(case, code), word_of(case, code)
    due = [block for block in document.blocks if isinstance(block, Sheet | Provenance)]
    assert len(word.tables) == len(due)
    for table, block in zip(word.tables, due, strict=True):
        rows = block.rows if isinstance(block, Sheet) else block.entries
        assert len(table.rows) == len(rows) + 1
        repeated = [row._tr.find(f"{_W}trPr/{_W}tblHeader") is not None for row in table.rows]
        assert repeated == [True] + [False] * len(rows)
        assert [texts(cell._tc) for cell in table.rows[0].cells] == [plain(text_of(line)) for line in block.head]


@every_case
@every_language
def test_numeric_columns_are_aligned_right(case: tuple[str, str, str], code: str) -> None:
    """Word's `left` is where a line begins: the right side in right-to-left text."""
    document, word = document_of(case, code), word_of(case, code)
    right = "left" if document.direction == "rtl" else "right"
    due = [block for block in document.blocks if isinstance(block, Sheet | Provenance)]
    for table, block in zip(word.tables, due, strict=True):
        numeric = block.numeric if isinstance(block, Sheet) else (False, False, False)
        for row in table.rows:
            found = [cell._tc.find(f"{_W}p/{_W}pPr/{_W}jc") for cell in row.cells]
            assert [None if jc is None else jc.get(f"{_W}val") for jc in found] == [right if n else None for n in numeric]


@every_case
@every_language
def test_pictures_have_a_text_alternative(case: tuple[str, str, str], code: str) -> None:
    document, word = document_of(case, code), word_of(case, code)
    due = [(block.name, block.alt) for block in document.blocks if isinstance(block, Picture)]
    drawn = [found for found in word.element.iter() if str(found.tag).endswith("}docPr")]
    assert [(found.get("name"), found.get("descr")) for found in drawn] == due
    assert all(alt for _, alt in due)
    assert len({found.get("id") for found in drawn}) == len(drawn)


@every_case
@every_language
def test_direction_is_the_languages(case: tuple[str, str, str], code: str) -> None:
    document, word = document_of(case, code), word_of(case, code)
    rtl = document.direction == "rtl"
    roots = (word.element, word.sections[0].footer._element)
    paragraphs = [paragraph for root in roots for paragraph in root.iter(f"{_W}p")]
    assert {paragraph.find(f"{_W}pPr/{_W}bidi") is not None for paragraph in paragraphs} == {rtl}
    assert {table._tbl.tblPr.find(f"{_W}bidiVisual") is not None for table in word.tables} == {rtl}
    assert (word.element.body.sectPr.find(f"{_W}bidi") is not None) is rtl


@every_case
@every_language
def test_runs_of_arabic_are_right_to_left_and_of_their_language(case: tuple[str, str, str], code: str) -> None:
    for run in word_of(case, code).element.iter(f"{_W}r"):
        text = texts(run)
        if text:
            arabic = re.search(r"[\u0600-\u06ff]", text) is not None
            rtl = run.find(f"{_W}rPr/{_W}rtl") is not None
            assert rtl or not arabic
            language = run.find(f"{_W}rPr/{_W}lang")
            assert language.get(f"{_W}bidi" if rtl else f"{_W}val")


@every_case
def test_numbers_of_arabic_are_kept_together(case: tuple[str, str, str]) -> None:
    found = [text.text for text in word_of(case, "ar").element.iter(f"{_W}t")]
    for block in document_of(case, "ar").blocks:
        for line in () if isinstance(block, Picture) else lines(block):
            for node in line:
                if not isinstance(node, Cite):
                    for number in re.findall(f"{OPEN}([^{CLOSE}]*){CLOSE}", node.text):
                        assert f"\u200e{number}\u200e" in found


@every_case
@every_language
def test_no_isolate_is_left(case: tuple[str, str, str], code: str) -> None:
    text = "".join(part.text or "" for part in word_of(case, code).element.iter(f"{_W}t"))
    assert OPEN not in text
    assert CLOSE not in text
    if document_of(case, code).direction == "ltr":
        assert "\u200e" not in text


@every_case
@every_language
def test_a_link_inside_leads_to_a_bookmark(case: tuple[str, str, str], code: str) -> None:
    element = word_of(case, code).element
    marks = list(element.iter(f"{_W}bookmarkStart"))
    names = [mark.get(f"{_W}name") for mark in marks]
    targets = {link.get(f"{_W}anchor") for link in element.iter(f"{_W}hyperlink")} - {None}
    assert targets
    assert targets <= set(names)
    assert len(set(names)) == len(names)
    starts = [mark.get(f"{_W}id") for mark in marks]
    assert len(set(starts)) == len(starts)
    assert starts == sorted({mark.get(f"{_W}id") for mark in element.iter(f"{_W}bookmarkEnd")}, key=starts.index)


@every_case
@every_language
def test_a_figure_leads_to_the_row_that_prints_it(case: tuple[str, str, str], code: str) -> None:
    document, word = document_of(case, code), word_of(case, code)
    entries = next(block.entries for block in document.blocks if isinstance(block, Provenance))
    for number, (row, entry) in enumerate(zip(word.tables[-1].rows[1:], entries, strict=True), start=1):
        assert [mark.get(f"{_W}name") for mark in row._tr.iter(f"{_W}bookmarkStart")] == [f"f{number}"]
        assert texts(row.cells[0]._tc) == plain(text_of(entry.figure))


@every_case
@every_language
def test_every_style_used_exists(case: tuple[str, str, str], code: str) -> None:
    word = word_of(case, code)
    known = {style.style_id for style in word.styles}
    used = {found.get(f"{_W}val") for tag in ("pStyle", "rStyle", "tblStyle") for found in word.element.iter(f"{_W}{tag}")}
    assert used <= known
    assert {"Title", "Subtitle", "Caption", "HamkorLead", "HamkorNote"} <= used


@every_case
@every_language
def test_the_same_document_gives_the_same_bytes(case: tuple[str, str, str], code: str) -> None:
    assert to_docx(document_of(case, code)) == made(case, code)
    with zipfile.ZipFile(io.BytesIO(made(case, code))) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert file.namelist()[0] == "[Content_Types].xml"


@every_case
@every_language
def test_properties_are_the_documents(case: tuple[str, str, str], code: str) -> None:
    document, properties = document_of(case, code), word_of(case, code).core_properties
    assert properties.title == plain(text_of(document.title))
    assert properties.author == "Hamkor"
    assert properties.language.startswith(code)
    assert f"{properties.created:%Y-%m-%d %H:%M}" == f"{properties.modified:%Y-%m-%d %H:%M}" == f"{document.date} 00:00"
