"""Odd files given to `hamkor import` and `hamkor update`: read right, or told with file and cure; the store unchanged."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import CliRunner

from hamkor.cli import hamkor
from hamkor.schema.errors import BadInput
from hamkor.store import open_store
from hamkor.workbench import import_file

MAPPING = """
[file]
source = "my-customs"
header_row = {header}
[columns]
reporter = {{ constant = "UZB" }}
counterpart = {counterpart}
flow = {{ constant = "export" }}
{what}
unit = "thousand USD"
{more}
"""
HEAD = "partner;2022;2023\n"
YEARS, MONTHS = 'periods = "2022..2023"', 'periods = "2024-01..2024-02"'
LONG = 'period = "period"\nvalue = "value"'
LOCKED = (Path(__file__).parent / "mapped" / "password.xlsx").read_bytes()


def mapping(what: str = YEARS, *, header: int = 1, counterpart: str = '"partner"', more: str = "") -> str:
    return MAPPING.format(what=what, header=header, counterpart=counterpart, more=more)


def workbook(*rows: list[Any], merged: tuple[tuple[int, int, int, int, str], ...] = ()) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        page, month = book.add_worksheet("Лист 1"), book.add_format({"num_format": "mmm yyyy"})
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                page.write(number, column, cell, month if isinstance(cell, datetime.datetime) else None)
        for place in merged:
            page.merge_range(*place)
    return made.getvalue()


def zipped(name: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr(name, content)
    return made.getvalue()


TWO_HEADS = workbook(
    ["Страна"], ["", 2022, 2023], ["Казахстан", 1, 2], merged=((0, 1, 0, 2, "Экспорт"), (0, 0, 1, 0, "Страна"))
)
MERGED = workbook(["partner", "period", "value"], ["", 2022, 1], ["", 2023, 2], merged=((1, 0, 2, 0, "Казахстан"),))
FIRST = datetime.datetime(2024, 1, 1)
WHOLE = workbook(["partner", 2022, 2023], ["Казахстан", 1.5, 2])
READ: dict[str, tuple[bytes, str, list[float]]] = {
    "a Cyrillic M in a month.csv": ("partner;2024-M01;2024-М02\nКазахстан;1;2\n".encode(), mapping(MONTHS), [1000, 2000]),
    "dates in the head.xlsx": (
        workbook(["partner", FIRST, datetime.datetime(2024, 2, 1)], ["Казахстан", 1, 2]), mapping(MONTHS), [1000, 2000],
    ),
    "numbers of days in the head.xlsx": (workbook(["partner", 45292, 45323], ["KAZ", 1, 2]), mapping(MONTHS), [1000, 2000]),
    "numbers of days in a column.csv": ("partner;period;value\nКазахстан;45292;1\n".encode(), mapping(LONG), [1000]),
    "a merged head of two rows.xlsx": (TWO_HEADS, mapping(header=2, counterpart='{ column = "A" }'), [1000, 2000]),
    "UTF-16 with its mark.csv": ((HEAD + "Казахстан;1,5;2\n").encode("utf-16"), mapping(), [1500, 2000]),
    "UTF-16 without a mark.csv": ((HEAD + "Казахстан;1,5;2\n").encode("utf-16-le"), mapping(), [1500, 2000]),
    "big-endian without a mark.csv": ((HEAD + "Казахстан;1,5;2\n").encode("utf-16-be"), mapping(), [1500, 2000]),
    "marks of direction.csv": ((HEAD + "\u200fКазахстан\u200f;1;2\n").encode(), mapping(), [1000, 2000]),
    "hard spaces.csv": ((HEAD + "\u00a0Казахстан\u00a0;1\u00a0234,5;2\n").encode(), mapping(), [1_234_500, 2000]),
    "thousands at commas, as declared.csv": (
        (HEAD + "Казахстан;1,234;2,345\n").encode(), mapping(more='decimal = "."'), [1_234_000, 2_345_000],
    ),
    "another unit in the title, as declared.csv": (
        ("млн долл. США;;\n" + HEAD + "Казахстан;1;2\n").encode(), mapping(header=2, more="unit_stands = true"), [1000, 2000],
    ),
}  # fmt: skip
REFUSED: dict[str, tuple[bytes, str, str]] = {
    "another unit in the title.csv": (
        ("Экспорт, млн долл. США;;\n" + HEAD + "Казахстан;1;2\n").encode(), mapping(header=2),
        "which means million USD where the declared unit, thousand USD is due; look which is right",
    ),
    "soms in the title.csv": (("Экспорт, млн сом;;\n" + HEAD + "Казахстан;1;2\n").encode(), mapping(header=2), "million KGS"),
    "a part in another unit.csv": (
        (HEAD + "Всего;3000;4000\nКазахстан;1;2\nКитай;2;2\n").encode(), mapping(more='[totals]\n"Всего" = "W1"'),
        "thousand or million?",
    ),
    "a shifted head.xlsx": (workbook([], [], ["partner", 2022, 2023], ["Казахстан", 1, 2]), mapping(), "header_row = 3"),
    "a head of two rows.xlsx": (TWO_HEADS, mapping(header=2, counterpart='"Страна"'), 'counterpart = { column = "A" }'),
    "a merged name.xlsx": (MERGED, mapping(LONG), "'Лист 1'!A3: no counterpart where an economy is due; a name that stands"),
    "Cyrillic letters in a code.csv": ((HEAD + "КАZ;1;2\n").encode(), mapping(), "did you mean KAZ, in Latin letters?"),
    "a letter O in a code.csv": (
        b"partner;hs;period;value\nKAZ;O8;2022;1\n", mapping(LONG, more='product = "hs"'),
        "line 2, column hs: 'O8' where an HS code in digits is due; a letter stands for a digit: write 08",
    ),
    "a row twice.csv": ((HEAD + "Казахстан;1;2\nКазахстан;1;2\n").encode(), mapping(), "line 3, column 2022"),
    "a negative month.csv": (
        "partner;2024-01;2024-02\nКазахстан;1;-2\n".encode(), mapping(MONTHS),
        "line 2, column 2024-02: -2 where a value >= 0 is due; a negative month means revised",
    ),
    "a page.csv": (b"<!DOCTYPE html><html></html>", mapping(), "an HTML page"),
    "a page after a remark.csv": (b"<!-- saved -->\n<html></html>", mapping(), "an HTML page"),
    "a page as.xls": (b"<html xmlns:o='urn'><table></table></html>", mapping(), "an HTML page"),
    "XML as.xls": (b"<?xml version='1.0'?><Workbook/>", mapping(), "an XML document"),
    "cut short.xlsx": (WHOLE[: len(WHOLE) * 2 // 3], mapping(), "a zip archive that is cut or damaged"),
    "cut short.csv": ((HEAD + "Китай;3;4\nКазахстан;1").encode(), mapping(), "line 3: 2 cells and no end of the line"),
    "an archive.zip": (zipped("a.csv", HEAD.encode()), mapping(), "a zip archive without a workbook"),
    "nothing.csv": (b"", mapping(), "an empty file"),
    "zeros.csv": (b"\x00" * 999, mapping(), "an empty file"),
    "a password.xlsx": (LOCKED, mapping(), "a workbook with a password"),
    "a date for a value.xlsx": (workbook(["partner", 2022, 2023], ["KAZ", FIRST, 2]), mapping(), "'Лист 1'!B2: the date"),
    "a comma of a thousand.csv": ((HEAD + "Казахстан;1,234;2\n").encode(), mapping(), "(a thousand or one?)"),
    "two decimal signs.csv": ((HEAD + "KAZ;1,234.5;2\nCHN;1,5;3\n").encode(), mapping(), "line 3, column 2022: '1,5', and"),
    "decimal commas cut at commas.csv": (
        "partner,2022,2023\nКазахстан,1,5,2,5\n".encode(), mapping(), "line 2: 5 cells where 3 as in the headers is due",
    ),
    "an error of a spreadsheet.csv": ((HEAD + "Казахстан;#DIV/0!;2\n").encode(), mapping(), "line 2, column 2022: '#DIV/0!'"),
    "too large a number.csv": ((HEAD + f"Казахстан;{'9' * 29};2\n").encode(), mapping(), "less than 10^16 USD"),
    "an open quotation mark.csv": ((HEAD + '"Казахстан;1;2\n').encode(), mapping(), "line 2: unexpected end of data"),
}  # fmt: skip


def taken(folder: Path, name: str, content: bytes, declared: str) -> tuple[Path, Path]:
    (folder / name).write_bytes(content)
    (folder / "m.toml").write_text(declared, encoding="utf-8")
    return folder / name, folder / "m.toml"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HAMKOR_STORE", str(tmp_path / "store"))
    return tmp_path / "store"


@pytest.mark.parametrize("name", READ)
def test_what_can_only_mean_one_thing_is_read(name: str, tmp_path: Path, store: Path) -> None:
    content, declared, due = READ[name]
    import_file(*taken(tmp_path, name, content, declared))
    frame = open_store(store).records().collect().sort("TIME_PERIOD")
    assert frame["OBS_VALUE"].to_list() == due
    assert set(frame["COUNTERPART"]) == {"KAZ"}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_told_with_file_place_and_cure_and_the_store_is_unchanged(
    name: str, tmp_path: Path, store: Path
) -> None:  # fmt: skip
    import_file(*taken(tmp_path, "good.xlsx", WHOLE, mapping()))
    before = {path: path.read_bytes() for path in store.rglob("*") if path.is_file()}
    content, declared, told = REFUSED[name]
    file, beside = taken(tmp_path, name, content, declared)
    result = CliRunner().invoke(hamkor, ["import", str(file), "--mapping", str(beside)])
    assert isinstance(result.exception, BadInput)
    assert told in str(result.exception)
    assert name in str(result.exception)
    assert {path: path.read_bytes() for path in store.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", [name for name, (_, declared, _) in REFUSED.items() if "totals" not in declared])
def test_a_providers_odd_file_fails_alone(name: str, tmp_path: Path, store: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    ending = name.rpartition(".")[2]
    odd = {"csv": "sdmx_data_1105.csv", "zip": "sdmx_data_1105.csv"}.get(ending, f"4.03.00.18 Экспорт.{ending}")
    (folder / odd).write_bytes(REFUSED[name][0])
    good = "\ufeffCode,Klassifikator,Klassifikator_ru,Klassifikator_en,2022\n398,Q,Казахстан,Kazakhstan,1.5\n"
    (folder / "sdmx_data_1176.csv").write_text(good, encoding="utf-8")
    result = CliRunner().invoke(hamkor, ["update", "--from", str(folder)])
    assert result.exit_code == 2
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert odd in result.stderr
    assert [one.file for one in open_store(store).state.vintages] == ["sdmx_data_1176.csv"]


def test_a_file_beyond_every_measure_is_turned_away_unread(tmp_path: Path, store: Path) -> None:
    file, beside = taken(tmp_path, "large.csv", b"", mapping())
    with file.open("wb") as opened:
        opened.truncate(100 * 2**20)
    for arguments in (["import", str(file), "--mapping", str(beside)], ["import", str(file), "--guess"]):
        result = CliRunner().invoke(hamkor, arguments)
        assert "large.csv: more than 64 MiB where a file of at most 64 MiB is due" in str(result.exception)
    assert not store.exists()
