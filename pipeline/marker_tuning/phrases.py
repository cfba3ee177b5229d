"""Phrases of a sentence pair whose word links are consistent, and a random choice of them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from crosslabel.projection.interface import Range

LONGEST = 6
"""Largest number of source words of a phrase."""
_WEIGHTS = (0.0, 4.0, 4.0, 3.0, 1.0, 1.0, 1.0)
"""Weight with which a phrase is drawn, by its number of source words."""
_NAME_WEIGHT, _SMALL_WORD_WEIGHT = 5.0, 0.25
"""Factors of the weight of a phrase that is written like a name, and of a single small word."""
_SMALL = 3
_COUNTS, _COUNT_WEIGHTS = (1, 2, 3, 4), (4, 3, 2, 1)
_NESTED = 0.2
"""Share of the phrases within or around a chosen phrase that are taken."""


class PhrasePair(NamedTuple):
    """A pair of half-open ranges of words that translate each other."""

    source: Range
    target: Range


def consistent_phrases(
    links: Iterable[tuple[int, int]], longest: int = LONGEST
) -> list[PhrasePair]:
    """Return pairs of word ranges that no link leaves, with a link at both ends of both sides.

    Phrase extraction (Koehn, Och and Marcu 2003, §3) without its unlinked edges. Two of the pairs
    relate to each other (apart, one in the other, crossing) on both sides alike.

    Args:
        links: (source word, target word).
        longest: largest number of source words; a target has at most twice as many.
    """
    targets, sources = defaultdict(list), defaultdict(list)
    for source, target in links:
        targets[source].append(target)
        sources[target].append(source)
    phrases = []
    for start in sorted(targets):
        inside: list[int] = []
        for end in range(start, start + longest):
            if end not in targets:
                continue
            inside += targets[end]
            low, high = min(inside), max(inside)
            if high - low >= 2 * longest:
                break
            back = [source for target in range(low, high + 1) for source in sources.get(target, ())]
            if start <= min(back) and max(back) <= end:
                phrases.append(PhrasePair((start, end + 1), (low, high + 1)))
    return phrases


def choose(
    phrases: Sequence[PhrasePair], source: Sequence[str], target: Sequence[str], rng: random.Random,
    count: int | None = None,
) -> list[PhrasePair]:  # fmt: skip
    """Draw phrases that lie apart or within each other, fewer if there are no more.

    Phrases that begin or end in punctuation are left out.

    Args:
        source, target: the words of both sides.
        count: number of phrases; one to four if not given.
    """
    wanted = count or rng.choices(_COUNTS, _COUNT_WEIGHTS)[0]
    left = [phrase for phrase in phrases
            if _is_worded(source, phrase.source) and _is_worded(target, phrase.target)]
    weights = [_weight(source, phrase.source) for phrase in left]
    chosen: list[PhrasePair] = []
    while left and len(chosen) < wanted:
        place = rng.choices(range(len(left)), weights)[0]
        phrase = left.pop(place)
        weights.pop(place)
        if _fits(phrase, chosen, rng):
            chosen.append(phrase)
    return chosen


def _is_worded(words: Sequence[str], covered: Range) -> bool:
    return words[covered[0]][0].isalnum() and words[covered[1] - 1][-1].isalnum()


def _weight(words: Sequence[str], covered: Range) -> float:
    start, end = covered
    first, last = words[start], words[end - 1]
    weight = _WEIGHTS[min(end - start, len(_WEIGHTS) - 1)]
    if start and len(last) > 1 and first[0].isupper() and last[0].isupper():
        return weight * _NAME_WEIGHT
    return weight * (_SMALL_WORD_WEIGHT if end - start == 1 and len(first) <= _SMALL else 1.0)


def _fits(phrase: PhrasePair, chosen: Sequence[PhrasePair], rng: random.Random) -> bool:
    start, end = phrase.source
    nested = False
    for (first, last), _ in chosen:
        if end <= first or last <= start:
            continue
        within = first <= start and end <= last
        around = start <= first and last <= end
        if not (within or around):
            return False
        nested = True
    return not nested or rng.random() < _NESTED
