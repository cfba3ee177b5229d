"""The prediction of a model for one example, and its form as a line of JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crosslabel.projection.interface import Range

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class PredictedSpan:
    """A span read from the IOB2 tags of its words; ``score`` is their mean probability."""

    start: int
    end: int
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class TaggedText:
    """The words of a text, their tags and the probabilities of the tags.

    Attributes:
        words: character ranges; ``None`` for a word that the tokenizer has no sub-words for.
        tags: a word without sub-words has ``O`` or, with plain labels, ``None``.
        scores: probability of each tag.
        spans: read from IOB2 tags; ``None`` with plain labels.
    """

    id: str
    lang: str
    text: str
    words: tuple[Range | None, ...]
    tags: tuple[str | None, ...]
    scores: tuple[float | None, ...]
    spans: tuple[PredictedSpan, ...] | None

    def as_row(self) -> dict[str, Any]:
        """Return the prediction as JSON values."""
        row = {"id": self.id, "lang": self.lang, "text": self.text,
               "words": [word and list(word) for word in self.words], "tags": list(self.tags),
               "scores": [score if score is None else round(score, _DIGITS)
                          for score in self.scores]}
        if self.spans is None:
            return row
        return row | {"spans": [
            {"start": span.start, "end": span.end, "label": span.label,
             "score": round(span.score, _DIGITS)} for span in self.spans
        ]}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClassifiedText:
    """The most probable class of a text and the probability of each class."""

    id: str
    lang: str
    label: str
    probabilities: Mapping[str, float]

    def as_row(self) -> dict[str, Any]:
        """Return the prediction as JSON values."""
        rounded = {label: round(probability, _DIGITS)
                   for label, probability in self.probabilities.items()}
        return {"id": self.id, "lang": self.lang, "label": self.label,
                "score": rounded[self.label], "probabilities": rounded}


@dataclass(frozen=True, slots=True)
class ValuedText:
    """The number predicted for a text."""

    id: str
    lang: str
    value: float

    def as_row(self) -> dict[str, Any]:
        """Return the prediction as JSON values."""
        return {"id": self.id, "lang": self.lang, "value": round(self.value, _DIGITS)}


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """The best answer to a question; the reader decides by both scores whether there is an answer.

    Attributes:
        range: characters of the context; ``None`` if no window can contain an answer.
        score: sum of the logits of the first and last token of the answer.
        no_answer_score: sum of the logits of no answer; the lowest of all windows.
        probability: of an answer projected from a translation, which has no logits.
    """

    id: str
    lang: str
    answer: str
    range: Range | None
    score: float | None
    no_answer_score: float | None
    probability: float | None = None

    def as_row(self) -> dict[str, Any]:
        """Return the prediction as JSON values."""
        start, end = self.range or (None, None)
        row = {"id": self.id, "lang": self.lang, "answer": self.answer, "start": start, "end": end}
        scores = {"score": self.score, "no_answer_score": self.no_answer_score}
        if self.probability is not None:
            scores = {"probability": self.probability}
        return row | {name: score and round(score, _DIGITS) for name, score in scores.items()}


Prediction = TaggedText | ClassifiedText | ValuedText | AnsweredQuestion
