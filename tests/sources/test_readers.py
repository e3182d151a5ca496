"""The providers' readers on small tables in their layouts: what they read, and what they refuse."""

from __future__ import annotations

import io
import re
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hamkor.schema.errors import BadInput
from hamkor.schema.tables import LICENCES
from hamkor.sources import Reading, read, source, sources
from hamkor.sources.reading import checked, corrected
from hamkor.sources.source import Correction, SourceFile

KZ, KG = "Основные показатели внешней торговли по странам_2031.xls", "4.03.00.18 Географическое распределение.xlsx"
SIAT = "sdmx_data_1105.csv"
UNIT = "тыс. долларов США"


def book(rows: list[list[Any]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as made:
        sheet = made.add_worksheet("T")
        for i, row in enumerate(rows):
            sheet.write_row(i, 0, row)
    return buffer.getvalue()


def kazakh(*rows: list[Any], unit: str = UNIT, period: str = "за 2030 год") -> bytes:
    head = [["Основные показатели внешней торговли"], [period], ["", "", "", "", unit]]
    columns = ["Наименование страны", "Товарооборот", "", "Экспорт", "", "Импорт", ""]
    return book([*head, columns, ["", "Всего", "доля", "Всего", "доля", "Всего", "доля"], *rows])


def kyrgyz(*rows: list[Any], unit: str = UNIT, years: tuple[Any, ...] = (2029, 2030)) -> bytes:
    return book([["4.03.00.18"], ["(миң)", f"({unit})", "(thousand)"], [], ["", "", "", *years], *rows])


def siat(*rows: str, head: str = "Code,Klassifikator,Klassifikator_ru,Klassifikator_en,2029,2030") -> bytes:
    return "\n".join(["\ufeff" + head, *rows]).encode()


KAZAKH_ROWS = [["Всего", 300.0, 100, 200.0, 100, 100.0, 100], ["Страны СНГ", 300.0, 100, 200.0, 100, 100.0, 100]]
KAZAKH_PARTNERS = [["Узбекистан", 180.0, 60, 120.0, 60, 60.0, 60], ["Кыргызстан", 120.0, 40, 80.0, 40, 40.0, 40]]
KYRGYZ_ROWS = [["Бардыгы", "Всего 2", "Total 2", 10.0, 12.0], ["Европа", "Европа", "Europe", 0, 0]]
KYRGYZ_PARTNERS = [["", "Казахстан", "Kazakhstan", "6,0", 7.0], ["", "Узбекистан", "Uzbekistan", 4.0, "-"]]


def cells(reading: Reading) -> dict[tuple[str, str, str], float | None]:
    rows = reading.frame.iter_rows(named=True)
    return {(row["COUNTERPART"], row["FLOW"], row["TIME_PERIOD"]): row["OBS_VALUE"] for row in rows}


def test_a_kazakh_table_is_read_to_the_dollar() -> None:
    found = read("stat-kz", kazakh(*KAZAKH_ROWS, *KAZAKH_PARTNERS), file=KZ)
    assert cells(found)["UZB", "export", "2030"] == 120_000.0
    assert cells(found)["W1", "turnover", "2030"] == 300_000.0
    assert found.frame.filter(COUNTERPART="UZB", FLOW="export")["LOCATOR"].to_list() == ["T!D8"]


def test_a_kazakh_table_of_nine_months_is_cumulative() -> None:
    data = kazakh(*KAZAKH_ROWS, *KAZAKH_PARTNERS, period="за январь-сентябрь 2030 года")
    frame = read("stat-kz", data, file=KZ).frame
    assert set(frame["TIME_PERIOD"]) == {"2030-01/2030-09"}
    assert set(frame["TRANSFORMATION"]) == {"ytd"}


def test_what_the_partners_do_not_reach_is_shown_as_not_specified() -> None:
    found = read("stat-kg", kyrgyz(*KYRGYZ_ROWS, *KYRGYZ_PARTNERS), file=KG)
    assert cells(found)["KAZ", "export", "2029"] == 6_000.0
    assert cells(found)["_X", "export", "2030"] == 5_000.0
    assert "5,000" in found.notes[-1]


def test_a_footnote_at_a_year_means_preliminary() -> None:
    frame = read("stat-kg", kyrgyz(*KYRGYZ_ROWS, *KYRGYZ_PARTNERS, years=(2029, "2030 1")), file=KG).frame
    assert frame.filter(COUNTERPART="KAZ", TIME_PERIOD="2030")["OBS_STATUS"].to_list() == ["P"]


def test_latin_and_cyrillic_months_are_the_same() -> None:
    head = "Code,Klassifikator,Klassifikator_ru,Klassifikator_en,2030-M01,2030-М02"
    found = read("siat", siat("398,Qozog'iston,Казахстан,Kazakhstan,1.5,2.5", head=head), file=SIAT)
    assert cells(found)["KAZ", "export", "2030-02"] == 2_500.0
    assert "Cyrillic" in found.notes[0]


def test_georgia_others_and_nothing_stated_are_what_the_office_means() -> None:
    data = siat("268,Gruziya,Грузия,Georgia,1.5,2.0", "0,Boshqa,Другие страны,Other countries,3.0,4.0", "4,A,А,A,0.0,1.0")
    found = cells(read("siat", data, file=SIAT))
    assert found["GEO", "export", "2029"] == 1_500.0
    assert found["_X", "export", "2030"] == 4_000.0
    assert found["AFG", "export", "2029"] is None
    assert found["W1", "export", "2029"] == 4_500.0


REFUSED: dict[str, tuple[str, bytes, str, str]] = {
    "another unit": ("stat-kz", kazakh(*KAZAKH_ROWS, unit="млн. тенге"), KZ, "thousand US dollars"),
    "soms": ("stat-kg", kyrgyz(*KYRGYZ_ROWS, unit="тыс. сомов"), KG, "thousand soms"),
    "shifted column": ("stat-kz", kazakh(*KAZAKH_ROWS, ["Узбекистан", 60.0, 120.0, 60.0, 60.0, 1.0]), KZ, "a turnover of both"),
    "unknown name": ("stat-kz", kazakh(["Атлантида", 1.0, 0, 1.0, 0, 0.0, 0]), KZ, "names.toml"),
    "twice": ("stat-kg", kyrgyz(*KYRGYZ_ROWS, KYRGYZ_PARTNERS[0], KYRGYZ_PARTNERS[0]), KG, "stands twice"),
    "parts above total": (
        "stat-kg", kyrgyz(KYRGYZ_ROWS[0], ["", "Казахстан", "Kazakhstan", 99.0, 1.0]), KG, "exceed their total",
    ),
    "negative": ("siat", siat("398,Q,К,K,-1.5,2.0"), SIAT, "a value >= 0"),
    "no number": ("stat-kz", kazakh(["Узбекистан", "много", 0, 1.0, 0, 1.0, 0]), KZ, "'много'"),
    "no period": ("stat-kz", kazakh(*KAZAKH_ROWS, period=""), KZ, "no period"),
    "no years": ("stat-kg", kyrgyz(*KYRGYZ_ROWS, years=("a", "b")), KG, "no row of years"),
    "no table": ("stat-kz", book([["Обложка"]]), KZ, "no table"),
    "an error page": ("siat", b"  <!DOCTYPE html><html></html>", SIAT, "an HTML page"),
    "empty": ("siat", b"", SIAT, "empty"),
    "shifted head": ("siat", siat(head="Klassifikator,Code,2029,2030"), SIAT, "columns"),
    "a cell too many": ("siat", siat("398,Q,К,K,1.5,2.0,3.0"), SIAT, "6 cells"),
    "unknown number": ("siat", siat("999999,Q,К,K,1.5,2.0"), SIAT, "999999"),
    "a period twice": (
        "siat", siat("398,Q,К,K,1,2", head="Code,Klassifikator,Klassifikator_ru,Klassifikator_en,2029,2029"), SIAT, "twice",
    ),
    "cut short": ("stat-kz", kazakh(*KAZAKH_ROWS)[:900], KZ, "a whole XLSX file"),
    "another file": ("siat", siat("398,Q,К,K,1.5,2.0"), "a.csv", "not a file of this provider"),
}  # fmt: skip


@pytest.mark.parametrize("fault", list(REFUSED))
def test_what_cannot_be_right_is_refused_with_its_place(fault: str) -> None:
    name, data, file, told = REFUSED[fault]
    with pytest.raises(BadInput, match=re.escape(told)) as error:
        read(name, data, file=file)
    assert file in str(error.value)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([("siat", SIAT), ("stat-kg", KG), ("stat-kz", KZ)]), st.binary(max_size=400), st.integers(0, 2))
def test_any_bytes_are_read_or_refused(which: tuple[str, str], junk: bytes, kind: int) -> None:
    whole = {"siat": siat("398,Q,К,K,1.5,2.0"), "stat-kg": kyrgyz(*KYRGYZ_ROWS), "stat-kz": kazakh(*KAZAKH_ROWS)}[which[0]]
    data = [junk, whole[: len(junk) * 3] + junk, whole + junk][kind]
    try:
        found = read(which[0], data, file=which[1])
    except BadInput:
        return
    assert (found.frame["OBS_VALUE"].drop_nulls() >= 0).all()


def test_a_known_error_is_mended_until_the_provider_mends_it() -> None:
    reading = read("siat", siat("398,Q,К,K,15,2.0"), file=SIAT)
    mend = Correction(SIAT, "line 2, column 2029", "15", "1.5", "a lost decimal point")
    found = corrected(reading, (mend,), file=SIAT)
    assert cells(found)["KAZ", "export", "2029"] == 1_500.0
    assert "a lost decimal point" in found.notes[-1]
    repaired = read("siat", siat("398,Q,К,K,1.5,2.0"), file=SIAT)
    with pytest.raises(BadInput, match="delete the correction"):
        corrected(repaired, (mend,), file=SIAT)


@pytest.mark.parametrize("name", sources())
def test_every_provider_says_what_it_is(name: str) -> None:
    one = source(name)
    assert one.name == name
    assert all((one.title, one.publisher, one.licence, one.cadence, one.languages, one.files))
    assert one.licence_class in LICENCES
    for file in one.files:
        assert re.compile(file.pattern)
        assert file.minimum <= file.maximum


def test_a_row_count_outside_what_is_expected_stops_the_reading() -> None:
    reading = read("siat", siat("398,Q,К,K,1.5,2.0"), file=SIAT)
    with pytest.raises(BadInput, match="4 figures where 5 to 9 is due"):
        checked(reading, SourceFile("a", "a", "a", 5, 9), file=SIAT)


def test_frames_have_the_columns_of_records() -> None:
    frame = read("stat-kz", kazakh(*KAZAKH_ROWS, *KAZAKH_PARTNERS), file=KZ).frame
    assert isinstance(frame, pl.DataFrame)
    assert {"FREQ", "VALUATION", "COVERAGE", "OBS_STATUS", "TRANSFORMATION", "LOCATOR"} <= set(frame.columns)
