"""JSON rows: one per line, or one array of all rows.

A row has any of the forms of :mod:`crosslabel.pipeline.readers.rows.forms`, the keys that a mapping
of :mod:`crosslabel.pipeline.readers.rows.columns` names, or keys whose meaning
:mod:`crosslabel.pipeline.readers.rows.meaning` finds out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers.gate import Gate
from crosslabel.pipeline.readers.json_array import array_items
from crosslabel.pipeline.readers.lines import shown
from crosslabel.pipeline.readers.options import Options
from crosslabel.pipeline.readers.rows.forms import example_from
from crosslabel.pipeline.readers.rows.meaning import Meaning, meaning_of
from crosslabel.pipeline.readers.rows.values import Row
from crosslabel.pipeline.readers.tables.class_names import named_row
from crosslabel.pipeline.readers.tables.column_types import ColumnTypes, column_types
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.jsonl import parse
from crosslabel.projection.files.lines import lines

_HEAD_ROWS, _HEAD_BYTES = 1000, 1 << 26
"""Rows and bytes by which the meaning of keys is decided."""


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A row of the file, or the error in its place; ``number`` counts from 1."""

    number: int
    raw: str
    bytes: int
    row: Row | InputError


def read_jsonl(path: Path, options: Options, gate: Gate) -> Iterator[Example | Reject]:
    """Read a file of JSON rows; an empty line is a row too, and a bad one.

    Raises:
        InputError: the file cannot be read, or no text is found in its rows.
    """
    parsed = _parsed(path)
    head = _head(parsed)
    types = column_types(path, options.features, _good(_named(head, options)), options)
    options = replace(options, task=options.task or types.task)
    typed = partial(_typed, types=types, options=options)
    meaning = meaning_of(path, _good(typed(head)), lambda: _good(typed(_parsed(path))), options)
    return _rows(typed(chain(head, parsed)), meaning, options, gate)


def _named(parsed: Iterable[_Parsed], options: Options) -> Iterator[_Parsed]:
    """Yield rows with the names of classes that the card of a data set describes."""
    for one in parsed:
        try:
            row = one.row if isinstance(one.row, InputError) else named_row(
                one.row, options.features)
        except InputError as error:
            row = error
        yield replace(one, row=row)


def _typed(parsed: Iterable[_Parsed], types: ColumnTypes, options: Options) -> Iterator[_Parsed]:
    """Yield rows under the names that the types of their keys give them, if a card has any."""
    if not options.features:
        yield from parsed
        return
    for one in _named(parsed, options):
        try:
            row = one.row if isinstance(one.row, InputError) else types.form(one.row)
        except InputError as error:
            row = error
        yield replace(one, row=row)


def _rows(
    parsed: Iterable[_Parsed], meaning: Meaning, options: Options, gate: Gate
) -> Iterator[Example | Reject]:
    for one in parsed:
        if isinstance(one.row, InputError):
            yield gate.reject(one.number, one.raw, str(one.row))
            continue
        build = partial(_example, one.row, meaning, options)
        yield gate.admit(one.number, one.raw, build, id=_id(one.row))


def _example(row: Row, meaning: Meaning, options: Options) -> Example:
    return example_from(meaning.form(row), options.lang, options.task)


def _head(parsed: Iterator[_Parsed]) -> list[_Parsed]:
    head: list[_Parsed] = []
    taken = 0
    while len(head) < _HEAD_ROWS and taken < _HEAD_BYTES and (one := next(parsed, None)):
        head.append(one)
        taken += one.bytes
    return head


def _good(parsed: Iterable[_Parsed]) -> list[Row]:
    return [one.row for one in parsed if not isinstance(one.row, InputError)]


def _parsed(path: Path) -> Iterator[_Parsed]:
    items = array_items(path)
    for number, line in lines(path) if items is None else enumerate(items, start=1):
        yield _Parsed(number, shown(line), len(line), _row(line))


def _row(line: bytes) -> Row | InputError:
    try:
        return parse(line)
    except InputError as error:
        return error


def _id(row: Row) -> str | None:
    id: Any = row.get("id")
    return str(id) if isinstance(id, str | int) else None
