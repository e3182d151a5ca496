"""Every member as focus, every pair, every section, and facts taken away at random: a brief comes out, or a clear error."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.digits import expected_runs, seen_in_html

from hamkor import workbench
from hamkor.briefs.compose import SECTIONS, compose
from hamkor.briefs.derive import with_derived
from hamkor.briefs.document import Block, Bullets, Cards, Document, Heading, Provenance, References, Sheet, text_of
from hamkor.briefs.facts import collect
from hamkor.briefs.html import to_html
from hamkor.briefs.material import Material, Request
from hamkor.briefs.speaker import Speaker
from hamkor.languages.language import language
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
    period = str(refused.value).partition("there are figures for ")[2].split(", ")[0]
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
