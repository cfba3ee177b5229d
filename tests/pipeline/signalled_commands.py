"""Commands that get a signal at a random moment, and how they may end.

Used by the short form (``tests/pipeline/run/test_signals.py``) and the long one
(``tests/long/test_signals.py``).
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
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from crosslabel.pipeline.storage.shipped import SAMPLES
from tests.pipeline.corpus_builds import SMALL
from tests.pipeline.signalled import CHANGES, Outcome

ROOT = Path(__file__).resolve().parents[2]
HANG_SECONDS = 300.0
"""Seconds after which a run is taken to hang, also on a busy machine."""
ONE_THREAD = {"OMP_NUM_THREADS": "1"}
"""Threads that share so little work mostly wait for each other, and long on a busy machine."""
PRESS = "press again to stop now"


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


def signalled_in_one_process(
    folder: Path, seed: str, count: int, others: Sequence[Path] = ()
) -> list[Outcome]:
    """Run ``main`` in a process of its own, which shows where it hangs if it does."""
    run = Command(["-m", "tests.pipeline.signalled", str(folder), seed, str(count),
                   *map(str, others)], **ONE_THREAD)
    run.wait(HANG_SECONDS + 5 * count)
    assert run.code == 0, run.errors
    return [Outcome(**json.loads(line)) for line in run.output.splitlines()]
