"""The scoreboard of reconciliation: `python -m benchmarks.reconcile [--quick] [--json]`.

Made-up worlds whose truth is known, half of them outside the family of our error model, and hidden sides of real pairs. Peers:
the arithmetic and geometric mean, each side alone (the other where it is silent), and the procedure of the Atlas of Economic
Complexity as its technical notes describe it (Bustos and Yildirim; reliability of each reporter from its discrepancies, reports
averaged by the softmax of reliabilities), restated here. An error is the root mean squared log difference from the truth.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from hamkor.reconciliation import reconcile

Floats = npt.NDArray[np.float64]
_CONFORMANCE = Path(os.environ.get("HAMKOR_CONFORMANCE", "../shared/conformance"))
SETTINGS = {
    "equal, unbiased": {}, "unequal": {"unequal": 1.0}, "biased": {"bias": 0.3, "unequal": 0.7},
    "lasting gaps": {"bias": 0.2, "unequal": 0.7, "gap": 0.4},
    "heavy tails": {"bias": 0.2, "unequal": 0.7, "tails": 2.0},
    "missing where small": {"bias": 0.2, "unequal": 0.7, "missing": 1.0},
    "unit errors": {"bias": 0.2, "unequal": 0.7, "units": 0.02}, "transit hubs": {"bias": 0.2, "unequal": 0.7, "hubs": 0.3},
}  # fmt: skip
INSIDE = ("equal, unbiased", "unequal", "biased", "lasting gaps")


def world(
    seed: int, *, count: int = 60, products: int = 30, years: int = 3, bias: float = 0.0, unequal: float = 0.0,
    gap: float = 0.0, tails: float = 0.0, missing: float = 0.0, units: float = 0.0, hubs: float = 0.0,
) -> tuple[pl.DataFrame, Floats]:  # fmt: skip
    """Return reports of a made-up world, and the log of the truth behind each."""
    chance = np.random.default_rng(seed)
    size, able = chance.normal(0, 1.5, count), chance.normal(0, 1, (count, products))
    i, j, k, t = (axis.reshape(-1) for axis in np.indices((count, count, products, years)))
    keep = (i != j) & (chance.random(i.size) < 0.4)
    i, j, k, t = (axis[keep] for axis in (i, j, k, t))
    pair = i * count + j
    place = chance.random((count, 2)) * 10_000
    distance = np.hypot(*(place[i] - place[j]).T) + 100
    truth = 14 + size[i] + size[j] + able[i, k] - np.log(distance / 1000)
    truth = truth + chance.normal(0, 1, count * count * products)[pair * products + k] + chance.normal(0, 0.2, i.size)
    deviation = np.exp(chance.normal(np.log(0.2), unequal, (2, count)))
    errors = chance.standard_normal((2, i.size)) if not tails else chance.standard_t(tails, (2, i.size))
    drift = chance.normal(0, bias, (2, count))
    lasting = chance.normal(0, gap, count * count)[pair] if gap else 0.0
    rate = np.log1p(np.clip(0.04 + 0.0117 * np.log(distance / 1000), 0.005, 0.2))
    x = truth + drift[0, i] - lasting / 2 + deviation[0, i] * errors[0]
    m = truth + rate + drift[1, j] + lasting / 2 + deviation[1, j] * errors[1]
    if hubs:
        through = np.isin(i, [0, 1]) | np.isin(j, [0, 1])
        lost = chance.random(i.size) < hubs
        m = np.where(lost & ~through, m + np.log(1 - hubs), np.where(np.isin(i, [0, 1]), m + np.log1p(hubs), m))
    for report in (x, m):
        wrong = chance.random(i.size) < units
        report += np.where(wrong, np.where(chance.random(i.size) < 0.5, np.log(1000), -np.log(1000)), 0.0)
    silent = np.stack([chance.random(i.size) < 0.05, chance.random(i.size) < 0.05])
    if missing:
        quiet = 1 / (1 + np.exp((truth - np.quantile(truth, 0.3)) * 1.5))
        silent |= chance.random((2, i.size)) < missing * quiet * 0.6
    silent[1] &= ~silent[0]
    names = np.array([f"E{one:02}" for one in range(count)])
    frame = pl.DataFrame(
        {
            "exporter": names[i], "importer": names[j], "product": [f"{one:02}" for one in k],
            "period": [str(2020 + one) for one in t], "distance": distance,
            "export_report": np.where(silent[0], np.nan, np.exp(x)), "import_report": np.where(silent[1], np.nan, np.exp(m)),
        }
    ).with_columns(pl.col("export_report", "import_report").fill_nan(None))  # fmt: skip
    return frame, truth


def _logs(frame: pl.DataFrame) -> tuple[Floats, Floats]:
    x, m = (np.log(frame[name].to_numpy()) for name in ("export_report", "import_report"))
    return x, m


def exporter_only(frame: pl.DataFrame) -> Floats:
    """Return the exporter's report, the importer's where it is silent."""
    x, m = _logs(frame)
    return np.where(np.isfinite(x), x, m)


def importer_only(frame: pl.DataFrame) -> Floats:
    """Return the importer's report less 4 %, the exporter's where it is silent."""
    x, m = _logs(frame)
    return np.where(np.isfinite(m), m - np.log(1.04), x)


def geometric(frame: pl.DataFrame) -> Floats:
    """Return the geometric mean of both reports, the importer's less 4 %."""
    x, m = _logs(frame)
    both = 0.5 * (x + m - np.log(1.04))
    return np.where(np.isfinite(both), both, exporter_only(frame))


