"""``crosslabel build``: a recipe becomes a corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

EXAMPLE = "Example: crosslabel build demo-ner --set source.path=my.jsonl --out out/mine"


def build(
    recipe: Annotated[str, typer.Argument(help="Name of a shipped recipe, or a recipe file.")],
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a recipe key; may be repeated."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Output folder; by default out/ and the recipe's name.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Take the first N input rows.")] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh/--resume", help="Forget earlier work in the output folder.")
    ] = False,
) -> None:
    """Translate a labelled corpus, project its labels and write Arrow shards."""
    from crosslabel.progress import shown
    from crosslabel.report import print_build
    from pipeline.build import build as run
    from pipeline.recipe_file import load

    loaded = load(recipe, overrides or [])
    folder = out or Path("out") / loaded.name
    with shown() as progress:
        plan, manifest, account = run(
            loaded, folder, limit=limit, fresh=fresh, progress=progress
        )
    print_build(plan, manifest, account)
