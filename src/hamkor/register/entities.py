"""Entities of the register and what is claimed of them; contradicting claims stand side by side."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import msgspec

from hamkor.register.vocabulary import KINDS, Attribute
from hamkor.schema.errors import BadInput, did_you_mean
from hamkor.schema.periods import check_date, parse_period
from hamkor.schema.units import UNITS, Rounded, read_printed, unit


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What one source says of one attribute of an entity.

    Attributes
    ----------
    attribute, source
        Name from the vocabulary; id of the source.
    value
        Number or text; empty if a range was printed.
    unit
        Printed unit of a number.
    low, high
        A printed range.
    bound
        ``above``, ``below``, ``about`` or empty.
    as_of
        Date for which the claim holds.
    of, by, note
        Which part; who says so; what must be known.
    """

    attribute: str
    source: str
    value: int | float | str = ""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    bound: str = ""
    as_of: str = ""
    of: str = ""
    by: str = ""
    note: str = ""

    @property
    def is_number(self) -> bool:
        """Whether the claim states a quantity."""
        return not isinstance(self.value, str) or self.low is not None


class Entity(msgspec.Struct, frozen=True):
    """Something that the cooperation consists of: an agreement, a body, a fund, a project.

    Attributes
    ----------
    id, kind
        Unique name; name of the kind (the file's name).
    title
        English; translated in the pack's language files.
    parties
        Economy codes, ISO 3166-2 codes of provinces and cities, or ids of groups.
    claims
        In the order of the file.
    type, places, body
        Kind-specific: the type of an agreement, where a zone lies, whose meeting it is.
    """

    id: str
    kind: str
    title: str
    parties: tuple[str, ...]
    claims: tuple[Claim, ...]
    type: str = ""
    places: tuple[str, ...] = ()
    body: str = ""

    def of(self, attribute: str) -> tuple[Claim, ...]:
        """Return all claims of one attribute, in the order of the file."""
        return tuple(claim for claim in self.claims if claim.attribute == attribute)