def arithmetic(frame: pl.DataFrame) -> Floats:
    """Return the arithmetic mean of both reports, the importer's less 4 %."""
    x, m = _logs(frame)
    both = np.log(0.5 * (np.exp(x) + np.exp(m) / 1.04))
    return np.where(np.isfinite(both), both, exporter_only(frame))


def atlas(frame: pl.DataFrame) -> Floats:
    """Return the mean by reliabilities: importers' reports less 8 %; scores from the discrepancies of country totals."""
    x, m = _logs(frame)
    x, m = np.exp(x), np.exp(m) / 1.08
    codes = sorted(set(frame["exporter"]) | set(frame["importer"]))
    place = {code: at for at, code in enumerate(codes)}
    i, j = (frame[name].replace_strict(place, return_dtype=pl.Int64).to_numpy() for name in ("exporter", "importer"))
    pair = i * len(codes) + j
    sums = [np.bincount(pair, np.nan_to_num(one), len(codes) ** 2) for one in (x, m)]
    told = np.flatnonzero((sums[0] > 0) & (sums[1] > 0))
    off = np.abs(np.log(sums[0][told] / sums[1][told]))
    left, right = told // len(codes), told % len(codes)
    a, b = np.zeros(len(codes)), np.zeros(len(codes))
    for _ in range(20):
        a = np.bincount(left, off - b[right], len(codes)) / np.maximum(np.bincount(left, minlength=len(codes)), 1)
        b = np.bincount(right, off - a[left], len(codes)) / np.maximum(np.bincount(right, minlength=len(codes)), 1)
    score = [-(one - one.mean()) / max(one.std(), 1e-9) for one in (a, b)]
    weight = 1 / (1 + np.exp(score[1][j] - score[0][i]))
    both = weight * x + (1 - weight) * m
    return np.log(np.where(np.isfinite(both), both, np.where(np.isfinite(x), x, m)))


PEERS: dict[str, Callable[[pl.DataFrame], Floats]] = {
    "Atlas": atlas, "geometric mean": geometric, "arithmetic mean": arithmetic, "exporter": exporter_only,
    "importer": importer_only,
}  # fmt: skip


def rmse(found: Floats, truth: Floats) -> float:
    """Return the root mean squared log error."""
    return float(np.sqrt(np.mean((found - truth) ** 2)))


def scoreboard(*, quick: bool) -> list[dict[str, object]]:
    """Return the error of each setting against the Atlas and the geometric mean, and the coverage of our intervals."""
    rows: list[dict[str, object]] = []
    size = {"count": 40, "products": 15} if quick else {}
    for name, setting in SETTINGS.items():
        frame, truth = world(7, **{**size, **setting})  # type: ignore[arg-type]
        flows = reconcile(frame).flows
        ours = rmse(np.log(flows["value"].to_numpy()), truth)
        errors = {peer: rmse(method(frame), truth) for peer, method in PEERS.items()}
        for peer, aim in (("Atlas", 0.6), ("geometric mean", 1.02 if name == "equal, unbiased" else 0.8)):
            rows.append(
                {"name": f"{name}: error against {peer}", "ours": round(ours, 4), "peer": round(errors[peer], 4),
                 "ratio": round(ours / errors[peer], 3), "aim": aim, "holds": ours <= aim * errors[peer]}
            )  # fmt: skip
        low, high = (np.log(flows[one].to_numpy()) for one in ("low", "high"))
        share = float(((low <= truth) & (truth <= high)).mean())
        inside = name in INSIDE
        rows.append(
            {"name": f"{name}: coverage of 90 % intervals", "ours": round(share, 4), "peer": None, "ratio": None,
             "aim": 0.9 if inside else None, "holds": not inside or 0.88 <= share <= 0.92}
        )  # fmt: skip
    return rows


