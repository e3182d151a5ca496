"""Whether a world adds up: by how much it is off, and the nearest one that does."""

from __future__ import annotations

from typing import TypeVar

import msgspec
import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from hamkor.equilibrium.accounts import Accounts
from hamkor.equilibrium.compiled import margins
from hamkor.equilibrium.system import Rules
from hamkor.equilibrium.tables import Floats
from hamkor.schema.errors import BadInput

World = TypeVar("World", bound=Accounts)
_RESIDUAL = 0.01
"""Published input-output tables hold residuals; a share of an input below minus this is an error."""
_SLACK = 1e-5
"""Shares printed to six digits sum to one within this."""


def connected(value: Floats, economies: list[str] | tuple[str, ...]) -> None:
    """Raise if the economies fall into groups that do not trade with each other."""
    count, group = connected_components(csr_matrix((value > 0).astype(float)), directed=False)
    if count > 1:
        small = np.flatnonzero(group != np.argmax(np.bincount(group)))
        told = ", ".join(economies[i] for i in small[:5])
        raise BadInput(f"{told} without trade with the rest", where="trade", due="one connected world", cure="leave them out")


def stranded(baseline: Accounts, rules: Rules) -> tuple[str, str] | None:
    """Return why there is no equilibrium if groups of economies that trade one way only could not keep their deficits.

    Whatever wages are, a group that buys nothing from the rest has imports less exports below zero. In general, positive flows
    along the one-way links between groups must add up to each group's deficit, which is a linear program.
    """
    flow = np.einsum("jni,jn->ni", baseline.trade_share, baseline.expenditure)
    count, group = connected_components(csr_matrix((flow > 0).astype(float)), directed=True, connection="strong")
    if count == 1:
        return None
    kept = np.zeros_like(baseline.deficit) if rules.closure == "balanced" else baseline.deficit
    gap = np.bincount(group, weights=kept, minlength=count)
    gap = gap / max(np.abs(gap).max(), 1e-12 * baseline.value_added.sum())
    member = np.eye(count)[group]
    buyer, seller = np.nonzero((member.T @ flow @ member > 0) & ~np.eye(count, dtype=bool))
    links = len(buyer)
    balance = np.concatenate([np.eye(count)[buyer] - np.eye(count)[seller], np.zeros((1, count))]).T
    above = np.concatenate([-np.eye(links), np.ones((links, 1))], axis=1)
    found = linprog(
        np.eye(links + 1)[links] * -1.0, A_ub=above if links else None, b_ub=np.zeros(links) if links else None, A_eq=balance,
        b_eq=gap, bounds=[(0, None)] * links + [(None, 1)],
    )  # fmt: skip
    if found.x is not None and (found.x[-1] > 1e-9 or not links):
        return None
    small = np.flatnonzero(group != np.argmax(np.bincount(group)))
    names = ", ".join(baseline.economies[n] for n in small[:5]) + (" ..." if len(small) > 5 else "")
    how = "balanced accounts" if rules.closure == "balanced" else "their deficits"
    why = f", as there is no equilibrium in which {names} trade one way only with the rest, or not at all, and keep {how}"
    return why, "leave them out, or add the trade"


