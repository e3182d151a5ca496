"""Every installed pack passes the same suite, found by itself; Central Asia's figures are the published ones."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from hamkor.briefs.document import Quote, lines
from hamkor.languages.language import languages
from hamkor.regions.find import region_folders
from hamkor.regions.pack import Pack, read_pack
from hamkor.register.vocabulary import KINDS
from hamkor.schema.economies import economies
from hamkor.schema.periods import parse_period
from hamkor.schema.provenance import Fact
from hamkor.workbench import Workspace, brief, workspace

USD = 0.01  # the published table prints cents; the pack prints thousands with three digits and rounds nothing
RATIO = 1e-6  # a cent of the smallest flow compared, a million dollars or so, moves the ratio by 1e-8

PACKS = list(region_folders())
SPOKEN = [
    (name, path.stem) for name, folder in region_folders().items() for path in sorted((folder / "languages").glob("*.toml"))
]
every_pack = pytest.mark.parametrize("name", PACKS)
every_language = pytest.mark.parametrize(("name", "code"), SPOKEN)


@cache
def _pack(name: str) -> Pack:
    return read_pack(region_folders()[name])


def _is_economy(pack: Pack, text: str) -> bool:
    return text in economies() or text in pack.region.economies


def _printed_texts(pack: Pack) -> Iterator[tuple[str, str]]:
    """Yield every English text of a pack that a brief prints, with the place where it stands."""
    region = pack.region
    yield region.title, "region.toml title"
    yield from ((made.name, f"region.toml economies.{code}") for code, made in region.economies.items())
    yield from ((group.title, f"region.toml groups.{code}") for code, group in region.groups.items())
    yield from ((remark.text, "region.toml") for remark in (*region.gaps, *region.notes))
    for row in pack.observations.iter_rows(named=True):
        if not _is_economy(pack, row["SPEAKER"]):
            yield row["SPEAKER"], f"{row['LOCATOR']} speaker"
        if row["NOTE"]:
            yield row["NOTE"], f"{row['LOCATOR']} note"
    for entity in pack.entities:
        yield entity.title, f"{entity.kind} [{entity.id}] title"
        for number, claim in enumerate(entity.claims, start=1):
            place = f"{entity.kind} [{entity.id}] claims {number}"
            if claim.of:
                yield claim.of, f"{place} of"
            if claim.by and not _is_economy(pack, claim.by):
                yield claim.by, f"{place} by"
    for fact in workspace(region.id).facts.by_id.values():
        kind, _, attribute = fact.name.partition(".")
        dated = kind in KINDS and attribute in KINDS[kind].attributes and KINDS[kind].attributes[attribute].sort == "date"
        if isinstance(fact.value, str) and not dated:
            yield fact.value, fact.id


def _all_texts(pack: Pack) -> set[str]:
    """Return every English text of a pack that may be translated: the printed ones, notes, and names of sources."""
    texts = {text for text, _ in _printed_texts(pack)}
    texts |= {claim.note for entity in pack.entities for claim in entity.claims}
    texts |= {
        row["NOTE"] for frame in (pack.observations, pack.performance) for row in frame.iter_rows(named=True) if row["NOTE"]
    }
    texts |= {text for source in pack.sources.values() for text in (source.title, source.publisher, source.note)}
    texts |= {choice.reason for choice in pack.region.preferred}
    return texts | {row["PLACE"] for row in pack.performance.iter_rows(named=True) if row["PLACE"]}


# Every pack


def test_there_are_packs_and_languages_to_look_at() -> None:
    assert {"central-asia", "toyland"} <= set(PACKS)
    assert {name for name, _ in SPOKEN} == set(PACKS)


@every_pack
def test_a_pack_is_read_without_fault_and_every_file_is_read(name: str) -> None:
    folder = region_folders()[name]
    pack = _pack(name)
    assert pack.region.id == name
    lying = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in (".toml", ".csv", ".geojson")}
    assert set(pack.artifacts) == lying


@every_pack
def test_every_source_that_is_cited_exists_and_every_source_is_cited(name: str) -> None:
    pack = _pack(name)
    frames = (pack.observations, pack.performance, pack.baseline_trade, pack.baseline_economies)
    cited = {source for frame in frames for source in frame["SOURCE"]}
    cited |= {claim.source for entity in pack.entities for claim in entity.claims}
    assert cited - set(pack.sources) == set()
    assert set(pack.sources) - cited == set()


@every_pack
def test_every_source_can_be_looked_up(name: str) -> None:
    for source in _pack(name).sources.values():
        assert source.title.strip(), source.id
        assert source.publisher.strip(), source.id
        if source.address:
            assert source.address.startswith(("https://", "http://")), source.id
            assert source.date, source.id
        else:
            assert source.note, f"{source.id}: why is there no address?"


@every_pack
def test_the_default_brief_has_figures_with_every_partner_or_names_the_gap(name: str) -> None:
    found = workspace(name)
    region = found.pack.region
    assert region.default_focus in region.members
    period = str(parse_period(region.default_period))
    levels = {
        fact.entities
        for fact in found.facts.by_id.values()
        if fact.name in ("turnover", "export", "import") and fact.period == period and region.default_focus in fact.entities
    }
    known = {member for member in region.members if any(member in pair for pair in levels)} - {region.default_focus}
    silent = {party for remark in region.gaps for party in remark.parties}
    assert known
    assert set(region.members) - {region.default_focus} - known <= silent


@every_pack
def test_members_groups_and_remarks_name_economies_that_are_known(name: str) -> None:
    pack = _pack(name)
    region = pack.region
    assert len(set(region.members)) == len(region.members) >= 2
    assert all(_is_economy(pack, code) for code in (*region.members, *region.observers))
    for code, group in region.groups.items():
        assert all(_is_economy(pack, member) for member in group.economies), code
    for remark in (*region.gaps, *region.notes):
        assert all(_is_economy(pack, party) or party in region.groups for party in remark.parties), remark.text


@every_pack
def test_a_preference_names_a_figure_that_exists_and_that_another_contradicts(name: str) -> None:
    found = workspace(name)
    for choice in found.pack.region.preferred:
        assert choice.reason.strip()
        assert len(found.facts.find(choice.figure.partition("@")[0])) > 1
        assert found.facts.find(choice.figure.partition("@")[0])[0].id == choice.figure


@every_pack
def test_no_text_of_a_pack_is_empty_or_has_space_around_it(name: str) -> None:
    assert [place for text, place in _printed_texts(_pack(name)) if not text or text != text.strip()] == []


@every_pack
def test_every_language_of_a_pack_is_one_that_can_be_written(name: str) -> None:
    region = _pack(name).region
    assert region.languages
    assert set(region.languages) <= set(languages())
    assert set(region.languages) - {"en"} <= set(_pack(name).texts)


@every_language
def test_a_language_translates_every_text_that_a_brief_prints(name: str, code: str) -> None:
    texts = _pack(name).texts[code]
    missing = {text: place for text, place in _printed_texts(_pack(name)) if text not in texts}
    assert missing == {}


@every_language
def test_a_brief_leaves_no_text_of_its_pack_in_english(name: str, code: str) -> None:
    document = brief(name, languages=[code], formats=[]).documents[code]
    quotes = [node for block in document.blocks for line in lines(block) for node in line if isinstance(node, Quote)]
    assert len(quotes) > 20
    left = {(quote.fact, quote.text) for quote in quotes if quote.language == "en" and not quote.fact.startswith("source:")}
    assert left == set()


@every_language
def test_no_translation_is_stale(name: str, code: str) -> None:
    assert set(_pack(name).texts[code]) - _all_texts(_pack(name)) == set()


@every_language
def test_no_translation_is_empty_or_left_in_english(name: str, code: str) -> None:
    texts = _pack(name).texts[code]
    assert [text for text, said in texts.items() if not said or said != said.strip()] == []
    assert [text for text, said in texts.items() if said == text and any(sign.isalpha() for sign in text)] == []


# Central Asia: the article's headline figures (January to September 2025, mfa.uz), to the printed digit


@pytest.fixture(scope="module")
def central_asia() -> Workspace:
    return workspace("central-asia")


NINE_MONTHS = "2025-01/2025-09"
HEADLINES = [
    ("turnover", "KAZ", "3.48 USD billion", 3.48e9),
    ("turnover-growth", "KAZ", "15.5 %", 0.155),
    ("export", "KAZ", "1.06 USD billion", 1.06e9),
    ("import", "KAZ", "2.42 USD billion", 2.42e9),
    ("turnover", "KGZ", "672.8 USD million", 672.8e6),
    ("turnover-growth", "KGZ", "14.7 %", 0.147),
    ("export", "KGZ", "422.1 USD million", 422.1e6),
    ("import", "KGZ", "250.7 USD million", 250.7e6),
    ("turnover", "TJK", "571.3 USD million", 571.3e6),
    ("turnover-growth", "TJK", "17.6 %", 0.176),
    ("export", "TJK", "406.3 USD million", 406.3e6),
    ("import", "TJK", "165.0 USD million", 165.0e6),
    ("turnover", "TKM", "750.0 USD million", 750.0e6),
    ("export", "TKM", "111.1 USD million", 111.1e6),
    ("export-growth", "TKM", "26.3 %", 0.263),
    ("import", "TKM", "638.9 USD million", 638.9e6),
]


@pytest.mark.parametrize(("flow", "partner", "printed", "value"), HEADLINES)
def test_the_headline_figures_of_the_article_are_the_preferred_ones(
    central_asia: Workspace, flow: str, partner: str, printed: str, value: float
) -> None:
    found = central_asia.facts.best(flow, "UZB", partner, period=NINE_MONTHS)
    assert found is not None
    assert found.printed == printed
    assert found.number == value


def test_the_article_prints_no_growth_of_the_turnover_with_turkmenistan(central_asia: Workspace) -> None:
    assert central_asia.facts.all("turnover-growth", "UZB", "TKM", period=NINE_MONTHS) == ()


@pytest.mark.parametrize("partner", ["KAZ", "KGZ", "TJK", "TKM"])
def test_exports_and_imports_of_the_article_add_to_its_turnover(central_asia: Workspace, partner: str) -> None:
    parts = {
        flow: central_asia.facts.best(flow, "UZB", partner, period=NINE_MONTHS) for flow in ("export", "import", "turnover")
    }
    cents = {flow: round(fact.number) for flow, fact in parts.items() if fact is not None}
    assert cents["export"] + cents["import"] == cents["turnover"]


# Central Asia: the published table of mirror pairs


def _mirror_pairs(folder: Path) -> Iterator[tuple[str, tuple[str, str], str, float]]:
    with (folder / "trade" / "ca_mirror_pairs.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            exporter, importer, year = row["EXP"], row["IMP"], row["TIME_PERIOD"]
            if row["EXPORTER_REPORT"]:
                yield "export", (exporter, importer), year, float(row["EXPORTER_REPORT"])
            if row["IMPORTER_REPORT"]:
                yield "import", (importer, exporter), year, float(row["IMPORTER_REPORT"])


@pytest.mark.conformance
def test_every_published_figure_of_a_mirror_pair_is_a_fact_of_the_pack(conformance: Path, central_asia: Workspace) -> None:
    def known(flow: str, pair: tuple[str, str], year: str) -> tuple[Fact, ...]:
        return central_asia.facts.all(flow, *pair, period=year)

    published = list(_mirror_pairs(conformance))
    missing = [
        (flow, pair, year, value)
        for flow, pair, year, value in published
        if not any(abs(fact.number - value) <= USD for fact in known(flow, pair, year))
    ]
    assert len(published) >= 400
    assert missing == []


@pytest.mark.conformance
def test_the_published_ratio_of_a_mirror_pair_is_the_ratio_of_two_facts(conformance: Path, central_asia: Workspace) -> None:
    compared = 0
    with (conformance / "trade" / "ca_mirror_pairs.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if not row["RATIO_M_X"]:
                continue
            found = central_asia.facts.best("mirror-ratio", row["EXP"], row["IMP"], period=row["TIME_PERIOD"])
            assert found is not None
            if found.derivation is not None and not _is_full_series(central_asia, found):
                continue
            compared += 1
            assert found.number == pytest.approx(float(row["RATIO_M_X"]), abs=RATIO)
    assert compared > 50


def _is_full_series(found: Workspace, ratio: Fact) -> bool:
    """Return whether both sides are given in thousands of dollars, as the tables print them, and not rounded by the press."""
    assert ratio.derivation is not None
    return all(found.facts.by_id[name].printed.endswith("thousand") for name in ratio.derivation.inputs)
