"""Real signals at random moments: no run hangs, none loses a unit, none does a unit twice.

The long form, with more runs and more commands, is ``tests/long/test_signals.py``.
"""

from __future__ import annotations

import random
import signal
from pathlib import Path

from tests.pipeline.signalled import (
    ROWS,
    Command,
    Reference,
    a_moment,
    build_words,
    finished,
    outcome_of,
    signalled_in_one_process,
)

SIGNALS = 20
SEED = "short"
_SECONDS = 6.0
"""About as long as the command works."""


def test_twenty_signals_in_one_process(tmp_path: Path) -> None:
    outcomes = signalled_in_one_process(tmp_path, SEED, SIGNALS)
    assert len(outcomes) == SIGNALS
    assert sum(outcome.stopped for outcome in outcomes) >= SIGNALS / 4


def test_two_builds_by_command(tmp_path: Path) -> None:
    reference = Reference.built(tmp_path, ROWS)
    chosen = random.Random(SEED)
    words = ["-m", "crosslabel", *build_words("build", ROWS)]
    runs = []
    for number in (signal.SIGINT, signal.SIGTERM):
        out = tmp_path / number.name
        runs.append((number, out, Command([*words, "--out", str(out)])))
    for number, out, run in runs:
        if run.alive_after(a_moment(chosen, _SECONDS)):
            stage = reference.stage(out)
            assert run.signal(number)
            run.wait()
            outcome_of(run, number, stage)
        else:
            assert run.code == 0, run.errors
        finished(out, reference, ROWS)
