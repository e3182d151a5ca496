"""The digits that a document may show: of facts, periods, quoted texts, marks of sources and their addresses."""

from __future__ import annotations

import re
from collections import Counter

from lxml import html

from hamkor.briefs.document import Cite, Document, Figure, Inline, Picture, Provenance, Quote, References, lines
from hamkor.languages.language import plain

RUN = re.compile(r"\d+")


def digit_runs(text: str) -> Counter[str]:
    return Counter(RUN.findall(text))


def nodes(document: Document, *, pictures: bool = True) -> list[Inline]:
    found: list[Inline] = [*document.title, *document.subtitle]
    for block in document.blocks:
        if isinstance(block, Picture) and not pictures:
            found += block.caption
            continue
        found += [node for line in lines(block) for node in line]
    return found


def expected_runs(document: Document) -> Counter[str]:
    """Digits that a reader may see: of facts, periods, quoted texts, marks of sources and their addresses."""
    counted = Counter[str]()
    for node in nodes(document):
        counted += digit_runs(str(node.number) if isinstance(node, Cite) else plain(node.text))
    for block in document.blocks:
        if isinstance(block, References):
            for entry in block.entries:
                counted += digit_runs(str(entry.number)) + digit_runs(entry.address)
    return counted


def seen_in_html(page_bytes: bytes, document: Document) -> Counter[str]:
    """Digits of a page's text, with the numbers of the list of sources, which the browser counts."""
    page = html.fromstring(page_bytes.decode())
    for hidden in page.xpath("//head|//nav"):
        hidden.drop_tree()
    numbers = [entry.number for block in document.blocks if isinstance(block, References) for entry in block.entries]
    return digit_runs(" ".join(page.xpath("//body")[0].itertext())) + Counter(str(number) for number in numbers)


def facts_printed(document: Document) -> set[str]:
    """Ids of all facts that a document prints outside its list of origins."""
    blocks = [block for block in document.blocks if not isinstance(block, Provenance)]
    return {node.fact for block in blocks for line in lines(block) for node in line if isinstance(node, Figure | Quote)}
