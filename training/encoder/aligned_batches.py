"""Batches for the encoder: linked sentence pairs, names swapped and words hidden.

A batch of pairs has every sentence in a row of its own, with links; a batch of joint pairs has both
sides of a pair in one row, with more words hidden (translation language modelling, Conneau and
Lample 2019, section 3.3).
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch

from training.encoder.encoder_tokenizer import BEGIN, END, PAD, SPECIAL, WordPieces
from training.text.names import PEOPLE, Names
from training.text.word_links import LinkedPair

SWAP = 0.5
"""Share of the linked identical capitalised words that are swapped."""
GLUED = 0.3
"""Share of the sentences whose punctuation is glued to the word before it."""
PARTS = (1, 1, 1, 1, 2, 2, 3, 4, 6)
"""Numbers of pairs in a row that make an example, drawn evenly from this list."""
TOGETHER = 0.25
"""Share of the batches that have both sides in one row."""
HIDDEN, HIDDEN_TOGETHER = 0.1, 0.25
"""Share of the words that are hidden in either kind of batch."""
EVEN = 0.3
"""Languages are drawn by their number of pairs to this power."""
_POOL, _DRAWS, _STEP, _MAX_PIECES = 4000, 16, 8, 160
_MARKS = set(",.;:?!)”“»'’")

Coded = tuple[list[int], list[int]]
"""Ids and word numbers (-1 for special tokens) of one sentence."""


@dataclass(frozen=True)
class Links:
    """True and possible links, each (3, links) of pair, English word and other word."""

    true: torch.Tensor
    possible: torch.Tensor


@dataclass(frozen=True)
class AlignedBatch:
    """A batch of sentences with hidden words.

    `ids`: (rows, length) padded with 1; with links, n English sentences and then the n others.
    `word`: (rows, length), word number of every piece, -1 for special tokens and padding.
    `truth`: (rows, length), the id behind a hidden piece, -1 elsewhere.
    """

    ids: torch.Tensor
    word: torch.Tensor
    truth: torch.Tensor
    links: Links | None

    def to(self, device: str) -> "AlignedBatch":
        """Return the batch on a device."""
        links = self.links and Links(self.links.true.to(device), self.links.possible.to(device))
        ids, word, truth = (t.to(device) for t in (self.ids, self.word, self.truth))
        return AlignedBatch(ids, word, truth, links)


class PairSource:
    """A source of pairs that draws longer ones more often, because most sentences are short."""

    def __init__(self, pairs: list[LinkedPair], names: Names, rng: random.Random) -> None:
        self._rng, self._names = rng, names
        self._pairs = {
            language: [p for p in pairs if p.language == language]
            for language in sorted({p.language for p in pairs})
        }
        self._weights = {
            language: [min(len(p.english), 40) ** 0.5 for p in group]
            for language, group in self._pairs.items()
        }
        self._share = [len(group) ** EVEN for group in self._pairs.values()]

    def draw(self, count: int) -> list[LinkedPair]:
        """Draw `count` examples of one language, with names swapped and some pairs joined."""
        language = self._rng.choices(list(self._pairs), self._share)[0]
        most = max(PARTS) * count
        drawn = self._rng.choices(self._pairs[language], self._weights[language], k=most)
        examples = []
        for _ in range(count):
            parts = self._rng.choice(PARTS)
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
        return replace(pair, english=english, other=other)


def _join(first: LinkedPair, second: LinkedPair) -> LinkedPair:
    shift, across = len(first.english), len(first.other)
    links, possible = (
        ours + [(i + shift, j + across) for i, j in theirs]
        for ours, theirs in ((first.links, second.links), (first.possible, second.possible))
    )
    english, other = first.english + second.english, first.other + second.other
    return LinkedPair(first.language, english, other, links, possible)


def aligned_batches(
    source: PairSource, pieces: WordPieces, tokens: int, rng: random.Random
) -> Iterator[AlignedBatch]:
    """Yield endless batches of about `tokens` padded ids."""
    while True:
        groups: dict[int, list[tuple[LinkedPair, Coded, Coded]]] = defaultdict(list)
        ready: list[AlignedBatch] = []
        for pair in (p for _ in range(_DRAWS) for p in source.draw(_POOL // _DRAWS)):
            sides = [_ids(w, pieces, rng.random() < GLUED) for w in (pair.english, pair.other)]
            longest = max(len(ids) for ids, _ in sides)
            if longest > _MAX_PIECES:
                continue
            length = -(-longest // _STEP) * _STEP
            groups[length].append((pair, sides[0], sides[1]))
            if 2 * length * len(groups[length]) >= tokens:
                make = _together if rng.random() < TOGETHER else _apart
                ready.append(make(groups.pop(length), length, pieces, rng))
        rng.shuffle(ready)
        yield from ready


Group = list[tuple[LinkedPair, Coded, Coded]]


def _apart(group: Group, length: int, pieces: WordPieces, rng: random.Random) -> AlignedBatch:
    rows = [english for _, english, _ in group] + [other for _, _, other in group]
    true, possible = (
        torch.tensor(triples, dtype=torch.long).reshape(-1, 3).t()
        for triples in (
            [(n, i, j) for n, (pair, _, _) in enumerate(group) for i, j in pair.links],
            [(n, i, j) for n, (pair, _, _) in enumerate(group) for i, j in pair.possible],
        )
    )
    return _hidden(rows, length, HIDDEN, Links(true, possible), pieces, rng)


def _together(group: Group, length: int, pieces: WordPieces, rng: random.Random) -> AlignedBatch:
    rows = []
    for _, english, other in group:
        shift = max(english[1]) + 1
        words = [word + shift if word >= 0 else -1 for word in other[1][1:]]
        rows.append((english[0] + [END] + other[0][1:], english[1] + [-1] + words))
    return _hidden(rows, 2 * length, HIDDEN_TOGETHER, None, pieces, rng)


def _hidden(
    rows: list[Coded], length: int, share: float, links: Links | None,
    pieces: WordPieces, rng: random.Random,
) -> AlignedBatch:  # fmt: skip
    """Hide whole words as `<mask>`; one in ten becomes a random piece and one in ten stays."""
    ids = torch.tensor([row + [PAD] * (length - len(row)) for row, _ in rows])
    word = torch.tensor([row + [-1] * (length - len(row)) for _, row in rows])
    draw = torch.Generator().manual_seed(rng.randrange(2**62))
    chance = torch.rand(len(rows), int(word.max()) + 1, generator=draw)
    chosen = (chance.gather(1, word.clamp(min=0)) < share) & (word >= 0)
    truth = torch.where(chosen, ids, -1)
    kind = torch.rand(ids.shape, generator=draw)
    other = torch.randint(len(SPECIAL), pieces.mask, ids.shape, generator=draw)
    ids = torch.where(chosen & (kind < 0.8), pieces.mask, ids)
    ids = torch.where(chosen & (kind > 0.9), other, ids)
    return AlignedBatch(ids, word, truth, links)


def _ids(words: list[str], pieces: WordPieces, glue: bool) -> Coded:
    ids, numbers = [BEGIN], [-1]
    for number, word in enumerate(words):
        word_ids = pieces.glued(word) if glue and number and word in _MARKS else pieces.encode(word)
        ids += word_ids
        numbers += [number] * len(word_ids)
    return [*ids, END], [*numbers, -1]
