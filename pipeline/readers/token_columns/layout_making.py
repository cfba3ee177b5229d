"""The layout of a file in columns whose words and tags stand in known columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crosslabel.pipeline.readers.schemes import STANDARD
from crosslabel.pipeline.readers.token_columns.kinds import Column
from crosslabel.pipeline.readers.token_columns.layout import Layout, Tags, plain_layout
from crosslabel.pipeline.readers.token_columns.marks import mark_of
from crosslabel.pipeline.readers.token_columns.table import Table


def layout_from(
    table: Table,
    columns: Sequence[Column],
    word: int,
    tags: Sequence[int],
    sentence: int | None = None,
) -> Layout:
    """Return the layout with words and tags in given columns."""
    roles = tuple(_role(number, own, word, tags, sentence) for number, own in enumerate(columns))
    index = next((number for number, own in enumerate(columns)
                  if own.kind == "index" and number not in (word, *tags)), None)
    found = Layout(
        word, tuple(_tags(table, columns[number], number) for number in tags),
        table.width, table.width, index, sentence, table.separator, table.header,
        mark_of([row[word] for row in table.rows]), roles,
    )
    return replace(plain_layout(), roles=roles) if _is_plain(found) else found


def _is_plain(layout: Layout) -> bool:
    plain = plain_layout()
    return layout.most <= plain.most and replace(layout, roles=()) == replace(
        plain, tags=(Tags(layout.most - 1),), fewest=layout.fewest, most=layout.most)


def _tags(table: Table, column: Column, number: int) -> Tags:
    scheme = column.scheme or STANDARD
    if scheme.style != "label":
        return Tags(number, scheme)
    return Tags(number, scheme, frozenset(row[number].strip() for row in table.rows))


def _role(
    number: int, column: Column, word: int, tags: Sequence[int], sentence: int | None
) -> str:
    if number == word:
        return "word"
    if number in tags:
        return "tag" if number == tags[0] else "inner tag"
    if number == sentence:
        return "sentence"
    shown = {"index": "number", "part of speech": "part of speech", "chunk": "chunk"}
    return shown.get(column.kind, "-")


def word_labels_from(layout: Layout, label: int) -> Layout:
    """Return a layout whose words have labels by themselves."""
    roles = tuple("label" if number == label else "-" if "tag" in role else role
                  for number, role in enumerate(layout.roles))
    return replace(layout, tags=(Tags(label, None),), roles=roles)
