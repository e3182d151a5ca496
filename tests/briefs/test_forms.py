"""Every member as focus, every pair, every section, and facts taken away at random: a brief comes out, or a clear error."""

from __future__ import annotations

import html
import re
from itertools import combinations
from pathlib import Path

import msgspec
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.digits import expected_runs, facts_printed, seen_in_html

from hamkor import workbench
from hamkor.briefs.compose import SECTIONS, compose
from hamkor.briefs.derive import with_derived
from hamkor.briefs.document import Block, Bullets, Cards, Document, Heading, Provenance, References, Sheet, text_of
from hamkor.briefs.facts import collect
from hamkor.briefs.html import to_html
from hamkor.briefs.material import Material, Request
from hamkor.briefs.speaker import Speaker
from hamkor.languages.language import language, languages
from hamkor.schema.errors import BadInput
from hamkor.schema.periods import parse_period

MEMBERS = workbench.installed_regions()["central-asia"].members
PAIRS = list(combinations(MEMBERS, 2))


def whole(document: Document) -> None:
    """Fail on an empty table, list or card, a heading without anything under it, a "None" in print."""
    blocks = document.blocks
    for place, block in enumerate(blocks):
        match block:
            case Heading(level=level):
                after = blocks[place + 1 : place + 2]
                assert after, text_of(block.line)
                assert not isinstance(after[0], Heading) or after[0].level > level, text_of(block.line)
            case Sheet():
                assert block.rows
                assert all(len(row) == len(block.head) == len(block.numeric) for row in block.rows)
            case Bullets():
                assert block.items
                assert all(text_of(item).strip() for item in block.items)
            case Cards():
                assert block.cards
            case References() | Provenance():
                assert block.entries
    page = to_html(document)
    assert b">None<" not in page
    assert seen_in_html(page, document) == expected_runs(document)


@pytest.mark.parametrize("focus", MEMBERS)
@pytest.mark.parametrize("period", ["2025-01/2025-09", "2023"])
def test_a_brief_comes_out_for_every_member(focus: str, period: str) -> None:
    made = workbench.brief("central-asia", focus=focus, period=period, languages=["en"], formats=["html"])
    whole(made.documents["en"])


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_a_brief_comes_out_for_every_pair_in_a_period_that_the_refusal_names(pair: tuple[str, str]) -> None:
    focus, partner = pair
    with pytest.raises(BadInput, match="there are figures for") as refused:
        workbench.brief("central-asia", focus=focus, partner=partner, period="1950", formats=["html"])
    periods = str(refused.value).partition("there are figures for ")[2].split(", ")
    for period in periods:
        assert workbench.brief("central-asia", focus=focus, partner=partner, period=period, languages=["en"], formats=[]).files
    period = periods[0]
    made = workbench.brief(
        "central-asia", focus=focus, partner=partner, period=period, languages=["ar"], formats=["html"]
    )  # fmt: skip
    whole(made.documents["ar"])
    assert [entry["partner"] for entry in made.headlines["partners"]] == [partner]


@pytest.mark.parametrize(
    "sections", [*((name,) for name in SECTIONS), ("short",), ("summary", "figures"), ("region", "limits")]
)
def test_a_brief_has_the_sections_that_were_asked_for(sections: tuple[str, ...]) -> None:
    made = workbench.brief("central-asia", languages=["en"], formats=["html", "pdf"], sections=sections)
    document = made.documents["en"]
    whole(document)
    asked = set(sections)
    assert any(isinstance(block, Provenance) for block in document.blocks) <= bool(asked & {"figures"})
    anchors = {block.anchor for block in document.blocks if isinstance(block, Heading)}
    assert ("legal" in anchors) == ("legal" in asked)
    assert ("region" in anchors) == ("region" in asked)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), share=st.floats(0.05, 0.95), code=st.sampled_from(["en", "ar"]))
