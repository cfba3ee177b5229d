"""What a column holds, told from its cells at the beginning of the file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

from crosslabel.pipeline.readers.schemes import Scheme, Tag
from crosslabel.pipeline.readers.tags import TokenSpan, token_spans
from crosslabel.pipeline.readers.token_columns.parts_of_speech import (
    are_chunks,
    are_parts_of_speech,
)
from crosslabel.pipeline.readers.token_columns.scheme_finding import labelled, scheme_of

Kind = Literal["index", "number", "fixed", "part of speech", "chunk", "tag", "text"]
ColumnOfSentences = Sequence[Sequence[str]]

_MOSTLY, _HALF = 0.8, 0.5
_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?")
_COUNTED = re.compile(r"(.{0,40}?)([0-9]{1,9})", re.DOTALL)
_RUN = 3
_ENDS = ("EOS", "<EOS>", "<eos>", "</s>", "\\n")


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds.

    Attributes:
        kind: ``index`` numbers the words of a sentence; ``fixed`` is the same for all of them.
        scheme: of tags.
        labelled: how many tags are of words inside spans.
        outside: how many tags are of words outside spans.
        has_letters: whether labels begin with letters, unlike those of ``B-12``.
        goes_on: whether a span has a second word.
        has_capitals: whether labels are in capital letters.
        different: how many different tags there are.
    """

    kind: Kind
    scheme: Scheme | None = None
    labelled: int = 0
    outside: int = 0
    has_letters: bool = False
    goes_on: bool = False
    has_capitals: bool = False
    different: int = 0

    @property
    def says_positions(self) -> bool:
        """Whether tags tell where spans begin, unlike labels alone."""
        return self.scheme is not None and self.scheme.marks_beginnings


def column(sentences: ColumnOfSentences) -> Column:
    """Return what a column holds.

    Args:
        sentences: the cells of the column, sentence by sentence.
    """
    cells = [cell.strip() for sentence in sentences for cell in sentence]
    if are_indices(sentences):
        return Column("index")
    scheme = scheme_of(cells)
    if scheme is not None:
        tags = _tags(cells, scheme)
        labels = {tag.label for tag in tags}
        spans = [span for own in spans_of_column(sentences, scheme) for span in own]
        return Column("chunk" if are_chunks(labels) else "tag", scheme, labelled(cells, scheme),
                      cells.count(scheme.outside), any(label[:1].isalpha() for label in labels),
                      any(span.end - span.start > 1 for span in spans),
                      all(label.isupper() for label in labels), len(set(cells)))
    if len(cells) > 1 and is_fixed(sentences):
        return Column("fixed")
    if all(map(_NUMBER.fullmatch, cells)):
        return Column("number")
    return Column("part of speech" if are_parts_of_speech(cells) else "text")


def are_indices(sentences: ColumnOfSentences) -> bool:
    """Return whether cells count words: they end in digits, and those of sentences mostly rise."""
    cells = [cell for sentence in sentences for cell in sentence]
    longer = [sentence for sentence in sentences if len(sentence) > 1]
    numbered = sum(cell[-1:].isdecimal() for cell in cells)
    return bool(longer) and numbered >= _MOSTLY * len(cells) and (
        sum(map(_counts, longer)) >= _HALF * len(longer))


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


def are_several(rows: Sequence[Sequence[str]], word: int) -> bool:
    """Return whether rows without an empty line are several sentences.

    They are if words such as ``<EOS>`` stand between them, or a column begins to count again.
    """
    if sum(row[word] in _ENDS for row in rows) > 1:
        return True
    for number in range(len(rows[0])):
        cells = [row[number].strip() for row in rows]
        if number != word and all(map(str.isdecimal, cells)):
            numbers = list(map(int, cells))
            restarts = sum(after == numbers[0] for after in numbers[1:])
            if restarts and all(after in (before + 1, numbers[0])
                                for before, after in pairwise(numbers)) and restarts < len(
                                    numbers) / 2:
                return True
    return False


def _counts(cells: Sequence[str]) -> bool:
    """Return whether cells are numbers in order, or names that end in them: ``t-1``, ``t-2``."""
    matches = [_COUNTED.fullmatch(cell) for cell in cells]
    parts = [(match[1], int(match[2])) for match in matches if match]
    return len(parts) == len(cells) and all(
        after == (name, number + 1) for (name, number), after in pairwise(parts))


def _tags(cells: Sequence[str], scheme: Scheme) -> list[Tag]:
    tags = (scheme.parse(cell) for cell in dict.fromkeys(cells) if scheme.has(cell))
    return [tag for tag in tags if tag is not None]


def spans_of_column(sentences: ColumnOfSentences, scheme: Scheme) -> list[list[TokenSpan]]:
    """Return the spans of each sentence; bad tags count as outside."""
    return [token_spans([cell.strip() if scheme.has(cell.strip()) else scheme.outside
                         for cell in sentence], scheme)[0] for sentence in sentences]
