"""Inter-country input-output tables: what they hold, and whether their accounts close."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from hamkor.schema.errors import BadInput

Array = NDArray[np.float64]
TOLERANCE = 1e-3
"""Part of a sector's output by which its printed accounts may differ: published tables are rounded."""


class InputOutput(msgspec.Struct, frozen=True, eq=False):
    """An inter-country input-output table whose accounts close.

    Rows are sorted by economy and sector; an economy that the publisher splits (processing zones of Mexico and China) has
    several rows of one sector. M rows, N economies.

    Attributes
    ----------
    economies
        N codes, in alphabetical order.
    owners
        Position of the economy of each row, shape (M,).
    sectors
        Sector of each row, M names.
    intermediate
        What each row sells to each sector, shape (M, M), USD.
    final
        What each row sells to the final demand of each economy, shape (M, N), USD; negative where stocks were run down.
    value_added
        Output less inputs: with taxes less subsidies on products, so that a dollar of output is all somebody's value added,
        shape (M,), USD.
    output
        Shape (M,), USD.
    period
        Of the table.
    emissions
        Direct emissions of each row, shape (M,), in tonnes; None where they are not known.
    notes
        What to know of it: negative final demand, negative value added, sectors without output.
    """

    economies: tuple[str, ...]
    owners: NDArray[np.int64]
    sectors: tuple[str, ...]
    intermediate: Array
    final: Array
    value_added: Array
    output: Array
    period: str = ""
    emissions: Array | None = None
    notes: tuple[str, ...] = ()

    @property
    def starts(self) -> NDArray[np.int64]:
        """First row of each economy, shape (N,)."""
        return np.searchsorted(self.owners, np.arange(len(self.economies)))

    def rows(self, economy: int) -> slice:
        """Return the rows of an economy, by its position."""
        first, last = np.searchsorted(self.owners, [economy, economy + 1])
        return slice(int(first), int(last))


def input_output(
    labels: Sequence[tuple[str, str]],
    intermediate: Array,
    final: Array,
    buyers: Sequence[str],
    *,
    value_added: Array | None = None,
    output: Array | None = None,
    parts: Mapping[str, str] | None = None,
    period: str = "",
) -> InputOutput:
    """Return a table whose accounts were checked, with its rows in order.

    Parameters
    ----------
    labels
        Economy and sector of each row, M of them.
    intermediate
        Shape (M, M), USD.
    final
        One column a category of final demand, shape (M, K), USD.
    buyers
        Economy of each column of `final`, K of them.
    value_added
        As printed, with taxes less subsidies on products, shape (M,); the rest of the output where it is not known.
    output
        As printed, shape (M,); the sum of the uses where it is not known.
    parts
        Economy that a part of one belongs to: ``{"MX1": "MEX"}``.
    period
        Of the table.

    Raises
    ------
    BadInput
        If shapes do not fit, a row stands twice, a figure is missing, an intermediate use or an output is negative, a sector
        uses inputs but makes nothing, or uses or costs differ from the output by more than `TOLERANCE` of it.

    Examples
    --------
    >>> table = toy_table()
    >>> table.economies, table.output.tolist(), table.value_added.tolist()
    (('A', 'B', 'C'), [100.0, 100.0, 100.0], [60.0, 55.0, 65.0])
    """
    uses, ends = np.asarray(intermediate, dtype=np.float64), np.asarray(final, dtype=np.float64)
    printed = None if output is None else np.asarray(output, dtype=np.float64)
    costs = None if value_added is None else np.asarray(value_added, dtype=np.float64)
    _check_shapes(labels, uses, ends, buyers, (printed, costs))
    names = [f"{economy} {sector}" for economy, sector in labels]
    whole = parts or {}
    mapped = [(whole.get(economy, economy), sector) for economy, sector in labels]
    economies = tuple(sorted({economy for economy, _ in mapped}))
    place = {economy: position for position, economy in enumerate(economies)}
    total = uses.sum(axis=1) + ends.sum(axis=1)
    _check_signs(names, uses, total)
    if printed is not None:
        _check_closes(names, total, printed, "uses")
    added = total - uses.sum(axis=0)
    if costs is not None:
        _check_closes(names, uses.sum(axis=0) + costs, total, "inputs and value added")
    order = np.array(sorted(range(len(mapped)), key=lambda row: (mapped[row], labels[row])), dtype=np.int64)
    demand = np.zeros((len(mapped), len(economies)))
    for column, buyer in enumerate(buyers):
        economy = whole.get(buyer, buyer)
        if economy not in place:
            raise BadInput(f"final demand of '{buyer}'", where="input-output table", due="an economy that has rows")
        demand[:, place[economy]] += ends[:, column]
    return InputOutput(
        economies, np.array([place[mapped[row][0]] for row in order], dtype=np.int64), tuple(mapped[row][1] for row in order),
        uses[np.ix_(order, order)], demand[order], added[order], total[order], period, None,
        _notes(names, ends, added, total),
    )  # fmt: skip


