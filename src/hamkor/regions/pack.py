"""Reading a region's folder: every file, every fault told at once, nothing filled in."""

from __future__ import annotations

import csv
import hashlib
import io
import tomllib
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from hamkor.regions.tables import performance_row, trade_row
from hamkor.register.entities import Entity, read_entity
from hamkor.register.vocabulary import KINDS
from hamkor.schema.economies import economies
from hamkor.schema.errors import BadInput, ManyErrors, did_you_mean
from hamkor.schema.periods import check_date, parse_period
from hamkor.schema.provenance import Artifact, Source
from hamkor.schema.region import Region
from hamkor.schema.tables import BASELINE_ECONOMIES, BASELINE_TRADE, OBSERVATIONS, PERFORMANCE, Table, check
from hamkor.schema.units import read_printed, unit


class Pack(msgspec.Struct, frozen=True):
    """A region with all its facts.

    Attributes
    ----------
    region
        Members, groups, gaps.
    sources
        Every source by its id.
    observations, performance, baseline_trade, baseline_economies
        Tables as `hamkor.schema.tables` declares them.
    entities
        The register, in the order of kinds and files.
    texts
        language -> English text -> translation.
    reviewers
        language -> name of the native reader who signed; empty if none did.
    artifacts
        Every file read, by its path in the folder.
    """

    region: Region
    sources: dict[str, Source]
    observations: pl.DataFrame
    performance: pl.DataFrame
    baseline_trade: pl.DataFrame
    baseline_economies: pl.DataFrame
    entities: tuple[Entity, ...]
    texts: dict[str, dict[str, str]]
    reviewers: dict[str, str]
    artifacts: dict[str, Artifact]


