"""Gross exports of many economies taken apart: `python -m benchmarks.value_chain_rows [--quick] [--json]`.

The peer is the textbook way: for each exporter, a whole inverse of the table without its exports (timed for three exporters,
then multiplied by their number). The largest gap of the identities is told beside the time.
"""

from __future__ import annotations

import json
import resource
import sys
import time

import numpy as np

from hamkor.indicators.input_output import InputOutput, input_output
from hamkor.indicators.value_chains import Leontief, decompose, leontief


def table(economies: int, sectors: int) -> InputOutput:
    """Return a made-up table: inputs mostly domestic, each sector with value added."""
    chance, size = np.random.default_rng(7), economies * sectors
    uses = chance.random((size, size))
    home = np.arange(size) // sectors
    uses[home[:, None] == home[None, :]] *= 4 * economies
    final = chance.random((size, economies))
    final[np.arange(size), home] += 1.2 * uses.sum(axis=0)
    labels = [(f"E{row // sectors:03}", f"s{row % sectors:02}") for row in range(size)]
    return input_output(labels, uses, final, [f"E{economy:03}" for economy in range(economies)])


def textbook(made: InputOutput, system: Leontief, economy: int) -> float:
    """Return the domestic value added in an economy's exports by a whole inverse without them."""
    here = made.owners == economy
    closed = np.eye(len(here)) - system.inputs * ~(here[:, None] & ~here[None, :])
    inverse = np.linalg.inv(closed)
    return float((system.shares * here) @ inverse @ (system.destinations.sum(axis=1) * here))


def rows(*, quick: bool) -> list[dict[str, object]]:
    """Return the rows: name, ours, peer, ratio, aim, holds."""
    economies, sectors = (20, 15) if quick else (72, 45)
    made, found = table(economies, sectors), list[dict[str, object]]()
    name = f"{economies} economies x {sectors} sectors"
    system, start = leontief(made), time.perf_counter()
    economy_values = [textbook(made, system, economy) for economy in range(3)]
    peer = (time.perf_counter() - start) / 3 * economies
    for approach in ("source", "sink"):
        start = time.perf_counter()
        terms = decompose(made, approach=approach).terms
        ours = time.perf_counter() - start
        found.append(
            {"name": f"{name}, {approach}, s", "ours": round(ours, 3), "peer": round(peer, 1), "ratio": round(ours / peer, 4),
             "aim": 30.0, "holds": ours <= 30.0}
        )  # fmt: skip
        gap = float(
            np.abs(terms["EXGR"] - terms["DVA"] - terms["DDC"] - terms["FVA"] - terms["FDC"]).max() / terms["EXGR"].max()
        )
        off = max(
            abs(terms["DVA"][made.rows(economy)].sum() / value - 1) for economy, value in enumerate(economy_values)
        )  # fmt: skip
        worst = max(gap, float(off))
        found.append(
            {
                "name": f"{name}, {approach}, largest gap",
                "ours": worst,
                "peer": 0.0,
                "ratio": 0.0,
                "aim": 1e-9,
                "holds": worst <= 1e-9,
            }
        )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    found.append(
        {"name": "most memory, GiB", "ours": round(memory, 2), "peer": 0.0, "ratio": 0.0, "aim": 4.0, "holds": memory <= 4}
    )
    return found


def main() -> None:
    """Print the rows."""
    found = rows(quick="--quick" in sys.argv)
    if "--json" in sys.argv:
        print(json.dumps(found, indent=1))
        return
    for row in found:
        print(f"{row['name']!s:46} " + "  ".join(f"{name} {value}" for name, value in row.items() if name != "name"))


if __name__ == "__main__":
    main()
