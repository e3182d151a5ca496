"""A grid -> the mapping that it seems to have, as a TOML text to be looked at; what is not sure is left to the user."""

from __future__ import annotations

import datetime
import re
from pathlib import PurePosixPath

import msgspec

from hamkor.languages.lexicon import fold
from hamkor.schema.errors import BadInput
from hamkor.sources.grid import Grid, letters, read_grids, text_of
from hamkor.sources.mapped.gazetteer import Gazetteer
from hamkor.sources.mapped.headings import suppose_headings
from hamkor.sources.mapped.mapping import MISSING
from hamkor.sources.mapped.money import unit_words
from hamkor.sources.mapped.times import Moment, read_moment
from hamkor.sources.mapped.words import ROLES

_LOOKED_AT = 40
_SAMPLE = 3000
_SCALES = {"thousand": "thousand USD", "million": "million USD", "billion": "billion USD"}
_STRAY = 5
_ECONOMIES = 0.15
"""Share of labels above which a column is of economies, not of products."""


class _Table(msgspec.Struct, frozen=True):
    """Where a table seems to stand in its grid.

    Attributes
    ----------
    header
        Row of the headers, counted from 0.
    moments
        Period of each column whose header names one.
    roles
        Column of each thing that a long table says.
    flows
        Column of each flow, where flows stand side by side.
    """

    grid: Grid
    header: int
    moments: dict[int, Moment]
    roles: dict[str, int]
    flows: dict[str, int]

    @property
    def wide(self) -> bool:
        """Whether periods stand side by side."""
        return len(self.moments) > 1

    @property
    def score(self) -> tuple[int, int]:
        """The more of it is understood, the likelier it is."""
        return (len(self.moments) if self.wide else 0) + 2 * len(self.roles) + len(self.flows), len(self.grid.rows)


def guess(content: bytes, *, file: str, names: Gazetteer) -> str:
    """Return a mapping of the file as a TOML text; what the file does not say is left empty, with a remark.

    The unit is never guessed: where the file seems to say it, the line is proposed in a remark.

    Parameters
    ----------
    content
        The file: CSV, XLSX or XLS.
    file
        Its name: told in messages, and where the name of the source is taken from.
    names
        Words -> economies, months, flows.

    Raises
    ------
    BadInput
        If it cannot be read, or no table is seen in it.

    Examples
    --------
    >>> from hamkor.sources.mapped.gazetteer import gazetteer
    >>> text = guess("Экспорт, тыс. долл. США;;\\nстрана;2023;2024\\nКитай;1,5;2".encode(), file="a.csv", names=gazetteer())
    >>> [line for line in text.splitlines() if line.startswith(("header_row", "flow", "periods", "unit"))]
    ... # doctest: +NORMALIZE_WHITESPACE
    ['header_row = 2', 'flow = { constant = "export" }  # of the title; look whether it is so', 'periods = "2023..2024"',
     'unit = ""  # say it: the file has "Экспорт, тыс. долл. США", which may mean unit = "thousand USD"']
    """
    tables = [table for grid in read_grids(content, file=file) if (table := _table(grid, names)) is not None]
    if not tables:
        cure = "write the mapping by hand: hamkor tables says what it may hold"
        raise BadInput("no table with headers for periods or values", where=file, due="one", cure=cure)
    return _Writer(max(tables, key=lambda table: table.score), names, several=len(tables) > 1).text()


def _table(grid: Grid, names: Gazetteer) -> _Table | None:
    """Return the table of a grid: headers that are periods, or words for what a long table says."""
    best: _Table | None = None
    for row in range(min(len(grid.rows), _LOOKED_AT)):
        moments, roles, flows = _moments(grid, row, names), _roles(grid, row), _flows(grid, row, names)
        wide = len(moments) > 1
        table = _Table(grid, row, moments, {} if wide else roles, {} if wide or "flow" in roles else flows)
        enough = wide or len({*roles.values(), *flows.values()}) > 1
        if enough and (best is None or table.score[0] > best.score[0]):
            best = table
    return best


def _moments(grid: Grid, row: int, names: Gazetteer) -> dict[int, Moment]:
    found: dict[int, Moment] = {}
    for column, cell in enumerate(grid.rows[row]):
        text = text_of(cell)
        if not text or len(text) > 40:
            continue
        try:
            moment = read_moment(cell if isinstance(cell, datetime.datetime) else text, names, where="")
        except BadInput:
            glued = re.fullmatch(r"((?:19|20)[0-9]{2})[0-9]", text)
            if not glued:
                continue
            moment = read_moment(glued[1], names, where="")
        if moment.period not in [each.period for each in found.values()]:
            found[column] = moment
    kinds = [moment.freq for moment in found.values()]
    most = max((kinds.count(kind) for kind in kinds), default=0)
    return {column: moment for column, moment in found.items() if kinds.count(moment.freq) == most}


