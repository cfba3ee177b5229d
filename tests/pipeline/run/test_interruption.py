"""Killed at any moment, the next run finishes with the same bytes and touches nothing committed.

The long form is ``tests/long/test_kills.py``.
"""

from __future__ import annotations

import json
import random
import signal
import time
from pathlib import Path

import pytest

from crosslabel.pipeline.build import build
from tests import warm
from tests.pipeline.corpus_builds import LIMIT, committed, results, small_recipe, start


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("reference") / "out"
    build(small_recipe(), out, limit=LIMIT)
    return results(out)


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_sigkill_then_rerun_gives_identical_bytes(
    reference: dict[str, bytes], tmp_path: Path, seed: int
) -> None:
    out = tmp_path / "out"
    moment = random.Random(seed)
    kills = 0
    for _ in range(3):
        process = start(out)
        _wait_for_work(process, out, len(committed(out)), moment.uniform(0.0, 1.0))
        kills += process.poll() is None
        process.kill()
        process.communicate()
        before = committed(out)
    process = start(out)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert kills
    assert results(out) == reference
    after = committed(out)
    assert {name: after.get(name) for name in before} == before
    assert not list(out.rglob("*.tmp"))


def _wait_for_work(
    process: warm.Warm, out: Path, before: int, delay: float
) -> None:
    """Until the process has committed something new or has ended, then a moment longer."""
    end = time.monotonic() + 120
    while len(committed(out)) <= before and process.poll() is None:
        assert time.monotonic() < end, "nothing was committed"
        time.sleep(0.05)
    time.sleep(delay)


def test_sigterm_finishes_the_work_in_hand_and_says_how_to_go_on(
    reference: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    process = start(out)
    _wait_for_work(process, out, 0, 0.0)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM, errors
    assert "stopped by SIGTERM; run it again to go on" in errors
    assert not (out / "manifest.json").exists()
    assert not list(out.rglob("*.tmp"))
    for marker in out.glob("*/shard-*.json"):
        assert set(json.loads(marker.read_text())["sha256"]) <= {p.name for p in
                                                                 marker.parent.iterdir()}
    build(small_recipe(), out, limit=LIMIT)
    assert results(out) == reference
