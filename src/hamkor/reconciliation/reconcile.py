"""Two records of each flow into one estimate, with its interval and every step that led to it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np
import polars as pl

from hamkor.reconciliation.estimate import Estimates, bounds, estimate
from hamkor.reconciliation.margins import margin
from hamkor.reconciliation.model import Floats, Model, Places, Reports, fit
from hamkor.schema.errors import BadInput

_KEY = ["exporter", "importer", "product", "period"]


class Reconciled(msgspec.Struct, frozen=True):
    """Reconciled flows and what was learnt of the reporters.

    Attributes
    ----------
    flows
        exporter, importer, product, period, value, low, high (USD, 90 %), status (two-sided, one-sided, estimated),
        export_report, import_report (USD), margin, export_bias, import_bias, structural_gap, residual (logs), export_weight
        (in [0, 1]), set_aside (empty, exporter, importer), reason, scopes_differ.
    reporters
        economy, side (export, import), bias (log), deviation (log), flows (two-sided ones), reliability (0 to 1: precision by
        that of the best tenth).
    pairs
        exporter, importer, gap (log, importer's less exporter's, lasting), deviation.
    degrees
        Of freedom of the errors.
    notes
        What a reader must know.
    """

    flows: pl.DataFrame
    reporters: pl.DataFrame
    pairs: pl.DataFrame
    degrees: float
    notes: tuple[str, ...]


NOTE = "errors common to both sides - smuggling, re-routing - are invisible to any comparison of two records"


def reconcile(
    reports: pl.DataFrame, *, weights: Mapping[str, float] | None = None, split: float = 0.5, seed: int = 0
) -> Reconciled:
    """Return one estimate of each flow from the reports of both ends.

    Parameters
    ----------
    reports
        exporter, importer, export_report, import_report (USD; null where a side is silent); product, period if told;
        distance (km), contiguous, landlocked (how many of the two), export_coverage, import_coverage if known.
    weights
        Economy -> factor on the precision of its reports (2: as if its error variance were half).
    split
        Share of a pair's lasting gap that the exporter's report bears, in [0, 1].
    seed
        Of the sample from which the model is learnt where there are very many flows.

    Raises
    ------
    BadInput
        If a column is missing, a report is negative, a flow stands twice, no report is positive, or a weight names nobody.

    Examples
    --------
    >>> told = pl.DataFrame({"exporter": ["A", "B"], "importer": ["B", "A"], "export_report": [100.0, 50.0],
    ...                      "import_report": [104.0, None]})
    >>> reconcile(told).flows["status"].to_list()
    ['two-sided', 'one-sided']
    """
    frame = _checked(reports)
    if not 0 <= split <= 1:
        raise BadInput(f"{split:g}", where="split", due="a share in [0, 1]")
    sides = [_coded(frame[name]) for name in ("exporter", "importer")]
    economies = sorted({code for _, known in sides for code in known})
    place = {code: at for at, code in enumerate(economies)}
    factors = np.ones(len(economies))
    for code, factor in (weights or {}).items():
        if code not in place or not factor > 0:
            raise BadInput(f"{code}: {factor:g}", where="weights", due="a positive factor of an economy that reports")
        factors[place[code]] = factor
    i, j = (np.array([place[code] for code in known], dtype=np.int64)[codes] for codes, known in sides)
    pair = i * len(economies) + j
    product, goods = _coded(frame["product"])
    several = frame["period"].n_unique() > 1
    series = _codes(pair * len(goods) + product) if several else None
    tau = margin(*(_column(frame, name) for name in ("distance", "contiguous", "landlocked")), count=len(frame))
    told = Reports(i, j, pair, _logs(frame["export_report"]), _logs(frame["import_report"]) - tau)
    if not (np.isfinite(told.export).any() or np.isfinite(told.imported).any()):
        raise BadInput("no positive report", where="reports", due="at least one")
    model = fit(told, seed=seed)
    found = estimate(told, model, product=product, series=series, split=split, trust_x=factors, trust_m=factors)
    flows = _flows(frame, told, model, found, tau)
    told_of = np.flatnonzero(np.bincount(pair, minlength=model.gap.size))
    lasting = pl.DataFrame(
        {
            "exporter": [economies[one // len(economies)] for one in told_of], "gap": model.gap[told_of],
            "importer": [economies[one % len(economies)] for one in told_of], "deviation": np.sqrt(model.gap_variance[told_of]),
        }
    ).select("exporter", "importer", "gap", "deviation").sort("exporter", "importer")  # fmt: skip
    return Reconciled(flows, _reporters(model, economies), lasting, model.degrees, (NOTE,))


def _checked(reports: pl.DataFrame) -> pl.DataFrame:
    for name in ("exporter", "importer", "export_report", "import_report"):
        if name not in reports.columns:
            raise BadInput(f"columns {', '.join(reports.columns)}", where="reports", due=f"a column {name}")
    for name, default in (("product", "TOTAL"), ("period", "")):
        if name not in reports.columns:
            reports = reports.with_columns(pl.lit(default).alias(name))
    for name in ("export_report", "import_report"):
        wrong = reports.filter((pl.col(name) < 0) | pl.col(name).is_nan() | pl.col(name).is_infinite())
        if len(wrong):
            row = wrong.row(0, named=True)
            where = " ".join(str(row[one]) for one in _KEY if row[one])
            raise BadInput(f"{name} {row[name]}", where=f"reports {where}", due="a finite value >= 0, or none")
    twice = reports.filter(pl.struct(_KEY).is_duplicated()) if len(reports) < 2_000_000 else reports.clear()
    if len(twice):
        where = " ".join(str(one) for one in twice.select(_KEY).row(0) if one)
        raise BadInput("a flow that stands twice", where=f"reports {where}", due="one row a flow")
    return reports


def _coded(values: pl.Series) -> tuple[Places, list[str]]:
    """Return a place for each value, and the values in the order of places."""
    if values.dtype == pl.Categorical:
        some = values.unique()
        names = some.cast(pl.String).to_list()
        order = sorted(range(len(names)), key=names.__getitem__)
        marks = some.to_physical().to_numpy()
        lookup = np.zeros(int(marks.max(initial=0)) + 1, dtype=np.int64)
        lookup[marks[order]] = np.arange(len(order))
        return lookup[values.to_physical().to_numpy()], [names[at] for at in order]
    known = values.unique().cast(pl.String).sort()
    listed = values.cast(pl.Enum(known))
    return listed.to_physical().to_numpy().astype(np.int64), known.to_list()


def _codes(values: Places) -> Places:
    """Return places 0 ... n - 1 of values."""
    _, places = np.unique(values, return_inverse=True)
    return places.astype(np.int64)


def _column(frame: pl.DataFrame, name: str) -> Floats | None:
    return frame[name].cast(pl.Float64).to_numpy() if name in frame.columns else None


def _logs(values: pl.Series) -> Floats:
    numbers = values.cast(pl.Float64).to_numpy()
    positive = np.nan_to_num(numbers) > 0
    return np.where(positive, np.log(np.where(positive, numbers, 1.0)), np.nan)


def _flows(frame: pl.DataFrame, told: Reports, model: Model, found: Estimates, tau: Floats) -> pl.DataFrame:
    low, high = bounds(found)
    sides = np.isfinite(told.export).astype(int) + np.isfinite(told.imported)
    status = _named(sides, ["estimated", "one-sided", "two-sided"])
    aside = _named(found.aside, ["", "exporter", "importer"])
    coverages = [name in frame.columns for name in ("export_coverage", "import_coverage")]
    differ = (
        (pl.col("export_coverage") != pl.col("import_coverage")).fill_null(value=False)
        if all(coverages)
        else pl.lit(value=False)
    )
    kept = frame.select(*_KEY, "export_report", "import_report", scopes_differ=differ)
    return kept.with_columns(
        value=pl.Series(np.exp(found.value)), low=pl.Series(np.exp(low)), high=pl.Series(np.exp(high)),
        status=status, margin=pl.Series(tau), export_bias=pl.Series(model.export_bias[told.exporter]),
        import_bias=pl.Series(model.import_bias[told.importer]), structural_gap=pl.Series(model.gap[told.pair]),
        residual=pl.Series(found.residual).fill_nan(None), export_weight=pl.Series(found.share).fill_nan(None),
        set_aside=aside, reason=_reasons(told, found),
    )  # fmt: skip


def _named(places: Places, names: list[str]) -> pl.Series:
    """Return the names of places, a byte a row."""
    return pl.Series(names, dtype=pl.Enum(names)).gather(places)


def _reasons(told: Reports, found: Estimates) -> pl.Series:
    """Return why a report was set aside, empty where none was."""
    rows = np.flatnonzero(found.aside)
    if not rows.size:
        return pl.repeat("", len(found.aside), eager=True)
    report = np.where(found.aside[rows] == 1, told.export[rows], told.imported[rows])
    times = pl.Series("times", np.exp(report - found.value[rows]))
    near = (times / pl.Series(np.where(times.to_numpy() > 1, 1000.0, 0.001))).is_between(0.4, 2.5, closed="none")
    size = times.round_sig_figs(3).cast(pl.String).str.strip_suffix(".0")
    unit = pl.Series(["", "; a unit error?"]).gather(near.cast(pl.UInt32))
    texts = size + " times what the other side and the other flows let expect" + unit
    at = np.zeros(len(found.aside), dtype=np.int64)
    at[rows] = np.arange(1, rows.size + 1)
    return pl.concat([pl.Series("times", [""]), texts]).gather(at)


def _reporters(model: Model, economies: list[str]) -> pl.DataFrame:
    """Return what was learnt of each reporter on each side."""
    frames = []
    for side, bias, variance, count in (
        ("export", model.export_bias, model.export_variance, model.export_count),
        ("import", model.import_bias, model.import_variance, model.import_count),
    ):
        names = economies[: len(bias)]
        best = float(np.quantile(variance[count > 0], 0.1)) if (count > 0).any() else 1.0
        frames.append(
            pl.DataFrame(
                {
                    "economy": names, "side": [side] * len(names), "bias": bias, "deviation": np.sqrt(variance),
                    "flows": count.astype(int), "reliability": np.minimum(best / variance, 1.0),
                }
            )
        )  # fmt: skip
    return pl.concat(frames).sort("economy", "side")
