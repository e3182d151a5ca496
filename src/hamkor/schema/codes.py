"""How the code tables of this package are read, keyed and searched; private to `schema`."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from hamkor.schema.errors import BadInput


class Coded(Protocol):
    """A row of a code table."""

    @property
    def code(self) -> str:
        """Its key."""

    @property
    def name(self) -> str:
        """Its English name."""


class Dated(Coded, Protocol):
    """A row of a code table whose codes may have been withdrawn."""

    @property
    def valid_to(self) -> int | None:
        """Last calendar year; None if it is in use."""


CodedT = TypeVar("CodedT", bound=Coded)
DatedT = TypeVar("DatedT", bound=Dated)


def read_rows(table: str) -> list[dict[str, str]]:
    """Return the rows of the code table `table`, a csv file beside this module.

    Parameters
    ----------
    table
        Name of the file without its ending.

    Examples
    --------
    >>> read_rows("products")[0]["code"]
    'I'
    """
    from importlib import resources  # 12 ms, which a command that names no economy need not pay

    text = resources.files("hamkor.schema").joinpath(f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def fold(code: str) -> str:
    """Return `code` as it is looked up: upper case, no space around it, no leading zeros if it is a number.

    Parameters
    ----------
    code
        A code as somebody wrote it.

    Examples
    --------
    >>> fold(" uzb "), fold("008"), fold("000"), fold("_x")
    ('UZB', '8', '0', '_X')
    """
    text = code.strip()
    if not text.isascii():  # str.upper() would turn a dotless i or a sharp s into letters of another code
        return text
    return (text.lstrip("0") or "0") if text.isdigit() else text.upper()


def latest_first(table: Mapping[str, DatedT]) -> list[DatedT]:
    """Return the rows of `table` that are in use, in their order, then the withdrawn ones, the latest first.

    Parameters
    ----------
    table
        Rows by code.

    Examples
    --------
    >>> from hamkor.schema.currencies import currencies
    >>> [currency.code for currency in latest_first(currencies()) if currency.numeric in ("643", "810")]
    ['RUB', 'RUR', 'SUR']
    """
    return sorted(table.values(), key=lambda row: -(row.valid_to or 9999))


def index(keys: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return for each folded key the code it stands for; of several codes that share a key the first one holds it.

    Parameters
    ----------
    keys
        Pairs of a key (empty ones are passed over) and its code, the preferred ones first.

    Examples
    --------
    >>> index([("MMR", "MMR"), ("104", "MMR"), ("104", "BUR"), ("", "BUR")])
    {'MMR': 'MMR', '104': 'MMR'}
    """
    found: dict[str, str] = {}
    for key, code in keys:
        if key:
            found.setdefault(fold(key), code)
    return found


def find(code: str, table: Mapping[str, CodedT], keys: Mapping[str, str], *, noun: str, where: str) -> CodedT:
    """Return the row of `table` that `code` stands for.

    Parameters
    ----------
    code
        A code as somebody wrote it.
    table
        Rows by code.
    keys
        The code for each folded key, as `index` returns it.
    noun
        What the table holds, such as "economy".
    where
        Option or cell named in the error.

    Raises
    ------
    BadInput
        If `keys` has no such code.

    Examples
    --------
    >>> from hamkor.schema.products import products
    >>> find("xi ", products(), {"XI": "XI"}, noun="product", where="product").name
    'textiles and clothing'
    """
    match = keys.get(fold(code))
    if match is None:
        raise unknown(code, table, noun=noun, where=where)
    return table[match]


def unknown(found: str, table: Mapping[str, Coded], *, noun: str, where: str) -> BadInput:
    """Return the error that tells that `found` is no code of `table`, with the codes that may have been meant.

    Parameters
    ----------
    found
        What stood where a code was due.
    table
        Rows by code.
    noun
        What the table holds, such as "economy".
    where
        Option or cell in which it was found.

    Examples
    --------
    >>> from hamkor.schema.economies import economies
    >>> print(unknown("Kyrgyz Republic", economies(), noun="economy", where="reporter"))
    reporter: 'Kyrgyz Republic' where an economy code is due; did you mean KGZ (Kyrgyzstan)?
    """
    near = _near(found, table)
    article = "an" if noun[0] in "aeiou" else "a"
    cure = f"did you mean {' or '.join(f'{code} ({table[code].name})' for code in near)}?" if near else ""
    return BadInput(f"{found!r}", where=where, due=f"{article} {noun} code", cure=cure)


def _near(found: str, table: Mapping[str, Coded]) -> list[str]:
    """Return the code whose name is `found`, else at most three codes that resemble it by their letters or names."""
    wanted = found.strip().casefold()
    labels = {row.name.casefold(): row.code for row in table.values()} | {code.casefold(): code for code in table}
    if wanted in labels:
        return [labels[wanted]]
    # "Kyrgyz Republic" and "Russian Federation" resemble no name as a whole: their beginnings do
    same_start = [label for label in labels if len(wanted) >= 5 and label[:5] == wanted[:5]]
    alike = difflib.get_close_matches(wanted, labels, n=3)
    return list(dict.fromkeys(labels[label] for label in same_start + alike))[:3]
