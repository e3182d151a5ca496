"""Facts computed from facts: balances, implied bases, gaps between two records, shares, paths to targets."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable

from hamkor.briefs.facts import Facts, collect, statement
from hamkor.briefs.records import record
from hamkor.indicators.contributions import contribution
from hamkor.indicators.rates import Measure, annual_growth, balance, implied_base, ratio, share, total
from hamkor.register.entities import Entity
from hamkor.schema.periods import parse_period
from hamkor.schema.provenance import Derivation, Fact
from hamkor.schema.region import Region

_REACHED_OVER = (3, 4, 5, 6, 2, 1)


def measure(fact: Fact) -> Measure:
    """Return the number of a fact with its interval.

    Examples
    --------
    >>> measure(Fact(id="a", name="a", entities=(), value=3.0, low=2.5, high=None, bound="above"))
    Measure(value=3.0, low=2.5, high=inf)
    """
    low = -math.inf if fact.low is None else fact.low
    return Measure(fact.number, low, math.inf if fact.high is None else fact.high)


def derived(
    name: str,
    entities: tuple[str, ...],
    period: str,
    result: Measure,
    inputs: Iterable[Fact],
    *,
    formula: str,
    unit: str,
) -> Fact:
    """Return a derived fact; its precision is the decimal place that its interval leaves known."""
    used = tuple(inputs)
    width = result.high - result.low
    if not 0 < width < math.inf:
        width = 10.0 ** (math.floor(math.log10(abs(result.value) or 1.0)) - 2)
    scopes = {fact.coverage for fact in used if fact.coverage}
    return Fact(
        id=statement(name, entities, period), name=name, entities=entities, period=period, value=result.value, unit=unit,
        low=None if math.isinf(result.low) else result.low, high=None if math.isinf(result.high) else result.high,
        precision=10.0 ** math.floor(math.log10(width) + 1e-9), coverage=scopes.pop() if len(scopes) == 1 else "",
        derivation=Derivation(name, formula, tuple(fact.id for fact in used)),
    )  # fmt: skip


def with_derived(
    facts: Facts, *, region: Region, entities: Iterable[Entity], ranks: dict[str, tuple[object, ...]], official: Container[str]
) -> Facts:  # fmt: skip
    """Return `facts` and all that follows from them.

    Parameters
    ----------
    facts
        Those read from sources.
    region
        Whose members' pairs are looked at.
    entities
        The register; its targets get a path.
    ranks
        Order among facts that state the same.
    official
        Sources that are an office's own publication; their sum goes before a total that the press prints.
    """
    keys = sorted({(fact.entities, fact.period) for fact in facts.by_id.values() if fact.name in ("export", "import")})
    found = list(facts.by_id.values())
    found += _turnovers(facts, keys, official, {name for name, rank in ranks.items() if not rank[0]})
    facts = collect(found, ranks=ranks)
    for step in (_balances, _checks, _growths, _bases, _gaps):
        found += step(facts, keys)
        facts = collect(found, ranks=ranks)
    periods = sorted({period for _, period in keys})
    found += [fact for focus in region.members for period in periods for fact in _shares(facts, region, focus, period)]
    found += [fact for focus in region.members for period in periods for fact in _contributions(facts, region, focus, period)]
    facts = collect(found, ranks=ranks)
    found += [fact for entity in entities if entity.kind == "targets" for fact in _path(facts, entity)]
    found += [fact for entity in entities if entity.kind == "firms" for fact in _sectors(facts, entity)]
    return collect(found, ranks=ranks)


Keys = list[tuple[tuple[str, ...], str]]


def _both(facts: Facts, key: tuple[tuple[str, ...], str]) -> tuple[Fact, Fact] | None:
    entities, period = key
    export, imports = (facts.best(name, *entities, period=period) for name in ("export", "import"))
    if export is None or imports is None or export.subset or imports.subset:
        return None
    return export, imports


def _turnovers(facts: Facts, keys: Keys, official: Container[str], chosen: Container[str]) -> list[Fact]:
    """Return totals where none is printed or chosen, or only the press prints one while an office prints both parts."""
    found = []
    for entities, period in keys:
        printed = facts.best("turnover", *entities, period=period)
        parts = _both(facts, (entities, period))
        if parts is None:
            continue
        offices = all(part.source in official and not part.bound for part in parts)
        kept = printed is not None and (printed.source in official or printed.id in chosen or not offices)
        if printed is not None and not printed.subset and kept:
            continue
        result = total([measure(part) for part in parts])
        found.append(derived("turnover", entities, period, result, parts, formula="exports + imports", unit="USD"))
    return found


def _checks(facts: Facts, keys: Keys) -> list[Fact]:
    """Return the sum of the parts beside each printed turnover whose source prints both parts too."""
    found = []
    for entities, period in keys:
        whole = facts.best("turnover", *entities, period=period)
        parts = _both(facts, (entities, period))
        if whole is None or parts is None or whole.derivation or whole.subset:
            continue
        if {whole.source} == {part.source for part in parts}:
            result = total([measure(part) for part in parts])
            found.append(derived("sum-of-parts", entities, period, result, parts, formula="exports + imports", unit="USD"))
    return found


def _growths(facts: Facts, keys: Keys) -> list[Fact]:
    """Return growth on the same months a year before, where one speaker prints both levels in one kind of source."""
    found = []
    for entities, period in keys:
        before = str(parse_period(period).shifted(-1))
        for flow in ("turnover", "export", "import"):
            level, base = (facts.best(flow, *entities, period=when) for when in (period, before))
            if level is None or base is None or level.subset or base.subset or level.bound or base.bound:
                continue
            if _speakers(facts, level) != _speakers(facts, base) or measure(base).low <= 0:
                continue
            result = annual_growth(measure(base), measure(level), years=1)
            name = f"computed-{flow}-growth"
            found.append(
                derived(name, entities, period, result, (level, base), formula="level / level a year before - 1", unit="1")
            )
    return found


def _speakers(facts: Facts, fact: Fact) -> set[str]:
    if fact.derivation is None:
        return {fact.speaker}
    return {speaker for name in fact.derivation.inputs for speaker in _speakers(facts, facts.by_id[name])}


def _sectors(facts: Facts, firms: Entity) -> list[Fact]:
    """Return the sum of the sectors beside each count of firms that one source prints with its sectors."""
    counts = [fact for fact in facts.of_entity.get(firms.id, ()) if fact.name == "firms.count"]
    found = []
    for whole in (fact for fact in counts if not fact.of and not fact.bound):
        parts = [fact for fact in counts if fact.of and fact.period == whole.period]
        if len(parts) > 1:
            result = total([measure(part) for part in parts])
            inputs = (*parts, whole)
            found.append(
                derived("sum-of-sectors", (firms.id,), whole.period, result, inputs, formula="sum of the sectors", unit="1")
            )
    return list({fact.id: fact for fact in found}.values())


def _balances(facts: Facts, keys: Keys) -> list[Fact]:
    found = []
    for key in keys:
        if parts := _both(facts, key):
            export, imports = parts
            (reporter, partner), period = key
            own = balance(measure(export), measure(imports))
            found.append(derived("balance", key[0], period, own, parts, formula="exports - imports", unit="USD"))
            seen = balance(measure(imports), measure(export))
            formula = f"{reporter}'s imports - {reporter}'s exports"
            found.append(
                derived("mirror-balance", (partner, reporter), period, seen, (imports, export), formula=formula, unit="USD")
            )
    return found


def _bases(facts: Facts, keys: Keys) -> list[Fact]:
    found = {}
    for growth in list(facts.by_id.values()):
        flow = growth.name.removesuffix("-growth")
        if flow == growth.name or growth.subset or growth.derivation:
            continue
        level = next(
            (fact for fact in facts.all(flow, *growth.entities, period=growth.period) if fact.source == growth.source),
            None,
        )
        if level is None or measure(growth).low <= -1:
            continue
        before = str(parse_period(growth.period).shifted(-1))
        base = implied_base(measure(level), measure(growth))
        fact = derived(
            f"implied-{flow}",
            growth.entities,
            before,
            base,
            (level, growth),
            formula="level / (1 + growth)",
            unit="USD",
        )
        best = facts.best(growth.name, *growth.entities, period=growth.period)
        if best is growth:
            found[fact.id] = fact
    return list(found.values())


def _gaps(facts: Facts, keys: Keys) -> list[Fact]:
    found = []
    for (exporter, importer), period in sorted({(key[0], key[1]) for key in keys}):
        sent = facts.best("export", exporter, importer, period=period)
        got = facts.best("import", importer, exporter, period=period)
        if sent is None or got is None or sent.subset or got.subset or measure(sent).low <= 0:
            continue
        entities = (exporter, importer)
        gap = balance(measure(got), measure(sent))
        times = ratio(measure(got), measure(sent))
        formula = "importer's record - exporter's record"
        found.append(derived("mirror-gap", entities, period, gap, (got, sent), formula=formula, unit="USD"))
        formula = "importer's record / exporter's record"
        found.append(derived("mirror-ratio", entities, period, times, (got, sent), formula=formula, unit="1"))
    for (reporter, partner), period in sorted({(key[0], key[1]) for key in keys}):
        one, other = (facts.best("turnover", a, b, period=period) for a, b in ((reporter, partner), (partner, reporter)))
        if one is None or other is None or one.subset or other.subset:
            continue
        gap = balance(measure(one), measure(other))
        formula = f"turnover by {reporter} - turnover by {partner}"
        found.append(derived("turnover-gap", (reporter, partner), period, gap, (one, other), formula=formula, unit="USD"))
    return found


def _shares(facts: Facts, region: Region, focus: str, period: str) -> list[Fact]:
    partners = [member for member in region.members if member != focus]
    records = [record(facts, focus=focus, partner=partner, period=period) for partner in partners]
    turnovers = [found.turnover for found in records if found is not None and found.turnover is not None]
    if len(turnovers) < len(partners) or len(partners) < 2:
        return []
    found = [
        derived(
            "sum-of-partners", (focus,), period, total([measure(fact) for fact in turnovers]), turnovers,
            formula=" + ".join(f"turnover with {partner}" for partner in partners), unit="USD",
        )
    ]  # fmt: skip
    for partner, turnover in zip(partners, turnovers, strict=True):
        rest = [fact for fact in turnovers if fact is not turnover]
        part = share(measure(turnover), total([measure(fact) for fact in rest]))
        formula = f"turnover with {partner} / turnover with all {len(partners)} partners"
        inputs = (turnover, *rest)
        found.append(derived("share-of-partners", (focus, partner), period, part, inputs, formula=formula, unit="1"))
    for name, side in (("sum-of-exports", "exports"), ("sum-of-imports", "imports")):
        parts = [getattr(one, side) for one in records if one is not None]
        if all(part is not None for part in parts):
            result = total([measure(part) for part in parts])
            formula = " + ".join(f"{side} with {partner}" for partner in partners)
            found.append(derived(name, (focus,), period, result, parts, formula=formula, unit="USD"))
    return found


def base_of(facts: Facts, level: Fact | None, growth: Fact | None) -> Fact | None:
    """Return the level a year before: the one that a level and its growth imply, or the one that growth was computed from.

    Returns
    -------
    None where one of the three is not known, or is known as a bound only.
    """
    if level is None or growth is None or level.bound or growth.bound or measure(level).low <= 0:
        return None
    if growth.derivation is not None:
        return next(facts.by_id[name] for name in growth.derivation.inputs if name != level.id)
    before = str(parse_period(level.period).shifted(-1))
    implied = facts.best(f"implied-{level.name}", *level.entities, period=before)
    used = implied.derivation.inputs if implied is not None and implied.derivation is not None else ()
    return implied if used == (level.id, growth.id) else None


def _contributions(facts: Facts, region: Region, focus: str, period: str) -> list[Fact]:
    """Return what each partner, and its exports and imports, added to the focus's trade, and the sums over the partners."""
    found: list[Fact] = []
    compared: list[tuple[Fact, Fact, Fact]] = []
    for partner in region.members:
        one = record(facts, focus=focus, partner=partner, period=period) if partner != focus else None
        if one is None:
            continue
        for name, level, growth in (
            ("contribution", one.turnover, one.turnover_growth), ("export-contribution", one.exports, one.exports_growth),
            ("import-contribution", one.imports, one.imports_growth),
        ):  # fmt: skip
            base = base_of(facts, level, growth)
            if level is None or growth is None or base is None:
                continue
            if growth.derivation is None:
                inputs, added = (level, growth), contribution(measure(level), measure(growth))
            else:
                inputs, added = (level, base), balance(measure(level), measure(base))
            formula = "level - level a year before"
            found.append(derived(name, (focus, partner), period, added, inputs, formula=formula, unit="USD"))
            if name == "contribution":
                compared.append((base, level, found[-1]))
    if len(compared) > 1:
        for name, column in (("compared-before", 0), ("compared-now", 1), ("compared-change", 2)):
            parts = [row[column] for row in compared]
            result = total([measure(part) for part in parts])
            formula = " + ".join(f"with {fact.entities[1]}" for _, _, fact in compared)
            found.append(derived(name, (focus,), period, result, parts, formula=formula, unit="USD"))
    return found


