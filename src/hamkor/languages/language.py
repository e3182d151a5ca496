"""A language as its file states it, and how it writes numbers, money, periods and names.

Numbers come out wrapped in U+2068 ... U+2069 (first strong isolate), so that a sign or a percent sign never jumps in
right-to-left text; a renderer turns the pair into what its format has (`<bdi>`, U+200E), `plain` removes it.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import msgspec
from babel import Locale, dates, numbers

from hamkor.schema.economies import economies
from hamkor.schema.errors import BadInput, did_you_mean
from hamkor.schema.periods import Period, parse_period

OPEN, CLOSE = "\u2068", "\u2069"
_PLACEHOLDER = re.compile(r"\{([a-z_]+):([a-z-]+)\}")
_SCALES = ((1e9, "billion"), (1e6, "million"), (1e3, "thousand"), (1.0, "one"))


class Message(msgspec.Struct, frozen=True):
    """A message as alternating words and placeholders, by plural category ("" if it has no plural).

    Attributes
    ----------
    forms
        CLDR plural category -> parts; a part is a text, or (argument, kind).
    plural
        The argument that chooses the category; empty if none does.
    """

    forms: dict[str, tuple[str | tuple[str, str], ...]]
    plural: str = ""

    @property
    def placeholders(self) -> frozenset[tuple[str, str]]:
        """Every (argument, kind) of the message."""
        return frozenset(part for form in self.forms.values() for part in form if isinstance(part, tuple))


class _Raw(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    name: str
    direction: Literal["ltr", "rtl"]
    locale: str
    fonts: list[str]
    reviewed_by: str
    cases: list[str]
    numbers: dict[str, str]
    money: dict[str, dict[str, str | dict[str, str]]]
    periods: dict[str, str]
    units: dict[str, str | dict[str, str]]
    economies: dict[str, dict[str, str]]
    messages: dict[str, str | dict[str, str]]


class Language:
    """A language that briefs and pages can be written in."""

    def __init__(self, raw: _Raw) -> None:
        self.code, self.name, self.direction = raw.code, raw.name, raw.direction
        self.fonts, self.cases, self.reviewed_by = tuple(raw.fonts), tuple(raw.cases), raw.reviewed_by
        self.units, self.economies = raw.units, raw.economies
        self.messages = {key: _message(text) for key, text in raw.messages.items()}
        self._locale = Locale.parse(raw.locale, sep="-")
        self._numbers, self._money, self._periods = raw.numbers, raw.money, raw.periods

    def message(self, key: str) -> Message:
        """Return the message of that key; a missing one is a defect that the conformance suite finds."""
        return self.messages[key]

    def form(self, message: Message, number: float | None) -> tuple[str | tuple[str, str], ...]:
        """Return the parts of a message in the plural form that `number` takes."""
        if not message.plural:
            return message.forms[""]
        category = str(self._locale.plural_form(number or 0))
        return message.forms.get(category, message.forms["other"])

    def number(self, value: float, *, decimals: int = 0, signed: bool = False) -> str:
        """Return a number in the language's digits and separators, isolated.

        Examples
        --------
        >>> plain(language("en").number(-1360.04, decimals=1))
        '−1,360.0'
        """
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        value = round(value, decimals) + 0.0
        digits = numbers.format_decimal(abs(value), format=pattern, locale=self._locale)
        sign = self._numbers["minus"] if value < 0 else self._numbers["plus"] if signed and value > 0 else ""
        return f"{OPEN}{sign}{digits}{CLOSE}"

    def percent(self, value: float, *, precision: float | None = None, signed: bool = False) -> str:
        """Return a share of one in percent, with the decimals that `precision` (a share too) allows.

        Examples
        --------
        >>> plain(language("en").percent(0.155, precision=0.001, signed=True))
        '+15.5%'
        """
        decimals = 1 if precision is None else max(0, min(1, -math.floor(math.log10(precision) + 1e-9) - 2))
        inner = self.number(100 * value, decimals=decimals, signed=signed)[1:-1]
        return OPEN + self._numbers["percent"].replace("{number}", inner) + CLOSE

    def money(self, value: float, *, currency: str = "USD", precision: float | None = None) -> str:
        """Return an amount in words and digits, scaled to read well, with no more digits than are known.

        Examples
        --------
        >>> plain(language("en").money(3.48e9, precision=1e7)), plain(language("en").money(-165e6, precision=1e5))
        ('$3.48 billion', '−$165.0 million')
        """
        scale, word = next((s, w) for s, w in _SCALES if abs(value) >= s or s == 1.0)
        amount = self.number(value / scale, decimals=_decimals(value, precision, scale))
        form = self._form(self._money[currency][word], value / scale)
        if "{sign}" in form:
            sign, amount = ("", amount) if value >= 0 else (self._numbers["minus"], OPEN + amount[2:])
            return form.replace("{sign}", sign).replace("{number}", amount)
        return form.replace("{number}", amount)

    def millions(self, value: float, *, precision: float | None = None) -> str:
        """Return an amount in millions without its unit, for a column whose head names the unit.

        Examples
        --------
        >>> plain(language("en").millions(3.48e9, precision=1e7))
        '3,480'
        """
        return self.number(value / 1e6, decimals=_decimals(value, precision, 1e6))

    def quantity(self, value: float, unit: str, *, precision: float | None = None) -> str:
        """Return a number with its unit's word or symbol; a count has none."""
        text = self.number(value, decimals=_decimals(value, precision, 1.0))
        if unit in ("", "1"):
            return text
        return self._form(self.units[unit], value).replace("{number}", text)

    def _form(self, forms: str | dict[str, str], number: float) -> str:
        """Return the form that a number takes, where there are several by plural category."""
        if isinstance(forms, str):
            return forms
        shown = int(abs(number)) if float(number).is_integer() else abs(number)
        return forms.get(str(self._locale.plural_form(shown)), forms["other"])

    def period(self, period: Period) -> str:
        """Return a period in words.

        Examples
        --------
        >>> language("en").period(parse_period("2025-01/2025-09")), language("en").period(parse_period("2025-Q2"))
        ('January–September 2025', 'second quarter of 2025')
        """
        year = str(period.year)
        if period.kind == "annual":
            return self._periods["year"].replace("{year}", year)
        if period.kind == "month":
            return self._periods["month"].replace("{month}", self._month(period.last)).replace("{year}", year)
        if period.kind == "quarter":
            return self._periods[f"q{period.first % 12 // 3 + 1}"].replace("{year}", year)
        whole = period.first % 12 == 0 and period.last % 12 == 11
        form = self._periods["span" if period.first // 12 == period.year else "years" if whole else "long_span"]
        for name, text in (
            ("{first}", self._month(period.first)), ("{last}", self._month(period.last)),
            ("{first_year}", str(period.first // 12)), ("{year}", year),
        ):  # fmt: skip
            form = form.replace(name, text)
        return form

    def date(self, date: str) -> str:
        """Return a date known to the year, the month or the day, in words.

        Examples
        --------
        >>> language("en").date("2024-07-16"), language("en").date("2025-11"), language("en").date("1996")
        ('16 July 2024', 'November 2025', '1996')
        """
        if len(date) < 10:
            return self.period(parse_period(date))
        year, month, day = date.split("-")
        form = self._periods["day"].replace("{day}", str(int(day))).replace("{year}", year)
        return form.replace("{month}", self._month(int(month) - 1, within_date=True))

    def economy(self, code: str, case: str = "nom") -> str:
        """Return the name of an economy in a grammatical case."""
        names = self.economies.get(code)
        if names is not None:
            return names[case]
        alpha2 = economies()[code].alpha2 if code in economies() else ""
        return str(self._locale.territories.get(alpha2, code))

    def _month(self, month: int, *, within_date: bool = False) -> str:
        """Return a month's name: after a day as CLDR has it there (a genitive in Russian), else as the file's style says."""
        alone = not within_date and self._periods["month_style"] == "stand-alone"
        names = dates.get_month_names("wide", context="stand-alone" if alone else "format", locale=self._locale)
        return str(names[month % 12 + 1])


def _decimals(value: float, precision: float | None, scale: float) -> int:
    """Return the decimals that are known, and no more than four significant digits (one decimal from ten on)."""
    scaled = abs(value) / scale
    readable = 1 if scaled >= 10 else 2 if scaled >= 1 else 3
    step = precision if precision else 10.0 ** (math.floor(math.log10(abs(value) or 1.0)) - 2)
    return max(0, min(readable, -math.floor(math.log10(step / scale) + 1e-9)))


def _message(raw: str | dict[str, str]) -> Message:
    if isinstance(raw, str):
        return Message({"": _parts(raw)})
    forms = {category: _parts(text) for category, text in raw.items() if category != "plural"}
    return Message(forms, raw["plural"])


def _parts(text: str) -> tuple[str | tuple[str, str], ...]:
    parts: list[str | tuple[str, str]] = []
    end = 0
    for match in _PLACEHOLDER.finditer(text):
        if match.start() > end:
            parts.append(text[end : match.start()])
        parts.append((match[1], match[2]))
        end = match.end()
    if end < len(text):
        parts.append(text[end:])
    return tuple(parts)


_NAME_LOCALES = ("en", "ar", "ru", "uz_Latn", "uz_Cyrl", "kk", "ky", "tg", "tk")


def economy_called(text: str, codes: Iterable[str]) -> str:
    """Return which of the economies `codes` is called `text`, by code or by its name in a language of the region; else "".

    Examples
    --------
    >>> economy_called("Узбекистан", ["KAZ", "UZB"]), economy_called("uz", ["KAZ", "UZB"]), economy_called("Rome", ["KAZ"])
    ('UZB', 'UZB', '')
    """
    wanted = text.strip().casefold()
    for code in codes:
        entry = economies().get(code)
        alpha2 = entry.alpha2 if entry else ""
        names = {code, alpha2, entry.name if entry else ""}
        names |= {str(Locale.parse(locale).territories.get(alpha2, "")) for locale in _NAME_LOCALES}
        names |= {name for own in languages() for name in language(own).economies.get(code, {}).values()}
        if wanted in {name.casefold().replace("\u2018", "\u02bb") for name in names if name}:
            return code
    return ""


def plain(text: str) -> str:
    """Return `text` without the isolates around its numbers."""
    return text.replace(OPEN, "").replace(CLOSE, "")


def languages() -> tuple[str, ...]:
    """Return the codes of all languages that have a file.

    Examples
    --------
    >>> {"ar", "en"} <= set(languages())
    True
    """
    folder = files("hamkor.languages")
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


@cache
def language(code: str) -> Language:
    """Return the language of that code.

    Raises
    ------
    BadInput
        If there is no file for it, or the file is not as it should be.

    Examples
    --------
    >>> language("enn")
    Traceback (most recent call last):
    hamkor.schema.errors.BadInput: language 'enn' where a language that Hamkor writes is due; did you mean 'en'?
    """
    if code not in languages():
        raise BadInput(
            f"language '{code}'", due="a language that Hamkor writes", cure=did_you_mean(code, languages())
        )  # fmt: skip
    text = files("hamkor.languages").joinpath(f"{code}.toml").read_text(encoding="utf-8")
    raw: dict[str, Any] = tomllib.loads(text)
    try:
        return Language(msgspec.convert(raw, _Raw))
    except msgspec.ValidationError as error:
        raise BadInput(str(error), where=f"languages/{code}.toml", due="a language file") from None
