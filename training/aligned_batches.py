"""Batches of linked sentence pairs for the encoder, with names swapped for invented ones."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import torch

from training.encoder_tokenizer import WordPieces
from training.names import PEOPLE, Names
from training.word_links import LinkedPair

SWAP = 0.5
"""Share of the linked identical capitalised words that are swapped."""
GLUED = 0.3
"""Share of the sentences whose punctuation is glued to the word before it."""
JOINED = 0.5
"""Share of the examples that are two to four pairs in a row."""
_POOL, _STEP, _MAX_PIECES = 3000, 8, 160
_MARKS = set(",.;:?!)”“»'’")

Coded = tuple[list[int], list[int]]
"""Ids and word numbers (-1 for special tokens) of one sentence."""


@dataclass(frozen=True)
class AlignedBatch:
    """`ids`: (2n, length), the n English sentences and then the n others, padded with 1.

    `word`: (2n, length), word number of every piece, -1 for special tokens and padding.
    `links`: (3, links) of pair, English word and other word.
    """

    ids: torch.Tensor
    word: torch.Tensor
    links: torch.Tensor


class PairSource:
    """Draws pairs; longer ones more often, because most sentences are short."""

    def __init__(self, pairs: list[LinkedPair], names: Names, rng: random.Random) -> None:
        self._rng, self._names = rng, names
        self._pairs = {
            language: [p for p in pairs if p.language == language]
            for language in sorted({p.language for p in pairs})
        }
        self._weights = {
            language: [min(len(p.english), 40) ** 0.5 for p in found]
            for language, found in self._pairs.items()
        }

    def draw(self, count: int) -> list[LinkedPair]:
        """`count` examples of one language, names swapped, some of them joined pairs."""
        language = self._rng.choice(list(self._pairs))
        drawn = self._rng.choices(self._pairs[language], self._weights[language], k=3 * count)
        examples = []
        for _ in range(count):
            parts = self._rng.choice((2, 3, 4)) if self._rng.random() < JOINED else 1
            parts = min(parts, len(drawn))
            joined = self._swapped(drawn.pop())
            for _ in range(parts - 1):
                joined = _join(joined, self._swapped(drawn.pop()))
            examples.append(joined)
        return examples

    def _swapped(self, pair: LinkedPair) -> LinkedPair:
        english, other = list(pair.english), list(pair.other)
        for i, j in pair.links:
            word = english[i]
            named = word == other[j] and len(word) > 2 and word[0].isupper() and word[1:].islower()
            if named and self._rng.random() < SWAP:
                kind = self._rng.choice((*PEOPLE, "place"))
                name = self._names.draw(kind, self._rng).split()
                english[i] = other[j] = self._rng.choice(name)
        return LinkedPair(pair.language, english, other, pair.links)


def _join(one: LinkedPair, two: LinkedPair) -> LinkedPair:
    shift, across = len(one.english), len(one.other)
    links = one.links + [(i + shift, j + across) for i, j in two.links]
    return LinkedPair(one.language, one.english + two.english, one.other + two.other, links)


def aligned_batches(
    source: PairSource, pieces: WordPieces, tokens: int, rng: random.Random
) -> Iterator[AlignedBatch]:
    """Endless batches of about `tokens` padded ids."""
    while True:
        groups: dict[int, list[tuple[LinkedPair, Coded, Coded]]] = defaultdict(list)
        ready: list[AlignedBatch] = []
        for pair in (p for _ in range(6) for p in source.draw(_POOL // 6)):
            sides = [_ids(w, pieces, rng.random() < GLUED) for w in (pair.english, pair.other)]
            longest = max(len(ids) for ids, _ in sides)
            if longest > _MAX_PIECES:
                continue
            length = -(-longest // _STEP) * _STEP
            groups[length].append((pair, sides[0], sides[1]))
            if 2 * length * len(groups[length]) >= tokens:
                ready.append(_batch(groups.pop(length), length))
        rng.shuffle(ready)
        yield from ready


def _batch(group: list[tuple[LinkedPair, Coded, Coded]], length: int) -> AlignedBatch:
    rows = [one for _, one, _ in group] + [two for _, _, two in group]
    ids = torch.tensor([found + [1] * (length - len(found)) for found, _ in rows])
    word = torch.tensor([found + [-1] * (length - len(found)) for _, found in rows])
    links = [(n, i, j) for n, (pair, _, _) in enumerate(group) for i, j in pair.links]
    return AlignedBatch(ids, word, torch.tensor(links or [(0, 0, 0)]).t())


def _ids(words: list[str], pieces: WordPieces, glue: bool) -> Coded:
    ids, numbers = [0], [-1]
    for number, word in enumerate(words):
        found = pieces.glued(word) if glue and number and word in _MARKS else pieces.encode(word)
        ids += found
        numbers += [number] * len(found)
    return [*ids, 2], [*numbers, -1]
