"""The verbs `regions`, `validate`, `tables` and `completion`."""

from __future__ import annotations

import click

from hamkor.cli.base import EXIT_CODES, console, grid, hamkor, print_json, talk
from hamkor.schema.errors import BadInput, did_you_mean


@hamkor.command(epilog=EXIT_CODES)
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def regions(as_json: bool) -> None:
    """List the regions that are installed.

    \b
    hamkor regions
    hamkor regions --json
    """
    from hamkor import workbench

    found = workbench.installed_regions()
    if as_json:
        rows = [
            {"region": name, "title": region.title, "members": region.members, "observers": region.observers,
             "languages": region.languages, "focus": region.default_focus, "period": region.default_period}
            for name, region in found.items()
        ]  # fmt: skip
        print_json(rows)
        return
    table = grid("region", "title", "members", "focus", "period")
    for name, region in found.items():
        table.add_row(name, region.title, ", ".join(region.members), region.default_focus, region.default_period)
    console().print(table)


@hamkor.command(epilog=EXIT_CODES)
@click.argument("region")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def validate(region: str, as_json: bool) -> None:
    """Read every file of a region, tell every fault.

    Each fault comes with file, line and cure.

    \b
    hamkor validate central-asia
    hamkor validate ./my-region
    """
    from hamkor import workbench

    pack = workbench.workspace(region).pack
    counts = {
        "region": pack.region.id, "files": len(pack.artifacts), "sources": len(pack.sources),
        "figures_of_trade": len(pack.observations), "entities": len(pack.entities),
        "claims": sum(len(entity.claims) for entity in pack.entities), "corridor_measures": len(pack.performance),
        "baseline_flows": len(pack.baseline_trade),
    }  # fmt: skip
    if as_json:
        print_json(counts)
        return
    for name, count in counts.items():
        click.echo(f"{name.replace('_', ' '):18} {count}")
    talk("no faults")


@hamkor.command(epilog=EXIT_CODES)
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the declarations as JSON.")
def tables(name: str | None, as_json: bool) -> None:
    """Print the columns, units and keys of tables.

    \b
    hamkor tables
    hamkor tables observations
    """
    import msgspec

    from hamkor.schema.tables import TABLES

    if name is not None and name not in TABLES:
        raise BadInput(f"table '{name}'", due="a declared table", cure=did_you_mean(name, TABLES))
    chosen = [TABLES[name]] if name else list(TABLES.values())
    if as_json:
        print_json(msgspec.to_builtins(chosen))
        return
    for declared in chosen:
        table = grid("column", "type", "unit", "key", "may be empty", "allowed")
        table.title = f"{declared.name}: {declared.row}"
        for column in declared.columns:
            table.add_row(
                column.name,
                column.type,
                column.unit,
                "key" * column.key,
                "yes" * column.nullable,
                ", ".join(column.allowed),
            )
        console().print(table)


@hamkor.command(epilog=EXIT_CODES)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell.

    \b
    hamkor completion bash >> ~/.bashrc
    hamkor completion fish > ~/.config/fish/completions/hamkor.fish
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(hamkor, {}, "hamkor", "_HAMKOR_COMPLETE").source())
