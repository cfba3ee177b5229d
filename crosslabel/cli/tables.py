"""Tables for people that keep every word whole, however narrow the terminal is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from crosslabel.projection.plain import plain

_UNLIMITED = 1_000_000
_INDENT = 2
_LEGIBLE = 12
"""Width below which no column of longer texts gets, so that it does not hold a word a line."""


@dataclass(frozen=True, slots=True)
class Look:
    """The lines of a table and the space beside its cells."""

    box: box.Box
    padding: tuple[int, int, int, int]
    pad_edge: bool


FRAMED = Look(box.HEAVY_HEAD, (0, 1, 0, 1), pad_edge=True)
OPEN = Look(box.SIMPLE_HEAD, (0, 0, 0, 1), pad_edge=False)


class FittedTable:
    """A table as wide as the terminal allows, or a block for each row if its words do not fit.

    Texts are broken between words, numbers never. A table that does not fit with its frame is shown
    without. A block names the row by its first cells, then lists the others; empty ones are left
    out. A word that is longer than a line, such as a path, is left to the terminal: it stands whole
    on a line of its own.
    """

    def __init__(
        self,
        *headings: str,
        numbers: Collection[str] = (),
        keys: int = 1,
        title: str = "",
        look: Look = FRAMED,
    ) -> None:
        """Make a table without rows.

        Args:
            headings: one for each column.
            numbers: the headings of columns that hold numbers.
            keys: how many of the first columns name the row.
        """
        self.title, self.caption = title, ""
        self._headings = [plain(heading) for heading in headings]
        self._numbers = [heading in numbers for heading in headings]
        self._keys = keys
        self._look = look
        self._groups: list[list[list[str]]] = [[]]

    def add_row(self, *cells: object) -> None:
        """Add a row; its cells are shown as plain text, and missing ones at its end as empty."""
        shown = [plain(str(cell)) for cell in cells]
        self._groups[-1].append(shown + [""] * (len(self._headings) - len(shown)))

    def add_section(self) -> None:
        """Set the next rows apart from those so far."""
        self._groups.append([])

    def show(self, console: Console | None = None) -> None:
        """Print the table; by default on the standard output."""
        (console or Console()).print(self, crop=False)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the title, the table or its blocks, and the caption."""
        if self.title:
            yield _lines(self.title, options.max_width, "table.title")
        table = self._table(console, options)
        if table is not None:
            yield table
        else:
            yield from self._blocks(options.max_width)
            yield Text()
        if self.caption:
            yield _lines(self.caption, options.max_width, "table.caption")

    def _table(self, console: Console, options: ConsoleOptions) -> Table | None:
        """Return the table in the first look whose words fit, or nothing if they fit in none."""
        widths = [self._narrowest(column) for column in range(len(self._headings))]
        for look in (self._look, OPEN):
            narrow = Measurement.get(console, options.update(width=_UNLIMITED),
                                     self._drawn(widths, look))
            if narrow.maximum <= options.max_width:
                return self._drawn(self._widened(widths, options.max_width - narrow.maximum), look)
        return None

    def _widened(self, widths: Sequence[int], spare: int) -> list[int]:
        """Return widths with the spare width given to the columns that need it most."""
        lacking = [max(map(cell_len, self._column(n))) - width for n, width in enumerate(widths)]
        wide = list(widths)
        for _ in range(min(spare, sum(lacking))):
            column = lacking.index(max(lacking))
            wide[column] += 1
            lacking[column] -= 1
        return wide

    def _narrowest(self, column: int) -> int:
        """Return the least width of a column: that of its longest part which stays in one line."""
        heading, *cells = self._column(column)
        if self._numbers[column]:
            return max(map(cell_len, [*heading.split(), *cells]), default=0)
        words = " ".join([heading, *cells]).split()
        legible = min(_LEGIBLE, max(map(cell_len, cells), default=0))
        return max([legible, *map(cell_len, words)])

    def _column(self, column: int) -> list[str]:
        rows = [row for group in self._groups for row in group]
        return [self._headings[column], *(row[column] for row in rows)]

    def _drawn(self, widths: Sequence[int], look: Look) -> Table:
        table = Table(box=look.box, padding=look.padding, pad_edge=look.pad_edge)
        for heading, is_number, width in zip(self._headings, self._numbers, widths, strict=True):
            table.add_column(Text(heading), justify="right" if is_number else "left", width=width,
                             overflow="fold")
        for group in self._groups:
            for row in group:
                table.add_row(*map(Text, row))
            table.add_section()
        return table

    def _blocks(self, width: int) -> Iterator[Text]:
        for row in (row for group in self._groups for row in group):
            named = [f"{heading}: {cell}" if heading else cell
                     for heading, cell in zip(self._headings, row, strict=True) if cell]
            first, others = named[:self._keys], named[self._keys:]
            for line in _filled(first, width):
                yield _lines(line, width, "bold")
            for line in _filled(others, width - _INDENT):
                yield _lines(line, width, indent=_INDENT)


def print_words(console: Console, text: str) -> None:
    """Print a plain text that is broken between words only."""
    console.print(_lines(text, console.width), crop=False)


def _lines(text: str, width: int, style: str = "", indent: int = 0) -> Text:
    """Return a plain text, broken into lines between words; a longer word has its own line."""
    lines = [""]
    for word in plain(text).split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and cell_len(longer) > width - indent:
            lines.append(word)
        else:
            lines[-1] = longer
    return Text("\n".join(" " * indent + line for line in lines), style=style, no_wrap=True,
                overflow="ignore")


def _filled(items: Sequence[str], width: int) -> list[str]:
    """Return lines of items, broken between items if these are not longer than a line."""
    lines = [""]
    for item in [*(f"{item};" for item in items[:-1]), *items[-1:]]:
        line = f"{lines[-1]} {item}".lstrip()
        if lines[-1] and cell_len(line) > width:
            lines.append(item)
        else:
            lines[-1] = line
    return lines
