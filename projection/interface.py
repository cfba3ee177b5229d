"""The nouns and protocols of label projection.

Everything here speaks of texts, words and spans by character ranges. ``source`` is the side that
carries the labels, ``target`` the side they are projected onto; which of the two is the translation
does not matter. All ranges are half-open ``(start, end)`` pairs that count Unicode code points of
the untouched text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Range = tuple[int, int]
Status = Literal["projected", "abstained", "rejected"]


@dataclass(frozen=True, slots=True)
class Side:
    """One text of a pair with its words.

    Attributes:
        text: the untouched text.
        words: character range of each word, in reading order, not overlapping.
        lang: BCP-47 tag.
    """

    text: str
    words: tuple[Range, ...]
    lang: str

    def surface(self) -> tuple[str, ...]:
        """Return the words as strings."""
        return tuple(self.text[start:end] for start, end in self.words)


@dataclass(frozen=True, slots=True)
class GivenSpan:
    """A labelled span of the source side; several fragments make a discontinuous span."""

    id: str
    label: str
    fragments: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class TextPair:
    """A text, its translation and the spans to project."""

    id: str
    source: Side
    target: Side
    spans: tuple[GivenSpan, ...]


@dataclass(frozen=True, slots=True)
class Projection:
    """The result for one given span.

    Attributes:
        span_id: id of the given span.
        label: its label.
        fragments: character ranges on the target text; empty unless ``status`` is ``projected``.
        method: name of the method that decided.
        status: ``projected``, ``abstained`` (no trustworthy target) or ``rejected`` (unusable
            input).
        reason: why there is no target; ``None`` for a projected span.
        raw_score: the score of the method, comparable within that method only.
        probability: calibrated probability that the target is right; ``None`` until calibrated.
        calibrator: id of the calibrator that gave ``probability``.
        likely: indices of the target words that a span without a target may have become, for
            masking in training.
        mass: per word of ``likely`` the posterior probability that it belongs to that span;
            empty if the method gives none, which counts as 1 for each.
    """

    span_id: str
    label: str
    fragments: tuple[Range, ...]
    method: str
    status: Status
    reason: str | None = None
    raw_score: float | None = None
    probability: float | None = None
    calibrator: str | None = None
    likely: tuple[int, ...] = ()
    mass: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Links:
    """Word alignment of one pair.

    Attributes:
        pairs: int32 array (n, 2) of (source word, target word), sorted, unique.
        scores: float32 array (n,), higher is better; the scale belongs to the link source.
        reason: why the pair could not be aligned; ``None`` if it was, even without any link.
        directions: float32 array (n, 2), the probability of the source word given the target word
            and of the target word given the source word; ``None`` if the link source has none.
        learned_from: number of sentence pairs that the link source has learned from; ``None`` if it
            learns from none.
    """

    pairs: NDArray[np.int32]
    scores: NDArray[np.float32]
    reason: str | None = None
    directions: NDArray[np.float32] | None = None
    learned_from: int | None = None


class LinkSource(Protocol):
    """Protocol of everything that aligns the words of text pairs."""

    @property
    def name(self) -> str:
        """Short stable name, part of a method's name in results."""
        ...

    def align(self, pairs: Sequence[TextPair]) -> list[Links]:
        """Align every pair, in order. A side without words gives no links."""
        ...


@dataclass(frozen=True, slots=True)
class RankedTargets:
    """The candidate targets of one fragment of a span, best first.

    Attributes:
        words: int32 array (n, 2) of half-open ranges of target words, distinct.
        scores: float32 array (n,), not rising, comparable within the fragment only;
            ``exp(score)`` is proportional to the likelihood of the range.
        proved_exact: whether it is proved that no other range scores higher; ``None`` if the
            source does not search.
    """

    words: NDArray[np.int32]
    scores: NDArray[np.float32]
    proved_exact: bool | None = None


@dataclass(frozen=True, slots=True)
class PairTargets:
    """The targets that a target source gives for one pair.

    Attributes:
        by_span: per span of the pair, in order, the ranked targets of each of its fragments; an
            empty ranking if there is no target.
        reason: why the pair could not be searched; ``None`` if it was.
    """

    by_span: tuple[tuple[RankedTargets, ...], ...]
    reason: str | None = None


class TargetSource(Protocol):
    """Protocol of everything that ranks target ranges for each fragment of a span separately."""

    @property
    def name(self) -> str:
        """Short stable name, part of a method's name in results."""
        ...

    def find(self, pairs: Sequence[TextPair]) -> list[PairTargets]:
        """Rank targets for every span of every pair; the order of the pairs is kept."""
        ...


@dataclass(frozen=True, slots=True)
class Encoded:
    """Sub-word states of a list of sentences, concatenated in the order of the sentences.

    Attributes:
        vectors: float32 (all sub-words, dim).
        words: int32 (all sub-words, 2): the half-open range of words of the sentence that each
            sub-word covers, non-decreasing within a sentence; one word, or several characters of a
            script without spaces that stand as words of their own.
        starts: int64 (sentences + 1,): sentence ``k`` is rows ``starts[k]`` to ``starts[k + 1]``.
    """

    vectors: NDArray[np.float32]
    words: NDArray[np.int32]
    starts: NDArray[np.int64]


class Encoder(Protocol):
    """Protocol of a text encoder that gives one vector per sub-word."""

    def encode(self, sentences: Sequence[Sequence[str]]) -> Encoded:
        """Encode sentences that are given as words; a sentence without words has no sub-words."""
        ...


class Projector(Protocol):
    """Protocol of a projection method: batches of pairs in, one Projection per given span out."""

    @property
    def name(self) -> str: ...

    def project(self, pairs: Sequence[TextPair]) -> list[list[Projection]]:
        """Project every span of every pair; both levels keep the input order."""
        ...
