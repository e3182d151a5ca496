"""What a file may hold at most, and the words in which one is turned away."""

from __future__ import annotations

from hamkor.schema.errors import BadInput

MAX_BYTES = 64 * 2**20
"""Of a file, or of standard input."""

MAX_PIECES = 500_000
"""Paragraphs and cells of one text."""

MAX_CHARACTERS = 64 * 2**20
"""Of the text of one file: a workbook may refer to one long string from every cell."""

LONGEST_LABEL = 300
"""A longer text in a cell is prose."""

_KINDS = "a text, HTML, Word (.docx), Excel (.xlsx) or CSV file"


def unreadable(name: str, message: str, *, due: str = _KINDS, cure: str = "", place: str = "") -> BadInput:
    """Return the error that tells why a file cannot be read.

    Parameters
    ----------
    name
        Of the file; ``-`` is standard input.
    message
        What was found.
    due
        What was expected.
    cure
        What the user can do.
    place
        Where in the file.

    Examples
    --------
    >>> print(unreadable("-", "no text", due="a text with figures"))
    standard input: no text where a text with figures is due
    """
    where = "standard input" if name == "-" else name
    return BadInput(message, where=f"{where} {place}" if place else where, due=due, cure=cure)


def too_large(name: str) -> BadInput:
    """Return the error for a file of more than `MAX_BYTES`.

    Examples
    --------
    >>> print(too_large("trade.csv"))
    trade.csv: more than 64 MiB where a file of at most 64 MiB is due; cut it into smaller files
    """
    size = f"{MAX_BYTES // 2**20} MiB"
    return unreadable(name, f"more than {size}", due=f"a file of at most {size}", cure="cut it into smaller files")


def too_many(name: str, what: str, most: int) -> BadInput:
    """Return the error for a file that holds too many of something.

    Examples
    --------
    >>> print(too_many("trade.csv", "cells", 500_000))
    trade.csv: more than 500,000 cells where at most 500,000 is due; cut it into smaller files
    """
    return unreadable(name, f"more than {most:,} {what}", due=f"at most {most:,}", cure="cut it into smaller files")
