"""The page of a checked text shows the text as it is, each figure marked once, and what was found beside it."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from lxml import html
from rich.console import Console
from tests.briefs.checked import FINDING, SAID, claim, report, text_of

from hamkor.briefs.check_blocks import blocks, marks
from hamkor.briefs.check_page import CheckSource, to_check_html
from hamkor.briefs.check_terminal import to_terminal
from hamkor.briefs.check_words import told
from hamkor.claims.claim import Finding, Report, Unresolved
from hamkor.languages.language import language, languages, plain
from hamkor.texts.text import Piece, Text


def opened(text: Text, found: Report, code: str = "en", sources: dict[str, CheckSource] | None = None) -> Any:
    return html.fromstring(to_check_html(text, found, language(code), sources or {}))


def said(page: Any) -> str:
    """The words of the text as the page shows them."""
    return "\n".join(block.text_content() for block in page.xpath("//div[@class='said']/*[self::p or self::h3]"))


def test_every_figure_is_marked_once_and_where_it_stands() -> None:
    page = opened(text_of(SAID), report(SAID))
    found = report(SAID).claims
    assert [mark.text_content() for mark in page.xpath("//mark")] == [figure.text for figure in found]
    assert [mark.get("id") for mark in page.xpath("//a[mark]")] == [figure.id for figure in found]
    assert said(page) == SAID
    for figure in found:
        (mark,) = page.xpath(f"//a[@id='{figure.id}']/mark")
        before = "".join(mark.xpath("ancestor::p//text()"))
        assert before.count(figure.text) == 1


def test_offsets_of_the_file_are_led_back_to_the_text() -> None:
    # "<p>5&nbsp;bn, 6&#37;</p>": the no-break space is six characters of the file, the percent sign five
    text = Text("a.html", "5\u00a0bn, 6%", (Piece(0, 9),), steps=(0, 2, 8, 9), shifts=(3, 8, 8, 12))
    figures = (claim("c1", "5\u00a0bn", 3, 12), claim("c2", "6%", 14, 20))
    found = Report(name="a.html", language="en", region="", claims=figures, unresolved=(), findings=())
    assert [text.text[mark.start : mark.end] for mark in marks(text, found)] == ["5\u00a0bn", "6%"]


def test_figures_that_overlap_share_a_mark_and_keep_their_anchors() -> None:
    figures = (claim("c1", "5 to 6", 0, 6), claim("c2", "6 million", 5, 14))
    found = Report(name="a", language="en", region="", claims=figures, unresolved=(), findings=())
    page = opened(Text("a", "5 to 6 million", (Piece(0, 14),)), found)
    assert [mark.text_content() for mark in page.xpath("//mark")] == ["5 to 6 million"]
    assert len(page.xpath("//*[@id='c1']")) == len(page.xpath("//*[@id='c2']")) == 1


def test_a_finding_stands_beside_its_figure_with_arithmetic_cause_and_sources() -> None:
    source = CheckSource("Foreign trade", "Statistics Committee", "2025-01-20", "https://stat.example/trade?year=2024&flow=all")
    page = opened(text_of(SAID), report(SAID, FINDING), sources={"turnover:UZB-KAZ:2024@office": source})
    (note,) = page.xpath("//details[@id='f1']")
    words = note.text_content()
    for part in (
        FINDING.message,
        FINDING.arithmetic,
        FINDING.cause,
        source.title,
        source.publisher,
        source.date,
        FINDING.facts[0],
    ):
        assert part in words
    assert note.xpath(".//a[@class='address']/@href") == [source.address]
    assert note.xpath("ancestor::div[@class='passage']//a[@id='c1']")
    assert {link.get("href") for link in page.xpath("//a[@class='claim error']")} == {"#f1-why"}
    assert page.xpath("//a[@id='c4']/@href") == ["#r-c4"]


def test_every_link_of_the_page_leads_somewhere() -> None:
    unresolved = (
        Unresolved(text="15.5%", start=SAID.index("15.5%"), end=SAID.index("15.5%") + 5, missing=("period",), claim="c4"),
    )
    page = opened(text_of(SAID), report(SAID, FINDING, unresolved=unresolved))
    names = page.xpath("//@id")
    assert len(names) == len(set(names))
    assert {link[1:] for link in page.xpath("//a/@href") if link.startswith("#")} <= set(names)


def test_a_mark_shows_the_gravest_of_what_is_said_of_it() -> None:
    remark = Finding(code="mirror-gap", severity="information", claims=("c1",), message="m", arithmetic="a")
    holds = Finding(code="sum", severity="information", claims=("c1", "c4"), message="m", arithmetic="a")
    page = opened(text_of(SAID), report(SAID, remark, FINDING, confirmed=(holds,)))
    assert [page.xpath(f"//a[@id='{name}']/@class")[0] for name in ("c1", "c4")] == ["claim error", "claim confirmed"]


def test_hostile_words_stay_words() -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)> /*STYLE*/ {{ 7 }} \" ' & trade was $5 million."
    start = evil.index("$5")
    figure = claim("c1", "$5 million", start, start + 10)
    finding = Finding(code="x", severity="error", claims=("c1",), message=evil, arithmetic=evil, cause=evil, facts=(evil,))
    found = Report(name=evil, language="en", region="<b>", claims=(figure,), unresolved=(), findings=(finding,))
    source = CheckSource(evil, evil, evil, "javascript:alert(1)")
    page = opened(text_of(evil), found, sources={evil: source})
    assert not page.xpath("//script | //img | //b | //@onerror")
    assert not page.xpath("//@href[contains(., 'javascript')]")
    assert said(page) == evil
    assert len(page.xpath("//style")) == 1


@pytest.mark.parametrize("code", languages())
def test_the_words_of_the_page_are_the_reader_s_and_the_text_keeps_its_own(code: str) -> None:
    page = opened(text_of(SAID), report(SAID, FINDING), code)
    voice = language(code)
    assert (page.get("lang"), page.get("dir")) == (code, voice.direction)
    assert page.xpath("//div[@class='text']/@lang") == ["en"]
    assert set(page.xpath("//div[@class='said']/@dir")) == {"ltr"}
    assert set(page.xpath("//div[@class='notes']/@lang")) == {code}
    heads = [
        plain("".join(part for part in voice.message(f"check-page.{key}").forms[""] if isinstance(part, str)))
        for key in ("printed", "who")
    ]
    assert set(heads) <= {head.text_content() for head in page.xpath("//th")}


def test_a_text_in_arabic_runs_from_right_to_left_and_its_signs_stay_with_their_numbers() -> None:
    words = "انخفض حجم التجارة بين أوزبكستان وكازاخستان بنسبة 5%."
    start = words.index("5%")
    figure = claim("c1", "5%", start, start + 2, language="ar")
    finding = Finding(code="x", severity="error", claims=("c1",), message="التغير −5.0%", arithmetic="−5.0% ≠ +4.0%")
    found = Report(name="a", language="ar", region="", claims=(figure,), unresolved=(), findings=(finding,))
    page = opened(text_of(words), found, "ar")
    assert page.xpath("//div[@class='said']/@dir") == ["rtl"]
    assert page.xpath("//dd[@class='sum']/bdi/text()") == ["−5.0%", "+4.0%"]


def test_the_same_text_gives_the_same_bytes() -> None:
    first, second = (to_check_html(text_of(SAID), report(SAID, FINDING), language("ru"), {}) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("code", languages())
def test_a_text_without_figures_says_so(code: str) -> None:
    page = opened(
        text_of("Nothing here."), Report(name="a", language="", region="", claims=(), unresolved=(), findings=()), code
    )
    assert not page.xpath("//mark | //table")
    assert said(page) == "Nothing here."
    assert len(page.xpath("//h2[@id='findings']/following-sibling::p")) >= 1


def test_of_a_large_text_the_places_with_figures_are_shown_and_the_rest_is_counted() -> None:
    filler = "\n".join(f"Paragraph {number} says nothing of trade. {'x' * 900}" for number in range(400))
    page = opened(text_of(f"{filler}\n{SAID}\n{filler}"), report(SAID, offset=len(filler) + 1))
    assert len(page.xpath("//div[@class='said']")) == len(SAID.split("\n")) + 1
    assert [mark.text_content() for mark in page.xpath("//mark")] == [figure.text for figure in report(SAID).claims]
    assert [re.findall(r"\d+", gap.text_content()) for gap in page.xpath("//p[@class='gap']")] == [["400"], ["399"]]


def sheet(rows: int) -> tuple[Text, Report]:
    parts, pieces, at = [], [], 0
    for row in range(rows):
        for column in (0, 2):
            cell = f"{'head' if row == 0 else 'value'} {row}.{column}"
            pieces.append(Piece(at, at + len(cell), "cell", f"Sheet1!{'ABC'[column]}{row + 1}", 0, row, column))
            parts.append(cell)
            at += len(cell) + 1
    text = "\n".join(parts)
    start = text.index("value 8.2")
    figure = claim("c1", "8.2", start + 6, start + 9, locator="Sheet1!C9")
    return Text("a.xlsx", text, tuple(pieces)), Report(
        name="a.xlsx", language="en", region="", claims=(figure,), unresolved=(), findings=()
    )  # fmt: skip


def test_cells_stand_in_a_table_with_the_place_of_each_figure() -> None:
    page = opened(*sheet(20))
    (table,) = page.xpath("//table[@class='quoted']")
    assert [len(row) for row in table.xpath(".//tr")] == [2] * 20
    assert len(table.xpath(".//th[@scope='col']")) == 2
    (cell,) = table.xpath(".//td[.//mark]")
    assert [part.text_content() for part in cell.xpath(".//mark | .//bdi")] == ["8.2", "Sheet1!C9"]


def test_of_a_large_table_the_head_and_the_rows_around_a_figure_are_shown() -> None:
    (table,) = blocks(*sheet(20), whole=10)
    assert [row.left_out or row.cells[0].runs[0].text for row in table.rows] == [
        "head 0.0",
        6,
        "value 7.0",
        "value 8.0",
        "value 9.0",
        10,
    ]


@pytest.mark.parametrize(
    ("low", "high", "bound", "value", "interval"),
    [
        (3.475e9, 3.485e9, "", "$3.48 billion", "3.475 … 3.485"),
        (3.48e9, None, "above", "more than $3.48 billion", ""),
        (3.4799e9, 3.4801e9, "", "$3.48 billion", "3.4799 … 3.4801"),
    ],
)
def test_a_value_is_told_with_the_interval_that_rounding_leaves(
    low: float, high: float | None, bound: str, value: str, interval: str
) -> None:
    figure = claim("c1", "$3.48bn", 0, 7, value=3.48e9, low=low, high=high, bound=bound)
    words = told(figure, language("en"))
    assert (plain(words.value), plain(words.interval)) == (value, interval)


@pytest.mark.parametrize("code", languages())
def test_the_terminal_shows_findings_first_and_every_figure(code: str) -> None:
    stream = io.StringIO()
    Console(file=stream, width=200).print(to_terminal(report(SAID, FINDING), language(code)))
    shown = stream.getvalue()
    for part in (FINDING.code, FINDING.message, FINDING.arithmetic, FINDING.cause, FINDING.facts[0], "15.5%"):
        assert part in shown
    assert shown.index(FINDING.message) < shown.index("15.5%")


def test_a_file_cannot_steer_the_terminal() -> None:
    stream = io.StringIO()
    figure = claim("c1", "5\x1b[2J", 0, 5, locator="\x1b]0;x\x07")
    found = Report(name="\x1b[31m", language="en", region="", claims=(figure,), unresolved=(), findings=())
    Console(file=stream, width=100).print(to_terminal(found, language("en")))
    assert "\x1b" not in stream.getvalue()
