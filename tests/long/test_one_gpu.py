"""Runs of several deployments on a machine with two workers and one GPU."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.flows.processes import wait_until
from tests.flows.tiny_finetune import tiny_finetune
from tests.flows.topology import ROOT, Topology, topology
from tests.long.results import record
from tests.pipeline.corpus_builds import LIMIT, SMALL

Interval = tuple[datetime, datetime]


@pytest.fixture
def deployed(tmp_path: Path) -> Iterator[Topology]:
    """Two workers of the queue "gpu" with a GPU in common."""
    files = tmp_path / "files"
    files.mkdir()
    deployments = (ROOT / "prefect.yaml").read_text()
    for name in ("build_corpus", "finetune"):
        entrypoint = f"crosslabel.flows.{name}.{name}"
        assert entrypoint in deployments
        deployments = deployments.replace(entrypoint, f"tests.flows.on_one_gpu.{name}")
    (files / "prefect.yaml").write_text(deployments)
    (files / "automations.yaml").write_text((ROOT / "automations.yaml").read_text())
    settings = {"CROSSLABEL_CACHE": str(tmp_path / "cache")}
    with topology(tmp_path, ("worker-gpu", "worker-gpu"), **settings) as made:
        made.deploy(files)
        yield made


def test_two_runs_never_work_on_the_gpu_at_once(deployed: Topology, tmp_path: Path) -> None:
    small = {"overrides": list(SMALL), "limit": LIMIT}
    recipe = tiny_finetune(tmp_path)
    runs = [
        deployed.start_run("build-corpus/build-corpus-gpu", small | {"out": "out/one"}),
        deployed.start_run("finetune/finetune-gpu",
                           {"recipe": str(recipe), "overrides": ["machine.device=auto"]}),
        deployed.start_run("build-corpus/build-corpus-gpu", small | {"out": "out/two"}),
    ]
    ended = [deployed.wait_final(run) for run in runs]
    assert [own["state_type"] for own in ended] == ["COMPLETED"] * len(runs)
    asked = {"logs": {"flow_run_id": {"any_": runs}, "level": {"ge_": 30}}}
    said = [own["message"] for own in deployed.api("POST", "logs/filter", json=asked).json()]
    assert any(line.startswith("another run works on GPU seeming; waiting") for line in said)
    running = sorted(_interval(own) for own in ended)
    assert running[1][0] < running[0][1], "two were never under way at once"
    working = sorted(_working(deployed, run) for run in runs)
    assert all(before[1] <= after[0] for before, after in pairwise(working))
    pauses = [(after[0] - before[1]).total_seconds() for before, after in pairwise(working)]
    record("one GPU for three runs", {"seconds between one and the next": pauses})


def _working(deployed: Topology, run: str) -> Interval:
    """From the beginning of the first task to the end of the last."""

    def tasks() -> list[Interval] | None:
        asked = {"flow_runs": {"id": {"any_": [run]}}}
        found = deployed.api("POST", "task_runs/filter", json=asked).json()
        whole = found and all(own["end_time"] for own in found)
        return [_interval(own) for own in found] if whole else None

    done = wait_until("the end of all tasks", tasks)
    return min(start for start, _ in done), max(end for _, end in done)


def _interval(own: dict[str, Any]) -> Interval:
    return datetime.fromisoformat(own["start_time"]), datetime.fromisoformat(own["end_time"])
