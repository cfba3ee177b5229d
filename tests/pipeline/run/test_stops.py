"""Whatever a handler of signals does, and when: no unit is lost, none is done twice, none hangs."""

from __future__ import annotations

import contextvars
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any, cast

import pytest

from crosslabel.pipeline import work as work_module
from crosslabel.pipeline.run import schedule as schedule_module
from crosslabel.pipeline.run import stops as stops_module
from crosslabel.pipeline.run.progress import silent
from crosslabel.pipeline.run.schedule import ELSEWHERE, Schedule, work_through
from crosslabel.pipeline.run.stops import (
    StoppedError,
    StopRequest,
    asked_by_signals,
    run_stoppable,
    undisturbed,
)
from crosslabel.pipeline.stages.units import Stage, Unit
from crosslabel.pipeline.storage import flock
from crosslabel.pipeline.storage.locks import Locks
from crosslabel.projection.errors import CrosslabelError

ROOM: dict[Stage, int] = {"translate": 2, "train": 1, "label": 1, "project": 2}
PARTS = {Unit("translate", "de", number): frozenset[Unit]() for number in range(3)}
UNITS = PARTS | {Unit("project", "de", number): frozenset(PARTS) for number in range(2)}


class Interrupted(BaseException):
    """What a handler of somebody else raises."""


class Commits:
    """Units that are committed once, and taken by one thread at a time, as by ``work``."""

    def __init__(self) -> None:
        self.begun: Counter[Unit] = Counter()
        self.done: Counter[Unit] = Counter()
        self.taken: set[Unit] = set()
        self._lock = threading.Lock()
        self._refused: set[Unit] = set()

    def do(self, unit: Unit) -> Any:
        with self._lock:
            if self.done[unit]:
                return unit
            if unit.number == 1 and unit not in self._refused:
                self._refused.add(unit)  # another process works on it at first
                return ELSEWHERE
            assert unit not in self.taken
            self.taken.add(unit)
            self.begun[unit] += 1
        time.sleep(0.0005)
        with self._lock:
            self.done[unit] += 1
            self.taken.remove(unit)
        return unit


def work(commits: Commits, pool: ThreadPoolExecutor, stop: StopRequest) -> None:
    work_through(Schedule(UNITS, ROOM), lambda unit: pool.submit(commits.do, unit),
                 done=lambda ref: None, stop=stop, progress=silent)


@contextmanager
def raising_at(line: int, *modules: Any) -> Iterator[list[str]]:
    """Raise in this thread before the n-th line of some modules that it runs."""
    files = {module.__file__ for module in modules}
    seen: list[str] = []

    def in_frame(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            seen.append(f"{frame.f_code.co_qualname}:{frame.f_lineno}")
            if len(seen) == line:
                raise Interrupted
        return in_frame

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        return in_frame if frame.f_code.co_filename in files else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield seen
    finally:
        sys.settrace(before)


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule_module, "_SECONDS_BETWEEN_LOOKS", 0.001)


def at_every_line(once: Callable[[int], list[str]]) -> set[str]:
    """Interrupt at the first line, at the second, and so on, until nothing is left to interrupt."""
    interrupted: set[str] = set()
    for line in range(1, 5000):
        try:
            seen = once(line)
        except Interrupted:
            continue
        if len(seen) < line:
            return interrupted | set(seen)
        interrupted.add(seen[line - 1])
    raise AssertionError("the work never ends")


def _in_its_caller(commits: Commits, pool: ThreadPoolExecutor, stop: StopRequest) -> None:
    undisturbed(lambda: work(commits, pool, stop), stop)


@pytest.mark.parametrize(("module", "run", "places"), [
    (schedule_module, work,
     ("begin", "take", "_end", "Schedule.end", "Schedule.defer", "work_through")),
    (stops_module, _in_its_caller,
     ("undisturbed", "_Ended.wait", "_Ended.result", "StopRequest.waking")),
], ids=["the thread of the loop", "the thread that waits for it"])
def test_no_unit_is_lost_wherever_a_run_is_interrupted(
    module: Any,
    run: Callable[[Commits, ThreadPoolExecutor, StopRequest], None],
    places: Sequence[str],
) -> None:
    """Each line of the loop, its drains and the schedule; and each line of the waiting."""
    with ThreadPoolExecutor(4) as pool:
        def once(line: int) -> list[str]:
            commits = Commits()
            with raising_at(line, module) as seen:
                try:
                    run(commits, pool, StopRequest())
                except Interrupted:
                    assert not commits.taken, seen[-1]
                    assert commits.begun == commits.done, seen[-1]
            work(commits, pool, StopRequest())
            assert commits.done == Counter(dict.fromkeys(UNITS, 1)), seen[-1]
            return seen

        lines = at_every_line(once)
    for place in places:
        assert any(place in line for line in lines), place


