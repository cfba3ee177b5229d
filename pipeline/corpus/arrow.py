"""Conversion of a pair to its Arrow form, version ``corpus/1``, and back.

One row is one :class:`crosslabel.pipeline.corpus.records.Pair`. Beside the complete records, a row
holds word-level columns (``a_tokens``, ``a_tags``, ``b_tokens``, ``b_tags``) so that any
token-classification script can start from it. Tags are class labels: IOB2 tags of the spans or, if
the task labels words, the labels of the words; -100
(:data:`crosslabel.pipeline.corpus.tags.UNKNOWN`) marks a word whose tag is unknown.

Lost spans of an input row have no column of their own: they are kept in ``meta`` under
:data:`LOST_KEY`. (Those of side a are in ``projections``.)

Some columns are newer than the others: ``projections.mass``, and the scores and probabilities of a
labeller. A shard without these columns is read as if their values were empty, and a build rewrites
it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crosslabel.pipeline.corpus.lost_spans import as_values, from_values
from crosslabel.pipeline.corpus.records import (
    LOST_KEY,
    Example,
    Pair,
    Relation,
    Segment,
    Span,
    Task,
    Words,
)
from crosslabel.pipeline.corpus.tags import tag_names
from crosslabel.projection.interface import Projection, Range

if TYPE_CHECKING:
    import pyarrow as pa
    from datasets import Features

_MASS_DIGITS = 6
"""Digits of a mass that all methods give, fewer than 32 bits hold."""


def features(labels: Sequence[str], task: Task) -> Features:
    """Return the column types of ``corpus/1`` for a task and its labels."""
    from datasets import ClassLabel, Features, List, Value

    text, number = Value("string"), Value("float32")
    spans = {"id": text, "field": text, "fragments": List(_range()), "label": text,
             "score": number}
    side = {
        "id": text,
        "task": text,
        "lang": text,
        "origin": text,
        "fields": List({"name": text, "text": text}),
        "spans": List(spans),
        "relations": List({"head": text, "tail": text, "label": text}),
        "label": text,
        "value": Value("float64"),
        "words": List({"field": text, "ranges": List(_range()), "labels": List(text),
                       "scores": List(number)}),
        "probabilities": List({"label": text, "probability": number}),
        "meta": text,
    }
    projections = {
        "span_id": text,
        "label": text,
        "fragments": List(_range()),
        "method": text,
        "status": text,
        "reason": text,
        "raw_score": number,
        "probability": number,
        "calibrator": text,
        "likely": List(Value("int32")),
        "mass": List(number),
    }
    tags = List(ClassLabel(names=tag_names(labels, task)))
    return Features(
        row_id=text,
        lang_a=text,
        lang_b=text,
        given=text,
        a=side,
        b=side,
        segments=List({"field": text, "a": _range(), "b": _range(), "score": number}),
        projections=List(projections),
        a_tokens=List(text),
        a_tags=tags,
        b_tokens=List(text),
        b_tags=tags,
    )


def _range() -> dict[str, Any]:
    from datasets import Value

    return {"start": Value("int32"), "end": Value("int32")}


def table(rows: Sequence[dict[str, Any]], labels: Sequence[str], task: Task) -> pa.Table:
    """Return the Arrow table of rows made by :func:`row`."""
    import pyarrow as pa

    return pa.Table.from_pylist(list(rows), schema=features(labels, task).arrow_schema)


def row(pair: Pair, a_words: Tagged, b_words: Tagged) -> dict[str, Any]:
    """Return a pair and the tagged words of both sides as plain values for :func:`table`."""
    return {
        "row_id": pair.row_id,
        "lang_a": pair.a.lang,
        "lang_b": pair.b.lang,
        "given": pair.given,
        "a": side(pair.a, pair.a_origin),
        "b": side(pair.b, pair.b_origin),
        "segments": [
            {"field": segment.field, "a": _as_range(segment.a), "b": _as_range(segment.b),
             "score": segment.score}
            for segment in pair.segments
        ],
        "projections": [_projection(projection) for projection in pair.projections],
        "a_tokens": a_words[0],
        "a_tags": a_words[1],
        "b_tokens": b_words[0],
        "b_tags": b_words[1],
    }


Tagged = tuple[list[str], list[int]]


def side(example: Example, origin: str) -> dict[str, Any]:
    """Return an example as plain values for the columns of a side."""
    return {
        "id": example.id,
        "task": example.task,
        "lang": example.lang,
        "origin": origin,
        "fields": [{"name": name, "text": text} for name, text in example.fields.items()],
        "spans": [
            {"id": span.id, "field": span.field, "fragments": _as_ranges(span.fragments),
             "label": span.label, "score": span.score}
            for span in example.spans
        ],
        "relations": [{"head": relation.head, "tail": relation.tail, "label": relation.label}
                      for relation in example.relations],
        "label": example.label,
        "value": example.value,
        "words": [
            {"field": words.field, "ranges": _as_ranges(words.ranges),
             "labels": list(words.labels), "scores": list(words.scores)}
            for words in example.words
        ],
        "probabilities": [
            {"label": label, "probability": probability}
            for label, probability in example.probabilities.items()
        ],
        "meta": json.dumps(_meta(example), ensure_ascii=False, sort_keys=True),
    }


def _meta(example: Example) -> dict[str, Any]:
    lost = {LOST_KEY: as_values(example.lost)} if example.lost else {}
    return {**example.meta, **lost}


def _projection(projection: Projection) -> dict[str, Any]:
    return {
        "span_id": projection.span_id,
        "label": projection.label,
        "fragments": _as_ranges(projection.fragments),
        "method": projection.method,
        "status": projection.status,
        "reason": projection.reason,
        "raw_score": projection.raw_score,
        "probability": projection.probability,
        "calibrator": projection.calibrator,
        "likely": list(projection.likely),
        "mass": list(projection.mass),
    }


def _as_range(value: Range) -> dict[str, int]:
    return {"start": value[0], "end": value[1]}


def _as_ranges(values: Sequence[Range]) -> list[dict[str, int]]:
    return [_as_range(value) for value in values]


def pair(values: dict[str, Any]) -> Pair:
    """Return the pair of a row that was read from a shard; the inverse of :func:`row`."""
    return Pair(
        row_id=values["row_id"],
        a=example(values["a"]),
        b=example(values["b"]),
        a_origin=values["a"]["origin"],
        b_origin=values["b"]["origin"],
        given=values["given"],
        segments=tuple(
            Segment(segment["field"], _to_range(segment["a"]), _to_range(segment["b"]),
                    segment["score"])
            for segment in values["segments"]
        ),
        projections=tuple(
            Projection(**(projection | {"fragments": _to_ranges(projection["fragments"]),
                                        "likely": tuple(projection["likely"]),
                                        "mass": _masses(projection)}))
            for projection in values["projections"]
        ),
    )


def _masses(projection: dict[str, Any]) -> tuple[float, ...]:
    """Return the masses as they were before they were stored in 32 bits, so that a comparison with
    a threshold gives the same."""
    return tuple(round(mass, _MASS_DIGITS) for mass in projection.get("mass", ()))


def example(side: dict[str, Any]) -> Example:
    """Return the example of a side; the inverse of :func:`side`."""
    meta = json.loads(side["meta"])
    lost = from_values(meta.pop(LOST_KEY, ()))
    return Example(
        id=side["id"],
        task=side["task"],
        lang=side["lang"],
        fields={field["name"]: field["text"] for field in side["fields"]},
        spans=tuple(
            Span(span["id"], span["field"], _to_ranges(span["fragments"]), span["label"],
                 span.get("score"))
            for span in side["spans"]
        ),
        relations=tuple(Relation(**relation) for relation in side["relations"]),
        label=side["label"],
        value=side["value"],
        words=tuple(
            Words(words["field"], _to_ranges(words["ranges"]), tuple(words["labels"]),
                  tuple(words.get("scores", ())))
            for words in side["words"]
        ),
        probabilities={entry["label"]: entry["probability"]
                       for entry in side.get("probabilities", ())},
        meta=meta,
        lost=lost,
    )


def _to_range(value: dict[str, int]) -> Range:
    return value["start"], value["end"]


def _to_ranges(values: Sequence[dict[str, int]]) -> tuple[Range, ...]:
    return tuple(_to_range(value) for value in values)
