"""`estimate`: from a formula and a frame to a fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
import numpy as np
import polars as pl
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components

from hamkor.gravity.covariance import clustered, robust
from hamkor.gravity.design import Design, Pair, as_frame, design
from hamkor.gravity.existence import separated
from hamkor.gravity.fit import Fit
from hamkor.gravity.formula import specification
from hamkor.gravity.grid import Floats, Places, grid
from hamkor.gravity.solve import Family, Solution, solve
from hamkor.gravity.within import Within
from hamkor.schema.errors import BadInput

Covariance = Literal["auto", "robust", "cluster", "model", "weidner-zylkin", "bootstrap"]


def estimate(
    formula: str, data: Any, *, family: Family = "poisson", pair: Pair = "directed",
    sides: tuple[str, str] = ("exporter", "importer"), cluster: str | Sequence[str] = (), covariance: Covariance = "auto",
    weights: str | None = None, offset: str | None = None, separation: Literal["auto", "lp", "none"] = "auto",
    singletons: bool = False, where: str = "", start: Floats | None = None, threads: int = 2,
    reps: int = 200, seed: int = 1,
) -> Fit:  # fmt: skip
    """Return the fit of a gravity equation.

    Parameters
    ----------
    formula
        ``trade ~ rta + log(dist) | exporter^year + importer^year + exporter^importer``; ``i(year, border)`` makes one slope a
        year, ``a:b`` a product, ``a*b`` both and their product.
    data
        A frame of Polars, pandas or PyArrow.
    family
        ``poisson`` (PPML), ``gaussian`` (least squares), ``logit``.
    pair
        What the effect exporter^importer is: one a direction, one for both (``symmetric``), or one for each domestic flow and
        one for all international ones (``domestic``).
    sides
        Columns of exporter and importer.
    cluster
        Columns, or columns crossed by ^, up to three.
    covariance
        ``cluster``, ``robust`` (N / (N - 1) for Poisson, N / (N - K) for least squares), ``model`` (the inverse
        information), ``weidner-zylkin`` (three-way PPML: estimates and errors corrected for the bias of the effects, clustered
        by pair), ``bootstrap`` (of `reps` draws, rows of a cluster together); by default clustered
        where clusters are given, else robust.
    weights, offset
        Columns.
    separation
        ``auto`` finds separated flows and drops them, ``lp`` gives all rows to the linear program, ``none`` looks for effects
        that are all zero only.
    singletons
        Whether rows that are alone in an effect are kept.
    where
        SQL expression: ``year >= 1990 AND exporter <> importer``.
    start
        Index to start from, one a row of the data.
    threads
        One or two.
    reps, seed
        Of the bootstrap.

    Raises
    ------
    BadInput
        If the formula, a column, or a value cannot be used; nothing is left; all regressors are collinear.
    NotConverged
        If no maximum is found.

    References
    ----------
    Santos Silva and Tenreyro (2006), Review of Economics and Statistics 88(4); Correia, Guimaraes and Zylkin (2020), Stata
    Journal 20(1); Yotov, Piermartini, Monteiro and Larch (2016), An Advanced Guide to Trade Policy Analysis.

    Examples
    --------
    >>> flows = pl.DataFrame({"trade": [1.0, 2.0, 4.0, 8.0], "near": [0, 0, 1, 1]})
    >>> fit = estimate("trade ~ near", flows)
    >>> [round(value, 4) for value in fit.tidy()["estimate"]]
    [1.3863, 0.4055]
    """
    frame = _where(as_frame(data), where)
    read = specification(formula)
    crossed = (cluster,) if isinstance(cluster, str) else tuple(cluster)
    chosen = covariance if covariance != "auto" else "cluster" if crossed else "robust"
    if chosen == "cluster" and not crossed:
        raise BadInput("no cluster", where="covariance", due="cluster = columns")
    if chosen == "bootstrap" and len(crossed) > 1:
        raise BadInput(f"{len(crossed)} ways of clustering", where="bootstrap", due="one: rows of a cluster are drawn together")
    told = design(
        read, frame, pair=pair, sides=sides, cluster=crossed, weights=weights, offset=offset, positive=family != "gaussian"
    )  # fmt: skip
    if family == "logit" and not np.isin(told.outcome, (0.0, 1.0)).all():
        raise BadInput("an outcome that is not 0 or 1", where="data", due="0 or 1", cure="family = poisson")
    if family != "gaussian":
        told = _existing(told, family)
    made = grid(told.effects, told.levels)
    if family == "poisson" and separation != "none" and (told.outcome == 0).any():
        found = separated(told.outcome, told.regressors, told.effects, certify=separation == "lp", grid=made)
        if found.any():
            told, made = told.kept(~found, "separated by regressors"), None
    left = told if singletons else _no_singletons(told)
    if made is None or left is not told:
        made = grid(left.effects, left.levels)
    told = left
    if told.outcome.size <= len(told.names):
        raise BadInput(f"{told.outcome.size} rows left", where="data", due=f"more than the {len(told.names)} regressors")
    begun = None if start is None else np.asarray(start, dtype=np.float64)[told.rows]
    within = Within(told.effects, rows=told.outcome.size, threads=threads, grid=made)
    solved = solve(
        told.outcome, told.regressors, told.effects, weights=told.weights, offset=told.offset, family=family, start=begun,
        within=within,
    )  # fmt: skip
    if len(told.names) and not solved.kept.size:
        raise BadInput("every regressor is explained by the effects", where="formula", due="one that varies within them")
    parameters = solved.kept.size + (_rank(told) if family == "gaussian" else 0)
    matrix = _covariance(told, solved, chosen, family, parameters)
    fit = Fit(
        formula=formula, family=family, covariance_kind=chosen, clusters=crossed, names=told.names,
        coefficients=solved.coefficients, covariance=matrix, kept=solved.kept, rows=told.rows, outcome=told.outcome,
        mean=solved.mean, index=solved.index, offset=told.offset, weights=told.weights, regressors=told.regressors,
        effect_names=told.effect_names, effect_levels=told.levels, effect_places=told.effects,
        deviance=solved.deviance, iterations=solved.steps, dropped=told.dropped, parameters=parameters, given=len(frame),
    )  # fmt: skip
    if chosen == "bootstrap":
        drawn = fit.bootstrap(reps, seed=seed, cluster=told.clusters[0] if crossed else None)
        return msgspec.structs.replace(fit, covariance=np.cov(drawn.T).reshape(matrix.shape))
    return fit.bias_correct(sides=sides) if chosen == "weidner-zylkin" else fit


def estimate_many(
    formula: str, data: Any, *, by: str, min_rows: int = 30, family: Family = "poisson", pair: Pair = "directed",
    sides: tuple[str, str] = ("exporter", "importer"), cluster: str | Sequence[str] = (), covariance: Covariance = "auto",
    weights: str | None = None, offset: str | None = None, separation: Literal["auto", "lp", "none"] = "auto", where: str = "",
    reps: int = 200, seed: int = 1,
) -> tuple[pl.DataFrame, dict[str, str]]:  # fmt: skip
    """Return the estimates of one equation for each value of a column, and why a value has none; options as of `estimate`.

    Examples
    --------
    >>> flows = pl.DataFrame({"product": ["a"] * 4, "trade": [1.0, 2.0, 4.0, 8.0], "near": [0, 0, 1, 1]})
    >>> found, failed = estimate_many("trade ~ near", flows, by="product", min_rows=3)
    >>> found.columns[:3], failed
    (['product', 'term', 'estimate'], {})
    """
    frame = _where(as_frame(data), where)
    if by not in frame.columns:
        raise BadInput(f"column '{by}'", where="by", due=f"one of {', '.join(frame.columns)}")
    tables, failed = [], {}
    for (value,), part in frame.group_by([by], maintain_order=True):
        if len(part) < min_rows:
            failed[str(value)] = f"{len(part)} rows where {min_rows} are due"
            continue
        try:
            fit = estimate(
                formula, part, family=family, pair=pair, sides=sides, cluster=cluster, covariance=covariance, weights=weights,
                offset=offset, separation=separation, reps=reps, seed=seed,
            )  # fmt: skip
        except (BadInput, ArithmeticError, np.linalg.LinAlgError) as error:
            failed[str(value)] = str(error)
            continue
        tables.append(fit.tidy().select(pl.lit(value).alias(by), pl.all(), observations=pl.lit(fit.outcome.size)))
    return (pl.concat(tables) if tables else pl.DataFrame()), failed


def _where(frame: pl.DataFrame, where: str) -> pl.DataFrame:
    if not where:
        return frame
    try:
        kept = frame.filter(pl.sql_expr(where))
    except (pl.exceptions.PolarsError, pl.exceptions.SQLInterfaceError) as error:
        raise BadInput(
            f"'{where}': {error}", where="where", due="an expression: year >= 1990 AND exporter <> importer"
        ) from None
    if kept.is_empty():
        raise BadInput(f"'{where}' leaves nothing", where="where", due="rows")
    return kept


def _existing(told: Design, family: Family) -> Design:
    """Return the rows whose effects have estimates: those all of whose flows are zero go."""
    for _ in range(100):
        keep = np.ones(told.outcome.size, dtype=bool)
        outcome = told.outcome if told.weights.strides == (0,) else told.outcome * (told.weights > 0)
        for places in told.effects:
            total = np.bincount(places, outcome)
            good = total > 0
            if family == "logit":
                good &= total < np.bincount(places)
            if not good.all():
                keep &= good[places]
        if keep.all():
            break
        told = told.kept(keep, "effect all zero" if family == "poisson" else "effect all alike")
    if not told.outcome.size or not (told.outcome > 0).any():
        raise BadInput("no positive flow", where="data", due="at least one")
    return told


def _no_singletons(told: Design) -> Design:
    for _ in range(100):
        keep = np.ones(told.outcome.size, dtype=bool)
        for places in told.effects:
            good = np.bincount(places) > 1
            if not good.all():
                keep &= good[places]
        if keep.all():
            return told
        told = told.kept(keep, "alone in an effect")
    return told


def _rank(told: Design) -> int:
    """Return how many parameters the effects are; of two effects exactly, of more at most."""
    sizes = [len(table) for table in told.levels]
    if not sizes:
        return 0
    if len(sizes) == 1:
        return sizes[0]
    joined = sum(
        int(connected_components(_bipartite(told.effects[0], one, sizes[0], size), directed=False)[0])
        for one, size in zip(told.effects[1:], sizes[1:], strict=True)
    )
    return sum(sizes) - joined


def _bipartite(one: Places, other: Places, first: int, second: int) -> csr_matrix:
    return coo_matrix((np.ones(one.size), (one, first + other)), shape=(first + second, first + second)).tocsr()


def _covariance(told: Design, solved: Solution, kind: str, family: Family, parameters: int) -> Floats:
    count = told.outcome.size
    residual = told.weights * (told.outcome - solved.mean)
    scores = solved.projected * residual
    least = family == "gaussian"
    if kind == "model":
        scale = float((told.weights * (told.outcome - solved.mean) ** 2).sum() / (count - parameters)) if least else 1.0
        return np.asarray(scale * solved.bread)
    if kind in ("robust", "weidner-zylkin", "bootstrap"):
        return robust(scores, solved.bread, factor=count / (count - parameters) if least else count / (count - 1))
    factor = (count - 1) / (count - parameters) if least else 1.0
    return clustered(scores, solved.bread, told.clusters, factor=factor)
