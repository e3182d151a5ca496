"""A monitor on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hamkor.cli.base import console, talk

if TYPE_CHECKING:
    from hamkor.workbench.monitors import Monitored

_PRODUCTS = 10
_YEARS = 8


def show(found: Monitored, *, every_period: bool) -> None:
    """Print the tables of a monitor: each side's record, both beside each other, products, seasons.

    Of the periods, the latest years and the latest year-to-date figure unless every one is asked for.
    """
    screen = console()
    known = list(dict.fromkeys(found.tables.flows["TIME_PERIOD"].sort()))
    periods = known if every_period else _latest(known)
    for reporter, basis in found.basis.items():
        other = found.counterpart if reporter == found.reporter else found.reporter
        rows = [row for row in found.tables.flows.to_dicts() if row["REPORTER"] == reporter]
        rows = [row for row in rows if row["TIME_PERIOD"] in periods]
        screen.print(_record(rows, f"{reporter}'s record of trade with {other}, million US dollars ({basis})"))
    sides = [row for row in found.tables.sides.to_dicts() if row["TIME_PERIOD"] in periods]
    screen.print(_sides(sorted(sides, key=lambda row: str(row["EXPORTER"]) != found.reporter)))
    if products := found.tables.products.to_dicts():
        screen.print(_products(products))
    if seasons := found.tables.seasons.to_dicts():
        screen.print(_seasons(seasons))
    if len(periods) < len(known):
        talk(f"{len(periods)} of {len(known)} periods; all of them: --period {known[0][:4]}/{known[-1][:4]}")
    if len(found.revisions):
        talk(f"{len(found.revisions)} figures were revised: hamkor revisions {found.reporter} {found.counterpart}")


def _latest(periods: list[str]) -> list[str]:
    """Return the last whole years, and the last period that is no whole year unless a year covers it."""
    years = [period for period in periods if len(period) == 4]
    parts = [period for period in periods if len(period) > 4 and (not years or period[:4] > years[-1])]
    return [*years[-_YEARS:], *(parts or [period for period in periods if len(period) > 4])[-1:]]


def _table(title: str, *columns: str, left: int = 1) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, title=title, title_justify="left", title_style="bold")
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place < left or column in ("source", "mark") else "right", overflow="fold")
    return table


def _record(rows: list[dict[str, Any]], title: str) -> Any:
    table = _table(title, "period", "turnover", "±", "exports", "±", "imports", "±", "balance", "share", "source", "mark")
    for period in dict.fromkeys(row["TIME_PERIOD"] for row in rows):
        cells = {row["FLOW"]: row for row in rows if row["TIME_PERIOD"] == period}
        told: list[str] = []
        for flow in ("turnover", "export", "import"):
            told += [_amount(cells.get(flow, {}).get("OBS_VALUE")), _rate(cells.get(flow, {}).get("GROWTH"))]
        any_cell = cells.get("turnover") or next(iter(cells.values()))
        share = any_cell["SHARE"]
        scope = any_cell["COVERAGE"].replace("-", " ")
        marks = "; ".join(dict.fromkeys(row["MARK"] for row in cells.values() if row["MARK"]))
        table.add_row(
            period, *told, _amount(cells.get("balance", {}).get("OBS_VALUE")), "" if share is None else f"{share:.1%}",
            any_cell["SOURCE"], "; ".join(part for part in (scope, marks) if part),
        )  # fmt: skip
    return table


def _sides(rows: list[dict[str, Any]]) -> Any:
    title = "Both sides beside each other, million US dollars"
    table = _table(
        title, "flow", "period", "exporter says", "importer says", "gap", "ratio", "estimate", "90 % interval", "mark", left=2
    )
    for row in rows:
        ratio = "" if row["RATIO"] is None else f"{row['RATIO']:.2f}"
        table.add_row(
            f"{row['EXPORTER']} → {row['IMPORTER']}", row["TIME_PERIOD"], _amount(row["EXPORTER_REPORT"]),
            _amount(row["IMPORTER_REPORT"]), _amount(row["GAP"]), ratio, _amount(row.get("ESTIMATE")), _interval(row),
            row["MARK"],
        )  # fmt: skip
    return table


def _products(rows: list[dict[str, Any]]) -> Any:
    last = max(row["TIME_PERIOD"] for row in rows)
    table = _table(f"Products in {last}", "record of", "flow", "product", "value", "±", "share", "contribution", left=3)
    for flow in ("export", "import"):
        for row in [row for row in rows if row["TIME_PERIOD"] == last and row["FLOW"] == flow][:_PRODUCTS]:
            table.add_row(
                row["REPORTER"], flow, row["PRODUCT"].removeprefix("hs:"), _amount(row["OBS_VALUE"]), _rate(row["GROWTH"]),
                _rate(row["SHARE"], sign=False), _rate(row["CONTRIBUTION"]),
            )  # fmt: skip
    return table


def _seasons(rows: list[dict[str, Any]]) -> Any:
    table = _table("Seasons (1 = an average month)", "record of", "flow", *map(str, range(1, 13)), "years", left=2)
    for reporter, flow in dict.fromkeys((row["REPORTER"], row["FLOW"]) for row in rows):
        own = [row for row in rows if (row["REPORTER"], row["FLOW"]) == (reporter, flow)]
        table.add_row(reporter, flow, *(f"{row['INDEX']:.2f}" for row in own), str(own[0]["YEARS"]))
    return table


def _amount(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value / 1e6:,.1f}" if abs(value) < 1e9 else f"{value / 1e6:,.0f}"


def _interval(row: dict[str, Any]) -> str:
    return "" if row.get("LOW") is None else f"{_amount(row['LOW'])} – {_amount(row['HIGH'])}"


def _rate(value: float | None, *, sign: bool = True) -> str:
    if value is None:
        return ""
    return f"{value:+.1%}" if sign else f"{value:.1%}"
