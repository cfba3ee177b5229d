"""Examples as CoNLL columns: word, tab, IOB2 tag; an empty line after each sentence.

Where words are labelled their labels stand in place of tags, ``_`` for a word without a label.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.records import Example
from pipeline.tags import Tagged, flatten
from pipeline.writers.output import write_lines
from projection.errors import InputError
from projection.interface import Range

UNLABELLED = "_"
_BREAKS_COLUMNS = re.compile(r"[\t\n\r]")

WordFinder = Callable[[Example], Sequence[Range]]


@dataclass(slots=True)
class Written:
    """What a file holds, and what its format could not say (see :class:`Tagged`)."""

    sentences: int = 0
    left_out: int = 0
    widened: int = 0


def write_conll(
    path: Path, examples: Iterable[Example], words: WordFinder | None = None, field: str = "text"
) -> Written:
    """Write examples as IOB2 columns.

    Args:
        words: gives the word ranges of an example that brings none of its own.
        field: the field to write.

    Raises:
        InputError: as :func:`to_conll`.
    """
    written = Written()
    write_lines(path, _sentences(examples, words, field, written))
    return written


def to_conll(
    example: Example, words: Sequence[Range] | None = None, field: str = "text"
) -> tuple[str, Tagged]:
    """One example as columns, with its last empty line.

    Nested and overlapping spans are flattened: the outermost wins (see :func:`flatten`).

    Args:
        words: word ranges of the field; the example's own by default.

    Raises:
        InputError: there are no words, or one of them or a label would break the columns.
    """
    ranges = _own_words(example, field) if words is None else words
    if not ranges:
        raise InputError(f"{example.id}: no words in field {field!r} to write as columns; "
                         "give their ranges")
    tagged = _tagged(example, ranges, field)
    text = example.fields[field]
    rows = zip((text[start:end] for start, end in ranges), tagged.tags, strict=True)
    return "".join(_line(example.id, word, tag) for word, tag in rows) + "\n", tagged


def _tagged(example: Example, words: Sequence[Range], field: str) -> Tagged:
    if example.task != "words":
        return flatten(words, (span for span in example.spans if span.field == field))
    labels = next((own.labels for own in example.words if own.field == field), ())
    return Tagged(tuple(label or UNLABELLED for label in labels), left_out=0, widened=0)


def _sentences(
    examples: Iterable[Example], words: WordFinder | None, field: str, written: Written
) -> Iterator[str]:
    for example in examples:
        own = _own_words(example, field)
        text, tagged = to_conll(example, own or (words(example) if words else None), field)
        written.sentences += 1
        written.left_out += tagged.left_out
        written.widened += tagged.widened
        yield text


def _own_words(example: Example, field: str) -> Sequence[Range]:
    return next((words.ranges for words in example.words if words.field == field), ())


def _line(id: str, word: str, tag: str) -> str:
    for column in (word, tag):
        if _BREAKS_COLUMNS.search(column):
            raise InputError(f"{id}: {column!r} has a tab or a line break, which columns cannot "
                             "hold; write JSON lines instead")
    return f"{word}\t{tag}\n"
