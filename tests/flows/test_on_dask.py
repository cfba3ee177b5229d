"""The flow build-corpus-on-cluster on a real Dask cluster of two processes: same files as the
command, models loaded once, killed workers, honest failures."""

from __future__ import annotations

import errno
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import dask
import pytest
from distributed import Client, LocalCluster, Scheduler, SchedulerPlugin
from prefect.client.schemas.objects import State
from typer.testing import CliRunner

from crosslabel.cli.main import app
from crosslabel.flows.cluster import Cluster, needs_gpu
from crosslabel.flows.on_cluster import build_corpus_on_cluster
from crosslabel.pipeline.build import build
from crosslabel.pipeline.planning.plan import plan
from crosslabel.pipeline.stages.units import Unit, units
from crosslabel.projection.errors import InputError
from tests.flows.on_clusters import ONE, failing, killed, stuck, watched
from tests.pipeline.corpus_builds import LIMIT, SMALL, results, small_recipe

pytestmark = pytest.mark.usefixtures("prefect_server")

TWELVE = (*ONE, "output.shard_rows=2")
"""Changes that cut the build into twelve shards of one language."""

@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Two worker processes that offer a GPU each; nobody looks whether they have it."""
    with LocalCluster(n_workers=2, threads_per_worker=2, memory_limit=0, dashboard_address=None,
                      resources={"GPU": 1}) as cluster:
        yield cluster


@pytest.fixture
def workers(cluster: LocalCluster) -> Iterator[Client]:
    """The worker processes, both there; units of work are left as they were."""
    with Client(cluster, set_as_default=False) as client:
        client.wait_for_workers(2)
        client.run(_restorable)
        yield client
        client.wait_for_workers(2)
        client.run(_restore)


def _restorable() -> None:
    from crosslabel.pipeline.stages import units

    units.real = units.run_unit


def _restore() -> None:
    from crosslabel.pipeline.stages import units

    units.run_unit = getattr(units, "real", units.run_unit)


def run(
    cluster: LocalCluster, out: Path, *changes: str, limit: int = LIMIT, gpus: bool = False
) -> State[Any]:
    """A flow run of the small build; its final state."""
    stands = Cluster(kind="dask", address=cluster.scheduler_address, gpus=gpus)
    state: State[Any] = build_corpus_on_cluster(
        "demo-ner", stands, [*SMALL, *changes], str(out), limit, return_state=True)
    return state


class Asked(SchedulerPlugin):
    """What the tasks that ended had asked of their worker."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._tasks = scheduler.tasks
        self.resources: Counter[str] = Counter()

    def transition(self, key: Any, start: str, finish: str, *args: Any, **named: Any) -> None:
        if (start, finish) == ("processing", "memory"):
            self.resources[str(self._tasks[key].resource_restrictions or {})] += 1


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of the same build without a cluster."""
    out = tmp_path_factory.mktemp("command") / "out"
    build(small_recipe(*TWELVE), out, limit=LIMIT)
    return results(out)


def test_cluster_gives_the_same_bytes_with_one_model_per_process_and_a_gpu_for_each_unit(
    cluster: LocalCluster, workers: Client, tmp_path: Path, reference: dict[str, bytes]
) -> None:
    workers.run(watched(tmp_path / "loads"))
    asked = Asked(cluster.scheduler)
    cluster.scheduler.add_plugin(asked, name="asked")
    out = tmp_path / "out"
    state = run(cluster, out, *TWELVE, gpus=True)
    assert state.is_completed(), state.message
    assert results(out) == reference
    assert state.result()["out"] == str(out)

    loads = (tmp_path / "loads").read_text().split()
    assert len(loads) == len(set(loads)) == 2
    stages = Counter(unit.stage for unit in units(plan(small_recipe(*TWELVE), out, LIMIT)))
    assert stages["project"] == 12
    assert asked.resources == {"{'GPU': 1}": stages.total()}


@pytest.mark.slow
def test_unit_of_a_killed_worker_is_done_by_another(
    cluster: LocalCluster, workers: Client, tmp_path: Path, reference: dict[str, bytes]
) -> None:
    workers.run(stuck(tmp_path / "begun"))
    with killed(tmp_path / "begun"):
        state = run(cluster, tmp_path / "out", *TWELVE)
    assert state.is_completed(), state.message
    assert results(tmp_path / "out") == reference


def test_worker_tries_again_what_may_pass(
    cluster: LocalCluster, workers: Client, tmp_path: Path
) -> None:
    workers.run(failing(OSError(errno.EIO, "disk away"), 1))
    state = run(cluster, tmp_path / "flow", *ONE, limit=2)
    assert state.is_completed(), state.message


def test_input_error_in_a_worker_ends_the_flow_as_it_is(
    cluster: LocalCluster, workers: Client, tmp_path: Path
) -> None:
    workers.run(failing(InputError("model.bin: damaged; fetch it"), 9999))
    state = run(cluster, tmp_path / "flow", *ONE, limit=2)
    assert state.is_failed()
    assert state.message == "model.bin: damaged; fetch it"
    with pytest.raises(InputError, match=r"^model\.bin: damaged; fetch it$"):
        state.result()


def test_clusters_that_cannot_do_the_work_are_told_before_it_begins(tmp_path: Path) -> None:
    with LocalCluster(n_workers=0, processes=False, dashboard_address=":0") as none:
        state = run(none, tmp_path / "out")
        assert state.message == (f"{none.scheduler_address}: the cluster has no workers; start "
                                 f"some with 'dask worker {none.scheduler_address}'")
        none.scale(1)
        none.wait_for_workers(1)
        state = run(none, tmp_path / "out", gpus=True)
        assert "no worker offers a GPU; start them with 'dask worker" in (state.message or "")
    with dask.config.set({"distributed.comm.timeouts.connect": "1s"}):
        state = run(none, tmp_path / "out")
    assert "no Dask scheduler answers: " in (state.message or "")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", ["dask", "ray"])
def test_missing_extra_is_named(
    kind: Literal["dask", "ray"], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, f"prefect_{kind}", None)
    state = build_corpus_on_cluster(
        "demo-ner", Cluster(kind=kind), out=str(tmp_path), return_state=True)
    assert (state.message or "").endswith(f"pip install 'crosslabel[{kind}]'")


@pytest.mark.parametrize(
    ("changes", "asking"),
    [((), {"translate", "project"}), (("engine.device=cpu",), set()),
     (("projection.method=statistical",), {"translate"}),
     (("projection.method=translation",), {"translate", "project"})],
)
def test_units_that_a_model_does_need_a_gpu(
    tmp_path: Path, changes: tuple[str, ...], asking: set[str]
) -> None:
    planned = plan(small_recipe(*changes), tmp_path, 6)
    assert {unit.stage for unit in units(planned) if needs_gpu(planned, unit)} == asking
    assert not needs_gpu(planned, Unit("train", "de"))


@pytest.mark.parametrize(
    ("words", "told"),
    [(["--workers", "2"], "workers is for a cluster; choose one: on dask or on ray"),
     (["--at-once", "9"], "at once is for a cluster; choose one: on dask or on ray"),
     (["--on", "dask", "--address", "tcp://there:1", "--workers", "2"],
      "an existing cluster has workers already; leave out workers or address"),
     (["--on", "dask", "--gpus"],
      "gpus needs an existing cluster whose workers offer GPUs; give its address")],
)
def test_command_refuses_options_that_do_not_go_together(words: list[str], told: str) -> None:
    done = CliRunner().invoke(app, ["flow", "build", "demo-ner", *words])
    assert str(done.exception) == told
