"""Trade in value added: who added the value in exports, how often it was counted, and where it ends.

The decomposition is that of Borin and Mancini (2023, "Measuring What Matters in Value-Added Trade", Economic Systems Research
35(4)) from the exporter's perspective. With the Leontief inverse B, the local one L_ss of an economy and value-added
coefficients V, that part of the global inverse which leaves out the exports of s needs no second inverse:
B^{-s}_ts = B_ts B_ss^{-1} L_ss.
"""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np
import polars as pl

from hamkor.indicators.input_output import Floats, InputOutput
from hamkor.indicators.registry import indicator
from hamkor.schema.errors import BadInput

_PAPER = "Borin and Mancini (2023), Economic Systems Research 35(4)"


class Chains(msgspec.Struct, frozen=True):
    """What every indicator of value chains is made of; K rows, N economies.

    Attributes
    ----------
    table
        The table.
    share
        K: V, value added by output (zero where nothing is made).
    inputs
        K x K: A, inputs by output.
    inverse
        K x K: B, the Leontief inverse.
    exports
        K x N: E_sr by exporting row and importer; zero at home.
    local
        K: V_s L_ss of each row's own economy.
    domestic
        K: V_s B_ss of each row's own economy.
    """

    table: InputOutput
    share: Floats
    inputs: Floats
    inverse: Floats
    exports: Floats
    local: Floats
    domestic: Floats


def chains(table: InputOutput) -> Chains:
    """Return the Leontief inverse of a table and what follows from it.

    Parameters
    ----------
    table
        As `hamkor.indicators.input_output.input_output` checks it.

    Examples
    --------
    >>> from hamkor.indicators.input_output import input_output
    >>> codes = ["A", "B"]
    >>> told = chains(input_output(
    ...     np.array([[1.0, 1], [1, 1]]), np.array([[6.0, 2], [2, 6]]), economies=codes, owner=codes, sectors=["x", "x"]
    ... ))
    >>> (told.share @ told.inverse).round(12).tolist()
    [1.0, 1.0]
    """
    output = table.output
    made = np.where(output > 0, output, 1.0)
    inputs = table.intermediate / made
    inverse: Floats = np.linalg.inv(np.eye(len(made)) - inputs).astype(np.float64)
    share = np.where(output > 0, table.value_added / made, 0.0)
    count = len(table.economies)
    exports = table.final.copy()
    for buyer in range(count):
        exports[:, buyer] += table.intermediate[:, table.owner == buyer].sum(axis=1)
    exports[np.arange(len(made)), table.owner] = 0.0
    local, domestic = np.zeros(len(made)), np.zeros(len(made))
    for place in range(count):
        own = np.flatnonzero(table.owner == place)
        block = np.ix_(own, own)
        local[own] = np.linalg.solve((np.eye(len(own)) - inputs[block]).T, share[own])
        domestic[own] = share[own] @ inverse[block]
    return Chains(table, share, inputs, inverse, exports, local, domestic)


def decomposed(told: Chains, *, approach: Literal["source", "sink"] = "source") -> dict[str, Floats]:
    """Return each term of gross exports by exporting row and importer, K x N, in the currency of the table.

    Parameters
    ----------
    told
        As `chains` returns it.
    approach
        ``source`` counts value where it first leaves the exporter, ``sink`` where it last does; totals over partners agree.

    Returns
    -------
    dict of arrays
        exports; dc (domestic content) = dva + ddc (counted twice); fc (foreign content) = fva + fdc; by source also dva =
        vax (absorbed abroad) + ref (returns); vax = davax (absorbed by the importer itself) + rex; gvc = exports - davax =
        gvcb (exports - dva) + gvcf (dva - davax).
    """
    table, exports = told.table, told.exports
    owner, count = table.owner, len(table.economies)
    foreign = told.share @ told.inverse - told.domestic
    needed = told.inverse @ table.final
    found = {name: np.zeros_like(exports) for name in ("dva", "fva", "ref", "davax")}
    direct = _absorbed(told)
    for place in range(count):
        own = np.flatnonzero(owner == place)
        inverse, closed = told.inverse[np.ix_(own, own)], np.eye(len(own)) - told.inputs[np.ix_(own, own)]
        once = np.linalg.solve(closed.T, np.linalg.solve(inverse.T, foreign[own]))
        first = np.linalg.solve(inverse, np.linalg.solve(closed, exports[own].sum(axis=1)))
        left = exports[own].copy()
        for buyer in (other for other in range(count) if other != place):
            theirs = np.flatnonzero(owner == buyer)
            sent = told.inputs[np.ix_(own, theirs)]
            left[:, buyer] -= sent @ (told.inverse[np.ix_(theirs, own)] @ first)
            found["ref"][own, buyer] = told.local[own] * (sent @ needed[theirs, place])
        source = approach == "source"
        found["dva"][own] = told.local[own, None] * exports[own] if source else told.domestic[own, None] * left
        found["fva"][own] = once[:, None] * exports[own] if source else foreign[own, None] * left
        found["davax"][own] = told.local[own, None] * np.where(np.arange(count) == place, 0.0, direct[own])
    dc, fc = told.domestic[:, None] * exports, foreign[:, None] * exports
    whole = {"exports": exports, "dc": dc, "dva": found["dva"], "ddc": dc - found["dva"], "fc": fc, "fva": found["fva"],
             "fdc": fc - found["fva"]}  # fmt: skip
    if approach == "sink":
        return whole
    vax, davax = found["dva"] - found["ref"], found["davax"]
    return whole | {
        "vax": vax, "davax": davax, "rex": vax - davax, "ref": found["ref"], "gvc": exports - davax,
        "gvcb": exports - found["dva"], "gvcf": found["dva"] - davax,
    }  # fmt: skip


