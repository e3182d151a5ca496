"""The world before a shock: shares, elasticities, tariffs and deficits that add up."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import polars as pl

from hamkor.equilibrium.accounting import checked_shares, connected, expenditure_of, sales_of
from hamkor.equilibrium.accounts import Accounts
from hamkor.equilibrium.counterfactual import rebased
from hamkor.equilibrium.tables import Floats, array, labels
from hamkor.schema.errors import BadInput

GOODS = "goods"


class Baseline(Accounts, frozen=True):
    """A world in equilibrium, built from tables; its attributes are those of `Accounts`."""

    @classmethod
    def from_trade(
        cls, trade: pl.DataFrame, *, elasticity: float, tariffs: pl.DataFrame | None = None, value_added_share: float = 1.0,
        supply_elasticity: float = 0.0, scale_elasticity: float = 0.0,
    ) -> Baseline:  # fmt: skip
        """Return the baseline of one sector from a square table of trade.

        Parameters
        ----------
        trade
            exporter, importer, value (domestic sales included, before tariffs); in any currency.
        elasticity
            theta > 0.
        tariffs
            exporter, importer, tariff (fractions); none if not given.
        value_added_share
            Share of value added in cost; below one, the rest is inputs of the same good (roundabout production).
        supply_elasticity, scale_elasticity
            As in the class.

        Raises
        ------
        BadInput
            If an economy sells nothing at home, buys or sells nothing, a value is negative or missing, or the world falls
            into parts that do not trade with each other.

        Examples
        --------
        >>> trade = pl.DataFrame({"exporter": ["A", "A", "B", "B"], "importer": ["A", "B", "A", "B"], "value": [8.0, 2, 2, 8]})
        >>> Baseline.from_trade(trade, elasticity=4.0).trade_share[0].tolist()
        [[0.8, 0.2], [0.2, 0.8]]
        """
        economies = labels(trade, "exporter", "importer", where="trade")
        axes = {"importer": economies, "exporter": economies}
        value = array(trade, axes, ("value", "trade"), where="trade")
        rate = np.zeros_like(value) if tariffs is None else array(tariffs, axes, ("tariff", "value"), where="tariffs")
        return cls._of_one_sector(
            economies, value, rate, elasticity, value_added_share, supply_elasticity, scale_elasticity, ()
        )

    @classmethod
    def from_trade_and_gdp(
        cls, trade: pl.DataFrame, gdp: pl.DataFrame, *, elasticity: float, tariffs: pl.DataFrame | None = None,
        value_added_share: float = 1.0, supply_elasticity: float = 0.0, scale_elasticity: float = 0.0,
        minimum_domestic_share: float = 0.01,
    ) -> Baseline:  # fmt: skip
        """Return the baseline of one sector from trade between economies and their gross domestic products.

        Domestic sales are output (GDP by the share of value added) less exports. Re-exports make them too small: where less
        than the minimum is left, output is raised to it, and the notes say so.

        Parameters
        ----------
        trade
            exporter, importer, value; rows of an economy with itself are not used.
        gdp
            economy, value, in the currency of `trade`.
        elasticity, tariffs, value_added_share, supply_elasticity, scale_elasticity
            As in `from_trade`.
        minimum_domestic_share
            Least share of output that is sold at home.

        Raises
        ------
        BadInput
            If an economy of `trade` has no GDP, or as `from_trade`.
        """
        economies = labels(trade, "exporter", "importer", where="trade")
        axes = {"importer": economies, "exporter": economies}
        value = array(trade, axes, ("value", "trade"), where="trade")
        known = gdp.filter(pl.col("economy").cast(pl.String).is_in(economies))
        product = array(known, {"economy": economies}, ("value", "gdp"), where="gdp", start=np.nan)
        for place in np.flatnonzero(~(product > 0)):
            raise BadInput(
                f"{product[place]:g}", where=f"gdp {economies[place]}", due="a GDP above 0 for each economy of `trade`"
            )
        np.fill_diagonal(value, 0.0)
        exports = value.sum(axis=0)
        output = product / value_added_share
        least = exports / (1 - minimum_domestic_share)
        notes = tuple(
            f"{economies[i]}: output raised from {output[i]:.6g} to {least[i]:.6g}, as it exports {exports[i]:.6g}; re-exports?"
            for i in np.flatnonzero(least > output)
        )
        np.fill_diagonal(value, np.maximum(output, least) - exports)
        rate = np.zeros_like(value) if tariffs is None else array(tariffs, axes, ("tariff", "value"), where="tariffs")
        return cls._of_one_sector(
            economies, value, rate, elasticity, value_added_share, supply_elasticity, scale_elasticity, notes
        )

    @classmethod
    def _of_one_sector(
        cls, economies: list[str], value: Floats, tariff: Floats, elasticity: float, value_added_share: float, supply: float,
        scale: float, notes: tuple[str, ...],
    ) -> Baseline:  # fmt: skip
        if not 0 < value_added_share <= 1:
            raise BadInput(f"{value_added_share:g}", where="value_added_share", due="a share above 0 and at most 1")
        checked_flows(value, tariff, economies)
        connected(value, economies)
        paid = value * (1 + tariff)
        bought, sold = paid.sum(axis=1), value.sum(axis=0)
        revenue = (value * tariff).sum(axis=1)
        inputs = 1 - value_added_share
        final = bought - inputs * sold
        if (final <= 0).any():
            n = int(np.argmin(final))
            raise BadInput(
                f"final expenditure of {final[n]:.6g}", where=f"economy {economies[n]}", due="more than its inputs",
                cure="raise value_added_share",
            )  # fmt: skip
        added = value_added_share * sold
        count = len(economies)
        return cls(
            tuple(economies), (GOODS,), (paid / bought[:, None])[None], bought[None], added,
            np.full((1, count), value_added_share), np.full((count, 1, 1), inputs), np.ones((1, count)), tariff[None],
            final - added - revenue, _positive(np.array([elasticity]), (GOODS,)), supply, scale, notes=notes,
        )  # fmt: skip

    @classmethod
    def from_sectors(
        cls, trade_share: pl.DataFrame, *, value_added: pl.DataFrame, value_added_share: pl.DataFrame, io_share: pl.DataFrame,
        final_share: pl.DataFrame, elasticity: pl.DataFrame, tariff: pl.DataFrame | None = None,
        deficit: pl.DataFrame | None = None, expenditure: pl.DataFrame | None = None, supply_elasticity: float = 0.0,
        scale_elasticity: float = 0.0,
    ) -> Baseline:  # fmt: skip
        """Return the baseline of many sectors from tables of shares (Caliendo and Parro 2015).

        Expenditure follows from the accounts. Where published shares do not add up with the deficits asked for, the nearest
        world that does is solved for (wages, prices and trade shares move as in a counterfactual without a shock), and the
        notes say by how much.

        Parameters
        ----------
        trade_share
            importer, exporter, sector, share: of the importer's expenditure on the sector.
        value_added
            economy, value: in one currency.
        value_added_share
            economy, sector, share: of value added in cost.
        io_share
            economy, input_sector, output_sector, share: of the input in the cost of the user.
        final_share
            economy, sector, share: of the sector in final expenditure.
        elasticity
            sector, theta.
        tariff
            importer, exporter, sector, tariff (fractions).
        deficit
            economy, deficit: in the currency of value added; zero if not given.
        expenditure
            economy, sector, value: where it is given and `deficit` is not, the deficits are those that it implies.
        supply_elasticity, scale_elasticity
            As in the class.

        Raises
        ------
        BadInput
            If a share is negative or above one, shares do not sum to one, value added is not positive, or the world falls
            into parts.
        """
        economies = labels(value_added, "economy", where="value_added")
        sectors = labels(elasticity, "sector", where="elasticity")
        pairs = {"sector": sectors, "importer": economies, "exporter": economies}
        cells = {"sector": sectors, "economy": economies}
        uses = {"economy": economies, "input_sector": sectors, "output_sector": sectors}
        rate = np.zeros((len(sectors), len(economies), len(economies)))
        if tariff is not None:
            rate = array(tariff, pairs, ("tariff", "value"), where="tariff")
        gap = np.zeros(len(economies))
        if deficit is not None:
            gap = array(deficit, {"economy": economies}, ("deficit", "value"), where="deficit")
        shown = array(trade_share, pairs, ("share", "trade_share", "value"), where="trade_share")
        if expenditure is not None and deficit is None:
            spent = array(expenditure, cells, ("value", "expenditure"), where="expenditure")
            received = shown / (1 + rate) * spent[:, :, None]
            gap = received.sum(axis=(0, 2)) - received.sum(axis=(0, 1))
            gap = gap - gap.mean()
        shares = ("share", "value")
        given = cls(
            tuple(economies), tuple(sectors), shown,
            np.zeros((len(sectors), len(economies))),
            array(value_added, {"economy": economies}, ("value", "value_added"), where="value_added"),
            array(value_added_share, cells, (*shares, "value_added_share"), where="value_added_share"),
            array(io_share, uses, (*shares, "io_share"), where="io_share"),
            array(final_share, cells, (*shares, "final_share"), where="final_share"), rate, gap,
            _positive(array(elasticity, {"sector": sectors}, ("theta", "elasticity", "value"), where="elasticity"), sectors),
            supply_elasticity, scale_elasticity,
        )  # fmt: skip
        whole = checked_shares(given)
        return settled(msgspec.structs.replace(whole, expenditure=expenditure_of(whole)))

    @classmethod
    def from_input_output(
        cls, intermediate: Floats, final: Floats, *, economies: Sequence[str], sectors: Sequence[str],
        elasticity: float | Sequence[float], tariff: Floats | None = None, supply_elasticity: float = 0.0,
        scale_elasticity: float = 0.0,
    ) -> Baseline:  # fmt: skip
        """Return the baseline of an inter-country input-output table; rows and columns run over economies, then sectors.

        Import shares are those of all uses together. What output is not spent on inputs is value added (taxes on products
        included). Negative final demand (inventories) is set to zero, and the notes say how much.

        Parameters
        ----------
        intermediate
            NJ x NJ: sales of the row to the column, in one currency.
        final
            NJ x N: sales to final demand of each economy, all its kinds together.
        economies, sectors
            N and J labels.
        elasticity
            theta, one for all sectors or J of them.
        tariff
            J x N (importer) x N (exporter), fractions; none if not given.
        supply_elasticity, scale_elasticity
            As in the class.

        Raises
        ------
        BadInput
            If the shapes do not fit the labels, a number is missing or an intermediate one negative, or inputs exceed output.

        Examples
        --------
        >>> world = Baseline.from_input_output(
        ...     np.array([[1.0, 1], [1, 1]]), np.array([[6.0, 2], [2, 6]]), economies=["A", "B"], sectors=["all"], elasticity=4
        ... )
        >>> world.value_added.tolist(), world.trade_share[0].round(2).tolist()
        ([8.0, 8.0], [[0.7, 0.3], [0.3, 0.7]])
        """
        count, kinds = len(economies), len(sectors)
        for name, found, due in (
            ("intermediate", intermediate, (count * kinds, count * kinds)), ("final", final, (count * kinds, count)),
        ):  # fmt: skip
            if found.shape != due:
                raise BadInput(f"{' x '.join(map(str, found.shape))} cells", where=name, due=" x ".join(map(str, due)))
            if not np.isfinite(found).all():
                row, column = np.argwhere(~np.isfinite(found))[0]
                raise BadInput(f"{found[row, column]}", where=f"{name} row {row + 1} column {column + 1}", due="a number")
        if (intermediate < 0).any():
            row, column = np.argwhere(intermediate < 0)[0]
            raise BadInput(
                f"{intermediate[row, column]:g}", where=f"intermediate row {row + 1} column {column + 1}", due=">= 0"
            )
        notes = []
        if (final < 0).any():
            taken = -final[final < 0].sum() / np.abs(final).sum()
            notes.append(f"{(final < 0).sum()} negative cells of final demand were set to zero ({taken:.2%} of it)")
        uses = intermediate.reshape(count, kinds, count, kinds)
        bought = np.maximum(final, 0.0).reshape(count, kinds, count)
        trade = (uses.sum(axis=3) + bought).transpose(1, 2, 0)
        rate = np.zeros((kinds, count, count)) if tariff is None else tariff
        paid = trade * (1 + rate)
        spent = paid.sum(axis=2)
        output = trade.sum(axis=1)
        made = np.where(output > 0, output, 1.0)
        inputs = uses.sum(axis=0).transpose(1, 0, 2) / made.T[:, None, :]
        share = 1 - inputs.sum(axis=1).T
        for j, n in np.argwhere((share <= 0) & (output > 0)):
            raise BadInput(
                f"inputs of {1 - share[j, n]:.2%} of output", where=f"{economies[n]} {sectors[j]}", due="below 100 %",
                cure="join the sector with another",
            )  # fmt: skip
        theta = np.broadcast_to(np.asarray(elasticity, dtype=float), (kinds,)).copy()
        given = cls(
            tuple(economies), tuple(sectors), paid / np.where(spent > 0, spent, 1.0)[:, :, None], spent,
            (share * output).sum(axis=0), share, inputs, bought.sum(axis=0) / bought.sum(axis=(0, 1)), rate,
            np.zeros(count), _positive(theta, tuple(sectors)), supply_elasticity, scale_elasticity, notes=tuple(notes),
        )  # fmt: skip
        deficit = bought.sum(axis=(0, 1)) - given.value_added - (trade * rate).sum(axis=(0, 2))
        whole = checked_shares(msgspec.structs.replace(given, deficit=deficit - deficit.sum() / count))
        return settled(msgspec.structs.replace(whole, expenditure=expenditure_of(whole)))


def checked_flows(value: Floats, tariff: Floats, economies: list[str]) -> None:
    """Raise if a table of trade (importer x exporter) has a negative cell, or an economy that sells nothing at home."""
    if (value < 0).any():
        n, i = np.argwhere(value < 0)[0]
        raise BadInput(f"{value[n, i]:g}", where=f"trade {economies[i]} -> {economies[n]}", due="a value >= 0")
    if (tariff <= -1).any():
        n, i = np.argwhere(tariff <= -1)[0]
        raise BadInput(f"{tariff[n, i]:g}", where=f"tariffs {economies[i]} -> {economies[n]}", due="a rate above -1")
    for n, economy in enumerate(economies):
        if value[n].sum() == 0:
            raise BadInput(
                "buys nothing", where=f"trade, importer {economy}", due="domestic sales and imports", cure="leave it out"
            )
        if value[:, n].sum() == 0:
            raise BadInput(
                "sells nothing", where=f"trade, exporter {economy}", due="domestic sales and exports", cure="leave it out"
            )
        if value[n, n] == 0:
            raise BadInput(
                "no domestic sales", where=f"trade {economy} -> {economy}", due="a value above 0",
                cure="add them, or let Baseline.from_trade_and_gdp derive them",
            )  # fmt: skip


def _positive(theta: Floats, sectors: list[str] | tuple[str, ...]) -> Floats:
    for j in np.flatnonzero(~(theta > 0) | ~np.isfinite(theta)):
        raise BadInput(f"{theta[j]:g}", where=f"elasticity {sectors[j]}", due="theta > 0 (sigma - 1)")
    return theta


def settled(baseline: Baseline) -> Baseline:
    """Return the baseline, moved to the nearest world in equilibrium if its published shares do not add up."""
    earned = (baseline.value_added_share * sales_of(baseline)).sum(axis=0)
    off = np.abs(earned / baseline.value_added - 1)
    if off.max() <= 1e-12:
        return baseline
    worst = baseline.economies[int(np.argmax(off))]
    note = (
        f"value added and sales were off by up to {off.max():.2%} ({worst}); wages, prices and shares moved to where they agree"
    )
    return msgspec.structs.replace(rebased(baseline), notes=(*baseline.notes, note))
