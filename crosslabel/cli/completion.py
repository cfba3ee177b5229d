"""Completion of names in a shell; it runs at each press of the key and imports nothing slow."""

from __future__ import annotations

import typer


def recipe_names(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Return the shipped recipes that the command takes, with their summaries.

    Args:
        context: of the command whose recipe is completed.
        incomplete: the word so far.
    """
    import crosslabel as cl

    kind = "fine-tuning" if context.info_name == "finetune" else "corpus"
    return [(recipe.name, recipe.summary) for recipe in cl.recipes()
            if recipe.kind == kind and recipe.name.startswith(incomplete)]


def model_names(incomplete: str) -> list[str]:
    """Return the names of the shipped models that begin with the word so far."""
    from crosslabel.library import names

    return [name for name in names.model_names() if name.startswith(incomplete)]