def _absorbed(told: Chains) -> Floats:
    """Return K x N: what each importer absorbs of each row without exporting it again, Y_sr + A_sr L_rr Y_rr."""
    table = told.table
    found = table.final.copy()
    for place in range(len(table.economies)):
        own = np.flatnonzero(table.owner == place)
        closed = np.eye(len(own)) - told.inputs[np.ix_(own, own)]
        found[:, place] += told.inputs[:, own] @ np.linalg.solve(closed, table.final[own, place])
    return found


def _ready(table: InputOutput | Chains) -> Chains:
    return table if isinstance(table, Chains) else chains(table)


def _by_economy(told: Chains, amounts: Floats) -> Floats:
    """Return N: sums over the rows of each economy."""
    found: Floats = np.bincount(told.table.owner, weights=amounts, minlength=len(told.table.economies)).astype(np.float64)
    return found


def _share(part: Floats, whole: Floats) -> pl.Series:
    return pl.Series(np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), np.nan)).fill_nan(None)


@indicator(
    unit="1",
    level="economy",
    citation=_PAPER,
    needs="input-output",
    variants={"by": ("economy", "partner", "sector"), "approach": ("source", "sink")},
)
def export_decomposition(
    table: InputOutput | Chains, *, by: Literal["economy", "partner", "sector"] = "economy",
    approach: Literal["source", "sink"] = "source",
) -> pl.DataFrame:  # fmt: skip
    """Return the domestic value added in gross exports, and every other term of them.

    Parameters
    ----------
    table
        An inter-country input-output table.
    by
        Exporters, exporters and partners, or exporters and exporting sectors.
    approach
        As in `decomposed`.

    Returns
    -------
    polars.DataFrame
        economy (and partner or sector), value (share of domestic value added in exports), then the terms of `decomposed` in
        the currency of the table.

    Examples
    --------
    >>> from hamkor.indicators.input_output import input_output
    >>> uses = np.array([[1.0, 1, 0], [1, 1, 1], [0, 1, 1]])
    >>> final = np.array([[6.0, 2, 0], [2, 6, 1], [1, 0, 5]])
    >>> codes = ["A", "B", "C"]
    >>> table = input_output(uses, final, economies=codes, owner=codes, sectors=["x"] * 3)
    >>> export_decomposition(table).select("economy", pl.col("value", "fva").round(6)).rows()
    [('A', 0.888889, 0.302632), ('B', 0.818182, 0.793651), ('C', 0.857143, 0.259475)]
    """
    told = _ready(table)
    terms = decomposed(told, approach=approach)
    economies = told.table.economies
    names = pl.Series(economies)
    if by == "partner":
        sums = {
            name: np.stack([_by_economy(told, amounts[:, buyer]) for buyer in range(len(economies))], axis=1)
            for name, amounts in terms.items()
        }
        place = np.argwhere(~np.eye(len(economies), dtype=bool))
        key = {"economy": names.gather(place[:, 0]), "partner": names.gather(place[:, 1])}
        flat = {name: amounts[place[:, 0], place[:, 1]] for name, amounts in sums.items()}
    elif by == "sector":
        key = {"economy": names.gather(told.table.owner), "sector": pl.Series(told.table.sectors)}
        flat = {name: amounts.sum(axis=1) for name, amounts in terms.items()}
    else:
        key = {"economy": names}
        flat = {name: _by_economy(told, amounts.sum(axis=1)) for name, amounts in terms.items()}
    frame = pl.DataFrame(key).with_columns(value=_share(flat["dva"], flat["exports"]))
    return frame.with_columns(*(pl.Series(name, amounts) for name, amounts in flat.items())).sort(*key)


