"""Parts of an example that formats with one word per line need."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from crosslabel.pipeline.corpus.records import Example, Words
from crosslabel.pipeline.corpus.tags import flatten
from crosslabel.pipeline.text.detokenize import align_tokens
from crosslabel.projection.errors import InputError

FLATTENED = "spans within or across others or in several pieces, which tags cannot represent"
WIDENED = "exact boundaries of spans that begin or end within a word"
WHOLE_TEXT = "labels or values of whole texts"
RELATIONS = "relations"

_BREAKS_COLUMNS = re.compile(r"[\t\n\r]")
_BREAKS_LINE = re.compile(r"[\n\r]")


def words_of(example: Example) -> tuple[str, Words]:
    """Return the text of an example and its words.

    Raises:
        InputError: the example has several texts, or no words.
    """
    if len(example.fields) != 1:
        raise InputError(f"has the texts {', '.join(example.fields)}, but columns hold one text")
    [(field, text)] = example.fields.items()
    words = next((words for words in example.words if words.field == field), None)
    if words is None or not words.ranges:
        raise InputError("has no words to write as columns")
    return text, words


def tags_of(example: Example, words: Words, losses: Counter[str]) -> Sequence[str]:
    """Return the IOB2 tags of words; :func:`flatten` resolves nested and overlapping spans."""
    tagged = flatten(words.ranges, example.spans)
    losses.update({FLATTENED: tagged.left_out, WIDENED: tagged.widened,
                   RELATIONS: len(example.relations)})
    return tagged.tags


def forms_of(text: str, words: Words) -> list[str]:
    """Return the words of a text that is written together with them.

    Raises:
        InputError: a reader could not restore the offsets of the words in the text.
    """
    forms = [text[start:end].strip() for start, end in words.ranges]
    try:
        ranges = align_tokens(text, forms)
    except InputError as error:
        raise InputError("its words do not cover the whole text") from error
    if ranges != words.ranges:
        raise InputError("its words do not cover the whole text")
    return forms


def cells(*columns: str) -> str:
    """Return columns as the line of a word.

    Raises:
        InputError: a column is empty or would break the line.
    """
    for column in columns:
        if _BREAKS_COLUMNS.search(column):
            raise InputError(f"{column[:40]!r} has a tab or a line break, which columns cannot "
                             "hold")
        if not column.strip():
            raise InputError(f"{column[:40]!r} is blank, which columns cannot hold")
    return "\t".join(columns) + "\n"


def comment(name: str, value: str, sign: str = " =") -> str:
    """Return a comment line above a sentence.

    Raises:
        InputError: the value would not be read back unchanged.
    """
    if _BREAKS_LINE.search(value) or value != value.strip() or not value:
        raise InputError(f"{name} {value[:40]!r} is empty or has a line break or white space around"
                         " it, which a comment cannot hold")
    return f"# {name}{sign} {value}\n"
