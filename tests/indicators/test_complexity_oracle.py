"""The package of the Atlas's authors, ecomplexity, on the same made-up trade."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from hamkor.indicators.product_space import complexity
from hamkor.indicators.relatedness import Array

pytest.importorskip("ecomplexity")
pandas = pytest.importorskip("pandas")

INDEX = 1e-12  # of ECI; both sides take an eigenvector, the peer of an unsymmetric matrix
OTHERS = 1e-9


def trade(seed: int, economies: int, products: int) -> Array:
    """Return made-up exports with every row and column filled; the network is one."""
    chance = np.random.default_rng(seed)
    skill, hard = chance.normal(size=(economies, 1)), chance.normal(size=(1, products))
    values = np.exp(chance.normal(size=(economies, products)) + skill * hard)
    values *= chance.random(values.shape) < 1 / (1 + np.exp(hard - skill - 1))
    return np.asarray(values[values.sum(axis=1) > 0][:, values.sum(axis=0) > 0])


@pytest.mark.parametrize(("seed", "economies", "products"), [(1, 12, 30), (2, 40, 150), (3, 90, 300), (4, 60, 25)])
def test_every_measure_is_that_of_the_package(seed: int, economies: int, products: int) -> None:
    from ecomplexity import ecomplexity, proximity

    values = trade(seed, economies, products)
    names = {"time": "year", "loc": "economy", "prod": "product", "val": "value"}
    rows, columns = np.indices(values.shape)
    table = pandas.DataFrame({"year": 2024, "economy": rows.ravel(), "product": columns.ravel(), "value": values.ravel()})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = ecomplexity(table, names, check_logsupermodularity=False, verbose=False).sort_values(["economy", "product"])
        near = proximity(table, names)["proximity"].to_numpy()
    found = complexity(values)

    def due(name: str) -> Array:
        return np.asarray(peer[name].to_numpy(dtype=float).reshape(values.shape))

    assert np.array_equal(found.present, due("mcp"))
    assert np.array_equal(found.diversity, due("diversity")[:, 0])
    assert np.array_equal(found.ubiquity, due("ubiquity")[0])
    assert found.rca == pytest.approx(due("rca"), rel=OTHERS)
    assert np.abs(found.eci - due("eci")[:, 0]).max() < INDEX
    assert np.abs(found.pci - due("pci")[0]).max() < OTHERS
    assert np.abs(found.density - due("density")).max() < OTHERS
    assert np.abs(found.coi - due("coi")[:, 0]).max() < OTHERS
    assert np.abs(found.cog - due("cog")).max() < OTHERS
    assert np.abs(found.proximity.ravel() - near).max() < OTHERS
