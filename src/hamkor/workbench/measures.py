"""Indicators of a table of the user's, of what the store and the regions know, or of a region's baseline year."""

from __future__ import annotations

import inspect
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_type_hints
from zipfile import BadZipFile

import msgspec
import polars as pl

from hamkor.indicators.registry import Indicator, find
from hamkor.indicators.registry import indicators as known
from hamkor.regions.find import region_folder
from hamkor.regions.pack import Pack, read_pack
from hamkor.schema.errors import BadInput, did_you_mean
from hamkor.store import open_store
from hamkor.workbench.files import read_file, store_folder
from hamkor.workbench.monitors import pack_records
from hamkor.workbench.workspaces import installed_regions

FORMATS = ("csv", "parquet", "xlsx", "json")
_PLACES = ("economy", "partner", "exporter", "importer", "origin", "source", "destination")


class Measured(msgspec.Struct, frozen=True):
    """An indicator, and what it rests on.

    Attributes
    ----------
    indicator
        Its declaration.
    options
        As they were used.
    frame
        One row a unit of its level: keys, period, value (low, high), and what explains it.
    basis
        The data, in words.
    """

    indicator: Indicator
    options: dict[str, Any]
    frame: pl.DataFrame
    basis: str

    def plain(self) -> dict[str, Any]:
        """Return everything as JSON-ready values."""
        options = {name: value for name, value in self.options.items() if isinstance(value, str | int | float | bool)}
        return {**described(self.indicator), "options": options, "basis": self.basis, "rows": self.frame.to_dicts()}


def described(one: Indicator) -> dict[str, Any]:
    """Return what an indicator declares, as JSON-ready values."""
    return {
        "name": one.name, "title": one.title, "unit": one.unit, "level": one.level, "needs": one.needs,
        "products": one.products, "variants": {name: list(choices) for name, choices in one.variants.items()},
        "citation": one.citation,
    }  # fmt: skip


def indicators() -> list[dict[str, Any]]:
    """Return every indicator that there is, as it declares itself."""
    return [described(one) for one in known().values()]


def measure(
    name: str, *economies: str, data: pl.DataFrame | str | Path | None = None, region: str | None = None, period: str = "",
    options: Mapping[str, Any] | None = None, interval: bool = False, seed: int = 0, store: Path | None = None,
) -> Measured:  # fmt: skip
    """Return an indicator.

    Parameters
    ----------
    name
        As `indicators` lists it.
    economies
        Only rows of these; of two or more, only rows among them.
    data
        A table or a file (.csv, .parquet, .xlsx) with the columns that the indicator takes. Without it: the annual records of
        the region's offices from the store and the region's facts, or, where the whole world is needed, its baseline year.
    region
        Whose records, members and baseline are used; the first installed one that has the economies.
    period
        Only this period.
    options
        Variants and other options of the indicator, by name.
    interval
        Whether the intervals of the flows are carried to the result, by draws.
    seed
        Of the draws.
    store
        Folder of the store.

    Raises
    ------
    BadInput
        If there is no such indicator or option, or the data do not have what it takes.

    Examples
    --------
    >>> flows = pl.DataFrame({"exporter": ["A", "B"], "importer": ["B", "A"], "value": [80.0, 60.0]})
    >>> measure("turnover", data=flows).frame["value"].to_list()
    [140.0]
    """
    chosen = find(name)
    codes = [one.upper() for one in economies]
    pack = _pack(region, codes, needed=data is None)
    by_product = chosen.products and not {"partner", "partners"} & set((options or {}).values())
    if chosen.needs == "input-output":
        return _of_table(chosen, data, codes, options or {})
    if data is not None:
        frame, basis = _given(data)
    else:
        frame, basis = _of_region(chosen, pack, by_product=by_product, period=period, store=store)
    if period and "period" in frame.columns:
        frame = _in_period(frame, period)
    used = {**_context(chosen, pack, frame), **_typed(chosen, options or {})}
    if interval:
        from hamkor.indicators.intervals import with_interval

        if not {"low", "high"} <= set(frame.columns):
            raise BadInput("flows without low and high", where=basis, due="columns low and high (a 90 % interval)")
        found = with_interval(lambda flows: chosen.function(flows, **used), frame, seed=seed)
    else:
        found = chosen.function(frame, **used)
    if found.is_empty():
        raise BadInput(
            f"no {chosen.name} can be told", where=basis, due="periods and economies enough", cure="see its definition"
        )
    return Measured(chosen, used, _among(found, codes), basis)


