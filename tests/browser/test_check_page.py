"""The page of a checked text in a browser: read by axe, on a telephone, by keyboard, in print."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page
from tests.briefs.checked import FINDING, SAID, report, text_of

from hamkor.briefs.check_page import CheckSource, to_check_html
from hamkor.claims.claim import Finding, Unresolved
from hamkor.languages.language import language

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
CODES = ("ar", "en", "ru", "uz")

pytestmark = pytest.mark.browser
Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of the same English text for readers of each language."""
    folder = tmp_path_factory.mktemp("checked")
    others = (
        Finding(
            code="mirror-gap", severity="information", claims=("c2",), message="The other side says −5.0%.", arithmetic="−5.0%"
        ),
        Finding(code="period-mislabelled", severity="warning", claims=("c4",), message="A part of a year.", arithmetic="15.5%"),
    )
    confirmed = (Finding(code="sum", severity="information", claims=("c3",), message="It adds up.", arithmetic="1 + 1 = 2"),)
    start = SAID.index("2024")
    unresolved = (Unresolved(text="2024", start=start, end=start + 4, locator="paragraph 2", missing=("period",)),)
    found = report(SAID, FINDING, *others, confirmed=confirmed, unresolved=unresolved)
    sources = {FINDING.facts[0]: CheckSource("Foreign trade", "Office", "2025-01-20", "https://stat.example/" + "long/" * 30)}
    for code in CODES:
        page = to_check_html(text_of(SAID), found, language(code), sources)
        (folder / f"{code}.html").write_text(page, encoding="utf-8")
    return {code: folder / f"{code}.html" for code in CODES}


@pytest.fixture
def opened(browser: BrowserContext, pages: dict[str, Path]) -> Iterator[Opener]:
    """A function that opens the page of a language in a window of that width."""

    def open_page(name: str, width: int = 1280) -> Page:
        page = browser.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(pages[name].as_uri())
        return page

    yield open_page
    for page in browser.pages:
        page.close()


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("code", CODES)
def test_the_page_fits_its_window_and_axe_finds_no_fault(opened: Opener, code: str, width: int) -> None:
    page = opened(code, width)
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response["violations"]
    assert not [(fault["id"], node["html"], node["failureSummary"]) for fault in found for node in fault["nodes"]]


@pytest.mark.parametrize("code", ["ar", "en"])
def test_a_mark_opens_its_finding_by_keyboard(opened: Opener, code: str) -> None:
    page = opened(code)
    assert not page.locator("#f1-why").is_visible()
    page.locator("#c1").focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.locator("#f1-why").is_visible()
    assert page.locator("#f1 .sum").inner_text() == FINDING.arithmetic


def test_a_page_asks_for_nothing_from_outside(browser: BrowserContext, pages: dict[str, Path]) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(pages["ar"].as_uri())
    page.evaluate("document.fonts.ready.then(() => null)")
    page.close()
    assert [address for address in asked if not address.startswith("data:")] == [pages["ar"].as_uri()]


def test_print_shows_what_the_screen_folds(opened: Opener) -> None:
    page = opened("en")
    printed = pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    words = " ".join(sheet.get_textpage().get_text_range() for sheet in printed)
    assert FINDING.cause in " ".join(words.split())
    assert "3.575 … 3.585" in words
