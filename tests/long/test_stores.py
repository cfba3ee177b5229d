"""A run into an S3 store that loses a fifth of the requests, killed again and again."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from crosslabel.pipeline.build import build
from crosslabel.pipeline.storage.files import read_bytes
from crosslabel.pipeline.storage.folders import sizes
from crosslabel.pipeline.storage.location import location
from tests.long.results import record
from tests.pipeline.corpus_builds import SMALL, results, small_recipe
from tests.pipeline.s3_server import BUCKET, FaultyProxy, Request, written

ROWS = 60
KILLS = 5
SHARE = 0.2


def test_killed_runs_into_a_failing_store_end_in_the_bytes_of_a_local_build(
    s3: FaultyProxy, tmp_path: Path
) -> None:
    build(small_recipe(), tmp_path / "local", limit=ROWS)
    out = location(f"s3://{BUCKET}/killed")
    draw = random.Random(8)
    seen: list[Request] = []
    kills = 0
    for run in range(KILLS + 1):
        with s3.weathered(share=SHARE, draw=random.Random(run)) as log:
            process = _start(str(out))
            if run < KILLS:
                _wait_for_work(process, log, draw.uniform(0.0, 4.0))
                kills += process.poll() is None
                process.kill()
            _, errors = process.communicate()
            assert run < KILLS or process.returncode == 0, errors
            seen += log
    assert kills
    assert {name: read_bytes(out / name) for name in sizes(out)
            if not name.startswith(".work/") and name != "run.json"} == results(tmp_path / "local")
    record("stores", {
        "rows": ROWS, "kills": kills, "requests": len(seen), "objects": len(written(seen)),
        "requests by fate": dict(sorted(Counter(own.outcome for own in seen).items())),
        "bytes as of a local build": "all",
    })


def _start(out: str) -> subprocess.Popen[str]:
    changes = [word for change in SMALL for word in ("--set", change)]
    command = [sys.executable, "-m", "crosslabel", "build", "demo-ner", "--out", out,
               "--limit", str(ROWS), *changes]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def _wait_for_work(process: subprocess.Popen[str], log: list[Request], delay: float) -> None:
    """Until the process has committed a part or shard, then a moment longer."""
    while process.poll() is None and not any(
            own.written and own.name.endswith(".arrow") for own in log):
        time.sleep(0.05)
    time.sleep(delay)
