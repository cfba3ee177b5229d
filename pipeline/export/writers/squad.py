"""Questions in the JSON layout of SQuAD, as :mod:`crosslabel.pipeline.readers.squad` reads it.

The file is of version 1.1, or of 2.0, where every question says ``is_impossible``, if some have no
answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from crosslabel.pipeline.corpus.records import CONTEXT, QUESTION, Example, Span
from crosslabel.pipeline.export.writers.output import write_lines
from crosslabel.pipeline.export.writers.written import WrittenRows
from crosslabel.pipeline.readers.squad import ANSWERS, IMPOSSIBLE, REPAIRED, TITLE
from crosslabel.projection.errors import InputError

_PLAUSIBLE = "plausible_answers"
_NOT_COPIED = frozenset({TITLE, IMPOSSIBLE, REPAIRED, ANSWERS, _PLAUSIBLE})
Question = dict[str, Any]


def write_squad(path: Path, examples: Iterable[Example]) -> WrittenRows:
    """Write questions, those about one context in one paragraph, contexts of one title in one
    article.

    A question without spans in its context is written as one that has no answer there: one whose
    answer is not known must not come here.
    """
    written = WrittenRows()
    articles: dict[str, dict[str, list[Question]]] = {}
    for example in examples:
        try:
            question = _question(example)
        except InputError as error:
            written.left_out.append((example.id, str(error)))
            continue
        title = str(example.meta.get(TITLE, ""))
        contexts = articles.setdefault(title, {})
        contexts.setdefault(example.fields[CONTEXT], []).append(question)
        written.rows += 1
    write_lines(path, [json.dumps(_document(articles), ensure_ascii=False), "\n"])
    return written


def _document(articles: Mapping[str, Mapping[str, list[Question]]]) -> dict[str, Any]:
    every = [q for contexts in articles.values() for own in contexts.values() for q in own]
    version = "1.1" if all(question[ANSWERS] for question in every) else "2.0"
    if version == "2.0":
        for question in every:
            question[IMPOSSIBLE] = not question[ANSWERS]
    data = [
        {"title": title, "paragraphs": [{"context": context, "qas": questions}
                                        for context, questions in contexts.items()]}
        for title, contexts in articles.items()
    ]
    return {"version": version, "data": data}


def _question(example: Example) -> Question:
    for name in (QUESTION, CONTEXT):
        if name not in example.fields:
            raise InputError(f"has no field {name!r}")
    context = example.fields[CONTEXT]
    made: Question = {key: own for key, own in example.meta.items() if key not in _NOT_COPIED}
    made |= {"id": example.id, "question": example.fields[QUESTION]}
    made[ANSWERS] = [_answer(span, context) | _extras(example, span) for span in example.spans]
    plausible = example.meta.get(_PLAUSIBLE)
    if isinstance(plausible, list) and all(_stands_in(context, own) for own in plausible):
        made[_PLAUSIBLE] = plausible
    return made


def _extras(example: Example, span: Span) -> Question:
    extras = example.meta.get(ANSWERS)
    found = extras.get(span.id) if isinstance(extras, dict) else None
    return found if isinstance(found, dict) else {}


def _stands_in(context: str, answer: Any) -> bool:
    """Not so in a translation of the context."""
    if not isinstance(answer, dict):
        return False
    text, start = answer.get("text"), answer.get("answer_start")
    return (isinstance(text, str) and isinstance(start, int) and start >= 0
            and context.startswith(text, start))


def _answer(span: Span, context: str) -> Question:
    if span.field != CONTEXT:
        raise InputError(f"span {span.id} is in {span.field!r}, answers are in the context")
    if len(span.fragments) != 1:
        raise InputError(f"span {span.id} has {len(span.fragments)} fragments, answers have one")
    [(start, end)] = span.fragments
    return {"text": context[start:end], "answer_start": start}
