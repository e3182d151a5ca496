"""What follows from a shock, and the certificate that it is an equilibrium."""

from __future__ import annotations

from functools import cached_property

import msgspec
import numpy as np
import polars as pl

from hamkor.equilibrium.tables import Floats
from hamkor.schema.errors import HamkorError


class NotConverged(HamkorError):
    """The equilibrium was not reached (exit code 2); nothing is returned.

    Parameters
    ----------
    history
        The largest residual of each step.
    tolerance
        What was asked for.
    reason
        Why there is no equilibrium, if that is known, and the cure.
    """

    def __init__(self, history: tuple[float, ...], *, tolerance: float, reason: tuple[str, str] = ("", "")) -> None:
        self.history = history
        self.reason = reason[0]
        last = ", ".join(f"{one:.1e}" for one in history[-5:])
        told = f": least residual {np.nanmin(history):.1e}, the last ones {last}" if history else ""
        super().__init__(
            f"not converged in {len(history)} steps{reason[0]}{told}",
            where="equilibrium", due=f"<= {tolerance:.0e}",
            cure=reason[1] or "a smaller shock, a lower elasticity or scale elasticity, or a looser tolerance",
        )  # fmt: skip


class Certificate(msgspec.Struct, frozen=True):
    """How nearly every condition of the equilibrium holds, as largest relative residuals.

    Attributes
    ----------
    labour, prices, goods, trade_balance, walras
        Value added earned against paid; price indices; expenditure against what it should be; imports less exports against
        the deficit (by expenditure); the sum of all excess demands (by world value added).
    iterations
        Passes over the conditions.
    tolerance
        What was asked for.
    method
        How it was reached.
    """

    labour: float
    prices: float
    goods: float
    trade_balance: float
    walras: float
    iterations: int
    tolerance: float
    method: str

    @property
    def worst(self) -> float:
        """Return the largest residual."""
        return max(self.labour, self.prices, self.goods, self.trade_balance, self.walras)


class Outcome(msgspec.Struct, frozen=True, dict=True):
    """What follows from a shock; hats are new/old. The tables of flows and prices are made when they are first read.

    Attributes
    ----------
    economies
        economy, real_income (final expenditure over the prices of final demand), real_wage, nominal_income, price_index,
        wage, exports, imports, domestic_share (all new/old), tariff_revenue, deficit (new, in the currency of the baseline;
        the numeraire is world value added).
    certificate
        How nearly it is an equilibrium.
    notes
        What was corrected or assumed in the baseline.
    codes, sectors
        Of economies and sectors, in the order of the arrays.
    flow, flow_before
        J x N (importer) x N (exporter): trade before tariffs, in the currency of the baseline.
    factory_gate, index
        J x N: unit cost and price index, new/old.
    """

    economies: pl.DataFrame
    certificate: Certificate
    notes: tuple[str, ...]
    codes: tuple[str, ...]
    sectors: tuple[str, ...]
    flow: Floats
    flow_before: Floats
    factory_gate: Floats
    index: Floats

    @cached_property
    def trade(self) -> pl.DataFrame:
        """Exporter, importer, sector, value (new, before tariffs), hat (null where nothing was traded)."""
        count = len(self.codes)
        place = np.indices((count, count, len(self.sectors))).reshape(3, -1)
        value, before = self.flow.transpose(2, 1, 0).reshape(-1), self.flow_before.transpose(2, 1, 0).reshape(-1)
        names = pl.Series(self.codes)
        return pl.DataFrame(
            {
                "exporter": names.gather(place[0]), "importer": names.gather(place[1]),
                "sector": pl.Series(self.sectors).gather(place[2]), "value": value,
                "hat": pl.Series(ratio(value, before)).fill_nan(None),
            }
        )  # fmt: skip

    @cached_property
    def prices(self) -> pl.DataFrame:
        """Economy, sector, factory_gate_price, price_index (new/old)."""
        place = np.indices((len(self.codes), len(self.sectors))).reshape(2, -1)
        return pl.DataFrame(
            {
                "economy": pl.Series(self.codes).gather(place[0]), "sector": pl.Series(self.sectors).gather(place[1]),
                "factory_gate_price": self.factory_gate.T.reshape(-1), "price_index": self.index.T.reshape(-1),
            }
        )  # fmt: skip


def ratio(new: Floats, old: Floats) -> Floats:
    """Return new/old; not a number where there was nothing."""
    return np.where(old > 0, new / np.where(old > 0, old, 1.0), np.nan)
