"""What sets two reports of a flow apart, and how much each reason explains."""

from __future__ import annotations

import numpy as np
import polars as pl

REASONS = ("valuation", "scope", "reporting", "transit", "timing", "rounding", "unexplained")


def classified(flows: pl.DataFrame) -> pl.DataFrame:
    """Return the gap of each two-sided flow, importer's report less exporter's, and the part of each reason in USD.

    Parts are those of the logs by the logarithmic mean of both reports, so that they sum to the gap exactly (Ang 2005, Energy
    Policy 33(7)): valuation is the margin of freight and insurance; scope the reporters' biases where their coverages differ,
    reporting where they do not; transit the pair's gap that lasts over the years (goods that pass through a third country,
    re-exports, regimes); timing what the next or the last year gives back; rounding what is below half a unit in print.

    Parameters
    ----------
    flows
        As `hamkor.reconciliation.reconcile` returns them.

    Returns
    -------
    polars.DataFrame
        exporter, importer, product, period, gap, then one column a reason, USD.
    """
    told = flows.filter(pl.col("export_report").is_not_null() & pl.col("import_report").is_not_null())
    told = told.filter((pl.col("export_report") > 0) & (pl.col("import_report") > 0))
    x, m = (told[name].to_numpy() for name in ("export_report", "import_report"))
    ratio = np.log(m / x)
    mean = np.where(np.abs(ratio) > 1e-9, (m - x) / np.where(np.abs(ratio) > 1e-9, ratio, 1.0), x)
    biases = told["import_bias"].to_numpy() - told["export_bias"].to_numpy()
    differ = told["scopes_differ"].to_numpy()
    left = told.select(
        left=pl.col("residual"),
        before=pl.col("residual").shift(1).over("exporter", "importer", "product", order_by="period"),
        after=pl.col("residual").shift(-1).over("exporter", "importer", "product", order_by="period"),
    ).to_numpy()
    neighbours = np.nansum(left[:, 1:], axis=1)
    back = np.where(np.sign(neighbours) == -np.sign(left[:, 0]), np.minimum(np.abs(neighbours), np.abs(left[:, 0])), 0.0)
    timing = np.sign(left[:, 0]) * back
    small = np.abs(left[:, 0] - timing) * mean <= 0.5
    rest = left[:, 0] - timing
    logs = {
        "valuation": told["margin"].to_numpy(), "scope": np.where(differ, biases, 0.0),
        "reporting": np.where(differ, 0.0, biases), "transit": told["structural_gap"].to_numpy(),
        "timing": timing, "rounding": np.where(small, rest, 0.0),
        "unexplained": np.where(small, 0.0, rest),
    }  # fmt: skip
    parts = {name: mean * logs[name] for name in REASONS}
    return told.select("exporter", "importer", "product", "period", gap=pl.Series(m - x)).with_columns(
        *(pl.Series(name, part) for name, part in parts.items())
    )
