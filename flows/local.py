"""A flow run as a command: a temporary server that outlives the work in hand, honest exits."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from prefect.client.orchestration import get_client

from crosslabel.pipeline.run.progress import StoppedError


@contextmanager
def stoppable() -> Iterator[None]:
    """SIGTERM and Ctrl-C end a flow as they end a build: the work in hand is finished first.

    Raises:
        StoppedError: the signal came; Prefect has let running tasks end and handed it back.
    """
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        _start_server()
        yield
    except KeyboardInterrupt:
        raise StoppedError(signal.SIGINT) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _stop(number: int, frame: FrameType | None) -> None:
    raise StoppedError(number)


def _start_server() -> None:
    """Start Prefect's temporary server, unless the settings name one, deaf to Ctrl-C.

    A terminal sends Ctrl-C to all processes; the server has to record how the flow ends.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        get_client(sync_client=True)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