def test_facts_taken_away_leave_a_shorter_brief_or_a_clear_error(data: st.DataObject, share: float, code: str) -> None:
    found = workbench.workspace("toyland")
    region = found.pack.region
    chance = data.draw(st.randoms(use_true_random=False))
    read = [fact for fact in found.facts.by_id.values() if fact.derivation is None]
    kept = [fact for fact in read if ".title" in fact.name or chance.random() > share]
    entities = found.pack.entities
    facts = with_derived(collect(kept), region=region, entities=entities, ranks={}, official=())
    request = Request(region, chance.choice(region.members), parse_period(chance.choice(["2024-01/2024-06", "2023", "2021"])))
    names = {made: entry.name for made, entry in region.economies.items()}
    speaker = Speaker(language(code), found.pack.texts.get(code, {}), names)
    try:
        document = compose(Material(request, facts, entities, found.pack.sources), speaker)
    except BadInput:
        return
    whole(document)


@pytest.mark.parametrize("focus", MEMBERS)
def test_the_short_form_is_one_page_with_its_sources(focus: str) -> None:
    wholes = [(None, "2025-01/2025-09"), (None, "2023")]
    pairs = [(partner, period) for partner in MEMBERS for period in ("2025-01/2025-09", "2023") if partner != focus]
    for partner, period in [*wholes, *pairs]:
        try:
            made = workbench.brief(
                "central-asia", focus=focus, partner=partner, period=period, sections=["short"], formats=["pdf"]
            )  # fmt: skip
        except BadInput:  # a pair without a figure in this period
            assert partner
            continue
        for code, document in made.documents.items():
            assert document.form == "short"
            assert any(isinstance(block, References) for block in document.blocks)
            assert pages(made, code) == 1, (partner, period, code)


def pages(made: workbench.Brief, code: str) -> int:
    return len(pypdfium2.PdfDocument(made.files[f"brief.{code}.pdf"]))


@pytest.mark.parametrize("focus", MEMBERS)
def test_the_short_form_is_one_page_even_if_every_figure_changed(focus: str, tmp_path: Path) -> None:
    earlier = raised(workbench.brief("central-asia", focus=focus, languages=["en"], formats=[]), tmp_path)
    made = workbench.brief("central-asia", focus=focus, sections=["short"], since=earlier, formats=["pdf"])
    for code, document in made.documents.items():
        assert [block for block in _after(document, "changes") if isinstance(block, Sheet)]
        assert pages(made, code) == 1, code


@pytest.mark.parametrize("code", languages())
def test_the_letters_of_the_short_form_are_large_enough_to_read(code: str) -> None:
    made = workbench.brief("central-asia", languages=[code], sections=["short"], formats=["pdf"])
    text = pypdfium2.PdfDocument(made.files[f"brief.{code}.pdf"])[0].get_textpage()
    for place in range(text.count_chars()):
        if (sign := text.get_text_range(place, 1)).isalpha():  # the marks of sources, which are smaller, have none
            matrix = pypdfium2.raw.FS_MATRIX()
            pypdfium2.raw.FPDFText_GetMatrix(text, place, matrix)
            assert abs(matrix.d) * pypdfium2.raw.FPDFText_GetFontSize(text, place) >= 8.49, sign


def test_every_fact_of_every_brief_is_known_to_why() -> None:
    for region, installed in workbench.installed_regions().items():
        members = installed.members
        for focus, partner in [*((focus, None) for focus in members), *combinations(members, 2)]:
            try:
                made = workbench.brief(region, focus=focus, partner=partner, formats=["html"], languages=["en"])
            except BadInput:  # a pair without a figure in this period
                assert partner
                continue
            page, content = made.files["brief.en.html"].decode(), msgspec.json.decode(made.files["facts.json"])
            printed = {fact["id"] for fact in content["facts"]} | facts_printed(made.documents["en"])
            printed |= set(re.findall(r'(?:data-fact="|title="hamkor why )([^"]*)"', page))
            for name in printed:
                if name.startswith("source:"):
                    assert name.removeprefix("source:") in content["sources"]
                else:
                    assert workbench.why(region, html.unescape(name))


