"""Dask clusters that do units of work as tasks."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from multiprocessing import resource_tracker
from typing import Any

import dask
from distributed import Client, LocalCluster
from prefect import Task
from prefect.client.schemas.objects import RunInput
from prefect.task_runners import TaskRunner
from prefect_dask.task_runners import DaskTaskRunner, PrefectDaskFuture

from crosslabel.flows.cluster import WORKERS, Cluster, needs_gpu, sendable
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.stages.units import Unit
from crosslabel.projection.errors import InputError

GPU = "GPU"
"""The resource that workers offer and units request: ``dask worker --resources GPU=1``."""

_THREADS_PER_WORKER = 2


class DaskRunner(DaskTaskRunner):
    """A task runner that submits units of work."""

    def submit(  # type: ignore[override]  # only one of the overloads is used
        self,
        task: Task[Any, Any],
        parameters: dict[str, Any],
        wait_for: Iterable[PrefectDaskFuture[Any]] | None = None,
        dependencies: dict[str, set[RunInput]] | None = None,
    ) -> PrefectDaskFuture[Any]:
        parameters = sendable(parameters)
        with self.asking(parameters["plan"], parameters["unit"]):
            return super().submit(task, parameters, wait_for, dependencies)

    def asking(self, plan: Plan, unit: Unit) -> AbstractContextManager[object]:
        """Return the context for submitting a unit, which requests no resources of a worker."""
        return nullcontext()


class DaskGpuRunner(DaskRunner):
    """A task runner whose units wait for a worker with a free GPU if they run a model."""

    def asking(self, plan: Plan, unit: Unit) -> AbstractContextManager[object]:
        return dask.annotate(resources={GPU: 1}) if needs_gpu(plan, unit) else nullcontext()


def runner(cluster: Cluster) -> tuple[TaskRunner[Any], int]:
    """Return a task runner on a cluster, and the number of threads that the cluster has now.

    Raises:
        InputError: nothing answers at the address, or the cluster has no workers, or no worker
            offers a GPU.
    """
    if cluster.address:
        return _runner_at(cluster.address, gpus=cluster.gpus)
    return _local_runner(cluster.workers or WORKERS)


def _local_runner(workers: int) -> tuple[TaskRunner[Any], int]:
    cluster = {
        "n_workers": workers,
        "threads_per_worker": _THREADS_PER_WORKER,
        "memory_limit": 0,  # models take most memory, and a restarted worker would load them again
        "dashboard_address": None,
    }
    return (DaskRunner(cluster_class=deaf_cluster, cluster_kwargs=cluster),
            workers * _THREADS_PER_WORKER)


def deaf_cluster(**options: Any) -> LocalCluster:
    """Start a cluster on this machine whose processes ignore Ctrl-C.

    A terminal sends Ctrl-C to all processes, but the cluster has to finish its current work.
    """
    resource_tracker.ensure_running()  # it would unblock the signal when it starts
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return LocalCluster(**options)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _runner_at(address: str, *, gpus: bool) -> tuple[TaskRunner[Any], int]:
    workers = _workers(address)
    if not workers:
        raise InputError(f"{address}: the cluster has no workers; "
                         f"start some with 'dask worker {address}'")
    if gpus and not any(GPU in worker["resources"] for worker in workers.values()):
        raise InputError(f"{address}: no worker offers a GPU; start them with "
                         f"'dask worker {address} --resources {GPU}=1'")
    kind = DaskGpuRunner if gpus else DaskRunner
    return kind(address=address), sum(worker["nthreads"] for worker in workers.values())


def _workers(address: str) -> Mapping[str, Any]:
    try:
        with Client(address, set_as_default=False) as client:
            workers: Mapping[str, Any] = client.scheduler_info(n_workers=-1)["workers"]
    except (OSError, ValueError) as error:
        raise InputError(f"{address}: no Dask scheduler answers: {error}; "
                         "start one with 'dask scheduler'") from None
    return workers
