"""From a baseline and a shock to the new equilibrium."""

from __future__ import annotations

from typing import TypeVar

import msgspec
import numpy as np
import polars as pl

from hamkor.equilibrium import compiled
from hamkor.equilibrium.accounting import revenue_of, stranded
from hamkor.equilibrium.accounts import Accounts
from hamkor.equilibrium.coarse import LARGEST, Coarse, coarse, corrected
from hamkor.equilibrium.compiled import margins, shocked
from hamkor.equilibrium.fixed_point import FixedPoint, fixed_point
from hamkor.equilibrium.outcome import Certificate, NotConverged, Outcome, ratio
from hamkor.equilibrium.shock import Changes, Shock, changes
from hamkor.equilibrium.system import Array, Closure, Links, Pass, Recycling, Rules, World, run
from hamkor.equilibrium.tables import Floats
from hamkor.schema.errors import BadInput, did_you_mean

_World = TypeVar("_World", bound=Accounts)
_TINY = 1e-35
"""Stands for nothing in a logarithm; above the least number of single precision."""


class Solution(msgspec.Struct, frozen=True):
    """A solved equilibrium as arrays.

    Attributes
    ----------
    prices
        J x N x N: trade shares times the shock.
    state
        S x 1, as `start_of`.
    last
        The last pass.
    wage, price, expenditure
        What it started from.
    iterations, method
        How it was reached.
    """

    prices: Floats
    state: Floats
    last: Pass
    wage: Floats
    price: Floats
    expenditure: Floats
    iterations: int
    method: str


def counterfactual(
    baseline: Accounts, shock: Shock, *, closure: Closure = "fixed", recycling: Recycling = "lump_sum",
    numeraire: str | None = None, tolerance: float = 1e-10, steps: int = 2000,
) -> Outcome:  # fmt: skip
    """Return what follows from a shock.

    Parameters
    ----------
    baseline
        The world before.
    shock
        What is changed.
    closure
        What deficits do: ``fixed`` in units of the numeraire, ``world_share`` a fixed share of world value added,
        ``multiplicative`` a fixed ratio of expenditure to income (Allen, Arkolakis and Takahashi 2020), ``balanced``: they are
        removed first, and changes are against the world without them (Caliendo and Parro 2015).
    recycling
        Tariff revenue is paid out (``lump_sum``) or relieves a tax on labour (``tax_relief``).
    numeraire
        Economy whose wage `fixed` deficits are stated in; world value added if not given.
    tolerance
        Largest relative residual of any condition.
    steps
        After how many passes a start is given up.

    Raises
    ------
    BadInput
        If the shock names what is not in the baseline, or an option is unknown.
    NotConverged
        If no equilibrium was reached, with the history of residuals.

    References
    ----------
    Dekle, Eaton and Kortum (2008), IMF Staff Papers 55(3); Caliendo and Parro (2015), Review of Economic Studies 82(1).

    Examples
    --------
    >>> from hamkor.equilibrium.baseline import Baseline
    >>> trade = pl.DataFrame({"exporter": ["A", "A", "B", "B"], "importer": ["A", "B", "A", "B"], "value": [8.0, 2, 2, 8]})
    >>> cheaper = pl.DataFrame({"exporter": ["A", "B"], "importer": ["B", "A"], "iceberg": [0.5, 0.5]})
    >>> outcome = counterfactual(Baseline.from_trade(trade, elasticity=1.0), Shock(iceberg=cheaper))
    >>> outcome.economies["real_income"].round(6).to_list()
    [1.2, 1.2]
    """
    for name, found, known in (("closure", closure, _CLOSURES), ("recycling", recycling, _RECYCLINGS)):
        if found not in known:
            raise BadInput(f"'{found}'", where=name, due=did_you_mean(found, known))
    at = -1
    if numeraire is not None:
        if numeraire not in baseline.economies:
            raise BadInput(f"'{numeraire}'", where="numeraire", due=did_you_mean(numeraire, baseline.economies))
        at = baseline.economies.index(numeraire)
    baseline = prepared(baseline, closure)
    change = changes(shock, baseline)
    solved = solve(baseline, change, Rules(closure, recycling, at), tolerance=tolerance, steps=steps)
    return _outcome(baseline, change, solved, tolerance)