def test_why_knows_what_an_earlier_brief_printed(tmp_path: Path) -> None:
    earlier = raised(workbench.brief("toyland", languages=["en"], formats=[]), tmp_path)
    made = workbench.brief("toyland", languages=["en"], formats=[], since=earlier)
    content = msgspec.json.decode(made.files["facts.json"])
    printed = [fact for fact in content["facts"] if fact["id"].startswith("earlier:")]
    assert printed
    for fact in printed:
        (chain,) = workbench.why("toyland", fact["id"], since=earlier)
        assert (chain["value"], chain["earlier"]) == (fact["value"], str(earlier))


def raised(made: workbench.Brief, folder: Path) -> Path:
    """Write the facts of a brief, every number a tenth larger, and return the file."""
    content = msgspec.json.decode(made.files["facts.json"])
    for fact in content["facts"]:
        fact["value"] = fact["value"] if isinstance(fact["value"], str) else 1.1 * fact["value"]
    file = folder / "facts.json"
    file.write_bytes(msgspec.json.encode(content))
    return file


@pytest.mark.parametrize("written", ["100.0", "100", "$100 million", "100,0", "-100"])
def test_a_number_in_print_leads_to_its_facts(written: str) -> None:
    found = workbench.printed("toyland", written)
    assert "turnover:ALD-BRE:2024-01/2024-06@aldia-ministry" in {fact["id"] for fact in found}
    assert all("source" in fact or "derivation" in fact for fact in found)


def test_what_changed_since_an_earlier_brief_is_told(tmp_path: Path) -> None:
    made = workbench.brief("toyland", languages=["en"], formats=["html"])
    content = msgspec.json.decode(made.files["facts.json"])
    for fact in content["facts"]:
        if fact["id"] == "turnover:ALD-BRE:2024-01/2024-06@aldia-ministry":
            fact["value"] = 99e6
        if fact["id"] == "balance:ALD-BRE:2024-01/2024-06":
            fact |= {"id": "balance:ALD-BRE:2024-01/2024-05", "period": "2024-01/2024-05"}
    earlier = tmp_path / "facts.json"
    earlier.write_bytes(msgspec.json.encode(content))
    for code in ("en", "ar"):
        later = workbench.brief("toyland", languages=[code], formats=["html", "pdf"], since=earlier)
        whole(later.documents[code])
        (table,) = [block for block in _after(later.documents[code], "changes") if isinstance(block, Sheet)]
        assert len(table.rows) == 2
        assert "99.0" in text_of(table.rows[0][1]) + text_of(table.rows[1][1])


def test_an_unchanged_brief_says_so(tmp_path: Path) -> None:
    earlier = tmp_path / "facts.json"
    earlier.write_bytes(workbench.brief("toyland", languages=["en"], formats=["html"]).files["facts.json"])
    later = workbench.brief("toyland", languages=["en"], formats=["html"], since=earlier)
    whole(later.documents["en"])
    assert not [block for block in _after(later.documents["en"], "changes") if isinstance(block, Sheet)]


@pytest.mark.parametrize("text", ["", "{}", "[]", "none", '{"region": "toyland"}', '{"region": "central-asia", "facts": []}'])
def test_what_is_no_earlier_brief_is_refused(text: str, tmp_path: Path) -> None:
    earlier = tmp_path / "facts.json"
    earlier.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="--since"):
        workbench.brief("toyland", languages=["en"], formats=["html"], since=earlier)


def _after(document: Document, anchor: str) -> list[Block]:
    """The blocks between one heading of level 2 and the next."""
    found: list[Block] = []
    inside = False
    for block in document.blocks:
        if isinstance(block, Heading) and block.level == 2:
            inside = block.anchor == anchor
        elif inside:
            found.append(block)
    return found