@indicator(unit="1", level="economy", citation=_PAPER, needs="input-output")
def gvc_participation(table: InputOutput | Chains) -> pl.DataFrame:
    """Return the share of exports that crosses more than one border: participation in global value chains.

    Parameters
    ----------
    table
        An inter-country input-output table.

    Returns
    -------
    polars.DataFrame
        economy, value, backward (foreign and repeated content of exports), forward (domestic value that partners export on),
        exports (currency of the table).

    Examples
    --------
    >>> from hamkor.indicators.input_output import input_output
    >>> uses = np.array([[1.0, 1], [1, 1]])
    >>> table = input_output(
    ...     uses, np.array([[6.0, 2], [2, 6]]), economies=["A", "B"], owner=["A", "B"], sectors=["x", "x"]
    ... )
    >>> gvc_participation(table).select("economy", pl.col("value", "backward", "forward").round(6)).rows()
    [('A', 0.209877, 0.111111, 0.098765), ('B', 0.209877, 0.111111, 0.098765)]
    """
    terms = export_decomposition(table)
    exports = terms["exports"].to_numpy()
    parts = {name: _share(terms[term].to_numpy(), exports) for name, term in _PARTICIPATION.items()}
    return terms.select("economy").with_columns(*(parts[name].alias(name) for name in parts), exports=terms["exports"])


_PARTICIPATION = {"value": "gvc", "backward": "gvcb", "forward": "gvcf"}


@indicator(
    unit="1",
    level="economy",
    citation="Hummels, Ishii and Yi (2001), Journal of International Economics 54(1); Koopman, Wang and Wei (2014)",
    needs="input-output",
)
def vertical_specialisation(table: InputOutput | Chains) -> pl.DataFrame:
    """Return the foreign content of exports, and the domestic content of others' exports.

    Parameters
    ----------
    table
        An inter-country input-output table.

    Returns
    -------
    polars.DataFrame
        economy, value (VS, share of exports), vs1 (VS1, share of exports), foreign (i2e), re_exported (e2r), exports
        (currency of the table).

    Examples
    --------
    >>> from hamkor.indicators.input_output import input_output
    >>> uses, final = np.array([[0.0, 10], [0, 0]]), np.array([[90.0, 0], [20, 80]])
    >>> table = input_output(uses, final, economies=["A", "B"], owner=["A", "B"], sectors=["x", "x"])
    >>> vertical_specialisation(table).select("economy", "value", "vs1").rows()
    [('A', 0.0, 0.2), ('B', 0.1, 0.0)]
    """
    told = _ready(table)
    owner, count = told.table.owner, len(told.table.economies)
    sent = told.exports.sum(axis=1)
    origin = np.zeros((count, count))
    for place in range(count):
        rows = owner == place
        within = told.inverse[:, rows] @ sent[rows]
        origin[:, place] = _by_economy(told, told.share * within)
    foreign = origin.sum(axis=0) - np.diagonal(origin)
    beyond = origin.sum(axis=1) - np.diagonal(origin)
    exports = _by_economy(told, sent)
    return pl.DataFrame({"economy": told.table.economies}).with_columns(
        value=_share(foreign, exports), vs1=_share(beyond, exports), foreign=pl.Series(foreign), re_exported=pl.Series(beyond),
        exports=pl.Series(exports),
    ).sort("economy")  # fmt: skip


@indicator(
    unit="1", level="pair", citation="Koopman, Wang and Wei (2014), American Economic Review 104(2)", needs="input-output"
)
def foreign_inputs(table: InputOutput | Chains) -> pl.DataFrame:
    """Return the share of each partner's value added in an economy's exports.

    Parameters
    ----------
    table
        An inter-country input-output table.

    Returns
    -------
    polars.DataFrame
        economy, partner (the economy itself for its own content), value (share of exports), amount (currency of the table).

    Examples
    --------
    >>> from hamkor.indicators.input_output import input_output
    >>> uses, final = np.array([[0.0, 10], [0, 0]]), np.array([[90.0, 0], [20, 80]])
    >>> table = input_output(uses, final, economies=["A", "B"], owner=["A", "B"], sectors=["x", "x"])
    >>> foreign_inputs(table).filter(economy="B").select("partner", "value").rows()
    [('A', 0.1), ('B', 0.9)]
    """
    told = _ready(table)
    owner, economies = told.table.owner, told.table.economies
    sent = told.exports.sum(axis=1)
    exports = _by_economy(told, sent)
    frames = []
    for place, economy in enumerate(economies):
        rows = owner == place
        amounts = _by_economy(told, told.share * (told.inverse[:, rows] @ sent[rows]))
        share = _share(amounts, np.full(len(economies), exports[place]))
        frames.append(
            pl.DataFrame({"economy": [economy] * len(economies), "partner": economies, "value": share, "amount": amounts})
        )
    return pl.concat(frames).sort("economy", "partner")


