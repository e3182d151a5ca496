"""What a zip file is, and whether it is safe to open: sizes, members, and XML without declarations that expand."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Literal
from xml.etree.ElementTree import ParseError

from hamkor.texts.limits import unreadable

_MOST_MEMBERS, _MOST_BYTES, _MOST_NODES = 5_000, 200 * 2**20, 4_000_000
_SMALL, _WIDEST_RATIO = 10 * 2**20, 200
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([^\"']*)")
_MAIN = {
    b"wordprocessingml.document.main": "docx",
    b"wordprocessingml.template.main": "docx",
    b"spreadsheetml.sheet.main": "xlsx",
    b"spreadsheetml.template.main": "xlsx",
    b"ms-excel.sheet.macroEnabled.main": "xlsx",
}
_OTHERS = {"ppt/": "a PowerPoint file", "content.xml": "an OpenDocument file", "xl/workbook.bin": "a binary Excel file (.xlsb)"}
_AGAIN = "the file is cut or damaged: save it again"

FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    ParseError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What libraries raise on a file that is damaged: they look at little before they use it."""


def office_format(data: bytes, *, name: str) -> Literal["docx", "xlsx"]:
    """Return which Office format a zip file has, after looking into each member.

    Parameters
    ----------
    data
        The zip file.
    name
        Of the file, for messages.

    Raises
    ------
    BadInput
        If it is neither, damaged, encrypted, or would unpack to more than a document has.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _looked_at(archive, name)
    except FAULTS as fault:
        raise damaged(name, "zip", fault) from None


def damaged(name: str, format: str, fault: BaseException) -> Exception:
    """Return the error for a file that its library could not read."""
    said = " ".join(str(fault).split())[:120] or type(fault).__name__
    return unreadable(name, f"not a whole {format} file ({said})", due="a Word (.docx) or Excel (.xlsx) file", cure=_AGAIN)


def _looked_at(archive: zipfile.ZipFile, name: str) -> Literal["docx", "xlsx"]:
    members = archive.infolist()
    if len(members) > _MOST_MEMBERS:
        raise _suspicious(name, f"{len(members):,} files in one")
    if sum(member.file_size for member in members) > _MOST_BYTES:
        raise _suspicious(name, f"more than {_MOST_BYTES // 2**20} MiB when unpacked")
    nodes = 0
    types = b""
    for member in members:
        if member.flag_bits & 1:
            raise unreadable(name, "encrypted", due="a file that can be read", cure="save it without a password")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _suspicious(name, f"{member.filename!r} packed in a way that Office does not use")
        if member.file_size > _SMALL and member.file_size > _WIDEST_RATIO * member.compress_size:
            raise _suspicious(name, f"{member.filename!r} unpacks to more than {_WIDEST_RATIO} times its size")
        # never longer than its declared size: there zipfile stops, and checks the sum
        content = archive.read(member)
        if member.filename == "[Content_Types].xml":
            types = content
        if content[:200].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n").startswith(b"<"):
            nodes += _nodes(content, member.filename, name)
            if nodes > _MOST_NODES:
                raise _suspicious(name, f"more than {_MOST_NODES:,} XML elements and attributes")
    return _format(archive.namelist(), types, name)


def _nodes(content: bytes, member: str, name: str) -> int:
    """Return at most how many elements and attributes an XML file has, which takes none with declarations."""
    encoding = _ENCODING.match(content.removeprefix(b"\xef\xbb\xbf"))
    if b"\0" in content or (encoding and encoding[1].strip().lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii")):
        raise unreadable(name, f"{member!r} is not UTF-8", due="a Word or Excel file as Office saves it", cure="save it again")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise _suspicious(name, f"{member!r} declares entities")
    return content.count(b"<") + content.count(b"=")


def _format(members: list[str], types: bytes, name: str) -> Literal["docx", "xlsx"]:
    for mark, format in _MAIN.items():
        if mark in types:
            return "docx" if format == "docx" else "xlsx"
    if "word/document.xml" in members:
        return "docx"
    if "xl/workbook.xml" in members:
        return "xlsx"
    found = next((what for begin, what in _OTHERS.items() if any(member.startswith(begin) for member in members)), "")
    if found:
        raise unreadable(name, found, cure="save it as .docx or .xlsx")
    raise unreadable(name, "a zip archive", cure="unpack it and give one file")


def _suspicious(name: str, message: str) -> Exception:
    return unreadable(name, message, due="a Word or Excel file as Office saves it", cure="copy its text into a new file")
