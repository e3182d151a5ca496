"""The verb `panel`."""

from __future__ import annotations

from pathlib import Path

import click

from hamkor.cli.base import EXIT_CODES, console, hamkor, print_json, talk
from hamkor.schema.errors import BadInput


@hamkor.command(epilog=EXIT_CODES)
@click.argument("region")
@click.option(
    "--flows", metavar="FILE", type=click.Path(path_type=Path), help="Flows of your own: exporter, importer, year, trade (USD)."
)
@click.option("--output", "-o", metavar="FILE", type=click.Path(path_type=Path), help="Write .parquet, .csv or .json.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, with where each column comes from.")
def panel(region: str, flows: Path | None, output: Path | None, as_json: bool) -> None:
    """Make an estimation panel of a region: flows, distance, border, language, agreements.

    Flows between members are reconciled ones, with their intervals; others are those of the region's baseline and of --flows,
    domestic ones too. Column region is 1 where both sides are members.

    \b
    hamkor panel central-asia --output panel.parquet
    hamkor panel central-asia --flows baci.parquet --output panel.parquet
    hamkor panel central-asia --json
    """
    from hamkor import workbench

    made = workbench.panel(region, flows=flows)
    if output is not None:
        form = output.suffix.lower()
        if form not in (".csv", ".parquet", ".json"):
            raise BadInput(f"--output {output}", due="a name that ends in .parquet, .csv or .json")
        workbench.write({output.name: workbench.panel_bytes(made, form[1:])}, output.parent)
        talk(str(output))
    if as_json:
        print_json({"flows": made.table.to_dicts(), "notes": list(made.notes)})
        return
    if output is None:
        from rich.box import SIMPLE_HEAD
        from rich.table import Table

        shown = Table(box=SIMPLE_HEAD, title="Flows by year, US dollars", title_justify="left", title_style="bold")
        for name in ("year", "flows", "within the region", "trade"):
            shown.add_column(name, justify="right")
        for year, part in made.table.sort("year").group_by("year", maintain_order=True):
            shown.add_row(str(year[0]), str(len(part)), str(part["region"].sum()), f"{part['trade'].sum():,.0f}")
        console().print(shown)
    for note in made.notes:
        talk(note)
