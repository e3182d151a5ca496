"""A page is told as it is seen, each character at its place in the file, however it is written."""

from __future__ import annotations

import contextlib
import html
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.texts.files import SENTENCES, kinds, placed, told

from hamkor.schema.errors import BadInput
from hamkor.texts.html import read_html

SECONDS = 10  # for 5 MB on a busy machine; what grows with the square takes hours


def seen(source: str) -> list[str]:
    return told(read_html(source, name="a.html"))


def sources(source: str) -> list[str]:
    """What stands in the file where each piece stands."""
    text = read_html(source, name="a.html")
    return [source[slice(*text.span(piece.start, piece.end))] for piece in text.pieces]


def test_blocks_are_pieces_and_blanks_collapse() -> None:
    assert seen("<p>Exports\n  were <b>1.06</b>\tbn.</p>Imports<div>fell</div> again") == [
        "Exports were 1.06 bn.",
        "Imports",
        "fell",
        "again",
    ]


def test_headings_captions_and_the_title_are_headings() -> None:
    page = (
        "<title>Trade &amp; transit</title><h1>Year</h1><h2><div>Half</div></h2>"
        "<table><caption>Turnover<tr><td>1<td>2</table><p>It grew"
    )
    assert kinds(read_html(page, name="a.html")) == [
        ("heading", "Trade & transit"), ("heading", "Year"), ("heading", "Half"), ("heading", "Turnover"),
        ("cell", "1"), ("cell", "2"), ("paragraph", "It grew"),
    ]  # fmt: skip


def test_a_heading_that_is_not_closed_ends_at_the_next_paragraph() -> None:
    assert kinds(read_html("<h1>Trade<p>It grew", name="a.html")) == [("heading", "Trade"), ("paragraph", "It grew")]


@pytest.mark.parametrize(
    "unseen",
    [
        "<script>if (a<b) '</p>3.48'</script>", "<style>p>a{}</style>", "<template><p>3.48</template>", "<!-- 3.48 <p> -->",
        "<p hidden>3.48", "<div style='display: none'>3.48<div>a</div>b</div>", "<svg><title>3.48</title></svg>", "<!-->",
        "<noscript><p>3.48</noscript>", "<select><option>3.48</select>", "<ul><li hidden>3.48<ul><li>a</ul></ul>",
        "<?xml 3.48?>",
        "<p hidden>3.48<span>a</span></p>", "<table><tr><td hidden>3.48</table>", "<img alt='3.48'>", "<br><input value=3.48>",
        "<span hidden>3.48<b>a</b></span>", "<![CDATA[3.48]]>", "</ 3.48>", "<a title='>3.48'></a>", "<object>3.48</object>",
        "<table><tr hidden><td>3.48<td>a</tr></table>", "<SCRIPT>3.48</Script >", "<textarea><b>3.48</textarea>",
    ],
)  # fmt: skip
def test_what_is_not_seen_is_not_told(unseen: str) -> None:
    assert seen(f"<p>Exports</p>{unseen}<p>grew</p>") == ["Exports", "grew"]


def test_what_follows_hidden_rows_and_items_is_seen() -> None:
    assert seen("<ul><li hidden>a<li>b</ul><table><tr hidden><td>c<tr><td>d<td hidden>e<td>f</table>g") == ["b", "d", "f", "g"]


def test_line_breaks_stay_in_a_piece_and_two_end_it() -> None:
    assert seen("<p>a<br>b<br/><br>c<pre>d  e\nf\n\ng</pre>h\ni") == ["a\nb", "c", "d e\nf", "g", "h i"]


def test_cells_have_their_rows_and_columns() -> None:
    page = """<table><thead><tr><th rowspan=2>Country<th colspan="2">Million</tr><tr><th>exports<th>imports</thead>
    <tbody><tr><td rowspan=2>KAZ<td>1<td>2<tr><td>3<td>4<tr><td colspan=2>sum<td>10</table>"""
    assert placed(read_html(page, name="a.html")) == {
        (0, 0, 0): "Country", (0, 0, 1): "Million", (0, 1, 1): "exports", (0, 1, 2): "imports",
        (0, 2, 0): "KAZ", (0, 2, 1): "1", (0, 2, 2): "2", (0, 3, 1): "3", (0, 3, 2): "4", (0, 4, 0): "sum", (0, 4, 2): "10",
    }  # fmt: skip


def test_tables_are_numbered_and_may_stand_in_each_other() -> None:
    page = "<table><tr><td>a<table><tr><td>1<td>2</table>b<td>c</table><table><tr><td>3<td>4</table>"
    assert placed(read_html(page, name="a.html")) == {(1, 0, 0): "1", (1, 0, 1): "2", (2, 0, 0): "3", (2, 0, 1): "4"}


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr><td>{}</table>",
        "<table role=presentation><tr><td>{}<td>b</table>",
        "<table><tr><td>menu<td><h1>Trade</h1>{}</table>",
        "<table><tr><td>menu<td>{}<table><tr><td>1<td>2</table></table>",
    ],
)
def test_prose_in_a_table_that_lays_out_a_page_is_a_paragraph(page: str) -> None:
    assert ("paragraph", SENTENCES["ru"]) in kinds(read_html(page.format(SENTENCES["ru"]), name="a.html"))


