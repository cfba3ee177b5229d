"""A question about a context, with its answers, as one row.

Answers are objects with ``text`` and ``answer_start`` as in the files of SQuAD, or the object of
two lists that data sets on the hub have::

    {"id": "1", "question": "Where is Rome?", "context": "Rome lies on the Tiber.",
     "answers": {"text": ["on the Tiber"], "answer_start": [10]}}

No answer means that the context has none; a file to predict on may leave the answers out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crosslabel.pipeline.corpus.records import ANSWER, CONTEXT, QUESTION, Example, Span
from crosslabel.pipeline.readers.ids import row_id
from crosslabel.pipeline.readers.rows import values
from crosslabel.pipeline.readers.rows.answers import Place, find_answer
from crosslabel.pipeline.readers.rows.values import Row
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.limits import MAX_ANNOTATIONS

TITLE, IMPOSSIBLE, REPAIRED, ANSWERS = "title", "is_impossible", "repaired_answers", "answers"
_KEYS = frozenset({"id", "lang", "task", "meta", QUESTION, CONTEXT, ANSWERS})
_ANSWER_KEYS = ("text", "answer_start")


def is_question(row: Row) -> bool:
    """Return whether a row is a question about a context whose answers nothing else gives."""
    is_text = all(isinstance(row.get(key), str) for key in (QUESTION, CONTEXT))
    return is_text and all(row.get(key) is None for key in ("fields", "text", "spans", "label"))


def question_example(row: Row, lang: str) -> Example:
    """Return the example of a question.

    The fields are ``question`` and ``context``; each answer is a span ``answer`` in the context,
    with its number as its id. ``meta`` holds the other keys of the row; as ``answers`` the other
    keys of answers by span id; and as ``repaired_answers`` the text and offset in the file of
    answers that are elsewhere in the context.

    Raises:
        InputError: ``code: explanation`` of the first thing that is wrong.
    """
    context = values.text(row, CONTEXT)
    answers = _answers(row)
    if len(answers) > MAX_ANNOTATIONS:
        raise InputError(f"too-many-spans: the question has {len(answers)} answers, the limit "
                         f"is {MAX_ANNOTATIONS}")
    _check_impossible(row, answers)
    places = [_place(context, answer) for answer in answers]
    return Example(
        id=row_id(row), task="spans", lang=lang,
        fields={QUESTION: values.text(row, QUESTION), CONTEXT: context},
        spans=tuple(Span(str(n), CONTEXT, (place.range,), ANSWER)
                    for n, place in enumerate(places)),
        meta=_meta(row, answers, places),
    )  # fmt: skip


def _answers(row: Row) -> list[Row]:
    """Return answers as objects.

    Raises:
        InputError: the two lists differ in length.
    """
    given = row.get(ANSWERS) or None
    if not isinstance(given, dict):
        return values.objects({ANSWERS: given}, ANSWERS)
    columns = {key: values.items(given, key) for key in given}
    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1 or not set(_ANSWER_KEYS) <= set(given):
        raise InputError("unknown-form: 'answers' is an object, but not of lists 'text' and "
                         "'answer_start' of one length; write them so or as a list of objects")
    answers = [dict(zip(columns, answer, strict=True))
               for answer in zip(*columns.values(), strict=True)]
    return [answer for answer in answers if (answer["text"], answer["answer_start"]) != ("", -1)]


def _place(context: str, answer: Row) -> Place:
    return find_answer(context, values.text(answer, "text"), values.integer(answer, "answer_start"))


def _check_impossible(row: Row, answers: Sequence[Row]) -> None:
    impossible = row.get(IMPOSSIBLE)
    if impossible is not None and not isinstance(impossible, bool):
        raise values.wrong_type(IMPOSSIBLE, "true or false", impossible)
    if impossible and answers:
        raise InputError("two-answers: the question is_impossible and has answers; correct one")
    if impossible is False and not answers:
        raise InputError("no-answer: is_impossible is false but there are no answers; correct one")


def _meta(row: Row, answers: Sequence[Row], places: Sequence[Place]) -> dict[str, Any]:
    meta = dict(values.as_object("meta", row["meta"])) if row.get("meta") is not None else {}
    meta |= {key: value for key, value in row.items() if key not in _KEYS}
    extras = {str(n): rest for n, answer in enumerate(answers)
              if (rest := {key: value for key, value in answer.items() if key not in _ANSWER_KEYS})}
    repaired = {str(n): {key: answer[key] for key in sorted(_ANSWER_KEYS)}
                for n, (answer, place) in enumerate(zip(answers, places, strict=True))
                if place.repaired}
    for key, value in ((ANSWERS, extras), (REPAIRED, repaired)):
        meta |= {key: value} if value else {}
    values.check_kept(meta)
    return meta