_CLOSURES = ("fixed", "world_share", "multiplicative", "balanced")
_RECYCLINGS = ("lump_sum", "tax_relief")


def prepared(baseline: Accounts, closure: Closure) -> Accounts:
    """Return the world that a closure compares with: that without deficits where they are to be balanced."""
    if closure != "balanced" or not np.any(baseline.deficit):
        return baseline
    note = "deficits were removed first; changes are against the same world without them"
    return msgspec.structs.replace(rebased(baseline, closure="balanced"), notes=(*baseline.notes, note))


def rebased(baseline: _World, *, closure: Closure = "fixed", tolerance: float = 1e-13) -> _World:
    """Return the world of the same shares and elasticities in which every account is settled.

    Parameters
    ----------
    baseline
        A world whose wages, prices and shares need not agree yet, or whose deficits are to be taken away.
    closure
        As in `counterfactual`; ``balanced`` removes the deficits.
    tolerance
        As in `counterfactual`.
    """
    if reason := stranded(baseline, Rules(closure)):
        raise NotConverged((), tolerance=tolerance, reason=reason)
    change = changes(Shock(), baseline)
    solved = solve(baseline, change, Rules(closure), tolerance=tolerance, steps=2000, stalled=1e-7)
    scale = baseline.value_added.sum()
    value_added = baseline.value_added * np.exp(solved.wage[:, 0] + solved.last.labour[:, 0])
    deficit = solved.last.income[:, 0] * scale - value_added - solved.last.revenue[:, 0] * scale
    return msgspec.structs.replace(
        baseline, trade_share=shares_of(solved, baseline), expenditure=solved.last.expenditure[:, :, 0] * scale,
        value_added=value_added, deficit=deficit - deficit.sum() / len(deficit),
    )  # fmt: skip


def world_of(baseline: Accounts, change: Changes, rules: Rules) -> World:
    """Return a baseline and a change of it as what a pass takes."""
    scale = baseline.value_added.sum()
    theta = baseline.elasticity[:, None, None]
    prices, received = _shocked(baseline, change)
    sold, revenue, _ = margins(baseline.trade_share, baseline.tariff, baseline.expenditure)
    own = baseline.value_added + revenue
    scale_elasticity = np.broadcast_to(np.asarray(baseline.scale_elasticity, dtype=float), baseline.elasticity.shape)
    return World(
        prices=Links(prices), sales=Links(np.ascontiguousarray(np.swapaxes(received, 1, 2))),
        received=Links(received) if change.tariff.any() else None, theta=theta,
        value_added_share=baseline.value_added_share[:, :, None], final_share=baseline.final_share[:, :, None],
        io_cost=np.ascontiguousarray(np.swapaxes(baseline.io_share, 1, 2)), io_demand=baseline.io_share,
        cost_shift=change.productivity[:, :, None], endowment=(baseline.capital_share * change.capital)[:, None],
        value_added=(baseline.value_added / scale)[:, None], deficit=(baseline.deficit / scale)[:, None],
        spending=((own + baseline.deficit) / own)[:, None], output=(sold / scale)[:, :, None],
        relief_before=(revenue / baseline.value_added)[:, None], supply=baseline.supply_elasticity,
        scale=scale_elasticity[:, None, None], rules=rules,
        scaled=bool(scale_elasticity.any()), inputs=bool(baseline.io_share.any()),
    )  # fmt: skip


