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
    # A shell that starts a command in the background lets it ignore Ctrl-C.
    handlers = {signal.SIGTERM: _stop, signal.SIGINT: signal.default_int_handler}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        _start_server()
        yield
    except KeyboardInterrupt:
        raise StoppedError(signal.SIGINT) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, frame: FrameType | None) -> None:
    raise StoppedError(number)


def _start_server() -> None:
    """Start Prefect's temporary server, which ignores Ctrl-C, unless the settings name a server.

    A terminal sends Ctrl-C to all processes, but the server has to record how the flow ends.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        get_client(sync_client=True)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
