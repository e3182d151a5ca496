"""The verb `path`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hamkor.cli.base import EXIT_CODES, console, hamkor, print_json, talk
from hamkor.schema.errors import BadInput

if TYPE_CHECKING:
    from hamkor.indicators.path import Arrival
    from hamkor.indicators.rates import Measure
    from hamkor.workbench.paths import Paths, Way

_PRODUCTS = 12
_SUFFIXES = (".svg", ".csv", ".xlsx", ".json")


@hamkor.command(epilog=EXIT_CODES)
@click.argument("economies", metavar="[ECONOMY ECONOMY]", nargs=-1)
@click.option("--target", "-t", metavar="USD", type=float, help="A level aimed at, as 10e9. [default: the register's targets]")
@click.option("--by", metavar="YEAR", default="", help="Year of the target, or a year to try for one without a date.")
@click.option("--since", metavar="YEAR", type=int, help="First year of the history. [default: all of it]")
@click.option("--region", "-r", metavar="NAME", help="Whose facts and register are used.")
@click.option(
    "--data", "-d", metavar="FILE", type=click.Path(path_type=Path), help="Levels of yours: period, value, low, high."
)
@click.option("--output", "-o", metavar="FILE", type=click.Path(path_type=Path), help="Write .svg, .csv, .xlsx or .json.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def path(
    economies: tuple[str, ...], target: float | None, by: str, since: int | None, region: str | None, data: Path | None,
    output: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Show the path to a target of trade.

    Growth needed a year against growth reached; where the series' own history leads (median, bands of 50 and 90 percent), how
    probable the target is on that history, and when the trend would be there; what products and measures are known to bring.
    A target without a date is shown without one.

    \b
    hamkor path                                         every target of the region
    hamkor path UZB KAZ                                 those of a pair
    hamkor path UZB TJK --by 2030                       a year to try
    hamkor path UZB KAZ --target 10e9 --by 2030 --output path.svg
    """
    from hamkor import workbench

    if output is not None and output.suffix.lower() not in _SUFFIXES:
        raise BadInput(f"--output {output}", due="a name that ends in .svg, .csv, .xlsx or .json")
    found = workbench.path(*economies, target=target, by=by, region=region, since=since, data=data)
    if output is not None:
        workbench.write({output.name: workbench.path_bytes(found, output.suffix.lower().lstrip("."))}, output.parent)
        talk(str(output))
    if as_json:
        print_json(found.plain())
    elif output is None:
        _show(found)


def _show(found: Paths) -> None:
    screen = console()
    screen.print(_growth(found))
    if any(way.path is not None and way.path.trend is not None for way in found.ways):
        screen.print(_leads(found))
    if len({way.parties for way in found.ways}) == 1:
        for way in found.ways:
            for table in _outlook(way):
                screen.print(table)
        _measures(found.ways[0])
    for way in found.ways:
        for note in way.notes:
            talk(f"{_name(way)}: {note}")
    talk(f"{found.basis}; growth a year; the outlook is the series' own history going on as it was, no forecast of policy")


def _table(title: str, *columns: str, left: int = 1) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, title=title, title_justify="left", title_style="bold")
    for place, column in enumerate(columns):
        words = place < left or column == "by"
        table.add_column(column, justify="left" if words else "right", overflow="fold")
    return table


def _name(way: Way) -> str:
    return f"{'-'.join(way.parties)} {_amount(way.amount)}"


def _growth(found: Paths) -> Any:
    columns = ("trade of", "record", "target", "by", "base", "times", "needed", "reached")
    table = _table("Paths to targets, million US dollars", *columns, left=2)
    for way in found.ways:
        told = ["-".join(way.parties), way.reporter, _amount(way.amount)]
        if (one := way.path) is None:
            table.add_row(*told, way.said or "no date", "", "", "", "")
            continue
        reached = "" if one.reached is None else f"{one.reached.value:+.1%} since {one.since}"
        base = f"{_amount(one.base.value)} ({one.start})"
        by = str(one.by or way.said or "no date")
        table.add_row(*told, by, base, f"{one.multiple.value:.2f}", _rate(one.needed), reached)
    return table


