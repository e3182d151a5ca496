"""The verb `measure`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hamkor.cli.base import EXIT_CODES, console, grid, hamkor, print_json, talk
from hamkor.schema.errors import BadInput

if TYPE_CHECKING:
    from hamkor.workbench.measures import Measured


@hamkor.command(epilog=EXIT_CODES)
@click.argument("name", metavar="[INDICATOR]", required=False)
@click.argument("economies", metavar="[ECONOMY]...", nargs=-1)
@click.option("--data", "-d", metavar="FILE", type=click.Path(path_type=Path), help="Your table: .csv, .parquet, .xlsx.")
@click.option("--region", "-r", metavar="NAME", help="Whose records, members and baseline are used.")
@click.option("--period", "-p", metavar="PERIOD", default="", help="Only this period.")
@click.option("--set", "-s", "options", metavar="NAME=VALUE", multiple=True, help="A variant or option of the indicator.")
@click.option("--interval", is_flag=True, help="Carry the flows' low and high to the result.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the draws behind the intervals.")
@click.option("--top", metavar="N", type=click.IntRange(1), help="Only the N greatest values.")
@click.option("--output", "-o", metavar="FILE", type=click.Path(path_type=Path), help="Write .csv, .parquet, .xlsx or .json.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def measure(
    name: str | None, economies: tuple[str, ...], data: Path | None, region: str | None, period: str,
    options: tuple[str, ...], interval: bool, seed: int, top: int | None, output: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Compute an indicator, or list them all.

    Of a table of yours, of what the offices record, or of the region's baseline year where the whole world is needed. The
    definition, its source and its variants: hamkor measure --json.

    \b
    hamkor measure                                            every indicator
    hamkor measure turnover UZB KAZ                           of a pair, year by year
    hamkor measure trade_intensity UZB KAZ --set own_imports=excluded
    hamkor measure herfindahl_hirschman --data cube.csv --set scale=normalised --top 10
    """
    from hamkor import workbench

    if name is None:
        _list(as_json)
        return
    given = dict(_split(one) for one in options)
    found = workbench.measure(
        name, *economies, data=data, region=region, period=period, options=given, interval=interval, seed=seed
    )
    if top is not None:
        found = _top(found, top)
    if output is not None:
        workbench.write({output.name: workbench.measured_bytes(found, output.suffix.lower().lstrip("."))}, output.parent)
        talk(str(output))
    if as_json:
        print_json(found.plain())
    elif output is None:
        _show(found)


def _split(option: str) -> tuple[str, str]:
    name, equals, value = option.partition("=")
    if not equals or not name.strip():
        raise BadInput(f"'{option}'", where="--set", due="NAME=VALUE")
    return name.strip(), value.strip()


def _top(found: Measured, count: int) -> Measured:
    import msgspec

    return msgspec.structs.replace(found, frame=found.frame.sort("value", descending=True, nulls_last=True).head(count))


def _list(as_json: bool) -> None:
    from hamkor import workbench

    found = workbench.indicators()
    if as_json:
        print_json(found)
        return
    table = grid("indicator", "what it is", "unit", "of", "variants")
    for one in found:
        variants = "; ".join(f"{name}={'|'.join(choices)}" for name, choices in one["variants"].items())
        table.add_row(one["name"], one["title"], one["unit"], one["level"], variants)
    console().print(table)
    talk(f"{len(found)} indicators; hamkor measure INDICATOR --json gives the definition's source")


def _show(found: Measured) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    one = found.indicator
    table = Table(box=SIMPLE_HEAD, title=f"{one.title} ({one.unit})", title_justify="left", title_style="bold")
    numeric = [name for name, kind in found.frame.schema.items() if kind.is_numeric()]
    for name in found.frame.columns:
        table.add_column(name, justify="right" if name in numeric else "left", overflow="fold")
    for row in found.frame.iter_rows():
        table.add_row(*(_told(value) for value in row))
    console().print(table)
    talk(f"{found.basis}; {one.citation}")


def _told(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(_told(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1e5 else f"{value:,.4g}"
    return str(value)
