"""Bytes of a CSV, XLSX or XLS file -> its cells, each with the place by which a person finds it."""

from __future__ import annotations

import csv
import datetime
import io
import re
import subprocess
import sys
import zipfile
import zlib
from itertools import islice

import msgspec

from hamkor.schema.errors import BadInput, did_you_mean

Cell = str | float | datetime.datetime
MAX_BYTES = 256 * 2**20
MAX_UNPACKED = 1024 * 2**20
MAX_CELLS = 20_000_000
ENCODINGS = ("utf-8", "utf-16", "cp1251", "cp866", "koi8-r", "cp1252", "cp1254", "cp1256")
DELIMITERS = (";", "\t", "|", ",")
_DUE = "a CSV, XLSX or XLS file"
_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)*(<!doctype html|<html|<head|<table|<script|<meta|<body)", re.IGNORECASE | re.DOTALL)
_OTHER = ((b"%PDF", "a PDF"), (b"<?xml", "an XML document"), (b"{", "JSON"), (b"\x1f\x8b", "a gzip archive"))
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')


class Grid(msgspec.Struct, frozen=True):
    """The cells of one sheet.

    Attributes
    ----------
    file
        Name for messages.
    sheet
        Name of the sheet; empty for CSV.
    rows
        Cells of each row from the first one on; an empty cell is ``""``.
    lines
        Line of each row in a CSV file, counted from 1; empty for a workbook, whose rows are its lines.
    notes
        How the file was read, where it did not say so itself.
    """

    file: str
    sheet: str
    rows: list[list[Cell]]
    lines: list[int]
    notes: tuple[str, ...] = ()

    def place(self, row: int, column: int | None = None, header: str = "") -> str:
        """Return where a cell stands: ``Sheet1!D5``, or ``line 12, column value``; both counted from 0 here.

        Examples
        --------
        >>> Grid("a.xlsx", "Sheet1", [], []).place(4, 3), Grid("a.csv", "", [], [1, 2]).place(1, 0, "value")
        ('Sheet1!D5', 'line 2, column value')
        """
        if self.lines:
            line = f"line {self.lines[row]}"
            return line if column is None else f"{line}, column {header or letters(column)}"
        sheet = self.sheet if re.fullmatch(r"\w+", self.sheet) else f"'{self.sheet}'"
        return f"{sheet} row {row + 1}" if column is None else f"{sheet}!{letters(column)}{row + 1}"

    def where(self, row: int, column: int | None = None, header: str = "") -> str:
        """Return the place with the name of the file before it."""
        return f"{self.file} {self.place(row, column, header)}"

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell; beyond the end of its row it is empty."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else ""


