"""How long work reports: the callback that shows it, and the error of work that was stopped."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType

from crosslabel.projection.errors import CrosslabelError

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, total) as work gets done."""


def silent(stage: str, done: int, total: int) -> None:
    """A progress callback that shows nothing."""


Stops = Callable[[], AbstractContextManager[Callable[[], None]]]
"""Begins to listen for requests to stop: gives a check that raises once one has come."""


class StoppedError(CrosslabelError):
    """The run was asked to stop and did so between two units of work.

    Attributes:
        signal: number of the signal that asked.
    """

    def __init__(self, number: int) -> None:
        name = signal.Signals(number).name
        super().__init__(f"stopped by {name}; run the same command again to go on")
        self.signal = number


@contextmanager
def stop_requests() -> Iterator[Callable[[], None]]:
    """A check that raises :class:`StoppedError` once SIGTERM or Ctrl-C has come."""
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
