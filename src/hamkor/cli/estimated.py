"""The verb `estimate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hamkor.cli.base import EXIT_CODES, console, hamkor, print_json, talk
from hamkor.schema.errors import BadInput

if TYPE_CHECKING:
    from hamkor.workbench.estimates import Covariance, Estimated, Family, Pair, Separation


@hamkor.command(epilog=EXIT_CODES)
@click.argument("formula")
@click.option("--data", "-d", metavar="FILE", type=click.Path(path_type=Path), required=True, help=".parquet, .csv or .arrow.")
@click.option(
    "--family",
    type=click.Choice(["poisson", "gaussian", "logit"]),
    default="poisson",
    show_default=True,
    help="PPML, least squares, or logit.",
)
@click.option(
    "--pair", type=click.Choice(["directed", "symmetric", "domestic"]), default="directed", show_default=True,
    help="What the effect exporter^importer is.",
)  # fmt: skip
@click.option("--sides", metavar="EXPORTER,IMPORTER", default="exporter,importer", show_default=True, help="Their columns.")
@click.option("--cluster", "-c", metavar="COLUMN", multiple=True, help="Up to three; exporter^importer is a pair.")
@click.option(
    "--covariance", type=click.Choice(["auto", "robust", "cluster", "model", "weidner-zylkin", "bootstrap"]), default="auto",
    show_default=True, help="Of the errors.",
)  # fmt: skip
@click.option("--reps", type=click.IntRange(2), default=200, show_default=True, help="Draws of the bootstrap.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the bootstrap.")
@click.option("--weights", metavar="COLUMN", help="Weight of each row.")
@click.option("--offset", metavar="COLUMN", help="Added to the index with coefficient 1.")
@click.option(
    "--separation",
    type=click.Choice(["auto", "lp", "none"]),
    default="auto",
    show_default=True,
    help="How separated flows are found.",
)
@click.option("--where", "-w", metavar="EXPR", default="", help="year >= 1990 AND exporter <> importer")
@click.option("--by", metavar="COLUMN", default="", help="One fit for each of its values.")
@click.option("--elasticity", metavar="SIGMA", type=float, help="Show tariff equivalents at this elasticity of substitution.")
@click.option("--potential", is_flag=True, help="Actual against predicted trade of each pair instead of coefficients.")
@click.option("--residuals", metavar="FILE", type=click.Path(path_type=Path), help="Draw actual over predicted by size (.svg).")
@click.option("--output", "-o", metavar="FILE", type=click.Path(path_type=Path), help="Write .csv, .md, .json or .svg.")
@click.option("--json", "as_json", is_flag=True, help="Print coefficients and diagnostics as JSON.")
def estimate(
    formula: str, data: Path, family: Family, pair: Pair, sides: str, cluster: tuple[str, ...], covariance: Covariance,
    reps: int, seed: int, weights: str | None, offset: str | None, separation: Separation, where: str, by: str,
    elasticity: float | None, potential: bool, residuals: Path | None, output: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Estimate a gravity equation by PPML.

    FORMULA is outcome ~ regressors | effects: ^ crosses columns, i(year, x) is one slope a year, log(x) a logarithm, a:b a
    product. Flows for which no estimate exists (separated ones), missing values and singletons are dropped, and it is said how
    many. Errors are clustered where --cluster says so, else robust.

    \b
    hamkor estimate "trade ~ rta + log(dist) | exporter^year + importer^year" -d f.parquet -c pair
    hamkor estimate "trade ~ rta | e^t + i^t + e^i" -d f.csv --sides e,i --pair symmetric --json
    hamkor estimate "trade ~ rta | e^t + i^t + e^i" -d f.csv --sides e,i --covariance weidner-zylkin
    hamkor estimate "trade ~ rta | e^t + i^t + e^i" -d f.csv --sides e,i -c e^i --covariance bootstrap --reps 1000
    hamkor estimate "trade ~ i(year, rta) | exporter^year + importer^year" -d f.csv -o years.svg
    hamkor estimate "trade ~ log(dist) | e^t + i^t" -d f.csv --sides e,i --potential -o potential.svg
    hamkor estimate "trade ~ tariff | e + i" -d cube.parquet --by product
    """
    from hamkor import workbench

    columns = tuple(one.strip() for one in sides.split(","))
    if len(columns) != 2:
        raise BadInput(f"--sides {sides}", due="two columns: exporter,importer")
    found = workbench.estimate_file(
        formula, data, family=family, pair=pair, sides=(columns[0], columns[1]), cluster=cluster, covariance=covariance,
        weights=weights, offset=offset, separation=separation, where=where, by=by, reps=reps,
        seed=seed,
    )  # fmt: skip
    if residuals is not None:
        if residuals.suffix.lower() != ".svg":
            raise BadInput(f"--residuals {residuals}", due="a name that ends in .svg")
        workbench.write({residuals.name: workbench.residual_picture(found)}, residuals.parent)
        talk(str(residuals))
    if potential:
        _potential(found, output, columns=(columns[0], columns[1]), as_json=as_json)
        return
    if output is not None:
        workbench.write({output.name: _written(found, output)}, output.parent)
        talk(str(output))
    if as_json:
        print_json(found.plain())
    elif output is None:
        _show(found, elasticity)


