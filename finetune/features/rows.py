"""The rows of every kind of input: two sides of text, each with or without labels."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from crosslabel.finetune.schema import LabelOrigin, PairKind
from crosslabel.pipeline.corpus.records import Example, Pair, Segment, Words
from crosslabel.pipeline.storage.keys import canonical


class UnusableRowError(Exception):
    """The error of a row that gives no features; ``reasons`` have the form of a reject's."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class LabelledSide:
    """One side of a row: its text and the origin of its labels.

    Attributes:
        origin: of spans, word labels or the label of the whole text.
        pair: the pair whose side a this is, if its labels were projected.
    """

    example: Example
    origin: LabelOrigin
    pair: Pair | None = None


@dataclass(frozen=True, slots=True)
class FeatureRow:
    """One example, ready to be tokenised.

    Attributes:
        number: of the row in its input, from 1.
        id: stable over runs, unique in a feature dataset, the same for all windows.
        group_id: the same for all languages and windows of one source example.
        b: ``None`` without a translation.
        mt_score: mean log-probability per token that the translation model gave its sentences.
    """

    number: int
    id: str
    group_id: int
    kind: PairKind
    lang_b: str
    a: LabelledSide
    b: LabelledSide | None
    mt_score: float | None = None


def group_id(source: Example) -> int:
    """Return the number of a source example: 63 bits of the sha256 of its id, language and texts.

    Two files with the same row names do not share groups; a file and its translations do.
    """
    spelling = canonical([source.id, source.lang, dict(source.fields)])
    return int.from_bytes(hashlib.sha256(spelling).digest()[:8]) >> 1


def mt_score(segments: Sequence[Segment]) -> float | None:
    """Return the mean score of the segments that have one; ``None`` if none has."""
    scores = [segment.score for segment in segments if segment.score is not None]
    return sum(scores) / len(scores) if scores else None


def with_words(examples: Sequence[Example]) -> list[Example]:
    """Return the examples with words; spaCy cuts the first field of examples without words."""
    from crosslabel.projection.words import word_ranges_batch

    missing = [example for example in examples if first_words(example) is None]
    made: dict[str, Words] = {}
    for lang in {example.lang for example in missing}:
        rows = [example for example in missing if example.lang == lang]
        fields = [first_field(row) for row in rows]
        texts = [row.fields[field] for row, field in zip(rows, fields, strict=True)]
        ranges = word_ranges_batch(texts, lang)
        made |= {row.id: Words(field, cut)
                 for row, field, cut in zip(rows, fields, ranges, strict=True)}
    return [replace(example, words=(made[example.id], *example.words))
            if example.id in made else example for example in examples]


def first_field(example: Example) -> str:
    """Return the name of the field whose words are labelled."""
    return next(iter(example.fields))


def first_words(example: Example) -> Words | None:
    """Return the words of the first field, ``None`` if the example does not have them."""
    field = first_field(example)
    matching: Iterable[Words] = (words for words in example.words if words.field == field)
    return next(iter(matching), None)
