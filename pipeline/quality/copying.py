"""The check for words that were copied instead of translated."""

from __future__ import annotations

import re

from crosslabel.pipeline.quality.texts import CheckedBatch, CheckedText, Problems, without

_WORD = re.compile(r"[^\W\d_]{4,}")
# In a very short text one word that both languages share proves nothing.
_FEWEST = 4


def copied(batch: CheckedBatch, allowed: float) -> Problems:
    """Reject translations with a larger share of words from the text than ``allowed``.

    Only words of four letters or more outside spans count. A word with a capital may be a name,
    which is not translated, and does not count.
    """
    shares = [_share(text) for text in batch.texts]
    return [
        f"{share:.0%} of the words are in the text too, at most {allowed:.0%} may be"
        if share > allowed else None
        for share in shares
    ]


def _share(text: CheckedText) -> float:
    human = set(_words(without(text.human, text.human_spans)))
    machine = _words(without(text.machine, text.machine_spans))
    return sum(word in human for word in machine) / max(len(machine), _FEWEST)


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if word == word.lower()]
