"""Real signals at random moments: no run hangs, none loses a unit, none does a unit twice.

The long form, with more runs and more commands, is ``tests/long/test_signals.py``.
"""

from __future__ import annotations

import random
import signal
from pathlib import Path

from tests.pipeline.signalled import ROWS, build_stage
from tests.pipeline.signalled_commands import (
    ONE_THREAD,
    Command,
    a_moment,
    build_words,
    outcome_of,
    signalled_in_one_process,
)

SIGNALS = 20
SEED = "short"
_SECONDS = 6.0
"""About as long as the command works."""
_MANY = 100


def test_two_builds_by_command_and_twenty_in_one_process(tmp_path: Path) -> None:
    """The process that has loaded the models finishes the builds of the commands as well."""
    stopped = [tmp_path / number.name for number in (signal.SIGINT, signal.SIGTERM)]
    chosen = random.Random(SEED)
    words = ["-m", "crosslabel", *build_words("build", ROWS)]
    runs = [Command([*words, "--out", str(out)], **ONE_THREAD) for out in stopped]
    for out, run in zip(stopped, runs, strict=True):
        if run.alive_after(a_moment(chosen, _SECONDS)):
            stage = build_stage(out, _MANY, _MANY)
            number = signal.Signals[out.name]
            assert run.signal(number)
            run.wait()
            outcome_of(run, number, stage)
        else:
            assert run.code == 0, run.errors
    outcomes = signalled_in_one_process(tmp_path, SEED, SIGNALS, stopped)
    assert len(outcomes) == SIGNALS
    assert sum(outcome.stopped for outcome in outcomes) >= SIGNALS / 4
