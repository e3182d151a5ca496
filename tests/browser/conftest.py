"""One Chromium for all tests of a module, and the pages of Central Asia's brief that it opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from hamkor import workbench

CODES = ("ar", "en", "ru", "uz")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[BrowserContext]:
    """A Chromium; closed after the module, because Playwright's event loop would refuse those of later tests."""
    options = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=options)
        context = started.new_context()
        context.set_default_timeout(10_000)
        yield context
        started.close()


@pytest.fixture(scope="session")
def briefs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The HTML brief of Central Asia by language, and under ``summary`` one section of it in English."""
    folder = tmp_path_factory.mktemp("briefs")
    whole = workbench.brief("central-asia", languages=CODES, formats=["html"])
    summary = workbench.brief("central-asia", languages=["en"], sections=["summary"], formats=["html"])
    pages = {code: _page(whole, f".{code}.html") for code in CODES} | {"summary": _page(summary, ".en.html")}
    for name, content in pages.items():
        (folder / f"{name}.html").write_bytes(content)
    return {name: folder / f"{name}.html" for name in pages}


def _page(made: workbench.Brief, ending: str) -> bytes:
    return next(content for name, content in made.files.items() if name.endswith(ending))


@pytest.fixture
def opened(browser: BrowserContext, briefs: dict[str, Path]) -> Iterator[Callable[[str], Page]]:
    """A function that opens the page of a language."""

    def open_page(name: str) -> Page:
        page = browser.new_page()
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(briefs[name].as_uri())
        return page

    yield open_page
    for page in browser.pages:
        page.close()
