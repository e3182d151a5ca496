"""Bringing data into the store: providers' files fetched or taken from a folder, the user's own with a declared mapping."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from hamkor.schema.errors import BadInput, HamkorError
from hamkor.sources import Reading, read, source, sources
from hamkor.sources.mapped.reading import Preview
from hamkor.sources.source import Source
from hamkor.store import Arrival, Store, Vintage, open_store, sha256
from hamkor.store.store import HEAD
from hamkor.texts.limits import MAX_BYTES, too_large
from hamkor.workbench.files import read_file, store_folder

if TYPE_CHECKING:
    from httpx import Client

AT_ONCE = 4
"""Providers asked at the same time; each is asked for one file after the other."""
Progress = Callable[[str], None]


class Outcome(msgspec.Struct, frozen=True):
    """What became of one file.

    Attributes
    ----------
    source, file
        Provider and file.
    state
        ``new`` (a vintage was added), ``unchanged``, ``failed``.
    rows
        Observations in it.
    release_date
        Of the vintage.
    notes
        What the reader had to say.
    error
        Why it failed.
    exit_code
        Of that failure.
    """

    source: str
    file: str
    state: str
    rows: int = 0
    release_date: str = ""
    notes: tuple[str, ...] = ()
    error: str = ""
    exit_code: int = 0


def update(
    names: Sequence[str] = (), *, store: Path | None = None, folder: Path | None = None, mirror: str = "", released: str = "",
    progress: Progress = lambda _told: None,
) -> list[Outcome]:  # fmt: skip
    """Return what became of each file of the providers, after new vintages were added to the store.

    Each file is committed by itself: interrupted, the update goes on from there when it is run again.

    Parameters
    ----------
    names
        Providers; all if none is given.
    store
        Folder of the store.
    folder
        Take the files from here instead of the providers' addresses.
    mirror
        Address of a mirror that has the files under PROVIDER/FILE.
    released
        Day on which the files were published, if it is known.
    progress
        Is told what goes on.

    Raises
    ------
    BadInput
        If a provider is not known, or the folder has no file of any.
    SourceUnavailable
        If the store cannot be written to.
    """
    chosen = [source(name) for name in (names or sources())]
    home = open_store(store_folder(store))
    if folder is not None:
        return _taken(home, chosen, folder, released, progress)
    asked = [one for one in chosen if any(file.url for file in one.files)]
    if not asked:
        named = ", ".join(one.name for one in chosen)
        cure = "download them in a browser and give their folder with --from"
        raise BadInput(f"no fixed address for the files of {named}", due="an address", cure=cure)
    found: list[Outcome] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for outcomes in pool.map(lambda one: _fetched(home, one, mirror, released, progress), asked):
            found += outcomes
    return found


def _taken(home: Store, chosen: Iterable[Source], folder: Path, released: str, progress: Progress) -> list[Outcome]:
    try:
        paths = sorted(path for path in folder.iterdir() if path.is_file())
    except OSError as error:
        raise BadInput(f"{error.strerror}", where=str(folder), due="a folder with files of the providers") from None
    found: list[Outcome] = []
    any_file = False
    for one in chosen:
        own = [path for path in paths if any(re.search(file.pattern, path.name) for file in one.files)]
        any_file = any_file or bool(own)
        waiting: list[Arrival] = []
        for path in own:
            progress(f"{one.name}: reading {path.name}")
            arrived = _arrival(one, path.name, path.name, partial(_bytes, path))
            if isinstance(arrived, Outcome):
                found.append(arrived)
            else:
                waiting.append(arrived)
        waiting.sort(key=lambda arrival: (max(arrival.frame["TIME_PERIOD"], default=""), arrival.file))
        found += [_added(home, arrival, released) for arrival in waiting]
    if not any_file:
        patterns = "; ".join(file.pattern for one in chosen for file in one.files)
        raise BadInput("no file of a known provider", where=str(folder), due=f"names like {patterns}")
    return found


def _fetched(home: Store, one: Source, mirror: str, released: str, progress: Progress) -> list[Outcome]:
    from hamkor.workbench.fetching import client

    found: list[Outcome] = []
    with client() as web:
        for file in one.files:
            if not file.url:
                continue
            name = file.url.rpartition("/")[2]
            address = f"{mirror.rstrip('/')}/{one.name}/{name}" if mirror else file.url
            progress(f"{one.name}: fetching {name}")
            try:
                found.append(_fetched_file(home, one, name, address, web, released))
            except HamkorError as error:
                found.append(Outcome(one.name, name, "failed", error=str(error), exit_code=error.exit_code))
    return found


def _fetched_file(home: Store, one: Source, name: str, address: str, web: Client, released: str) -> Outcome:
    """Return what became of one file; the server is not asked to send again what the store has of it."""
    from hamkor.workbench.fetching import fetch

    newest = [vintage for vintage in home.state.vintages if (vintage.source, vintage.file) == (one.name, name)][-1:]
    known = home.validators(newest[0].artifact, address) if newest else None
    answer = fetch(web, address, known=known)
    content = answer.content
    if content is None:
        return Outcome(one.name, name, "unchanged", newest[0].rows, newest[0].release_date, newest[0].notes)
    arrived = _arrival(one, name, address, lambda: content)
    if isinstance(arrived, Outcome):
        return arrived
    outcome = _added(home, arrived, released)
    if not outcome.error:
        open_store(home.folder).remember(sha256(content), address, answer.validators)
    return outcome


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > MAX_BYTES:
        raise too_large(str(path))
    return path.read_bytes()


def _arrival(one: Source, file: str, origin: str, content: Callable[[], bytes]) -> Arrival | Outcome:
    try:
        data = content()
        reading = read(one.name, data, file=file)
    except HamkorError as error:
        return Outcome(one.name, file, "failed", error=str(error), exit_code=error.exit_code)
    except OSError as error:
        return Outcome(one.name, file, "failed", error=f"{file}: {error.strerror}", exit_code=2)
    return Arrival(one.name, file, origin, data, reading.frame, one.licence_class, one.name, reading.notes)


def _added(home: Store, arrival: Arrival, released: str) -> Outcome:
    try:
        store, new = open_store(home.folder).add(arrival, released=released)
    except HamkorError as error:
        return Outcome(arrival.source, arrival.file, "failed", error=str(error), exit_code=error.exit_code)
    vintage = [one for one in store.state.vintages if (one.source, one.file) == (arrival.source, arrival.file)][-1]
    state = "new" if new else "unchanged"
    return Outcome(
        arrival.source, arrival.file, state, len(arrival.frame), vintage.release_date, arrival.notes
    )  # fmt: skip


def import_file(path: Path, mapping: Path, *, store: Path | None = None, released: str = "") -> Outcome:
    """Return what became of a file of the user's, after it was added to the store.

    Raises
    ------
    BadInput
        If the mapping or the file has faults; the store is unchanged then.
    SourceUnavailable
        If the store cannot be written to.
    """
    name, licence, text, reading = mapped(path, mapping)
    data = _read(path)
    arrival = Arrival(name, path.name, path.name, data, reading.frame, licence, f"mapping:{text}", reading.notes)
    found, new = open_store(store_folder(store)).add(arrival, released=released)
    vintage = [one for one in found.state.vintages if (one.source, one.file) == (name, path.name)][-1]
    return Outcome(
        name, path.name, "new" if new else "unchanged", len(reading.frame), vintage.release_date, reading.notes
    )  # fmt: skip


def mapped(path: Path, mapping: Path) -> tuple[str, str, str, Reading]:
    """Return the source's name, its licence class, the mapping's text and what was understood of a file of the user's.

    Raises
    ------
    BadInput
        If the mapping or the file has faults.
    """
    from hamkor.sources.mapped import gazetteer, read_mapped, read_mapping

    text = _text(_read(mapping), mapping)
    declared = read_mapping(text, where=str(mapping))
    reading = read_mapped(_read(path), declared, file=path.name, names=gazetteer())
    return declared.file.source, declared.file.licence, text, reading


def guessed(path: Path) -> str:
    """Return a mapping proposed for a file of the user's, as TOML; its unit is left for the user to declare."""
    from hamkor.sources.mapped import gazetteer, guess

    return guess(_read(path), file=path.name, names=gazetteer())


