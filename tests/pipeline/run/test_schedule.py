"""The order of work: whatever waits for whatever, each unit is done once, in time, or told."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.run.progress import silent
from crosslabel.pipeline.run.schedule import ELSEWHERE, Schedule, work_through
from crosslabel.pipeline.run.stops import StoppedError, StopRequest
from crosslabel.pipeline.stages.units import STAGES, Needs, Stage, Unit
from crosslabel.projection.errors import CrosslabelError, InputError

ROOM: dict[Stage, int] = {"translate": 2, "train": 1, "label": 1, "project": 2}


@st.composite
def needs(draw: st.DrawFn) -> dict[Unit, frozenset[Unit]]:
    """Units that wait for some of those before them."""
    found: dict[Unit, frozenset[Unit]] = {}
    for number in range(draw(st.integers(0, 12))):
        unit = Unit(draw(st.sampled_from(STAGES)), "de", number)
        found[unit] = draw(_some(found, 4))
    return found


def _some(units: Iterable[Unit], most: int) -> st.SearchStrategy[frozenset[Unit]]:
    own = sorted(units, key=str)
    return st.frozensets(st.sampled_from(own), max_size=most) if own else st.just(frozenset())


class Later:
    """Units that end when and as a test says, in an order that it draws."""

    def __init__(self, draw: st.DataObject, fails: frozenset[Unit]) -> None:
        self.begun: list[Unit] = []
        self.under_way: list[tuple[Unit, Future[Any]]] = []
        self.done: list[Unit] = []
        self._draw = draw
        self._fails = fails

    def submit(self, unit: Unit) -> Future[Any]:
        future: Future[Any] = Future()
        self.begun.append(unit)
        self.under_way.append((unit, future))
        return future

    def let_one_end(self) -> None:
        number = self._draw.draw(st.integers(0, len(self.under_way) - 1))
        unit, future = self.under_way.pop(number)
        if unit in self._fails:
            future.set_exception(OSError(f"no room for {unit}"))
        else:
            self.done.append(unit)
            future.set_result(unit)


def worked(own: Needs, later: Later, room: dict[Stage, int]) -> Schedule:
    """Everything done in this thread: a unit ends whenever the schedule begins no more."""
    schedule = Schedule(own, room)

    while not schedule.finished:
        for unit in schedule.startable():
            assert own[unit] <= set(later.done)
            later.submit(unit).add_done_callback(
                lambda work, unit=unit: schedule.end(unit, work.exception()))
            schedule.begin(unit)
            under_way = Counter(unit.stage for unit, _ in later.under_way)
            assert all(under_way[stage] <= room[stage] for stage in room)
        later.let_one_end()
    return schedule


@given(needs(), st.data())
def test_every_unit_is_done_once_after_those_it_waits_for(
    own: dict[Unit, frozenset[Unit]], data: st.DataObject
) -> None:
    later = Later(data, frozenset())
    schedule = worked(own, later, ROOM)
    assert Counter(later.begun) == Counter(list(own))
    assert sum(schedule.done.values()) == sum(schedule.total.values()) == len(own)


@given(needs(), st.data())
def test_what_waits_for_a_failed_unit_is_not_begun_and_all_else_is_done(
    own: dict[Unit, frozenset[Unit]], data: st.DataObject
) -> None:
    fails = data.draw(_some(own, 3))
    lost = set(fails)
    for unit, waits in own.items():
        if waits & lost:
            lost.add(unit)
    later = Later(data, fails)
    schedule = worked(own, later, ROOM)
    assert set(later.done) == set(own) - lost
    assert set(schedule.failures) == {unit for unit in fails if not own[unit] & lost}


@given(needs())
def test_with_room_for_one_units_of_a_stage_are_begun_in_working_order(
    own: dict[Unit, frozenset[Unit]]
) -> None:
    free = {unit: frozenset[Unit]() for unit in own}
    schedule = Schedule(free, dict.fromkeys(STAGES, 1))
    begun = []
    while not schedule.finished:
        for unit in schedule.startable():
            begun.append(unit)
            schedule.begin(unit)
            schedule.end(unit)
    for stage in STAGES:
        assert [u for u in begun if u.stage == stage] == [u for u in own if u.stage == stage]


PARTS = {Unit("translate", "de", number): frozenset[Unit]() for number in range(6)}
CHAIN = PARTS | {Unit("project", "de"): frozenset(PARTS)}


def run(own: Needs, do: Callable[[Unit], Any], stop: StopRequest | None = None) -> list[Any]:
    """Work through units in threads; what they came to."""
    results: list[Any] = []
    with ThreadPoolExecutor(4) as pool:
        work_through(
            Schedule(own, ROOM), lambda unit: pool.submit(do, unit),
            done=results.append, stop=stop or StopRequest(), progress=silent,
        )
    return results


def test_the_first_failure_is_named_after_the_rest_is_done() -> None:
    done: list[Unit] = []

    def do(unit: Unit) -> None:
        if unit.number == 2:
            raise ValueError("no such word")
        done.append(unit)

    told = r"^translate de part 2 failed: ValueError: no such word; the rest is done"
    with pytest.raises(CrosslabelError, match=told):
        run(CHAIN, do)
    assert {unit.number for unit in done} == {0, 1, 3, 4, 5}


def test_an_input_error_ends_the_run_as_it_is() -> None:
    begun: list[Unit] = []

    def do(unit: Unit) -> None:
        begun.append(unit)
        raise InputError("model.bin: damaged; fetch it")

    with pytest.raises(InputError, match=r"^model\.bin: damaged; fetch it$"):
        run(CHAIN, do)
    assert len(begun) <= 2 * ROOM["translate"]


def test_asked_to_stop_it_ends_what_is_in_hand_and_begins_no_more() -> None:
    begun: list[Unit] = []
    ended: list[Unit] = []
    stop = StopRequest()
    under_way: list[int] = []

    def do(unit: Unit) -> None:
        begun.append(unit)
        under_way.append(stop.under_way)
        stop.ask()
        ended.append(unit)

    with pytest.raises(StoppedError, match=r"^stopped; run it again to go on$"):
        run(CHAIN, do, stop)
    assert sorted(begun, key=str) == sorted(ended, key=str)
    assert len(begun) <= ROOM["translate"]
    assert max(under_way) <= ROOM["translate"]
    assert stop.under_way == 0


def test_a_request_wakes_a_run_that_waits_for_its_units() -> None:
    stop, begun, go_on = StopRequest(), threading.Event(), threading.Event()

    def do(unit: Unit) -> None:
        begun.set()
        go_on.wait()

    def ask() -> None:
        begun.wait()
        stop.ask()
        go_on.set()

    asking = threading.Thread(target=ask)
    asking.start()
    with pytest.raises(StoppedError):
        run(PARTS, do, stop)
    asking.join()


def test_units_of_others_are_waited_for_and_taken_over_when_dropped() -> None:
    theirs = dict.fromkeys(list(PARTS)[1:5:3], 2)
    asked: Counter[Unit] = Counter()
    lock = threading.Lock()

    def do(unit: Unit) -> Any:
        with lock:
            asked[unit] += 1
            return ELSEWHERE if asked[unit] <= theirs.get(unit, 0) else unit

    assert set(run(CHAIN, do)) == set(CHAIN)
    assert {unit: asked[unit] for unit in theirs} == dict.fromkeys(theirs, 3)
    assert sum(asked.values()) == len(CHAIN) + 4


def test_a_unit_of_another_run_gives_its_place_to_those_after_it() -> None:
    first = next(iter(PARTS))
    order: list[Unit] = []

    def do(unit: Unit) -> Any:
        if unit == first and len(order) < len(PARTS) - 1:
            return ELSEWHERE
        order.append(unit)
        return unit

    run(PARTS, do)
    assert order[-1] == first


def test_an_error_while_units_begin_leaves_none_under_way() -> None:
    ended: list[Unit] = []

    def do(unit: Unit) -> None:
        ended.append(unit)

    with ThreadPoolExecutor(2) as pool:
        def submit(unit: Unit) -> Future[Any]:
            if unit.number == 1:
                raise RuntimeError("no threads left")
            return pool.submit(do, unit)

        with pytest.raises(RuntimeError, match="no threads left"):
            work_through(Schedule(CHAIN, ROOM), submit, done=print, stop=StopRequest(),
                         progress=silent)
        assert ended == [next(iter(PARTS))]
