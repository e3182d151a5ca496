"""The command line: one verb a stage. Data goes to standard output, talk to standard error; heavy imports wait."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from hamkor.schema.errors import BadInput, HamkorError, did_you_mean

if TYPE_CHECKING:
    from rich.console import Console

_LISTED = 20
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


@hamkor.command(epilog=EXIT_CODES)
@click.argument("region")
@click.option("--focus", "-f", metavar="CODE", help="Member whose side is taken, by code or name. [default: the region's]")
@click.option("--pair", metavar="CODE CODE", nargs=2, help="Two members: whose side is taken, and the only partner.")
@click.option("--period", "-p", metavar="PERIOD", help="2024, 2024-03, 2024-Q1 or 2025-01/2025-09. [default: the region's]")
@click.option(
    "--language", "-l", "languages", metavar="CODE", multiple=True, help="Several allowed, also ar,en. [default: the region's]"
)
@click.option(
    "--section",
    "--sections",
    "-s",
    metavar="NAME",
    multiple=True,
    help="summary, legal, partners ...; or short. [default: all]",
)
@click.option("--short", is_flag=True, help="The short form, one page: like --section short.")
@click.option("--region-only", is_flag=True, help="The region as a whole: like --section region,limits.")
@click.option(
    "--format", "formats", metavar="NAME", multiple=True, help="pdf, html, docx, xlsx; several allowed. [default: all]"
)
@click.option("--since", metavar="FILE", type=click.Path(path_type=Path), help="facts.json of an earlier brief: what changed.")
@click.option(
    "--output",
    "-o",
    metavar="DIR",
    default="briefs",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder to write to.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the headline figures and the files as JSON.")
def brief(
    region: str, focus: str | None, pair: tuple[str, str] | None, period: str | None, languages: tuple[str, ...],
    section: tuple[str, ...], short: bool, region_only: bool, formats: tuple[str, ...], since: Path | None, output: Path,
    as_json: bool,
) -> None:  # fmt: skip
    """Write the brief of a region, and its facts.json.

    REGION is a name, or the path of a region's folder.

    Every number in the brief is a fact with a source; `hamkor why` shows the chain.

    \b
    hamkor brief central-asia
    hamkor brief central-asia --focus KGZ --language en,ar --output briefs
    hamkor brief central-asia --pair UZB KAZ --short
    hamkor brief central-asia --region-only --language ru
    hamkor brief central-asia --focus UZB --period 2022 --format pdf --json
    """
    from hamkor import workbench

    if focus and pair:
        raise BadInput("--focus and --pair", due="one of them", cure="the first of the pair is the focus")
    if pair and region_only:
        raise BadInput("--pair and --region-only", due="one of them", cure="a brief of a pair leaves out the region as a whole")
    mine, partner = pair or (focus, None)
    forms = {"--section": _split(section), "--short": ["short"] * short, "--region-only": ["region", "limits"] * region_only}
    given_forms = [name for name, sections in forms.items() if sections]
    if len(given_forms) > 1:
        raise BadInput(" and ".join(given_forms), due="one of them", cure="name all sections with --section")
    for name, given, found in (("--language", languages, _split(languages)), ("--format", formats, _split(formats))):
        if given and not found:
            raise BadInput(f"{name} {given[0]!r}", due="a name", cure="leave the option out for the default")
    with _working(f"Writing the brief of {region}"):
        made = workbench.brief(
            region, focus=mine, partner=partner, period=period, languages=_split(languages),
            sections=[name for sections in forms.values() for name in sections], since=since,
            formats=_split(formats) or list(workbench.FORMATS),
        )  # fmt: skip
        paths = workbench.write(made.named(), output)
    if as_json:
        _print_json({**made.headlines, "languages": list(made.documents), "files": [str(path) for path in paths]})
        return
    for path in paths:
        click.echo(path)


@hamkor.command(epilog=EXIT_CODES)
@click.argument("fact")
@click.option("--region", "-r", metavar="NAME", help="Where to look. [default: every installed region]")
@click.option(
    "--since", metavar="FILE", type=click.Path(path_type=Path), help="Facts of an earlier brief, for its earlier:... ids."
)
@click.option("--json", "as_json", is_flag=True, help="Print the chains as JSON.")
def why(fact: str, region: str | None, since: Path | None, as_json: bool) -> None:
    """Print where a figure comes from.

    Source, file, cell and computation of FACT.

    An id without its @source shows everything that states the same, the preferred figure first. A number as printed lists
    the facts that are printed so.

    \b
    hamkor why turnover:UZB-KAZ:2025-01/2025-09
    hamkor why balance:UZB-KAZ:2025-01/2025-09 --json
    hamkor why growth-needed:uzb-kaz-trade-10-billion:2030
    hamkor why 672.8
    """
    from hamkor import workbench

    names = [region] if region else [workbench.region_of(since)] if since else list(workbench.installed_regions())
    chains = next((found for name in names if (found := workbench.why(name, fact, missing_ok=True, since=since))), None)
    if chains is None and re.fullmatch(r"[-−+$ ]*\d[\d., ]*[^\W\d]* *%?", fact):
        _print_printed([found for name in names for found in workbench.printed(name, fact)], fact, as_json)
        return
    if chains is None:
        raise BadInput(f"fact '{fact}'", due="the id of a fact", cure=workbench.nearest_fact(names, fact))
    if as_json:
        _print_json(chains)
        return
    console = _console()
    for chain in chains:
        console.print(_tree(chain))


def _print_printed(found: list[dict[str, Any]], number: str, as_json: bool) -> None:
    """Print the facts that are printed as a number: all of them as JSON, else the first ones."""
    if not found:
        raise BadInput(f"'{number}'", due="the id of a fact, or a number that a fact is printed as", cure="see `hamkor facts`")
    if as_json:
        _print_json(found)
        return
    table = _table("fact", "as printed", "source")
    for fact in found[:_LISTED]:
        table.add_row(fact["id"], fact["printed_as"], fact.get("source") or "computed")
    _console().print(table)
    more = f"the first {_LISTED} of {len(found):,} facts" if len(found) > _LISTED else f"{len(found)} facts"
    _talk(f"{more} that are printed as {number}; `hamkor why` and the fact shows where it comes from")


@hamkor.command(epilog=EXIT_CODES)
@click.argument("region")
@click.argument("words", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print the facts as JSON.")
def facts(region: str, words: tuple[str, ...], as_json: bool) -> None:
    """List the facts of a region.

    With WORDS, only those whose id contains all of them.

    \b
    hamkor facts central-asia turnover UZB-KAZ
    hamkor facts central-asia funds.capital --json
    """
    from hamkor import workbench

    found = workbench.facts(region, contains=words)
    if as_json:
        _print_json(found)
        return
    console = _console()
    table = _table("fact", "of", "value", "unit", "as printed", "source")
    for fact in found:
        source = fact.get("source") or ("computed" if "derivation" in fact else "")
        name, of, unit, printed = (
            fact["id"].partition("@")[0],
            fact.get("of", ""),
            fact.get("unit", ""),
            fact.get("printed", ""),
        )
        table.add_row(name, of, _value(fact["value"]), unit, printed, source)
    console.print(table)
    _talk(f"{len(found):,} facts")


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
        _print_json(rows)
        return
    table = _table("region", "title", "members", "focus", "period")
    for name, region in found.items():
        table.add_row(name, region.title, ", ".join(region.members), region.default_focus, region.default_period)
    _console().print(table)


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
        _print_json(counts)
        return
    for name, count in counts.items():
        click.echo(f"{name.replace('_', ' '):18} {count}")
    _talk("no faults")


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
        _print_json(msgspec.to_builtins(chosen))
        return
    for declared in chosen:
        table = _table("column", "type", "unit", "key", "may be empty", "allowed")
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
        _console().print(table)


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


def _split(values: Sequence[str]) -> list[str]:
    return [part.strip().lower() for value in values for part in value.split(",") if part.strip()]


def _print_json(value: object) -> None:
    import json

    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


def _value(value: object) -> str:
    return f"{value:,.12g}" if isinstance(value, float | int) else str(value)


def _console() -> Console:
    from rich.console import Console

    plain = bool(os.environ.get("NO_COLOR"))
    width = None if sys.stdout.isatty() else 240
    return Console(width=width, color_system=None if plain else "auto", highlight=False, markup=False, emoji=False)


def _table(*columns: str) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, title_justify="left")
    for column in columns:
        table.add_column(column, justify="right" if column == "value" else "left", overflow="fold")
    return table


def _tree(chain: dict[str, Any]) -> Any:
    from rich.text import Text
    from rich.tree import Tree

    unit = f" {chain['unit']}" if chain.get("unit", "1") != "1" else ""
    tree = Tree(Text.assemble((f"{_value(chain['value'])}{unit}", "bold"), f"  {chain['id']}"))
    if "low" in chain or "high" in chain:
        tree.add(f"between {_value(chain.get('low', 'no bound'))} and {_value(chain.get('high', 'no bound'))}")
    if "earlier" in chain:
        tree.add(f"printed by an earlier brief: {chain['earlier']}")
    for name in ("printed", "coverage", "valuation", "subset", "of", "speaker", "note"):
        if chain.get(name):
            tree.add(f"{name}: {chain[name]}")
    if cell := chain.get("cell"):
        artifact = cell["artifact"]
        tree.add(f"cell: {artifact['path']} {cell['locator']} (sha256 {artifact['sha256'][:12]})")
    if source := chain.get("source"):
        tree.add(f"source: {source['title']}; {source['publisher']}; {source['date']}; {source['licence']}")
        for name in ("address", "note"):
            if source.get(name):
                tree.add(source[name])
    if derivation := chain.get("derivation"):
        branch = tree.add(f"computed: {derivation['formula']}")
        for used in derivation["inputs"]:
            branch.add(_tree(used))
    return tree


def _talk(text: str) -> None:
    click.echo(text, err=True)


@contextmanager
def _working(text: str) -> Iterator[None]:
    """Show that work goes on, on a terminal's standard error only."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(text):
        yield


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 done, 1 findings, 2 bad input, 3 a source did not answer."""
    run: Callable[..., object] = hamkor.main
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        run(args=None if arguments is None else list(arguments), prog_name="hamkor", standalone_mode=False)
    except HamkorError as error:
        click.echo(f"hamkor: {error}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.exceptions.Abort:
        click.echo("hamkor: stopped", err=True)
        sys.exit(130)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(0)
