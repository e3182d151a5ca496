"""No number stands in any output that is not a fact: the digits of the rendered files are counted against the document."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pypdfium2
import pytest
from tests.digits import RUN, expected_runs, facts_printed, nodes, seen_in_html

from hamkor import workbench
from hamkor.briefs.document import Figure, Moment, Provenance, Quote, Words
from hamkor.languages.language import languages

CASES = [
    ("toyland", "ALD", "2024-01/2024-06"), ("central-asia", "UZB", "2025-01/2025-09"),
    ("central-asia", "KGZ", "2023"), ("central-asia", "TKM", "2025-01/2025-09"),
]  # fmt: skip


@cache
def made(region: str, focus: str, period: str) -> workbench.Brief:
    return workbench.brief(region, focus=focus, period=period, languages=languages())


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(case[:2]))
@pytest.mark.parametrize("code", languages())
def test_every_digit_of_the_html_is_a_fact(case: tuple[str, str, str], code: str) -> None:
    brief = made(*case)
    document = brief.documents[code]
    assert seen_in_html(brief.files[f"brief.{code}.html"], document) == expected_runs(document)


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(case[:2]))
@pytest.mark.parametrize("code", languages())
def test_every_digit_of_the_pdf_is_a_fact(case: tuple[str, str, str], code: str) -> None:
    brief = made(*case)
    pdf = pypdfium2.PdfDocument(brief.files[f"brief.{code}.pdf"])
    places = [entry.get_dest().get_index() + 1 for entry in pdf.get_toc() if entry.level == 1]
    seen = Counter[str]()
    for number, page in enumerate(pdf, start=1):
        text = page.get_textpage().get_text_range()
        seen += Counter({digit: count for digit, count in Counter(text).items() if digit.isdigit()})
        seen -= Counter(f"{number}{len(pdf)}")
    assert len(places) > 3
    seen -= Counter("".join(str(page) for page in places))  # of the contents
    due = Counter[str]()
    for run, count in expected_runs(brief.documents[code]).items():
        for digit in run:
            due[digit] += count
    assert seen == due


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(case[:2]))
def test_every_number_printed_names_a_fact_that_exists(case: tuple[str, str, str]) -> None:
    found = workbench.workspace(case[0])
    for document in made(*case).documents.values():
        for node in nodes(document):
            if isinstance(node, Figure):
                assert node.fact in found.facts.by_id
            if isinstance(node, Quote):
                assert node.fact in found.facts.by_id or node.fact.removeprefix("source:") in found.pack.sources


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(case[:2]))
def test_every_figure_has_an_entry_in_the_annex(case: tuple[str, str, str]) -> None:
    for document in made(*case).documents.values():
        listed = {entry.fact for block in document.blocks if isinstance(block, Provenance) for entry in block.entries}
        printed = {node.fact for node in nodes(document) if isinstance(node, Figure)}
        assert printed <= listed
        assert facts_printed(document) >= printed - listed


def test_words_refuse_a_digit_of_any_script() -> None:
    for text in ("in 2025", "٣ شركات", "۳"):
        with pytest.raises(ValueError, match="no fact"):
            Words(text)


def test_the_languages_print_the_same_facts() -> None:
    for case in CASES:
        first, *others = (facts_printed(document) for document in made(*case).documents.values())
        for other in others:
            assert first == other


def test_moments_hold_years_of_periods_only() -> None:
    for document in made(*CASES[0]).documents.values():
        for node in nodes(document):
            if isinstance(node, Moment):
                assert all(len(run) in (1, 2, 4) for run in RUN.findall(node.text))
