"""Processor seconds of this process by stage, although stages run side by side.

The clock of a thread counts what it computes and nothing else. A thread that does a unit works for
the stage of the unit. Models compute in threads of their own, which say nothing of a stage: what
they compute while one stage works belongs to it, and tells whose threads they are; what they
compute while several work waits until that is known. What stays unknown belongs to no stage, nor
does the rest of the process.
"""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_TASKS = Path("/proc/self/task")
_WHOLE_PROCESS = 0
"""Stands for all threads where the system has no clock for each of them."""
_CERTAIN = 0.9
"""Share of the time that a thread worked beside one stage alone after which it belongs to it."""
_ENOUGH = 0.02
"""Seconds that tell whose thread it is; threads that wait for work compute a little as well."""

Seconds = Mapping[int, float]


class ThreadClocks:
    """The processor seconds of each thread of this process, by its number in the system."""

    def read(self) -> Seconds:
        """Return the seconds of all threads that live now."""
        try:
            numbers = [int(name) for name in os.listdir(_TASKS)]  # noqa: PTH208 (twice as fast)
        except OSError:
            return {_WHOLE_PROCESS: time.process_time()}
        seconds = {}
        for number in numbers:
            try:
                # The clock of a thread by its number: clock_getcpuclockid(3) in the kernel's form.
                seconds[number] = time.clock_gettime(~number << 3 | 6)
            except OSError:
                continue  # it has just ended
        return seconds

    def here(self) -> int:
        """Return the number of the calling thread."""
        return threading.get_native_id()

    def of_python(self) -> Collection[int | None]:
        """Return the numbers of the threads that Python started."""
        return {thread.native_id for thread in threading.enumerate()}


class ProcessorTime:
    """Counts processor seconds by stage; safe to use from several threads.

    Args:
        clocks: of the threads of the process.
    """

    def __init__(self, clocks: ThreadClocks | None = None) -> None:
        self._clocks = clocks or ThreadClocks()
        self._lock = threading.Lock()
        self._read: Seconds = {}
        self._stages: dict[int, list[str]] = {}
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._alone: dict[int, defaultdict[str, float]] = {}
        self._waiting: defaultdict[int, float] = defaultdict(float)

    @contextmanager
    def spent_on(self, stage: str) -> Iterator[None]:
        """Count what the calling thread computes during the block for a stage."""
        here = self._clocks.here()
        with self._lock:
            self._count()
            self._stages.setdefault(here, []).append(stage)
        try:
            yield
        finally:
            with self._lock:
                self._count()
                self._stages[here].pop()
                if not self._stages[here]:
                    del self._stages[here]

    def seconds(self) -> dict[str, float]:
        """Return the seconds of each stage so far."""
        with self._lock:
            self._count()
            return dict(self._seconds)

    def _count(self) -> None:
        """Count what was computed since the last call, while the same stages were at work."""
        now = self._clocks.read()
        working = {stages[-1] for stages in self._stages.values()}
        of_python = self._clocks.of_python() if working else ()
        for thread, total in now.items():
            before = self._read.get(thread, 0.0)
            used = total - before if total >= before else total  # its number is used again
            if thread in self._stages:
                self._seconds[self._stages[thread][-1]] += used
            elif working and thread not in of_python:
                self._count_helper(thread, used, working)
        self._read = now

    def _count_helper(self, thread: int, used: float, working: Collection[str]) -> None:
        if len(working) > 1:
            self._waiting[thread] += used
            return
        [stage] = working
        self._seconds[stage] += used
        alone = self._alone.setdefault(thread, defaultdict(float))
        alone[stage] += used
        owner, most = max(alone.items(), key=lambda entry: entry[1])
        if thread != _WHOLE_PROCESS and most >= max(_ENOUGH, _CERTAIN * sum(alone.values())):
            self._seconds[owner] += self._waiting.pop(thread, 0.0)


def process_seconds() -> float:
    """Return the processor seconds of this process and of those that it started and that ended."""
    spent = os.times()
    return time.process_time() + spent.children_user + spent.children_system


PROCESSOR_TIME = ProcessorTime()
"""Of this process; whatever works in it counts, whichever run it belongs to."""
