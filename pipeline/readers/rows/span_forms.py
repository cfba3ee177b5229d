"""Lists of labelled spans as files of other tools and data sets write them.

A span is an object or ``[start, end, label]``. An object names its offsets ``start`` and ``end``,
or ``start_offset``, ``char_start``, ``begin`` and the like, or gives ``offsets`` as pairs; its
label is called ``label``, ``type``, ``entity_type`` and the like. Everything else in it is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from crosslabel.pipeline.readers.rows.values import Row
from crosslabel.projection.errors import InputError

_STARTS = ("start", "start_offset", "start_char", "char_start", "startOffset", "start_idx",
           "begin", "begin_offset", "beginOffset", "from")
_ENDS = ("end", "end_offset", "end_char", "char_end", "endOffset", "end_idx", "stop",
         "finish", "to")
_LABELS = ("label", "type", "entity_type", "entity_label", "entity_group", "entity", "tag",
           "category", "ner")
_FRAGMENTS = ("fragments", "offsets")
_TRIPLE = 3
_PREFIXES = ("B-", "I-")


def is_span(value: Any) -> bool:
    """Return whether a value has the offsets and the label of a span, under names known here."""
    if isinstance(value, list):
        return _is_triple(value)
    if not isinstance(value, dict):
        return False
    label = _first(value, _LABELS)
    return label is not None and isinstance(value[label], str | int) and _has_offsets(value)


def is_list_of_spans(value: Any) -> bool:
    """Return whether a value is a list of spans, or an object of lists; an empty list is one."""
    spans = rows_of_columns(value)
    return isinstance(spans, list) and all(map(is_span, spans))


def rows_of_columns(value: Any) -> Any:
    """Return the objects of an object of lists, as data sets of the hub have them; return any other
    value as it is."""
    if not isinstance(value, dict) or not value:
        return value
    lists = list(value.values())
    if not all(isinstance(one, list) for one in lists) or len(set(map(len, lists))) != 1:
        return value
    return [dict(zip(value, row, strict=True)) for row in zip(*lists, strict=True)]


def check_spans(path: Path, rows: Iterable[Row], key: str) -> None:
    """Refuse spans of single tokens with tags, as a tagger gives them before it joins them.

    Raises:
        InputError: all labels begin with ``B-`` or ``I-``.
    """
    labels = [as_span(key, 0, span).get("label") for row in rows
              for span in _listed(row.get(key)) if is_span(span)]
    if labels and all(str(label).startswith(_PREFIXES) for label in labels):
        raise InputError(f"{path}: {key} are single tokens with tags such as {labels[0]!r}, not "
                         "spans; join them, with transformers by aggregation_strategy='simple'")


def is_plain(value: Any) -> bool:
    """Return whether a value is a list of objects that use none but our own names for offsets and
    label, or have faults that no other name mends."""
    return isinstance(value, list) and all(
        isinstance(span, dict) and "label" in span for span in value) and all(
        _FRAGMENTS[0] in span or (_STARTS[0] in span and _ENDS[0] in span) for span in value)


def as_span(key: str, number: int, value: Any) -> Row:
    """Return a span with the names of :mod:`crosslabel.pipeline.readers.rows.forms`.

    Raises:
        InputError: the value is no span.
    """
    if not is_span(value):
        raise InputError(f"unknown-form: {key}[{number}] has no start, end and label "
                         f"({str(value)[:80]}); write an object with start, end and label")
    if isinstance(value, list):
        start, end, label = value
        return {"start": start, "end": end, "label": label}
    return _renamed(value)


def _listed(value: Any) -> list[Any]:
    spans = rows_of_columns(value)
    return spans if isinstance(spans, list) else []


def _is_triple(value: list[Any]) -> bool:
    return (len(value) == _TRIPLE and isinstance(value[2], str)
            and all(_is_whole(offset) for offset in value[:2]))


def _has_offsets(value: Mapping[str, Any]) -> bool:
    start, end = _first(value, _STARTS), _first(value, _ENDS)
    if start is not None and end is not None:
        return _is_whole(value[start]) and _is_whole(value[end])
    fragments = _first(value, _FRAGMENTS)
    return fragments is not None and isinstance(value[fragments], list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(map(_is_whole, pair))
        for pair in value[fragments])


def _is_whole(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and value == int(value) if is_number and abs(value) < 1e15 else False


def _renamed(value: Mapping[str, Any]) -> dict[str, Any]:
    names = {"start": _first(value, _STARTS), "end": _first(value, _ENDS),
             "label": _first(value, _LABELS)}
    if names["start"] is None or names["end"] is None:
        names = {"fragments": _first(value, _FRAGMENTS), "label": names["label"]}
    taken = set(names.values())
    rest = {key: item for key, item in value.items() if key not in taken}
    return {name: value[key] for name, key in names.items() if key is not None} | rest


def _first(value: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((name for name in names if value.get(name) is not None), None)
