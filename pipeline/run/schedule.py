"""The one order of work behind every way to run a build.

Each stage has a lane, so that texts are tokenised, labels projected, rows checked and shards
written while the engine goes from part to part without waiting. A lane begins only as many units as
it has room for: the work under way is bounded whatever the size of the corpus.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from functools import partial
from graphlib import TopologicalSorter
from heapq import heappop, heappush
from typing import Any, Protocol

from crosslabel.pipeline.run.progress import Progress
from crosslabel.pipeline.stages.units import Needs, Ref, Stage, Unit
from crosslabel.projection.errors import CrosslabelError, InputError

UnitLimits = Mapping[Stage, int]
"""Number of units of each stage that may be under way at once."""

_SECONDS_BETWEEN_LOOKS = 0.5


class UnitFuture(Protocol):
    """The future of a unit under way: of :mod:`concurrent.futures`, Prefect, Dask or Ray."""

    def result(self) -> Any:
        """Return the result of the unit, or raise the error that it failed with."""
        ...

    def add_done_callback(self, fn: Callable[[Any], None]) -> Any:
        """Call ``fn`` once the unit has ended."""
        ...


class Claims(Protocol):
    """The right to work on units, where several runs share a build."""

    def take(self, unit: Unit) -> AbstractContextManager[object] | None:
        """Return the right to work on a unit, or ``None`` while another run has it."""
        ...

    def is_done(self, unit: Unit) -> bool:
        """Return whether another run has done the unit."""
        ...


class Schedule:
    """The state of the units of a build: waiting, ready, under way, done or failed.

    A unit whose need has failed is never ready, and nor is any that waits for it.

    Args:
        needs: all units in working order, each with the units that it waits for.
        limits: number of units of each stage that may be under way at once.

    Attributes:
        total: number of units by stage.
        done: number of units that are done, by stage.
        failures: errors of the units that failed.
    """

    def __init__(self, needs: Needs, limits: UnitLimits) -> None:
        self._order = {unit: place for place, unit in enumerate(needs)}
        self._graph = TopologicalSorter(needs)
        self._graph.prepare()
        self._ready: dict[Stage, list[tuple[int, Unit]]] = {stage: [] for stage in limits}
        self._free = dict(limits)
        self._under_way = 0
        self.total = {stage: sum(unit.stage == stage for unit in needs) for stage in limits}
        self.done = dict.fromkeys(limits, 0)
        self.failures: dict[Unit, Exception] = {}
        self._take_ready()

    @property
    def finished(self) -> bool:
        """Whether every unit is done, has failed, or waits for one that has."""
        return not self._under_way and not any(self._ready.values())

    def startable(self) -> Iterator[Unit]:
        """Yield ready units for which there is room, in working order within their stage.

        The caller begins each unit, skips it as done, or passes over it for now.
        """
        for stage, ready in self._ready.items():
            passed = []
            try:
                while ready and self._free[stage]:
                    first = ready[0]
                    yield first[1]
                    if ready and ready[0] == first:
                        passed.append(heappop(ready))
            finally:
                for unit in passed:
                    heappush(ready, unit)

    def begin(self, unit: Unit) -> None:
        """Note that a unit of :meth:`startable` is under way."""
        self._take_off(unit)
        self._free[unit.stage] -= 1
        self._under_way += 1

    def end(self, unit: Unit, error: Exception | None = None) -> None:
        """Note that a unit that was begun has ended."""
        self._free[unit.stage] += 1
        self._under_way -= 1
        if error is None:
            self._complete(unit)
        else:
            self.failures[unit] = error

    def skip(self, unit: Unit) -> None:
        """Note that a unit of :meth:`startable` was done by another run."""
        self._take_off(unit)
        self._complete(unit)

    def _take_off(self, unit: Unit) -> None:
        place, first = heappop(self._ready[unit.stage])
        assert first == unit, f"{unit} was not offered; {first} (place {place}) was"

    def _complete(self, unit: Unit) -> None:
        self.done[unit.stage] += 1
        self._graph.done(unit)
        self._take_ready()

    def _take_ready(self) -> None:
        for unit in self._graph.get_ready():
            heappush(self._ready[unit.stage], (self._order[unit], unit))


def work_through(
    schedule: Schedule,
    submit: Callable[[Unit], UnitFuture],
    claims: Claims,
    *,
    done: Callable[[Ref], None],
    check: Callable[[], None],
    progress: Progress,
) -> None:
    """Do all units, each as soon as the units that it waits for are done.

    If a unit fails, units that wait for it are not done; all others are done before the error is
    raised.

    Args:
        submit: begins a unit in a thread, a task or on another machine.
        done: takes the result of each unit, in the calling thread.
        check: raises when no more units may begin.

    Raises:
        InputError: raised by a unit; no unit begins after it, as others would fail in the same way.
        CrosslabelError: names the first unit that failed.
    """
    ended: queue.SimpleQueue[Unit] = queue.SimpleQueue()
    held: dict[Unit, tuple[AbstractContextManager[object], UnitFuture]] = {}

    def begin() -> bool:
        """Begin units while there is room; return whether other runs hold ready units."""
        elsewhere = False
        for unit in schedule.startable():
            check()
            if claims.is_done(unit):
                schedule.skip(unit)
                progress(unit.stage, schedule.done[unit.stage], schedule.total[unit.stage])
            elif claim := claims.take(unit):
                with ExitStack() as undone:
                    undone.enter_context(claim)
                    future = submit(unit)
                    held[unit] = undone.pop_all(), future
                    future.add_done_callback(partial(_put, ended, unit))
                schedule.begin(unit)
            else:
                elsewhere = True
        return elsewhere

    def take(seconds: float | None) -> None:
        """Wait until a unit has ended, but at most this long."""
        try:
            unit = ended.get(timeout=seconds)
        except queue.Empty:
            return
        claim, future = held[unit]
        with claim:
            error = _use(future, done)
        schedule.end(unit, error)
        del held[unit]
        progress(unit.stage, schedule.done[unit.stage], schedule.total[unit.stage])

    try:
        while not schedule.finished:
            elsewhere = begin()
            if held or elsewhere:
                take(_SECONDS_BETWEEN_LOOKS if elsewhere else None)
            _raise_input_errors(schedule)
    finally:
        # A handler of signals that is not ours may raise at any line above, also between the end of
        # a unit and the note of it. So the futures are asked here, not the queue.
        for claim, future in held.values():
            with claim, suppress(Exception):
                future.result()
    _raise_failures(schedule)


def _put(ended: queue.SimpleQueue[Unit], unit: Unit, _: object) -> None:
    ended.put(unit)


def _use(future: UnitFuture, done: Callable[[Ref], None]) -> Exception | None:
    """Use a unit's result, or return the error that it failed with."""
    try:
        result = future.result()
    except Exception as error:
        return error
    done(result)
    return None


def _raise_input_errors(schedule: Schedule) -> None:
    for error in schedule.failures.values():
        if isinstance(error, InputError):
            raise error


def _raise_failures(schedule: Schedule) -> None:
    for unit, error in schedule.failures.items():
        others = len(schedule.failures) - 1
        more = f" (and {others} more)" if others else ""
        kind = "" if isinstance(error, CrosslabelError) else f"{type(error).__name__}: "
        raise CrosslabelError(f"{unit} failed{more}: {kind}{error}; "
                              "the rest is done, run it again to go on") from error
