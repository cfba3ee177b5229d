"""The layout of files whose last column labels words, such as parts of speech."""

from __future__ import annotations

from dataclasses import replace

from crosslabel.pipeline.readers.token_columns.head import Head
from crosslabel.pipeline.readers.token_columns.kinds import column
from crosslabel.pipeline.readers.token_columns.layout import Layout, Tags, plain_layout
from crosslabel.pipeline.readers.token_columns.layout_making import layout_from, word_labels_from
from crosslabel.pipeline.readers.token_columns.table import table_of

_USUAL = 0.8


def word_label_layout(head: Head) -> Layout:
    """Return the layout: the word first, or behind its number, and its label last."""
    plain = plain_layout(Tags(-1, None))
    table = table_of(head)
    if table is None or table.share < _USUAL or table.width < plain.fewest:
        return plain
    columns = [column(table.column(number)) for number in range(table.width)]
    word = int(columns[0].kind == "index" and table.width > plain.fewest)
    found = word_labels_from(layout_from(table, columns, word, [table.width - 1]), table.width - 1)
    is_like_plain = not (found.header or found.mark or word) and table.width <= plain.most
    return replace(plain, roles=found.roles) if is_like_plain else found
