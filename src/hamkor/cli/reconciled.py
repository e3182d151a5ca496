"""The verb `reconcile`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hamkor.cli.base import EXIT_CODES, console, hamkor, print_json, talk
from hamkor.schema.errors import BadInput


@hamkor.command(epilog=EXIT_CODES)
@click.argument("region")
@click.argument("economies", metavar="[ECONOMY]...", nargs=-1)
@click.option("--period", "-p", metavar="PERIOD", default="", help="A year, or FIRST/LAST. [default: all]")
@click.option("--weights", metavar="FILE", type=click.Path(path_type=Path), help="TOML: economy = factor on its precision.")
@click.option(
    "--split",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="Share of a lasting gap that the exporter bears.",
)
@click.option(
    "--claims", metavar="FILE", type=click.Path(path_type=Path), help="What `hamkor check --json` printed, as evidence."
)
@click.option("--output", "-o", metavar="FILE", type=click.Path(path_type=Path), help="Write .csv, .parquet, .json or .svg.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, with gaps by reason, reporters and pairs.")
def reconcile(
    region: str, economies: tuple[str, ...], period: str, weights: Path | None, split: float,
    claims: Path | None, output: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Make one estimate, with an interval, of the two records of each flow.

    The importer's record is freed of freight and insurance; biases and precision of each reporter and the gap of a pair that
    lasts over the years are learnt from all records; a one-sided flow gets a wider interval. Errors common to both sides stay
    unseen.

    \b
    hamkor reconcile central-asia UZB KGZ
    hamkor reconcile central-asia --period 2018/2023 --output flows.csv
    hamkor reconcile central-asia UZB KGZ --weights weights.toml --json
    hamkor reconcile central-asia UZB KGZ --output both.svg
    hamkor check page.html --json > claims.json; hamkor reconcile central-asia --claims claims.json
    """
    from hamkor import workbench

    found = workbench.reconcile(region, *economies, period=period, weights=weights, split=split, claims=claims)
    if output is not None:
        form = output.suffix.lower()
        if form not in (".csv", ".parquet", ".json", ".svg"):
            raise BadInput(f"--output {output}", due="a name that ends in .csv, .parquet, .json or .svg")
        workbench.write({output.name: workbench.reconciled_bytes(found, form[1:])}, output.parent)
        talk(str(output))
    if as_json:
        print_json(found.plain())
    elif output is None:
        _show(found.plain())


def _show(found: dict[str, Any]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, title="Reconciled flows, million US dollars", title_justify="left", title_style="bold")
    for name in (
        "flow",
        "year",
        "exporter says",
        "importer says",
        "estimate",
        "90 % interval",
        "weight of exporter",
        "status",
        "note",
    ):
        table.add_column(name, justify="left" if name in ("flow", "status", "note") else "right", overflow="fold")
    for row in found["flows"]:
        note = f"{row['set_aside']}'s record set aside: {row['reason']}" if row["set_aside"] else ""
        scope = "scopes differ" if row["scopes_differ"] else ""
        table.add_row(
            f"{row['exporter']} → {row['importer']}", row["period"], _millions(row["export_report"]),
            _millions(row["import_report"]), _millions(row["value"]), f"{_millions(row['low'])} – {_millions(row['high'])}",
            "" if row["export_weight"] is None else f"{row['export_weight']:.2f}", row["status"],
            "; ".join(filter(None, (scope, note))),
        )  # fmt: skip
    console().print(table)
    if found["gaps"]:
        console().print(_gaps(found["gaps"]))
    for one in found["evidence"]:
        moved = f"{_millions(one['before'])} → {_millions(one['after'])}"
        fate = (
            f"taken in: {moved} million" if one["used"] else f"set aside: {one['deviations']:.1f} deviations from the records"
        )
        talk(f"claim {one['link']} {one['source']}: {fate}")
    for one in found["left_out"]:
        talk(f"claim {one}")
    reporters = [f"{one['economy']} {one['side']} {one['deviation']:.0%}" for one in found["reporters"] if one["flows"]]
    talk(f"typical error of a record, beside its bias: {', '.join(reporters)}")
    talk("; ".join(found["notes"]))


def _gaps(rows: list[dict[str, Any]]) -> Any:
    """Return what sets both records apart, by reason."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    title = "Importer's record less exporter's, by reason, million US dollars"
    table = Table(box=SIMPLE_HEAD, title=title, title_justify="left", title_style="bold")
    reasons = [name for name in rows[0] if name not in ("exporter", "importer", "product", "period", "gap")]
    for place, name in enumerate(("flow", "year", "gap", *reasons)):
        table.add_column(name, justify="left" if place == 0 else "right", overflow="fold")
    for row in rows:
        amounts = (_millions(row[name]) if abs(row[name]) >= 5e4 else "·" for name in ("gap", *reasons))
        table.add_row(f"{row['exporter']} → {row['importer']}", row["period"], *amounts)
    return table


def _millions(value: float | None) -> str:
    return "" if value is None else f"{value / 1e6:,.1f}" if abs(value) < 1e9 else f"{value / 1e6:,.0f}"