def _leads(found: Paths) -> Any:
    """Return where the history leads, of the targets that have an outlook."""
    columns = ("trade of", "target", "history", "a year", "then", "target met", "trend there")
    table = _table("Where the history leads", *columns)
    for way in found.ways:
        if (one := way.path) is None or one.trend is None:
            continue
        then = one.outlook.row(-1, named=True)
        met = "" if one.probability is None else f"{one.probability:.0%}"
        table.add_row(
            "-".join(way.parties), _amount(way.amount), f"{one.levels['period'][0]}-{one.start}", f"{one.trend.growth:+.1%}",
            f"{_amount(then['value'])} ({then['period']})", met, _there(one.arrival, one.start),
        )  # fmt: skip
    return table


def _there(arrival: Arrival | None, start: int) -> str:
    """Return when the trend is at the target, with the years at which the ends of its band are."""
    if arrival is None:
        return ""
    if arrival.period == start:
        return "reached"
    ends = " to ".join("later" if year is None else str(year) for year in (arrival.earliest, arrival.latest))
    return f"{arrival.period or 'beyond 50 years'} ({ends})"


def _outlook(way: Way) -> list[Any]:
    """Return the outlook year by year and what products bring; tell the interval of the growth needed."""
    tables: list[Any] = []
    one = way.path
    if one is not None and one.needed is not None and one.needed.high - one.needed.low > 5e-5:
        base = f"{_amount(one.base.low)} to {_amount(one.base.high)}"
        talk(f"{_name(way)}: needed {one.needed.low:.2%} to {one.needed.high:.2%} a year, as the base is {base} million")
    if one is not None and len(one.outlook):
        columns = ("year", "lowest of 90%", "of 50%", "median", "of 50%", "highest of 90%")
        table = _table(f"{_name(way)}: outlook on {len(one.levels)} levels since {one.levels['period'][0]}", *columns)
        for row in one.outlook.to_dicts():
            table.add_row(str(row["period"]), *(_amount(row[f]) for f in ("low_90", "low_50", "value", "high_50", "high_90")))
        tables.append(table)
    if len(way.products):
        tables.append(_products(way))
    return tables


def _measures(way: Way) -> None:
    """Print what the register has between the parties: amounts in a table, what has none as a list."""
    from hamkor.cli.base import grid

    rows = way.measures.to_dicts()
    if amounts := [row for row in rows if row["said"]]:
        table = grid("measure", "parties", "said", "source")
        table.title, table.title_style = "Money that is said of measures; no source says what trade they bring", "bold"
        for row in amounts:
            table.add_row(row["title"], row["parties"], row["said"], row["source"])
        console().print(table)
    silent = [row for row in rows if not row["said"]]
    own = [row["title"] for row in silent if set(row["parties"].split("-")) == set(way.parties)]
    if own:
        console().print("Without an amount: " + "; ".join(own))
    if wider := len(silent) - len(own):
        console().print(f"With others, without an amount: {wider} more (--json names them)")
    if way.goods and way.products.is_empty():
        console().print(f"Goods named without amounts: {', '.join(way.goods)}")


def _products(way: Way) -> Any:
    title = f"{_name(way)}: what products bring at the growth each has reached"
    table = _table(title, "product", "share now", "growth", "now", "then", "brings", "of the rise")
    *rows, beyond = way.products.to_dicts()
    for row in rows[:_PRODUCTS]:
        growth = "new" if row["growth"] is None else f"{row['growth']:+.1%}"
        table.add_row(
            row["product"].removeprefix("hs:"), f"{row['share']:.1%}", growth, _amount(row["value"]), _amount(row["level"]),
            _amount(row["contribution"]), f"{row['part']:.1%}",
        )  # fmt: skip
    if rest := rows[_PRODUCTS:]:
        sums = {name: sum(row[name] for row in rest) for name in ("share", "value", "level", "contribution", "part")}
        table.add_row(f"{len(rest)} others", f"{sums['share']:.1%}", "", *(_amount(sums[name]) for name in
                      ("value", "level", "contribution")), f"{sums['part']:.1%}")  # fmt: skip
    table.add_row("needed beyond", "", "", "", "", _amount(beyond["contribution"]), f"{beyond['part']:.1%}")
    return table


def _amount(value: float) -> str:
    """Return an amount in millions."""
    size = value / 1e6
    return f"{size:,.0f}" if abs(size) >= 1000 or size == round(size) else f"{size:,.1f}"


def _rate(measured: Measure | None) -> str:
    return "" if measured is None else f"{measured.value:+.1%}"
