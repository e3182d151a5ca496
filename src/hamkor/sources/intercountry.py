"""Bytes of a published inter-country input-output table -> its blocks: the layouts of the OECD (CSV) and of ADB (Excel).

No folder of its own: a provider's folder gives records of trade, which the store keeps; a table is one block of figures.
"""

from __future__ import annotations

import io
import re

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from hamkor.schema.errors import BadInput
from hamkor.sources.grid import Grid, read_grids, text_of
from hamkor.sources.sheets import number

Array = NDArray[np.float64]
_MILLION = 1e6
_PARTS = {"MX1": "MEX", "MX2": "MEX", "CN1": "CHN", "CN2": "CHN"}
"""Processing and other activities, which the OECD tells apart in rows and inputs but not in final demand."""
_ADDED, _MADE = ("VA", "VALU"), ("OUT", "OUTPUT", "TOTAL")
_SECTOR, _FINAL, _TOTAL = (
    re.compile(r"c\d+", re.IGNORECASE),
    re.compile(r"f\d+", re.IGNORECASE),
    re.compile(r"r\d+", re.IGNORECASE),
)


class IntercountryTable(msgspec.Struct, frozen=True, eq=False):
    """The blocks of a table as printed, in US dollars; `hamkor.indicators.input_output` checks that they close.

    Attributes
    ----------
    labels
        Economy and sector of each of M rows.
    intermediate
        Shape (M, M), USD.
    final
        Shape (M, K), one column a category of an economy's final demand, USD.
    buyers
        Economy of each column of `final`.
    value_added
        With taxes less subsidies and margins, shape (M,), USD.
    output
        Shape (M,), USD.
    parts
        Economy of each part of one that the labels hold.
    """

    labels: tuple[tuple[str, str], ...]
    intermediate: Array
    final: Array
    buyers: tuple[str, ...]
    value_added: Array
    output: Array
    parts: dict[str, str]


def read_icio(content: bytes, *, file: str) -> IntercountryTable:
    """Return a table of the OECD: CSV, rows and columns ``ARG_01T02``, final demand ``ARG_HFCE``, rows TLS, VA and OUT.

    Parameters
    ----------
    content
        The bytes, US dollars in millions. Older editions name the rows ``ARG_TAXSUB``, VALU and OUTPUT.
    file
        Its name, for messages.

    Raises
    ------
    BadInput
        If it is not of this layout: a cell is no number, a row has no column of its name, value added or output is missing.

    Examples
    --------
    >>> head = "V1,A_1,B_1,A_HFCE,B_HFCE,OUT"
    >>> lines = ["A_1,1,1,2,0,4", "B_1,1,1,0,2,4", "TLS,0,0,0,0,0", "VA,2,2,0,0,0", "OUT,4,4,0,0,0"]
    >>> table = read_icio("\\n".join([head, *lines]).encode(), file="2020.csv")
    >>> table.labels, table.buyers, table.output.tolist()
    ((('A', '1'), ('B', '1')), ('A', 'B'), [4000000.0, 4000000.0])
    """
    due = "a table of the OECD's ICIO layout (CSV; V1, ARG_01T02, ...)"
    try:
        header = [name.strip().strip('"') for name in content.split(b"\n", 1)[0].decode("utf-8-sig").split(",")]
    except UnicodeDecodeError:
        raise BadInput("no text in UTF-8", where=file, due=due) from None
    columns = header[1:]
    if not any("_" in name for name in columns):
        raise BadInput(f"a first line of '{','.join(header[:4])[:60]}'", where=file, due=due)
    if len(set(columns)) < len(columns):
        raise BadInput("a column that stands twice", where=f"{file} line 1", due="each column once")
    types = [pl.String, *[pl.Float64] * len(columns)]
    try:
        frame = pl.read_csv(
            io.BytesIO(content), has_header=False, skip_rows=1, schema={f"{i}": kind for i, kind in enumerate(types)}
        )
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as fault:
        found = str(fault).split("\n")[0][:160]
        raise BadInput(f"a cell that cannot be read ({found})", where=file, due="numbers", cure="download it again") from None
    names = [str(name).strip() for name in frame["0"]]
    figures = frame.drop("0").to_numpy().astype(np.float64) * _MILLION
    figures = np.where(np.isnan(figures), 0.0, figures) if np.isnan(figures).any() else figures
    at = {name: column for column, name in enumerate(columns)}
    taxes = [row for row, name in enumerate(names) if name == "TLS" or name.endswith("_TAXSUB")]
    sectors = [row for row, name in enumerate(names) if "_" in name and not name.endswith("_TAXSUB")]
    if missing := [names[row] for row in sectors if names[row] not in at]:
        raise BadInput(
            f"row {missing[0]} without a column", where=file, due="as many columns as rows", cure="was it cut short?"
        )
    places = [at[names[row]] for row in sectors]
    own = set(places)
    bought = [column for column, name in enumerate(columns) if "_" in name and column not in own]
    added, made = _row(names, _ADDED, file), _row(names, _MADE, file)
    labels = tuple((names[row].partition("_")[0], names[row].partition("_")[2]) for row in sectors)
    return IntercountryTable(
        labels, figures[np.ix_(sectors, places)], figures[np.ix_(sectors, bought)],
        tuple(columns[column].partition("_")[0] for column in bought),
        figures[added, places] + figures[np.ix_(taxes, places)].sum(axis=0), figures[made, places],
        {part: whole for part, whole in _PARTS.items() if any(economy == part for economy, _ in labels)},
    )  # fmt: skip


