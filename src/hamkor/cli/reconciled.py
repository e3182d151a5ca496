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
@click.option("--output", "-o", metavar="FILE", type=click.Path(path_type=Path), help="Write the flows as .csv or .parquet.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, with gaps by reason, reporters and pairs.")
def reconcile(
    region: str, economies: tuple[str, ...], period: str, weights: Path | None, split: float, output: Path | None, as_json: bool
) -> None:  # fmt: skip
    """Make one estimate, with an interval, of the two records of each flow.

    The importer's record is freed of freight and insurance; biases and precision of each reporter and the gap of a pair that
    lasts over the years are learnt from all records; a one-sided flow gets a wider interval. Errors common to both sides stay
    unseen.

    \b
    hamkor reconcile central-asia UZB KGZ
    hamkor reconcile central-asia --period 2018/2023 --output flows.csv
    hamkor reconcile central-asia UZB KGZ --weights weights.toml --json
    """
    from hamkor import workbench

    found = workbench.reconcile(region, *economies, period=period, weights=weights, split=split)
    if output is not None:
        form = output.suffix.lower()
        if form not in (".csv", ".parquet"):
            raise BadInput(f"--output {output}", due="a name that ends in .csv or .parquet")
        from io import BytesIO

        buffer = BytesIO()
        (found.found.flows.write_csv if form == ".csv" else found.found.flows.write_parquet)(buffer)
        workbench.write({output.name: buffer.getvalue()}, output.parent)
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
    reporters = [f"{one['economy']} {one['side']} {one['deviation']:.0%}" for one in found["reporters"] if one["flows"]]
    talk(f"typical error of a record, beside its bias: {', '.join(reporters)}")
    talk("; ".join(found["notes"]))


def _millions(value: float | None) -> str:
    return "" if value is None else f"{value / 1e6:,.1f}" if value < 1e9 else f"{value / 1e6:,.0f}"
