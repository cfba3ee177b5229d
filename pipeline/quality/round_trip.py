"""Translate the translation back and compare with the text."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from crosslabel.pipeline.quality.texts import CheckedBatch, Problems
from crosslabel.pipeline.translation.translator import Translation
from crosslabel.projection.errors import InputError


def require_sacrebleu() -> None:
    """Make sure that chrF can be computed.

    Raises:
        InputError: sacrebleu is not installed.
    """
    if find_spec("sacrebleu") is None:
        raise InputError("quality.round_trip_chrf: needs sacrebleu; install "
                         "'crosslabel[quality]', or leave quality.round_trip_chrf out")


def round_trip_chrf(batch: CheckedBatch, lowest: float) -> Problems:
    """Texts that come back from their translation with a lower chrF (Popović, 2015), 0 to 100.

    Segments are translated back one by one, each distinct one of the batch once.
    """
    from sacrebleu.metrics.chrf import CHRF

    if batch.back is None:
        raise ValueError("round trips need a translator of the way back")
    pieces = [[text.machine[slice(*own)] for _, own in text.segments] for text in batch.texts]
    distinct = list(dict.fromkeys(piece for own in pieces for piece in own if piece))
    back = dict(zip(distinct, batch.back(distinct), strict=True))
    metric = CHRF()
    return [
        _compare(metric, text.human, [back[piece] for piece in own if piece], lowest)
        for text, own in zip(batch.texts, pieces, strict=True)
    ]


def _compare(metric: Any, human: str, back: list[Translation], lowest: float) -> str | None:
    lost = next((own.reason for own in back if own.text is None), None)
    if lost:
        return f"no way back: {lost}"
    returned = " ".join(own.text or "" for own in back)
    chrf = float(metric.sentence_score(returned, [human]).score)
    if chrf >= lowest:
        return None
    return f"chrF {chrf:.0f} of the translation back, at least {lowest:g} is wanted"
