"""Document -> Word, for offices that edit: real styles, real tables, links inside, the same bytes for the same document.

In right-to-left text each number stands in a left-to-right run between U+200E, so that its sign stays with it, and that run
between U+200F, so that the marks beside it keep the direction of the text; left-to-right text needs neither.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from hamkor.briefs.document import (
    Bullets,
    Cards,
    Document,
    Heading,
    Line,
    Paragraph,
    Picture,
    Provenance,
    Reference,
    References,
    Sheet,
    text_of,
)
from hamkor.briefs.docx_text import (
    LEFT,
    PARAGRAPH_ORDER,
    Span,
    Way,
    add_paragraph,
    append_field,
    append_sign,
    close_bookmark,
    dressed,
    fill_line,
    language_tag,
    make_element,
    make_run,
    open_bookmark,
    put_in_order,
    qualified,
    write_text,
)
from hamkor.briefs.pictures import FONTS
from hamkor.languages.language import CLOSE, OPEN, plain

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.table import Table
    from docx.text.paragraph import Paragraph as WordParagraph

_INK, _BLUE, _GREY, _PALE, _SAND = "1F2A30", "0B5C8A", "5B6870", "EEF3F6", "FBF3E6"
_WIDTH = 170  # of the text, in millimetres: A4 less two margins of 20
_FULL = 474  # a chart of this many pixels or more is as wide as the text; a narrower one keeps its letters' size
_TABLE_ORDER = ("tblStyle", "bidiVisual", "tblW", "jc", "tblBorders", "tblLayout", "tblCellMar", "tblLook", "tblCaption")


class _Look(NamedTuple):
    """How a style looks: size in points, colour, spaces before and after in points, colour behind."""

    name: str
    base: str
    size: float
    colour: str = _INK
    bold: bool = False
    before: float = 0
    after: float = 6
    behind: str = ""


_PARAGRAPHS = (
    _Look("Normal", "", 10), _Look("Title", "Normal", 22, _BLUE, True, 0, 4),
    _Look("Subtitle", "Normal", 11, _GREY, False, 0, 10), _Look("Heading 1", "Normal", 15, _BLUE, True, 18, 6),
    _Look("Heading 2", "Normal", 11.5, _INK, True, 12, 4), _Look("List Bullet", "Normal", 10, _INK, False, 0, 4),
    _Look("Caption", "Normal", 9, _INK, True, 10, 4), _Look("Footer", "Normal", 8, _GREY, False, 0, 0),
    _Look("Hamkor Lead", "Normal", 12, _INK, False, 0, 8), _Look("Hamkor Note", "Normal", 8.5, _GREY),
    _Look("Hamkor Gap", "Normal", 10, _INK, False, 2, 6, _SAND),
    _Look("Hamkor Gap List", "List Bullet", 10, _INK, False, 0, 4, _SAND),
    _Look("Hamkor Card", "Normal", 9, _INK, False, 2, 2, _PALE), _Look("Hamkor Picture", "Normal", 10, _INK, False, 0, 10),
    _Look("Hamkor Cell", "Normal", 8.5, _INK, False, 2, 2), _Look("Hamkor Head", "Hamkor Cell", 8.5, _INK, True, 2, 2),
    _Look("Hamkor Fine Cell", "Hamkor Cell", 7.5, _INK, False, 1, 1),
    _Look("Hamkor Reference", "Normal", 8.5, _INK, False, 0, 4),
)  # fmt: skip
_CHARACTERS = (
    _Look("Hamkor Figure", "", 0, _BLUE), _Look("Hamkor Cite", "", 0, _BLUE), _Look("Hamkor Value", "", 11.5, _BLUE, True),
    _Look("Hamkor Address", "", 7.5, _GREY), _Look("Hamkor Strong", "", 0, _INK, True),
)  # fmt: skip


def to_docx(document: Document) -> bytes:
    """Return the document as a Word file that can be edited; the same document gives the same bytes.

    Parameters
    ----------
    document
        As `compose` returns it.

    Returns
    -------
    bytes
        Of a ``.docx`` file, Word 2013 and later.
    """
    import docx

    listed = {
        entry.fact: number
        for block in document.blocks if isinstance(block, Provenance)
        for number, entry in enumerate(block.entries, start=1)
    }  # fmt: skip
    way = Way(document.language, document.direction == "rtl", listed)
    word = docx.Document()
    _describe(word, document)
    _set_page(word, document, way)
    _set_styles(word, way)
    fill_line(add_paragraph(word, "Title", way), document.title, way._replace(figure=""))
    fill_line(add_paragraph(word, "Subtitle", way), document.subtitle, way._replace(figure=""))
    if document.labels["unreviewed"]:
        write_text(add_paragraph(word, "Hamkor Note", way), document.labels["unreviewed"], way)
    for block in document.blocks:
        match block:
            case Heading(level, line):
                fill_line(add_paragraph(word, f"Heading {level - 1}", way), line, way._replace(figure=""))
            case Paragraph(line, style):
                name = {"body": "Normal", "lead": "Hamkor Lead", "note": "Hamkor Note", "gap": "Hamkor Gap"}[style]
                fill_line(add_paragraph(word, name, way), line, way)
            case Bullets(items, style):
                for item in items:
                    fill_line(add_paragraph(word, "Hamkor Gap List" if style == "gap" else "List Bullet", way), item, way)
            case Cards():
                _add_cards(word, block, way)
            case Sheet():
                _add_sheet(word, block, way)
            case Picture():
                _add_picture(word, block, way)
            case References(entries):
                for entry in entries:
                    _add_reference(word, entry, way)
            case Provenance():
                _add_provenance(word, block, way)
    made = io.BytesIO()
    word.save(made)
    return _repacked(made.getvalue())


def _repacked(data: bytes) -> bytes:
    """Return a zip of the same entries, in their order, without the time and the system it was made at."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 0, 0
            new.writestr(entry, old.read(name), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _describe(word: Word, document: Document) -> None:
    properties, moment = word.core_properties, datetime.datetime.fromisoformat(document.date)
    properties.title, properties.language = plain(text_of(document.title)), language_tag(document.language)
    properties.subject, properties.comments = plain(text_of(document.subtitle)), ""
    properties.author = properties.last_modified_by = "Hamkor"
    properties.created = properties.modified = moment
    package = word.part.package
    for name, relation in list(package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):  # of the library's empty template
            del package.rels[name]
    settings: Any = word.settings.element
    for setting in settings.iter(qualified("compatSetting")):
        if setting.get(qualified("name")) == "compatibilityMode":
            setting.set(qualified("val"), "15")


def _set_page(word: Word, document: Document, way: Way) -> None:
    from docx.shared import Mm

    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
    if way.rtl:
        inner: Any = section._sectPr
        inner.insert_element_before(make_element("bidi"), "w:rtlGutter", "w:docGrid")
    footer = dressed(section.footer.paragraphs[0], "Footer", way)
    write_text(footer, document.labels["made-with"], way)
    append_sign(footer, "tab")
    write_text(footer, f"{document.labels['page']} ", way)
    append_field(footer, "PAGE")
    write_text(footer, " / ", way)
    append_field(footer, "NUMPAGES")


def _set_styles(word: Word, way: Way) -> None:
    """Give the template's styles our look, and add our own."""
    from docx.enum.style import WD_STYLE_TYPE

    sheet: Any = word.styles.element
    for old in list(sheet.iter(qualified("rFonts"))):
        old.getparent().remove(old)
    fonts = make_element("rFonts", {"ascii": "Arial", "hAnsi": "Arial", "eastAsia": "Arial", "cs": "Arial"})
    defaults: Any = next(sheet.iter(qualified("rPrDefault")))[0]
    defaults.insert(0, fonts)
    tag = language_tag(way.language)
    spoken = {"val": language_tag("en"), "bidi": tag} if way.rtl else {"val": tag, "bidi": language_tag("ar")}
    for language in defaults.iter(qualified("lang")):
        for key, value in spoken.items():
            language.set(qualified(key), value)
    for look in _PARAGRAPHS:
        known = look.name in word.styles
        style: Any = word.styles[look.name] if known else word.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
        _set_letters(style, look)
        _set_block(style, look, way)
        if not known:
            style.base_style, style.quick_style = word.styles[look.base], True
    for look in _CHARACTERS:
        own: Any = word.styles.add_style(look.name, WD_STYLE_TYPE.CHARACTER)
        _set_letters(own, look)
    cite: Any = word.styles["Hamkor Cite"]
    cite.font.superscript = True
    _set_tabs(word)


def _set_letters(style: Any, look: _Look) -> None:
    """Set size, colour and weight, for simple and for complex scripts."""
    from docx.shared import Pt, RGBColor

    old = style.element.find(qualified("rPr"))
    if old is not None:
        style.element.remove(old)
    style.font.color.rgb = RGBColor.from_string(look.colour)
    if look.bold:
        style.font.bold = style.font.cs_bold = True
    if look.size:
        style.font.size = Pt(look.size)
        size = style.element.rPr.find(qualified("sz"))
        size.addnext(make_element("szCs", {"val": size.get(qualified("val"))}))


def _set_block(style: Any, look: _Look, way: Way) -> None:
    """Set spaces, direction and what stands behind a paragraph."""
    from docx.shared import Pt

    shape = style.paragraph_format
    shape.space_before, shape.space_after, shape.line_spacing = Pt(look.before), Pt(look.after), 1.1
    shape.keep_with_next = True if look.name in ("Heading 1", "Heading 2", "Caption", "Hamkor Head") else None
    inner = style.element.get_or_add_pPr()
    for name in ("pBdr", "contextualSpacing"):
        for old in inner.findall(qualified(name)):
            inner.remove(old)
    if look.behind:
        put_in_order(inner, make_element("shd", {"val": "clear", "color": "auto", "fill": look.behind}), PARAGRAPH_ORDER)
    if look.name == "Normal" and way.rtl:
        put_in_order(inner, make_element("bidi"), PARAGRAPH_ORDER)


def _set_tabs(word: Word) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Mm

    footer, card, reference = (_shape(word, name) for name in ("Footer", "Hamkor Card", "Hamkor Reference"))
    footer.tab_stops.clear_all()
    footer.tab_stops.add_tab_stop(Mm(_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    for place in (32, 92):
        card.tab_stops.add_tab_stop(Mm(place))
    card.left_indent, card.first_line_indent = Mm(92), Mm(-92)
    reference.left_indent, reference.first_line_indent = Mm(10), Mm(-10)
    reference.tab_stops.add_tab_stop(Mm(10))


def _shape(word: Word, name: str) -> Any:
    style: Any = word.styles[name]
    return style.paragraph_format


def _add_cards(word: Word, block: Cards, way: Way) -> None:
    """Add key figures as one line each: what it is, the number, what it compares to."""
    for card in block.cards:
        paragraph = add_paragraph(word, "Hamkor Card", way)
        fill_line(paragraph, card.label, way)
        append_sign(paragraph, "tab")
        fill_line(paragraph, card.value, way._replace(figure="Hamkor Value"), style="Hamkor Value")
        append_sign(paragraph, "tab")
        fill_line(paragraph, card.remark, way)


def _add_sheet(word: Word, block: Sheet, way: Way) -> None:
    table = _table(word, block.caption, block.head, _weights(block), len(block.rows), block.numeric, way)
    for row, cells in zip(table.rows[1:], block.rows, strict=True):
        for cell, line, number in zip(row.cells, cells, block.numeric, strict=True):
            fill_line(_cell(cell, "Hamkor Cell", number, way), line, way.in_tables)
    add_paragraph(word, "Hamkor Fine Cell", way)  # two tables that touch would become one


def _weights(block: Sheet) -> tuple[float, ...]:
    """Return the shares of the width that columns get, so that no word of a head and no short cell is broken."""
    if len(block.head) == 2:
        return 1.0, 3.0
    found = []
    for head, *cells in zip(block.head, *block.rows, strict=True):
        texts = [plain(text_of(line)) for line in (head, *cells)]
        word = max(len(part) for text in texts for part in text.split(" "))
        found.append(2.0 + max(word, min(22, max(map(len, texts[1:])))))
    return tuple(found)


def _add_provenance(word: Word, block: Provenance, way: Way) -> None:
    """Add the table of all facts; each row has the bookmark that its figures in the text lead to."""
    numeric = (False,) * 3
    table = _table(word, block.caption, block.head, (1.2, 2.4, 2.6), len(block.entries), numeric, way)
    here = way.in_tables._replace(listed={})
    for number, (row, entry) in enumerate(zip(table.rows[1:], block.entries, strict=True), start=1):
        figure, states, chain = (_cell(cell, "Hamkor Fine Cell", False, way) for cell in row.cells)
        open_bookmark(figure, f"f{number}", number)
        fill_line(figure, entry.figure, here, style="Hamkor Strong")
        close_bookmark(figure, number)
        fill_line(states, entry.states, way.in_tables)
        fill_line(chain, entry.chain, way.in_tables)


def _table(
    word: Word, caption: Line, head: Sequence[Line], weights: Sequence[float], count: int, numeric: Sequence[bool], way: Way
) -> Table:
    """Return a table under its caption with its head, which every page repeats, and `count` empty rows."""
    from docx.shared import Mm

    fill_line(add_paragraph(word, "Caption", way), caption, way.in_tables)
    table: Table = word.add_table(count + 1, len(head))
    table.autofit = False
    inner: Any = table._tbl
    borders = make_element("tblBorders")
    for side, colour in (("top", _INK), ("bottom", _INK), ("insideH", "C9D3D9")):
        borders.append(make_element(side, {"val": "single", "sz": "4", "space": "0", "color": colour}))
    made = [
        borders,
        make_element("tblCaption", {"val": plain(text_of(caption))}),
        *([make_element("bidiVisual")] if way.rtl else []),
    ]
    for element in made:
        put_in_order(inner.tblPr, element, _TABLE_ORDER)
    widths = [Mm(_WIDTH * weight / sum(weights)) for weight in weights]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for number, row in enumerate(table.rows):
        properties: Any = row._tr.get_or_add_trPr()
        properties.append(make_element("cantSplit"))
        if number == 0:
            properties.append(make_element("tblHeader"))
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width
    for cell, line, number in zip(table.rows[0].cells, head, numeric, strict=True):
        fill_line(_cell(cell, "Hamkor Head", number, way), line, way.in_tables)
    return table


def _cell(cell: Any, style: str, numeric: bool, way: Way) -> WordParagraph:
    """Return a cell's paragraph; Word's "left" is where a line begins, so that numbers stand right in both directions."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = dressed(cell.paragraphs[0], style, way)
    if numeric:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if way.rtl else WD_ALIGN_PARAGRAPH.RIGHT
    return paragraph


@cache
def _register_fonts() -> None:
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))


def _add_picture(word: Word, block: Picture, way: Way) -> None:
    import vl_convert
    from docx.shared import Mm

    _register_fonts()
    fill_line(add_paragraph(word, "Caption", way), block.caption, way.in_tables)
    size = re.search(r'<svg[^>]* width="([0-9.]+)"', block.svg)
    share = min(1.0, float(size[1]) / _FULL) if size else 1.0
    run = add_paragraph(word, "Hamkor Picture", way).add_run()
    shape: Any = run.add_picture(io.BytesIO(vl_convert.svg_to_png(block.svg, scale=2)), width=Mm(_WIDTH * share))
    for element in (shape._inline.docPr, shape._inline.graphic.graphicData.pic.nvPicPr.cNvPr):
        element.set("name", block.name)
        element.set("descr", block.alt)


def _add_reference(word: Word, entry: Reference, way: Way) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE

    paragraph = add_paragraph(word, "Hamkor Reference", way)
    number = len(way.listed) + entry.number  # bookmarks are numbered through, the rows of facts first
    open_bookmark(paragraph, f"s{entry.number}", number)
    write_text(paragraph, f"{OPEN}[{entry.number}]{CLOSE}", way)
    close_bookmark(paragraph, number)
    append_sign(paragraph, "tab")
    fill_line(paragraph, entry.line, way)
    if entry.address:
        append_sign(paragraph, "br")
        link = make_element("hyperlink", {"history": "1"})
        relation = word.part.relate_to(entry.address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link.set("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id", relation)
        mark = LEFT if way.rtl else ""
        link.append(make_run(Span(f"{mark}{entry.address}{mark}", "", "Hamkor Address", False, "en")))
        paragraph._p.append(link)
