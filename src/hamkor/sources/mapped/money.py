"""The unit of a table's values: its scale, its currency, and the rate at which it becomes dollars."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from hamkor.languages.lexicon import fold
from hamkor.schema.currencies import currencies
from hamkor.schema.errors import BadInput, did_you_mean
from hamkor.schema.periods import parse_period
from hamkor.sources.grid import Cell, text_of
from hamkor.sources.mapped.gazetteer import Gazetteer

SCALES = {"": 0, "thousand": 3, "million": 6, "billion": 9}


def unit_mult(unit: str, currency: str, *, where: str) -> int:
    """Return the power of ten of a unit, such as 3 of ``thousand USD``.

    Parameters
    ----------
    unit
        As the mapping declares it.
    currency
        The declared one.
    where
        Name of the mapping, for messages.

    Raises
    ------
    BadInput
        If it is no scale with the declared currency.

    Examples
    --------
    >>> unit_mult("thousand USD", "USD", where="m.toml"), unit_mult("million KZT", "KZT", where="m.toml")
    (3, 6)
    """
    place = f"{where} [columns] unit"
    words = unit.replace("US$", "USD").split()
    scales = [word.lower() for word in words if word != currency]
    if currency in words and len(words) <= 2 and (scale := " ".join(scales)) in SCALES:
        return SCALES[scale]
    due = f"{currency}, thousand {currency}, million {currency} or billion {currency}"
    if not unit.strip():
        cure = "look for the unit in the file's title or notes; nothing is taken without it"
        raise BadInput("no unit", where=place, due=due, cure=cure)
    if other := next((word for word in words if word in currencies() and word != currency), ""):
        cure = (
            f'declare it: [columns] currency = "{other}", and under [rates] how many {other} are one US dollar in each period, '
        )
        cure += f'"2024" = ...; or turn the values into {currency} first'
        raise BadInput(f"'{unit}'", where=place, due=due, cure=cure)
    known = [f"{scale} {currency}" for scale in ("thousand", "million", "billion")]
    raise BadInput(f"'{unit}'", where=place, due=due, cure=did_you_mean(unit, known))


def faults_of_rates(currency: str, rate: float | None, rates: Mapping[str, float], *, where: str) -> list[BadInput]:
    """Return what does not hold of the declared currency and its rates."""
    place, table = f"{where} [columns] currency", f"{where} [rates]"
    if currency not in currencies():
        cure = did_you_mean(currency.upper(), currencies())
        return [BadInput(f"'{currency}'", where=place, due="a code of ISO 4217, such as KZT", cure=cure)]
    declared = bool(rates) + (rate is not None)
    if currency == "USD":
        cure = 'delete them, or say [columns] currency = "..."'
        return [BadInput("rates", where=table, due="none for values in USD", cure=cure)] if declared else []
    if declared != 1:
        found = "rate and [rates]" if declared else f"no rate of {currency}"
        due = f'one of them: [rates] "2024" = {currency} for one US dollar, or [columns] rate = ... for every period'
        return [BadInput(found, where=place, due=due)]
    faults = []
    for text, each in {**rates, **({"rate": rate} if rate is not None else {})}.items():
        if not (math.isfinite(each) and each > 0):
            due = f"how many {currency} are one US dollar, above 0"
            faults.append(BadInput(f"{each}", where=f"{table} {text}", due=due))
    periods: dict[str, str] = {}
    for text in rates:
        try:
            same = str(parse_period(text, where=table))
        except BadInput as fault:
            faults.append(fault)
            continue
        if same in periods:
            faults.append(BadInput(f"'{text}' beside '{periods[same]}'", where=table, due="each period once"))
        periods[same] = text
    return faults


def stated_units(rows: Sequence[Sequence[Cell]], names: Gazetteer) -> dict[tuple[str, str], str]:
    """Return the units of money that texts name with one scale and one currency, each as scale and currency, with its text.

    Parameters
    ----------
    rows
        Rows above the data.
    names
        Words -> scales, currencies.

    Examples
    --------
    >>> from hamkor.sources.mapped.gazetteer import gazetteer
    >>> stated_units([["Экспорт, млн долл. США"], ["страна", "2023"]], gazetteer())
    {('million', 'USD'): 'Экспорт, млн долл. США'}
    """
    found: dict[tuple[str, str], str] = {}
    for text in (text_of(cell) for row in rows for cell in row if isinstance(cell, str) and cell):
        scales, currency = unit_words(text, names)
        if len(scales) == 1 and len(currency) == 1:
            found.setdefault((next(iter(scales)), next(iter(currency))), text)
    return found


def unit_words(text: str, names: Gazetteer) -> tuple[set[str], set[str]]:
    """Return the scales (``thousand``) and the currencies that a text names."""
    terms = [term for word in re.findall(r"[^\W\d_]+", fold(text)) for term in names.term(word)]
    scales = {term.value for term in terms if term.category == "scale" and term.value in SCALES}
    currency = {term.value for term in terms if term.category == "currency" and term.value in currencies()}
    return scales, currency | ({"USD"} if "$" in text else set())
