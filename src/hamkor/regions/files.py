"""Reading a folder's text files: every fault is collected with file and line, none stops the reading of the others."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hamkor.schema.errors import BadInput
from hamkor.schema.provenance import Artifact


class Folder:
    """A folder of TOML, JSON and CSV files.

    Parameters
    ----------
    path
        Where it lies.

    Attributes
    ----------
    artifacts
        Every file read so far, by its path in the folder.
    faults
        Every fault found so far, in the order of reading.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.artifacts: dict[str, Artifact] = {}
        self.faults: list[BadInput] = []

    def fault(self, found: str, where: str, due: str = "", cure: str = "") -> None:
        """Remember a fault."""
        self.faults.append(BadInput(found, where=where, due=due, cure=cure))

    def files(self, place: str, ending: str) -> list[str]:
        """Return the names of the files of a place: of all with that ending if it is a folder, else its own if it exists."""
        path = self.path / place
        found = (
            sorted(file for file in path.glob(f"*{ending}") if file.name[0] not in "~.")
            if path.is_dir()
            else [path]
            if path.exists()
            else []
        )
        return [file.relative_to(self.path).as_posix() for file in found]

    def text(self, name: str) -> str | None:
        """Return a file's text, or None after a fault."""
        try:
            data = (self.path / name).read_bytes()
        except OSError as error:
            self.fault(error.strerror or "unreadable", name, "a file that can be read")
            return None
        self.artifacts[name] = Artifact(name, hashlib.sha256(data).hexdigest())
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            self.fault(f"byte 0x{data[error.start]:02x}", f"{name} line {line}", "UTF-8 text", "save the file as UTF-8")
            return None

    def toml(self, name: str) -> dict[str, Any] | None:
        """Return a TOML file's tables, or None after a fault."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self.fault(str(error), name, "valid TOML")
            return None

    def json(self, name: str) -> dict[str, Any] | None:
        """Return the object that a JSON file holds, or None after a fault."""
        text = self.text(name)
        if text is None:
            return None
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            self.fault(str(error), name, "valid JSON", "save the file anew as JSON")
            return None
        if not isinstance(found, dict):
            self.fault("no object", name, "a JSON object", "save the file anew as JSON")
            return None
        return found

    def rows(self, name: str, columns: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield the rows of a CSV file as (place, cells); lines with ``#`` before the header are comments.

        Parameters
        ----------
        name
            Of the file.
        columns
            Columns that must be there; others are a fault too.
        """
        text = self.text(name)
        if text is None:
            return
        comments = 0
        while text.startswith("#"):
            text = text.partition("\n")[2]
            comments += 1
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            header = next(reader, [])
            if sorted(header) != sorted(columns):
                shown = ", ".join(header) or "none"
                cure = "save the file with commas, not semicolons" if ";" in shown else ""
                self.fault(f"columns {shown}", f"{name} line {comments + 1}", "the columns " + ", ".join(columns), cure)
                return
            for cells in reader:
                where = f"{name} line {reader.line_num + comments}"
                if len(cells) != len(header):
                    self.fault(f"{len(cells)} cells", where, f"{len(header)} cells")
                else:
                    yield where, {column: cell.strip() for column, cell in zip(header, cells, strict=True)}
        except csv.Error as error:
            self.fault(str(error), f"{name} line {reader.line_num + comments}", "a row of comma-separated values")
