"""Freight and insurance between the exporter's border and the importer's."""

from __future__ import annotations

import numpy as np

from hamkor.reconciliation.model import Floats

CITATION = (
    "form after Gaulier and Zignago (2010), CEPII working paper 2010-23; size: 4 % at 1,000 km, as a prior of this project"
)


def margin(distance: Floats | None, contiguous: Floats | None, landlocked: Floats | None, *, count: int) -> Floats:
    """Return the log of the CIF to FOB ratio.

    Parameters
    ----------
    distance
        Kilometres; 1,000 where it is missing.
    contiguous, landlocked
        1 where the two share a border; 1 where one of them has no coast, 2 where both.
    count
        How many flows there are.

    Examples
    --------
    >>> [round(float(one), 3) for one in np.expm1(margin(np.array([500.0, 1000.0, 8000.0]), None, None, count=3))]
    [0.032, 0.04, 0.064]
    """
    far = np.full(count, 1000.0) if distance is None else np.nan_to_num(distance, nan=1000.0)
    near = np.zeros(count) if contiguous is None else np.nan_to_num(contiguous)
    inland = np.zeros(count) if landlocked is None else np.nan_to_num(landlocked)
    rate = 0.04 + 0.0117 * np.log(np.maximum(far, 50.0) / 1000.0) - 0.01 * near + 0.01 * inland
    return np.asarray(np.log1p(np.clip(rate, 0.005, 0.2)))
