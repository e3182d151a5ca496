"""The language of specifications: ``trade ~ rta + log(dist) + i(year, border) | exporter^year + importer^year``."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from hamkor.schema.errors import BadInput

_NAME = r"[A-Za-z_][\w.]*"
_FACTOR = re.compile(
    rf"(?:(?P<function>log|log1p|exp|sqrt)\((?P<argument>{_NAME})\)"
    rf"|i\((?P<levels>{_NAME})(?:\s*,\s*(?P<slope>{_NAME}))?(?:\s*,\s*ref\s*=\s*['\"]?(?P<reference>[^'\")]+?)['\"]?)?\)"
    rf"|(?P<name>{_NAME}))"
)
_EFFECT = re.compile(rf"{_NAME}(?:\s*\^\s*{_NAME})*")


class Factor(msgspec.Struct, frozen=True):
    """A column, a function of one, or its levels.

    Attributes
    ----------
    column
        Its name.
    function
        ``log``, ``log1p``, ``exp``, ``sqrt``, or empty.
    levels
        Whether it stands for one regressor a level.
    reference
        Level that is left out; empty: the first one unless a slope is given.
    """

    column: str
    function: Literal["", "log", "log1p", "exp", "sqrt"] = ""
    levels: bool = False
    reference: str = ""


class Specification(msgspec.Struct, frozen=True):
    """A formula, read.

    Attributes
    ----------
    outcome
        Left side.
    terms
        Each a product of factors.
    effects
        Each the columns that are crossed.
    constant
        Whether an intercept is asked for; effects make it void.
    """

    outcome: Factor
    terms: tuple[tuple[Factor, ...], ...]
    effects: tuple[tuple[str, ...], ...]
    constant: bool = True


def specification(formula: str) -> Specification:
    """Return a formula, read.

    Raises
    ------
    BadInput
        If it cannot be read: what, where, what was due.

    Examples
    --------
    >>> read = specification("trade ~ rta + log(dist):year_2006 | exporter^year + importer^year")
    >>> read.effects
    (('exporter', 'year'), ('importer', 'year'))
    >>> [len(term) for term in read.terms]
    [1, 2]
    """
    sides = formula.split("~")
    if len(sides) != 2:
        raise BadInput(f"'{formula}'", where="formula", due="outcome ~ regressors | effects")
    right = sides[1].split("|")
    if len(right) > 2:
        raise BadInput(f"'{formula}'", where="formula", due="one | at most")
    outcome = _product(sides[0].strip(), formula)
    if len(outcome) != 1 or outcome[0].levels:
        raise BadInput(f"'{sides[0].strip()}'", where="formula", due="one outcome")
    terms: list[tuple[Factor, ...]] = []
    constant = True
    for part in _split(right[0], formula):
        if part in ("1", "0", "-1"):
            constant = part == "1"
            continue
        crossed = [_product(one.strip(), formula) for one in part.split("*")]
        for term in [*crossed, *([tuple(one for each in crossed for one in each)] if len(crossed) > 1 else [])]:
            if term not in terms:
                terms.append(term)
    effects = []
    for part in _split(right[1], formula) if len(right) == 2 else []:
        if part in ("0", "1"):
            continue
        if _EFFECT.fullmatch(part) is None:
            raise BadInput(f"'{part}'", where="formula, effects", due="columns, crossed by ^")
        effects.append(tuple(name.strip() for name in part.split("^")))
    return Specification(outcome[0], tuple(terms), tuple(effects), constant)


def _split(text: str, formula: str) -> list[str]:
    parts = [part.strip() for part in re.split(r"\+(?![^()]*\))", text.replace("- 1", "+ 0").replace("-1", "+ 0"))]
    if parts == [""]:
        return []
    if "" in parts:
        raise BadInput(f"'{formula}'", where="formula", due="a term on both sides of every +")
    return parts


def _product(text: str, formula: str) -> tuple[Factor, ...]:
    factors = []
    for part in re.split(r":(?![^()]*\))", text):
        told = _FACTOR.fullmatch(part.strip())
        if told is None:
            raise BadInput(
                f"'{part.strip()}'", where=f"formula '{formula.strip()}'", due="a column, log(column), i(column, slope)"
            )
        if told["function"]:
            factors.append(Factor(told["argument"], told["function"]))  # type: ignore[arg-type]
        elif told["levels"]:
            reference = told["reference"] or ""
            factors.append(Factor(told["levels"], levels=True, reference=reference))
            if told["slope"]:
                factors.append(Factor(told["slope"]))
        else:
            factors.append(Factor(told["name"]))
    return tuple(factors)
