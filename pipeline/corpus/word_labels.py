"""Labels on words (task ``words``, such as parts of speech) in the form that projection takes.

Every labelled word becomes a given span of one word, so that every projection method can be used;
the labels of the other side's words are read from the projections.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from crosslabel.pipeline.corpus.records import Example, LostSpan, Span, Words
from crosslabel.pipeline.corpus.tags import UNKNOWN
from crosslabel.projection.interface import Projection, Range


def given_spans(example: Example) -> tuple[Span, ...]:
    """Return the spans of an example that are projected, or its labelled words as spans.

    The id of a word's span is the index of the word, preceded by the name of the field if the
    example has several fields.
    """
    if example.task != "words":
        return example.spans
    return tuple(_word_spans(example))


def given_or_lost(example: Example) -> tuple[Span | LostSpan, ...]:
    """Return what the projections of an example are of: given spans, and those that were lost."""
    return *given_spans(example), *example.lost


def _word_spans(example: Example) -> Iterator[Span]:
    for words in example.words:
        field = f"{words.field}:" if len(example.fields) > 1 else ""
        # ``labels`` is empty if the words of the field are not labelled.
        scores = words.scores or (None,) * len(words.labels)
        for index, (range_, label, score) in enumerate(
            zip(words.ranges, words.labels, scores, strict=False)
        ):
            if label is not None:
                yield Span(f"{field}{index}", words.field, (range_,), label, score)


def projected_score(score: float | None, projection: Projection) -> float | None:
    """Return the score of a label times the probability of its projection.

    A label without a score has no projected score; a projection without a probability counts as
    certain.
    """
    if score is None or projection.probability is None:
        return score
    return score * projection.probability


def projected_words(
    words: Words, given: Mapping[str, Span], projections: Iterable[Projection]
) -> Words:
    """Return words with the label of the projection that reaches each of them.

    If projections with different labels reach a word, the most certain projection decides: by
    probability if all have one, by raw score if all come from one method. If several are equally
    certain, the label is unknown, as it is for a word that no projection reaches.

    Args:
        given: the spans that were projected, by id.
        projections: of the same field.
    """
    chosen = [_winner(claims) for claims in _claims(words.ranges, projections)]
    labels = tuple(projection.label if projection else None for projection in chosen)
    scores = tuple(
        projected_score(given[projection.span_id].score, projection) if projection else None
        for projection in chosen
    )
    scored = any(score is not None for score in scores)
    return replace(words, labels=labels, scores=scores if scored else ())


def _claims(
    words: Sequence[Range], projections: Iterable[Projection]
) -> list[list[Projection]]:
    """Return the projections that reach each word."""
    claims: list[list[Projection]] = [[] for _ in words]
    ends = [end for _, end in words]
    for projection in projections:
        for start, end in projection.fragments:
            word = bisect_right(ends, start)
            while word < len(words) and words[word][0] < end:
                claims[word].append(projection)
                word += 1
    return claims


def _winner(claims: Sequence[Projection]) -> Projection | None:
    scores = _scores(claims)
    best = max(scores, default=None)
    surest = [claim for claim, score in zip(claims, scores, strict=False) if score == best]
    if len({claim.label for claim in claims}) == 1:
        return (surest or claims)[0]
    return surest[0] if len({claim.label for claim in surest}) == 1 else None


def _scores(claims: Sequence[Projection]) -> list[float]:
    """Return one score per claim, or an empty list if their scores cannot be compared."""
    probabilities = [claim.probability for claim in claims if claim.probability is not None]
    if len(probabilities) == len(claims):
        return probabilities
    raw = [claim.raw_score for claim in claims if claim.raw_score is not None]
    one_method = len({claim.method for claim in claims}) == 1
    return raw if one_method and len(raw) == len(claims) else []


def label_numbers(labels: Sequence[str | None], names: Sequence[str]) -> list[int]:
    """Return word labels as class numbers, with :data:`UNKNOWN` for a word without a label."""
    number = {name: position for position, name in enumerate(names)}
    return [UNKNOWN if label is None else number[label] for label in labels]
