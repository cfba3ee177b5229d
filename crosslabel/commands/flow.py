"""``crosslabel flow``: the same work as Prefect flows."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any, cast

import typer

from crosslabel.options import Fresh, Limit, OutputFolder, Overrides, RecipeName
from projection.errors import InputError

app = typer.Typer(help="Run builds and fine-tuning as Prefect flows.", no_args_is_help=True)

_ENVIRONMENT = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}


@app.command(epilog="Example: crosslabel flow build demo-ner")
def build(
    recipe: RecipeName,
    overrides: Overrides = None,
    out: OutputFolder = None,
    limit: Limit = None,
    fresh: Fresh = False,
) -> None:
    """Build a corpus as a flow: on the Prefect server in the settings, else on a temporary one."""
    from rich.console import Console

    from crosslabel.report import print_corpus
    from pipeline.corpus import read_manifest
    from pipeline.recipe_file import load

    load(recipe, overrides or [])  # a wrong recipe is told before a server starts
    _prepare_prefect()
    from flows.build_corpus import build_corpus
    from flows.local import stoppable

    with stoppable():
        built = build_corpus(recipe, overrides, str(out) if out else None, limit, fresh)
    folder = Path(cast(dict[str, Any], built)["out"])
    print_corpus(folder, read_manifest(folder), Console())


@app.command(epilog="Example: crosslabel flow finetune demo-filter --set training.epochs=2")
def finetune(
    recipe: RecipeName,
    overrides: Overrides = None,
    out: OutputFolder = None,
) -> None:
    """Fine-tune as a flow: on the Prefect server in the settings, else on a temporary one."""
    from crosslabel.finetune_report import print_results
    from finetune.recipe import FinetuneRecipe
    from finetune.run import RESULTS
    from pipeline.recipe_file import load_as
    from pipeline.storage import read_json

    load_as(FinetuneRecipe, recipe, overrides or [])  # a wrong one is told before a server starts
    _prepare_prefect()
    from flows.finetune import finetune as run
    from flows.local import stoppable

    with stoppable():
        made = cast(dict[str, Any], run(recipe, overrides, str(out) if out else None))
    print_results(read_json(Path(made["out"]) / RESULTS))
    print(f"The model: {made['model']}")


def _prepare_prefect() -> None:
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    logging.getLogger().handlers.clear()  # Prefect's own lines name the task they are about
    try:
        import prefect  # noqa: F401
    except ModuleNotFoundError:
        raise InputError("flows need Prefect, which is not installed; "
                         "pip install 'crosslabel[flows]'") from None
