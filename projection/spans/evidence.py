"""The links of one pair, arranged by word."""

from __future__ import annotations

from collections.abc import Iterable, Set

from crosslabel.projection.interface import Links, TextPair
from crosslabel.projection.spans.lexicon import word_kinds


class Evidence:
    """The links of one pair, looked up from both sides.

    Attributes:
        source, target: kinds of the words.
        linked: for each source word, the target words linked to it with their scores.
        believed: as ``linked``, without links between a punctuation mark and a word.
        sources: for each target word, the source words of its believed links.
        length_ratio: letters in content words of the target per letter in content words of the
            source.
    """

    def __init__(self, pair: TextPair, links: Links) -> None:
        self.source = word_kinds(pair.source)
        self.target = word_kinds(pair.target)
        self.linked: list[dict[int, float]] = [{} for _ in pair.source.words]
        self.believed: list[dict[int, float]] = [{} for _ in pair.source.words]
        self.sources: list[set[int]] = [set() for _ in pair.target.words]
        for (i, j), score in zip(links.pairs.tolist(), links.scores.tolist(), strict=True):
            self.linked[i][j] = score
            if self.source.mark[i] == self.target.mark[j]:
                self.believed[i][j] = score
                self.sources[j].add(i)
        self._strongest = self.candidates(range(len(pair.source.words)))
        target_letters = self.target.content_letters(0, len(pair.target.words))
        source_letters = self.source.content_letters(0, len(pair.source.words))
        self.length_ratio = max(target_letters, 1) / max(source_letters, 1)

    def candidates(self, words: Iterable[int]) -> dict[int, float]:
        """Return the target words linked to the given source words, each with its best score."""
        scores: dict[int, float] = {}
        for i in words:
            for j, score in self.believed[i].items():
                scores[j] = max(score, scores.get(j, score))
        return scores

    def strongest(self, scores: dict[int, float]) -> dict[int, float]:
        """Return the candidates that no other source word is linked to more strongly."""
        return {j: score for j, score in scores.items() if score >= self._strongest[j]}

    def linked_outside(self, word: int, words: frozenset[int]) -> bool:
        """Return whether a target word is a content word linked to other source words only."""
        sources = self.sources[word]
        return self.target.content(word) and bool(sources) and sources.isdisjoint(words)

    def missing(self, words: Iterable[int]) -> list[int]:
        """Return the given source words that are content words without a link to a content word."""
        return [
            i for i in words
            if self.source.content(i) and not any(map(self.target.content, self.believed[i]))
        ]

    def score(self, words: Iterable[int], target: Set[int]) -> float:
        """Return the mean, over the source words, of the best link of each into the target words.
        """
        best = [
            max((score for j, score in self.believed[i].items() if j in target), default=0.0)
            for i in words
        ]
        return sum(best) / len(best) if best else 0.0
