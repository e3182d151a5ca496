"""One joint pass over the equilibrium conditions in exact hat algebra: new/old wages, prices and the new expenditure.

The conditions are those of Caliendo and Parro (2015, Review of Economic Studies 82(1), equations 10-14) with a labour supply
elasticity (Allen, Arkolakis and Takahashi 2020, Journal of Political Economy 128(2)), external economies of scale
(Kucheryavyy, Lyn and Rodriguez-Clare 2023, American Economic Journal: Macroeconomics 15(4)) and tariff revenue that is either
paid out or relieves a tax on labour. One sector without inputs is the Armington, Eaton-Kortum or Krugman model.

Arrays are those of any library that follows the Array API standard; the last axis counts worlds that are solved side by side.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Array = Any
Closure = Literal["fixed", "world_share", "multiplicative", "balanced"]
Recycling = Literal["lump_sum", "tax_relief"]


class Rules(msgspec.Struct, frozen=True):
    """What deficits and tariff revenue do.

    Attributes
    ----------
    closure, recycling
        As in `hamkor.equilibrium.counterfactual.counterfactual`.
    numeraire
        Place of the economy whose wage `fixed` deficits are stated in; -1 is world value added.
    """

    closure: Closure = "fixed"
    recycling: Recycling = "lump_sum"
    numeraire: int = -1


class Links(msgspec.Struct, frozen=True):
    """Shares between economies: the same in all worlds but for a block that each world has its own of.

    Attributes
    ----------
    shared
        J x N x N: the first economy takes from the second.
    own
        J x R x C x B: what is added to the block in each world; None if nothing.
    into
        N x R: one where an economy is the block's row.
    out_of
        Length C: the economies that are the block's columns.
    """

    shared: Array
    own: Array | None = None
    into: Array | None = None
    out_of: Array | None = None

    def __matmul__(self, vector: Array) -> Array:
        """Return the product with J x N x B over the second economy."""
        xp = vector.__array_namespace__()
        found = xp.matmul(self.shared, vector)
        if self.own is None:
            return found
        part = xp.sum(self.own * xp.take(vector, self.out_of, axis=1)[:, None, :, :], axis=2)
        return found + xp.matmul(self.into, part)


class World(msgspec.Struct, frozen=True):
    """What one pass needs; J sectors, N economies, B worlds side by side (an axis of length one is shared by all).

    Attributes
    ----------
    prices
        Importer from exporter: trade shares times the shock, pi phi.
    sales
        Exporter from importer: the same by one plus the new tariff.
    received
        Importer from exporter: as `sales`; None if there are no tariffs after the shock.
    theta
        J x 1 x (1 or B).
    value_added_share, final_share
        J x N x 1; the share of value added in cost, of a sector in final demand.
    io_cost, io_demand
        N x J (using) x J (input), and N x J (input) x J (using); both hold the share of the input in the cost of the user.
    cost_shift
        J x N x (1 or B): log of the fall in unit cost from productivity.
    endowment
        N x (1 or B): log of new/old factor endowment from capital.
    value_added, deficit
        N x 1 or N x B, in shares of world value added.
    spending
        N x 1: final expenditure by value added and tariff revenue before, for multiplicative deficits.
    output
        J x N x 1: sales before, in shares of world value added; zero where nothing is made.
    relief_before
        N x 1: tariff revenue by value added before.
    supply, scale
        Elasticity of labour supply (a number), of productivity to employment (J x 1 x 1).
    rules
        What deficits and tariff revenue do.
    scaled, inputs
        Whether there are economies of scale, and inputs.
    """

    prices: Links
    sales: Links
    received: Links | None
    theta: Array
    value_added_share: Array
    final_share: Array
    io_cost: Array
    io_demand: Array
    cost_shift: Array
    endowment: Array
    value_added: Array
    deficit: Array
    spending: Array
    output: Array
    relief_before: Array
    supply: float
    scale: Array
    rules: Rules
    scaled: bool
    inputs: bool


class Pass(msgspec.Struct, frozen=True):
    """What one pass returns.

    Attributes
    ----------
    wage, price, expenditure, employment
        The state that the conditions imply: log w (N x B), log P (J x N x B), X (J x N x B, in world value added), and
        log of new/old employment by sector (J x N x B).
    cost, sales, income, revenue, labour, consumer_price
        log c (J x N x B), Y' (J x N x B), I' (N x B), tariff revenue (N x B), log of labour supplied (N x B), log of the
        price of final demand (N x B).
    gap
        N x B: log of value added earned by value added paid, the excess demand for labour.
    """

    wage: Array
    price: Array
    expenditure: Array
    employment: Array
    cost: Array
    sales: Array
    income: Array
    revenue: Array
    labour: Array
    consumer_price: Array
    gap: Array


def mix(shares: Array, values: Array) -> Array:
    """Return the input-output product: N x J x J by J x N x B, as J x N x B."""
    xp = values.__array_namespace__()
    return xp.permute_dims(xp.matmul(shares, xp.permute_dims(values, (1, 0, 2))), (1, 0, 2))


def run(world: World, wage: Array, price: Array, expenditure: Array, employment: Array) -> Pass:
    """Return what the equilibrium conditions imply of a state; a fixed point of it is an equilibrium.

    Parameters
    ----------
    world
        Shares, elasticities, shocks.
    wage, price, expenditure, employment
        log w (N x B), log P (J x N x B), X (J x N x B), log of new/old employment (J x N x B).
    """
    xp = wage.__array_namespace__()
    theta = world.theta
    cost = world.value_added_share * wage[None, :, :] - world.cost_shift
    if world.inputs:
        cost = cost + mix(world.io_cost, price)
    if world.scaled:
        cost = cost - world.scale * employment
    competing = xp.exp(-theta * cost)
    index = world.prices @ competing
    served = index > 0
    index = xp.where(served, index, 1.0)
    new_price = -xp.log(index) / theta
    demanded = xp.where(served, expenditure / index, 0.0)
    sales = competing * (world.sales @ demanded)
    earned = xp.sum(world.value_added_share * sales, axis=0)
    consumer_price = xp.sum(world.final_share * new_price, axis=0)
    revenue = xp.zeros_like(earned)
    if world.received is not None:
        revenue = xp.sum(expenditure - demanded * (world.received @ competing), axis=0)
    labour = _labour(world, xp, wage, consumer_price, revenue)
    value_added = world.value_added * xp.exp(wage + labour)
    gap = xp.log(earned / value_added)
    income = _income(world, xp, value_added, revenue, wage)
    bought = world.final_share * income[None, :, :]
    if world.inputs:
        bought = bought + mix(world.io_demand, sales)
    told = employment
    if world.scaled:
        before = xp.where(world.output > 0, world.output, 1.0)
        told = xp.where(world.output > 0, xp.log(xp.where(sales > 0, sales, 1.0) / before) - wage[None, :, :], 0.0)
    return Pass(wage + gap, new_price, bought, told, cost, sales, income, revenue, labour, consumer_price, gap)


def _labour(world: World, xp: Any, wage: Array, consumer_price: Array, revenue: Array) -> Array:
    """Return the log of new/old factor services: capital given, labour by the real wage after the tax relief."""
    if world.supply == 0:
        return world.endowment + xp.zeros_like(wage)
    real = wage - consumer_price
    if world.rules.recycling == "tax_relief":
        paid = world.value_added * xp.exp(wage)
        real = real + xp.log1p(revenue / paid) - xp.log1p(world.relief_before)
    return world.endowment + world.supply * real


def _income(world: World, xp: Any, value_added: Array, revenue: Array, wage: Array) -> Array:
    """Return what economies spend on final goods: value added, tariff revenue, and the deficit as the closure has it."""
    own = value_added + revenue
    if world.rules.closure == "balanced":
        return own
    if world.rules.closure == "multiplicative":
        wished = own * world.spending
        return wished * (xp.sum(own, axis=0, keepdims=True) / xp.sum(wished, axis=0, keepdims=True))
    if world.rules.closure == "fixed" and world.rules.numeraire >= 0:
        return own + world.deficit * xp.exp(wage[world.rules.numeraire : world.rules.numeraire + 1, :])
    return own + world.deficit * xp.sum(value_added, axis=0, keepdims=True)
