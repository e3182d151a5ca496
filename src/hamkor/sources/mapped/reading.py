"""How what was read of a file looks, before it is kept."""

from __future__ import annotations

from typing import Any

import msgspec
import polars as pl

from hamkor.schema.economies import economies
from hamkor.sources.reading import Reading


class Preview(msgspec.Struct, frozen=True):
    """What was understood of a file, to look at before it is kept.

    Attributes
    ----------
    count
        Number of records.
    missing
        Those without a value.
    reporters, counterparts, products, periods
        What they speak of, in order.
    sums
        Sum of the parts for each flow, in USD: without totals, and of the longest period to date of each year.
    head
        The first records.
    """

    count: int
    missing: int
    reporters: tuple[str, ...]
    counterparts: tuple[str, ...]
    products: tuple[str, ...]
    periods: tuple[str, ...]
    sums: dict[str, float]
    head: tuple[dict[str, Any], ...]

    def rows(self) -> list[tuple[str, str]]:
        """Return it as labels and texts, for a terminal."""
        named = [economies()[code].name if code in economies() else code for code in self.reporters]
        return [
            ("records", f"{self.count:,} ({self.missing:,} without a value)"),
            ("reporters", ", ".join(named)),
            ("counterparts", f"{len(self.counterparts)}: {', '.join(self.counterparts[:12])}"),
            ("products", f"{len(self.products)}: {', '.join(self.products[:6])}"),
            ("periods", f"{len(self.periods)}: {self.periods[0]} ... {self.periods[-1]}"),
            *((f"sum of {flow}", f"{value:,.0f} USD") for flow, value in self.sums.items()),
        ]


def preview(reading: Reading, *, first: int = 5) -> Preview:
    """Return what was understood: the first records, their number, economies and periods, and the sum of each flow.

    Parameters
    ----------
    reading
        As `read_mapped` returns it.
    first
        Number of records shown.
    """
    frame = reading.frame
    parts = frame.filter(pl.col("COUNTERPART") != "W1") if (frame["COUNTERPART"] != "W1").any() else frame
    if (parts["PRODUCT"] == "TOTAL").any():
        parts = parts.filter(pl.col("PRODUCT") == "TOTAL")
    year = pl.col("TIME_PERIOD").str.slice(0, 4)
    series = ["REPORTER", "COUNTERPART", "FLOW", "PRODUCT", year.alias("YEAR")]
    ytd = pl.col("TRANSFORMATION") == "ytd"
    whole = pl.col("TIME_PERIOD").str.len_chars() == 4
    month = pl.when(whole).then(pl.lit("12")).otherwise(pl.col("TIME_PERIOD").str.tail(2))
    ended = parts.filter(ytd).sort(month, maintain_order=True).group_by(series).last()
    taken = pl.concat([parts.filter(~ytd).select("FLOW", "OBS_VALUE"), ended.select("FLOW", "OBS_VALUE")])
    sums = taken.group_by("FLOW").agg(pl.col("OBS_VALUE").sum()).sort("FLOW")
    reporters, counterparts, products, periods = (tuple(frame[name].unique().sort().to_list()) for name in _LISTED)
    return Preview(
        len(frame), frame["OBS_VALUE"].null_count(), reporters, counterparts, products, periods,
        dict(sums.iter_rows()), tuple(frame.head(first).to_dicts()),
    )  # fmt: skip


__all__ = ["Preview", "Reading", "preview"]
_LISTED = ("REPORTER", "COUNTERPART", "PRODUCT", "TIME_PERIOD")
