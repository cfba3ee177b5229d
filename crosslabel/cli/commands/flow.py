"""``crosslabel flow``: run builds and fine-tuning as Prefect flows."""

from __future__ import annotations

import logging
from typing import Annotated, Literal

import typer

from crosslabel.cli.options import Fresh, Limit, OutputFolder, Overrides, RecipeName

app = typer.Typer(help="Run builds and fine-tuning as Prefect flows.", no_args_is_help=True)

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

    import crosslabel as cl
    from crosslabel.cli.report import print_corpus

    _leave_lines_to_prefect()
    corpus = cl.build_flow(recipe, out, changes=overrides or (), limit=limit, fresh=fresh, on=on,
                           address=address, workers=workers, gpus=gpus, at_once=at_once)
    print_corpus(corpus, Console())


@app.command(epilog="Example: crosslabel flow finetune demo-filter --set training.epochs=2")
def finetune(
    recipe: RecipeName,
    overrides: Overrides = None,
    out: OutputFolder = None,
) -> None:
    """Fine-tune as a flow, on the Prefect server in the settings or a temporary server."""
    import crosslabel as cl
    from crosslabel.cli.finetune_report import print_student

    _leave_lines_to_prefect()
    print_student(cl.fine_tune_flow(recipe, out, changes=overrides or ()))


def _leave_lines_to_prefect() -> None:
    """Let Prefect print the lines of a log, with their task."""
    logging.getLogger().handlers.clear()
