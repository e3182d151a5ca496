"""General equilibrium against gegravity and puremacro: `python -m benchmarks.equilibrium [--quick] [--json]`.

The first rows solve the sample that gegravity comes with (30 economies, one sector), at the same baseline flows and the same
shock; gegravity keeps baseline incomes in its multilateral resistances, so only the time is compared. The NAFTA of Caliendo
and Parro (2015) is solved by puremacro with the same arrays. Then sizes without a peer, and worlds made up at random.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl

from hamkor.equilibrium import Baseline, Shock, counterfactual, simulate_draws
from hamkor.equilibrium.accounting import expenditure_of
from hamkor.equilibrium.accounts import Accounts
from hamkor.equilibrium.counterfactual import rebased, solve
from hamkor.equilibrium.outcome import NotConverged
from hamkor.equilibrium.shock import Changes
from hamkor.equilibrium.system import Closure, Rules

_DATA = Path(os.environ.get("HAMKOR_CONFORMANCE", "../shared/conformance")) / "equilibrium"
_COSTS = {"pta": 0.482, "contiguity": 0.892, "common_language": 0.033, "lndist": -0.39, "international": -3.41}
"""Coefficients near those of gegravity's documentation; any would do."""


def timed(work: Any, runs: int = 3) -> tuple[float, Any]:
    """Return the least seconds of several runs, and what the last returned."""
    best, found = float("inf"), None
    for _ in range(runs):
        start = time.perf_counter()
        found = work()
        best = min(best, time.perf_counter() - start)
    return best, found


def sample(*, quick: bool) -> list[dict[str, object]]:
    """Return a solve and a draw of gegravity's sample, ours and theirs."""
    import gegravity as ge
    import pandas as pd

    data = pd.read_csv(_DATA / "gegravity_sample.csv")
    data["year"] = data["year"].astype(str)
    names = list(_COSTS)
    estimates = pd.DataFrame({"var": names, "coeff": list(_COSTS.values()), "se": [0.02] * len(names)})
    covariance = pd.DataFrame(np.diag([0.0004] * len(names)), index=names, columns=names)
    costs = ge.CostCoeffs(estimates, identifier_col="var", coeff_col="coeff", stderr_col="se", covar_matrix=covariance)
    base = ge.BaselineData(data, trade_var_name="trade", expend_var_name="E", output_var_name="Y")
    given = {"year": "2006", "sigma": 5, "reference_importer": "DEU", "cost_variables": names, "cost_coeff_values": costs}
    given |= {"expend_var_name": "E", "output_var_name": "Y"}
    changed = data.copy()
    for exporter, importer in (("CAN", "JPN"), ("JPN", "CAN")):
        changed.loc[(changed["exporter"] == exporter) & (changed["importer"] == importer), "pta"] = 1

    def theirs() -> Any:
        model = ge.OneSectorGE(base, quiet=True, **given)
        model.build_baseline(omr_rescale=10)
        model.define_experiment(changed.copy())
        model.simulate()
        return model

    trials = 2 if quick else 20

    def their_draws() -> Any:
        model = ge.MonteCarloGE(base, trials=trials, seed=1, **given)
        model.run_trials(changed.copy(), omr_rescale=10, quiet=True)
        return model

    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        peer, model = timed(theirs, 1)
        draw, _ = timed(their_draws, 1)
    flows = model.bilateral_trade_results.reset_index()
    trade = pl.DataFrame({name: flows[name].tolist() for name in ("exporter", "importer")}).with_columns(
        value=pl.Series(flows["baseline modeled trade"].astype(float).tolist())
    )
    world = Baseline.from_trade(trade, elasticity=4.0)
    effect = pl.DataFrame(
        {"exporter": ["CAN", "JPN"], "importer": ["JPN", "CAN"], "beta": [_COSTS["pta"]] * 2, "std_error": [0.02] * 2}
    )
    ours, _ = timed(lambda: counterfactual(world, Shock(partial_effect=effect)), 10)
    many = 500 if quick else 5_000
    each, _ = timed(lambda: simulate_draws(world, Shock(partial_effect=effect), draws=many, seed=1), 1)
    return [
        _row("gegravity's sample, a solve at 1e-10, s", ours, peer, 1000.0, at_least=True),
        _row("gegravity's sample, a draw at 1e-8, s", each / many, draw / trials, 5000.0, at_least=True),
    ]


