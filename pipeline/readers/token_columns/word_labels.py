"""The layout of files that label words, mostly in the last column, such as parts of speech."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crosslabel.pipeline.readers.token_columns import problems
from crosslabel.pipeline.readers.token_columns.head import Head
from crosslabel.pipeline.readers.token_columns.kinds import Column, column
from crosslabel.pipeline.readers.token_columns.layout import Layout, Tags, plain_layout
from crosslabel.pipeline.readers.token_columns.layout_making import layout_from, word_labels_from
from crosslabel.pipeline.readers.token_columns.table import Table, table_of
from crosslabel.projection.errors import InputError

_USUAL = 0.8
_SAME = 0.3


def word_label_layout(head: Head) -> Layout:
    """Return the layout: the word first, or behind its number, and its label last.

    If the last column holds other things than labels, such as base forms, the only column of parts
    of speech is taken.

    Raises:
        InputError: the last column holds base forms or the like, and no other is known.
    """
    plain = plain_layout(Tags(-1, None))
    table = table_of(head)
    if table is None or table.share < _USUAL or table.width < plain.fewest:
        return plain
    columns = [column(table.column(number)) for number in range(table.width)]
    word = int(columns[0].kind == "index" and table.width > plain.fewest)
    label = _label_column(table, columns, word)
    found = word_labels_from(layout_from(table, columns, word, [label]), label)
    is_like_plain = (not (found.header or found.mark or word) and table.width <= plain.most
                     and label == table.width - 1)
    return replace(plain, roles=found.roles) if is_like_plain else found


def _label_column(table: Table, columns: Sequence[Column], word: int) -> int:
    """Return the number of the column that labels words."""
    last = table.width - 1
    spoken = [number for number, own in enumerate(columns) if own.kind == "part of speech"]
    if last in spoken and len(spoken) > 1 and _are_twice(table, *spoken[-2:]):
        raise InputError(problems.labels_twice(table, word, spoken[-2:]))
    if last in spoken or last <= word + 1 or not _are_base_forms(table, word, last):
        return last
    if len(spoken) == 1:
        return spoken[0]
    raise InputError(problems.base_forms(table, word))


def _are_twice(table: Table, first: int, second: int) -> bool:
    """Return whether two columns mostly say the same, as a prediction does."""
    rows = table.rows
    return sum(row[first] == row[second] for row in rows) > len(rows) / 2


def _are_base_forms(table: Table, word: int, column: int) -> bool:
    """Return whether many cells of a column are the words themselves, but for capital letters."""
    rows = [row for row in table.rows if any(map(str.isalpha, row[word]))]
    same = sum(row[word].lower() == row[column].lower() for row in rows)
    return bool(rows) and same >= _SAME * len(rows)
