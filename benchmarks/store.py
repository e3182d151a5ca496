"""The store against plain Parquet: `python -m benchmarks.store [--quick] [--json]`.

The peer of a pair's query is polars reading the same rows from one Parquet file without vintages; the peer of adding a vintage
is writing that file. The last row kills a writer at random instants and counts the states that are neither before nor after.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl
from tests.store.test_store import WRITER, arrival

from hamkor.schema.economies import economies
from hamkor.store import Arrival, open_store

_CODES = [code for code, one in economies().items() if one.kind == "current"]


def table(year: int) -> pl.DataFrame:
    """Return made-up records of one year: every pair of 200 economies, both flows."""
    pairs = pl.DataFrame({"REPORTER": _CODES[:200]}).join(pl.DataFrame({"COUNTERPART": _CODES[:200]}), how="cross")
    frame = pairs.join(pl.DataFrame({"FLOW": ["export", "import"]}), how="cross").filter(
        pl.col("REPORTER") != pl.col("COUNTERPART")
    )
    value = pl.int_range(pl.len()).cast(pl.Float64) + year
    return frame.with_columns(
        FREQ=pl.lit("A"), PRODUCT=pl.lit("TOTAL"),
        TIME_PERIOD=pl.lit(str(year)), OBS_VALUE=value, PRINTED=value.cast(pl.String),
        UNIT_MULT=pl.lit(3, pl.Int64), VALUATION=pl.lit("FOB"), COVERAGE=pl.lit("goods"), OBS_STATUS=pl.lit("A"),
        TRANSFORMATION=pl.lit("level"), LOCATOR=pl.lit("B2"),
    )  # fmt: skip


def best(runs: int, work: object) -> float:
    """Return the least seconds of several runs."""
    found: list[float] = []
    for _ in range(runs):
        start = time.perf_counter()
        work()  # type: ignore[operator]
        found.append(time.perf_counter() - start)
    return min(found)


def rows(*, quick: bool) -> list[dict[str, object]]:
    """Return the rows: name, ours, peer, ratio, aim, holds."""
    years, found = range(2020, 2023 if quick else 2032), list[dict[str, object]]()
    with tempfile.TemporaryDirectory() as name:
        folder, frames = Path(name), [table(year) for year in years]
        store, start = open_store(folder / "store"), time.perf_counter()
        for year, frame in zip(years, frames, strict=True):
            arrived = Arrival("siat", f"{year}.csv", "made up", str(year).encode(), frame, "open", "siat")
            store, _ = store.add(arrived)
        adding = time.perf_counter() - start
        whole = pl.concat(frames)
        writing = best(1, lambda: whole.write_parquet(folder / "all.parquet", compression="zstd"))
        found.append(_row(f"add {len(whole):,} rows in {len(frames)} vintages, s", adding, writing, 20.0))
        wanted = (pl.col("REPORTER") == "UZB") & (pl.col("COUNTERPART") == "KGZ")
        ours = best(5, lambda: open_store(folder / "store").records(every_vintage=True).filter(wanted).collect())
        peer = best(5, lambda: pl.scan_parquet(folder / "all.parquet").filter(wanted).collect())
        found.append(_row("one pair, every vintage, s", ours, peer, 0.1))
        torn, kills = crashes(folder / "crash", 20 if quick else 200)
        found.append(
            {"name": f"torn states of {kills} kills", "ours": torn, "peer": 0, "ratio": 0.0, "aim": 0, "holds": torn == 0}
        )
    return found


def _row(name: str, ours: float, peer: float, aim: float) -> dict[str, object]:
    ratio = round(ours / peer, 1)
    return {"name": name, "ours": round(ours, 4), "peer": round(peer, 4), "ratio": ratio, "aim": aim, "holds": ours <= aim}


def crashes(folder: Path, kills: int) -> tuple[int, int]:
    """Return how many kills of a writer left a state that is neither the one before nor the one after, and the kills."""
    torn, chance = 0, random.Random(7)
    for kill in range(kills):
        before = len(open_store(folder).state.vintages)
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.05))
        writer.send_signal(signal.SIGKILL)
        said = [int(line) for line in writer.stdout.read().split("\n") if line.strip()]
        writer.stdout.close()
        writer.wait()
        store = open_store(folder)
        whole = len(store.records(every_vintage=True).collect()) == len(store.state.vintages)
        if len(store.state.vintages) - max([before, *said]) not in (0, 1) or not whole:
            torn += 1
        store.add(arrival(1.0, f"after {kill}.csv"))
    return torn, kills


def main() -> None:
    """Print the rows."""
    found = rows(quick="--quick" in sys.argv)
    if "--json" in sys.argv:
        print(json.dumps(found, indent=1))
        return
    for row in found:
        print(f"{row['name']!s:42} " + "  ".join(f"{name} {value}" for name, value in row.items() if name != "name"))


if __name__ == "__main__":
    main()
