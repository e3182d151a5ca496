"""Reading what the user gives and writing what is made: all or nothing."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from hamkor.schema.errors import BadInput, SourceUnavailable
from hamkor.texts.limits import MAX_BYTES, too_large


def store_folder(given: str | Path | None = None) -> Path:
    """Return where the store lies: as given, else HAMKOR_STORE, else the user's data folder."""
    if given is not None or (given := os.environ.get("HAMKOR_STORE")):
        return Path(given)
    base = os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA") or str(Path.home() / ".local" / "share")
    return Path(base) / "hamkor"


def read_file(path: str) -> bytes:
    """Return the bytes of a file, or of standard input for ``-``; never more than `MAX_BYTES`.

    Raises
    ------
    BadInput
        If there is no such file, it cannot be read, or it is too large.
    """
    try:
        if path == "-":
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            if Path(path).stat().st_size > MAX_BYTES:
                raise too_large(path)
            data = Path(path).read_bytes()
    except OSError as error:
        raise BadInput(f"{error.strerror}", where=path, due="a file that can be read", cure="check the path") from None
    if len(data) > MAX_BYTES:
        raise too_large(path)
    return data


def write(files: dict[str, bytes], folder: Path) -> list[Path]:
    """Write files into a folder, all or none: each goes to a temporary name first, then all are renamed.

    Raises
    ------
    BadInput
        If the folder is a file or cannot be written to; nothing is left behind then.
    SourceUnavailable
        If the disk is full or fails in mid-write; nothing is left behind then.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".hamkor-", dir=folder))
    except OSError as error:
        raise BadInput(
            f"output folder '{folder}': {error.strerror}",
            due="a folder that can be written to",
            cure="choose another --output",
        ) from None
    try:
        for name, data in files.items():
            if (folder / name).is_dir():
                raise BadInput(f"a folder '{folder / name}'", due="a file or nothing", cure="choose another --output")
            (staging / name).write_bytes(data)
        return [(staging / name).replace(folder / name) for name in files]
    except OSError as error:
        raise SourceUnavailable(f"writing to '{folder}' failed: {error.strerror}") from None
    finally:
        _remove(staging, files)


def _remove(staging: Path, names: Iterable[str]) -> None:
    for name in names:
        (staging / name).unlink(missing_ok=True)
    staging.rmdir()
