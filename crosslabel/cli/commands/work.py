"""``crosslabel work``: one of several processes that build a corpus together."""

from __future__ import annotations

from crosslabel.cli.options import Limit, OutputFolder, Overrides, RecipeName

EXAMPLE = "Example, on every machine: crosslabel work my-recipe.yaml --out s3://corpora/mine"


def work(
    recipe: RecipeName,
    overrides: Overrides = None,
    out: OutputFolder = None,
    limit: Limit = None,
) -> None:
    """Take part in a build that several processes share, on one machine or many.

    Start one process per GPU, with the same recipe, options and --out. Each process takes work that
    no other process does, and all end when the corpus is finished. A process may be killed or join
    late.
    """
    import crosslabel as cl
    from crosslabel.cli.report import print_build
    from crosslabel.library.recipes import corpus_recipe

    print_build(cl.work(corpus_recipe(recipe, overrides or ()), out, limit=limit))
