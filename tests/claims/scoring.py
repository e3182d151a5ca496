"""Scores of the labelled corpus: which claims were found, and which fields of them are right."""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from hamkor.claims.claim import Claim
from hamkor.claims.reading import Reading, read_claims
from hamkor.languages.lexicon import lexicon, lexicons
from hamkor.texts.read import read_text

CORPUS = Path(__file__).parent / "corpus"
HELD_OUT = Path(__file__).parent / "heldout"
FIELDS = (
    "value", "low", "high", "currency", "reporter", "counterpart", "flow", "measures", "period", "period_kind", "base",
)  # fmt: skip
_NUMBERS = ("value", "low", "high")
_NO_CURRENCY = ("growth", "share", "count")


class Score(msgspec.Struct):
    """Counts of a corpus file.

    Attributes
    ----------
    due, found, right
        Claims labelled, claims found, claims found with every field right.
    wrong
        For each field, in how many claims it is wrong; ``missing`` and ``extra`` claims too.
    faults
        What is wrong, in words, with the id of the statement.
    """

    due: int = 0
    found: int = 0
    right: int = 0
    wrong: Counter[str] = msgspec.field(default_factory=Counter)
    faults: list[str] = msgspec.field(default_factory=list)

    @property
    def recall(self) -> float:
        """Share of the labelled claims that were found with every field right."""
        return self.right / max(self.due, 1)

    @property
    def precision(self) -> float:
        """Share of the claims found that are labelled so, with every field right."""
        return self.right / max(self.found, 1)


@cache
def statements(path: Path) -> list[dict[str, Any]]:
    """Return the labelled statements of a file."""
    found: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["statements"]
    return found


def read(text: str) -> Reading:
    """Return what is read from a text in any language."""
    return read_claims(read_text(text.encode(), name="-"), lexicons=[lexicon(code) for code in lexicons()])


def score(path: Path) -> Score:
    """Return the score of a file of the corpus."""
    total = Score()
    for statement in statements(path):
        _add(total, statement, read(statement["text"]))
    return total


def _add(total: Score, statement: dict[str, Any], reading: Reading) -> None:
    left = list(reading.claims)
    total.due += len(statement["claims"])
    total.found += len(left)
    for due in statement["claims"]:
        claim = next((claim for claim in left if claim.text == due["text"] and claim.kind == due["kind"]), None)
        if claim is None:
            total.wrong["missing"] += 1
            total.faults.append(f"{statement['id']}: no {due['kind']} {due['text']!r}")
            continue
        left.remove(claim)
        wrong = [field for field in FIELDS if not _same(claim, due, field)]
        total.wrong.update(wrong)
        total.right += not wrong
        total.faults += [f"{statement['id']}: {claim.text!r} {f} {getattr(claim, f)!r}, due {due.get(f)!r}" for f in wrong]
    total.wrong["extra"] += len(left)
    total.faults += [f"{statement['id']}: {claim.kind} {claim.text!r} too much" for claim in left]
    listed = {item.text for item in reading.unresolved if item.claim is None}
    for text in statement.get("unresolved", []):
        if text not in listed:
            total.faults.append(f"{statement['id']}: {text!r} is not listed as unresolved")


def _same(claim: Claim, due: dict[str, Any], field: str) -> bool:
    found, expected = getattr(claim, field), due.get(field)
    if field == "currency" and claim.kind in _NO_CURRENCY:
        return True
    if field in _NUMBERS and found is not None and expected is not None:
        return bool(abs(found - expected) <= 1e-6 * max(abs(found), abs(expected), 1e-9))
    return bool((found or None) == (expected or None))