def _roles(grid: Grid, row: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for column, cell in enumerate(grid.rows[row]):
        words = set(re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*|\$", fold(text_of(cell))))
        for role, known in ROLES.items():
            if len(words) <= 6 and words & set(known.split()) and role not in found:
                found[role] = column
                break
    return found


def _flows(grid: Grid, row: int, names: Gazetteer) -> dict[str, int]:
    """Return the column of each flow, where at least two flows are headers."""
    found: dict[str, int] = {}
    for column, cell in enumerate(grid.rows[row]):
        text = text_of(cell)
        if text and len(text) < 40 and (flow := names.flow(text)):
            found.setdefault(flow, column)
    return found if len(found) > 1 else {}


class _Writer:
    """Writes the mapping line by line."""

    def __init__(self, table: _Table, names: Gazetteer, *, several: bool) -> None:
        self.table, self.grid, self.names, self.several = table, table.grid, names, several
        self.first = self._first()
        self.body = self.grid.rows[self.first : self.first + _SAMPLE]
        self.titles = [text for row in self.grid.rows[: table.header + 1] for cell in row if (text := text_of(cell))]
        self.headings = suppose_headings(self.grid, first=self.first, slots=self._slots(), names=names)
        self.counterpart = self.headings.get("counterpart", self._counterpart())
        named = "counterpart" in self.headings or "counterpart" in table.roles
        self.by_product = not named and self._share(self.counterpart) < _ECONOMIES

    def _slots(self) -> list[int]:
        """Return the columns of values."""
        slots = [*self.table.moments, *self.table.flows.values()] if self.table.wide or self.table.flows else []
        return slots or [column for role, column in self.table.roles.items() if role == "value"]

    def text(self) -> str:
        """Return the TOML."""
        lines = [f"# Proposed for {self.grid.file}. Look at every line, above all at the empty ones.", "[file]"]
        lines += self._file()
        lines += ["", "[columns]", *self._columns(), self._unit()]
        lines += ['coverage = "unknown"  # goods, or goods-and-services', 'valuation = "unknown"  # FOB, CIF']
        lines += [*self._cumulative(), "", "[values]", *self._missing(), *self._labels()]
        return "\n".join(lines) + "\n"

    def _file(self) -> list[str]:
        stem = PurePosixPath(self.grid.file.replace("\\", "/")).stem.lower()
        slug = "-".join(re.findall(r"[a-z0-9]+", stem)) or "my-customs"
        title = next((text for text in self.titles if len(text) > 15), "")
        number = self.grid.lines[self.table.header] if self.grid.lines else self.table.header + 1
        lines = [f"source = {quoted(slug)}  # a name that you give", f"title = {quoted(title[:120])}"]
        lines += ['licence = "internal"  # internal, attribution or open', f"header_row = {number}"]
        if self.first > self.table.header + 1:
            first = self.grid.lines[self.first] if self.grid.lines else self.first + 1
            lines.append(f"first_row = {first}  # below a second row of headers")
        if self.several or self.grid.sheet:
            lines.insert(0, f"sheet = {quoted(self.grid.sheet)}")
        return lines

    def _first(self) -> int:
        """Return the first row of the data: below a second row of headers, where there is one."""
        below = self.table.header + 1
        slots = [*self.table.moments, *self.table.flows.values()]
        row = self.grid.rows[below] if below < len(self.grid.rows) else []
        texts = [text_of(row[column]) for column in slots if column < len(row)]
        more = below + 1 < len(self.grid.rows)
        return below + 1 if more and any(texts) and not any(re.search("[0-9]", text) for text in texts) else below

    def _columns(self) -> list[str]:
        table, lines = self.table, []
        if "reporter" in table.roles:
            lines.append(f"reporter = {self._place(table.roles['reporter'])}")
        else:
            said = next((code for text in self.titles if (code := self.names.reporter(text))), "")
            remark = f"say it; the title names {said}" if said else "say whose trade it is: UZB"
            lines.append(f'reporter = {{ constant = "" }}  # {remark}')
        if "counterpart" in self.headings:
            lines.append(f"counterpart = {self._place(self.counterpart, heading=True)}  # a country above its rows")
            lines.append(f"product = {self._place(self.counterpart)}")
        elif self.by_product:
            lines += ['counterpart = { constant = "W1" }  # all partners', f"product = {self._place(self.counterpart)}"]
        else:
            lines.append(f"counterpart = {self._place(self.counterpart)}")
        lines += self._flow()
        if "product" in table.roles and not table.wide and table.roles["product"] != self.counterpart:
            lines.append(f"product = {self._place(table.roles['product'])}")
        if table.wide:
            lines += self._periods()
        else:
            lines += self._long()
        return lines

    def _periods(self) -> list[str]:
        stand = {moment.period: column for column, moment in self.table.moments.items()}
        spans = {(period.months, period.first % 12) for period in stand}
        first, last = min(stand), max(stand)
        step = first.months
        whole = len({months for months, _ in spans}) == 1 and (last.first - first.first) // step + 1 == len(stand)
        if whole and step in (1, 3, 12):
            texts = [self.table.moments[stand[period]].text for period in (first, last)]
            return [f"periods = {quoted('..'.join(texts))}"]
        pairs = ", ".join(f'{letters(column)} = "{self.table.moments[column].text}"' for column in stand.values())
        return [f"periods = {{ {pairs} }}"]

    def _long(self) -> list[str]:
        roles, lines = self.table.roles, []
        if "year" in roles and "month" in roles:
            lines.append(f"period = {{ year = {self._place(roles['year'])}, month = {self._place(roles['month'])} }}")
        elif "period" in roles or "year" in roles or "month" in roles:
            lines.append(f"period = {self._place(next(roles[name] for name in ('period', 'year', 'month') if name in roles))}")
        else:
            lines.append('period = { constant = "" }  # say it: 2024, 2024-05')
        flows = self.table.flows
        if flows:
            lines.append("value = { " + ", ".join(f"{flow} = {self._place(column)}" for flow, column in flows.items()) + " }")
        else:
            lines.append(f"value = {self._place(roles['value'])}" if "value" in roles else 'value = ""  # say which column')
        return lines

    def _flow(self) -> list[str]:
        if "flow" in self.headings:
            return [f"flow = {self._place(self.headings['flow'], heading=True)}  # a flow above its rows"]
        if "flow" in self.table.roles:
            return [f"flow = {self._place(self.table.roles['flow'])}"]
        if self.table.flows:
            return []
        said = {flow for text in (*self.titles, self.grid.sheet, self.grid.file) if (flow := self.names.flow(text))}
        if len(said) == 1:
            return [f'flow = {{ constant = "{said.pop()}" }}  # of the title; look whether it is so']
        return ['flow = { constant = "" }  # say it: export, import or turnover']

    def _unit(self) -> str:
        for text in self.titles:
            scales, currency = unit_words(text, self.names)
            dollars, others = "USD" in currency, currency - {"USD"}
            if len(others) == 1 and not dollars and len(scales) < 2:
                return self._other_currency(text, others.pop(), scales)
            if dollars and len(scales) < 2:
                meant = _SCALES[scales.pop()] if scales else "USD"
                shown = text[:80].replace('"', "'")
                return f'unit = ""  # say it: the file has "{shown}", which may mean unit = "{meant}"'
        return 'unit = ""  # say it: USD, thousand USD, million USD or billion USD'

    def _other_currency(self, text: str, currency: str, scales: set[str]) -> str:
        unit = _SCALES[scales.pop()].replace("USD", currency) if scales else currency
        shown = text[:80].replace('"', "'")
        return (
            f'unit = ""  # say it: the file has "{shown}", which may mean unit = "{unit}"\n'
            f'currency = "{currency}"  # look whether it is so\n'
            f"# rate = 1.0  # {currency} for one US dollar in every period; or by period, at the end of this file: [rates]"
        )

    def _cumulative(self) -> list[str]:
        moments = list(self.table.moments.values())
        monthly = any(moment.freq == "M" for moment in moments) or not self.table.wide
        remark = "  # true where the value of a month counts from January on"
        return [f"cumulative = false{remark}"] if monthly else []

    def _counterpart(self) -> int:
        """Return the column in which most cells name economies."""
        if "counterpart" in self.table.roles:
            preferred = self.table.roles["counterpart"]
            if self._share(preferred) > 0.3:
                return preferred
        roles = self.table.roles
        taken = {*self.table.moments, *self.table.flows.values()}
        taken |= {roles[name] for name in ("reporter", "value") if name in roles}
        width = max((len(row) for row in self.body), default=0)
        columns = [column for column in range(min(width, 60)) if column not in taken]
        return max(columns, key=lambda column: (self._share(column), -column), default=0)

    def _share(self, column: int) -> float:
        labels = self._labels_of(column)
        return sum(bool(self.names.economy(label)) and not label.isdigit() for label in labels) / max(len(labels), 1)

    def _labels_of(self, column: int) -> list[str]:
        cells = (text_of(row[column]) for row in self.body if column < len(row))
        return list(dict.fromkeys(text for text in cells if text))

    def _alone(self, column: int) -> list[str]:
        """Return the labels of a column whose rows have no value."""
        slots = self._slots()
        rows = [row for row in self.body if not any(at < len(row) and row[at] != "" for at in slots)]
        texts = (text_of(row[column]) for row in rows if column < len(row))
        return list(dict.fromkeys(text for text in texts if text))

    def _told(self) -> list[str]:
        """Return the labels that name counterparts, or should."""
        if "counterpart" not in self.headings:
            alone = self._alone(self.headings["flow"]) if "flow" in self.headings else []
            return [label for label in self._labels_of(self.counterpart) if label not in alone]
        labels = [label for label in self._alone(self.counterpart) if " " in label or not self.names.flow(label)]
        wholes = [label for label in self._labels_of(self.counterpart) if self.names.is_total(label)]
        return list(dict.fromkeys([*labels, *wholes]))

    def _missing(self) -> list[str]:
        texts = {text_of(row[column]) for row in self.body for column in self._slots() if column < len(row)}
        signs = sorted(text for text in texts if text and not re.search("[0-9]", text) and len(text) <= 6)
        listed = ", ".join(quoted(text) for text in (signs or MISSING))
        return [f"missing = [{listed}]"]

    def _labels(self) -> list[str]:
        """Return the rows that are left out, the words for flows, the totals and the names to be said."""
        labels = [label for label in self._told() if not self.names.economy(label)]
        totals = [label for label in labels if self.names.is_total(label)]
        groups = [label for label in labels if label not in totals and self.names.is_group(label)]
        rests = [label for label in labels if label not in (*totals, *groups) and self.names.is_rest(label)]
        if self.by_product:
            groups, rests = [], []
        unknown = [label for label in labels if label not in (*totals, *groups, *rests) and len(label) < 60]
        lines = [f"skip = [{', '.join(quoted(label) for label in groups)}]  # subtotals would count twice"] if groups else []
        flow = self.headings.get("flow", self.table.roles.get("flow"))
        if flow is not None:
            said = self._alone(flow) if "flow" in self.headings else self._labels_of(flow)[:20]
            flows = [(label, self.names.flow(label)) for label in said]
            flows = [(label, meant) for label, meant in flows if meant or "flow" not in self.headings]
            lines += ["", "[values.flow]"]
            for name in ("export", "import", "turnover"):
                words = [quoted(label) for label, meant in flows if meant == name]
                lines += [f"{name} = [{', '.join(words)}]"] if words else []
            lines += [f"# say which flow: {quoted(label)}" for label, meant in flows if not meant][:_STRAY]
        if totals:
            lines += ["", "[totals]  # each must be the sum of its parts"]
            lines += [f"{quoted(label)} = {quoted(self._whole(label))}" for label in totals]
        lines += ["", "[names]", *(f'{quoted(label)} = "_X"  # not specified' for label in rests)]
        for label in [] if self.by_product else unknown[:60]:
            near = ", ".join(entry.code for entry in self.names.near(label))
            lines.append(f'# {quoted(label)} = "{near}"  # an economy? else list it under skip')
        return lines

    def _whole(self, label: str) -> str:
        """Return what a total is the sum of: below headings of countries, one for each of them is of products."""
        column = [text_of(row[self.counterpart]) for row in self.body if self.counterpart < len(row)]
        by_country = "counterpart" in self.headings and column.count(label) > 1
        return "TOTAL" if self.by_product or by_country else "W1"

    def _place(self, column: int, *, heading: bool = False) -> str:
        """Return how a column is named: by its header where that is one of a kind, else by its letters."""
        if heading:
            return f'{{ column = "{letters(column)}", heading = true }}'
        headers = [fold(text_of(cell)) for cell in self.grid.rows[self.table.header]]
        if column < len(headers) and headers[column] and headers.count(headers[column]) == 1:
            return quoted(text_of(self.grid.rows[self.table.header][column]))
        return f'{{ column = "{letters(column)}" }}'


def quoted(text: str) -> str:
    r"""Return `text` as a string of TOML.

    Examples
    --------
    >>> print(quoted('the "Islands"'))
    "the \"Islands\""
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", " ", escaped) + '"'
