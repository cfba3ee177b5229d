"""Examples as JSON lines that :mod:`crosslabel.pipeline.readers.jsonl` reads back unchanged.

Lost spans are in ``lost_spans``: label, status and reason, and the words that they may have become,
each with its probability and whether its label counts as unknown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from crosslabel.pipeline.corpus.lost_spans import as_values
from crosslabel.pipeline.corpus.records import Example, Span, Words
from crosslabel.pipeline.export.writers.output import write_lines
from crosslabel.pipeline.export.writers.written import WrittenRows, rendered


def write_jsonl(path: Path, examples: Iterable[Example]) -> WrittenRows:
    """Write one line per example."""
    written = WrittenRows()
    write_lines(path, rendered(examples, lambda example, losses: to_line(example), written))
    return written


def to_line(example: Example) -> str:
    """Return an example as a line of JSON with its line feed."""
    return json.dumps(to_row(example), ensure_ascii=False) + "\n"


def to_row(example: Example) -> dict[str, Any]:
    """Return an example as a JSON object without its empty values."""
    single = list(example.fields) == ["text"]
    row: dict[str, Any] = {"id": example.id, "task": example.task, "lang": example.lang}
    row |= {"text": example.fields["text"]} if single else {"fields": dict(example.fields)}
    optional = {
        "spans": [_span(span) for span in example.spans],
        "relations": [{"head": relation.head, "tail": relation.tail, "label": relation.label}
                      for relation in example.relations],
        "label": example.label,
        "value": example.value,
        "probabilities": dict(example.probabilities),
        "words": [_words(words) for words in example.words],
        "meta": dict(example.meta),
        "lost_spans": [_lost(lost) for lost in as_values(example.lost)],
    }
    return row | {key: value for key, value in optional.items() if value not in (None, [], {})}


def _span(span: Span) -> dict[str, Any]:
    row: dict[str, Any] = {"id": span.id}
    if span.field != "text":
        row["field"] = span.field
    if len(span.fragments) == 1:
        row["start"], row["end"] = span.fragments[0]
    else:
        row["fragments"] = [list(fragment) for fragment in span.fragments]
    score = {} if span.score is None else {"score": span.score}
    return row | {"label": span.label} | score


def _lost(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if (key, value) != ("field", "text")}


def _words(words: Words) -> dict[str, Any]:
    row: dict[str, Any] = {"field": words.field, "ranges": [list(word) for word in words.ranges]}
    labels = {"labels": words.labels, "scores": words.scores}
    return row | {key: list(values) for key, values in labels.items() if values}
