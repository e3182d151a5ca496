"""Published estimates as specifications: what is estimated on which rows of which file, and how its errors are computed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

CONFORMANCE = Path(os.environ.get("HAMKOR_CONFORMANCE", "../shared/conformance")) / "gravity"
_SENT, _GOT = ["exporter", "year"], ["importer", "year"]
_YEARS = [1986, 1990, 1994, 1998, 2002, 2006]
_EFFECTS = "exporter^year + importer^year"
_GRAVITY = "cntg + lang + clny"
_YEARLY = f"i(year, log_dist) + {_GRAVITY}"
_SANTOS = "lypex + lypim + lyex + lyim + ldist + border + comlang + colony + landl_ex + landl_im + lremot_ex + lremot_im"


class Case(msgspec.Struct, frozen=True):
    """A published specification: `data` names a loader below, `options` go to `estimate`, `terms` maps printed names."""

    formula: str
    data: str
    options: dict[str, Any] = {}
    terms: dict[str, str] = {}


def frame(name: str) -> pl.DataFrame:
    """Return the rows of a case."""
    if name.startswith("guide"):
        return _guide(name)
    if name == "without border":
        table = pl.read_parquet(CONFORMANCE / "agtpa_ch1.parquet").filter(year=2006)
        border = (pl.col("exporter") != pl.col("importer")).cast(pl.Float64)
        return table.with_columns(ln_DIST=pl.col("dist").log(), CNTG="cntg", INTL_BRDR=border)
    if name == "exercise one":
        return pl.read_parquet(CONFORMANCE / "agtpa_ch1_exercise1.parquet")
    if name == "exercise one, ols":
        table = frame("exercise one").filter(pl.col("exporter") != pl.col("importer"))
        return table.with_columns(ln_DIST=pl.col("DIST").log())
    if name == "exercise two":
        return pl.read_parquet(CONFORMANCE / "agtpa_ch1_exercise2.parquet")
    if name.startswith("santos"):
        table = pl.read_parquet(CONFORMANCE / "log_of_gravity.parquet")
        return table.filter(pl.col("trade") > 0) if name.endswith("positive") else table
    if name == "ppmlhdfe":
        return pl.read_parquet(CONFORMANCE / "ppmlhdfe_trade_fta.parquet").filter(category="TOTAL")
    return pl.read_parquet(CONFORMANCE / "glick_rose_2016_structure.parquet")


def _guide(name: str) -> pl.DataFrame:
    """Return the Advanced Guide's panel of every fourth year, with the columns of its tables 1 to 3."""
    table = pl.read_parquet(CONFORMANCE / "agtpa_ch1.parquet").filter(pl.col("year").is_in(_YEARS))
    same = pl.col("exporter") == pl.col("importer")
    table = table.with_columns(
        y=pl.col("trade").sum().over("exporter", "year"), e=pl.col("trade").sum().over("importer", "year"),
    ).with_columns(
        log_dist=pl.col("dist").log(), log_y=pl.col("y").log(), log_e=pl.col("e").log(),
        log_rem_exp=(pl.col("dist") / (pl.col("e") / pl.col("e").sum().over(_SENT))).sum().over(_SENT).log(),
        log_rem_imp=(pl.col("dist") / (pl.col("y") / pl.col("y").sum().over(_GOT))).sum().over(_GOT).log(),
        smctry=same.cast(pl.Float64), intra=pl.when(same).then("exporter").otherwise(pl.lit("inter")),
    )  # fmt: skip
    if "domestic" in name:
        away = 1 - pl.col("smctry")
        return table.with_columns(
            log_dist_intra=pl.col("log_dist") * pl.col("smctry"), log_dist=pl.col("log_dist") * away,
            cntg=pl.col("cntg") * away, lang=pl.col("lang") * away, clny=pl.col("clny") * away,
        )  # fmt: skip
    if "pairs" in name:
        one, other = pl.min_horizontal("exporter", "importer"), pl.max_horizontal("exporter", "importer")
        return table.with_columns(pair=pl.when(same).then(pl.lit("domestic")).otherwise(one + other))
    table = table.filter(~same)
    return table.filter(pl.col("trade") > 0) if "positive" in name else table


