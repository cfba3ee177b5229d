"""Labels on words (task ``words``, such as parts of speech) as projection sees them.

Every labelled word is a given span of one word, so that every projection method serves; the labels
of the other side's words are read off the projections.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from pipeline.records import Example, Span
from pipeline.tags import UNKNOWN
from projection.interface import Projection, Range

Labels = tuple[str | None, ...]


def given_spans(example: Example) -> tuple[Span, ...]:
    """What is projected of an example: its spans, or where words are labelled those words.

    The id of such a span is the index of its word, after the name of the field if there are more.
    """
    if example.task != "words":
        return example.spans
    return tuple(_word_spans(example))


def _word_spans(example: Example) -> Iterator[Span]:
    for words in example.words:
        field = f"{words.field}:" if len(example.fields) > 1 else ""
        # Words that no one labelled have no labels at all.
        for index, (range_, label) in enumerate(zip(words.ranges, words.labels, strict=False)):
            if label is not None:
                yield Span(f"{field}{index}", words.field, (range_,), label)


def projected_labels(words: Sequence[Range], projections: Iterable[Projection]) -> Labels:
    """The label of each word that projections of the same field reach; ``None`` is unknown.

    Where projections with different labels reach a word, the surer one decides: by probability
    where all have one, by raw score where all are of one method. Of equally sure ones none does.
    """
    claims: dict[int, list[Projection]] = {}
    ends = [end for _, end in words]
    for projection in projections:
        for start, end in projection.fragments:
            word = bisect_right(ends, start)
            while word < len(words) and words[word][0] < end:
                claims.setdefault(word, []).append(projection)
                word += 1
    return tuple(_decided(claims.get(word, ())) for word in range(len(words)))


def _decided(claims: Sequence[Projection]) -> str | None:
    labels = {claim.label for claim in claims}
    if len(labels) > 1:
        scores = _scores(claims)
        best = max(scores, default=None)
        labels = {claim.label for claim, score in zip(claims, scores, strict=False)
                  if score == best}
    return labels.pop() if len(labels) == 1 else None


def _scores(claims: Sequence[Projection]) -> list[float]:
    """Scores that compare with each other; none if the claims have no such."""
    probabilities = [claim.probability for claim in claims if claim.probability is not None]
    if len(probabilities) == len(claims):
        return probabilities
    raw = [claim.raw_score for claim in claims if claim.raw_score is not None]
    one_method = len({claim.method for claim in claims}) == 1
    return raw if one_method and len(raw) == len(claims) else []


def label_numbers(labels: Sequence[str | None], names: Sequence[str]) -> list[int]:
    """Word labels as class numbers; :data:`pipeline.tags.UNKNOWN` where there is none."""
    number = {name: position for position, name in enumerate(names)}
    return [UNKNOWN if label is None else number[label] for label in labels]
