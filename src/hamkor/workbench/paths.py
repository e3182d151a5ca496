"""The way to targets of trade: those that a region's register names, or one of the user's."""

from __future__ import annotations

import math
import re
from pathlib import Path as File
from typing import Any

import msgspec
import polars as pl

from hamkor.briefs.derive import measure, printed_level
from hamkor.briefs.facts import Facts
from hamkor.indicators.path import REACHED_OVER, Path, by_product
from hamkor.indicators.path import path as computed
from hamkor.register.entities import Entity
from hamkor.schema.economies import economies
from hamkor.schema.errors import BadInput, did_you_mean
from hamkor.schema.periods import parse_period
from hamkor.schema.provenance import Fact
from hamkor.store import open_store
from hamkor.workbench.files import store_folder
from hamkor.workbench.measures import read_table
from hamkor.workbench.workspaces import Workspace, installed_regions, workspace

_MEASURES = ("agreements", "zones", "projects", "funds")
_FEW = 6
_MEASURED = {
    "measure": pl.String, "kind": pl.String, "title": pl.String, "parties": pl.String, "said": pl.String, "value": pl.Float64,
    "source": pl.String,
}  # fmt: skip
_BROUGHT = {
    "product": pl.String, "share": pl.Float64, "growth": pl.Float64, "value": pl.Float64, "level": pl.Float64,
    "contribution": pl.Float64, "part": pl.Float64,
}  # fmt: skip


class Way(msgspec.Struct, frozen=True):
    """A target with its path, and what the path rests on.

    Attributes
    ----------
    target
        Id of the target in the register; empty if the user gave it.
    title
        What it aims at.
    parties
        Whose trade.
    reporter
        Whose record the levels are; empty if they were given or none is known.
    amount
        USD.
    said
        When it is due in its source's words: a year, a horizon, or empty.
    source
        Of the target.
    path
        None if no annual level is known from which it could start.
    levels
        period, value, source, fact: where each level comes from (`hamkor why FACT`).
    scope
        What the levels count: goods, goods-and-services, unknown.
    products
        What each product brings (see `hamkor.indicators.path.by_product`); empty if products are not known by amount.
    goods
        Products that the register names, without amounts.
    measures
        measure, kind, title, parties, said, value (USD), source: what is agreed or planned between the parties, and what
        money it is said to be; a measure of which no amount in USD is said has one row without it.
    notes
        What must be known.
    """

    target: str
    title: str
    parties: tuple[str, ...]
    reporter: str
    amount: float
    said: str
    source: str
    path: Path | None
    levels: pl.DataFrame
    scope: str
    products: pl.DataFrame
    goods: tuple[str, ...]
    measures: pl.DataFrame
    notes: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """Return everything as JSON-ready values."""
        told = {name: getattr(self, name) for name in self.__struct_fields__}
        return {
            name: value.to_dicts() if isinstance(value, pl.DataFrame) else value.plain() if isinstance(value, Path) else value
            for name, value in told.items()
        }


class Paths(msgspec.Struct, frozen=True):
    """Targets with their paths.

    Attributes
    ----------
    basis
        What the levels rest on, in words.
    ways
        One a target.
    """

    basis: str
    ways: tuple[Way, ...]

    def plain(self) -> dict[str, Any]:
        """Return everything as JSON-ready values."""
        return {"basis": self.basis, "ways": [way.plain() for way in self.ways]}


def path(
    *economies: str, target: float | None = None, by: str | int = "", region: str | None = None, since: int | None = None,
    data: pl.DataFrame | str | File | None = None,
) -> Paths:  # fmt: skip
    """Return the path to a target of trade, or to every target of a pair or region that its register names.

    Parameters
    ----------
    economies
        A pair, the first one's record going first; one: all targets with it; none: every target of the region.
    target
        A level aimed at, USD; not given: the targets that the register names for the pair.
    by
        Its year; for a target of the register, a year to try instead of what its source says.
    region
        Whose facts and register are used; the first installed one that has the economies.
    since
        First year of the history that is used; all of it if not given.
    data
        Annual levels of your own, a table or a file with the columns period and value (low, high), instead of the records.

    Raises
    ------
    BadInput
        If an economy, the target or its year cannot be used, or nothing is known of the pair.

    Examples
    --------
    >>> way = path("ALD", "BRE", region="toyland").ways[0]
    >>> way.path.start, way.path.by, round(way.path.needed.value, 3), round(way.path.reached.value, 3)
    (2023, 2030, 0.104, 0.1)
    """
    year = _year(by)
    name, codes = _region(economies, region)
    found = workspace(name)
    if target is not None:
        if len(codes) != 2:
            raise BadInput(
                f"--target with {len(codes)} economies",
                due="a pair",
                cure="name both: hamkor path ECONOMY ECONOMY --target 10e9",
            )
        own = data if isinstance(data, pl.DataFrame) or data is None else read_table(data)
        return Paths(_basis(found, data), (_own(found, codes, target, year, since, own),))
    if data is not None:
        raise BadInput("--data without --target", due="both", cure="give the level aimed at: --target 10e9")
    entities = [one for one in found.pack.entities if one.kind == "targets"]
    if codes:
        alone = len(codes) == 1
        entities = [one for one in entities if set(one.parties) == set(codes) or (alone and codes[0] in one.parties)]
    if not entities:
        of = " and ".join(codes) or found.pack.region.title
        raise BadInput(f"no target of {of}", due="a target in the register", cure="give one: --target 10e9 --by 2030")
    ways = tuple(_registered(found, one, year, since, alone=bool(codes)) for one in entities)
    return Paths(_basis(found, None), ways)