def solve(
    baseline: Accounts, change: Changes, rules: Rules, *, tolerance: float, steps: int, stalled: float = 0.0
) -> Solution:  # fmt: skip
    """Return the equilibrium after a change: straight, with shorter steps, or along a path of smaller changes.

    Raises
    ------
    NotConverged
        If none of them arrives; a residual at or below `stalled` is taken where rounding allows no less.
    """
    if not np.any(baseline.scale_elasticity):
        found = _compiled(baseline, change, rules, tolerance=tolerance, steps=min(steps, 500), stalled=stalled)
        if found is not None:
            return found
    start = start_of(baseline)
    damping = wage_steps(baseline)
    told: tuple[float, ...] = ()
    ends: list[tuple[World, Floats]] = []
    for method, parts, short in (("joint", 1, 1.0), ("damped", 1, 0.3), ("path", 8, 0.5), ("long path", 64, 0.2)):
        state, used = start, 0
        for part in range(1, parts + 1):
            now = change if part == parts else change.part(part / parts, baseline.tariff)
            world = world_of(baseline, now, rules)
            enough = tolerance if part == parts else 1e-6
            point = iterate(world, state, damping * short, tolerance=enough, steps=steps)
            used += len(point.history)
            told, state = point.history, point.state
            ends.append((world, state))
            if not float(point.residual.max()) <= max(enough, stalled):
                break
        else:
            wage, price, expenditure, employment = parts_of(world, point.state)
            last = run(world, wage, price, expenditure, employment)
            return Solution(world.prices.shared, point.state, last, wage, price, expenditure, used, method)
    raise NotConverged(told, tolerance=tolerance, reason=stranded(baseline, rules) or _reason(baseline, ends))


def _reason(baseline: Accounts, ends: list[tuple[World, Floats]]) -> tuple[str, str]:
    """Return that an economy's surplus exceeded its income where an iteration ended, and the cure; nothing if none did."""
    for world, state in ends:
        income = run(world, *parts_of(world, state)).income[:, 0] / world.value_added[:, 0]
        poorest = int(np.argmin(np.where(baseline.deficit < 0, income, np.inf)))
        if income[poorest] <= 1e-3:
            why = f", as {baseline.economies[poorest]} does not earn the surplus that it is to keep at any wage tried"
            return why, "take the closure multiplicative or balanced"
    return "", ""


def _shocked(baseline: Accounts, change: Changes) -> tuple[Floats, Floats]:
    """Return J x N x N: trade shares times the shock, and the same by one plus the new tariff."""
    moved = bool(change.trade_cost.any() or change.effect.any())
    found: tuple[Floats, Floats] = shocked(
        baseline.trade_share, baseline.tariff, change.tariff, baseline.elasticity, change.trade_cost, change.effect, moved
    )
    return found


def _compiled(
    baseline: Accounts, change: Changes, rules: Rules, *, tolerance: float, steps: int, stalled: float
) -> Solution | None:  # fmt: skip
    """Return the equilibrium by the compiled iteration; None if it does not arrive."""
    scale, (sectors, count) = baseline.value_added.sum(), baseline.expenditure.shape
    prices, received = _shocked(baseline, change)
    sold, revenue, lost = margins(baseline.trade_share, baseline.tariff, baseline.expenditure)
    own = baseline.value_added + revenue
    grid = coarse(baseline, rules, sold, revenue)
    if grid is None:
        return None
    unit = baseline.expenditure / scale
    state = np.concatenate([np.zeros(count + unit.size), (unit > 0).astype(float).reshape(-1)])
    residual, used, price, bought, gap, labour, cost, sales, revenue_after, income, level = compiled.iterate(
        prices, received, baseline.elasticity, baseline.value_added_share, baseline.final_share,
        np.ascontiguousarray(np.swapaxes(baseline.io_share, 1, 2)), baseline.io_share, change.productivity,
        baseline.capital_share * change.capital, baseline.value_added / scale, baseline.deficit / scale,
        (own + baseline.deficit) / own, revenue / baseline.value_added, float(baseline.supply_elasticity),
        compiled.CLOSURES[rules.closure], rules.recycling == "tax_relief", rules.numeraire, bool(change.tariff.any()),
        bool(baseline.io_share.any()), _steps(baseline, sold, lost), unit, msgspec.structs.astuple(grid), LARGEST, state,
        tolerance, 5, steps,
    )  # fmt: skip
    if not residual <= max(tolerance, stalled):
        return None
    at = count + sectors * count
    told = state[:count, None], state[count:at].reshape(sectors, count, 1), (state[at:] * unit.reshape(-1))
    last = Pass(
        told[0] + gap[:, None], price[:, :, None], bought[:, :, None], np.zeros((1, 1, 1)), cost[:, :, None], sales[:, :, None],
        income[:, None], revenue_after[:, None], labour[:, None], level[:, None], gap[:, None],
    )  # fmt: skip
    logs = np.concatenate([state[:at], np.log(np.maximum(told[2], _TINY))])[:, None]
    return Solution(prices, logs, last, told[0], told[1], told[2].reshape(sectors, count, 1), used, "compiled")


