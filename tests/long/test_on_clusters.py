"""``crosslabel flow build --on``: clusters of this machine, and a Prefect server of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crosslabel.pipeline.build import build
from tests.flows.on_clusters import MANY
from tests.flows.topology import topology
from tests.long.results import record
from tests.pipeline.corpus_builds import LIMIT, SMALL, results, small_recipe

CHANGES = [*SMALL, MANY]
ON_CLUSTER = "build-corpus-on-cluster/build-corpus-on-cluster"


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of the same build by the command."""
    out = tmp_path_factory.mktemp("reference") / "out"
    build(small_recipe(MANY), out, limit=LIMIT)
    return results(out)


def command(out: Path, *words: str) -> list[str]:
    """The small build on a cluster as a command."""
    changes = [word for change in CHANGES for word in ("--set", change)]
    return [sys.executable, "-m", "crosslabel", "flow", "build", "demo-ner", "--out", str(out),
            "--limit", str(LIMIT), *changes, *words]


def environment(folder: Path) -> dict[str, str]:
    """Settings with a Prefect server of its own."""
    return os.environ | {"PREFECT_HOME": str(folder / "home")}


@pytest.mark.parametrize("cluster", ["dask", "ray"])
def test_command_gives_the_same_bytes_on_a_cluster_of_its_own(
    cluster: str, tmp_path: Path, reference: dict[str, bytes]
) -> None:
    out = tmp_path / "out"
    started = time.monotonic()
    done = subprocess.run(command(out, "--on", cluster, "--workers", "2"),
                          env=environment(tmp_path), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert results(out) == reference
    assert "demo-ner: rows" in done.stdout
    seconds = round(time.monotonic() - started)
    record(f"build_on_{cluster}", {"rows": LIMIT, "workers": 2, "seconds": seconds})


@pytest.mark.parametrize("cluster", ["dask", "ray"])
def test_control_c_lets_the_cluster_end_the_work_in_hand(
    cluster: str, tmp_path: Path, reference: dict[str, bytes]
) -> None:
    out = tmp_path / "out"
    process = subprocess.Popen(command(out, "--on", cluster), env=environment(tmp_path),
                               stderr=subprocess.PIPE, text=True, start_new_session=True)
    while process.poll() is None and not list(out.glob(".work/translations/*/*.json")):
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the cluster gets it too
    _, said = process.communicate(timeout=300)
    assert process.returncode == 128 + signal.SIGINT, said
    assert "stopped by SIGINT; run it again to go on" in said
    build(small_recipe(MANY), out, limit=LIMIT)
    assert results(out) == reference


def test_deployed_run_starts_a_cluster_and_takes_it_along_when_cancelled(
    tmp_path: Path, reference: dict[str, bytes]
) -> None:
    with topology(tmp_path) as deployed:
        deployed.deploy()
        out = deployed.folder / "out"
        asked = {"overrides": list(CHANGES), "limit": LIMIT, "out": str(out)}
        deployed.cancel_under_way(ON_CLUSTER, asked)
        assert not (out / "manifest.json").exists()
        run = deployed.start_run(ON_CLUSTER, asked)
        assert deployed.wait_final(run)["state_type"] == "COMPLETED"
    assert results(out) == reference


@pytest.mark.parametrize("cluster", ["dask", "ray"])
def test_command_wants_a_server_that_other_machines_can_reach(
    cluster: str, tmp_path: Path
) -> None:
    words = command(tmp_path / "out", "--on", cluster, "--address", "tcp://127.0.0.1:1")
    done = subprocess.run(words, env=environment(tmp_path), capture_output=True, text=True)
    assert done.returncode == 2
    assert "crosslabel: a cluster needs a Prefect server that its machines can reach" in done.stderr
    assert "Traceback" not in done.stderr
