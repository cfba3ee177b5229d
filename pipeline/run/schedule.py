"""The one order of work behind every way to run a build.

Each stage has a lane, so that texts are tokenised, labels projected, rows checked and shards
written while the engine goes from part to part without waiting. A lane begins only as many units as
it has room for: the work under way is bounded whatever the size of the corpus.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from enum import Enum
from functools import partial
from graphlib import TopologicalSorter
from heapq import heappop, heappush
from typing import Any, Protocol

from crosslabel.pipeline.run.progress import Progress
from crosslabel.pipeline.run.stops import StopRequest
from crosslabel.pipeline.stages.units import Needs, Ref, Stage, Unit
from crosslabel.projection.errors import CrosslabelError, InputError

UnitLimits = Mapping[Stage, int]
"""Number of units of each stage that may be under way at once."""


class Elsewhere(Enum):
    """The result of a unit that another run works on."""

    ELSEWHERE = "elsewhere"


ELSEWHERE = Elsewhere.ELSEWHERE
_SECONDS_BETWEEN_LOOKS = 0.5


class UnitFuture(Protocol):
    """The future of a unit under way: of :mod:`concurrent.futures`, Prefect, Dask or Ray."""

    def result(self) -> Any:
        """Return the result of the unit, or raise the error that it failed with."""
        ...

    def add_done_callback(self, fn: Callable[[Any], None]) -> Any:
        """Call ``fn`` once the unit has ended."""
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
        deferred: units that other runs work on.
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
        self.deferred: list[Unit] = []
        self._take_ready()

    @property
    def finished(self) -> bool:
        """Whether every unit is done, has failed, or waits for one that has."""
        return not (self._under_way or self.deferred or any(self._ready.values()))

    def startable(self) -> Iterator[Unit]:
        """Yield the ready units for which there is room, in working order within their stage.

        The caller begins each unit before it takes the next one.
        """
        for stage, ready in self._ready.items():
            while ready and self._free[stage]:
                yield ready[0][1]

    def begin(self, unit: Unit) -> None:
        """Note that the last unit of :meth:`startable` is under way."""
        heappop(self._ready[unit.stage])
        self._free[unit.stage] -= 1
        self._under_way += 1

    def end(self, unit: Unit, error: Exception | None = None) -> None:
        """Note that a unit that was begun has ended."""
        self._release(unit)
        if error is None:
            self.done[unit.stage] += 1
            self._graph.done(unit)
            self._take_ready()
        else:
            self.failures[unit] = error

    def defer(self, unit: Unit) -> None:
        """Note that another run works on a unit that was begun here."""
        self._release(unit)
        self.deferred.append(unit)

    def offer_deferred(self) -> None:
        """Make the units ready again that other runs worked on."""
        for unit in self.deferred:
            self._make_ready(unit)
        self.deferred.clear()

    def _release(self, unit: Unit) -> None:
        self._free[unit.stage] += 1
        self._under_way -= 1

    def _take_ready(self) -> None:
        for unit in self._graph.get_ready():
            self._make_ready(unit)

    def _make_ready(self, unit: Unit) -> None:
        heappush(self._ready[unit.stage], (self._order[unit], unit))


def work_through(
    schedule: Schedule,
    submit: Callable[[Unit], UnitFuture],
    *,
    done: Callable[[Ref], None],
    stop: StopRequest,
    progress: Progress,
) -> None:
    """Do all units, each as soon as the units that it waits for are done.

    If a unit fails, units that wait for it are not done; all others are done before the error is
    raised. Whatever is raised, all units that were begun have ended.

    Args:
        submit: begins a unit in a thread, a task or on another machine. Its result is
            :data:`ELSEWHERE` if another run works on the unit now.
        done: takes the result of each unit, in the calling thread.
        stop: no unit begins after this request.

    Raises:
        InputError: raised by a unit; no unit begins after it, as others would fail in the same way.
        StoppedError: the run was asked to stop.
        CrosslabelError: names the first unit that failed.
    """
    ended: queue.SimpleQueue[Unit | None] = queue.SimpleQueue()
    under_way: dict[Unit, UnitFuture] = {}

    def begin() -> None:
        for unit in schedule.startable():
            stop.check()
            under_way[unit] = submit(unit)
            under_way[unit].add_done_callback(partial(_put, ended, unit))
            schedule.begin(unit)
            stop.under_way = len(under_way)

    def take() -> None:
        """Wait until a unit has ended, or until it is time to look for those of other runs."""
        try:
            unit = ended.get(timeout=_SECONDS_BETWEEN_LOOKS if schedule.deferred else None)
        except queue.Empty:
            schedule.offer_deferred()
            return
        if unit is not None:
            _end(schedule, unit, under_way[unit], done)
            del under_way[unit]
            stop.under_way = len(under_way)
            progress(unit.stage, schedule.done[unit.stage], schedule.total[unit.stage])

    with stop.waking(ended):
        try:
            while not schedule.finished:
                stop.check()
                begin()
                take()
                _raise_input_errors(schedule)
        finally:
            # An error may be raised at any line above, also between the end of a unit and the note
            # of it. So the futures are asked here, not the queue.
            for future in under_way.values():
                with suppress(Exception):
                    future.result()
            stop.under_way = 0
    _raise_failures(schedule)


def _put(ended: queue.SimpleQueue[Unit | None], unit: Unit, _: object) -> None:
    ended.put(unit)


def _end(
    schedule: Schedule, unit: Unit, future: UnitFuture, done: Callable[[Ref], None]
) -> None:
    """Use the result of a unit that has ended, or keep the error that it failed with."""
    try:
        result = future.result()
    except Exception as error:
        schedule.end(unit, error)
        return
    if result is ELSEWHERE:
        schedule.defer(unit)
        return
    done(result)
    schedule.end(unit)


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
