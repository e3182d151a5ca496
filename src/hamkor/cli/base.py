"""The group of verbs, and what all of them print with."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from hamkor.schema.errors import did_you_mean

if TYPE_CHECKING:
    from rich.console import Console

EXIT_CODES = "Exit codes: 0 done, 1 findings, 2 bad input, 3 a source or a disk did not answer."


class Verbs(click.Group):
    """The group of verbs; an unknown one is answered with the nearest known ones."""

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the verb that the first argument names."""
        if self.get_command(context, arguments[0]) is None and not arguments[0].startswith("-"):
            hint = did_you_mean(arguments[0], self.list_commands(context))
            raise click.UsageError(f"no verb '{arguments[0]}'; {hint}")
        return super().resolve_command(context, arguments)


@click.group(
    cls=Verbs, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXIT_CODES,
)  # fmt: skip
@click.version_option(package_name="hamkor")
@click.pass_context
def hamkor(context: click.Context) -> None:
    """Hamkor, a workbench for regional economic integration.

    What is the number, what would change it, what should be done - and the brief that says so.

    \b
    hamkor                                     what is there, and what to do next
    hamkor brief central-asia --language ar    the brief of a region
    hamkor why turnover:UZB-KAZ:2022           where a figure comes from
    """
    if context.invoked_subcommand is None:
        _welcome()


def _welcome() -> None:
    from hamkor import workbench
    from hamkor.languages.language import language, languages

    found = workbench.installed_regions()
    click.echo("Regions")
    for name, region in found.items():
        members = ", ".join(region.members)
        click.echo(f"  {name:14} {region.title}: {members}; brief of {region.default_focus}, {region.default_period}")
    click.echo("Languages")
    for code in languages():
        voice = language(code)
        reviewed = f"reviewed by {voice.reviewed_by}" if voice.reviewed_by else "not yet read by a native reader"
        click.echo(f"  {code:14} {voice.name} ({reviewed})")
    first = next(iter(found), "REGION")
    click.echo("Next")
    click.echo(f"  hamkor brief {first} --output briefs     write the brief")
    click.echo(f"  hamkor facts {first} turnover 2024       what is known")
    click.echo("  hamkor --help                              every verb, with examples")


def split(values: Sequence[str]) -> list[str]:
    """Return values that may each hold several, parted by commas, in small letters."""
    return [part.strip().lower() for value in values for part in value.split(",") if part.strip()]


def print_json(value: object) -> None:
    """Print a value as JSON."""
    import json

    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


def shown(value: object) -> str:
    """Return a value for a table."""
    return f"{value:,.12g}" if isinstance(value, float | int) else str(value)


def console() -> Console:
    """Return the console for standard output."""
    from rich.console import Console

    plain = bool(os.environ.get("NO_COLOR"))
    width = None if sys.stdout.isatty() else 240
    return Console(width=width, color_system=None if plain else "auto", highlight=False, markup=False, emoji=False)


def grid(*columns: str) -> Any:
    """Return an empty table with these heads."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, title_justify="left")
    for column in columns:
        table.add_column(column, justify="right" if column == "value" else "left", overflow="fold")
    return table


def talk(text: str) -> None:
    """Print to standard error."""
    click.echo(text, err=True)


@contextmanager
def working(text: str) -> Iterator[Callable[[str], None]]:
    """Show that work goes on, on a terminal's standard error only; gives a function that tells how far it is."""
    if not sys.stderr.isatty():
        yield lambda _told: None
        return
    from rich.console import Console

    with Console(stderr=True).status(text) as status:
        yield status.update
