"""A Word file is told in the order of its body, without what nobody sees in it."""

from __future__ import annotations

import docx
import pytest
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from tests.texts.files import SENTENCES, kinds, members, placed, saved, told, zipped

from hamkor import workbench
from hamkor.texts.read import read_text
from hamkor.texts.text import Text

MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def read(document: object) -> Text:
    return read_text(saved(document), name="a.docx")


def paragraph(inside: str) -> str:
    return f"<w:p {nsdecls('w')} {MC}>{inside}</w:p>"


def run(text: str) -> str:
    return f"<w:r><w:t xml:space='preserve'>{text}</w:t></w:r>"


def test_paragraphs_and_tables_keep_their_order_and_have_locators() -> None:
    document = docx.Document()
    document.add_heading("Trade", level=1)
    document.add_paragraph("")
    document.add_paragraph("It grew.")
    table = document.add_table(rows=2, cols=2)
    for number, cell in enumerate(table._cells):
        cell.text = f"c{number}"
    document.add_paragraph("It fell.")
    text = read(document)
    assert [(piece.kind, piece.locator) for piece in text.pieces] == [
        ("heading", "paragraph 1"), ("paragraph", "paragraph 2"),
        ("cell", "table 1 row 1 column 1"), ("cell", "table 1 row 1 column 2"), ("cell", "table 1 row 2 column 1"),
        ("cell", "table 1 row 2 column 2"), ("paragraph", "paragraph 3"),
    ]  # fmt: skip
    assert told(text) == ["Trade", "It grew.", "c0", "c1", "c2", "c3", "It fell."]


@pytest.mark.parametrize("style", ["Title", "Subtitle", "Heading 1", "Heading 9", "Own"])
def test_headings_are_told_by_style_and_what_rests_on_it(style: str) -> None:
    document = docx.Document()
    if style == "Own":
        document.styles.add_style("Own", 1).base_style = document.styles["Heading 2"]
    document.add_paragraph("Trade", style=style)
    document.add_paragraph("It grew")
    assert kinds(read(document)) == [("heading", "Trade"), ("paragraph", "It grew")]


def test_merged_cells_are_told_once_at_their_first_place() -> None:
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    for number, cell in enumerate(table._cells):
        cell.text = f"c{number}"
    table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "tall"
    assert placed(read(document)) == {
        (0, 0, 0): "wide", (0, 0, 2): "c2", (0, 1, 0): "tall", (0, 1, 1): "c4", (0, 1, 2): "c5", (0, 2, 1): "c7",
        (0, 2, 2): "c8",
    }  # fmt: skip


def test_breaks_tabs_and_hyphens_are_told() -> None:
    document = docx.Document()
    written = document.add_paragraph("a").add_run("\tb")
    written.add_break(WD_BREAK.LINE)
    written.add_text("c")
    document.element.body.insert(1, parse_xml(paragraph("<w:r><w:t>d</w:t><w:noBreakHyphen/><w:t>e</w:t></w:r>")))
    assert told(read(document)) == ["a\tb\nc", "d\u2011e"]


@pytest.mark.parametrize(
    ("inside", "seen"),
    [
        (f"{run('1.06')}<w:ins>{run(' bn')}</w:ins>", "1.06 bn"),
        (f"{run('1.06')}<w:del><w:r><w:delText>2.42</w:delText></w:r></w:del>", "1.06"),
        (f"{run('1.06')}<w:moveFrom>{run('2.42')}</w:moveFrom>", "1.06"),
        (f"{run('1.06')}<w:r><w:rPr><w:vanish/></w:rPr><w:t>2.42</w:t></w:r>", "1.06"),
        (f"{run('1.06')}<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t> bn</w:t></w:r>", "1.06 bn"),
        (f"{run('1.06')}<w:r><w:instrText>PAGE 2.42</w:instrText></w:r>", "1.06"),
        (f"<w:hyperlink>{run('1.06')}</w:hyperlink><w:smartTag>{run(' bn')}</w:smartTag>", "1.06 bn"),
        (f"<w:sdt><w:sdtContent>{run('1.06')}</w:sdtContent></w:sdt>", "1.06"),
        ("<w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr>" + run("1.06"), "1.06"),
    ],
)
def test_what_is_seen_in_a_paragraph_is_told(inside: str, seen: str) -> None:
    document = docx.Document()
    document.element.body.insert(0, parse_xml(paragraph(inside)))
    assert told(read(document)) == [seen]


def test_text_boxes_and_content_controls_are_told_once() -> None:
    box = f"<w:txbxContent><w:p>{run('in the box')}</w:p></w:txbxContent>"
    choices = f"<mc:Choice Requires='wps'>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    both = f"<mc:AlternateContent>{choices}</mc:AlternateContent>"
    document = docx.Document()
    document.element.body.insert(0, parse_xml(paragraph(f"{run('beside')}<w:r>{both}</w:r>")))
    control = f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p>{run('in the control')}</w:p></w:sdtContent></w:sdt>"
    document.element.body.insert(1, parse_xml(control))
    assert told(read(document)) == ["beside", "in the box", "in the control"]


def test_headers_footers_and_notes_follow_the_body() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Bulletin"
    document.sections[0].footer.paragraphs[0].text = "Page"
    document.add_paragraph("It grew.")
    inside = members(saved(document))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    inside["word/_rels/document.xml.rels"] = inside["word/_rels/document.xml.rels"].replace(
        b"</Relationships>", f'<Relationship Id="rId99" Type="{kind}" Target="footnotes.xml"/></Relationships>'.encode()
    )
    separator = f'<w:footnote w:type="separator" w:id="0"><w:p>{run("---")}</w:p></w:footnote>'
    note = f'<w:footnote w:id="7"><w:p>{run("In dollars.")}</w:p></w:footnote>'
    inside["word/footnotes.xml"] = f"<w:footnotes {nsdecls('w')}>{separator}{note}</w:footnotes>".encode()
    text = read_text(zipped(inside), name="a.docx")
    assert [(words, piece.locator) for words, piece in zip(told(text), text.pieces, strict=True)] == [
        ("It grew.", "paragraph 1"), ("In dollars.", "footnote 1"), ("Bulletin", "header"), ("Page", "footer"),
    ]  # fmt: skip


def test_a_table_that_lays_out_a_page_holds_paragraphs() -> None:
    document = docx.Document()
    document.add_table(rows=1, cols=1).cell(0, 0).text = SENTENCES["ru"]
    outer = document.add_table(rows=1, cols=2)
    outer.cell(0, 0).text = SENTENCES["ar"]
    inner = outer.cell(0, 1).add_table(rows=1, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "1", "2"
    assert kinds(read(document)) == [
        ("paragraph", SENTENCES["ru"]), ("paragraph", SENTENCES["ar"]), ("cell", "1"), ("cell", "2"),
    ]  # fmt: skip


@pytest.mark.parametrize("code", ["en", "ar"])
def test_the_brief_reads_back_the_same_from_word_and_html(code: str) -> None:
    files = workbench.brief("toyland", focus="ALD", period="2024-01/2024-06", languages=[code], formats=["docx", "html"]).files
    word, page = (
        next(read_text(data, name=name) for name, data in files.items() if name.endswith(end)) for end in (".docx", ".html")
    )
    figures = [{words.strip() for words in told(text) if any(sign.isdigit() for sign in words)} for text in (word, page)]
    assert len(figures[0] & figures[1]) > 10
