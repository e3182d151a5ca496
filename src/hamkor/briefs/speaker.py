"""Speaking in one language: facts, economies and periods go into a message, a line of the document comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from hamkor.briefs.document import Cite, Figure, Inline, Line, Moment, Quote, Words
from hamkor.languages.language import CLOSE, Language
from hamkor.schema.periods import Period, parse_period
from hamkor.schema.provenance import Fact

Argument = Fact | Period | str | Line


class Speaker:
    """A language, the region's texts in it, and the sources cited so far.

    Parameters
    ----------
    language
        The language to speak.
    texts
        English text of the region's pack -> translation.
    names
        English names of economies that only the pack knows, by code.
    """

    def __init__(self, language: Language, texts: Mapping[str, str], names: Mapping[str, str] | None = None) -> None:
        self.language = language
        self.texts = texts
        self.names = names or {}
        self.cited: dict[str, int] = {}

    def say(self, key: str, **arguments: Argument) -> Line:
        """Return the line that a message makes of its arguments.

        Parameters
        ----------
        key
            Of the message in the language's file.
        arguments
            Facts, periods, economy codes or lines, by the names of the placeholders.
        """
        message = self.language.message(key)
        number = arguments.get(message.plural)
        chosen = number.number if isinstance(number, Fact) else None
        nodes: list[Inline] = []
        for part in self.language.form(message, chosen):
            if isinstance(part, str):
                nodes.append(Words(part))
            else:
                nodes += self._argument(arguments[part[0]], part[1])
        return tuple(nodes)

    def _argument(self, argument: Argument, kind: str) -> Line:
        if isinstance(argument, Fact):
            return self.fact(argument, kind)
        if isinstance(argument, Period):
            return (Moment(self.language.period(argument)),)
        if isinstance(argument, str):
            return (Words(self.economy(argument, kind)),)
        return argument

    def economy(self, code: str, case: str = "nom") -> str:
        """Return the name of an economy, in a case where the language's file has its cases."""
        if code in self.names:
            return self.texts.get(self.names[code], self.names[code])
        return self.language.economy(code, case)

    def fact(self, fact: Fact, kind: str) -> Line:
        """Return a fact in print; `kind` says as what (see ``_KINDS``)."""
        return _KINDS[kind](self, fact)

    def join(self, items: Iterable[Line]) -> Line:
        """Return lines joined as the language lists things: ``a, b and c``."""
        return self._joined(list(items), "list.next", "list.last")

    def join_with(self, link: str, items: Iterable[Line]) -> Line:
        """Return lines joined by the message `link` alone."""
        return self._joined(list(items), link, link)

    def _joined(self, parts: list[Line], link: str, last: str) -> Line:
        line: Line = parts[0] if parts else ()
        for index, part in enumerate(parts[1:], start=2):
            line = (*line, *self.say(last if index == len(parts) else link), *part)
        return line

    def cite(self, *facts: Fact | None) -> Line:
        """Return the marks of the sources of these facts, each once, in order."""
        names = dict.fromkeys(fact.source for fact in facts if fact is not None and fact.source)
        return tuple(Cite(name, self.cited.setdefault(name, len(self.cited) + 1)) for name in names)

    def money(self, fact: Fact) -> str:
        """Return an amount in print, without link."""
        return self.language.money(fact.number, currency=fact.unit, precision=fact.precision)


def _figure(text: Callable[[Language, Fact], str]) -> Callable[[Speaker, Fact], Line]:
    def say(speaker: Speaker, fact: Fact) -> Line:
        return (Figure(fact.id, text(speaker.language, fact)),)

    return say


def _bounded(text: Callable[[Language, Fact], str]) -> Callable[[Speaker, Fact], Line]:
    def say(speaker: Speaker, fact: Fact) -> Line:
        if fact.bound == "range":
            ends = (msgspec.structs.replace(fact, value=end, bound="") for end in (fact.low, fact.high) if end is not None)
            low, high = (text(speaker.language, end) for end in ends)
            return speaker.say("range", **_ends(fact, low, high))
        line: Line = (Figure(fact.id, text(speaker.language, fact)),)
        return speaker.say(f"bound.{fact.bound}", number=line) if fact.bound else line

    return say


