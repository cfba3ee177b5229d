"""Predicted tags of words, and the spans that IOB2 tags stand for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from crosslabel.finetune.inference.examples import Logits, PredictedExamples, flat
from crosslabel.finetune.inference.words import ExampleWords, read_words
from crosslabel.finetune.reading.columns import Array
from crosslabel.pipeline.corpus.predictions import PredictedSpan, TaggedText
from crosslabel.pipeline.corpus.tag_numbers import NO_TAG, IobTags, is_iob


def tagged(source: PredictedExamples, logits: Logits) -> Iterator[TaggedText]:
    """Yield the examples in order, with the most probable tag at each word's first sub-word."""
    words = read_words(source.table, source.examples)
    tags, scores = _of_words(words, *_of_tokens(source, logits))
    iob = IobTags.of(source.labels) if is_iob(source.labels) else None
    spans = _spans(iob, words, tags, scores) if iob else None
    names = (*source.labels, "O" if iob else None)
    for n, (begin, end) in enumerate(zip(words.begins[:-1], words.begins[1:], strict=True)):
        yield TaggedText(
            source.examples.ids[n], source.examples.langs[n], source.examples.texts[n],
            tuple((start, stop) if start >= 0 else None
                  for start, stop in words.ranges[begin:end].tolist()),
            tuple(names[tag] for tag in tags[begin:end].tolist()),
            tuple(None if tag == NO_TAG else score for tag, score in zip(
                tags[begin:end].tolist(), scores[begin:end].tolist(), strict=True)),
            None if spans is None else tuple(spans[n]),
        )  # fmt: skip


def _of_tokens(source: PredictedExamples, logits: Logits) -> tuple[Array, Array]:
    """Return number and probability of the best tag of every token of all rows."""
    _, sizes = flat(source.table, "a_word_ids")
    begins = np.concatenate([[0], np.cumsum(sizes)])
    best, sure = np.empty(begins[-1], np.int64), np.empty(begins[-1])
    for rows, batch in logits:
        highest = batch["logits"].softmax(-1).max(-1)
        columns = highest.indices.cpu().numpy(), highest.values.cpu().numpy()
        for row, tags, scores in zip(rows, *columns, strict=True):
            place = slice(begins[row], begins[row + 1])
            best[place], sure[place] = tags[:sizes[row]], scores[:sizes[row]]
    return best, sure


def _of_words(words: ExampleWords, best: Array, sure: Array) -> tuple[Array, Array]:
    """Return tags and probabilities of words; no tag and 0 for a word without sub-words."""
    known = words.token >= 0
    return np.where(known, best[words.token], NO_TAG), np.where(known, sure[words.token], 0.0)


def _spans(
    iob: IobTags, words: ExampleWords, tags: Array, scores: Array
) -> list[list[PredictedSpan]]:
    """Return per example the spans that its tags stand for."""
    example = words.example
    entities = iob.entities(tags, example)
    sums = np.concatenate([[0.0], np.cumsum(scores)])
    means = ((sums[entities.last + 1] - sums[entities.first])
             / (entities.last - entities.first + 1))
    columns = (example[entities.first], words.ranges[entities.first, 0],
               words.ranges[entities.last, 1], entities.label, means)
    spans: list[list[PredictedSpan]] = [[] for _ in words.begins[1:]]
    for n, start, end, label, mean in zip(*(column.tolist() for column in columns), strict=True):
        spans[n].append(PredictedSpan(start, end, iob.labels[label], mean))
    return spans
