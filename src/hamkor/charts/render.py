"""Vega-Lite specification -> SVG, in process and without a browser."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from hamkor.charts.style import Specification

_ROLES = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')


@cache
def _register(folder: Path) -> None:
    import vl_convert

    vl_convert.register_font_directory(str(folder))


def to_svg(specification: Specification, *, fonts: Path) -> str:
    """Return the chart as SVG text; the same specification gives the same text.

    It has no roles: whoever shows it says with one text what it is.

    Parameters
    ----------
    specification
        As a function of this package returns it.
    fonts
        Folder with the fonts that the specification names, so that texts are measured right.
    """
    import vl_convert

    _register(fonts)
    return _ROLES.sub("", str(vl_convert.vegalite_to_svg(specification, vl_version="5.21")))
