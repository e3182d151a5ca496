"""A short text with a wrong sum, and what a check says of it, made by hand."""

from __future__ import annotations

import re

from hamkor.claims.claim import Claim, Finding, Report, Unresolved
from hamkor.texts.text import Piece, Text

SAID = """Trade with neighbours
In 2024 trade between Uzbekistan and Kazakhstan was $3.58 billion. Exports were $1.06 billion and imports $2.42 billion.
It grew by 15.5%."""

FINDING = Finding(
    code="sum-mismatch", severity="error", claims=("c1", "c2", "c3"), message="The parts add up to $3.48 billion.",
    arithmetic="$1.06 billion + $2.42 billion = $3.48 billion ≠ $3.58 billion", cause="A digit, it seems.",
    facts=("turnover:UZB-KAZ:2024@office",),
)  # fmt: skip


def text_of(words: str) -> Text:
    """A text of one piece a line; a line without a full stop is a heading."""
    lines = re.finditer(r"[^\n]+", words)
    return Text("a.txt", words, tuple(Piece(m.start(), m.end(), "paragraph" if "." in m[0] else "heading") for m in lines))


def claim(
    name: str, text: str, start: int, end: int, *, value: float = 3.58e9, low: float | None = 3.575e9,
    high: float | None = 3.585e9, bound: str = "", locator: str = "", language: str = "en",
) -> Claim:  # fmt: skip
    """An amount of trade of Uzbekistan with Kazakhstan in 2024."""
    return Claim(
        id=name, text=text, start=start, end=end, locator=locator, language=language, kind="amount", value=value, low=low,
        high=high, bound=bound, unit="USD", currency="USD", reporter="UZB", counterpart="KAZ", flow="turnover", period="2024",
    )  # fmt: skip


def report(
    words: str,
    *findings: Finding,
    confirmed: tuple[Finding, ...] = (),
    unresolved: tuple[Unresolved, ...] = (),
    offset: int = 0,
) -> Report:
    """What a check says of `SAID`, which starts at an offset."""
    figures = ("$3.58 billion", "$1.06 billion", "$2.42 billion", "15.5%")
    places = [(figure, offset + words.index(figure)) for figure in figures]
    claims = tuple(claim(f"c{n}", figure, at, at + len(figure)) for n, (figure, at) in enumerate(places, start=1))
    return Report(
        name="a.txt", language="en", region="", claims=claims, unresolved=unresolved, findings=findings, confirmed=confirmed
    )  # fmt: skip
