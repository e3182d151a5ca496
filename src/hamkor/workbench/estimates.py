"""Estimating a gravity equation on a file of flows."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import polars as pl

from hamkor.gravity import Fit, estimate_many
from hamkor.gravity import estimate as of_frame
from hamkor.schema.errors import BadInput
from hamkor.workbench.files import read_file

if TYPE_CHECKING:
    from hamkor.charts.style import Look, Specification

Family = Literal["poisson", "gaussian", "logit"]
Pair = Literal["directed", "symmetric", "domestic"]
Covariance = Literal["auto", "robust", "cluster", "model", "weidner-zylkin", "bootstrap"]
_DRAWN = 60
Separation = Literal["auto", "lp", "none"]


class Estimated(msgspec.Struct, frozen=True):
    """A fit, or one of each value of a column.

    Attributes
    ----------
    fit
        None where several were made.
    table
        As `Fit.tidy` returns it, with the column before it where several were made.
    failed
        Value -> why it has no fit.
    """

    fit: Fit | None
    table: pl.DataFrame
    failed: dict[str, str]

    def plain(self) -> dict[str, Any]:
        """Return everything as JSON-ready values."""
        head = {} if self.fit is None else {"formula": self.fit.formula, "family": self.fit.family, "glance": self.fit.glance()}
        return {**head, "tidy": self.table.to_dicts(), "failed": self.failed}

    def potential(self, sides: tuple[str, str] = ("exporter", "importer")) -> pl.DataFrame:
        """Return actual and predicted trade of each pair over all rows, and their ratio.

        Raises
        ------
        BadInput
            If there are several fits, or the pair has effects of its own.
        """
        if self.fit is None:
            raise BadInput("several fits", where="potential", due="one")
        told = self.fit.potential(sides=sides).group_by(sides, maintain_order=True).agg(pl.col("actual", "predicted").sum())
        return told.with_columns(ratio=pl.col("actual") / pl.col("predicted"))


def estimate_file(
    formula: str, data: Path, *, family: Family = "poisson", pair: Pair = "directed",
    sides: tuple[str, str] = ("exporter", "importer"), cluster: Sequence[str] = (), covariance: Covariance = "auto",
    weights: str | None = None, offset: str | None = None, separation: Separation = "auto", where: str = "", by: str = "",
    reps: int = 200, seed: int = 1,
) -> Estimated:  # fmt: skip
    """Return the fit of a gravity equation on a file (.parquet, .csv, .arrow); options as of `hamkor.gravity.estimate`.

    Raises
    ------
    BadInput
        If the file cannot be read, or the equation cannot be estimated.
    """
    frame = read_frame(data)
    if by:
        table, failed = estimate_many(
            formula, frame, by=by, family=family, pair=pair, sides=sides, cluster=cluster, covariance=covariance,
            weights=weights, offset=offset, separation=separation, where=where, reps=reps, seed=seed,
        )  # fmt: skip
        if table.is_empty():
            first = next(iter(failed.items()), ("", "no rows"))
            raise BadInput(f"no fit of any {by}", where=f"{by} {first[0]}", due=first[1])
        return Estimated(None, table, failed)
    fit = of_frame(
        formula, frame, family=family, pair=pair, sides=sides, cluster=cluster, covariance=covariance, weights=weights,
        offset=offset, separation=separation, where=where, reps=reps, seed=seed,
    )  # fmt: skip
    return Estimated(fit, fit.tidy(), {})


def coefficient_picture(found: Estimated) -> bytes:
    """Return the coefficients of a fit with their intervals as SVG: an equation's terms, or an effect over years.

    Raises
    ------
    BadInput
        If there are several fits, or more than sixty terms.
    """
    from hamkor.charts.coefficients import Coefficient, coefficients

    rows = found.table.drop_nulls("low").filter(pl.col("term") != "(constant)").to_dicts()
    if found.fit is None or not 0 < len(rows) <= _DRAWN:
        raise BadInput(f"{len(rows)} terms", where="picture", due=f"one fit of 1 to {_DRAWN} terms")
    shown = [Coefficient(row["term"], row["estimate"], row["low"], row["high"], f"{row['estimate']:.2f}") for row in rows]
    return _picture(coefficients(shown, look=_look()), found.fit, "estimates and 95 % intervals")


def actual_picture(found: Estimated, sides: tuple[str, str] = ("exporter", "importer")) -> bytes:
    """Return actual against predicted trade of each pair as SVG; the pairs that are furthest off are named.

    Raises
    ------
    BadInput
        If there are several fits, or the pair has effects of its own.
    """
    from hamkor.charts.potential import Compared, potential

    told = found.potential(sides).filter((pl.col("actual") > 0) & (pl.col("predicted") > 0))
    pairs = [Compared(f"{one} → {other}", actual, predicted) for one, other, actual, predicted, _ in told.iter_rows()]
    if not pairs or found.fit is None:
        raise BadInput("no positive flow", where="picture", due="one at least")
    return _picture(potential(pairs, look=_look()), found.fit, "actual against predicted trade, all years")


def residual_picture(found: Estimated) -> bytes:
    """Return actual over predicted trade by the size of what is predicted as SVG.

    Raises
    ------
    BadInput
        If there are several fits.
    """
    from hamkor.charts.residuals import Bin, residuals

    if found.fit is None:
        raise BadInput("several fits", where="picture", due="one")
    bins = [Bin(*row[:4]) for row in found.fit.residuals().filter(pl.col("predicted") > 0).iter_rows()]
    return _picture(residuals(bins, look=_look()), found.fit, "actual over predicted trade by size, 95 % intervals")


def _look() -> Look:
    from hamkor.charts.style import Look

    return Look("IBM Plex Sans, Arial, sans-serif")


def _picture(drawing: Specification, fit: Fit, subtitle: str) -> bytes:
    from hamkor.briefs.pictures.frame import FONTS
    from hamkor.charts.render import to_svg

    title = {"text": fit.formula, "subtitle": subtitle, "anchor": "start", "frame": "group"}
    return to_svg({**drawing, "title": title, "background": "white"}, fonts=FONTS).encode()


def read_frame(path: Path) -> pl.DataFrame:
    """Return a table of a file by its ending.

    Raises
    ------
    BadInput
        If the ending is none of .parquet, .csv, .arrow, .feather, or the file is not what it says.
    """
    form = path.suffix.lower()
    if form not in (".parquet", ".csv", ".arrow", ".feather"):
        raise BadInput(f"'{path.name}'", where="--data", due="a .parquet, .csv or .arrow file")
    data = io.BytesIO(read_file(str(path)))
    try:
        return pl.read_parquet(data) if form == ".parquet" else pl.read_csv(data) if form == ".csv" else pl.read_ipc(data)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadInput(str(error).splitlines()[0], where=str(path), due=f"a readable {path.suffix} file") from None
