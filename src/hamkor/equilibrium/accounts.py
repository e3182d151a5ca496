"""A world in equilibrium as arrays."""

from __future__ import annotations

import msgspec

from hamkor.equilibrium.tables import Floats


class Accounts(msgspec.Struct, frozen=True):
    """A world in equilibrium; J sectors, N economies.

    Attributes
    ----------
    economies, sectors
        Their codes, in the order of the arrays.
    trade_share
        J x N (importer) x N (exporter): share of the exporter in the importer's expenditure on the sector.
    expenditure
        J x N, in the currency of the data, at prices that buyers pay.
    value_added
        N: what labour and capital earn.
    value_added_share
        J x N: share of value added in cost.
    io_share
        N x J (input) x J (using): share of the input in the cost of the user; with value added they sum to one.
    final_share
        J x N: share of the sector in final expenditure.
    tariff
        J x N (importer) x N (exporter), fractions.
    deficit
        N: final expenditure less value added and tariff revenue.
    elasticity
        J: trade elasticity theta > 0 (sigma - 1).
    supply_elasticity
        Of labour to the real wage (psi); 0 is fixed labour.
    scale_elasticity
        J: of productivity to employment in the sector.
    capital_share
        Share of capital in value added.
    notes
        What was corrected or assumed.
    """

    economies: tuple[str, ...]
    sectors: tuple[str, ...]
    trade_share: Floats
    expenditure: Floats
    value_added: Floats
    value_added_share: Floats
    io_share: Floats
    final_share: Floats
    tariff: Floats
    deficit: Floats
    elasticity: Floats
    supply_elasticity: float = 0.0
    scale_elasticity: float | Floats = 0.0
    capital_share: float = 1 / 3
    notes: tuple[str, ...] = ()
