"""Which translation of a segment is kept: that of its own text, or that with its spans marked."""

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
"""Mean log-probability per token of translations, given the texts they are of."""

KEPT, NO_SPAN, WORSE, FAILED = "kept", "no-span-restored", "scores-lower", "no-translation"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The translation of a segment that is kept.

    Attributes:
        spans: fragments on its text of each span that is known from its markers, by id.
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
    """Chooses segment by segment and counts what became of the translations with markers.

    A translation with markers is worth keeping if at least one span came through. With
    ``better`` it is kept if its text without markers, as a translation of the text without
    markers, scores as high as the plain translation or higher; both are scored in the same way.

    Args:
        lang: language of the translations.
        score: asked once for all segments, and only with ``better``.

    Attributes:
        counts: segments by what became of their translation with markers.
        faults: spans whose markers were at fault, by fault.
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
        """The kept translation of each segment, in order."""
        restored = [self._restored(candidate) for candidate in candidates]
        scores = self._scores(candidates, restored) if self._keep == "better" else {}
        return [
            self._one(candidate, own, scores.get(number))
            for number, (candidate, own) in enumerate(zip(candidates, restored, strict=True))
        ]

    def _restored(self, candidate: Candidate) -> RestoredSegment | None:
        if candidate.marked is None or candidate.tagged is None:
            return None
        if candidate.tagged.text is None:
            self.counts[FAILED] += 1
            return None
        found = candidate.marked.restore(candidate.tagged.text, self._markers, self._lang)
        self.faults.update(found.faults.values())
        if not found.spans:
            self.counts[NO_SPAN] += 1
            return None
        return found

    def _scores(
        self, candidates: Sequence[Candidate], restored: Sequence[RestoredSegment | None]
    ) -> dict[int, tuple[float, float]]:
        """Of segments with two different texts, the scores of the plain and of the other one."""
        wanted = [
            (number, candidate.text, candidate.plain.text, own.text)
            for number, (candidate, own) in enumerate(zip(candidates, restored, strict=True))
            if own is not None and candidate.plain.text not in (None, own.text)
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

