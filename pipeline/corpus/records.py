"""The records of a corpus, version ``corpus/1``.

Offsets are half-open ``[start, end)`` ranges that count Unicode code points of the unchanged field
text. ``text[start:end]`` is authoritative; words are derived from it. The Arrow form of a pair is
in ``arrow.py``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Projection, Range

VERSION = "corpus/1"

_RAW_CHARACTERS = 300

Origin = Literal["human", "machine"]
SideName = Literal["a", "b"]
Task = Literal["spans", "text", "words"]

QUESTION, CONTEXT, ANSWER = "question", "context", "answer"
"""Fields of a question about a context, and the label of answers, which are context spans."""


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled part of one field; discontinuous if it has several fragments.

    ``score`` is the probability that a model gave the label; ``None`` for a label by a person.
    """

    id: str
    field: str
    fragments: tuple[Range, ...]
    label: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """A labelled, directed link between two spans of the same example."""

    head: str
    tail: str
    label: str


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one field as character ranges.

    ``labels`` is set if the task labels words, and ``scores`` if a model gave these labels with
    probabilities.
    """

    field: str
    ranges: tuple[Range, ...]
    labels: tuple[str | None, ...] = ()
    scores: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """One text, or a few texts that belong together, with their annotation.

    Attributes:
        id: unique within the corpus.
        task: annotation of ``spans``, of the ``text`` as a whole, or of each of its ``words``.
        lang: BCP-47 tag of all fields.
        fields: text by name (``text``; ``premise``/``hypothesis``; ``question``/``context``).
        label: class of the whole example.
        value: number of the whole example (regression).
        probabilities: of each class, if a model gave the label.
        meta: the other values of the row, unchanged.
    """

    id: str
    task: Task
    lang: str
    fields: Mapping[str, str]
    spans: tuple[Span, ...] = ()
    relations: tuple[Relation, ...] = ()
    label: str | None = None
    value: float | None = None
    words: tuple[Words, ...] = ()
    probabilities: Mapping[str, float] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Segment:
    """Matching ranges of one field on both sides; ``score`` comes from the translation model."""

    field: str
    a: Range
    b: Range
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A target-language side ``a`` and a source-language side ``b`` of the same example.

    Attributes:
        row_id: stable hash of the values that identify the pair (corpus, example, languages).
        given: the side with the given labels; the other side receives projections.
        projections: one per span of the given side, in its order.
    """

    row_id: str
    a: Example
    b: Example
    a_origin: Origin
    b_origin: Origin
    given: SideName
    segments: tuple[Segment, ...]
    projections: tuple[Projection, ...]


@dataclass(frozen=True, slots=True)
class Reject:
    """An input row that produced no pair, with every reason.

    Attributes:
        file: the file that contains the row.
        row: 1-based line (or record) number in that file.
        id: the id of the row, if it could be read.
        reasons: each a machine-readable code, then an explanation for people, e.g.
            ``("offset-outside-text: span 0 is 3:99, the text has 12 characters",)``.
        raw: the row as read, or its text if it was readable; cut to a readable length.
        sentence: the sentence that failed, if one did.
    """

    file: str
    row: int
    id: str | None
    reasons: tuple[str, ...]
    raw: str = ""
    sentence: str = ""


def rejected(
    file: str, row: int, example: Example, reasons: tuple[str, ...], sentence: str = ""
) -> Reject:
    """Return the reject of a row that was readable, with its text."""
    fields = example.fields
    text = "\n".join(fields[name] if len(fields) == 1 else f"{name}: {fields[name]}"
                     for name in fields)
    return Reject(file, row, example.id, reasons, shortened(text), shortened(sentence))


def shortened(raw: str) -> str:
    """Return a row or a text as a reject keeps it: cut to a readable length."""
    return raw if len(raw) <= _RAW_CHARACTERS else raw[:_RAW_CHARACTERS] + "…"


def unlabelled(example: Example) -> Example:
    """Return an example with the same texts and words but without any annotation."""
    words = tuple(replace(words, labels=(), scores=()) for words in example.words)
    return replace(example, task="text", spans=(), relations=(), label=None, value=None,
                   words=words, probabilities={})


def check(example: Example) -> Example:
    """Return ``example`` if it keeps every promise of this module.

    Raises:
        InputError: names the first broken promise and the way out.
    """
    fields = [words.field for words in example.words]
    if len(set(fields)) != len(fields):
        raise InputError(f"two-words: the words of a field are given twice: {', '.join(fields)}")
    if example.task == "words":
        _check_words(example)
    ids = [span.id for span in example.spans]
    known = set(ids)
    if len(known) != len(ids):
        twice = next(id for id, count in Counter(ids).items() if count > 1)
        raise InputError(f"duplicate-span-id: two spans have the id {twice!r}; rename one")
    for span in example.spans:
        _check_span(span, example.fields)
    for relation in example.relations:
        for end in (relation.head, relation.tail):
            if end not in known:
                raise InputError(
                    f"unknown-span: relation {relation.label!r} names span {end!r}, "
                    "which the row does not have"
                )
    return example


def _check_words(example: Example) -> None:
    if example.spans or example.relations:
        raise InputError("two-tasks: an example that labels words has no spans or relations; "
                         "leave them out")
    for words in example.words:
        if len(words.labels) != len(words.ranges):
            raise InputError(f"labels-differ: {len(words.labels)} word labels for "
                             f"{len(words.ranges)} words; give null for a word without a label")
    if not example.words:
        raise InputError("no-words: the row labels words but has no words")


def _check_span(span: Span, fields: Mapping[str, str]) -> None:
    if span.field not in fields:
        raise InputError(f"unknown-field: span {span.id!r} is in field {span.field!r}, "
                         f"the row has {', '.join(fields) or 'none'}")
    if not span.label:
        raise InputError(f"empty-label: span {span.id!r} has no label")
    length = len(fields[span.field])
    previous = 0
    for start, end in span.fragments:
        if not 0 <= start < end <= length:
            raise InputError(f"offset-outside-text: span {span.id!r} is {start}:{end}, "
                             f"the text has {length} characters (offsets count code points)")
        if start < previous:
            raise InputError(f"fragments-unordered: fragments of span {span.id!r} must be in order "
                             "and may not overlap")
        previous = end
    if not span.fragments:
        raise InputError(f"no-fragments: span {span.id!r} covers nothing")
