"""The flow ``work-on-corpus``: the work of ``crosslabel work``, with one run per machine.

Each run is one process that takes part in a build. Prefect starts and shows the runs, and they
divide the work through their shared output folder. If a run is lost, the others do its work.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Failed
from pydantic import Field

from crosslabel.flows.artifacts import ProgressBar, show_counts, show_rejects
from crosslabel.flows.attempts import attempt
from crosslabel.flows.local import stoppable
from crosslabel.flows.parameters import recipe_given
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.run.stops import StopRequest
from crosslabel.pipeline.storage.location import Location, location
from crosslabel.pipeline.work import work
from crosslabel.projection.errors import InputError


@flow(name="work-on-corpus", persist_result=False)
def work_on_corpus(
    recipe: str | Recipe,
    out: str,
    overrides: list[str] | None = None,
    limit: Annotated[int, Field(ge=1)] | None = None,
) -> dict[str, Any] | State[Any]:
    """Take part in a build until it is finished; start as many runs as there are machines.

    Args:
        recipe: name of a shipped recipe, a recipe file, or a whole recipe; the same in all runs.
        out: output folder that all machines can access, such as ``s3://corpora/mine``.
        overrides: changes to the recipe, ``key.sub=value``; the same in all runs.
        limit: take at most this many input rows; the same in all runs.

    Returns:
        The output folder (``out``) and the rows written per language (``rows``).
    """
    try:
        loaded = recipe_given(Recipe, recipe, overrides)
        with attempt():
            return stoppable(partial(_work, loaded, location(out), limit))
    except InputError as error:
        return Failed(message=str(error), data=error)


def _work(
    recipe: Recipe, out: Location, limit: int | None, stop: StopRequest
) -> dict[str, Any]:
    plan, manifest, account = work(recipe, out, limit=limit, progress=_shown(), stop=stop,
                                   tell=get_run_logger().info)
    for warning in (*plan.warnings, *account.warnings, *account.rejects):
        get_run_logger().warning("%s", warning)
    show_counts(manifest)
    show_rejects(manifest)
    rows = {lang: counts["rows"] for lang, counts in manifest["languages"].items()}
    return {"out": str(plan.out), "rows": rows}


def _shown() -> Any:
    """Return a progress callback with a bar for each stage, which counts the work of all runs."""
    bars: dict[str, ProgressBar] = {}

    def progress(stage: str, done: int, total: int) -> None:
        if stage not in bars:
            bars[stage] = ProgressBar(total, f"work-{stage}", f"Units of the stage {stage}")
        bars[stage].reach(done)

    return progress
