"""The flow ``build-corpus-on-dask``: ``build-corpus`` with its units done by a Dask cluster.

A worker process loads each model once and keeps it. If it dies, its units are done by another.
"""

from __future__ import annotations

from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Failed
from pydantic import Field

from flows.build_corpus import build_corpus
from flows.cluster import UNITS_PER_THREAD, folder_for_all, require, server_for_all
from pipeline.recipe import Recipe
from projection.errors import InputError


@flow(name="build-corpus-on-dask", persist_result=False)
def build_corpus_on_dask(
    recipe: str | Recipe,
    overrides: list[str] | None = None,
    out: str | None = None,
    limit: Annotated[int, Field(ge=1)] | None = None,
    fresh: bool = False,
    address: str | None = None,
    workers: Annotated[int, Field(ge=1)] = 2,
    gpus: bool = False,
    at_once: Annotated[int, Field(ge=1)] | None = None,
) -> dict[str, Any] | State[Any]:
    """Build a corpus on a Dask cluster, continuing whatever an earlier run left.

    Args:
        recipe: name of a shipped recipe, a recipe file, or a whole recipe.
        overrides: changes to the recipe, ``key.sub=value``.
        out: output folder that all machines see; by default ``out/`` and the recipe's name.
        limit: take this many input rows at the most.
        fresh: forget earlier work in the output folder first, translations too.
        address: of the cluster's scheduler; without it worker processes are started on this
            machine and ended with the run.
        workers: how many of these.
        gpus: units that a model does wait for a worker whose GPU is free; workers offer theirs by
            ``dask worker --resources GPU=1``.
        at_once: units of a stage that may be under way at once; by default two for each thread
            that the cluster has at the beginning.

    Returns:
        What ``build-corpus`` returns.
    """
    try:
        require("dask")
        from flows.dask_cluster import local_runner, runner_at

        if gpus and address is None:
            raise InputError("gpus is for a cluster whose workers offer GPUs; give its address")
        folder = folder_for_all(recipe, overrides, out)
        with server_for_all(elsewhere=address is not None):
            runner, threads = runner_at(address, gpus=gpus) if address else local_runner(workers)
            return build_corpus.with_options(task_runner=runner)(
                recipe, overrides, folder, limit, fresh, at_once or UNITS_PER_THREAD * threads
            )
    except InputError as error:
        return Failed(message=str(error), data=error)
