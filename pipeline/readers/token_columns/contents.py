"""Which of the formats with a word per line a file has, told from its beginning alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from crosslabel.pipeline.readers.sentences import columns_of, starts_document
from crosslabel.pipeline.readers.tags import is_tag
from crosslabel.pipeline.readers.token_columns import problems
from crosslabel.pipeline.readers.token_columns.finding import find
from crosslabel.pipeline.readers.token_columns.head import Head
from crosslabel.pipeline.readers.token_columns.other_layouts import other_layout
from crosslabel.pipeline.readers.token_columns.table import table_of

WordFormat = Literal["conll", "conllu", "slots"]

_INTENT = re.compile(rb"#\s*intent\s*[:=]")
_PLUS = re.compile(rb"#\s*global\.columns\s*=.*\bFORM\b")
_CONLLU_COLUMNS, _ID, _HEAD = 10, 0, 6
_CONLLU_ID = re.compile(r"[0-9]+(?:[-.][0-9]+)?")
_CONLLU_HEAD = re.compile(r"[0-9]+|_")
_SLOT_COLUMNS = (2, 4)
_MOSTLY = 0.8
_MIN_COLUMNS, _MAX_COLUMNS = 2, 4
_INLINE = re.compile(r"\S+[/|_](?:O|[BIESLU]-[^\s/|]+)")


@dataclass(frozen=True, slots=True)
class Contents:
    """What the beginning of a file says of its format.

    Attributes:
        format: the format with a word per line that it has or, if nothing is sure, may have.
        is_sure: whether it can be nothing else, whatever it is called.
        problem: why it cannot be read as the format, and the way out; empty if it can.
    """

    format: WordFormat | None = None
    is_sure: bool = False
    problem: str = ""


def contents(head: Head) -> Contents:
    """Return what the beginning of a file says of its format."""
    if is_conllu(head):
        return Contents("conllu", is_sure=True)
    if problem := other_layout(head):
        return Contents(None, True, problem)
    if _has_slots(head):
        return Contents("slots", is_sure=True)
    if _has_inline_tags(head):
        return Contents(None, True, problems.inline_tags(head))
    found = find(head)
    known: WordFormat | None = "conll" if found.layout or found.problem else None
    return Contents(known, found.is_sure, found.problem)


def begins_like_columns(head: Head) -> bool:
    """Return whether the first line is a row of columns, or none at all, but no row of a table."""
    line = next((line for _, line in head.lines), b"")
    if not line.strip() or starts_document(line) or (line.startswith(b"#") and b"\t" not in line):
        return True
    columns = columns_of(line.decode("utf-8", errors="replace"))
    return _MIN_COLUMNS <= len(columns) <= _MAX_COLUMNS and is_tag(columns[-1])


def has_columns(head: Head) -> bool:
    """Return whether most lines have the same number of columns, at least two."""
    table = table_of(head)
    return table is not None and table.width > 1 and table.share >= _MOSTLY


def is_conllu(head: Head) -> bool:
    """Return whether a file is CoNLL-U or CoNLL-U Plus."""
    if any(_PLUS.match(line) for _, line in head.lines):
        return True
    rows = [line.decode("utf-8", errors="replace").split("\t") for line in _rows(head)]
    fitting = [row for row in rows if len(row) == _CONLLU_COLUMNS
               and _CONLLU_ID.fullmatch(row[_ID]) and _CONLLU_HEAD.fullmatch(row[_HEAD])]
    return bool(rows) and len(fitting) >= _MOSTLY * len(rows)


def _has_slots(head: Head) -> bool:
    if not any(_INTENT.match(line) for _, line in head.lines):
        return False
    rows = [columns_of(line.decode("utf-8", errors="replace")) for line in _rows(head)]
    fitting = [row for row in rows if len(row) in _SLOT_COLUMNS and is_tag(row[-1])]
    return bool(rows) and len(fitting) >= _MOSTLY * len(rows)


def _has_inline_tags(head: Head) -> bool:
    """Return whether all words of the lines have tags behind a slash: ``Anna/B-PER left/O``."""
    words = [line.decode("utf-8", errors="replace").split() for line in _rows(head)]
    long = [line for line in words if len(line) > 1]
    tagged = [line for line in long if all(map(_INLINE.fullmatch, line))]
    return bool(long) and len(tagged) >= _MOSTLY * len(words)


def _rows(head: Head) -> Sequence[bytes]:
    return [line for _, line in head.lines if line.strip() and not line.startswith(b"#")]