def checked_shares(baseline: World) -> World:
    """Return the baseline with shares that sum to one exactly.

    Raises
    ------
    BadInput
        If a share is negative, above one, or sums are off by more than print explains.
    """
    economies, sectors = baseline.economies, baseline.sectors
    for name in ("trade_share", "value_added_share", "final_share", "io_share"):
        found: Floats = getattr(baseline, name)
        least = -_RESIDUAL if name == "io_share" else -1e-12
        wrong = np.argwhere((found < least) | (found > 1 + _SLACK))
        if len(wrong):
            raise BadInput(
                f"{found[tuple(wrong[0])]:g}", where=f"{name} {_cell(baseline, name, wrong[0])}", due="a share in [0, 1]"
            )
    for n in np.flatnonzero(~(baseline.value_added > 0)):
        raise BadInput(f"{baseline.value_added[n]:g}", where=f"value_added {economies[n]}", due="a value above 0")
    if (baseline.tariff <= -1).any():
        j, n, i = np.argwhere(baseline.tariff <= -1)[0]
        raise BadInput(
            f"{baseline.tariff[j, n, i]:g}", where=f"tariff {economies[i]} -> {economies[n]} {sectors[j]}", due="> -1"
        )
    notes = list(baseline.notes)
    if (odd := np.argwhere(baseline.io_share < 0)).size:
        notes.append(f"{len(odd)} input shares are below zero, as published, the first {_cell(baseline, 'io_share', odd[0])}")
    sums = baseline.trade_share.sum(axis=2)
    off = np.argwhere((np.abs(sums - 1) > _SLACK) & (sums > 0))
    if len(off):
        j, n = off[0]
        raise BadInput(f"shares that sum to {sums[j, n]:.6f}", where=f"trade_share of {economies[n]} in {sectors[j]}", due="1")
    trade_share = baseline.trade_share / np.where(sums > 0, sums, 1.0)[:, :, None]
    final = baseline.final_share.sum(axis=0)
    for n in np.flatnonzero(np.abs(final - 1) > _SLACK):
        raise BadInput(f"shares that sum to {final[n]:.6f}", where=f"final_share {economies[n]}", due="1")
    cost = baseline.io_share.sum(axis=1).T
    total = cost + baseline.value_added_share
    off = np.argwhere(np.abs(total - 1) > _SLACK)
    if len(off):
        j, n = off[0]
        raise BadInput(
            f"inputs and value added that sum to {total[j, n]:.6f}", where=f"cost of {sectors[j]} in {economies[n]}", due="1"
        )
    io_share = baseline.io_share / total.T[:, None, :]
    if np.abs(total - 1).max() > 1e-9:
        notes.append(f"cost shares were off by up to {np.abs(total - 1).max():.1e} and made to sum to one")
    connected(np.einsum("jni->ni", trade_share), economies)
    home = np.einsum("jnn->n", trade_share)
    for n in np.flatnonzero(home == 0):
        raise BadInput("no domestic sales", where=f"trade_share {economies[n]} -> {economies[n]}", due="a share above 0")
    return msgspec.structs.replace(
        baseline, trade_share=trade_share, io_share=io_share, value_added_share=1 - io_share.sum(axis=1).T,
        final_share=baseline.final_share / final, notes=tuple(notes),
    )  # fmt: skip


def _cell(baseline: Accounts, name: str, place: Floats) -> str:
    economies, sectors = baseline.economies, baseline.sectors
    if name == "trade_share":
        return f"{economies[place[2]]} -> {economies[place[1]]} {sectors[place[0]]}"
    if name == "io_share":
        return f"{economies[place[0]]} {sectors[place[1]]} -> {sectors[place[2]]}"
    return f"{economies[place[1]]} {sectors[place[0]]}"


def sales_of(baseline: Accounts) -> Floats:
    """Return J x N: what each economy sells of each sector, before tariffs."""
    sold: Floats = margins(baseline.trade_share, baseline.tariff, baseline.expenditure)[0]
    return sold


def revenue_of(baseline: Accounts) -> Floats:
    """Return N: tariff revenue."""
    revenue: Floats = margins(baseline.trade_share, baseline.tariff, baseline.expenditure)[1]
    return revenue


def expenditure_of(baseline: Accounts) -> Floats:
    """Return J x N: the expenditure that value added, deficits and shares imply at given wages and prices.

    Raises
    ------
    BadInput
        If an economy would spend less than nothing, or its accounts do not settle.
    """
    received = baseline.trade_share / (1 + baseline.tariff)
    kept = 1 - received.sum(axis=2)
    income = baseline.value_added + baseline.deficit
    for n in np.flatnonzero(income <= 0):
        raise BadInput(
            f"a deficit of {baseline.deficit[n]:.6g}", where=f"deficit {baseline.economies[n]}", due="above minus value added"
        )
    spent = baseline.final_share * income
    for _ in range(10_000):
        sold = np.einsum("jni,jn->ji", received, spent)
        final = baseline.final_share * (income + (kept * spent).sum(axis=0))
        new = np.einsum("njk,kn->jn", baseline.io_share, sold) + final
        if np.abs(new - spent).max() <= 1e-15 * new.max():
            return np.asarray(new)
        spent = new
    raise BadInput("expenditure that does not settle", where="io_share", due="inputs below the whole of cost")
