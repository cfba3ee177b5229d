"""JSON lines: one row per line.

A row has any of the forms of :mod:`crosslabel.pipeline.readers.forms`, or the keys that a mapping
of :mod:`crosslabel.pipeline.readers.columns` names.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers.columns import mapped
from crosslabel.pipeline.readers.forms import example_from
from crosslabel.pipeline.readers.gate import Gate
from crosslabel.pipeline.readers.lines import shown
from crosslabel.pipeline.readers.options import Options
from crosslabel.pipeline.readers.values import Row
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.jsonl import parse
from crosslabel.projection.files.lines import lines


def read_jsonl(path: Path, options: Options, gate: Gate) -> Iterator[Example | Reject]:
    """Read a file of JSON rows; an empty line is a row too, and a bad one.

    Raises:
        InputError: the file cannot be read.
    """
    for number, line in lines(path):
        yield _row(number, line, gate, options)


def _row(number: int, line: bytes, gate: Gate, options: Options) -> Example | Reject:
    try:
        row: Row = parse(line)
        if options.columns:
            row = mapped(row, options.columns)
    except InputError as error:
        return gate.reject(number, shown(line), str(error))
    build = partial(example_from, row, options.lang, options.task)
    return gate.admit(number, shown(line), build, id=_id(row))


def _id(row: Row) -> str | None:
    id: Any = row.get("id")
    return id if isinstance(id, str) else None
