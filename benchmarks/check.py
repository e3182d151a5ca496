"""How well and how fast `hamkor check` reads: `python -m benchmarks.check [--quick] [--json]`.

Precision and recall of claims in the labelled corpus (a claim counts only if every field is right), with the third that was
kept aside while the rules were written told apart; throughput beside the plainest reader there is, one regular expression
that finds numbers.

Throughput is CPU time of this process for reading a text of 1 MB in memory, all languages known, from its bytes to its claims:
the best of three readings after a first one, which fills the memory of words and is told beside it (lexicons are loaded
before). The text has each statement of the corpus after sentences of other news, so words and sentences come back more often
than in life.
"""

from __future__ import annotations

import json
import re
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

from tests.claims.scoring import CORPUS, HELD_OUT, score, statements

from hamkor.claims.reading import read_claims
from hamkor.languages.lexicon import Lexicon, lexicon, lexicons
from hamkor.texts.read import read_text

AIM = 0.98
SPEED = 1.0
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def quality(folder: Path, label: str) -> list[dict[str, object]]:
    """Return two rows a file of the corpus: recall and precision, with the fields that are wrong."""
    found: list[dict[str, object]] = []
    for path in sorted(folder.glob("*.toml")):
        result = score(path)
        wrong: Counter[str] = +result.wrong
        for name, value in (("recall", result.recall), ("precision", result.precision)):
            row = {"name": f"{label} {path.stem} {name}", "ours": round(value, 3), "peer": 1.0, "ratio": round(value, 3)}
            found.append({**row, "aim": AIM, "holds": value >= AIM, "wrong": dict(wrong)})
    return found


def speed(*, quick: bool) -> list[dict[str, object]]:
    """Return two rows a language: megabytes of text a second, where one sentence in three has figures, and one in ten."""
    between: dict[str, list[str]] = tomllib.loads((Path(__file__).parent / "prose.toml").read_text(encoding="utf-8"))
    found: list[dict[str, object]] = []
    for code, prose in between.items():
        said = [item["text"] for name in (code, f"{code}-press") for item in statements(CORPUS / f"{name}.toml")]
        for label, others in (("every third sentence", 2), ("one sentence in ten", 9)):
            body = _text(said, prose, others, 200_000 if quick else 1_000_000)
            cold, ours = _paces(body, lambda body: read_claims(read_text(body.encode(), name="-"), lexicons=_known()))
            peer = _paces(body, lambda body: list(_NUMBER.finditer(body)))[1]
            row = {"name": f"text read, {code}, figures in {label}, MB/s", "ours": round(ours, 2), "peer": round(peer, 1)}
            row |= {"ratio": round(ours / peer, 3), "first reading": round(cold, 2)}
            found.append({**row, "aim": SPEED, "holds": ours >= SPEED})
    return found


def _text(said: list[str], prose: list[str], others: int, size: int) -> str:
    """Return `size` bytes of text: statements in turn, each after `others` sentences of prose in one paragraph."""
    body: list[str] = []
    length, filling = 0, cycle(prose)
    for statement in cycle(said):
        body.append(" ".join([*islice(filling, others), statement]) + "\n\n")
        length += len(body[-1].encode())
        if length >= size:
            return "".join(body)
    return ""


def _known() -> list[Lexicon]:
    return [lexicon(code) for code in lexicons()]


def _paces(body: str, read: Callable[[str], object]) -> tuple[float, float]:
    """Return megabytes a second of CPU time: of the first reading, with new lexicons, and of the best of three after it."""
    lexicon.cache_clear()
    _known()
    taken: list[float] = []
    for _ in range(4):
        start = time.process_time()
        read(body)
        taken.append(time.process_time() - start)
    size = len(body.encode()) / 1e6
    return size / taken[0], size / min(taken[1:])


def main() -> None:
    """Print the rows."""
    quick = "--quick" in sys.argv
    found = [*quality(CORPUS, "known"), *quality(HELD_OUT, "held out"), *speed(quick=quick)]
    if "--json" in sys.argv:
        print(json.dumps(found, indent=1))
        return
    for row in found:
        shown = "  ".join(f"{name} {value}" for name, value in row.items() if name != "name")
        print(f"{row['name']!s:62} {shown}")


if __name__ == "__main__":
    main()
