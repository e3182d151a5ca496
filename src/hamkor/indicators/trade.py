"""Trade of pairs and regions: turnover, balance, shares, intensity."""

from __future__ import annotations

import polars as pl

from hamkor.indicators.flows import checked, of_pairs
from hamkor.indicators.registry import indicator


@indicator(unit="USD", level="pair", citation="International Merchandise Trade Statistics: Concepts and Definitions 2010, UN")
def turnover(flows: pl.DataFrame) -> pl.DataFrame:
    """Return the turnover of each pair: exports and imports together.

    Parameters
    ----------
    flows
        exporter, importer, value (USD); product, period if known.

    Returns
    -------
    polars.DataFrame
        economy, partner (in alphabetical order), period, value (USD).

    Examples
    --------
    >>> cells = pl.DataFrame({"exporter": ["A", "B"], "importer": ["B", "A"], "value": [80.0, 60.0]})
    >>> turnover(cells).rows()
    [('A', 'B', '', 140.0)]
    """
    pairs = of_pairs(checked(flows))
    sides = pl.concat_list("exporter", "importer").list.sort()
    return (
        pairs.with_columns(economy=sides.list.first(), partner=sides.list.last())
        .group_by("economy", "partner", "period")
        .agg(pl.col("value").sum())
        .sort("economy", "partner", "period")
    )
