"""The verb `check`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from hamkor.cli.base import EXIT_CODES, console, hamkor, print_json, talk, working
from hamkor.schema.errors import BadInput


@hamkor.command(epilog=EXIT_CODES)
@click.argument("file")
@click.option("--language", "-l", metavar="CODE", default="auto", show_default=True, help="Language of the text.")
@click.option("--report-in", metavar="CODE", default="", help="Language of the findings. [default: the text's, else English]")
@click.option("--region", "-r", metavar="NAME", help="Records to compare with, or none. [default: by the economies named]")
@click.option("--html", metavar="OUT", type=click.Path(path_type=Path), help="Write the text with its marks as one HTML file.")
@click.option("--json", "as_json", is_flag=True, help="Print claims and findings as JSON.")
def check(file: str, language: str, report_in: str, region: str | None, html: Path | None, as_json: bool) -> None:
    """Verify a published text or table, figure by figure.

    FILE is a .txt, .md, .html, .docx, .xlsx or .csv file, or - for standard input.

    Every trade figure is found, compared with the others (sums, balances, growth, shares) and with the records of the
    region. Exit code 1 if an error or a warning was found; what is only worth knowing leaves it at 0.

    \b
    hamkor check release.docx
    hamkor check page.html --html checked.html
    hamkor check table.xlsx --json
    pbpaste | hamkor check - --language ru --region central-asia
    """
    from hamkor import workbench

    if html is not None and html.suffix.lower() not in (".html", ".htm"):
        raise BadInput(f"--html {html}", due="the name of an HTML file", cure=f"write --html {html}.html")
    with working(f"Checking {file}"):
        found = workbench.check(
            workbench.read_file(file), name=file, region=region, language_of_text=language, report_in=report_in
        )  # fmt: skip
    if html is not None:
        workbench.write({html.name: found.html().encode()}, html.parent)
    if as_json:
        import msgspec

        print_json(msgspec.to_builtins(found.report))
    else:
        if html is not None:
            talk(str(html))
        from hamkor.briefs.check_terminal import to_terminal
        from hamkor.languages.language import language as spoken

        console().print(to_terminal(found.report, spoken(found.spoken)))
    if any(finding.severity != "information" for finding in found.report.findings):
        sys.exit(1)
