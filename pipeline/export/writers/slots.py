"""Requests with slots and an intent, in the layout of :mod:`crosslabel.pipeline.readers.slots`.

When the file is read back, text, words, intent and slots are the same, except that only the
outermost of several slots with a common word is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from crosslabel.pipeline.corpus.records import Example
from crosslabel.pipeline.export.writers.output import write_lines
from crosslabel.pipeline.export.writers.sentence import (
    WHOLE_TEXT,
    cells,
    comment,
    forms_of,
    tags_of,
    words_of,
)
from crosslabel.pipeline.export.writers.written import WrittenRows, rendered
from crosslabel.pipeline.readers.tagged import UNLABELLED
from crosslabel.projection.errors import InputError


def write_slots(path: Path, examples: Iterable[Example]) -> WrittenRows:
    """Write examples with spans, a label or both, leaving out examples that label words."""
    written = WrittenRows()
    write_lines(path, rendered(examples, _sentence, written))
    return written


def _sentence(example: Example, losses: Counter[str]) -> str:
    if example.task == "words":
        raise InputError("labels words, but slots label spans")
    if example.label == UNLABELLED:
        raise InputError(f"its label is {UNLABELLED!r}, which means 'no label'")
    text, words = words_of(example)
    tags = tags_of(example, words, losses)
    intent = UNLABELLED if example.label is None else example.label
    rows = zip(forms_of(text, words), tags, strict=True)
    lines = [cells(str(number), form, intent, tag)
             for number, (form, tag) in enumerate(rows, start=1)]
    above = [("id", example.id), ("text", text), ("intent", intent)]
    losses[WHOLE_TEXT] += example.value is not None
    return "".join([*(comment(name, value, ":") for name, value in above), *lines, "\n"])
