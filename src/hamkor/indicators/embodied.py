"""What is embodied in exports and demand, by where it comes from: value added, inputs, emissions."""

from __future__ import annotations

from typing import Literal

import numpy as np
import polars as pl

from hamkor.indicators.input_output import Array, InputOutput
from hamkor.indicators.registry import indicator
from hamkor.indicators.value_chains import leontief
from hamkor.schema.errors import BadInput

Use = Literal["exports", "output", "final demand"]
_USES: tuple[str, ...] = ("exports", "output", "final demand")


def leontief_decomposition(table: InputOutput, *, use: Use = "exports") -> Array:
    """Return the value added of each row in what each sector sells, or in what each economy buys.

    Parameters
    ----------
    table
        The table.
    use
        The ``exports`` or the ``output`` of each sector, diag(V) B diag(use), shape (M, M), or the ``final demand`` of each
        economy, wherever it buys, diag(V) B Y, shape (M, N); USD.

    Raises
    ------
    BadInput
        If the use is not known.

    References
    ----------
    Wang, Wei and Zhu 2013, NBER working paper 19677, equation 7; Quast and Kummritz 2015, decompr.

    Examples
    --------
    >>> from hamkor.indicators.input_output import toy_table
    >>> leontief_decomposition(toy_table()).sum(axis=0).round(6).tolist()
    [30.0, 30.0, 25.0]
    """
    _check_use(use, _USES)
    system = leontief(table)
    made = system.shares[:, None] * system.inverse
    found: Array
    if use == "final demand":
        found = made @ table.final
    else:
        found = made * (table.output if use == "output" else system.destinations.sum(axis=1))
    return found


def _check_use(use: str, known: tuple[str, ...]) -> None:
    if use not in known:
        raise BadInput(f"use '{use}'", due="one of " + ", ".join(known))


def _labels(table: InputOutput) -> dict[str, list[str]]:
    return {"economy": [table.economies[owner] for owner in table.owners], "sector": list(table.sectors)}


@indicator(
    unit="USD", level="economy-sector", needs="input-output",
    citation="Hummels, Ishii and Yi 2001, J. International Economics 54(1), equations 2-4; Koopman, Wang and Wei 2014",
)  # fmt: skip
def vertical_specialisation(table: InputOutput) -> pl.DataFrame:
    """Return the foreign value added in the exports of each sector of each economy.

    Parameters
    ----------
    table
        The table.

    Returns
    -------
    polars.DataFrame
        economy, sector, period, value (VS, imported to export, of the sector that exports, USD), reexported (VS1, the sector's
        value added in the exports of other economies, USD), exports (USD).

    Examples
    --------
    >>> from hamkor.indicators.input_output import toy_table
    >>> found = vertical_specialisation(toy_table())
    >>> found.select("economy", pl.col("value", "reexported", "exports").round(3)).rows()
    [('A', 6.835, 5.009, 30.0), ('B', 5.704, 6.154, 30.0), ('C', 4.275, 5.652, 25.0)]
    """
    flows = leontief_decomposition(table)
    abroad = table.owners[:, None] != table.owners[None, :]
    foreign = np.where(abroad, flows, 0.0)
    columns = _labels(table) | {"value": foreign.sum(axis=0), "reexported": foreign.sum(axis=1), "exports": flows.sum(axis=0)}
    return (
        pl.DataFrame(columns)
        .group_by("economy", "sector", maintain_order=True)
        .agg(pl.col("value", "reexported", "exports").sum())
        .select("economy", "sector", pl.lit(table.period).alias("period"), "value", "reexported", "exports")
        .sort("economy", "sector")
    )


@indicator(
    unit="1", level="economy-sector", needs="input-output",
    citation="Balassa 1965, of value added by source sector; Koopman, Wang and Wei 2014, Am. Economic Review 104(2), sec. IV",
)  # fmt: skip
def value_added_comparative_advantage(table: InputOutput) -> pl.DataFrame:
    """Return the revealed comparative advantage of each sector in domestic value added that is exported.

    Parameters
    ----------
    table
        The table.

    Returns
    -------
    polars.DataFrame
        economy, sector, period, value (the sector's part of its economy's exported domestic value added over the same part in
        the world; none where it has no meaning), exported (that value added, by the sector that made it, USD).

    Examples
    --------
    >>> from hamkor.indicators.input_output import toy_table
    >>> value_added_comparative_advantage(toy_table()).select("economy", pl.col("value", "exported").round(3)).row(0)
    ('A', 1.0, 23.165)
    """
    flows = leontief_decomposition(table)
    own = np.where(table.owners[:, None] == table.owners[None, :], flows, 0.0).sum(axis=1)
    frame = pl.DataFrame(_labels(table) | {"exported": own})
    frame = frame.group_by("economy", "sector", maintain_order=True).agg(pl.col("exported").sum())
    here = pl.col("exported") / pl.col("exported").sum().over("economy")
    world = pl.col("exported").sum().over("sector") / pl.col("exported").sum()
    value = pl.when(here.is_finite() & (world != 0)).then(here / world)
    return frame.select(
        "economy", "sector", pl.lit(table.period).alias("period"), value.alias("value"), "exported"
    ).sort("economy", "sector")  # fmt: skip


