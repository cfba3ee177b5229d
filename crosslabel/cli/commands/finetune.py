"""``crosslabel finetune``: train a student from a recipe and measure it on gold files."""

from __future__ import annotations

from pathlib import Path

from crosslabel.cli.options import OutputFolder, Overrides, RecipeName
from crosslabel.cli.terminal import say, warn

EXAMPLE = "Example: crosslabel finetune demo-filter --set training.epochs=2"


def finetune(
    recipe: RecipeName,
    overrides: Overrides = None,
    out: OutputFolder = None,
) -> None:
    """Featurize, train a teacher, write its soft labels, train a student and measure it.

    Steps that an earlier run finished are kept. To use several GPUs: accelerate launch -m
    crosslabel finetune ...
    """
    from crosslabel.cli.finetune_report import print_results
    from crosslabel.cli.progress import shown
    from crosslabel.finetune.recipe import FinetuneRecipe
    from crosslabel.finetune.run import Run
    from crosslabel.finetune.run import finetune as run
    from crosslabel.pipeline.recipe.file import load_as
    from crosslabel.pipeline.run.stops import StopRequest, run_stoppable
    from crosslabel.pipeline.storage.location import as_local

    loaded = load_as(FinetuneRecipe, recipe, overrides or [])
    folder = as_local(out or Path("out") / loaded.name, "the folder of a model (--out)")
    stop = StopRequest()
    with shown() as progress:
        results = run_stoppable(lambda: run(loaded, folder, progress, stop, warn), stop, warn)
    if results is not None:
        print_results(results)
        say(f"The model: {Run(loaded, folder).model}")