def start_of(baseline: Accounts) -> Floats:
    """Return the state before the shock, S x 1: log w and log P of zero, log X in world value added, log employment of zero."""
    count = baseline.expenditure.size
    spent = np.log(np.maximum(baseline.expenditure / baseline.value_added.sum(), _TINY))
    scaled = count if np.any(baseline.scale_elasticity) else 0
    head = np.zeros(len(baseline.economies) + count)
    return np.concatenate([head, spent.reshape(-1), np.zeros(scaled)])[:, None]


def parts_of(world: World, state: Array) -> tuple[Array, Array, Array, Array]:
    """Return wage, price, expenditure, employment of a state."""
    sectors, economies = world.output.shape[:2]
    count, batch = sectors * economies, state.shape[1]
    xp, shape = state.__array_namespace__(), (sectors, economies, batch)
    wage = state[:economies, :]
    price = xp.reshape(state[economies : economies + count, :], shape)
    expenditure = xp.exp(xp.reshape(state[economies + count : economies + 2 * count, :], shape))
    employment = xp.zeros_like(price)
    if world.scaled:
        employment = xp.reshape(state[economies + 2 * count :, :], shape)
    return wage, price, expenditure, employment


def wage_steps(baseline: Accounts) -> Floats:
    """Return the step of each wage: one by how fast earnings fall in it, by the shares of the baseline.

    With one sector it is the exponent 1 / (1 + theta) of Alvarez and Lucas (2007, Journal of Monetary Economics 54(6)).
    """
    sold, _, lost = margins(baseline.trade_share, baseline.tariff, baseline.expenditure)
    return _steps(baseline, sold, lost)[:, None]


def _steps(baseline: Accounts, sold: Floats, lost: Floats) -> Floats:
    weights = baseline.value_added_share * sold
    weights = weights / np.maximum(weights.sum(axis=0), _TINY)
    fall = (weights * baseline.value_added_share * baseline.elasticity[:, None] * lost).sum(axis=0)
    return np.asarray(1 / (1 + fall + baseline.supply_elasticity))


def iterate(
    world: World, start: Array, damping: Array, *, tolerance: float, steps: int, grid: Coarse | None = None
) -> FixedPoint:  # fmt: skip
    """Return the fixed point of a world's conditions from a start, of one or many worlds side by side.

    Parameters
    ----------
    world
        Arrays of one library and precision.
    start
        As `start_of`, a column a world.
    damping
        As `wage_steps`.
    tolerance, steps
        As in `counterfactual`.
    grid
        The correction that takes the place of the steps of wages, of the array library and precision of the start.
    """
    xp = start.__array_namespace__()
    economies = world.output.shape[1]
    flat = (world.output.shape[0] * economies, start.shape[1])

    def step(state: Array) -> tuple[Array, Array]:
        wage, price, expenditure, employment = parts_of(world, state)
        found = run(world, wage, price, expenditure, employment)
        spent = xp.log(xp.clip(found.expenditure, min=_TINY))
        dearer = found.price - price
        more = spent - xp.reshape(state[economies + flat[0] : economies + 2 * flat[0], :], spent.shape)
        off = xp.stack([xp.max(xp.abs(found.gap), axis=0), *(xp.max(xp.abs(one), axis=(0, 1)) for one in (dearer, more))])
        moved, shifts = wage + damping * found.gap, [xp.zeros_like(wage)] * 2
        if grid is not None:
            left = xp.sum(grid.weight[:, :, None] * dearer, axis=0)
            grown = xp.log(xp.sum(found.expenditure, axis=0) / xp.sum(expenditure, axis=0))
            further, *shifts = corrected(grid, found.gap, left, grown)
            moved = wage + further
        level = xp.log(xp.sum(world.value_added * xp.exp(moved + found.labour), axis=0))[None, :]
        image = [moved - level]
        for one, shift in zip((found.price, spent), shifts, strict=True):
            image.append(xp.reshape(one + (shift - level)[None, :, :], flat))
        if world.scaled:
            told = 0.5 * xp.reshape(found.employment + employment, flat)
            off = xp.concat([off, xp.max(xp.abs(told - xp.reshape(employment, flat)), axis=0)[None, :]], axis=0)
            image.append(told)
        after = xp.concat(image, axis=0)
        return after, xp.max(off, axis=0)

    with np.errstate(all="ignore"):
        depth = 6 if grid is None else 4
        return fixed_point(step, start, tolerance=tolerance, depth=depth, steps=steps, weighty=economies)


