"""Options that several subcommands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

RecipeName = Annotated[str, typer.Argument(help="Name of a shipped recipe, or a recipe file.")]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change a recipe key; may be repeated."),
]
OutputFolder = Annotated[
    Path | None, typer.Option(help="Output folder; by default out/ and the recipe's name.")
]
Limit = Annotated[int | None, typer.Option(min=1, help="Take the first N input rows.")]
Fresh = Annotated[
    bool, typer.Option("--fresh/--resume", help="Forget earlier work in the output folder.")
]
