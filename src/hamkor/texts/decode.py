"""Bytes -> characters: by byte order mark, as UTF-8 or UTF-16, as the page declares, else by what reads like words."""

from __future__ import annotations

import re

from hamkor.texts.limits import unreadable

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_DECLARED = re.compile(rb"(?:charset|encoding)\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,20})", re.IGNORECASE)
# codecs that a file may name: one byte a character and nothing that runs long or makes surrogates
_ONE_BYTE = re.compile(
    r"windows-?125\d|cp-?125\d|koi8-?[rut]|iso-?8859-?[1-9]\d?|(?:cp|ibm)-?866|(?:x-)?mac-?cyrillic|kz-?1048"
)
_PYTHON_NAMES = {"iso-8859-1": "cp1252", "x-mac-cyrillic": "mac-cyrillic"}
_CANDIDATES = {"cp1251": "Cyrillic", "koi8-r": "Cyrillic", "cp1256": "Arabic", "cp1252": "Latin"}
# from the most frequent on
_LETTERS = {
    "Cyrillic": "оеаинтсрвлкмдпуяыьзбгчйхжшюцщэфъёғқҳўіїєңөүәұһ",
    "Arabic": "اليمنوترعبدسفهةكقحجأىشصطخذزءئثضغإظؤآ",
    "Latin": "",
}
_TYPOGRAPHY = frozenset("“”‘’–—…«»•€°№©®§·„‚†‰،؛؟\u00a0\u200c\u200d\u200e\u200f")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SAVE = "save it as UTF-8"


def decoded(data: bytes, *, name: str) -> str:
    """Return the characters of a file, without a byte order mark.

    Valid UTF-8 is UTF-8 whatever the page declares, as pages are declared wrong far more often than other encodings look
    like UTF-8. A text in none of the encodings declared or marked is tried in windows-1251, KOI8-R, windows-1256 and
    windows-1252; the one in which it reads most like words is taken.

    Parameters
    ----------
    data
        The bytes.
    name
        Of the file, for messages.

    Raises
    ------
    BadInput
        If it is binary, or in no encoding that makes words of it.

    Examples
    --------
    >>> decoded("Экспорт вырос".encode("cp1251"), name="a.txt")
    'Экспорт вырос'
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(_strictly(data[len(mark) :], encoding, name), name)
    if b"\x00" in data:
        return _checked(_without_mark(data, name), name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = _legacy(data, error, name)
    return _checked(text, name)


def _strictly(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _broken(encoding, error.start, name) from None


def _broken(encoding: str, start: int, name: str) -> Exception:
    shown = encoding.upper().removesuffix("-LE").removesuffix("-BE")
    return unreadable(
        name, f"not {shown} from byte {start:,} on", due=f"text in {shown}", cure=f"the file is cut or damaged: {_SAVE} again"
    )


def _without_mark(data: bytes, name: str) -> str:
    """Return UTF-16 without a byte order mark, where it reads like words."""
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        sample = text[:20_000]
        words = sum(sign.isspace() or (sign.isprintable() and sign < "\u2e80") for sign in sample)
        if words > 0.98 * len(sample) and any(sign.isascii() for sign in sample):
            return text
    raise unreadable(name, "binary data", cure="copy its text into a text file")


def _legacy(data: bytes, error: UnicodeDecodeError, name: str) -> str:
    head = data[:4096].lstrip()
    declared = _DECLARED.search(head) if head.startswith(b"<") else None
    encoding = declared[1].decode("ascii").lower() if declared else ""
    if _ONE_BYTE.fullmatch(encoding):
        try:
            return data.decode(_PYTHON_NAMES.get(encoding, encoding))
        except (UnicodeDecodeError, LookupError):
            pass
    # what is nearly UTF-8 would read like words in windows-1251 all the same
    if 2 * data.decode("utf-8", "replace").count("\ufffd") <= len(re.findall(rb"[\xc3-\xf4][\x80-\xbf]", data)):
        raise _broken("utf-8", error.start, name)
    sample = slice(max(error.start - 100, 0), error.start + 20_000)
    ranked = sorted(_CANDIDATES, key=lambda encoding: -_likeness(data[sample].decode(encoding, "replace"), encoding))
    for encoding in ranked:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _likeness(text[sample], encoding) > 0.25:
            return text
        break
    raise unreadable(name, "neither UTF-8 nor words in another encoding", due="text", cure=_SAVE)


def _likeness(text: str, encoding: str) -> float:
    """Return how much the characters above ASCII read like words of the encoding's script: about 0.7 if so, 1 at most."""
    letters = _LETTERS[_CANDIDATES[encoding]]
    weights = {letter: 1 - 0.8 * rank / len(letters) for rank, letter in enumerate(letters)}
    total, count, capitals, before = 0.0, 0, 0, " "
    for sign, after in zip(text, text[1:] + " ", strict=True):
        if sign > "\x7f":
            count += 1
            lower = sign.lower()
            if lower in weights:
                total += weights[lower]
                among_latin = (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha())
                # a wrong encoding mixes capitals into words
                mixed = before.islower() if sign != lower else capitals > 1
                total -= 2 * (among_latin + mixed)
            elif sign in _TYPOGRAPHY:
                total += 0.5
            elif not letters and lower != sign.upper():
                total += -0.5 if before > "\x7f" and before.isalpha() else 0.6
            elif "\u064b" <= sign <= "\u0652" and before.isalpha():
                total += 0.3
            else:
                total -= 1
        capitals = capitals + 1 if sign.isupper() else 0
        before = sign
    return total / count if count else 0.0


def _checked(text: str, name: str) -> str:
    text = text.removeprefix("\ufeff")
    if not text or text.isspace():
        raise unreadable(name, "no text", due="a text with figures")
    if "\x00" in text:
        raise unreadable(name, "binary data", cure="copy its text into a text file")
    controls = len(_CONTROLS.findall(text))
    if 100 * controls > len(text):
        raise unreadable(name, f"{controls:,} control characters", due="text", cure="copy its text into a text file")
    return text
