"""The columns of CoNLL-U, or those that a CoNLL-U Plus file names in ``# global.columns =``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crosslabel.pipeline.readers.token_columns.head import Head
from crosslabel.projection.errors import InputError

STANDARD_COLUMNS = ("ID", "FORM", "LEMMA", "UPOS", "XPOS", "FEATS", "HEAD", "DEPREL", "DEPS",
                    "MISC")
EMPTY = "_"
MISC = "MISC"

_GLOBAL_COLUMNS = re.compile(rb"#\s*global\.columns\s*=\s*(.+)")
_NEEDED = "FORM"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a label of a word stands.

    Attributes:
        column: name of the column.
        attribute: the key in a column of ``key=value`` pairs; ``None`` for the whole cell.
    """

    column: str
    attribute: str | None = None

    def __str__(self) -> str:
        return self.column if self.attribute is None else f"{self.column}:{self.attribute}"


UPOS = Source("UPOS")


@dataclass(frozen=True, slots=True)
class Fields:
    """The names of the columns of a file, in their order, and that of the words."""

    names: Sequence[str] = STANDARD_COLUMNS
    form: str = _NEEDED

    def cell(self, cells: Sequence[str], name: str) -> str | None:
        """Return a cell, or ``None`` if the file lacks the column or the cell is empty (``_``)."""
        if name not in self.names:
            return None
        cell = cells[self.names.index(name)].strip()
        return None if cell == EMPTY else cell

    def value(self, cells: Sequence[str], source: Source) -> str | None:
        """Return what a line says in a source, or ``None`` if it says nothing."""
        cell = self.cell(cells, source.column)
        if source.attribute is None or cell is None:
            return cell
        return attributes(cell).get(source.attribute)

    def source(self, name: str, key: str) -> Source:
        """Return the source that ``columns`` names: ``UPOS``, ``4`` or ``MISC:NER``.

        Raises:
            InputError: the file has no such column.
        """
        column, colon, attribute = name.strip().partition(":")
        if name.strip() in self.names:
            return Source(name.strip())
        if column.isdecimal() and 1 <= int(column) <= len(self.names):
            column = self.names[int(column) - 1]
        if column not in self.names:
            raise InputError(f"has no column {name!r} (columns: {key}); it has "
                             f"{', '.join(self.names)}")
        return Source(column, attribute if colon else None)


def fields_of(head: Head, columns: Mapping[str, str]) -> Fields:
    """Return the columns of a file.

    Raises:
        InputError: the file names its columns but not that of the words.
    """
    found = next((match[1] for _, line in head.lines if (match := _GLOBAL_COLUMNS.match(line))),
                 None)
    if found is None:
        names: Sequence[str] = STANDARD_COLUMNS
    else:
        names = found.decode("utf-8", errors="replace").split()
    fields = Fields(names)
    if "tokens" in columns:
        return Fields(names, fields.source(columns["tokens"], "tokens").column)
    if _NEEDED not in names:
        raise InputError(f"its '# global.columns' {', '.join(names)} lack {_NEEDED}; name the "
                         "column of the words with source.columns: {tokens: …, tags: …}")
    return fields


def attributes(cell: str) -> dict[str, str]:
    """Return the ``key=value`` pairs of a cell; what has no key has the key ``""``."""
    pairs = (own.partition("=") for own in cell.split("|"))
    return {key if sign else "": value if sign else key for key, sign, value in pairs}
