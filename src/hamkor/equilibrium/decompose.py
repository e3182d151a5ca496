"""Why an economy gains or loses: the exact change of real income, told by channel."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import numpy as np
import polars as pl

from hamkor.equilibrium.accounting import revenue_of
from hamkor.equilibrium.accounts import Accounts
from hamkor.equilibrium.counterfactual import Solution, prepared, shares_of, solve
from hamkor.equilibrium.shock import Changes, Shock, changes
from hamkor.equilibrium.system import Closure, Recycling, Rules
from hamkor.equilibrium.tables import Floats
from hamkor.schema.errors import BadInput

CHANNELS = ("terms_of_trade", "volume_of_trade", "trade_costs", "productivity", "factors", "deficit")


class _Point(msgspec.Struct, frozen=True):
    """An equilibrium on the path: flows and incomes in shares of world value added, and logs of what moves."""

    flow: Floats
    tariff: Floats
    income: Floats
    value_added: Floats
    deficit: Floats
    cost: Floats
    trade_cost: Floats
    productivity: Floats
    factors: Floats
    real_income: Floats


def decompose(
    baseline: Accounts, shock: Shock, *, closure: Closure = "fixed", recycling: Recycling = "lump_sum", path_steps: int = 8,
    tolerance: float = 1e-10,
) -> pl.DataFrame:  # fmt: skip
    """Return the change of real income by channel, integrated along the path of the shock so that the channels add up to it.

    Parameters
    ----------
    baseline, shock, closure, recycling, tolerance
        As in `counterfactual`.
    path_steps
        Parts of the path, at each of which the equilibrium is solved; 1 is the one-step formula at the average of both ends.

    Returns
    -------
    polars.DataFrame
        economy, real_income (log of new/old), then what of it is due to: terms_of_trade (prices of exports against those of
        imports), volume_of_trade (the quantity of what is taxed), trade_costs (resources saved), productivity, factors
        (labour and capital), deficit; remainder (what the path of this many steps leaves; it is spread over the channels by
        size, so that they add up exactly); one_step_terms_of_trade and one_step_volume_of_trade (the first-order formula at
        the weights of the baseline, for comparison with print only).

    Raises
    ------
    BadInput, NotConverged
        As `counterfactual`.

    References
    ----------
    Caliendo and Parro (2015), equations 15 and 16, along a path; the one-step columns are their equation 16 at finite changes.
    """
    if path_steps < 1:
        raise BadInput(f"{path_steps}", where="path_steps", due="at least 1")
    baseline = prepared(baseline, closure)
    change = changes(shock, baseline)
    points = [_start(baseline, change)]
    for step in range(1, path_steps + 1):
        part = change if step == path_steps else change.part(step / path_steps, baseline.tariff)
        found = solve(baseline, part, Rules(closure, recycling), tolerance=tolerance, steps=2000)
        points.append(_point(baseline, part, found))
    told = {name: np.zeros(len(baseline.economies)) for name in CHANNELS}
    for before, after in pairwise(points):
        for name, amount in _between(before, after, weights=(0.5, 0.5)).items():
            told[name] += amount
    whole = points[-1].real_income
    remainder = whole - sum(told.values())
    size = sum(np.abs(amount) for amount in told.values())
    spread = remainder / np.where(size > 0, size, 1.0)
    exact = {name: amount + spread * np.abs(amount) for name, amount in told.items()}
    once = _between(points[0], points[-1], weights=(1.0, 0.0), logs=False)
    return pl.DataFrame(
        {"economy": baseline.economies, "real_income": whole, **exact, "remainder": remainder}
        | {f"one_step_{name}": once[name] for name in CHANNELS[:2]}
    )


def _start(baseline: Accounts, change: Changes) -> _Point:
    scale = baseline.value_added.sum()
    flow = baseline.trade_share / (1 + baseline.tariff) * baseline.expenditure[:, :, None] / scale
    none = np.zeros_like(baseline.expenditure)
    own = np.zeros(len(baseline.economies))
    income = (baseline.value_added + revenue_of(baseline) + baseline.deficit) / scale
    return _Point(
        flow, baseline.tariff, income, baseline.value_added / scale, baseline.deficit / scale, none,
        np.zeros_like(change.trade_cost), none, own, own,
    )  # fmt: skip


def _point(baseline: Accounts, change: Changes, found: Solution) -> _Point:
    last, scale = found.last, baseline.value_added.sum()
    flow = shares_of(found, baseline) / (1 + change.tariff) * found.expenditure[:, :, 0][:, :, None]
    value_added = baseline.value_added / scale * np.exp(found.wage[:, 0] + last.labour[:, 0])
    income = last.income[:, 0]
    before = (baseline.value_added + revenue_of(baseline) + baseline.deficit) / scale
    effective = change.trade_cost - change.effect / baseline.elasticity[:, None, None]
    return _Point(
        flow, change.tariff, income, value_added, income - value_added - (flow * change.tariff).sum(axis=(0, 2)),
        last.cost[:, :, 0], effective, change.productivity, last.labour[:, 0],
        np.log(income / before) - last.consumer_price[:, 0],
    )  # fmt: skip


def _between(before: _Point, after: _Point, *, weights: tuple[float, float], logs: bool = True) -> dict[str, Floats]:
    """Return the first-order contributions between two equilibria, in logs of real income.

    Flows at producers' prices weigh the changes of unit costs: I dlnW = (exports - imports) dln c + t M (dln M - dln c)
    - (1 + t) M dln d + Y dln A + wL dln L + dD.
    """

    def change(one: Floats, other: Floats) -> Floats:
        return other - one if logs else np.expm1(other - one)

    cost = change(before.cost, after.cost)
    traded = np.where(before.flow > 0, after.flow / np.where(before.flow > 0, before.flow, 1.0), 1.0)
    moved = np.log(traded) if logs else traded - 1
    found = {name: np.zeros(len(before.income)) for name in CHANNELS}
    for point, weight in zip((before, after), weights, strict=True):
        flow, income = point.flow, point.income / weight if weight else np.full_like(point.income, np.inf)
        sold = flow.sum(axis=1)
        found["terms_of_trade"] += ((sold * cost).sum(axis=0) - (flow * cost[:, None, :]).sum(axis=(0, 2))) / income
        found["volume_of_trade"] += (point.tariff * flow * (moved - cost[:, None, :])).sum(axis=(0, 2)) / income
        saved = (1 + point.tariff) * flow * (after.trade_cost - before.trade_cost)
        found["trade_costs"] -= saved.sum(axis=(0, 2)) / income
        found["productivity"] += (sold * (after.productivity - before.productivity)).sum(axis=0) / income
        found["factors"] += point.value_added * (after.factors - before.factors) / income
        found["deficit"] += (after.deficit - before.deficit) / income
    return found


def explain(parts: pl.DataFrame, *, economy: str) -> str:
    """Return in plain words what moved an economy's real income.

    Parameters
    ----------
    parts
        As `decompose` returns them.
    economy
        Its code.

    Examples
    --------
    >>> told = {name: [0.0] for name in CHANNELS} | {"terms_of_trade": [-0.002], "volume_of_trade": [0.012]}
    >>> explain(pl.DataFrame({"economy": ["UZB"], "real_income": [0.01], **told}), economy="UZB")
    'UZB: real income +1.01 %; volume of trade +1.20 points, terms of trade -0.20 points.'
    """
    row = parts.row(by_predicate=pl.col("economy") == economy, named=True)
    told = [(name, row[name]) for name in CHANNELS if abs(row[name]) >= 5e-5]
    told.sort(key=lambda one: -abs(one[1]))
    channels = ", ".join(f"{name.replace('_', ' ')} {100 * value:+.2f} points" for name, value in told)
    head = f"{economy}: real income {100 * np.expm1(row['real_income']):+.2f} %"
    return f"{head}; {channels}." if channels else f"{head}; no channel moves it by 0.01 points."
