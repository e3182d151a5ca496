"""The verb `index`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hamkor.cli.base import EXIT_CODES, console, grid, hamkor, print_json, talk

if TYPE_CHECKING:
    from hamkor.workbench.indices import Indexed


@hamkor.command(epilog=EXIT_CODES)
@click.argument("name", metavar="[DEFINITION|REGION]", required=False)
@click.option("--data", "-d", metavar="FILE", type=click.Path(path_type=Path), help="Your table: .csv, .parquet, .xlsx.")
@click.option("--weights", "-w", metavar="FILE", type=click.Path(path_type=Path), help="TOML: exports = 2.5, a line a weight.")
@click.option("--region", "-r", metavar="NAME", help="Whose facts a definition of yours takes.")
@click.option("--period", "-p", metavar="PERIOD", default="", help="Only the scores of this period.")
@click.option("--uncertainty", "draws", metavar="DRAWS", type=click.IntRange(1, 1_000_000), default=None,
              help="Build so many indices with other choices, for intervals of ranks.")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="Of the draws.")
@click.option("--output", "-o", metavar="FILE", type=click.Path(path_type=Path), help="Write .csv, .xlsx, .svg or .json.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, with every stage.")
def index(
    name: str | None, data: Path | None, weights: Path | None, region: str | None, period: str, draws: int | None, seed: int,
    output: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Build a composite index, or list the definitions.

    Of what a region's folder states, or of a table of yours. What is missing stays missing and is shown as the share of weight
    that is present.

    \b
    hamkor index
    hamkor index central-asia --uncertainty 10000
    hamkor index arcii --data panel.csv --output arcii.xlsx
    hamkor index my.toml --data panel.csv --weights weights.toml
    """
    from hamkor import workbench

    if name is None:
        _list(as_json)
        return
    found = workbench.index(name, data=data, weights=weights, region=region, period=period, draws=draws or 0, seed=seed)
    if output is not None:
        workbench.write({output.name: workbench.index_bytes(found, output.suffix.lower().lstrip("."))}, output.parent)
        talk(str(output))
    if as_json:
        print_json(found.plain())
    elif output is None:
        _show(found)


def _list(as_json: bool) -> None:
    from hamkor import workbench

    found = workbench.index_definitions()
    if as_json:
        print_json(found)
        return
    table = grid("definition", "what it is", "indicators", "data", "citation")
    for one in found:
        table.add_row(one["name"], one["title"], str(len(one["indicators"])), one["data"], one["citation"])
    console().print(table)
    talk("hamkor index --json names the indicators of each; a definition of yours: hamkor index FILE.toml --data FILE")


def _show(found: Indexed) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from hamkor.workbench.indices import wide

    built = found.built
    table, digits = Table(box=SIMPLE_HEAD, title=built.definition.title, title_justify="left", title_style="bold"), (
        3 if built.definition.span[1] <= 1 else 1)  # fmt: skip
    frame, dimensions = wide(found), built.definition.dimensions
    by_period = frame["period"].n_unique() > 1
    heads = ["rank", "economy", *(["period"] if by_period else []), "index"]
    if found.uncertain is not None:
        heads += ["median", "5-95 %"]
    heads += [*(one.title for one in dimensions), "of weight", *(["imputed"] if built.definition.impute != "none" else [])]
    for head in heads:
        table.add_column(head, justify="left" if head in ("economy", "period") else "right", overflow="fold")
    for row in frame.to_dicts():
        table.add_row(*_cells(row, heads, [one.id for one in dimensions], digits))
    console().print(table)
    _missing(found)
    talk(f"{found.basis}; {built.definition.citation}" if built.definition.citation else found.basis)


def _cells(row: dict[str, Any], heads: list[str], dimensions: list[str], digits: int) -> list[str]:
    ready = {
        "rank": _whole(row["rank"]), "economy": row["economy"], "period": row["period"], "index": _told(row["value"], digits),
        "of weight": f"{row['coverage']:.0%}", "imputed": f"{row['imputed']:.0%}",
    }  # fmt: skip
    if "median" in heads:
        ready["median"] = _whole(row["rank_median"])
        known = row["rank_low"] is not None
        ready["5-95 %"] = f"{_whole(row['rank_low'])}-{_whole(row['rank_high'])}" if known else "missing"
    scores = iter(_told(row[name], digits) for name in dimensions)
    return [ready[head] if head in ready else next(scores) for head in heads]


def _missing(found: Indexed) -> None:
    """Tell what is missing, what was filled in, and what the ranks hang on."""
    built = found.built
    titles = {one.id: one.title for one in built.definition.indicators}
    for note in built.notes:
        talk(note)
    several = built.scores["period"].n_unique() > 1
    for mark, lacking in (("missing", built.cells["used"].is_null()), ("imputed", built.cells["imputed"])):
        cells = built.cells.filter(lacking)
        for (name,), rows in cells.group_by("indicator", maintain_order=True):
            places = [f"{row['economy']} {row['period']}".strip() for row in rows.to_dicts()]
            more = f" and {len(places) - 8} more" if len(places) > 8 else ""
            if not several or mark == "imputed" or len(places) < built.scores.height:
                talk(f"{mark}: {titles[str(name)]}: {', '.join(places[:8])}{more}")
    if found.uncertain is not None and found.left_out is not None:
        talk(f"{found.uncertain.draws:,} draws, seed {found.uncertain.seed}")
        shifts = found.left_out.drop_nulls().sort("value", descending=True).head(3)
        for row in shifts.filter(shifts["most"] > 0).to_dicts():
            talk(f"without {titles[row['indicator']]}: ranks shift by {row['value']:.1f} on average, {row['economy']}"
                 f"{' ' + row['period'] if row['period'] else ''} by {row['most']:.0f}")  # fmt: skip


def _told(value: float | None, digits: int) -> str:
    return "missing" if value is None else f"{value:.{digits}f}"


def _whole(value: float | None) -> str:
    return "missing" if value is None else f"{value:.0f}"
