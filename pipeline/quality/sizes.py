"""Checks that compare counts with a threshold: lengths, scores, projected spans."""

from __future__ import annotations

from crosslabel.pipeline.quality.texts import CheckedBatch, CheckedText, Problems, characters

# One word can make a short text twice as long, so both sides count as this much longer.
_MARGIN = 10


def length_ratio(batch: CheckedBatch, allowed: float) -> Problems:
    """Reject translations that are too long or too short for their text.

    Ratios are not relative to the usual ratio of the corpus: with characters weighted by script the
    usual ratio of languages is near 1, and the result of a row does not depend on other rows.
    """
    return [_length(text, allowed) for text in batch.texts]


def _length(text: CheckedText, allowed: float) -> str | None:
    human, machine = (characters(side) + _MARGIN for side in (text.human, text.machine))
    if machine > allowed * human:
        return f"{machine / human:.1f} times as long as the text, at most {allowed:g} is allowed"
    if human > allowed * machine:
        return f"{human / machine:.1f} times as short as the text, at most {allowed:g} is allowed"
    return None


def score(batch: CheckedBatch, lowest: float) -> Problems:
    """Reject translations with a segment that has a lower score than ``lowest``."""
    worst = [min(text.scores, default=0.0) for text in batch.texts]
    return [
        f"a segment has {value:.2f} nats per token, the lowest allowed is {lowest:g}"
        if value < lowest else None
        for value in worst
    ]


def span_coverage(batch: CheckedBatch, lowest: float) -> Problems:
    """Reject texts with a smaller share of projected spans than ``lowest``."""
    return [
        f"{text.projected} of {text.given} spans were projected, at least {lowest:.0%} must be"
        if text.projected < lowest * text.given else None
        for text in batch.texts
    ]
