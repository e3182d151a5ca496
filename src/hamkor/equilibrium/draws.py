"""Uncertainty: the same shock under many draws of its parameters, worlds solved side by side in blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import polars as pl

from hamkor.equilibrium.accounting import revenue_of, sales_of
from hamkor.equilibrium.accounts import Accounts
from hamkor.equilibrium.coarse import Coarse, coarse
from hamkor.equilibrium.counterfactual import iterate, parts_of, prepared, solve, start_of, wage_steps, world_of
from hamkor.equilibrium.outcome import NotConverged
from hamkor.equilibrium.shock import Changes, Shock, changes
from hamkor.equilibrium.system import Array, Closure, Links, Recycling, Rules, World, run
from hamkor.equilibrium.tables import Floats, array
from hamkor.schema.errors import BadInput

_ROUGH = 1e-4
"""Residual at which single precision hands over to double."""


class Draws(msgspec.Struct, frozen=True):
    """What follows from a shock, over draws of its parameters.

    Attributes
    ----------
    economies
        economy, variable (real_income, real_wage, exports, imports), estimate (at the central parameters), mean, low, high
        (5 % and 95 %), probability_of_gain; all new/old.
    values
        variable -> N x draws.
    parameters
        draw, elasticity (the first sector's), effect (the first term's standard normal).
    residual
        Largest over all draws.
    repaired
        Draws that were solved by themselves as the block did not arrive.
    seed
        Of the generator.
    """

    economies: pl.DataFrame
    values: dict[str, Floats]
    parameters: pl.DataFrame
    residual: float
    repaired: int
    seed: int


def simulate_draws(
    baseline: Accounts, shock: Shock, *, draws: int = 1000, seed: int = 0, elasticity_sd: float | Floats = 0.0,
    closure: Closure = "fixed", recycling: Recycling = "lump_sum", tolerance: float = 1e-8, block: int = 64,
    like: Array | None = None, progress: Callable[[int], None] | None = None,
) -> Draws:  # fmt: skip
    """Return what follows from a shock when its parameters are uncertain.

    Parameters
    ----------
    baseline, shock, closure, recycling
        As in `counterfactual`. A column ``std_error`` in `shock.partial_effect` is the standard error of beta; rows with the
        same ``term`` (all, if there is no such column) move together.
    draws
        How many.
    seed
        Of the generator; the same seed gives the same draws of the same parameters for any shock (common random numbers).
    elasticity_sd
        Standard deviation of log theta, one for all sectors or J of them; sectors move apart from each other.
    tolerance
        Largest residual of a draw.
    block
        Worlds solved side by side.
    like
        An array of the library to compute with (CuPy, JAX, PyTorch by the Array API); NumPy if not given.
    progress
        Is told how many draws are done.

    Raises
    ------
    BadInput, NotConverged
        As `counterfactual`; a draw that has no equilibrium is never left out.
    """
    if draws < 1:
        raise BadInput(f"{draws}", where="draws", due="at least 1")
    baseline, rules = prepared(baseline, closure), Rules(closure, recycling)
    change, errors, terms = changes(shock, baseline), *_errors(shock, baseline)
    chance = np.random.default_rng(seed)
    sectors = len(baseline.sectors)
    spread = np.broadcast_to(np.asarray(elasticity_sd, dtype=float), (sectors,))[:, None]
    theta = baseline.elasticity[:, None] * np.exp(spread * chance.standard_normal((sectors, draws)))
    moves = chance.standard_normal((len(terms), draws))
    found: dict[str, list[Floats]] = {name: [] for name in _VARIABLES}
    grid = coarse(baseline, rules, sales_of(baseline), revenue_of(baseline)) if not np.any(baseline.scale_elasticity) else None
    worst, repaired = 0.0, 0
    for first in range(0, draws, block):
        last = min(first + block, draws)
        effect = (errors, moves[:, first:last])
        values, residual = _block(baseline, change, theta[:, first:last], effect, rules, tolerance, like, grid)
        for place in np.flatnonzero(~(residual <= tolerance)):
            one = _single(baseline, change, theta[:, first + place], effect, int(place), rules, tolerance)
            for name in _VARIABLES:
                values[name][:, place] = one[name]
            residual[place], repaired = tolerance, repaired + 1
        worst = max(worst, float(residual.max()))
        for name in _VARIABLES:
            found[name].append(values[name])
        if progress is not None:
            progress(last)
    whole = {name: np.concatenate(parts, axis=1) for name, parts in found.items()}
    central = _single(baseline, change, baseline.elasticity, (errors, np.zeros((len(terms), 1))), 0, rules, tolerance)
    parameters = pl.DataFrame({"draw": np.arange(draws), "elasticity": theta[0], "effect": moves[0]})
    return Draws(_summary(baseline, whole, central), whole, parameters, worst, repaired, seed)


_VARIABLES = ("real_income", "real_wage", "exports", "imports")


def _errors(shock: Shock, baseline: Accounts) -> tuple[list[Floats], list[str]]:
    """Return the standard errors of beta by term, each J x N x N, and the terms."""
    frame = shock.partial_effect
    if frame is None or "std_error" not in frame.columns:
        return [np.zeros((1, 1, 1))], [""]
    economies = list(baseline.economies)
    axes = {"sector": list(baseline.sectors), "importer": economies, "exporter": economies}
    if "term" not in frame.columns:
        frame = frame.with_columns(term=pl.lit("effect"))
    groups = frame.partition_by("term", as_dict=True, maintain_order=True)
    return [array(one, axes, "std_error", where="partial_effect") for one in groups.values()], [str(key[0]) for key in groups]


def _at(change: Changes, effect: tuple[list[Floats], Floats], place: int) -> Changes:
    """Return the change of one draw."""
    moved = change.effect + sum(error * float(move[place]) for error, move in zip(*effect, strict=True))
    return msgspec.structs.replace(change, effect=moved)


def _single(
    baseline: Accounts, change: Changes, theta: Floats, effect: tuple[list[Floats], Floats], place: int, rules: Rules,
    tolerance: float,
) -> dict[str, Floats]:  # fmt: skip
    """Return the variables of one draw, solved by itself."""
    own = msgspec.structs.replace(baseline, elasticity=theta)
    found = solve(own, _at(change, effect, place), rules, tolerance=tolerance, steps=2000)
    moved = _at(change, effect, place)
    world = world_of(own, moved, rules)
    values = _variables(own, moved, world, found.state)
    return {name: value[:, 0] for name, value in values.items()}


def _block(
    baseline: Accounts, change: Changes, theta: Floats, effect: tuple[list[Floats], Floats], rules: Rules,
    tolerance: float, like: Array | None, grid: Coarse | None,
) -> tuple[dict[str, Floats], Floats]:  # fmt: skip
    """Return the variables of a block of draws, each N x B, and the residual of each."""
    world = _worlds(baseline, change, theta, effect, rules)
    start = np.repeat(start_of(baseline), theta.shape[1], axis=1)
    damping = wage_steps(baseline)
    rough = iterate(_cast(world, np.float32, like), _moved(start, np.float32, like), _moved(damping, np.float32, like),
                    tolerance=_ROUGH, steps=60, grid=_grid(grid, np.float32, like))  # fmt: skip
    state = np.asarray(_home(rough.state), dtype=float)
    state = np.where(np.isfinite(state).all(axis=0), state, start)
    fine = iterate(_cast(world, np.float64, like), _moved(state, np.float64, like), _moved(damping, np.float64, like),
                   tolerance=tolerance, steps=100, grid=_grid(grid, np.float64, like))  # fmt: skip
    state = np.asarray(_home(fine.state))
    return _variables(baseline, change, world, state), np.array(_home(fine.residual))


def _worlds(
    baseline: Accounts, change: Changes, theta: Floats, effect: tuple[list[Floats], Floats], rules: Rules
) -> World:  # fmt: skip
    """Return the draws as worlds that share all but the block of economies whose trade costs change."""
    central = world_of(baseline, change, rules)
    errors, moves = effect
    cost = change.trade_cost + np.log1p(change.tariff) - np.log1p(baseline.tariff)
    touched = (cost != 0) | (change.effect != 0) | (change.tariff != baseline.tariff)
    for error in errors:
        touched = touched | (error != 0)
    rows, columns = np.flatnonzero(touched.any(axis=(0, 2))), np.flatnonzero(touched.any(axis=(0, 1)))
    share, rate = baseline.trade_share, change.tariff
    before = share / (1 + baseline.tariff)
    shared = Links(share), Links(np.ascontiguousarray(before.swapaxes(1, 2))), Links(before)
    if rows.size:
        at = np.ix_(np.arange(share.shape[0]), rows, columns)
        beta = (change.effect + np.zeros_like(share))[at][..., None]
        for error, move in zip(errors, moves, strict=True):
            beta = beta + np.broadcast_to(error, share.shape)[at][..., None] * move
        new = share[at][..., None] * np.exp(beta - theta[:, None, None, :] * cost[at][..., None])
        own = new / (1 + rate[at])[..., None] - before[at][..., None]
        into, out = np.eye(share.shape[1])[:, rows], np.eye(share.shape[1])[:, columns]
        shared = (
            Links(share, new - share[at][..., None], into, columns),
            Links(shared[1].shared, np.ascontiguousarray(own.swapaxes(1, 2)), out, rows), Links(before, own, into, columns),
        )  # fmt: skip
    return msgspec.structs.replace(
        central, prices=shared[0], sales=shared[1], received=shared[2] if rate.any() else None, theta=theta[:, None, :]
    )


def _cast(world: World, kind: type[np.floating[Any]], like: Array | None) -> World:
    """Return a world's arrays in another precision, in another library if asked for."""
    fields: dict[str, Any] = {}
    for name in world.__struct_fields__:
        value = getattr(world, name)
        if isinstance(value, Links):
            own = None if value.own is None else _moved(value.own, kind, like)
            into = None if value.into is None else _moved(value.into, kind, like)
            columns = value.out_of if value.out_of is None or like is None else like.__array_namespace__().asarray(value.out_of)
            value = Links(_moved(value.shared, kind, like), own, into, columns)
        elif isinstance(value, np.ndarray):
            value = _moved(value, kind, like)
        fields[name] = value
    return World(**fields)


