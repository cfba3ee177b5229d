"""Training of the statistical aligner: on the texts at hand, then on bitext if there is room."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate, islice
from pathlib import Path
from typing import TYPE_CHECKING

from crosslabel.pipeline.aligner.bitext import Bitext, evenly
from crosslabel.pipeline.aligner.files import FILE
from crosslabel.pipeline.recipe.projection import MAX_PAIRS
from crosslabel.projection.interface import Side
from crosslabel.projection.words import word_ranges_batch

if TYPE_CHECKING:
    from crosslabel.projection.links.statistical import StatisticalAligner

VERSION = 2
"""Counts up when the same texts would give another aligner."""

_TEXTS_PER_BATCH = 4096
_GOLDEN = (5 ** 0.5 - 1) / 2

Sides = tuple[Side, Side]
WordPair = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Trained:
    """An aligner and what it has seen.

    Attributes:
        corpus_pairs: distinct pairs of the texts at hand.
        bitext_pairs: pairs of the bitext.
        bad_lines: lines of the bitext that could not be used.
        warning: names those; ``None`` if there is none.
    """

    aligner: StatisticalAligner
    corpus_pairs: int
    bitext_pairs: int
    bad_lines: int
    warning: str | None


def spread(rows: Sequence[int], wanted: int) -> tuple[int, ...]:
    """Parts to learn from: as few as hold the wanted rows, spread evenly over the corpus.

    An aligner that learns from these alone is there while the others are still to be translated.

    Args:
        rows: of each part.

    Returns:
        Positions in ``rows``, sorted; all of them if they do not hold more than is wanted.
    """
    # Multiples of the golden ratio, without their whole part, are spread evenly however many one
    # takes: Knuth, The Art of Computer Programming, volume 3, section 6.4.
    order = sorted(range(len(rows)), key=lambda part: part * _GOLDEN % 1)
    held = accumulate(rows[part] for part in order)
    return tuple(sorted(part for part, after in zip(order, held, strict=True)
                        if after - rows[part] < wanted))


def train_aligner(
    corpus: Iterable[Sides], bitext: Bitext | None = None, max_pairs: int = MAX_PAIRS
) -> Trained:
    """Train on the distinct pairs of a corpus and fill up with bitext.

    Args:
        corpus: source and target sides of one pair of languages; pairs without words on a side
            teach nothing and do not count.
        max_pairs: take this many pairs at the most, at even distances, the corpus first.

    Raises:
        InputError: the bitext cannot be read.
    """
    from crosslabel.projection.links.statistical import StatisticalAligner

    own = list(dict.fromkeys(_word_pairs(corpus)))
    pairs = list(evenly(own, len(own), max_pairs))
    corpus_pairs = len(pairs)
    contents = bitext.contents() if bitext else None
    if bitext and contents:
        texts = evenly(bitext.read(), contents.usable, max_pairs - corpus_pairs)
        pairs += _word_pairs(sides(texts, bitext.source_lang, bitext.target_lang))
    return Trained(
        StatisticalAligner.train(pairs),
        corpus_pairs,
        len(pairs) - corpus_pairs,
        contents.bad if contents else 0,
        contents.warning if contents else None,
    )


@contextmanager
def temporary_aligner(
    corpus: Sequence[Sides], bitext: Bitext | None = None, max_pairs: int = MAX_PAIRS
) -> Iterator[tuple[Path, Trained]]:
    """The file of an aligner trained as by :func:`train_aligner`, gone after the block."""
    trained = train_aligner(corpus, bitext, max_pairs)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        trained.aligner.save(path)
        yield path, trained


def sides(texts: Iterable[tuple[str, str]], source_lang: str, target_lang: str) -> Iterator[Sides]:
    """Source and target texts with their words."""
    iterator = iter(texts)
    while batch := list(islice(iterator, _TEXTS_PER_BATCH)):
        sources, targets = zip(*batch, strict=True)
        yield from zip(_sides(sources, source_lang), _sides(targets, target_lang), strict=True)


def _sides(texts: Sequence[str], lang: str) -> Iterator[Side]:
    ranges = word_ranges_batch(texts, lang)
    return (Side(text, words, lang) for text, words in zip(texts, ranges, strict=True))


def _word_pairs(pairs: Iterable[Sides]) -> Iterator[WordPair]:
    for source, target in pairs:
        if source.words and target.words:
            yield _interned(source), _interned(target)


def _interned(side: Side) -> tuple[str, ...]:
    """The words, each held in memory once however often it occurs."""
    return tuple(sys.intern(word) for word in side.surface())
