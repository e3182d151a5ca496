"""How every chart looks: colours that are told apart by the colour-blind and in grey, fonts, no axis numbers.

The charts carry no number that the caller did not hand in as text: levels are labelled directly, axes have no ticks.
"""

from __future__ import annotations

from typing import Any

import msgspec

Specification = dict[str, Any]

FIRST, SECOND, SECOND_TEXT, NEUTRAL, INK = "#0b5c8a", "#d98a1f", "#95590a", "#8a949c", "#1f2a30"
"""Blue and ochre differ in hue and in lightness (Okabe and Ito 2008), so that they stay apart in grey;
the second has a darker form for text."""

GAP, PALE, EMPTY = "#d3dade", "#e4eef4", "#f3f5f6"
"""The area between two lines; the light end of a scale that ends in the first colour; what is not meant to be filled."""


class Look(msgspec.Struct, frozen=True):
    """What a chart must know of the page.

    Attributes
    ----------
    font
        Family that the renderer has.
    mirrored
        Whether categories run from right to left; time never does.
    """

    font: str
    mirrored: bool = False


def finished(look: Look, body: Specification) -> Specification:
    """Return a whole specification: the body with schema, font and quiet axes."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "transparent",
        "config": {
            "aria": False,
            "font": look.font,
            "view": {"stroke": None},
            "axis": {
                "domain": False,
                "ticks": False,
                "grid": False,
                "labelColor": INK,
                "labelFontSize": 11,
                "title": None,
            },
            "legend": {"labelColor": INK, "labelFontSize": 11, "title": None, "orient": "top", "symbolType": "square"},
            "text": {"color": INK, "fontSize": 11},
            "title": {
                "color": INK,
                "fontSize": 12,
                "fontWeight": "bold",
                "anchor": "end" if look.mirrored else "start",
                "subtitleColor": INK,
                "subtitleFontSize": 11,
            },
        },
        **body,
    }
