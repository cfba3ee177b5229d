"""Spans, lost spans, relations and words of a JSON row.

Their keys are described in :mod:`crosslabel.pipeline.readers.rows.forms`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from crosslabel.pipeline.corpus.records import LikelyWord, LostSpan, Relation, Span, Words
from crosslabel.pipeline.readers.rows import values
from crosslabel.pipeline.readers.rows.offsets import SURFACES, surface_of
from crosslabel.pipeline.readers.rows.surfaces import settled
from crosslabel.pipeline.readers.rows.values import Row
from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Range, Status

_STATUSES: Mapping[str, Status] = {"abstained": "abstained", "rejected": "rejected"}
_LOST_KEYS = frozenset({"id", "field", "label", "status", "reason", "likely"})
SPAN_KEYS = frozenset({"id", "field", "start", "end", "fragments", "label", "score", *SURFACES})


class PlacedSpan(NamedTuple):
    """A span in its text; ``repaired`` if its offsets in the file point elsewhere."""

    span: Span
    repaired: bool


def span_from(
    number: int, span: Row, fields: Mapping[str, str], tokens: Sequence[Range] | None
) -> PlacedSpan:
    """Return a span of the row's texts; it is where its own text stands if it gives that.

    Args:
        number: its id if the span has none.
        tokens: ranges of the tokens that its offsets count; ``None`` if they count characters.

    Raises:
        InputError: ``code: explanation`` of the first thing that is wrong.
    """
    id = values.name(span, "id", str(number))
    field = values.text(span, "field", next(iter(fields)) if len(fields) == 1 else "text")
    fragments = _fragments(id, span)
    if tokens is not None:
        fragments = tuple(_characters(id, fragment, tokens) for fragment in fragments)
    surface = surface_of(span)
    repaired = False
    if surface is not None and field in fields and fragments:
        fragments, repaired = settled(id, fields[field], fragments, surface)
    return PlacedSpan(Span(id=id, field=field, fragments=fragments,
                           label=values.name(span, "label"),
                           score=values.optional_number(span, "score")), repaired)


def _fragments(id: str, span: Row) -> tuple[Range, ...]:
    if span.get("fragments") is None:
        return ((values.integer(span, "start"), values.integer(span, "end")),)
    if span.get("start") is not None or span.get("end") is not None:
        raise InputError(f"two-ranges: span {id!r} has both 'fragments' and 'start'/'end'; "
                         "leave one out")
    return _ranges(span, "fragments")


def _ranges(row: Row, key: str) -> tuple[Range, ...]:
    ranges = []
    for value in values.items(row, key):
        if not isinstance(value, list) or len(value) != 2:
            raise values.wrong_type(key, "a list of [start, end]", value)
        ranges.append((values.as_integer(key, value[0]), values.as_integer(key, value[1])))
    return tuple(ranges)


def _characters(id: str, fragment: Range, tokens: Sequence[Range]) -> Range:
    start, end = fragment
    if not 0 <= start < end <= len(tokens):
        raise InputError(f"offset-outside-text: span {id!r} is {start}:{end}, "
                         f"the row has {len(tokens)} tokens (offsets count tokens)")
    return tokens[start][0], tokens[end - 1][1]


def lost_from(
    number: int, row: Row, fields: Mapping[str, str], tokens: Sequence[Range] | None
) -> LostSpan:
    """Return a lost span of the row's texts.

    Args:
        number, tokens: as for :func:`span_from`; ``tokens`` for its likely words.

    Raises:
        InputError: as :func:`span_from`.
    """
    strange = row.keys() - _LOST_KEYS
    if strange:
        raise InputError(f"unknown-key: a lost span has {min(strange)!r}; it may have "
                         f"{', '.join(sorted(_LOST_KEYS))}")
    id = values.name(row, "id", f"lost-{number}")
    status = _STATUSES.get(values.text(row, "status", "abstained"))
    if status is None:
        raise InputError(f"unknown-status: lost span {id!r} is {row['status']!r}, not one of "
                         f"{', '.join(_STATUSES)}")
    field = values.text(row, "field", next(iter(fields)) if len(fields) == 1 else "text")
    likely = tuple(_likely(id, word, tokens) for word in values.objects(row, "likely"))
    return LostSpan(id, field, values.text(row, "label"), status,
                    values.text(row, "reason", "lost"), likely)


def _likely(id: str, row: Row, tokens: Sequence[Range] | None) -> LikelyWord:
    place = values.integer(row, "start"), values.integer(row, "end")
    start, end = place if tokens is None else _characters(id, place, tokens)
    mass, unknown = values.optional_number(row, "mass"), row.get("unknown", True)
    if not isinstance(unknown, bool):
        raise values.wrong_type("unknown", "true or false", unknown)
    return LikelyWord(start, end, 1.0 if mass is None else mass, unknown)


def relation_from(row: Row) -> Relation:
    """Return a relation between two spans.

    Raises:
        InputError: as :func:`span_from`.
    """
    return Relation(values.name(row, "head"), values.name(row, "tail"), values.text(row, "label"))


def words_from(row: Row, fields: Mapping[str, str]) -> Words:
    """Return the words of one of the texts.

    Raises:
        InputError: as :func:`span_from`.
    """
    field = values.text(row, "field", "text")
    if field not in fields:
        raise InputError(f"unknown-field: words are in field {field!r}, "
                         f"the row has {', '.join(fields)}")
    ranges = _ranges(row, "ranges")
    _check_words(ranges, len(fields[field]))
    labels = tuple(values.items(row, "labels"))
    if labels and len(labels) != len(ranges):
        raise InputError(f"labels-differ: {len(labels)} word labels for {len(ranges)} words")
    for label in labels:
        if label is not None and not isinstance(label, str):
            raise values.wrong_type("labels", "a list of strings or null", label)
    scores = values.optional_numbers(row, "scores")
    if scores and len(scores) != len(labels):
        raise InputError(f"scores-differ: {len(scores)} scores of {len(labels)} word labels")
    return Words(field=field, ranges=ranges, labels=labels, scores=scores)


def _check_words(ranges: Sequence[Range], length: int) -> None:
    previous = 0
    for start, end in ranges:
        if not previous <= start < end <= length:
            raise InputError(f"words-unordered: word {start}:{end} is outside the text "
                             f"({length} characters) or overlaps the word before it")
        previous = end
