"""Runs that get a signal at a random moment, and everything that must be true of them afterwards.

Used by the short form (``tests/pipeline/run/test_signals.py``) and the long one
(``tests/long/test_signals.py``). ``python -m tests.pipeline.signalled FOLDER SEED COUNT OUT...``
signals builds in one process, which keeps its models, and prints an outcome per build as JSON.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from crosslabel.pipeline.build import build
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.run.stops import StoppedError, StopRequest, run_stoppable, undisturbed
from crosslabel.pipeline.stages.units import Ref, Unit, run_unit, units
from tests.pipeline.corpus_builds import committed, results, small_recipe

CHANGES = ("projection.method=itermax", "targets=[de]", "translation.part_texts=2",
           "output.shard_rows=2", "engine.threads=1")
"""The small build with one language and the method that is quickest, in many parts and shards."""
ROWS = 6


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run that got a signal.

    Attributes:
        stage: where the run was then.
        stopped: whether the run was ended by the signal; else it had done its work.
        answered: seconds from the signal to the line that answers it.
        ended: seconds from the signal to the end of the run.
    """

    stage: str
    stopped: bool
    answered: float | None
    ended: float


def figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """What the long tests record of some runs; the checks before found nothing lost or doubled."""
    answered = [own.answered for own in outcomes if own.answered is not None]
    return {
        "runs": len(outcomes),
        "stopped": sum(own.stopped for own in outcomes),
        "stopped in stage": dict(sorted(Counter(
            own.stage for own in outcomes if own.stopped).items())),
        "answered": len(answered),
        "longest_seconds_to_answer": round(max(answered, default=0.0), 3),
        "longest_seconds_to_exit": round(max(own.ended for own in outcomes), 3),
    }


def build_stage(out: Path, parts: int, shards: int) -> str:
    """Where a build with so many parts and shards is, as its folder shows."""
    if not (out / ".work").is_dir():
        return "start-up"
    if (out / "manifest.json").exists():
        return "end"
    if not list(out.glob(".work/plans/*/plan.json")):
        return "planning"
    done = len(list(out.glob("*/shard-*.json")))
    if done == shards:
        return "finish"
    if done:
        return "shards"
    translated = len(list(out.glob(".work/translations/*/*.json")))
    if not translated:
        return "before the first part"
    return "parts" if translated < parts else "before the first shard"


@dataclass(frozen=True, slots=True)
class Reference:
    """A build that got no signal: its files, its numbers of parts and shards, and its seconds."""

    files: Mapping[str, bytes]
    parts: int
    shards: int
    seconds: float

    @classmethod
    def built(cls, folder: Path, rows: int, changes: Sequence[str] = CHANGES) -> Reference:
        """Build once to load the models, and once to take the time."""
        build(small_recipe(*changes), folder / "first", limit=rows)
        started = time.monotonic()
        build(small_recipe(*changes), folder / "reference", limit=rows)
        seconds = time.monotonic() - started
        out = folder / "reference"
        return cls(results(out), len(list(out.glob(".work/translations/*/*.json"))),
                   len(list(out.glob("*/shard-*.json"))), seconds)

    def stage(self, out: Path) -> str:
        return build_stage(out, self.parts, self.shards)


def finished(out: Path, reference: Reference, rows: int, changes: Sequence[str] = CHANGES,
             done: Counter[str] | None = None) -> None:
    """Finish a build that was stopped, and check that it lost nothing and did nothing twice.

    Args:
        done: units that the earlier runs committed, if they told.
    """
    before = committed(out)
    told: Counter[str] = Counter()
    planned, _, _ = build(small_recipe(*changes), out, limit=rows, run=_telling(told))
    after = committed(out)
    assert {name: after.get(name) for name in before} == before, "a unit was done twice"
    if done is not None:
        needed = Counter({str(unit): 1 for unit in units(planned)})
        assert done + told == needed, "a unit was lost or done twice"
    assert results(out) == reference.files, "other bytes"
    assert not list(out.rglob("*.tmp"))


