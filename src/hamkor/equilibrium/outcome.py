"""What follows from a shock, and the certificate that it is an equilibrium."""

from __future__ import annotations

import msgspec
import numpy as np
import polars as pl

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


class Outcome(msgspec.Struct, frozen=True):
    """What follows from a shock; hats are new/old.

    Attributes
    ----------
    economies
        economy, real_income (final expenditure over the prices of final demand), real_wage, nominal_income, price_index,
        wage, exports, imports, domestic_share (all new/old), tariff_revenue, deficit (new, in the currency of the baseline;
        the numeraire is world value added).
    trade
        exporter, importer, sector, value (new, before tariffs, in the currency of the baseline), hat (null where nothing was
        traded).
    prices
        economy, sector, factory_gate_price, price_index (new/old).
    certificate
        How nearly it is an equilibrium.
    notes
        What was corrected or assumed in the baseline.
    """

    economies: pl.DataFrame
    trade: pl.DataFrame
    prices: pl.DataFrame
    certificate: Certificate
    notes: tuple[str, ...] = ()
