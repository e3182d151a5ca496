"""The region as a matrix of pairs."""

from __future__ import annotations

from hamkor.briefs.document import Line, Picture, text_of
from hamkor.briefs.material import Material
from hamkor.briefs.pictures.frame import framed, label_of, look_of
from hamkor.briefs.speaker import Speaker
from hamkor.charts.matrices import MatrixCell, matrix
from hamkor.schema.periods import Period
from hamkor.schema.provenance import Fact


def matrix_picture(material: Material, speaker: Speaker, cells: dict[tuple[str, str], Fact], year: Period) -> Picture:
    """Return exports of each member (rows) to each other (columns); those of `cells` that are imports are marked."""
    members = material.request.region.members
    names = {member: text_of(speaker.say("economy", economy=member)) for member in members}
    drawn: list[MatrixCell] = []
    printed: list[Line] = []
    told: list[Line] = []
    unknown: list[Line] = []
    for exporter in members:
        for importer in members:
            fact = cells.get((exporter, importer))
            flow = speaker.say("map.flow", exporter=exporter, importer=importer)
            if fact is None:
                text = speaker.say("same" if exporter == importer else "unknown")
                unknown += [flow] if exporter != importer else []
            else:
                text = (*speaker.fact(fact, "millions"), *(speaker.say("whole.by-importer") if fact.name == "import" else ()))
                printed.append(text)
                told.append(speaker.say("alt.bar", category=flow, amount=text))
            value = fact.number if fact is not None else None
            drawn.append(MatrixCell(names[exporter], names[importer], label_of(speaker, text), value))
    if unknown:
        told.append(speaker.say("alt.unknown", items=speaker.join_with("list.comma", unknown)))
    caption = speaker.say("chart.matrix", period=year)
    specification = matrix(drawn, names=list(names.values()), look=look_of(speaker))
    return framed(speaker, "matrix", specification, caption=caption, told=told, printed=printed)
