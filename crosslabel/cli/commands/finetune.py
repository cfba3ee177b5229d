"""``crosslabel finetune``: train a student from a recipe and measure it on gold files."""

from __future__ import annotations

from crosslabel.cli.options import OutputFolder, Overrides, RecipeName

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
    import crosslabel as cl
    from crosslabel.cli.finetune_report import print_student
    from crosslabel.library.recipes import training_recipe

    print_student(cl.fine_tune(training_recipe(recipe, overrides or ()), out))
