"""The flow ``build-corpus-on-cluster``: ``build-corpus`` with its units done by Dask or Ray.

A worker process loads each model once and keeps it. If a worker dies, another does its units. The
build is a run within this run, because a flow gets its task runner before its parameters.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Failed
from prefect.task_runners import TaskRunner
from pydantic import Field

from crosslabel.flows.attempts import attempt
from crosslabel.flows.build_corpus import build_corpus
from crosslabel.flows.cluster import (
    UNITS_PER_THREAD,
    Cluster,
    folder_for_all,
    require,
    server_for_all,
)
from crosslabel.flows.local import stoppable
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.run.stops import StopRequest
from crosslabel.projection.errors import InputError


@flow(name="build-corpus-on-cluster", persist_result=False)
def build_corpus_on_cluster(
    recipe: str | Recipe,
    cluster: Cluster,
    overrides: list[str] | None = None,
    out: str | None = None,
    limit: Annotated[int, Field(ge=1)] | None = None,
    fresh: bool = False,
) -> dict[str, Any] | State[Any]:
    """Build a corpus on a Dask or Ray cluster, continuing the work of an earlier run.

    Args:
        recipe: name of a shipped recipe, a recipe file, or a whole recipe.
        cluster: the cluster that does the work.
        overrides: changes to the recipe, ``key.sub=value``.
        out: output folder that all machines see; by default ``out/`` and the recipe's name.
        limit: take at most this many input rows.
        fresh: forget earlier work in the output folder first, including translations.

    Returns:
        The result of ``build-corpus``.
    """
    try:
        require(cluster.kind)
        folder = folder_for_all(recipe, overrides, out)
        with attempt():
            return stoppable(partial(_build, recipe, cluster, overrides, folder, limit, fresh))
    except InputError as error:
        return Failed(message=str(error), data=error)


def _build(
    recipe: str | Recipe,
    cluster: Cluster,
    overrides: list[str] | None,
    folder: str,
    limit: int | None,
    fresh: bool,
    stop: StopRequest,
) -> dict[str, Any] | State[Any]:
    with (
        server_for_all(elsewhere=cluster.address is not None),
        _connected(cluster) as (runner, threads),
    ):
        stop.check()
        return build_corpus.with_options(task_runner=runner)(
            recipe, overrides, folder, limit, fresh,
            cluster.at_once or UNITS_PER_THREAD * threads,
        )


@contextmanager
def _connected(cluster: Cluster) -> Iterator[tuple[TaskRunner[Any], int]]:
    """Yield a task runner on the cluster, and the number of threads that it has now."""
    if cluster.kind == "dask":
        from crosslabel.flows import dask_cluster

        yield dask_cluster.runner(cluster)
        return
    from crosslabel.flows import ray_cluster

    with ray_cluster.started(cluster):
        yield ray_cluster.runner(gpus=cluster.gpus)
