"""The gravity estimator: properties, errors, what is dropped, and a peer at tight tolerances."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hamkor as hk
from hamkor.cli import main
from hamkor.gravity import Fit, NotConverged, estimate, estimate_many
from hamkor.gravity.existence import separated
from hamkor.gravity.formula import specification
from hamkor.schema.errors import BadInput

SEEDS = st.integers(0, 10_000)
THREE = "trade ~ rta + near:late | exporter^year + importer^year + exporter^importer"
TWO = "trade ~ rta + log(dist) | exporter^year + importer^year"


def panel(seed: int = 0, *, size: int = 8, years: int = 4, domestic: bool = True, missing: float = 0.1) -> pl.DataFrame:
    """Return an unbalanced panel of flows with zeros, whose true coefficient of rta is 0.4."""
    chance = np.random.default_rng(seed)
    i, j, t = (axis.reshape(-1) for axis in np.indices((size, size, years)))
    keep = (chance.random(i.size) > missing) & (domestic | (i != j))
    i, j, t = (axis[keep] for axis in (i, j, t))
    rta = ((t >= chance.integers(0, 2 * years, (size, size))[i, j]) & (i != j)).astype(float)
    dist = chance.uniform(100, 5000, (size, size))[i, j]
    near = chance.integers(0, 2, (size, size))[i, j]
    index = (
        3 + chance.normal(0, 1, (size, years))[i, t] + chance.normal(0, 1, (size, years))[j, t] + 0.4 * rta - 0.5 * np.log(dist)
    )
    trade = np.exp(index + 2.0 * (i == j)) * chance.lognormal(-0.3, 0.8, i.size) * (chance.random(i.size) > 0.15)
    names = np.array([f"E{one:02}" for one in range(size)])
    return pl.DataFrame(
        {
            "exporter": names[i], "importer": names[j], "year": 2000 + t, "trade": trade, "rta": rta, "dist": dist,
            "near": near, "late": (t > years // 2).astype(int), "pair": i * size + j,
        }
    )  # fmt: skip


def scores(fit: Fit) -> float:
    """Return the largest score of a regressor or an effect, as a share of trade."""
    left = fit.weights * (fit.outcome - fit.mean)
    told = [float(np.abs(fit.regressors[fit.kept] @ left).max() / np.abs(fit.regressors).max())]
    told += [float(np.abs(np.bincount(places, left)).max()) for places in fit.effect_places]
    return max(told) / float(fit.outcome.sum())


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.sampled_from([TWO, THREE]), st.sampled_from(["directed", "symmetric", "domestic"]))
def test_every_score_is_zero_at_the_estimate(seed: int, formula: str, pair: str) -> None:
    if formula == TWO:
        pair = "directed"
    assert scores(estimate(formula, panel(seed), pair=pair)) < 1e-9  # type: ignore[arg-type]


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.floats(1e-6, 1e6))
def test_units_of_trade_do_not_matter(seed: int, scale: float) -> None:
    one = estimate(THREE, panel(seed), cluster="pair").tidy()
    other = estimate(THREE, panel(seed).with_columns(trade=pl.col("trade") * scale), cluster="pair").tidy()
    assert other["estimate"].to_numpy() == pytest.approx(one["estimate"].to_numpy(), abs=1e-8)
    assert other["std_error"].to_numpy() == pytest.approx(one["std_error"].to_numpy(), rel=1e-6)


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_order_and_labels_do_not_matter(seed: int) -> None:
    table = panel(seed)
    renamed = {f"E{one:02}": f"Z{99 - one:02}" for one in range(8)}
    moved = table.sample(fraction=1.0, shuffle=True, seed=seed).with_columns(
        pl.col("exporter", "importer").replace(renamed), year=3 * pl.col("year")
    )
    one, other = (estimate(THREE, told, cluster=["exporter", "importer", "year"]).tidy() for told in (table, moved))
    assert other["estimate"].to_numpy() == pytest.approx(one["estimate"].to_numpy(), abs=1e-8)
    assert other["std_error"].to_numpy() == pytest.approx(one["std_error"].to_numpy(), rel=1e-6)


def test_weights_are_as_good_as_repeated_rows() -> None:
    table = panel(3).with_columns(times=(pl.int_range(pl.len()) % 3) + 1)
    repeated = table.select(pl.all().repeat_by("times")).explode(*table.columns)
    one = estimate(TWO, table, weights="times").tidy()["estimate"]
    other = estimate(TWO, repeated).tidy()["estimate"]
    assert one.to_numpy() == pytest.approx(other.to_numpy(), abs=1e-9)


def test_an_offset_takes_the_place_of_a_coefficient() -> None:
    table = panel(4)
    full = estimate(TWO, table)
    known = dict(full.tidy().select("term", "estimate").rows())
    told = table.with_columns(known=known["rta"] * pl.col("rta") + known["log(dist)"] * pl.col("dist").log())
    rest = estimate("trade ~ 1 | exporter^year + importer^year", told, offset="known")
    assert rest.mean == pytest.approx(full.mean, rel=1e-7)


@settings(max_examples=8, deadline=None)
@given(SEEDS, st.sampled_from(["directed", "symmetric"]), st.booleans())
def test_a_peer_at_tight_tolerances_agrees(seed: int, pair: str, domestic: bool) -> None:
    pyfixest = pytest.importorskip("pyfixest")
    pandas = pytest.importorskip("pandas")
    table = panel(seed, domestic=domestic)
    text = [pl.col(name).cast(pl.String) for name in ("exporter", "importer", "year")]
    one, other = (pl.min_horizontal(*text[:2]), pl.max_horizontal(*text[:2])) if pair == "symmetric" else text[:2]
    coded = table.with_columns(ey=text[0] + text[2], iy=text[1] + text[2], ij=one + other, nl=pl.col("near") * pl.col("late"))
    ours = estimate(THREE, table, pair=pair)  # type: ignore[arg-type]
    kept = coded[ours.rows.tolist()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        theirs = pyfixest.fepois(
            "trade ~ rta + nl | ey + iy + ij", data=pandas.DataFrame(kept.to_dict(as_series=False)), vcov="hetero",
            iwls_tol=1e-12, fixef_tol=1e-12, fixef_rm="none", separation_check=[],
            ssc=pyfixest.ssc(k_adj=False, G_adj=False),
        )  # fmt: skip
    table = ours.tidy()
    assert table["estimate"].to_numpy() == pytest.approx(theirs.coef().to_numpy(), abs=1e-8)
    count = ours.outcome.size
    errors = table["std_error"].to_numpy() * np.sqrt((count - 1) / count)
    assert errors == pytest.approx(theirs.se().to_numpy(), rel=1e-6)


def test_what_is_dropped_is_counted_by_reason() -> None:
    table = panel(5)
    silent = table.with_columns(
        trade=pl.when((pl.col("exporter") == "E01") & (pl.col("year") == 2001)).then(0.0).otherwise("trade"),
        rta=pl.when(pl.int_range(pl.len()) < 7).then(None).otherwise("rta"),
    )
    fit = estimate(THREE, silent)
    told = fit.glance()["dropped_by"]
    assert told["missing rta"] == 7
    assert told["effect all zero"] > 0
    assert fit.glance()["observations"] + sum(told.values()) == len(table)


def test_a_regressor_that_the_effects_explain_is_named_and_left_out() -> None:
    fit = estimate("trade ~ rta + near + log(dist) | exporter^importer + year", panel(6))
    assert fit.glance()["collinear"] == ["near", "log(dist)"]
    assert fit.tidy()["estimate"].is_null().to_list() == [False, True, True]


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_separation_is_certified_and_adding_a_regressor_never_frees_a_row(seed: int) -> None:
    chance = np.random.default_rng(seed)
    size = 40
    outcome = chance.poisson(0.7, size).astype(float)
    flag = np.where((outcome == 0) & (chance.random(size) < 0.3), 1.0, 0.0)
    other = chance.normal(size=size)
    constant = np.ones(size)
    effect = (chance.integers(0, 5, size).astype(np.int64),)
    for regressors, effects in ((np.array([flag, other, constant]), ()), (np.array([flag, other]), effect)):
        found = separated(outcome, regressors, effects)
        assert found[flag > 0].all()
        assert not found[outcome > 0].any()
        assert (found == separated(outcome, regressors * 1e4, effects, certify=True)).all()
        without = separated(outcome, regressors[1:], effects)
        assert (found | ~without).all()


def test_separated_flows_are_dropped_and_the_estimate_exists() -> None:
    table = panel(7).with_columns(odd=((pl.col("trade") == 0) & (pl.col("pair") % 3 == 0)).cast(pl.Float64))
    fit = estimate("trade ~ rta + odd | exporter^year + importer^year", table)
    assert fit.glance()["dropped_by"]["separated by regressors"] == int(table["odd"].sum())
    assert fit.glance()["collinear"] == ["odd"]


@pytest.mark.parametrize(
    ("formula", "options", "words"),
    [
        ("trade rta", {}, "outcome ~ regressors"),
        ("trade ~ rtas", {}, "rta"),
        ("trade ~ rta | exporter^yaer", {}, "year"),
        ("trade ~ rta +", {}, "both sides of every"),
        ("trade ~ sin(rta)", {}, "log(column)"),
        ("trade ~ exporter", {}, "i(column)"),
        ("log(trade) ~ rta", {"family": "gaussian"}, "values over 0"),
        ("trade ~ rta", {"cluster": "nothing"}, "nothing"),
        ("trade ~ rta", {"covariance": "cluster"}, "cluster = columns"),
        ("trade ~ rta", {"cluster": ["exporter", "importer", "year", "pair"]}, "one, two or three"),
        ("trade ~ rta", {"cluster": "one"}, "two or more"),
        ("trade ~ rta", {"where": "year >"}, "an expression"),
        ("trade ~ rta", {"where": "year > 3000"}, "leaves nothing"),
        ("trade ~ rta", {"pair": "symmetric"}, "an effect exporter^importer"),
        ("trade ~ near | exporter^importer", {}, "varies within"),
        ("minus ~ rta", {}, "a flow >= 0"),
        ("none ~ rta", {}, "no positive flow"),
        ("trade ~ huge", {}, "finite"),
    ],
)
def test_what_cannot_be_estimated_says_why(formula: str, options: dict[str, object], words: str) -> None:
    table = panel(1).with_columns(
        one=pl.lit(1), minus=pl.col("trade") - 1, none=pl.lit(0.0),
        huge=pl.when(pl.int_range(pl.len()) == 3).then(float("inf")).otherwise(1.0),
    )  # fmt: skip
    with pytest.raises((BadInput, NotConverged), match=re.escape(words)):
        estimate(formula, table, **options)  # type: ignore[arg-type]


def test_total_effects_percent_tariff_equivalents_and_the_test_of_the_form() -> None:
    fit = estimate("trade ~ rta + rta:late | exporter^year + importer^year", panel(9, size=12), cluster="pair")
    total = fit.total_effect("rta*")
    terms, matrix = fit.tidy()["estimate"].sum(), fit.covariance
    assert total["estimate"] == pytest.approx(terms)
    assert total["std_error"] == pytest.approx(np.sqrt(matrix.sum()))
    told = fit.effects(elasticity=5.0).row(0, named=True)
    value = fit.tidy()["estimate"][0]
    assert told["percent"] == pytest.approx(100 * np.expm1(value))
    assert told["tariff_equivalent"] == pytest.approx(100 * np.expm1(-value / 4))
    assert 0 <= fit.reset_test()["p_value"] <= 1
    assert 0 < fit.glance()["pseudo_r2"] < 1
    with pytest.raises(BadInput, match="one of rta"):
        fit.total_effect("tariff*")


def test_the_form_is_refused_where_it_is_wrong_and_not_where_it_is_right() -> None:
    chance = np.random.default_rng(5)
    x = chance.normal(size=4000)
    right = pl.DataFrame({"x": x, "y": chance.poisson(np.exp(1 + 0.5 * x)).astype(float)})
    wrong = pl.DataFrame({"x": x, "y": chance.poisson(np.exp(1 + 0.5 * x + 0.3 * x**2)).astype(float)})
    assert estimate("y ~ x", right).reset_test()["p_value"] > 0.01
    assert estimate("y ~ x", wrong).reset_test()["p_value"] < 0.01


def test_resistances_solve_the_structural_system() -> None:
    table = panel(11, size=9, years=2, missing=0.0)
    fit = estimate(TWO, table)
    found = fit.multilateral_resistance("E03")
    assert found.filter(economy="E03")["inward"].to_list() == pytest.approx([1.0, 1.0])
    told = pl.DataFrame({"exporter": table["exporter"][fit.rows.tolist()], "importer": table["importer"][fit.rows.tolist()],
                         "year": table["year"][fit.rows.tolist()], "mean": fit.mean, "cost": np.exp(
        fit.coefficients @ fit.regressors)})  # fmt: skip
    told = told.with_columns(
        output=pl.col("mean").sum().over("exporter", "year"), spent=pl.col("mean").sum().over("importer", "year"),
        world=pl.col("mean").sum().over("year"),
    )  # fmt: skip
    joined = told.join(found.rename({"economy": "exporter"}), on=["exporter", "year"]).join(
        found.rename({"economy": "importer"}), on=["importer", "year"], suffix="_to"
    )
    right = joined["output"] * joined["spent"] / joined["world"] * joined["cost"] / (joined["outward"] * joined["inward_to"])
    assert right.to_numpy() == pytest.approx(joined["mean"].to_numpy(), rel=1e-6)


def test_a_bootstrap_by_pairs_is_near_the_clustered_errors() -> None:
    table = panel(12, size=14, years=3)
    fit = estimate(TWO, table, cluster="pair")
    drawn = fit.bootstrap(60, seed=1, cluster=table["pair"][fit.rows.tolist()].to_list())
    assert drawn.std(axis=0) == pytest.approx(fit.tidy()["std_error"].to_numpy(), rel=0.5)
    assert (fit.bootstrap(2, seed=1) == fit.bootstrap(2, seed=1)).all()
    with pytest.raises(BadInput, match="1 draws"):
        fit.bootstrap(1, seed=1)


def test_many_products_are_estimated_and_those_that_cannot_are_told() -> None:
    tables = [panel(seed).with_columns(product=pl.lit(f"p{seed}")) for seed in range(3)]
    empty = panel(9).with_columns(product=pl.lit("none"), trade=pl.lit(0.0))
    found, failed = estimate_many(TWO, pl.concat([*tables, empty]), by="product", cluster="pair")
    assert found["product"].unique().sort().to_list() == ["p0", "p1", "p2"]
    assert list(failed) == ["none"]
    alone = estimate(TWO, tables[1], cluster="pair").tidy()
    assert found.filter(product="p1")["estimate"].to_numpy() == pytest.approx(alone["estimate"].to_numpy())


def test_least_squares_is_least_squares() -> None:
    table = panel(13).filter(pl.col("trade") > 0)
    fit = estimate("log(trade) ~ rta + log(dist)", table, family="gaussian", covariance="model")
    x = np.column_stack([table["rta"], np.log(table["dist"]), np.ones(len(table))])
    y = np.log(table["trade"].to_numpy())
    beta, rest, *_ = np.linalg.lstsq(x, y)
    assert fit.coefficients == pytest.approx(beta, rel=1e-9)
    scale = float(rest[0]) / (len(y) - 3)
    assert np.diag(fit.covariance) == pytest.approx(np.diag(scale * np.linalg.inv(x.T @ x)), rel=1e-8)


def test_a_formula_is_read() -> None:
    read = specification("y ~ a*b + i(year, border, ref=2006) - 1 | e^t + i^t")
    assert [len(term) for term in read.terms] == [1, 1, 2, 2]
    assert not read.constant
    fit = estimate("trade ~ i(year, rta) | exporter + importer", panel(2))
    assert fit.names == ("year::2000:rta", "year::2001:rta", "year::2002:rta", "year::2003:rta")


def test_the_hash_seed_does_not_matter() -> None:
    code = (
        "from tests.gravity.test_estimate import panel, THREE; from hamkor.gravity import estimate;"
        "print(estimate(THREE, panel(1), cluster=['exporter', 'importer']).tidy().rows())"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": "."},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(printed) == 1


def test_the_command_prints_and_writes_and_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    panel(1).write_parquet(tmp_path / "flows.parquet")
    panel(1).write_csv(tmp_path / "flows.csv")

    def told(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["estimate", *arguments])
        found = capsys.readouterr()
        return int(left.value.code or 0), found.out, found.err

    code, out, err = told(THREE, "--data", str(tmp_path / "flows.parquet"), "--cluster", "pair", "--elasticity", "5")
    assert code == 0
    assert "rta" in out
    assert "tariff" in out
    assert "clustered by pair" in err
    code, out, _ = told(THREE, "--data", str(tmp_path / "flows.csv"), "--json")
    assert code == 0
    assert json.loads(out)["tidy"][0]["term"] == "rta"
    assert json.loads(out)["glance"]["converged"]
    for ending in ("csv", "md", "json", "svg"):
        code, *_ = told(TWO, "-d", str(tmp_path / "flows.csv"), "-o", str(tmp_path / f"out.{ending}"))
        assert code == 0
        assert "rta" in (tmp_path / f"out.{ending}").read_text()
    code, out, _ = told("trade ~ log(dist) | exporter + importer", "-d", str(tmp_path / "flows.csv"), "--by", "year")
    assert code == 0
    assert "2003" in out
    (tmp_path / "broken.parquet").write_bytes(b"no parquet")
    for arguments, words in (
        ([THREE, "-d", str(tmp_path / "none.parquet")], "none.parquet"),
        ([THREE, "-d", str(tmp_path / "broken.parquet")], "readable"),
        ([THREE, "-d", str(tmp_path / "flows.xlsx")], ".parquet"),
        (["trade ~ rat", "-d", str(tmp_path / "flows.csv")], "rta"),
        ([THREE, "-d", str(tmp_path / "flows.csv"), "--sides", "a"], "two columns"),
        ([THREE, "-d", str(tmp_path / "flows.csv"), "-o", "x.pdf"], ".csv, .md, .json or .svg"),
    ):
        code, _, err = told(*arguments)
        assert code == 2
        assert words in err
        assert "Traceback" not in err


def test_potential_is_prediction_against_record_pair_by_pair() -> None:
    table = panel(2)
    fit = estimate(TWO, table)
    found = fit.potential()
    assert found.columns == ["exporter", "importer", "year", "actual", "predicted", "ratio"]
    sums = found.group_by("exporter", "year").agg(pl.col("actual", "predicted").sum())
    assert sums["actual"].to_numpy() == pytest.approx(sums["predicted"].to_numpy(), rel=1e-8)
    doubled = table.select("exporter", "importer", "year", actual=2 * pl.col("trade"))
    assert fit.potential(against=doubled)["ratio"].to_numpy() == pytest.approx(2 * found["ratio"].to_numpy())
    with pytest.raises(BadInput, match="without the pair's effect"):
        estimate(THREE, table).potential()
    with pytest.raises(BadInput, match="both sides"):
        estimate("trade ~ rta | exporter^year", table).potential()


def test_tables_of_maketables_take_a_fit() -> None:
    maketables = pytest.importorskip("maketables")
    fits = [estimate(TWO, panel(1), cluster="pair"), estimate(THREE, panel(1), cluster="pair")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = str(maketables.ETable(fits).make(type="tex"))
    assert "rta" in text
    assert f"{fits[0].tidy()['estimate'][0]:.3f}" in text


def test_it_is_there_from_python() -> None:
    assert hk.estimate(TWO, panel(1)).glance()["converged"]
