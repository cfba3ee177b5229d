"""``crosslabel flow``: run builds and fine-tuning as Prefect flows."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from crosslabel.cli.options import Fresh, Limit, OutputFolder, Overrides, RecipeName
from crosslabel.cli.terminal import say, warn
from crosslabel.pipeline.run.stops import StopRequest
from crosslabel.pipeline.storage.location import location
from crosslabel.projection.errors import InputError

app = typer.Typer(help="Run builds and fine-tuning as Prefect flows.", no_args_is_help=True)

_ENVIRONMENT = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    "DASK_LOGGING__DISTRIBUTED": "warning",
}

Cluster = Literal["dask", "ray"]
_CLUSTER = "Clusters"


@app.command(epilog="Example: crosslabel flow build demo-ner")
def build(
    recipe: RecipeName,
    overrides: Overrides = None,
    out: OutputFolder = None,
    limit: Limit = None,
    fresh: Fresh = False,
    on: Annotated[Cluster | None, typer.Option(
        help="Kind of cluster that does the work.", rich_help_panel=_CLUSTER)] = None,
    address: Annotated[str | None, typer.Option(
        metavar="HOST:PORT", rich_help_panel=_CLUSTER, help="Address of Dask's scheduler or "
        "Ray's head; without it a cluster is started on this machine.")] = None,
    workers: Annotated[int | None, typer.Option(
        min=1, rich_help_panel=_CLUSTER, help="Processes of a cluster on this machine; 2 by "
        "default.")] = None,
    gpus: Annotated[bool, typer.Option(
        "--gpus", rich_help_panel=_CLUSTER, help="Give each unit of work that runs a model "
        "a GPU.")] = False,
    at_once: Annotated[int | None, typer.Option(
        min=1, rich_help_panel=_CLUSTER, help="Units of work of a stage submitted at once; by "
        "default two for each thread of the cluster.")] = None,
) -> None:
    """Build a corpus as a flow, on the Prefect server in the settings or a temporary server."""
    from rich.console import Console

    from crosslabel.cli.report import print_corpus
    from crosslabel.pipeline.corpus.reading import read_manifest
    from crosslabel.pipeline.recipe.file import load

    load(recipe, overrides or [])  # reports a wrong recipe before a server starts
    given = _given(on, address=address, workers=workers, gpus=gpus or None, at_once=at_once)
    _prepare_prefect()
    run = _flow_on(on, given)
    from crosslabel.flows.local import run_flow

    built = run_flow(
        lambda: run(recipe, overrides=overrides, out=str(out) if out else None, limit=limit,
                    fresh=fresh),
        StopRequest(), warn)
    folder = location(built["out"])
    print_corpus(folder, read_manifest(folder), Console())


@app.command(epilog="Example: crosslabel flow finetune demo-filter --set training.epochs=2")
def finetune(
    recipe: RecipeName,
    overrides: Overrides = None,
    out: OutputFolder = None,
) -> None:
    """Fine-tune as a flow, on the Prefect server in the settings or a temporary server."""
    from crosslabel.cli.finetune_report import print_results
    from crosslabel.finetune.recipe import FinetuneRecipe
    from crosslabel.finetune.run import RESULTS
    from crosslabel.pipeline.recipe.file import load_as
    from crosslabel.pipeline.storage.files import read_json

    # Reports a wrong recipe before a server starts.
    load_as(FinetuneRecipe, recipe, overrides or [])
    _prepare_prefect()
    from crosslabel.flows.finetune import finetune as run
    from crosslabel.flows.local import run_flow

    folder = str(out) if out else None
    result = run_flow(lambda: run(recipe, overrides, folder), StopRequest(), warn)
    print_results(read_json(Path(result["out"]) / RESULTS))
    say(f"The model: {result['model']}")


def _given(on: Cluster | None, **given: object) -> dict[str, Any]:
    """Return the options for a cluster that have a value.

    Raises:
        InputError: an option has a value, but no cluster was requested.
    """
    options = {name: value for name, value in given.items() if value is not None}
    if options and on is None:
        option = next(iter(options)).replace("_", "-")
        raise InputError(f"--{option}: needs a cluster; add --on dask or --on ray")
    return options


def _flow_on(on: Cluster | None, given: dict[str, Any]) -> Callable[..., Any]:
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
    logging.getLogger().handlers.clear()  # Prefect prints the lines, with their task
    try:
        import prefect  # noqa: F401
    except ModuleNotFoundError:
        raise InputError("flows need Prefect, which is not installed; "
                         "pip install 'crosslabel[flows]'") from None
