"""A translated, projected example becomes a pair, its tags, or a reason to reject it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from pipeline import schema
from pipeline.project import Translated
from pipeline.records import Example, Pair, Span, Words
from pipeline.storage import key
from pipeline.tags import flatten, tag_names
from projection.interface import Projection, Range

OnLostSpan = Literal["mask", "drop_pair", "outside"]


def lost_span_reasons(
    projections: Sequence[Projection], on_lost_span: OnLostSpan
) -> tuple[str, ...]:
    """Why a pair is dropped for its lost spans, if the recipe wants that."""
    if on_lost_span != "drop_pair":
        return ()
    return tuple(
        f"lost-span: {p.label} {p.span_id}: {p.reason}"
        for p in projections
        if p.status != "projected"
    )


def pair(corpus: str, row: Translated, projections: Sequence[Projection]) -> Pair:
    """The pair of a row: side a is the translation with the projected spans, side b the source."""
    source = row.example
    fields = {span.id: span.field for span in source.spans}
    spans = tuple(
        Span(p.span_id, fields[p.span_id], p.fragments, p.label)
        for p in projections
        if p.status == "projected"
    )
    present = {span.id for span in spans}
    translated = Example(
        id=source.id,
        task=source.task,
        lang=row.lang,
        fields=row.translation.fields,
        spans=spans,
        relations=tuple(r for r in source.relations if {r.head, r.tail} <= present),
        label=source.label,
        value=source.value,
        words=tuple(Words(field, ranges) for field, ranges in row.words_a.items()),
    )
    return Pair(
        row_id=key(corpus, source.id, row.lang, source.lang),
        a=translated,
        b=replace(source, words=_words_b(row)),
        a_origin="machine",
        b_origin="human",
        given="b",
        segments=row.translation.segments,
        projections=tuple(projections),
    )


def _words_b(row: Translated) -> tuple[Words, ...]:
    own = {words.field: words for words in row.example.words}
    return tuple(own.get(field) or Words(field, r) for field, r in row.words_b.items())


def shard_row(
    pair: Pair, row: Translated, labels: Sequence[str], on_lost_span: OnLostSpan
) -> dict[str, Any]:
    """The pair as a row of a shard, with the tagged words of the first field of both sides.

    With ``mask``, words that a lost span may have become are tagged unknown, not outside.
    """
    field = next(iter(pair.b.fields))
    names = tag_names(labels)
    likely = [i for p in pair.projections if p.status != "projected" for i in p.likely]
    unknown = frozenset(likely if on_lost_span == "mask" else ())
    return schema.row(
        pair,
        _tagged(pair.a, field, row.words_a[field], names, unknown),
        _tagged(pair.b, field, row.words_b[field], names, frozenset()),
    )


def _tagged(
    example: Example,
    field: str,
    words: Sequence[Range],
    names: Sequence[str],
    unknown: frozenset[int],
) -> schema.Tagged:
    tagged = flatten(words, (span for span in example.spans if span.field == field))
    text = example.fields[field]
    return [text[start:end] for start, end in words], tagged.numbers(names, unknown)
