"""The layout that somebody asks for, such as ``columns: {tokens: 2, tags: "3,4"}``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from crosslabel.pipeline.corpus.records import Task
from crosslabel.pipeline.readers.rows.columns import WORD_KEYS
from crosslabel.pipeline.readers.token_columns.bracket_tags import BRACKETS
from crosslabel.pipeline.readers.token_columns.cells import SEPARATORS
from crosslabel.pipeline.readers.token_columns.head import Head
from crosslabel.pipeline.readers.token_columns.kinds import column
from crosslabel.pipeline.readers.token_columns.layout import Layout, Tags
from crosslabel.pipeline.readers.token_columns.layout_making import layout_from, word_labels_from
from crosslabel.pipeline.readers.token_columns.table import Table, table_of
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.limits import MAX_COLUMNS

_USUAL = 0.8


def asked_layout(columns: Mapping[str, str], head: Head, task: Task) -> Layout:
    """Return the layout with the columns that a mapping names.

    ``tokens`` and ``tags`` are numbers of columns from 1, or their names if the file says them;
    ``tags`` may be several, the outer level of nested names first; ``id`` is a column that differs
    from sentence to sentence, for files without empty lines.

    Raises:
        InputError: the mapping has other keys, or the file lacks a column.
    """
    check_keys(columns)
    table = _table(head, columns)
    if table is None:
        return Layout(0, (Tags(-1),), 2, MAX_COLUMNS)
    word = _number("tokens", columns["tokens"], table)
    tags = [_number("tags", name, table) for name in columns["tags"].split(",")]
    sentence = _number("id", columns["id"], table) if "id" in columns else None
    kinds = [column(table.column(number)) for number in range(table.width)]
    made = layout_from(table, kinds, word, tags, sentence)
    if task == "words":
        return word_labels_from(made, tags[0])
    return _uneven(_bracketed(made, table), table)


def check_keys(columns: Mapping[str, str]) -> None:
    """Refuse a mapping for a file with a word per line that names other things than it has.

    Raises:
        InputError: a key is missing, or there is one too many.
    """
    strange = [key for key in columns if key not in WORD_KEYS]
    missing = [key for key in ("tokens", "tags") if key not in columns]
    if strange or missing:
        raise InputError("columns: a file with a word per line needs the columns of tokens and "
                         "tags, such as {tokens: 2, tags: 3}, and may have id; "
                         + (f"leave out {', '.join(strange)}" if strange
                            else f"add {', '.join(missing)}"))


def _table(head: Head, columns: Mapping[str, str]) -> Table | None:
    """Return the table in which the columns stand: that with the most even rows."""
    tables = [made for separator in SEPARATORS if (made := table_of(head, separator))]
    highest = max((int(number) for value in columns.values()
                   for number in value.split(",") if number.strip().isdecimal()), default=2)
    wide = [table for table in tables if table.width >= highest]
    return max(wide or tables, key=lambda table: (table.share, table.width > 1), default=None)


def _number(key: str, name: str, table: Table) -> int:
    name = name.strip()
    if name in table.names:
        return list(table.names).index(name)
    if not name.isdecimal():
        known = f"its columns are {', '.join(table.names)}" if table.names else (
            "the file does not name its columns; give their numbers from 1")
        raise InputError(f"has no column {name!r} (columns: {key}); {known}")
    if not 1 <= int(name) <= table.width:
        raise InputError(f"has no column {name} (columns: {key}); its lines have {table.width}")
    return int(name) - 1


def _bracketed(layout: Layout, table: Table) -> Layout:
    """Return the layout with names in brackets where all tags are such."""
    tags = tuple(
        Tags(own.column, BRACKETS) if _are_brackets([row[own.column] for row in table.rows])
        else own for own in layout.tags)
    return replace(layout, tags=tags)


def _are_brackets(cells: Sequence[str]) -> bool:
    return all(map(BRACKETS.has, cells)) and any("(" in cell for cell in cells)


def _uneven(layout: Layout, table: Table) -> Layout:
    """Return the layout for lines of any length if those of the file differ in length."""
    if table.share >= _USUAL:
        return layout
    fewest = max(layout.word, *(own.column for own in layout.tags)) + 1
    return replace(layout, fewest=fewest, most=MAX_COLUMNS)
