"""A projected row as a pair with its tags, and the reasons to reject it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from crosslabel.pipeline.corpus import arrow
from crosslabel.pipeline.corpus.lost_spans import either, masses_of, of_ruined, unknown_of
from crosslabel.pipeline.corpus.records import Example, Pair, Span, Words
from crosslabel.pipeline.corpus.tags import flatten, tag_names
from crosslabel.pipeline.corpus.word_labels import (
    given_or_lost,
    given_spans,
    label_numbers,
    projected_score,
    projected_words,
)
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.stages.shard_rejects import LOST
from crosslabel.pipeline.stages.shard_ruined import ruined_on_a
from crosslabel.pipeline.stages.shard_sides import Parallel
from crosslabel.pipeline.storage.keys import key
from crosslabel.projection.interface import Projection, Range


def lost_span_reasons(projections: Sequence[Projection], recipe: Recipe) -> tuple[str, ...]:
    """Return why a pair is dropped for its lost spans; nothing unless the recipe asks for it."""
    if recipe.on_lost_span != "drop_pair":
        return ()
    return tuple(
        f"{LOST}: {p.label} {p.span_id}: {p.reason}"
        for p in projections
        if p.status != "projected"
    )


def lost_mass(pair: Pair, field: str) -> dict[int, float]:
    """Return the probability of each word of a field of side a to belong to a lost span.

    Lost spans over the same word count as independent of each other. Words that cannot belong to a
    lost span are left out; those of a ruined segment belong to one for sure.
    """
    fields = {span.id: span.field for span in given_or_lost(pair.b)}
    masses_by_word = masses_of(pair.a.lost, field, _ranges(pair.a, field))
    for projection in pair.projections:
        if projection.status != "projected" and fields[projection.span_id] == field:
            masses = projection.mass or (1.0,) * len(projection.likely)
            for word, mass in zip(projection.likely, masses, strict=True):
                masses_by_word[word] = either(masses_by_word.get(word, 0.0), mass)
    return masses_by_word


def unknown_words(pair: Pair, field: str, mask_above: float) -> frozenset[int]:
    """Return the words of a field of side a that belong to a lost span with at least this
    probability."""
    masses = lost_mass(pair, field)
    return frozenset(word for word, mass in masses.items() if mass >= mask_above)


def ruined_words(example: Example, field: str) -> frozenset[int]:
    """Return the words of a field in ruined segments: unknown whatever becomes of lost spans."""
    return unknown_of(of_ruined(example.lost), field, _ranges(example, field))


def _ranges(example: Example, field: str) -> tuple[Range, ...]:
    return next((words.ranges for words in example.words if words.field == field), ())


def pair(corpus: str, row: Parallel, projections: Sequence[Projection]) -> Pair:
    """Make the pair of a row: side a with the projected labels, side b with the given ones."""
    source = row.given
    spans = _projected_spans(source, projections)
    present = {span.id for span in spans}
    other = Example(
        id=source.id,
        task=source.task,
        lang=row.lang,
        fields=row.other.fields,
        spans=spans,
        relations=tuple(r for r in source.relations if {r.head, r.tail} <= present),
        label=source.label,
        value=source.value,
        words=_words_a(row, projections),
        probabilities=source.probabilities,
        meta=row.a_meta,
        lost=ruined_on_a(row),
    )
    return Pair(
        row_id=key(corpus, source.id, row.lang, source.lang),
        a=other,
        b=replace(source, words=_words_b(row)),
        a_origin=row.a_origin,
        b_origin=row.b_origin,
        given="b",
        segments=row.other.segments,
        projections=tuple(projections),
    )


def _projected_spans(source: Example, projections: Sequence[Projection]) -> tuple[Span, ...]:
    given = {span.id: span for span in source.spans}
    return tuple(
        Span(p.span_id, given[p.span_id].field, p.fragments, p.label,
             projected_score(given[p.span_id].score, p))
        for p in projections
        if p.status == "projected" and p.span_id in given
    )


def _words_a(row: Parallel, projections: Sequence[Projection]) -> tuple[Words, ...]:
    """Return the words of side a, with projected labels if the words of side b have labels."""
    if row.given.task != "words":
        return tuple(Words(field, ranges) for field, ranges in row.words_a.items())
    given = {span.id: span for span in given_spans(row.given)}
    return tuple(
        projected_words(Words(field, ranges), given,
                        [p for p in projections if given[p.span_id].field == field])
        for field, ranges in row.words_a.items()
    )


def _words_b(row: Parallel) -> tuple[Words, ...]:
    given = {words.field: words for words in row.given.words}
    return tuple(given.get(field) or Words(field, r) for field, r in row.words_b.items())


def shard_row(
    pair: Pair, row: Parallel, labels: Sequence[str], recipe: Recipe
) -> dict[str, Any]:
    """Make the row of a shard for a pair, with the tagged words of the first field of both sides.

    With ``mask``, words that may belong to a lost span are tagged unknown, not outside. A word that
    is unknown in the input is always unknown, and so are one without a label where words are
    labelled, and one in a ruined segment.
    """
    field = next(iter(pair.b.fields))
    names = tag_names(labels, pair.b.task)
    if pair.b.task == "words":
        return arrow.row(pair, _labelled(pair.a, field, names), _labelled(pair.b, field, names))
    masked = recipe.on_lost_span == "mask"
    unknown = unknown_words(pair, field, recipe.mask_above) if masked else frozenset()
    unknown |= ruined_words(pair.a, field)
    given = unknown_of(pair.b.lost, field, row.words_b[field])
    return arrow.row(
        pair,
        _tagged(pair.a, field, row.words_a[field], names, unknown),
        _tagged(pair.b, field, row.words_b[field], names, given),
    )


def _labelled(example: Example, field: str, names: Sequence[str]) -> arrow.Tagged:
    text = example.fields[field]
    words = next(words for words in example.words if words.field == field)
    tokens = [text[start:end] for start, end in words.ranges]
    labels = words.labels or (None,) * len(tokens)
    return tokens, label_numbers(labels, names)


def _tagged(
    example: Example,
    field: str,
    words: Sequence[Range],
    names: Sequence[str],
    unknown: frozenset[int],
) -> arrow.Tagged:
    tagged = flatten(words, (span for span in example.spans if span.field == field))
    text = example.fields[field]
    return [text[start:end] for start, end in words], tagged.numbers(names, unknown)
