"""What every kind of input gives: two sides of text, each with labels or without."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from crosslabel.finetune.schema import LabelOrigin, PairKind
from crosslabel.pipeline.corpus.records import Example, Pair, Segment, Words
from crosslabel.pipeline.storage.keys import canonical


class UnusableRowError(Exception):
    """A row that gives no features; ``reasons`` are written as in a reject."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class LabelledSide:
    """One side as text, and where its labels came from.

    Attributes:
        origin: of spans, word labels or the label of the whole text.
        pair: the pair whose side a this is, where its labels were projected.
    """

    example: Example
    origin: LabelOrigin
    pair: Pair | None = None


@dataclass(frozen=True, slots=True)
class FeatureRow:
    """One example ready to become tokens.

    Attributes:
        number: of the row in its input, from 1.
        id: stable over runs, unique in a feature dataset, the same for all windows.
        group_id: the same for all languages and windows of one source example.
        b: ``None`` where there is no translation.
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
    """Number of a source example: 63 bits of the sha256 of its id, language and texts.

    Two files that name their rows alike do not share groups, a file and its translations do.
    """
    spelling = canonical([source.id, source.lang, dict(source.fields)])
    return int.from_bytes(hashlib.sha256(spelling).digest()[:8]) >> 1


def mt_score(segments: Sequence[Segment]) -> float | None:
    """Mean score of the segments that have one."""
    scores = [segment.score for segment in segments if segment.score is not None]
    return sum(scores) / len(scores) if scores else None


def with_words(examples: Sequence[Example]) -> list[Example]:
    """The same examples; those without words of their first field get spaCy's."""
    from crosslabel.projection.words import word_ranges_batch

    missing = [own for own in examples if first_words(own) is None]
    found: dict[str, Words] = {}
    for lang in {own.lang for own in missing}:
        rows = [own for own in missing if own.lang == lang]
        fields = [first_field(own) for own in rows]
        texts = [own.fields[field] for own, field in zip(rows, fields, strict=True)]
        ranges = word_ranges_batch(texts, lang)
        found |= {own.id: Words(field, cut)
                  for own, field, cut in zip(rows, fields, ranges, strict=True)}
    return [replace(own, words=(found[own.id], *own.words)) if own.id in found else own
            for own in examples]


def first_field(example: Example) -> str:
    """Name of the field whose words are labelled."""
    return next(iter(example.fields))


def first_words(example: Example) -> Words | None:
    """Words of the first field, ``None`` where the example does not have them."""
    field = first_field(example)
    own: Iterable[Words] = (words for words in example.words if words.field == field)
    return next(iter(own), None)
