"""From word links to spans: the rule that turns an alignment into a projection.

1. The *source words* of a span are the words it overlaps. A span that covers only part of a word
   counts as covering it, so projections always map to whole words.
2. The *candidates* are the target words linked to them. A link between a punctuation mark and a
   word is not believed. A word with a stronger link to a word outside the span is a candidate only
   if the others yield no target; links without distinct scores are unaffected.
3. Candidates with at most ``gap`` other words between them form one *group*. A group cannot reach
   over a word that another span holds. Punctuation marks at its ends are cut off unless the source
   span ends with one on that side.
4. The group with the most candidates wins; ties go to the higher sum of scores, then to the left.
   The target is everything from its first to its last word, enclosed words included.
5. Spans are placed by falling score (then size, then order). Words that are held already are free
   only to spans that share source words with their holder: nested spans may nest on the target,
   and other spans shrink to what is free or abstain. Re-ordering and touching are no conflict.
6. The fragments of a discontinuous span are projected each by itself; fragments that meet become
   one.

The score of a projection is the mean, over the source words of the span, of the best link of each
into the target; a word without such a link counts 0.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from projection.interface import (
    GivenSpan,
    Links,
    LinkSource,
    Projection,
    Range,
    Side,
    Status,
    TextPair,
)

NO_WORD = "the span covers no word"
NO_LINK = "no link"
LOST = "lost to another span"


class AlignmentProjector:
    """Projector over any link source; ``reason`` is one of a few fixed phrases.

    Args:
        link_source: where the word links come from.
        gap: how many words may be missing between two linked words of one target.
    """

    def __init__(self, link_source: LinkSource, gap: int = 3) -> None:
        self._links = link_source
        self._gap = gap

    @property
    def name(self) -> str:
        """``align-`` and the name of the link source."""
        return f"align-{self._links.name}"

    def project(self, pairs: Sequence[TextPair]) -> list[list[Projection]]:
        """Project every span of every pair; both levels keep the input order."""
        aligned = self._links.align(pairs)
        return [
            _Pair(pair, links, self._gap, self.name).project()
            for pair, links in zip(pairs, aligned, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class _Target:
    """Target words a span was given: one ``first:end`` of word indices per fragment."""

    ranges: tuple[Range, ...]
    score: float

    def words(self) -> set[int]:
        return {word for first, end in self.ranges for word in range(first, end)}


class _Pair:
    """The rule at work on one pair."""

    def __init__(self, pair: TextPair, links: Links, gap: int, method: str) -> None:
        self.pair = pair
        self.reason = links.reason
        self.gap = gap
        self.method = method
        self.linked: dict[int, dict[int, float]] = {}
        for (i, j), score in zip(links.pairs.tolist(), links.scores.tolist(), strict=True):
            self.linked.setdefault(i, {})[j] = score
        self.source_marks = _marks(pair.source)
        self.target_marks = _marks(pair.target)
        self.fragments = [_fragment_words(span, pair.source) for span in pair.spans]
        self.strongest = self._candidates(range(len(pair.source.words)))

    def project(self) -> list[Projection]:
        """One projection per span, in order."""
        spans = range(len(self.pair.spans))
        wished = {n: self._place(n, set()) for n in spans}
        order = sorted(spans, key=lambda n: (-wished[n].score, -len(wished[n].words()), n))
        placed: dict[int, _Target] = {}
        for number in order:
            placed[number] = self._place(number, self._held(placed, number))
        return [self._result(n, placed[n], bool(wished[n].ranges)) for n in spans]

    def _held(self, placed: dict[int, _Target], number: int) -> set[int]:
        """Target words of placed spans that share no source word with this one."""
        own = _union(self.fragments[number])
        others = (n for n in placed if own.isdisjoint(_union(self.fragments[n])))
        return _union(placed[n].words() for n in others)

    def _place(self, number: int, held: set[int]) -> _Target:
        chosen = [self._choose(words, held) for words in self.fragments[number]]
        ranges = _joined([found for found in chosen if found is not None])
        words = sorted(_union(self.fragments[number]))
        kept = _Target(ranges, 0.0).words()
        best = [max((s for j, s in self._trusted(i) if j in kept), default=0.0) for i in words]
        return _Target(ranges, sum(best) / len(best) if best else 0.0)

    def _trusted(self, i: int) -> list[tuple[int, float]]:
        """Links of a source word, those between a word and a punctuation mark left out."""
        links = self.linked.get(i, {}).items()
        return [(j, s) for j, s in links if self.target_marks[j] == self.source_marks[i]]

    def _candidates(self, words: Iterable[int]) -> dict[int, float]:
        """Target words linked to some source words, each with its best score."""
        scores: dict[int, float] = {}
        for i in words:
            for j, score in self._trusted(i):
                scores[j] = max(score, scores.get(j, score))
        return scores

    def _choose(self, words: Sequence[int], held: set[int]) -> Range | None:
        """The target of one fragment, as a range of target words."""
        scores = {j: s for j, s in self._candidates(words).items() if j not in held}
        own = {j: s for j, s in scores.items() if s >= self.strongest[j]}
        return self._best_group(own, words, held) or self._best_group(scores, words, held)

    def _best_group(
        self, scores: dict[int, float], words: Sequence[int], held: set[int]
    ) -> Range | None:
        groups = [self._trimmed(group, words) for group in self._groups(sorted(scores), held)]
        groups = [group for group in groups if group]
        if not groups:
            return None
        best = max(groups, key=lambda g: (len(g), sum(scores[j] for j in g), -g[0]))
        return best[0], best[-1] + 1

    def _groups(self, candidates: Sequence[int], held: set[int]) -> list[list[int]]:
        groups: list[list[int]] = []
        for j in candidates:
            between = range(groups[-1][-1] + 1, j) if groups else range(0)
            if groups and len(between) <= self.gap and held.isdisjoint(between):
                groups[-1].append(j)
            else:
                groups.append([j])
        return groups

    def _trimmed(self, group: list[int], words: Sequence[int]) -> list[int]:
        first, end = 0, len(group)
        if not self.source_marks[words[0]]:
            while first < end and self.target_marks[group[first]]:
                first += 1
        if not self.source_marks[words[-1]]:
            while first < end and self.target_marks[group[end - 1]]:
                end -= 1
        return group[first:end]

    def _result(self, number: int, target: _Target, had_wish: bool) -> Projection:
        span = self.pair.spans[number]
        if target.ranges:
            words = self.pair.target.words
            ranges = tuple((words[first][0], words[end - 1][1]) for first, end in target.ranges)
            return self._projection(span, "projected", None, ranges, target.score)
        if not self.fragments[number]:
            return self._projection(span, "rejected", NO_WORD)
        reason = LOST if had_wish else self.reason or NO_LINK
        return self._projection(span, "abstained", reason, likely=self._likely(number))

    def _projection(
        self,
        span: GivenSpan,
        status: Status,
        reason: str | None,
        fragments: tuple[Range, ...] = (),
        score: float | None = None,
        likely: tuple[int, ...] = (),
    ) -> Projection:
        return Projection(
            span.id, span.label, fragments, self.method, status, reason, score, likely=likely
        )

    def _likely(self, number: int) -> tuple[int, ...]:
        """Words linked to the span's words; without any, the words nothing is linked to."""
        own = _union(set(self.linked.get(i, {})) for i in _union(self.fragments[number]))
        if own:
            return tuple(sorted(own))
        linked = _union(set(targets) for targets in self.linked.values())
        return tuple(j for j in range(len(self.pair.target.words)) if j not in linked)


def _marks(side: Side) -> list[bool]:
    """For each word whether it consists of punctuation only."""
    return [all(unicodedata.category(c)[0] == "P" for c in word) for word in side.surface()]


def _fragment_words(span: GivenSpan, side: Side) -> list[list[int]]:
    """Indices of the words each fragment overlaps; fragments without any are left out."""
    found = (
        [n for n, (start, end) in enumerate(side.words) if start < right and end > left]
        for left, right in span.fragments
    )
    return [words for words in found if words]


def _joined(ranges: Sequence[Range]) -> tuple[Range, ...]:
    """Ranges in order, those that meet made one."""
    joined: list[Range] = []
    for first, end in sorted(ranges):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((first, end))
    return tuple(joined)


def _union(sets: Iterable[Iterable[int]]) -> set[int]:
    return {word for words in sets for word in words}
