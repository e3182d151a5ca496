"""How far records lie from what an equation predicts, by the size of what it predicts."""

from __future__ import annotations

import msgspec

from hamkor.charts.style import FIRST, NEUTRAL, Look, Specification, finished


class Bin(msgspec.Struct, frozen=True):
    """Rows of like predicted size: the middle of what is predicted, actual over predicted, and its interval."""

    predicted: float
    ratio: float
    low: float
    high: float


def residuals(bins: list[Bin], *, look: Look, width: int = 420, height: int = 240) -> Specification:
    """Return actual over predicted trade with intervals, over predicted trade on a scale of powers of ten; a line at one.

    Examples
    --------
    >>> made = residuals([Bin(10.0, 1.1, 0.9, 1.3)], look=Look("IBM Plex Sans"))
    >>> len(made["layer"])
    3
    """
    sizes = [one.predicted for one in bins]
    label = "replace(replace(datum.label, 'G', ' bn'), 'M', ' m')"
    axis = {"title": "predicted", "format": "~s", "labelExpr": label, "tickCount": 5, "grid": False}
    scale = {"type": "log", "domain": [min(sizes) / 1.5, max(sizes) * 1.5], "nice": False}
    along = {"field": "predicted", "type": "quantitative", "scale": scale, "axis": axis}
    reach = {"domain": [min(0.0, *(one.low for one in bins)), max(2.0, *(one.high for one in bins))], "nice": False}
    up = {"type": "quantitative", "scale": reach, "axis": {"title": "actual / predicted", "tickCount": 5, "grid": False}}
    values = [msgspec.to_builtins(one) for one in bins]
    return finished(
        look,
        {
            "width": width,
            "height": height,
            "layer": [
                {
                    "data": {"values": [{"one": 1}]},
                    "mark": {"type": "rule", "color": NEUTRAL, "strokeDash": [3, 3]},
                    "encoding": {"y": {"field": "one", **up}},
                },
                {
                    "data": {"values": values},
                    "mark": {"type": "rule", "color": FIRST, "strokeWidth": 2},
                    "encoding": {"x": along, "y": {"field": "low", **up}, "y2": {"field": "high"}},
                },
                {
                    "data": {"values": values},
                    "mark": {"type": "point", "filled": True, "size": 50, "color": FIRST, "opacity": 1},
                    "encoding": {"x": along, "y": {"field": "ratio", **up}},
                },
            ],
        },
    )
