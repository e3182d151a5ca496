"""The verbs `why` and `facts`: where figures come from, and what is known."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from hamkor.cli.base import EXIT_CODES, console, grid, hamkor, print_json, shown, talk
from hamkor.schema.errors import BadInput

_LISTED = 20


@hamkor.command(epilog=EXIT_CODES)
@click.argument("fact")
@click.option("--region", "-r", metavar="NAME", help="Where to look. [default: every installed region]")
@click.option(
    "--since", metavar="FILE", type=click.Path(path_type=Path), help="Facts of an earlier brief, for its earlier:... ids."
)
@click.option("--store", metavar="FOLDER", type=click.Path(path_type=Path), help="Where a record: is looked for.")
@click.option("--json", "as_json", is_flag=True, help="Print the chains as JSON.")
def why(fact: str, region: str | None, since: Path | None, store: Path | None, as_json: bool) -> None:
    """Print where a figure comes from.

    Source, file, cell and computation of FACT.

    An id without its @source shows everything that states the same, the preferred figure first. A number as printed lists
    the facts that are printed so. A record: is a cell of an office's file in the store, of any pair of economies. A flow: is
    explained in words: both records, what is taken off them, weights, interval.

    \b
    hamkor why turnover:UZB-KAZ:2025-01/2025-09
    hamkor why balance:UZB-KAZ:2025-01/2025-09 --json
    hamkor why growth-needed:uzb-kaz-trade-10-billion:2030
    hamkor why 672.8
    hamkor why record:UZB-KGZ-export-2022
    hamkor why flow:UZB-KGZ-2022
    """
    from hamkor import workbench

    if fact.startswith("flow:"):
        page = workbench.why_flow(fact, region=region, store=store)
        if as_json:
            print_json(page)
        else:
            for line in page["lines"]:
                console().print(line, markup=False, highlight=False, soft_wrap=True)
        return
    names = [region] if region else [workbench.region_of(since)] if since else list(workbench.installed_regions())
    chains = next(
        (found for name in names if (found := workbench.why(name, fact, missing_ok=True, since=since, store=store))), None
    )
    if chains is None and re.fullmatch(r"[-−+$ ]*\d[\d., ]*[^\W\d]* *%?", fact):
        _print_printed([found for name in names for found in workbench.printed(name, fact)], fact, as_json)
        return
    if chains is None:
        raise BadInput(f"fact '{fact}'", due="the id of a fact", cure=workbench.nearest_fact(names, fact))
    if as_json:
        print_json(chains)
        return
    screen = console()
    for chain in chains:
        screen.print(chain_tree(chain))


def _print_printed(found: list[dict[str, Any]], number: str, as_json: bool) -> None:
    """Print the facts that are printed as a number: all of them as JSON, else the first ones."""
    if not found:
        raise BadInput(f"'{number}'", due="the id of a fact, or a number that a fact is printed as", cure="see `hamkor facts`")
    if as_json:
        print_json(found)
        return
    table = grid("fact", "as printed", "source")
    for fact in found[:_LISTED]:
        table.add_row(fact["id"], fact["printed_as"], fact.get("source") or "computed")
    console().print(table)
    more = f"the first {_LISTED} of {len(found):,} facts" if len(found) > _LISTED else f"{len(found)} facts"
    talk(f"{more} that are printed as {number}; `hamkor why` and the fact shows where it comes from")


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
        print_json(found)
        return
    table = grid("fact", "of", "value", "unit", "as printed", "source")
    for fact in found:
        source = fact.get("source") or ("computed" if "derivation" in fact else "")
        name, of, unit, printed = (
            fact["id"].partition("@")[0],
            fact.get("of", ""),
            fact.get("unit", ""),
            fact.get("printed", ""),
        )
        table.add_row(name, of, shown(fact["value"]), unit, printed, source)
    console().print(table)
    talk(f"{len(found):,} facts")


def chain_tree(chain: dict[str, Any]) -> Any:
    """Return the chain of a fact as a tree for the terminal."""
    from rich.text import Text
    from rich.tree import Tree

    unit = f" {chain['unit']}" if chain.get("unit", "1") != "1" else ""
    value = "no value" if chain["value"] is None else f"{shown(chain['value'])}{unit}"
    tree = Tree(Text.assemble((value, "bold"), f"  {chain['id']}"))
    if "low" in chain or "high" in chain:
        tree.add(f"between {shown(chain.get('low', 'no bound'))} and {shown(chain.get('high', 'no bound'))}")
    if "earlier" in chain:
        tree.add(f"printed by an earlier brief: {chain['earlier']}")
    if "vintage" in chain:
        _add_record(tree, chain)
        return tree
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
            branch.add(chain_tree(used))
    return tree


_STATUSES = {"A": "normal", "E": "estimated", "P": "preliminary", "M": "missing", "residual": "the rest of a printed total"}


def _add_record(tree: Any, chain: dict[str, Any]) -> None:
    """Add to a tree what is known of a record of the store."""
    cell, source = chain["cell"], chain["source"]
    printed = f"'{chain['printed']}'" if chain["printed"] else "nothing"
    tree.add(f"printed: {printed} in {chain['printed_unit']} (times 10^{chain['unit_multiplier']})")
    status = _STATUSES.get(chain["status"], chain["status"])
    tree.add(f"{chain['coverage']}, {chain['valuation']}; {chain['frequency']} {chain['transformation']}; status {status}")
    tree.add(f"cell: {cell['artifact']['path']} {cell['locator']}")
    tree.add(f"sha256: {cell['artifact']['sha256']}")
    tree.add(f"source: {source['title']}; {source['publisher']}; from {source['origin']}")
    tree.add(f"licence: {chain['licence']} ({source['terms']})")
    tree.add(f"vintage: {chain['vintage'][:19]} UTC, read by {chain['reader']}")
    if not chain["earlier_vintages"]:
        tree.add("no earlier vintage")
        return
    branch = tree.add("earlier vintages")
    for one in chain["earlier_vintages"]:
        value = "no value" if one["value"] is None else shown(one["value"])
        branch.add(
            f"{one['vintage'][:19]}: {value}, printed '{one['printed']}' at {one['locator']} (sha256 {one['sha256'][:12]})"
        )
