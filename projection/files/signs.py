"""Runs of signs, which cutting into words takes apart one by one, each time looking at the rest."""

from __future__ import annotations

import re

from crosslabel.projection.files.limits import MAX_SIGNS

_RUN = re.compile(r"[^\w\s]+")


def longest_run(text: str) -> int:
    """Length of the longest run of neither letters, digits nor spaces; 0 if all are short."""
    if len(text) <= MAX_SIGNS:
        return 0
    longest = max((run.end() - run.start() for run in _RUN.finditer(text)), default=0)
    return longest if longest > MAX_SIGNS else 0
