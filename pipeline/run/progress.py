"""Progress of long work, and requests to stop it."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType

from crosslabel.projection.errors import CrosslabelError

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, total) as work gets done."""


def silent(stage: str, done: int, total: int) -> None:
    """Show nothing: a progress callback for callers that want none."""


Stops = Callable[[], AbstractContextManager[Callable[[], None]]]
"""Listens for requests to stop during a block, and gives a check that raises after one."""


class StoppedError(CrosslabelError):
    """A run stopped between two units of work because it was asked to.

    Attributes:
        signal: number of the signal that asked it.
    """

    def __init__(self, number: int) -> None:
        name = signal.Signals(number).name
        super().__init__(f"stopped by {name}; run the same command again to go on")
        self.signal = number


@contextmanager
def stop_requests() -> Iterator[Callable[[], None]]:
    """Give a check that raises :class:`StoppedError` after SIGTERM or Ctrl-C."""
    received: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        received.append(number)

    def check() -> None:
        if received:
            raise StoppedError(received[0])

    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield check
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