_PAIR = {"cluster": ["pair_id"]}
_OLS = {"family": "gaussian", "cluster": ["pair_id"], "singletons": True}
_BY_YEAR = {f"log_dist_{year}": f"year::{year}:log_dist" for year in _YEARS}
_SYMMETRIC = {"pair": "symmetric", "cluster": ["pair_id"]}
CASES = {
    "STATA_ch2app1": Case("trade ~ ln_DIST + CNTG + INTL_BRDR | exporter + importer", "without border"),
    "STATA_ch2app2": Case(f"trade ~ rta | {_EFFECTS} + pair", "guide pairs", {}, {"RTA": "rta"}),
    "STATA_ch1ex1": Case(
        f"trade ~ RTA + WTO | {_EFFECTS} + exporter^importer", "exercise one",
        {"pair": "symmetric", "cluster": ["DIST"]},
    ),
    "STATA_ch1ex1_ols": Case(
        f"trade ~ ln_DIST + CNTG + LANG + CLNY + RTA + WTO | {_EFFECTS}", "exercise one, ols",
        {"family": "gaussian", "cluster": ["DIST"], "singletons": True},
    ),
    "STATA_ch1ex2_c1": Case(
        f"trade ~ RTA + RTA_LAG3 + RTA_LAG6 + RTA_LAG9 | {_EFFECTS} + exporter^importer", "exercise two",
        {"cluster": ["exporter^importer"]},
    ),
    "AGTPA_T1c1": Case(f"log(trade) ~ log_dist + {_GRAVITY} + log_y + log_e", "guide positive", _OLS),
    "AGTPA_T1c2": Case(
        f"log(trade) ~ log_dist + {_GRAVITY} + log_y + log_e + log_rem_exp + log_rem_imp", "guide positive", _OLS
    ),
    "AGTPA_T1c3": Case(f"log(trade) ~ log_dist + {_GRAVITY} | {_EFFECTS}", "guide positive", _OLS),
    "AGTPA_T1c4": Case(f"trade ~ log_dist + {_GRAVITY} | {_EFFECTS}", "guide", _PAIR),
    "AGTPA_T2c1": Case(f"log(trade) ~ {_YEARLY} | {_EFFECTS}", "guide positive", _OLS, _BY_YEAR),
    "AGTPA_T2c2": Case(f"trade ~ {_YEARLY} | {_EFFECTS}", "guide", _PAIR, _BY_YEAR),
    "AGTPA_T2c3": Case(f"trade ~ {_YEARLY} + log_dist_intra | {_EFFECTS}", "guide domestic", _PAIR, _BY_YEAR),
    "AGTPA_T2c4": Case(f"trade ~ {_YEARLY} + log_dist_intra + smctry | {_EFFECTS}", "guide domestic", _PAIR, _BY_YEAR),
    "AGTPA_T3c1": Case(f"log(trade) ~ log_dist + {_GRAVITY} + rta | {_EFFECTS}", "guide positive", _OLS),
    "AGTPA_T3c2": Case(f"trade ~ log_dist + {_GRAVITY} + rta | {_EFFECTS}", "guide", _PAIR),
    "AGTPA_T3c3": Case(f"trade ~ log_dist + {_GRAVITY} + rta | {_EFFECTS} + intra", "guide pairs", _PAIR),
    "AGTPA_T3c4": Case(f"trade ~ rta | {_EFFECTS} + exporter^importer", "guide pairs", _SYMMETRIC),
    "AGTPA_T3c5": Case(f"trade ~ rta + rta_lead4 | {_EFFECTS} + exporter^importer", "guide pairs", _SYMMETRIC),
    "SST_T3_ppml": Case(f"trade ~ {_SANTOS} + comfrt_wto + open_wto", "santos", {"singletons": True}),
    "SST_T3_ols": Case(
        f"log(trade) ~ {_SANTOS} + comfrt_wto + open_wto", "santos positive", {"family": "gaussian", "singletons": True}
    ),
    "SST_T5_ppml_pos": Case(
        "trade ~ ldist + border + comlang + colony + comfrt_wto | s2_ex + s1_im", "santos positive", {"singletons": True}
    ),
    "SST_T5_ols": Case(
        "log(trade) ~ ldist + border + comlang + colony + comfrt_wto | s2_ex + s1_im", "santos positive",
        {"family": "gaussian", "singletons": True},
    ),
    "PPMLHDFE_ex3": Case(
        "trade ~ fta | isoexp^year + isoimp^year + isoexp^isoimp", "ppmlhdfe",
        {"sides": ("isoexp", "isoimp"), "cluster": ["isoexp^isoimp"]},
    ),
    "HSW_logit": Case(
        "trade ~ cuwoemu + emu + regional | cty1^year + cty2^year + pairid", "glick and rose",
        {"family": "logit", "covariance": "model"},
    ),
}  # fmt: skip
