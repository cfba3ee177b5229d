"""Combining predictions the slow way, with fractions, word by word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

Row = dict[str, Any]
Span = tuple[int, int, str]
"""First and last word and the label."""


def spans_of(tags: Sequence[str | None]) -> list[Span]:
    """What IOB2 tags say, as conlleval reads them."""
    found: list[Span] = []
    before: str | None = None
    for place, tag in enumerate(tags):
        label = tag[2:] if tag and tag != "O" else None
        if label is not None:
            if tag and tag.startswith("I-") and label == before:
                found[-1] = (found[-1][0], place, label)
            else:
                found.append((place, place, label))
        before = label
    return found


def tags_of(spans: Sequence[Span], words: int) -> list[str]:
    """IOB2 tags of spans."""
    tags = ["O"] * words
    for first, last, label in spans:
        tags[first:last + 1] = [f"B-{label}"] + [f"I-{label}"] * (last - first)
    return tags


def probabilities(row: Row, place: int, names: Sequence[str]) -> dict[str, Fraction]:
    """Of each tag of a word by one system; its tags are mended already."""
    given = (row.get("tag_probabilities") or [None] * len(row["tags"]))[place]
    if given is not None:
        return {name: Fraction(given.get(name, 0)) for name in names}
    scores = row.get("scores")
    score = Fraction(1) if scores is None or scores[place] is None else Fraction(scores[place])
    rest = (1 - score) / max(1, len(names) - 1)
    return {name: score if name == row["tags"][place] else rest for name in names}


def said(row: Row) -> Row:
    """The same with null for a tag of a word that it does not have."""
    return row | {"tags": [None if word is None else tag
                           for word, tag in zip(row["words"], row["tags"], strict=True)]}


def mended(row: Row) -> Row:
    """The same with tags of IOB2."""
    tags = row["tags"]
    proper = tags_of(spans_of(tags), len(tags))
    return row | {"tags": [None if tag is None else good
                           for tag, good in zip(tags, proper, strict=True)]}


def combined(
    rows: Sequence[Row], weights: Sequence[int], names: Sequence[str], by: str, iob: bool
) -> tuple[list[str | None], list[Fraction | None]]:
    """Tags of the words of a text and how probable they are."""
    words = len(rows[0]["tags"])
    rows = [mended(said(row)) if iob else said(row) for row in rows]
    means = [_means(rows, weights, place, names) for place in range(words)]
    if by == "vote" and iob:
        tags: list[str | None] = list(_voted(rows, weights, words))
    else:
        pick = _most_votes if by == "vote" else _most_probable
        tags = [pick(rows, weights, place, means[place]) if means[place] else None
                for place in range(words)]
    scores = [own[tag] if own and tag else None for own, tag in zip(means, tags, strict=True)]
    if iob:
        return list(tags_of(spans_of(tags), words)), scores
    return tags, scores


def _saying(rows: Sequence[Row], weights: Sequence[int], place: int) -> list[tuple[Row, int]]:
    return [(row, weight) for row, weight in zip(rows, weights, strict=True)
            if row["tags"][place] is not None]


def _means(
    rows: Sequence[Row], weights: Sequence[int], place: int, names: Sequence[str]
) -> dict[str, Fraction]:
    saying = _saying(rows, weights, place)
    total = sum(weight for _, weight in saying)
    each = [(probabilities(row, place, names), weight) for row, weight in saying]
    return {name: sum((own[name] * weight for own, weight in each), Fraction(0)) / total
            for name in names} if saying else {}


Pick = Callable[[Sequence[Row], Sequence[int], int, dict[str, Fraction]], str]


def _most_probable(
    rows: Sequence[Row], weights: Sequence[int], place: int, means: dict[str, Fraction]
) -> str:
    best = [name for name, mean in means.items() if mean == max(means.values())]
    return _earliest(rows, weights, place, best)


def _most_votes(
    rows: Sequence[Row], weights: Sequence[int], place: int, means: dict[str, Fraction]
) -> str:
    votes: dict[str, int] = {}
    for row, weight in _saying(rows, weights, place):
        votes[row["tags"][place]] = votes.get(row["tags"][place], 0) + weight
    most = [name for name, count in votes.items() if count == max(votes.values())]
    best = [name for name in most if means[name] == max(means[other] for other in most)]
    return _earliest(rows, weights, place, best)


def _earliest(
    rows: Sequence[Row], weights: Sequence[int], place: int, best: Sequence[str]
) -> str:
    said = (row["tags"][place] for row, _ in _saying(rows, weights, place))
    return next((tag for tag in said if tag in best), best[0])


def _voted(rows: Sequence[Row], weights: Sequence[int], words: int) -> list[str]:
    votes: dict[Span, int] = {}
    for row, weight in zip(rows, weights, strict=True):
        for span in spans_of(row["tags"]):
            votes[span] = votes.get(span, 0) + weight
    return tags_of([span for span, count in votes.items() if 2 * count > sum(weights)], words)
