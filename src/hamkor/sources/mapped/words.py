"""Words of statistical tables that the lexicons, which read prose, do not have."""

from __future__ import annotations

TOTALS = frozenset((
    "всего", "итого", "мир", "total", "world", "all", "jami", "barchasi", "жами", "барчаси", "барлығы", "бардыгы", "jemi",
    "ҳамагӣ", "ҷамъ", "الاجمالي", "المجموع", "العالم",
))  # fmt: skip
"""First words of a row for the whole, folded."""

OTHERS = frozenset((
    "прочие", "другие", "остальные", "other", "others", "unspecified", "boshqa", "бошқа", "басқа", "башка", "beýleki", "дигар",
    "اخرى",
))  # fmt: skip
"""First words of a row for what is left, folded."""

GROUPS = ("CIS", "EAEU", "EU", "CA")
"""Economies together, as the lexicons call them."""

ALIKE = frozenset(("CHN", "COD", "COG", "DMA"))
"""Economies from whose name another's differs by "republic" or "democratic" alone."""

SHORT_MONTHS = {
    word: number
    for row in ("янв фев мар апр май июн июл авг сен окт ноя дек", "yan fev mar apr may iyn iyl avg sen okt noy dek")
    for number, word in enumerate(row.split(), start=1)
}

ROLES = {
    "reporter": "reporter reporting отчитывающаяся hisobot",
    "counterpart": "counterpart partner country countries trading страна страны контрагент партнер klassifikator mamlakat "
    "davlat hamkor мамлакат давлат ел елдер өлкө өлкөлөр кишвар ýurt البلد الدولة classifier",
    "flow": "flow direction regime поток направление движение оқим oqim yo'nalish",
    "product": "product commodity hs code cmd товар товары тнвэд тн tnved mahsulot тиф tif маҳсулот goods",
    "year": "year год yil йил жыл сол ýyl السنة",
    "month": "month месяц oy ой ай моҳ aý الشهر",
    "period": "period период davr давр кезең time date дата",
    "value": "value amount usd trade стоимость сумма объем qiymat қиймат құны наркы $ القيمة doll долл",
}
"""Words in the header of a column, folded, by what stands in it."""
