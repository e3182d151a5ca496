"""What is known of sums and ratios of flows - totals, turnovers, printed claims, growth - brought into the estimates."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import polars as pl
from scipy.sparse import csr_matrix, hstack, identity

from hamkor.reconciliation.additivity import balanced, reductions
from hamkor.reconciliation.model import Floats
from hamkor.schema.errors import BadInput

FLOW = ["exporter", "importer", "product", "period"]
LINK_SCHEMA = {
    "link": pl.String, **dict.fromkeys(FLOW, pl.String), "factor": pl.Float64, "low": pl.Float64, "high": pl.Float64,
    "source": pl.String,
}  # fmt: skip
"""A link says that the sum of factor times flow lies in [low, high]; both are zero where it is an identity."""
_NINETY = 1.6448536269514722
_ABSURD = 4.0
"""Evidence that lies this many standard deviations from what the records say is set aside."""


class Agreeing(msgspec.Struct, frozen=True):
    """Flows that agree with the evidence.

    Attributes
    ----------
    flows
        As given, with value, low and high after the evidence, and before, what was estimated without it.
    links
        link, source, low, high, before, after (of the linked sum), deviations (how many standard deviations the evidence lay
        from the records' sum), used (False: set aside).
    """

    flows: pl.DataFrame
    links: pl.DataFrame


def links(rows: Sequence[dict[str, object]]) -> pl.DataFrame:
    """Return rows as a table of links; product is TOTAL and factor 1 where not said."""
    return pl.DataFrame(
        [{"product": "TOTAL", "factor": 1.0, "low": 0.0, "high": 0.0, "source": "", **row} for row in rows], schema=LINK_SCHEMA
    )


def sums(flows: pl.DataFrame, column: str, whole: str, parts: Sequence[str]) -> pl.DataFrame:
    """Return links by which parts sum to a whole: products to a total, months to a year, partners to the world.

    Parameters
    ----------
    flows
        exporter, importer, product, period.
    column
        The one of them along which is summed.
    whole, parts
        Its values; flows that lack the whole or a part are left alone.

    Examples
    --------
    >>> flows = pl.DataFrame({"exporter": "A", "importer": "B", "product": ["01", "02", "TOTAL"], "period": "2022"})
    >>> sums(flows, "product", "TOTAL", ["01", "02"])["factor"].to_list()
    [1.0, 1.0, -1.0]
    """
    if column not in FLOW:
        raise BadInput(f"column {column}", where="sums", due=", ".join(FLOW))
    others = [name for name in FLOW if name != column]
    wanted = flows.select(FLOW).filter(pl.col(column).is_in([whole, *parts])).cast(pl.String)
    full = wanted.filter(pl.len().over(others) == 1 + len(set(parts))).with_columns(whole=pl.col(column) == whole)
    return full.sort(*others, "whole", column).select(
        link=pl.format(f"{column} sum {{}} {{}} {{}}", *others), **{name: pl.col(name) for name in FLOW},
        factor=pl.when("whole").then(-1.0).otherwise(1.0), low=pl.lit(0.0), high=pl.lit(0.0),
        source=pl.lit("an identity"),
    )  # fmt: skip


def growth(
    flows: pl.DataFrame, *, exporter: str, importer: str, period: str, base: str, low: float, high: float, source: str,
    product: str = "TOTAL",
) -> pl.DataFrame:  # fmt: skip
    """Return the link that growth from `base` to `period` lies in [low, high] (0.1: 10 %).

    Raises
    ------
    BadInput
        If the flows lack either period, or low > high or <= -1.
    """
    if not -1 < low <= high:
        raise BadInput(f"growth {low:g} to {high:g}", where=source, due="two rates over -1, the lower first")
    key = {"exporter": exporter, "importer": importer, "product": product}
    earlier = flows.filter(period=base, **key)
    if earlier.is_empty() or flows.filter(period=period, **key).is_empty():
        raise BadInput(f"no flow {exporter} to {importer} in {base} and {period}", where=source, due="both")
    room = float(earlier["value"][0]) * (high - low) / 2
    name = f"growth {exporter} {importer} {base} {period} {source}"
    told = {"link": name, **key, "low": -room, "high": room, "source": source}
    return links([{**told, "period": period}, {**told, "period": base, "factor": -(1 + (low + high) / 2)}])


def agreeing(flows: pl.DataFrame, evidence: pl.DataFrame) -> Agreeing:
    """Return the flows nearest to the estimates that agree with the evidence, by generalised least squares.

    An interval is an observation of its middle with the variance of a uniform distribution; an identity is kept exactly.
    Evidence that lies more than four standard deviations from what the records say is set aside, never averaged in.

    Parameters
    ----------
    flows
        As `hamkor.reconciliation.reconcile` returns them.
    evidence
        Links, as `links`, `sums` and `growth` return them.

    Raises
    ------
    BadInput
        If a link names a flow that is not there, or identities contradict each other.

    References
    ----------
    Stone, Champernowne and Meade (1942), Review of Economic Studies 9(2).

    Examples
    --------
    >>> flows = pl.DataFrame({"exporter": ["A", "B"], "importer": ["B", "A"], "product": "TOTAL", "period": "2022",
    ...                       "value": [100.0, 50.0], "low": [80.0, 40.0], "high": [125.0, 62.5]})
    >>> turnover = links([{"link": "turnover", "exporter": a, "importer": b, "period": "2022", "low": 159.5, "high": 160.5}
    ...                   for a, b in ("AB", "BA")])
    >>> [round(value) for value in agreeing(flows, turnover).flows["value"]]
    [108, 52]
    """
    if evidence.is_empty():
        return Agreeing(flows.with_columns(before="value"), _told(evidence, np.zeros(0), np.zeros(0), np.zeros(0), np.ones(0)))
    placed = evidence.join(
        flows.select(pl.col(FLOW).cast(pl.String)).with_row_index("flow"), on=FLOW, how="left", maintain_order="left"
    )
    lost = placed.filter(pl.col("flow").is_null())
    if len(lost):
        row = lost.row(0, named=True)
        raise BadInput(f"a flow {' '.join(row[name] for name in FLOW)}", where=str(row["link"]), due="one that was estimated")
    known = evidence.unique("link", keep="first", maintain_order=True)
    order = {name: at for at, name in enumerate(known["link"])}
    rows = placed["link"].replace_strict(order, return_dtype=pl.Int64).to_numpy()
    table = csr_matrix((placed["factor"].to_numpy(), (rows, placed["flow"].to_numpy())), shape=(len(known), len(flows)))
    low, high = (known[name].to_numpy() for name in ("low", "high"))
    value = flows["value"].to_numpy()
    spread = np.log(flows["high"].to_numpy() / flows["low"].to_numpy()) / (2 * _NINETY)
    variance = (value * spread) ** 2
    observed, unsure = (low + high) / 2, (high - low) ** 2 / 12
    soft = unsure > 0
    before = table @ value
    apart = np.abs(before - observed) / np.sqrt(np.maximum(table.multiply(table) @ variance + unsure, 1e-300))
    used = ~soft | (apart <= _ABSURD)
    kept = table[used]
    both = hstack([kept, -identity(int(used.sum()))]).tocsr()
    start, spreads = np.concatenate([value, observed[used]]), np.concatenate([variance, unsure[used]])
    found, _ = balanced(start, spreads, both)
    after = found[: len(value)]
    narrower = np.sqrt(reductions(spreads, both)[: len(value)])
    ends = [after * (flows[name].to_numpy() / value) ** narrower for name in ("low", "high")]
    told = flows.with_columns(
        value=pl.Series(after), low=pl.Series(ends[0]), high=pl.Series(ends[1]), before=pl.Series(value)
    )  # fmt: skip
    return Agreeing(told, _told(known, before, table @ after, apart, used))


def _told(known: pl.DataFrame, before: Floats, after: Floats, apart: Floats, used: Floats) -> pl.DataFrame:
    return known.select("link", "source", "low", "high").with_columns(
        before=pl.Series(before, dtype=pl.Float64), after=pl.Series(after, dtype=pl.Float64),
        deviations=pl.Series(apart, dtype=pl.Float64), used=pl.Series(used.astype(bool), dtype=pl.Boolean),
    )  # fmt: skip
