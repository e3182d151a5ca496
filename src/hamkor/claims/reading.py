"""A text's claims: sentence by sentence, each figure with what governs it, whose trade it is and of which period."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import msgspec

from hamkor.claims.claim import Claim, Unresolved
from hamkor.claims.claiming import placed
from hamkor.claims.detect import Detector
from hamkor.claims.figures import COUNTING
from hamkor.claims.grids import is_prose, read_tables
from hamkor.claims.marks import words_of
from hamkor.claims.parties import GROUPS, Context, follow
from hamkor.claims.placing import Found
from hamkor.claims.sentence import NAMED, Sentence, sentence
from hamkor.claims.times import NAMING
from hamkor.languages.lexicon import Lexicon, fold
from hamkor.schema.periods import Period
from hamkor.texts.text import Piece, Text

_BEGINNING = 2000
_LONGEST, _MOST_MARKS = 1000, 500_000
_DIGIT = re.compile(r"\d")
_SAYING = COUNTING | NAMING | NAMED | {"flow"}
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
        "мес",
        "трлн",
        "кв",
        "янв",
        "февр",
        "авг",
        "сент",
        "окт",
        "нояб",
        "дек",
        "jan",
        "feb",
        "aug",
        "sept",
        "oct",
        "nov",
        "dec",
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
    reader = _Reader(text, lexicons)
    dominant = _dominant(reader.sentences())
    named = [code for code in reader.codes if code not in {"pair", "self", *GROUPS}]
    context = Context(
        dominant=dominant,
        lone=named[0] if len(named) == 1 else "",
        both=(named[0], named[1]) if len(named) == 2 else ("", ""),
        only=_only(reader.periods),
    )
    found: list[Found] = []
    for piece, read in reader.again():
        if piece.kind == "heading":
            context.flow = ""
            headed = {party.code for party in read.parties}
            context.head = min(headed) if len(headed) == 1 else ""
        more = placed(read, context, text.text, reader.folded, piece.locator)
        if not any(item.claim.reporter and item.claim.counterpart for item in more):
            follow(read, context)
        found += more
    cells = list(read_tables(text, reader.detector, reader.language))
    reader.languages.update(item.claim.language for item in cells)
    language = reader.languages.most_common(1)[0][0] if reader.languages else ""
    found += cells
    return _numbered(found, text, language)


class _Reader:
    """The sentences of a text, of which only so many are kept as memory has room for: the rest is read a second time."""

    def __init__(self, text: Text, lexicons: list[Lexicon]) -> None:
        self.text, self.folded = text, fold(text.text)
        self.detector = Detector(lexicons)
        self.language: Lexicon | None = None
        self.languages: Counter[str] = Counter()
        self.codes: dict[str, None] = {}
        self.periods: set[tuple[Period | None, str]] = set()
        self._seen: list[tuple[Piece, int, int, Lexicon, Sentence | None]] = []

    def sentences(self) -> Iterator[Sentence]:
        """Yield the sentences that hold a figure, an economy, a period or a flow."""
        folded, marks = self.folded, 0
        self.language = self.detector.language(folded, 0, min(len(folded), _BEGINNING)) if folded else None
        for piece, start, end in self._spans():
            lexicon = self.language = self.detector.language(folded, start, end, self.language)
            if lexicon is None:
                continue
            self.languages[lexicon.code] += 1
            if _DIGIT.search(folded, start, end) is None and not lexicon.tells(words_of(folded, start, end, lexicon), _SAYING):
                continue
            read = sentence(folded, start, end, lexicon)
            if read.figures or read.parties or read.mentions or read.has("flow"):
                self.codes.update(dict.fromkeys(party.code for party in read.parties))
                self.periods.update((mention.period(), mention.printed) for mention in read.mentions)
                marks += len(read.marks)
                self._seen.append((piece, start, end, lexicon, read if marks < _MOST_MARKS else None))
                yield read

    def again(self) -> Iterator[tuple[Piece, Sentence]]:
        """Yield the same sentences, each with its piece."""
        for piece, start, end, lexicon, read in self._seen:
            yield piece, read or sentence(self.folded, start, end, lexicon)

    def _spans(self) -> Iterator[tuple[Piece, int, int]]:
        for piece in self.text.pieces:
            if piece.kind != "cell" or is_prose(piece, self.text.text):
                for start, end in _sentences(self.text.text, self.folded, piece):
                    yield piece, start, end


def _only(told: set[tuple[Period | None, str]]) -> tuple[Period, str] | None:
    """Return the only period that a text names, and how it is printed."""
    period, printed = next(iter(told), (None, ""))
    return (period, printed) if len(told) == 1 and period is not None else None


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
    offices: set[str] = set()
    telling: set[str] = set()
    for read in sentences:
        offices |= {party.code for party in read.parties if party.role == "office"}
        owners = [party for party in read.parties if party.role not in ("with", "to", "from", "favour")]
        leading |= {party.code for party in owners}
        telling |= {party.code for party in owners if not read.lists(party)}
        codes = {party.code for party in read.parties if party.code not in ("pair", "self")}
        counts.update(codes)
        for code in codes:
            beside.setdefault(code, set()).update(codes - {code})
    ranked = counts.most_common(2)
    if len(offices) == 1 and telling == offices and len(counts) > 1:
        return min(offices)
    if not ranked or len(counts) < 3:
        return ""
    code, number = ranked[0]
    if (len(ranked) > 1 and number < 1.5 * ranked[1][1]) or len(beside[code]) < 2 or code not in leading:
        return ""
    return code


def _sentences(text: str, folded: str, piece: Piece) -> Iterator[tuple[int, int]]:
    """Yield start and end of the sentences of a piece; what goes on for longer than any sentence does is cut."""
    start = piece.start
    for stop in _STOP.finditer(text, piece.start, piece.end):
        end = stop.end()
        if stop[0][0] == "." and not _ends(text, folded, stop.start(), end, piece.end):
            continue
        yield from _cut(folded, start, end)
        start = end
    if text[start : piece.end].strip():
        yield from _cut(folded, start, piece.end)


def _cut(folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield start and end of the parts of a sentence: one, unless it is too long to be read at once."""
    while end - start > _LONGEST:
        middle, last = start + _LONGEST // 2, start + _LONGEST
        places = (folded.rfind(sign, middle, last) for sign in ("; ", ", ", " "))
        stop = next((place + 1 for place in places if place >= 0), last)
        yield start, stop
        start = stop
    yield start, end


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
    if folded[follows:word_end] in _KEEPS and word in _ABBREVIATED:
        return False
    if len(word) == 1 and word.isascii() and not arabic:
        return False
    return follows > end or arabic or not before.isupper()
