"""The path to a target: growth needed against growth reached."""

from __future__ import annotations

from hamkor.briefs.document import Block, Bullets, Heading, Line, Paragraph
from hamkor.briefs.material import Material
from hamkor.briefs.pictures import path_picture
from hamkor.briefs.speaker import Speaker
from hamkor.register.entities import Entity
from hamkor.schema.provenance import Fact


def targets(material: Material, speaker: Speaker, partner: str) -> list[Block]:
    """Return each target of the pair with its path."""
    blocks: list[Block] = []
    for entity in material.of_kind("targets", material.request.focus, partner):
        blocks += _target(material, speaker, entity)
    return [Heading(3, speaker.say("target.heading"), f"target-{partner}"), *blocks] if blocks else []


def target_list(material: Material, speaker: Speaker) -> list[Block]:
    """Return the targets of all pairs of the brief as a list, each with its path in words."""
    items: list[Line] = []
    for partner in material.ranked_partners():
        for entity in material.of_kind("targets", material.request.focus, partner):
            goal = _first(material, entity, "targets.target")
            if goal is not None:
                line, used = target_line(material, speaker, entity, goal)
                name = speaker.say("economy", economy=partner)
                items.append((*speaker.say("target.item", partner=name, path=line), *speaker.cite(*used)))
    return [Heading(2, speaker.say("targets.title"), "targets"), Bullets(tuple(items))] if items else []


def _target(material: Material, speaker: Speaker, entity: Entity) -> list[Block]:
    goal = _first(material, entity, "targets.target")
    if goal is None:
        return []
    line, used = target_line(material, speaker, entity, goal)
    blocks: list[Block] = [Paragraph((*line, *speaker.cite(*used)))]
    baseline, needed, reached = (
        _first(material, entity, name) for name in ("targets.baseline", "growth-needed", "growth-reached")
    )
    if baseline is not None and needed is not None and reached is not None:
        blocks.append(path_picture(material, speaker, f"path-{entity.id}", goal, baseline, needed, reached))
    return blocks


def target_line(material: Material, speaker: Speaker, entity: Entity, goal: Fact) -> tuple[Line, list[Fact]]:
    """Return a target in words: the goal, its date or that it has none, the baseline, growth needed and reached."""
    by, horizon, baseline = (_first(material, entity, f"targets.{name}") for name in ("by", "horizon", "baseline"))
    parts: list[Line] = []
    if by is not None:
        parts.append(speaker.say("target.dated", goal=goal, by=by))
    elif horizon is not None:
        parts.append(speaker.say("target.horizon", goal=goal, horizon=horizon))
    else:
        parts.append(speaker.say("target.undated", goal=goal))
    if baseline is not None:
        parts.append(speaker.say("target.baseline", baseline=baseline, period=baseline))
    multiple, needed, reached = (
        _first(material, entity, name) for name in ("target-multiple", "growth-needed", "growth-reached")
    )
    if needed is not None:
        parts.append(speaker.say("target.needed", needed=needed))
    elif multiple is not None:
        parts.append(speaker.say("target.multiple", multiple=multiple))
    if reached is not None:
        parts.append(speaker.say("target.reached", reached=reached, period=reached, reporter=_recorder(material, reached)))
    mirror = _first(material, entity, "growth-reached-mirror")
    if mirror is not None:
        parts.append(speaker.say("target.mirror", reached=mirror, reporter=_recorder(material, mirror)))
    used = [fact for fact in (goal, baseline) if fact is not None]
    return speaker.join_with("list.space", parts), used


def _recorder(material: Material, reached: Fact) -> str:
    """Return the side that recorded the levels of a growth rate: the reporter of the first one."""
    assert reached.derivation is not None
    return material.facts.by_id[reached.derivation.inputs[0]].entities[0]


def _first(material: Material, entity: Entity, name: str) -> Fact | None:
    return next((fact for fact in material.facts_of(entity) if fact.name == name), None)
