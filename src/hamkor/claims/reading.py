"""A text's claims: sentence by sentence, each figure with what governs it, whose trade it is and of which period."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import msgspec

from hamkor.claims.claim import Claim, Unresolved
from hamkor.claims.claiming import placed
from hamkor.claims.detect import Detector, words_of
from hamkor.claims.grids import is_prose, read_tables
from hamkor.claims.parties import GROUPS, Context, follow
from hamkor.claims.placing import Found
from hamkor.claims.sentence import Sentence, sentence
from hamkor.languages.lexicon import Lexicon, fold
from hamkor.texts.text import Piece, Text

_DIGIT = re.compile(r"[0-9]")
_STOP = re.compile(r"[.!?؟…][»”\")]*|\n(?=[ \t]*[•·▪*–—-][ \t])")
_KEEPS = frozenset(("сша", "us", "u", "aqsh", "ақш", "акш", "аҡш", "abs", "abş", "ша", "иқма"))
_ABBREVIATED = frozenset(
    [
        "млрд",
        "млн",
        "тыс",
        "долл",
        "г",
        "гг",
        "ж",
        "ý",
        "mlrd",
        "mln",
        "mld",
        "bn",
        "m",
        "ming",
        "долл",
        "дол",
        "no",
        "№",
        "art",
        "vs",
        "st",
        "т",
        "ст",
        "п",
        "руб",
    ]
)


class Reading(msgspec.Struct, frozen=True):
    """What was read from a text.

    Attributes
    ----------
    language
        Code of the language of most sentences; empty if there is no word in a known one.
    claims, unresolved
        In the order of the text.
    """

    language: str
    claims: tuple[Claim, ...]
    unresolved: tuple[Unresolved, ...]


def read_claims(text: Text, *, lexicons: list[Lexicon]) -> Reading:
    """Return the claims of a text.

    Parameters
    ----------
    text
        As read from a file.
    lexicons
        Of the languages in which it may be written.
    """
    folded = fold(text.text)
    detector = Detector(lexicons)
    languages: Counter[str] = Counter()
    sentences: list[tuple[Piece, Sentence]] = []
    before: Lexicon | None = None
    for piece in text.pieces:
        if piece.kind == "cell" and not is_prose(piece, text.text):
            continue
        for start, end in _sentences(text.text, folded, piece):
            before = detector.language(folded, start, end, before)
            if before is None:
                continue
            languages[before.code] += 1
            if _DIGIT.search(folded, start, end) is None and not before.tells(words_of(folded, start, end)):
                continue
            read = sentence(folded, start, end, before)
            if read.figures or read.parties or read.mentions:
                sentences.append((piece, read))
    named = {party.code for _, read in sentences for party in read.parties} - {"pair", "self", *GROUPS}
    context = Context(dominant=_dominant(read for _, read in sentences), lone=min(named) if len(named) == 1 else "")
    found: list[Found] = []
    for piece, read in sentences:
        if piece.kind == "heading":
            context.flow = ""
        more = placed(read, context, text.text, folded, piece.locator)
        if not any(item.claim.reporter and item.claim.counterpart for item in more):
            follow(read, context)
        found += more
    cells = list(read_tables(text, detector, before))
    languages.update(item.claim.language for item in cells)
    language = languages.most_common(1)[0][0] if languages else ""
    found += cells
    return _numbered(found, text, language)


def _numbered(found: list[Found], text: Text, language: str) -> Reading:
    claims: list[Claim] = []
    unresolved: list[Unresolved] = []
    for item in sorted(found, key=lambda item: (item.claim.start, item.claim.end)):
        place = dict(zip(("start", "end"), text.span(item.claim.start, item.claim.end), strict=True))
        if "reporter" in item.missing or "flow" in item.missing or "currency" in item.missing:
            name = None
        else:
            name = f"c{len(claims) + 1}"
            claims.append(msgspec.structs.replace(item.claim, id=name, **place))
        if item.missing:
            unresolved.append(
                Unresolved(text=item.claim.text, locator=item.claim.locator, missing=item.missing, claim=name, **place)
            )
    return Reading(language, tuple(claims), tuple(unresolved))


def _dominant(sentences: Iterator[Sentence]) -> str:
    """Return the economy that the text turns around: named with at least two others, and most often; else nothing."""
    counts: Counter[str] = Counter()
    beside: dict[str, set[str]] = {}
    leading: set[str] = set()
    for read in sentences:
        leading |= {party.code for party in read.parties if party.role not in ("with", "to", "from", "favour")}
        codes = {party.code for party in read.parties if party.code not in ("pair", "self")}
        counts.update(codes)
        for code in codes:
            beside.setdefault(code, set()).update(codes - {code})
    ranked = counts.most_common(2)
    if not ranked or len(counts) < 3:
        return ""
    code, number = ranked[0]
    if (len(ranked) > 1 and number < 1.5 * ranked[1][1]) or len(beside[code]) < 2 or code not in leading:
        return ""
    return code


def _sentences(text: str, folded: str, piece: Piece) -> Iterator[tuple[int, int]]:
    """Yield start and end of the sentences of a piece."""
    start = piece.start
    for stop in _STOP.finditer(text, piece.start, piece.end):
        end = stop.end()
        if stop[0][0] == "." and not _ends(text, folded, stop.start(), end, piece.end):
            continue
        yield start, end
        start = end
    if text[start : piece.end].strip():
        yield start, piece.end


def _ends(text: str, folded: str, place: int, end: int, limit: int) -> bool:
    """Return whether the point at `place` ends a sentence: not a decimal point, and no abbreviation goes on after it."""
    follows = end
    while follows < limit and text[follows].isspace():
        follows += 1
    if follows >= limit:
        return True
    before, after = text[place - 1] if place else " ", text[follows]
    if after.isdigit() and (before.isdigit() and follows == end):
        return False
    word_start = place
    while word_start and (folded[word_start - 1].isalpha() or folded[word_start - 1] == "'"):
        word_start -= 1
    word = folded[word_start:place]
    if after.isdigit():
        return len(word) != 1 and word not in _ABBREVIATED
    if not after.isalpha():
        return follows > end and word not in _ABBREVIATED
    arabic = "\u0600" <= after <= "\u06ff"
    if not arabic and not after.isupper():
        return False
    word_end = follows
    while word_end < limit and folded[word_end].isalpha():
        word_end += 1
    if folded[follows:word_end] in _KEEPS:
        return False
    if len(word) == 1 and word.isascii() and not arabic:
        return False
    return follows > end or arabic or not before.isupper()
