"""Cutting of words into parts before links become spans: compounds at hyphens, and clitics.

The links of a word go to its parts as follows.

- The parts of a target compound go to the parts of the source words linked to it, in order, if
  there are as many ("Knowledge Base article" and "Knowledge-Base-Artikel").
- The stem of a word with a clitic is linked to content words, the clitic to function words ("of
  Europe" and "d'Europe"); a stem without content word gets all links.
- In all other cases every part gets all links of its word.

Everything else sees parts as words, so targets and conflicts between spans follow the parts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain, pairwise, product

import numpy as np

from crosslabel.projection.interface import Links, Range, Side, TextPair
from crosslabel.projection.spans.lexicon import word_kinds
from crosslabel.projection.spans.rules import SpanRules

_HYPHEN = re.compile(r"(?<=\w)[-\u2010\u2011](?=\w)")
_APOSTROPHE = re.compile(r"(?<=\w)['\u2019](?=\w)")
_APOSTROPHES = frozenset("'\u2019")
Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cut:
    """A pair whose words are parts.

    Attributes:
        origin: for each target part, the index of its word in the original pair.
    """

    pair: TextPair
    links: Links
    origin: tuple[int, ...]


def cut_words(pair: TextPair, links: Links, rules: SpanRules) -> Cut:
    """Return the pair with the words cut into the parts that the rules ask for."""
    cut = Cut(pair, links, tuple(range(len(pair.target.words))))
    if rules.compounds == "cut":
        cut = _cut(cut, _compound_parts, _link_compound)
    if rules.clitics == "cut":
        cut = _cut(cut, _clitic_parts, _link_clitic)
    return cut


@dataclass(frozen=True, slots=True)
class _Parts:
    """The words of one side with their parts; ``numbers[n]`` numbers the parts of word n."""

    side: Side
    ranges: tuple[tuple[Range, ...], ...]
    numbers: tuple[range, ...]
    function: tuple[bool, ...]

    def is_clitic(self, word: int, part: int) -> bool:
        """Return whether a part holds an apostrophe or, being a whole word, is a function word."""
        ranges = self.ranges[word]
        if len(ranges) == 1:
            return self.function[word]
        start, end = ranges[part - self.numbers[word][0]]
        return _APOSTROPHES.intersection(self.side.text[start:end]) != set()


_Linker = Callable[[int, Sequence[int], _Parts, _Parts], Iterable[Cell]]


def _cut(cut: Cut, parts_of: Callable[[str, int], tuple[Range, ...]], linker: _Linker) -> Cut:
    source, target = (_parts(side, parts_of) for side in (cut.pair.source, cut.pair.target))
    if all(len(ranges) == 1 for ranges in chain(source.ranges, target.ranges)):
        return cut
    return Cut(
        replace(cut.pair, source=_side(source), target=_side(target)),
        _links(cut.links, source, target, linker),
        tuple(cut.origin[word] for word, parts in enumerate(target.numbers) for _ in parts),
    )


def _parts(side: Side, parts_of: Callable[[str, int], tuple[Range, ...]]) -> _Parts:
    ranges = tuple(parts_of(side.text[start:end], start) for start, end in side.words)
    ends = list(accumulate(map(len, ranges), initial=0))
    numbers = tuple(range(a, b) for a, b in pairwise(ends))
    return _Parts(side, ranges, numbers, word_kinds(side).function)


def _side(parts: _Parts) -> Side:
    return replace(parts.side, words=tuple(chain.from_iterable(parts.ranges)))


def _links(links: Links, source: _Parts, target: _Parts, linker: _Linker) -> Links:
    """Return the links between parts, each with the score of the link between the words."""
    by_target: dict[int, dict[int, float]] = {}
    for (i, j), score in zip(links.pairs.tolist(), links.scores.tolist(), strict=True):
        by_target.setdefault(j, {})[i] = score
    owner = [word for word, parts in enumerate(source.numbers) for _ in parts]
    cells: dict[Cell, float] = {}
    for j, scores in by_target.items():
        for part, target_part in linker(j, sorted(scores), source, target):
            cells[part, target_part] = scores[owner[part]]
    order = sorted(cells)
    return Links(
        np.array(order, np.int32).reshape(-1, 2),
        np.array([cells[cell] for cell in order], np.float32),
        links.reason,
    )


def _compound_parts(word: str, start: int) -> tuple[Range, ...]:
    marks = [match.span() for match in _HYPHEN.finditer(word)]
    firsts = [0, *(end for _, end in marks)]
    ends = [*(begin for begin, _ in marks), len(word)]
    return tuple((start + a, start + b) for a, b in zip(firsts, ends, strict=True))


def _clitic_parts(word: str, start: int) -> tuple[Range, ...]:
    apostrophes = list(_APOSTROPHE.finditer(word))
    if len(apostrophes) != 1:
        return ((start, start + len(word)),)
    # The apostrophe belongs to the clitic: the shorter side, the left one if they are equal.
    left, right = apostrophes[0].span()
    at = right if left <= len(word) - right else left
    return (start, start + at), (start + at, start + len(word))


def _link_compound(
    j: int, words: Sequence[int], source: _Parts, target: _Parts
) -> Iterable[Cell]:
    parts = [part for i in words for part in source.numbers[i]]
    if len(parts) == len(target.numbers[j]):
        return zip(parts, target.numbers[j], strict=True)
    return product(parts, target.numbers[j])


def _link_clitic(j: int, words: Sequence[int], source: _Parts, target: _Parts) -> Iterable[Cell]:
    parts = [(part, source.is_clitic(i, part)) for i in words for part in source.numbers[i]]
    whole = len(target.numbers[j]) == 1 or all(is_clitic for _, is_clitic in parts)
    return (
        (part, target_part)
        for part, is_clitic in parts
        for target_part in target.numbers[j]
        if whole or is_clitic == target.is_clitic(j, target_part)
    )
