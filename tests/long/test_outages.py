"""Machines and servers that die in the middle of a run: the run finishes, with the same bytes."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crosslabel.pipeline.build import build
from tests.flows.processes import Service, wait_until
from tests.flows.topology import ROOT, Topology, topology
from tests.long.results import record
from tests.pipeline.corpus_builds import SMALL, results, small_recipe

CHANGES = ("translation.part_texts=4", "output.shard_rows=2")
ROWS = 60
# The shortest that Prefect allows, and a silence that is a little longer.
HEARTBEAT, SILENCE = 30, 45


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Topology]:
    """The services, with signs of life that come and are missed sooner."""
    folder = tmp_path_factory.mktemp("files")
    automations = (ROOT / "automations.yaml").read_text()
    assert "within: 300" in automations
    (folder / "automations.yaml").write_text(
        automations.replace("within: 300", f"within: {SILENCE}"))
    (folder / "prefect.yaml").write_text((ROOT / "prefect.yaml").read_text())
    settings = {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT)}
    with topology(tmp_path_factory.mktemp("topology"), **settings) as made:
        made.deploy(folder)
        yield made


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("reference") / "out"
    build(small_recipe(*CHANGES), out, limit=ROWS)
    return results(out)


def _under_way(deployed: Topology, name: str, kind: str = "build-corpus") -> tuple[str, Path]:
    """A run that has committed its first part, and its output folder."""
    out = deployed.folder / "out" / name
    run = deployed.start_run(f"{kind}/{kind}", {
        "overrides": [*SMALL, *CHANGES], "limit": ROWS, "out": str(out)})
    wait_until("the first part", lambda: list(out.glob(".work/translations/*/*.json")),
               deployed.workers["worker-0"].log)
    assert not (out / "manifest.json").exists()
    return run, out


def _completed(deployed: Topology, run: str) -> dict[str, Any]:
    def completed() -> dict[str, Any] | None:
        own = deployed.state(run)
        assert own["state_type"] != "FAILED", own["state"]
        return own if own["state_type"] == "COMPLETED" else None

    return wait_until("completion", completed, deployed.workers["worker-0"].log)


def test_run_outlives_its_server(deployed: Topology, reference: dict[str, bytes]) -> None:
    run, out = _under_way(deployed, "server")
    deployed.server.kill()
    time.sleep(5)
    deployed.start_server()
    assert _completed(deployed, run)["run_count"] == 1
    assert results(out) == reference


def test_run_goes_on_when_worker_and_server_were_killed(
    deployed: Topology, reference: dict[str, bytes]
) -> None:
    run, out = _under_way(deployed, "both")
    deployed.workers["worker-0"].kill()
    deployed.server.kill()
    killed = time.monotonic()
    deployed.start_server()
    deployed.workers["worker-0"].start()
    assert _completed(deployed, run)["run_count"] > 1
    assert results(out) == reference
    record("worker and server killed", {"seconds until completed": _since(killed)})


@pytest.mark.parametrize(
    "kind", ["build-corpus", "work-on-corpus", "build-corpus-on-cluster"])
def test_run_whose_process_is_stopped_begins_again(
    deployed: Topology, reference: dict[str, bytes], kind: str
) -> None:
    run, out = _under_way(deployed, f"stopped-{kind}", kind)
    os.kill(deployed.process(run), signal.SIGTERM)
    assert _completed(deployed, run)["run_count"] == 2
    assert results(out) == reference


def _stop(worker: Service, process: int) -> None:
    worker.stop()


def _switch_off(worker: Service, process: int) -> None:
    os.kill(worker.pid, signal.SIGSTOP)  # so that it cannot tell of the other
    os.kill(process, signal.SIGKILL)
    worker.kill()


@pytest.mark.parametrize("end", [_stop, _switch_off])
def test_run_that_ends_in_silence_begins_again(
    deployed: Topology, reference: dict[str, bytes], end: Callable[[Service, int], None]
) -> None:
    worker = deployed.workers["worker-0"]
    run, out = _under_way(deployed, end.__name__)
    process = deployed.process(run)
    end(worker, process)
    killed = time.monotonic()
    assert deployed.state(run)["state_type"] == "RUNNING"
    worker.start()
    assert _completed(deployed, run)["run_count"] > 1
    assert results(out) == reference
    record(f"worker: {end.__name__.strip('_')}", {
        "seconds of silence taken for death": SILENCE, "seconds until completed": _since(killed)})


def _since(moment: float) -> float:
    return round(time.monotonic() - moment, 1)
