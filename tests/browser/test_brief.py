"""The HTML brief in a browser: read by axe, by keyboard, on a telephone, in print, and copied from."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import html
from playwright.sync_api import BrowserContext, Page

CODES = ("ar", "en", "ru", "uz")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")

pytestmark = pytest.mark.browser
Opener = Callable[[str], Page]


@pytest.mark.parametrize("code", CODES)
def test_a_page_fits_its_window_and_axe_finds_no_fault(opened: Opener, code: str) -> None:
    page = opened(code)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        options: dict[str, object] = {"runOnly": RULES, "resultTypes": ["violations"]}
        if width == 320 or code not in ("ar", "en"):  # contrast takes longest, and all colours stand in one style sheet
            options |= {"rules": {"color-contrast": {"enabled": False}}}
        found = Axe().run(page, options=options).response["violations"]
        assert not [(width, fault["id"], node["html"], node["failureSummary"]) for fault in found for node in fault["nodes"]]


@pytest.mark.parametrize("name", [*CODES, "summary"])
def test_every_link_leads_to_something_on_the_page_and_every_list_back(briefs: dict[str, Path], name: str) -> None:
    page = html.fromstring(briefs[name].read_text(encoding="utf-8"))
    links = page.xpath("//a[starts-with(@href, '#')]")
    leads = {link.get("id"): link.get("href") for link in links}
    assert {link.get("href") for link in links} <= {f"#{anchor}" for anchor in page.xpath("//@id")}
    assert leads["n1"] == "#f1" if name != "summary" else not page.xpath("//a[@class='n']")
    for entry in page.xpath("//li[starts-with(@id, 's')] | //tr[starts-with(@id, 'f')]"):
        mentions = [link for link in links if link.get("href") == f"#{entry.get('id')}"]
        backs = entry.xpath(".//a[@class='back']/@href")
        assert [leads[back[1:]] for back in backs] == [f"#{entry.get('id')}"] * bool(mentions)


@pytest.mark.parametrize("code", CODES)
def test_every_number_of_the_text_is_a_link_to_its_origin(briefs: dict[str, Path], code: str) -> None:
    page = html.fromstring(briefs[code].read_text(encoding="utf-8"))
    numbers = page.xpath("//main//bdi[not(@class='t')][not(ancestor::th[../@id])]")
    assert len(numbers) > 100
    assert not [number.text for number in numbers if not number.xpath("ancestor::a[@class='n'][starts-with(@href, '#f')]")]


@pytest.mark.parametrize("code", ["ar", "en"])
def test_a_reader_goes_to_the_origin_of_a_number_and_comes_back(opened: Opener, code: str) -> None:
    page = opened(code)
    number = page.locator("main a.n").first
    shown = number.text_content() or "?"
    number.click()
    row = page.locator(".provenance tr:target")
    assert in_window(page, ".provenance tr:target")
    assert shown in (row.locator("th").text_content() or "")
    row.locator("a.back").click()
    assert in_window(page, "a.n:target")
    assert page.locator("a.n:target").text_content() == shown


@pytest.mark.parametrize("code", ["ar", "en"])
def test_a_reader_goes_to_the_source_and_comes_back(opened: Opener, code: str) -> None:
    page = opened(code)
    page.locator(".cite a").first.click()
    assert in_window(page, ".references li:target")
    page.locator(".references li:target a.back").click()
    assert in_window(page, ".cite a:target")


def in_window(page: Page, selector: str) -> bool:
    box = page.locator(selector).bounding_box()
    return box is not None and 0 <= box["y"] < 900


@pytest.mark.parametrize("code", ["ar", "en"])
def test_the_first_tab_reaches_a_visible_link_that_skips_the_contents(opened: Opener, code: str) -> None:
    page = opened(code)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("getComputedStyle(document.activeElement).clipPath") == "none"
    assert has_ring(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('main a')")
    assert has_ring(page)


def has_ring(page: Page) -> bool:
    style = "getComputedStyle(document.activeElement)"
    return bool(page.evaluate(f"{style}.outlineStyle === 'solid' && parseFloat({style}.outlineWidth) >= 2"))


@pytest.mark.parametrize("code", CODES)
def test_every_sign_is_drawn_by_an_embedded_font(opened: Opener, code: str) -> None:
    page = opened(code)
    page.evaluate("""() => {
        for (const weight of [400, 700]) {
            const signs = document.createElement('p');
            signs.id = 'signs' + weight;
            signs.style.fontWeight = weight;
            signs.textContent = [...new Set(document.querySelector('main').textContent)].join(' ');
            document.body.append(signs);
        }
        return document.fonts.ready.then(() => null);
    }""")
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    for weight in (400, 700):
        node = session.send("DOM.querySelector", {"nodeId": root, "selector": f"#signs{weight}"})["nodeId"]
        fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        assert fonts
        assert all(font["isCustomFont"] for font in fonts), fonts
    drawn = "[...document.querySelectorAll('svg text')].map(text => getComputedStyle(text).fontFamily)"
    assert set(page.evaluate(drawn)) == {page.evaluate("getComputedStyle(document.body).fontFamily")}


def test_a_page_asks_for_nothing_from_outside(browser: BrowserContext, briefs: dict[str, Path]) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(briefs["ar"].as_uri())
    page.evaluate("document.fonts.ready.then(() => null)")
    page.close()
    assert [address for address in asked if not address.startswith("data:")] == [briefs["ar"].as_uri()]


@pytest.mark.parametrize("code", ["ar", "ru"])
def test_what_is_copied_has_no_marks_of_direction(opened: Opener, code: str) -> None:
    page = opened(code)
    number = page.locator("td.num a.n", has_text="−").first
    shown = number.text_content() or ""
    number.evaluate("number => getSelection().selectAllChildren(number)")
    page.keyboard.press("Control+C")
    page.evaluate("document.body.append(document.createElement('textarea'))")
    page.locator("textarea").focus()
    page.keyboard.press("Control+V")
    copied = page.locator("textarea").input_value()
    assert copied == shown.replace("\u00a0", " ")
    assert re.fullmatch(r"−[\d\s.,]*\d", copied)
    assert not MARKS.search(page.evaluate("document.body.textContent"))


@pytest.mark.parametrize("code", ["ar", "en"])
def test_print_leaves_out_what_is_only_for_the_screen(opened: Opener, code: str) -> None:
    page = opened(code)
    page.emulate_media(media="print")
    for selector, name, value in (
        ("nav, .skip, .back", "display", "none"), ("a", "textDecorationLine", "none"), ("tr, figure", "breakInside", "avoid")
    ):  # fmt: skip
        styles = f"[...document.querySelectorAll('{selector}')].map(element => getComputedStyle(element).{name})"
        assert set(page.evaluate(styles)) == {value}


@pytest.mark.parametrize("code", ["ar", "en"])
def test_a_printed_sheet_is_a4_and_numbered_and_ends_with_no_heading(opened: Opener, code: str) -> None:
    page = opened(code)
    heads = {dense(text) for text in page.locator("h2, h3, caption, figcaption, thead tr").all_text_contents()}
    heads -= {dense(text) for text in page.locator("svg text").all_text_contents()}
    addresses = {dense(text) for text in page.locator("a.address").all_text_contents()}
    printed = pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    whole = ""
    for number, sheet in enumerate(printed, start=1):
        assert [round(size / 72 * 25.4) for size in sheet.get_size()] == [210, 297]
        lines = [dense(line) for line in sheet.get_textpage().get_text_range().splitlines()]
        lines.remove(f"{number}/{len(printed)}")
        assert lines[-1] not in heads
        whole += "".join(lines)
    assert addresses
    assert not [address for address in addresses if address not in whole]


def dense(text: str) -> str:
    """A text without what a line break may add or take away."""
    return re.sub("[\\s\ufffe\u00ad-]", "", text)
