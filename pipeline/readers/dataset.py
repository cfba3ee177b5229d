"""A reader of ``datasets`` folders, Arrow files and Parquet files, in small batches.

Columns are the keys of :mod:`crosslabel.pipeline.readers.forms` (``text`` and ``spans``, ``tokens``
and ``spans`` or ``tags``, which may be called ``ner_tags``), the columns of a layout of
:mod:`crosslabel.pipeline.readers.layouts`, or named by a mapping of
:mod:`crosslabel.pipeline.readers.columns`. Class labels are read as their names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers.columns import check_present, mapped
from crosslabel.pipeline.readers.forms import example_from
from crosslabel.pipeline.readers.gate import Gate
from crosslabel.pipeline.readers.ids import UNNAMED
from crosslabel.pipeline.readers.layouts import layout
from crosslabel.pipeline.readers.options import Options
from crosslabel.pipeline.readers.tables import Table, named, open_table, rows
from crosslabel.pipeline.readers.values import Row
from crosslabel.projection.errors import InputError

_NER_TAGS = "ner_tags"


def read_dataset(path: Path, options: Options, gate: Gate) -> Iterator[Example | Reject]:
    """Read the rows of a table.

    Raises:
        InputError: the table cannot be read or has no known columns, or its language is not known.
    """
    table = open_table(path)
    columns = _columns(path, table, options)
    return _rows(path, table, replace(options, columns=columns), gate)


def _columns(path: Path, table: Table, options: Options) -> Mapping[str, str]:
    """Return the column mapping of a table; it is empty if the columns are the keys of forms."""
    columns = options.columns
    if columns:
        check_present(path, columns, table.columns)
    elif not {"text", "fields", "tokens", "source"}.intersection(table.columns):
        columns = _layout(path, table)
    naming = {"lang"} if columns else {"lang", "source"}
    if options.lang is None and "lang" not in columns and not naming.intersection(table.columns):
        raise InputError(f"{path}: has no column lang; give the language, e.g. lang: en")
    return columns


def _layout(path: Path, table: Table) -> Mapping[str, str]:
    mapping = layout(list(table.columns))
    if mapping is None:
        raise InputError(f"{path}: has the columns {', '.join(table.columns) or 'none'}; expected "
                         "text and spans, or tokens and ner_tags, tags or spans; name them with "
                         "the setting columns")
    return mapping


def _rows(
    path: Path, table: Table, options: Options, gate: Gate
) -> Iterator[Example | Reject]:
    for number, row in enumerate(rows(path, table), start=1):
        if isinstance(row, InputError):
            yield gate.reject(number, "", str(row))
            continue
        given_id = row.get(options.columns.get("id", "id"))
        id = None if given_id is None else str(given_id)
        build = partial(_example, id or UNNAMED, row, table, options)
        yield gate.admit(number, _shown(row), build, id=id)


def _example(id: str, row: Row, table: Table, options: Options) -> Example:
    row = _plain({key: named(table.columns[key], value) for key, value in row.items()})
    if options.columns:
        row = mapped(row, options.columns)
    elif row.get(_NER_TAGS) is not None and row.get("tokens") is not None:
        row = {key: value for key, value in row.items() if key != _NER_TAGS} | {
            "tags": row[_NER_TAGS]}
    return example_from({**row, "id": id}, options.lang, options.task)


def _plain(row: Row) -> dict[str, Any]:
    """Return a row in types that JSON has; dates, infinities and the like become strings."""
    json_row: dict[str, Any] = json.loads(json.dumps(row, default=str), parse_constant=str)
    return json_row


def _shown(row: Row) -> str:
    return json.dumps(row, default=str, ensure_ascii=False)
