"""A file is read by what it holds; what cannot be read is turned away in words, in bounded time and memory."""

from __future__ import annotations

import zipfile
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.texts.files import FORMATS, LABELS, SENTENCES, made, members, placed, told, zipped

from hamkor.schema.errors import BadInput
from hamkor.texts import limits
from hamkor.texts.read import read_text
from hamkor.texts.text import Text

PLAIN = ("txt", "md", "html", "csv", "tsv")


def sound(text: Text) -> None:
    """Pieces stand in the text, in order, apart by a line break, and say something."""
    before = 0
    for piece in text.pieces:
        assert before <= piece.start < piece.end <= len(text.text)
        assert text.text[piece.start : piece.end].strip()
        if before:
            assert any(sign in "\n\r\f\v\x1c\x1d\x1e\x85\u2028\u2029" for sign in text.text[before : piece.start])
        assert (piece.kind == "cell") == (piece.table >= 0) == (piece.row >= 0) == (piece.column >= 0)
        before = piece.end
    assert not any("\ud800" <= sign <= "\udfff" for sign in text.text)
    places = [text.place(offset) for offset in range(len(text.text))]
    assert places == sorted(places)


def read_or_told(data: bytes, name: str) -> None:
    told_of = None
    try:
        sound(read_text(data, name=name))
    except BadInput as error:
        told_of = error
    if told_of is not None:
        assert told_of.where
        assert told_of.due
        assert "\n" not in str(told_of)


@pytest.mark.parametrize("language", SENTENCES)
@pytest.mark.parametrize("format", FORMATS)
def test_every_language_comes_through_every_format(format: str, language: str) -> None:
    text = read_text(made(format, language), name=f"a.{format}")
    sound(text)
    assert told(text) == [SENTENCES[language], *LABELS[language]]
    if format != "txt":
        assert list(placed(text).values())[-2:] == list(LABELS[language])


@pytest.mark.parametrize("format", FORMATS)
def test_standard_input_is_told_by_its_content(format: str) -> None:
    if format == "csv":
        data = b"year,exports\n2024,1.06\n"
        assert placed(read_text(data, name="-"))[0, 1, 1] == "1.06"
    elif format == "tsv":
        assert placed(read_text(b"year\texports\n2024\t1.06", name="-"))[0, 1, 1] == "1.06"
    else:
        assert told(read_text(made(format, "ru"), name="-")) == told(read_text(made(format, "ru"), name=f"a.{format}"))


def test_content_decides_over_a_wrong_extension() -> None:
    assert told(read_text(made("docx", "ru"), name="a.xlsx")) == told(read_text(made("docx", "ru"), name="a.docx"))
    page = b"<!DOCTYPE html><title>Trade</title><p>It grew."
    assert told(read_text(page, name="a.txt")) == ["Trade", "It grew."]


def test_prose_with_commas_is_not_a_table() -> None:
    prose = "Yes, it grew.\nNo, it fell.\nWell, it rose.\n"
    assert not placed(read_text(prose.encode(), name="-"))


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "a.txt", "no text"),
        (b"\xef\xbb\xbf", "a.txt", "no text"),
        (b" \n ", "-", "standard input: no text"),
        (b"", "a.docx", "no text"),
        (b"<p hidden>3.48</p>", "a.html", "no text"),
        (b"---\n***\n", "a.md", "no text"),
        (b"%PDF-1.7\n", "a.pdf", "a PDF file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.doc", "encrypted or an old Office file"),
        (b"{\\rtf1 x}", "a.rtf", "an RTF file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(9), "a.png", "a picture"),
        (b"\x1f\x8b\x08\x00", "a.gz", "a gzip archive"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "a.exe", "binary data"),
        (b"3.48 bn\x00 and more", "a.txt", "binary data"),
        (b"a\x01\x02\x03b", "a.txt", "3 control characters"),
        (b"Exports", "a.docx", "other content where a Word file is due"),
        (b"PK\x03\x04", "a.docx", "not a whole zip file"),
        (zipped({"a.txt": b"3.48"}), "a.zip", "a zip archive"),
        (zipped({}), "a.zip", "a zip archive"),
        (zipped({"content.xml": b"<a/>"}), "a.odt", "an OpenDocument file"),
        (zipped({"ppt/presentation.xml": b"<a/>"}), "a.pptx", "a PowerPoint file"),
        (zipped({"xl/workbook.bin": b"\x83"}), "a.xlsb", "a binary Excel file"),
    ],
)
def test_what_is_no_text_is_named(data: bytes, name: str, message: str) -> None:
    with pytest.raises(BadInput, match=message) as caught:
        read_text(data, name=name)
    assert caught.value.due


def test_a_file_over_the_limit_is_turned_away_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hamkor.texts.read.MAX_BYTES", 10)
    with pytest.raises(BadInput, match="more than 64 MiB"):
        read_text(b"12345678901", name="a.txt")


