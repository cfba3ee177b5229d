"""The judgement on a batch of translations: which are ruined, and by what."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crosslabel.pipeline.quality.ruined.judged import Judged
from crosslabel.pipeline.quality.ruined.signals import Signals, knowledge_of, signals
from crosslabel.pipeline.quality.ruined.thresholds import Thresholds, thresholds
from crosslabel.projection.plain import one_line

_NAMED = 3


def judge(
    segments: Sequence[Judged], langs: tuple[str, str], model: Path | None = None
) -> list[str | None]:
    """Return why each translation is ruined, ``None`` for those that are not.

    Args:
        langs: of the texts and of the translations.
        model: folder of the model that translated; ``None`` for given translations.
    """
    limits = thresholds()
    known = knowledge_of(model) if model else None
    return [verdict(found, limits) for found in signals(segments, langs, limits.usual, known)]


def verdict(found: Signals, limits: Thresholds) -> str | None:
    """Return the first sign that a translation is ruined, in words; ``None`` without any."""
    return _of_text(found, limits) or _of_model(found, limits)


def _of_text(found: Signals, limits: Thresholds) -> str | None:
    """Return a sign that any translation may have."""
    if found.broken >= limits.broken:
        return f"{found.broken:.0%} of the characters are broken"
    if found.repeats >= limits.repeats:
        return f"a piece occurs {found.repeats:.1f} times in a row"
    if found.foreign >= limits.foreign:
        return f"{found.foreign:.0%} of the letters are in another script"
    if found.length <= (limits.short_and_lost if found.edge_lost else limits.short):
        return "a part is missing"
    return None


def _of_model(found: Signals, limits: Thresholds) -> str | None:
    """Return a sign that needs to know the model."""
    unseen = found.unseen or 0.0
    if found.unreadable and (unseen >= limits.unseen_and_unreadable
                             or found.length >= limits.long_and_unreadable):
        characters = one_line(" ".join(dict.fromkeys(found.unreadable).keys()))
        return f"the model cannot read {characters[:2 * _NAMED]}"
    if unseen >= limits.unseen:
        return f"{unseen:.1f} pairs of pieces per word that the model has never seen"
    if found.below_usual is not None and found.below_usual > 0.0:
        return f"the score is {found.below_usual:.2f} below those of translations of this length"
    return None
