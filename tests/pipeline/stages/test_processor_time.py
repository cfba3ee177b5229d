"""Processor seconds by stage: whose they are while stages run side by side."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.stages.processor_time import ProcessorTime, ThreadClocks, process_seconds

FIRST, SECOND, ENGINE, ENCODER, MAIN = 11, 12, 21, 22, 1


class Clocks(ThreadClocks):
    """Clocks that a test turns."""

    def __init__(self) -> None:
        self.seconds: dict[int, float] = dict.fromkeys((FIRST, SECOND, ENGINE, ENCODER, MAIN), 0.0)
        self.thread = FIRST

    def read(self) -> dict[int, float]:
        return dict(self.seconds)

    def here(self) -> int:
        return self.thread

    def of_python(self) -> Collection[int | None]:
        return {FIRST, SECOND, MAIN}


class Work:
    """Units in two threads, whose models have threads of their own."""

    def __init__(self) -> None:
        self.clocks = Clocks()
        self.time = ProcessorTime(self.clocks)

    @contextmanager
    def unit(self, thread: int, stage: str) -> Iterator[None]:
        with ExitStack() as stack:
            self.clocks.thread = thread
            stack.enter_context(self.time.spent_on(stage))
            yield
            self.clocks.thread = thread

    def compute(self, **threads: float) -> None:
        names = {"first": FIRST, "second": SECOND, "engine": ENGINE, "encoder": ENCODER,
                 "main": MAIN}
        for name, seconds in threads.items():
            self.clocks.seconds[names[name]] += seconds

    def seconds(self) -> dict[str, float]:
        return {stage: round(value, 6) for stage, value in self.time.seconds().items()}


def test_threads_of_a_model_belong_to_the_stage_that_they_work_for() -> None:
    work = Work()
    with work.unit(FIRST, "translate"):
        work.compute(first=1, engine=10, main=5)
        with work.unit(SECOND, "project"):
            work.compute(first=2, second=3, engine=20, encoder=30)
    assert work.seconds() == {"translate": 33.0, "project": 3.0}
    with work.unit(SECOND, "project"):
        work.compute(second=1, encoder=1)
    assert work.seconds() == {"translate": 33.0, "project": 35.0}


def test_threads_that_two_stages_use_belong_to_none_while_both_work() -> None:
    work = Work()
    for stage in ("translate", "project"):
        with work.unit(FIRST, stage):
            work.compute(engine=4)
    with work.unit(FIRST, "translate"), work.unit(SECOND, "project"):
        work.compute(engine=8)
    assert work.seconds() == {"translate": 4.0, "project": 4.0}


def test_a_stage_within_another_takes_its_time_from_it() -> None:
    work = Work()
    with work.unit(FIRST, "project"):
        work.compute(first=1)
        with work.unit(FIRST, "write"):
            work.compute(first=2, encoder=3)
        work.compute(first=4)
    work.compute(first=8, encoder=16)
    assert work.seconds() == {"project": 5.0, "write": 5.0}


STEPS = st.lists(st.tuples(
    st.lists(st.sampled_from(["translate", "train", "project"]), max_size=2),
    st.dictionaries(st.sampled_from(["first", "second", "engine", "encoder", "main"]),
                    st.floats(0, 10), max_size=5)), max_size=8)


@given(STEPS)
def test_stages_never_add_up_to_more_than_the_process(
    steps: list[tuple[list[str], dict[str, float]]]
) -> None:
    work, spent = Work(), 0.0
    for stages, threads in steps:
        with ExitStack() as stack:
            for thread, stage in zip((FIRST, SECOND), stages, strict=False):
                stack.enter_context(work.unit(thread, stage))
            work.compute(**threads)
        spent += sum(threads.values())
        assert sum(work.seconds().values()) <= spent + 1e-4


def test_real_threads_have_their_own_clocks() -> None:
    """One thread computes, another one waits beside it, each for its stage."""
    timed, done = ProcessorTime(), threading.Event()

    def wait() -> None:
        with timed.spent_on("wait"):
            done.wait()

    waiting = threading.Thread(target=wait)
    waiting.start()
    before = process_seconds()
    with timed.spent_on("compute"):
        end = time.thread_time() + 0.1
        while time.thread_time() < end:
            sum(range(1000))
    used = process_seconds() - before
    done.set()
    waiting.join()
    seconds = timed.seconds()
    assert 0.09 < seconds["compute"] <= used + 0.05
    assert seconds.get("wait", 0.0) < 0.05


def test_a_system_without_clocks_of_threads_counts_stages_that_work_alone(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks = Clocks()
    monkeypatch.setattr(clocks, "read", lambda: {0: sum(clocks.seconds.values())})
    timed = ProcessorTime(clocks)
    with timed.spent_on("plan"):
        clocks.seconds[FIRST] += 3
    with timed.spent_on("translate"):
        clocks.thread = SECOND
        with timed.spent_on("project"):
            clocks.seconds[ENGINE] += 5
        clocks.thread = FIRST
    assert {stage for stage, seconds in timed.seconds().items() if seconds} == {"plan"}
    assert timed.seconds()["plan"] == 3.0
