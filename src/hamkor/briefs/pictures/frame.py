"""What every picture of the brief has: the page's font and direction, labels, a caption, a text alternative."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from hamkor.briefs.document import Line, Picture, text_of
from hamkor.briefs.speaker import Speaker
from hamkor.charts.render import to_svg
from hamkor.charts.style import Look, Specification
from hamkor.languages.language import CLOSE, OPEN, plain

_NUMBER = re.compile(f"{OPEN}[^{CLOSE}]*{CLOSE}")

FONTS = Path(str(files("hamkor.briefs").joinpath("fonts")))


def look_of(speaker: Speaker) -> Look:
    """Return font and direction of the language."""
    return Look(speaker.language.fonts[0], speaker.language.direction == "rtl")


def label_of(speaker: Speaker, line: Line) -> str:
    """Return a line as chart text; in right-to-left text its numbers are fenced by U+200E.

    What is more than one number is embedded from right to left as a whole, since an SVG runs from left to right.
    """
    text = text_of(line)
    if speaker.language.direction != "rtl":
        return plain(text)
    fenced = text.replace(OPEN, "\u200e").replace(CLOSE, "\u200e")
    mixed = any(sign.isdigit() for sign in text) and not _NUMBER.fullmatch(text)
    return f"\u202b{fenced}\u202c" if mixed else fenced


def framed(
    speaker: Speaker, name: str, specification: Specification, *, caption: Line, told: Iterable[Line], printed: Iterable[Line]
) -> Picture:
    """Return a chart as a picture.

    Parameters
    ----------
    speaker
        The language.
    name
        Of the picture; no other of the brief has it.
    specification
        The chart.
    caption
        What it shows.
    told
        What it says, as items of the text alternative.
    printed
        Every number that stands in the chart, as often as it stands there.
    """
    svg = to_svg(specification, fonts=FONTS)
    alt = (*caption, *speaker.say("alt.colon"), *speaker.join_with("list.semicolon", told))
    return Picture(name, caption, plain(text_of(alt)), svg, tuple(node for line in printed for node in line))
