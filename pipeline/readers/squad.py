"""Questions about contexts in the JSON layout of SQuAD 1.1 and 2.0 (Rajpurkar et al. 2016, 2018),
which XQuAD, MLQA and TyDiQA-GoldP share::

    {"version": "2.0", "data": [{"title": "Rome", "paragraphs": [
        {"context": "Rome lies on the Tiber.", "qas": [
            {"id": "1", "question": "Where is Rome?", "is_impossible": false,
             "answers": [{"text": "on the Tiber", "answer_start": 10}]}]}]}]}

Every question is a row. A question without answers has no answer in its context; a file to predict
on may leave the answers out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from crosslabel.pipeline.corpus.records import CONTEXT, Example, Reject
from crosslabel.pipeline.readers.gate import Gate
from crosslabel.pipeline.readers.language import required_language
from crosslabel.pipeline.readers.lines import shown
from crosslabel.pipeline.readers.options import Options
from crosslabel.pipeline.readers.rows import values
from crosslabel.pipeline.readers.rows.questions import TITLE, question_example
from crosslabel.pipeline.readers.rows.values import Row
from crosslabel.pipeline.readers.squad_file import read_articles
from crosslabel.projection.errors import InputError


@dataclass(frozen=True, slots=True)
class _Question:
    """A question of the file, and its place there."""

    place: str
    title: Any
    paragraph: Row
    question: Any


def read_squad(path: Path, options: Options, gate: Gate) -> Iterator[Example | Reject]:
    """Read the questions of a file; their row numbers run through all articles.

    Each question becomes an example as in :mod:`crosslabel.pipeline.readers.rows.questions`;
    ``meta`` also holds the article's ``title``.

    Raises:
        InputError: no language is given, or the file cannot be read or has another layout.
    """
    lang = required_language(path, options)
    return _rows(path, lang, options.max_characters, gate)


def _rows(
    path: Path, lang: str, max_characters: int, gate: Gate
) -> Iterator[Example | Reject]:
    for number, entry in enumerate(_questions(read_articles(path)), start=1):
        if isinstance(entry, InputError):
            yield gate.reject(number, "", str(entry))
            continue
        build = partial(_example, lang, entry, max_characters)
        yield gate.admit(number, _shown(entry.question), build, id=_given_id(entry.question))


def _given_id(question: Any) -> str | None:
    """Return the id of a question as text that can be shown, whatever it holds."""
    id = question.get("id") if isinstance(question, dict) else None
    if isinstance(id, list | dict) or id is None:
        return None
    return shown(str(id).encode("utf-8", errors="replace"))


def _shown(question: Any) -> str:
    try:
        return shown(json.dumps(question, ensure_ascii=False).encode("utf-8", errors="replace"))
    except RecursionError:
        return ""


def _questions(articles: Sequence[Any]) -> Iterator[_Question | InputError]:
    """Yield all questions, and an error for each article or paragraph without its list."""
    for n, article in enumerate(articles):
        place = f"data[{n}]"
        try:
            paragraphs = _list(article, "paragraphs", place)
        except InputError as error:
            yield error
            continue
        for m, paragraph in enumerate(paragraphs):
            inner = f"{place}.paragraphs[{m}]"
            try:
                for k, question in enumerate(_list(paragraph, "qas", inner)):
                    yield _Question(f"{inner}.qas[{k}]", article.get(TITLE), paragraph, question)
            except InputError as error:
                yield error


def _list(row: Any, key: str, place: str) -> list[Any]:
    row = values.as_object(place, row)
    if row.get(key) is None:
        raise InputError(f"missing-key: {place} has no {key!r}")
    return values.items(row, key)


def _example(lang: str, entry: _Question, max_characters: int) -> Example:
    try:
        row = values.as_object("qas", entry.question)
        context = values.text(entry.paragraph, CONTEXT)
        if len(context) > max_characters:
            raise InputError(f"text-too-long: the context has {len(context)} characters, the limit "
                             f"(max_characters) is {max_characters}")
        _refuse_unwritable([row, entry.title, context])
        title = {} if entry.title is None else {TITLE: entry.title}
        return question_example({**row, **title, CONTEXT: context}, lang)
    except InputError as error:
        raise InputError(f"{error} ({entry.place})") from error


def _refuse_unwritable(kept: Sequence[Any]) -> None:
    values.check_kept(kept)
    try:
        json.dumps(kept, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(f"lone-surrogate: {error.object[error.start]!r} is half of a character; "
                         "write the character itself or both halves") from error