class _Raw(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    parties: tuple[str, ...]
    claims: tuple[dict[str, Any], ...]
    type: str = ""
    places: tuple[str, ...] = ()
    body: str = ""


def read_entity(kind: str, entity_id: str, raw: object, *, where: str) -> tuple[Entity | None, list[BadInput]]:
    """Return an entity as a file states it, with every fault found in it.

    Parameters
    ----------
    kind
        Name of the kind, from the file's name.
    entity_id
        Key of the table.
    raw
        The table as TOML gives it.
    where
        File and table, named in the faults.
    """
    try:
        entry = msgspec.convert(raw, _Raw)
    except msgspec.ValidationError as error:
        return None, [BadInput(str(error), where=where, due="title, parties and claims as the page on packs says")]
    faults: list[BadInput] = []
    claims: list[Claim] = []
    if not entry.title.strip():
        faults.append(BadInput("an empty title", where=where, due="a title"))
    types = KINDS[kind].types
    if entry.type and entry.type not in types:
        cure = did_you_mean(entry.type, types)
        faults.append(BadInput(f"type '{entry.type}'", where=where, due=f"a type of {kind}", cure=cure))
    for number, row in enumerate(entry.claims, start=1):
        place = f"{where}.claims[{number}]"
        try:
            claim = msgspec.convert(row, Claim)
            check_claim(claim, kind, where=place)
        except msgspec.ValidationError as error:
            faults.append(BadInput(str(error), where=place, due="attribute, value and source"))
        except BadInput as error:
            faults.append(error)
        else:
            claims.append(claim)
    if kind == "targets":
        faults += _target_faults(claims, entry.claims, where)
    entity = Entity(
        entity_id, kind, entry.title, entry.parties, tuple(claims), entry.type, entry.places, entry.body
    )  # fmt: skip
    return entity, faults


def _target_faults(claims: list[Claim], rows: tuple[dict[str, Any], ...], where: str) -> list[BadInput]:
    """Return what keeps a target from having a path: a baseline without its period, or in another currency."""
    faults: list[BadInput] = []
    for number, row in enumerate(rows, start=1):
        if row.get("attribute") != "baseline":
            continue
        place = f"{where}.claims[{number}]"
        if not row.get("as-of"):
            faults.append(BadInput("a baseline without as-of", where=place, due="the period of the baseline"))
            continue
        try:
            parse_period(str(row["as-of"]), where=f"{place}.as-of")
        except BadInput as error:
            faults.append(error)
    currencies = {unit(claim.unit).base for claim in claims if claim.attribute in ("target", "baseline")}
    if len(currencies) > 1:
        faults.append(BadInput(f"currencies {', '.join(sorted(currencies))}", where=where, due="one currency"))
    return faults


def check_claim(claim: Claim, kind: str, *, where: str) -> None:
    """Return if the claim fits the vocabulary of its kind.

    Raises
    ------
    BadInput
        On an unknown attribute, a value of the wrong sort, a wrong unit or date, an empty source.
    """
    attributes = KINDS[kind].attributes
    if claim.attribute not in attributes:
        cure = did_you_mean(claim.attribute, attributes)
        raise BadInput(f"attribute '{claim.attribute}'", where=where, due=f"an attribute of {kind}", cure=cure)
    if not claim.source:
        raise BadInput("no source", where=where, due="the id of a source", cure="add source = '...'")
    attribute = attributes[claim.attribute]
    if claim.as_of:
        _check_as_of(claim.as_of, where=f"{where}.as-of")
    if attribute.sort == "text":
        if not isinstance(claim.value, str) or not claim.value.strip():
            raise BadInput(f"value {claim.value!r}", where=where, due="a text")
    elif attribute.sort == "date":
        if not isinstance(claim.value, str):
            raise BadInput(f"value {claim.value!r}", where=where, due="a date in quotation marks")
        check_date(claim.value, where=f"{where}.value")
    else:
        _check_number(claim, attribute, where=where)


def _check_number(claim: Claim, attribute: Attribute, *, where: str) -> None:
    ends = [end for end in (claim.low, claim.high) if end is not None]
    ranged = len(ends) == 2 and claim.value == ""
    if not ranged and (ends or isinstance(claim.value, str)):
        shown = " and ".join([repr(claim.value)] * (claim.value != "") + [str(end) for end in ends]) or "nothing"
        raise BadInput(f"value {shown}", where=where, due="a number, or low and high")
    if ranged and not (math.isfinite(ends[0]) and math.isfinite(ends[1]) and ends[0] <= ends[1]):
        raise BadInput(f"low {ends[0]:g} and high {ends[1]:g}", where=where, due="a finite low, and a high not below it")
    name = claim.unit or ("count" if attribute.sort == "count" else "")
    found = unit(name, where=f"{where}.unit")
    if found.dimension not in attribute.dimensions:
        fitting = [known.name for known in UNITS.values() if known.dimension in attribute.dimensions]
        raise BadInput(f"unit '{name}'", where=where, due=f"a unit of {attribute.sort}", cure=did_you_mean(name, fitting))
    claim_interval(claim, where=where)


def _check_as_of(text: str, *, where: str) -> None:
    if "/" in text:
        parse_period(text, where=where)
    else:
        check_date(text, where=where)


def claim_interval(claim: Claim, *, where: str = "claim") -> Rounded:
    """Return the number that a claim states with its rounding interval, in base units.

    Examples
    --------
    >>> claim_interval(Claim("capital", "tuic", value=12, unit="USD million")).value
    12000000.0
    """
    found = unit(claim.unit or "count", where=where)
    if claim.low is not None and claim.high is not None:
        factor = float(found.factor)
        return Rounded((claim.low + claim.high) / 2 * factor, claim.low * factor, claim.high * factor, factor)
    digits = str(claim.value)
    if isinstance(claim.value, float) and math.isfinite(claim.value):
        digits = f"{Decimal(digits):f}"
    return read_printed(digits, found, bound=claim.bound, where=where)
