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

REGIONS = frozenset((
    "the eu", "sco", "europe", "asia", "africa", "america", "north america", "south america", "australia and oceania",
    "oceania", "ес", "шос", "европа", "азия", "африка", "америка", "австралия и океания", "европейский союз", "european union",
    "страны вне снг", "страны вне еаэс", "страны вне ес", "вне снг", "снг", "yevropa", "osiyo", "afrika",
))  # fmt: skip
"""Rows for parts of the world, folded."""

ALIKE = frozenset(("CHN", "COD", "COG", "DMA"))
"""Economies from whose name another's differs by "republic" or "democratic" alone."""

UNSAID = ("congo", "конго", "kongo")
"""Names that two economies share."""

PLAIN = frozenset((
    "and", "the", "of", "и", "va", "островов", "острова", "остров", "islands", "island", "orollari", "oroli", "о", "ва",
))  # fmt: skip
"""What may stand in a name or not."""

ALSO = {
    "ARE": ("ОАЭ", "UAE", "BAA"),
    "BHS": ("Багамские острова", "Bagam"),
    "BOL": ("Bolivia (Plurinational State of)",),
    "BRN": ("Brunei Darussalam", "Бруней-Даруссалам"),
    "CAF": ("Центральноафриканская Республика",),
    "CIV": ("Cote d'Ivoire", "Кот-д'Ивуар", "Kot D'ivuar"),
    "COD": ("Democratic Republic of the Congo", "Демократическая Республика Конго", "DR Congo"),
    "COM": ("Коморские Острова",),
    "CZE": ("Чешская Республика", "Czech Republic"),
    "DOM": ("Dominika Respublikasi",),
    "FIN": ("Finlyandiya",),
    "FRO": ("Фарерские острова",),
    "FSM": ("Micronesia (Federated States of)",),
    "GBR": ("Соединенное Королевство",),
    "HKG": ("Гонконг", "Hong Kong"),
    "IRN": ("Iran (Islamic Republic of)", "Исламская Республика Иран", "Иран, Исламская Республика"),
    "KOR": ("Корея, Республика", "South Korea"),
    "LAO": ("Lao People's Democratic Republic", "Лаосская Народно-Демократическая Республика", "Лаос"),
    "MAC": ("Макао", "Makao", "Macao"),
    "MDV": ("Мальдивские Острова",),
    "MHL": ("Маршалловы Острова",),
    "MKD": ("Северная Македония", "Македония"),
    "PNG": ("Папуа-Новая Гвинея",),
    "PRK": ("Democratic People's Republic of Korea", "Корейская Народно-Демократическая Республика", "КНДР"),
    "PSE": ("State of Palestine", "Государство Палестина"),
    "SWZ": ("Esvatini",),
    "SYR": ("Syrian Arab Republic", "Сирийская Арабская Республика"),
    "TLS": ("Тимор-Лешти",),
    "TWN": ("Taiwan", "Тайвань"),
    "TZA": ("United Republic of Tanzania", "Объединенная Республика Танзания"),
    "USA": ("США", "Соединенные Штаты Америки", "USA", "U.S.A.", "AQSh", "АҚШ"),
    "VEN": ("Venezuela (Bolivarian Republic of)",),
    "VNM": ("Viet Nam", "Vetnam"),
    "ZAF": ("ЮАР", "JAR", "Южная Африка"),
}
"""Names that offices print and CLDR does not have."""

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
