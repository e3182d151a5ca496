"""The verbs of trade data: `sources`, `update`, `import`, `monitor`, `revisions`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hamkor.cli.base import EXIT_CODES, console, grid, hamkor, print_json, talk, working
from hamkor.schema.errors import BadInput

if TYPE_CHECKING:
    from hamkor.sources.mapped import Preview

_STORE = click.option(
    "--store", metavar="FOLDER", type=click.Path(path_type=Path), help="The store. [default: HAMKOR_STORE or the data folder]"
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")


@hamkor.command(epilog=EXIT_CODES)
@_STORE
@_JSON
def sources(store: Path | None, as_json: bool) -> None:
    """List the providers of trade data.

    With what the store has of each, under which licence, and how far its reader is proven.

    \b
    hamkor sources
    hamkor sources --json
    """
    from hamkor import workbench

    found = workbench.known_sources(store=store)
    if as_json:
        print_json(found)
        return
    table = grid("source", "title", "licence", "verified", "vintages", "newest", "rows")
    for one in found:
        table.add_row(*(str(one[name]) for name in ("name", "title", "licence", "verified", "vintages", "newest", "rows")))
    console().print(table)


@hamkor.command(epilog=EXIT_CODES)
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--from", "folder", metavar="FOLDER", type=click.Path(path_type=Path), help="Take downloaded files from here.")
@click.option("--mirror", metavar="URL", default="", help="Fetch URL/SOURCE/FILE instead of the provider's address.")
@click.option("--released", metavar="DAY", default="", help="Day on which the files were published. [default: today]")
@click.option("--rebuild", is_flag=True, help="Make the store anew from its own raw files.")
@_STORE
@_JSON
def update(
    names: tuple[str, ...], folder: Path | None, mirror: str, released: str, rebuild: bool, store: Path | None, as_json: bool
) -> None:  # fmt: skip
    """Bring new vintages of the providers' files into the store.

    Every file is committed by itself: interrupted, run it again and it goes on from there. What fails leaves the store
    unchanged and is told.

    \b
    hamkor update siat
    hamkor update --from ~/Downloads
    hamkor update stat-kz --from files --released 2024-07-25
    hamkor update --rebuild
    """
    from hamkor import workbench

    if rebuild and (names or folder or mirror or released):
        raise BadInput("--rebuild with other options", due="--rebuild alone, with --store at most")
    with working("Updating") as status:
        if rebuild:
            found = workbench.rebuild(store=store, progress=status)
        else:
            found = workbench.update(
                names, store=store, folder=folder, mirror=mirror, released=released, progress=status
            )  # fmt: skip
    _tell(found, as_json)


def _tell(found: list[Any], as_json: bool) -> None:
    """Print what became of each file; exit with the worst code of what failed."""
    if as_json:
        import msgspec

        print_json(msgspec.to_builtins(found))
    else:
        table = grid("source", "file", "state", "rows", "vintage")
        for one in found:
            table.add_row(one.source, one.file, one.state, f"{one.rows:,}" if one.rows else "", one.release_date[:10])
        console().print(table)
        for one in found:
            for note in one.notes if one.state == "new" else ():
                talk(f"{one.file}: {note}")
    for one in found:
        if one.error:
            talk(f"hamkor: {one.error}")
    if worst := max((one.exit_code for one in found), default=0):
        sys.exit(worst)


@hamkor.command(name="import", epilog=EXIT_CODES)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--mapping", "-m", metavar="M.toml", type=click.Path(path_type=Path), help="What its columns and units are.")
@click.option("--guess", is_flag=True, help="Print a mapping to complete, as far as the file tells.")
@click.option("--preview", is_flag=True, help="Show what is understood; store nothing.")
@click.option("--released", metavar="DAY", default="", help="Day on which the file was published. [default: today]")
@_STORE
@_JSON
def import_(
    file: Path, mapping: Path | None, guess: bool, preview: bool, released: str, store: Path | None, as_json: bool
) -> None:  # fmt: skip
    """Import a customs table of your own: CSV, XLSX or XLS.

    The mapping declares columns, periods and the unit; nothing is taken without a declared unit.

    \b
    hamkor import customs.xlsx --guess > customs.toml
    hamkor import customs.xlsx --mapping customs.toml --preview
    hamkor import customs.xlsx --mapping customs.toml
    """
    from hamkor import workbench

    if guess:
        click.echo(workbench.guessed(file), nl=False)
        return
    if mapping is None:
        cure = f"write one: hamkor import {file} --guess > mapping.toml"
        raise BadInput("no mapping", where=str(file), due="--mapping", cure=cure)
    if preview:
        _preview(workbench.previewed(file, mapping), as_json)
        return
    with working(f"Importing {file}"):
        found = workbench.import_file(file, mapping, store=store, released=released)
    _tell([found], as_json)


def _preview(found: Preview, as_json: bool) -> None:
    if as_json:
        import msgspec

        print_json(msgspec.to_builtins(found))
        return
    for label, text in found.rows():
        click.echo(f"{label:14} {text}")
    columns = ("REPORTER", "COUNTERPART", "FLOW", "PRODUCT", "TIME_PERIOD", "OBS_VALUE", "PRINTED", "LOCATOR")
    table = grid(*columns)
    for row in found.head:
        table.add_row(*("" if row[name] is None else str(row[name]) for name in columns))
    console().print(table)


@hamkor.command(epilog=EXIT_CODES)
@click.argument("reporter")
@click.argument("counterpart")
@click.option("--period", "-p", metavar="PERIOD", default="", help="A period, or FIRST/LAST year. [default: all]")
@click.option("--product-level", type=click.IntRange(2, 6), default=2, show_default=True, help="Digits of the HS.")
@click.option("--as-of", metavar="DAY", default="", help="What was known on that day.")
@click.option("--region", "-r", metavar="NAME", help="Whose facts stand in where the store has nothing.")
@click.option(
    "--output",
    "-o",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write .xlsx, .csv, .parquet, .json or charts .svg.",
)
@_STORE
@_JSON
def monitor(
    reporter: str, counterpart: str, period: str, product_level: int, as_of: str, region: str | None, output: Path | None,
    store: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Show a pair's trade as both offices record it.

    Turnover, exports, imports, balance; growth against the same months of the same vintage; shares, contributions; both
    sides beside each other; products, seasons, revisions. From the store where it has data, else from the region's facts.

    \b
    hamkor monitor UZB KAZ
    hamkor monitor UZB KGZ --period 2019/2024 --output uzb-kgz.xlsx
    hamkor monitor UZB TKM --as-of 2025-06-30 --json
    """
    from hamkor import workbench

    form = output.suffix.lower().lstrip(".") if output else ""
    if output is not None and form not in ("xlsx", "csv", "parquet", "json", "svg"):
        raise BadInput(f"--output {output}", due="a name that ends in .xlsx, .csv, .parquet, .json or .svg")
    found = workbench.monitor(
        reporter, counterpart, period=period, as_of=as_of, product_level=product_level, region=region, store=store
    )  # fmt: skip
    if output is not None:
        from hamkor.workbench.monitors import monitor_files

        for path in workbench.write(monitor_files(found, output.name), output.parent):
            talk(str(path))
    if as_json:
        print_json(found.plain())
    elif output is None:
        from hamkor.cli.monitored import show

        show(found, every_period=bool(period))


