"""Two records of one trade: the focus's own, and the partner's, turned round."""

from __future__ import annotations

import msgspec

from hamkor.briefs.facts import Facts
from hamkor.schema.provenance import Fact


class Record(msgspec.Struct, frozen=True):
    """What one side recorded of the trade between the focus and a partner, seen from the focus.

    Attributes
    ----------
    focus, partner, reporter, period
        Whose trade, with whom, recorded by whom, when.
    turnover, exports, imports
        Levels, USD; exports are the focus's. None if not recorded.
    turnover_growth, exports_growth, imports_growth
        On the same months a year before: as printed with the level, else computed from the same speaker's levels.
    balance
        Exports less imports of the focus; None if either is not recorded.
    """

    focus: str
    partner: str
    reporter: str
    period: str
    turnover: Fact | None
    exports: Fact | None
    imports: Fact | None
    turnover_growth: Fact | None
    exports_growth: Fact | None
    imports_growth: Fact | None
    balance: Fact | None

    @property
    def mirrored(self) -> bool:
        """Whether the partner recorded it."""
        return self.reporter != self.focus

    @property
    def known(self) -> bool:
        """Whether any figure is recorded."""
        figures = (self.turnover, self.exports, self.imports, self.turnover_growth)
        return any(figure is not None for figure in figures)


def record_by(facts: Facts, reporter: str, *, focus: str, partner: str, period: str) -> Record | None:
    """Return what `reporter` (the focus or the partner) recorded, or None if it recorded nothing."""
    other = partner if reporter == focus else focus
    export, imports = ("export", "import") if reporter == focus else ("import", "export")

    def best(name: str) -> Fact | None:
        found = facts.best(name, reporter, other, period=period)
        return None if found is None or found.subset else found

    best_balance = facts.best("balance" if reporter == focus else "mirror-balance", focus, partner, period=period)

    def growth(flow: str, level: Fact | None) -> Fact | None:
        """Return the growth that the level's own source prints, else the one computed from it; printed alone without one."""
        printed = facts.all(f"{flow}-growth", reporter, other, period=period)
        if level is None:
            return printed[0] if printed and not printed[0].subset else None
        own = next((fact for fact in printed if fact.source == level.source and level.source), None)
        computed = facts.best(f"computed-{flow}-growth", reporter, other, period=period)
        return own or (computed if computed and computed.derivation and level.id in computed.derivation.inputs else None)

    turnover, exports, incoming = best("turnover"), best(export), best(imports)
    record = Record(
        focus, partner, reporter, period, turnover, exports, incoming, growth("turnover", turnover),
        growth(export, exports), growth(imports, incoming), best_balance,
    )  # fmt: skip
    return record if record.known else None


def record(facts: Facts, *, focus: str, partner: str, period: str) -> Record | None:
    """Return the focus's own record, else the partner's, else None."""
    return record_by(facts, focus, focus=focus, partner=partner, period=period) or record_by(
        facts, partner, focus=focus, partner=partner, period=period
    )
