"""The stream of training examples: real pairs with swapped names, templates, concatenations.

Chunk `n` of the stream depends on the seed and on `n` alone, so training can be resumed.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from training.text.corpus import TRANSLATED, Corpus, Pair
from training.text.names import Names
from training.text.slots import SlotFinder, Slotted, fill_slots
from training.text.templates import fill
from training.translation.vocabulary import END, Vocabulary

SWAP = 0.6
"""Share of the shared names that are swapped for others."""
TEMPLATE = 0.15
"""Share of the examples that are written from templates."""
JOINED = 0.35
"""Share of the examples that are several pairs in a row."""
PARTS = (2, 2, 3, 3, 4, 5, 6)
"""Numbers of pairs in a row, drawn evenly from this list."""
INTO_ENGLISH = 0.5
"""Share of the examples that are translated into English."""
SAMPLED = 0.25
"""Share of the examples in which capitalised words are segmented at random."""
CHUNK = 12_000
"""Examples per chunk."""
MAX_TOKENS = 180
"""Longest source or target in pieces."""


@dataclass(frozen=True)
class Example:
    """Source ids (language token first) and target ids, both ending in `</s>`."""

    source: list[int]
    target: list[int]


@dataclass(frozen=True)
class Shares:
    """Shares of the examples that are written from templates and that join several pairs."""

    templates: float = TEMPLATE
    joined: float = JOINED


class Stream:
    """A stream of examples from the corpora, drawn as often from one language as from another."""

    def __init__(
        self, corpora: list[Corpus], names: Names, words: Vocabulary, seed: int,
        shares: Shares = Shares(),
    ) -> None:  # fmt: skip
        self._names, self._words, self._seed, self._shares = names, words, seed, shares
        self._languages = list(dict.fromkeys(corpus.language for corpus in corpora))
        finder = SlotFinder([english for corpus in corpora for english, _ in corpus.pairs])
        self._pairs: dict[str, list[Pair | Slotted]] = {name: [] for name in self._languages}
        weights: dict[str, list[float]] = {name: [] for name in self._languages}
        for corpus in corpora:
            self._pairs[corpus.language] += [finder.find(pair) or pair for pair in corpus.pairs]
            weights[corpus.language] += [corpus.weight] * len(corpus.pairs)
        self._cumulative = {lang: list(accumulate(values)) for lang, values in weights.items()}
        self.slotted = sum(isinstance(p, Slotted) for ps in self._pairs.values() for p in ps)

    def chunk(self, number: int) -> Iterator[Example]:
        """Yield the examples of one chunk, in random order."""
        rng = random.Random(f"{self._seed}-{number}")
        made = 0
        while made < CHUNK:
            example = self._example(rng)
            if max(len(example.source), len(example.target)) <= MAX_TOKENS:
                made += 1
                yield example

    def _example(self, rng: random.Random) -> Example:
        language = rng.choice(self._languages)
        english, other = self._text(language, rng)
        if rng.random() < INTO_ENGLISH:
            return self._encode("en", other, english, rng)
        return self._encode(language, english, other, rng)

    def _text(self, language: str, rng: random.Random) -> Pair:
        if rng.random() >= self._shares.joined:
            return self._pair(language, rng)
        pairs = [self._pair(language, rng) for _ in range(rng.choice(PARTS))]
        return " ".join(pair[0] for pair in pairs), " ".join(pair[1] for pair in pairs)

    def _pair(self, language: str, rng: random.Random) -> Pair:
        if rng.random() < self._shares.templates:
            english, *others = fill(self._names, rng)
            return english, others[TRANSLATED.index(language)]
        pair = rng.choices(self._pairs[language], cum_weights=self._cumulative[language])[0]
        return fill_slots(pair, self._names, SWAP, rng) if isinstance(pair, Slotted) else pair

    def _encode(self, language: str, source: str, target: str, rng: random.Random) -> Example:
        sides = []
        for text in (source, target):
            if rng.random() < SAMPLED:
                ids = [i for word in text.split() for i in self._word(word)]
            else:
                ids = self._words.encode(text)
            sides.append([*ids, END])
        return Example([self._words.tags[language], *sides[0]], sides[1])

    def _word(self, word: str) -> list[int]:
        return self._words.sample(word) if word[0].isupper() else self._words.encode(word)
