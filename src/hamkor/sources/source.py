"""What a provider declares of itself: `source.toml` in its folder."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from hamkor.schema.errors import BadInput, did_you_mean

LicenceClass = Literal["open", "attribution", "internal", "unclear"]
Verified = Literal["specimen", "documentation", "live"]


class SourceFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that a provider publishes.

    Attributes
    ----------
    name, title
        Short name, and what the file is.
    pattern
        Regular expression that its file names match.
    minimum, maximum
        Rows that are expected of it; outside of these the reading stops.
    url
        Address, if it is fixed.
    """

    name: str
    title: str
    pattern: str
    minimum: int
    maximum: int
    url: str = ""


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An error of a provider's file that is mended on reading, until the provider mends it.

    Attributes
    ----------
    file
        Regular expression that the file's name matches.
    locator
        The cell.
    found
        What the file prints there.
    due
        What it should print, in the file's unit.
    reason
        Why, with the evidence.
    """

    file: str
    locator: str
    found: str
    due: str
    reason: str


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A provider of trade data.

    Attributes
    ----------
    name, title, publisher
        As `hamkor sources` and the outputs name it.
    licence, licence_class
        What may be done with its figures, in words and as a class that travels with every cell.
    cadence
        How often it publishes.
    verified
        What its reader is proven on: a real ``specimen``, the ``documentation`` only, or ``live``.
    files
        What it publishes.
    notes
        What a user should know.
    corrections
        Errors of its files that are mended on reading.
    """

    name: str
    title: str
    publisher: str
    url: str
    licence: str
    licence_class: LicenceClass
    cadence: str
    verified: Verified
    languages: tuple[str, ...]
    files: tuple[SourceFile, ...]
    notes: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()


@cache
def sources() -> tuple[str, ...]:
    """Return the names of the providers, each a folder with a `source.toml`.

    Examples
    --------
    >>> sources()
    ('siat', 'stat-kg', 'stat-kz')
    """
    folders = files("hamkor.sources").iterdir()
    return tuple(sorted(_name(one.name) for one in folders if one.is_dir() and one.joinpath("source.toml").is_file()))


def _name(folder: str) -> str:
    return folder.replace("_", "-")


@cache
def source(name: str) -> Source:
    """Return what a provider declares of itself.

    Raises
    ------
    BadInput
        If there is none of that name.

    Examples
    --------
    >>> source("siat").publisher
    'National Statistics Committee of Uzbekistan'
    """
    if name not in sources():
        raise BadInput(f"source '{name}'", due="one of " + ", ".join(sources()), cure=did_you_mean(name, sources()))
    text = files("hamkor.sources").joinpath(name.replace("-", "_"), "source.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Source)
