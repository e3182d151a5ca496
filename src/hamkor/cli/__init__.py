"""The command line: one verb a stage. Data goes to standard output, talk to standard error; heavy imports wait."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

import click

from hamkor.cli import brief, check, estimated, facts, house, indices, measures, panels, paths, reconciled, trade
from hamkor.cli.base import hamkor
from hamkor.schema.errors import HamkorError

__all__ = [
    "brief",
    "check",
    "estimated",
    "facts",
    "hamkor",
    "house",
    "indices",
    "main",
    "measures",
    "panels",
    "paths",
    "reconciled",
    "trade",
]


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
