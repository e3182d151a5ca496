"""Products of a table -> codes: of the Harmonized System, or the words of the file."""

from __future__ import annotations

import re

from hamkor.schema.errors import BadInput
from hamkor.schema.products import chapter_of

_ZEROS = str.maketrans({"O": "0", "o": "0", "О": "0", "о": "0", "З": "3", "l": "1", "I": "1", "І": "1"})
"""Letters, Latin and Cyrillic, that are typed or scanned for digits."""


def product_code(text: str, *, where: str) -> str:
    """Return the code of a product: ``TOTAL``, ``hs:`` with its digits, or ``source:`` with the words of the file.

    Raises
    ------
    BadInput
        If there is nothing, or digits that are no code of the Harmonized System.

    Examples
    --------
    >>> [product_code(text, where="B2") for text in ("TOTAL", "0809.10", "hs:27", "Крупный рогатый скот")]
    ['TOTAL', 'hs:080910', 'hs:27', 'source:крупный-рогатый-скот']
    """
    bare = text.removeprefix("hs:").replace(".", "").replace(" ", "")
    if (digits := bare.translate(_ZEROS)) != bare and digits.isascii() and digits.isdigit() and re.search("[0-9]", bare):
        raise BadInput(
            f"'{text}'", where=where, due="an HS code in digits", cure=f"a letter stands for a digit: write {digits}"
        )
    if text.upper() == "TOTAL":
        return "TOTAL"
    if bare.isascii() and bare.isdigit():
        chapter_of(bare, where=where)
        return f"hs:{bare}"
    slug = "-".join(re.findall(r"\w+", text.removeprefix("source:").lower()))
    if not slug:
        raise BadInput("no product", where=where, due="an HS code, TOTAL or a name")
    return f"source:{slug[:80]}"
