"""Questions in the JSON layout of SQuAD, as :mod:`crosslabel.pipeline.readers.squad` reads it.

The file has version 1.1, or, if one or more questions have no answer, version 2.0, in which every
question has ``is_impossible``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from crosslabel.pipeline.corpus.records import CONTEXT, QUESTION, Example, Span
from crosslabel.pipeline.export.writers.output import write_lines
from crosslabel.pipeline.export.writers.written import WrittenRows
from crosslabel.pipeline.readers.rows.questions import ANSWERS, IMPOSSIBLE, REPAIRED, TITLE
from crosslabel.projection.errors import InputError

_PLAUSIBLE = "plausible_answers"
_NOT_COPIED = frozenset({TITLE, IMPOSSIBLE, REPAIRED, ANSWERS, _PLAUSIBLE})
Question = dict[str, Any]


def write_squad(path: Path, examples: Iterable[Example]) -> WrittenRows:
    """Write questions, with one paragraph per context and one article per title.

    A question without spans is written as a question without an answer, so a question with an
    unknown answer must not be passed.
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
    all_questions = [question for contexts in articles.values()
                     for questions in contexts.values() for question in questions]
    version = "1.1" if all(question[ANSWERS] for question in all_questions) else "2.0"
    if version == "2.0":
        for question in all_questions:
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
    question: Question = {key: value for key, value in example.meta.items()
                          if key not in _NOT_COPIED}
    question |= {"id": example.id, "question": example.fields[QUESTION]}
    question[ANSWERS] = [_answer(span, context) | _extras(example, span) for span in example.spans]
    plausible = example.meta.get(_PLAUSIBLE)
    if isinstance(plausible, list) and all(_is_in(context, answer) for answer in plausible):
        question[_PLAUSIBLE] = plausible
    return question


def _extras(example: Example, span: Span) -> Question:
    extras = example.meta.get(ANSWERS)
    extra = extras.get(span.id) if isinstance(extras, dict) else None
    return extra if isinstance(extra, dict) else {}


def _is_in(context: str, answer: Any) -> bool:
    """Return whether an answer is in the context, which is false for a translated context."""
    if not isinstance(answer, dict):
        return False
    text, start = answer.get("text"), answer.get("answer_start")
    return (isinstance(text, str) and isinstance(start, int) and start >= 0
            and context.startswith(text, start))


def _answer(span: Span, context: str) -> Question:
    if span.field != CONTEXT:
        raise InputError(f"span {span.id} is in {span.field!r}, but answers are in the context")
    if len(span.fragments) != 1:
        raise InputError(f"span {span.id} has {len(span.fragments)} fragments, but an answer has 1")
    [(start, end)] = span.fragments
    return {"text": context[start:end], "answer_start": start}
