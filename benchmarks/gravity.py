"""PPML with three sets of effects against a peer: `python -m benchmarks.gravity [--quick] [--json]`.

Made-up panels in the shape of the published ones, end to end from a Polars frame: codes, zeros, fit, errors clustered by pair.
The peer is pyfixest, on the same rows in one process, each at its defaults. Compilation of both is done beforehand.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from hamkor.gravity import estimate

_THREE = "trade ~ rta | exporter^year + importer^year + exporter^importer"


def panel(size: int, years: int, *, domestic: bool, seed: int = 1) -> pl.DataFrame:
    """Return flows of `size` economies over years, a tenth of them zero."""
    chance = np.random.default_rng(seed)
    i, j, t = (axis.reshape(-1) for axis in np.indices((size, size, years)))
    if not domestic:
        keep = i != j
        i, j, t = i[keep], j[keep], t[keep]
    rta = ((t >= chance.integers(0, 2 * years, (size, size))[i, j]) & (i != j)).astype(float)
    index = chance.normal(0, 1, (size, years))[i, t] + chance.normal(0, 1, (size, years))[j, t]
    index = index + chance.normal(0, 1.5, (size, size))[i, j] + 0.3 * rta + 4.0 * (i == j)
    trade = np.exp(index) * chance.lognormal(-0.5, 1, i.size) * (chance.random(i.size) > 0.1)
    columns = {"exporter": i, "importer": j, "year": t}
    return pl.DataFrame({**{name: one.astype(np.int32) for name, one in columns.items()}, "trade": trade, "rta": rta})


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds of one run and what it returned."""
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def peer(table: pl.DataFrame) -> tuple[float, float]:
    """Return the seconds that pyfixest takes, and its coefficient; not a number where it is not there."""
    try:
        import pandas as pd
        import pyfixest as pf
    except ImportError:
        return float("nan"), float("nan")
    coded = table.with_columns(
        ey=pl.col("exporter") * 1000 + pl.col("year"), iy=pl.col("importer") * 1000 + pl.col("year"),
        ij=pl.col("exporter") * 1000 + pl.col("importer"),
    )  # fmt: skip
    frame = pd.DataFrame({name: coded[name].to_numpy() for name in coded.columns})
    took, found = timed(lambda: pf.fepois("trade ~ rta | ey + iy + ij", data=frame, vcov={"CRV1": "ij"}))
    return took, float(found.coef().iloc[0])


def rows(*, quick: bool) -> list[dict[str, Any]]:
    """Return a row for each panel."""
    cold, _ = timed(lambda: estimate(_THREE, panel(12, 4, domestic=True), cluster="exporter^importer"))
    found = [_row("compile or load from the cache, s", cold, None, 15.0)]
    peer(panel(12, 4, domestic=True))
    sizes = [(80, 15, False), (80, 15, True)] if quick else [(200, 30, False), (200, 30, True), (290, 60, False)]
    for size, years, domestic in sizes:
        table = panel(size, years, domestic=domestic)
        name = f"{size} x {size} x {years}{' with domestic flows' if domestic else ''}, {len(table):,} rows"
        _forget_peak()
        ours, fit = timed(lambda table=table: estimate(_THREE, table, cluster="exporter^importer"))  # type: ignore[misc]
        memory = _peak()
        one = timed(lambda table=table: estimate(_THREE, table, cluster="exporter^importer", threads=1))[0]  # type: ignore[misc]
        theirs, coefficient = peer(table)
        found.append(_row(f"{name}: s, two threads", ours, theirs, 1 / 15))
        found.append(_row(f"{name}: s, one thread", one, theirs, 1 / 15))
        apart = abs(float(fit.coefficients[0]) - coefficient)
        found.append(
            {"name": f"{name}: coefficient", "ours": round(float(fit.coefficients[0]), 8), "peer": round(coefficient, 8),
             "ratio": None, "aim": "1e-5 apart", "holds": bool(apart < 1e-5 or np.isnan(apart))}
        )  # fmt: skip
        if len(table) > 4_000_000:
            found.append(_row(f"{name}: s, against the aim of two", ours, None, 2.0))
            found.append(_row(f"{name}: GB at the peak, the table and all before it included", memory, None, 1.6))
    return found


def _forget_peak() -> None:
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _peak() -> float:
    """Return the most memory since `_forget_peak` in GB, or of the whole run where the system does not tell."""
    with suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text().splitlines()
        return float(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def _row(name: str, ours: float, theirs: float | None, aim: float) -> dict[str, Any]:
    ratio = None if theirs is None or np.isnan(theirs) else ours / theirs
    holds = ours <= aim if theirs is None else ratio is None or ratio <= aim
    return {
        "name": name, "ours": round(ours, 3), "peer": None if theirs is None or np.isnan(theirs) else round(theirs, 3),
        "ratio": None if ratio is None else round(ratio, 4), "aim": round(aim, 4), "holds": bool(holds),
    }  # fmt: skip


def main() -> None:
    """Print the rows."""
    found = rows(quick="--quick" in sys.argv)
    if "--json" in sys.argv:
        print(json.dumps(found, indent=1))
        return
    for row in found:
        text = f"{row['name']!s:70} ours {row['ours']} peer {row['peer']} ratio {row['ratio']} aim {row['aim']}"
        print(text, "" if row["holds"] else "MISSED")


if __name__ == "__main__":
    main()
