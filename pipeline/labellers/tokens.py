"""Labels of words: entities if the tags are of the kind ``B-PER``, else a label for each word.

A word has the tag of its first sub-word. A text that is longer than the model reads is cut into
windows that share a quarter of their tokens; a sub-word is labelled in the window that shows most
context around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from crosslabel.pipeline.corpus.records import Example, Span, Task, Words
from crosslabel.pipeline.corpus.tag_numbers import NO_TAG, Array, IobTags, as_iob2, is_iob
from crosslabel.pipeline.labellers.contexts import best_seen, context_windows
from crosslabel.pipeline.labellers.interface import WordsByField
from crosslabel.pipeline.labellers.network import Network, probabilities
from crosslabel.projection.interface import Range
from crosslabel.projection.links.checkpoint import special_tokens

_SHARED = 4
"""Neighbouring windows share one token in this many."""


class TokenLabeller:
    """A token classifier.

    Args:
        names: its classes in the order of their numbers.
    """

    def __init__(self, network: Network, names: Sequence[str]) -> None:
        self._network = network
        self._names = as_iob2(names)
        self._iob = IobTags.of(self._names) if is_iob(self._names) else None
        self._before, self._after = special_tokens(network.tokenizer)

    @property
    def task(self) -> Task:
        """The task ``spans`` for entities, else ``words``."""
        return "spans" if self._iob else "words"

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of spans or of words."""
        return self._iob.labels if self._iob else tuple(self._names)

    def label(
        self, examples: Sequence[Example], words: Sequence[WordsByField]
    ) -> list[Example | str]:
        """Return the examples with labelled words or entities; every field is labelled by itself.

        Arguments and results are described in
        :class:`crosslabel.pipeline.labellers.interface.Labeller`.
        """
        texts = [_Text(number, field, text, by_field[field])
                 for number, (example, by_field) in enumerate(zip(examples, words, strict=True))
                 for field, text in example.fields.items()]
        tags, scores = self._tagged(texts)
        entities: list[list[Span]] = [[] for _ in examples]
        labelled: list[list[Words]] = [[] for _ in examples]
        begins = np.cumsum([0, *(len(text.words) for text in texts)])
        for text, begin, end in zip(texts, begins[:-1], begins[1:], strict=True):
            place = slice(int(begin), int(end))
            if self._iob:
                entities[text.example] += self._spans(text, tags[place], scores[place],
                                                      len(entities[text.example]))
            else:
                labelled[text.example].append(self._words(text, tags[place], scores[place]))
        return [
            replace(example, task=self.task, spans=tuple(spans), words=tuple(fields), relations=(),
                    label=None, value=None, probabilities={})
            for example, spans, fields in zip(examples, entities, labelled, strict=True)
        ]

    def _spans(self, text: _Text, tags: Array, scores: Array, first: int) -> Iterator[Span]:
        assert self._iob is not None
        runs = self._iob.entities(tags, np.zeros(len(tags), np.int64))
        for number, (begin, last, label) in enumerate(
            zip(runs.first.tolist(), runs.last.tolist(), runs.label.tolist(), strict=True), first
        ):
            extent = (text.words[begin][0], text.words[last][1])
            yield Span(str(number), text.field, (extent,), self._iob.labels[label],
                       float(scores[begin:last + 1].mean()))

    def _words(self, text: _Text, tags: Array, scores: Array) -> Words:
        known = tags >= 0
        names = tuple(self._names[tag] if ok else None
                      for tag, ok in zip(tags.tolist(), known.tolist(), strict=True))
        word_scores = tuple(score if ok else None
                            for score, ok in zip(scores.tolist(), known.tolist(), strict=True))
        return Words(text.field, text.words, names, word_scores)

    def _tagged(self, texts: Sequence[_Text]) -> tuple[Array, Array]:
        """Return the number and probability of the tag of every word of all texts.

        A word without sub-words has no tag and probability 0.
        """
        sizes = [len(text.words) for text in texts]
        offsets = np.cumsum([0, *sizes])
        tags, scores = np.full(offsets[-1], NO_TAG), np.zeros(offsets[-1])
        windows = list(self._windows(texts))
        for number, output in self._network.logits([window.inputs for window in windows]):
            window = windows[number]
            shares = probabilities(output["logits"][len(self._before) + window.tokens])
            places = offsets[window.text] + window.words
            tags[places], scores[places] = shares.argmax(-1), shares.max(-1)
        return tags, scores

    def _windows(self, texts: Sequence[_Text]) -> Iterator[_Window]:
        if not texts:
            return
        encoded = self._network.tokenizer(
            [text.surface() for text in texts], is_split_into_words=True, verbose=False,
            add_special_tokens=False, truncation=False, return_attention_mask=False,
        ).encodings
        capacity = self._network.longest - len(self._before) - len(self._after)
        for number, encoding in enumerate(encoded):
            ids, belongs = encoding.ids, np.array(encoding.word_ids, np.int64)
            first = np.diff(belongs, prepend=-1) != 0
            ranges = context_windows(len(ids), capacity, capacity // _SHARED)
            for (start, end), seen in zip(ranges, best_seen(ranges), strict=True):
                tokens = np.flatnonzero(first[start:end] & seen)
                if len(tokens):
                    inputs = {"input_ids": [*self._before, *ids[start:end], *self._after]}
                    yield _Window(number, inputs, tokens, belongs[start + tokens])


@dataclass(frozen=True, slots=True)
class _Text:
    """A field of an example and its words."""

    example: int
    field: str
    text: str
    words: tuple[Range, ...]

    def surface(self) -> list[str]:
        """Return the words as they are written."""
        return [self.text[start:end] for start, end in self.words]


@dataclass(frozen=True, slots=True)
class _Window:
    """A piece of a text that the model reads at once.

    Attributes:
        text: number of the text.
        tokens: tokens of the window, special ones not counted, that decide for a word.
        words: the numbers of these words.
    """

    text: int
    inputs: dict[str, list[int]]
    tokens: Array
    words: Array
