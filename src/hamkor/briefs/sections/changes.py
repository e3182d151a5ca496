"""What changed since an earlier brief: figures that it printed and that are another number now, or no longer known."""

from __future__ import annotations

from hamkor.briefs.document import Block, Heading, Paragraph, Sheet
from hamkor.briefs.material import EARLIER, Material
from hamkor.briefs.sections.annex import kind_of, states
from hamkor.briefs.speaker import Speaker
from hamkor.schema.provenance import Fact

_SAME = 1e-9
_SHOWN = 3  # in the short form, which is one page


def changes(material: Material, speaker: Speaker) -> list[Block]:
    """Return the table of changed figures, or that none has changed; nothing without an earlier brief.

    The short form shows as many as its page holds, those of its own period first.
    """
    if not material.earlier:
        return []
    changed = _changed(material)
    blocks: list[Block] = [Heading(2, speaker.say("changes.title"), "changes")]
    if not changed:
        return [*blocks, Paragraph(speaker.say("changes.none"))]
    shown = changed
    if material.request.short:
        shown = sorted(changed, key=lambda pair: pair[0].period != str(material.request.period))[:_SHOWN]
    rows = []
    for was, now in shown:
        what = states(material, speaker, was, plain=True)
        present = speaker.fact(now, kind_of(now)) if now is not None else speaker.say("unknown")
        rows.append((what, speaker.fact(was, kind_of(was)), (*present, *speaker.cite(*material.roots(now)))))
    head = tuple(speaker.say(f"head.{name}") for name in ("what", "earlier", "now"))
    blocks.append(Sheet(speaker.say("changes.table"), head, tuple(rows), (False, True, True)))
    return [*blocks, Paragraph(speaker.say("changes.more"), "note")] if len(shown) < len(changed) else blocks


def _changed(material: Material) -> list[tuple[Fact, Fact | None]]:
    """Return the facts of the earlier brief that are another number now, each with today's, or None if it is not known."""
    found = []
    for was in material.earlier:
        identifier = was.id.removeprefix(f"{EARLIER}:")
        name = identifier.partition(":")[0]
        now = material.facts.by_id.get(identifier) or material.facts.best(name, *was.entities, period=was.period)
        if now is None or _differs(was, now):
            found.append((was, now))
    return found


def _differs(was: Fact, now: Fact) -> bool:
    if isinstance(was.value, str) or isinstance(now.value, str):
        return was.value != now.value
    return abs(was.value - now.value) > _SAME * max(abs(was.value), abs(now.value), _SAME)
