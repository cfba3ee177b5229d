"""Labels on words (task ``words``, such as parts of speech) as projection sees them.

Every labelled word is a given span of one word, so that every projection method serves; the labels
of the other side's words are read off the projections.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from crosslabel.pipeline.corpus.records import Example, Span, Words
from crosslabel.pipeline.corpus.tags import UNKNOWN
from crosslabel.projection.interface import Projection, Range


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
        scores = words.scores or (None,) * len(words.labels)
        for index, (range_, label, score) in enumerate(
            zip(words.ranges, words.labels, scores, strict=False)
        ):
            if label is not None:
                yield Span(f"{field}{index}", words.field, (range_,), label, score)


def projected_score(score: float | None, projection: Projection) -> float | None:
    """Probability of a projected label: that a model gave it, times that it went there.

    A label that no model gave has none, a projection without a probability counts as sure.
    """
    if score is None or projection.probability is None:
        return score
    return score * projection.probability


def projected_words(
    words: Words, given: Mapping[str, Span], projections: Iterable[Projection]
) -> Words:
    """The words with the label of the projection of the same field that reaches each of them.

    Where projections with different labels reach a word, the surer one decides: by probability
    where all have one, by raw score where all are of one method. Of equally sure ones none does,
    and the word is unknown, as is one that no projection reaches.

    Args:
        given: the spans that were projected, by id.
    """
    chosen = [_decided(claims) for claims in _claims(words.ranges, projections)]
    labels = tuple(own.label if own else None for own in chosen)
    scores = tuple(projected_score(given[own.span_id].score, own) if own else None
                   for own in chosen)
    scored = any(score is not None for score in scores)
    return replace(words, labels=labels, scores=scores if scored else ())


def _claims(
    words: Sequence[Range], projections: Iterable[Projection]
) -> list[list[Projection]]:
    """The projections that reach each word."""
    claims: list[list[Projection]] = [[] for _ in words]
    ends = [end for _, end in words]
    for projection in projections:
        for start, end in projection.fragments:
            word = bisect_right(ends, start)
            while word < len(words) and words[word][0] < end:
                claims[word].append(projection)
                word += 1
    return claims


def _decided(claims: Sequence[Projection]) -> Projection | None:
    scores = _scores(claims)
    best = max(scores, default=None)
    surest = [claim for claim, score in zip(claims, scores, strict=False) if score == best]
    if len({claim.label for claim in claims}) == 1:
        return (surest or claims)[0]
    return surest[0] if len({claim.label for claim in surest}) == 1 else None


def _scores(claims: Sequence[Projection]) -> list[float]:
    """Scores that compare with each other; none if the claims have no such."""
    probabilities = [claim.probability for claim in claims if claim.probability is not None]
    if len(probabilities) == len(claims):
        return probabilities
    raw = [claim.raw_score for claim in claims if claim.raw_score is not None]
    one_method = len({claim.method for claim in claims}) == 1
    return raw if one_method and len(raw) == len(claims) else []


def label_numbers(labels: Sequence[str | None], names: Sequence[str]) -> list[int]:
    """Word labels as class numbers; :data:`crosslabel.pipeline.corpus.tags.UNKNOWN` where there is none."""
    number = {name: position for position, name in enumerate(names)}
    return [UNKNOWN if label is None else number[label] for label in labels]
