"""Gross exports taken apart: what is the exporter's own, what is foreign, what is counted twice (Borin and Mancini)."""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np
import polars as pl

from hamkor.indicators.input_output import Array, InputOutput
from hamkor.indicators.registry import indicator
from hamkor.schema.errors import BadInput

Approach = Literal["source", "sink"]
Perspective = Literal["exporter", "world"]
TERMS = ("EXGR", "DC", "DVA", "VAX", "DAVAX", "REX", "REF", "DDC", "FC", "FVA", "FDC", "GVC", "GVCB", "GVCF")
_CITATION = (
    "Borin and Mancini 2023, Measuring What Matters in Value-Added Trade, Economic Systems Research 35(4); "
    "Belotti, Borin and Mancini 2021, Stata Journal 21(3), doi:10.1177/1536867X211045573"
)
_VARIANTS: dict[str, tuple[str, ...]] = {"approach": ("source", "sink"), "perspective": ("exporter", "world")}


class Leontief(msgspec.Struct, frozen=True, eq=False):
    """What every analysis of a table starts from; M rows, N economies.

    Attributes
    ----------
    inputs
        Input of each row in a dollar of each sector's output, A, shape (M, M).
    inverse
        Output of each row that a dollar of each sector's final use needs, B = (I - A)^-1, shape (M, M).
    shares
        Value added in a dollar of output, V, shape (M,).
    destinations
        What each row sells to each other economy, for use and for final demand, E_sr, shape (M, N), USD.
    """

    inputs: Array
    inverse: Array
    shares: Array
    destinations: Array


class Decomposition(msgspec.Struct, frozen=True, eq=False):
    """The terms of gross exports.

    Attributes
    ----------
    table
        The table.
    terms
        Each of `TERMS`, by row of the exporter and by importer, shape (M, N), USD.
    """

    table: InputOutput
    terms: dict[str, Array]


def leontief(table: InputOutput) -> Leontief:
    """Return the coefficients, the Leontief inverse and the exports of a table.

    Raises
    ------
    BadInput
        If the economy of the table needs more than it makes, so that there is no inverse >= 0.

    References
    ----------
    Miller and Blair 2009, Input-Output Analysis, equation 2.8 and section 3.3.

    Examples
    --------
    >>> from hamkor.indicators.input_output import toy_table
    >>> leontief(toy_table()).inverse.round(4).tolist()
    [[1.287, 0.1913, 0.1043], [0.2087, 1.4725, 0.1971], [0.1739, 0.1159, 1.2754]]
    """
    from scipy.linalg import inv

    divisor = np.where(table.output > 0, table.output, 1.0)
    inputs = table.intermediate / divisor
    try:
        inverse = inv(np.eye(len(inputs)) - inputs, overwrite_a=True, check_finite=False)
    except np.linalg.LinAlgError:
        inverse = np.full_like(inputs, -1.0)
    if not inverse.min() >= -1e-9:
        cure = "a sector uses more than it makes: look at those with negative value added"
        raise BadInput("inputs that cannot be produced", where="input-output table", due="an inverse >= 0", cure=cure)
    destinations = np.add.reduceat(table.intermediate, table.starts, axis=1) + table.final
    destinations[np.arange(len(inputs)), table.owners] = 0.0
    return Leontief(inputs, inverse, table.value_added / divisor, destinations)


def decompose(table: InputOutput, *, approach: Approach = "source", perspective: Perspective = "exporter") -> Decomposition:
    """Return the terms of gross exports by exporting sector and importer.

    EXGR = DC + FC; DC = DVA + DDC; DVA = VAX + REF; VAX = DAVAX + REX; FC = FVA + FDC; GVC = EXGR - DAVAX = GVCB + GVCF. In
    each, the sector is the one that exports.

    Parameters
    ----------
    table
        The table.
    approach
        Value that crosses a border several times is value added the first time (``source``) or the last (``sink``), and is
        double counted at the others.
    perspective
        The borders that count are those of the exporter, or (for foreign value added) those of the ``world``.

    References
    ----------
    Borin and Mancini 2023; Belotti, Borin and Mancini 2021. World and sink: Koopman, Wang and Wei 2014, equation 36.

    Examples
    --------
    >>> from hamkor.indicators.input_output import toy_table
    >>> found = decompose(toy_table())
    >>> {name: round(float(found.terms[name][0].sum()), 3) for name in ("EXGR", "DVA", "DDC", "FVA", "FDC")}
    {'EXGR': 30.0, 'DVA': 22.5, 'DDC': 0.665, 'FVA': 6.639, 'FDC': 0.196}
    """
    for option, value, known in (
        ("approach", approach, _VARIANTS["approach"]),
        ("perspective", perspective, _VARIANTS["perspective"]),
    ):
        if value not in known:
            raise BadInput(f"{option} '{value}'", due="one of " + ", ".join(known))
    system = leontief(table)
    starts, count = table.starts, len(table.economies)
    content = np.add.reduceat(system.shares[:, None] * system.inverse, starts, axis=0)
    made = system.inverse @ table.final
    local: list[Array] = []
    direct = np.zeros(len(table.output))
    first = np.zeros(len(table.output))
    for economy in range(count):
        rows = table.rows(economy)
        local.append(np.linalg.inv(np.eye(rows.stop - rows.start) - system.inputs[rows, rows]).astype(np.float64))
        direct[rows] = local[-1] @ table.final[rows, economy]
        first[rows] = system.shares[rows] @ local[-1]
    terms = {name: np.zeros_like(system.destinations) for name in TERMS}
    for economy in range(count):
        part = _Exporter(table, system, economy, local[economy], content, made, direct, first)
        for name, found in _terms(part, approach, perspective).items():
            terms[name][table.rows(economy)] = found
    return Decomposition(table, terms)


