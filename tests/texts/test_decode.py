"""Characters come out of bytes in the encodings that people still save in; what cannot be read is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.texts.files import LABELS, SENTENCES

from hamkor.schema.errors import BadInput
from hamkor.texts.decode import decoded

CYRILLIC = [
    SENTENCES["ru"],
    "Импорт",
    "ЭКСПОРТ И ИМПОРТ",
    "Год;Экспорт;Импорт\n2024;1,06;2,42",
    "Товарооборот вырос на 15,5%",
    "Объём торговли — 3,48 млрд долл.",
    "Кыргызстан: 672,8 млн",
]
ARABIC = [
    SENTENCES["ar"],
    "الصادرات",
    "الواردات: 2.42 مليار دولار",
    "حققت كازاخستان فائضاً قدره 1.3 مليار",
    "ارتفعت الصادرات بنسبة 15.5%",
]
LATIN = [
    "Exports rose to €3.48 billion — “a record”, the ministry said.",
    "It’s 3.48 bn",
    "Côte d’Ivoire, Türkiye",
    "café",
    "€3.48",
    "O‘zbekiston eksporti 1,06 mlrd",
]
LEGACY = (
    [("cp1251", "Exports of €3.48 billion")]
    + [(encoding, text) for encoding in ("cp1251", "koi8-r") for text in CYRILLIC if encoding == "cp1251" or "—" not in text]
    + [("cp1256", text) for text in ARABIC]
    + [("cp1252", text) for text in LATIN]
)


@pytest.mark.parametrize("language", SENTENCES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_read_with_and_without_mark(encoding: str, language: str) -> None:
    assert decoded(SENTENCES[language].encode(encoding), name="a.txt") == SENTENCES[language]
    assert decoded("\ufeff3.48 bn".encode("utf-16-be"), name="a.txt") == "3.48 bn"


@pytest.mark.parametrize(("encoding", "text"), LEGACY)
def test_older_encodings_are_told_apart_in_short_texts(encoding: str, text: str) -> None:
    assert decoded(text.encode(encoding), name="a.txt") == text


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r"])
def test_words_far_into_an_english_file_decide_as_well(encoding: str) -> None:
    text = "Exports of goods. " * 3_000 + SENTENCES["ru"]
    assert decoded(text.encode(encoding), name="a.txt") == text


@pytest.mark.parametrize("declared", ["iso-8859-5", "ibm866", "Windows-1251", "x-mac-cyrillic", "KOI8-R"])
def test_a_page_is_read_as_it_declares(declared: str) -> None:
    page = f'<html><meta http-equiv="Content-Type" content="text/html; charset={declared}"><p>{LABELS["ru"][1]}'
    codec = {"x-mac-cyrillic": "mac-cyrillic"}.get(declared, declared)
    assert decoded(page.encode(codec), name="a.html") == page


def test_utf_8_is_utf_8_whatever_a_page_declares() -> None:
    page = f'<meta charset="windows-1251"><p>{SENTENCES["ru"]}'
    assert decoded(page.encode(), name="a.html") == page


@pytest.mark.parametrize("declared", ["utf-7", "punycode", "unicode_escape", "idna", "nothing-known", "utf-16"])
def test_a_declared_encoding_that_is_no_code_page_is_not_used(declared: str) -> None:
    page = f'<meta charset="{declared}"><p>{SENTENCES["ru"]}'
    assert decoded(page.encode("cp1251"), name="a.html") == page


@pytest.mark.parametrize("language", SENTENCES)
def test_utf_8_that_is_cut_is_not_taken_for_another_encoding(language: str) -> None:
    data = (SENTENCES[language] + " ў").encode()[:-1]
    with pytest.raises(BadInput, match=r"not UTF-8 from byte \d+ on"):
        decoded(data, name="a.txt")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff\xfe3\x004", "not UTF-16 from byte 2 on"),
        (b"\xff\xfe\x00\xd83\x00", "not UTF-16"),
        (bytes(range(128, 256)), "neither UTF-8"),
        (b"\x00\x01\x02\x03", "binary data"),
        (b"\xff\xfe\x00\x003\x00", "not UTF-32"),
        (b"\xff\xfe3\x00\x00\x00", "binary data"),
    ],
)
def test_what_makes_no_words_is_told(data: bytes, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        decoded(data, name="a.txt")


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs"))))
def test_utf_8_comes_through_unchanged(text: str) -> None:
    assert decoded(f"3.48 {text}".encode(), name="a.txt") == f"3.48 {text}"
