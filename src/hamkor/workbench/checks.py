"""The check of a published text: its claims, and what does not hold among them or against the records of a region."""

from __future__ import annotations

import msgspec

from hamkor.briefs.check_page import CheckSource, to_check_html
from hamkor.briefs.facts import Facts, statement
from hamkor.briefs.known import known_figures
from hamkor.claims.checks import Flaw, check_text
from hamkor.claims.claim import Claim, Report
from hamkor.claims.reading import read_claims
from hamkor.claims.records import check_records
from hamkor.claims.wording import worded
from hamkor.languages.language import language, languages
from hamkor.languages.lexicon import lexicon, lexicons
from hamkor.texts.read import read_text
from hamkor.texts.text import Text
from hamkor.workbench.workspaces import installed_regions, workspace


class Checked(msgspec.Struct, frozen=True):
    """A text that was checked.

    Attributes
    ----------
    text
        As read.
    report
        Claims, findings, what could not be placed.
    spoken
        Code of the language of the findings.
    sources
        Where the records come from with which it was compared, by fact id.
    """

    text: Text
    report: Report
    spoken: str
    sources: dict[str, CheckSource]

    def html(self) -> str:
        """Return the text with its marks, as one HTML file that works offline."""
        return to_check_html(self.text, self.report, language(self.spoken), self.sources)


def check(
    data: bytes | str, *, name: str = "-", region: str | None = None, language_of_text: str = "auto", report_in: str = ""
) -> Checked:
    """Return what holds and what does not in a published text.

    Parameters
    ----------
    data
        The bytes of a file (.txt, .md, .html, .docx, .xlsx, .csv), or a text.
    name
        Of the file: its extension tells the format, and errors name it.
    region
        Region whose records the figures are compared with; every installed region that has the economies if not given;
        ``none`` for the text alone.
    language_of_text
        Code of the language that the text is in; ``auto`` tells it sentence by sentence.
    report_in
        Code of the language of the findings; that of the text where Hamkor writes it, else English.

    Raises
    ------
    BadInput
        If the file cannot be read, or the region or a language is not known.

    Examples
    --------
    >>> found = check("In 2024 trade of Aldia was 5 dollars.", region="toyland").report
    >>> found.findings
    ()
    """
    known = [lexicon(code) for code in (lexicons() if language_of_text == "auto" else [language_of_text])]
    text = read_text(data.encode() if isinstance(data, str) else data, name=name)
    reading = read_claims(text, lexicons=known)
    checked = check_text(reading.claims)
    regions = [region] if region not in (None, "none") else [] if region == "none" else _regions(reading.claims)
    flaws, sources = list(checked.flaws), dict[str, CheckSource]()
    for one in regions:
        more, cited = _against(str(one), reading.claims)
        flaws += more
        sources |= cited
    code = report_in or (reading.language if reading.language in languages() else "en")
    voice = language(code)
    report = Report(
        name=name.replace("\\", "/").rpartition("/")[2], language=reading.language, region=", ".join(map(str, regions)),
        claims=reading.claims, unresolved=reading.unresolved, findings=worded(_in_order(flaws), voice),
        confirmed=worded(checked.confirmed, voice),
    )  # fmt: skip
    return Checked(text, report, code, sources)


def _regions(claims: tuple[Claim, ...]) -> list[str]:
    """Return the installed regions of which a claim names two members."""
    pairs = {(claim.reporter, claim.counterpart) for claim in claims}
    return [
        name for name, region in installed_regions().items() if any(set(pair) <= set(region.members) for pair in pairs)
    ]  # fmt: skip


def _against(region: str, claims: tuple[Claim, ...]) -> tuple[list[Flaw], dict[str, CheckSource]]:
    """Return where the claims differ from the records of a region, and the sources of those records."""
    found = workspace(region)
    flaws = check_records(claims, known_figures(found.facts, found.pack.entities, found.pack.sources))
    flaws = [_with_estimate(flaw, found.facts) for flaw in flaws]
    sources: dict[str, CheckSource] = {}
    for flaw in flaws:
        for name in flaw.facts:
            fact = found.facts.by_id[name]
            roots = (
                [fact.source]
                if fact.source
                else [found.facts.by_id[part].source for part in fact.derivation.inputs]
                if fact.derivation
                else []
            )
            for root in roots[:1]:
                if root in found.pack.sources:
                    source = found.pack.sources[root]
                    sources[name] = CheckSource(source.title, source.publisher, source.date, source.address)
    return flaws, sources


def _with_estimate(flaw: Flaw, facts: Facts) -> Flaw:
    """Return a flaw of one year's exports or imports with the reconciled flow among its facts, where there is one."""
    claim = flaw.claims[0]
    if claim.kind != "amount" or claim.flow not in ("export", "import") or not (claim.reporter and claim.counterpart):
        return flaw
    pair = (claim.reporter, claim.counterpart) if claim.flow == "export" else (claim.counterpart, claim.reporter)
    name = statement("flow", pair, claim.period or "")
    return msgspec.structs.replace(flaw, facts=(*flaw.facts, name)) if name in facts.by_id else flaw


def _in_order(flaws: list[Flaw]) -> list[Flaw]:
    """Return the flaws in the order of the text, errors before the rest at one place."""
    weight = {"error": 0, "warning": 1, "information": 2}
    return sorted(flaws, key=lambda flaw: (flaw.claims[0].start, weight[flaw.severity]))
