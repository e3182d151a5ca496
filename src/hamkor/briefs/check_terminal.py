"""What was found in a text, as a terminal shows it: findings, what holds, the figures, what could not be placed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hamkor.briefs.check_words import State, counts, phrase, told
from hamkor.claims.claim import Claim, Finding, Report
from hamkor.languages.language import Language, plain

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.text import Text

_SIGNS: dict[State, tuple[str, str]] = {
    "error": ("✖", "bold red"), "warning": ("▲", "bold yellow"), "information": ("●", "bold blue"),
    "confirmed": ("✔", "bold green"), "unresolved": ("?", "bold magenta"),
}  # fmt: skip


def to_terminal(report: Report, language: Language) -> Group:
    """Return what was found in a text for rich to print.

    Parameters
    ----------
    report
        What was found; its findings are in words already.
    language
        Of the reader.

    Examples
    --------
    >>> from hamkor.languages.language import language
    >>> from rich.console import Console
    >>> report = Report(name="a.txt", language="en", region="", claims=(), unresolved=(), findings=())
    >>> Console(width=60).print(to_terminal(report, language("en")))
    Figures in a.txt
    No trade figure was found in this text.
    """
    from rich.console import Group
    from rich.text import Text

    say = {name: phrase(language, f"check-page.{name}") for name in ("no-claims", "none", "claims", "unresolved")}
    parts: list[RenderableType] = [Text(phrase(language, "check-page.title", {"name": _line(report.name)}), style="bold")]
    if not report.claims:
        parts.append(Text(say["no-claims"]))
    elif not report.findings:
        parts.append(Text(say["none"]))
    claims = {claim.id: claim for claim in report.claims}
    for finding in report.findings:
        parts += _told(finding, finding.severity, claims, language)
    for finding in report.confirmed:
        parts += _told(finding, "confirmed", claims, language)
    if report.claims:
        parts += [Text(""), Text(say["claims"], style="bold"), _table(report.claims, language)]
    if report.unresolved:
        parts += [Text(""), Text(say["unresolved"], style="bold")]
        for item in report.unresolved:
            missing = phrase(language, "list.comma").join(
                phrase(language, f"check-page.missing.{name}") for name in item.missing
            )
            said = phrase(language, "check-page.not-said", {"missing": missing})
            parts.append(_signed("unresolved", f"{_place(item.locator, item.start, item.end)}  {_line(item.text)}: {said}"))
    if report.claims:
        parts += [Text(""), _summary(report, language)]
    return Group(*parts)


def _told(finding: Finding, state: State, claims: dict[str, Claim], language: Language) -> Iterable[RenderableType]:
    """Return a finding: state, code, message; below it arithmetic, cause, figures with their places, records."""
    from rich.padding import Padding
    from rich.text import Text

    head = _signed(state, phrase(language, f"check-page.state.{state}"))
    head.append(f" {finding.code}", style="dim")
    yield head
    figures = (claims[claim] for claim in finding.claims)
    places = "; ".join(f"{_line(claim.text)} ({_place(claim.locator, claim.start, claim.end)})" for claim in figures)
    lines = [finding.message, finding.arithmetic, finding.cause]
    for line in filter(None, lines):
        yield Padding(Text(plain(line)), (0, 0, 0, 2), expand=False)
    for line in (places, *finding.facts):
        yield Padding(Text(line, style="dim"), (0, 0, 0, 2), expand=False)


def _table(claims: Iterable[Claim], language: Language) -> RenderableType:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for key in ("check-page.printed", "head.what", "check-page.who", "head.flow", "head.period"):
        table.add_column(phrase(language, key), overflow="fold")
    table.add_column(phrase(language, "check-page.value"), justify="right")
    for claim in claims:
        words = told(claim, language)
        value = words.value + (f"\n{words.interval}" if words.interval else "")
        cells = (_line(claim.text), words.what, " – ".join(words.who), words.flow, words.period, value)
        table.add_row(*(Text(plain(cell)) for cell in cells))
    return table


def _summary(report: Report, language: Language) -> Text:
    from rich.text import Text

    line = Text()
    for state, number in counts(report).items():
        line.append_text(_signed(state, phrase(language, f"check-page.state.{state}")))
        line.append(f" {plain(language.number(number))}   ")
    line.rstrip()
    return line


def _signed(state: State, words: str) -> Text:
    from rich.text import Text

    sign, style = _SIGNS[state]
    line = Text()
    line.append(f"{sign} ", style=style)
    line.append(words, style=style if state != "unresolved" else "")
    return line


def _place(locator: str, start: int, end: int) -> str:
    return _line(locator) or f"{start}–{end}"


def _line(text: str) -> str:
    """Return words of the file on one line, without what could steer a terminal."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