def _year(by: str | int) -> int | None:
    if by == "":
        return None
    if not re.fullmatch(r"\d{4}", str(by)):
        raise BadInput(f"'{by}'", where="--by", due="a year, YYYY", cure="levels are annual: give the year alone")
    return int(by)


def _region(given: tuple[str, ...], region: str | None) -> tuple[str, tuple[str, ...]]:
    """Return the region's name and the codes of a pair; a group of the region may stand for an economy."""
    codes = tuple(one.upper() for one in given)
    known = installed_regions()
    if region is not None:
        chosen = workspace(region).pack.region
        own = [*chosen.members, *chosen.observers, *chosen.groups]
    else:
        own = [code for one in known.values() for code in (*one.members, *one.observers, *one.groups)]
    for code in codes:
        if code not in own and code not in economies():
            raise BadInput(f"economy '{code}'", due="an economy or group", cure=did_you_mean(code, [*own, *economies()]))
    if len(codes) not in (0, 1, 2) or len(set(codes)) != len(codes):
        raise BadInput(" and ".join(codes), due="two economies, or none for all targets of a region")
    fitting = [name for name, one in known.items() if set(codes) <= {*one.members, *one.observers, *one.groups}]
    if region is None and not fitting:
        cure = "give levels with --region FOLDER, a region that has both"
        raise BadInput(f"nothing is known of {' and '.join(codes)}", due="economies of one region", cure=cure)
    return region or fitting[0], codes


def _basis(found: Workspace, data: object) -> str:
    if data is not None:
        return "the table given" if isinstance(data, pl.DataFrame) else str(data)
    return f"records of {found.pack.region.title}, one side's, one scope"


def _own(
    found: Workspace, codes: tuple[str, ...], target: float, by: int | None, since: int | None, data: pl.DataFrame | None
) -> Way:  # fmt: skip
    """Return the way to a target that the user gives, from the last annual level."""
    notes: list[str] = []
    facts: list[Fact] = []
    if data is not None:
        levels, reporter = data, ""
    else:
        reporter, facts = _latest(found.facts, codes, since)
        if not facts:
            cure = "hamkor import FILE brings an office's table; --data FILE takes levels of yours"
            raise BadInput(f"no annual trade of {codes[0]} and {codes[1]} is known", due="one year at least", cure=cure)
        if reporter != codes[0]:
            notes.append(f"{codes[0]} has no annual record of this trade here: the levels are {reporter}'s")
        levels = _table(facts)
    if since is not None and data is not None:
        levels = levels.filter(pl.col("period").cast(pl.String) >= str(since))
    way = computed(levels, target=target, by=by)
    title = f"{_amount(target)} US dollars" + (f" by {by}" if by else "")
    return _way(found, parties=codes, title=title, amount=target, reporter=reporter, facts=facts, path=way, notes=notes)


def _registered(found: Workspace, entity: Entity, by: int | None, since: int | None, *, alone: bool) -> Way:
    """Return the way to a target of the register, from the base that its source names where it does."""
    own = found.facts.of_entity.get(entity.id, ())
    named = {fact.name.removeprefix("targets."): fact for fact in reversed(own) if fact.name.startswith("targets.")}
    goal, baseline = named["target"], named.get("baseline")
    notes = [*dict.fromkeys(fact.note for fact in own if fact.note and fact.source)]
    facts: list[Fact] = []
    said = next((named[name].text for name in ("by", "horizon") if name in named), "")
    due = by or (int(said[:4]) if "by" in named else None)
    if by is not None and str(by) != said[:4]:
        notes.append(f"{by} is a year given here; its source says {said or 'none'}")
    if goal.unit != "USD":
        notes.append(f"the target is in {goal.unit}, the records are in USD: no path")
        reporter = ""
    else:
        reporter, facts = _history(found.facts, entity, baseline, since, notes)
    if due is not None and facts and due <= int(facts[-1].period):
        if by is not None and alone:
            computed(_table(facts), target=goal.number, by=due)
        notes.append(f"{due} is not after the last level, of {facts[-1].period}: the target is shown without a date")
        due = None
    way = computed(_table(facts), target=goal.number, by=due) if facts else None
    return _way(
        found, parties=entity.parties, title=entity.title, amount=goal.number, reporter=reporter, facts=facts, path=way,
        notes=notes, target=entity.id, said=said, source=goal.source,
    )  # fmt: skip


