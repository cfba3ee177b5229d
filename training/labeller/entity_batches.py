"""Batches for the labeller: sets drawn by weight, names swapped, words cut into pieces."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from transformers import PreTrainedTokenizerFast

from training.labeller.entity_data import (
    HELD_OUT,
    Sentence,
    from_template,
    read_samples,
    read_set,
    recased,
    renamed,
)
from training.text.names import Names

SETS = ("wikigold", "uner-ewt.dev", "btc", "wnut17.train")
_WEIGHTS = {"wikigold": 3.0, "uner-ewt.dev": 3.0, "samples": 4.0}
"""How often a sentence is drawn for each draw of a tweet: clean text counts more."""
_RENAMED = {"wikigold": 0.3, "uner-ewt.dev": 0.3, "samples": 0.5}
"""Share of the entities that are swapped; none in tweets."""
TEMPLATES = 0.06
LOWER, UPPER = 0.04, 0.04
"""Shares of sentences from templates, in lower case, in capitals."""
CHUNK, TOKENS = 4096, 1600
"""Sentences drawn at a time, and padded pieces per batch."""
_LONGEST = 200
IGNORED = -100


@dataclass(frozen=True)
class TaggedBatch:
    """A batch of (batch, length) piece ids, their mask, and tags of the first pieces of words."""

    ids: torch.Tensor
    mask: torch.Tensor
    tags: torch.Tensor


class Drawn:
    """A source of sentences without end."""

    def __init__(self, names: Names, seed: int) -> None:
        self._names, self._rng = names, random.Random(seed)
        sets = {name: read_set(name) for name in SETS} | {"samples": read_samples()}
        sets["wikigold"] = sets["wikigold"][:-HELD_OUT]
        self._rows = [(sentence, name)
                      for name, sentences in sets.items() for sentence in sentences]
        self._weights = [_WEIGHTS.get(name, 1.0) for _, name in self._rows]

    def chunk(self, size: int) -> list[Sentence]:
        """Draw `size` sentences, and sentences from templates beside them."""
        rng = self._rng
        rows = rng.choices(self._rows, self._weights, k=size)
        drawn = [renamed(sentence, self._names, _RENAMED.get(name, 0.0), rng)
                 for sentence, name in rows]
        written = [from_template(self._names, rng) for _ in range(int(size * TEMPLATES))]
        return [recased(sentence, rng, LOWER, UPPER) for sentence in [*drawn, *written]]


def tagged_batches(drawn: Drawn, tokenizer: PreTrainedTokenizerFast) -> Iterator[TaggedBatch]:
    """Yield batches of similar length without end."""
    rng = random.Random(1)
    while True:
        yield from batched(drawn.chunk(CHUNK), tokenizer, rng)


def batched(
    sentences: list[Sentence], tokenizer: PreTrainedTokenizerFast, rng: random.Random
) -> list[TaggedBatch]:
    """Return all sentences in batches of similar length, in random order."""
    rows = sorted((_pieces(sentence, tokenizer) for sentence in sentences if sentence.words),
                  key=lambda row: len(row[0]))
    batches: list[TaggedBatch] = []
    group: list[tuple[list[int], list[int]]] = []
    for row in rows:
        if group and len(row[0]) * (len(group) + 1) > TOKENS:
            batches.append(_padded(group, tokenizer.pad_token_id))
            group = []
        group.append(row)
    batches.append(_padded(group, tokenizer.pad_token_id))
    rng.shuffle(batches)
    return batches


def _pieces(sentence: Sentence, tokenizer: PreTrainedTokenizerFast) -> tuple[list[int], list[int]]:
    """Return piece ids and their tags; a word's tag stands at its first piece."""
    encoded = tokenizer(sentence.words, is_split_into_words=True, truncation=True,
                        max_length=_LONGEST)
    tags, before, piece_tags = sentence.tags(), None, []
    for word in encoded.word_ids():
        piece_tags.append(IGNORED if word is None or word == before else tags[word])
        before = word
    return encoded["input_ids"], piece_tags


def _padded(rows: list[tuple[list[int], list[int]]], pad: int) -> TaggedBatch:
    length = max(len(ids) for ids, _ in rows)
    ids = torch.tensor([row + [pad] * (length - len(row)) for row, _ in rows])
    tags = torch.tensor([row + [IGNORED] * (length - len(row)) for _, row in rows])
    return TaggedBatch(ids, (ids != pad).long(), tags)
