"""Intervals by paired bootstrap: every system is measured on the same resampled examples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from crosslabel.finetune.scores.metrics import Floats, Metric

_CELLS_AT_ONCE = 1 << 22


def resampled(
    systems: Sequence[Sequence[Metric]], examples: int, lang: str, samples: int, seed: int
) -> Floats:
    """Measure every metric of every system on the same samples (systems, metrics, samples).

    Args:
        systems: the same metrics of each, on the examples of one language.
        lang: the language; its samples do not depend on which other languages are measured.
    """
    blocks = [
        np.stack([[metric.values(weights) for metric in system] for system in systems])
        for weights in _draws(examples, lang, samples, seed)
    ]
    return np.concatenate(blocks, axis=2)


def _draws(examples: int, lang: str, samples: int, seed: int) -> Iterator[Floats]:
    """Yield how often each sample holds each example, in blocks of samples that fit into memory."""
    generator = np.random.default_rng([seed, *lang.encode()])
    share = np.full(examples, 1 / examples)
    block = max(1, _CELLS_AT_ONCE // examples)
    for start in range(0, samples, block):
        size = min(block, samples - start)
        yield generator.multinomial(examples, share, size=size).astype(np.float64)