def hidden() -> list[dict[str, object]]:
    """Return how a hidden side of real pairs is met: error of the prediction, and coverage of its interval."""
    table = pl.read_csv(_CONFORMANCE / "trade/ca_mirror_pairs.csv")
    told = table.select(
        exporter="EXP", importer="IMP", period=pl.col("TIME_PERIOD").cast(pl.String), export_report="EXPORTER_REPORT",
        import_report="IMPORTER_REPORT",
    )  # fmt: skip
    both = told.with_row_index("row").drop_nulls(["export_report", "import_report"])
    errors: list[tuple[float, float, bool]] = []
    for row in both.to_dicts():
        for side, other in (("export_report", "import_report"), ("import_report", "export_report")):
            blind = told.with_row_index("row").with_columns(
                pl.when(pl.col("row") == row["row"]).then(None).otherwise(pl.col(side)).alias(side)
            )
            found = reconcile(blind.drop("row")).flows.with_row_index("row").row(
                by_predicate=(pl.col("exporter") == row["exporter"]) & (pl.col("importer") == row["importer"])
                & (pl.col("period") == row["period"]), named=True,
            )  # fmt: skip
            sign = -0.5 if side == "export_report" else 0.5
            shift = found["export_bias"] if side == "export_report" else found["import_bias"] + found["margin"]
            guess = np.log(found["value"]) + shift + sign * found["structural_gap"]
            naive = np.log(row[other] / 1.04 if side == "export_report" else row[other] * 1.04)
            truth = np.log(row[side])
            errors.append((guess - truth, naive - truth, abs(guess - truth) < np.log(found["high"] / found["value"])))
    ours, peer = (float(np.sqrt(np.mean([one[at] ** 2 for one in errors]))) for at in (0, 1))
    return [
        {"name": f"{len(errors)} hidden sides of real pairs: error against the other side", "ours": round(ours, 3),
         "peer": round(peer, 3), "ratio": round(ours / peer, 3), "aim": 1.0, "holds": ours <= peer},
    ]  # fmt: skip


def speed(*, quick: bool) -> list[dict[str, object]]:
    """Return seconds and memory for many flows."""
    flows = 400_000 if quick else 1_600_000
    chance = np.random.default_rng(3)
    names = np.array([f"E{one:03}" for one in range(220)])
    rows = []
    for count, aim in ((flows, 1.0 if not quick else 0.5), *([] if quick else [(10_000_000, 10.0)])):
        cell = chance.choice(220 * 220 * 5000, count, replace=False) if count < 2_000_000 else np.arange(count) * 24
        frame = pl.DataFrame(
            {
                "exporter": pl.Series(names[cell // (220 * 5000)]).cast(pl.Categorical),
                "importer": pl.Series(names[cell // 5000 % 220]).cast(pl.Categorical),
                "product": pl.Series(cell % 5000).cast(pl.String).cast(pl.Categorical),
                "export_report": np.exp(chance.normal(10, 2, count)), "import_report": np.exp(chance.normal(10, 2, count)),
            }
        )  # fmt: skip
        start = time.perf_counter()
        reconcile(frame)
        took = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        rows.append(
            {"name": f"{count:,} flows, s (peak {peak:.1f} GB with the made-up table)", "ours": round(took, 2), "peer": None,
             "ratio": None, "aim": aim, "holds": took <= aim}
        )  # fmt: skip
    return rows


def main() -> None:
    """Print the rows."""
    quick = "--quick" in sys.argv
    found = scoreboard(quick=quick) + hidden()[: 0 if quick else None] + speed(quick=quick)
    if "--json" in sys.argv:
        print(json.dumps(found, indent=1))
        return
    for row in found:
        print(
            f"{row['name']!s:60} ours {row['ours']} peer {row['peer']} ratio {row['ratio']} aim {row['aim']}",
            "" if row["holds"] else "MISSED",
        )


if __name__ == "__main__":
    main()
