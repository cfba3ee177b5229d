"""The check that translates a translation back and compares the result with the text."""

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
    """Reject translations that, translated back, have a lower chrF than ``lowest``.

    chrF (Popović, 2015) goes from 0 to 100. Segments are translated back one by one, each distinct
    one of the batch once.
    """
    from sacrebleu.metrics.chrf import CHRF

    if batch.back is None:
        raise ValueError("round trips need a translator for the way back")
    texts = [[text.machine[slice(*segment)] for _, segment in text.segments]
             for text in batch.texts]
    distinct = list(dict.fromkeys(piece for pieces in texts for piece in pieces if piece))
    back = dict(zip(distinct, batch.back(distinct), strict=True))
    metric = CHRF()
    return [
        _compare(metric, text.human, [back[piece] for piece in pieces if piece], lowest)
        for text, pieces in zip(batch.texts, texts, strict=True)
    ]


def _compare(metric: Any, human: str, back: list[Translation], lowest: float) -> str | None:
    reason = next((translation.reason for translation in back if translation.text is None), None)
    if reason:
        return f"cannot be translated back: {reason}"
    returned = " ".join(translation.text or "" for translation in back)
    chrf = float(metric.sentence_score(returned, [human]).score)
    if chrf >= lowest:
        return None
    return f"chrF {chrf:.0f} after translating back, at least {lowest:g} is wanted"
