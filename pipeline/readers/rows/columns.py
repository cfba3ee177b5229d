"""Mappings from the parts of an example to columns of a table or keys of a JSON row.

A mapping such as ``{premise: sentence1, hypothesis: sentence2, label: gold_label}`` names columns
by the keys of :mod:`crosslabel.pipeline.readers.rows.forms`: ``id``, ``lang``, ``task``, ``text``,
``tokens``, ``tags``, ``spans``, ``relations``, ``label``, ``value``, ``words``, ``answers``,
``lost_spans`` and ``meta``; any other key is the name of a text field. Columns that no key names go
to ``meta``, except that the columns ``id``, ``lang`` and ``lost_spans`` keep their meaning unless
other columns are named for them.

Files with a word per line have columns of ``tokens`` and ``tags``, named by their numbers from 1 or
by the names that the file says: ``{tokens: 2, tags: 3}``, or ``{tokens: 2, tags: "3,4"}`` for an
outer and an inner level of names. ``id`` is a column that differs from sentence to sentence, for
files without empty lines. In CoNLL-U, ``{tokens: FORM, tags: "MISC:NER"}`` names a key of MISC.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from crosslabel.pipeline.corpus.records import CONTEXT, QUESTION
from crosslabel.pipeline.readers.rows import values
from crosslabel.pipeline.readers.rows.values import Row
from crosslabel.projection.errors import InputError

KEYS = frozenset({"id", "lang", "task", "text", "tokens", "tags", "spans", "relations", "label",
                  "value", "words", "answers", "lost_spans", "meta"})
WORD_KEYS = frozenset({"id", "tokens", "tags"})
"""Keys for the columns of files with a word per line."""

_KNOWN_BY_NAME = ("id", "lang", "lost_spans")


def check_columns(columns: Mapping[str, str]) -> None:
    """Refuse a mapping from which no example can be made; an empty one is allowed.

    Raises:
        InputError: the mapping names no text, or two keys that exclude each other.
    """
    if not columns:
        return
    fields = text_fields(columns)
    if "fields" in columns:
        raise InputError("columns: name each text by itself, such as premise: sentence1, instead "
                         "of 'fields'")
    if not fields and "tokens" not in columns:
        raise InputError("columns: no text is named; give text, tokens, or text fields by name, "
                         "such as premise: sentence1")
    if "tokens" in columns and fields not in ((), ("text",)):
        raise InputError("columns: tokens are the words of 'text'; leave out tokens or "
                         f"{', '.join(name for name in fields if name != 'text')}")
    if "tags" in columns and "tokens" not in columns:
        raise InputError("columns: tags belong to tokens; name the column of the tokens too")
    if "tags" in columns and "spans" in columns:
        raise InputError("columns: leave out tags or spans, both say what is labelled")


def written(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping whose numbers and lists of columns are written as text: ``3``, ``3,4``.

    Anything else that is no text is left as it is, to be refused.
    """
    return {key: _written(value) for key, value in columns.items()}


def _written(value: Any) -> Any:
    parts = value if isinstance(value, list | tuple) else [value]
    if not parts or not all(type(part) in (str, int) for part in parts):
        return value
    return ",".join(map(str, parts))


def names_word_columns(columns: Mapping[str, str]) -> bool:
    """Return whether a mapping names what files with a word per line have, and nothing else."""
    return {"tokens", "tags"} <= set(columns) <= WORD_KEYS


def are_numbers(columns: Mapping[str, str]) -> bool:
    """Return whether a mapping names all its columns by numbers, as ``tags: "3,4"``."""
    names = [name.strip() for value in columns.values() for name in value.split(",")]
    return bool(names) and all(map(str.isdecimal, names))


def check_present(path: Path, columns: Mapping[str, str], present: Collection[str]) -> None:
    """Refuse a table that lacks a column of the mapping.

    Raises:
        InputError: a column is missing; the message names it and the columns there are.
    """
    for key, column in columns.items():
        if column not in present:
            raise InputError(f"{path}: has no column {column!r} (columns: {key}); it has "
                             f"{', '.join(present) or 'none'}")


def text_fields(columns: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the text fields of a mapping, in its order."""
    return tuple(key for key in columns if key == "text" or key not in KEYS)


def mapped(row: Row, columns: Mapping[str, str]) -> Row:
    """Return a row with the keys of :func:`crosslabel.pipeline.readers.rows.forms.example_from`.

    Raises:
        InputError: the row lacks a key of the mapping.
    """
    for column in columns.values():
        if column not in row:
            raise InputError(f"missing-key: the row has no {column!r}; "
                             f"it has {', '.join(row) or 'nothing'}")
    form: dict[str, Any] = {key: row[name] for key, name in columns.items() if key in KEYS}
    form |= {key: row[key] for key in _KNOWN_BY_NAME if key in row and key not in columns}
    fields = text_fields(columns)
    if set(fields) == {QUESTION, CONTEXT} and "answers" in form:
        form |= {name: row[columns[name]] for name in fields}
    elif fields not in ((), ("text",)):
        form["fields"] = {name: row[columns[name]] for name in fields}
        form.pop("text", None)
    read = {*columns.values(), *(key for key in _KNOWN_BY_NAME if key not in columns)}
    form["meta"] = {key: row[key] for key in row if key not in read} | _given_meta(form)
    return form


def _given_meta(form: Row) -> dict[str, Any]:
    meta = form.get("meta")
    return {} if meta is None else dict(values.as_object("meta", meta))
