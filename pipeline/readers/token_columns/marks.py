"""The name of the language before each word, as in WikiANN: ``en:Bremen``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_MARKED = re.compile(r"((?:[a-z]{2,3}(?:-[a-z]{2,9}){0,2}|simple):).+")
_FEWEST = 3
_HALF = 0.5


def mark_of(words: Sequence[str]) -> str:
    """Return what stands before most words, such as ``en:``, or nothing."""
    marks = Counter(match[1] for match in map(_MARKED.fullmatch, words) if match)
    [(mark, count)] = marks.most_common(1) or [("", 0)]
    return mark if count >= max(_FEWEST, _HALF * len(words)) else ""


def language_of(mark: str) -> str:
    """Return the language that a mark names."""
    name = mark.removesuffix(":")
    return "en" if name == "simple" else name
