"""The same pass and iteration as in `system` and `fixed_point`, compiled, for one world in double or single precision.

Each row of trade shares is read once for prices and once, still in the cache, for sales; nothing of size J x N x N is made.
What it does not arrive at is left to the general iteration, which works in logs throughout.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

Array = Any
CLOSURES = {"fixed": 0, "world_share": 0, "multiplicative": 1, "balanced": 2}
_FAST = {"reassoc", "contract", "arcp", "nsz"}
_PATIENCE = 60
"""After how many passes the correction of the coarse grid is given up."""


@njit(cache=True, fastmath=_FAST, error_model="numpy")
def inner(one: Array, other: Array) -> float:
    """Return the inner product of two vectors (N); idle threads of the linear algebra library would keep cores busy."""
    total = 0.0
    for at in range(one.size):
        total += one[at] * other[at]
    return total


@njit(cache=True, fastmath=_FAST, error_model="numpy")
def one_pass(
    prices: Array, received: Array, theta: Array, share: Array, final: Array, io_cost: Array, io_demand: Array, shift: Array,
    endowment: Array, value_added: Array, deficit: Array, spending: Array, relief: Array, supply: float, closure: int,
    eases: bool, numeraire: int, tariffs: bool, inputs: bool, wage: Array, price: Array, bought: Array, new_price: Array,
    new_bought: Array, gap: Array, labour: Array, cost: Array, competing: Array, sales: Array, turned: Array, revenue: Array,
    income: Array, consumer_price: Array,
) -> None:  # fmt: skip
    """Write what the equilibrium conditions imply of a state into the arrays from `new_price` on.

    Parameters
    ----------
    prices, received
        J x N (importer) x N (exporter): shares times the shock, and the same by one plus the new tariff.
    wage, price, bought
        log w (N), log P (J x N), X (J x N).
    """
    sectors, count = price.shape
    if inputs:
        for j in range(sectors):
            for n in range(count):
                turned[n, j] = price[j, n]
    for n in range(count):
        for j in range(sectors):
            total = share[j, n] * wage[n] - shift[j, n]
            if inputs:
                mixed = wage[n] * 0
                for k in range(sectors):
                    mixed += io_cost[n, j, k] * turned[n, k]
                total += mixed
            cost[j, n] = total
            sales[j, n] = 0
    revenue[:] = 0
    for j in range(sectors):
        power = theta[j]
        for n in range(count):
            competing[n] = np.exp(-power * cost[j, n])
        for n in range(count):
            index = competing[0] * 0
            kept = index
            if tariffs:
                for i in range(count):
                    index += prices[j, n, i] * competing[i]
                    kept += received[j, n, i] * competing[i]
            else:
                for i in range(count):
                    index += prices[j, n, i] * competing[i]
                kept = index
            if index > 0:
                new_price[j, n] = -np.log(index) / power
                demanded = bought[j, n] / index
                revenue[n] += bought[j, n] - demanded * kept
                for i in range(count):
                    sales[j, i] += received[j, n, i] * demanded
            else:
                new_price[j, n] = 0
                revenue[n] += bought[j, n]
        for n in range(count):
            sales[j, n] *= competing[n]
    world_own, world_wished, world_added = 0.0, 0.0, 0.0
    for n in range(count):
        earned, level = gap[n] * 0, gap[n] * 0
        for j in range(sectors):
            earned += share[j, n] * sales[j, n]
            level += final[j, n] * new_price[j, n]
        consumer_price[n] = level
        labour[n] = endowment[n]
        if supply != 0:
            real = wage[n] - level
            if eases:
                real += np.log1p(revenue[n] / (value_added[n] * np.exp(wage[n]))) - np.log1p(relief[n])
            labour[n] += supply * real
        paid = value_added[n] * np.exp(wage[n] + labour[n])
        gap[n] = np.log(earned / paid)
        income[n] = paid + revenue[n]
        world_own += income[n]
        world_wished += income[n] * spending[n]
        world_added += paid
    for n in range(count):
        if closure == 1:
            income[n] *= spending[n] * world_own / world_wished
        elif closure == 0 and numeraire >= 0:
            income[n] += deficit[n] * np.exp(wage[numeraire])
        elif closure == 0:
            income[n] += deficit[n] * world_added
    if inputs:
        for j in range(sectors):
            for n in range(count):
                turned[n, j] = sales[j, n]
    for n in range(count):
        for j in range(sectors):
            total = final[j, n] * income[n]
            if inputs:
                mixed = total * 0
                for k in range(sectors):
                    mixed += io_demand[n, j, k] * turned[n, k]
                total += mixed
            new_bought[j, n] = total


@njit(cache=True, fastmath=_FAST, error_model="numpy")
def times(matrix: Array, vector: Array, into: Array) -> None:
    """Add the product of a matrix (N x M) and a vector (M) to a vector (N)."""
    for row in range(into.size):
        into[row] += inner(matrix[row], vector)


@njit(cache=True, error_model="numpy")
def corrected(
    wage: Array, price: Array, price_by_wage: Array, spent: Array, spent_by_price: Array, spent_by_wage: Array, left: Array,
    step: Array, most: float,
) -> None:  # fmt: skip
    """Write what `coarse.corrected` returns into a row of 3N; `left` is what a pass left over, in the same order."""
    count = len(wage)
    step[:] = 0
    times(wage, left, step[:count])
    for n in range(count):
        step[n] = min(max(step[n], -most), most)
        step[count + n], step[2 * count + n] = -left[count + n], -left[2 * count + n]
    times(price, left[count : 2 * count], step[count : 2 * count])
    times(price_by_wage, step[:count], step[count : 2 * count])
    times(spent, left[2 * count :], step[2 * count :])
    times(spent_by_price, left[count : 2 * count], step[2 * count :])
    times(spent_by_wage, step[:count], step[2 * count :])
    for n in range(count, 3 * count):
        step[n] = min(max(step[n], -most), most)


@njit(cache=True, error_model="numpy")
def iterate(
    prices: Array, received: Array, theta: Array, share: Array, final: Array, io_cost: Array, io_demand: Array, shift: Array,
    endowment: Array, value_added: Array, deficit: Array, spending: Array, relief: Array, supply: float, closure: int,
    eases: bool, numeraire: int, tariffs: bool, inputs: bool, damping: Array, unit: Array, grid: tuple[Array, ...],
    most: float, state: Array, tolerance: float, depth: int, steps: int,
) -> tuple[float, int, Array, Array, Array, Array, Array, Array, Array, Array, Array]:  # fmt: skip
    """Move `state` to the fixed point by Anderson acceleration.

    Returns the last residual, the passes, and of the last pass new_price, new_bought, gap, labour, cost, sales, revenue,
    income, consumer_price.

    Parameters
    ----------
    unit
        J x N: expenditure before, in which expenditure is measured; the state is log w, log P, X / unit in one row.
    grid, most
        The arrays of `coarse.Coarse` and its largest step; once the residual grows, or after 60 passes, wages move by
        `damping` instead.
    """
    by_wage, by_price, price_wage, by_spent, spent_price, spent_wage, mass = grid
    sectors, count = share.shape
    cells = sectors * count
    wage = state[:count]
    price = state[count : count + cells].reshape(sectors, count)
    bought = np.empty_like(share)
    new_price, new_bought, cost, sales = (
        np.empty_like(share),
        np.empty_like(share),
        np.empty_like(share),
        np.empty_like(share),
    )
    gap, labour, competing = np.zeros_like(damping), np.zeros_like(damping), np.zeros_like(damping)
    turned = np.empty_like(io_cost[:, 0, :])
    revenue, income, level_of = np.zeros_like(damping), np.zeros_like(damping), np.zeros_like(damping)
    image, move = np.empty_like(state), np.empty_like(state)
    last_image, last_move = np.empty_like(state), np.empty_like(state)
    moves, changes = np.zeros((depth, len(state)), state.dtype), np.zeros((depth, len(state)), state.dtype)
    gram = np.zeros((depth, depth))
    left, step_of, before, after = np.zeros(3 * count), np.zeros(3 * count), np.zeros(count), np.zeros(count)
    refused = 0
    held, place, first, best, residual = 0, 0, True, np.inf, np.inf
    for step in range(steps):
        for j in range(sectors):
            for n in range(count):
                bought[j, n] = state[count + cells + j * count + n] * unit[j, n]
        one_pass(
            prices, received, theta, share, final, io_cost, io_demand, shift, endowment, value_added, deficit, spending, relief,
            supply, closure, eases, numeraire, tariffs, inputs, wage, price, bought, new_price, new_bought, gap, labour, cost,
            competing, sales, turned, revenue, income, level_of,
        )  # fmt: skip
        level, residual = 0.0, 0.0
        if refused == 0 and step == _PATIENCE:
            refused, held, place, first, best = 1, 0, 0, True, np.inf
        if refused == 0:
            left[:count] = gap
            left[count:] = 0
            before[:] = 0
            after[:] = 0
            for j in range(sectors):
                for n in range(count):
                    left[count + n] += mass[j, n] * (new_price[j, n] - price[j, n])
                    before[n] += bought[j, n]
                    after[n] += new_bought[j, n]
            for n in range(count):
                left[2 * count + n] = np.log(after[n] / before[n]) if after[n] > 0 else 0.0
            corrected(by_wage, by_price, price_wage, by_spent, spent_price, spent_wage, left, step_of, most)
        else:
            step_of[:] = 0
            for n in range(count):
                step_of[n] = damping[n] * gap[n]
        for n in range(count):
            image[n] = wage[n] + step_of[n]
            after[n] = np.exp(step_of[2 * count + n])
            level += value_added[n] * np.exp(image[n] + labour[n])
            residual = max(residual, abs(gap[n]))
        if not level > 0 or not np.isfinite(level):
            return np.inf, step + 1, new_price, new_bought, gap, labour, cost, sales, revenue, income, level_of
        level = np.log(level)
        shrink = np.exp(-level)
        for n in range(count):
            image[n] -= level
        for j in range(sectors):
            for n in range(count):
                at = count + j * count + n
                image[at] = new_price[j, n] + step_of[count + n] - level
                residual = max(residual, abs(new_price[j, n] - state[at]))
                if unit[j, n] > 0:
                    image[at + cells] = new_bought[j, n] * after[n] * shrink / unit[j, n]
                    residual = max(residual, abs(new_bought[j, n] / bought[j, n] - 1))
                else:
                    image[at + cells] = 0
        if not np.isfinite(residual):
            return np.inf, step + 1, new_price, new_bought, gap, labour, cost, sales, revenue, income, level_of
        if residual <= tolerance:
            return residual, step + 1, new_price, new_bought, gap, labour, cost, sales, revenue, income, level_of
        if residual > 4 * best:
            held, place, first, best = 0, 0, True, np.inf
            refused += 1
        best = min(best, residual)
        move[:] = image - state
        if not first:
            for at in range(len(state)):
                moves[place, at] = move[at] - last_move[at]
                changes[place, at] = image[at] - last_image[at]
            held = min(held + 1, depth)
            for other in range(held):
                gram[place, other] = inner(moves[place], moves[other])
                gram[other, place] = gram[place, other]
            place = (place + 1) % depth
        first = False
        last_move[:] = move
        last_image[:] = image
        state[:] = image
        if held > 0:
            whole, aims, trace = np.empty((held, held)), np.empty(held), 0.0
            for a in range(held):
                aims[a] = inner(moves[a], move)
                trace += gram[a, a]
                for b in range(held):
                    whole[a, b] = gram[a, b]
            for a in range(held):
                whole[a, a] += 1e-14 * trace + 1e-37
            weights = np.linalg.solve(whole, aims)
            for a in range(held):
                weight = weights[a]
                for at in range(len(state)):
                    state[at] -= weight * changes[a, at]
        for at in range(count + cells, len(state)):
            if state[at] < 0.05 * image[at]:
                state[at] = 0.05 * image[at]
    return residual, steps, new_price, new_bought, gap, labour, cost, sales, revenue, income, level_of


@njit(cache=True, fastmath=_FAST, error_model="numpy")
def margins(trade_share: Array, tariff: Array, expenditure: Array) -> tuple[Array, Array, Array]:
    """Return sales (J x N), tariff revenue (N), and how fast sales fall in the seller's price (J x N, by theta and sales)."""
    sectors, count = expenditure.shape
    sold, lost, revenue = np.zeros((sectors, count)), np.zeros((sectors, count)), np.zeros(count)
    for j in range(sectors):
        for n in range(count):
            kept, spent = 0.0, expenditure[j, n]
            for i in range(count):
                received = trade_share[j, n, i] / (1 + tariff[j, n, i]) * spent
                kept += received
                sold[j, i] += received
                lost[j, i] += received * (1 - trade_share[j, n, i])
            revenue[n] += spent - kept
        for i in range(count):
            if sold[j, i] > 0:
                lost[j, i] /= sold[j, i]
    return sold, revenue, lost


@njit(cache=True, fastmath=_FAST, error_model="numpy")
def shocked(
    trade_share: Array, tariff: Array, new_tariff: Array, theta: Array, trade_cost: Array, effect: Array, moved: bool,
) -> tuple[Array, Array]:  # fmt: skip
    """Return the shares times the shock (J x N x N), and the same by one plus the new tariff."""
    prices, received = np.empty_like(trade_share), np.empty_like(trade_share)
    sectors, count, _ = trade_share.shape
    for j in range(sectors):
        for n in range(count):
            levied = 0
            for i in range(count):
                share, rate = trade_share[j, n, i], new_tariff[j, n, i]
                levied += rate != tariff[j, n, i]
                prices[j, n, i] = share
                received[j, n, i] = share / (1 + rate)
            if levied or moved:
                for i in range(count):
                    logs = effect[j, n, i] - theta[j] * trade_cost[j, n, i]
                    if new_tariff[j, n, i] != tariff[j, n, i]:
                        logs -= theta[j] * np.log((1 + new_tariff[j, n, i]) / (1 + tariff[j, n, i]))
                    if logs != 0.0:
                        prices[j, n, i] *= np.exp(logs)
                        received[j, n, i] *= np.exp(logs)
    return prices, received
