"""Ranking of targets by the likelihood of each phrase as a translation of the other.

After T-Projection (García-Ferrero et al. 2023, section 3.2): a candidate b of a phrase a scores
½ [s(a|b) / s(a) + s(b|a) / s(b)], where s is the geometric mean of the probabilities of the tokens.
T-Projection divides by s(a|a); a bilingual model cannot translate a language into itself, so the
divisor here is the score without evidence: the score of the phrase as a translation of the empty
text. The logarithms of this and of the prior of
:mod:`crosslabel.projection.targets.ngram_prior` are weighed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.interface import PairTargets, RankedTargets, Side, TextPair
from crosslabel.projection.joint.units import FragmentUnit, is_inside, words_within
from crosslabel.projection.targets.ngram_prior import likeliest, log_shares, wanted
from crosslabel.projection.targets.ngrams import Ngrams

Floats = NDArray[np.float64]
Languages = tuple[str, str]

# Weights of the logarithms of prior and evidence, by the number of known directions; fitted like
# the prior. On the fitting data the first of a ranking is right as often with a weight per
# direction, less often without the divisor, and much less often with sums over tokens, not means.
_WEIGHTS = {1: (0.7, 1.35), 2: (0.6, 1.8)}
_NOTHING = RankedTargets(np.empty((0, 2), np.int32), np.empty(0, np.float32))


class Scorer(Protocol):
    """Protocol of everything that knows how likely a text is as the translation of another."""

    def refusal(self, source_lang: str, target_lang: str) -> str | None:
        """Return why it does not translate in this direction, or ``None`` if it does."""
        ...

    def score(
        self, texts: Sequence[str], translations: Sequence[str], source_lang: str, target_lang: str
    ) -> Floats:
        """Return the mean log-probability per token of each translation, (texts,), in nats.

        The empty text stands for no evidence. The score is NaN if a text is too long for the model.
        """
        ...


class _Slot(NamedTuple):
    """A fragment, with words, of a span of a pair, by their positions."""

    pair: int
    span: int
    fragment: int


class CandidateScoring:
    """Target source that scores runs of target words against each fragment of a span, both ways.

    Each distinct pair of phrases is scored once per call and direction. If the model knows only one
    direction, that direction decides. Phrases over the limit of the model neither have targets nor
    are targets.

    Args:
        scorer: a translation model.
        considered: at most this many runs are scored per fragment, the likeliest by the prior.
        kept: at most this many targets are given per fragment.
        margin: nats by which the prior of a scored run may be below the highest prior; more than 7
            gains nothing.
    """

    name = "candidates"

    def __init__(
        self, scorer: Scorer, considered: int = 30, kept: int = 10, margin: float = 7.0
    ) -> None:
        self._scorer = scorer
        self._considered = considered
        self._kept = kept
        self._margin = margin

    def find(self, pairs: Sequence[TextPair]) -> list[PairTargets]:
        """Rank targets for every span of every pair; the order of the pairs is kept.

        The scores of a fragment are the logarithms of the shares of its targets in the probability.
        """
        reasons: dict[int, str] = {}
        ranked: dict[_Slot, RankedTargets] = {}
        for langs, numbers in _by_languages(pairs).items():
            if refused := self._refusal(*langs):
                reasons |= dict.fromkeys(numbers, refused)
            else:
                ranked |= self._ranked(pairs, numbers, *langs)
        return [
            PairTargets(tuple(
                tuple(ranked.get(_Slot(number, k, n), _NOTHING) for n in range(len(s.fragments)))
                for k, s in enumerate(pair.spans)
            ), reasons.get(number))
            for number, pair in enumerate(pairs)
        ]

    def _refusal(self, source: str, target: str) -> str | None:
        """Return why neither direction can be scored, or ``None`` if one or both can."""
        there = self._scorer.refusal(source, target)
        return there and self._scorer.refusal(target, source) and there

    def _ranked(
        self, pairs: Sequence[TextPair], numbers: Sequence[int], source: str, target: str
    ) -> dict[_Slot, RankedTargets]:
        """Return the targets of all fragments of pairs in the same two languages."""
        slots, units = _units(pairs, numbers)
        runs, prior = likeliest(wanted(pairs, units), self._considered, self._margin)
        ours, theirs = _phrases(pairs, units, runs)
        evidence = np.stack([
            self._evidence(texts, translations, *langs)
            for texts, translations, langs in (
                (ours, theirs, (source, target)), (theirs, ours, (target, source))
            ) if self._scorer.refusal(*langs) is None
        ])
        known = np.flatnonzero(np.isfinite(evidence).all(axis=0))
        scores = _weighed(prior[known], evidence[:, known])
        return dict(zip(slots, _best(runs.only(known), scores, self._kept, len(units)),
                        strict=True))

    def _evidence(
        self, texts: Sequence[str], translations: Sequence[str], source: str, target: str
    ) -> Floats:
        """Return how much likelier each text makes its translation, (texts,), in nats per token."""
        asked = sorted({*zip(texts, translations, strict=True),
                        *(("", translation) for translation in translations)})
        given, asked_for = [text for text, _ in asked], [translation for _, translation in asked]
        scores = self._scorer.score(given, asked_for, source, target)
        known = dict(zip(asked, scores.tolist(), strict=True))
        return np.array([
            known[both] - known["", both[1]] for both in zip(texts, translations, strict=True)
        ])


def _by_languages(pairs: Sequence[TextPair]) -> dict[Languages, list[int]]:
    numbers: dict[Languages, list[int]] = {}
    for number, pair in enumerate(pairs):
        if pair.spans:
            numbers.setdefault((pair.source.lang, pair.target.lang), []).append(number)
    return numbers


def _units(
    pairs: Sequence[TextPair], numbers: Sequence[int]
) -> tuple[list[_Slot], list[FragmentUnit]]:
    """Return all fragments that cover words, of the spans that lie in their texts."""
    slots, units = [], []
    for number in numbers:
        for k, span in enumerate(pairs[number].spans):
            if not is_inside(span, pairs[number].source):
                continue
            for n, fragment in enumerate(span.fragments):
                words = words_within(fragment, pairs[number].source.words)
                if words is not None:
                    slots.append(_Slot(number, k, n))
                    units.append(FragmentUnit(number, k, *words))
    return slots, units


def _phrases(
    pairs: Sequence[TextPair], units: Sequence[FragmentUnit], runs: Ngrams
) -> tuple[list[str], list[str]]:
    """Return the text of the unit of each run, and the text of the run."""
    ours = [phrase(pairs[unit.pair].source, unit.first, unit.end) for unit in units]
    places = zip(runs.unit.tolist(), runs.first.tolist(), runs.end.tolist(), strict=True)
    theirs = [phrase(pairs[units[n].pair].target, first, end) for n, first, end in places]
    return [ours[number] for number in runs.unit.tolist()], theirs


def phrase(side: Side, first: int, end: int) -> str:
    """Return the text of a range of words."""
    return side.text[side.words[first][0]:side.words[end - 1][1]]


def _weighed(prior: Floats, evidence: Floats) -> Floats:
    """Return the logarithm of prior and evidence, (runs,), up to a constant.

    Args:
        evidence: (directions, runs).
    """
    on_prior, on_evidence = _WEIGHTS[len(evidence)]
    scores: Floats = on_prior * prior + on_evidence * np.logaddexp.reduce(evidence, axis=0)
    return scores


def _best(runs: Ngrams, scores: Floats, kept: int, units: int) -> list[RankedTargets]:
    """Return the best runs of each unit with the logarithms of their shares."""
    shares = log_shares(scores, runs.unit).astype(np.float32)
    order = np.lexsort((-shares, runs.unit))
    words = np.stack([runs.first, runs.end], axis=1).astype(np.int32)[order]
    starts = np.searchsorted(runs.unit, np.arange(units + 1))
    return [
        RankedTargets(words[start:end][:kept], shares[order[start:end]][:kept])
        for start, end in pairwise(starts.tolist())
    ]
