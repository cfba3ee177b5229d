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
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from crosslabel.pipeline.build import build
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.run.stops import StoppedError, StopRequest, run_stoppable, undisturbed
from crosslabel.pipeline.stages.units import Ref, Unit, run_unit, units
from crosslabel.pipeline.storage.shipped import SAMPLES
from tests.pipeline.corpus_builds import SMALL, committed, results, small_recipe

ROOT = Path(__file__).resolve().parents[2]
HANG_SECONDS = 300.0
"""Seconds after which a run is taken to hang, also on a busy machine."""
CHANGES = ("projection.method=itermax", "targets=[de]", "translation.part_texts=2",
           "output.shard_rows=2", "engine.threads=1")
"""The small build with one language and the method that is quickest, in many parts and shards."""
ROWS = 6
ONE_THREAD = {"OMP_NUM_THREADS": "1"}
"""Threads that share so little work mostly wait for each other, and long on a busy machine."""
PRESS = "press again to stop now"


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
        "hung": 0, "lost": 0, "doubled": 0,
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


# Runs in this process.

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


def signalled_in_one_process(
    folder: Path, seed: str, count: int, others: Sequence[Path] = ()
) -> list[Outcome]:
    """Run ``main`` in a process of its own, which shows where it hangs if it does."""
    run = Command(["-m", "tests.pipeline.signalled", str(folder), seed, str(count),
                   *map(str, others)], **ONE_THREAD)
    run.wait(HANG_SECONDS + 5 * count)
    assert run.code == 0, run.errors
    return [Outcome(**json.loads(line)) for line in run.output.splitlines()]


# Runs by command.

class Command:
    """A process with all that it starts, whose lines on stderr are noted with their times.

    Attributes:
        sent: when it got its last signal.
        caught: whether it had a handler for this signal then.
        begun: whether its run had begun then, which is when it takes SIGTERM.
        ended: when it ended.
    """

    def __init__(self, words: Sequence[str], **environment: str) -> None:
        self._output = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self.process = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", *words], cwd=ROOT, text=True,
            stdout=self._output, stderr=subprocess.PIPE, start_new_session=True,
            env=os.environ | environment)
        self.lines: list[tuple[float, str]] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.sent: float | None = None
        self.caught = self.begun = False
        self.ended = 0.0

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append((time.monotonic(), line))

    def alive_after(self, seconds: float) -> bool:
        """Whether it still works after so many seconds."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
            return False
        return True

    def signal(self, number: int, *, group: bool = False) -> bool:
        """Send a signal, to all that it started as well if wanted; whether it was still there."""
        with suppress(ProcessLookupError, FileNotFoundError):
            self.caught = _catches(self.process.pid, number)
            self.begun = _catches(self.process.pid, signal.SIGTERM)
            if self.process.poll() is None:
                self.sent = time.monotonic()
                (os.killpg if group else os.kill)(self.process.pid, number)
                return True
        return False

    def told(self, words: str) -> float | None:
        """Seconds from the signal to a line with these words."""
        times = [when for when, line in self.lines if words in line]
        return times[0] - self.sent if times and self.sent is not None else None

    def wait(self, seconds: float = HANG_SECONDS) -> None:
        """Wait for the end; a run that hangs fails with the stacks of its threads."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
            self._kill()
            pytest.fail(f"{self.process.args} hangs:\n{self.errors}")
        self.ended = time.monotonic()
        end = self.ended + 60
        while _exists(self.process.pid):  # the group
            if time.monotonic() > end:
                self._kill()
                pytest.fail(f"{self.process.args} left processes behind:\n{self.errors}")
            time.sleep(0.02)
        self._reader.join(60)

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    @property
    def code(self) -> int:
        return self.process.returncode

    @property
    def interrupted_start(self) -> bool:
        """Whether it ended before the first line of the package, with an error of Python's own."""
        return (self.code in (1, -signal.SIGINT) and "KeyboardInterrupt" in self.errors
                and str(ROOT) not in self.errors)

    @property
    def errors(self) -> str:
        return "".join(line for _, line in self.lines)

    @property
    def output(self) -> str:
        self._output.seek(0)
        return self._output.read()


def _catches(process: int, number: int) -> bool:
    """Whether a process has a handler for a signal now."""
    status = Path(f"/proc/{process}/status").read_text()
    mask = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(mask, 16) >> (number - 1) & 1)


def _exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def outcome_of(run: Command, number: signal.Signals, stage: str) -> Outcome:
    """Check how a command ended after its first signal.

    - Code 0 or 128+n, the latter with one line: always right.
    - Death by the signal: while nothing had a handler for it, which is before Python has set the
      one for SIGINT, before the run has set the one for SIGTERM, and when the run has ended.
    - Python's own KeyboardInterrupt, which ends it with code 1 or by the signal: SIGINT when Python
      had its handler, but had not yet come to the first line of the package.
    - A traceback: never, but for the one of Python's own start.
    """
    assert run.sent is not None
    if not run.begun and stage != "end":
        stage = "start-up"
    said = f"{number.name} in {stage}, code {run.code}:\n{run.errors}"
    if run.interrupted_start:
        assert stage in ("start-up", "end") and number == signal.SIGINT and run.caught, said
    elif run.code == 128 + number:
        ours = [line for line in run.errors.splitlines() if line.startswith("crosslabel: ")]
        assert ours == [f"crosslabel: stopped by {number.name}; run it again to go on"], said
    elif run.code == -number:
        assert stage == "end" or not run.caught, said
        assert "crosslabel: " not in run.errors, said
    else:
        assert run.code == 0, said
    assert run.interrupted_start or "Traceback" not in run.errors, said
    return Outcome(stage, run.code != 0, run.told(PRESS), run.ended - run.sent)


def build_words(command: str, rows: int, changes: Sequence[str] = CHANGES) -> list[str]:
    """The words of ``crosslabel`` for the same build by command, all but the output folder."""
    settings = [word for change in (*SMALL, *changes) for word in ("--set", change)]
    return [*command.split(), "demo-ner", "--limit", str(rows), *settings]


def many_pairs(file: Path, times: int) -> Path:
    """Write the sample pairs so many times, with ids of their own."""
    lines = (SAMPLES / "ner.en-de.jsonl").read_text("utf-8").splitlines() * times
    rows = (json.loads(line) | {"id": str(number)} for number, line in enumerate(lines))
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return file


def a_moment(chosen: random.Random, seconds: float) -> float:
    """A random moment in the life of a command, one of four while Python imports it."""
    return chosen.uniform(0.0, 1.0 if chosen.random() < 0.25 else seconds)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), *sys.argv[4:])
