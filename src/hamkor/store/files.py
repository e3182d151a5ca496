"""Writing one file so that a crash at any instant leaves the old one or the new one, whole."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from hamkor.schema.errors import SourceUnavailable

PARTIAL = ".partial-"
"""Start of the names of files that are being written; what is left of them after a crash is swept by the next writer."""


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes, in hexadecimal.

    Examples
    --------
    >>> sha256(b"")[:12]
    'e3b0c44298fc'
    """
    return hashlib.sha256(data).hexdigest()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file aside, force it to the disk, and rename it into place.

    Raises
    ------
    SourceUnavailable
        If the disk is full, read-only or fails; what stood at `path` before is untouched then.
    """
    aside: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=PARTIAL, dir=path.parent)
        aside = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        if aside is not None:
            aside.unlink(missing_ok=True)
        cure = "free some space or choose another --store; nothing that was stored is lost"
        raise SourceUnavailable(f"writing failed: {error.strerror}", where=str(path), cure=cure) from None


def _sync_folder(folder: Path) -> None:
    """Force a rename to the disk, where the system lets a folder be opened."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(folder: Path) -> int:
    """Remove what interrupted writers left half-written; return how many files that were. Only under the writer's lock."""
    found = [path for path in folder.rglob(f"{PARTIAL}*") if path.is_file()]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)
