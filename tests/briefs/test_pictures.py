"""The pictures of the brief: valid by the schema of Vega-Lite, no number that is no fact, only what is known."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import altair
import pytest
from lxml import etree
from tests.digits import digit_runs

from hamkor import workbench
from hamkor.briefs.document import Document, Figure, Picture, text_of
from hamkor.briefs.pictures import FONTS, frame
from hamkor.charts.render import to_svg
from hamkor.charts.style import Specification
from hamkor.languages.language import languages, plain

CASES = [
    ("toyland", "ALD", "2024-01/2024-06", None), ("toyland", "ALD", "2024-01/2024-06", "BRE"),
    ("central-asia", "UZB", "2025-01/2025-09", None), ("central-asia", "UZB", "2025", "KAZ"),
    ("central-asia", "KGZ", "2023", None), ("central-asia", "TKM", "2025-01/2025-09", None),
]  # fmt: skip
Case = tuple[str, str, str, str | None]
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(filter(None, (case[0], *case[1::2]))))
every_language = pytest.mark.parametrize("code", languages())


@cache
def made(case: Case, code: str, sections: tuple[str, ...] = ()) -> tuple[Document, list[Specification]]:
    """Return a brief and every specification that was drawn for it."""
    region, focus, period, partner = case
    drawn: list[Specification] = []

    def recorded(specification: Specification, **options: object) -> str:
        drawn.append(specification)
        return to_svg(specification, fonts=FONTS)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frame, "to_svg", recorded)
        brief = workbench.brief(
            region, focus=focus, partner=partner, period=period, languages=[code], formats=["html"], sections=sections
        )
    return brief.documents[code], drawn


def pictures(document: Document) -> dict[str, Picture]:
    return {block.name: block for block in document.blocks if isinstance(block, Picture)}


def texts(picture: Picture) -> list[str]:
    return [element.text or "" for element in etree.fromstring(picture.svg.encode()).iter("{*}text")]


@every_case
@every_language
def test_every_specification_is_valid_by_the_schema_of_vega_lite(case: Case, code: str) -> None:
    document, drawn = made(case, code)
    assert len(drawn) == len(pictures(document)) > 0
    for specification in drawn:
        assert specification["$schema"].endswith("/v5.json")
        altair.Chart.from_dict({key: value for key, value in specification.items() if key != "$schema"}, validate=True)


@every_case
@every_language
def test_every_number_in_a_picture_is_handed_in_as_a_fact_or_a_period(case: Case, code: str) -> None:
    for name, picture in pictures(made(case, code)[0]).items():
        due = sum((digit_runs(plain(node.text)) for node in picture.line if hasattr(node, "text")), Counter[str]())
        assert sum(map(digit_runs, texts(picture)), Counter[str]()) == due, name


@every_case
def test_a_picture_prints_the_same_facts_in_every_language(case: Case) -> None:
    printed = [
        {name: [node.fact for node in picture.line if isinstance(node, Figure)] for name, picture in shown.items()}
        for shown in (pictures(made(case, code)[0]) for code in languages())
    ]
    assert all(other == printed[0] for other in printed)


@every_case
@every_language
def test_a_text_alternative_tells_each_number_that_is_a_fact_in_plain_text(case: Case, code: str) -> None:
    for picture in pictures(made(case, code)[0]).values():
        assert picture.alt.startswith(plain(text_of(picture.caption)))
        assert not re.search("[\u2066-\u2069\u200e\u200f\u202a-\u202e]", picture.alt)
        for node in picture.line:
            if isinstance(node, Figure):
                assert plain(node.text) in picture.alt


@every_case
def test_a_picture_uses_the_fonts_of_the_language(case: Case) -> None:
    for code, font in (("ar", "Vazirmatn"), ("ru", "IBM Plex Sans")):
        for picture in pictures(made(case, code)[0]).values():
            families = {element.get("font-family") for element in etree.fromstring(picture.svg.encode()).iter("{*}text")}
            assert families == {font}


UZB, PAIR = CASES[2], CASES[1]


def test_only_partners_with_both_years_have_a_slope() -> None:
    assert not {"Turkmenistan"} & set(texts(pictures(made(UZB, "en")[0])["slope"]))
    facts = [node.fact for node in pictures(made(UZB, "en")[0])["slope"].line if isinstance(node, Figure)]
    assert [fact.partition(":")[0] for fact in facts] == ["implied-turnover", "turnover", "turnover-growth"] * 3


def test_a_waterfall_says_who_is_left_out() -> None:
    shown = pictures(made(UZB, "en")[0])["contributions"]
    assert plain(text_of(shown.caption)).endswith("(left out, as the year before is not known: Turkmenistan)")
    assert [text for text in texts(shown) if text[0].isdigit()] == ["467", "86.2", "85.5", "639"]


def test_the_waterfall_of_a_pair_is_of_exports_and_imports() -> None:
    shown = pictures(made(PAIR, "en")[0])["contributions"]
    facts = [node.fact.partition(":")[0] for node in shown.line if isinstance(node, Figure)]
    assert facts == ["export-contribution", "import-contribution", "contribution"]


def test_the_short_form_has_neither_slope_nor_waterfall() -> None:
    document, _ = made(UZB, "en", ("short",))
    assert not {"slope", "contributions"} & set(pictures(document))


def test_a_pair_that_is_not_known_is_marked_and_no_zero_stands_for_it() -> None:
    shown = texts(pictures(made(UZB, "en")[0])["matrix"])
    assert shown.count("not known") == 2
    assert "0" not in shown
    assert sum(text[0].isdigit() for text in shown) == 18


def test_the_matrix_says_which_cells_are_the_importers() -> None:
    shown = pictures(made(UZB, "en")[0])["matrix"]
    facts = [node.fact for node in shown.line if isinstance(node, Figure)]
    assert sum(fact.startswith("import:") for fact in facts) == sum(text.endswith("*") for text in texts(shown))


def test_the_gap_between_two_records_is_printed_as_its_fact() -> None:
    shown = pictures(made(UZB, "en")[0])
    facts = [node.fact for node in shown["sides-KAZ"].line if isinstance(node, Figure)]
    assert [fact for fact in facts if fact.startswith("mirror-gap")] == ["mirror-gap:UZB-KAZ:2023", "mirror-gap:KAZ-UZB:2023"]
    assert not any(isinstance(node, Figure) and "gap" in node.fact for node in shown["sides-TJK"].line)


def test_the_path_prints_the_level_the_target_and_both_rates() -> None:
    shown = pictures(made(UZB, "en")[0])["path-uzb-kaz-trade-10-billion"]
    names = [node.fact.partition(":")[0] for node in shown.line if isinstance(node, Figure)]
    assert names == ["targets.baseline", "targets.target", "growth-needed", "growth-reached"]
