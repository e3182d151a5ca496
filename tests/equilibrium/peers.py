"""Published algorithms, written from their papers, so that numbers printed from them can be met digit by digit.

None is used by the product: each is what somebody's printed number rests on, stopped where they stop.
"""

from __future__ import annotations

import msgspec
import numpy as np

from hamkor.equilibrium.tables import Floats


def margins_met(cost: Floats, rows: Floats, columns: Floats, reference: int = 0) -> tuple[Floats, Floats]:
    """Return exporter and importer effects (N each; the reference importer's is one) that fit both margins of trade.

    Poisson regression with both effects fits the margins of its data (Fally 2015, Journal of International Economics 97(1)).
    """
    left, right = np.ones(len(rows)), np.ones(len(columns))
    for _ in range(100_000):
        new = rows / (cost @ right)
        right = columns / (cost.T @ new)
        moved, left = np.abs(new / left - 1).max(), new
        if moved < 1e-15:
            break
    return left * right[reference], right / right[reference]


class Guide(msgspec.Struct, frozen=True):
    """What the Advanced Guide prints, percent changes (N each)."""

    exports_conditional: Floats
    exports: Floats
    price: Floats
    inward_resistance: Floats
    real_gdp: Floats


def guide_loop(cost: Floats, new_cost: Floats, trade: Floats, *, sigma: float, reference: int) -> Guide:
    """Return what the loop of the Advanced Guide gives where it stops: once prices move by less than 0.01 in two measures.

    Yotov, Piermartini, Monteiro and Larch (2016), chapter 2, application 1, steps I to IV. `cost` is exp(fitted trade costs).
    """
    power = 1 / (1 - sigma)
    output, spent = trade.sum(axis=1), trade.sum(axis=0)
    before = margins_met(cost, output, spent, reference)
    left, right = margins_met(new_cost, output, spent, reference)
    fitted = left[:, None] * new_cost * right
    abroad = 1 - np.eye(len(output))
    base = (before[0][:, None] * cost * before[1] * abroad).sum(axis=1)
    conditional = (fitted * abroad).sum(axis=1)
    own, outer, inner = spent[reference], output * spent[reference] / left, spent / (right * spent[reference])
    earlier, price = np.zeros_like(output), (left / before[0]) ** power
    moved_outer, moved_inner = np.ones_like(output), np.ones_like(output)
    while True:
        wished = fitted * price[:, None] * price / (moved_outer[:, None] * moved_inner)
        new_left, right = margins_met(new_cost, wished.sum(axis=1), wished.sum(axis=0), reference)
        fitted = new_left[:, None] * new_cost * right
        made = fitted.sum(axis=1)
        bought = spent / output * made
        moved = np.repeat(price - earlier, len(output))
        earlier, price = price, (new_left / left / (bought[reference] / own)) ** power
        left, own = new_left, bought[reference]
        last = outer, inner
        outer, inner = made * own / left, bought / (right * own)
        moved_outer, moved_inner = outer / last[0], inner / last[1]
        if moved.std(ddof=1) <= 0.01 and abs(moved.max()) <= 0.01:
            break
    whole = (left / before[0] / (own / spent[reference])) ** power
    resistance = (inner / (spent / (before[1] * spent[reference]))) ** power
    after = (whole * output)[:, None] * (spent * whole) * new_cost / (inner * (whole * output * own / left)[:, None])
    exports = (after * abroad).sum(axis=1)
    found = conditional / base, exports / base, whole, resistance, whole / resistance
    return Guide(*(100 * (one - 1) for one in found))


def fixed_incomes(
    cost: Floats, new_cost: Floats, output: Floats, spent: Floats, *, sigma: float, reference: int
) -> tuple[Floats, Floats]:
    """Return new/old factory-gate prices and inward resistances (N each) of gegravity 0.3.

    It keeps the shares of output and expenditure of the baseline in the resistances (Herman 2021, USITC Working Paper
    2021-04-B, equations 2 to 5), so that prices do not clear the markets of the new incomes.
    """

    def solved(costs: Floats) -> tuple[Floats, Floats]:
        inner, outer = np.ones_like(output), np.ones_like(output)
        sold, bought = costs * (output / output.sum())[:, None], costs * (spent / output.sum())
        for _ in range(100_000):
            new = 1 / (sold.T @ outer)
            new = new / new[reference]
            far = 1 / (bought @ new)
            moved = max(np.abs(new / inner - 1).max(), np.abs(far / outer - 1).max())
            inner, outer = new, far
            if moved < 1e-15:
                break
        return inner, outer

    before, after = solved(cost), solved(new_cost)
    return (after[1] / before[1]) ** (1 / (1 - sigma)), (before[0] / after[0]) ** (1 / (1 - sigma))


def universal_gravity(
    trade: Floats, effect: Floats, *, theta: float, psi: float, additive: bool = False, shifter: Floats | None = None
) -> tuple[Floats, Floats]:
    """Return new/old welfare (N) and new trade (N exporters x N) of a universal gravity model, by plain iteration of prices.

    Campos, Reggio and Timini (2024), arXiv 2404.09180, the algorithm of ge_gravity2; `effect` is beta, `shifter` c-hat.
    """
    output, spent = trade.sum(axis=1), trade.sum(axis=0)
    ratio = (spent - output) / output
    scale = np.ones_like(output) if shifter is None else shifter
    sold, bought = trade / output[:, None] * np.exp(effect), trade / spent * np.exp(effect)
    price, index, world, own = np.ones_like(output), np.ones_like(output), 1.0, np.ones_like(output)
    for _ in range(1_000_000):
        last = price
        if additive:
            made = scale * price * (price / index) ** psi
            own = (1 + ratio / (1 + ratio) * (1 / made - 1)) / world
        world = output.sum() / (own * scale * price * (price / index) ** psi * spent).sum()
        wanted = sold @ (own * scale * index ** (theta - psi) * price ** (1 + psi))
        price = (world * index**psi / scale * wanted) ** (1 / (1 + theta + psi))
        index = (bought.T @ price**-theta) ** (-1 / theta)
        if np.abs(price - last).max() < 1e-14:
            break
    real = price / index
    income = world * own * scale * price * real**psi
    return world * own * scale * real ** (1 + psi), trade * np.exp(effect) * (price[:, None] / index) ** -theta * income
