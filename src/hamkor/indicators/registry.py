"""What an indicator declares of itself, and finding all of them."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec

from hamkor.schema.errors import BadInput, did_you_mean

if TYPE_CHECKING:
    import polars as pl

Needs = Literal["flows", "reports", "quantities", "months", "input-output", "panel", "register"]
Level = Literal[
    "region", "economy", "pair", "product", "economy-product", "pair-product", "product-product", "economy-sector",
    "pair-sector",
]  # fmt: skip


class Indicator(msgspec.Struct, frozen=True):
    """One indicator, as the command line, the reference page, the dashboard and the brief list it.

    Attributes
    ----------
    name
        Name of the function.
    title
        First line of its docstring without ``Return``.
    unit
        Of the column `value`: ``1`` (a pure number), ``USD``, ``percent``, ``percentage points``, ``years`` ...
    level
        What one row stands for.
    needs
        The input: a table of `flows` (exporter, importer, product, value in USD; period, low and high if known), of flows
        with `quantities`, of `months`, an `input-output` table, a `panel` of indicators, the `register`.
    citation
        Where the definition is from, with its equation or page.
    variants
        Options in which the literature differs, each with its choices, the default first.
    products
        Whether the flows must be told by product (unless a variant takes partners instead).
    world
        Whether the flows must be those of the whole world, so that it cannot rest on the offices' records alone.
    function
        Table in, table out.
    """

    name: str
    title: str
    unit: str
    level: Level
    needs: Needs
    citation: str
    variants: dict[str, tuple[str, ...]]
    products: bool
    world: bool
    function: Callable[..., pl.DataFrame]


_Function = TypeVar("_Function", bound=Callable[..., Any])
_DECLARED: dict[str, Indicator] = {}


def indicator(
    *,
    unit: str,
    level: Level,
    citation: str,
    needs: Needs = "flows",
    variants: dict[str, tuple[str, ...]] | None = None,
    products: bool = False,
    world: bool = False,
) -> Callable[[_Function], _Function]:
    """Return a decorator that declares a function as an indicator; the function stays as it is.

    Parameters
    ----------
    unit, level, citation, needs, variants, products, world
        As in `Indicator`.
    """

    def declare(function: _Function) -> _Function:
        name = function.__name__
        title = (function.__doc__ or "").strip().splitlines()[0].removeprefix("Return ").rstrip(".")
        _DECLARED[name] = Indicator(
            name, title[:1].upper() + title[1:], unit, level, needs, citation, variants or {}, products, world, function
        )
        return function

    return declare


@cache
def indicators() -> dict[str, Indicator]:
    """Return every indicator by its name; each module of this folder is looked through.

    Examples
    --------
    >>> indicators()["turnover"].unit
    'USD'
    """
    import hamkor.indicators as home

    for module in pkgutil.iter_modules(home.__path__, "hamkor.indicators."):
        import_module(module.name)
    return dict(sorted(_DECLARED.items()))


def find(name: str) -> Indicator:
    """Return one indicator; hyphens may stand for underscores.

    Raises
    ------
    BadInput
        If there is none of this name.

    Examples
    --------
    >>> find("Turnover").level
    'pair'
    """
    known = indicators()
    if found := known.get(name.strip().lower().replace("-", "_").replace(" ", "_")):
        return found
    raise BadInput(f"{name!r} is no indicator; {did_you_mean(name, known)}; hamkor measure lists them")
