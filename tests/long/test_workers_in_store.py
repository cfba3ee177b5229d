"""Processes that share a build in an S3 store; one is killed and the others do its units."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crosslabel.pipeline.build import build
from crosslabel.pipeline.storage.files import read_bytes
from crosslabel.pipeline.storage.folders import sizes
from crosslabel.pipeline.storage.leases import DEAD_AFTER_SECONDS
from crosslabel.pipeline.storage.location import location
from tests.long.results import record
from tests.pipeline.corpus_builds import LIMIT, results, small_recipe
from tests.pipeline.s3_server import BUCKET, FaultyProxy, s3_server

WORKERS = 3


def test_workers_share_a_build_in_a_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(small_recipe(), tmp_path / "out", limit=LIMIT)
    with s3_server() as port:
        proxy = FaultyProxy(port)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "name")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        out = location(f"s3://{BUCKET}/shared")
        out.fs.mkdir(BUCKET)  # type: ignore[union-attr]
        workers = [
            subprocess.Popen([sys.executable, "-m", "tests.pipeline.worker", str(out)],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             env=dict(os.environ))
            for _ in range(WORKERS)
        ]
        killed = workers[0]
        assert killed.stdout
        begun = killed.stdout.readline()
        killed.kill()
        killed.communicate()
        said = []
        for process in workers[1:]:
            output, errors = process.communicate(timeout=1200)
            assert process.returncode == 0, errors
            said.append(json.loads(output.splitlines()[-1]))
        stored = {name: read_bytes(out / name) for name in sizes(out)
                  if not name.startswith(".work/") and name != "run.json"}
        proxy.close()
    assert begun.startswith("begin ")
    assert stored == results(tmp_path / "out")
    record("workers in a store, one killed", {
        "workers": WORKERS,
        "units_by_worker_left": sorted(len(own["done"]) for own in said),
        "model_loads_by_worker_left": [own["loads"] for own in said],
        "seconds_until_a_lease_is_dead": DEAD_AFTER_SECONDS,
    })
