"""The table that most indicators take: flows with exporter, importer, product and value; what is read from it everywhere."""

from __future__ import annotations

import polars as pl

from hamkor.schema.errors import BadInput

WORLD = "W1"
TOTAL = "TOTAL"


def checked(flows: pl.DataFrame, *, products: bool = False, quantities: bool = False) -> pl.DataFrame:
    """Return the flows in the form that indicators take.

    Parameters
    ----------
    flows
        One row a flow: exporter, importer (ISO 3166 alpha-3, or ``W1``), value (USD); product, period, low, high if known.
        A row with partner or product ``W1``/``TOTAL`` is a total; where it is absent, the sum of the parts is the total.
    products
        Whether the rows must tell products; totals over products are then left out.
    quantities
        Whether the rows must have a column `quantity`.

    Returns
    -------
    polars.DataFrame
        exporter, importer, product, period, value (and low, high), product ``TOTAL`` and period ``""`` where untold; with
        quantities also quantity (null unless positive) and unit (``""`` where untold).

    Raises
    ------
    BadInput
        If a column is missing, a value is negative or no number, a flow stands twice, or no product is told.
    """
    for name in ("exporter", "importer", "value", *(["quantity"] if quantities else [])):
        if name not in flows.columns:
            raise BadInput(f"columns {', '.join(flows.columns)}", where="flows", due=f"a column {name}")
    if "product" not in flows.columns:
        flows = flows.with_columns(product=pl.lit(TOTAL))
    if "period" not in flows.columns:
        flows = flows.with_columns(period=pl.lit(""))
    key = ["exporter", "importer", "product", "period"]
    numbers: list[str] = [name for name in ("value", "low", "high") if name in flows.columns]
    if quantities:
        unit = pl.col("unit").cast(pl.String).fill_null("") if "unit" in flows.columns else pl.lit("")
        flows = flows.with_columns(unit=unit)
        numbers.append("quantity")
    try:
        found = flows.select(
            *(pl.col(name).cast(pl.String) for name in key),
            *(pl.col(name).cast(pl.Float64) for name in numbers),
            *(["unit"] if quantities else []),
        )
    except pl.exceptions.InvalidOperationError as error:
        raise BadInput("a value that is no number", where="flows " + ", ".join(numbers), due="numbers") from error
    _refuse(found.filter(pl.any_horizontal(pl.col(name).is_null() for name in key)), "a missing code", "a code")
    wrong = pl.col("value").is_null() | ~pl.col("value").is_finite() | (pl.col("value") < 0)
    _refuse(found.filter(wrong), "", "a finite value >= 0", cure="leave out flows that are not known")
    _refuse(found.filter(pl.struct(key).is_duplicated()), "a flow that stands twice", "one row a flow", cure="sum them first")
    if quantities:
        known = pl.col("quantity").is_finite() & (pl.col("quantity") > 0)
        found = found.with_columns(quantity=pl.when(known).then("quantity"))
    if products:
        found = found.filter(pl.col("product") != TOTAL)
        if found.is_empty():
            raise BadInput("no products", where="flows.product", due="flows by product", cure="import a table with products")
    return found


def _refuse(rows: pl.DataFrame, found: str, due: str, *, cure: str = "") -> None:
    """Raise if there are rows, naming the first."""
    if rows.is_empty():
        return
    first = rows.row(0, named=True)
    where = " ".join(str(first[name]) for name in ("exporter", "importer", "product", "period") if first[name])
    raise BadInput(found or str(first["value"]), where=f"flows {where}", due=due, cure=cure)


def of_pairs(flows: pl.DataFrame) -> pl.DataFrame:
    """Return exporter, importer, period, value: the total over products, as printed where it is, else the sum of the parts.

    Parameters
    ----------
    flows
        As `checked` returns them.

    Examples
    --------
    >>> cells = pl.DataFrame({"exporter": ["A", "A"], "importer": ["B", "B"], "product": ["1", "2"], "value": [3.0, 4.0]})
    >>> of_pairs(checked(cells)).rows()
    [('A', 'B', '', 7.0)]
    """
    return _folded(flows, "product", TOTAL, ["exporter", "importer", "period"])


def exports(flows: pl.DataFrame) -> pl.DataFrame:
    """Return economy, product, period, value: what each economy exports to the world.

    Parameters
    ----------
    flows
        As `checked` returns them.
    """
    return _folded(flows.filter(pl.col("exporter") != WORLD), "importer", WORLD, ["exporter", "product", "period"]).rename(
        {"exporter": "economy"}
    )


def imports(flows: pl.DataFrame) -> pl.DataFrame:
    """Return economy, product, period, value: what each economy imports from the world.

    Parameters
    ----------
    flows
        As `checked` returns them.
    """
    return _folded(flows.filter(pl.col("importer") != WORLD), "exporter", WORLD, ["importer", "product", "period"]).rename(
        {"importer": "economy"}
    )


def _folded(flows: pl.DataFrame, column: str, total: str, key: list[str]) -> pl.DataFrame:
    """Return the rows of the total where it is stated, else the sums of the parts."""
    stated = flows.filter(pl.col(column) == total).select(*key, "value")
    parts = flows.filter(pl.col(column) != total).group_by(key, maintain_order=True).agg(pl.col("value").sum())
    return pl.concat([stated, parts.join(stated, on=key, how="anti", maintain_order="left")]).sort(key)
