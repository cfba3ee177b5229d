"""Flows as commands: a temporary server that outlasts the current work, and correct exits."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from prefect.client.orchestration import get_client

from crosslabel.pipeline.run.progress import StoppedError


@contextmanager
def stoppable() -> Iterator[None]:
    """Let SIGTERM and Ctrl-C end a flow like a build: after the current work is finished.

    Raises:
        StoppedError: a signal came; Prefect let running tasks end and passed the signal on.
    """
    received: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        received.append(number)
        raise KeyboardInterrupt if number == signal.SIGINT else StoppedError(number)

    # Ctrl-C too: a shell that starts a command in the background lets it ignore that signal.
    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        _start_server()
        yield
    except BaseException as error:
        # A library that was interrupted may have made another error of it.
        if received:
            raise StoppedError(received[0]) from error
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _start_server() -> None:
    """Start Prefect's temporary server, which ignores Ctrl-C, unless the settings name a server.

    A terminal sends Ctrl-C to all processes, but the server has to record how the flow ends.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        get_client(sync_client=True)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
