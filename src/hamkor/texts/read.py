"""Bytes of a file -> its text: the one door of this folder."""

from __future__ import annotations

import re

from hamkor.texts.csv import looks_like_csv, read_csv
from hamkor.texts.decode import decoded
from hamkor.texts.docx import read_docx
from hamkor.texts.html import read_html
from hamkor.texts.limits import MAX_BYTES, too_large, unreadable
from hamkor.texts.package import office_format
from hamkor.texts.plain import read_plain
from hamkor.texts.text import Text
from hamkor.texts.xlsx import read_xlsx

_OFFICE = {".docx": "a Word file", ".docm": "a Word file", ".xlsx": "an Excel file", ".xlsm": "an Excel file"}
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)?"
    r"<(?:!doctype\s+html|html|head|body|meta|title|p|div|span|table|h[1-6]|article|section|ul|ol)[\s/>]",
    re.IGNORECASE | re.DOTALL,
)
_COPY = "copy its text out, or export it as .docx or .html"
_SAVE = "save it as .docx or .xlsx"
_MAGIC = (
    (b"%PDF-", "a PDF file", _COPY),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an encrypted or an old Office file (.doc, .xls)", f"{_SAVE}, without a password"),
    (b"{\\rtf", "an RTF file", _SAVE),
    (b"\x89PNG", "a picture (PNG)", _COPY),
    (b"\xff\xd8\xff", "a picture (JPEG)", _COPY),
    (b"GIF8", "a picture (GIF)", _COPY),
    (b"II*\x00", "a picture (TIFF)", _COPY),
    (b"MM\x00*", "a picture (TIFF)", _COPY),
    (b"\x1f\x8b", "a gzip archive", "unpack it and give one file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it and give one file"),
    (b"Rar!\x1a\x07", "a RAR archive", "unpack it and give one file"),
)


def read_text(data: bytes, *, name: str) -> Text:
    """Return what a file says, in pieces, with their places.

    The content decides between Word, Excel and text; among texts the extension does, and the content where there is none.

    Parameters
    ----------
    data
        The bytes of the file.
    name
        Of the file, for its extension and for messages; ``-`` for standard input.

    Raises
    ------
    BadInput
        If there is no text in it that can be read.

    Examples
    --------
    >>> read = read_text("Савдо\\n\\nЭкспорт 1,06 млрд доллар бўлди.".encode(), name="a.txt")
    >>> [(piece.kind, read.text[piece.start : piece.end]) for piece in read.pieces]
    [('heading', 'Савдо'), ('paragraph', 'Экспорт 1,06 млрд доллар бўлди.')]
    """
    if len(data) > MAX_BYTES:
        raise too_large(name)
    if not data.strip():
        raise unreadable(name, "no text", due="a text with figures")
    for magic, what, cure in _MAGIC:
        if data.startswith(magic):
            raise unreadable(name, what, cure=cure)
    extension = f".{name.lower().rpartition('.')[2]}"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        text = read_docx(data, name=name) if office_format(data, name=name) == "docx" else read_xlsx(data, name=name)
    elif extension in _OFFICE:
        raise unreadable(name, "other content", due=_OFFICE[extension], cure="the file is cut or damaged: save it again")
    else:
        text = _of_characters(decoded(data, name=name), extension, name)
    if not text.pieces:
        raise unreadable(name, "no text", due="a text with figures")
    return text


def _of_characters(text: str, extension: str, name: str) -> Text:
    if extension in (".csv", ".tsv", ".tab"):
        return read_csv(text, name=name)
    if extension in (".html", ".htm", ".xhtml") or _HTML.match(text[:4096]):
        return read_html(text, name=name)
    if extension not in (".txt", ".text", ".md", ".markdown") and looks_like_csv(text):
        return read_csv(text, name=name)
    return read_plain(text, name=name)
