"""Sections and chapters of the Harmonized System (HS), with names of our own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Literal

import msgspec

from hamkor.schema.codes import read_rows, unknown
from hamkor.schema.errors import BadInput

ProductKind = Literal["section", "chapter", "special"]


class Product(msgspec.Struct, frozen=True):
    """A section or a chapter of the Harmonized System, or a code used beside them.

    Attributes
    ----------
    code
        Roman numeral of a section (``XI``), two digits of a chapter (``52``), or ``98``, ``99`` or ``TOTAL``.
    kind
        ``section``, ``chapter`` or ``special``.
    section
        Section to which it belongs, a section's own code for a section, empty for a special code.
    name
        Short English name in our words; the legal texts are the World Customs Organization's.
    """

    code: str
    kind: ProductKind
    section: str
    name: str


@cache
def products() -> Mapping[str, Product]:
    """Return the 21 sections, the 97 chapters (77 is reserved) and the special codes, each by its code.

    Returns
    -------
    Mapping of str to Product
        Read once, never changed; sections, chapters and special codes, each in the order of the nomenclature.

    Examples
    --------
    >>> products()["52"].name
    'cotton'
    >>> [product.code for product in products().values() if product.kind == "special"]
    ['98', '99', 'TOTAL']
    """
    found = [msgspec.convert(row, Product) for row in read_rows("products")]
    return MappingProxyType({product.code: product for product in found})


def chapter_of(code: str, *, where: str = "product") -> str:
    """Return the two digits of the chapter under which `code` falls.

    Parameters
    ----------
    code
        A chapter, or the 4 digits of a heading, 6 of a subheading or up to 12 of a national line; dots and spaces
        between the digits do not matter. ``98`` and ``99`` count as chapters here.
    where
        Option or cell named in the error.

    Raises
    ------
    BadInput
        If `code` is no code of goods or has lost its leading zero, as a spreadsheet makes it.

    Examples
    --------
    >>> chapter_of("270900"), chapter_of("0809.10"), chapter_of("99")
    ('27', '08', '99')
    """
    digits = code.replace(".", "").replace(" ", "")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 12:
        raise unknown(code, products(), noun="product", where=where)
    if len(digits) % 2:
        raise BadInput(
            f"{code!r} of {len(digits)} digits",
            where=where,
            due="an HS code of 2, 4, 6, 8, 10 or 12 digits",
            cure=f"if a spreadsheet dropped the leading zero, write '0{digits}' and read the column as text",
        )
    if digits[:2] not in products():
        raise unknown(code, products(), noun="product", where=where)
    return digits[:2]


def product(code: str, *, where: str = "product") -> Product:
    """Return the section, chapter or special code that `code` names, or the chapter under which a longer code falls.

    Parameters
    ----------
    code
        A section, a chapter, ``TOTAL`` or anything that `chapter_of` takes; case does not matter.
    where
        Option or cell named in the error.

    Raises
    ------
    BadInput
        If the Harmonized System has no such code; it names those that may have been meant.

    Examples
    --------
    >>> product("27").name
    'mineral fuels and oils'
    >>> product("270900").code, product("xi").code, product("total").name
    ('27', 'XI', 'all products')
    """
    return products().get(code.strip().upper()) or products()[chapter_of(code, where=where)]


def section_of(code: str, *, where: str = "product") -> str:
    """Return the section under which `code` falls.

    Parameters
    ----------
    code
        Anything that `product` takes.
    where
        Option or cell named in the error.

    Raises
    ------
    BadInput
        If there is no such code, or it stands outside the sections (``98``, ``99``, ``TOTAL``).

    Examples
    --------
    >>> section_of("5201"), section_of("XI")
    ('XI', 'XI')
    """
    found = product(code, where=where)
    if not found.section:
        raise BadInput(
            f"{code!r} ({found.name})",
            where=where,
            due="a code within a section of the Harmonized System",
            cure="count it apart: its kind is 'special'",
        )
    return found.section