def test_a_unit_taken_by_an_interrupted_process_is_free_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each line of the claim of a shared build, with the locks of a disk."""
    monkeypatch.setattr(work_module, "is_done", lambda planned, unit: False)
    unit, planned, locks = next(iter(PARTS)), cast(Any, None), Locks(tmp_path)

    def once(line: int) -> list[str]:
        with raising_at(line, work_module, flock) as seen, suppress(Interrupted):
            work_module._shared(planned, locks, lambda plan, unit: cast(Any, unit), unit)
        claim = locks.take(f"{unit.stage}-{unit.lang}-{unit.number}")
        assert claim is not None, seen[-1]
        with claim:
            return seen

    lines = at_every_line(once)
    assert any("_shared" in line for line in lines)
    assert any("DiskLocks.take" in line for line in lines)


def test_a_second_interruption_is_not_made_to_wait() -> None:
    stop, begun, go_on = StopRequest(), threading.Event(), threading.Event()
    ended = threading.Event()

    def do() -> None:
        begun.set()
        go_on.wait()
        ended.set()

    before = signal.signal(signal.SIGUSR1, lambda number, frame: _raise())
    main = threading.get_ident()

    def press() -> None:
        begun.wait()
        signal.pthread_kill(main, signal.SIGUSR1)
        while not stop.asked:
            time.sleep(0.001)
        signal.pthread_kill(main, signal.SIGUSR1)

    pressing = threading.Thread(target=press)
    pressing.start()
    told: list[str] = []
    try:
        with pytest.raises(Interrupted):
            undisturbed(do, stop, told.append)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert not ended.is_set()
    go_on.set()
    assert ended.wait(60)
    pressing.join()
    assert told in ([], ["stopping, press again to stop now"])


def _raise() -> None:
    raise Interrupted


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_is_answered_at_once_and_the_second_has_the_earlier_handler(
    number: signal.Signals
) -> None:
    stop, told = StopRequest(), []
    answered, pressed_again = threading.Event(), threading.Event()

    def tell(line: str) -> None:
        told.append(line)
        answered.set()

    def again(got: int, frame: FrameType | None) -> None:
        assert got == number
        pressed_again.set()

    def work() -> None:
        stop.under_way = 3
        os.kill(os.getpid(), number)
        assert answered.wait(60)
        os.kill(os.getpid(), number)
        assert pressed_again.wait(60)
        stop.check()

    before = signal.signal(number, again)
    try:
        with pytest.raises(StoppedError, match=f"stopped by {number.name}; run it again to go on"):
            run_stoppable(work, stop, tell)
        assert signal.getsignal(number) is again
    finally:
        signal.signal(number, before)
    assert told == ["finishing 3 units, press again to stop now"]


def test_no_signal_is_overlooked_when_the_thread_that_takes_it_begins_to_wait() -> None:
    for number in range(100):
        stop, begun = StopRequest(), threading.Event()

        def work(stop: StopRequest = stop, begun: threading.Event = begun) -> bool:
            begun.set()
            return stop.wait(60)

        def press(begun: threading.Event = begun, moment: int = number) -> None:
            begun.wait()
            for _ in range(moment):
                pass
            os.kill(os.getpid(), signal.SIGINT)

        pressing = threading.Thread(target=press)
        pressing.start()
        assert run_stoppable(work, stop)
        pressing.join()


def test_a_shell_that_ignores_control_c_is_not_asked() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    stop = StopRequest()
    try:
        with pytest.raises(KeyboardInterrupt), asked_by_signals(stop):
            signal.raise_signal(signal.SIGINT)
            assert stop.signal == signal.SIGINT
            signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_outside_the_main_thread_a_caller_asks_for_the_stop() -> None:
    stop, told = StopRequest(), []
    outcome: Future[None] = Future()

    def do() -> None:
        stop.under_way = 1
        while not told:
            time.sleep(0.001)
        stop.check()

    def elsewhere() -> None:
        try:
            run_stoppable(do, stop, told.append)
        except CrosslabelError as error:
            outcome.set_exception(error)

    threading.Thread(target=elsewhere).start()
    stop.ask()
    with pytest.raises(StoppedError, match=r"^stopped; run it again to go on$"):
        outcome.result(60)
    assert told == ["finishing 1 unit"] or told == ["stopping"]


def test_work_has_the_context_of_its_caller_and_its_error_reaches_it() -> None:
    variable = contextvars.ContextVar("variable", default="outside")
    variable.set("inside")
    assert undisturbed(variable.get, StopRequest()) == "inside"
    with pytest.raises(ZeroDivisionError):
        undisturbed(lambda: 1 // 0, StopRequest())


def test_waiting_ends_with_a_request() -> None:
    stop = StopRequest()
    assert not stop.wait(0.001)
    threading.Timer(0.05, stop.ask).start()
    began = time.monotonic()
    assert stop.wait(60)
    assert stop.wait(60)
    assert time.monotonic() - began < 30
