"""Flows as commands: a temporary server that outlasts the current work, and correct exits."""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.exceptions import CancelledRun
from prefect.states import Cancelled

from crosslabel.pipeline.run.progress import Tell
from crosslabel.pipeline.run.stops import StoppedError, StopRequest, run_stoppable, undisturbed

_STOP: ContextVar[StopRequest] = ContextVar("stop")
"""The request that ends the flow under way. It cannot be a parameter, which Prefect stores."""


def run_flow(flow: Callable[[], Any], stop: StopRequest, tell: Tell) -> Any:
    """Run a flow that ends like a build after a request to stop: when the current work is finished.

    Args:
        flow: calls the flow, and returns its result.
        stop: also made by SIGTERM and Ctrl-C, if this is the main thread.
        tell: shows that the request has arrived.

    Raises:
        StoppedError: the flow was asked to stop.
    """

    def run() -> Any:
        _STOP.set(stop)
        _start_server()
        stop.check()
        return flow()

    try:
        return run_stoppable(run, stop, tell)
    except Exception as error:
        # Prefect has an error of its own for a flow that was cancelled.
        if stop.asked and not isinstance(error, StoppedError):
            raise StoppedError(stop.signal) from error
        raise


def stoppable(work: Callable[[StopRequest], Any]) -> Any | State[Any]:
    """Do the work of a flow where no handler of Prefect's can interrupt it.

    Args:
        work: gets the request to stop, which it checks; flows within it get the same one.

    Returns:
        The result of the work, or a cancelled state if it was asked to stop.
    """
    stop = _STOP.get(None) or StopRequest()

    def run() -> Any:
        _STOP.set(stop)
        return work(stop)

    try:
        return undisturbed(run, stop)
    except (StoppedError, CancelledRun) as error:
        if not stop.asked:
            raise
        return Cancelled(message=str(error))


def _start_server() -> None:
    """Start Prefect's temporary server, which ignores Ctrl-C, unless the settings name a server.

    A terminal sends Ctrl-C to all processes, but the server has to record how the flow ends.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        get_client(sync_client=True)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
