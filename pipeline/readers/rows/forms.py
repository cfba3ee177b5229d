"""Conversion of the forms that a JSON row may have into examples.

Text form, offsets in characters::

    {"id": "1", "lang": "en", "text": "Anna left.",
     "spans": [{"start": 0, "end": 4, "label": "PER"}]}

Token form, offsets in tokens; ``text`` may stand beside ``tokens``::

    {"id": "1", "lang": "en", "tokens": ["Anna", "left", "."], "spans": [...]}

... or with ``tags`` in place of spans, one per token: IOB2 and the like, or with the task ``words``
the labels of the words (``null`` or ``_`` for a word that has none).

Questions about a context have a form of their own
(:mod:`crosslabel.pipeline.readers.rows.questions`).

:func:`example_from` lists all keys. Keys that no form knows are kept in ``meta``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from crosslabel.pipeline.corpus.records import Example, LostSpan, Task, Words
from crosslabel.pipeline.readers.ids import row_id
from crosslabel.pipeline.readers.rows import values
from crosslabel.pipeline.readers.rows.annotations import (
    SPAN_KEYS,
    PlacedSpan,
    lost_from,
    relation_from,
    span_from,
    words_from,
)
from crosslabel.pipeline.readers.rows.columns import KEYS
from crosslabel.pipeline.readers.rows.questions import is_question, question_example
from crosslabel.pipeline.readers.rows.values import Row
from crosslabel.pipeline.readers.tagged import tagged_example
from crosslabel.pipeline.text.detokenize import align_tokens, detokenize
from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Range

_TASKS: Mapping[str, Task] = {"spans": "spans", "text": "text", "words": "words"}
_KEYS = (KEYS | {"fields", "probabilities"}) - {"tags", "answers"}
REPAIRED_SPANS = "repaired_spans"
"""Key of ``meta`` with the offsets in the file of spans that stand elsewhere in the text."""


def example_from(row: Row, lang: str | None, task: Task | None = None) -> Example:
    """Return the example of a row in any of the forms.

    Args:
        row: ``text``, ``fields`` (text by name) or ``tokens``; optional ``id``, ``lang``,
            ``task``, ``spans`` (``start``/``end`` or ``fragments``, ``label``, optional ``id``,
            ``field`` and ``score``), ``relations`` (``head``, ``tail``, ``label``), ``label`` (a
            string or an integer), ``probabilities`` (by label), ``value``, ``words`` (``ranges``,
            optional ``field``, ``labels`` and ``scores``), ``lost_spans`` (``label``, optional
            ``id``, ``field``, ``status``, ``reason`` and ``likely``: words with ``start``, ``end``,
            optional ``mass`` and ``unknown``), ``meta``; beside ``tokens`` without ``spans`` also
            ``tags``.
        lang: language of a row that does not name one.
        task: task of a row that does not name one; by default the contents of the row decide.

    Raises:
        InputError: ``code: explanation`` of the first thing that is wrong.
    """
    if is_question(row):
        return question_example(row, _language(row, lang))
    if _is_tagged(row):
        return _tagged(row, lang, task)
    fields, words = fields_of(row, lang)
    token_ranges = words[0].ranges if row.get("tokens") is not None else None
    given = values.objects(row, "spans")
    spans = [span_from(n, span, fields, token_ranges) for n, span in enumerate(given)]
    return Example(
        id=row_id(row),
        task=_task(row, task),
        lang=_language(row, lang),
        fields=fields,
        spans=tuple(placed.span for placed in spans),
        relations=tuple(map(relation_from, values.objects(row, "relations"))),
        label=values.optional_name(row, "label"),
        value=values.optional_number(row, "value"),
        words=words,
        probabilities=_probabilities(row),
        meta=_meta(row, given) | _repaired(given, spans),
        lost=_lost(row, fields, token_ranges),
    )


def _is_tagged(row: Row) -> bool:
    present = (row.get("tags") is not None, row.get("tokens") is not None)
    return all(present) and row.get("spans") is None


def _tagged(row: Row, lang: str | None, task: Task | None) -> Example:
    example = tagged_example(
        row_id(row),
        _language(row, lang),
        values.strings(row, "tokens"),
        values.optional_strings(row, "tags"),
        task=_task(row, task or "spans"),
        text=values.optional_text(row, "text"),
        meta=_meta({key: value for key, value in row.items() if key != "tags"}, ()),
    )
    return replace(example, label=values.optional_name(row, "label"),
                   value=values.optional_number(row, "value"), probabilities=_probabilities(row),
                   lost=_lost(row, example.fields, example.words[0].ranges))


def _lost(
    row: Row, fields: Mapping[str, str], tokens: Sequence[Range] | None
) -> tuple[LostSpan, ...]:
    return tuple(lost_from(number, lost, fields, tokens)
                 for number, lost in enumerate(values.objects(row, "lost_spans")))


def _language(row: Row, lang: str | None) -> str:
    if row.get("lang") is None and lang is None:
        raise InputError("missing-key: the row has no 'lang' and no language was given for the "
                         "file")
    return values.text(row, "lang", lang)


def _task(row: Row, default: Task | None) -> Task:
    task = values.optional_text(row, "task") or default
    if task is None:
        is_whole = "label" in row or row.get("value") is not None
        return "text" if is_whole and row.get("spans") is None else "spans"
    if task not in _TASKS:
        raise InputError(f"unknown-task: {task!r} is not one of {', '.join(_TASKS)}")
    return _TASKS[task]


def fields_of(row: Row, lang: str | None) -> tuple[Mapping[str, str], tuple[Words, ...]]:
    """Return the texts by field name and the known words, from ``text``, ``fields`` or ``tokens``.

    Raises:
        InputError: ``code: explanation`` of the first thing that is wrong.
    """
    if row.get("tokens") is not None:
        for key in ("fields", "words"):
            if row.get(key) is not None:
                raise InputError(f"two-texts: the row has both 'tokens' and {key!r}; "
                                 "leave one out")
        text, words = _tokens(row, lang)
        return {"text": text}, (words,)
    fields = _texts(row)
    return fields, tuple(words_from(entry, fields) for entry in values.objects(row, "words"))


def _tokens(row: Row, lang: str | None) -> tuple[str, Words]:
    tokens = values.strings(row, "tokens")
    text = values.optional_text(row, "text")
    if text is None:
        text, ranges = detokenize(tokens, _language(row, lang))
    else:
        ranges = align_tokens(text, tokens)
    return text, Words(field="text", ranges=ranges)


def _texts(row: Row) -> dict[str, str]:
    if row.get("fields") is None:
        return {"text": values.text(row, "text")}
    if row.get("text") is not None:
        raise InputError("two-texts: the row has both 'text' and 'fields'; leave one out")
    fields = values.as_object("fields", row["fields"])
    if not fields:
        raise InputError("missing-key: 'fields' is empty")
    return {name: values.text(fields, name) for name in fields}


def _repaired(given: Sequence[Row], spans: Sequence[PlacedSpan]) -> dict[str, Any]:
    """Return the offsets in the file of spans that are elsewhere in the text, by span id."""
    repaired = {placed.span.id: {key: row[key] for key in ("start", "end", "fragments")
                                 if key in row}
                for row, placed in zip(given, spans, strict=True) if placed.repaired}
    return {REPAIRED_SPANS: repaired} if repaired else {}


def _probabilities(row: Row) -> dict[str, float]:
    if row.get("probabilities") is None:
        return {}
    given = values.as_object("probabilities", row["probabilities"])
    return {label: values.number(given, label) for label in given}


def _meta(row: Row, spans: Sequence[Row]) -> dict[str, Any]:
    """Return the keys of a row and its spans that no form knows, so that nothing is lost."""
    meta = dict(values.as_object("meta", row["meta"])) if row.get("meta") is not None else {}
    meta.update({key: value for key, value in row.items() if key not in _KEYS})
    extras = {values.name(span, "id", str(number)): extra for number, span in enumerate(spans)
              if (extra := {k: v for k, v in span.items() if k not in SPAN_KEYS})}
    meta |= {"spans": extras} if extras else {}
    values.check_kept(meta)
    return meta
