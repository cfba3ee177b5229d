"""Fifty SIGKILLs over a build of twenty shards, most of them while a file is being written.

After each kill what was committed is untouched and ``verify`` finds nothing wrong; in the end every
byte is that of a build that nobody killed.
"""

from __future__ import annotations

import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from crosslabel.pipeline.verify.run import verify
from tests.long.results import record
from tests.pipeline.corpus_builds import TINY_ENCODER, results

KILLS = 50
SHARDS = 20
COMMAND = ("build", "demo-ner", "--limit", "30", "--set", "output.shard_rows=3",
           "--set", "translation.part_texts=4", "--set", "translation.beam=1",
           "--set", TINY_ENCODER)
FILES = {
    "source": r"/sources/.*",
    "plan": r"/plans/.*",
    "part": r"/translations/.*\.arrow$",
    "marker of a part": r"/translations/.*\.json$",
    "aligner": r"/aligners/.*",
    "shard": r"/shard-[^/]*\.arrow$",
    "rejects": r"/shard-[^/]*\.jsonl$",
    "marker of a shard": r"/shard-[^/]*\.json$",
    "manifest": r"/(manifest|state|dataset_info)\.json$",
}
_NEXT = 4
"""Kinds that a kill is chosen among: the next ones, so that a build is killed at all its stages."""
MOMENTS = ("half", "whole", "renamed")


@dataclass
class _Kills:
    """What was killed so far: files by kind while they were written, and at random moments."""

    writing: Counter[str] = field(default_factory=Counter)
    random: int = 0

    @property
    def total(self) -> int:
        return self.random + self.writing.total()


@dataclass(frozen=True)
class _Reference:
    """A build that nobody killed: its folder, and the seconds it took."""

    out: Path
    seconds: float


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> _Reference:
    out = tmp_path_factory.mktemp("reference") / "out"
    started = time.monotonic()
    assert _start(["-m", "crosslabel", *COMMAND, "--out", str(out)]).wait(timeout=600) == 0
    assert len(list(out.glob("*/shard-*.arrow"))) == SHARDS
    return _Reference(out, time.monotonic() - started)


def test_killed_again_and_again_a_build_loses_and_doubles_nothing(
    reference: _Reference, tmp_path: Path
) -> None:
    choose = random.Random(8)
    kills, rounds = _Kills(), 0
    while kills.total < KILLS:
        out = tmp_path / f"out-{rounds}"
        committed: dict[str, tuple[int, int, int]] = {}
        for process, kind in _runs(out, choose, reference):
            code = process.wait(timeout=600)
            after = _committed(out)
            assert {name: after.get(name) for name in committed} == committed
            assert not list(verify(out)) if out.exists() else not committed
            committed = after
            if code == 0:
                break
            assert code == -signal.SIGKILL, process.args
            kills.random += kind is None
            kills.writing.update([kind] if kind else [])
        assert results(out) == results(reference.out)
        assert not list(out.rglob("*.tmp"))
        rounds += 1
    assert kills.writing.total() >= KILLS / 2
    record("kills", {"kills": kills.total, "while writing": dict(sorted(kills.writing.items())),
                     "at random moments": kills.random, "builds": rounds, "shards": SHARDS})


def _runs(
    out: Path, choose: random.Random, reference: _Reference
) -> Iterator[tuple[subprocess.Popen[bytes], str | None]]:
    """Runs of the same build, three of four killed while writing a file of the kind given with it;
    nobody kills the last one."""
    while True:
        words = [*COMMAND, "--out", str(out)]
        left = _left(out, reference.out)
        if choose.random() < 0.25:
            process = _start(["-m", "crosslabel", *words])
            _kill_within(process, choose.uniform(0.2, 0.8) * reference.seconds)
            yield process, None
        elif not left:
            yield _start(["-m", "crosslabel", *words]), None
        else:
            kind = choose.choice(list(left)[:_NEXT])
            moment, nth = choose.choice(MOMENTS), str(choose.randint(1, min(3, left[kind])))
            yield _start(["-m", "tests.long.killed_build", FILES[kind], moment, nth, *words]), kind


def _left(out: Path, reference: Path) -> dict[str, int]:
    """Number of files of each kind that are still to be written, in the order of the work."""
    counts = Counter(_kinds(reference))
    counts.subtract(_kinds(out))
    return {kind: counts[kind] for kind in FILES if counts[kind] > 0}


def _kinds(out: Path) -> Iterator[str]:
    files = [f"/{file.relative_to(out).as_posix()}" for file in out.rglob("*") if file.is_file()]
    return (kind for file in files for kind, pattern in FILES.items()
            if re.search(pattern, file) and not file.endswith(".tmp"))


def _start(words: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL)


def _kill_within(process: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()


def _committed(out: Path) -> dict[str, tuple[int, int, int]]:
    """Inode, time and size of all files whose marker is there: what no later run may touch."""
    work = out / ".work"
    markers = [*out.glob("*/shard-*.json"), *work.glob("translations/*/*.json"),
               *work.glob("aligners/*/*.json"), *work.glob("sources/*/source.json"),
               *work.glob("plans/*/plan.json")]
    files = {file for marker in markers for file in _with_marker(marker)}
    return {
        str(file.relative_to(out)): (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        for file in sorted(files) for stat in [file.stat()]
    }


def _with_marker(marker: Path) -> Iterator[Path]:
    whole_folder = marker.name in ("source.json", "plan.json")
    return marker.parent.glob("*" if whole_folder else f"{marker.stem}.*")