def _grid(grid: Coarse | None, kind: type[np.floating[Any]], like: Array | None) -> Coarse | None:
    """Return the correction in another precision, in another library if asked for."""
    return grid and Coarse(*(_moved(one, kind, like) for one in msgspec.structs.astuple(grid)))


def _moved(value: Floats, kind: type[np.floating[Any]], like: Array | None) -> Array:
    cast = np.asarray(value, dtype=kind)
    return cast if like is None else like.__array_namespace__().asarray(cast)


def _home(value: Array) -> Floats:
    """Return an array of any library as one of NumPy."""
    if isinstance(value, np.ndarray):
        return value
    return np.asarray(value.get() if hasattr(value, "get") else np.from_dlpack(value))


def _variables(baseline: Accounts, change: Changes, world: World, state: Floats) -> dict[str, Floats]:
    """Return real income, real wage, exports, imports, each new/old, N x B."""
    wage, price, expenditure, employment = parts_of(world, state)
    last = run(world, wage, price, expenditure, employment)
    scale = baseline.value_added.sum()
    before = (baseline.value_added + revenue_of(baseline) + baseline.deficit) / scale
    consumer = np.exp(last.consumer_price)
    home = baseline.trade_share.diagonal(axis1=1, axis2=2)[:, :, None]
    rate = 1 + change.tariff.diagonal(axis1=1, axis2=2)[:, :, None]
    own = home / rate * np.exp(-world.theta * (last.cost - last.price)) * expenditure
    exports, imports = (last.sales - own).sum(axis=0), expenditure.sum(axis=0) - last.revenue - own.sum(axis=0)
    received = baseline.trade_share / (1 + baseline.tariff) * baseline.expenditure[:, :, None] / scale
    kept = received.diagonal(axis1=1, axis2=2).sum(axis=0)
    exported, imported = received.sum(axis=(0, 1)) - kept, received.sum(axis=(0, 2)) - kept
    return {
        "real_income": last.income / before[:, None] / consumer, "real_wage": np.exp(wage) / consumer,
        "exports": exports / exported[:, None], "imports": imports / imported[:, None],
    }  # fmt: skip


def _summary(baseline: Accounts, values: dict[str, Floats], central: dict[str, Floats]) -> pl.DataFrame:
    frames = []
    for name, found in values.items():
        low, high = np.quantile(found, (0.05, 0.95), axis=1)
        frames.append(
            pl.DataFrame(
                {
                    "economy": baseline.economies, "variable": [name] * len(found), "estimate": central[name],
                    "mean": found.mean(axis=1), "low": low, "high": high, "probability_of_gain": (found > 1).mean(axis=1),
                }
            )
        )  # fmt: skip
    return pl.concat(frames).sort("economy", "variable")


__all__ = ["Draws", "NotConverged", "simulate_draws"]
