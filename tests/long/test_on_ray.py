"""The flow build-corpus-on-cluster on a real Ray of this machine: same files as the command, models
kept from unit to unit, killed workers, honest failures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import ray
from prefect.client.schemas.objects import State
from prefect.testing.utilities import prefect_test_harness

from crosslabel.flows.cluster import Cluster
from crosslabel.flows.on_cluster import build_corpus_on_cluster
from crosslabel.pipeline.build import build
from crosslabel.projection.errors import InputError
from tests.flows.on_clusters import MANY, ONE, Patch, failing, killed, stuck, watched
from tests.long.results import record
from tests.pipeline.corpus_builds import LIMIT, SMALL, results, small_recipe

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", autouse=True)
def server() -> Iterator[None]:
    """A temporary Prefect server with its own database."""
    with prefect_test_harness(server_startup_timeout=120):
        yield


@contextmanager
def cluster(patch: Patch) -> Iterator[None]:
    """A Ray with two GPUs, whose processes are patched as they start; nobody looks whether the GPUs
    are there. It ends idle processes where there are more than cores."""
    ray.init("local", num_cpus=4, num_gpus=2, include_dashboard=False, runtime_env={
        "worker_process_setup_hook": patch, "env_vars": {"PYTHONPATH": str(ROOT)}})
    try:
        yield
    finally:
        ray.shutdown()


def run(out: Path, *changes: str, limit: int = LIMIT, gpus: bool = False) -> State[Any]:
    """A flow run of the small build; its final state."""
    state: State[Any] = build_corpus_on_cluster(
        "demo-ner", Cluster(kind="ray", gpus=gpus), [*SMALL, *changes], str(out), limit,
        return_state=True)
    return state


def test_ray_gives_the_same_bytes_and_keeps_models_though_units_ask_for_gpus(
    tmp_path: Path,
) -> None:
    with cluster(watched(tmp_path / "loads")):
        state = run(tmp_path / "flow", MANY, gpus=True)
    assert state.is_completed(), state.message
    build(small_recipe(MANY), tmp_path / "command", limit=LIMIT)
    assert results(tmp_path / "flow") == results(tmp_path / "command")
    loads = (tmp_path / "loads").read_text().split()
    assert len(loads) == len(set(loads)) == 2
    record("on_ray", {"units that translate": 8, "shards": 12, "processes that loaded": len(loads)})


def test_unit_of_a_killed_process_is_done_by_another(tmp_path: Path) -> None:
    with cluster(stuck(tmp_path / "begun")), killed(tmp_path / "begun"):
        state = run(tmp_path / "flow", *ONE)
    assert state.is_completed(), state.message
    build(small_recipe(*ONE), tmp_path / "command", limit=LIMIT)
    assert results(tmp_path / "flow") == results(tmp_path / "command")


def test_input_error_in_a_worker_ends_the_flow_as_it_is(tmp_path: Path) -> None:
    with cluster(failing(InputError("model.bin: damaged; fetch it"), 9999)):
        state = run(tmp_path / "flow", *ONE, limit=2)
    assert state.message == "model.bin: damaged; fetch it"
    with pytest.raises(InputError, match=r"^model\.bin: damaged; fetch it$"):
        state.result()


def test_address_where_nothing_answers_is_told_before_work_begins(tmp_path: Path) -> None:
    state = build_corpus_on_cluster(
        "demo-ner", Cluster(kind="ray", address="auto"), out=str(tmp_path / "out"),
        return_state=True)
    assert "auto: no Ray cluster answers: " in (state.message or "")
    assert not (tmp_path / "out").exists()


def test_gpus_of_a_cluster_without_any_are_refused(tmp_path: Path) -> None:
    ray.init("local", num_cpus=1, num_gpus=0, include_dashboard=False)
    try:
        state = run(tmp_path / "out", gpus=True)
    finally:
        ray.shutdown()
    assert state.message == "the Ray cluster has no GPU; leave out gpus"
