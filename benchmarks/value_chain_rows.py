"""The Borin-Mancini decomposition of a table of the size of the OECD's or ADB's, against its plain statement."""

from __future__ import annotations

import time

import numpy as np

from hamkor.indicators.input_output import InputOutput, input_output
from hamkor.indicators.value_chains import chains, decomposed


def table(economies: int, sectors: int) -> InputOutput:
    """Return a made-up table."""
    chance = np.random.default_rng(1)
    rows = economies * sectors
    codes = [f"E{place:02}" for place in range(economies)]
    return input_output(
        chance.gamma(0.5, 1.0, (rows, rows)), chance.gamma(1.0, 4.0, (rows, economies)) + sectors, economies=codes,
        owner=[code for code in codes for _ in range(sectors)], sectors=[f"s{place}" for place in range(sectors)] * economies,
    )  # fmt: skip


def plainly(given: InputOutput) -> np.ndarray:
    """Return foreign value added in exports as the paper states it: an inverse without the exports of each economy."""
    told = chains(given)
    found = np.zeros(len(given.economies))
    for place in range(len(given.economies)):
        rows = given.owner == place
        inputs = told.inputs.copy()
        inputs[np.ix_(rows, ~rows)] = 0.0
        without = np.linalg.inv(np.eye(len(rows)) - inputs)
        found[place] = (told.share[~rows] @ without[np.ix_(~rows, rows)] @ told.exports[rows].sum(axis=1)).sum()
    return found


def rows(quick: bool) -> list[dict[str, object]]:
    """Return the rows: name, ours, peer, ratio, aim, holds."""
    small = table(20, 20)
    start = time.perf_counter()
    terms = decomposed(chains(small))
    ours = time.perf_counter() - start
    start = time.perf_counter()
    peer = plainly(small)
    plain = time.perf_counter() - start
    mine = np.bincount(small.owner, weights=terms["fva"].sum(axis=1))
    assert np.allclose(mine, peer, rtol=1e-8)
    found: list[dict[str, object]] = [
        {"name": "Borin-Mancini, 20 x 20, against an inverse an economy, s", "ours": round(ours, 4), "peer": round(plain, 4),
         "ratio": round(plain / ours, 1), "aim": 1.0, "holds": plain >= ours}
    ]  # fmt: skip
    size = (40, 45) if quick else (72, 45)
    large = table(*size)
    start = time.perf_counter()
    decomposed(chains(large))
    took = time.perf_counter() - start
    found.append(
        {"name": f"Borin-Mancini of {size[0]} economies x {size[1]} sectors, s", "ours": round(took, 2), "peer": None,
         "ratio": None, "aim": 30.0, "holds": took < 30.0}
    )  # fmt: skip
    return found