class _Exporter(msgspec.Struct, frozen=True, eq=False):
    """What the terms of one exporter s rest on: L_ss, V_t B_ts of each origin t, BY, L_rr Y_rr and V_r L_rr of each row."""

    table: InputOutput
    system: Leontief
    economy: int
    local: Array
    content: Array
    made: Array
    direct: Array
    first: Array


def _terms(of: _Exporter, approach: Approach, perspective: Perspective) -> dict[str, Array]:
    """Return the terms of one exporter, each of shape (its sectors, N).

    B without the exporter's exports (B^{not s} of Borin and Mancini) has the columns B_:s B_ss^-1 L_ss.
    """
    table, system, s = of.table, of.system, of.economy
    rows = table.rows(s)
    flows = system.destinations[rows]
    across, final = system.inputs[rows].copy(), table.final[rows].copy()
    across[:, rows] = 0.0
    final[:, s] = 0.0

    def used(made: Array) -> Array:
        """Return A_sr times what each economy r makes, by r."""
        found: Array = np.add.reduceat(across * made, table.starts, axis=1)
        return found

    once = np.linalg.solve(system.inverse[rows, rows], of.local)
    own, first = (system.shares[rows] @ system.inverse[rows, rows])[:, None], of.first[rows][:, None]
    foreign = np.delete(of.content[:, rows], s, axis=0).sum(axis=0)[:, None]
    whole, home = of.made.sum(axis=1), of.made[:, s]
    unit, goods = first, foreign.T @ once
    foreign_added = goods.T * flows
    if approach == "sink":
        columns = system.inverse[:, rows]
        whole = whole - columns @ (once @ flows.sum(axis=1))
        home = home - columns @ (once @ (across @ home))
        unit, foreign_added = own, foreign * (final + used(whole))
    absorbed = final + used(of.direct)
    if perspective == "world":
        others = of.first.copy()
        others[rows] = 0.0
        re_exported = (others @ system.inputs[:, rows] @ of.local)[:, None]
        foreign_added = re_exported * flows if approach == "source" else foreign * absorbed
    domestic, back, abroad = unit * (final + used(whole)), unit * used(home), unit * (final + used(whole - home))
    directly = first * absorbed
    return {
        "EXGR": flows, "DC": own * flows, "DVA": domestic, "VAX": abroad, "DAVAX": directly, "REX": abroad - directly,
        "REF": back, "DDC": own * flows - domestic, "FC": foreign * flows, "FVA": foreign_added,
        "FDC": foreign * flows - foreign_added, "GVC": flows - directly, "GVCB": flows - first * flows,
        "GVCF": first * flows - directly,
    }  # fmt: skip


def _frame(found: Decomposition, keys: list[str]) -> pl.DataFrame:
    """Return the terms summed over all but the keys: of economy, partner and sector. No economy is its own partner."""
    table = found.table
    count, names = len(table.economies), np.array(table.economies)
    columns = {
        "economy": np.repeat(names[table.owners], count),
        "partner": np.tile(names, len(table.owners)),
        "sector": np.repeat(np.array(table.sectors), count),
    }
    frame = pl.DataFrame(columns | {name: values.ravel() for name, values in found.terms.items()})
    return (
        frame.filter((pl.col("economy") != pl.col("partner")) | pl.lit("partner" not in keys))
        .group_by(keys, maintain_order=True)
        .agg(pl.col(*TERMS).sum())
        .select(*keys, pl.lit(table.period).alias("period"), pl.col("EXGR").alias("value"), *TERMS[1:])
        .sort(keys)
    )


