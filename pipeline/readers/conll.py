"""CoNLL columns: a word per line, its tag in the last column, an empty line after a sentence.

Columns are separated by a tab, or by spaces where a line has no tab. Lines ``-DOCSTART-`` count
documents; lines that begin with ``#`` before a sentence's first word are comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.readers.gate import Gate
from pipeline.readers.language import required_language
from pipeline.readers.lines import decode, shown, stem
from pipeline.readers.options import Options
from pipeline.readers.tagged import tagged_example
from pipeline.readers.tags import is_tag
from pipeline.records import Example, Reject
from projection.errors import InputError
from projection.files.lines import lines

_DOCUMENT_START = b"-DOCSTART-"
_MIN_COLUMNS, _MAX_COLUMNS = 2, 4


@dataclass(slots=True)
class _Sentence:
    """Lines of one sentence; ``row`` is the number of its first line."""

    row: int = 0
    lines: list[bytes] = field(default_factory=list)
    comments: list[bytes] = field(default_factory=list)
    document: int = 0


def read_conll(path: Path, options: Options) -> Iterator[Example | Reject]:
    """Read the sentences of a CoNLL file; a sentence with a bad line is one Reject.

    Ids are ``<file stem>-<sentence number>``. ``meta`` holds ``document`` (from 1) where the file
    marks documents, ``comments``, and ``repaired_tags`` where tags did not fit together.

    Raises:
        InputError: no language is given, or the file cannot be read.
    """
    lang = required_language(path, options)
    return _rows(path, lang, Gate(path.name, options))


def _rows(path: Path, lang: str, gate: Gate) -> Iterator[Example | Reject]:
    for number, sentence in enumerate(_sentences(path), start=1):
        id = f"{stem(path)}-{number}"
        raw = shown(b"\n".join(sentence.lines[:100]))
        yield gate.admit(sentence.row, raw, partial(_example, id, lang, sentence), id=id)


def _sentences(path: Path) -> Iterator[_Sentence]:
    sentence = _Sentence()
    for number, line in lines(path):
        starts_document = line.split(maxsplit=1)[:1] == [_DOCUMENT_START]
        if starts_document or not line.strip(b" \t\r"):
            if sentence.lines:
                yield sentence
            sentence = _Sentence(document=sentence.document + starts_document)
        elif not sentence.lines and _is_comment(line):
            sentence.comments.append(line)
        else:
            sentence.row = sentence.row or number
            sentence.lines.append(line)
    if sentence.lines:
        yield sentence


def _is_comment(line: bytes) -> bool:
    """``# text = ...`` is a comment, ``#`` with a tag in a column of its own is a word."""
    if not line.startswith(b"#"):
        return False
    columns = _columns(line.decode("utf-8", errors="replace"))
    return not (_MIN_COLUMNS <= len(columns) <= _MAX_COLUMNS and is_tag(columns[-1]))


def _example(id: str, lang: str, sentence: _Sentence) -> Example:
    rows = [_row(sentence.row + offset, line) for offset, line in enumerate(sentence.lines)]
    _check_columns(sentence.row, rows)
    tokens, tags = [row[0] for row in rows], [row[-1] for row in rows]
    return tagged_example(id, lang, tokens, tags, meta=_meta(sentence))


def _row(number: int, line: bytes) -> list[str]:
    columns = _columns(_decoded(number, line))
    if not _MIN_COLUMNS <= len(columns) <= _MAX_COLUMNS:
        raise InputError(f"wrong-columns: line {number} has {len(columns)} columns, expected "
                         f"{_MIN_COLUMNS} to {_MAX_COLUMNS}: the word first, its tag last")
    if not columns[0].strip():
        raise InputError(f"empty-token: line {number} has no word in its first column")
    return columns


def _decoded(number: int, line: bytes) -> str:
    try:
        return decode(line)
    except InputError as error:
        raise InputError(f"{error} (line {number})") from error


def _check_columns(first: int, rows: list[list[str]]) -> None:
    for number, row in enumerate(rows, start=first):
        if len(row) != len(rows[0]):
            raise InputError(f"wrong-columns: line {number} has {len(row)} columns, the sentence "
                             f"begins with {len(rows[0])}")
        if not is_tag(row[-1]):
            raise InputError(f"unknown-tag: line {number} ends with {row[-1]!r}, expected O or "
                             "B-, I-, E-, S-, L-, U- with a label")


def _columns(line: str) -> list[str]:
    return line.split("\t") if "\t" in line else re.split(" +", line.strip(" "))


def _meta(sentence: _Sentence) -> dict[str, Any]:
    comments = [decode(line).removeprefix("#").strip() for line in sentence.comments]
    meta: dict[str, Any] = {"document": sentence.document} if sentence.document else {}
    return meta | {"comments": comments} if comments else meta