def _pack(region: str | None, economies: Sequence[str], *, needed: bool) -> Pack | None:
    """Return the region asked for, else the first that has the economies, else the first."""
    if region is not None:
        return read_pack(region_folder(region))
    all_of = installed_regions()
    fitting = [name for name, one in all_of.items() if set(economies) <= set(one.members)] or list(all_of)
    return read_pack(region_folder(fitting[0])) if needed and fitting else None


def _of_table(chosen: Indicator, data: Any, economies: Sequence[str], options: Mapping[str, Any]) -> Measured:
    """Return an indicator of an inter-country input-output table, in the layout of the OECD or of ADB."""
    from hamkor.indicators.input_output import InputOutput, input_output, with_emissions
    from hamkor.sources.intercountry import read_icio, read_mrio

    if data is None or isinstance(data, pl.DataFrame):
        cure = "give one with --data FILE: the OECD's ICIO (.csv) or ADB's MRIO (.xlsx)"
        raise BadInput(f"{chosen.name} needs an input-output table", due="a table of yours", cure=cure)
    table, basis = data, "the table given"
    if not isinstance(data, InputOutput):
        basis, content = str(data), read_file(str(data))
        printed = (read_mrio if Path(data).suffix.lower() == ".xlsx" else read_icio)(content, file=Path(data).name)
        table = input_output(
            printed.labels, printed.intermediate, printed.final, printed.buyers, value_added=printed.value_added,
            output=printed.output, parts=printed.parts,
        )  # fmt: skip
    given = {**options}
    if emissions := given.pop("emissions", None):
        table = with_emissions(table, emissions if isinstance(emissions, pl.DataFrame) else read_table(emissions))
    used = _typed(chosen, given)
    found = chosen.function(table, **used)
    return Measured(chosen, used, _among(found, economies), "; ".join((basis, *table.notes)))


def _given(data: pl.DataFrame | str | Path) -> tuple[pl.DataFrame, str]:
    """Return the user's table, and its name."""
    if isinstance(data, pl.DataFrame):
        return data, "the table given"
    return read_table(data), str(data)


