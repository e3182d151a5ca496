"""`hamkor check` on the command line: formats, exit codes, output, and what is turned away."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import docx
import openpyxl
import pytest

from hamkor.cli import main

RIGHT = (
    "In 2019 trade between Uzbekistan and Kazakhstan was $3.48 billion; exports were $1.06 billion and imports $2.42 billion."
)
WRONG = RIGHT.replace("2.42", "2.24")
RUSSIAN = (
    "В 2019 году товарооборот Узбекистана с Казахстаном составил 3,48 млрд долларов: "
    "экспорт - 1,06 млрд, импорт - 2,24 млрд долларов."
)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main(["check", *arguments])
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    return int(left.value.code or 0), printed.out, printed.err


def saved(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    if path.suffix == ".docx":
        document = docx.Document()
        document.add_heading("Trade")
        document.add_paragraph(text)
        document.save(str(path))
    elif path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for row in (
            ["Trade of Uzbekistan with Kazakhstan, 2019, million US dollars"],
            ["Turnover", "Exports", "Imports"],
            [3480, 1060, 2240 if "2.24" in text else 2420],
        ):
            sheet.append(row)
        book.save(path)
    elif path.suffix == ".html":
        path.write_text(f"<html><body><h1>Trade</h1><p>{text.replace('billion', '<b>billion</b>')}</p></body></html>", "utf-8")
    else:
        path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("ending", ["txt", "md", "html", "docx", "xlsx"])
def test_a_wrong_sum_is_found_in_every_format(ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, str(saved(tmp_path, f"wrong.{ending}", WRONG)), "--region", "none", "--json")
    assert code == 1
    assert [finding["code"] for finding in json.loads(out)["findings"]] == ["sum-mismatch"]
    code, out, _ = run(capsys, str(saved(tmp_path, f"right.{ending}", RIGHT)), "--region", "none", "--json")
    assert code == 0
    assert [finding["code"] for finding in json.loads(out)["confirmed"]] == ["sum"]


def test_places_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, str(saved(tmp_path, "wrong.xlsx", WRONG)), "--region", "none", "--json")
    assert [claim["locator"] for claim in json.loads(out)["claims"]] == ["Sheet!A3", "Sheet!B3", "Sheet!C3"]
    page = saved(tmp_path, "page.html", WRONG)
    _, out, _ = run(capsys, str(page), "--region", "none", "--json")
    source = page.read_text("utf-8")
    first = json.loads(out)["claims"][0]
    assert source[first["start"] : first["end"]].startswith("$3.48 <b>billion")


def test_standard_input_and_the_readers_language(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for report_in, word in (("", "Сумма"), ("en", "add up"), ("ar", "مجموع"), ("uz", "yigʻindisi")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(RUSSIAN.encode())))
        code, out, _ = run(capsys, "-", "--region", "none", "--report-in", report_in)
        assert code == 1
        assert word in out


def test_the_page_is_written_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "checked.html"
    run(capsys, str(saved(tmp_path, "wrong.txt", WRONG)), "--html", str(out))
    page = out.read_text("utf-8")
    assert "<mark" in page
    assert "sum-mismatch" in page or "add up" in page


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("empty.txt", b"", "no text"),
        ("junk.txt", bytes(range(256)) * 40, "due"),
        ("cut.docx", b"PK\x03\x04 cut", "due"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "docx"),
        ("print.pdf", b"%PDF-1.7 ...", "docx"),
    ],
)
def test_what_cannot_be_read_is_told(
    name: str, data: bytes, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(data)
    code, out, err = run(capsys, str(tmp_path / name))
    assert (code, out) == (2, "")
    assert told in err


def test_a_file_of_two_hundred_megabytes_is_turned_away_unread(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
    code, _, err = run(capsys, str(path))
    assert code == 2
    assert "64 MiB" in err


@pytest.mark.parametrize(
    "arguments", [["--language", "xx"], ["--report-in", "kk"], ["--region", "atlantis"], ["--html", "out.pdf"]]
)
def test_a_wrong_option_is_told(arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, str(saved(tmp_path, "a.txt", RIGHT)), *arguments)
    assert code == 2
    assert "due" in err


def test_a_missing_file_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "nowhere.txt")
    assert code == 2
    assert "nowhere.txt" in err
