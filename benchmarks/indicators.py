"""The indicators against their peers: `python -m benchmarks.indicators [--quick] [--json]`.

The product space against ecomplexity, the package of the Atlas's authors, of which the check of log-supermodularity is switched
off, since ours has none. Its time grows with the cube of the products (about two minutes at 5,000), so with --quick both run at
600 products; the size stands in the name of the row. The peer of comparative advantage and of trade intensity is the formula as
it is written in pandas. Rows of other modules are added where those are there.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
import warnings
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import polars as pl

from hamkor.indicators.flows import checked, exports
from hamkor.indicators.opportunities import next_products, regional_supply
from hamkor.indicators.product_space import complexity
from hamkor.indicators.relatedness import Array, advantages, proximities
from hamkor.indicators.trade import trade_intensity

Row = dict[str, object]
MORE = ("composite_rows", "value_chain_rows")


def trade(economies: int, products: int) -> Array:
    """Return made-up exports, USD: able economies make hard products too; a third of the cells is an advantage."""
    chance = np.random.default_rng(1)
    skill, hard = chance.normal(size=(economies, 1)), chance.normal(size=(1, products))
    size = np.exp(2 * chance.normal(size=(economies, 1)))
    values = 1e6 * size * np.exp(1.5 * chance.normal(size=(economies, products)) + 1.2 * skill * hard)
    values *= chance.random(values.shape) < 1 / (1 + np.exp(hard - skill - 1))
    return np.asarray(values[values.sum(axis=1) > 0][:, values.sum(axis=0) > 0])


def cube(economies: int, products: int, partners: int = 4) -> pl.DataFrame:
    """Return the same exports as flows, each split among some buyers."""
    values, chance = trade(economies, products), np.random.default_rng(2)
    rows, columns = np.nonzero(values)
    names = np.array([f"E{one:03}" for one in range(len(values))])
    parts = [
        pl.DataFrame({
            "exporter": names[rows], "importer": names[(rows + step) % len(values)], "product": columns.astype(str),
            "value": values[rows, columns] * chance.random(len(rows)),
        })
        for step in range(1, partners + 1)
    ]  # fmt: skip
    return pl.concat(parts).with_columns(period=pl.lit("2024"))


def best(runs: int, work: Callable[[], object]) -> float:
    """Return the least seconds of several runs."""
    found: list[float] = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def rows(*, quick: bool) -> list[Row]:
    """Return the rows: name, ours, peer, ratio, aim, holds."""
    return [*_product_space(quick), *_formulas(quick), *_lists(quick), *_more(quick)]


def _product_space(quick: bool) -> list[Row]:
    from ecomplexity import ecomplexity, proximity

    large, same = trade(230, 5_000), trade(230, 600 if quick else 5_000)
    names = {"time": "year", "loc": "economy", "prod": "product", "val": "value"}
    table = _pandas(same)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        peer = best(1, lambda: ecomplexity(table, names, check_logsupermodularity=False, verbose=False))
        near = best(1, lambda: proximity(table, names))
    size = " x ".join(map(str, same.shape))
    ours, present = best(5, lambda: complexity(same)), complexity(same).present
    whole = best(5, lambda: (found := complexity(large), found.proximity))
    return [
        _row(f"RCA, ECI, PCI, density, COI, COG, fitness, {size}, s", ours, peer, 1.0),
        _row(f"proximity {size}, s", best(5, lambda: proximities(present)), near, 1.0),
        _row(f"all of these {' x '.join(map(str, large.shape))}, s", whole, peer + near if not quick else None, 1.0),
    ]


def _pandas(values: Array) -> object:
    import pandas as pd

    rows, columns = np.indices(values.shape)
    return pd.DataFrame({"year": 2024, "economy": rows.ravel(), "product": columns.ravel(), "value": values.ravel()})


def _formulas(quick: bool) -> list[Row]:
    """Return the rows of formulas as pandas has them: RCA on a long table, trade intensity on pairs."""
    import pandas as pd

    values = trade(230, 600 if quick else 5_000)
    rows, columns = np.nonzero(values)
    frame = pd.DataFrame({"economy": rows, "product": columns, "value": values[rows, columns]})
    flows = cube(230, 100, partners=60).group_by("exporter", "importer", "period").agg(pl.col("value").sum())
    pairs = pd.DataFrame(flows.to_dict(as_series=False))

    def advantage() -> object:
        by_economy = frame.groupby("economy")["value"].transform("sum")
        by_product = frame.groupby("product")["value"].transform("sum")
        return (frame["value"] / by_economy) / (by_product / frame["value"].sum())

    def intensity() -> object:
        sold = pairs.groupby("exporter")["value"].transform("sum")
        bought = pairs.groupby("importer")["value"].transform("sum")
        return (pairs["value"] / sold) / (bought / pairs["value"].sum())

    size = " x ".join(map(str, values.shape))
    ours = best(3, lambda: trade_intensity(flows))
    return [
        _row(
            f"RCA {size}, from an array against a long table, s", best(5, lambda: advantages(values)), best(3, advantage), 0.1
        ),
        _row(f"trade intensity of {len(flows):,} pairs, checked, s", ours, best(3, intensity), 0.1),
    ]


def _lists(quick: bool) -> list[Row]:
    """Return the rows of what has no peer: from flows to ranked lists."""
    flows = cube(230, 600 if quick else 5_000)
    members = flows["exporter"].unique().sort()[:5].to_list()
    verbs: dict[str, Callable[[], object]] = {
        "exports": lambda: exports(checked(flows, products=True)),
        "next products of five economies": lambda: next_products(flows, members=members),
        "regional supply of five economies": lambda: regional_supply(flows, members=members),
    }
    return [_row(f"{name}, {len(flows):,} flows, s", best(2, work), None, 5.0) for name, work in verbs.items()]


def _more(quick: bool) -> list[Row]:
    """Return the rows of the other modules of indicators' benchmarks."""
    found: list[Row] = []
    for name in MORE:
        if find_spec(f"benchmarks.{name}") is not None:
            found += import_module(f"benchmarks.{name}").rows(quick=quick)
    return found


def _row(name: str, ours: float, peer: float | None, aim: float) -> Row:
    ratio = None if peer is None else round(ours / peer, 4)
    told = None if peer is None else round(peer, 4)
    return {"name": name, "ours": round(ours, 4), "peer": told, "ratio": ratio, "aim": aim, "holds": ours <= aim}


def main() -> None:
    """Print the rows."""
    found = rows(quick="--quick" in sys.argv)
    if "--json" in sys.argv:
        print(json.dumps(found, indent=1))
        return
    for row in found:
        print(f"{row['name']!s:66} " + "  ".join(f"{name} {value}" for name, value in row.items() if name != "name"))


if __name__ == "__main__":
    main()
