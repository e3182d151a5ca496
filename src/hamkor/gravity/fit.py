"""What an estimation found: coefficients with errors, diagnostics, effects, predictions, tests."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import polars as pl
from scipy.special import erfc, gammaln, ndtri

from hamkor.gravity.bias import corrected, two_way_covariance
from hamkor.gravity.grid import Floats, Places, grid
from hamkor.gravity.solve import effect_values, solve
from hamkor.gravity.within import Within
from hamkor.schema.errors import BadInput


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """A fit of N rows, K regressors and D effects.

    Attributes
    ----------
    formula, family, covariance_kind, clusters
        As asked for.
    names, coefficients, kept
        K; NaN for a collinear regressor; places of those that are identified.
    covariance
        Of those that are identified.
    rows
        N: places of the rows in the data after `where`.
    outcome, mean, index, offset, weights, regressors
        N each; mu; eta with offset; K x N.
    effect_names, effect_levels, effect_places
        D each.
    deviance, iterations
        At the maximum.
    dropped
        Reason -> rows.
    parameters
        Regressors, and with least squares effects, as it counts them.
    given
        Rows of the data.
    """

    formula: str
    family: str
    covariance_kind: str
    clusters: tuple[str, ...]
    names: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    kept: Places
    rows: Places
    outcome: Floats
    mean: Floats
    index: Floats
    offset: Floats
    weights: Floats
    regressors: Floats
    effect_names: tuple[str, ...]
    effect_levels: tuple[pl.DataFrame, ...]
    effect_places: tuple[Places, ...]
    deviance: float
    iterations: int
    dropped: dict[str, int]
    parameters: int
    given: int

    def tidy(self, *, level: float = 0.95) -> pl.DataFrame:
        """Return term, estimate, std_error, statistic, p_value, low, high; null for a collinear term."""
        errors = np.full(len(self.names), np.nan)
        errors[self.kept] = np.sqrt(np.diag(self.covariance))
        with np.errstate(divide="ignore", invalid="ignore"):
            statistic = self.coefficients / errors
        reach = float(ndtri(0.5 + level / 2)) * errors
        return pl.DataFrame(
            {
                "term": self.names, "estimate": self.coefficients, "std_error": errors, "statistic": statistic,
                "p_value": erfc(np.abs(statistic) / np.sqrt(2)), "low": self.coefficients - reach,
                "high": self.coefficients + reach,
            },
            schema_overrides={"term": pl.String},
        ).fill_nan(None)  # fmt: skip

    def glance(self) -> dict[str, Any]:
        """Return observations, dropped, deviance, pseudo_r2, correlation_r2, iterations, converged and more."""
        null = float(np.average(self.outcome, weights=self.weights))
        collinear = [name for at, name in enumerate(self.names) if at not in set(self.kept.tolist())]
        return {
            "observations": int(self.outcome.size), "dropped": sum(self.dropped.values()), "dropped_by": dict(self.dropped),
            "collinear": collinear, "deviance": self.deviance, "pseudo_r2": self._pseudo(null),
            "correlation_r2": _correlation(self.outcome, self.mean), "log_likelihood": self._likelihood(self.mean),
            "zeros": int((self.outcome == 0).sum()), "iterations": self.iterations, "converged": True,
            "covariance": self.covariance_kind, "clusters": list(self.clusters),
        }  # fmt: skip

    def _pseudo(self, null: float) -> float:
        if self.family == "gaussian":
            return 1 - self.deviance / float((self.weights * (self.outcome - null) ** 2).sum())
        base = self._likelihood(np.full_like(self.mean, null))
        return 1 - self._likelihood(self.mean) / base

    def _likelihood(self, mean: Floats) -> float:
        y, w = self.outcome, self.weights
        if self.family == "poisson":
            return float((w * (y * np.log(np.maximum(mean, 1e-300)) - mean - gammaln(y + 1))).sum())
        if self.family == "logit":
            some = np.clip(mean, 1e-300, 1 - 1e-16)
            return float((w * (y * np.log(some) + (1 - y) * np.log(1 - some))).sum())
        scale = float((w * (y - mean) ** 2).sum() / y.size)
        return float(-0.5 * y.size * (np.log(2 * np.pi * scale) + 1))

    def fixed_effects(self) -> dict[str, pl.DataFrame]:
        """Return the effects by name: their levels and values; each but one is relative (see `multilateral_resistance`)."""
        return {
            name: table.with_columns(value=pl.Series(values))
            for name, table, values in zip(self.effect_names, self.effect_levels, self._values(), strict=True)
        }

    def _values(self) -> tuple[Floats, ...]:
        index = self.index - self.offset - self.coefficients[self.kept] @ self.regressors[self.kept]
        weights = self.weights * (np.ones_like(self.mean) if self.family == "gaussian" else self.mean)
        return effect_values(index, self.effect_places, np.maximum(weights, 1e-12 * weights.max()))

    def multilateral_resistance(self, reference: str, *, sides: tuple[str, str] = ("exporter", "importer")) -> pl.DataFrame:
        """Return what the effects say of each economy: outward and inward terms, relative to the importer `reference`.

        With effects ln(Y_i / Pi_i^(1-sigma)) and ln(E_j / P_j^(1-sigma)), the fitted output and expenditure (sums of the means,
        which PPML keeps equal to the data) give Pi^(1-sigma) and P^(1-sigma) up to the reference (Fally 2015, Journal of
        International Economics 97(1); Anderson, Larch and Yotov 2018, The World Economy 41(10)).

        Returns
        -------
        polars.DataFrame
            The columns of the exporter's effect but for the side (such as year), economy, outward, inward: Pi^(1-sigma) and
            P^(1-sigma), inward of the reference = 1.

        Raises
        ------
        BadInput
            If the fit lacks an effect of a side, or the reference.
        """
        found, values = [], self._values()
        for side in sides:
            at = next(
                (
                    n
                    for n, table in enumerate(self.effect_levels)
                    if side in table.columns and not set(sides) <= set(table.columns)
                ),
                None,
            )
            if at is None:
                raise BadInput(f"no effect of the {side}", where="formula", due=f"{side} or {side}^year")
            total = np.bincount(self.effect_places[at], self.mean)
            table = self.effect_levels[at].rename({side: "economy"})
            found.append(table.with_columns(total=pl.Series(total), effect=pl.Series(np.exp(values[at]))))
        keys = [name for name in found[0].columns if name not in ("economy", "total", "effect")]
        both = found[0].join(found[1], on=["economy", *keys], how="inner", suffix="_in").sort(*keys, "economy")
        told = both.with_columns(outward=pl.col("total") / pl.col("effect"), inward=pl.col("total_in") / pl.col("effect_in"))
        base = told.filter(pl.col("economy").cast(pl.String) == reference).select(*keys, base="inward")
        if base.is_empty():
            raise BadInput(f"economy {reference}", where="reference", due="an importer of the data")
        joined = told.join(base, on=keys, how="left") if keys else told.with_columns(base=pl.lit(base["base"][0]))
        world = pl.col("total").sum().over(keys) if keys else pl.col("total").sum()
        return joined.select(
            *keys, "economy", outward=pl.col("outward") * pl.col("base") / world, inward=pl.col("inward") / pl.col("base")
        )  # fmt: skip

    def predict(self) -> pl.DataFrame:
        """Return row (place in the data), actual, predicted and the residual of each row used."""
        return pl.DataFrame(
            {"row": self.rows, "actual": self.outcome, "predicted": self.mean, "residual": self.outcome - self.mean}
        )

    def residuals(self, *, bins: int = 20) -> pl.DataFrame:
        """Return predicted (median), ratio (actual over predicted, in sum), low and high (95 %), rows: by size of prediction.

        Rows are sorted by what is predicted of them and cut into bins of as many rows; a ratio far from one tells where the
        form fails. Intervals are those of a sum of independent rows.
        """
        told = pl.DataFrame({"actual": self.outcome, "predicted": self.mean}).sort("predicted")
        cut = told.with_columns(bin=(pl.int_range(pl.len()) * min(bins, len(told))) // pl.len())
        spread = 1.96 * ((pl.col("actual") - pl.col("predicted")) ** 2).sum().sqrt() / pl.col("predicted").sum()
        found = cut.group_by("bin", maintain_order=True).agg(
            pl.col("predicted").median(), (pl.col("actual").sum() / pl.col("predicted").sum()).alias("ratio"),
            spread.alias("spread"), rows=pl.len(),
        )  # fmt: skip
        ratio, reach = pl.col("ratio"), pl.col("spread")
        return found.select("predicted", "ratio", low=ratio - reach, high=ratio + reach, rows="rows")

    def potential(
        self, *, sides: tuple[str, str] = ("exporter", "importer"), against: pl.DataFrame | None = None
    ) -> pl.DataFrame:
        """Return actual and predicted trade of each pair (and year), and their ratio: under one, trade falls short.

        Pair effects make prediction and record alike, so that a potential is worth asking of a fit without them.

        Parameters
        ----------
        sides
            Columns of exporter and importer.
        against
            The sides and actual: other records to hold the predictions against, such as reconciled flows.

        Raises
        ------
        BadInput
            If an effect of a side is missing, or the pair has effects of its own.
        """
        columns: dict[str, pl.Series] = {}
        for table, places in zip(self.effect_levels, self.effect_places, strict=True):
            if set(sides) <= set(table.columns):
                due = "a formula without the pair's effect"
                raise BadInput("the pair's own effect", where="potential", due=due)
            columns |= {name: table[name].gather(places) for name in table.columns}
        if not set(sides) <= set(columns):
            raise BadInput(f"effects {', '.join(self.effect_names)}", where="potential", due="effects of both sides")
        keys = [*sides, *(name for name in columns if name not in sides)]
        told = pl.DataFrame(columns).select(keys).with_columns(actual=pl.Series(self.outcome), predicted=pl.Series(self.mean))
        if against is not None:
            shared = [name for name in keys if name in against.columns]
            told = told.drop("actual").join(against.select(*shared, "actual"), on=shared, how="inner")
        return told.with_columns(ratio=pl.col("actual") / pl.col("predicted")).sort(keys)

    def total_effect(self, *patterns: str) -> dict[str, float]:
        """Return the sum of the coefficients whose names fit the patterns (``rta*``), with its error by the delta method.

        Raises
        ------
        BadInput
            If no identified term fits.
        """
        chosen = [at for at, place in enumerate(self.kept) if any(fnmatch.fnmatch(self.names[place], one) for one in patterns)]
        if not chosen:
            raise BadInput(" ".join(patterns), where="total_effect", due=f"one of {', '.join(self.names)}")
        value = float(self.coefficients[self.kept[chosen]].sum())
        error = float(np.sqrt(self.covariance[np.ix_(chosen, chosen)].sum()))
        percent = 100 * float(np.expm1(value))
        return {
            "estimate": value,
            "std_error": error,
            "percent": percent,
            "percent_std_error": 100 * float(np.exp(value)) * error,
        }

    def bias_correct(self, *, sides: tuple[str, str] = ("exporter", "importer")) -> Fit:
        """Return the fit with estimates and errors of Weidner and Zylkin (2021); means and effects stay those of PPML.

        With two-way effects (exporter-year, importer-year) the estimates stay as well: only their errors are too small.

        Raises
        ------
        BadInput
            Unless the effects are exporter-year, importer-year and, if there is a third, the directed pair.
        """
        tables = [set(table.columns) for table in self.effect_levels]
        years = {name for columns in tables for name in columns} - set(sides)
        wanted = [{sides[0], *years}, {sides[1], *years}, set(sides)][: max(len(tables), 2)]
        if self.family != "poisson" or len(years) != 1 or sorted(map(sorted, tables)) != sorted(map(sorted, wanted)):
            due = f"{sides[0]}^year + {sides[1]}^year, and + {sides[0]}^{sides[1]}, pairs directed"
            raise BadInput(f"effects {', '.join(self.effect_names)}", where="Weidner and Zylkin's correction", due=due)
        places = []
        for name in (*sides, *years):
            at = next(one for one, columns in enumerate(tables) if name in columns)
            own = self.effect_levels[at][name].rank("dense").to_numpy().astype(np.int64) - 1
            places.append(own[self.effect_places[at]])
        told = self.outcome, self.mean, self.regressors[self.kept]
        exporter, importer, year = places
        if len(tables) == 2:
            covariance = two_way_covariance(*told, exporter=exporter, importer=importer, year=year)
            return msgspec.structs.replace(self, covariance=covariance, covariance_kind="weidner-zylkin")
        pairs = tables.index(set(sides))
        if len(self.effect_levels[pairs]) != np.unique(places[0] * (places[1].max() + 1) + places[1]).size:
            raise BadInput("a symmetric pair", where="Weidner and Zylkin's correction", due="directed pairs")
        found = corrected(
            *told, exporter=exporter, importer=importer, year=year, estimates=self.coefficients[self.kept]
        )  # fmt: skip
        coefficients = self.coefficients.copy()
        coefficients[self.kept] = found.estimates
        return msgspec.structs.replace(
            self, coefficients=coefficients, covariance=found.covariance, covariance_kind="weidner-zylkin"
        )

    def effects(self, *, elasticity: float | None = None) -> pl.DataFrame:
        """Return terms in percent of trade, and as tariff equivalents where the elasticity of substitution is given.

        Percent is 100 (exp(b) - 1); the tariff equivalent 100 (exp(-b / (sigma - 1)) - 1) is the tariff whose change has the
        same effect (Yotov et al. 2016, chapter 1), sigma the elasticity of substitution.
        """
        if elasticity is not None and elasticity <= 1:
            raise BadInput(f"{elasticity:g}", where="elasticity", due="an elasticity of substitution over 1")
        told = self.tidy().select(
            "term", percent=100 * (pl.col("estimate").exp() - 1),
            percent_std_error=100 * pl.col("estimate").exp() * pl.col("std_error"),
        )  # fmt: skip
        if elasticity is None:
            return told
        power = -self.coefficients / (elasticity - 1)
        return told.with_columns(tariff_equivalent=pl.Series(100 * np.expm1(power)).fill_nan(None))

    def reset_test(self) -> dict[str, float]:
        """Return Ramsey's RESET: the squared index added as a regressor, robust; a small p_value speaks against the form."""
        squared = (self.index - self.offset) ** 2
        regressors = np.vstack([self.regressors[self.kept], squared / max(float(np.abs(squared).max()), 1e-300)])
        found = solve(
            self.outcome, regressors, self.effect_places, weights=self.weights, offset=self.offset, start=self.index,
            family=self.family,  # type: ignore[arg-type]
        )  # fmt: skip
        scores = found.projected * (self.weights * (self.outcome - found.mean))
        matrix = found.bread @ (scores @ scores.T) @ found.bread
        statistic = float(found.coefficients[-1] ** 2 / matrix[-1, -1]) if found.kept.size == len(regressors) else 0.0
        return {"statistic": statistic, "p_value": float(erfc(np.sqrt(statistic / 2)))}

    def bootstrap(self, reps: int, *, seed: int, cluster: Sequence[Any] | Places | None = None) -> Floats:
        """Return reps x K coefficients, rows drawn with exponential weights by cluster (the Bayesian bootstrap of Rubin 1981).

        Parameters
        ----------
        reps, seed
            How many, and the seed.
        cluster
            N labels that are drawn together: pairs in a panel; each row by itself if not given.

        Raises
        ------
        BadInput
            If fewer than two draws are asked for.
        """
        if reps < 2:
            raise BadInput(f"{reps} draws", where="bootstrap", due="two or more; a thousand for a table")
        chance = np.random.default_rng(seed)
        places = np.arange(self.outcome.size) if cluster is None else np.unique(np.asarray(cluster), return_inverse=True)[1]
        found = np.full((reps, self.kept.size), np.nan)
        made = grid(self.effect_places, self.effect_levels)
        within = Within(self.effect_places, rows=self.outcome.size, threads=2, grid=made)
        regressors = self.regressors[self.kept]
        for rep in range(reps):
            drawn = chance.exponential(size=int(places.max()) + 1)[places]
            told = solve(
                self.outcome, regressors, self.effect_places, weights=self.weights * drawn, offset=self.offset,
                start=self.index, family=self.family, within=within, again=True,  # type: ignore[arg-type]
            )  # fmt: skip
            found[rep] = told.coefficients
        return found

    @property
    def __maketables_coef_table__(self) -> Any:
        """The coefficients as maketables asks for them (a pandas frame), for its tables in LaTeX, Word and HTML."""
        import pandas as pd

        told = self.tidy().drop_nulls("estimate")
        names = {"b": "estimate", "se": "std_error", "t": "statistic", "p": "p_value", "ci95l": "low", "ci95u": "high"}
        columns = {name: told[column].to_numpy() for name, column in names.items()}
        return pd.DataFrame(columns, index=pd.Index(told["term"].to_list(), name="Coefficient"))

    def __maketables_stat__(self, key: str) -> Any:
        """Return a statistic under the name that maketables has for it, None if it is not known."""
        told = self.glance()
        known = {"N": "observations", "pseudo_r2": "pseudo_r2", "r2": "correlation_r2", "deviance": "deviance"}
        return told[known[key]] if key in known else None

    @property
    def __maketables_depvar__(self) -> str:
        """The outcome."""
        return self.formula.partition("~")[0].strip()

    @property
    def __maketables_fixef_string__(self) -> str | None:
        """The effects, joined by +."""
        return "+".join(self.effect_names) or None

    @property
    def __maketables_default_stat_keys__(self) -> list[str]:
        """What stands under a table unless asked otherwise."""
        return ["N", "pseudo_r2"]

    def markdown(self) -> str:
        """Return the table of coefficients as Markdown, errors in brackets below."""
        lines = ["| term | estimate |", "|---|---|"]
        for row in self.tidy().to_dicts():
            if row["estimate"] is None:
                lines.append(f"| {row['term']} | collinear |")
                continue
            stars = "*" * sum(row["p_value"] < one for one in (0.1, 0.05, 0.01)) if row["p_value"] is not None else ""
            lines.append(f"| {row['term']} | {row['estimate']:.3f}{stars} ({row['std_error']:.3f}) |")
        told = self.glance()
        return "\n".join([*lines, f"| observations | {told['observations']:,} |", f"| pseudo R2 | {told['pseudo_r2']:.3f} |"])


def _correlation(one: Floats, other: Floats) -> float:
    if one.size < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1] ** 2)
