"""Examples as CoNLL columns: word, tab, IOB2 tag; an empty line after each sentence.

Where words are labelled their labels stand in place of tags, ``_`` for a word without a label. Read
back, the words and tags are the same; the text is written from the words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from crosslabel.pipeline.corpus.records import Example, Words
from crosslabel.pipeline.export.writers.output import write_lines
from crosslabel.pipeline.export.writers.sentence import WHOLE_TEXT, cells, tags_of, words_of
from crosslabel.pipeline.export.writers.written import WrittenRows, said
from crosslabel.pipeline.readers.tagged import UNLABELLED
from crosslabel.projection.errors import InputError

_DOCUMENT_START = "-DOCSTART-"


def write_conll(path: Path, examples: Iterable[Example]) -> WrittenRows:
    """Write examples as columns; those of which columns could say nothing are left out."""
    written = WrittenRows()
    write_lines(path, said(examples, to_conll, written))
    return written


def to_conll(example: Example, losses: Counter[str]) -> str:
    """One example as columns, with its last empty line; what they cannot hold is counted.

    Raises:
        InputError: there are no words, or one of them or a label would break the columns.
    """
    if example.task == "text":
        raise InputError("labels the whole text, columns label its words")
    text, words = words_of(example)
    forms = [text[start:end] for start, end in words.ranges]
    tags = labels_of(words) if example.task == "words" else tags_of(example, words, losses)
    for form in forms:
        if form.split(maxsplit=1)[:1] == [_DOCUMENT_START]:
            raise InputError(f"{form!r} begins a document, which a word cannot")
    written = "".join(cells(form, tag) for form, tag in zip(forms, tags, strict=True)) + "\n"
    losses[WHOLE_TEXT] += example.label is not None or example.value is not None
    return written


def labels_of(words: Words) -> Sequence[str]:
    """The labels of words, of which some may not be known.

    Raises:
        InputError: a label is what stands for none.
    """
    if UNLABELLED in words.labels:
        raise InputError(f"a label is {UNLABELLED!r}, which stands for none")
    return [label if label is not None else UNLABELLED for label in words.labels]