def nafta(*, quick: bool) -> list[dict[str, object]]:
    """Return the solve of NAFTA at 31 x 40, ours and (unless quick) puremacro's."""
    from tests.equilibrium.published import nafta as published

    world, shock = published(_DATA)
    ours, outcome = timed(lambda: counterfactual(world, shock), 5)
    if quick:
        return [_row("NAFTA, 31 x 40, at 1e-10, s", ours, None, 0.02)]
    from puremacro.trade.caliendo_parro import CaliendoParroModel

    from hamkor.equilibrium.shock import changes

    model = CaliendoParroModel(
        world.trade_share, world.value_added_share.T, np.swapaxes(world.io_share, 1, 2), world.final_share.T, world.elasticity,
        world.value_added, tariffs=1 + world.tariff,
    )  # fmt: skip
    new = 1 + changes(shock, world).tariff
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer, theirs = timed(lambda: model.solve_counterfactual(tariffs_new=new), 1)
    told = np.abs(np.asarray(theirs.real_wage_hat) - outcome.economies["real_wage"].to_numpy()).max()
    return [_row(f"NAFTA, 31 x 40 (real wages within {told:.0e} of the peer's), s", ours, peer, 1000.0, at_least=True)]


def made_up(count: int, sectors: int, seed: int = 0) -> Accounts:
    """Return a made-up world of that many economies and sectors with inputs and tariffs."""
    chance = np.random.default_rng(seed)
    size, place = np.exp(chance.normal(0, 1.5, count)), chance.random((count, 2))
    distance = np.hypot(*(place[:, None] - place[None]).transpose(2, 0, 1)) + 0.05
    trade = size * distance**-1.2 * np.exp(chance.normal(0, 0.7, (sectors, count, count)))
    home = np.arange(count)
    trade[:, home, home] = trade.sum(axis=2) * chance.uniform(1, 4, (sectors, count))
    share = chance.uniform(0.3, 0.6, (sectors, count))
    inputs = chance.gamma(0.5, 1, (count, sectors, sectors)) + 1e-6
    inputs *= ((1 - share.T) / inputs.sum(axis=1))[:, None, :]
    final = chance.gamma(0.7, 1, (sectors, count)) + 1e-6
    tariff = chance.uniform(0, 0.15, (sectors, count, count))
    tariff[:, home, home] = 0
    names = tuple(f"E{one:03}" for one in range(count)), tuple(f"S{one:03}" for one in range(sectors))
    world = Accounts(
        *names, trade / trade.sum(axis=2, keepdims=True), np.zeros((sectors, count)), size, share, inputs,
        final / final.sum(axis=0), tariff, np.zeros(count), chance.uniform(2, 10, sectors),
    )  # fmt: skip
    return rebased(msgspec.structs.replace(world, expenditure=expenditure_of(world)))


def sizes(*, quick: bool) -> list[dict[str, object]]:
    """Return solves and draws of larger worlds."""
    found = []
    for count, sectors, aim in ((77, 45, 0.005), (200, 100, 0.15)):
        world = made_up(count, sectors)
        tariff = world.tariff.copy()
        tariff[:, :10, :10] = 0
        none = np.zeros_like(tariff)
        change = Changes(none, none, tariff, np.zeros((sectors, count)), np.zeros(count))
        ours, solved = timed(
            lambda world=world, change=change: solve(world, change, Rules(), tolerance=1e-10, steps=500), 5,
        )  # fmt: skip
        found.append(_row(f"{count} x {sectors} at 1e-10 in {solved.iterations} passes, s", ours, None, aim))
        if count == 77:
            members = list(world.economies[:10])
            levied = pl.DataFrame({"exporter": members}).join(pl.DataFrame({"importer": members}), how="cross")
            draws = 256 if quick else 10_000
            shock = Shock(tariff=levied.with_columns(tariff=0.0))
            each, _ = timed(lambda: simulate_draws(world, shock, draws=draws, seed=1, elasticity_sd=0.2), 1)  # noqa: B023
            found.append(_row(f"77 x 45, each of {draws:,} draws at 1e-8, s", each / draws, None, 0.002))
    return found


