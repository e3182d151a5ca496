"""Every stage of COINr's ASEM index, and the published contributions to ADB's index.

COINr: Becker et al. 2022, J. Open Source Software 7 (78); ADB, Asian Economic Integration Report 2021, figure 6.2.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hamkor.indicators.composite.build import build, staged
from hamkor.indicators.composite.definition import Definition, Dimension, Part
from hamkor.indicators.composite.means import aggregate, contributions, tree_of
from hamkor.indicators.composite.panel import labels, panel_of
from hamkor.indicators.composite.stages import Array, denominate, impute, treat

pytestmark = pytest.mark.conformance
EXACT = 1e-10  # relative: both sides round at other steps
PRINTED = 1.01e-4  # the contributions are printed with four decimals


class Asem:
    """The published tables, economies in alphabetical order, and the index they are stages of."""

    def __init__(self, folder: Path) -> None:
        self.meta = self._table(folder, "indmeta")
        above = dict(self.meta.select("Agg1", "Agg2").iter_rows())
        levels = self._table(folder, "aggmeta").filter(pl.col("Code") != "Index").to_dicts()
        self.codes = self.meta["IndCode"].to_list()
        self.definition = Definition(
            "Index", "Sustainable connectivity",
            tuple(Dimension(one["Code"], one["Name"], one["Weight"], above.get(one["Code"], "")) for one in levels),
            tuple(
                Part(one["IndCode"], one["IndName"], one["Agg1"], int(one["Direction"]), one["IndWeight"])  # type: ignore[arg-type]
                for one in self.meta.to_dicts()
            ),
        )  # fmt: skip
        names = ("raw", "denominated", "imputed", "treated", "normalised", "aggregated")
        self.frames = {name: self._table(folder, name).sort("UnitCode").rename({"UnitCode": "economy"}) for name in names}

    @staticmethod
    def _table(folder: Path, name: str) -> pl.DataFrame:
        return pl.read_csv(folder / f"indicators/asem_{name}.csv", null_values=["NA", ""], infer_schema_length=None)

    def values(self, name: str) -> Array:
        """Return the indicators of a stage; missing is NaN."""
        table = self.frames[name].select(pl.col(self.codes).cast(pl.Float64))
        return np.asarray(table.fill_null(float("nan")).to_numpy())


@pytest.fixture(scope="module")
def asem(conformance: Path) -> Asem:
    return Asem(conformance)


def agrees(found: Array, due: Array) -> None:
    assert (np.isnan(found) == np.isnan(due)).all()
    np.testing.assert_allclose(found, due, rtol=EXACT, atol=EXACT)


def test_indicators_of_one_denominator_are_divided_by_the_same(asem: Asem) -> None:
    raw, due = asem.values("raw"), asem.values("denominated")
    by = asem.meta["Denominator"].to_list()
    seen = 0
    for name in {one for one in by if one}:
        # The denominators themselves are not published: the first indicator tells them where it is not 0.
        columns = [place for place, one in enumerate(by) if one == name]
        with np.errstate(invalid="ignore", divide="ignore"):
            told = np.stack([raw[:, place] / due[:, place] for place in columns])
        base = np.nanmax(np.where(np.isfinite(told), told, -np.inf), axis=0)
        known = np.isfinite(base)
        for place in columns:
            agrees(denominate(raw[known][:, [place]], base[known][:, None]), due[known][:, [place]])
            seen += int(known.sum())
    assert seen > 800


def test_missing_values_are_filled_with_the_means_of_the_group(asem: Asem) -> None:
    groups = labels(tuple(asem.frames["raw"]["Group_EurAsia"]))
    found, marks = impute(asem.values("denominated"), groups, method="mean")
    agrees(found, asem.values("imputed"))
    assert marks.sum() == np.isnan(asem.values("denominated")).sum()


def test_the_same_points_are_drawn_in(asem: Asem) -> None:
    found, changed = treat(asem.values("imputed"))
    agrees(found, asem.values("treated"))
    assert (changed == (asem.values("treated") != asem.values("imputed"))).all()


def test_the_scale_is_the_published_one(asem: Asem) -> None:
    stages = staged(panel_of(asem.frames["treated"], asem.definition), asem.definition)
    agrees(stages.normalised, asem.values("normalised"))


def test_every_dimension_and_the_index_are_the_published_ones(asem: Asem) -> None:
    built, due = build(asem.frames["treated"], asem.definition), asem.frames["aggregated"]
    agrees(built.scores["value"].to_numpy(), due["Index"].to_numpy())
    for (name,), rows in built.dimensions.group_by("dimension"):
        agrees(rows.sort("economy")["value"].to_numpy(), due[str(name)].to_numpy())


def test_the_stages_in_one_go_are_the_stages_one_by_one(asem: Asem) -> None:
    import msgspec

    whole = msgspec.structs.replace(asem.definition, impute="mean", group="Group_EurAsia", treat=True)
    built = build(asem.frames["denominated"], whole)
    agrees(built.scores["value"].to_numpy(), asem.frames["aggregated"]["Index"].to_numpy())


def test_asias_contributions_add_up_to_its_index(conformance: Path) -> None:
    table = pl.read_csv(conformance / "indicators/arcii_asia_dimension_contributions.csv")
    names = [name for name in table.columns if name not in ("year", "overall")]
    due = table.select(names).to_numpy()
    tree = tree_of(
        Definition("i", "I", tuple(Dimension(one, one) for one in names), tuple(Part(f"{one}-1", one, one) for one in names))
    )
    weights = np.array([tree.weights])
    levels = aggregate(6 * due, weights, tree, form="arithmetic", threshold=0.5)
    found = contributions(6 * due, weights[0], tree, levels, form="arithmetic")
    agrees(found[:, 6:12], due)
    np.testing.assert_allclose(found[:, 6:12].sum(axis=1), table["overall"].to_numpy(), atol=PRINTED)
    np.testing.assert_allclose(levels.values[0, -1], table["overall"].to_numpy(), atol=PRINTED)
