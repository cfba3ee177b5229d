"""Words that were left as they are instead of translated."""

from __future__ import annotations

import re

from crosslabel.pipeline.quality.texts import CheckedBatch, CheckedText, Problems, without

_WORD = re.compile(r"[^\W\d_]{4,}")
# In a very short text one word that both languages share is no sign of anything.
_FEWEST = 4


def copied(batch: CheckedBatch, allowed: float) -> Problems:
    """Translations of which a larger share of the words stands in the text too.

    Counted are words of four letters or more outside spans. A word with a capital may be a name,
    which stays as it is, and is left out.
    """
    shares = [_share(text) for text in batch.texts]
    return [
        f"{share:.0%} of the words stand in the text too, allowed are {allowed:.0%}"
        if share > allowed else None
        for share in shares
    ]


def _share(text: CheckedText) -> float:
    human = set(_words(without(text.human, text.human_spans)))
    machine = _words(without(text.machine, text.machine_spans))
    return sum(word in human for word in machine) / max(len(machine), _FEWEST)


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if word == word.lower()]
