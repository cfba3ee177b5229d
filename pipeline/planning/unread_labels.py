"""The stop before a corpus is translated without the labels that its rows seem to have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from crosslabel.pipeline.corpus.records import Example
from crosslabel.pipeline.planning.census import is_labelled
from crosslabel.pipeline.readers.rows.label_like import is_structure, looks_like_labels
from crosslabel.pipeline.readers.rows.nearest import suggested_columns
from crosslabel.pipeline.recipe import SourceSection
from crosslabel.projection.errors import InputError
from crosslabel.projection.plain import one_line

_NAMED = 8


class _Unread(NamedTuple):
    """What a key holds in its first row without labels, and that row's texts."""

    value: Any
    texts: Mapping[str, Any]
    place: str


class UnreadLabels:
    """A watch for keys that look like labels and were not read.

    Args:
        source: where the rows are from.
    """

    def __init__(self, source: SourceSection) -> None:
        self._source = source
        self._unread: dict[str, _Unread] = {}
        self._beside: dict[str, None] = {}
        self._labelled = False

    def see(self, place: str, example: Example) -> None:
        """Note the keys of a row that look like labels and were only kept.

        Args:
            place: names the row, such as ``row 3``.
        """
        labelled = is_labelled(example)
        self._labelled |= labelled
        for key, value in example.meta.items():
            if (key in self._beside if labelled else key in self._unread) or not looks_like_labels(
                    key, value):
                continue
            if labelled:
                self._beside[key] = None
            else:
                texts = {"tokens": _tokens(example)} if example.words else example.fields
                self._unread[key] = _Unread(value, texts, place)

    def check(self) -> None:
        """Stop if rows without labels have keys that look like labels.

        Where other rows have labels, this holds for lists and objects that those rows do not have.
        A mapping of columns says what is read, so nothing is unread then.

        Raises:
            InputError: names the keys, and a mapping that may read them.
        """
        unread = {key: held for key, held in self._unread.items() if not self._labelled
                  or (key not in self._beside and is_structure(held.value))}
        if not unread or self._source.columns:
            return
        first, held = next(iter(unread.items()))
        way = suggested_columns([{**held.texts, first: held.value}])
        plain = suggested_columns([held.texts])
        where = f" from {held.place}" if self._labelled else ""
        raise InputError(one_line(
            f"{self._source.name}: no label was read{where}, but {_listed(list(unread))} as labels "
            f"would; nothing was translated. {_advice(first, held.value, way)}, or translate the "
            f"text alone with source.columns: {plain}"))

    def lines(self) -> Iterator[str]:
        """Yield a line about the keys that were only kept beside labels that were read."""
        if self._beside and not self._source.columns:
            yield one_line(f"{self._source.name}: only kept, though {_listed(list(self._beside))} "
                           "as labels would; source.columns says what is read")


def _listed(keys: list[str]) -> str:
    named = ", ".join(map(repr, keys[:_NAMED]))
    return f"{named} {'looks' if len(keys) == 1 else 'look'}"


def _advice(key: str, value: Any, way: str) -> str:
    if key not in way:
        return (f"The form of {key} is not known ({str(value)[:60]}): write spans as objects with "
                "start, end and label, tags as a list as long as the tokens, a class as a text")
    values = value if isinstance(value, list) else [value]
    numbers = all(type(one) is int for one in values)
    names = " and source.label_names: the names of its numbers" if numbers else ""
    return f"Name what holds them, such as source.columns: {way}{names}"


def _tokens(example: Example) -> list[str]:
    return [example.fields[words.field][start:end]
            for words in example.words for start, end in words.ranges]
