"""Reading a folder: every fault is told with file, place and cure, several at once; nothing is written, nothing crashes."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hamkor import cli, workbench
from hamkor.regions.find import region_folders
from hamkor.regions.pack import read_pack
from hamkor.schema.errors import HamkorError, ManyErrors
from hamkor.workbench import workspaces

Spoil = Callable[[str, str, str], Path]

TOYLAND = region_folders()["toyland"]
FILES = sorted(
    path.relative_to(TOYLAND).as_posix() for path in TOYLAND.rglob("*") if path.suffix in (".toml", ".csv", ".geojson")
)

TRADE = "trade/ALD-BRE.csv"
ROW = (
    "ALD,BRE,turnover,2024-01/2024-06,100.0,USD million,,25.0,goods-and-services,FOB+CIF,,"
    "Ministry of Trade of Aldia,aldia-ministry,"
)
FUND, AT_FUND = "register/funds.toml", "register/funds.toml [ald-bre-fund]"
OUTLINE = "outline.geojson"
CAPITAL = 'value = 10, unit = "USD million"'
FOUNDED = 'value = "2022-03-01", source = "aldia-ministry"'


class Fault(NamedTuple):
    """A text of a file of Toyland, what stands there instead, and what the message must say."""

    file: str
    old: str
    new: str
    where: str
    told: tuple[str, ...]


def _row(old: str, new: str, *told: str, line: int = 22) -> Fault:
    assert old in ROW
    return Fault(TRADE, ROW, ROW.replace(old, new, 1), f"{TRADE} line {line}", told)


def _fund(old: str, new: str, place: str, *told: str) -> Fault:
    return Fault(FUND, old, new, AT_FUND + place, told)


PERIOD_FORMS = "YYYY, YYYY-MM, YYYY-Qn or YYYY-MM/YYYY-MM is due"
DATE_FORMS = "a date YYYY, YYYY-MM or YYYY-MM-DD is due"
FAULTS = {
    "a unit that is not known": _row("USD million", "USD milion", "'USD milion'", "did you mean 'USD million'"),
    "a unit that is not of money": _row("USD million", "km", "'km'", "US dollars", "write 'USD million'"),
    "a level without a unit": _row("USD million", "", "a known unit", "USD million"),
    "no source": _row("aldia-ministry", "", "no source", "the id of a source is due"),
    "a source that is not known": _row("aldia-ministry", "aldia-minstry", "'aldia-minstry'", "did you mean 'aldia-ministry'"),
    "a row twice": _row(ROW, f"{ROW}\n{ROW}", "again", f"first in {TRADE} line 22", "2024-01/2024-06", line=23),
    "a month 13": _row("2024-01/2024-06", "2024-13", "'2024-13'", PERIOD_FORMS),
    "a period that ends before it starts": _row("2024-01/2024-06", "2024-06/2024-01", "ends before it starts", PERIOD_FORMS),
    "a half-year": _row("2024-01/2024-06", "2024-H1", "'2024-H1'", PERIOD_FORMS),
    "no period": _row("2024-01/2024-06", "", PERIOD_FORMS),
    "a cell too many": _row("aldia-ministry,", "aldia-ministry,,", "15 cells", "14 cells is due"),
    "a cell too few": _row("aldia-ministry,", "aldia-ministry", "13 cells", "14 cells is due"),
    "a comma for a point": _row("100.0", '"100,0"', "'100,0'", "a number with a decimal point is due"),
    "a value that is not a number": _row("100.0", "nan", "'nan'", "a finite number is due"),
    "a growth that is no number": _row(",25.0,", ",up,", "'up'", "a number with a decimal point is due"),
    "a bound that is not known": _row("million,,", "million,over,", "'over'", "above, below, about or nothing is due"),
    "neither value nor growth": _row("100.0,USD million,,25.0", ",,,", "neither value nor growth", "a printed figure is due"),
    "a reporter that is not known": _row("ALD", "ALX", "'ALX'", "an economy or group is due", "'ALD'"),
    "a counterpart that is not known": _row("BRE", "BREN", "'BREN'", "an economy or group is due", "'BRE'"),
    "a flow that is not known": _row("turnover", "turnovr", "'turnovr'", "turnover, export, import"),
    "a coverage that is not known": _row("goods-and-services", "services", "'services'", "goods, goods-and-services, unknown"),
    "a valuation that is not known": _row("FOB+CIF", "EXW", "'EXW'", "FOB, CIF, FOB+CIF, unknown"),
    "a negative level": _row("100.0", "-100.0", "-100", ">= 0"),
    "a fall by more than all": _row(",25.0,", ",-150,", "-1.5", ">= -1"),
    "baseline: an economy that is not known": Fault(
        "baseline/trade.csv", "ALD,COR", "ALX,COR", "baseline/trade.csv line 4", ("'ALX'", "'ALD'")
    ),
    "baseline: a source that is not known": Fault(
        "baseline/trade.csv", "40,USD million,aldia-statistics", "40,USD million,aldia-statistic", "baseline/trade.csv line 4",
        ("'aldia-statistic'", "did you mean 'aldia-statistics'"),
    ),
    "baseline: a unit that is not of money": Fault(
        "baseline/trade.csv", "ALD,COR,2023,40,USD million", "ALD,COR,2023,40,km", "baseline/trade.csv line 4", ("'km'",)
    ),
    "baseline: a column misspelt": Fault(
        "baseline/trade.csv", "exporter,importer,period", "exporter,importer,perod", "baseline/trade.csv", ("period",)
    ),
    "baseline: no exporter": Fault(
        "baseline/trade.csv", "exporter,importer,period", "exportr,importer,period", "baseline/trade.csv", ("exporter",)
    ),
    "performance: a unit that is not known": Fault(
        "performance/corridors.csv", "10.0,hours", "10.0,hour", "performance/corridors.csv line 3", ("did you mean 'hours'",)
    ),
    "performance: a mode that is not known": Fault(
        "performance/corridors.csv", "2022,road", "2022,air", "performance/corridors.csv line 3", ("'air'", "road, rail, all")
    ),
    "performance: a year that is none": Fault(
        "performance/corridors.csv", "2022,road", "MMXXII,road", "performance/corridors.csv line 3", ("'MMXXII'", PERIOD_FORMS)
    ),
    "register: a date that is no day": _fund("2022-03-01", "2022-02-30", ".claims[1]", "'2022-02-30'", DATE_FORMS),
    "register: a date in words": _fund("2022-03-01", "March 2022", ".claims[1]", "'March 2022'", DATE_FORMS),
    "register: a date that is a number": _fund('value = "2022-03-01"', "value = 2022", ".claims[1]", "2022"),
    "register: an as-of date that is none": _fund('as-of = "2024"', 'as-of = "20x4"', ".claims[2].as-of", "'20x4'", DATE_FORMS),
    "register: an as-of span that is none": _fund('as-of = "2024"', 'as-of = "2024/soon"', ".claims[2].as-of", "soon"),
    "register: a unit that is not known": _fund(
        CAPITAL, CAPITAL.replace("million", "milion"), ".claims[2]", "'USD milion'", "did you mean 'USD million'"
    ),
    "register: a unit that does not fit": _fund(CAPITAL, 'value = 10, unit = "km"', ".claims[2]", "'km'", "a unit of money"),
    "register: no unit": _fund(CAPITAL, "value = 10", ".claims[2]", "a known unit is due"),
    "register: an empty source": _fund(
        FOUNDED, FOUNDED.replace("aldia-ministry", ""), ".claims[1]", "no source", "add source = "
    ),
    "register: no source": _fund(
        FOUNDED, 'value = "2022-03-01"', ".claims[1]", "`source`", "attribute, value and source is due"
    ),
    "register: a source that is not known": _fund(
        FOUNDED, FOUNDED.replace("ministry", "minstry"), "", "'aldia-minstry'", "did you mean 'aldia-ministry'"
    ),
    "register: an attribute that is not known": _fund(
        'attribute = "capital"', 'attribute = "capitl"', ".claims[2]", "'capitl'", "did you mean 'capital'"
    ),
    "register: a key that is not known": _fund('as-of = "2024"', 'asof = "2024"', ".claims[2]", "`asof`"),
    "register: a text for a number": _fund(CAPITAL, 'value = "ten"', ".claims[2]", "'ten'", "a number, or low and high is due"),
    "register: a number for a text": _fund('"toy workshops"', "5", ".claims[6]", "5", "a text is due"),
    "register: an empty text": _fund('"toy workshops"', '" "', ".claims[6]", "a text is due"),
    "register: not a number": _fund(CAPITAL, CAPITAL.replace("10", "nan"), ".claims[2]", "nan", "a finite number is due"),
    "register: a range up to infinity": _fund(
        CAPITAL, CAPITAL.replace("value = 10", "low = 1, high = inf"), ".claims[2]", "inf"
    ),
    "register: a range that ends before it starts": _fund(
        CAPITAL, CAPITAL.replace("value = 10", "low = 5, high = 3"), ".claims[2]", "5", "3"
    ),
    "register: half a range": _fund(CAPITAL, CAPITAL.replace("value = 10", "low = 3"), ".claims[2]", "low and high"),
    "register: a value and half a range": _fund(CAPITAL, CAPITAL.replace("10", "10, low = 3"), ".claims[2]", "low and high"),
    "register: a value and a range": _fund(
        CAPITAL, CAPITAL.replace("10", "10, low = 3, high = 4"), ".claims[2]", "low and high"
    ),
    "register: a bound that is not known": _fund(CAPITAL, CAPITAL.replace("10", '10, bound = "over"'), ".claims[2]", "'over'"),
    "register: a party that is not known": _fund('["ALD", "BRE"]', '["ALD", "BREE"]', "", "'BREE'", "did you mean 'BRE'"),
    "register: no party": _fund('["ALD", "BRE"]', "[]", "", "part"),
    "register: no title": _fund('"Aldia-Brenn Development Fund"', '""', "", "an empty title", "a title is due"),
    "register: an id of another file": Fault(
        FUND, "[ald-bre-fund]", "[goldbridge-zone]", "register/zones.toml [goldbridge-zone]",
        ("again", "an id that occurs once"),
    ),
    "register: an id twice in one file": Fault(
        FUND, "[ald-bre-fund]", "[ald-bre-fund]\n[ald-bre-fund]", FUND, ("ald-bre-fund", "line 4", "valid TOML is due")
    ),
    "register: a type that is not known": Fault(
        "register/bodies.toml", '"commission"', '"comission"', "register/bodies.toml [ald-bre-commission]",
        ("'comission'", "did you mean 'commission'"),
    ),
    "register: a body that is not known": Fault(
        "register/meetings.toml", 'body = "ald-bre-commission"', 'body = "ald-bre-comm"',
        "register/meetings.toml [ald-bre-commission-5]", ("'ald-bre-comm'", "the id of a body is due"),
    ),
    "register: a body that is a fund": Fault(
        "register/meetings.toml", 'body = "ald-bre-commission"', 'body = "ald-bre-fund"',
        "register/meetings.toml [ald-bre-commission-5]", ("'ald-bre-fund'", "the id of a body is due"),
    ),
    "targets: a baseline without its year": Fault(
        "register/targets.toml", ', as-of = "2023"', "", "register/targets.toml [ald-bre-target].claims[3]", ("as-of",)
    ),
    "targets: a baseline of one day": Fault(
        "register/targets.toml", 'as-of = "2023"', 'as-of = "2023-05-01"', "register/targets.toml [ald-bre-target].claims[3]",
        ("'2023-05-01'",),
    ),
    "targets: a baseline in another currency": Fault(
        "register/targets.toml", '133.1, unit = "USD million"', '133.1, unit = "KZT billion"',
        "register/targets.toml [ald-bre-target]", ("KZT",),
    ),
    "sources: a date that is none": Fault(
        "sources.toml", 'date = "2024-07-20"', 'date = "20 July 2024"', "sources.toml [aldia-ministry] date",
        ("'20 July 2024'", DATE_FORMS),
    ),
    "sources: no date": Fault(
        "sources.toml", 'date = "2024-07-20"\n', "", "sources.toml [aldia-ministry]", ("`date`", "title, publisher, licence")
    ),
    "sources: a licence that is not known": Fault(
        "sources.toml", 'licence = "press"', 'licence = "pres"', "sources.toml [toyland-courier]", ("'pres'",)
    ),
    "region: TOML that is none": Fault(
        "region.toml", 'title = "Toyland"', 'title = "Toyland', "region.toml", ("line 3", "valid TOML")
    ),
    "region: a key that is not known": Fault("region.toml", "title =", "titel =", "region.toml", ("`titel`",)),
    "region: a member that is not known": Fault(
        "region.toml", 'members = ["ALD", "BRE", "COR"]', 'members = ["ALD", "BRE", "COR", "KAX"]', "region.toml",
        ("'KAX'", "an economy code is due", "'KAZ'"),
    ),
    "region: a focus that is no member": Fault(
        "region.toml", 'focus = "ALD"', 'focus = "KAZ"', "region.toml", ("'KAZ'", "a member")
    ),
    "region: a period that is none": Fault(
        "region.toml", "2024-01/2024-06", "2024-H1", "region.toml default-period", ("'2024-H1'", PERIOD_FORMS)
    ),
    "region: a code of the standards": Fault(
        "region.toml", "[economies.COR]", '[economies.KAZ]\nname = "K"\n[economies.COR]', "region.toml [economies.KAZ]",
        ("'KAZ'", "a code that no standard has"),
    ),
    "region: an economy of a group that is not known": Fault(
        "region.toml", 'economies = ["ALD", "BRE", "COR"]', 'economies = ["ALD", "BRE", "CRO"]', "region.toml", ("'CRO'",)
    ),
    "region: a preference for a figure that is not there": Fault(
        "region.toml", "[groups.TOY]", '[[preferred]]\nfigure = "turnover:ALD-BRE:2023@nobody"\nreason = "none"\n[groups.TOY]',
        "region.toml", ("turnover:ALD-BRE:2023@nobody",),
    ),
    "languages: texts that are no table": Fault(
        "languages/ar.toml", "[text]", "text = 5\n[other]", "languages/ar.toml", ("text",)
    ),
    "outline: a file that is not there": Fault(
        "region.toml", OUTLINE, "map.geojson", "map.geojson", ("No such file", "a file that can be read is due")
    ),
    "outline: a file of another folder": Fault(
        "region.toml", OUTLINE, "../outline.geojson", "region.toml",
        ("'../outline.geojson'", "the name of a file in the region's folder is due"),
    ),
    "outline: JSON that is none": Fault(
        OUTLINE, '"features": [', '"features": ', OUTLINE, ("line 3", "valid JSON is due", "save the file anew")
    ),
    "outline: no collection": Fault(
        OUTLINE, "FeatureCollection", "Topology", OUTLINE,
        ("no list of features", "a GeoJSON FeatureCollection is due", "save the outline as GeoJSON"),
    ),
    "outline: an economy that is not known": Fault(
        OUTLINE, '"ALD"', '"ALX"', f"{OUTLINE} feature 1", ("'ALX'", "an economy code is due", "'ALD'")
    ),
    "outline: a polygon of nobody": Fault(
        OUTLINE, '"economy": "ALD"', '"name": "Aldia"', f"{OUTLINE} feature 1", ("economy ''", 'add the property "economy"')
    ),
    "outline: a member that is missing": Fault(
        OUTLINE, '"COR"', '"KAZ"', OUTLINE, ("no land of COR", "the land of every member is due", 'add a polygon with the')
    ),
    "outline: an economy twice": Fault(
        OUTLINE, '"BRE"', '"ALD"', f"{OUTLINE} feature 2", ("'ALD' again", "make it one MultiPolygon")
    ),
    "outline: a point for a polygon": Fault(
        OUTLINE, '"type": "Polygon"', '"type": "Point"', f"{OUTLINE} feature 1", ("'Point'", "a polygon of an economy")
    ),
    "outline: no geometry": Fault(
        OUTLINE, '"geometry": {', '"shape": {', f"{OUTLINE} feature 1", ("`geometry`", "a polygon of an economy")
    ),
    "outline: a text for a degree": Fault(
        OUTLINE, "-31.9,", '"west",', f"{OUTLINE} feature 1", ("Expected `float`", "coordinates[0][0][0]")
    ),
    "outline: metres for degrees": Fault(
        OUTLINE, "-31.9,", "-3551000.0,", f"{OUTLINE} feature 1",
        ("[-3.551e+06, -19.8]", "a longitude of at most 180", "save the outline in degrees"),
    ),
    "outline: latitude and longitude exchanged": Fault(
        OUTLINE, "[-31.9, -19.8]", "[-19.8, -131.9]", f"{OUTLINE} feature 1", ("[-19.8, -131.9]", "longitude first")
    ),
    "outline: a degree that is no number": Fault(OUTLINE, "-31.9,", "NaN,", f"{OUTLINE} feature 1", ("[nan, -19.8]",)),
    "outline: a ring that is open": Fault(
        OUTLINE, "[[[-31.9, -19.8], ", "[[[-31.8, -19.8], ", f"{OUTLINE} feature 1", ("an open ring", "ends where it begins")
    ),
    "outline: a ring around nothing": Fault(
        OUTLINE, "[[[-31.9, -19.8], ", "[[[-31.9, -19.8], [-31.9, -19.8], [-31.9, -19.8], [-31.9, -19.8]], [[-31.9, -19.8], ",
        f"{OUTLINE} feature 1", ("a ring around nothing",),
    ),
    "outline: a ring of two places": Fault(
        OUTLINE, "[[[-31.9, -19.8], ", "[[[-31.9, -19.8], [-31.9, -19.8]], [[-31.9, -19.8], ", f"{OUTLINE} feature 1",
        ("2 places", "4 places or more is due"),
    ),
    "outline: a point outside the world": Fault(
        OUTLINE, '"economy": "ALD"', '"economy": "ALD", "point": [200.0, 0.0]', f"{OUTLINE} feature 1", ("[200, 0]",)
    ),
    "outline: a line without a status": Fault(
        OUTLINE, '"status": "disputed"', '"name": "river"', f"{OUTLINE} feature 5",
        ("a line without a status", "settled or disputed is due"),
    ),
    "outline: a status that is not known": Fault(
        OUTLINE, '"disputed"', '"open"', f"{OUTLINE} feature 5", ("'open'", "a line with a status")
    ),
}  # fmt: skip
every_fault = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())


def _faults(folder: Path) -> list[str]:
    with pytest.raises(ManyErrors) as caught:
        read_pack(folder)
    return [str(error) for error in caught.value.errors]


@every_fault
def test_a_fault_is_told_with_its_place_and_its_cure(fault: Fault, spoil: Spoil) -> None:
    first = _faults(spoil(fault.file, fault.old, fault.new))[0]
    assert first.startswith(fault.where), first
    assert [part for part in fault.told if part not in first] == [], first


@every_fault
def test_a_brief_of_a_faulty_region_ends_with_2_and_writes_nothing(
    fault: Fault, spoil: Spoil, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, output = spoil(fault.file, fault.old, fault.new), tmp_path / "briefs"
    with pytest.raises(SystemExit) as caught:
        cli.main(["brief", str(folder), "--language", "en", "--format", "html", "--output", str(output)])
    printed = capsys.readouterr()
    assert caught.value.code == 2
    assert printed.out == ""
    assert printed.err.startswith(f"hamkor: region in {folder}: ")
    assert fault.told[0] in printed.err
    assert not output.exists()


def _spoil_all(folder: Path, faults: Iterator[Fault]) -> int:
    count = 0
    for fault in faults:
        path = folder / fault.file
        text = path.read_text(encoding="utf-8")
        assert fault.old in text
        path.write_text(text.replace(fault.old, fault.new, 1), encoding="utf-8")
        count += 1
    return count


def test_faults_of_several_files_are_all_told_at_once(toyland: Path) -> None:
    names = (
        "a unit that is not known", "register: an attribute that is not known", "register: a date that is no day",
        "sources: a licence that is not known", "performance: a unit that is not known",
        "register: a type that is not known", "region: a member that is not known",
    )  # fmt: skip
    count = _spoil_all(toyland, (FAULTS[name] for name in names))
    told = _faults(toyland)
    assert len(told) >= count
    for name in names:
        found = [
            text for text in told if text.startswith(FAULTS[name].where) and all(part in text for part in FAULTS[name].told)
        ]
        assert len(found) == 1, name


def test_two_faults_of_one_table_are_both_told(spoil: Spoil) -> None:
    spoil(TRADE, "ALD,BRE,export,2021", "ALD,BRE,exprt,2021")
    told = _faults(spoil(TRADE, "ALD,BRE,import,2022", "ALD,BRE,imprt,2022"))
    assert ["'exprt'" in told[0], "'imprt'" in told[1]] == [True, True]


def test_two_faults_of_one_claim_or_entity_are_both_told(spoil: Spoil) -> None:
    spoil(FUND, 'attribute = "capital"', 'attribute = "capitl"')
    told = _faults(spoil(FUND, '"toy workshops"', '""'))
    assert [text.partition(":")[0] for text in told] == [f"{AT_FUND}.claims[2]", f"{AT_FUND}.claims[6]"]


@pytest.mark.parametrize(
    "name",
    ["region: TOML that is none", "region: a key that is not known", "region: a period that is none",
     "sources: a licence that is not known", "sources: a date that is none"],
)  # fmt: skip
def test_a_fault_is_not_followed_by_faults_that_are_none(name: str, spoil: Spoil) -> None:
    fault = FAULTS[name]
    assert len(_faults(spoil(fault.file, fault.old, fault.new))) == 1


@pytest.mark.parametrize("file", FILES)
def test_a_byte_that_is_not_utf_8_is_told_with_file_line_and_cure(file: str, toyland: Path) -> None:
    path = toyland / file
    lines = path.read_bytes().split(b"\n")
    lines[1] += b" \xe9"
    path.write_bytes(b"\n".join(lines))
    assert _faults(toyland)[0] == f"{file} line 2: byte 0xe9 where UTF-8 text is due; save the file as UTF-8"


@pytest.mark.parametrize("file", [file for file in FILES if file.endswith(".toml")])
def test_toml_that_is_none_is_told_with_file_and_line(file: str, toyland: Path) -> None:
    path = toyland / file
    path.write_text("# one\n\nx = = 1\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    first = _faults(toyland)[0]
    assert first.startswith(f"{file}: ")
    assert "line 3" in first
    assert first.endswith("valid TOML is due")


def test_a_register_file_of_an_unknown_kind_is_answered_with_the_nearest_one(toyland: Path) -> None:
    (toyland / "register/fund.toml").write_text("", encoding="utf-8")
    told = ["register/fund.toml: kind 'fund' where a kind of the register is due; did you mean 'funds'?"]
    assert _faults(toyland) == told


@pytest.mark.parametrize("text", ["", "# nothing\n"])
def test_an_empty_region_toml_is_named_first(text: str, toyland: Path) -> None:
    (toyland / "region.toml").write_text(text, encoding="utf-8")
    assert _faults(toyland)[0].startswith("region.toml")


@pytest.mark.parametrize("text", ["", "reporter,counterpart,flow\n", "# a comment without an end"])
def test_a_csv_file_without_its_columns_is_named(text: str, toyland: Path) -> None:
    (toyland / TRADE).write_text(text, encoding="utf-8")
    assert _faults(toyland)[0].startswith(TRADE)


def test_a_folder_without_region_toml_is_no_region(toyland: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (toyland / "region.toml").unlink()
    with pytest.raises(SystemExit) as caught:
        cli.main(["brief", str(toyland), "--output", str(tmp_path / "briefs")])
    assert caught.value.code == 2
    assert "a folder with a region.toml is due" in capsys.readouterr().err
    assert not (tmp_path / "briefs").exists()
    assert _faults(toyland)[0].startswith("region.toml: No such file")


def test_a_file_that_cannot_be_read_is_named(toyland: Path) -> None:
    (toyland / "sources.toml").unlink()
    (toyland / "sources.toml").mkdir()
    assert _faults(toyland)[0] == "sources.toml: Is a directory where a file that can be read is due"


# What is no fault


def test_an_untouched_copy_is_read_as_the_original(toyland: Path) -> None:
    one, other = read_pack(TOYLAND), read_pack(toyland)
    assert (one.region, one.sources, one.entities, one.texts) == (other.region, other.sources, other.entities, other.texts)
    assert one.observations.equals(other.observations)
    assert one.artifacts == other.artifacts


@pytest.mark.parametrize("file", FILES)
def test_a_byte_order_mark_and_the_line_ends_of_windows_change_nothing(file: str, toyland: Path) -> None:
    path = toyland / file
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    one, other = read_pack(TOYLAND), read_pack(toyland)
    assert (one.region, one.sources, one.entities, one.texts) == (other.region, other.sources, other.entities, other.texts)
    for name in ("observations", "performance", "baseline_trade", "baseline_economies"):
        assert getattr(one, name).equals(getattr(other, name)), name


@pytest.mark.parametrize(
    ("value", "bound", "low", "high"),
    [("0", "", 0.0, 0.5e6), ("0.0", "", 0.0, 0.05e6), ("5", "about", 0.0, 15e6), ("100.0", "above", 100e6, None)],
)
def test_a_small_figure_is_read_with_an_interval_that_does_not_fall_below_zero(
    value: str, bound: str, low: float, high: float | None, spoil: Spoil
) -> None:
    pack = read_pack(spoil(TRADE, ROW, ROW.replace("100.0,USD million,,", f"{value},USD million,{bound},")))
    row = pack.observations.filter(LOCATOR=f"{TRADE} line 22").row(0, named=True)
    assert (row["LOW"], row["HIGH"]) == (low, high)


def test_a_growth_rate_alone_is_a_figure(spoil: Spoil) -> None:
    pack = read_pack(spoil(TRADE, ROW, ROW.replace("100.0,USD million,,25.0", ",,,25.0")))
    row = pack.observations.filter(LOCATOR=f"{TRADE} line 22").row(0, named=True)
    assert (row["OBS_VALUE"], row["GROWTH"], row["GROWTH_PRINTED"]) == (None, 0.25, "25.0")


def test_contradicting_figures_of_two_sources_both_stay(toyland: Path) -> None:
    both = read_pack(toyland).observations.filter(
        REPORTER="ALD", COUNTERPART="BRE", FLOW="turnover", TIME_PERIOD="2024-01/2024-06"
    )
    assert dict(both.select("SOURCE", "PRINTED").iter_rows()) == {"aldia-ministry": "100.0", "toyland-courier": "110.0"}


def test_a_locator_leads_to_the_line_of_the_file(toyland: Path) -> None:
    lines = {file: (toyland / file).read_text(encoding="utf-8").split("\n") for file in FILES}
    for row in read_pack(toyland).observations.iter_rows(named=True):
        file, _, number = row["LOCATOR"].partition(" line ")
        cells = lines[file][int(number) - 1].split(",")
        assert cells[:4] == [row["REPORTER"], row["COUNTERPART"], row["FLOW"], row["TIME_PERIOD"]]


# Whatever lies in a file, nothing but an error of Hamkor comes of it


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of Toyland in which one file after another is replaced and restored."""
    folder = tmp_path_factory.mktemp("scratch") / "toyland"
    shutil.copytree(TOYLAND, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@contextlib.contextmanager
def _replaced(path: Path, data: bytes) -> Iterator[None]:
    kept = path.read_bytes()
    path.write_bytes(data)
    try:
        yield
    finally:
        path.write_bytes(kept)


def _survives(folder: Path) -> None:
    """Read the region and compute its facts; an error of Hamkor is an answer, any other is a crash."""
    workspaces._workspace.cache_clear()  # the folder keeps its name, so that what was read before would be given again
    with contextlib.suppress(HamkorError):
        workbench.workspace(str(folder))


@settings(max_examples=100, deadline=None)
@given(file=st.sampled_from(FILES), data=st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode()))
@example(file=TRADE, data=b"a\rb")
@example(file=TRADE, data=b"\x00")
@example(file=TRADE, data=b'"')
@example(file="baseline/trade.csv", data=b"a\n1\n")
@example(file="languages/ar.toml", data=b"text = 5")
def test_random_bytes_in_any_file_lead_to_nothing_but_an_error_of_hamkor(scratch: Path, file: str, data: bytes) -> None:
    with _replaced(scratch / file, data):
        _survives(scratch)


