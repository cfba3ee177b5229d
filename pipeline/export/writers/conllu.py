"""Labelled words as CoNLL-U: number, form and label (UPOS), with ``sent_id`` and ``text`` above.

When the file is read back, text, words and labels are the same; ``_`` marks a word without a label.
A token of several syntactic words was read as one word and is written as one, without its syntactic
words and their labels. Other columns hold ``_``, except ``SpaceAfter=No`` where a word touches the
next word. Comments of the original file are not written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from crosslabel.pipeline.corpus.records import Example, Words
from crosslabel.pipeline.export.writers.conll import labels_of
from crosslabel.pipeline.export.writers.output import write_lines
from crosslabel.pipeline.export.writers.sentence import (
    WHOLE_TEXT,
    cells,
    comment,
    forms_of,
    words_of,
)
from crosslabel.pipeline.export.writers.written import WrittenRows, rendered
from crosslabel.projection.errors import InputError

_EMPTY = "_"


def write_conllu(path: Path, examples: Iterable[Example]) -> WrittenRows:
    """Write examples that label words, leaving out other examples."""
    written = WrittenRows()
    write_lines(path, rendered(examples, _sentence, written))
    return written


def _sentence(example: Example, losses: Counter[str]) -> str:
    if example.task != "words":
        raise InputError("labels no words, but CoNLL-U labels words")
    text, words = words_of(example)
    rows = zip(forms_of(text, words), labels_of(words), _misc(words), strict=True)
    lines = [cells(str(number), form, _EMPTY, label, *[_EMPTY] * 5, misc)
             for number, (form, label, misc) in enumerate(rows, start=1)]
    losses[WHOLE_TEXT] += example.label is not None or example.value is not None
    return comment("sent_id", example.id) + comment("text", text) + "".join(lines) + "\n"


def _misc(words: Words) -> list[str]:
    touching = (left[1] == right[0] for left, right in pairwise(words.ranges))
    return [*("SpaceAfter=No" if touches else _EMPTY for touches in touching), _EMPTY]
