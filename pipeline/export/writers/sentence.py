"""What formats with a word per line ask of an example."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from crosslabel.pipeline.corpus.records import Example, Words
from crosslabel.pipeline.corpus.tags import flatten
from crosslabel.pipeline.text.detokenize import align_tokens
from crosslabel.projection.errors import InputError

FLATTENED = "spans within or across others or in several pieces, which tags cannot hold"
WIDENED = "spans that begin or end within a word, with tags for all of it"
WHOLE_TEXT = "labels or values of whole texts"
RELATIONS = "relations"

_BREAKS_COLUMNS = re.compile(r"[\t\n\r]")
_BREAKS_LINE = re.compile(r"[\n\r]")


def words_of(example: Example) -> tuple[str, Words]:
    """The text and its words.

    Raises:
        InputError: there are several texts, or no words.
    """
    if len(example.fields) != 1:
        raise InputError(f"has the texts {', '.join(example.fields)}, columns of words hold one")
    [(field, text)] = example.fields.items()
    own = next((words for words in example.words if words.field == field), None)
    if own is None or not own.ranges:
        raise InputError("has no words to write as columns")
    return text, own


def tags_of(example: Example, words: Words, losses: Counter[str]) -> Sequence[str]:
    """IOB2 tags of the words; nested and overlapping spans are flattened (see :func:`flatten`)."""
    tagged = flatten(words.ranges, example.spans)
    losses.update({FLATTENED: tagged.left_out, WIDENED: tagged.widened,
                   RELATIONS: len(example.relations)})
    return tagged.tags


def forms_of(text: str, words: Words) -> list[str]:
    """The words of a text that is written beside them.

    Raises:
        InputError: from text and words a reader would not get these offsets back.
    """
    forms = [text[start:end].strip() for start, end in words.ranges]
    try:
        found = align_tokens(text, forms)
    except InputError as error:
        raise InputError("its words are not the whole text") from error
    if found != words.ranges:
        raise InputError("its words are not the whole text")
    return forms


def cells(*columns: str) -> str:
    """Columns as the line of a word.

    Raises:
        InputError: a column is empty or would break the line.
    """
    for column in columns:
        if _BREAKS_COLUMNS.search(column):
            raise InputError(f"{column[:40]!r} has a tab or a line break, which columns cannot "
                             "hold")
        if not column.strip():
            raise InputError(f"{column[:40]!r} has nothing to see, which columns cannot hold")
    return "\t".join(columns) + "\n"


def comment(name: str, value: str, sign: str = " =") -> str:
    """A comment above a sentence.

    Raises:
        InputError: the value would not be read back as it is.
    """
    if _BREAKS_LINE.search(value) or value != value.strip() or not value:
        raise InputError(f"{name} {value[:40]!r} has a line break or white space around it, which "
                         "a comment cannot hold")
    return f"# {name}{sign} {value}\n"
