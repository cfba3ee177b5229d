"""``crosslabel recipes``: list the shipped recipes."""

from __future__ import annotations

from typing import Annotated

import typer

from crosslabel.cli.terminal import print_json

EXAMPLE = "Example: crosslabel recipes --json"
_COMMANDS = {"corpus": "build", "fine-tuning": "finetune"}


def recipes(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the shipped recipes, each with the command that takes it."""
    import crosslabel as cl

    listed = cl.recipes()
    if as_json:
        print_json([{"name": recipe.name, "kind": recipe.kind, "command": _COMMANDS[recipe.kind],
                     "summary": recipe.summary} for recipe in listed])
        return
    from crosslabel.cli.tables import OPEN, FittedTable

    table = FittedTable("recipe", "command", "use", look=OPEN)
    for recipe in listed:
        table.add_row(recipe.name, _COMMANDS[recipe.kind], recipe.summary)
    table.show()
