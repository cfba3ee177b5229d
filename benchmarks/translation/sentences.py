"""Distinct sentence pairs of the parallel data, short and long mixed as they come."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from benchmarks.paths import DATA
from crosslabel.projection.interface import Side, TextPair
from crosslabel.projection.words import word_ranges

_SEED = 7


@dataclass(frozen=True, slots=True)
class SentencePair:
    """An English sentence and its translation into ``lang``."""

    english: str
    other: str
    lang: str

    def words(self, number: int) -> TextPair:
        """Return the pair as an aligner takes it."""
        sides = ((self.english, "en"), (self.other, self.lang))
        source, target = (Side(text, word_ranges(text, lang), lang) for text, lang in sides)
        return TextPair(str(number), source, target, ())


def sentence_pairs(count: int) -> list[SentencePair]:
    """Return German and Spanish pairs in a fixed random order, without a repeated sentence.

    News (NTREX) and everyday sentences (Tatoeba, dev) come first; beyond these about 4,000,
    Tatoeba's training sentences follow.

    Raises:
        SystemExit: there are fewer pairs.
    """
    pairs = list(_distinct([*_shuffled(_mixed()), *_shuffled(_everyday("train"))]))
    if len(pairs) < count:
        raise SystemExit(f"{count} pairs are wanted, the data sets give {len(pairs)}")
    return pairs[:count]


def _mixed() -> list[SentencePair]:
    # NTREX has the same English lines in every language: every other one is taken from each.
    news = [*_read("ntrex.en-de", "de")[::2], *_read("ntrex.en-es", "es")[1::2]]
    return [*_everyday("dev"), *news]


def _everyday(part: str) -> list[SentencePair]:
    return [pair for lang in ("de", "es") for pair in _read(f"tatoeba.en-{lang}.{part}", lang)]


def _read(name: str, lang: str) -> list[SentencePair]:
    path = DATA / "parallel" / f"{name}.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return [SentencePair(row[0], row[1], lang) for row in rows if len(row) == 2 and all(row)]


def _shuffled(pairs: list[SentencePair]) -> list[SentencePair]:
    return random.Random(_SEED).sample(pairs, len(pairs))


def _distinct(pairs: Iterable[SentencePair]) -> Iterator[SentencePair]:
    english: set[str] = set()
    other: set[str] = set()
    for pair in pairs:
        if pair.english not in english and pair.other not in other:
            english.add(pair.english)
            other.add(pair.other)
            yield pair