@indicator(
    unit="USD", level="pair", needs="input-output", variants={"use": _USES},
    citation="Johnson and Noguera 2012, J. International Economics 86(2), equations 5-7; OECD Trade in Value Added, EXGR_BSCI",
)  # fmt: skip
def value_added_by_origin(table: InputOutput, *, use: Use = "exports") -> pl.DataFrame:
    """Return the value added of each economy in what each economy exports, makes or consumes.

    Parameters
    ----------
    table
        The table.
    use
        What the value added is part of: the economy's gross ``exports``, its gross ``output`` (what it makes for its own
        inputs is in it too), or its ``final demand``, wherever made.

    Returns
    -------
    polars.DataFrame
        economy (that exports, makes or consumes), partner (where the value added is from, the economy itself too), period,
        value (USD), share (of the economy's use).

    Examples
    --------
    >>> from hamkor.indicators.input_output import toy_table
    >>> value_added_by_origin(toy_table()).select("economy", "partner", pl.col("value").round(3)).head(3).rows()
    [('A', 'A', 23.165), ('A', 'B', 3.443), ('A', 'C', 3.391)]
    """
    flows = leontief_decomposition(table, use=use)
    by_origin = np.add.reduceat(flows, table.starts, axis=0)
    return _pairs(table, by_origin if use == "final demand" else np.add.reduceat(by_origin, table.starts, axis=1))


def _pairs(table: InputOutput, by_pair: Array) -> pl.DataFrame:
    """Return economy, partner (the origin), period, value, share of a matrix of origins by users."""
    count, total = len(table.economies), by_pair.sum(axis=0)
    frame = pl.DataFrame({
        "economy": np.repeat(table.economies, count), "partner": np.tile(table.economies, count), "period": table.period,
        "value": by_pair.T.ravel(), "total": np.repeat(total, count),
    })  # fmt: skip
    share = pl.when(pl.col("total") != 0).then(pl.col("value") / pl.col("total")).alias("share")
    return frame.select("economy", "partner", "period", "value", share).sort("economy", "partner")


@indicator(
    unit="tonnes", level="pair", needs="input-output", variants={"use": ("exports", "consumption")},
    citation="Peters 2008, Ecological Economics 65(1), equations 6-9; Yamano and Guilhoto 2020, OECD STI working paper 2020/11",
)  # fmt: skip
def embodied_emissions(table: InputOutput, *, use: Literal["exports", "consumption"] = "exports") -> pl.DataFrame:
    """Return the emissions of each economy that are embodied in what each economy exports or consumes.

    Direct emissions of households are no part of it.

    Parameters
    ----------
    table
        A table with emissions.
    use
        The economy's gross ``exports`` (emissions of a good that is exported on are in the exports of each economy that it
        passes), or its ``consumption``: the final demand of the economy, wherever made (each tonne once).

    Returns
    -------
    polars.DataFrame
        economy (that exports or consumes), partner (where it was emitted, the economy itself too), period, value (tonnes),
        share.

    Raises
    ------
    BadInput
        If the table does not know emissions, or `use` is not known.

    Examples
    --------
    >>> from hamkor.indicators.input_output import toy_table, with_emissions
    >>> emitted = pl.DataFrame({"economy": ["A", "B", "C"], "sector": "all", "value": [50.0, 20.0, 10.0]})
    >>> found = embodied_emissions(with_emissions(toy_table(), emitted), use="consumption")
    >>> round(found["value"].sum(), 6)
    80.0
    """
    if table.emissions is None:
        cure = "add them with with_emissions: economy, sector, tonnes"
        raise BadInput("no emissions", where="input-output table", due="tonnes of each sector", cure=cure)
    _check_use(use, ("exports", "consumption"))
    system = leontief(table)
    intensity = table.emissions / np.where(table.output > 0, table.output, 1.0)
    emitted = np.add.reduceat(intensity[:, None] * system.inverse, table.starts, axis=0)
    if use == "consumption":
        return _pairs(table, emitted @ table.final)
    return _pairs(table, np.add.reduceat(emitted * system.destinations.sum(axis=1), table.starts, axis=1))