def shares_of(solved: Solution, baseline: Accounts) -> Floats:
    """Return J x N x N: the new trade shares."""
    competing = np.exp(-baseline.elasticity[:, None] * solved.last.cost[:, :, 0])
    shares = solved.prices * competing[:, None, :]
    total = shares.sum(axis=2, keepdims=True)
    return np.where(total > 0, shares / np.where(total > 0, total, 1.0), baseline.trade_share)


def _outcome(baseline: Accounts, change: Changes, solved: Solution, tolerance: float) -> Outcome:
    scale = baseline.value_added.sum()
    last, wage = solved.last, solved.wage[:, 0]
    spent = solved.expenditure[:, :, 0] * scale
    shares = shares_of(solved, baseline)
    new = shares / (1 + change.tariff) * spent[:, :, None]
    old = baseline.trade_share / (1 + baseline.tariff) * baseline.expenditure[:, :, None]
    income = last.income[:, 0] * scale
    revenue = (new * change.tariff).sum(axis=(0, 2))
    income_before = baseline.value_added + revenue_of(baseline) + baseline.deficit
    price = np.exp(last.consumer_price[:, 0])
    new_sum, old_sum = new.sum(axis=0), old.sum(axis=0)
    home, home_before = np.diagonal(new_sum), np.diagonal(old_sum)
    exports, exports_before = new_sum.sum(axis=0) - home, old_sum.sum(axis=0) - home_before
    imports, imports_before = new_sum.sum(axis=1) - home, old_sum.sum(axis=1) - home_before
    bought, bought_before = new_sum.sum(axis=1), old_sum.sum(axis=1)
    deficit = income - baseline.value_added * np.exp(wage + last.labour[:, 0]) - revenue
    economies = pl.DataFrame(
        {
            "economy": baseline.economies, "real_income": income / income_before / price, "real_wage": np.exp(wage) / price,
            "nominal_income": income / income_before, "price_index": price, "wage": np.exp(wage),
            "exports": ratio(exports, exports_before), "imports": ratio(imports, imports_before),
            "domestic_share": ratio(home / bought, home_before / bought_before), "labour": np.exp(last.labour[:, 0]),
            "tariff_revenue": revenue, "deficit": deficit,
        }
    )  # fmt: skip
    matter = spent > 1e-12 * scale
    off = last.expenditure[:, :, 0] * scale / np.where(matter, spent, 1.0) - 1
    lacking = imports - exports - deficit
    certificate = Certificate(
        labour=float(np.abs(np.expm1(last.gap)).max()), goods=float(np.abs(off[matter]).max()),
        prices=float(np.abs(last.price - solved.price).max()),
        trade_balance=float((np.abs(lacking) / bought).max()), walras=float(abs(lacking.sum()) / scale),
        iterations=solved.iterations, tolerance=tolerance, method=solved.method,
    )  # fmt: skip
    unit, index = np.exp(last.cost[:, :, 0]), np.exp(last.price[:, :, 0])
    return Outcome(economies, certificate, baseline.notes, baseline.economies, baseline.sectors, new, old, unit, index)
