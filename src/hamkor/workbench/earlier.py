"""The facts.json of an earlier brief, read again."""

from __future__ import annotations

from pathlib import Path

import msgspec

from hamkor.briefs.material import EARLIER
from hamkor.schema.errors import BadInput
from hamkor.schema.provenance import Fact
from hamkor.workbench.workspaces import Workspace


def earlier_facts(path: Path, found: Workspace) -> tuple[Fact, ...]:
    """Return the numbers that an earlier facts.json holds, of economies and entities that the region still has."""
    content = _read_earlier(path)
    if content.region != found.pack.region.id:
        raise BadInput(f"a brief of '{content.region}'", where=f"--since {path}", due=f"a brief of {found.pack.region.id}")
    known = {*found.pack.region.members, *found.facts.of_entity}
    return tuple(
        msgspec.structs.replace(fact, id=f"{EARLIER}:{fact.id}", name=EARLIER, derivation=None)
        for fact in content.facts
        if not isinstance(fact.value, str) and fact.name != EARLIER and set(fact.entities) <= known
    )


class _Earlier(msgspec.Struct):
    region: str
    facts: list[Fact]


def _read_earlier(path: Path) -> _Earlier:
    where, due = f"--since {path}", "the facts of an earlier brief (facts-....json)"
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Earlier)
    except OSError as error:
        raise BadInput(f"{error.strerror}", where=where, due=due) from None
    except msgspec.DecodeError as error:
        raise BadInput(str(error), where=where, due=due) from None


def region_of(since: Path) -> str:
    """Return the region of an earlier brief, by its facts.json."""
    return _read_earlier(since).region
