"""Which column of a file holds what, found out from its first lines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from crosslabel.pipeline.readers.token_columns import problems
from crosslabel.pipeline.readers.token_columns.cells import SEPARATORS, Separator
from crosslabel.pipeline.readers.token_columns.choice import Choice, choose
from crosslabel.pipeline.readers.token_columns.conll2012 import conll2012, lacks_words
from crosslabel.pipeline.readers.token_columns.head import Head
from crosslabel.pipeline.readers.token_columns.kinds import (
    Column,
    are_several,
    column,
    is_sentence_name,
)
from crosslabel.pipeline.readers.token_columns.layout import Layout
from crosslabel.pipeline.readers.token_columns.layout_making import layout_from
from crosslabel.pipeline.readers.token_columns.sureness import (
    are_like_tags,
    are_surely_numbered,
    are_surely_parts_of_speech,
    are_surely_tags,
    are_surely_words_and_labels,
    has_joined_tags,
)
from crosslabel.pipeline.readers.token_columns.table import SENTENCE, Table, table_of

_LONGEST = 400
"""Words of the longest sentence; a file of more has to say where its sentences end."""
_MIXED_ROWS, _MIXED_SENTENCES = 0.1, 0.5


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about a file.

    Attributes:
        layout: where words and tags stand, if that is clear.
        problem: why the file cannot be read by itself, and the way out.
        is_sure: whether the file can be nothing else than columns.
        is_plain: whether a caller who says that the file has columns may have it read as the word
            in the first and the tag in the last, because what is wrong rejects sentences by name.
    """

    layout: Layout | None = None
    problem: str = ""
    is_sure: bool = False
    is_plain: bool = False


def find(head: Head) -> Finding:
    """Find out where the words and tags of a file in columns stand, whatever separates them."""
    if layout := conll2012(head):
        problem = problems.lacking_words() if lacks_words(head) else ""
        return Finding(None if problem else layout, problem, is_sure=True)
    found = find_separated(head, "white space")
    for separator in SEPARATORS[1:]:
        if not found.layout and not found.problem:
            other = find_separated(head, separator)
            found = other if other.is_sure else found
    if found.layout and found.layout.separator == "white space" and has_joined_tags(head):
        return Finding(None, problems.several_tags(head), is_sure=True)
    return found


def find_separated(head: Head, separator: Separator) -> Finding:
    """Find out where the words and tags of a file stand if its columns are separated in one way."""
    table = table_of(head, separator)
    if table is None or table.width < 2:
        return Finding()
    columns = [column(table.column(number)) for number in range(table.width)]
    choice = choose(table, columns)
    if choice.rivals:
        first, second = choice.rivals
        problem = problems.two_columns_of_tags(table, choice.word, choice.rivals, choice.relation)
        is_sure = are_surely_tags(table, choice.word, [columns[first], columns[second]])
        return Finding(None, problem, is_sure)
    if not choice.tags:
        return _without_tags(table, columns, choice.word)
    return _found(head, table, columns, choice)


def _found(head: Head, table: Table, columns: Sequence[Column], choice: Choice) -> Finding:
    sure = are_surely_tags(table, choice.word, [columns[number] for number in choice.tags])
    unused = () if head.is_whole else _unused(columns)
    if len(unused) > 1 and choice.tags[0] in unused:
        return Finding(None, problems.only_outside(table, choice.word, unused), sure)
    sentence = _sentence_column(table, columns, (choice.word, *choice.tags))
    is_table = bool(table.header) or table.separator != "white space"
    if len(table.sentences) == 1 and sentence is None:
        if is_table:
            sure = sure and all(columns[number].says_positions for number in choice.tags)
        if len(table.rows) > _LONGEST or are_several(table.rows, choice.word):
            return Finding(None, problems.no_ends_of_sentences(table), sure, choice.word == 0)
    layout = layout_from(table, columns, choice.word, choice.tags, sentence)
    others = tuple(number for number in unused if number != choice.tags[0])
    return Finding(replace(layout, unused=others), "", sure)


def _unused(columns: Sequence[Column]) -> tuple[int, ...]:
    """Return the columns of tags that label no word."""
    return tuple(number for number, own in enumerate(columns)
                 if own.kind == "tag" and not own.labelled)


def _sentence_column(
    table: Table, columns: Sequence[Column], used: Collection[int]
) -> int | None:
    """Return the column that tells sentences apart if nothing else does."""
    if named := table.named(SENTENCE):
        return named[0]
    if len(table.sentences) > 1:
        return None
    fixed = [number for number, own in enumerate(columns)
             if own.kind == "fixed" and number not in used]
    return next((number for number in fixed
                 if is_sentence_name([row[number] for row in table.rows])), None)


def _without_tags(table: Table, columns: Sequence[Column], word: int) -> Finding:
    spoken = [number for number, own in enumerate(columns)
              if own.kind == "part of speech" and number != word]
    if spoken:
        problem = problems.parts_of_speech(table, word, spoken[0])
        return Finding(None, problem, are_surely_parts_of_speech(table), word == 0)
    last = [row[-1].strip() for row in table.rows]
    is_sure = are_surely_words_and_labels(table, word) or are_surely_numbered(table, columns)
    if _are_mixed(table, last) or (word and "O" in last):
        others = list(dict.fromkeys(cell for cell in last if cell not in ("O", "")))
        problem = problems.mixed_tags(table, table.width - 1, others)
        return Finding(None, problem, is_sure or are_like_tags(others))
    if is_sure or word:
        return Finding(None, problems.no_tags(table, word), is_sure, word == 0)
    return Finding()


def _are_mixed(table: Table, last: Sequence[str]) -> bool:
    """Return whether the last column holds ``O`` and, in many sentences, other things."""
    outside = last.count("O")
    strange = sum(any(row[-1].strip() != "O" for row in sentence) for sentence in table.sentences)
    rows = len(last)
    return (outside >= _MIXED_ROWS * rows and rows - outside >= _MIXED_ROWS * rows
            and strange >= _MIXED_SENTENCES * len(table.sentences))
