"""Best-first search over all (opening, closing) of many spans at once.

The score of a hypothesis is the summed log-probability of every token of the marked target text,
the end token included. A node is an opening, or an opening with a closing; its *bound* is the sum
of its known log-probabilities, and no hypothesis below it scores higher. Nodes are expanded by
*estimate*, the bound plus the cost of the rest of the unmarked text, so that good hypotheses come
early; nodes whose bound does not beat the k-th best complete hypothesis are never expanded.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.constrained.forced import Extension, Scored, Stored
from crosslabel.projection.constrained.template import Closing, Opening, Template

Floats = NDArray[np.float64]


class Reader(Protocol):
    """Protocol of everything that scores target sequences against source texts that it has read."""

    def extend(self, extensions: Sequence[Extension], watched: int) -> list[Scored]: ...


@dataclass(frozen=True, slots=True)
class Marking:
    """Token ids around every hypothesis.

    Attributes:
        begin: the tokens that the decoder starts with.
        opening, closing: the markers.
        end: the token that ends a text.
    """

    begin: tuple[int, ...]
    opening: tuple[int, ...]
    closing: tuple[int, ...]
    end: int


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """The limits of a search.

    Attributes:
        best: number of hypotheses wanted.
        budget: decoder token positions per span after which no node is expanded if there is a
            hypothesis.
        width: number of nodes of a span expanded in one round.
        openings: only this many openings, the ones with the highest estimates, are considered;
            ``None`` considers all.
    """

    best: int = 6
    budget: int = 600
    width: int = 8
    openings: int | None = None


class Hypothesis(NamedTuple):
    """The target words of a hypothesis and its score in nats."""

    first: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Searched:
    """The result for one span.

    Attributes:
        hypotheses: best first, at most as many as wanted.
        proved_exact: whether no other hypothesis can score higher than the last of these.
        positions: number of decoder token positions used.
    """

    hypotheses: tuple[Hypothesis, ...]
    proved_exact: bool
    positions: int


def search(
    reader: Reader, templates: Sequence[Template], marking: Marking, options: SearchOptions
) -> list[Searched]:
    """Search for all spans; the n-th template belongs to the n-th source the reader has read."""
    spans = [
        _Span(number, template, marking, options) for number, template in enumerate(templates)
    ]
    trunks = reader.extend([span.trunk() for span in spans], marking.opening[0])
    for span, trunk in zip(spans, trunks, strict=True):
        span.begin(trunk)
    while open_spans := [span for span in spans if span.is_open()]:
        _expand(reader, [(span, node) for span in open_spans for node in span.next()], marking)
    return [span.result() for span in spans]


def _expand(
    reader: Reader, wanted: Sequence[tuple[_Span, _Node]], marking: Marking
) -> None:
    branches = [pair for pair in wanted if pair[1].closing is None]
    scored = reader.extend([s.branch(node) for s, node in branches], marking.closing[0])
    for (span, node), scores in zip(branches, scored, strict=True):
        span.branched(node, scores)
    suffixes = [pair for pair in wanted if pair[1].closing is not None]
    scored = reader.extend([s.suffix(node) for s, node in suffixes], marking.closing[0])
    for (span, node), scores in zip(suffixes, scored, strict=True):
        span.completed(node, scores)


@dataclass(frozen=True, slots=True)
class _Node:
    """An opening, with or without a closing; it extends ``parent`` after ``keep`` tokens."""

    opening: Opening
    closing: Closing | None
    bound: float
    parent: Stored
    keep: int


@dataclass(slots=True)
class _Span:
    """The search for one span."""

    number: int
    template: Template
    marking: Marking
    options: SearchOptions
    heap: list[tuple[float, int, _Node]] = field(default_factory=list)
    complete: dict[tuple[int, int], float] = field(default_factory=dict)
    # Cost of the unmarked text from each token on, the end token included.
    rest: Floats = field(default_factory=lambda: np.zeros(1))
    order: int = 0
    spent: int = 0
    # Highest bound of the nodes that were dropped.
    dropped: float = -np.inf

    def trunk(self) -> Extension:
        return self._counted(
            Extension(self.number, (*self.marking.begin, *self.template.ids), self.marking.end)
        )

    def begin(self, trunk: Scored) -> None:
        """Put the openings on the heap."""
        given = len(self.marking.begin) - 1
        before = np.concatenate([[0.0], np.cumsum(trunk.following[given:], dtype=np.float64)])
        self.rest = before[-1] - before
        nodes = [
            _Node(opening, None, float(before[opening.slot] + trunk.watched[given + opening.slot]),
                  trunk.stored, given + 1 + opening.slot)
            for opening in self.template.openings
        ]
        nodes.sort(key=lambda node: -self._estimate(node))
        if self.options.openings is not None:
            self._drop(nodes[self.options.openings:])
            nodes = nodes[:self.options.openings]
        for node in nodes:
            self._push(node)

    def is_open(self) -> bool:
        """Return whether a node may still lead to one of the best hypotheses and may be expanded.
        """
        least = self._least()
        self.heap = [entry for entry in self.heap if entry[2].bound > least]
        heapq.heapify(self.heap)
        if self.complete and self.spent >= self.options.budget:
            self._drop([node for _, _, node in self.heap])
            self.heap = []
        return bool(self.heap)

    def next(self) -> list[_Node]:
        """Return the nodes to expand now."""
        count = min(self.options.width, len(self.heap))
        return [heapq.heappop(self.heap)[2] for _ in range(count)]

    def branch(self, node: _Node) -> Extension:
        inside = node.opening.closings[-1].tokens
        ids = (*self.marking.opening, *node.opening.rest[:inside])
        # The token after the end of a branch is not scored; any token will do.
        return self._counted(
            Extension(self.number, ids, self.marking.end, node.parent, node.keep)
        )

    def branched(self, node: _Node, scored: Scored) -> None:
        """Put the closings of an opening on the heap."""
        given = len(self.marking.opening) - 1
        before = np.concatenate([[0.0], np.cumsum(scored.following, dtype=np.float64)])
        for closing in node.opening.closings:
            inside = given + closing.tokens
            bound = node.bound + float(before[inside] + scored.watched[inside])
            self._push(_Node(node.opening, closing, bound, scored.stored, node.keep + inside + 1))

    def suffix(self, node: _Node) -> Extension:
        assert node.closing is not None
        ids = (*self.marking.closing, *node.opening.rest[node.closing.tokens:])
        return self._counted(
            Extension(self.number, ids, self.marking.end, node.parent, node.keep)
        )

    def completed(self, node: _Node, scored: Scored) -> None:
        """Note the score of a hypothesis, or the better score of two that cover the same words."""
        assert node.closing is not None
        place = node.opening.first, node.closing.end
        score = node.bound + float(scored.following.sum(dtype=np.float64))
        self.complete[place] = max(score, self.complete.get(place, -np.inf))

    def result(self) -> Searched:
        """Return the best hypotheses."""
        ranked = sorted(self.complete.items(), key=lambda item: (-item[1], item[0]))
        best = ranked[:self.options.best]
        return Searched(
            tuple(Hypothesis(*place, score) for place, score in best),
            self.dropped <= self._least(), self.spent,
        )

    def _drop(self, nodes: Sequence[_Node]) -> None:
        self.dropped = max([self.dropped, *(node.bound for node in nodes)])

    def _least(self) -> float:
        """Return the score of the k-th best complete hypothesis."""
        if len(self.complete) < self.options.best:
            return -np.inf
        return heapq.nlargest(self.options.best, self.complete.values())[-1]

    def _estimate(self, node: _Node) -> float:
        inside = 0 if node.closing is None else node.closing.tokens
        # Counted from the end: a rest may be cut into other tokens than the whole text.
        left = len(node.opening.rest) - inside
        return node.bound + float(self.rest[max(len(self.rest) - 2 - left, 0)])

    def _push(self, node: _Node) -> None:
        self.order += 1
        heapq.heappush(self.heap, (-self._estimate(node), self.order, node))

    def _counted(self, extension: Extension) -> Extension:
        self.spent += len(extension.ids)
        return extension
