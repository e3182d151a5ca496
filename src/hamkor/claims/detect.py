"""Which language a sentence is in: by its script, the letters that only one language has, and its small words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hamkor.languages.lexicon import Lexicon

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_ARABIC = re.compile(r"[\u0621-\u064a]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LATIN = re.compile(r"[a-z]")


class Detector:
    """Tells the language of a folded sentence among those of the lexicons given."""

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        self._of_script: dict[str, tuple[Lexicon, ...]] = {}
        for lexicon in lexicons:
            self._of_script[lexicon.script] = (*self._of_script.get(lexicon.script, ()), lexicon)
        self._memo: dict[str, dict[str, tuple[int, ...]]] = {script: {} for script in self._of_script}

    def language(self, folded: str, start: int, end: int, before: Lexicon | None = None) -> Lexicon | None:
        """Return the lexicon of the language of ``folded[start:end]``; `before` where the sentence does not tell."""
        script = self._script(folded, start, end)
        candidates = self._of_script.get(script, ())
        if len(candidates) < 2:
            return candidates[0] if candidates else before
        memo = self._memo[script]
        told: list[tuple[int, ...]] = []
        for word in words_of(folded, start, end):
            weights = memo.get(word)
            if weights is None:
                if len(memo) > 200_000:
                    memo.clear()
                weights = memo[word] = _weights(word, candidates)
            if weights:
                told.append(weights)
        scores = [sum(column) for column in zip(*told, strict=True)] or [0] * len(candidates)
        best = max(scores)
        if before in candidates and scores[candidates.index(before)] >= best:
            return before
        if best <= 0:
            return before if before in candidates else candidates[0]
        return candidates[scores.index(best)]

    def _script(self, folded: str, start: int, end: int) -> str:
        for script, pattern in (("Arab", _ARABIC), ("Cyrl", _CYRILLIC), ("Latn", _LATIN)):
            if pattern.search(folded, start, end) and script in self._of_script:
                return script
        return ""


def _weights(word: str, candidates: Sequence[Lexicon]) -> tuple[int, ...]:
    """Return what a word tells for each language: the less, the more of them have it, or have its rare letters."""
    known = [word in lexicon.words for lexicon in candidates]
    written = [not lexicon.letters.isdisjoint(word) for lexicon in candidates]
    whole, part = 24 // max(sum(known), 1), 18 // max(sum(written), 1)
    if not any(known) and not any(written):
        return ()
    return tuple(whole * has + part * shows for has, shows in zip(known, written, strict=True))


def words_of(folded: str, start: int, end: int) -> list[str]:
    """Return the words of a stretch of folded text."""
    found: list[str] = _WORD.findall(folded, start, end)
    return found
