"""The grid of a panel of trade: pairs by years, where effects of exporter-year, importer-year and pair are sums along edges.

A panel is a grid if two effects share columns that the largest effect lacks (the year), every pair of their other columns has
one level of the largest effect, no flow stands twice, and at least half the cells have rows. Others go the general way.
"""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from hamkor.gravity.kernels import cells, placed

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]
_FEWEST_YEARS, _FILLED = 3, 0.5


class Grid(msgspec.Struct, frozen=True):
    """S segments (pairs of entities) of T years each; cells = S T.

    Attributes
    ----------
    years, entities, partners
        T, and how many there are of each side.
    cell
        N: the cell of each row.
    there
        Which cells have a row.
    straight
        Whether rows are the cells, in order.
    starts
        Segments of each group.
    one, other
        S: where the years of each side begin in the vector of both effects.
    table
        entities x partners: the segment, -1 if none.
    """

    years: int
    entities: int
    partners: int
    cell: Places
    there: Marks
    straight: bool
    starts: Places
    one: Places
    other: Places
    table: Places

    @property
    def size(self) -> int:
        """Cells."""
        return int(self.there.size)


def grid(effects: tuple[Places, ...], levels: tuple[pl.DataFrame, ...]) -> Grid | None:
    """Return the grid that rows stand in, None if they do not.

    Parameters
    ----------
    effects, levels
        Three arrays of N places, three tables of the columns of each level.

    Examples
    --------
    >>> i, j, t = (axis.ravel() for axis in np.indices((5, 5, 4)))
    >>> tables = [pl.DataFrame({"i": np.arange(20) // 4, "t": np.arange(20) % 4})]
    >>> tables += [tables[0].rename({"i": "j"}), pl.DataFrame({"i": np.arange(25) // 5, "j": np.arange(25) % 5})]
    >>> found = grid((i * 4 + t, j * 4 + t, i * 5 + j), tuple(tables))
    >>> found.years, found.size, found.straight
    (4, 100, True)
    """
    if len(effects) != 3 or not effects[0].size:
        return None
    inner = int(np.argmax([len(table) for table in levels]))
    one, other = (at for at in range(3) if at != inner)
    columns = [set(table.columns) for table in levels]
    shared = [name for name in levels[one].columns if name in columns[other] and name not in columns[inner]]
    if not shared or columns[one] == set(shared) or columns[other] == set(shared):
        return None
    slots, years = _places(pl.concat([levels[at].select(pl.col(shared).cast(pl.String)) for at in (one, other)]))
    slots, others = slots[: len(levels[one])], slots[len(levels[one]) :]
    first, entities = _places(levels[one].drop(shared))
    second, partners = _places(levels[other].drop(shared))
    if years < _FEWEST_YEARS or entities * partners > 4 * effects[0].size + 1000:
        return None
    size = effects[0].size
    ends = np.full(entities * partners, -1, dtype=np.int64)
    segments, own = np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int32)
    if not cells(effects[one], effects[other], effects[inner], first, second, slots, others, partners, ends, segments, own):
        return None
    live = np.flatnonzero(ends >= 0)
    if size < _FILLED * live.size * years:
        return None
    order = live[np.argsort(ends[live], kind="stable")]
    ranks = np.full(ends.size, -1, dtype=np.int64)
    ranks[order] = np.arange(order.size)
    there, cell = np.zeros(order.size * years, dtype=bool), np.empty(size, dtype=np.int64)
    alone, straight = placed(segments, own, ranks, years, there, cell)
    if not alone:
        return None
    starts = np.concatenate([[0], np.cumsum(np.bincount(ends[order], minlength=len(levels[inner])))]).astype(np.int64)
    return Grid(
        years=years, entities=entities, partners=partners, cell=cell, there=there,
        straight=bool(straight) and there.size == size, starts=starts, one=order // partners * years,
        other=(entities + order % partners) * years, table=ranks.reshape(entities, partners),
    )  # fmt: skip


def _places(table: pl.DataFrame) -> tuple[Places, int]:
    """Return the place of each row among the distinct rows of a small table, and how many those are."""
    known = table.unique(maintain_order=True).with_row_index("_place")
    places = table.join(known, on=table.columns, how="left", nulls_equal=True, maintain_order="left")["_place"]
    return places.to_numpy().astype(np.int64), len(known)