@pytest.mark.parametrize("format", FORMATS)
def test_too_many_pieces_are_turned_away(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("build", "csv", "plain", "xlsx"):
        monkeypatch.setattr(f"hamkor.texts.{module}.MAX_PIECES", 2)
    with pytest.raises(BadInput, match=f"more than {2:,} "):
        read_text(made(format, "ru"), name=f"a.{format}")


# ---- damaged packages


def doctored(format: str, member: str, content: bytes) -> bytes:
    return zipped({**members(made(format, "ru")), member: content})


MAIN = {"docx": "word/document.xml", "xlsx": "xl/worksheets/sheet1.xml"}
ENTITIES = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"3.48 bn") for n in range(10))


@pytest.mark.parametrize("format", MAIN)
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE a [' + ENTITIES + b"]><a>&a9;</a>", "declares entities"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "declares entities"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "declares entities"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16"), "is not UTF-8"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16-be"), "is not UTF-8"),
        (b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a>', "is not UTF-8"),
        (b"<a>" * 400 + b"</a>" * 400, "not a whole|no text"),
        (b"<a", "not a whole"),
        (b"", "not a whole"),
        (b"\x4c\x6f\xa7\x94", "not a whole"),
        (b"<=" * 2_600_000, "XML elements"),
        (b"<a>" + b" " * 30 * 2**20 + b"</a>", "200 times its size"),
        (b"<a>" + b"3" * 201 * 2**20 + b"</a>", "more than 200 MiB"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value[:12],
)
def test_xml_that_expands_or_is_no_xml_is_turned_away(format: str, content: bytes, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        read_text(doctored(format, MAIN[format], content), name=f"a.{format}")


def test_a_declared_size_that_is_too_small_is_found() -> None:
    data = bytearray(doctored("docx", "word/media/a.bin", b"3" * 100_000))
    real = (100_000).to_bytes(4, "little")
    assert data.count(real) >= 2
    with pytest.raises(BadInput, match="not a whole zip"):
        read_text(bytes(data.replace(real, (10).to_bytes(4, "little"))), name="a.docx")


def test_an_encrypted_member_is_told() -> None:
    data = bytearray(made("docx", "ru"))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    with pytest.raises(BadInput, match="without a password"):
        read_text(bytes(data), name="a.docx")


def test_a_packing_that_office_does_not_use_is_told() -> None:
    with pytest.raises(BadInput, match="Office does not use"):
        read_text(zipped(members(made("docx", "ru")), zipfile.ZIP_BZIP2), name="a.docx")


def test_too_many_members_are_told() -> None:
    with pytest.raises(BadInput, match="files in one"):
        read_text(zipped({f"{n}": b"" for n in range(5_001)}), name="a.docx")


def test_a_long_string_that_every_cell_repeats_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hamkor.texts.build.MAX_CHARACTERS", 50)
    with pytest.raises(BadInput, match="characters of text"):
        read_text(made("xlsx", "ru"), name="a.xlsx")
    assert limits.MAX_CHARACTERS == 64 * 2**20


# ---- anything at all

FEW = settings(max_examples=150, deadline=None)


@cache
def whole(format: str) -> bytes:
    return made(format, "ru")


@FEW
@given(st.binary(max_size=300), st.sampled_from([*FORMATS, "-", "pdf"]))
def test_any_bytes_are_read_or_told(data: bytes, format: str) -> None:
    read_or_told(data, f"a.{format}" if format != "-" else "-")


@FEW
@given(st.text(max_size=300), st.sampled_from([*PLAIN, "-"]))
def test_any_text_is_read_or_told(text: str, format: str) -> None:
    read_or_told(text.encode("utf-8", "surrogatepass"), f"a.{format}" if format != "-" else "-")


@FEW
@given(st.data(), st.sampled_from(FORMATS))
def test_a_file_cut_anywhere_is_read_or_told(data: st.DataObject, format: str) -> None:
    file = whole(format)
    read_or_told(file[: data.draw(st.integers(0, len(file)))], f"a.{format}")


@FEW
@given(st.data(), st.sampled_from(FORMATS))
def test_a_file_with_bytes_flipped_is_read_or_told(data: st.DataObject, format: str) -> None:
    file = bytearray(whole(format))
    for _ in range(data.draw(st.integers(1, 8))):
        file[data.draw(st.integers(0, len(file) - 1))] = data.draw(st.integers(0, 255))
    read_or_told(bytes(file), f"a.{format}")


@FEW
@given(st.data(), st.sampled_from(["docx", "xlsx"]))
def test_an_office_file_with_spoilt_xml_is_read_or_told(data: st.DataObject, format: str) -> None:
    inside = members(whole(format))
    name = data.draw(st.sampled_from(sorted(inside)))
    content = bytearray(inside[name])
    start = data.draw(st.integers(0, len(content)))
    other = data.draw(st.binary(max_size=6) | st.sampled_from([b"9" * 12, b"-1", b"&", b"<x>", b"ZZZ9", b'"']))
    content[start : start + data.draw(st.integers(0, 40))] = other
    read_or_told(zipped({**inside, name: bytes(content)}), f"a.{format}")
