"""Reading a region's folder: every file, every fault told at once, nothing filled in."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from hamkor.indicators.composite.definition import Definition, checked
from hamkor.regions import tables
from hamkor.regions.files import Folder
from hamkor.regions.outline import read_outline
from hamkor.register.entities import Entity, read_entity
from hamkor.register.vocabulary import KINDS
from hamkor.schema.economies import economies
from hamkor.schema.errors import BadInput, ManyErrors, did_you_mean
from hamkor.schema.outline import Outline
from hamkor.schema.periods import check_date, parse_period
from hamkor.schema.provenance import Artifact, Source
from hamkor.schema.region import Region
from hamkor.schema.tables import BASELINE_ECONOMIES, BASELINE_TRADE, OBSERVATIONS, PERFORMANCE, Table, check, check_row

Row = Callable[[dict[str, str], str], dict[str, Any]]
_CODES = {"REPORTER", "COUNTERPART", "EXPORTER", "IMPORTER", "ECONOMY"}


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
    outline
        What its maps are drawn on; None if the pack has none.
    indices
        Its composite indices, by the name of their file.
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
    outline: Outline | None = None
    indices: dict[str, Definition] = {}


def read_pack(folder: Path) -> Pack:
    """Return the region that lies in `folder`.

    Raises
    ------
    ManyErrors
        With every fault: a file that is missing, is no UTF-8, no TOML or no such CSV; an unknown unit, economy, attribute
        or source; a date that is none; an id that occurs twice. A fault in region.toml that leaves no region comes alone.
    """
    files = Folder(folder)
    region = _region(files)
    if region is None:
        raise ManyErrors(files.faults, subject=f"region in {folder}")
    sources, cited = _sources(files)
    codes = list(dict.fromkeys([*region.groups, *region.economies, *economies()]))
    reading = _Tables(files, cited, codes)
    observations = reading.table("trade", OBSERVATIONS, tables.TRADE, tables.trade_row)
    performance = reading.table("performance", PERFORMANCE, tables.PERFORMANCE, tables.performance_row)
    trade = reading.table("baseline/trade.csv", BASELINE_TRADE, tables.BASELINE_TRADE, tables.baseline_row)
    gdp = reading.table("baseline/economies.csv", BASELINE_ECONOMIES, tables.BASELINE_ECONOMIES, tables.baseline_row)
    entities = _register(files, cited, codes)
    texts, reviewers = _texts(files)
    outline = _outline(files, region)
    indices = _indices(files)
    _check_preferred(files, region, observations)
    if files.faults:
        raise ManyErrors(files.faults, subject=f"region in {folder}")
    artifacts = dict(sorted(files.artifacts.items()))
    return Pack(
        region, sources, observations, performance, trade, gdp, entities, texts, reviewers, artifacts, outline, indices
    )  # fmt: skip


def _region(files: Folder) -> Region | None:
    raw = files.toml("region.toml")
    if raw is None:
        return None
    try:
        region = msgspec.convert(raw, Region)
        parse_period(region.default_period, where="region.toml default-period")
    except msgspec.ValidationError as error:
        files.fault(str(error), "region.toml", "a region as the page on packs says")
        return None
    except BadInput as error:
        files.faults.append(error)
        return None
    for code in region.economies:
        if code in economies():
            files.fault(f"'{code}'", f"region.toml [economies.{code}]", "a code that no standard has")
    known = (*region.economies, *economies())
    named = [(code, "region.toml") for code in (*region.members, *region.observers)]
    named += [(code, f"region.toml [groups.{name}]") for name, group in region.groups.items() for code in group.economies]
    for code, where in named:
        if code not in known:
            files.fault(f"'{code}'", where, "an economy code", did_you_mean(code, known))
    for remark in (*region.notes, *region.gaps):
        for party in remark.parties:
            if party not in known and party not in region.groups:
                cure = did_you_mean(party, [*region.groups, *known])
                files.fault(f"party '{party}'", "region.toml", "an economy or group", cure)
    if region.default_focus not in region.members:
        files.fault(f"default-focus '{region.default_focus}'", "region.toml", "a member")
    return region


def _sources(files: Folder) -> tuple[dict[str, Source], Collection[str] | None]:
    """Return the sources, and the ids that may be cited: those of faulty entries too, None if the file could not be read."""
    raw = files.toml("sources.toml")
    sources: dict[str, Source] = {}
    for name, entry in (raw or {}).items():
        where = f"sources.toml [{name}]"
        try:
            source = msgspec.convert({"id": name, **entry}, Source)
            if source.date != "undated":
                check_date(source.date, where=f"{where} date")
        except (msgspec.ValidationError, TypeError) as error:
            files.fault(str(error), where, "title, publisher, licence, address and date")
        except BadInput as error:
            files.faults.append(error)
        else:
            sources[name] = source
    return sources, None if raw is None else list(raw)


class _Tables:
    """Reads CSV files into declared tables.

    Parameters
    ----------
    files
        The folder.
    cited
        Ids of sources that may be cited; None if unknown.
    codes
        Codes of economies and groups that may stand in a row.
    """

    def __init__(self, files: Folder, cited: Collection[str] | None, codes: Collection[str]) -> None:
        self.files, self.cited, self.codes = files, cited, codes

    def table(self, place: str, table: Table, columns: tuple[str, ...], row: Row) -> pl.DataFrame:
        """Return the table that the files of a place hold; faulty rows are left out and told."""
        rows: list[dict[str, Any]] = []
        seen: dict[tuple[Any, ...], str] = {}
        for name in self.files.files(place, ".csv"):
            for where, cells in self.files.rows(name, columns):
                try:
                    found = row(cells, where)
                    self._check(found, table, where)
                except BadInput as error:
                    self.files.faults.append(error)
                    continue
                key = tuple(found[column] for column in table.key)
                if key in seen:
                    shown = ", ".join(str(part) for part in key if part)
                    self.files.fault(f"id ({shown}) again, first in {seen[key]}", where, "a key that occurs once")
                    continue
                seen[key] = where
                rows.append(found)
        dtypes = {"text": pl.String(), "number": pl.Float64(), "integer": pl.Int64()}
        frame = pl.DataFrame(rows, schema={column.name: dtypes[column.type] for column in table.columns}, orient="row")
        return check(frame, table)

    def _check(self, found: dict[str, Any], table: Table, where: str) -> None:
        source = found["SOURCE"]
        if not source:
            raise BadInput("no source", where=where, due="the id of a source")
        if self.cited is not None and source not in self.cited:
            cure = did_you_mean(source, self.cited)
            raise BadInput(f"source '{source}'", where=where, due="an id of sources.toml", cure=cure)
        for name in _CODES & set(table.names):
            if found[name] not in self.codes:
                cure = did_you_mean(found[name] or "", self.codes)
                raise BadInput(f"{name.lower()} '{found[name]}'", where=where, due="an economy or group", cure=cure)
        check_row(found, table, where=where)


def _register(files: Folder, cited: Collection[str] | None, codes: Collection[str]) -> tuple[Entity, ...]:
    entities: dict[str, Entity] = {}
    for name in files.files("register", ".toml"):
        kind = Path(name).stem
        if kind not in KINDS:
            files.fault(f"kind '{kind}'", name, "a kind of the register", did_you_mean(kind, KINDS))
            continue
        for key, raw in (files.toml(name) or {}).items():
            where = f"{name} [{key}]"
            entity, faults = read_entity(kind, key, raw, where=where)
            files.faults += faults
            if entity is None:
                continue
            if key in entities:
                files.fault(f"id '{key}' again", where, "an id that occurs once")
            _check_entity(files, entity, cited, codes, where)
            entities[key] = entity
    for entity in entities.values():
        if entity.body and (entity.body not in entities or entities[entity.body].kind != "bodies"):
            bodies = [found.id for found in entities.values() if found.kind == "bodies"]
            where = f"register/{entity.kind}.toml [{entity.id}]"
            files.fault(f"body '{entity.body}'", where, "the id of a body", did_you_mean(entity.body, bodies))
    return tuple(entities.values())


def _check_entity(
    files: Folder, entity: Entity, cited: Collection[str] | None, codes: Collection[str], where: str
) -> None:  # fmt: skip
    if not entity.parties:
        files.fault("no party", where, "the parties", "add parties = [...]")
    for party in entity.parties:
        if party not in codes and not _is_subdivision(party):
            files.fault(f"party '{party}'", where, "an economy, province or group", did_you_mean(party, codes))
    for source in dict.fromkeys(claim.source for claim in entity.claims):
        if cited is not None and source not in cited:
            files.fault(f"source '{source}'", where, "an id of sources.toml", did_you_mean(source, cited))


def _is_subdivision(code: str) -> bool:
    country, dash, part = code.partition("-")
    return bool(dash and part) and len(country) == 2 and any(found.alpha2 == country for found in economies().values())


def _texts(files: Folder) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    texts: dict[str, dict[str, str]] = {}
    reviewers: dict[str, str] = {}
    for name in files.files("languages", ".toml"):
        raw = files.toml(name) or {}
        try:
            texts[Path(name).stem] = msgspec.convert(raw.get("text", {}), dict[str, str])
            reviewers[Path(name).stem] = msgspec.convert(raw.get("reviewed_by", ""), str)
        except msgspec.ValidationError as error:
            files.fault(str(error), name, "reviewed_by and a table [text] of texts", "see the page on packs")
    return texts, reviewers


def _outline(files: Folder, region: Region) -> Outline | None:
    if not region.outline:
        return None
    if Path(region.outline).name != region.outline:
        files.fault(f"outline '{region.outline}'", "region.toml", "the name of a file in the region's folder")
        return None
    return read_outline(files, region.outline, members=region.members, known=[*region.economies, *economies()])


def _indices(files: Folder) -> dict[str, Definition]:
    found: dict[str, Definition] = {}
    for name in files.files("index", ".toml"):
        try:
            found[Path(name).stem] = checked(msgspec.convert(files.toml(name) or {}, Definition))
        except (msgspec.ValidationError, BadInput) as error:
            files.fault(str(error), name, "a definition of an index")
    return found


def _check_preferred(files: Folder, region: Region, observations: pl.DataFrame) -> None:
    keys = observations.select(
        pl.format("{}:{}-{}:{}@{}", "FLOW", "REPORTER", "COUNTERPART", "TIME_PERIOD", "SOURCE")
    ).to_series()
    for choice in region.preferred:
        if choice.figure not in keys:
            cure = did_you_mean(choice.figure, keys)
            files.fault(f"preferred figure '{choice.figure}'", "region.toml", "the id of a figure of trade", cure)
