"""Training of the statistical aligner: on the corpus first, then on bitext if there is room."""

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
"""Counts up when training on the same texts gives another aligner."""

_TEXTS_PER_BATCH = 4096
_GOLDEN = (5 ** 0.5 - 1) / 2

Sides = tuple[Side, Side]
WordPair = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained aligner and the number of pairs it has seen.

    Attributes:
        corpus_pairs: number of distinct pairs of the corpus.
        bitext_pairs: number of pairs of the bitext.
        bad_lines: number of lines of the bitext that could not be used.
        warning: one line about these; ``None`` without any.
    """

    aligner: StatisticalAligner
    corpus_pairs: int
    bitext_pairs: int
    bad_lines: int
    warning: str | None


def spread(rows: Sequence[int], wanted: int) -> tuple[int, ...]:
    """Choose the fewest parts that hold the wanted rows, spread evenly over the corpus.

    An aligner that learns from these alone is ready while other parts are still to be translated.

    Args:
        rows: number of rows of each part.

    Returns:
        Positions in ``rows``, sorted; all positions if there are no more rows than wanted.
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
    """Train on the distinct pairs of a corpus, and on bitext for as many as are missing.

    Args:
        corpus: source and target sides in one pair of languages; pairs without words on a side
            teach nothing and do not count.
        max_pairs: take at most this many pairs, at even distances, from the corpus first.

    Raises:
        InputError: the bitext cannot be read.
    """
    from crosslabel.projection.links.statistical import StatisticalAligner

    distinct = list(dict.fromkeys(_word_pairs(corpus)))
    pairs = list(evenly(distinct, len(distinct), max_pairs))
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
    """Train as :func:`train_aligner` does and give the file of the aligner for the block."""
    trained = train_aligner(corpus, bitext, max_pairs)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        trained.aligner.save(path)
        yield path, trained


def sides(texts: Iterable[tuple[str, str]], source_lang: str, target_lang: str) -> Iterator[Sides]:
    """Yield source and target texts with their words."""
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
    """Return the words of a side, each word held in memory once however often it occurs."""
    return tuple(sys.intern(word) for word in side.surface())
