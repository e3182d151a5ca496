"""The pictures of a monitor: both sides' records over years, and the products of the latest period as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from hamkor.schema.errors import BadInput
from hamkor.schema.periods import parse_period
from hamkor.schema.products import products

if TYPE_CHECKING:
    from hamkor.charts.style import Specification
    from hamkor.indicators.monitor import Monitor


class Pair(Protocol):
    """A pair's monitor."""

    @property
    def reporter(self) -> str:
        """The one that looks."""

    @property
    def counterpart(self) -> str:
        """The other."""

    @property
    def tables(self) -> Monitor:
        """Flows, sides, products, seasons."""


_MOST = 12
_LONGEST = 46
_FONT = "IBM Plex Sans, Arial, sans-serif"


def pictures(found: Pair) -> dict[str, bytes]:
    """Return what can be drawn of a monitor, as SVG by name: ``sides``, ``products``.

    Raises
    ------
    BadInput
        If no flow has two years and there are no products.
    """
    from hamkor.briefs.pictures.frame import FONTS
    from hamkor.charts.render import to_svg

    drawn = {"sides": _sides(found), "products": _products(found)}
    made = {
        name: to_svg({**drawing, "background": "white"}, fonts=FONTS).encode()
        for name, drawing in drawn.items()
        if drawing is not None
    }
    if not made:
        cure = "take a longer --period, or another --output"
        raise BadInput("no two years of one flow, and no products", due="something to draw", cure=cure)
    return made


def _sides(found: Pair) -> Specification | None:
    """Return both sides' annual records of the two flows; none if no flow has two years."""
    return _both_sides(found.tables.sides.to_dicts(), found.reporter, found.counterpart)


def _both_sides(sides: list[dict[str, Any]], first: str, second: str) -> Specification | None:
    from hamkor.charts.lines import Estimate, Panel, Point, two_sides
    from hamkor.charts.style import Look

    rows = [row for row in sides if len(row["TIME_PERIOD"]) == 4]
    panels: list[Panel] = []
    for exporter, importer in ((first, second), (second, first)):
        own = [row for row in rows if row["EXPORTER"] == exporter]
        last = max((row["TIME_PERIOD"] for row in own), key=lambda period: (parse_period(period).last, period), default="")
        points = tuple(
            Point(
                _record_of(reporter),
                int(row["TIME_PERIOD"]),
                row[side] / 1e6,
                f"{row[side] / 1e6:,.0f}" if row["TIME_PERIOD"] == last else "",
            )
            for side, reporter in (("EXPORTER_REPORT", exporter), ("IMPORTER_REPORT", importer))
            for row in own
            if row[side] is not None
        )
        if len({point.year for point in points}) > 1:
            estimates = tuple(
                Estimate(int(row["TIME_PERIOD"]), *(row[name] / 1e6 for name in ("ESTIMATE", "LOW", "HIGH")))
                for row in sorted(own, key=lambda row: str(row["TIME_PERIOD"]))
                if row.get("ESTIMATE") is not None
            )
            band = "band: both records reconciled, 90 %" if estimates else ""
            panels.append(Panel(f"{exporter} → {importer}, million US dollars", points, band, estimates))
    if not panels:
        return None
    years = sorted({point.year for panel in panels for point in panel.points})
    step = max(1, (years[-1] - years[0]) // 4)
    named = [year for year in range(years[0], years[-1] + 1) if (years[-1] - year) % step == 0]
    known = {point.series for panel in panels for point in panel.points}
    drawn = [name for one in (first, second) if (name := _record_of(one)) in known]
    return two_sides(panels, series=drawn, years=named, look=Look(_FONT))


def _record_of(reporter: str) -> str:
    return f"{reporter}'s record"


def _products(found: Pair) -> Specification | None:
    """Return the largest products of one office's latest period as bars: its exports to one side, its imports to the other."""
    from hamkor.charts.bars import diverging
    from hamkor.charts.style import Look

    rows = [row for row in found.tables.products.to_dicts() if row["OBS_VALUE"]]
    reporter = next((one for one in (found.reporter, found.counterpart) if any(row["REPORTER"] == one for row in rows)), "")
    if not reporter:
        return None
    own = [row for row in rows if row["REPORTER"] == reporter and row["FLOW"] in ("export", "import")]
    last = max((row["TIME_PERIOD"] for row in own), key=lambda period: (parse_period(period).last, period), default="")
    own = [row for row in own if row["TIME_PERIOD"] == last]
    sums: dict[str, float] = {}
    for row in own:
        sums[row["PRODUCT"]] = sums.get(row["PRODUCT"], 0.0) + row["OBS_VALUE"]
    largest = sorted(sums, key=lambda product: (-sums[product], product))[:_MOST]
    groups = {"export": f"{reporter}'s exports", "import": f"{reporter}'s imports"}
    bars = [_bar(row, groups) for product in largest for row in own if row["PRODUCT"] == product]
    if not bars:
        return None
    other = found.counterpart if reporter == found.reporter else found.reporter
    more = f", the {len(largest)} largest of {len(sums)}" if len(sums) > len(largest) else ""
    title = {
        "text": f"{reporter}'s trade with {other} in {last} by product",
        "subtitle": f"million US dollars, as {reporter} records it{more}", "anchor": "start", "frame": "group", "offset": 22,
    }  # fmt: skip
    drawing = diverging(bars, groups=(groups["export"], groups["import"]), look=Look(_FONT))
    drawing["encoding"]["y"]["axis"]["labelLimit"] = 320
    return {**drawing, "title": title}


def _bar(row: dict[str, Any], groups: dict[str, str]) -> Any:
    from hamkor.charts.bars import Bar

    millions = row["OBS_VALUE"] / 1e6
    text = f"{millions:,.0f}" if millions >= 100 else f"{millions:,.1f}" if millions >= 0.1 else f"{millions:,.3f}"
    return Bar(_named(row["PRODUCT"]), groups[row["FLOW"]], millions, text)


def _named(product: str) -> str:
    """Return a product in words: the chapter's name, the code of a finer one, the words of the file."""
    kind, _, code = product.partition(":")
    if kind == "hs":
        text = f"{code} {products()[code].name}" if code in products() else f"HS {code}"
    else:
        text = code.replace("-", " ") or product
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip(" ,") + "…"


def flow_pictures(flows: list[dict[str, Any]]) -> bytes:
    """Return both records and the estimate of a pair's flows over years as SVG; `flows` as `hamkor reconcile` returns them."""
    from hamkor.briefs.pictures.frame import FONTS
    from hamkor.charts.render import to_svg

    first, second = sorted({flows[0]["exporter"], flows[0]["importer"]})
    names = {
        "EXPORTER": "exporter", "IMPORTER": "importer", "TIME_PERIOD": "period", "EXPORTER_REPORT": "export_report",
        "IMPORTER_REPORT": "import_report", "ESTIMATE": "value", "LOW": "low", "HIGH": "high",
    }  # fmt: skip
    rows = [{name: row[column] for name, column in names.items()} for row in flows]
    drawing = _both_sides(rows, first, second)
    if drawing is None:
        raise BadInput("no two years of one flow", due="something to draw", cure="take a longer --period")
    return to_svg({**drawing, "background": "white"}, fonts=FONTS).encode()
