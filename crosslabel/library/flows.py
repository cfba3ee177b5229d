"""Builds and fine-tunings as flows of Prefect."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from crosslabel.library.arguments import checked
from crosslabel.library.corpus import Corpus
from crosslabel.library.places import local_place, place
from crosslabel.library.progress import StopRequest, shown
from crosslabel.library.recipes import corpus_recipe, training_recipe
from crosslabel.projection.errors import InputError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from crosslabel.library.places import Place
    from crosslabel.library.student import Student

Cluster = Literal["dask", "ray"]

_ENVIRONMENT = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    "DASK_LOGGING__DISTRIBUTED": "warning",
}


@checked()
def build_flow(
    recipe: str | Path | Mapping[str, Any] | BaseModel,
    out: Place | None = None,
    *,
    changes: Mapping[str, Any] | Sequence[str] = (),
    limit: int | None = None,
    fresh: bool = False,
    on: Cluster | None = None,
    address: str | None = None,
    workers: int | None = None,
    gpus: bool = False,
    at_once: int | None = None,
    stop: StopRequest | None = None,
) -> Corpus:
    """Build a corpus as a flow, on the Prefect server in the settings or a temporary server.

    Args:
        recipe: as :func:`load_recipe` takes it; Prefect shows a name or a file with its changes.
        out, limit, fresh, stop: as for :func:`build`.
        changes: as :func:`load_recipe` takes them.
        on: kind of cluster that does the work, ``dask`` or ``ray``; by default this process.
        address: of Dask's scheduler or Ray's head; by default a cluster is started here.
        workers: processes of a cluster that is started here; 2 by default.
        gpus: give each unit of work that runs a model a GPU of the cluster.
        at_once: units of a stage submitted to the cluster at once; by default two for each thread.

    Raises:
        InputError, NoRowsError, StoppedError, CrosslabelError: as :func:`build`.
    """
    loaded = corpus_recipe(recipe, changes)  # reports a wrong recipe before a server starts
    given = _given(on, address=address, workers=workers, gpus=gpus or None, at_once=at_once)
    _prepare_prefect()
    flow = _flow_on(on, given)
    folder = None if out is None else str(place(out))
    given_recipe, overrides = _shown_by_prefect(recipe, changes, loaded)
    built = _run(partial(flow, given_recipe, overrides=overrides, out=folder, limit=limit,
                         fresh=fresh), stop)
    return Corpus(place(built["out"]))


@checked()
def fine_tune_flow(
    recipe: str | Path | Mapping[str, Any] | BaseModel,
    out: Place | None = None,
    *,
    changes: Mapping[str, Any] | Sequence[str] = (),
    stop: StopRequest | None = None,
) -> Student:
    """Fine-tune as a flow, on the Prefect server in the settings or a temporary server.

    Args:
        recipe: as :func:`load_recipe` takes it; Prefect shows a name or a file with its changes.
        out, stop: as for :func:`fine_tune`.
        changes: as :func:`load_recipe` takes them.

    Raises:
        InputError, StoppedError, CrosslabelError: as :func:`fine_tune`.
    """
    from crosslabel.library.training import trained

    loaded = training_recipe(recipe, changes)  # reports a wrong recipe before a server starts
    _prepare_prefect()
    from crosslabel.flows.finetune import finetune

    folder = None if out is None else str(place(out))
    result = _run(partial(finetune, *_shown_by_prefect(recipe, changes, loaded), folder), stop)
    return trained(loaded, local_place(result["out"], "the folder of a model"))


def _shown_by_prefect(
    recipe: str | Path | Mapping[str, Any] | BaseModel,
    changes: Mapping[str, Any] | Sequence[str],
    loaded: BaseModel,
) -> tuple[Any, list[str]]:
    """Return the parameters of a flow: a name and texts as they are, anything else as a recipe."""
    if isinstance(recipe, str | Path) and not isinstance(changes, Mapping):
        return str(recipe), list(changes or ())
    return loaded, []


def _run(flow: Callable[[], Any], stop: StopRequest | None) -> Any:
    from crosslabel.flows.local import run_flow

    with shown() as display:
        return run_flow(flow, stop or StopRequest(), display.tell)


def _given(on: Cluster | None, **given: object) -> Mapping[str, Any]:
    """Return the options for a cluster that have a value.

    Raises:
        InputError: an option has a value, but no cluster was requested.
    """
    options = {name: value for name, value in given.items() if value is not None}
    if options and on is None:
        named = next(iter(options)).replace("_", " ")
        raise InputError(f"{named} is for a cluster; choose one: on dask or on ray")
    return options


def _flow_on(on: Cluster | None, given: Mapping[str, Any]) -> Callable[..., Any]:
    """Return the flow that builds in this process, or on a cluster if one was requested.

    Raises:
        InputError: the library for the cluster is not installed, or options contradict each other.
    """
    if on is None:
        from crosslabel.flows.build_corpus import build_corpus

        return build_corpus
    from crosslabel.flows.cluster import cluster_of, require
    from crosslabel.flows.on_cluster import build_corpus_on_cluster

    require(on)
    return partial(build_corpus_on_cluster, cluster=cluster_of(kind=on, **given))


def _prepare_prefect() -> None:
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    try:
        import prefect  # noqa: F401
    except ModuleNotFoundError:
        raise InputError("flows need Prefect, which is not installed; "
                         "pip install 'crosslabel[flows]'") from None