def letters(column: int) -> str:
    """Return the letters of a column counted from 0.

    Examples
    --------
    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    name, rest = "", column + 1
    while rest:
        rest, last = divmod(rest - 1, 26)
        name = chr(65 + last) + name
    return name


def text_of(cell: Cell) -> str:
    """Return what a cell shows, without space around it.

    Examples
    --------
    >>> text_of(2023.0), text_of(22221.200000000004), text_of(" Export  of goods ")
    ('2023', '22221.2', 'Export of goods')
    """
    if isinstance(cell, str):
        return " ".join(cell.split())
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    text = f"{cell:.15g}"
    return f"{cell:.15f}".rstrip("0").rstrip(".") if "e-" in text else f"{cell:.0f}" if "e" in text else text


def read_grid(content: bytes, *, file: str, sheet: str = "", encoding: str = "", delimiter: str = "") -> Grid:
    """Return the cells of a file.

    Parameters
    ----------
    content
        The file.
    file
        Its name, for messages.
    sheet
        Name of the sheet; may be left out where only one holds cells.
    encoding, delimiter
        Of a CSV file; where left out, found from what it holds.

    Raises
    ------
    BadInput
        If it is empty, cut, too large, of another kind, or has no such sheet.

    Examples
    --------
    >>> read_grid("страна;2023\\nКитай;1,5".encode(), file="a.csv").rows
    [['страна', '2023'], ['Китай', '1,5']]
    """
    grids = read_grids(content, file=file, encoding=encoding, delimiter=delimiter, only=sheet)
    names = [grid.sheet for grid in grids]
    if sheet:
        if sheet not in names:
            raise BadInput(f"no sheet '{sheet}'", where=file, due="[file] sheet", cure=did_you_mean(sheet, names))
        return grids[names.index(sheet)]
    if len(grids) > 1:
        listed = ", ".join(f"'{name}'" for name in names)
        raise BadInput(f"{len(grids)} sheets", where=file, due="one", cure=f"say [file] sheet = one of {listed}")
    return grids[0]


def read_grids(content: bytes, *, file: str, encoding: str = "", delimiter: str = "", only: str = "") -> list[Grid]:
    """Return the sheets that hold cells; one of a CSV file. `only`: of a workbook, this sheet alone where it has it.

    Raises
    ------
    BadInput
        As `read_grid`.
    """
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise BadInput("an empty file", where=file, due=_DUE, cure="load it again")
    if len(content) > MAX_BYTES:
        raise BadInput(f"{len(content):,} bytes", where=file, due=f"at most {MAX_BYTES:,}", cure="cut it into smaller files")
    if content.startswith(_ZIP):
        _check_package(content, file)
        return _workbook(content, file, only)
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise _locked(file)
        return _old_workbook(content, file, only)
    _check_kind(content, file)
    return [_delimited(content, file, encoding, delimiter)]


def _check_kind(content: bytes, file: str) -> None:
    head = content[:2048].removeprefix(b"\xef\xbb\xbf")
    if _PAGE.match(head):
        cure = (
            "load the file itself, not the page that leads to it; a table in it: open it in a spreadsheet and save it as XLSX"
        )
        raise BadInput("an HTML page", where=file, due=_DUE, cure=cure)
    for start, name in _OTHER:
        if head.lstrip().startswith(start):
            raise BadInput(name, where=file, due=_DUE, cure="save the table as CSV or XLSX")


def _check_package(content: bytes, file: str) -> None:
    """Return if an XLSX file is whole, a workbook, and of a size that fits into memory once it is unpacked."""
    cut = BadInput("a zip archive that is cut or damaged", where=file, due="a whole XLSX file", cure="load it again")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = package.namelist()
            if sum(entry.file_size for entry in package.infolist()) > MAX_UNPACKED:
                raise BadInput("too much once unpacked", where=file, due="at most 1 GiB", cure="cut it into smaller files")
            if "xl/workbook.xml" not in names:
                raise BadInput("a zip archive without a workbook", where=file, due=_DUE, cure="unpack it first")
            if (broken := package.testzip()) is not None:
                raise BadInput(f"a damaged part '{broken}'", where=file, due="a whole XLSX file", cure="load it again")
            for name in names:
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    _check_extent(package.read(name), file)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        OSError,
        EOFError,
        ValueError,
        zipfile.LargeZipFile,
        zlib.error,
    ):
        raise cut from None


def _check_extent(sheet: bytes, file: str) -> None:
    """Return if the rectangle around all cells is not too large: a cell far away makes it so."""
    height = width = 0
    for found in _REFERENCE.finditer(sheet):
        height = max(height, int(found[2]))
        number = 0
        for letter in found[1]:
            number = 26 * number + letter - 64
        width = max(width, number)
    if height * width > MAX_CELLS:
        raise _too_many(file)


def _too_many(file: str) -> BadInput:
    cure = "delete empty rows and columns beside the table, or cut it into smaller files"
    return BadInput(f"more than {MAX_CELLS:,} cells", where=file, due=f"at most {MAX_CELLS:,}", cure=cure)


def _workbook(content: bytes, file: str, only: str) -> list[Grid]:
    """Return the sheets of an XLSX file that hold cells."""
    import python_calamine

    grids: list[Grid] = []
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in [only] if only in book.sheet_names else book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height * sheet.total_width > MAX_CELLS:
                raise _too_many(file)
            rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
            grids.append(Grid(file, name, rows, []))
    except python_calamine.PasswordError:
        raise _locked(file) from None
    except (python_calamine.CalamineError, OSError, ValueError) as fault:
        raise _damaged(file, str(fault)) from None
    return _filled(grids, file)


def _old_workbook(content: bytes, file: str, only: str) -> list[Grid]:
    """Return the sheets of an XLS file that hold cells.

    A damaged file of this format can make its reader take all memory or end the process, so that it is read in another one.
    """
    command = [sys.executable, "-P", "-c", _READ_XLS, only, str(MAX_CELLS)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise _damaged(file, f"it takes more than {_SECONDS} seconds") from None
    if done.returncode == _PASSWORD:
        raise _locked(file)
    if done.returncode == _LARGE:
        raise _too_many(file)
    if done.returncode:
        raise _damaged(file, "its reader failed")
    sheets = msgspec.json.decode(done.stdout, type=list[tuple[str, list[list[str | float | _Date]]]])
    return _filled([Grid(file, name, [[_cell(value) for value in row] for row in rows], []) for name, rows in sheets], file)


class _Date(msgspec.Struct, frozen=True):
    """A date on its way from the other process."""

    date: datetime.datetime


_SECONDS, _PASSWORD, _LARGE = 120, 3, 4
_READ_XLS = """
import datetime, io, json, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, 4 * 2**30))
except (ImportError, ValueError, OSError):
    pass
import python_calamine
try:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
except python_calamine.PasswordError:
    sys.exit(3)
only, most = sys.argv[1], int(sys.argv[2])
def plain(value):
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.datetime):
        return {"date": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"date": value.isoformat() + "T00:00:00"}
    return float(value) if isinstance(value, (int, float)) else str(value)
