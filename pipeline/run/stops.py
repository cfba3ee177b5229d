"""Requests to stop a run, and work that no handler of signals can interrupt.

A handler of this package sets a flag and wakes whatever waits. Handlers of others, such as
Prefect's for SIGTERM or Python's for Ctrl-C in a notebook, raise at any line of the main thread. So
a run does its work in a thread of its own, where no handler runs, and the main thread only waits
for it.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import copy_context
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Any, TypeVar, cast

from crosslabel.pipeline.run.progress import Progress, Tell, mute
from crosslabel.projection.errors import CrosslabelError

T = TypeVar("T")
Handler = Any
"""A handler of a signal, as :func:`signal.signal` takes and returns it."""

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_PRESS = ", press again to stop now"
_SECONDS_BETWEEN_LOOKS = 0.1


class StoppedError(CrosslabelError):
    """A run stopped between two units of work because it was asked to.

    Attributes:
        signal: number of the signal that asked for it; 0 if a caller did.
    """

    def __init__(self, number: int = 0) -> None:
        by = f" by {signal.Signals(number).name}" if number else ""
        super().__init__(f"stopped{by}; run it again to go on")
        self.signal = number


class StopRequest:
    """A request to stop a run, made at most once, from any thread or from a handler of signals.

    A run that is asked to stop finishes the units of work that are under way, begins no other, and
    raises :class:`StoppedError`.

    Attributes:
        under_way: number of units that are under way now.
    """

    def __init__(self) -> None:
        self.under_way = 0
        self._signals: list[int] = []
        self._listeners: list[SimpleQueue[Any]] = []

    @property
    def asked(self) -> bool:
        """Whether the run was asked to stop."""
        return bool(self._signals)

    def ask(self, number: int = 0) -> None:
        """Ask the run to stop.

        Args:
            number: number of the signal that asks for it.
        """
        # No lock is taken: a handler may run while its own thread holds that lock.
        self._signals.append(number)
        for listener in tuple(self._listeners):
            listener.put(None)

    @property
    def signal(self) -> int:
        """The number of the signal that asked first; 0 if there is none."""
        return self._signals[0] if self._signals else 0

    def check(self) -> None:
        """Raise :class:`StoppedError` if the run was asked to stop."""
        if self._signals:
            raise StoppedError(self.signal)

    def checking(self, progress: Progress) -> Progress:
        """Return a progress callback that also raises :class:`StoppedError` after the request."""

        def report(stage: str, done: int, total: int) -> None:
            progress(stage, done, total)
            self.check()

        return report

    @contextmanager
    def waking(self, listener: SimpleQueue[Any]) -> Iterator[None]:
        """Put ``None`` into a queue once the run is asked to stop, during the block or before."""
        self._listeners.append(listener)
        if self._signals:
            listener.put(None)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def wait(self, seconds: float) -> bool:
        """Wait, but not after the run was asked to stop; return whether it was."""
        woken: SimpleQueue[None] = SimpleQueue()
        with self.waking(woken):
            try:
                woken.get(timeout=seconds)
            except Empty:
                return False
        return True


def undisturbed(work: Callable[[], T], stop: StopRequest, tell: Tell = mute) -> T:
    """Do work in a thread of its own and wait for it, whatever handlers of signals do.

    If a handler raises in the waiting thread, the work is asked to stop, and the error is raised
    again once the work has ended. If it raises once more, the waiting ends at once, and the work
    goes on until it has finished the units under way.

    Args:
        work: has the context variables of the caller.
        stop: ends the work, which checks it.
        tell: shows that the request to stop has arrived.

    Returns:
        The result of the work.

    Raises:
        Exception: raised by the work, or by a handler.
    """
    ended = _Ended(stop, tell)
    # Whichever thread takes the permit decides whether the work begins. A handler may raise while
    # the thread is being started, so that nothing else tells whether it was.
    permit = [None]

    def run() -> None:
        try:
            permit.pop()
        except IndexError:
            return
        ended.note(work)

    with stop.waking(ended.woken):
        try:
            threading.Thread(target=copy_context().run, args=(run,), name="work",
                             daemon=True).start()
            ended.wait()
        except BaseException:
            again = stop.asked
            stop.ask()
            if not again and not _took(permit):
                ended.wait(_PRESS)
            raise
        return cast(T, ended.result())


def get_between_signals(items: SimpleQueue[T]) -> T:
    """Wait for an item of a queue in the main thread, where handlers of signals run meanwhile.

    Python runs a handler between two lines. A signal that arrives after the line before, but before
    the thread sleeps, does not end the sleep. So it never sleeps for long.
    """
    while True:
        with suppress(Empty):
            return items.get(timeout=_SECONDS_BETWEEN_LOOKS)


def run_stoppable(work: Callable[[], T], stop: StopRequest, tell: Tell = mute) -> T:
    """Do work as :func:`undisturbed` does, and let signals ask for the stop.

    Raises:
        Exception: raised by the work, or by the handler of a second signal.
    """
    with asked_by_signals(stop):
        return undisturbed(work, stop, tell)


def _took(permit: list[None]) -> bool:
    try:
        permit.pop()
    except IndexError:
        return False
    return True


class _Ended:
    """The end of the work in the other thread.

    ``woken`` only wakes the waiting thread; the outcome itself stays, so that a handler that raises
    between waking and looking loses nothing. Queues of this kind hold no lock of Python, which a
    handler that raises could leave locked.
    """

    def __init__(self, stop: StopRequest, tell: Tell) -> None:
        self.woken: SimpleQueue[None] = SimpleQueue()
        self._outcome: list[tuple[Any, BaseException | None]] = []
        self._stop = stop
        self._tell = tell
        self._told = False

    def note(self, work: Callable[[], Any]) -> None:
        """Do the work, and keep its outcome."""
        try:
            self._outcome.append((work(), None))
        except BaseException as error:
            self._outcome.append((None, error))
        self.woken.put(None)

    def wait(self, way_out: str = "") -> None:
        """Wait until the work has ended, and tell a person when it is asked to stop.

        Args:
            way_out: what the person can do now, if no handler of ours caught a signal.
        """
        while not self._outcome:
            if self._stop.asked and not self._told:
                self._told = True
                self._tell(_answer(self._stop.under_way)
                           + (_PRESS if self._stop.signal else way_out))
            get_between_signals(self.woken)

    def result(self) -> Any:
        """Return the result of the work, or raise its error."""
        value, error = self._outcome[0]
        if error is not None:
            try:
                raise error
            finally:
                self._outcome.clear()  # so that no circle of references keeps the frames alive
        return value


def _answer(under_way: int) -> str:
    if not under_way:
        return "stopping"
    return f"finishing {under_way} unit{'' if under_way == 1 else 's'}"


@contextmanager
def asked_by_signals(stop: StopRequest) -> Iterator[None]:
    """Let the first SIGTERM or Ctrl-C ask for the stop during the block.

    The second one has the handler from before the block, so that it can end the process. Outside
    the main thread, where no handler can be set, signals are left alone.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: dict[int, Handler] = {}

    def ask(number: int, frame: FrameType | None) -> None:
        if stop.asked:
            signal.signal(number, before[number])
            signal.raise_signal(number)
        stop.ask(number)

    for number in _SIGNALS:
        before[number] = _effective(signal.getsignal(number), number)
    kept = {number: signal.signal(number, ask) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def _effective(handler: Handler, number: int) -> Handler:
    """Return the handler for the second signal.

    A shell that starts a command in the background lets it ignore Ctrl-C, but who sends two signals
    means them. A handler that was not set by Python is unknown here.
    """
    if number == signal.SIGINT and handler in (signal.SIG_IGN, None):
        return signal.default_int_handler
    return signal.SIG_DFL if handler is None else handler
