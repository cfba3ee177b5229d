"""Checks that compare counts with a threshold: lengths, scores, projected spans."""

from __future__ import annotations

from crosslabel.pipeline.quality.texts import CheckedBatch, CheckedText, Problems, characters

# A short text may become twice as long for a word: both sides count as this much longer.
_MARGIN = 10


def length_ratio(batch: CheckedBatch, allowed: float) -> Problems:
    """Translations that are too long or too short for their text.

    Ratios are plain, not relative to what is usual in the corpus: with characters weighted by
    script the usual ratio of languages is near 1, and what becomes of a row depends on no other.
    """
    return [_length(text, allowed) for text in batch.texts]


def _length(text: CheckedText, allowed: float) -> str | None:
    human, machine = (characters(side) + _MARGIN for side in (text.human, text.machine))
    if machine > allowed * human:
        return f"{machine / human:.1f} times as long as the text, allowed are {allowed:g}"
    if human > allowed * machine:
        return f"{human / machine:.1f} times as short as the text, allowed are {allowed:g}"
    return None


def score(batch: CheckedBatch, lowest: float) -> Problems:
    """Translations of which a segment has a lower score."""
    worst = [min(text.scores, default=0.0) for text in batch.texts]
    return [
        f"a segment has {value:.2f} nats per token, the lowest allowed is {lowest:g}"
        if value < lowest else None
        for value in worst
    ]


def span_coverage(batch: CheckedBatch, lowest: float) -> Problems:
    """Texts of which a smaller share of the given spans was projected."""
    return [
        f"{text.projected} of {text.given} spans were projected, at least {lowest:.0%} must be"
        if text.projected < lowest * text.given else None
        for text in batch.texts
    ]