def _quoted(text: Callable[[Fact], str], *, ending: str = "") -> Callable[[Speaker, Fact], Line]:
    def say(speaker: Speaker, fact: Fact) -> Line:
        english = text(fact)
        if english in speaker.language.economies or english in speaker.names:
            return (Words(speaker.economy(english)),)
        found = english if speaker.language.code == "en" else speaker.texts.get(english)
        return (Quote(fact.id, (found or english).removesuffix(ending), "" if found else "en"),)

    return say


def _interval(speaker: Speaker, fact: Fact) -> Line:
    """Return the bounds of a fact as sizes, the smaller first."""
    if fact.low is None or fact.high is None or not fact.precision:
        return _KINDS["usd"](speaker, fact)
    low, high = (
        speaker.language.money(size, currency=fact.unit, precision=fact.precision)
        for size in sorted((abs(fact.low), abs(fact.high)))
    )
    return speaker.say("interval", **_ends(fact, low, high))


def _bounds(speaker: Speaker, fact: Fact) -> Line:
    """Return the remark that rounding leaves an interval open; nothing where both its ends print alike."""
    line = speaker.say("interval.bounds", interval=fact)
    numbers = {node.text.rpartition(CLOSE)[0] for node in line if isinstance(node, Figure)}
    return line if len(numbers) > 1 else ()


def _ends(fact: Fact, low: str, high: str) -> dict[str, Line]:
    """Return both ends of an interval as figures, the unit that stands behind both said once."""
    number, end, unit = low.rpartition(CLOSE)
    shown = number + end if unit and unit == high.rpartition(CLOSE)[2] else low
    return {"low": (Figure(fact.id, shown),), "high": (Figure(fact.id, high),)}


def _quantity(language: Language, fact: Fact) -> str:
    if fact.unit in ("USD", "KZT"):
        return language.money(fact.number, currency=fact.unit, precision=fact.precision)
    if fact.printed.endswith("%"):
        return language.percent(fact.number, precision=fact.precision)
    return language.quantity(fact.number, fact.unit, precision=fact.precision)


def _as_of(speaker: Speaker, fact: Fact) -> Line:
    date = fact.period.split("/")
    text = speaker.language.date(fact.period) if len(date) == 1 else speaker.language.period(parse_period(fact.period))
    return (Moment(text),)


def _absolute(language: Language, fact: Fact) -> str:
    return language.money(abs(fact.number), currency=fact.unit, precision=fact.precision)


_KINDS: dict[str, Callable[[Speaker, Fact], Line]] = {
    "usd": _bounded(lambda language, fact: language.money(fact.number, currency=fact.unit, precision=fact.precision)),
    "absolute": _figure(_absolute),
    "millions": _bounded(lambda language, fact: language.millions(fact.number, precision=fact.precision)),
    "percent": _figure(lambda language, fact: language.percent(fact.number, precision=fact.precision)),
    "size": _figure(lambda language, fact: language.percent(abs(fact.number), precision=fact.precision)),
    "signed": _figure(lambda language, fact: language.percent(fact.number, precision=fact.precision, signed=True)),
    "times": _figure(lambda language, fact: language.number(fact.number, decimals=2)),
    "count": _bounded(lambda language, fact: language.number(fact.number)),
    "quantity": _bounded(_quantity),
    "date": _figure(lambda language, fact: language.date(fact.text)),
    "year": _figure(lambda language, fact: language.date(fact.text[:4])),
    "period": lambda speaker, fact: (Moment(speaker.language.period(parse_period(fact.period))),),
    "asof": _as_of,
    "text": _quoted(lambda fact: fact.text),
    "of": _quoted(lambda fact: fact.of),
    "by": _quoted(lambda fact: fact.speaker),
    "note": _quoted(lambda fact: fact.note),
    "aside": _quoted(lambda fact: fact.note, ending="."),
    "interval": _interval,
    "bounds": _bounds,
}
KINDS = frozenset(_KINDS)
