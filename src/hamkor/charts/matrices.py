"""A matrix of pairs: rows by columns, each cell shaded by its size with its value printed in it."""

from __future__ import annotations

import math
from typing import Any

import msgspec

from hamkor.charts.style import EMPTY, FIRST, NEUTRAL, PALE, Look, Specification, finished


class MatrixCell(msgspec.Struct, frozen=True):
    """One pair: its row and column, the text printed in it, and its size; no size: not known."""

    row: str
    column: str
    text: str
    value: float | None = None


def matrix(cells: list[MatrixCell], *, names: list[str], look: Look, step: tuple[int, int] = (86, 27)) -> Specification:
    """Return the matrix; a cell that is not known has a dashed frame and no shade, one of the diagonal neither.

    Parameters
    ----------
    cells
        Of pairs of `names`; the darkness grows with the square root of the value.
    names
        In the order of the rows and of the columns; mirrored pages get the columns from right to left.
    look
        Font and direction.
    step
        Width and height of a cell, pixels.

    Examples
    --------
    >>> cells = [MatrixCell("A", "B", "3", 3.0), MatrixCell("B", "A", "not known")]
    >>> [row["kind"] for row in matrix(cells, names=["A", "B"], look=Look("IBM Plex Sans"))["data"]["values"]]
    ['dark', 'unknown']
    """
    most = max((cell.value for cell in cells if cell.value is not None), default=0.0)
    rows: list[dict[str, Any]] = []
    for cell in cells:
        shade, kind = 0.0, "same" if cell.row == cell.column else "unknown"
        if cell.value is not None:
            shade = math.sqrt(max(cell.value, 0.0) / most) if most > 0 else 0.0
            kind = "dark" if _is_dark(_mixed(shade)) else "light"
        rows.append({"row": cell.row, "column": cell.column, "text": cell.text, "fill": _mixed(shade), "kind": kind})
    columns = names[::-1] if look.mirrored else names
    axis = {"labelFontSize": 11, "labelAngle": 0, "labelPadding": 7, "labelLimit": 200}
    return finished(
        look,
        {
            "width": {"step": step[0]},
            "height": {"step": step[1]},
            "data": {"values": rows},
            "encoding": {
                "x": {"field": "column", "type": "nominal", "sort": columns, "axis": {"orient": "top", **axis}},
                "y": {
                    "field": "row", "type": "nominal", "sort": names,
                    "axis": {"orient": "right" if look.mirrored else "left", **axis},
                },
            },
            "layer": [
                {
                    "transform": [{"filter": "datum.kind == 'dark' || datum.kind == 'light'"}],
                    "mark": {"type": "rect", "stroke": "#ffffff", "strokeWidth": 2},
                    "encoding": {"color": {"field": "fill", "type": "nominal", "scale": None}},
                },
                _frames("same", fill=EMPTY, dash=[]),
                _frames("unknown", fill="#ffffff", dash=[3, 2]),
                {
                    "mark": {"type": "text", "baseline": "middle"},
                    "encoding": {
                        "text": {"field": "text", "type": "nominal"},
                        "color": {"condition": {"test": "datum.kind == 'dark'", "value": "#ffffff"}, "value": "#000000"},
                        "size": {"condition": {"test": "datum.kind == 'unknown'", "value": 9.5}, "value": 11},
                    },
                },
            ],
        },
    )  # fmt: skip


def _frames(kind: str, *, fill: str, dash: list[int]) -> Specification:
    frame = {"stroke": NEUTRAL, "strokeWidth": 0.8, "strokeDash": dash} if dash else {"stroke": "#ffffff", "strokeWidth": 2}
    return {
        "transform": [{"filter": f"datum.kind == '{kind}'"}],
        "mark": {"type": "rect", "fill": fill, "xOffset": 0, **frame},
    }


def _mixed(shade: float) -> str:
    """Return the colour of a shade from 0 to 1."""
    parts = ((int(PALE[place : place + 2], 16), int(FIRST[place : place + 2], 16)) for place in (1, 3, 5))
    return "#" + "".join(f"{round(light + shade * (dark - light)):02x}" for light, dark in parts)


def _is_dark(colour: str) -> bool:
    """Return whether white stands out more than black from a colour (relative luminance of WCAG 2.2)."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] < 0.179
