"""What a column holds, told from its cells at the beginning of the file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

from crosslabel.pipeline.readers.schemes import Scheme
from crosslabel.pipeline.readers.tags import token_spans
from crosslabel.pipeline.readers.token_columns.parts_of_speech import (
    are_chunks,
    are_parts_of_speech,
)
from crosslabel.pipeline.readers.token_columns.scheme_finding import labelled, scheme_of
from crosslabel.projection.errors import InputError

Kind = Literal["index", "number", "fixed", "part of speech", "chunk", "tag", "text"]
ColumnOfSentences = Sequence[Sequence[str]]

_MOSTLY = 0.9
_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?")
_RUN = 3


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds.

    Attributes:
        kind: ``index`` numbers the words of a sentence; ``fixed`` is the same for all of them.
        scheme: of tags.
        labelled: how many tags are of words inside spans.
    """

    kind: Kind
    scheme: Scheme | None = None
    labelled: int = 0


def column(sentences: ColumnOfSentences) -> Column:
    """Return what a column holds.

    Args:
        sentences: the cells of the column, sentence by sentence.
    """
    cells = [cell for sentence in sentences for cell in sentence]
    if are_indices(sentences):
        return Column("index")
    if len(cells) > 1 and set(cells) != {"O"} and is_fixed(sentences):
        return Column("fixed")
    if all(map(_NUMBER.fullmatch, cells)):
        return Column("number")
    scheme = scheme_of(cells)
    if scheme is not None:
        kind: Kind = "chunk" if are_chunks(_labels(cells, scheme)) else "tag"
        return Column(kind, scheme, labelled(cells, scheme))
    return Column("part of speech" if are_parts_of_speech(cells) else "text")


def are_indices(sentences: ColumnOfSentences) -> bool:
    """Return whether the cells of most sentences count their words."""
    counting = [sentence for sentence in sentences if _counts(sentence)]
    return len(counting) >= _MOSTLY * len(sentences) and any(len(own) > 1 for own in counting)


def is_fixed(sentences: ColumnOfSentences) -> bool:
    """Return whether the cells of a sentence are all the same, or if they stand in long runs."""
    longer = [sentence for sentence in sentences if len(sentence) > 1]
    if longer and all(len(set(sentence)) == 1 for sentence in sentences):
        return True
    return is_sentence_name([cell for sentence in sentences for cell in sentence])


def is_sentence_name(cells: Sequence[str]) -> bool:
    """Return whether cells name the sentences: each name stands in one run of lines.

    Lines without a name go on with the sentence.
    """
    runs = [name for name, _ in groupby(cell for cell in cells if cell.strip())]
    return len(runs) == len(set(runs)) > 1 and len(cells) >= _RUN * len(runs)


def _counts(cells: Sequence[str]) -> bool:
    if not all(cell.isdecimal() and len(cell) < 10 for cell in cells):
        return False
    return all(int(after) == int(before) + 1 for before, after in pairwise(cells))


def _labels(cells: Sequence[str], scheme: Scheme) -> set[str]:
    labels = set[str]()
    for cell in set(cells):
        try:
            tag = scheme.parse(cell)
        except InputError:
            continue
        if tag is not None:
            labels.add(tag.label)
    return labels


def spans_of_column(sentences: ColumnOfSentences, scheme: Scheme) -> list[list[object]]:
    """Return the spans of each sentence, none for a sentence with a bad tag."""
    return [_spans(sentence, scheme) for sentence in sentences]
