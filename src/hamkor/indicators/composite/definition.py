"""What an index is made of: its indicators, the dimensions that hold them, and how each stage is done."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

import msgspec

from hamkor.schema.errors import BadInput, ManyErrors, did_you_mean

Normalisation = Literal["min-max", "z-score", "rank", "target"]
Mean = Literal["arithmetic", "geometric", "harmonic"]
Imputation = Literal["none", "mean", "median", "last"]


class Part(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """One indicator of an index.

    Attributes
    ----------
    id, title, unit, source
        Its column in the table, what it is, the unit of its values, where its definition or data are from.
    dimension
        Id of the dimension that it is part of.
    direction
        1 where more is better, -1 where less is.
    weight
        Within its dimension.
    denominator
        Column that its values are divided by.
    goalposts
        Values that stand for the ends of the scale instead of the least and greatest found; what lies beyond is cut.
    target
        Value that is aimed at, for the normalisation by target.
    take
        How a workbench that knows the region takes the values from its files, by name of a measure and its options.
    """

    id: str
    title: str
    dimension: str
    direction: Literal[1, -1] = 1
    weight: float = 1.0
    unit: str = ""
    source: str = ""
    denominator: str = ""
    goalposts: tuple[float, float] | None = None
    target: float | None = None
    take: dict[str, str] = {}


class Dimension(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """A dimension: its weight, and the dimension above it where it is not part of the index itself."""

    id: str
    title: str
    weight: float = 1.0
    part_of: str = ""


class Definition(msgspec.Struct, frozen=True, rename="kebab", forbid_unknown_fields=True):
    """An index.

    Attributes
    ----------
    id, title, citation
        What it is called, and where it is from.
    dimensions, indicators
        Its parts.
    impute
        How a missing value is filled: ``none``, ``mean`` or ``median`` of the others of the same period (and `group`),
        ``last`` (the economy's own latest value).
    group
        Column by which means are taken apart, for `impute`.
    treat
        Whether outliers are drawn in (`stages.treat`).
    normalise, scope, span
        How values are brought to one scale, over the whole panel or each period by itself, and the ends of that scale.
    weighting
        ``stated`` (those of the definition; all 1 = equal) or ``pca`` (two-stage principal components of the panel).
    aggregate
        Mean by which indicators make dimensions, and dimensions the index.
    threshold
        Least share of weight that must be present; below it the aggregate is missing.
    """

    id: str
    title: str
    dimensions: tuple[Dimension, ...]
    indicators: tuple[Part, ...]
    citation: str = ""
    impute: Imputation = "none"
    group: str = ""
    treat: bool = False
    normalise: Normalisation = "min-max"
    scope: Literal["panel", "period"] = "panel"
    span: tuple[float, float] = (0.0, 100.0)
    weighting: Literal["stated", "pca"] = "stated"
    aggregate: Mean = "arithmetic"
    threshold: float = 0.5


def checked(definition: Definition) -> Definition:
    """Return the definition, if it holds together.

    Raises
    ------
    ManyErrors
        With every fault: ids that occur twice or are unknown, circles, weights, ends of the scale.

    Examples
    --------
    >>> parts = (Part("exports", "Exports", "trade"),)
    >>> checked(Definition("x", "X", (Dimension("trade", "Trade"),), parts)).threshold
    0.5
    """
    faults: list[BadInput] = []
    ids = [*(one.id for one in definition.dimensions), *(one.id for one in definition.indicators)]
    faults += [BadInput(f"'{one}' twice", due="one id a part") for one in sorted({one for one in ids if ids.count(one) > 1})]
    known = {one.id for one in definition.dimensions}
    holders = [(one.id, one.dimension) for one in definition.indicators]
    holders += [(one.id, one.part_of) for one in definition.dimensions if one.part_of]
    faults += [
        BadInput(f"dimension '{held}'", where=name, due=did_you_mean(held, known))
        for name, held in holders
        if held not in known
    ]
    above = {one.id: one.part_of for one in definition.dimensions}
    for name in above:
        place, seen = name, set[str]()
        while place and place not in seen:
            seen.add(place)
            place = above.get(place, "")
        if place:
            faults.append(BadInput("a dimension within itself", where=name, due="a tree"))
    if not definition.indicators:
        faults.append(BadInput("no indicator", due="one at least"))
    filled = {held for _, held in holders}
    faults += [BadInput("a dimension of nothing", where=name, due="an indicator in it") for name in above if name not in filled]
    faults += _numbers(definition)
    if faults:
        raise ManyErrors(faults, subject=f"index {definition.id}")
    return definition


def _numbers(definition: Definition) -> list[BadInput]:
    weights = [
        *((one.id, one.weight) for one in definition.dimensions),
        *((one.id, one.weight) for one in definition.indicators),
    ]
    faults = [
        BadInput(f"weight {weight:g}", where=name, due="a number >= 0")
        for name, weight in weights
        if not (math.isfinite(weight) and weight >= 0)
    ]
    low, high = definition.span
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        faults.append(BadInput(f"span {low:g} ... {high:g}", due="its lower end first"))
    if definition.aggregate != "arithmetic" and (low <= 0 or definition.normalise == "z-score"):
        cure = f"write span = [{max(high, 1.0) / 100:g}, {max(high, 1.0):g}]"
        found = "z-scores" if definition.normalise == "z-score" else f"a scale from {low:g}"
        faults.append(BadInput(f"the {definition.aggregate} mean of {found}", due="a scale above 0", cure=cure))
    if not 0 <= definition.threshold <= 1:
        faults.append(BadInput(f"threshold {definition.threshold:g}", due="a share from 0 to 1"))
    for one in definition.indicators:
        if definition.normalise == "target" and one.target is None:
            faults.append(BadInput("no target", where=one.id, due="a target, as the index is normalised by it"))
        if one.goalposts is not None and not one.goalposts[0] < one.goalposts[1]:
            faults.append(BadInput(f"goalposts {one.goalposts}", where=one.id, due="the lower one first"))
    return faults


def with_weights(definition: Definition, weights: Mapping[str, float]) -> Definition:
    """Return the definition with other weights, by id of indicator or dimension; those not named stay.

    Raises
    ------
    BadInput
        If an id is unknown.
    ManyErrors
        If a weight is not a number >= 0.

    Examples
    --------
    >>> parts = (Part("exports", "Exports", "trade"),)
    >>> index = Definition("x", "X", (Dimension("trade", "Trade"),), parts)
    >>> with_weights(index, {"exports": 3}).indicators[0].weight
    3.0
    """
    ids = [*(one.id for one in definition.dimensions), *(one.id for one in definition.indicators)]
    for name, weight in weights.items():
        if name not in ids:
            raise BadInput(f"weight of '{name}'", where=f"index {definition.id}", due=did_you_mean(name, ids))
        if isinstance(weight, bool) or not isinstance(weight, int | float):
            raise BadInput(f"weight {weight!r}", where=name, due="a number >= 0")

    return checked(
        msgspec.structs.replace(
            definition,
            dimensions=tuple(
                msgspec.structs.replace(one, weight=float(weights.get(one.id, one.weight))) for one in definition.dimensions
            ),
            indicators=tuple(
                msgspec.structs.replace(one, weight=float(weights.get(one.id, one.weight))) for one in definition.indicators
            ),
            weighting="stated",
        )
    )
