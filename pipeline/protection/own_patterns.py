"""Own regular expressions, each with a time limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import regex

from crosslabel.pipeline.protection.parts import Part
from crosslabel.pipeline.protection.rules import PATTERNS

SECONDS = 0.5
"""How long a pattern may search in a text."""


class OwnPatterns:
    """Finds what regular expressions match, and counts the texts on which they ran out of time.

    Attributes:
        timed_out: for each pattern the number of texts in which it was not searched to the end.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        """Compile the patterns.

        Raises:
            ValueError: a pattern is no regular expression.
        """
        self.timed_out: Counter[str] = Counter()
        self._patterns = [_compiled(pattern) for pattern in patterns]

    def find(self, text: str) -> Iterator[Part]:
        """Yield what the patterns match; nothing of one that runs out of time."""
        for pattern in self._patterns:
            try:
                found = [match.span() for match in pattern.finditer(text, timeout=SECONDS)]
            except TimeoutError:
                self.timed_out[pattern.pattern] += 1
                continue
            for start, end in found:
                if end > start:
                    yield Part(start, end, PATTERNS, "name")


def _compiled(pattern: str) -> regex.Pattern[str]:
    try:
        return regex.compile(pattern)
    except regex.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
