"""From the tables of a region to the facts that a brief may state: printed ones first, then those computed from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import polars as pl

from hamkor.register.entities import Claim, Entity, claim_interval
from hamkor.schema.errors import BadInput, did_you_mean
from hamkor.schema.provenance import Artifact, Cell, Fact
from hamkor.schema.region import Region
from hamkor.schema.units import read_printed, unit


class Facts(msgspec.Struct, frozen=True):
    """All facts of a region, found by id or by what they state.

    Attributes
    ----------
    by_id
        Every fact under its full id.
    ranked
        ``name:entities:period`` -> the facts that state it, the preferred one first.
    of_entity
        Id of an entity of the register -> its facts, in the order of the file.
    """

    by_id: dict[str, Fact]
    ranked: dict[str, tuple[Fact, ...]]
    of_entity: dict[str, tuple[Fact, ...]]

    def best(self, name: str, *entities: str, period: str = "") -> Fact | None:
        """Return the preferred fact of that name, or None if nothing is known."""
        found = self.ranked.get(statement(name, entities, period))
        return found[0] if found else None

    def all(self, name: str, *entities: str, period: str = "") -> tuple[Fact, ...]:
        """Return every fact that states this, the preferred one first."""
        return self.ranked.get(statement(name, entities, period), ())

    def find(self, identifier: str) -> tuple[Fact, ...]:
        """Return the fact of that id, or all that state what a shorter id without ``@source`` names.

        Raises
        ------
        BadInput
            If no fact is called so.
        """
        if identifier in self.by_id:
            return (self.by_id[identifier],)
        if identifier in self.ranked:
            return self.ranked[identifier]
        cure = did_you_mean(identifier, [*self.ranked, *self.by_id])
        raise BadInput(f"fact '{identifier}'", due="the id of a fact", cure=cure)


def statement(name: str, entities: Iterable[str], period: str = "") -> str:
    """Return what a fact states, as the part of its id before the source.

    Examples
    --------
    >>> statement("turnover", ("UZB", "KAZ"), "2024")
    'turnover:UZB-KAZ:2024'
    """
    return ":".join([name, "-".join(entities), *([period] if period else [])])


def collect(facts: Iterable[Fact], *, ranks: Mapping[str, tuple[Any, ...]] | None = None) -> Facts:
    """Return `facts` for looking up; `ranks` orders those that state the same (smallest first)."""
    order = ranks or {}
    by_id: dict[str, Fact] = {}
    ranked: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.id in by_id:
            raise BadInput(f"fact id '{fact.id}' again", due="an id that occurs once")
        by_id[fact.id] = fact
        ranked[statement(fact.name, fact.entities, fact.period)].append(fact)
    by_entity: dict[str, list[Fact]] = defaultdict(list)
    for fact in by_id.values():
        if len(fact.entities) == 1:
            by_entity[fact.entities[0]].append(fact)
    return Facts(
        by_id,
        {key: tuple(sorted(found, key=lambda fact: order.get(fact.id, ()))) for key, found in ranked.items()},
        {name: tuple(found) for name, found in by_entity.items()},
    )


def extended(facts: Facts, more: Iterable[Fact]) -> Facts:
    """Return `facts` with more of them that are found by id only, and stand behind no statement."""
    return msgspec.structs.replace(facts, by_id=facts.by_id | {fact.id: fact for fact in more})


def trade_facts(observations: pl.DataFrame, artifacts: Mapping[str, Artifact]) -> list[Fact]:
    """Return the facts that the printed figures of trade state: levels, and growth rates where they were printed."""
    facts: list[Fact] = []
    for row in observations.iter_rows(named=True):
        entities = (row["REPORTER"], row["COUNTERPART"])
        common: dict[str, Any] = {
            "entities": entities,
            "period": row["TIME_PERIOD"],
            "coverage": row["COVERAGE"],
            "valuation": row["VALUATION"],
            "subset": row["SUBSET"] or "",
            "speaker": row["SPEAKER"],
            "note": row["NOTE"] or "",
            "source": row["SOURCE"],
            "cell": _cell(row["LOCATOR"], artifacts),
        }
        key = f"{'-'.join(entities)}:{row['TIME_PERIOD']}@{row['SOURCE']}"
        if row["OBS_VALUE"] is not None:
            facts.append(
                Fact(
                    id=f"{row['FLOW']}:{key}", name=row["FLOW"], value=row["OBS_VALUE"], unit="USD", low=row["LOW"],
                    high=row["HIGH"], precision=row["PRECISION"], bound=row["BOUND"] or "",
                    printed=f"{row['PRINTED']} {row['UNIT_MEASURE']}", **common,
                )
            )  # fmt: skip
        if row["GROWTH"] is not None:
            half = 0.5 * 10.0 ** -(2 + _decimals(row["GROWTH_PRINTED"]))
            facts.append(
                Fact(
                    id=f"{row['FLOW']}-growth:{key}", name=f"{row['FLOW']}-growth", value=row["GROWTH"], unit="1",
                    low=row["GROWTH"] - half, high=row["GROWTH"] + half, precision=2 * half,
                    printed=f"{row['GROWTH_PRINTED']} %", **common,
                )
            )  # fmt: skip
    return facts


def _decimals(digits: str) -> int:
    return len(digits.partition(".")[2])


def _cell(locator: str, artifacts: Mapping[str, Artifact]) -> Cell:
    path, _, place = locator.partition(" ")
    return Cell(artifacts[path], place)


def trade_ranks(
    facts: Iterable[Fact], *, dates: Mapping[str, str], official: frozenset[str], preferred: Iterable[str]
) -> dict[str, tuple[Any, ...]]:
    """Return the order among facts that state the same.

    A recorded preference comes first, then a total before a part, an office's own publication before the press, a figure
    before a bound ("more than"), the latest source before earlier ones; the id last, so that the order is always the same.

    Parameters
    ----------
    facts
        Facts read from sources.
    dates
        Source id -> its date.
    official
        Sources that are an office's own publication.
    preferred
        Ids of the facts that the pack prefers.
    """
    chosen = set(preferred)
    ranks: dict[str, tuple[Any, ...]] = {}
    for fact in facts:
        date = dates.get(fact.source, "")
        newest_first = tuple(-ord(sign) for sign in ("" if date == "undated" else date).ljust(10))
        ranks[fact.id] = (
            fact.id not in chosen, bool(fact.subset), fact.source not in official, fact.bound in ("above", "below"),
            newest_first, fact.id,
        )  # fmt: skip
    return ranks


def register_facts(entities: Iterable[Entity], artifacts: Mapping[str, Artifact]) -> list[Fact]:
    """Return the facts of the register: a title for each entity, and one fact for each claim."""
    facts: list[Fact] = []
    for entity in entities:
        artifact = artifacts[f"register/{entity.kind}.toml"]
        title_source = entity.claims[0].source if entity.claims else ""
        facts.append(
            Fact(
                id=f"{entity.kind}.title:{entity.id}", name=f"{entity.kind}.title", entities=(entity.id,),
                value=entity.title, source=title_source, cell=Cell(artifact, f"[{entity.id}] title"),
            )
        )  # fmt: skip
        seen: dict[str, int] = defaultdict(int)
        for number, claim in enumerate(entity.claims, start=1):
            period = claim.as_of
            base = f"{statement(f'{entity.kind}.{claim.attribute}', (entity.id,), period)}@{claim.source}"
            seen[base] += 1
            identifier = base if seen[base] == 1 else f"{base}~{seen[base]}"
            facts.append(_claim_fact(entity, claim, identifier, Cell(artifact, f"[{entity.id}] claims {number}")))
    return facts


def _claim_fact(entity: Entity, claim: Claim, identifier: str, cell: Cell) -> Fact:
    common: dict[str, Any] = {
        "id": identifier,
        "name": f"{entity.kind}.{claim.attribute}",
        "entities": (entity.id,),
        "period": claim.as_of,
        "of": claim.of,
        "speaker": claim.by,
        "note": claim.note,
        "bound": "range" if claim.low is not None else claim.bound,
        "source": claim.source,
        "cell": cell,
    }
    if not claim.is_number:
        return Fact(value=str(claim.value), **common)
    number = claim_interval(claim)
    found = unit(claim.unit or "count")
    digits = str(claim.value) if claim.low is None else f"{claim.low:g}-{claim.high:g}"
    return Fact(
        value=number.value, unit=found.base, low=number.low, high=number.high, precision=number.precision,
        printed=f"{digits} {found.name}", **common,
    )  # fmt: skip


def pack_facts(region: Region, performance: pl.DataFrame, artifacts: Mapping[str, Artifact]) -> list[Fact]:
    """Return the facts of the region itself: its title, its groups, what is known of its data; and of its corridors."""
    artifact = artifacts["region.toml"]
    facts = [
        Fact(
            id="region.title:region",
            name="region.title",
            entities=("region",),
            value=region.title,
            cell=Cell(artifact, "title"),
        )
    ]
    for code, group in region.groups.items():
        cell = Cell(artifact, f"groups.{code}")
        facts.append(
            Fact(id=f"group.title:{code}", name="group.title", entities=(f"group-{code}",), value=group.title, cell=cell)
        )
    for name, remarks in (("note", region.notes), ("gap", region.gaps)):
        for number, remark in enumerate(remarks, start=1):
            cell = Cell(artifact, f"{name}s {number}")
            facts.append(Fact(id=f"{name}:{number}", name=name, entities=remark.parties, value=remark.text, cell=cell))
    for row in performance.iter_rows(named=True):
        place = (row["PLACE"],) if row["PLACE"] else ()
        entities = (row["SCOPE"], row["MODE"], row["DIRECTION"], *place)
        found = unit(row["UNIT_MEASURE"])
        rounded = read_printed(row["PRINTED"], found)
        key = statement(f"corridor.{row['INDICATOR']}", entities, row["TIME_PERIOD"])
        facts.append(
            Fact(
                id=f"{key}@{row['SOURCE']}", name=f"corridor.{row['INDICATOR']}", entities=entities,
                period=row["TIME_PERIOD"], value=rounded.value, unit=found.base, low=rounded.low, high=rounded.high,
                precision=rounded.precision, printed=f"{row['PRINTED']} {found.name}", note=row["NOTE"] or "",
                source=row["SOURCE"], cell=_cell(row["LOCATOR"], artifacts),
            )
        )  # fmt: skip
    return facts
