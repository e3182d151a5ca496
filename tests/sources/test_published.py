"""The offices' own files, read to the figures that were published from them."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from hamkor.schema.errors import BadInput
from hamkor.sources import read, source, sources

pytestmark = pytest.mark.conformance
GAP_2021 = 1.105e9
"""US dollars of Kyrgyz exports in 2021 whose partner is not stated: 2.752 less 1.647 billion (series 4.03.00.18)."""
REFUSED = "4.03.00.17"
OLD = {"?736": "SDN", "?530": "ANT"}
"""Numbers that the published table leaves as they are: Sudan before 2011, the Netherlands Antilles."""


def of(name: str) -> str:
    return next(one for one in sources() if any(re.search(file.pattern, name) for file in source(one).files))


def everything(folder: Path) -> pl.DataFrame:
    """Return the records of all files, the later file of an office before the earlier."""
    frames = []
    for path in sorted((folder / "trade/raw_national").iterdir()):
        if not path.name.startswith(REFUSED):
            frame = read(of(path.name), path.read_bytes(), file=path.name).frame
            frames.append(frame.with_columns(NEWEST=pl.lit(frame["TIME_PERIOD"].max())))
    key = ["REPORTER", "COUNTERPART", "FLOW", "PRODUCT", "TIME_PERIOD"]
    return pl.concat(frames).sort("NEWEST").unique(key, keep="last")


@pytest.fixture(scope="module")
def records(conformance: Path) -> pl.DataFrame:
    return everything(conformance)


def test_every_figure_by_partner_is_the_published_one(records: pl.DataFrame, conformance: Path) -> None:
    due = pl.read_csv(conformance / "trade/ca_national_trade_by_partner.csv", schema_overrides={"TIME_PERIOD": pl.String})
    due = due.with_columns(
        FLOW=pl.col("FLOW").replace_strict({"X": "export", "M": "import"}), COUNTERPART=pl.col("COUNTERPART").replace(OLD)
    )
    both = due.join(
        records.filter(PRODUCT="TOTAL"), on=["REPORTER", "COUNTERPART", "FLOW", "TIME_PERIOD"], how="left", suffix="_OURS"
    )
    stated = both.filter((pl.col("OBS_VALUE") > 0) & (pl.col("COUNTERPART") != "_X"))
    wrong = stated.filter((pl.col("OBS_VALUE_OURS").fill_null(-1.0) / pl.col("OBS_VALUE") - 1).abs() > 1e-9)
    assert wrong.is_empty(), wrong.select(
        "REPORTER", "COUNTERPART", "FLOW", "TIME_PERIOD", "OBS_VALUE", "OBS_VALUE_OURS", "SOURCE"
    )
    assert len(stated) > 9_000


def test_the_partners_add_up_to_the_total(records: pl.DataFrame) -> None:
    totals = records.filter(PRODUCT="TOTAL")
    key = ["REPORTER", "FLOW", "TIME_PERIOD"]
    parts = totals.filter(pl.col("COUNTERPART") != "W1").group_by(key).agg(SUM=pl.col("OBS_VALUE").sum())
    both = totals.filter(COUNTERPART="W1").join(parts, on=key)
    assert both.filter((pl.col("SUM") / pl.col("OBS_VALUE") - 1).abs() > 1e-3).is_empty()
    assert len(both) > 100


def test_the_kyrgyz_gap_of_2021_is_shown_not_hidden(records: pl.DataFrame) -> None:
    row = records.filter(REPORTER="KGZ", COUNTERPART="_X", FLOW="export", TIME_PERIOD="2021").row(0, named=True)
    assert row["OBS_STATUS"] == "residual"
    assert row["OBS_VALUE"] == pytest.approx(GAP_2021, abs=1e6)


def test_uzbek_tables_are_goods_and_services(records: pl.DataFrame) -> None:
    assert records.filter(REPORTER="UZB")["COVERAGE"].unique().to_list() == ["goods-and-services"]
    assert set(records.filter(pl.col("REPORTER") != "UZB")["COVERAGE"]) == {"goods"}


def test_a_table_in_soms_is_refused(conformance: Path) -> None:
    path = next((conformance / "trade/raw_national").glob(f"{REFUSED}*"))
    with pytest.raises(BadInput, match="thousand soms where thousand US dollars is due"):
        read("stat-kg", path.read_bytes(), file=path.name)


def test_main_goods_are_products_of_trade_with_the_world(records: pl.DataFrame) -> None:
    goods = records.filter(pl.col("PRODUCT").str.starts_with("source:"))
    assert set(goods["COUNTERPART"]) == {"W1"}
    assert set(goods["FLOW"]) == {"export", "import"}


@pytest.mark.parametrize("part", [0.3, 0.9])
def test_a_file_that_was_cut_short_is_told(conformance: Path, part: float) -> None:
    for path in (conformance / "trade/raw_national").glob("*.xls*"):
        data = path.read_bytes()
        with pytest.raises(BadInput, match=re.escape(path.name[:10])):
            read(of(path.name), data[: int(len(data) * part)], file=path.name)