def previewed(path: Path, mapping: Path) -> Preview:
    """Return what is understood of a file of the user's, for a look before it is stored; as `mapped`."""
    from hamkor.sources.mapped import preview

    return preview(mapped(path, mapping)[3])


def known_sources(*, store: Path | None = None) -> list[dict[str, Any]]:
    """Return every provider, and every name under which the user imported, with what the store has of it."""
    vintages = open_store(store_folder(store)).state.vintages
    declared = {name: source(name) for name in sources()}
    found: list[dict[str, Any]] = []
    for name in dict.fromkeys([*declared, *(one.source for one in vintages)]):
        own = [one for one in vintages if one.source == name]
        one = declared.get(name)
        found.append(
            {
                "name": name,
                "title": one.title if one else f"imported: {own[-1].file}",
                "publisher": one.publisher if one else "",
                "licence": one.licence_class if one else own[-1].licence,
                "cadence": one.cadence if one else "",
                "verified": one.verified if one else "by its mapping",
                "vintages": len(own),
                "newest": own[-1].release_date[:10] if own else "",
                "rows": sum(vintage.rows for vintage in own),
            }
        )
    return found


def _read(path: Path) -> bytes:
    return read_file(str(path))


def _text(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"byte {error.start} is no UTF-8", where=str(path), due="a TOML file in UTF-8") from None


def rebuild(*, store: Path | None = None, progress: Progress = lambda _told: None) -> list[Outcome]:
    """Return what became of each vintage, after the store was made anew from its raw files.

    Raises
    ------
    BadInput
        If there is no store, its list of vintages cannot be read, or a raw file cannot be read any more; the store is
        unchanged then.
    """
    folder = store_folder(store)
    try:
        known = msgspec.json.decode((folder / HEAD).read_bytes(), type=dict[str, msgspec.Raw]).get("vintages")
        vintages = msgspec.json.decode(bytes(known or b"[]"), type=list[Vintage])
    except (OSError, msgspec.DecodeError) as error:
        raise BadInput(f"no list of vintages: {error}", where=str(folder / HEAD), due="a store") from None
    return _rebuilt(folder, vintages, progress)


def _rebuilt(folder: Path, vintages: list[Vintage], progress: Progress) -> list[Outcome]:
    from hamkor.sources.mapped import gazetteer, read_mapped, read_mapping
    from hamkor.store.state import State

    found: list[Outcome] = []
    fresh = Store(folder, State())
    with fresh.locked():
        for one in vintages:
            progress(f"{one.source}: reading {one.file} of {one.release_date[:10]}")
            data = fresh.raw(one.artifact)
            if one.reader.startswith("mapping:"):
                declared = read_mapping(one.reader.removeprefix("mapping:"), where=f"mapping of {one.file}")
                reading = read_mapped(data, declared, file=one.file, names=gazetteer())
            else:
                reading = read(one.reader, data, file=one.file)
            arrival = Arrival(one.source, one.file, one.origin, data, reading.frame, one.licence, one.reader, reading.notes)
            fresh = fresh.prepared(arrival, date=one.release_date)
            found.append(Outcome(one.source, one.file, "new", len(reading.frame), one.release_date, reading.notes))
        fresh.committed(fresh.state.vintages)
    return found