@indicator(unit="USD", level="economy", needs="input-output", citation=_CITATION, variants=_VARIANTS)
def export_components(
    table: InputOutput, *, approach: Approach = "source", perspective: Perspective = "exporter"
) -> pl.DataFrame:
    """Return the gross exports of each economy taken apart.

    Parameters
    ----------
    table
        The table.
    approach, perspective
        As in `decompose`; at this level they matter only to foreign value added of the ``world``.

    Returns
    -------
    polars.DataFrame
        economy, period, value (gross exports, USD), and the terms of `decompose`: DC, DVA, VAX, DAVAX, REX, REF, DDC, FC, FVA,
        FDC, GVC, GVCB, GVCF (USD).

    Examples
    --------
    >>> from hamkor.indicators.input_output import toy_table
    >>> export_components(toy_table()).select("economy", "value", pl.col("DC", "FC", "GVC").round(3)).rows()
    [('A', 30.0, 23.165, 6.835, 11.886), ('B', 30.0, 24.296, 5.704, 11.83), ('C', 25.0, 20.725, 4.275, 9.475)]
    """
    return _frame(decompose(table, approach=approach, perspective=perspective), ["economy"])


@indicator(unit="USD", level="economy-sector", needs="input-output", citation=_CITATION, variants=_VARIANTS)
def export_components_by_sector(
    table: InputOutput, *, approach: Approach = "source", perspective: Perspective = "exporter"
) -> pl.DataFrame:
    """Return the gross exports of each sector of each economy taken apart.

    Parameters
    ----------
    table
        The table.
    approach, perspective
        As in `decompose`.

    Returns
    -------
    polars.DataFrame
        economy, sector (that exports), period, value (gross exports, USD), and the terms (USD).

    Examples
    --------
    >>> from hamkor.indicators.input_output import toy_table
    >>> export_components_by_sector(toy_table()).select("economy", "sector", "value").row(0)
    ('A', 'all', 30.0)
    """
    return _frame(decompose(table, approach=approach, perspective=perspective), ["economy", "sector"])


@indicator(unit="USD", level="pair", needs="input-output", citation=_CITATION, variants=_VARIANTS)
def export_components_by_partner(
    table: InputOutput, *, approach: Approach = "source", perspective: Perspective = "exporter"
) -> pl.DataFrame:
    """Return the gross exports of each economy to each partner taken apart.

    Parameters
    ----------
    table
        The table.
    approach, perspective
        As in `decompose`.

    Returns
    -------
    polars.DataFrame
        exporter, importer, period, value (gross exports, USD), and the terms (USD).

    Examples
    --------
    >>> from hamkor.indicators.input_output import toy_table
    >>> for approach in ("source", "sink"):
    ...     found = export_components_by_partner(toy_table(), approach=approach)
    ...     found.select("exporter", "importer", "value", pl.col("DVA", "DDC").round(4)).row(0)
    ('A', 'B', 20.0, 15.0, 0.4435)
    ('A', 'B', 20.0, 14.9739, 0.4696)
    """
    found = _frame(decompose(table, approach=approach, perspective=perspective), ["economy", "partner"])
    return found.rename({"economy": "exporter", "partner": "importer"})


@indicator(unit="USD", level="pair-sector", needs="input-output", citation=_CITATION, variants=_VARIANTS)
def export_components_by_partner_and_sector(
    table: InputOutput, *, approach: Approach = "source", perspective: Perspective = "exporter"
) -> pl.DataFrame:
    """Return the gross exports of each sector to each partner taken apart.

    Parameters
    ----------
    table
        The table.
    approach, perspective
        As in `decompose`.

    Returns
    -------
    polars.DataFrame
        exporter, importer, sector (that exports), period, value (gross exports, USD), and the terms (USD).

    Examples
    --------
    >>> from hamkor.indicators.input_output import toy_table
    >>> export_components_by_partner_and_sector(toy_table()).select("exporter", "importer", "sector", "value").row(1)
    ('A', 'C', 'all', 10.0)
    """
    found = _frame(decompose(table, approach=approach, perspective=perspective), ["economy", "partner", "sector"])
    return found.rename({"economy": "exporter", "partner": "importer"})


@indicator(unit="1", level="economy", needs="input-output", citation=_CITATION)
def gvc_participation(table: InputOutput) -> pl.DataFrame:
    """Return the part of each economy's exports that crosses more than one border.

    Parameters
    ----------
    table
        The table.

    Returns
    -------
    polars.DataFrame
        economy, period, value ((EXGR - DAVAX) / EXGR), backward ((EXGR - V_s L_ss E_s) / EXGR), forward (the rest: own value
        added that the importer exports on), exports (USD); no share where there are no exports.

    Examples
    --------
    >>> from hamkor.indicators.input_output import toy_table
    >>> gvc_participation(toy_table()).select("economy", pl.col("value", "backward", "forward").round(4)).row(0)
    ('A', 0.3962, 0.25, 0.1462)
    """
    found = export_components(table).rename({"value": "exports"})
    shares = {
        name: pl.col(term) / pl.col("exports") for name, term in (("value", "GVC"), ("backward", "GVCB"), ("forward", "GVCF"))
    }
    sold = pl.col("exports") != 0
    return found.select(
        "economy", "period", *(pl.when(sold).then(share).alias(name) for name, share in shares.items()), "exports"
    )
