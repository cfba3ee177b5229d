"""A reader of ``datasets`` folders, Arrow files and Parquet files, in small batches.

Columns are the keys of :mod:`crosslabel.pipeline.readers.rows.forms`, or named by a mapping of
:mod:`crosslabel.pipeline.readers.rows.columns`, or known by their types
(:mod:`crosslabel.pipeline.readers.tables.column_types`) or by what they hold
(:mod:`crosslabel.pipeline.readers.rows.meaning`). Class labels are read as their names.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers.gate import Gate
from crosslabel.pipeline.readers.ids import UNNAMED
from crosslabel.pipeline.readers.options import Options
from crosslabel.pipeline.readers.rows.class_labels import ClassLabels
from crosslabel.pipeline.readers.rows.columns import check_present
from crosslabel.pipeline.readers.rows.forms import example_from
from crosslabel.pipeline.readers.rows.meaning import Meaning, meaning_of
from crosslabel.pipeline.readers.rows.missing_labels import missing_signs
from crosslabel.pipeline.readers.rows.values import Row
from crosslabel.pipeline.readers.tables.class_names import has_classes, named_row
from crosslabel.pipeline.readers.tables.column_types import ColumnTypes, Features, column_types
from crosslabel.pipeline.readers.tables.open_table import Table, open_table, rows, with_head
from crosslabel.projection.errors import InputError


@dataclass(frozen=True, slots=True)
class _Columns:
    """What the columns of a table mean."""

    features: Features
    types: ColumnTypes
    meaning: Meaning

    def form(self, row: Row) -> Row:
        """Return a row under the keys of forms."""
        return self.meaning.form(_typed(row, self.features, self.types))

    @property
    def id(self) -> str:
        """The column of ids."""
        return self.meaning.columns.get("id", "id")


def read_dataset(path: Path, options: Options, gate: Gate) -> Iterator[Example | Reject]:
    """Read the rows of a table.

    Raises:
        InputError: the table cannot be read or has no known columns, or its language is not known.
    """
    table, head = with_head(path, open_table(path))
    check_present(path, options.columns, table.columns)
    features = {name: _described(own, options.features.get(name))
                for name, own in table.columns.items()}
    types = column_types(path, features, _good(head, features), options)
    options = replace(options, task=options.task or types.task)
    columns = _columns(path, table, head, _Columns(features, types, _unread(options)), options)
    _check_language(path, table, columns, options)
    return _rows(path, table, columns, options, gate)


def _described(own: Any, given: Any) -> Any:
    """Return the feature of a column: what describes the data set knows its classes, if any."""
    return given if given is not None and not has_classes(own) else own


def _unread(options: Options) -> Meaning:
    return Meaning(ClassLabels(options.label_names, options.missing), options.columns)


def _columns(
    path: Path, table: Table, head: Sequence[Row], columns: _Columns, options: Options
) -> _Columns:
    """Return the columns with their meaning, found out from the first rows.

    Raises:
        InputError: no text is found, or several columns may be the labels.
    """
    forms = list(_forms(head, columns))
    empty = _typed(dict.fromkeys(table.columns), {}, replace(columns.types, tagged=False))
    meaning = meaning_of(path, forms or [empty], lambda: _forms(_all(path), columns), options)
    if not meaning.classes or options.notes.classes:
        return replace(columns, meaning=meaning)
    missing = _missing(path, columns, meaning.columns.get("label", "label"), options)
    labels = replace(meaning.labels, missing=missing)
    return replace(columns, meaning=replace(meaning, labels=labels))


def _missing(path: Path, columns: _Columns, label: str, options: Options) -> Collection[str]:
    """Return the labels that mean "no label"; the table is read for them once more."""
    labels = {str(form[label]) for form in _forms(_all(path), columns)
              if isinstance(form.get(label), str | int)}
    try:
        return missing_signs(labels, [*(options.labels or ()), *options.label_names.values()])
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def _check_language(path: Path, table: Table, columns: _Columns, options: Options) -> None:
    named = columns.meaning.columns
    naming = {"lang"} if named else {"lang", "source"}
    if options.lang is None and "lang" not in named and not naming.intersection(table.columns):
        raise InputError(f"{path}: has no column lang; give the language, e.g. lang: en")


def _all(path: Path) -> Iterator[Row]:
    return (row for row in rows(path, open_table(path)) if not isinstance(row, InputError))


def _forms(given: Iterable[Row], columns: _Columns) -> Iterator[Row]:
    """Yield rows under the names that their types give them; those that are wrong are left out."""
    for row in given:
        try:
            yield _typed(row, columns.features, columns.types)
        except InputError:
            continue


def _good(head: Sequence[Row], features: Features) -> list[Row]:
    return [row for given in head if (row := _named_or_none(given, features)) is not None]


def _named_or_none(row: Row, features: Features) -> Row | None:
    try:
        return _plain(named_row(row, features))
    except InputError:
        return None


def _typed(row: Row, features: Features, types: ColumnTypes) -> Row:
    return types.form(_plain(named_row(row, features)))


def _rows(
    path: Path, table: Table, columns: _Columns, options: Options, gate: Gate
) -> Iterator[Example | Reject]:
    for number, row in enumerate(rows(path, table), start=1):
        if isinstance(row, InputError):
            yield gate.reject(number, "", str(row))
            continue
        given_id = row.get(columns.id)
        id = None if given_id is None else str(given_id)
        build = partial(_example, id or UNNAMED, row, columns, options)
        yield gate.admit(number, _shown(row), build, id=id)


def _example(id: str, row: Row, columns: _Columns, options: Options) -> Example:
    return example_from({**columns.form(row), "id": id}, options.lang, options.task)


def _plain(row: Row) -> dict[str, Any]:
    """Return a row in types that JSON has; dates, infinities and the like become strings."""
    json_row: dict[str, Any] = json.loads(json.dumps(row, default=str), parse_constant=str)
    return json_row


def _shown(row: Row) -> str:
    return json.dumps(row, default=str, ensure_ascii=False)
