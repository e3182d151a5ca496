"""A pair's trade from the store where it has data, else from a region's facts; and how figures were revised."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from hamkor.indicators.monitor import Monitor
from hamkor.indicators.monitor import monitor as computed
from hamkor.regions.find import region_folder, region_folders
from hamkor.regions.pack import Pack, read_pack
from hamkor.schema.economies import economies
from hamkor.schema.errors import BadInput, did_you_mean
from hamkor.schema.periods import parse_period
from hamkor.store import moment, open_store, revision_triangle
from hamkor.workbench.files import store_folder
from hamkor.workbench.monitor_pictures import pictures
from hamkor.workbench.reconciled import with_estimates
from hamkor.workbench.records import record_id

_LICENCES = {
    "official": "unclear", "press": "unclear", "cc-by-4.0": "attribution", "etalab-2.0": "attribution",
    "public-domain": "open", "unclear": "unclear",
}  # fmt: skip
FORMATS = ("xlsx", "csv", "parquet", "json", "svg")


class Monitored(msgspec.Struct, frozen=True):
    """A pair's trade, and what it rests on.

    Attributes
    ----------
    reporter, counterpart
        The pair.
    basis
        By reporter: the store's source with its vintage, or the region's facts.
    tables
        Flows, both sides, products, seasons, limited to the periods asked for.
    revisions
        How the pair's figures in the store were revised (see `hamkor.store.revision_triangle`).
    """

    reporter: str
    counterpart: str
    basis: dict[str, str]
    tables: Monitor
    revisions: pl.DataFrame

    def plain(self) -> dict[str, Any]:
        """Return everything as JSON-ready values."""
        tables = {name: getattr(self.tables, name).to_dicts() for name in ("flows", "sides", "products", "seasons")}
        head = {"reporter": self.reporter, "counterpart": self.counterpart, "basis": self.basis}
        return {**head, **tables, "revisions": self.revisions.to_dicts()}


def monitor(
    reporter: str, counterpart: str, *, period: str = "", as_of: str = "", product_level: int = 2, region: str | None = None,
    store: Path | None = None,
) -> Monitored:  # fmt: skip
    """Return a pair's trade as both offices record it.

    Parameters
    ----------
    reporter, counterpart
        ISO 3166 alpha-3.
    period
        A period, or two years with a stroke between them (``2019/2024``); empty: all.
    as_of
        A day: what was known then.
    product_level
        Digits of the HS at which products are shown.
    region
        Region whose facts are used for a reporter of whom the store has nothing; every installed one if not given.
    store
        Folder of the store.

    Raises
    ------
    BadInput
        If an economy, period or day is not known, or nothing is known of the pair.

    Examples
    --------
    >>> found = monitor("ALD", "BRE", region="toyland", store=Path("no such store"))
    >>> found.basis["ALD"]
    'facts of toyland'
    """
    pair = (_economy(reporter, region), _economy(counterpart, region))
    if pair[0] == pair[1]:
        raise BadInput(f"{reporter} and {counterpart}", due="two economies")
    stored = open_store(store_folder(store)).records(as_of=as_of, every_vintage=True)
    records = stored.filter(
        pl.col("REPORTER").is_in(pair)
        & pl.col("COUNTERPART").is_in([*pair, "W1"])
        & (pl.col("REPORTER") != pl.col("COUNTERPART"))
    ).collect()
    chosen, basis = _chosen(records, pair)
    missing = [one for one in pair if one not in basis]
    if missing:
        packs = pack_records(pair, region, as_of=as_of)
        for one in missing:
            own = packs.filter(pl.col("REPORTER") == one)
            if not own.is_empty():
                basis[one] = f"facts of {own['SOURCE'][0].removeprefix('region:')}"
                chosen = pl.concat([chosen, own], how="diagonal")
    if not chosen.filter(pl.col("COUNTERPART").is_in(pair)).is_empty():
        found = computed(_at_level(chosen, product_level), reporter=pair[0], counterpart=pair[1])
        revisions = revision_triangle(records.filter(pl.col("COUNTERPART").is_in(pair) & (pl.col("PRODUCT") == "TOTAL")))
        revisions = revisions.filter(pl.col("REVISION").is_not_null())
        told = _with_ids(found, chosen)
        if not as_of:
            told = msgspec.structs.replace(told, sides=with_estimates(told.sides, pair, region, store=store))
        return Monitored(pair[0], pair[1], basis, _within(told, period), revisions)
    cure = "run `hamkor update`, or `hamkor import` a file of yours"
    raise BadInput(f"nothing is known of {pair[0]} and {pair[1]}", due="a pair in the store or in a region", cure=cure)


def _with_ids(found: Monitor, chosen: pl.DataFrame) -> Monitor:
    """Return the tables with the id of each figure, for `hamkor why`: a record of the store, or a fact of a region.

    What is computed of a region's facts has none here: the region names what it computes itself.
    """
    regional = pl.col("SOURCE").str.starts_with("region:")
    cited = pl.col("CITED") if "CITED" in chosen.columns else pl.lit(None, pl.String)
    fact = pl.format("{}:{}-{}:{}@{}", "FLOW", "REPORTER", "COUNTERPART", "TIME_PERIOD", cited)
    origins = chosen.select("REPORTER", REGIONAL=regional).unique("REPORTER")
    cell = ["REPORTER", "COUNTERPART", "FLOW", "TIME_PERIOD", "SOURCE"]
    facts = chosen.filter(regional).select(*cell[:-1], SOURCE=cited, FACT=fact).unique(cell)

    def named(frame: pl.DataFrame) -> pl.DataFrame:
        told = frame.join(origins, on="REPORTER", how="left", maintain_order="left")
        told = told.join(facts, on=cell, how="left", maintain_order="left")
        told = told.with_columns(ID=pl.when("REGIONAL").then("FACT").otherwise(record_id()))
        return told.drop("REGIONAL", "FACT")

    flows = named(found.flows.with_columns(PRODUCT=pl.lit("TOTAL"))).drop("PRODUCT")
    one, other = sorted({*chosen["REPORTER"], *chosen["COUNTERPART"]} - {"W1"})
    partner = pl.when(pl.col("REPORTER") == one).then(pl.lit(other)).otherwise(pl.lit(one))
    products = named(found.products.with_columns(COUNTERPART=partner)).drop("COUNTERPART")
    sides = found.sides
    for flow, columns, name in (
        ("export", ("EXPORTER", "IMPORTER"), "EXPORTER_ID"),
        ("import", ("IMPORTER", "EXPORTER"), "IMPORTER_ID"),
    ):
        own = flows.filter(FLOW=flow).select(
            pl.col("REPORTER").alias(columns[0]),
            pl.col("COUNTERPART").alias(columns[1]),
            "TIME_PERIOD",
            pl.col("ID").alias(name),
        )
        key = [*columns, "TIME_PERIOD"]
        sides = sides.join(own.unique(key, keep="last", maintain_order=True), on=key, how="left", maintain_order="left")
    return Monitor(flows, sides, products, found.seasons)


def _economy(code: str, region: str | None) -> str:
    from hamkor.workbench.workspaces import installed_regions

    known = {**dict.fromkeys(economies())}
    for one in installed_regions().values():
        known |= dict.fromkeys(one.members)
    found = code.upper()
    if found not in known and region is None:
        raise BadInput(f"economy '{code}'", due="a code of ISO 3166 alpha-3", cure=did_you_mean(found, known))
    return found


def _chosen(records: pl.DataFrame, pair: tuple[str, str]) -> tuple[pl.DataFrame, dict[str, str]]:
    """Return the records of one source a reporter, and its name with its vintage; where another has the products, of both.

    The source is the one that says most of the pair's totals; the products come from the one that has most of them.
    """
    frames, basis = [records.clear()], dict[str, str]()
    total = pl.col("PRODUCT") == "TOTAL"
    for one in pair:
        own = records.filter(pl.col("REPORTER") == one)
        of_pair = own.filter(pl.col("COUNTERPART").is_in(pair))
        told = [found for part in (total, ~total) if (found := _most(of_pair.filter(part)))]
        if not told:
            continue
        (name, date), (products, other) = told[0], told[-1]
        basis[one] = f"store: {name}, vintage of {date[:10]}"
        if products == name:
            frames.append(own.filter(pl.col("SOURCE") == name))
            continue
        basis[one] += f"; products: {products}, vintage of {other[:10]}"
        frames.append(own.filter(((pl.col("SOURCE") == name) & total) | ((pl.col("SOURCE") == products) & ~total)))
    return pl.concat(frames), basis


def _most(records: pl.DataFrame) -> tuple[str, str] | None:
    """Return the source that has most of the records, with its latest vintage."""
    if records.is_empty():
        return None
    counted = records.group_by("SOURCE").agg(pl.len(), pl.col("RELEASE_DATE").max()).sort("len", "RELEASE_DATE", "SOURCE")
    return counted["SOURCE"][-1], counted["RELEASE_DATE"][-1]


def pack_records(pair: tuple[str, ...], region: str | None, *, as_of: str = "") -> pl.DataFrame:
    """Return what the regions' folders state of a pair's trade as records; of each cell the preferred publication."""
    from hamkor.workbench.workspaces import installed_regions

    names = [region] if region else [name for name, one in installed_regions().items() if set(pair) <= set(one.members)]
    frames = [
        _pack_records(name, read_pack(region_folder(name) if region else region_folders()[name]), pair, as_of) for name in names
    ]
    frames = [frame for frame in frames if not frame.is_empty()][:1]
    if not frames:
        return pl.DataFrame(schema={"REPORTER": pl.String, "COUNTERPART": pl.String, "SOURCE": pl.String})
    return frames[0]


def _pack_records(name: str, pack: Pack, pair: tuple[str, ...], as_of: str) -> pl.DataFrame:
    told = pack.observations.filter(
        pl.col("REPORTER").is_in(pair) & pl.col("COUNTERPART").is_in([*pair, "W1"]) & pl.col("SUBSET").is_null()
        & pl.col("OBS_VALUE").is_not_null() & (pl.col("BOUND").is_null() | (pl.col("BOUND") == "about"))
    )  # fmt: skip
    dates = {key: one.date for key, one in pack.sources.items()}
    licences = {key: _LICENCES[one.licence] for key, one in pack.sources.items()}
    official = [key for key, one in pack.sources.items() if one.licence == "official"]
    shas = {path: one.sha256 for path, one in pack.artifacts.items()}
    told = told.with_columns(
        CITED=pl.col("SOURCE"), RELEASE_DATE=pl.col("SOURCE").replace_strict(dates, default="undated"),
        LICENCE=pl.col("SOURCE").replace_strict(licences, default="unclear"),
        OFFICIAL=pl.col("SOURCE").is_in(official), PRODUCT=pl.lit("TOTAL"), UNIT_MULT=pl.lit(0, pl.Int64),
        OBS_STATUS=pl.when(pl.col("BOUND").is_null()).then(pl.lit("A")).otherwise(pl.lit("E")),
        GROWTH_PRINTED=pl.col("GROWTH"), SOURCE=pl.lit(f"region:{name}"),
        ARTIFACT=pl.col("LOCATOR").str.extract(r"^(\S+)").replace_strict(shas, default=""),
        FREQ=pl.col("TIME_PERIOD").map_elements(_frequency, return_dtype=pl.String),
        TRANSFORMATION=pl.when(pl.col("TIME_PERIOD").str.contains("/")).then(pl.lit("ytd")).otherwise(pl.lit("level")),
    )  # fmt: skip
    dated = pl.col("RELEASE_DATE") != "undated"
    if as_of:
        told = told.filter(dated & (pl.col("RELEASE_DATE") <= moment(as_of)))
    told = told.with_columns(RELEASE_DATE=pl.when(dated).then("RELEASE_DATE").otherwise(pl.lit("")))
    cell = ["REPORTER", "COUNTERPART", "TIME_PERIOD"]
    told = told.sort("OFFICIAL", "RELEASE_DATE").unique([*cell, "FLOW"], keep="last", maintain_order=True)
    parts = ((pl.col("FLOW") != "turnover") & pl.col("OFFICIAL")).sum().over(cell) == 2
    told = told.filter(~(parts & (pl.col("FLOW") == "turnover") & ~pl.col("OFFICIAL")))
    return told.drop("OFFICIAL", "LOW", "HIGH", "PRECISION", "UNIT_MEASURE", "BOUND", "GROWTH", "SUBSET", "SPEAKER", "NOTE")


def _frequency(period: str) -> str:
    return {"annual": "A", "quarter": "Q"}.get(parse_period(period).kind, "M")


def _at_level(records: pl.DataFrame, level: int) -> pl.DataFrame:
    """Return the totals, the products without an HS code, and the HS codes of that many digits."""
    product = pl.col("PRODUCT")
    return records.filter(~product.str.starts_with("hs:") | (product.str.len_chars() == len("hs:") + level))


def _within(found: Monitor, period: str) -> Monitor:
    if not period:
        return found
    if years := re.fullmatch(r"(\d{4})/(\d{4})", period):
        if years[1] > years[2]:
            raise BadInput(f"'{period}' ends before it starts", where="--period", due="FIRST/LAST")
        wanted = pl.col("TIME_PERIOD").str.head(4).is_between(pl.lit(years[1]), pl.lit(years[2]))
    else:
        wanted = pl.col("TIME_PERIOD") == str(parse_period(period, where="--period"))
    flows, sides, products = (frame.filter(wanted) for frame in (found.flows, found.sides, found.products))
    kept = Monitor(flows, sides, products, found.seasons)
    if kept.flows.is_empty():
        known = ", ".join(found.flows["TIME_PERIOD"].unique().sort())
        raise BadInput(f"nothing is known for '{period}'", where="--period", due=f"one of {known}")
    return kept


def monitor_bytes(found: Monitored, form: str) -> bytes:
    """Return a monitor as a file: a workbook with a sheet a table, its flows as CSV or Parquet, all as JSON, or a chart."""
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(found.plain()), indent=1)
    if form == "svg":
        return next(iter(pictures(found).values()))
    buffer = io.BytesIO()
    if form == "csv":
        found.tables.flows.write_csv(buffer)
    elif form == "parquet":
        found.tables.flows.write_parquet(buffer)
    else:
        _workbook(found, buffer)
    return buffer.getvalue()


def monitor_files(found: Monitored, name: str) -> dict[str, bytes]:
    """Return a monitor as files: the one of that name, whose ending says its form, and further pictures beside an SVG."""
    stem, _, form = name.rpartition(".")
    if form.lower() != "svg":
        return {name: monitor_bytes(found, form.lower())}
    drawn = list(pictures(found).items())
    return {name if place == 0 else f"{stem}-{what}.{form}": data for place, (what, data) in enumerate(drawn)}


def _workbook(found: Monitored, buffer: io.BytesIO) -> None:
    import xlsxwriter

    rates = dict.fromkeys(("GROWTH", "SHARE", "CONTRIBUTION", "REVISION"), "0.0%")
    names = ("OBS_VALUE", "EXPORTER_REPORT", "IMPORTER_REPORT", "GAP", "ESTIMATE", "LOW", "HIGH", "FIRST", "PREVIOUS")
    amounts = dict.fromkeys(names, "#,##0")
    basis = pl.DataFrame({"REPORTER": list(found.basis), "BASIS": list(found.basis.values())})
    sheets = {name: getattr(found.tables, name) for name in ("flows", "sides", "products", "seasons")}
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, frame in {**sheets, "revisions": found.revisions, "basis": basis}.items():
            if not frame.is_empty():
                frame.write_excel(
                    book,
                    worksheet=name,
                    column_formats={**rates, **amounts, "RATIO": "0.00"},
                    autofit=True,
                    freeze_panes=(1, 0),
                )


def revisions(reporter: str, counterpart: str, *, store: Path | None = None) -> list[dict[str, Any]]:
    """Return how the store's figures of a pair were revised: a row an observation and vintage in which its value changed.

    Raises
    ------
    BadInput
        If the store has nothing of the pair.
    """
    pair = (_economy(reporter, None), _economy(counterpart, None))
    records = open_store(store_folder(store)).records(every_vintage=True)
    found = records.filter(pl.col("REPORTER").is_in(pair) & pl.col("COUNTERPART").is_in(pair)).collect()
    if found.is_empty():
        cure = "run `hamkor update`; `hamkor monitor` shows the region's facts"
        raise BadInput(f"nothing of {pair[0]} and {pair[1]}", where=str(store_folder(store)), due="vintages", cure=cure)
    return revision_triangle(found).to_dicts()
