"""Halves of a text that its translation lacks: what is too short, and has lost its end or start."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from crosslabel.pipeline.quality.texts import characters
from crosslabel.projection.scripts import primary_subtag

# One word can make a short text twice as long, so both sides count as this much longer.
_MARGIN = 10
_PIVOT = "en"
# Of a language whose usual length nobody measured texts may be this much shorter.
_UNKNOWN = 0.1
_END = re.compile(r"[.!?…。！？؟۔।:;：；][\s\"”»'’“)\]）」』«‹›*_\d]*$")


def length(human: str, machine: str, usual: Mapping[str, float], langs: tuple[str, str]) -> float:
    """Return the logarithm of how many times as long as usual a translation is for its text.

    Args:
        usual: by language the logarithm of how many times as long as in English texts are.
        langs: of the text and of the translation.
    """
    source, target = map(primary_subtag, langs)
    expected = usual.get(target, 0.0) - usual.get(source, 0.0)
    slack = 0.0 if {source, target} <= {_PIVOT, *usual} else _UNKNOWN
    ratio = (characters(machine) + _MARGIN) / (characters(human) + _MARGIN)
    # The shorter a text, the less of it is subject to the usual ratio.
    share = len(human) / (len(human) + _MARGIN)
    return math.log(ratio) - expected * share + slack


def edge_lost(human: str, machine: str) -> bool:
    """Return whether a translation ends without the mark at the end of its text, or begins in lower
    case where its text begins with a capital."""
    return (_ends(human) and not _ends(machine)) or (_begins(human).isupper() and (
        _begins(machine).islower()))


def _ends(text: str) -> bool:
    return _END.search(text) is not None


def _begins(text: str) -> str:
    return next((character for character in text if character.isalnum()), "")
