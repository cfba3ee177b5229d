"""Whether a file can be nothing but columns: no prose, no verse, no list of words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crosslabel.pipeline.readers.token_columns.head import Head
from crosslabel.pipeline.readers.token_columns.kinds import Column
from crosslabel.pipeline.readers.token_columns.table import Table

_USUAL = 0.8
_JOINED = re.compile(r"[^,;]+[,;](?:(?:O|[BIESLU]-\S+) )+(?:O|[BIESLU]-\S+)")
_LIKE_TAG = re.compile(r"[BIESLU][-_][^\W\d_]")
_OUTSIDE_OF_LABELS = 0.4
_ONLY_OUTSIDE = 10
_LISTED, _NAMES = 4, 0.8
_SPACED_WORDS = 0.5
_PARTS_OF_SPEECH = 3
_ROWS, _KINDS = 20, 0.3


def are_surely_tags(table: Table, word: int, tags: Sequence[Column]) -> bool:
    """Return whether columns of tags are no words by chance.

    Lines have as many columns, some words are outside spans and some within or one in a row with
    another, or very many are outside. Labels without positions
    need tabs, other columns or many words outside; positions without labels need spans of several
    words. Labels have letters, and words have no spaces.
    """
    return (table.share >= _USUAL and _are_words(table, word)
            and not _is_list_of_tags(table, tags[0]) and _is_sure(table, word, tags[0]))


def are_surely_parts_of_speech(table: Table) -> bool:
    """Return whether a column of parts of speech is no verse in capital letters."""
    return table.share >= _USUAL and len(table.rows) >= _PARTS_OF_SPEECH


def are_surely_words_and_labels(table: Table, word: int) -> bool:
    """Return whether the last column repeats few values and sentences end in empty lines.

    Only columns without spaces in them are told from verse, that is columns with tabs.
    """
    last = table.width - 1
    rows = table.rows
    values = {row[last] for row in rows}
    words = {row[word] for row in rows}
    return (table.share >= _USUAL and word != last and len(table.sentences) > 1
            and len(rows) >= _ROWS
            and table.has_tabs and all(" " not in cell for row in rows for cell in row)
            and len(values) <= _KINDS * len(rows) and len(values) < len(words))


def are_surely_numbered(table: Table, columns: Sequence[Column]) -> bool:
    """Return whether the words of several sentences are numbered, beside two other columns.

    Only columns with tabs are told from numbered lists.
    """
    several = [sentence for sentence in table.sentences if len(sentence) > 1]
    return (table.share >= _USUAL and table.has_tabs and table.width > 2 and len(several) > 1
            and columns[0].kind == "index")


def are_like_tags(values: Sequence[str]) -> bool:
    """Return whether most values begin like tags: ``B-ORG|B-LOC``."""
    return sum(map(bool, map(_LIKE_TAG.match, values))) > len(values) / 2


def _is_list_of_tags(table: Table, column: Column) -> bool:
    """Return whether every tag stands once, as in a list of them with numbers or names."""
    rows = len(table.rows)
    return len(table.sentences) == 1 and rows >= _LISTED and column.different == rows


def has_joined_tags(head: Head) -> bool:
    """Return whether most lines hold a word, a comma, and several tags: ``Bank,B-ORG B-LOC``."""
    written = [line.decode("utf-8", errors="replace").strip() for _, line in head.lines
               if line.strip()]
    return 2 * sum(map(bool, map(_JOINED.fullmatch, written))) > len(written)


def _is_sure(table: Table, word: int, column: Column) -> bool:
    scheme = column.scheme
    if scheme is None:
        return False
    rows = len(table.rows)
    if not column.labelled:
        return rows >= _ONLY_OUTSIDE or (table.has_tabs and rows > 1)
    if not column.has_letters or (column.outside == 0 and not column.goes_on):
        return False
    is_plain = table.width == 2 and not table.has_tabs
    if scheme.style == "label":
        return table.width > 2 or (
            not _are_names(table, word) and (column.has_capitals or not (is_plain and word))
            and (table.has_tabs or column.outside >= _OUTSIDE_OF_LABELS * rows))
    if scheme.style == "position":
        return column.goes_on and column.outside > 1
    return not (is_plain and word) or (column.goes_on and column.outside > 0)


def _are_names(table: Table, word: int) -> bool:
    """Return whether most words begin with capital letters, as in a list of names."""
    return sum(row[word][:1].isupper() for row in table.rows) >= _NAMES * len(table.rows)


def _are_words(table: Table, word: int) -> bool:
    spaced = sum(" " in row[word].strip() for row in table.rows)
    return spaced <= _SPACED_WORDS * len(table.rows)
