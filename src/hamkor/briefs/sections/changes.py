"""What changed since an earlier brief: figures that it printed and that are another number now, or no longer known."""

from __future__ import annotations

from hamkor.briefs.document import Block, Heading, Paragraph, Sheet
from hamkor.briefs.material import Material
from hamkor.briefs.sections.annex import kind_of, states
from hamkor.briefs.speaker import Speaker
from hamkor.schema.provenance import Fact

_SAME = 1e-9


def changes(material: Material, speaker: Speaker) -> list[Block]:
    """Return the table of changed figures, or that none has changed; nothing without an earlier brief."""
    if not material.earlier:
        return []
    rows = []
    for was in material.earlier:
        _, _, identifier = was.id.partition(":")
        name = identifier.partition(":")[0]
        now = material.facts.by_id.get(identifier) or material.facts.best(name, *was.entities, period=was.period)
        if now is not None and not _differs(was, now):
            continue
        what = states(material, speaker, was, plain=True)
        present = speaker.fact(now, kind_of(now)) if now is not None else speaker.say("unknown")
        cites = speaker.cite(*material.roots(now))
        rows.append((what, speaker.fact(was, kind_of(was)), (*present, *cites)))
    blocks: list[Block] = [Heading(2, speaker.say("changes.title"), "changes")]
    if not rows:
        return [*blocks, Paragraph(speaker.say("changes.none"))]
    head = tuple(speaker.say(f"head.{name}") for name in ("what", "earlier", "now"))
    return [*blocks, Sheet(speaker.say("changes.table"), head, tuple(rows), (False, True, True))]


def _differs(was: Fact, now: Fact) -> bool:
    if isinstance(was.value, str) or isinstance(now.value, str):
        return was.value != now.value
    return abs(was.value - now.value) > _SAME * max(abs(was.value), abs(now.value), _SAME)
