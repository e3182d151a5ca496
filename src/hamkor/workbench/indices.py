"""A composite index of a table of the user's, or of what a region's folder states."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from hamkor.indicators.composite.build import Built, build
from hamkor.indicators.composite.definition import Definition, checked, with_weights
from hamkor.indicators.composite.uncertainty import Uncertain, left_out, uncertain
from hamkor.regions.find import region_folder, region_folders
from hamkor.regions.pack import Pack, read_pack
from hamkor.schema.errors import BadInput, did_you_mean
from hamkor.workbench.files import read_file
from hamkor.workbench.measures import read_table
from hamkor.workbench.taking import taken

FORMATS = ("csv", "xlsx", "svg", "json")


class Indexed(msgspec.Struct, frozen=True):
    """An index, how sure its ranks are, and what it rests on.

    Attributes
    ----------
    built
        Scores, dimensions, cells, weights.
    uncertain
        Intervals of ranks; None if no draws were asked for.
    left_out
        How ranks shift when one indicator is left out; None if no draws were asked for.
    sources
        indicator, economy, value, unit, period, source of what a region's folder stated; empty for a table of the user's.
    basis
        The data, in words.
    """

    built: Built
    uncertain: Uncertain | None
    left_out: pl.DataFrame | None
    sources: pl.DataFrame
    basis: str

    def plain(self) -> dict[str, Any]:
        """Return everything as JSON-ready values."""
        built = self.built
        found: dict[str, Any] = {
            "definition": msgspec.to_builtins(built.definition), "basis": self.basis, "notes": list(built.notes),
            "scores": self.scores.to_dicts(), "dimensions": built.dimensions.to_dicts(), "cells": built.cells.to_dicts(),
            "weights": built.weights.to_dicts(), "sources": self.sources.to_dicts(),
        }  # fmt: skip
        if self.uncertain is not None and self.left_out is not None:
            drawn = {"draws": self.uncertain.draws, "seed": self.uncertain.seed}
            found["uncertainty"] = {**drawn, "choices": msgspec.to_builtins(self.uncertain.choices)}
            found["left-out"] = self.left_out.to_dicts()
        return found

    @property
    def scores(self) -> pl.DataFrame:
        """The scores, with the intervals of ranks if there are any."""
        if self.uncertain is None:
            return self.built.scores
        drawn = self.uncertain.ranks.rename({"rank": "rank_median", "low": "rank_low", "high": "rank_high"})
        return self.built.scores.join(drawn, on=["economy", "period"], how="left", maintain_order="left")


def index(
    name: str, *, data: pl.DataFrame | str | Path | None = None, weights: Mapping[str, float] | str | Path | None = None,
    region: str | None = None, period: str = "", draws: int = 0, seed: int = 0,
) -> Indexed:  # fmt: skip
    """Return a composite index.

    Parameters
    ----------
    name
        A definition as `index_definitions` lists it, a region that has one, or the path of a definition's file.
    data
        A table or a file (.csv, .parquet, .xlsx): economy, period if there are several, a column an indicator; or economy,
        period, indicator, value. Without it: what the region's folder states.
    weights
        Weights of indicators and dimensions by id, or a TOML file of them.
    region
        Whose folder is used, for a definition of the user's.
    period
        Only the scores of this period; the scale is still that of the whole panel.
    draws
        Indices to build for the intervals of ranks.
    seed
        Of the draws.

    Raises
    ------
    BadInput
        If there is no such definition, or the definition, weights or table have faults.

    Examples
    --------
    >>> index("central-asia").scores["economy"].to_list()
    ['KAZ', 'KGZ', 'TJK', 'TKM', 'UZB']
    """
    definition, home = _definition(name)
    if weights is not None:
        given = weights if isinstance(weights, Mapping) else _toml(Path(weights))
        definition = with_weights(definition, given)
    sources = pl.DataFrame(schema=dict.fromkeys(("indicator", "economy"), pl.String))
    if data is not None:
        table = data if isinstance(data, pl.DataFrame) else read_table(data)
        basis = "the table given" if isinstance(data, pl.DataFrame) else str(data)
    else:
        pack = _pack(definition, region or home)
        table, sources = taken(definition, pack)
        basis = f"facts of {pack.region.id}"
    built = build(table, definition)
    if period:
        built = _in_period(built, period)
    if not draws:
        return Indexed(built, None, None, sources, basis)
    found = uncertain(table, definition, draws=draws, seed=seed)
    return Indexed(built, found, left_out(table, definition), sources, basis)


def index_definitions() -> list[dict[str, Any]]:
    """Return every definition that is installed: its name, title, indicators, and whether data come with it.

    Examples
    --------
    >>> [one["name"] for one in index_definitions()]
    ['arcii', 'central-asia']
    """
    found = []
    for name, path in _installed().items():
        one = _read(path)
        parts = [{"id": part.id, "title": part.title, "dimension": part.dimension} for part in one.indicators]
        has = all(part.take for part in one.indicators)
        found.append(
            {"name": name, "title": one.title, "citation": one.citation, "data": "of the region" if has else "yours",
             "indicators": parts}
        )  # fmt: skip
    return found


def _installed() -> dict[str, Path]:
    import hamkor.indicators.composite as home

    found = {path.stem: path for path in sorted((Path(home.__path__[0]) / "definitions").glob("*.toml"))}
    for region, folder in region_folders().items():
        found |= _of_region(region, folder)
    return found


def _of_region(region: str, folder: Path) -> dict[str, Path]:
    """Return the definitions in a region's folder: by the region's name, and its own where there are several."""
    paths = sorted((folder / "index").glob("*.toml"))
    return {region if len(paths) == 1 else f"{region}/{path.stem}": path for path in paths}


def _definition(name: str) -> tuple[Definition, str]:
    """Return a definition, and the region in whose folder it lies."""
    known = _installed()
    if name in known:
        region = name.partition("/")[0]
        return _read(known[name]), region if region in region_folders() else ""
    path = Path(name)
    if path.suffix == ".toml":
        return _read(path), ""
    if (path / "region.toml").is_file() and (found := _of_region(name, path)):
        return _read(next(iter(found.values()))), name
    raise BadInput(
        f"index '{name}'", due="a definition, a region that has one, or a .toml file", cure=did_you_mean(name, known)
    )


def _read(path: Path) -> Definition:
    try:
        return checked(msgspec.convert(_toml(path), Definition))
    except msgspec.ValidationError as error:
        raise BadInput(str(error), where=str(path), due="a definition of an index") from None


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_file(str(path)).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(str(error), where=str(path), due="TOML in UTF-8, as in exports = 2.5") from None


def _pack(definition: Definition, region: str) -> Pack:
    if region and any(one.take for one in definition.indicators):
        return read_pack(region_folder(region))
    columns = ", ".join([one.id for one in definition.indicators][:4])
    more = ", ..." if len(definition.indicators) > 4 else ""
    raise BadInput(f"no data of index '{definition.id}'", due="a table of yours", cure=(
        f"give one with --data FILE (economy, period, {columns}{more})"))  # fmt: skip


def _in_period(built: Built, period: str) -> Built:
    known = built.scores["period"].unique().sort().to_list()
    if period not in known:
        raise BadInput(f"period '{period}'", due="one of " + ", ".join(repr(one) for one in known))
    frames = {name: getattr(built, name).filter(period=period) for name in ("scores", "dimensions", "cells")}
    return msgspec.structs.replace(built, **frames)


def index_bytes(found: Indexed, form: str) -> bytes:
    """Return an index as a file: scores as CSV, a workbook with every stage, a picture of what the dimensions add, JSON.

    Raises
    ------
    BadInput
        If the format is not one of `FORMATS`, or there is nothing to draw.
    """
    if form not in FORMATS:
        raise BadInput(f"'.{form}'", where="--output", due="a name that ends in ." + ", .".join(FORMATS))
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(found.plain()), indent=1)
    if form == "svg":
        return _picture(found).encode()
    buffer = io.BytesIO()
    if form == "csv":
        wide(found).write_csv(buffer)
    else:
        _workbook(found, buffer)
    return buffer.getvalue()


def wide(found: Indexed) -> pl.DataFrame:
    """Return the scores with a column a dimension, the best first in each period."""
    across = found.built.dimensions.pivot("dimension", index=["economy", "period"], values="value")
    table = found.scores.join(across, on=["economy", "period"], how="left", maintain_order="left")
    return table.sort("period", "rank", "economy", nulls_last=True)


def _workbook(found: Indexed, buffer: io.BytesIO) -> None:
    import xlsxwriter

    one = found.built.definition
    told = {"index": one.title, "citation": one.citation, "data": found.basis, "notes": "; ".join(found.built.notes)}
    sheets = {
        "scores": wide(found), "dimensions": found.built.dimensions, "cells": found.built.cells,
        "weights": found.built.weights, "sources": found.sources, "left out": found.left_out,
        "about": pl.DataFrame({"what": list(told), "told": list(told.values())}),
    }  # fmt: skip
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, frame in sheets.items():
            if frame is not None and not frame.is_empty():
                frame.write_excel(book, worksheet=name, autofit=True, freeze_panes=(1, 0))


def _picture(found: Indexed) -> str:
    """Return what each dimension right under the index adds to it, of the latest period, as an SVG."""
    from hamkor.briefs.pictures.frame import FONTS
    from hamkor.charts.render import to_svg
    from hamkor.charts.stacks import Segment, stacked
    from hamkor.charts.style import Look

    built = found.built
    ranked = built.scores.filter(pl.col("value").is_not_null())
    if ranked.is_empty():
        raise BadInput("no economy with a score", due="one to draw")
    latest = max(ranked["period"])
    ranked = ranked.filter(period=latest).sort("rank", "economy")
    digits = 3 if built.definition.span[1] <= 1 else 1
    titles = {one.id: one.title for one in built.definition.dimensions if not one.part_of}
    names = {
        row["economy"]: row["economy"] + ("" if row["coverage"] > 0.9995 else f" ({row['coverage']:.0%} of weight)")
        for row in ranked.to_dicts()
    }
    segments = [
        Segment(names[row["economy"]], titles[row["dimension"]], row["contribution"], f"{row['contribution']:.{digits}f}")
        for row in built.dimensions.filter(period=latest).to_dicts()
        if row["economy"] in names and row["dimension"] in titles and row["contribution"] is not None
    ]
    totals = {names[row["economy"]]: f"{row['value']:.{digits}f}" for row in ranked.to_dicts()}
    title = built.definition.title + (f", {latest}" if latest else "")
    drawing = stacked(
        segments, parts=list(titles.values()), totals=totals, title=title, look=Look("IBM Plex Sans, Arial, sans-serif")
    )
    return to_svg({**drawing, "background": "white", "padding": 12}, fonts=FONTS)
