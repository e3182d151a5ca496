"""Whether the records of a file hold together: each said once, totals equal to their parts, no month below zero."""

from __future__ import annotations

import polars as pl

from hamkor.schema.errors import BadInput
from hamkor.sources.mapped.mapping import Mapping

_KEY = ["FREQ", "REPORTER", "COUNTERPART", "FLOW", "PRODUCT", "TIME_PERIOD"]
_MOST = 20


def check_records(frame: pl.DataFrame, mapping: Mapping, *, file: str) -> list[BadInput]:
    """Return what does not hold among the records of a file.

    Parameters
    ----------
    frame
        Records with ``STATED`` (the value in the currency of the file), ``STEP`` (one unit of its last printed digit) and
        ``LAST_MONTH`` of each.
    mapping
        By which they were read.
    file
        Its name, for messages.
    """
    frame = frame.with_columns(OBS_VALUE=pl.col("STATED"))
    faults = _twice(frame, file)
    if faults:
        return faults
    if not mapping.columns.revised:
        faults += _falling(frame, file)
    for column, whole in (("COUNTERPART", "W1"), ("PRODUCT", "TOTAL"), ("FLOW", "turnover")):
        faults += _sums(frame, column, whole, mapping, file)
    return faults


def _twice(frame: pl.DataFrame, file: str) -> list[BadInput]:
    groups = (
        frame.filter(pl.struct(_KEY).is_duplicated())
        .group_by(_KEY, maintain_order=True)
        .agg("LOCATOR", pl.col("OBS_VALUE").n_unique().alias("VALUES"))
    )
    faults = []
    for row in groups.head(_MOST).iter_rows(named=True):
        key = ", ".join(row[name] for name in _KEY[1:])
        first, *others = row["LOCATOR"]
        found = f"{key} again" if row["VALUES"] == 1 else f"{key} with another value"
        cure = "delete one of the rows, or map the column that tells them apart"
        faults.append(BadInput(found, where=f"{file} {others[0]}", due=f"once, as at {first}", cure=cure))
    return faults


def _falling(frame: pl.DataFrame, file: str) -> list[BadInput]:
    """Return where a year-to-date figure is below the one before it by more than both are rounded."""
    series = [name for name in _KEY if name not in ("TIME_PERIOD", "FREQ")]
    to_date = frame.filter((pl.col("TRANSFORMATION") == "ytd") & pl.col("OBS_VALUE").is_not_null())
    year = (pl.col("LAST_MONTH") // 12).alias("YEAR")
    group = [*series, "YEAR"]
    before = (
        to_date.with_columns(year)
        .sort("LAST_MONTH")
        .with_columns(
            *(pl.col(name).shift(1).over(group).alias(f"{name}_BEFORE") for name in ("OBS_VALUE", "LOCATOR", "PRINTED", "STEP"))
        )
    )
    slack = (pl.col("STEP") + pl.col("STEP_BEFORE")) / 2
    fallen = before.filter(pl.col("OBS_VALUE") + slack < pl.col("OBS_VALUE_BEFORE"))
    cure = "a negative month means revised year-to-date figures; if the office revised them, say [columns] revised = true, "
    cure += "and no month is taken as a difference; if the months are not counted from January, cumulative = false"
    return [
        BadInput(
            f"{row['PRINTED']} after {row['PRINTED_BEFORE']} at {row['LOCATOR_BEFORE']}",
            where=f"{file} {row['LOCATOR']}",
            due="a year-to-date figure that does not fall",
            cure=cure,
        )
        for row in fallen.head(_MOST).iter_rows(named=True)
    ]


def _sums(frame: pl.DataFrame, column: str, whole: str, mapping: Mapping, file: str) -> list[BadInput]:
    """Return where a printed whole is not the sum of its parts, by more than rounding explains."""
    known = frame.filter(pl.col("OBS_VALUE").is_not_null())
    wholes, parts = known.filter(pl.col(column) == whole), known.filter(pl.col(column) != whole)
    by_product = column == "COUNTERPART" and parts.filter(pl.col("PRODUCT") == "TOTAL").is_empty()
    if column == "PRODUCT" or by_product:
        length = pl.col("PRODUCT").str.len_chars()
        coded = pl.col("PRODUCT").str.starts_with("hs:")
        parts = parts.filter(~coded | (length == length.filter(coded).min()))
        if parts.filter(coded).height and parts.filter(~coded).height:
            return []
    if by_product and (wholes["PRODUCT"] == "TOTAL").all():
        parts = parts.with_columns(PRODUCT=pl.lit("TOTAL"))
    if wholes.is_empty() or parts.is_empty():
        return []
    others = [name for name in (*_KEY, "TRANSFORMATION") if name != column]
    summed = parts.group_by(others).agg(
        pl.col("OBS_VALUE").sum().alias("SUM"), pl.col("STEP").sum().alias("STEPS"), pl.len().alias("PARTS")
    )
    both = wholes.join(summed, on=others, how="inner", maintain_order="left")
    if column == "FLOW":
        both = both.filter(pl.col("PARTS") == 2)
    slack = (pl.col("STEP") + pl.col("STEPS")) / 2 + 1e-9 * pl.col("OBS_VALUE") + 0.01
    above, below = pl.col("SUM") > pl.col("OBS_VALUE") + slack, pl.col("SUM") < pl.col("OBS_VALUE") - slack
    wrong = both.filter(above if mapping.values.parts == "main" and column != "FLOW" else above | below)
    return [_sum_fault(row, column, mapping, file) for row in wrong.head(_MOST).iter_rows(named=True)]


def _sum_fault(row: dict[str, float | str], column: str, mapping: Mapping, file: str) -> BadInput:
    total, found = float(row["OBS_VALUE"]), float(row["SUM"])
    scale = 10**mapping.unit_mult
    unit = mapping.columns.unit
    ratio = found / total if total else 0.0
    what = {"COUNTERPART": "the partners", "PRODUCT": "the products", "FLOW": "export and import"}[column]
    cure = "look for a part that is missing, stands twice or is a subtotal ([values] skip)"
    for factor in (10**3, 10**6):
        if 0.95 < ratio / factor < 1.05 or 0.95 < ratio * factor < 1.05:
            names = "thousand or million" if factor == 10**3 else "one or million"
            cure = f"{names}? The two differ by {factor:,}: part of the table is in another unit"
    if column != "FLOW" and found < total and "another unit" not in cure:
        cure += f'; if only {what.replace("the ", "the main ")} are listed, say [values] parts = "main"'
    shown = f"{found / scale:,.3f}".rstrip("0").rstrip(".")
    due = f"the sum of {what}, {shown} {unit} ({row['PARTS']} parts)"
    key = ", ".join(str(row[name]) for name in ("FLOW", "TIME_PERIOD"))
    return BadInput(f"{row['PRINTED']} for {key}", where=f"{file} {row['LOCATOR']}", due=due, cure=cure)
