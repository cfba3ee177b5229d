"""Phrases of a sentence pair whose word links are consistent, and a random choice of them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from crosslabel.projection.interface import Range

LONGEST = 6
"""Source words of a phrase at most."""
_WEIGHTS = (0.0, 4.0, 4.0, 3.0, 1.0, 1.0, 1.0)
"""How often a phrase of so many source words is drawn."""
_NAME_WEIGHT, _SMALL_WORD_WEIGHT = 5.0, 0.25
"""How much more often one that is written like a name, how much less often a single small word."""
_SMALL = 3
_COUNTS, _COUNT_WEIGHTS = (1, 2, 3, 4), (4, 3, 2, 1)
_NESTED = 0.2
"""Share of the phrases within or around a chosen one that are taken."""


class PhrasePair(NamedTuple):
    """Half-open ranges of words that translate each other."""

    source: Range
    target: Range


def consistent_phrases(links: Iterable[tuple[int, int]], longest: int = LONGEST) -> list[PhrasePair]:
    """Pairs of word ranges that no link leaves, with a link at both ends of both sides.

    Phrase extraction (Koehn, Och and Marcu 2003, §3) without its unlinked edges. Two of the pairs
    relate to each other (apart, one in the other, crossing) on both sides alike.

    Args:
        links: (source word, target word).
        longest: source words at most; a target has no more than twice as many.
    """
    targets, sources = defaultdict(list), defaultdict(list)
    for source, target in links:
        targets[source].append(target)
        sources[target].append(source)
    found = []
    for start in sorted(targets):
        inside: list[int] = []
        for end in range(start, start + longest):
            if end not in targets:
                continue
            inside += targets[end]
            low, high = min(inside), max(inside)
            if high - low >= 2 * longest:
                break
            back = [s for t in range(low, high + 1) for s in sources.get(t, ())]
            if start <= min(back) and max(back) <= end:
                found.append(PhrasePair((start, end + 1), (low, high + 1)))
    return found


def choose(
    phrases: Sequence[PhrasePair], source: Sequence[str], target: Sequence[str], rng: random.Random,
    count: int | None = None,
) -> list[PhrasePair]:  # fmt: skip
    """Some of the phrases that lie apart or within each other, fewer if there are no more.

    Phrases that begin or end in punctuation are left out.

    Args:
        source, target: the words of both sides.
        count: how many; one to four if not given.
    """
    wanted = count or rng.choices(_COUNTS, _COUNT_WEIGHTS)[0]
    left = [p for p in phrases if _is_worded(source, p.source) and _is_worded(target, p.target)]
    weights = [_weight(source, phrase.source) for phrase in left]
    chosen: list[PhrasePair] = []
    while left and len(chosen) < wanted:
        at = rng.choices(range(len(left)), weights)[0]
        phrase = left.pop(at)
        weights.pop(at)
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