def _check_shapes(
    labels: Sequence[tuple[str, str]], uses: Array, ends: Array, buyers: Sequence[str], sides: tuple[Array | None, ...]
) -> None:
    size = len(labels)
    due = f"{size} x {size} and {size} x {len(buyers)}"
    fits = uses.shape == (size, size) and ends.shape == (size, len(buyers))
    if not size or not fits or any(side is not None and side.shape != (size,) for side in sides):
        raise BadInput(f"tables of {uses.shape} and {ends.shape}", where="input-output table", due=due)
    if len(set(labels)) < size:
        twice = next(label for label in labels if list(labels).count(label) > 1)
        raise BadInput(f"{' '.join(twice)} stands twice", where="input-output table", due="each sector of an economy once")
    for name, found in (("intermediate", uses), ("final", ends), *(("output or value added", side) for side in sides)):
        if found is not None and not np.isfinite(found).all():
            row = int(np.argwhere(~np.isfinite(found))[0][0])
            where = f"input-output table, {name}, {' '.join(labels[row])}"
            raise BadInput("no number", where=where, due="a finite figure", cure="write 0 where nothing is sold")


def _check_signs(names: list[str], uses: Array, total: Array) -> None:
    """Return if no use is negative, no output is, and what makes nothing uses nothing."""
    if uses.min() < 0:
        row, column = divmod(int(uses.argmin()), len(names))
        raise BadInput(
            f"{names[row]} sells {uses[row, column]:,.6g} to {names[column]}", where="input-output table, intermediate",
            due="a use >= 0", cure="book it as final demand (a change of stocks), or as 0",
        )  # fmt: skip
    if total.min() < 0:
        row = int(total.argmin())
        cure = "negative final demand exceeds its other uses; take the stocks from an earlier year's output"
        raise BadInput(f"uses of {total[row]:,.6g}", where=f"input-output table, {names[row]}", due="output >= 0", cure=cure)
    idle = (total == 0) & (uses.sum(axis=0) > 0)
    if idle.any():
        row = int(np.flatnonzero(idle)[0])
        found = f"inputs of {uses[:, row].sum():,.6g} and no output"
        raise BadInput(found, where=f"input-output table, {names[row]}", due="output where there are inputs")


def _check_closes(names: list[str], found: Array, due: Array, side: str) -> None:
    gap = found - due
    off = np.abs(gap) > TOLERANCE * np.abs(due) + 1e-6 * np.abs(due).mean()
    if off.any():
        row = int(np.argmax(np.where(off, np.abs(gap), 0.0)))
        raise BadInput(
            f"{side} of {found[row]:,.6g}, {gap[row]:+,.6g} off; {int(off.sum())} of {len(names)} sectors are off",
            where=f"input-output table, {names[row]}", due=f"the output, {due[row]:,.6g}",
            cure="is a row (taxes, margins) or a column (stocks) missing?",
        )  # fmt: skip


