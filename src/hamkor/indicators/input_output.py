"""Inter-country input-output tables: what they hold, whether they add up, and the two layouts in which they are published."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from hamkor.schema.errors import BadInput

Floats = npt.NDArray[np.float64]
_SPLIT = {"CN1": "CHN", "CN2": "CHN", "MX1": "MEX", "MX2": "MEX"}
"""Regions that the OECD's tables tell apart within an economy, for processing trade."""
_SLACK = 1e-6


class InputOutput(msgspec.Struct, frozen=True):
    """An inter-country input-output table; K rows, each a sector of an economy, N economies.

    Attributes
    ----------
    economies
        N codes.
    owner
        K: place of the economy of each row.
    sectors
        K labels.
    intermediate
        K x K: sales of the row to the column.
    final
        K x N: sales to final demand of each economy, all kinds together.
    notes
        What was off in the table.
    """

    economies: tuple[str, ...]
    owner: npt.NDArray[np.int64]
    sectors: tuple[str, ...]
    intermediate: Floats
    final: Floats
    notes: tuple[str, ...] = ()

    @property
    def output(self) -> Floats:
        """Return K: what each row sells to all."""
        return np.asarray(self.intermediate.sum(axis=1) + self.final.sum(axis=1))

    @property
    def value_added(self) -> Floats:
        """Return K: output less inputs, taxes on products included."""
        return np.asarray(self.output - self.intermediate.sum(axis=0))


def input_output(
    intermediate: Floats, final: Floats, *, economies: Sequence[str], owner: Sequence[str], sectors: Sequence[str],
    output: Floats | None = None,
) -> InputOutput:  # fmt: skip
    """Return a checked table.

    Parameters
    ----------
    intermediate, final
        K x K and K x N, in one currency.
    economies
        N codes.
    owner, sectors
        K: the economy and the sector of each row.
    output
        K: as it is printed; only checked.

    Raises
    ------
    BadInput
        If shapes do not fit, a number is missing, an intermediate sale is negative, inputs exceed output, or the printed
        output is not the sum of the row.

    Examples
    --------
    >>> codes = ["A", "B"]
    >>> table = input_output(
    ...     np.array([[1.0, 1], [1, 1]]), np.array([[6.0, 2], [2, 6]]), economies=codes, owner=codes, sectors=["x", "x"]
    ... )
    >>> table.value_added.tolist()
    [8.0, 8.0]
    """
    rows = len(owner)
    for name, found, due in (("intermediate", intermediate, (rows, rows)), ("final", final, (rows, len(economies)))):
        if found.shape != due:
            raise BadInput(f"{' x '.join(map(str, found.shape))} cells", where=name, due=" x ".join(map(str, due)))
        if not np.isfinite(found).all():
            row, column = np.argwhere(~np.isfinite(found))[0]
            raise BadInput("a missing number", where=f"{name} {owner[row]} {sectors[row]} column {column + 1}", due="a number")
    if (intermediate < 0).any():
        row, column = np.argwhere(intermediate < 0)[0]
        place = f"{owner[row]} {sectors[row]} -> {owner[column]} {sectors[column]}"
        raise BadInput(f"{intermediate[row, column]:g}", where=f"intermediate {place}", due="a value >= 0")
    places = {code: place for place, code in enumerate(economies)}
    if unknown := sorted(set(owner) - set(places)):
        raise BadInput(f"rows of {unknown[0]}", where="owner", due=f"one of {', '.join(economies)}")
    notes = []
    if (final < 0).any():
        share = -final[final < 0].sum() / np.abs(final).sum()
        notes.append(f"{(final < 0).sum()} cells of final demand are negative (inventories; {share:.2%} of it)")
    table = InputOutput(
        tuple(economies), np.array([places[code] for code in owner], dtype=np.int64), tuple(sectors),
        np.ascontiguousarray(intermediate, dtype=float), np.ascontiguousarray(final, dtype=float), tuple(notes),
    )  # fmt: skip
    made, added = table.output, table.value_added
    scale = max(float(made.max()), 1e-300)
    for row in map(int, np.flatnonzero(added < -_SLACK * scale)):
        raise BadInput(
            f"inputs of {made[row] - added[row]:.6g} for an output of {made[row]:.6g}", where=f"{owner[row]} {sectors[row]}",
            due="inputs up to output",
        )  # fmt: skip
    if output is not None:
        off = np.abs(output - made)
        worst = int(np.argmax(off))
        if off[worst] > 1e-3 * scale:
            raise BadInput(
                f"a row that sums to {made[worst]:.6g}", where=f"{owner[worst]} {sectors[worst]}",
                due=f"its printed output of {output[worst]:.6g}", cure="check that no row or column was lost",
            )  # fmt: skip
        notes.append(f"printed output and the sums of rows are apart by up to {off[worst] / scale:.1e} of the largest output")
    return msgspec.structs.replace(table, notes=tuple(notes))


