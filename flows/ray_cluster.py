"""Ray clusters, and units of work as their tasks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import ray
from prefect import Task
from prefect.client.schemas.objects import RunInput
from prefect.futures import PrefectFuture
from prefect_ray.context import remote_options
from prefect_ray.task_runners import PrefectRayFuture, RayTaskRunner

from crosslabel.flows.cluster import WORKERS, Cluster, needs_gpu, sendable
from crosslabel.projection.errors import InputError


class RayRunner(RayTaskRunner[Any]):  # type: ignore[misc]  # has no types
    """Submits units of work; processes keep their models.

    Each takes as many of the cluster's cores as ``engine.threads`` says, one if it says none.
    """

    gpus = 0

    def submit(
        self,
        task: Task[Any, Any],
        parameters: dict[str, Any],
        wait_for: Iterable[PrefectFuture[Any]] | None = None,
        dependencies: dict[str, set[RunInput]] | None = None,
    ) -> PrefectRayFuture[Any]:
        own = sendable(parameters)
        asked = {
            "num_cpus": own["plan"].recipe.engine.threads or 1,
            "num_gpus": self.gpus if needs_gpu(own["plan"], own["unit"]) else 0,
            "max_calls": 0,  # Ray's default ends the process after each task with a GPU
        }
        with remote_options(**asked):
            return super().submit(task, own, wait_for, dependencies)


class RayGpuRunner(RayRunner):
    """A GPU for each unit that a model does."""

    gpus = 1


@contextmanager
def started(cluster: Cluster) -> Iterator[None]:
    """A connection to Ray during the block; one that this process already has is used and kept.

    Raises:
        InputError: no such cluster.
    """
    if ray.is_initialized():
        yield
        return
    try:
        _connect(cluster)
    except (ConnectionError, RuntimeError, ValueError) as error:
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise InputError(f"{cluster.address}: no Ray cluster answers: {first}; start one with "
                         "'ray start --head'") from None
    try:
        yield
    finally:
        ray.shutdown()


def _connect(cluster: Cluster) -> None:
    if cluster.address:
        ray.init(cluster.address, namespace="crosslabel")
    else:
        ray.init("local", num_cpus=cluster.workers or WORKERS, include_dashboard=False)


def runner(*, gpus: bool) -> tuple[RayRunner, int]:
    """A runner on the cluster this process is connected to, and how many cores that has now.

    Args:
        gpus: whether units that a model does shall each have a GPU to themselves.

    Raises:
        InputError: the cluster has no GPU.
    """
    has = ray.cluster_resources()
    if gpus and not has.get("GPU"):
        raise InputError("the Ray cluster has no GPU; leave out gpus")
    return RayGpuRunner() if gpus else RayRunner(), max(1, int(has.get("CPU", 1)))