def _potential(found: Estimated, output: Path | None, *, columns: tuple[str, str], as_json: bool) -> None:
    """Print or write actual against predicted trade, pair by pair."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from hamkor import workbench

    told = found.potential(columns)
    if output is not None:
        form = output.suffix.lower()
        if form not in (".csv", ".svg"):
            raise BadInput(f"--output {output}", due="a name that ends in .csv or .svg")
        made = told.write_csv().encode() if form == ".csv" else workbench.actual_picture(found, columns)
        workbench.write({output.name: made}, output.parent)
        talk(str(output))
    if as_json:
        print_json({"pairs": told.to_dicts()})
    elif output is None:
        table = Table(box=SIMPLE_HEAD, title="Actual and predicted trade, all years", title_justify="left", title_style="bold")
        for place, name in enumerate(told.columns):
            table.add_column(name, justify="left" if place < 2 else "right")
        for one, other, actual, predicted, ratio in told.iter_rows():
            table.add_row(str(one), str(other), f"{actual:,.0f}", f"{predicted:,.0f}", f"{ratio:.2f}")
        console().print(table)


def _written(found: Estimated, output: Path) -> bytes:
    import json

    form = output.suffix.lower()
    if form == ".csv":
        return found.table.write_csv().encode()
    if form == ".json":
        return json.dumps(found.plain(), indent=1).encode()
    if form == ".md" and found.fit is not None:
        return (found.fit.markdown() + "\n").encode()
    if form == ".svg":
        from hamkor import workbench

        return workbench.coefficient_picture(found)
    raise BadInput(f"--output {output}", due="a name that ends in .csv, .md, .json or .svg (.md for one fit)")


def _show(found: Estimated, elasticity: float | None) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD)
    for place, name in enumerate(found.table.columns):
        text = found.table.schema[name].is_numeric() is False
        table.add_column(name.replace("_", " "), justify="left" if text or place == 0 else "right", overflow="fold")
    for row in found.table.iter_rows():
        table.add_row(*(_cell(value) for value in row))
    console().print(table)
    if found.fit is not None:
        if elasticity is not None:
            for told in found.fit.effects(elasticity=elasticity).drop_nulls("percent").to_dicts():
                equal = f"as a tariff of {told['tariff_equivalent']:+.1f} %"
                console().print(f"{told['term']}: {told['percent']:+.1f} % of trade, {equal}", highlight=False)
        _diagnostics(found.fit.glance())
    for value, reason in found.failed.items():
        talk(f"no fit of {value}: {reason}")


def _diagnostics(told: dict[str, Any]) -> None:
    talk(f"{told['observations']:,} observations, {told['zeros']:,} of them zero; {told['iterations']} iterations; converged")
    for reason, rows in told["dropped_by"].items():
        talk(f"dropped: {rows:,} rows, {reason}")
    if told["collinear"]:
        talk(f"collinear, no estimate: {', '.join(told['collinear'])}")
    errors = f"clustered by {' and '.join(told['clusters'])}" if told["covariance"] == "cluster" else told["covariance"]
    talk(f"errors: {errors}; pseudo R2 {told['pseudo_r2']:.4f}; squared correlation {told['correlation_r2']:.4f}")


def _cell(value: object) -> str:
    if value is None:
        return "·"
    return f"{value:.4f}" if isinstance(value, float) else str(value)
