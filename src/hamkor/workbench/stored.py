"""What the store knows of a region, as observations and sources of its pack: newer than the region's own facts, or more."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import polars as pl

from hamkor.regions.pack import Pack
from hamkor.schema.economies import economies
from hamkor.schema.provenance import Artifact, Source
from hamkor.schema.tables import OBSERVATIONS
from hamkor.store import Store, Vintage


def with_store(pack: Pack, store: Store) -> Pack:
    """Return the pack with the store's latest vintages of trade between the region's members, each with its source.

    Facts of the store are an office's own and later than what the region's folder states, so they are preferred where both
    have a figure; those of the folder stay beside them.

    Parameters
    ----------
    pack
        The region as its folder states it.
    store
        The store; an empty one leaves the pack as it is.
    """
    if not store.state.vintages:
        return pack
    members = list(pack.region.members)
    found = store.records().filter(
        pl.col("REPORTER").is_in(members) & pl.col("COUNTERPART").is_in(members) & (pl.col("PRODUCT") == "TOTAL")
        & pl.col("OBS_VALUE").is_not_null() & (pl.col("OBS_STATUS") != "residual")
    ).collect()  # fmt: skip
    cell = ["REPORTER", "COUNTERPART", "FLOW", "TIME_PERIOD", "ARTIFACT"]
    found = found.sort("TRANSFORMATION", maintain_order=True).unique(cell, keep="first", maintain_order=True)
    if found.is_empty():
        return pack
    vintages = {one.artifact: one for one in store.state.vintages}
    used = [vintages[name] for name in found["ARTIFACT"].unique(maintain_order=True)]
    sources = {_id(one): _source(one) for one in used}
    artifacts = {f"store:{one.artifact[:16]}": Artifact(f"{one.source}/{one.file}", one.artifact) for one in used}
    observations = pl.concat([pack.observations, _observations(found, used)], how="vertical")
    return msgspec.structs.replace(
        pack, observations=observations, sources={**pack.sources, **sources}, artifacts={**pack.artifacts, **artifacts}
    )  # fmt: skip


def _id(vintage: Vintage) -> str:
    """Return the id under which facts cite a vintage: the provider, and the first of its file's digits."""
    return f"{vintage.source}-{vintage.artifact[:8]}"


def _source(vintage: Vintage) -> Source:
    from hamkor.sources import source, sources

    declared = source(vintage.source) if vintage.source in sources() else None
    return Source(
        id=_id(vintage), title=f"{declared.title if declared else 'imported table'}: {vintage.file}",
        publisher=declared.publisher if declared else vintage.source, licence="official" if declared else "unclear",
        address=vintage.origin if vintage.origin.startswith("http") else "", date=vintage.release_date[:10],
        note=f"from the store; licence class {vintage.licence}",
    )  # fmt: skip


def _observations(records: pl.DataFrame, vintages: Sequence[Vintage]) -> pl.DataFrame:
    """Return records as observations; the interval of each is half a unit of its last printed digit either way."""
    ids = {one.artifact: _id(one) for one in vintages}
    names = {code: one.name for code, one in economies().items()}
    decimals = pl.col("PRINTED").str.extract(r"[.,](\d+)\s*$").str.len_chars().fill_null(0).cast(pl.Int64)
    rate = pl.col("LOCATOR").str.extract(r" at ([0-9.]+) [A-Z]{3}/USD$").cast(pl.Float64).fill_null(1.0)
    step = pl.lit(10.0).pow((pl.col("UNIT_MULT") - decimals.clip(0, 6)).cast(pl.Float64)) / rate
    currency = pl.col("LOCATOR").str.extract(r" at [0-9.]+ ([A-Z]{3})/USD$").fill_null("USD")
    scale = pl.col("UNIT_MULT").replace_strict(_SCALES, default="", return_dtype=pl.String)
    value = pl.col("OBS_VALUE")
    found = records.with_columns(PRECISION=step).with_columns(
        LOW=(value - pl.col("PRECISION") / 2).clip(0), HIGH=value + pl.col("PRECISION") / 2,
        SOURCE=pl.col("ARTIFACT").replace_strict(ids), UNIT_MEASURE=currency + scale,
        SPEAKER=pl.lit("office of ") + pl.col("REPORTER").replace_strict(names, default=pl.col("REPORTER")),
        LOCATOR=pl.lit("store:") + pl.col("ARTIFACT").str.head(16) + pl.lit(" ") + pl.col("LOCATOR"),
    )  # fmt: skip
    types = {"text": pl.String(), "number": pl.Float64(), "integer": pl.Int64()}
    return found.select(
        (pl.col(column.name) if column.name in found.columns else pl.lit(None).alias(column.name)).cast(types[column.type])
        for column in OBSERVATIONS.columns
    )


_SCALES = {0: "", 3: " thousand", 6: " million", 9: " billion"}
