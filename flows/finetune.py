"""The flow ``finetune``: the work of ``crosslabel finetune``, scheduled and retried by Prefect.

Steps run one after another, because they share one device. The output files are the same as from
``crosslabel finetune``, and the flow and the command continue each other.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Failed

from crosslabel.finetune.recipe import FinetuneRecipe
from crosslabel.finetune.run import STUDENT, Run
from crosslabel.flows.artifacts import ProgressBar, show_figures
from crosslabel.flows.attempts import attempt
from crosslabel.flows.local import stoppable
from crosslabel.flows.parameters import recipe_given
from crosslabel.flows.tasks import unit, whole
from crosslabel.pipeline.run.gpus import training_gpus
from crosslabel.pipeline.run.progress import Progress as Report
from crosslabel.pipeline.run.stops import StopRequest
from crosslabel.pipeline.storage.location import as_local, location
from crosslabel.projection.errors import InputError

Scores = dict[str, Any]


@flow(name="finetune", persist_result=False)
def finetune(
    recipe: str | FinetuneRecipe, overrides: list[str] | None = None, out: str | None = None
) -> dict[str, Any] | State[Any]:
    """Fine-tune a student and measure it, continuing the work of an earlier run.

    Args:
        recipe: name of a shipped recipe, a recipe file, or a whole recipe.
        overrides: changes to the recipe, ``key.sub=value``.
        out: output folder; by default ``out/`` and the recipe's name.

    Returns:
        The output folder (``out``), the folder of the model (``model``) and the figures by gold
        file (``scores``), as in ``results.json``.
    """
    try:
        loaded = recipe_given(FinetuneRecipe, recipe, overrides)
        folder = location(out) if out else Path("out") / loaded.name
        run = Run(loaded, as_local(folder, "the folder of a model (out)"))
        with attempt():
            return stoppable(partial(_work, run))
    except InputError as error:
        return Failed(message=str(error), data=error)


def _work(run: Run, stop: StopRequest) -> dict[str, Any]:
    """Do all steps in order, and return the places of the results and the figures by gold file."""
    asked = whole(stop)
    with training_gpus(run.recipe.machine.device, stop.check):
        featurize(whole(run), asked)
        for stage in run.stages:
            if stage == STUDENT:
                soften(whole(run), asked)
            train(whole(run), stage, asked)
        scores = {name: evaluate(whole(run), name, asked) for name in run.recipe.evaluation}
        finish(whole(run), whole(scores))
    show_figures(run.recipe.name, scores)
    return {"out": str(run.out), "model": str(run.model), "scores": scores}


@unit("featurize")
def featurize(run: Run, stop: StopRequest) -> None:
    """Commit the features of all training pairs."""
    run.featurize(stop.checking(_report()))


@unit("train {stage}")
def train(run: Run, stage: str, stop: StopRequest) -> None:
    """Train and commit the model of one stage; a retry continues from the last checkpoint."""
    run.train(stage, _report(), stop, get_run_logger().info)


@unit("soften")
def soften(run: Run, stop: StopRequest) -> None:
    """Commit the soft labels of the teachers."""
    run.soften(stop.checking(_report()))


@unit("evaluate {name}")
def evaluate(run: Run, name: str, stop: StopRequest) -> Scores:
    """Predict one gold file and measure the predictions."""
    return run.evaluate(name, stop.checking(_report()))


@unit("finish")
def finish(run: Run, scores: Scores) -> None:
    """Write the results of the run."""
    run.finish(scores)


def _report() -> Report:
    """Return a callback that shows progress, in a new bar for each round of a stage."""
    bars: dict[str, ProgressBar] = {}

    def report(stage: str, done: int, total: int) -> None:
        bar = bars.get(stage)
        if bar is None or bar.total != total or done <= bar.done:
            bar = bars[stage] = ProgressBar(total, f"finetune-{stage}", f"Progress of {stage}")
        bar.reach(done)

    return report
