"""The kinds of the register, the attributes each may have, and what sort of value each attribute takes."""

from __future__ import annotations

from typing import Literal

import msgspec

from hamkor.schema.units import Dimension

Sort = Literal["text", "date", "count", "money", "share", "quantity", "rate"]
_DIMENSIONS: dict[Sort, tuple[Dimension, ...]] = {
    "text": (),
    "date": (),
    "count": ("count",),
    "money": ("money",),
    "share": ("share",),
    "quantity": ("quantity", "count", "share"),
    "rate": ("share", "rate"),
}


class Attribute(msgspec.Struct, frozen=True):
    """What may be claimed: the sort of value, and for numbers the dimensions its unit may have."""

    sort: Sort

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Dimensions of the units that fit."""
        return _DIMENSIONS[self.sort]


class Kind(msgspec.Struct, frozen=True):
    """A kind of entity: what it may claim and, where it has them, its types."""

    attributes: dict[str, Attribute]
    types: tuple[str, ...] = ()


def _kind(types: str = "", **attributes: str) -> Kind:
    named: dict[str, Attribute] = {}
    for sort, names in attributes.items():
        for name in names.split():
            named[name] = Attribute(msgspec.convert(sort, Sort))
    return Kind(named, tuple(types.split()))


KINDS: dict[str, Kind] = {
    "agreements": _kind(
        "free-trade investment-protection double-taxation indirect-taxes political transport customs zone fund"
        " programme industry long-term-cooperation organisation",
        date="signed in-force ended ratified stated",
        text="status effect",
        count="count",
    ),
    "bodies": _kind("commission council forum summit", text="purpose status", date="established", count="sessions-held"),
    "meetings": _kind(count="number", date="held planned", text="place outcome"),
    "funds": _kind(
        date="signed established opened",
        money="capital capital-raised-to capital-planned planned-investment pipeline approved-investment",
        share="shareholding",
        count="planned-projects approved-projects",
        text="instruments criteria finances stage",
    ),
    "zones": _kind(
        date="signed launched planned-launch planned-completion",
        quantity="area term catchment",
        money="investment",
        count="buildings planned-projects",
        text="regime stage",
    ),
    "projects": _kind(
        money="cost equity loan grant donors portfolio",
        quantity="capacity output length height freight share jobs bridges tunnels plants time transit-time",
        date="launched completion",
        text="stage",
    ),
    "firms": _kind("active joint new owned", count="count", text="sector"),
    "posts": _kind(count="road rail", text="named reopened status", quantity="persons-a-day"),
    "targets": _kind(money="target baseline", date="by", text="horizon"),
    "duties": _kind(text="product", rate="before after", date="from"),
    "barriers": _kind(text="measure effect status", date="since until"),
    "baskets": _kind(text="product"),
    "drivers": _kind(text="factor"),
    "cooperation": _kind(text="area"),
    "accession": _kind(text="status", date="since target"),
    "taxes": _kind(share="dividends interest royalties"),
}
