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
from crosslabel.projection.interface import Projection, Range, Status

VERSION = "corpus/1"
LOST_KEY = "crosslabel.lost_spans"
"""Key of ``meta`` in the Arrow form; a row may not have it."""

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
class LikelyWord:
    """A word that a lost span may have become.

    Attributes:
        start, end: its characters.
        mass: probability that it belongs to the span.
        unknown: whether its label counts as unknown, unless it belongs to a span that is not lost.
    """

    start: int
    end: int
    mass: float = 1.0
    unknown: bool = True


@dataclass(frozen=True, slots=True)
class LostSpan:
    """A span without a place in the text: projection of its label found none to trust.

    Attributes:
        id: not the id of a span of the example.
        label: empty where the text itself is ruined, so that nobody knows what was there.
        status: ``abstained`` or ``rejected``, as for a :class:`Projection`.
        reason: why there is no place.
        likely: words that it may have become, in order.
    """

    id: str
    field: str
    label: str
    status: Status
    reason: str
    likely: tuple[LikelyWord, ...] = ()


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
        lost: spans without a place in the text, so that words without a span may have a label.
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
    lost: tuple[LostSpan, ...] = ()


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


def spans_and_lost(example: Example) -> tuple[Span | LostSpan, ...]:
    """Return the spans of an example, and those that were lost."""
    return *example.spans, *example.lost


def unlabelled(example: Example) -> Example:
    """Return an example with the same texts and words but without any annotation."""
    words = tuple(replace(words, labels=(), scores=()) for words in example.words)
    return replace(example, task="text", spans=(), relations=(), label=None, value=None,
                   words=words, probabilities={}, lost=())


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
    if LOST_KEY in example.meta:
        raise InputError(f"reserved-key: {LOST_KEY!r} cannot be a key of a row; rename it")
    known = {span.id for span in example.spans}
    ids = [span.id for span in spans_and_lost(example)]
    if len(set(ids)) != len(ids):
        twice = next(id for id, count in Counter(ids).items() if count > 1)
        raise InputError(f"duplicate-span-id: two spans have the id {twice!r}; rename one")
    for span in example.spans:
        _check_span(span, example.fields)
    for lost in example.lost:
        _check_lost(lost, example.fields)
    for relation in example.relations:
        for end in (relation.head, relation.tail):
            if end not in known:
                raise InputError(
                    f"unknown-span: relation {relation.label!r} names span {end!r}, "
                    "which the row does not have"
                )
    return example


def _check_words(example: Example) -> None:
    if example.spans or example.relations or example.lost:
        raise InputError("two-tasks: an example that labels words has no spans or relations; "
                         "leave them out")
    for words in example.words:
        if len(words.labels) != len(words.ranges):
            raise InputError(f"labels-differ: {len(words.labels)} word labels for "
                             f"{len(words.ranges)} words; give null for a word without a label")
    if not example.words:
        raise InputError("no-words: the row labels words but has no words")


def _check_lost(lost: LostSpan, fields: Mapping[str, str]) -> None:
    _check_named(lost, fields)
    length = len(fields[lost.field])
    previous = 0
    for word in lost.likely:
        if not previous <= word.start < word.end <= length:
            raise InputError(f"likely-words: lost span {lost.id!r} has the likely word "
                             f"{word.start}:{word.end}, which is outside the text ({length} "
                             "characters) or not after the word before it")
        if not 0.0 <= word.mass <= 1.0:
            raise InputError(f"likely-words: lost span {lost.id!r} has the mass {word.mass}; give "
                             "a probability from 0 to 1")
        previous = word.end


def _check_named(span: Span | LostSpan, fields: Mapping[str, str]) -> None:
    if span.field not in fields:
        raise InputError(f"unknown-field: span {span.id!r} is in field {span.field!r}, "
                         f"the row has {', '.join(fields) or 'none'}")
    if not span.label and not isinstance(span, LostSpan):
        raise InputError(f"empty-label: span {span.id!r} has no label")


def _check_span(span: Span, fields: Mapping[str, str]) -> None:
    _check_named(span, fields)
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
