"""Ctrl-C ends a command at once, with one line and exit code 130, wherever it is.

Python would raise ``KeyboardInterrupt`` at any line of the main thread: a library may swallow it or
make another error of it, and it has to wait while a library computes. So the handler itself ends
the process, and commands work in a thread of their own, so that the main thread can run it.

A pipe whose reader has ended, as in ``crosslabel translate - --to de | head -1``, ends a command
without a word and with the exit code 141 that a shell expects.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from functools import wraps
from queue import SimpleQueue
from types import FrameType
from typing import Any, NoReturn, TypeVar

import typer

from crosslabel.library.stops import get_between_signals, remove_unfinished

EXIT_SIGNAL = 128
_SHOW_CURSOR = "\r\x1b[K\x1b[?25h"
"""Bars of progress hide the cursor of a terminal."""

Command = TypeVar("Command", bound=Callable[..., None])


def leave_on_control_c() -> None:
    """Let Ctrl-C end the process at once, unless it is ignored, as in the background of a shell."""
    if (signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
            and threading.current_thread() is threading.main_thread()):
        signal.signal(signal.SIGINT, _leave)


def leave() -> NoReturn:
    """End the process at once: work in other threads is not waited for."""
    remove_unfinished()
    # Through no stream of Python: another thread may hold its lock.
    cursor = _SHOW_CURSOR if os.isatty(2) else ""
    os.write(2, f"{cursor}crosslabel: stopped by SIGINT; run it again to go on\n".encode())
    os._exit(EXIT_SIGNAL + signal.SIGINT)


def _leave(number: int, frame: FrameType | None) -> None:
    leave()


def at_once(command: Command) -> Command:
    """Return a command that works in a thread of its own, so that Ctrl-C ends it at once."""

    @wraps(command)
    def run(*words: Any, **options: Any) -> None:
        ended: SimpleQueue[BaseException | None] = SimpleQueue()

        def work() -> None:
            try:
                command(*words, **options)
            except BaseException as error:
                ended.put(error)
            else:
                ended.put(None)

        threading.Thread(target=work, name="command", daemon=True).start()
        error = get_between_signals(ended)
        if _nobody_reads(error):
            remove_unfinished()
            os._exit(EXIT_SIGNAL + signal.SIGPIPE)
        if error is not None:
            raise error

    return run  # type: ignore[return-value]


def _nobody_reads(error: BaseException | None) -> bool:
    """Write what is left for standard output; return whether a closed pipe ended the command.

    Args:
        error: the error of the command.
    """
    if isinstance(error, SystemExit):  # from rich, which prints tables
        return True
    if error is not None and not isinstance(error, BrokenPipeError | typer.Exit):
        return False
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        return True
    pipe = select.poll()
    pipe.register(1, 0)  # only for what is always reported
    return any(event & select.POLLERR for _, event in pipe.poll(0))