def read_table(path: str | Path) -> pl.DataFrame:
    """Return a table from a file.

    Raises
    ------
    BadInput
        If it is none of .csv, .parquet, .xlsx, or cannot be read as what its name says.
    """
    kind = Path(path).suffix.lower()
    if kind not in (".csv", ".parquet", ".xlsx"):
        raise BadInput(f"'{kind}'", where=str(path), due=".csv, .parquet or .xlsx")
    content = io.BytesIO(read_file(str(path)))
    try:
        if kind == ".csv":
            codes = dict.fromkeys(("product", "period", "sector"), pl.String)
            return pl.read_csv(content, infer_schema_length=10_000, schema_overrides=codes)
        if kind == ".parquet":
            return pl.read_parquet(content)
        return pl.read_excel(content, engine="openpyxl")
    except (pl.exceptions.PolarsError, BadZipFile, ValueError, OSError, KeyError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise BadInput(first, where=str(path), due=f"a table as {kind}", cure="save it again from a spreadsheet") from None


def _of_region(
    chosen: Indicator, pack: Pack | None, *, by_product: bool, period: str, store: Path | None
) -> tuple[pl.DataFrame, str]:
    """Return what the workbench itself knows that the indicator can take."""
    cure = f"give a table with --data FILE ({_columns(chosen)})"
    if pack is None or chosen.needs not in ("flows", "months", "reports"):
        raise BadInput(f"{chosen.name} needs {chosen.needs}", due="a table of yours", cure=cure)
    partners = chosen.products and not by_product
    if chosen.world and by_product:
        raise BadInput(f"{chosen.name} needs the whole world's trade by product", due="a table of yours", cure=cure)
    if chosen.world or partners:
        found = pack.baseline_trade.rename(str.lower).rename({"time_period": "period", "obs_value": "value"})
        sources = ", ".join(sorted(set(found["source"])))
        return found.select("exporter", "importer", "period", "value"), f"baseline of {pack.region.title} ({sources})"
    members = tuple(pack.region.members)
    stored = open_store(store_folder(store)).records().filter(
        pl.col("REPORTER").is_in(members) & ((pl.col("PRODUCT") != "TOTAL") == by_product)
    ).collect()  # fmt: skip
    if by_product and stored.is_empty():
        raise BadInput(f"{chosen.name} needs products, and the store has none", due="records by product", cure=(
            f"import a customs table (hamkor import FILE), or {cure}"))  # fmt: skip
    records = stored if by_product else _with_facts(stored, members)
    if chosen.needs == "reports":
        return as_reports(records), f"records of the offices ({_offices(records)})"
    flows = as_flows(records, monthly=chosen.needs == "months", period=period)
    if flows.is_empty():
        raise BadInput("no records", where=pack.region.title, due="periods of this kind", cure=cure)
    return flows, f"records of the offices ({_offices(records)}), the exporter's where there is one, else the importer's"


def _offices(records: pl.DataFrame) -> str:
    return ", ".join(sorted(set(records["SOURCE"].drop_nulls())))


def _columns(chosen: Indicator) -> str:
    product = ", product" if chosen.products else ""
    return {
        "flows": f"exporter, importer{product}, value", "quantities": "exporter, importer, product, value, quantity",
        "reports": "exporter, importer, period, exporter_report, importer_report",
        "months": "exporter, importer, period, value", "input-output": "an input-output table",
    }.get(chosen.needs, "its columns")  # fmt: skip


def _with_facts(stored: pl.DataFrame, members: tuple[str, ...]) -> pl.DataFrame:
    """Return the store's records, and a region's facts for the reporters of which the store has nothing."""
    facts = pack_records(members, None)
    if facts.is_empty() or "OBS_VALUE" not in facts.columns:
        return stored
    reported = stored["REPORTER"].unique().to_list()
    return pl.concat([stored, facts.filter(~pl.col("REPORTER").is_in(reported))], how="diagonal")


def as_flows(records: pl.DataFrame, *, monthly: bool = False, period: str = "") -> pl.DataFrame:
    """Return records as flows: the exporter's record where there is one, else the importer's.

    Parameters
    ----------
    records
        The table `records`, latest vintages.
    monthly
        Months instead of years.
    period
        Any period instead.

    Returns
    -------
    polars.DataFrame
        exporter, importer, product, period, value, reporter.
    """
    shape = r"^\d{4}-\d{2}$" if monthly else r"^\d{4}$"
    wanted = pl.col("TIME_PERIOD") == period if period else pl.col("TIME_PERIOD").str.contains(shape)
    told = records.filter(wanted & pl.col("FLOW").is_in(["export", "import"]) & pl.col("OBS_VALUE").is_not_null())
    out = pl.col("FLOW") == "export"
    return (
        told.select(
            exporter=pl.when(out).then("REPORTER").otherwise("COUNTERPART"),
            importer=pl.when(out).then("COUNTERPART").otherwise("REPORTER"),
            product="PRODUCT", period="TIME_PERIOD", value="OBS_VALUE", reporter="REPORTER", own=out, date="RELEASE_DATE",
        )
        .filter((pl.col("exporter") != pl.col("importer")) & (pl.col("value") >= 0))
        .sort("own", "date")
        .unique(["exporter", "importer", "product", "period"], keep="last", maintain_order=True)
        .drop("own", "date")
        .sort("exporter", "importer", "product", "period")
    )  # fmt: skip


def as_reports(records: pl.DataFrame) -> pl.DataFrame:
    """Return the annual records of both ends of each flow: exporter, importer, period, exporter_report, importer_report (USD).

    Parameters
    ----------
    records
        The table `records`, latest vintages, totals.
    """
    told = records.filter(pl.col("TIME_PERIOD").str.contains(r"^\d{4}$") & pl.col("OBS_VALUE").is_not_null()).sort(
        "RELEASE_DATE"
    )
    key = ["exporter", "importer", "period"]
    exported = told.filter(FLOW="export").select(
        exporter="REPORTER", importer="COUNTERPART", period="TIME_PERIOD", exporter_report="OBS_VALUE"
    )
    imported = told.filter(FLOW="import").select(
        exporter="COUNTERPART", importer="REPORTER", period="TIME_PERIOD", importer_report="OBS_VALUE"
    )
    joined = exported.unique(key, keep="last").join(imported.unique(key, keep="last"), on=key, how="full", coalesce=True)
    return joined.filter((pl.col("exporter") != "W1") & (pl.col("importer") != "W1")).sort(key)


def _in_period(frame: pl.DataFrame, period: str) -> pl.DataFrame:
    found = frame.filter(pl.col("period").cast(pl.String) == period)
    if found.is_empty():
        told = ", ".join(str(one) for one in frame["period"].unique().sort().to_list()[-12:])
        raise BadInput(f"nothing in '{period}'", where="--period", due=f"one of {told}")
    return found


def _context(chosen: Indicator, pack: Pack | None, frame: pl.DataFrame) -> dict[str, Any]:
    """Return what an indicator asks for beside the flows and the workbench knows: members, products of economies."""
    taken = inspect.signature(chosen.function).parameters
    found: dict[str, Any] = {}
    if pack is None and {"members", "gdp"} & set(taken):
        names = set(installed_regions())
        told = set(frame["exporter"]) if "exporter" in frame.columns else set()
        fitting = [name for name in names if set(installed_regions()[name].members) <= told]
        pack = read_pack(region_folder(fitting[0])) if fitting else None
    if "members" in taken and pack is not None:
        found["members"] = list(pack.region.members)
    if "gdp" in taken and pack is not None:
        gdp = pack.baseline_economies
        found["gdp"] = gdp.select(economy="ECONOMY", period="TIME_PERIOD", value="OBS_VALUE")
    return found


def _typed(chosen: Indicator, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options as the indicator takes them; those of the command line are texts.

    Raises
    ------
    BadInput
        If there is no such option, or it does not take this value.
    """
    function = inspect.unwrap(chosen.function)
    hints = get_type_hints(function)
    taken = [name for name, one in inspect.signature(function).parameters.items() if one.kind is one.KEYWORD_ONLY]
    found: dict[str, Any] = {}
    for name, value in options.items():
        key = name.replace("-", "_")
        if key not in taken:
            raise BadInput(f"option '{name}' of {chosen.name}", due=did_you_mean(key, taken) if taken else "no option")
        if key in chosen.variants and value not in chosen.variants[key]:
            raise BadInput(f"{name} '{value}'", where=chosen.name, due=" or ".join(chosen.variants[key]))
        if isinstance(value, str) and key in ("members", "economies"):
            value = [part.strip().upper() for part in value.split(",")]
        try:
            found[key] = msgspec.convert(value, hints.get(key, Any), strict=False) if isinstance(value, str) else value
        except (msgspec.ValidationError, TypeError):
            raise BadInput(f"{name} '{value}'", where=chosen.name, due=str(hints.get(key)).replace("typing.", "")) from None
    return found


def _among(frame: pl.DataFrame, economies: Sequence[str]) -> pl.DataFrame:
    """Return the rows of one economy, or those among several."""
    columns = [name for name in _PLACES if name in frame.columns and frame[name].dtype == pl.String]
    if not economies or not columns:
        return frame
    inside = [pl.col(name).is_in(list(economies)) for name in columns]
    found = frame.filter(pl.any_horizontal(inside) if len(economies) == 1 else pl.all_horizontal(inside))
    if found.is_empty():
        told = sorted({code for name in columns for code in frame[name].drop_nulls().to_list()})
        raise BadInput(f"nothing of {', '.join(economies)}", due=did_you_mean(economies[0], told))
    return found


def measured_bytes(found: Measured, form: str) -> bytes:
    """Return a measured indicator as a file.

    Raises
    ------
    BadInput
        If the format is not one of `FORMATS`.
    """
    if form not in FORMATS:
        raise BadInput(f"'.{form}'", where="--output", due="a name that ends in ." + ", .".join(FORMATS))
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(found.plain()), indent=1)
    buffer = io.BytesIO()
    if form == "csv":
        found.frame.write_csv(buffer)
    elif form == "parquet":
        found.frame.write_parquet(buffer)
    else:
        _workbook(found, buffer)
    return buffer.getvalue()


def _workbook(found: Measured, buffer: io.BytesIO) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        found.frame.write_excel(book, worksheet="values", autofit=True, freeze_panes=(1, 0))
        told = {**described(found.indicator), "basis": found.basis}
        about = pl.DataFrame({"what": list(told), "told": [str(value) for value in told.values()]})
        about.write_excel(book, worksheet="about", autofit=True)