def odd(seed: int) -> tuple[Accounts, Changes, Closure]:
    """Return a world with zeros, deficits and elasticities from 1 to 65, a shock of any size, and a closure."""
    chance = np.random.default_rng(seed)
    count, sectors = int(chance.integers(2, 61 if seed % 10 == 0 else 20)), int(chance.integers(1, 41 if seed % 10 == 0 else 8))
    home = np.arange(count)
    trade = np.exp(chance.normal(0, chance.uniform(0.5, 3), (sectors, count, count)))
    trade *= chance.random(trade.shape) > chance.uniform(0, 0.6)
    trade[:, home, home] = np.exp(chance.normal(2, 1, (sectors, count))) * count
    share = chance.uniform(0.2, 0.8, (sectors, count)) if chance.random() < 0.8 else np.ones((sectors, count))
    inputs = chance.gamma(0.5, 1, (count, sectors, sectors)) + 1e-9
    inputs *= ((1 - share.T) / inputs.sum(axis=1))[:, None, :]
    final = chance.gamma(0.7, 1, (sectors, count)) + 1e-9
    tariff = chance.uniform(0, 0.5, trade.shape) * (chance.random() < 0.6)
    tariff[:, home, home] = 0
    added = np.exp(chance.normal(0, 2, count))
    world = Accounts(
        tuple(map(str, range(count))), tuple(map(str, range(sectors))), trade / trade.sum(axis=2, keepdims=True),
        np.zeros((sectors, count)), added, share, inputs, final / final.sum(axis=0), tariff, np.zeros(count),
        np.exp(chance.uniform(0, np.log(65), sectors)),
    )  # fmt: skip
    world = rebased(msgspec.structs.replace(world, expenditure=expenditure_of(world)))
    gap = world.value_added * chance.uniform(-0.2, 0.2, count) * (chance.random() < 0.5)
    world = rebased(msgspec.structs.replace(world, deficit=gap - gap.sum() * world.value_added / world.value_added.sum()))
    world = msgspec.structs.replace(world, supply_elasticity=chance.uniform(0.1, 2) * (chance.random() < 0.3))
    cost = np.where(chance.random(trade.shape) < chance.random(), chance.normal(0, chance.uniform(0.05, 1.0), trade.shape), 0)
    cost[:, home, home] = 0
    new = np.where(chance.random(trade.shape) < 0.3, chance.uniform(0, 2, trade.shape), tariff)
    new[:, home, home] = 0
    better = chance.normal(0, 0.3, (sectors, count)) * (chance.random() < 0.5)
    closures: tuple[Closure, ...] = ("fixed", "multiplicative", "world_share")
    change = Changes(cost, np.zeros_like(cost), new, better, np.zeros(count))
    return world, change, closures[int(chance.integers(3))]


def robust(worlds: int) -> list[dict[str, object]]:
    """Return how many of random worlds found no equilibrium though no reason against one is known."""
    failed: list[str] = []
    impossible = 0
    for seed in range(worlds):
        try:
            world, change, closure = odd(seed)
            solve(world, change, Rules(closure), tolerance=1e-7, steps=2000)
        except NotConverged as error:
            if error.reason:
                impossible += 1
            else:
                failed.append(f"{seed}: {error}")
    for one in failed[:20]:
        print(one, file=sys.stderr)
    none = f"{impossible} have none, as told: trade one way only, or a surplus above income"
    name = f"{worlds:,} random worlds without an equilibrium found ({none})"
    return [{"name": name, "ours": len(failed), "peer": None, "ratio": None, "aim": 0, "holds": not failed}]


def _row(name: str, ours: float, peer: float | None, aim: float, *, at_least: bool = False) -> dict[str, object]:
    """Return a row; the aim is a ratio (`at_least`) or seconds."""
    ratio = None if peer is None else round(peer / ours, 1)
    holds = (ratio or 0) >= aim if at_least else ours <= aim
    return {
        "name": name, "ours": round(ours, 6), "peer": None if peer is None else round(peer, 4), "ratio": ratio, "aim": aim,
        "holds": holds,
    }  # fmt: skip


def main() -> None:
    """Print the rows."""
    quick = "--quick" in sys.argv
    counts = [int(one.partition("=")[2]) for one in sys.argv if one.startswith("--worlds=")]
    found = [*sample(quick=quick), *nafta(quick=quick), *sizes(quick=quick)]
    found += robust(counts[0] if counts else 200 if quick else 5_000)
    if "--json" in sys.argv:
        print(json.dumps(found, indent=1))
        return
    for row in found:
        told = f"{row['name']}: ours {row['ours']}, peer {row['peer']}, ratio {row['ratio']}, aim {row['aim']}"
        print(told, "" if row["holds"] else "MISSED")


if __name__ == "__main__":
    main()
