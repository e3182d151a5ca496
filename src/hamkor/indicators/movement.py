"""People and lines: visitors by where they come from, and passenger services between economies."""

from __future__ import annotations

import polars as pl

from hamkor.indicators.growth import with_base
from hamkor.indicators.registry import indicator
from hamkor.indicators.trade import over
from hamkor.schema.errors import BadInput


def _checked(table: pl.DataFrame, key: list[str], *, silent: bool) -> pl.DataFrame:
    """Return key, period and value of a table of counts; `silent` allows rows without a count."""
    for name in (*key, "value"):
        if name not in table.columns:
            raise BadInput(f"columns {', '.join(table.columns)}", where="register", due=f"a column {name}")
    if "period" not in table.columns:
        table = table.with_columns(period=pl.lit(""))
    cells = [*key, "period"]
    try:
        told = table.select(*(pl.col(name).cast(pl.String) for name in cells), pl.col("value").cast(pl.Float64))
    except pl.exceptions.InvalidOperationError as error:
        raise BadInput("a count that is no number", where="register.value", due="numbers") from error
    value = pl.col("value")
    wrong = told.filter((~value.is_finite() | (value < 0)).fill_null(not silent) | pl.any_horizontal(pl.col(cells).is_null()))
    twice = told.filter(pl.struct(cells).is_duplicated())
    for rows, found in ((wrong, "no count >= 0"), (twice, "a row that stands twice")):
        if not rows.is_empty():
            raise BadInput(found, where="register " + " ".join(str(cell) for cell in rows.row(0)[:-1]), due="one count a row")
    return told


@indicator(
    unit="persons",
    level="pair",
    needs="register",
    citation="International Recommendations for Tourism Statistics 2008, United Nations, paragraph 2.9",
)
def visitors(counts: pl.DataFrame) -> pl.DataFrame:
    """Return the visitors of each economy from each partner, with their share and growth.

    Parameters
    ----------
    counts
        economy (that is visited), partner (where they live; ``W1`` is everywhere), value (persons); period if known.

    Returns
    -------
    polars.DataFrame
        economy, partner, period, value, share (of all visitors told, or of those from ``W1``), growth (against the same months
        of the year before, null where they are not told).

    Examples
    --------
    >>> counts = {"economy": "A", "partner": ["B", "C", "B", "C"], "period": ["2023", "2023", "2024", "2024"]}
    >>> found = visitors(pl.DataFrame(counts).with_columns(value=pl.Series([2.0, 2.0, 3.0, 2.0])))
    >>> found.filter(period="2024").select("partner", "share", "growth").rows()
    [('B', 0.6, 0.5), ('C', 0.4, 0.0)]
    """
    told = _checked(counts, ["economy", "partner"], silent=False)
    key = ["economy", "partner", "period"]
    bases = with_base(told, key[:2]) if (told["period"] != "").all() else told.with_columns(base=None).clear()
    stated = told.filter(partner="W1").select("economy", "period", stated="value")
    parts = told.filter(pl.col("partner") != "W1")
    joined = parts.join(stated, on=["economy", "period"], how="left").join(bases.select(*key, "base"), on=key, how="left")
    whole = pl.coalesce("stated", pl.col("value").sum().over("economy", "period"))
    base = pl.col("base").cast(pl.Float64)
    return joined.select(
        *key, "value", share=over(pl.col("value"), whole), growth=over(pl.col("value") - base, base)
    ).sort(key)  # fmt: skip


@indicator(
    unit="lines",
    level="pair",
    needs="register",
    citation="Glossary for Transport Statistics, Eurostat, ITF and UNECE, 5th edition, 2019",
)
def passenger_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Return how many passenger lines run between two economies, and how often.

    Parameters
    ----------
    lines
        entity (a line), economy, partner, value (departures a week, both ways; null where they are not known); period if known.

    Returns
    -------
    polars.DataFrame
        economy, partner (in alphabetical order), period, value (lines that run), weekly (departures of those of which they are
        known; null if of none), known (lines whose departures are known).

    Examples
    --------
    >>> told = {"entity": ["a flight", "a train"], "economy": ["A", "B"], "partner": ["B", "A"], "value": [14.0, None]}
    >>> passenger_lines(pl.DataFrame(told)).rows()
    [('A', 'B', '', 2, 14.0, 1)]
    """
    told = _checked(lines, ["entity", "economy", "partner"], silent=True)
    running = told.filter(pl.col("value").fill_null(1.0) > 0)
    pair = {"economy": pl.min_horizontal("economy", "partner"), "partner": pl.max_horizontal("economy", "partner")}
    return (
        running.with_columns(**pair)
        .group_by("economy", "partner", "period")
        .agg(
            value=pl.col("entity").n_unique().cast(pl.Int64),
            weekly=pl.when(pl.col("value").count() > 0).then(pl.col("value").sum()),
            known=pl.col("value").count().cast(pl.Int64),
        )
        .sort("economy", "partner", "period")
    )