def test_long_prose_in_a_cell_is_a_paragraph_and_the_table_stays_one() -> None:
    long = SENTENCES["ru"] * 5
    assert kinds(read_html(f"<table><tr><td>a<td>{long}</table>", name="a.html")) == [("cell", "a"), ("paragraph", long)]


def test_each_piece_is_found_in_the_file() -> None:
    page = "<p>It was <b>3.48&nbsp;bn</b></p><p>“<i>1&#44;06</i> &lt;  млрд”<!-- --></p>&nbsp;<p>a&amp;<b></b>b&euro;"
    assert sources(page) == ["It was <b>3.48&nbsp;bn", "“<i>1&#44;06</i> &lt;  млрд”", "a&amp;<b></b>b&euro;"]
    text = read_html(page, name="a.html")
    at = text.text.index("3.48\u00a0bn")
    assert page[slice(*text.span(at, at + 7))] == "3.48&nbsp;bn"
    assert page[slice(*text.span(at, at + 4))] == "3.48"
    assert page[text.place(text.text.index("млрд")) :].startswith("млрд")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("3.48&nbsp;bn", "3.48\u00a0bn"), ("&#1086;&#x431;", "об"), ("A&amp;B", "A&B"), ("A & B", "A & B"), ("A&B", "A&B"),
        ("a&nosuch;b", "a&nosuch;b"), ("&euro3.48", "&euro3.48"), ("&copy2025", "©2025"), ("a&#0;b", "a\ufffdb"),
        ("a&#xD800;b", "a\ufffdb"),
        ("a&#1;b", "ab"), ("a&#99999999;b", "a\ufffdb"), ("a&#10;&#32;b", "a b"), ("a < b, c <3", "a < b, c <3"), ("a&",
        "a&"), ("1<", "1<"),
        ("a&NotEqualTilde;b", "a≂̸b"), ("a<br>", "a"), ("<b>a</b> <i>b</i>", "a b"), ("a<b> </b>c", "a c"), ("a<wbr>b", "ab"),
    ],
)  # fmt: skip
def test_references_and_stray_signs_are_told_as_a_browser_shows_them(written: str, shown: str) -> None:
    assert seen(f"<p>{written}") == [shown]


@given(st.lists(st.text(alphabet="aБص<>&\"' \n\t=/!-;#1", max_size=12), max_size=12))
def test_escaped_text_comes_back_whole(words: list[str]) -> None:
    page = "".join(f"<p>{html.escape(word)}</p>" for word in words)
    due = [" ".join(word.split()) for word in words]
    assert seen(page) == [word for word in due if word]


TAGS = [
    "<p>", "</p>", "<table>", "</table>", "<tr>", "<td rowspan=2>", "<td colspan=3>", "<h1>", "</h1>", "<b>", "<br>", "<pre>",
    "<p hidden>", "</div>", "<div hidden>", "<!--", "-->", "<script>", "</script>", "&amp;", "&nbsp", "<a b='", "<", "&", "a",
    " ", "\n", "<title>", "<li hidden>", "</li>", "<ul>",
]  # fmt: skip


@given(st.lists(st.sampled_from(TAGS), max_size=40))
def test_no_page_is_too_broken(parts: list[str]) -> None:
    page = "".join(parts)
    text = read_html(page, name="a.html")
    places = [text.place(offset) for offset in range(len(text.text))]
    assert places == sorted(places)
    before = 0
    for piece in text.pieces:
        start, end = text.span(piece.start, piece.end)
        assert before <= start < end <= len(page)
        before = end
        for offset in range(piece.start, piece.end):
            sign = page[text.place(offset)]
            assert sign in (text.text[offset], "&") or (text.text[offset] in " \n" and sign in " \n<")


@pytest.mark.parametrize(
    "unit",
    [
        "<", "&", "&a", "&#", "&amp", "<a", "<a ", "<a b='", '<a b="', "<a =", "</a", "</", "<!", "<!--", "<![x", "<?",
        "<p hidden>",
        "<table>", "<td>", "<table><td rowspan=999 colspan=999>", "<tr><td rowspan=999>", "<p>a", "<b>", "</b>", "<svg>",
        "<script>",
        "<title>", "<pre>\n", "\n<br>", "a\n ", "--><!--", "<li hidden><ul>", "=\"'",
    ],
)  # fmt: skip
def test_five_megabytes_of_anything_end_soon(unit: str) -> None:
    begun = time.process_time()
    with contextlib.suppress(BadInput):
        read_html(unit * (5_000_000 // len(unit)), name="a.html")
    assert time.process_time() - begun < SECONDS
