"""The map of the region: the numbers are the preferred facts, what is unknown is named, every language carries the note."""

from __future__ import annotations

import re
from functools import cache
from itertools import permutations

import msgspec
import pytest

from hamkor import workbench
from hamkor.briefs.document import Block, Figure, Paragraph, Picture, text_of
from hamkor.briefs.facts import collect
from hamkor.briefs.maps import mapped_flows, trade_map
from hamkor.briefs.material import Material, Request
from hamkor.briefs.speaker import Speaker
from hamkor.languages.language import language, languages, plain
from hamkor.schema.outline import Border
from hamkor.schema.periods import parse_period

every_language = pytest.mark.parametrize("code", languages())


@cache
def material(name: str = "central-asia", period: str = "2025-01/2025-09") -> Material:
    found = workbench.workspace(name)
    region = found.pack.region
    request = Request(region, region.default_focus, parse_period(period))
    return Material(request, found.facts, found.pack.entities, found.pack.sources, outline=found.pack.outline)


def speaker(code: str, name: str = "central-asia") -> Speaker:
    pack = workbench.workspace(name).pack
    return Speaker(language(code), pack.texts.get(code, {}), {key: made.name for key, made in pack.region.economies.items()})


def drawn(code: str, given: Material | None = None, name: str = "central-asia") -> tuple[Picture, str]:
    """The picture and the text of its note."""
    picture, note = trade_map(given or material(name), speaker(code, name))
    assert isinstance(picture, Picture)
    assert isinstance(note, Paragraph)
    return picture, plain(text_of(note.line))


def texts(svg: str) -> list[str]:
    return [re.sub("[\u200e\u202a-\u202e]", "", text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]


@every_language
def test_the_map_prints_the_preferred_fact_of_each_flow_and_nothing_else(code: str) -> None:
    picture, _ = drawn(code)
    found = mapped_flows(material())
    assert found is not None
    year, known = found
    for (exporter, importer), fact in known.items():
        own = material().facts.best("export", exporter, importer, period=str(year))
        assert fact == (own or material().facts.best("import", importer, exporter, period=str(year)))
    assert sorted(node.fact for node in picture.line if isinstance(node, Figure)) == sorted(fact.id for fact in known.values())
    numbers = [text for text in texts(picture.svg) if re.search(r"\d", text)]
    assert sorted(re.sub(r"[^\d.,\s]", "", text).strip() for text in numbers) == sorted(
        plain(node.text) for node in picture.line if isinstance(node, Figure)
    )


@every_language
def test_members_are_named_in_the_language(code: str) -> None:
    picture, _ = drawn(code)
    names = [language(code).economy(member) for member in material().request.region.members]
    assert [name for name in names if name not in texts(picture.svg)] == []


@every_language
def test_the_text_alternative_tells_every_flow_with_its_number_and_names_the_unknown_ones(code: str) -> None:
    picture, note = drawn(code)
    voice, found = speaker(code), mapped_flows(material())
    assert found is not None
    for exporter, importer in permutations(material().request.region.members, 2):
        direction = plain(text_of(voice.say("map.flow", exporter=exporter, importer=importer)))
        fact = found[1].get((exporter, importer))
        if fact is None:
            assert direction in picture.alt
            assert direction in note
        else:
            assert f"{direction} {plain(text_of(voice.fact(fact, 'millions')))}" in picture.alt


@every_language
def test_the_note_says_that_no_border_is_judged(code: str) -> None:
    _, note = drawn(code)
    assert note.endswith(text_of(speaker(code).say("map.status")))


@every_language
def test_the_note_explains_dashes_where_there_are_any(code: str) -> None:
    dashes = text_of(speaker(code).say("map.disputed"))
    assert dashes not in drawn(code)[1]
    assert dashes in drawn(code, name="toyland")[1]


def test_the_picture_is_small_and_the_same_each_time() -> None:
    for code in languages():
        one, other = drawn(code)[0], drawn(code)[0]
        assert one == other
        assert len(one.svg.encode()) < 120_000


def test_the_year_is_the_latest_of_those_with_most_flows_and_not_after_the_brief() -> None:
    for period, due in (("2025-01/2025-09", "2023"), ("2020", "2020"), ("2012", "2012"), ("2009", "2009")):
        found = mapped_flows(material(period=period))
        assert found is not None
        assert str(found[0]) == due


def test_a_flow_without_a_fact_is_neither_drawn_nor_taken_from_the_other_way() -> None:
    whole = material()
    gone = ("KAZ", "UZB")
    left = [
        fact
        for fact in whole.facts.by_id.values()
        if (fact.name, fact.entities) not in (("export", gone), ("import", gone[::-1]))
    ]
    fewer = msgspec.structs.replace(whole, facts=collect(left))
    picture, note = drawn("en", fewer)
    assert "3,130.0" not in picture.svg
    assert "Kazakhstan to Uzbekistan" in note
    assert "1,417.1" in picture.svg


def test_there_is_no_map_without_an_outline_or_with_fewer_than_three_flows() -> None:
    whole = material()
    assert trade_map(msgspec.structs.replace(whole, outline=None), speaker("en")) == []
    few = [fact for fact in whole.facts.by_id.values() if fact.entities in (("KGZ", "TJK"), ("TJK", "KGZ"))]
    assert trade_map(msgspec.structs.replace(whole, facts=collect(few)), speaker("en")) == []


def test_a_disputed_stretch_of_the_outline_is_dashed_in_the_picture() -> None:
    whole = material()
    assert whole.outline is not None
    assert "stroke-dasharray" not in drawn("en")[0].svg
    border = Border(True, ((66.0, 42.0), (68.0, 41.0)))
    outline = msgspec.structs.replace(whole.outline, borders=(border,))
    picture, note = drawn("en", msgspec.structs.replace(whole, outline=outline))
    assert "stroke-dasharray" in picture.svg
    assert "disputed" in note


@pytest.mark.parametrize("name", ["central-asia", "toyland"])
def test_the_brief_shows_the_map_in_the_section_of_the_region(name: str) -> None:
    made = workbench.brief(name, languages=["en"], sections=["region"], formats=["html"])
    blocks: tuple[Block, ...] = made.documents["en"].blocks
    assert [block.name for block in blocks if isinstance(block, Picture)].count("map") == 1
