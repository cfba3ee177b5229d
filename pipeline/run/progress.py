"""Progress of long work."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, total) as work gets done."""


def silent(stage: str, done: int, total: int) -> None:
    """Show nothing: a progress callback for callers that want none."""


Tell = Callable[[str], None]
"""Shows a line to a person while work goes on."""


def mute(line: str) -> None:
    """Show nothing: for callers that want no lines."""
