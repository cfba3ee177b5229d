"""CoNLL columns: a word per line, its tag in the last column, an empty line after a sentence.

Columns are separated by a tab, or by spaces where a line has no tab. Lines ``-DOCSTART-`` count
documents; lines that begin with ``#`` before a sentence's first word are comments. With the task
``words`` the last column is the label of the word, ``_`` if it has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from crosslabel.pipeline.corpus.records import Example, Reject, Task
from crosslabel.pipeline.readers.gate import Gate
from crosslabel.pipeline.readers.ids import UNNAMED
from crosslabel.pipeline.readers.language import required_language
from crosslabel.pipeline.readers.lines import shown
from crosslabel.pipeline.readers.options import Options
from crosslabel.pipeline.readers.sentences import Sentence, columns_of, decoded, sentences
from crosslabel.pipeline.readers.tagged import tagged_example
from crosslabel.pipeline.readers.tags import is_tag
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.lines import decode

_MIN_COLUMNS, _MAX_COLUMNS = 2, 4


def read_conll(path: Path, options: Options, gate: Gate) -> Iterator[Example | Reject]:
    """Read the sentences of a CoNLL file; a sentence with a bad line becomes one Reject.

    ``meta`` holds ``document`` (from 1) if the file
    marks documents, ``comments``, and ``repaired_tags`` if tags did not fit together.

    Raises:
        InputError: no language is given, or the file cannot be read.
    """
    lang = required_language(path, options)
    return _rows(path, lang, options.task or "spans", gate)


def looks_like_conll(line: bytes) -> bool:
    """Return whether a file with this first line has a word per line, not a row of a table."""
    if not line.strip() or line.startswith(b"-DOCSTART-") or _is_untabbed(line):
        return True
    columns = columns_of(line.decode("utf-8", errors="replace"))
    return _MIN_COLUMNS <= len(columns) <= _MAX_COLUMNS and is_tag(columns[-1])


def _rows(path: Path, lang: str, task: Task, gate: Gate) -> Iterator[Example | Reject]:
    is_comment = _is_untabbed if task == "words" else _is_untagged
    for sentence in sentences(path, is_comment):
        raw = shown(b"\n".join(sentence.lines[:100]))
        yield gate.admit(sentence.row, raw, partial(_example, lang, task, sentence))


def _is_untabbed(line: bytes) -> bool:
    return line.startswith(b"#") and b"\t" not in line


def _is_untagged(line: bytes) -> bool:
    """Return whether a line is a comment: ``# text = ...``, but not ``#`` with a tag column."""
    if not line.startswith(b"#"):
        return False
    columns = columns_of(line.decode("utf-8", errors="replace"))
    return not (_MIN_COLUMNS <= len(columns) <= _MAX_COLUMNS and is_tag(columns[-1]))


def _example(lang: str, task: Task, sentence: Sentence) -> Example:
    sentence.room.check()
    rows = [_row(number, line) for number, line in sentence.numbered()]
    _check_columns(sentence.row, rows, task)
    tokens, tags = [row[0] for row in rows], [row[-1] for row in rows]
    return tagged_example(UNNAMED, lang, tokens, tags, task=task, meta=_meta(sentence))


def _row(number: int, line: bytes) -> list[str]:
    columns = columns_of(decoded(number, line))
    if not _MIN_COLUMNS <= len(columns) <= _MAX_COLUMNS:
        raise InputError(f"wrong-columns: line {number} has {len(columns)} columns, expected "
                         f"{_MIN_COLUMNS} to {_MAX_COLUMNS}: the word first, its tag last")
    if not columns[0].strip():
        raise InputError(f"empty-token: line {number} has no word in its first column")
    return columns


def _check_columns(first: int, rows: list[list[str]], task: Task) -> None:
    for number, row in enumerate(rows, start=first):
        if len(row) != len(rows[0]):
            raise InputError(f"wrong-columns: line {number} has {len(row)} columns, the sentence "
                             f"begins with {len(rows[0])}")
        if task == "spans" and not is_tag(row[-1]):
            raise InputError(f"unknown-tag: line {number} ends with {row[-1]!r}, expected O or "
                             "B-, I-, E-, S-, L-, U- with a label; use the task words if words are "
                             "labelled without these")
        if not row[-1].strip():
            raise InputError(f"empty-label: line {number} has no label in its last column")


def _meta(sentence: Sentence) -> dict[str, Any]:
    comments = [decode(line).removeprefix("#").strip() for line in sentence.comments]
    meta: dict[str, Any] = {"document": sentence.document} if sentence.document else {}
    return meta | {"comments": comments} if comments else meta
