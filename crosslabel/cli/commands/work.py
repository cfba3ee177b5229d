"""``crosslabel work``: one of several processes that build a corpus together."""

from __future__ import annotations

from pathlib import Path

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
    from crosslabel.cli.progress import shown
    from crosslabel.cli.report import print_build
    from crosslabel.cli.terminal import warn
    from crosslabel.pipeline.recipe.file import load
    from crosslabel.pipeline.run.stops import StopRequest, run_stoppable
    from crosslabel.pipeline.work import work as run

    loaded = load(recipe, overrides or [])
    folder = out or Path("out") / loaded.name
    stop = StopRequest()
    with shown() as progress:
        plan, manifest, account = run_stoppable(
            lambda: run(loaded, folder, limit=limit, progress=progress, stop=stop, tell=warn),
            stop, warn)
    print_build(plan, manifest, account)
