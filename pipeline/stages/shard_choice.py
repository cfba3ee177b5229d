"""The choice between the plain translation of a segment and its translation with markers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from crosslabel.pipeline.planning.marked_segments import MarkedSegment, RestoredSegment
from crosslabel.pipeline.translation.translator import Translation
from crosslabel.projection.interface import Range
from crosslabel.projection.markers import Markers

Score = Callable[[Sequence[str], Sequence[str]], list[float]]
"""Gives the mean log-probability per token of translations of texts."""

KEPT, NO_SPAN, WORSE, FAILED = "kept", "no-span-restored", "scores-lower", "no-translation"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The translation of a segment that is kept.

    Attributes:
        spans: by id of a span that is known from its markers its fragments in the text.
    """

    translation: Translation
    spans: dict[str, tuple[Range, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A segment's two translations; ``marked`` and ``tagged`` are ``None`` without markers."""

    text: str
    plain: Translation
    marked: MarkedSegment | None = None
    tagged: Translation | None = None


class Chooser:
    """Chooses segment by segment, and counts the outcomes of the translations with markers.

    A translation with markers is worth keeping if at least one span came through. With
    ``better`` it is kept if its text without markers, as a translation of the text without
    markers, scores as high as the plain translation or higher; both are scored in the same way.

    Args:
        lang: language of the translations.
        score: called once for all segments, and only with ``better``.

    Attributes:
        counts: number of segments by the outcome of their translation with markers.
        faults: number of spans with faulty markers by fault.
    """

    def __init__(
        self, markers: Markers, lang: str, keep: Literal["better", "tagged"], score: Score
    ) -> None:
        self._markers = markers
        self._lang = lang
        self._keep = keep
        self._score = score
        self.counts: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()

    def choose(self, candidates: Sequence[Candidate]) -> list[Chosen]:
        """Return the kept translation of each segment, in order."""
        restored = [self._restored(candidate) for candidate in candidates]
        scores = self._scores(candidates, restored) if self._keep == "better" else {}
        return [
            self._one(candidate, segment, scores.get(number))
            for number, (candidate, segment) in enumerate(zip(candidates, restored, strict=True))
        ]

    def _restored(self, candidate: Candidate) -> RestoredSegment | None:
        if candidate.marked is None or candidate.tagged is None:
            return None
        if candidate.tagged.text is None:
            self.counts[FAILED] += 1
            return None
        restored = candidate.marked.restore(candidate.tagged.text, self._markers, self._lang)
        self.faults.update(restored.faults.values())
        if not restored.spans:
            self.counts[NO_SPAN] += 1
            return None
        return restored

    def _scores(
        self, candidates: Sequence[Candidate], restored: Sequence[RestoredSegment | None]
    ) -> dict[int, tuple[float, float]]:
        """Score both translations of the segments where they differ: plain one first."""
        wanted = [
            (number, candidate.text, candidate.plain.text, segment.text)
            for number, (candidate, segment) in enumerate(zip(candidates, restored, strict=True))
            if segment is not None and candidate.plain.text not in (None, segment.text)
        ]
        if not wanted:
            return {}
        numbers, texts, plain, other = zip(*wanted, strict=True)
        scores = self._score([*texts, *texts], [text or "" for text in (*plain, *other)])
        both = zip(scores[:len(texts)], scores[len(texts):], strict=True)
        return dict(zip(numbers, both, strict=True))

    def _one(
        self,
        candidate: Candidate,
        restored: RestoredSegment | None,
        scores: tuple[float, float] | None,
    ) -> Chosen:
        if restored is None or candidate.tagged is None:
            return Chosen(candidate.plain)
        if scores and scores[1] < scores[0]:
            self.counts[WORSE] += 1
            return Chosen(candidate.plain)
        self.counts[KEPT] += 1
        if candidate.plain.text == restored.text:
            return Chosen(candidate.plain, restored.spans)
        score = scores[1] if scores else candidate.tagged.score
        return Chosen(replace(candidate.tagged, text=restored.text, score=score), restored.spans)

