"""Tables of text whose first line names the columns: tab-separated and comma-separated values.

Tab-separated cells are read as they are, without quoting, as in the files of GLUE, XNLI and PAWS-X.
Comma-separated cells follow RFC 4180: a quoted cell may hold commas, line breaks and doubled
quotes. A mapping (:mod:`crosslabel.pipeline.readers.rows.columns`) says what the columns hold;
without one their names do (:mod:`crosslabel.pipeline.readers.rows.layouts`).

Words in cells of ``tokens`` and ``tags`` are separated by spaces, a ``value`` is a number, and an
empty cell of ``label`` or ``value`` means that the row has none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from crosslabel.pipeline.corpus.records import Example, Reject, Task
from crosslabel.pipeline.readers.gate import Gate
from crosslabel.pipeline.readers.lines import shown
from crosslabel.pipeline.readers.options import Options
from crosslabel.pipeline.readers.rows.class_labels import ClassLabels
from crosslabel.pipeline.readers.rows.columns import check_present, mapped
from crosslabel.pipeline.readers.rows.forms import example_from
from crosslabel.pipeline.readers.rows.layouts import layout
from crosslabel.pipeline.readers.rows.nearest import nearest_layout
from crosslabel.pipeline.readers.rows.values import Row
from crosslabel.pipeline.readers.tables.class_names import named_cells
from crosslabel.pipeline.readers.tables.column_types import ColumnTypes, column_types
from crosslabel.pipeline.readers.tables.csv_records import csv_records
from crosslabel.pipeline.readers.tables.record import Record
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.limits import MAX_COLUMNS
from crosslabel.projection.files.lines import decode, lines

_LISTS = ("tokens", "tags")
_WHOLE = re.compile(r"(-?[0-9]+)\.0+")
"""A whole number as pandas writes it in a column with empty cells."""
_OBJECTS = ("spans", "relations", "words", "meta")


@dataclass(frozen=True, slots=True)
class _Header:
    """The names of the columns, and the mapping of keys to them."""

    names: Sequence[str]
    columns: Mapping[str, str]


def read_tsv(path: Path, options: Options, gate: Gate) -> Iterator[Example | Reject]:
    """Read the rows of a tab-separated table; the row number is the line number.

    Raises:
        InputError: the columns or the language are not known, or the file cannot be read.
    """
    return _read(path, _tsv_records(path), options, gate)


def read_csv(path: Path, options: Options, gate: Gate) -> Iterator[Example | Reject]:
    """Read the rows of a comma-separated table in the same way as :func:`read_tsv`.

    Raises:
        InputError: as :func:`read_tsv`.
    """
    return _read(path, csv_records(path, options.max_characters), options, gate)


def _read(
    path: Path, records: Iterator[Record], options: Options, gate: Gate
) -> Iterator[Example | Reject]:
    first = next(records, None)
    if first is None:
        return iter(())
    second = next(records, None)
    header = _header(path, first, second, options)
    rest = records if second is None else chain([second], records)
    return _rows(header, rest, options, gate)


def _tsv_records(path: Path) -> Iterator[Record]:
    for number, line in lines(path):
        try:
            yield Record(number, shown(line), decode(line).split("\t"))
        except InputError as error:
            yield Record(number, shown(line), error)


def _header(path: Path, first: Record, second: Record | None, options: Options) -> _Header:
    if isinstance(first.cells, InputError):
        raise InputError(f"{path}: the first line does not name columns: {first.cells}")
    names = first.cells
    if len(names) > MAX_COLUMNS:
        raise InputError(f"{path}: the first line has {len(names)} columns, the limit is "
                         f"{MAX_COLUMNS}; is it a table?")
    columns = options.columns or _layout(path, names, options)
    if not columns:
        cells = second.cells if second and not isinstance(second.cells, InputError) else ()
        row = dict.fromkeys(names, "") | dict(zip(names, cells, strict=False))
        raise InputError(f"{path}: its first line names no text that is known; "
                         f"{nearest_layout([row])}")
    check_present(path, columns, names)
    _check_names(path, names, columns)
    if options.lang is None and "lang" not in (*columns, *names):
        raise InputError(f"{path}: has no column lang; give the language, e.g. lang: en")
    return _Header(names, columns)


def _layout(path: Path, names: Sequence[str], options: Options) -> Mapping[str, str] | None:
    """Return the mapping of a known layout, with the class that a card describes as the label."""
    described = {name: options.features[name] for name in names if name in options.features}
    types = column_types(path, described, (), options) if described else ColumnTypes()
    mapping = layout([types.names.get(name, name) for name in names])
    columns = {name: column for column, name in types.names.items()}
    return {key: columns.get(name, name) for key, name in mapping.items()} if mapping else None


def _check_names(path: Path, names: Sequence[str], columns: Mapping[str, str]) -> None:
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise InputError(f"{path}: two columns are called {repeated[0]!r}; rename one")
    for key in _OBJECTS:
        if key in columns:
            raise InputError(f"{path}: a cell cannot hold {key} (columns); give them in JSON lines")


def _rows(
    header: _Header, records: Iterator[Record], options: Options, gate: Gate
) -> Iterator[Example | Reject]:
    for record in records:
        yield gate.admit(record.line, record.raw, partial(_example, record, header, options))


def _example(record: Record, header: _Header, options: Options) -> Example:
    if isinstance(record.cells, InputError):
        raise record.cells
    if len(record.cells) != len(header.names):
        raise InputError(f"wrong-columns: line {record.line} has {len(record.cells)} columns, the "
                         f"first line has {len(header.names)}")
    cells = dict(zip(header.names, record.cells, strict=True))
    row = mapped(named_cells(cells, options.features), header.columns)
    row = {key: _value(key, cell) for key, cell in row.items()}
    row = ClassLabels(options.label_names, options.missing).read(row)
    return example_from(row, options.lang, options.task or _task(row))


def _task(row: Row) -> Task | None:
    """Return ``text`` for a table with a class or number column, even if the row has none."""
    return "text" if {"label", "value"} & row.keys() and "tags" not in row else None


def _value(key: str, cell: Any) -> Any:
    if key in _LISTS:
        return cell.split()
    if cell is None or (key in ("label", "value") and not cell.strip()):
        return None
    if key == "label" and (whole := _WHOLE.fullmatch(cell.strip())):
        return whole[1]
    return _number(cell) if key == "value" else cell


def _number(cell: str) -> float:
    try:
        return float(cell if "_" not in cell else "")
    except ValueError as error:
        raise InputError(f"not-a-number: the value is {cell[:40]!r}") from error
