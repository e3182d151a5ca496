"""The world as one linear sector: the step of wages, prices and expenditure that would clear what a pass left over.

A two-grid correction: a pass settles sectors within an economy quickly and economies against each other slowly, and the small
system of N wages, N price levels and N expenditures, linear at the baseline, settles the latter. It halves the passes; the
fixed point is that of the pass, whatever the correction.
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
from numba import njit

from hamkor.equilibrium.accounts import Accounts
from hamkor.equilibrium.system import Rules
from hamkor.equilibrium.tables import Floats

Array = Any
LARGEST = 1.0
"""Largest step, in logs: the linear system is that of the baseline."""


class Coarse(msgspec.Struct, frozen=True):
    """Inverse of the linear one-sector world, in blocks.

    Attributes
    ----------
    wage
        N x 3N: the step of wages from what is left of labour markets, prices, expenditure (all in logs).
    price, price_by_wage
        N x N: the step of price levels from what is left of them, and from the step of wages.
    spent, spent_by_price, spent_by_wage
        N x N: the same for expenditure.
    weight
        J x N: the share of a sector in an economy's expenditure.
    """

    wage: Array
    price: Array
    price_by_wage: Array
    spent: Array
    spent_by_price: Array
    spent_by_wage: Array
    weight: Array


def coarse(baseline: Accounts, rules: Rules, sold: Floats, revenue: Floats) -> Coarse | None:
    """Return the correction of a world; None if its linear world has no one solution.

    Parameters
    ----------
    baseline, rules
        The world, and what deficits do.
    sold, revenue
        J x N and N: sales and tariff revenue before, in the currency of the baseline.
    """
    shares, earned, bent = _sums(
        baseline.trade_share, baseline.tariff, baseline.expenditure, baseline.value_added_share, baseline.elasticity
    )
    spent, output = baseline.expenditure.sum(axis=0), sold.sum(axis=0)
    added = (baseline.value_added_share * sold).sum(axis=0)
    own = added / output
    shares, demand = shares / spent[:, None], (earned / added).T
    bent = (bent / added).T
    fall = bent.sum(axis=1)
    by_price = bent - np.diag(fall * (1 - own))
    used = ((1 - own) * output / spent)[:, None]
    income = baseline.value_added + revenue
    kept = 1 + baseline.deficit / income if rules.closure == "multiplicative" else np.ones_like(income)
    try:
        return _inverted(baseline, kept, shares, demand, by_price, fall, own, used, revenue / spent)
    except np.linalg.LinAlgError:
        return None


def _inverted(
    baseline: Accounts, kept: Floats, shares: Floats, demand: Floats, by_price: Floats, fall: Floats, own: Floats, used: Floats,
    taxed: Floats,
) -> Coarse:  # fmt: skip
    """Return the inverse, block by block.

    Parameters
    ----------
    kept
        N: final expenditure moves with value added by this, against fixed deficits.
    shares, demand
        N (importer) x N: of exporters in expenditure; N (exporter) x N: of importers in value added earned.
    by_price, fall
        N x N and N: how value added earned moves with importers' price levels, and falls in the exporter's cost.
    own, used, taxed
        N, N x 1, N: value added in output, inputs and tariff revenue in expenditure.
    """
    spent, psi, one = baseline.expenditure.sum(axis=0), baseline.supply_elasticity, np.eye(len(own))
    price = np.linalg.inv(one - shares * (1 - own))
    price_by_wage = price @ (shares * own)
    bought = np.linalg.inv(one - np.diag(taxed) - used * demand)
    carried = used * by_price
    spent_by_price = bought @ (carried @ price)
    spent_by_wage = bought @ (np.diag(kept * baseline.value_added / spent - used[:, 0] * fall * own) + carried @ price_by_wage)
    supplied = by_price + psi * one
    left = supplied @ price_by_wage + demand @ spent_by_wage - np.diag(fall * own + 1 + psi)
    wage = -np.linalg.inv(left - baseline.value_added / baseline.value_added.sum())
    whole = np.concatenate([wage, wage @ (supplied @ price + demand @ spent_by_price), wage @ (demand @ bought)], axis=1)
    return Coarse(whole, price, price_by_wage, bought, spent_by_price, spent_by_wage, baseline.expenditure / spent)


def corrected(grid: Coarse, gap: Array, price: Array, spent: Array) -> tuple[Array, Array, Array]:
    """Return the step of wages and what to add to the logs of prices and expenditure of a pass, each N x B.

    Parameters
    ----------
    gap, price, spent
        N x B: what the pass left over, in logs: of labour markets, of price levels, of expenditure by economy.
    """
    xp = gap.__array_namespace__()
    wage = xp.clip(xp.matmul(grid.wage, xp.concat([gap, price, spent], axis=0)), min=-LARGEST, max=LARGEST)
    level = xp.matmul(grid.price, price) + xp.matmul(grid.price_by_wage, wage) - price
    bought = xp.matmul(grid.spent, spent) + xp.matmul(grid.spent_by_price, price) + xp.matmul(grid.spent_by_wage, wage) - spent
    return wage, xp.clip(level, min=-LARGEST, max=LARGEST), xp.clip(bought, min=-LARGEST, max=LARGEST)


@njit(cache=True, fastmath={"reassoc", "contract", "arcp", "nsz"}, error_model="numpy")
def _sums(trade_share: Array, tariff: Array, expenditure: Array, share: Array, theta: Array) -> tuple[Array, Array, Array]:
    """Return N x N (importer x exporter): expenditure, value added earned, and the latter by theta."""
    sectors, count, _ = trade_share.shape
    spent, earned, bent = np.zeros((count, count)), np.zeros((count, count)), np.zeros((count, count))
    for j in range(sectors):
        power = theta[j]
        for n in range(count):
            bought = expenditure[j, n]
            for i in range(count):
                paid = trade_share[j, n, i] * bought
                added = paid / (1 + tariff[j, n, i]) * share[j, i]
                spent[n, i] += paid
                earned[n, i] += added
                bent[n, i] += power * added
    return spent, earned, bent
