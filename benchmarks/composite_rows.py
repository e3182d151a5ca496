"""10,000 composite indices of 51 economies and 49 indicators, against a loop over the same formula in numpy."""

from __future__ import annotations

import time

import numpy as np

from hamkor.indicators.composite.definition import Definition, Dimension, Part
from hamkor.indicators.composite.means import aggregate, tree_of
from hamkor.indicators.composite.stages import Array
from hamkor.indicators.composite.uncertainty import Choices, uncertain

ECONOMIES, INDICATORS, DIMENSIONS = 51, 49, 8


def rows(quick: bool) -> list[dict[str, object]]:
    """Return the rows: name, ours, peer, ratio, aim, holds."""
    import polars as pl

    draws, peers = (1_000, 100) if quick else (10_000, 1_000)
    chance = np.random.default_rng(1)
    dimensions = tuple(Dimension(f"d{one}", f"D{one}") for one in range(DIMENSIONS))
    parts = tuple(Part(f"i{one:02}", f"I{one}", f"d{one % DIMENSIONS}") for one in range(INDICATORS))
    definition = Definition("made-up", "Made up", dimensions, parts, threshold=0.0)
    values = chance.normal(size=(ECONOMIES, INDICATORS))
    values[chance.random(values.shape) < 0.03] = np.nan
    table = pl.DataFrame({"economy": [f"E{one:02}" for one in range(ECONOMIES)]}).with_columns(
        **{one.id: pl.Series(values[:, place]).fill_nan(None) for place, one in enumerate(parts)}
    )
    uncertain(table, definition, draws=8)
    start = time.perf_counter()
    uncertain(table, definition, draws=draws)
    whole = time.perf_counter() - start

    tree = tree_of(definition)
    scaled = (values - np.nanmin(values, axis=0)) / np.ptp(np.nan_to_num(values), axis=0)
    weights = chance.uniform(0.75, 1.25, (draws, len(tree.weights)))
    start = time.perf_counter()
    ours = aggregate(scaled, weights, tree, form="arithmetic", threshold=0.0).values[:, -1]
    means = time.perf_counter() - start
    start = time.perf_counter()
    theirs = np.stack([_peer(scaled, one) for one in weights[:peers]])
    peer = (time.perf_counter() - start) * draws / peers
    assert np.allclose(ours[:peers], theirs, rtol=1e-12)
    size = f"{draws:,} indices of {INDICATORS} x {ECONOMIES}"
    choices, aim = Choices(), 1.0
    combined = len(choices.normalisations) * len(choices.means) * len(choices.imputations)
    return [
        {
            "name": f"{size}: means alone, s", "ours": round(means, 4), "peer": round(peer, 4),
            "ratio": round(means / peer, 4), "aim": aim, "holds": means <= aim,
        },
        {
            "name": f"{size}: {combined} choices and ranks, s",
            "ours": round(whole, 4), "peer": None, "ratio": None, "aim": aim, "holds": whole <= aim,
        },
    ]  # fmt: skip


def _peer(scaled: Array, weights: Array) -> Array:
    """Return one index as a plain loop over dimensions."""
    scores = []
    for dimension in range(DIMENSIONS):
        columns = list(range(dimension, INDICATORS, DIMENSIONS))
        there = ~np.isnan(scaled[:, columns])
        weighed = weights[columns] * there
        scores.append((np.nan_to_num(scaled[:, columns]) * weighed).sum(axis=1) / weighed.sum(axis=1))
    above = weights[INDICATORS : INDICATORS + DIMENSIONS]
    return np.asarray(np.stack(scores, axis=1) @ above / above.sum())


def main() -> None:
    """Print the rows."""
    import sys

    for row in rows("--quick" in sys.argv):
        print(f"{row['name']!s:60} " + "  ".join(f"{name} {value}" for name, value in row.items() if name != "name"))


if __name__ == "__main__":
    main()