def _row(names: list[str], known: tuple[str, ...], file: str) -> int:
    for row, name in enumerate(names):
        if name.upper() in known:
            return row
    raise BadInput(f"no row {' or '.join(known)}", where=file, due="value added and output below the sectors")


def read_mrio(content: bytes, *, file: str) -> IntercountryTable:
    """Return a table of ADB: Excel, economies over sectors ``c1`` ... ``c35`` and final demand ``F1`` ... ``F5``.

    Parameters
    ----------
    content
        The bytes, US dollars in millions. Rows r60 (total of inputs) and r69 (output) stand below; those between them are
        taxes, adjustments, value added and margins, and are all counted as value added.
    file
        Its name, for messages.

    Raises
    ------
    BadInput
        If it is not of this layout.
    """
    due = "a table of ADB's MRIO layout (economies over c1 ... c35, F1 ... F5)"
    for grid in read_grids(content, file=file):
        for head, row in enumerate(grid.rows[:30]):
            if head and sum(_SECTOR.fullmatch(text_of(cell)) is not None for cell in row) > 0:
                return _mrio(grid, head)
    raise BadInput("no line of sectors c1, c2 ...", where=file, due=due)


def _mrio(grid: Grid, head: int) -> IntercountryTable:
    """Return the blocks of a sheet whose row `head` names the sectors."""
    over, codes = grid.rows[head - 1], [text_of(cell) for cell in grid.rows[head]]
    columns = [column for column, code in enumerate(codes) if _SECTOR.fullmatch(code)]
    bought = [column for column, code in enumerate(codes) if _FINAL.fullmatch(code)]
    side = max(
        range(columns[0]), key=lambda column: sum(_is(_SECTOR, grid, row, column) for row in range(head + 1, len(grid.rows)))
    )
    rows = [row for row in range(head + 1, len(grid.rows)) if _is(_SECTOR, grid, row, side)]
    below = {
        text_of(grid.cell(row, side)).lower(): row for row in range(head + 1, len(grid.rows)) if _is(_TOTAL, grid, row, side)
    }
    labels = tuple((text_of(grid.cell(row, side - 1)), text_of(grid.cell(row, side)).lower()) for row in rows)
    across = tuple((text_of(over[column]), codes[column].lower()) for column in columns)
    if labels != across or not bought:
        found = f"{len(labels)} rows and {len(across)} columns of sectors, {len(bought)} of final demand"
        raise BadInput(found, where=grid.file, due="the same sectors in rows and columns, and final demand F1 ...")
    if "r69" not in below or len(below) < 3:
        raise BadInput(f"rows {', '.join(below) or 'none'} below the sectors", where=grid.file, due="r60 to r69")
    figures = np.array([_numbers(grid, row, [*columns, *bought]) for row in rows]) * _MILLION
    added = [row for code, row in below.items() if code not in ("r60", "r69")]
    return IntercountryTable(
        labels, figures[:, : len(columns)].copy(), figures[:, len(columns) :].copy(),
        tuple(text_of(over[column]) for column in bought),
        np.array([_numbers(grid, row, columns) for row in added]).sum(axis=0) * _MILLION,
        np.array(_numbers(grid, below["r69"], columns)) * _MILLION, {},
    )  # fmt: skip


def _is(kind: re.Pattern[str], grid: Grid, row: int, column: int) -> bool:
    return kind.fullmatch(text_of(grid.cell(row, column))) is not None


def _numbers(grid: Grid, row: int, columns: list[int]) -> list[float]:
    """Return the figures of a row; an empty cell is 0."""
    cells = [grid.cell(row, column) for column in columns]
    return [
        cell if isinstance(cell, float) else number(cell, where=grid.where(row, column)) or 0.0
        for cell, column in zip(cells, columns, strict=True)
    ]
