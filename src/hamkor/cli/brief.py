"""The verb `brief`."""

from __future__ import annotations

from pathlib import Path

import click

from hamkor.cli.base import EXIT_CODES, hamkor, print_json, split, working
from hamkor.schema.errors import BadInput


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
    forms = {"--section": split(section), "--short": ["short"] * short, "--region-only": ["region", "limits"] * region_only}
    given_forms = [name for name, sections in forms.items() if sections]
    if len(given_forms) > 1:
        raise BadInput(" and ".join(given_forms), due="one of them", cure="name all sections with --section")
    for name, given, found in (("--language", languages, split(languages)), ("--format", formats, split(formats))):
        if given and not found:
            raise BadInput(f"{name} {given[0]!r}", due="a name", cure="leave the option out for the default")
    with working(f"Writing the brief of {region}"):
        made = workbench.brief(
            region, focus=mine, partner=partner, period=period, languages=split(languages),
            sections=[name for sections in forms.values() for name in sections], since=since,
            formats=split(formats) or list(workbench.FORMATS),
        )  # fmt: skip
        paths = workbench.write(made.named(), output)
    if as_json:
        print_json({**made.headlines, "languages": list(made.documents), "files": [str(path) for path in paths]})
        return
    for path in paths:
        click.echo(path)