found = []
for name in [only] if only in book.sheet_names else book.sheet_names:
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height * sheet.total_width > most:
        sys.exit(4)
    found.append((name, [[plain(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]))
sys.stdout.write(json.dumps(found, allow_nan=False))
"""


def _filled(grids: list[Grid], file: str) -> list[Grid]:
    """Return the grids that hold cells, at least one."""
    filled = [grid for grid in grids if any(cell != "" for row in grid.rows for cell in row)]
    if not filled:
        raise BadInput("a workbook without cells", where=file, due=_DUE, cure="load it again")
    return filled


def _locked(file: str) -> BadInput:
    return BadInput("a workbook with a password", where=file, due=_DUE, cure="open it in a spreadsheet and save it without one")


def _damaged(file: str, why: str) -> BadInput:
    cure = "load it again, or open it in a spreadsheet and save it as XLSX"
    return BadInput(f"a damaged workbook ({why})", where=file, due="a whole one", cure=cure)


def _cell(value: object) -> Cell:
    if isinstance(value, str):
        return value if value.strip() else ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, _Date):
        return value.date.replace(tzinfo=None)
    if isinstance(value, datetime.datetime):
        return value
    if isinstance(value, datetime.date):
        return datetime.datetime(value.year, value.month, value.day)
    return "" if value is None else str(value)


def _delimited(content: bytes, file: str, encoding: str, delimiter: str) -> Grid:
    text, notes = _decoded(content, file, encoding)
    found = delimiter or _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=found, strict=True)
    rows: list[list[Cell]] = []
    lines: list[int] = []
    line, cells = 1, 0
    try:
        for record in reader:
            rows.append([value if value.strip() else "" for value in record])
            lines.append(line)
            line = reader.line_num + 1
            cells += len(record)
            if cells > MAX_CELLS:
                raise _too_many(file)
    except csv.Error as fault:
        cure = "a quotation mark is not closed, or stands within a cell without being doubled"
        raise BadInput(f"{fault}", where=f"{file} line {line}", due="a row of the table", cure=cure) from None
    if len(rows) > 1 and not text.endswith(("\n", "\r")) and _cut(rows[-1], rows[-2]):
        cure = "the file was cut short: load it again; if it is whole, end its last line"
        found = f"{len(rows[-1])} cells and no end of the line"
        raise BadInput(found, where=f"{file} line {lines[-1]}", due=f"{len(rows[-2])} cells", cure=cure)
    return Grid(file, "", rows, lines, notes)


def _cut(last: list[Cell], before: list[Cell]) -> bool:
    """Return whether the last row breaks off among its numbers."""
    return 1 < len(last) < len(before) and any(re.match("[0-9]", str(cell)) for cell in last[1:])


def _decoded(content: bytes, file: str, encoding: str) -> tuple[str, tuple[str, ...]]:
    """Return the characters of a file, and a note where the encoding was found and not said."""
    if not encoding:
        encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else _wide(content) or "utf-8"
        try:
            text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
        except UnicodeDecodeError as fault:
            text = content.decode("cp1251", "replace")
            foreign = [sign for sign in text if sign > "\x7f"]
            cyrillic = sum("А" <= sign <= "я" or sign in "ЁёЎўІіЇїЄєҐґ«»№–—“”\xa0" for sign in foreign)
            if encoding.startswith("utf-16") or cyrillic < 0.9 * len(foreign):
                cure = f"save it as UTF-8, or say [file] encoding = one of {', '.join(ENCODINGS)}"
                found = f"not {encoding.upper()} from byte {fault.start:,} on"
                raise BadInput(found, where=file, due="text in UTF-8 or windows-1251", cure=cure) from None
            encoding = "cp1251"
        told = {"cp1251": "windows-1251", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
        notes: tuple[str, ...] = (f"read as {told[encoding]}",) if encoding in told else ()
    else:
        notes = ()
        try:
            text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
        except UnicodeDecodeError as fault:
            cure = "leave encoding out or say another"
            raise BadInput(f"not {encoding} from byte {fault.start:,} on", where=file, due=encoding, cure=cure) from None
    if found_control := _CONTROLS.search(text):
        line = text.count("\n", 0, found_control.start()) + 1
        raise BadInput("binary data", where=f"{file} line {line}", due=_DUE, cure="save the table as CSV or XLSX")
    return text, notes


def _wide(content: bytes) -> str:
    """Return the kind of UTF-16 of a text without a mark of it, empty if none: every other byte is 0 or Cyrillic's 4."""
    head = content[:2000]
    for encoding, high in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if b"\x00" in high and sum(byte in (0, 4) for byte in high) > 0.9 * len(high) and len(content) % 2 == 0:
            return encoding
    return ""


def _delimiter(text: str) -> str:
    """Return the sign that cuts most rows into the same number of cells, two at least; a comma where none does."""
    head = "\n".join(text[:200_000].splitlines()[:200])
    best, best_score = ",", (0.0, 0)
    for sign in DELIMITERS:
        try:
            widths = [len(row) for row in islice(csv.reader(io.StringIO(head, newline=""), delimiter=sign), 100) if row]
        except csv.Error:
            continue
        wide = [width for width in widths if width > 1]
        if wide:
            common = max(set(wide), key=wide.count)
            score = (wide.count(common) / len(widths), common)
            if score[0] > best_score[0] + 1e-9:
                best, best_score = sign, score
    return best
