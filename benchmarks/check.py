"""How well and how fast `hamkor check` reads: `python -m benchmarks.check [--quick] [--json]`.

Precision and recall of claims in the labelled corpus (a claim counts only if every field is right), with the third that was
kept aside while the rules were written told apart; throughput beside the plainest reader there is, one regular expression
that finds numbers.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter
from pathlib import Path

from tests.claims.scoring import CORPUS, HELD_OUT, score, statements

from hamkor.claims.reading import read_claims
from hamkor.languages.lexicon import lexicon, lexicons
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
    """Return a row: megabytes of text a second, reading prose where every sentence of the corpus has figures among others."""
    known = [lexicon(code) for code in lexicons()]
    prose = "The delegations discussed cooperation in science, culture and sport, and agreed to meet again next spring.\n\n"
    found: list[dict[str, object]] = []
    for code in ("en", "ru", "ar"):
        said = [statement["text"] + "\n\n" + prose * 2 for statement in statements(CORPUS / f"{code}.toml")]
        body = "".join(said) * (2 if quick else 8)
        start = time.perf_counter()
        read_claims(read_text(body.encode(), name="-"), lexicons=known)
        ours = len(body.encode()) / 1e6 / (time.perf_counter() - start)
        start = time.perf_counter()
        list(_NUMBER.finditer(body))
        peer = len(body.encode()) / 1e6 / (time.perf_counter() - start)
        row = {"name": f"text read, {code}, MB/s", "ours": round(ours, 2), "peer": round(peer, 1)}
        found.append({**row, "ratio": round(ours / peer, 3), "aim": SPEED, "holds": ours >= SPEED})
    return found


def main() -> None:
    """Print the rows."""
    quick = "--quick" in sys.argv
    found = [*quality(CORPUS, "known"), *quality(HELD_OUT, "held out"), *speed(quick=quick)]
    if "--json" in sys.argv:
        print(json.dumps(found, indent=1))
        return
    for row in found:
        shown = "  ".join(f"{name} {value}" for name, value in row.items() if name != "name")
        print(f"{row['name']!s:32} {shown}")


if __name__ == "__main__":
    main()
