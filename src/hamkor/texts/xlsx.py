"""Excel -> cells, as they show what they hold; hidden sheets too."""

from __future__ import annotations

import io
import re
import warnings
from typing import Any, NamedTuple

from hamkor.texts.build import Writer
from hamkor.texts.limits import MAX_PIECES, too_many
from hamkor.texts.package import FAULTS, damaged
from hamkor.texts.shown import shown
from hamkor.texts.text import Text

_BARE_NAME = re.compile(r"\w+")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LAST_ROW, _LAST_COLUMN, _MOST_MERGED = 1_048_576, 16_384, 5_000_000


class _Cell(NamedTuple):
    row: int
    column: int
    text: str


def read_xlsx(data: bytes, *, name: str) -> Text:
    """Return the cells of a workbook, sheet by sheet; a formula stands with the value that was last saved.

    Parameters
    ----------
    data
        The file, already looked at by `office_format`.
    name
        Of the file, for messages.

    Raises
    ------
    BadInput
        If it is damaged, or has too many cells.
    """
    import openpyxl
    from openpyxl.utils import get_column_letter
    from openpyxl.utils.exceptions import InvalidFileException

    writer = Writer(name)
    try:
        with warnings.catch_warnings():
            # of what is not read here: charts, validations, extensions
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            for sheet in book.worksheets:
                table = writer.next_table()
                title = sheet.title if _BARE_NAME.fullmatch(sheet.title) else f"'{sheet.title}'"
                for row, column, text in _cells(book, sheet, name):
                    locator = f"{title}!{get_column_letter(column)}{row}"
                    writer.add(text, kind="cell", locator=locator, table=table, row=row - 1, column=column - 1)
    except (*FAULTS, InvalidFileException) as fault:
        raise damaged(name, "Excel", fault) from None
    return writer.finished()


def _cells(book: Any, sheet: Any, name: str) -> list[_Cell]:
    """Return the cells of a sheet that show something."""
    # the reader behind openpyxl's sheets: they fill up to the size that a file declares, and know no merged cells
    from openpyxl.worksheet._reader import WorkSheetParser

    found: list[_Cell] = []
    patterns: dict[int, str] = {}
    with sheet._get_source() as source:
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for _, cells in parser.parse():
            for cell in cells:
                value, style = cell["value"], cell["style_id"]
                if value is None:
                    continue
                if style not in patterns:
                    patterns[style] = _pattern(book, style)
                text = shown(value, patterns[style]) if cell["data_type"] != "s" else _unescaped(str(value))
                if not text:
                    continue
                if not 0 < cell["row"] <= _LAST_ROW or not 0 < cell["column"] <= _LAST_COLUMN:
                    raise ValueError(f"cell in row {cell['row']}, column {cell['column']}")
                if len(found) == MAX_PIECES:
                    raise too_many(name, "cells", MAX_PIECES)
                found.append(_Cell(cell["row"], cell["column"], text))
    merged = parser.merged_cells.mergeCell if parser.merged_cells else []
    return _without_covered(found, [area.bounds for area in merged], name)


def _pattern(book: Any, style: int) -> str:
    from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

    number = book._cell_styles[style].numFmtId
    if number < BUILTIN_FORMATS_MAX_SIZE:
        return str(BUILTIN_FORMATS.get(number, "General"))
    return str(book._number_formats[number - BUILTIN_FORMATS_MAX_SIZE])


def _without_covered(cells: list[_Cell], areas: list[tuple[int, int, int, int]], name: str) -> list[_Cell]:
    """Return the cells without those that a merged cell hides."""
    left = {(cell.row, cell.column): cell for cell in cells}
    work = 0
    for first, top, last, bottom in areas:
        size = (last - first + 1) * (bottom - top + 1)
        work += min(size, len(left))
        if work > _MOST_MERGED:
            raise too_many(name, "places in merged cells", _MOST_MERGED)
        places = (
            [(row, column) for row in range(top, bottom + 1) for column in range(first, last + 1)]
            if size <= len(left)
            else [place for place in left if top <= place[0] <= bottom and first <= place[1] <= last]
        )
        for place in places:
            if place != (top, first):
                left.pop(place, None)
    return sorted(left.values())


def _unescaped(text: str) -> str:
    """Return a string with the characters that XML cannot hold, which Excel writes as ``_x000D_``, as blanks."""
    return _ESCAPED.sub(lambda found: _sign(int(found[1], 16)), text).strip()


def _sign(code: int) -> str:
    return chr(code) if code in (0x5F, 0x0A) or chr(code).isprintable() else " "