@indicator(
    unit="1", level="economy-sector", citation="Koopman, Wang and Wei (2014), American Economic Review 104(2), section 4",
    needs="input-output",
)  # fmt: skip
def value_added_rca(table: InputOutput | Chains) -> pl.DataFrame:
    """Return comparative advantage in the domestic value added of exports, by the sector that adds it.

    Parameters
    ----------
    table
        An inter-country input-output table whose economies tell the same sectors.

    Returns
    -------
    polars.DataFrame
        economy, sector, value, amount (domestic value added of the sector in all exports of its economy).

    Examples
    --------
    >>> from hamkor.indicators.input_output import input_output
    >>> final = np.array([[0.0, 4], [0, 0], [1, 0], [3, 0]])
    >>> names = {"economies": ["A", "B"], "owner": ["A", "A", "B", "B"], "sectors": ["x", "y", "x", "y"]}
    >>> value_added_rca(input_output(np.zeros((4, 4)), final, **names))["value"].round(3).to_list()
    [1.6, 0.0, 0.4, 2.0]
    """
    told = _ready(table)
    owner, sent = told.table.owner, told.exports.sum(axis=1)
    added = np.zeros(len(owner))
    for place in range(len(told.table.economies)):
        own = np.flatnonzero(owner == place)
        added[own] = told.share[own] * (told.inverse[np.ix_(own, own)] @ sent[own])
    frame = pl.DataFrame(
        {"economy": pl.Series(told.table.economies).gather(owner), "sector": told.table.sectors, "amount": added}
    )
    amount = pl.col("amount")
    mine = amount / amount.sum().over("economy")
    world = amount.sum().over("sector") / amount.sum()
    return frame.select(
        "economy", "sector", value=pl.when((world > 0) & (amount.sum().over("economy") > 0)).then(mine / world), amount="amount"
    ).sort("economy", "sector")  # fmt: skip


@indicator(
    unit="emissions", level="economy", citation="Peters and Hertwich (2008), Environmental Science & Technology 42(5)",
    needs="input-output",
)  # fmt: skip
def embodied_carbon(table: InputOutput | Chains, *, emissions: pl.DataFrame) -> pl.DataFrame:
    """Return the emissions embodied in exports, and those of what an economy consumes wherever they arise.

    Parameters
    ----------
    table
        An inter-country input-output table.
    emissions
        economy, sector, value: of production, in one unit; what is not named emits nothing.

    Returns
    -------
    polars.DataFrame
        economy, value (embodied in exports, of all origins), domestic (of them at home), production (all that arises at
        home), consumption (all that its final demand causes), net_exports (production less consumption).

    Examples
    --------
    >>> from hamkor.indicators.input_output import input_output
    >>> codes = ["A", "B"]
    >>> table = input_output(
    ...     np.array([[1.0, 1], [1, 1]]), np.array([[6.0, 2], [2, 6]]), economies=codes, owner=codes, sectors=["x", "x"]
    ... )
    >>> told = pl.DataFrame({"economy": ["A"], "sector": ["x"], "value": [80.0]})
    >>> embodied_carbon(table, emissions=told).select("economy", pl.col("value", "consumption").round(6)).rows()
    [('A', 27.0, 56.0), ('B', 3.0, 24.0)]
    """
    told = _ready(table)
    owner, economies = told.table.owner, told.table.economies
    rows = pl.DataFrame({"economy": pl.Series(economies).gather(owner), "sector": told.table.sectors})
    given = rows.join(
        emissions.select("economy", "sector", "value"), on=["economy", "sector"], how="left", maintain_order="left"
    )
    if emissions.join(rows, on=["economy", "sector"], how="anti").height:
        lost = emissions.join(rows, on=["economy", "sector"], how="anti").row(0)
        raise BadInput(f"{lost[0]} {lost[1]}", where="emissions", due="an economy and sector of the table")
    total = given["value"].fill_null(0.0).to_numpy()
    output = told.table.output
    intensity = np.where(output > 0, total / np.where(output > 0, output, 1.0), 0.0)
    sent = told.exports.sum(axis=1)
    exported, domestic = np.zeros(len(economies)), np.zeros(len(economies))
    for place in range(len(economies)):
        own = owner == place
        amounts = _by_economy(told, intensity * (told.inverse[:, own] @ sent[own]))
        exported[place], domestic[place] = amounts.sum(), amounts[place]
    consumed = intensity @ told.inverse @ told.table.final
    made = _by_economy(told, total)
    return pl.DataFrame(
        {
            "economy": economies, "value": exported, "domestic": domestic, "production": made, "consumption": consumed,
            "net_exports": made - consumed,
        }
    ).sort("economy")  # fmt: skip
