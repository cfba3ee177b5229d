"""The stop before a corpus is translated without the labels that its rows seem to have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crosslabel.pipeline.corpus.records import Example
from crosslabel.pipeline.planning.census import is_labelled
from crosslabel.pipeline.readers.rows.label_like import looks_like_labels
from crosslabel.pipeline.readers.rows.nearest import suggested_columns
from crosslabel.pipeline.recipe import SourceSection
from crosslabel.projection.errors import InputError


class UnreadLabels:
    """A watch for keys that look like labels, until a label of any row was read."""

    def __init__(self) -> None:
        self._keys: dict[str, Any] = {}
        self._texts: Mapping[str, Any] = {}
        self._labelled = False

    def see(self, example: Example) -> None:
        """Note the keys of a row that were kept unread."""
        self._labelled = self._labelled or is_labelled(example)
        if self._labelled:
            return
        for key, value in example.meta.items():
            if key not in self._keys and looks_like_labels(key, value):
                self._keys[key] = value
                self._texts = {"tokens": _tokens(example)} if example.words else example.fields

    def check(self, source: SourceSection) -> None:
        """Stop if no row has labels but keys look like labels, unless a mapping names columns.

        Raises:
            InputError: names the keys, and a mapping that may read them.
        """
        if self._labelled or not self._keys or source.columns:
            return
        first = next(iter(self._keys))
        way = suggested_columns([{**self._texts, first: self._keys[first]}])
        plain = suggested_columns([self._texts])
        raise InputError(
            f"{source.name}: no label was read, but {_listed(list(self._keys))} as labels would; "
            f"nothing was translated. Name what holds them, such as source.columns: {way}"
            f"{_numbers(self._keys[first])}, or translate the text alone with {plain}")


def _listed(keys: list[str]) -> str:
    named = ", ".join(map(repr, keys[:8]))
    return f"{named} {'looks' if len(keys) == 1 else 'look'}"


def _numbers(value: Any) -> str:
    values = value if isinstance(value, list) else [value]
    are_numbers = bool(values) and all(type(one) is int for one in values)
    return " and source.label_names: the names of its numbers" if are_numbers else ""


def _tokens(example: Example) -> list[str]:
    return [example.fields[words.field][start:end]
            for words in example.words for start, end in words.ranges]