def _notes(names: list[str], ends: Array, added: Array, total: Array) -> tuple[str, ...]:
    notes = []
    if (negative := int((ends < 0).sum())) > 0:
        notes.append(f"{negative} negative final demands, {ends[ends < 0].sum():,.6g} in all, are kept: stocks were run down")
    if (short := np.flatnonzero(added < -1e-9 * total)).size:
        notes.append(f"{short.size} sectors cost more than they make, first {names[short[0]]}: {added[short[0]]:,.6g}")
    if (idle := int((total == 0).sum())) > 0:
        notes.append(f"{idle} sectors make nothing")
    return tuple(notes)


def with_emissions(table: InputOutput, emissions: pl.DataFrame) -> InputOutput:
    """Return a table that knows the direct emissions of its sectors.

    Parameters
    ----------
    table
        The table.
    emissions
        economy, sector, value (tonnes), one row for each sector that has output; where an economy's sector has several rows,
        its emissions are shared among them by output.

    Raises
    ------
    BadInput
        If a sector with output has no emissions, a row stands twice, or one is negative or unknown to the table.

    Examples
    --------
    >>> known = with_emissions(toy_table(), pl.DataFrame({"economy": ["A", "B", "C"], "sector": "all", "value": [50, 20, 10]}))
    >>> known.emissions.tolist()
    [50.0, 20.0, 10.0]
    """
    where = "emissions"
    for column in ("economy", "sector", "value"):
        if column not in emissions.columns:
            raise BadInput(f"columns {', '.join(emissions.columns)}", where=where, due=f"a column {column}")
    given: dict[tuple[str, str], float] = {}
    for economy, sector, value in emissions.select("economy", "sector", "value").iter_rows():
        if value is None or not np.isfinite(value) or value < 0:
            raise BadInput(f"{value}", where=f"{where} {economy} {sector}", due="tonnes >= 0")
        if (economy, sector) in given:
            raise BadInput("stands twice", where=f"{where} {economy} {sector}", due="each sector once")
        given[economy, sector] = float(value)
    keys = [(table.economies[owner], sector) for owner, sector in zip(table.owners, table.sectors, strict=True)]
    if unknown := sorted(set(given) - set(keys)):
        raise BadInput("a sector the table does not have", where=f"{where} {' '.join(unknown[0])}", due="its own names")
    made: dict[tuple[str, str], float] = {}
    for key, output in zip(keys, table.output, strict=True):
        made[key] = made.get(key, 0.0) + float(output)
    if missing := sorted(key for key, output in made.items() if output > 0 and key not in given):
        raise BadInput(f"{len(missing)} sectors without emissions", where=f"{where} {' '.join(missing[0])}", due="tonnes")
    if idle := sorted(key for key, value in given.items() if value > 0 and made[key] == 0):
        raise BadInput("emissions without output", where=f"{where} {' '.join(idle[0])}", due="0 tonnes")
    shares = [output / made[key] * given[key] if output else 0.0 for key, output in zip(keys, table.output, strict=True)]
    return msgspec.structs.replace(table, emissions=np.array(shares))


def toy_table() -> InputOutput:
    """Return the worked table of the examples: three economies, one sector each, every output 100.

    Examples
    --------
    >>> toy_table().intermediate.tolist()
    [[20.0, 10.0, 5.0], [10.0, 30.0, 10.0], [10.0, 5.0, 20.0]]
    """
    sold = np.array([[20.0, 10.0, 5.0], [10.0, 30.0, 10.0], [10.0, 5.0, 20.0]])
    final = np.array([[50.0, 10.0, 5.0], [5.0, 40.0, 5.0], [5.0, 5.0, 55.0]])
    return input_output([("A", "all"), ("B", "all"), ("C", "all")], sold, final, ["A", "B", "C"])
