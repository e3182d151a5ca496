"""From a number in print back to the facts that print it."""

from __future__ import annotations

import re

from hamkor.briefs.document import text_of
from hamkor.briefs.facts import Facts
from hamkor.briefs.sections.annex import kind_of
from hamkor.briefs.speaker import Speaker
from hamkor.languages.language import language, plain
from hamkor.schema.provenance import Fact


def printing(facts: Facts, number: str) -> list[tuple[Fact, str]]:
    """Return the facts that are printed as a number, each as English prints it; those read from a source come first.

    Parameters
    ----------
    facts
        Of a region.
    number
        As printed in English, with or without a sign, a currency and a unit: ``3.48``, ``$3.48 billion``, ``15.5%``; a comma
        before one or two digits at the end is a decimal one.
    """
    wanted = _sizes(re.sub(r",(?=\d{1,2}\b)", ".", number))
    speaker = Speaker(language("en"), {})
    found = []
    for fact in facts.by_id.values():
        if not isinstance(fact.value, str):
            text, millions = (plain(text_of(speaker.fact(fact, kind))) for kind in (kind_of(fact), "millions"))
            if wanted & _sizes(f"{text} {millions} {fact.printed}"):
                found.append((fact, text))
    return sorted(found, key=lambda pair: (pair[0].derivation is not None, pair[0].id))


def _sizes(text: str) -> set[float]:
    """Return the numbers in an English text without their signs."""
    return {float(digits.replace(",", "")) for digits in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}
