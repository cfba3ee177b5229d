"""Runs of signs, which make cutting into words slow: it takes them apart sign by sign."""

from __future__ import annotations

import re

from crosslabel.projection.files.limits import MAX_SIGNS

_RUN = re.compile(r"[^\w\s]+")


def longest_run(text: str) -> int:
    """Return the length of the longest run of signs, or 0 if all runs are short.

    Signs are characters that are neither letters, digits nor white space.
    """
    if len(text) <= MAX_SIGNS:
        return 0
    longest = max((run.end() - run.start() for run in _RUN.finditer(text)), default=0)
    return longest if longest > MAX_SIGNS else 0