@settings(max_examples=100, deadline=None)
@given(file=st.sampled_from(FILES), at=st.floats(0, 1), gone=st.integers(0, 40), new=st.binary(max_size=6))
def test_a_piece_cut_out_or_put_in_leads_to_nothing_but_an_error_of_hamkor(
    scratch: Path, file: str, at: float, gone: int, new: bytes
) -> None:
    data = (scratch / file).read_bytes()
    start = round(at * len(data))
    with _replaced(scratch / file, data[:start] + new + data[start + gone :]):
        _survives(scratch)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_cell_or_word_replaced_by_another_leads_to_nothing_but_an_error_of_hamkor(scratch: Path, data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(FILES))
    text = (scratch / file).read_text(encoding="utf-8")
    mark = "," if file.endswith(".csv") else " "
    parts = text.split(mark)
    words = st.sampled_from(
        ["", "0", "-1", "1e400", "nan", "2023", '"2023"', "[]", "{}", '""', "true", "1979-05-27", "\r", "ALD"]
    )
    parts[data.draw(st.integers(0, len(parts) - 1))] = data.draw(words | st.sampled_from(parts))
    with _replaced(scratch / file, mark.join(parts).encode()):
        _survives(scratch)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("register/targets.toml", "value = 133.1,", 'bound = "below", value = 133.1,'),
        ("register/targets.toml", "value = 133.1,", 'bound = "above", value = 133.1,'),
        ("register/targets.toml", "value = 133.1,", "value = 0,"),
        ("register/targets.toml", "value = 266.2,", "low = 200, high = 300,"),
        ("register/targets.toml", 'value = "2030"', 'value = "2020"'),
        (TRADE, "ALD,BRE,turnover,2020,100.0,USD million,,", "ALD,BRE,turnover,2020,100.0,USD million,below,"),
        (TRADE, "ALD,BRE,export,2023,80.0,USD million,,", "ALD,BRE,export,2023,80.0,USD million,below,"),
        (TRADE, "BRE,ALD,import,2023,60.0,USD million,,", "BRE,ALD,import,2023,60.0,USD million,below,"),
        (TRADE, ROW, ROW.replace("25.0", "-100")),
        ("register/accession.toml", 'parties = ["ALD"]', "parties = []"),
        ("performance/corridors.csv", "all,border-time,10.0", "all,border-tyme,10.0"),
        ("region.toml", 'members = ["ALD", "BRE", "COR"]', 'members = ["ALD"]'),
        ("region.toml", 'members = ["ALD", "BRE", "COR"]', 'members = ["ALD", "BRE"]'),
        (FUND, "Development Fund", "Development [/b] Fund"),
        ("register/firms.toml", 'parties = ["ALD", "BRE"]', 'parties = ["ALD"]'),
    ],
)  # fmt: skip
def test_an_unusual_pack_is_written_or_refused_but_never_crashes(file: str, old: str, new: str, spoil: Spoil) -> None:
    folder = spoil(file, old, new)
    with contextlib.suppress(HamkorError):
        assert workbench.brief(str(folder), languages=["en", "ar"], formats=["html"]).files
