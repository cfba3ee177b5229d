"""The projector that turns links into spans, for all spans of a pair at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from typing import TypeVar

from crosslabel.projection.interface import (
    GivenSpan,
    Links,
    LinkSource,
    Projection,
    Range,
    Side,
    Status,
    TextPair,
)
from crosslabel.projection.scripts import is_unspaced
from crosslabel.projection.spans.evidence import Evidence
from crosslabel.projection.spans.fragment import Fragment, targets
from crosslabel.projection.spans.parts import cut_words
from crosslabel.projection.spans.rules import DEFAULT_RULES, SpanRules

OUTSIDE = "the span is outside its text"
NO_WORD = "the span covers no word"
NO_LINK = "no link"
LOST = "lost to another span"
Item = TypeVar("Item")


class AlignmentProjector:
    """Projector over any link source; its ``reason`` is one of a few fixed phrases.

    Args:
        link_source: where the word links come from.
        rules: how links become spans.
        gap: replaces ``rules.gap`` and ``rules.spaceless_gap``.
    """

    def __init__(
        self, link_source: LinkSource, rules: SpanRules = DEFAULT_RULES, gap: int | None = None
    ) -> None:
        self.link_source = link_source
        self._rules = rules if gap is None else replace(rules, gap=gap, spaceless_gap=gap)

    @property
    def name(self) -> str:
        """``align-`` followed by the name of the link source."""
        return f"align-{self.link_source.name}"

    def project(self, pairs: Sequence[TextPair]) -> list[list[Projection]]:
        """Project every span of every pair; both levels keep the input order."""
        aligned = self.link_source.align(pairs)
        return [
            _Pair(pair, links, self._rules, self.name).project()
            for pair, links in zip(pairs, aligned, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class _Target:
    """Target words of one span: one ``first:end`` of word indices per fragment."""

    ranges: tuple[Range, ...]
    words: frozenset[int]
    score: float


class _Pair:
    """One pair to which the rule is applied."""

    def __init__(self, pair: TextPair, links: Links, rules: SpanRules, method: str) -> None:
        self.rules = rules
        self.method = method
        self.reason = links.reason
        self.cut = cut_words(pair, links, rules)
        self.evidence = Evidence(self.cut.pair, self.cut.links)
        self.gap = rules.spaceless_gap if is_unspaced(pair.target.lang) else rules.gap
        self.fragments = [_fragment_words(span, self.cut.pair.source) for span in pair.spans]
        self.sources = [frozenset(_flat(words)) for words in self.fragments]

    def project(self) -> list[Projection]:
        """Return one projection per span, in order."""
        spans = range(len(self.fragments))
        wished = [self._place(n, frozenset()) for n in spans]
        placed: dict[int, _Target] = {}
        holders: dict[int, set[frozenset[int]]] = {}
        for number in sorted(spans, key=lambda n: (-wished[n].score, self._turn(n, wished[n]), n)):
            source = self.sources[number]
            held = {word for word, by in holders.items() if any(map(source.isdisjoint, by))}
            target = self._place(number, held) if held else wished[number]
            if self.rules.share and not target.ranges:
                target = wished[number]
            placed[number] = target
            for word in target.words:
                holders.setdefault(word, set()).add(source)
        return [self._result(n, placed[n], bool(wished[n].ranges)) for n in spans]

    def _turn(self, number: int, wished: _Target) -> int:
        """Return the rank of a span among spans with equal scores; the lowest comes first."""
        if self.rules.order == "largest":
            return -len(wished.words)
        return len(self.evidence.candidates(self.sources[number]))

    def _place(self, number: int, held: Set[int]) -> _Target:
        several = self.rules.many_fragments(self.cut.pair.spans[number].label)
        ranges = _joined(_flat(
            targets(Fragment(words, held, self.gap, several), self.evidence, self.rules)
            for words in self.fragments[number]
        ))
        words = frozenset(word for first, end in ranges for word in range(first, end))
        score = self.evidence.score(self.sources[number], words)
        return _Target(ranges, words, score)

    def _result(self, number: int, target: _Target, had_wish: bool) -> Projection:
        span = self.cut.pair.spans[number]
        if target.ranges:
            words = self.cut.pair.target.words
            ranges = tuple((words[first][0], words[end - 1][1]) for first, end in target.ranges)
            return self._projection(span, "projected", None, ranges, target.score)
        if not self.fragments[number]:
            outside = not _is_inside(span, self.cut.pair.source)
            return self._projection(span, "rejected", OUTSIDE if outside else NO_WORD)
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
        """Return the words linked to the words of a span or, if there are none, all unlinked words.
        """
        linked = self.evidence.linked
        parts = set(_flat(linked[i] for i in self.sources[number]))
        free = set(range(len(self.cut.origin))) - set(_flat(linked))
        return tuple(sorted({self.cut.origin[part] for part in parts or free}))


def _fragment_words(span: GivenSpan, side: Side) -> list[list[int]]:
    """Return the indices of the words of each fragment, none for a span outside its text."""
    if not _is_inside(span, side):
        return []
    by_fragment = (
        [n for n, (start, end) in enumerate(side.words) if start < right and end > left]
        for left, right in span.fragments
    )
    return [words for words in by_fragment if words]


def _is_inside(span: GivenSpan, side: Side) -> bool:
    return all(0 <= start < end <= len(side.text) for start, end in span.fragments)


def _joined(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Return the ranges in order, with ranges that meet joined."""
    joined: list[Range] = []
    for first, end in sorted(ranges):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((first, end))
    return tuple(joined)


def _flat(parts: Iterable[Iterable[Item]]) -> list[Item]:
    return [item for part in parts for item in part]
