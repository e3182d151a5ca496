"""The store: a folder of raw files and Parquet parts, and one head file that says which of them count."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import polars as pl

from hamkor.schema.errors import BadInput, SourceUnavailable
from hamkor.schema.tables import RECORDS, check
from hamkor.store.files import sha256, sweep, write_whole
from hamkor.store.state import Arrival, State, Validators, Vintage, decode_state
from hamkor.store.vintages import as_of_records, moment

HEAD = "head.json"
_ORIGINS = ".origins.json"
"""Ending of the file beside a raw file that says how to ask for it again; without it, the file is fetched whole."""
Clock = Callable[[], datetime.datetime]


def utc_now() -> datetime.datetime:
    """Return the present instant in UTC."""
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)


class Store(msgspec.Struct, frozen=True):
    """A store as it was when it was opened. Writing returns the store after it; nobody else's view changes.

    Attributes
    ----------
    folder
        Where it lies; it need not exist before the first writing.
    state
        Which vintages it holds.
    """

    folder: Path
    state: State

    def records(self, *, as_of: str = "", every_vintage: bool = False) -> pl.LazyFrame:
        """Return the table `records`: of every observation the latest vintage, or all of them.

        Parameters
        ----------
        as_of
            A day or an instant: what was known then; empty: now.
        every_vintage
            Whether to keep the vintages before the latest.

        Raises
        ------
        BadInput
            If a part that the head file names is not there.
        """
        known = [one for one in self.state.vintages if not as_of or one.release_date <= moment(as_of)]
        parts = [self.folder / one.part for one in known]
        for part in parts:
            if not part.exists():
                cure = "run `hamkor update --rebuild`, which reads the raw files in the store again"
                raise BadInput("not there", where=str(part), due="a part of the store", cure=cure)
        if not parts:
            return pl.LazyFrame(schema={column.name: _dtype(column.type) for column in RECORDS.columns})
        scanned = pl.scan_parquet(parts, glob=False)
        return scanned if every_vintage else as_of_records(scanned, as_of=as_of)

    def raw(self, artifact: str) -> bytes:
        """Return the raw file with that SHA-256.

        Raises
        ------
        BadInput
            If it is not in the store, or its bytes are not what the name says.
        """
        path = self.folder / _artifact(artifact)
        if not path.exists():
            raise BadInput(f"artifact {artifact[:12]}", where=str(self.folder), due="one that the store holds")
        data = path.read_bytes()
        if sha256(data) != artifact:
            raise BadInput("its bytes were changed", where=str(path), due=f"SHA-256 {artifact}")
        return data

    def validators(self, artifact: str, url: str) -> Validators:
        """Return what the server at an address said of the raw file with that SHA-256; empty if it said nothing."""
        return self._origins(artifact).get(url, Validators()) if (self.folder / _artifact(artifact)).exists() else Validators()

    def remember(self, artifact: str, url: str, validators: Validators) -> None:
        """Keep beside a raw file what the server at an address said of it.

        Raises
        ------
        SourceUnavailable
            If another writer does not end, or the disk is full or read-only.
        """
        if validators != self._origins(artifact).get(url, Validators()):
            with self.locked():
                known = self._origins(artifact) | {url: validators}
                write_whole(self.folder / f"{_artifact(artifact)}{_ORIGINS}", msgspec.json.encode(known))

    def _origins(self, artifact: str) -> dict[str, Validators]:
        try:
            return msgspec.json.decode(
                (self.folder / f"{_artifact(artifact)}{_ORIGINS}").read_bytes(), type=dict[str, Validators]
            )
        except (OSError, msgspec.DecodeError):
            return {}

    def add(self, arrival: Arrival, *, released: str = "", clock: Clock = utc_now, wait: float = 30.0) -> tuple[Store, bool]:
        """Return the store with one more vintage, and whether anything new was in it.

        The raw file and the part are written first, then the head file is replaced: a crash at any instant leaves the
        state before or the state after.

        Parameters
        ----------
        arrival
            The file, read.
        released
            When it was published, if that is known; else now.
        clock
            Tells the present instant.
        wait
            Seconds to wait for another writer.

        Raises
        ------
        BadInput
            If the file is one that a later vintage has replaced (a replayed page), the clock is behind the newest
            vintage, `released` lies in the future, or a row does not fit the table `records`.
        SourceUnavailable
            If another writer does not end, or the disk is full or read-only.
        """
        with self.writing(wait=wait) as now:
            return now.added(arrival, released=released, clock=clock)

    def added(self, arrival: Arrival, *, released: str = "", clock: Clock = utc_now) -> tuple[Store, bool]:
        """Return as `add`; for a writer who holds the lock already."""
        artifact = sha256(arrival.content)
        before = [one for one in self.state.vintages if (one.source, one.file) == (arrival.source, arrival.file)]
        where = f"{arrival.source} {arrival.file}"
        if before and before[-1].artifact == artifact and before[-1].reader == arrival.reader:
            return self, False
        if any(one.artifact == artifact and one.reader == arrival.reader for one in before):
            old = next(one for one in before if one.artifact == artifact)
            raise BadInput(
                f"the same bytes as the vintage of {old.release_date[:10]}, which a later one has replaced",
                where=where, due="a newer file", cure="a cache has replayed an old page; try again later",
            )  # fmt: skip
        date = self._dated(released, clock, where=where)
        store = self.prepared(arrival, date=date)
        return store.committed(store.state.vintages), True

    def prepared(self, arrival: Arrival, *, date: str) -> Store:
        """Return the store with one more vintage whose files are written but which is not committed yet."""
        artifact = sha256(arrival.content)
        frame = arrival.frame.with_columns(
            SOURCE=pl.lit(arrival.source), RELEASE_DATE=pl.lit(date), LICENCE=pl.lit(arrival.licence),
            ARTIFACT=pl.lit(artifact),
        )  # fmt: skip
        frame = check(frame, RECORDS).sort("REPORTER", "COUNTERPART", "FLOW", "PRODUCT", "TIME_PERIOD")
        buffer = io.BytesIO()
        frame.write_parquet(buffer, compression="zstd", statistics=True)
        data = buffer.getvalue()
        part = f"records/SOURCE={arrival.source}/{date.replace(':', '')}-{artifact[:12]}.parquet"
        if not (self.folder / _artifact(artifact)).exists():
            write_whole(self.folder / _artifact(artifact), arrival.content)
        write_whole(self.folder / part, data)
        vintage = Vintage(
            arrival.source, arrival.file, date, artifact, arrival.origin, part, sha256(data), len(frame), arrival.licence,
            arrival.reader, arrival.notes,
        )  # fmt: skip
        vintages = tuple(sorted([*self.state.vintages, vintage], key=lambda one: one.release_date))
        return Store(self.folder, State(sequence=self.state.sequence, vintages=vintages))

    def committed(self, vintages: Sequence[Vintage]) -> Store:
        """Return the store with these vintages, its head file replaced; for a writer who holds the lock."""
        state = State(sequence=self.state.sequence + 1, vintages=tuple(vintages))
        write_whole(self.folder / HEAD, msgspec.json.format(msgspec.json.encode(state), indent=1))
        return Store(self.folder, state)

    @contextmanager
    def writing(self, *, wait: float = 30.0) -> Iterator[Store]:
        """Hold the one writer's lock; gives the store as it is now.

        Raises
        ------
        SourceUnavailable
            If another writer holds it for longer than `wait` seconds, or the folder cannot be written to.
        """
        with self.locked(wait=wait):
            yield open_store(self.folder)

    @contextmanager
    def locked(self, *, wait: float = 30.0) -> Iterator[None]:
        """Hold the one writer's lock, whatever the store's state; see `writing`."""
        from filelock import FileLock, Timeout

        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / "lock", timeout=wait):
                sweep(self.folder)
                yield
        except Timeout:
            cure = "wait for the other update to end, or choose another --store"
            raise SourceUnavailable("another update is writing", where=str(self.folder), cure=cure) from None
        except OSError as error:
            cure = "choose another --store"
            raise SourceUnavailable(f"cannot be written to: {error.strerror}", where=str(self.folder), cure=cure) from None

    def _dated(self, released: str, clock: Clock, *, where: str) -> str:
        now = clock().isoformat(timespec="microseconds")
        taken = {one.release_date for one in self.state.vintages}
        if released:
            date = moment(released, where="--released")
            if date > moment(now[:10]):
                raise BadInput(f"published on {released}", where=where, due=f"a day not after {now[:10]}")
        else:
            date, newest = now, max((one.release_date for one in self.state.vintages), default="")
            if newest > moment(now[:10]):
                raise BadInput(
                    f"the clock says {now[:19]}, before the newest vintage of {newest[:19]}",
                    where=where, due="a clock that does not go backwards", cure="set the clock, or say --released",
                )  # fmt: skip
            date = max(date, newest)
        while date in taken:
            date = (datetime.datetime.fromisoformat(date) + datetime.timedelta(microseconds=1)).isoformat(
                timespec="microseconds"
            )
        return date


def open_store(folder: Path) -> Store:
    """Return the store in a folder; an empty one if nothing has been stored there.

    Raises
    ------
    BadInput
        If its head file is damaged or of another version of the layout.

    Examples
    --------
    >>> open_store(Path("no such folder")).state.vintages
    ()
    """
    head = folder / HEAD
    try:
        data = head.read_bytes()
    except FileNotFoundError:
        return Store(folder, State())
    except OSError as error:
        raise SourceUnavailable(f"cannot be read: {error.strerror}", where=str(head)) from None
    return Store(folder, decode_state(data, where=str(head)))


def _artifact(digest: str) -> str:
    return f"artifacts/{digest[:2]}/{digest}"


def _dtype(kind: str) -> pl.DataType:
    return {"text": pl.String(), "number": pl.Float64(), "integer": pl.Int64()}[kind]
