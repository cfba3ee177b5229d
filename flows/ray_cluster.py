"""Ray clusters that do units of work as tasks."""

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
    """A task runner that submits units of work to processes that keep their models.

    Each unit takes ``engine.threads`` cores of the cluster, or one core by default.
    """

    gpus = 0

    def submit(
        self,
        task: Task[Any, Any],
        parameters: dict[str, Any],
        wait_for: Iterable[PrefectFuture[Any]] | None = None,
        dependencies: dict[str, set[RunInput]] | None = None,
    ) -> PrefectRayFuture[Any]:
        parameters = sendable(parameters)
        plan, unit = parameters["plan"], parameters["unit"]
        resources = {
            "num_cpus": plan.recipe.engine.threads or 1,
            "num_gpus": self.gpus if needs_gpu(plan, unit) else 0,
            "max_calls": 0,  # by default Ray ends the process after each task with a GPU
        }
        with remote_options(**resources):
            return super().submit(task, parameters, wait_for, dependencies)


class RayGpuRunner(RayRunner):
    """A task runner that gives a GPU to each unit that runs a model."""

    gpus = 1


@contextmanager
def started(cluster: Cluster) -> Iterator[None]:
    """Connect to Ray during the block, or use and keep the connection that this process has.

    Raises:
        InputError: the cluster cannot be reached.
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
    """Return a task runner on the connected cluster, and the number of cores it has now.

    Args:
        gpus: whether each unit that runs a model gets a GPU to itself.

    Raises:
        InputError: the cluster has no GPU.
    """
    resources = ray.cluster_resources()
    if gpus and not resources.get("GPU"):
        raise InputError("the Ray cluster has no GPU; leave out gpus")
    return RayGpuRunner() if gpus else RayRunner(), max(1, int(resources.get("CPU", 1)))
