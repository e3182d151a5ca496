"""What a store holds at one instant: the list of its vintages, in one small file that is replaced whole."""

from __future__ import annotations

import msgspec
import polars as pl

from hamkor.schema.errors import BadInput

FORMAT = 1
"""Version of the layout. Raw artifacts are kept, so a store of any other version is made anew by `hamkor update --rebuild`."""


class Vintage(msgspec.Struct, frozen=True):
    """What one provider said at one time.

    Attributes
    ----------
    source, file
        Provider and the name of its file.
    release_date
        UTC, ISO 8601 to the microsecond: when it was published if that is known, else when it was fetched.
    artifact
        SHA-256 of the raw file.
    origin
        Where it was fetched from.
    part, part_sha256
        The Parquet file with its observations, relative to the store.
    rows
        Number of observations.
    licence
        Licence class of every cell of it.
    reader
        Name of the reader with which the file was read; for a file of the user's, the mapping as it was given.
    notes
        What the reader had to say.
    """

    source: str
    file: str
    release_date: str
    artifact: str
    origin: str
    part: str
    part_sha256: str
    rows: int
    licence: str
    reader: str
    notes: tuple[str, ...] = ()


class Validators(msgspec.Struct, frozen=True):
    """What a server said of a file, by which it tells next time whether the file has changed: ETag and Last-Modified."""

    etag: str = ""
    modified: str = ""


class State(msgspec.Struct, frozen=True):
    """The store at one instant: layout version, number of commits, vintages by release date."""

    format: int = FORMAT
    sequence: int = 0
    vintages: tuple[Vintage, ...] = ()


class Arrival(msgspec.Struct, frozen=True):
    """One file that has come, read.

    Attributes
    ----------
    source, file, origin, licence, reader, notes
        As in `Vintage`.
    content
        The raw bytes.
    frame
        Its observations: the columns of the table `records` but SOURCE, RELEASE_DATE, LICENCE and ARTIFACT.
    """

    source: str
    file: str
    origin: str
    content: bytes
    frame: pl.DataFrame
    licence: str
    reader: str
    notes: tuple[str, ...] = ()


def decode_state(data: bytes, *, where: str) -> State:
    """Return the state that a store's head file holds.

    Raises
    ------
    BadInput
        If it is damaged, or of another version of the layout.
    """
    cure = "run `hamkor update --rebuild`, which reads the raw files in the store again"
    try:
        version = msgspec.json.decode(data, type=dict[str, msgspec.Raw]).get("format")
        found = int(bytes(version)) if version is not None else 0
        if found > FORMAT:
            newer = "install a newer Hamkor, or choose another --store"
            raise BadInput(f"a store of layout {found}", where=where, due=f"layout {FORMAT}", cure=newer)
        if found < FORMAT:
            raise BadInput(f"a store of layout {found}", where=where, due=f"layout {FORMAT}", cure=cure)
        return msgspec.json.decode(data, type=State)
    except (msgspec.DecodeError, ValueError) as error:
        raise BadInput(f"damaged: {error}", where=where, due="the state of a store", cure=cure) from None
