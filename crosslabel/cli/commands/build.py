"""``crosslabel build``: make a corpus from a recipe."""

from __future__ import annotations

from pathlib import Path

from crosslabel.cli.options import Fresh, Limit, OutputFolder, Overrides, RecipeName

EXAMPLE = "Example: crosslabel build demo-ner --set source.path=my.jsonl --out out/mine"


def build(
    recipe: RecipeName,
    overrides: Overrides = None,
    out: OutputFolder = None,
    limit: Limit = None,
    fresh: Fresh = False,
) -> None:
    """Translate a labelled corpus, project its labels and write Arrow shards."""
    from crosslabel.cli.progress import shown
    from crosslabel.cli.report import print_build
    from crosslabel.cli.terminal import warn
    from crosslabel.pipeline.build import build as run
    from crosslabel.pipeline.recipe.file import load
    from crosslabel.pipeline.run.stops import StopRequest, run_stoppable

    loaded = load(recipe, overrides or [])
    folder = out or Path("out") / loaded.name
    stop = StopRequest()
    with shown() as progress:
        plan, manifest, account = run_stoppable(
            lambda: run(loaded, folder, limit=limit, fresh=fresh, progress=progress, stop=stop,
                        tell=warn), stop, warn)
    print_build(plan, manifest, account)