@hamkor.command(epilog=EXIT_CODES)
@click.argument("reporter")
@click.argument("counterpart")
@_STORE
@_JSON
def revisions(reporter: str, counterpart: str, store: Path | None, as_json: bool) -> None:
    """Show how the store's figures of a pair were revised from vintage to vintage.

    \b
    hamkor revisions UZB KGZ
    hamkor revisions KAZ UZB --json
    """
    from hamkor import workbench

    found = workbench.revisions(reporter, counterpart, store=store)
    if as_json:
        print_json(found)
        return
    changed = [one for one in found if one["REVISION"] is not None]
    table = grid("record of", "flow", "with", "period", "source", "first", "before", "vintage", "value", "revision")
    for one in changed:
        table.add_row(
            one["REPORTER"], one["FLOW"], one["COUNTERPART"], one["TIME_PERIOD"], one["SOURCE"], _millions(one["FIRST"]),
            _millions(one["PREVIOUS"]), one["RELEASE_DATE"][:10], _millions(one["OBS_VALUE"]), f"{one['REVISION']:+.2%}",
        )  # fmt: skip
    console().print(table)
    talk(f"million US dollars; {len(changed)} revisions of {sum(one['REVISION'] is None for one in found):,} figures")


def _millions(value: float | None) -> str:
    return "" if value is None else f"{value / 1e6:,.3f}"
