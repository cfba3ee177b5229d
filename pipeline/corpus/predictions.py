"""What a model says of one example, and the JSON line it is written as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crosslabel.projection.interface import Range

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class PredictedSpan:
    """A run of words with IOB2 tags; ``score`` is their mean probability."""

    start: int
    end: int
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class TaggedText:
    """Words, their tags and how probable these are.

    Attributes:
        words: character ranges; ``None`` for a word that the tokenizer has no sub-words for.
        tags: such a word is ``O`` or, with plain labels, has none.
        spans: what IOB2 tags say; ``None`` with plain labels.
    """

    id: str
    lang: str
    text: str
    words: tuple[Range | None, ...]
    tags: tuple[str | None, ...]
    scores: tuple[float | None, ...]
    spans: tuple[PredictedSpan, ...] | None

    def as_row(self) -> dict[str, Any]:
        """As JSON values."""
        row = {"id": self.id, "lang": self.lang, "text": self.text,
               "words": [own and list(own) for own in self.words], "tags": list(self.tags),
               "scores": [own if own is None else round(own, _DIGITS) for own in self.scores]}
        if self.spans is None:
            return row
        return row | {"spans": [
            {"start": span.start, "end": span.end, "label": span.label,
             "score": round(span.score, _DIGITS)} for span in self.spans
        ]}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClassifiedText:
    """The most probable class and the probability of each."""

    id: str
    lang: str
    label: str
    probabilities: Mapping[str, float]

    def as_row(self) -> dict[str, Any]:
        """As JSON values."""
        rounded = {name: round(own, _DIGITS) for name, own in self.probabilities.items()}
        return {"id": self.id, "lang": self.lang, "label": self.label,
                "score": rounded[self.label], "probabilities": rounded}


@dataclass(frozen=True, slots=True)
class ValuedText:
    """A number."""

    id: str
    lang: str
    value: float

    def as_row(self) -> dict[str, Any]:
        """As JSON values."""
        return {"id": self.id, "lang": self.lang, "value": round(self.value, _DIGITS)}


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """The best answer; whether a question has one is for the reader of both scores to decide.

    Attributes:
        range: characters of the context; ``None`` if no window may hold an answer.
        score: logits of its first and last token added up.
        no_answer_score: logits that there is none, added up; the lowest of all windows.
        probability: of an answer that was projected from a translation; such a one has no logits.
    """

    id: str
    lang: str
    answer: str
    range: Range | None
    score: float | None
    no_answer_score: float | None
    probability: float | None = None

    def as_row(self) -> dict[str, Any]:
        """As JSON values."""
        start, end = self.range or (None, None)
        row = {"id": self.id, "lang": self.lang, "answer": self.answer, "start": start, "end": end}
        sure = {"score": self.score, "no_answer_score": self.no_answer_score}
        if self.probability is not None:
            sure = {"probability": self.probability}
        return row | {name: own and round(own, _DIGITS) for name, own in sure.items()}


Prediction = TaggedText | ClassifiedText | ValuedText | AnsweredQuestion
