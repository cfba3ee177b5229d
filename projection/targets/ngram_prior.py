"""The prior of a run of target words, before anything is known about the meaning of words.

A conditional logistic model over all runs of a text. Its weights make the gold targets likeliest on
the pairs of UNER-PUD and xSID that the calibrator may be fitted on (German, Portuguese, Chinese,
Dutch, Danish); nothing was chosen on other data.
`python -m benchmarks.projection.candidate_scoring` fits them again.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.interface import Side, TextPair
from crosslabel.projection.joint.units import FragmentUnit
from crosslabel.projection.links.likeness import romanised
from crosslabel.projection.spans.lexicon import word_kinds
from crosslabel.projection.targets.ngrams import (
    Ngrams,
    blocks,
    counted,
    every_ngram,
    longest,
    together,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

WEIGHTS = {
    "words": -2.49, "words2": -3.16, "letters": 2.09, "letters2": -1.88, "alike": 7.26,
    "mark": -3.28, "function": -1.04, "capital": -1.07, "digits": -2.19, "place": -3.85,
}
"""Weight of each column of :func:`prior_features`."""

_MORE_WORDS, _MORE_LETTERS = 0.5, 2.0
_BLOCK = 1 << 18
_DIGITS = 6


class SideFacts:
    """The facts about the words of one side that the prior needs.

    Attributes:
        words: number of words.
        ends: bool (words, 4): punctuation mark, function word, capital first, small letter first.
    """

    def __init__(self, side: Side) -> None:
        kinds, surface = word_kinds(side), side.surface()
        self.words = len(surface)
        self.ends = np.array([
            kinds.mark, kinds.function, [word[:1].isupper() for word in surface],
            [word[:1].islower() for word in surface],
        ], bool).T
        roman = [romanised(word) for word in surface]
        digits = ["".join(filter(str.isdigit, word)) for word in roman]
        self._roman, self._digits = "".join(roman), "".join(digits)
        self._roman_ends = [0, *accumulate(map(len, roman))]
        self._digit_ends = [0, *accumulate(map(len, digits))]

    def roman(self, first: int, end: int) -> str:
        """Return the romanised words of a range without spaces; so lengths compare across scripts.
        """
        return self._roman[self._roman_ends[first]:self._roman_ends[end]]

    def digits(self, first: int, end: int) -> str:
        """Return the digits of a range."""
        return self._digits[self._digit_ends[first]:self._digit_ends[end]]


class Wanted(NamedTuple):
    """A unit, the facts of its two sides, and the length in words of the longest run considered."""

    unit: FragmentUnit
    source: SideFacts
    target: SideFacts
    limit: int


def wanted(pairs: Sequence[TextPair], units: Sequence[FragmentUnit]) -> list[Wanted]:
    """Return the units with the facts that the prior needs; each text is examined once."""
    asked = sorted({unit.pair for unit in units})
    sources = {number: SideFacts(pairs[number].source) for number in asked}
    targets = {number: SideFacts(pairs[number].target) for number in asked}
    return [
        Wanted(unit, sources[unit.pair], targets[unit.pair],
               longest(unit, pairs[unit.pair].target.lang))
        for unit in units
    ]


def likeliest(units: Sequence[Wanted], kept: int, margin: float) -> tuple[Ngrams, Floats]:
    """Return the likeliest runs of each unit, best first, and the logarithm of their prior.

    The prior sums to one over all runs of a unit.

    Args:
        kept: at most this many runs per unit.
        margin: nats that a run may be less likely than the best of its unit.
    """
    words, limits = [unit.target.words for unit in units], [unit.limit for unit in units]
    parts: list[tuple[Ngrams, Floats]] = []
    for block in blocks(words, limits, _BLOCK):
        runs, scores = _likeliest(units[block.start:block.stop], kept, margin)
        parts.append((Ngrams(runs.unit + block.start, runs.first, runs.end), scores))
    scores = np.concatenate([np.empty(0), *(scores for _, scores in parts)])
    return together([runs for runs, _ in parts]), scores


def _likeliest(units: Sequence[Wanted], kept: int, margin: float) -> tuple[Ngrams, Floats]:
    every = all_runs(units)
    scores = np.round(log_prior(units, every), _DIGITS)
    order = np.lexsort((-scores, every.unit))
    sizes = np.bincount(every.unit, minlength=len(units))
    first = np.repeat(scores[order[(np.cumsum(sizes) - sizes)[sizes > 0]]], sizes[sizes > 0])
    best = order[(counted(sizes) < kept) & (scores[order] >= first - margin)]
    return every.only(best), scores[best]


def log_prior(units: Sequence[Wanted], runs: Ngrams) -> Floats:
    """Return the logarithm of the prior among the given runs, (runs,)."""
    return log_shares(prior_features(units, runs) @ np.array(list(WEIGHTS.values())), runs.unit)


def all_runs(units: Sequence[Wanted]) -> Ngrams:
    """Return every run of each unit, up to its limit."""
    return every_ngram([unit.target.words for unit in units], [unit.limit for unit in units])


def log_shares(scores: Floats, unit: Integers) -> Floats:
    """Return the logarithm of the softmax over the scores of each unit.

    The units come one after the other.
    """
    if not len(unit):
        return scores
    starts = np.flatnonzero(np.diff(unit, prepend=-1))
    sizes = np.diff(starts, append=len(unit))
    moved = scores - np.repeat(np.maximum.reduceat(scores, starts), sizes)
    shares: Floats = moved - np.repeat(np.log(np.add.reduceat(np.exp(moved), starts)), sizes)
    return shares


def prior_features(units: Sequence[Wanted], runs: Ngrams) -> Floats:
    """Return how each run compares with its unit, (runs, columns of WEIGHTS).

    ``words`` and ``letters`` are logarithms of the ratio of lengths; with their squares they make
    the ratio log-normal. ``alike`` is the Levenshtein similarity of the romanised texts, ``digits``
    is 1 if their digits differ. ``mark`` and ``function`` count the ends of the run that are marks
    or function words while the unit's are not, ``capital`` counts the ends of another case.
    ``place`` is the distance of the middles, each as a share of its text.
    """
    facts = np.array([(w.unit.first, w.unit.end, w.source.words, w.target.words) for w in units],
                     np.float64).reshape(-1, 4)[runs.unit]
    first, end, source, target = facts.T
    words = np.log((runs.end - runs.first + _MORE_WORDS) / (end - first + _MORE_WORDS))
    place = np.abs((runs.first + runs.end) / target - (first + end) / source) / 2
    letters, alike, digits = _written(units, runs)
    mark, function, capital = _ends(units, runs)
    return np.stack([words, words**2, letters, letters**2, alike, mark, function, capital, digits,
                     place], axis=1)


def _written(units: Sequence[Wanted], runs: Ngrams) -> tuple[Floats, Floats, Floats]:
    """Return the logarithm of the ratio of letters, the likeness, and whether the digits differ."""
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cpdist

    roman = [w.source.roman(w.unit.first, w.unit.end) for w in units]
    digits = [w.source.digits(w.unit.first, w.unit.end) for w in units]
    places = list(zip(runs.unit.tolist(), runs.first.tolist(), runs.end.tolist(), strict=True))
    ours = [roman[n] for n, _, _ in places]
    theirs = [units[n].target.roman(first, end) for n, first, end in places]
    other = [units[n].target.digits(first, end) != digits[n] for n, first, end in places]
    lengths = [np.fromiter(map(len, texts), np.float64, len(places)) + _MORE_LETTERS
               for texts in (ours, theirs)]
    alike = cpdist(ours, theirs, scorer=Levenshtein.normalized_similarity, dtype=np.float64)
    return np.log(lengths[1] / lengths[0]), alike, np.array(other, np.float64)


def _ends(units: Sequence[Wanted], runs: Ngrams) -> Floats:
    """Return how many ends are marks, function words, of another case, unlike the unit, (3, runs).
    """
    every = np.concatenate([np.empty((0, 4), bool), *(unit.target.ends for unit in units)])
    starts = np.cumsum([0, *(unit.target.words for unit in units)])[runs.unit]
    counts = np.zeros((3, len(runs)))
    for places, edge in ((runs.first, "first"), (runs.end - 1, "last")):
        ours = np.array([
            w.source.ends[w.unit.first if edge == "first" else w.unit.end - 1] for w in units
        ], bool).reshape(-1, 4)[runs.unit]
        theirs = every[starts + places]
        counts[:2] += (theirs[:, :2] & ~ours[:, :2]).T
        counts[2] += (theirs[:, 2] & ours[:, 3]) | (theirs[:, 3] & ours[:, 2])
    return counts
