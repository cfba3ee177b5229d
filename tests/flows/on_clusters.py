"""Builds on clusters under test: what their processes are made to do.

Each of the first functions gives what is to be called in such a process before it works.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

MANY = "output.shard_rows=4"
"""Cuts the small build into twelve shards."""

ONE = ("targets=[de]", "projection.method=itermax")
"""Changes that leave one language and no aligner."""

Patch = Callable[[], None]


def watched(log: Path) -> Patch:
    """A line for each translation model that a process loads, which has its number."""

    def patch() -> None:
        import ctranslate2

        loads = ctranslate2.Translator.__init__

        def noted(self: object, *args: object, **named: object) -> None:
            with log.open("a") as lines:
                lines.write(f"{os.getpid()}\n")
            loads(self, *args, **named)

        ctranslate2.Translator.__init__ = noted

    return patch


def failing(error: Exception, times: int) -> Patch:
    """The first units of a process fail."""

    def patch() -> None:
        from crosslabel.pipeline.stages import units

        real, left = units.run_unit, [times]

        def run_unit(plan: object, unit: object) -> object:
            if left[0]:
                left[0] -= 1
                raise error
            return real(plan, unit)

        units.run_unit = run_unit

    return patch


def stuck(begun: Path) -> Patch:
    """The first unit of all never ends.

    Args:
        begun: does not exist; then holds the number of the process.
    """

    def patch() -> None:
        from crosslabel.pipeline.stages import units

        real = units.run_unit

        def run_unit(plan: object, unit: object) -> object:
            try:
                with begun.open("x") as file:
                    file.write(str(os.getpid()))
            except FileExistsError:
                return real(plan, unit)
            while True:
                time.sleep(1)

        units.run_unit = run_unit

    return patch


@contextmanager
def killed(begun: Path) -> Iterator[None]:
    """During the block the process that is stuck gets SIGKILL; it must have come to that."""

    def kill() -> None:
        while not (begun.exists() and begun.read_text()):
            if ended.wait(0.05):
                return
        os.kill(int(begun.read_text()), signal.SIGKILL)

    ended = threading.Event()
    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield
    finally:
        ended.set()
        killer.join()
    assert begun.read_text()
