"""Where a number comes from: source -> artifact -> cell -> derivation -> fact."""

from __future__ import annotations

from typing import Literal

import msgspec

Licence = Literal["official", "press", "cc-by-4.0", "etalab-2.0", "public-domain", "unclear"]


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A publication.

    Attributes
    ----------
    id
        Short name by which facts cite it.
    title, publisher, address, date
        As a reader would cite it; the date may be "undated", the address empty.
    licence
        Class of what may be done with it; travels into every output.
    language
        Language of the text, if known.
    note
        What a reader should know of it.
    """

    id: str
    title: str
    publisher: str
    licence: Licence
    address: str
    date: str
    language: str = ""
    note: str = ""


class Artifact(msgspec.Struct, frozen=True):
    """The file in which a figure lies, by the sha256 of its bytes."""

    path: str
    sha256: str


class Cell(msgspec.Struct, frozen=True):
    """The place in an artifact: ``line 12``, ``utic.claims[3]``."""

    artifact: Artifact
    locator: str


class Derivation(msgspec.Struct, frozen=True):
    """How a fact was computed from other facts.

    Attributes
    ----------
    operation
        The function that computed it.
    formula
        The arithmetic in words and symbols.
    inputs
        Ids of the facts that went in, in the order of the formula.
    """

    operation: str
    formula: str
    inputs: tuple[str, ...]


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One statement that a brief may make; a brief states no number that is not one.

    Attributes
    ----------
    id
        ``name:entities[:period][@source]``; facts read from a source carry its id, derived ones do not.
    name
        What is stated: ``turnover``, ``balance``, ``funds.capital``.
    entities
        Economies in the order reporter, counterpart; or the id of a register's entity.
    period
        Period or date to which it belongs; empty if none.
    value
        Number in base units (USD, share of one, count), or a text.
    unit
        Base unit; empty for a text.
    low, high
        Interval: of rounding if printed, propagated if derived. None: open on that side.
    precision
        One unit of the last digit that is known, in base units.
    printed
        The digits and unit as the source prints them.
    bound
        ``above``, ``below``, ``about``, ``range`` (low to high as printed) or empty.
    coverage, valuation, subset
        Scope of a figure of trade.
    of, speaker, note
        Which part; who says so; what must be known.
    cell, source, derivation
        Provenance: either a cell and a source, or a derivation.
    """

    id: str
    name: str
    entities: tuple[str, ...]
    period: str = ""
    value: float | str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    precision: float | None = None
    printed: str = ""
    bound: str = ""
    coverage: str = ""
    valuation: str = ""
    subset: str = ""
    of: str = ""
    speaker: str = ""
    note: str = ""
    source: str = ""
    cell: Cell | None = None
    derivation: Derivation | None = None

    @property
    def number(self) -> float:
        """The value as a number; a text here is a defect of the caller."""
        if isinstance(self.value, str):
            raise TypeError(f"fact {self.id} is a text")
        return self.value

    @property
    def text(self) -> str:
        """The value as a text; a number here is a defect of the caller."""
        if not isinstance(self.value, str):
            raise TypeError(f"fact {self.id} is a number")
        return self.value