def read_pack(folder: Path) -> Pack:
    """Return the region that lies in `folder`.

    Raises
    ------
    ManyErrors
        With every fault: a file that is missing, is no UTF-8, no TOML or no such CSV; an unknown unit, economy, attribute or
        source; a date that is none; an id that occurs twice.
    """
    return _Reader(folder).read()


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.artifacts: dict[str, Artifact] = {}
        self.faults: list[BadInput] = []

    def read(self) -> Pack:
        region = self._region()
        sources = self._sources()
        codes = dict.fromkeys([*(region.groups if region else {}), *(region.economies if region else {}), *economies()])
        observations = self._table("trade", OBSERVATIONS, trade_row)
        performance = self._table("performance", PERFORMANCE, performance_row)
        baseline_trade = self._table("baseline/trade.csv", BASELINE_TRADE, _baseline_row)
        baseline_economies = self._table("baseline/economies.csv", BASELINE_ECONOMIES, _baseline_row)
        entities = self._register(codes)
        texts, reviewers = self._texts()
        self._check_sources(sources, observations, performance, baseline_trade, baseline_economies, entities=entities)
        self._check_codes(observations, codes)
        if self.faults or region is None:
            raise ManyErrors(self.faults, subject=f"region in {self.folder}")
        return Pack(
            region, sources, observations, performance, baseline_trade, baseline_economies, entities, texts, reviewers,
            dict(sorted(self.artifacts.items())),
        )  # fmt: skip

    def _text(self, path: Path) -> str | None:
        name = path.relative_to(self.folder).as_posix()
        try:
            data = path.read_bytes()
        except OSError as error:
            self._fault(error.strerror or "unreadable", name, "a file that can be read")
            return None
        self.artifacts[name] = Artifact(name, hashlib.sha256(data).hexdigest())
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            self._fault(f"byte 0x{data[error.start]:02x}", f"{name} line {line}", "UTF-8 text", "save the file as UTF-8")
            return None

    def _toml(self, path: Path) -> dict[str, Any]:
        text = self._text(path)
        if text is None:
            return {}
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self._fault(str(error), path.relative_to(self.folder).as_posix(), "valid TOML")
            return {}

    def _fault(self, found: str, where: str, due: str = "", cure: str = "") -> None:
        self.faults.append(BadInput(found, where=where, due=due, cure=cure))

    def _region(self) -> Region | None:
        raw = self._toml(self.folder / "region.toml")
        if not raw:
            return None
        try:
            region = msgspec.convert(raw, Region)
            parse_period(region.default_period, where="region.toml default-period")
        except msgspec.ValidationError as error:
            self._fault(str(error), "region.toml", "a region as the page on packs says")
            return None
        except BadInput as error:
            self.faults.append(error)
            return None
        for code in region.economies:
            if code in economies():
                self._fault(f"'{code}'", f"region.toml [economies.{code}]", "a code that no standard has")
        known = (*economies(), *region.economies)
        for code in (*region.members, *region.observers):
            if code not in known:
                self._fault(f"'{code}'", "region.toml", "an economy code", did_you_mean(code, known))
        if region.default_focus not in region.members:
            self._fault(f"default-focus '{region.default_focus}'", "region.toml", "a member")
        return region

    def _sources(self) -> dict[str, Source]:
        sources: dict[str, Source] = {}
        for name, raw in self._toml(self.folder / "sources.toml").items():
            where = f"sources.toml [{name}]"
            try:
                source = msgspec.convert({"id": name, **raw}, Source)
                if source.date != "undated":
                    check_date(source.date, where=f"{where} date")
            except (msgspec.ValidationError, TypeError) as error:
                self._fault(str(error), where, "title, publisher, licence, address and date")
            except BadInput as error:
                self.faults.append(error)
            else:
                sources[name] = source
        return sources

    def _table(self, place: str, table: Table, row: Callable[[dict[str, str], str], dict[str, Any]]) -> pl.DataFrame:
        path = self.folder / place
        files = sorted(path.glob("*.csv")) if path.is_dir() else [path] if path.exists() else []
        rows: list[dict[str, Any]] = []
        seen: dict[tuple[Any, ...], str] = {}
        for where, cells in self._csv_rows(files):
            try:
                found = row(cells, where)
            except BadInput as error:
                self.faults.append(error)
                continue
            key = tuple(found[name] for name in table.key)
            if key in seen:
                shown = ", ".join(str(part) for part in key if part)
                self._fault(f"id ({shown}) again, first in {seen[key]}", where, "a key that occurs once")
                continue
            seen[key] = where
            rows.append(found)
        dtypes = {"text": pl.String(), "number": pl.Float64(), "integer": pl.Int64()}
        frame = pl.DataFrame(rows, schema={column.name: dtypes[column.type] for column in table.columns}, orient="row")
        try:
            return check(frame, table)
        except BadInput as error:
            self.faults.append(error)
            return frame

    def _csv_rows(self, files: list[Path]) -> Iterator[tuple[str, dict[str, str]]]:
        for path in files:
            text = self._text(path)
            if text is None:
                continue
            name = path.relative_to(self.folder).as_posix()
            comments = 0
            while text.startswith("#"):
                text = text.partition("\n")[2]
                comments += 1
            reader = csv.DictReader(io.StringIO(text), restkey="__more__", restval=None)
            for cells in reader:
                where = f"{name} line {reader.line_num + comments}"
                if "__more__" in cells or None in cells.values():
                    self._fault(f"{len(cells)} cells or a cell too many", where, f"{len(reader.fieldnames or [])} cells")
                    continue
                yield where, {key: value.strip() for key, value in cells.items()}

    def _register(self, codes: Collection[str]) -> tuple[Entity, ...]:
        entities: dict[str, Entity] = {}
        for path in sorted((self.folder / "register").glob("*.toml")):
            kind, name = path.stem, f"register/{path.name}"
            if kind not in KINDS:
                self._fault(f"kind '{kind}'", name, "a kind of the register", did_you_mean(kind, KINDS))
                continue
            for key, raw in self._toml(path).items():
                entity, faults = read_entity(kind, key, raw, where=f"{name} [{key}]")
                self.faults += faults
                if entity is None:
                    continue
                if key in entities:
                    self._fault(f"id '{key}' again", f"{name} [{key}]", "an id that occurs once")
                for party in entity.parties:
                    if party.split("-")[0] not in codes and not _is_subdivision(party):
                        cure = did_you_mean(party, codes)
                        self._fault(f"party '{party}'", f"{name} [{key}]", "an economy, province or group", cure)
                entities[key] = entity
        for entity in entities.values():
            if entity.body and entity.body not in entities:
                self._fault(f"body '{entity.body}'", f"register [{entity.id}]", "the id of a body")
        return tuple(entities.values())

    def _texts(self) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
        texts: dict[str, dict[str, str]] = {}
        reviewers: dict[str, str] = {}
        for path in sorted((self.folder / "languages").glob("*.toml")):
            raw = self._toml(path)
            texts[path.stem] = {str(key): str(value) for key, value in raw.get("text", {}).items()}
            reviewers[path.stem] = str(raw.get("reviewed_by", ""))
        return texts, reviewers

    def _check_sources(
        self, sources: dict[str, Source], *frames: pl.DataFrame, entities: tuple[Entity, ...]
    ) -> None:  # fmt: skip
        cited = [
            (str(row["SOURCE"]), str(row.get("LOCATOR") or "baseline"))
            for frame in frames
            for row in frame.iter_rows(named=True)
        ]
        cited += [(claim.source, f"register [{entity.id}]") for entity in entities for claim in entity.claims]
        for source, where in cited:
            if source not in sources:
                self._fault(f"source '{source}'", where, "an id of sources.toml", did_you_mean(source, sources))

    def _check_codes(self, observations: pl.DataFrame, codes: Collection[str]) -> None:
        for row in observations.iter_rows(named=True):
            for name in ("REPORTER", "COUNTERPART"):
                if row[name] not in codes:
                    cure = did_you_mean(row[name], codes)
                    self._fault(f"{name.lower()} '{row[name]}'", row["LOCATOR"], "an economy or group", cure)


def _is_subdivision(code: str) -> bool:
    country, dash, part = code.partition("-")
    return bool(dash and part) and len(country) == 2 and any(found.alpha2 == country for found in economies().values())


def _baseline_row(cells: dict[str, str], where: str) -> dict[str, Any]:
    period = str(parse_period(cells["period"], where=where))
    number = read_printed(cells["value"], unit(cells["unit"], where=where), where=where)
    row: dict[str, Any] = {"TIME_PERIOD": period, "OBS_VALUE": number.value, "SOURCE": cells["source"]}
    return row | {name.upper(): cells[name] for name in ("exporter", "importer", "economy") if name in cells}