def _path(facts: Facts, target: Entity) -> list[Fact]:
    """Growth needed to a target and growth reached, a year (compound); both need a baseline and an annual period."""
    goal = facts.best("targets.target", target.id)
    by = facts.best("targets.by", target.id)
    baseline = next((fact for fact in facts.of_entity.get(target.id, ()) if fact.name == "targets.baseline"), None)
    if goal is None or baseline is None or measure(baseline).low <= 0:
        return []
    start = measure(baseline)
    exact = Measure(goal.number, goal.number, goal.number)
    times, formula = ratio(exact, start), "target / baseline"
    found = [derived("target-multiple", (target.id,), "", times, (goal, baseline), formula=formula, unit="1")]
    year = parse_period(baseline.period).year
    if by is not None and (years := parse_period(by.text[:4]).year - year) > 0:
        needed = annual_growth(start, exact, years=years)
        formula = f"(target / baseline) ^ (1 / {years}) - 1"
        found.append(derived("growth-needed", (target.id,), by.text[:4], needed, (baseline, goal), formula=formula, unit="1"))
    if len(target.parties) == 2 and (earlier := _earlier(facts, target, baseline)):
        years, first, mirror = earlier
        formula = f"(last / first) ^ (1 / {years}) - 1"
        span = f"{year - years}-01/{year}-12"
        for name, levels in (("growth-reached", (first, baseline)), ("growth-reached-mirror", mirror)):
            if levels:
                rate = annual_growth(measure(levels[0]), measure(levels[1]), years=years)
                found.append(derived(name, (target.id,), span, rate, levels, formula=formula, unit="1"))
    return found