def _history(
    facts: Facts, entity: Entity, baseline: Fact | None, since: int | None, notes: list[str]
) -> tuple[str, list[Fact]]:  # fmt: skip
    """Return whose levels lead to the base of a target, and the levels; without a base in the register, those known last."""
    if len(entity.parties) != 2:
        notes.append("no annual trade of the whole group is recorded in one scope: no growth reached, no outlook")
        return "", [baseline] if baseline is not None else []
    if baseline is None:
        sides = [_latest(facts, pair, since) for pair in (entity.parties, entity.parties[::-1])]
        reporter, found = max(sides, key=lambda side: side[1][-1].period if side[1] else "")
        if found:
            notes.append(f"its source names no base: the last annual level is taken, {reporter}'s of {found[-1].period}")
        return reporter, found
    for reporter, partner in (entity.parties, entity.parties[::-1]):
        same = [one for one in facts.all("turnover", reporter, partner, period=baseline.period) if _exact(one)]
        if same := [one for one in same if measure(one).overlaps(measure(baseline))]:
            until = int(baseline.period)
            return reporter, _series(facts, reporter, partner, until=until, since=since, base=baseline, scope=same[0].coverage)
    notes.append("no side's annual record has this base, in this scope: no growth reached, no outlook")
    return "", [baseline]


def _exact(fact: Fact) -> bool:
    return not fact.subset and not fact.bound


def _latest(facts: Facts, codes: tuple[str, ...], since: int | None) -> tuple[str, list[Fact]]:
    """Return the side that has annual levels, the first one asked for if both have, and its levels in the scope of the last."""
    for reporter, partner in (codes, codes[::-1]):
        years = [fact.period for fact in _turnovers(facts, reporter, partner)]
        if years:
            last = max(years)
            base = next(fact for fact in facts.all("turnover", reporter, partner, period=last) if _exact(fact))
            series = _series(
                facts, reporter, partner, until=int(last), since=since, base=base, scope=base.coverage
            )  # fmt: skip
            return reporter, series
    return codes[0], []


def _turnovers(facts: Facts, reporter: str, partner: str) -> list[Fact]:
    """Return the annual turnovers by one side, of each year the preferred one first."""
    found: list[Fact] = []
    for ranked in facts.ranked.values():
        one = ranked[0]
        if one.name == "turnover" and one.entities == (reporter, partner) and parse_period(one.period).kind == "annual":
            found += [fact for fact in ranked if _exact(fact) and measure(fact).low > 0]
    return found


def _series(
    facts: Facts, reporter: str, partner: str, *, until: int, since: int | None, base: Fact, scope: str
) -> list[Fact]:  # fmt: skip
    """Return one level a year up to the base, by one side and in one scope: the preferred one of each year.

    The level from which growth reached is counted is printed like the base where there is one, as in the brief.
    """
    chosen: dict[int, Fact] = {}
    for fact in _turnovers(facts, reporter, partner):
        year = int(fact.period)
        if fact.coverage == scope and year < until and (since is None or year >= since):
            chosen.setdefault(year, fact)
    first = next((until - over for over in REACHED_OVER if until - over in chosen), None)
    if first is not None and base.derivation is None:
        like = printed_level(facts, reporter, partner, str(first))
        if like is not None and like.coverage == scope:
            chosen[first] = like
    return [*(chosen[year] for year in sorted(chosen)), base]


def _table(facts: list[Fact]) -> pl.DataFrame:
    rows = [{"period": fact.period, "value": fact.number, "low": fact.low, "high": fact.high} for fact in facts]
    return pl.DataFrame(rows, schema={"period": pl.String, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64})


