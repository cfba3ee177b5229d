"""Combination of the tagged words of several systems, many texts at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

import numpy as np

from crosslabel.finetune.combine.files import Key, Row, SystemFile
from crosslabel.finetune.combine.opinions import (
    DIGITS,
    NOTHING,
    By,
    Floats,
    Ints,
    Opinion,
    mean_probabilities,
    most_probable,
    most_votes,
)
from crosslabel.finetune.combine.tags import OUTSIDE, TagNames
from crosslabel.projection.errors import InputError


@dataclass(frozen=True, slots=True)
class _Texts:
    """The N words of M texts, one after the other.

    Attributes:
        begins: (M + 1,) number of the first word of each text.
        example: (N,) the text of each word.
    """

    keys: Sequence[Key]
    words: list[list[Any]]
    begins: Ints
    example: Ints

    @classmethod
    def of(cls, keys: Sequence[Key], files: Sequence[SystemFile]) -> _Texts:
        """Return the words that the files agree on."""
        words = [_agreed([row["words"] for row in _having(files, key)]) for key in keys]
        sizes = np.array([len(text) for text in words], np.int64)
        begins = np.concatenate([[0], np.cumsum(sizes)])
        return cls(keys, words, begins, np.repeat(np.arange(len(keys)), sizes))


def check_words(key: Key, files: Sequence[SystemFile]) -> tuple[SystemFile, str] | None:
    """Return the first file whose words of a text differ from those before, and the problem."""
    first, *later = [file for file in files if key in file.predictions]
    words = first.predictions[key].row["words"]
    for file in later:
        given = file.predictions[key].row["words"]
        if given != words:
            try:
                words = _agreed([words, given])
            except InputError as error:
                return file, f"{error}, compared with {first.name}; give the same words to all"
    return None


def _agreed(lists: Sequence[list[Any]]) -> list[Any]:
    """Return the words of all lists; a null in one list is filled from another.

    Raises:
        InputError: the lists differ.
    """
    agreed = lists[0]
    for words in lists[1:]:
        if words == agreed:
            continue
        if len(words) != len(agreed):
            raise InputError(f"{len(words)} words in place of {len(agreed)}")
        wrong = next(((word, known) for word, known in zip(words, agreed, strict=True)
                      if None not in (word, known) and word != known), None)
        if wrong:
            raise InputError(f"word {wrong[0]} in place of {wrong[1]}")
        agreed = [known or word for known, word in zip(agreed, words, strict=True)]
    return agreed


def combined_words(
    keys: Sequence[Key], files: Sequence[SystemFile], weights: Sequence[float],
    tags: TagNames, by: By,
) -> Iterator[Row]:
    """Yield a row for each text, in order; the files must agree on the words.

    ``mean`` takes the tag with the highest mean probability; ``vote`` takes the tag with the most
    weight or, with tags of spans, the spans with more than half of the weight. Scores are mean
    probabilities of the tag.
    """
    texts = _Texts.of(keys, files)
    opinions = [_opinion(file, texts, tags, weight)
                for file, weight in zip(files, weights, strict=True)]
    means = mean_probabilities(opinions, len(tags.names))
    choice = most_probable(opinions, means) if by == "mean" else most_votes(opinions, means)
    if by == "vote" and tags.iob is not None:
        spoken = choice != NOTHING
        choice = tags.voted_spans(opinions, texts.example, _weights(keys, files, weights))
        choice = np.where(spoken, choice, NOTHING)
    known = choice != NOTHING
    scores = np.where(known, means[np.arange(len(choice)), choice], np.nan)
    yield from _rows(texts, files, tags, tags.mended(choice, texts.example), scores)


def _weights(
    keys: Sequence[Key], files: Sequence[SystemFile], weights: Sequence[float]
) -> Floats:
    """Return (texts,) the weight of the files that have each text."""
    return np.array([sum(weight for file, weight in zip(files, weights, strict=True)
                         if key in file.predictions) for key in keys], np.float64)


def _opinion(file: SystemFile, texts: _Texts, tags: TagNames, weight: float) -> Opinion:
    """Return the opinion of a file on each word; a tag without score counts as certain."""
    rows = [file.predictions[key].row for key in texts.keys if key in file.predictions]
    has = np.array([key in file.predictions for key in texts.keys], bool)
    place = np.flatnonzero(has[texts.example])
    number = tags.number
    chosen = np.fromiter(map(number.__getitem__, _flat(rows, "tags")), np.int64, len(place))
    none = np.fromiter((word is None for word in _flat(rows, "words")), bool, len(place))
    chosen[none] = NOTHING
    given = np.array(list(_flat(rows, "scores")), np.float64)
    choice, score = np.full(len(texts.example), NOTHING), np.zeros(len(texts.example))
    choice[place], score[place] = chosen, np.where(np.isnan(given), 1.0, given)
    known, probabilities = _distributions(list(_flat(rows, "tag_probabilities")), tags)
    return Opinion(weight, tags.mended(choice, texts.example), score, place[known], probabilities)


def _flat(rows: Sequence[Row], name: str) -> Iterator[Any]:
    """Yield a value per word of all rows; null if a row has none."""
    return chain.from_iterable(
        repeat(None, len(row["words"])) if row.get(name) is None else row[name] for row in rows)


def _distributions(given: Sequence[Any], tags: TagNames) -> tuple[Ints, Floats]:
    """Return the words that have a probability for each tag, and these probabilities."""
    known = np.array([n for n, word in enumerate(given) if word], np.int64)
    number = tags.number
    probabilities = np.zeros((len(known), len(tags.names)))
    for row, n in zip(probabilities, known.tolist(), strict=True):
        for tag, probability in given[n].items():
            row[number[tag]] = probability
    return known, probabilities


def _rows(
    texts: _Texts, files: Sequence[SystemFile], tags: TagNames, choice: Ints, scores: Floats
) -> Iterator[Row]:
    spans = _spans(texts, tags, choice, scores) if tags.iob is not None else None
    names = (*tags.names, OUTSIDE if tags.iob is not None else None)
    rounded = np.round(scores, DIGITS).tolist()
    numbers = choice.tolist()
    for n, (lang, id) in enumerate(texts.keys):
        inside = slice(int(texts.begins[n]), int(texts.begins[n + 1]))
        text = next((row["text"] for row in _having(files, texts.keys[n]) if "text" in row), None)
        row = {"id": id, "lang": lang} | ({} if text is None else {"text": text})
        row |= {"words": texts.words[n], "tags": [names[tag] for tag in numbers[inside]],
                "scores": [None if score != score else score for score in rounded[inside]]}
        yield row if spans is None else row | {"spans": spans[n]}


def _having(files: Sequence[SystemFile], key: Key) -> Iterator[Row]:
    return (file.predictions[key].row for file in files if key in file.predictions)


def _spans(
    texts: _Texts, tags: TagNames, choice: Ints, scores: Floats
) -> list[list[dict[str, Any]]]:
    """Return per text the spans of its tags; a span's score is the mean of its words' scores."""
    entities = tags.entities(choice, texts.example)
    sums = np.concatenate([[0.0], np.cumsum(np.nan_to_num(scores))])
    means = ((sums[entities.last + 1] - sums[entities.first])
             / (entities.last - entities.first + 1))
    labels = tags.iob.labels if tags.iob else ()
    words = list(chain.from_iterable(texts.words))
    spans: list[list[dict[str, Any]]] = [[] for _ in texts.keys]
    columns = (entities.first, entities.last, entities.label, np.round(means, DIGITS))
    for first, last, label, mean in zip(*(column.tolist() for column in columns), strict=True):
        spans[int(texts.example[first])].append(
            {"start": words[first][0], "end": words[last][1], "label": labels[label],
             "score": mean})
    return spans