def _earlier(facts: Facts, target: Entity, baseline: Fact) -> tuple[int, Fact, tuple[Fact, ...]] | None:
    """Return the turnover some years before the baseline by the side that recorded the baseline, and the other side's two."""
    for reporter, partner in (target.parties, target.parties[::-1]):
        same = facts.all("turnover", reporter, partner, period=baseline.period)
        if not any(measure(fact).overlaps(measure(baseline)) for fact in same if not fact.subset and not fact.bound):
            continue
        for years in _REACHED_OVER:
            before = str(parse_period(baseline.period).shifted(-years))
            first = printed_level(facts, reporter, partner, before)
            if first is not None:
                mirror = (
                    printed_level(facts, partner, reporter, before),
                    printed_level(facts, partner, reporter, baseline.period),
                )
                return years, first, tuple(fact for fact in mirror if fact is not None) if all(mirror) else ()
    return None


def printed_level(facts: Facts, reporter: str, partner: str, period: str) -> Fact | None:
    """Return a turnover for a growth rate: printed like the baseline if there is one, else computed; no part, no bound."""
    found = [fact for fact in facts.all("turnover", reporter, partner, period=period) if not fact.subset and not fact.bound]
    found = [fact for fact in found if measure(fact).low > 0]
    return next((fact for fact in found if fact.derivation is None), found[0] if found else None)