def _way(
    found: Workspace, *, parties: tuple[str, ...], title: str, amount: float, reporter: str, facts: list[Fact],
    path: Path | None, notes: list[str], target: str = "", said: str = "", source: str = "",
) -> Way:  # fmt: skip
    if path is not None and path.trend is None and not any("no outlook" in note for note in notes):
        known = len(path.levels)
        notes.append(f"{known} annual level{'s' * (known > 1)}: an outlook takes five")
    if path is not None and path.base.value >= path.target:
        notes.append(f"reached already: {_amount(path.base.value)} in {path.start}")
    if path is not None and path.trend is not None and path.trend.changes < _FEW:
        known, span = path.trend.changes + 1, path.trend.years
        notes.append(f"the outlook rests on {known} levels of {span + 1} years only, hence its width")
    rows = [{"period": fact.period, "value": fact.number, "source": _cited(found, fact), "fact": fact.id} for fact in facts]
    shape = {"period": pl.String, "value": pl.Float64, "source": pl.String, "fact": pl.String}
    scope = next((fact.coverage for fact in facts if fact.coverage), "")
    products = _products(reporter, parties, path) if path is not None else pl.DataFrame(schema=_BROUGHT)
    goods = [fact.text for one in found.pack.entities if one.kind == "baskets" and set(one.parties) == set(parties)
             for fact in found.facts.of_entity.get(one.id, ()) if fact.name == "baskets.product"]  # fmt: skip
    return Way(
        target=target, title=title, parties=parties, reporter=reporter, amount=amount, said=said, source=source, path=path,
        levels=pl.DataFrame(rows, schema=shape), scope=scope, products=products, goods=tuple(dict.fromkeys(goods)),
        measures=_measures(found, parties), notes=tuple(notes),
    )  # fmt: skip


def _cited(found: Workspace, fact: Fact) -> str:
    """Return the sources of a fact: its own, or those of the facts it is computed from."""
    if fact.derivation is None:
        return fact.source
    parts = (_cited(found, found.facts.by_id[name]) for name in fact.derivation.inputs)
    return ", ".join(sorted({one for part in parts for one in part.split(", ")}))


def _products(reporter: str, parties: tuple[str, ...], path: Path) -> pl.DataFrame:
    """Return what each product brings, from the store's records by product of the same side."""
    empty = pl.DataFrame(schema=_BROUGHT)
    if path.by is None or not reporter or len(parties) != 2:
        return empty
    other = parties[1] if reporter == parties[0] else parties[0]
    told = open_store(store_folder()).records().filter(
        (pl.col("REPORTER") == reporter) & (pl.col("COUNTERPART") == other) & (pl.col("PRODUCT") != "TOTAL")
        & pl.col("TIME_PERIOD").str.contains(r"^\d{4}$") & pl.col("FLOW").is_in(["export", "import"])
        & pl.col("OBS_VALUE").is_not_null()
    ).collect()  # fmt: skip
    digits = pl.col("PRODUCT").str.len_chars()
    coded = told.filter(pl.col("PRODUCT").str.starts_with("hs:"))
    rows = coded.filter(digits == digits.min()) if len(coded) else told
    if rows["TIME_PERIOD"].n_unique() < 2:
        return empty
    table = rows.select(product="PRODUCT", period="TIME_PERIOD", value="OBS_VALUE")
    return by_product(table, base=path.base.value, target=path.target, years=path.by - path.start)


def _measures(found: Workspace, parties: tuple[str, ...]) -> pl.DataFrame:
    """Return what the register has between the parties, alone first, with each amount in USD that is said of it."""
    rows: list[dict[str, Any]] = []
    fitting = [one for one in found.pack.entities if one.kind in _MEASURES and set(parties) <= set(one.parties)]
    for one in sorted(fitting, key=lambda one: (len(one.parties) > len(parties), _MEASURES.index(one.kind))):
        head = {"measure": one.id, "kind": one.kind, "title": one.title, "parties": "-".join(one.parties)}
        facts = found.facts.of_entity.get(one.id, ())
        money = [fact for fact in facts if fact.unit == "USD" and fact.printed]
        rows += [{**head, "said": _said(fact), "value": fact.number, "source": fact.source} for fact in money]
        if not money:
            rows.append({**head, "said": None, "value": None, "source": None})
    return pl.DataFrame(rows, schema=_MEASURED)


def _said(fact: Fact) -> str:
    """Return what an amount is said to be: its attribute, of what, and as of when."""
    bound = {"above": "more than ", "below": "less than ", "about": "about "}.get(fact.bound, "")
    parts = [f"{fact.name.partition('.')[2].replace('-', ' ')}: {bound}{fact.printed}", fact.of, fact.period]
    return ", ".join(part for part in parts if part)


def _amount(value: float) -> str:
    """Return an amount of US dollars in words, without the currency."""
    power, name = next(((p, n) for p, n in ((1e9, "billion"), (1e6, "million")) if value >= p), (1.0, ""))
    return f"{value / power:,.6g} {name}".strip() if math.isfinite(value) else f"{value}"
