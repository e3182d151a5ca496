"""A region read from its folder, with all its facts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from hamkor.briefs.derive import with_derived
from hamkor.briefs.facts import Facts, collect, pack_facts, register_facts, trade_facts, trade_ranks
from hamkor.briefs.measured import measured_facts
from hamkor.briefs.reconciled import flow_facts
from hamkor.regions.find import region_folder, region_folders
from hamkor.regions.pack import Pack, read_pack
from hamkor.schema.region import Region
from hamkor.store import Store, open_store
from hamkor.workbench.files import store_folder


class Workspace(msgspec.Struct, frozen=True):
    """A region read, with all its facts.

    Attributes
    ----------
    pack
        The region as its folder states it.
    facts
        All facts: printed ones and those computed from them.
    """

    pack: Pack
    facts: Facts


def installed_regions() -> dict[str, Region]:
    """Return the regions that are installed, by name.

    Examples
    --------
    >>> installed_regions()["toyland"].members
    ('ALD', 'BRE', 'COR')
    """
    import tomllib

    return {
        name: msgspec.convert(tomllib.loads((folder / "region.toml").read_text(encoding="utf-8")), Region)
        for name, folder in region_folders().items()
    }


def workspace(region: str, *, store: Path | None = None) -> Workspace:
    """Return the region of that name, or in the folder of that path, with all its facts and what the store knows of it.

    Raises
    ------
    BadInput
        If there is no such region, or its files have faults (all of them are told).
    """
    return _workspace(region, open_store(store_folder(store)))


@cache
def _workspace(region: str, store: Store) -> Workspace:
    pack = read_pack(region_folder(region))
    if store.state.vintages:
        from hamkor.workbench.stored import with_store

        pack = with_store(pack, store)
    printed = [
        *trade_facts(pack.observations, pack.artifacts), *register_facts(pack.entities, pack.artifacts),
        *pack_facts(pack.region, pack.performance, pack.artifacts),
        *measured_facts(pack.region, pack.baseline_trade, pack.artifacts),
    ]  # fmt: skip
    official = frozenset(name for name, source in pack.sources.items() if source.licence == "official")
    ranks = trade_ranks(
        printed,
        dates={name: source.date for name, source in pack.sources.items()},
        official=official,
        preferred=(choice.figure for choice in pack.region.preferred),
    )
    facts = with_derived(
        collect(printed, ranks=ranks), region=pack.region, entities=pack.entities, ranks=ranks, official=official
    )
    return Workspace(pack, collect([*facts.by_id.values(), *flow_facts(facts, pack.region)], ranks=ranks))
