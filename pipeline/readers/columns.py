"""Which column of a table, or key of a JSON row, holds what an example has.

A mapping such as ``{premise: sentence1, hypothesis: sentence2, label: gold_label}`` names columns
by the keys of :mod:`crosslabel.pipeline.readers.forms`: ``id``, ``lang``, ``task``, ``text``, ``tokens``,
``tags``, ``spans``, ``relations``, ``label``, ``value``, ``words`` and ``meta``; any other key is
the name of a text field of its own. What no key is given for goes to ``meta``, but columns ``id``
and ``lang`` are read as such unless others are named for them.

In a column that is called ``gold_label`` the label ``-`` says that annotators did not agree, as in
SNLI, MultiNLI and XNLI; such a row is rejected.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from crosslabel.pipeline.readers import values
from crosslabel.pipeline.readers.values import Row
from crosslabel.projection.errors import InputError

KEYS = frozenset({"id", "lang", "task", "text", "tokens", "tags", "spans", "relations", "label",
                  "value", "words", "meta"})
_FOUND_BY_NAME = ("id", "lang")
_GOLD_LABEL, _NO_AGREEMENT = "gold_label", "-"


def check_columns(columns: Mapping[str, str]) -> None:
    """Refuse a mapping from which no example could be made; an empty one says nothing.

    Raises:
        InputError: it names no text, or two things that exclude each other.
    """
    if not columns:
        return
    fields = text_fields(columns)
    if "fields" in columns:
        raise InputError("columns: name each text by itself, such as premise: sentence1, in place "
                         "of 'fields'")
    if not fields and "tokens" not in columns:
        raise InputError("columns: no text is named; give text, tokens, or text fields by name, "
                         "such as premise: sentence1")
    if "tokens" in columns and fields not in ((), ("text",)):
        raise InputError("columns: tokens are the words of 'text'; leave out tokens or "
                         f"{', '.join(name for name in fields if name != 'text')}")
    if "tags" in columns and "tokens" not in columns:
        raise InputError("columns: tags are those of tokens; name the column of the tokens too")
    if "tags" in columns and "spans" in columns:
        raise InputError("columns: leave out tags or spans, both say what is labelled")


def check_present(path: Path, columns: Mapping[str, str], present: Collection[str]) -> None:
    """Refuse a table that lacks a column of the mapping.

    Raises:
        InputError: naming the column and those there are.
    """
    for key, column in columns.items():
        if column not in present:
            raise InputError(f"{path}: has no column {column!r} (columns: {key}); it has "
                             f"{', '.join(present) or 'none'}")


def text_fields(columns: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the text fields of a mapping, in its order."""
    return tuple(key for key in columns if key == "text" or key not in KEYS)


def mapped(row: Row, columns: Mapping[str, str]) -> Row:
    """A row in the form of :func:`crosslabel.pipeline.readers.forms.example_from`.

    Raises:
        InputError: the row lacks a key of the mapping, or its annotators did not agree.
    """
    for column in columns.values():
        if column not in row:
            raise InputError(f"missing-key: the row has no {column!r}; "
                             f"it has {', '.join(row) or 'nothing'}")
    if columns.get("label") == _GOLD_LABEL and row[_GOLD_LABEL] == _NO_AGREEMENT:
        raise InputError(f"no-label: {_GOLD_LABEL!r} is {_NO_AGREEMENT!r}, the annotators did not "
                         "agree")
    own: dict[str, Any] = {key: row[name] for key, name in columns.items() if key in KEYS}
    own |= {key: row[key] for key in _FOUND_BY_NAME if key in row and key not in columns}
    fields = text_fields(columns)
    if fields not in ((), ("text",)):
        own["fields"] = {name: row[columns[name]] for name in fields}
        own.pop("text", None)
    read = {*columns.values(), *(key for key in _FOUND_BY_NAME if key not in columns)}
    own["meta"] = {key: row[key] for key in row if key not in read} | _given_meta(own)
    return own


def _given_meta(own: Row) -> dict[str, Any]:
    given = own.get("meta")
    return {} if given is None else dict(values.as_object("meta", given))
