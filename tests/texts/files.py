"""Files in every format that say the same, made as offices and people make them."""

from __future__ import annotations

import html
import io
import zipfile

import docx
import openpyxl

from hamkor.texts.text import Text

SENTENCES = {
    "ar": "بلغ حجم التبادل التجاري بين البلدين 3.48 مليار دولار في تسعة أشهر من عام 2025.",
    "ru": "Товарооборот двух стран за девять месяцев 2025 года превысил 3,48 млрд долларов.",
    "uz": "Ikki davlat o‘rtasidagi savdo aylanmasi to‘qqiz oyda 3,48 mlrd dollarga yetdi.",
    "uz-Cyrl": "Икки давлат ўртасидаги савдо айланмаси тўққиз ойда 3,48 млрд долларга етди.",
}
LABELS = {
    "ar": ("الدولة", "الصادرات"),
    "ru": ("Страна", "Экспорт"),
    "uz": ("Davlat", "Eksport"),
    "uz-Cyrl": ("Давлат", "Экспорт"),
}
FORMATS = ("txt", "md", "html", "docx", "xlsx", "csv", "tsv")


def made(format: str, language: str) -> bytes:
    """A sentence and a row of two labels."""
    sentence, labels = SENTENCES[language], LABELS[language]
    if format == "docx":
        document = docx.Document()
        document.add_paragraph(sentence)
        table = document.add_table(rows=1, cols=2)
        table.cell(0, 0).text, table.cell(0, 1).text = labels
        return saved(document)
    if format == "xlsx":
        book = openpyxl.Workbook()
        book.active.append([sentence])
        book.active.append(labels)
        return saved(book)
    if format == "html":
        row = "".join(f"<td>{html.escape(label)}</td>" for label in labels)
        return f"<p>{html.escape(sentence)}</p><table><tr>{row}</tr></table>".encode()
    if format == "md":
        return f"{sentence}\n\n|{'|'.join(labels)}|\n|---|---|\n".encode()
    if format == "txt":
        return "\n\n".join([sentence, *labels]).encode()
    apart = "," if format == "csv" else "\t"
    return f'"{sentence}"{apart}\n{apart.join(labels)}\n'.encode()


def saved(document: object) -> bytes:
    """Bytes of a document that saves itself."""
    target = io.BytesIO()
    document.save(target)  # type: ignore[attr-defined]
    return target.getvalue()


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def told(text: Text) -> list[str]:
    """What the pieces say."""
    return [text.text[piece.start : piece.end] for piece in text.pieces]


def kinds(text: Text) -> list[tuple[str, str]]:
    return [(piece.kind, text.text[piece.start : piece.end]) for piece in text.pieces]


def placed(text: Text) -> dict[tuple[int, int, int], str]:
    """Cells by table, row and column."""
    return {
        (piece.table, piece.row, piece.column): text.text[piece.start : piece.end]
        for piece in text.pieces
        if piece.kind == "cell"
    }
