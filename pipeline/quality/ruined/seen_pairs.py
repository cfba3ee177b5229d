"""Pairs of neighbouring pieces in a word that a model's training text has.

What a model writes when it is lost is made of known pieces that never met: “Korikandiandes”. The
pairs of a language are kept as a Bloom filter (1970): a pair that was seen is always found, one
that was not is taken for seen once in thirty times. The counts are made by
``python -m training.ruined.piece_pairs`` and lie outside the folder of the model, whose files name
its translations; the hash of the vocabulary binds them to it.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from crosslabel.pipeline.models.tokenizers import TARGET, Tokens, load_tokens
from crosslabel.pipeline.storage.files import read_json
from crosslabel.pipeline.storage.shipped import PIECE_PAIRS
from crosslabel.projection.scripts import primary_subtag

BITS_PER_PAIR, HASHES = 7, 5


def positions(pair: tuple[str, str], bits: int) -> Iterator[int]:
    """Yield the bits of a pair of pieces in a filter with so many."""
    digest = hashlib.blake2b("\0".join(pair).encode(), digest_size=16).digest()
    first, step = int.from_bytes(digest[:8]), int.from_bytes(digest[8:])
    return ((first + number * step) % bits for number in range(HASHES))


def as_filter(pairs: Iterable[tuple[str, str]]) -> bytes:
    """Return the filter of pairs."""
    kept = set(pairs)
    bits = bytearray((len(kept) * BITS_PER_PAIR + 7) // 8)
    for pair in kept:
        for position in positions(pair, len(bits) * 8):
            bits[position // 8] |= 1 << position % 8
    return bytes(bits)


@dataclass(frozen=True, slots=True)
class SeenPairs:
    """The pairs of pieces that a model has seen, by language.

    Attributes:
        key: of everything in them.
        filters: by language.
        characters: those beyond ASCII that it has often.
        scores: lowest usual score of a translation by its most characters, in order.
    """

    key: str
    filters: Mapping[str, bytes]
    characters: frozenset[str]
    scores: tuple[tuple[int, float], ...]
    tokens: Tokens
    _words: dict[tuple[str, str], int] = field(default_factory=dict)

    def unseen(self, words: Iterable[str], lang: str) -> float | None:
        """Return how many pairs of pieces that were not seen a word has, on average.

        A few more words without any count, so that one word alone says little. ``None`` for a
        language without counts.
        """
        bits = self.filters.get(primary_subtag(lang))
        if bits is None:
            return None
        counts = [self._unseen(word, lang, bits) for word in words]
        return sum(counts) / (len(counts) + _MORE_WORDS)

    def _unseen(self, word: str, lang: str, bits: bytes) -> int:
        found = self._words.get((word, lang))
        if found is None:
            # Half of a character, which no text that was written has, is no word of a tokenizer.
            [pieces] = self.tokens.encode_target([word.encode(errors="replace").decode()])
            pairs = itertools.pairwise(pieces)
            found = sum(not _has(bits, pair) for pair in pairs)
            if len(self._words) < _MOST_WORDS:
                self._words[word, lang] = found
        return found

    def lowest_usual_score(self, machine: str) -> float | None:
        """Return the score below which hardly any translation of this length is; ``None`` without
        scores."""
        return next((score for most, score in self.scores if len(machine) <= most),
                    self.scores[-1][1] if self.scores else None)


_MOST_WORDS = 200_000
_MORE_WORDS = 2


def _has(bits: bytes, pair: tuple[str, str]) -> bool:
    return all(bits[position // 8] >> position % 8 & 1
               for position in positions(pair, len(bits) * 8))


def vocabulary_key(folder: Path) -> str | None:
    """Return the hash of the pieces of a model's target side; ``None`` if they are not in a file of
    its own."""
    file = folder / TARGET
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None


@lru_cache(maxsize=4)
def load_seen_pairs(folder: Path) -> SeenPairs | None:
    """Return the pairs that ship for a model's vocabulary, or ``None`` if none do."""
    wanted = vocabulary_key(folder)
    if wanted is None:
        return None
    for file in sorted(PIECE_PAIRS.glob("*.json")):
        values = read_json(file)
        if values["vocabulary"] == wanted:
            return _loaded(values, file, load_tokens(folder))
    return None


def _loaded(values: Mapping[str, Any], file: Path, tokens: Tokens) -> SeenPairs:
    return SeenPairs(
        hashlib.sha256(file.read_bytes()).hexdigest(),
        {lang: base64.b85decode(of["filter"]) for lang, of in values["languages"].items()},
        frozenset(values["characters"]),
        tuple((most, score) for most, score in values["scores"]),
        tokens,
    )
