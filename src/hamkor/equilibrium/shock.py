"""What is changed in a counterfactual."""

from __future__ import annotations

import msgspec
import numpy as np
import polars as pl

from hamkor.equilibrium.accounts import Accounts
from hamkor.equilibrium.tables import Floats, array
from hamkor.schema.errors import BadInput


class Shock(msgspec.Struct, frozen=True):
    """What is changed; tidy tables, a cell that is not named stays as it is, a table without ``sector`` is for all sectors.

    Attributes
    ----------
    partial_effect
        exporter, importer, beta: the gravity coefficient; exp(beta) multiplies trade at given multilateral resistances.
    iceberg
        exporter, importer, iceberg: new/old trade cost.
    tariff
        exporter, importer, tariff: the new rate as a fraction.
    productivity
        economy, productivity: new/old.
    capital
        economy, capital: new/old.
    """

    partial_effect: pl.DataFrame | None = None
    iceberg: pl.DataFrame | None = None
    tariff: pl.DataFrame | None = None
    productivity: pl.DataFrame | None = None
    capital: pl.DataFrame | None = None


class Changes(msgspec.Struct, frozen=True):
    """A shock as arrays.

    Attributes
    ----------
    trade_cost
        J x N (importer) x N (exporter): log of new/old iceberg cost.
    effect
        J x N x N: beta.
    tariff
        J x N x N: the new rates.
    productivity
        J x N: log of new/old.
    capital
        N: log of new/old.
    """

    trade_cost: Floats
    effect: Floats
    tariff: Floats
    productivity: Floats
    capital: Floats

    def part(self, share: float, before: Floats) -> Changes:
        """Return a part of the shock, in logs, from the tariffs `before`: 0 is none, 1 is all of it."""
        tariff = np.expm1((1 - share) * np.log1p(before) + share * np.log1p(self.tariff))
        return Changes(share * self.trade_cost, share * self.effect, tariff, share * self.productivity, share * self.capital)


def changes(shock: Shock, baseline: Accounts) -> Changes:
    """Return a shock as arrays.

    Raises
    ------
    BadInput
        If a table names an economy or sector that is not in the baseline, a cell twice, a ratio that is not positive, or a
        tariff of -100 % or less.
    """
    economies, sectors = list(baseline.economies), list(baseline.sectors)
    pairs = {"sector": sectors, "importer": economies, "exporter": economies}
    trade_cost = _ratios(shock.iceberg, pairs, "iceberg")
    productivity = _ratios(shock.productivity, {"sector": sectors, "economy": economies}, "productivity")
    capital = _ratios(shock.capital, {"economy": economies}, "capital")
    effect = np.zeros_like(baseline.trade_share)
    if shock.partial_effect is not None:
        effect = array(shock.partial_effect, pairs, ("beta", "value"), where="partial_effect")
    tariff = baseline.tariff
    if shock.tariff is not None:
        given = array(shock.tariff, pairs, ("tariff", "value"), where="tariff", start=np.nan)
        tariff = np.where(np.isnan(given), baseline.tariff, given)
        if (tariff <= -1).any():
            j, n, i = np.argwhere(tariff <= -1)[0]
            raise BadInput(
                f"{tariff[j, n, i]:g}", where=f"tariff {economies[i]} -> {economies[n]} {sectors[j]}",
                due="a rate above -1 (a fraction: 0.1 is 10 %)",
            )  # fmt: skip
    return Changes(trade_cost, effect, tariff, productivity, capital)


def _ratios(frame: pl.DataFrame | None, axes: dict[str, list[str]], name: str) -> Floats:
    """Return the logs of new/old ratios."""
    if frame is None:
        return np.zeros(tuple(len(one) for one in axes.values()))
    found = array(frame, axes, (name, "ratio", "value"), where=name, start=1.0)
    if (found <= 0).any():
        place = np.argwhere(found <= 0)[0]
        told = " ".join(labels[at] for labels, at in zip(axes.values(), place, strict=True))
        raise BadInput(f"{found[tuple(place)]:g}", where=f"{name} {told}", due="a new/old ratio above 0 (1 is no change)")
    return np.log(found)