def _telling(done: Counter[str]) -> Callable[[Plan, Unit], Ref]:
    def run(plan: Plan, unit: Unit) -> Ref:
        ref = run_unit(plan, unit)
        if ref.seconds:
            done[str(unit)] += 1
        return ref

    return run


@dataclass(slots=True)
class _Sender:
    """A thread that sends this process a signal after a delay."""

    number: int
    delay: float
    stage: Callable[[], str]
    sent: float | None = None
    where: str = ""

    def __post_init__(self) -> None:
        self.timer = threading.Timer(self.delay, self._send)

    timer: threading.Timer = None  # type: ignore[assignment]

    def _send(self) -> None:
        self.where = self.stage()
        self.sent = time.monotonic()
        os.kill(os.getpid(), self.number)


def _no_work_left() -> None:
    """The thread of the work has at most its last lines to go."""
    for thread in threading.enumerate():
        if thread.name == "work":
            thread.join(60)
            assert not thread.is_alive(), "the work goes on"


def _raise(number: int, frame: object) -> None:
    """A handler of somebody else: raises at whatever line runs in the main thread."""
    raise KeyboardInterrupt


def _ignore(number: int, frame: object) -> None:
    """Takes signals that come when the run has ended."""


def signalled_here(
    out: Path, reference: Reference, rows: int, number: int, delay: float, *, foreign: bool
) -> tuple[Outcome | None, Counter[str]]:
    """Build in this process, get a signal and wait for the end.

    Args:
        foreign: a handler that raises takes the signal, not a handler of this package.

    Returns:
        The outcome, ``None`` if the build ended before the signal, and the units it committed.
    """
    stop, done, answered = StopRequest(), Counter[str](), list[float]()
    stopped = False

    def tell(line: str) -> None:
        if line.startswith(("finishing ", "stopping")):
            answered.append(time.monotonic())

    def work() -> None:
        build(small_recipe(*CHANGES), out, limit=rows, run=_telling(done), stop=stop, tell=tell)

    sender = _Sender(number, delay, lambda: reference.stage(out))
    before = signal.signal(number, _raise if foreign else _ignore)
    try:
        try:
            sender.timer.start()
            (undisturbed if foreign else run_stoppable)(work, stop, tell)
        except StoppedError as error:
            assert error.signal == (0 if foreign else number)
            stopped = True
        ended = time.monotonic()
        sender.timer.cancel()
        sender.timer.join()
        time.sleep(0.01)  # the handler runs
    except KeyboardInterrupt:
        assert foreign
        ended = time.monotonic()
        stopped = True
        sender.timer.join()
    finally:
        signal.signal(number, before)
    _no_work_left()
    assert not stop.under_way
    if sender.sent is None:
        return None, done
    stopped = stopped and not (out / "manifest.json").exists()
    first = answered[0] - sender.sent if answered else None
    return Outcome(sender.where, stopped, first, max(ended - sender.sent, 0.0)), done


def main(folder: Path, seed: str, count: int, *others: str) -> None:
    """Signal so many builds, half of them with a handler of somebody else, and finish each.

    Args:
        others: builds that were stopped elsewhere, to be finished, too.
    """
    reference = Reference.built(folder, ROWS)
    for other in others:
        finished(Path(other), reference, ROWS)
    runs = made = 0
    while made < count:
        chosen = random.Random(f"{seed}-{runs}")
        out = folder / f"out-{runs}"
        number, foreign = chosen.choice((signal.SIGINT, signal.SIGTERM)), bool(runs % 2)
        delay = chosen.uniform(0.0, reference.seconds)
        try:
            outcome, done = signalled_here(out, reference, ROWS, number, delay, foreign=foreign)
            finished(out, reference, ROWS, done=done)
        except BaseException:
            print(f"seed {seed}-{runs}: {number.name} after {delay:.3f} s, foreign {foreign}",
                  file=sys.stderr)
            raise
        runs += 1
        if outcome:
            made += 1
            print(json.dumps(asdict(outcome)), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), *sys.argv[4:])
