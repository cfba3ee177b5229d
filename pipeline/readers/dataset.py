"""Rows of a ``datasets`` folder, an Arrow file or a Parquet file, read in small batches.

Columns are the keys of :mod:`pipeline.readers.forms` (``text`` and ``spans``, or ``tokens`` and
``spans``), or ``tokens`` with ``ner_tags`` or ``tags``. Class labels are read as their names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.readers import values
from pipeline.readers.forms import example_from
from pipeline.readers.gate import Gate
from pipeline.readers.lines import stem
from pipeline.readers.options import Options
from pipeline.readers.tables import Table, named, open_table, rows_of, unreadable
from pipeline.readers.tagged import tagged_example
from pipeline.readers.values import Row
from pipeline.records import Example, Reject
from projection.errors import InputError

_TAG_COLUMNS = ("ner_tags", "tags")
_TAGGED_KEYS = frozenset({"id", "lang", "tokens", "text", *_TAG_COLUMNS})


def read_dataset(path: Path, options: Options) -> Iterator[Example | Reject]:
    """Read the rows of a table; one without an ``id`` is called ``<file stem>-<row number>``.

    Raises:
        InputError: it cannot be read, has no known columns, or its language is not known.
    """
    table = open_table(path)
    _check_columns(path, table, options)
    return _rows(path, table, options)


def _check_columns(path: Path, table: Table, options: Options) -> None:
    known = {"text", "fields", "tokens", "source"}
    if not known.intersection(table.columns):
        raise InputError(f"{path}: has the columns {', '.join(table.columns) or 'none'}; expected "
                         "text and spans, or tokens and ner_tags, tags or spans")
    if options.lang is None and not {"lang", "source"}.intersection(table.columns):
        raise InputError(f"{path}: has no column lang; give the language, e.g. lang: en")


def _rows(path: Path, table: Table, options: Options) -> Iterator[Example | Reject]:
    gate = Gate(path.name, options)
    name = path.name if path.is_dir() else stem(path)
    for number, row in enumerate(_stream(path, table), start=1):
        id = f"{name}-{number}"
        if isinstance(row, UnicodeDecodeError):
            yield gate.reject(number, "", _not_utf8(row), id=id)
            continue
        id = str(row["id"]) if row.get("id") is not None else id
        yield gate.admit(number, _shown(row), partial(_example, id, row, table, options), id=id)


def _stream(path: Path, table: Table) -> Iterator[Row | UnicodeDecodeError]:
    try:
        for batch in table.batches:
            yield from rows_of(batch)
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error


def _not_utf8(error: UnicodeDecodeError) -> str:
    return f"invalid-utf8: byte {error.start} of a text is {error.object[error.start]:#04x}"


def _example(id: str, row: Row, table: Table, options: Options) -> Example:
    row = {key: named(table.columns[key], value) for key, value in row.items()}
    row["id"] = id
    tag_column = next((column for column in _TAG_COLUMNS if row.get(column) is not None), None)
    if tag_column is None or row.get("tokens") is None or row.get("spans") is not None:
        return example_from(_plain(row), options.lang)
    return tagged_example(
        id,
        values.text(row, "lang", options.lang),
        values.strings(row, "tokens"),
        values.strings(row, tag_column),
        text=values.optional_text(row, "text"),
        meta=_plain({key: value for key, value in row.items() if key not in _TAGGED_KEYS}),
    )


def _plain(row: Row) -> dict[str, Any]:
    """Only what JSON can say: dates, infinities and the like become strings."""
    plain: dict[str, Any] = json.loads(json.dumps(row, default=str), parse_constant=str)
    return plain


def _shown(row: Row) -> str:
    return json.dumps(row, default=str, ensure_ascii=False)