def from_oecd(frame: pl.DataFrame) -> InputOutput:
    """Return the table of the OECD's layout: labels ``ARG_01T02`` in the first column and the heads.

    Columns of final demand are those of an economy that are no rows (``ARG_HFCE``); the rows ``VA``, ``TLS``, ``OUT`` and the
    column ``OUT`` may be there. Regions told apart within China and Mexico become sectors of their economy.

    Parameters
    ----------
    frame
        The first column holds the labels of the rows.

    Raises
    ------
    BadInput
        If no rows or no final demand are found, or as `input_output`.
    """
    labels = frame[frame.columns[0]].cast(pl.String).to_list()
    made = [
        place
        for place, label in enumerate(labels)
        if re.fullmatch(r"[A-Z][A-Z0-9]{2}_\w+", label or "") and label in frame.columns
    ]
    if not made:
        raise BadInput(
            f"first rows {', '.join(map(str, labels[:3]))}", due="rows labelled as ARG_01T02", cure="see the OECD's ICIO"
        )
    rows = [str(labels[place]) for place in made]
    known = set(rows)
    demanded = [name for name in frame.columns[1:] if re.match(r"[A-Z][A-Z0-9]{2}_", name) and name not in known]
    if not demanded:
        raise BadInput("no final demand", due="columns as ARG_HFCE")
    owner = [_SPLIT.get(label[:3], label[:3]) for label in rows]
    sectors = [f"{label[:3]}_{label[4:]}" if label[:3] in _SPLIT else label[4:] for label in rows]
    buyers = [_SPLIT.get(name[:3], name[:3]) for name in demanded]
    economies = list(dict.fromkeys([*owner, *buyers]))
    table = frame[made]
    numbers = table.select(pl.col(demanded).cast(pl.Float64)).to_numpy()
    final = np.zeros((len(rows), len(economies)))
    for column, buyer in enumerate(buyers):
        final[:, economies.index(buyer)] += numbers[:, column]
    printed = next(
        (table[name].cast(pl.Float64).to_numpy() for name in ("OUT", "OUTPUT", "TOTAL") if name in table.columns), None
    )
    uses = table.select(pl.col(rows).cast(pl.Float64)).to_numpy()
    return input_output(uses, final, economies=economies, owner=owner, sectors=sectors, output=printed)


def from_adb(cells: Sequence[Sequence[object]]) -> InputOutput:
    """Return the table of the layout of ADB's multiregional tables: a row of economies above one of ``c1`` ... ``F5``.

    Parameters
    ----------
    cells
        The sheet, row by row.

    Raises
    ------
    BadInput
        If no such row of heads is found, or as `input_output`.
    """
    heads = next(
        (
            place for place, row in enumerate(cells[:30])
            if sum(bool(re.fullmatch(r"[cF]\d+", str(one or "").strip())) for one in row) > 3
        ), None,
    )  # fmt: skip
    if heads is None or heads == 0:
        raise BadInput("no row of sector codes", due="c1, c2 ... F5 as in ADB's multiregional input-output tables")
    codes = [str(one or "").strip() for one in cells[heads]]
    above = [str(one or "").strip() for one in cells[heads - 1]]
    uses = [place for place, code in enumerate(codes) if re.fullmatch(r"c\d+", code)]
    demands = [place for place, code in enumerate(codes) if re.fullmatch(r"F\d+", code)]
    wanted = {(above[place], codes[place]) for place in uses}
    left = range(min(uses))
    rows: list[int] = []
    names: list[tuple[str, str]] = []
    for place, row in enumerate(cells[heads + 1 :], start=heads + 1):
        told = [str(row[column] or "").strip() for column in left]
        match = next(((a, b) for a in told for b in told if (a, b) in wanted), None)
        if match is not None:
            rows.append(place)
            names.append(match)
    if len(rows) != len(uses):
        raise BadInput(f"{len(rows)} rows and {len(uses)} columns of sectors", due="the same sectors in rows and columns")
    order = {(above[place], codes[place]): place for place in uses}
    economies = list(dict.fromkeys(name for name, _ in names))
    try:
        matrix = np.array([[float(str(cells[row][order[name]] or 0)) for name in names] for row in rows])
        final = np.zeros((len(rows), len(economies)))
        for column in demands:
            if above[column] in economies:
                final[:, economies.index(above[column])] += [float(str(cells[row][column] or 0)) for row in rows]
    except ValueError as error:
        raise BadInput(str(error), where="the table", due="numbers") from None
    return input_output(
        matrix, final, economies=economies, owner=[name for name, _ in names], sectors=[code for _, code in names]
    )
