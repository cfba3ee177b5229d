"""The table of checks, and the reasons that they give against the texts of a batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crosslabel.pipeline.quality.copying import copied
from crosslabel.pipeline.quality.facts import numbers, urls
from crosslabel.pipeline.quality.language import language
from crosslabel.pipeline.quality.repetition import repetition
from crosslabel.pipeline.quality.round_trip import round_trip_chrf
from crosslabel.pipeline.quality.sizes import length_ratio, score, span_coverage
from crosslabel.pipeline.quality.texts import CheckedBatch, Problems

Check = Callable[[CheckedBatch, Any], Problems]

CHECKS: Mapping[str, Check] = {
    "length_ratio": length_ratio,
    "language": language,
    "copied": copied,
    "repetition": repetition,
    "numbers": numbers,
    "urls": urls,
    "score": score,
    "round_trip_chrf": round_trip_chrf,
    "span_coverage": span_coverage,
}
"""The checks by the name of their threshold."""


def problems(batch: CheckedBatch, thresholds: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return for each text all reasons against its translation, as ``code: explanation``."""
    reasons: list[list[str]] = [[] for _ in batch.texts]
    for name, threshold in thresholds.items():
        code = name.replace("_", "-")
        for text_reasons, problem in zip(reasons, CHECKS[name](batch, threshold), strict=True):
            if problem:
                text_reasons.append(f"{code}: {problem}")
    return [tuple(text_reasons) for text_reasons in reasons]
