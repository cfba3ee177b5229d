"""The flow ``build-corpus-on-ray``: ``build-corpus`` with its units done by a Ray cluster.

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


@flow(name="build-corpus-on-ray", persist_result=False)
def build_corpus_on_ray(
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
    """Build a corpus on a Ray cluster, continuing whatever an earlier run left.

    A unit takes as many of the cluster's cores as ``engine.threads`` says, one if it says none.

    Args:
        recipe: name of a shipped recipe, a recipe file, or a whole recipe.
        overrides: changes to the recipe, ``key.sub=value``.
        out: output folder that all machines see; by default ``out/`` and the recipe's name.
        limit: take this many input rows at the most.
        fresh: forget earlier work in the output folder first, translations too.
        address: of the cluster, ``auto`` for the one that this machine belongs to; without it one
            is started on this machine and ended with the run.
        workers: cores of the latter.
        gpus: units that a model does have a GPU each.
        at_once: units of a stage that may be under way at once; by default two for each core that
            the cluster has at the beginning.

    Returns:
        What ``build-corpus`` returns.
    """
    try:
        require("ray")
        from flows.ray_cluster import runner, started

        folder = folder_for_all(recipe, overrides, out)
        with server_for_all(elsewhere=address is not None), started(address, workers):
            chosen, cores = runner(gpus=gpus)
            return build_corpus.with_options(task_runner=chosen)(
                recipe, overrides, folder, limit, fresh, at_once or UNITS_PER_THREAD * cores
            )
    except InputError as error:
        return Failed(message=str(error), data=error)
