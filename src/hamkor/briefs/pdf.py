"""Document -> PDF by Typst, in process: PDF/UA-1 and PDF/A-2a, own fonts only, the same bytes for the same document.

The document travels as JSON beside `templates/brief.typ`; no text is ever pasted into Typst source.
"""

from __future__ import annotations

import datetime
from importlib.resources import files
from typing import Any, cast

import msgspec

from hamkor.briefs.document import Document, Picture, Provenance, is_rtl
from hamkor.briefs.pictures import FONTS
from hamkor.languages.language import CLOSE, OPEN
from hamkor.schema.errors import HamkorError


def to_pdf(document: Document) -> bytes:
    """Return the document as PDF/UA-1 and PDF/A-2a.

    Raises
    ------
    HamkorError
        If Typst refuses: a glyph that no shipped font has, a picture without a text alternative.
    """
    import typst

    template = files("hamkor.briefs").joinpath("templates", "brief.typ").read_bytes()
    parts: dict[str, bytes] = {"main.typ": template, "document.json": _json(document)}
    for block in document.blocks:
        if isinstance(block, Picture):
            parts[f"{block.name}.svg"] = block.svg.encode()
    moment = datetime.datetime.fromisoformat(f"{document.date}T00:00:00+00:00")
    try:
        return bytes(
            typst.compile(
                cast(Any, parts),  # a folder of files in memory, which the stubs of typst do not know
                font_paths=[str(FONTS)], ignore_system_fonts=True, pdf_standards=["ua-1", "a-2a"],
                timestamp=int(moment.timestamp()),
            )
        )  # fmt: skip
    except typst.TypstError as error:
        raise HamkorError(f"Typst refused the brief in '{document.language}': {error}") from None


def _json(document: Document) -> bytes:
    """Return the document for the template: numbers fenced, facts that the annex lists by their place in it.

    The fence of a number in right-to-left text is U+200E, so that its sign stays with it, inside U+200F, so that brackets and
    marks beside it keep the direction of the text. A text in a left-to-right language is fenced in the same way, and a date
    whose day would else join such a text before it stands behind U+200F.
    """
    before, after = ("\u200f\u200e", "\u200e\u200f") if document.direction == "rtl" else ("", "")
    listed: dict[str, int] = {}
    for block in document.blocks:
        if isinstance(block, Provenance):
            listed = {entry.fact: number for number, entry in enumerate(block.entries, start=1)}

    def fenced(value: Any) -> Any:
        if isinstance(value, str):
            return value.replace(OPEN, before).replace(CLOSE, after)
        if isinstance(value, list | tuple):
            return [fenced(item) for item in value]
        if isinstance(value, dict):
            found = {key: fenced(item) for key, item in value.items() if key != "svg"}
            if "fact" in found:
                found["place"] = listed.get(value["fact"], 0)
            if before and found.get("type") == "moment" and found["text"][0].isdigit():
                found["text"] = f"\u200f{found['text']}"
            if before and found.get("type") == "quote" and found["language"] and not is_rtl(found["text"]):
                found["text"] = before + found["text"] + after
            return found
        return value

    return msgspec.json.encode(fenced(msgspec.to_builtins(document)))
