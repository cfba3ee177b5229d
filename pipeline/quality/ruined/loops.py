"""Loops of a decoder: how often a piece of the translation occurs in a row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from crosslabel.pipeline.quality.repetition import repeats
from crosslabel.pipeline.quality.ruined.judged import Judged


def more_repeats(segments: Sequence[Judged]) -> NDArray[np.float64]:
    """Return how many times in a row the most repeated piece of each translation occurs; 1 where a
    piece of the text occurs as often."""
    if not segments:
        return np.ones(0)
    human = repeats([segment.human for segment in segments])
    machine = repeats([segment.machine for segment in segments])
    return np.where(machine > human, machine, 1.0)
