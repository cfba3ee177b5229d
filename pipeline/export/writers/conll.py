"""Examples as CoNLL columns: word, tab, IOB2 tag; an empty line after each sentence.

If the task labels words, their labels replace the tags, with ``_`` for a word without a label.
When the file is read back, the words and tags are the same, and the text is made from the words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from crosslabel.pipeline.corpus.records import Example, Words
from crosslabel.pipeline.export.writers.output import write_lines
from crosslabel.pipeline.export.writers.sentence import WHOLE_TEXT, cells, tags_of, words_of
from crosslabel.pipeline.export.writers.written import WrittenRows, rendered
from crosslabel.pipeline.readers.tagged import UNLABELLED
from crosslabel.projection.errors import InputError

_DOCUMENT_START = "-DOCSTART-"


def write_conll(path: Path, examples: Iterable[Example]) -> WrittenRows:
    """Write examples as columns, leaving out examples that columns cannot represent."""
    written = WrittenRows()
    write_lines(path, rendered(examples, to_conll, written))
    return written


def to_conll(example: Example, losses: Counter[str]) -> str:
    """Return an example as columns with the final empty line, and count the lost annotations.

    Raises:
        InputError: there are no words, or a word or a label would break the columns.
    """
    if example.task == "text":
        raise InputError("labels the whole text, but columns label words")
    text, words = words_of(example)
    forms = [text[start:end] for start, end in words.ranges]
    tags = labels_of(words) if example.task == "words" else tags_of(example, words, losses)
    for form in forms:
        if form.split(maxsplit=1)[:1] == [_DOCUMENT_START]:
            raise InputError(f"the word {form!r} would be read as the beginning of a document")
    written = "".join(cells(form, tag) for form, tag in zip(forms, tags, strict=True)) + "\n"
    losses[WHOLE_TEXT] += example.label is not None or example.value is not None
    return written


def labels_of(words: Words) -> Sequence[str]:
    """Return the labels of words, with ``_`` for an unknown label.

    Raises:
        InputError: a label is ``_`` itself.
    """
    if UNLABELLED in words.labels:
        raise InputError(f"a label is {UNLABELLED!r}, which means 'no label'")
    return [label if label is not None else UNLABELLED for label in words.labels]
