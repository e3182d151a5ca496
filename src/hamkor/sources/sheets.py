"""What the readers of the offices' workbooks share: sheets, places, numbers, the unit in the head."""

from __future__ import annotations

import re

from hamkor.schema.errors import BadInput
from hamkor.sources.grid import letters, read_grids

CellValue = object
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
THOUSAND_DOLLARS = re.compile(r"тыс\w*\.?\s*долл|thousand\s+us\s+dollars?|миң\s+ақ?ш\s+доллар", re.IGNORECASE)
SOMS = re.compile(r"тыс\w*\.?\s*сом|thousand\s+soms?", re.IGNORECASE)


def sheets(content: bytes, *, file: str) -> dict[str, list[list[CellValue]]]:
    """Return the sheets of a workbook that hold cells, .xls or .xlsx, each as rows of cells.

    Raises
    ------
    BadInput
        If it is no workbook, cut short, or too large.
    """
    return {grid.sheet: [list(row) for row in grid.rows] for grid in read_grids(content, file=file)}


def place(sheet: str, row: int, column: int) -> str:
    """Return the place of a cell as spreadsheets write it; row and column are counted from 0.

    Examples
    --------
    >>> place("2023", 6, 27)
    '2023!AB7'
    """
    return f"{sheet}!{letters(column)}{row + 1}"


def number(cell: CellValue, *, where: str) -> float | None:
    """Return the number in a cell, None if there is none: empty, a dash, dots.

    Raises
    ------
    BadInput
        If it holds anything else.

    Examples
    --------
    >>> number("1 376,4", where="A1"), number("-", where="A1"), number(2.5, where="A1")
    (1376.4, None, 2.5)
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    text = _SPACES.sub("", str(cell))
    if text in ("", "-", "–", "—", "...", "…", "x", "х"):
        return None
    if not re.fullmatch(r"-?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?", text):
        raise BadInput(f"'{cell}'", where=where, due="a number", cure="the layout may have changed; look at the file")
    return float(text.replace(",", "."))


def shown(cell: CellValue) -> str:
    """Return a cell as it is printed."""
    return repr(cell).removesuffix(".0") if isinstance(cell, float) else str(cell).strip()


def thousand_dollars(rows: list[list[CellValue]], *, file: str, sheet: str) -> None:
    """Return if the head of a sheet says that its figures are thousand US dollars.

    Raises
    ------
    BadInput
        If it says another unit, or none.
    """
    head = " ".join(str(cell) for row in rows[:8] for cell in row if cell != "")
    where = f"{file} {sheet}!1:8"
    if THOUSAND_DOLLARS.search(head):
        return
    if SOMS.search(head):
        cure = "take the table in US dollars (4.03.00.18, 4.03.00.20)"
        raise BadInput("thousand soms", where=where, due="thousand US dollars", cure=cure)
    raise BadInput(
        "no such unit in the head", where=where, due="thousand US dollars", cure="the unit may have changed; look at the file"
    )
