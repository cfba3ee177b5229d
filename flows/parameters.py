"""The parameter ``recipe`` of the flows: a name, a file, or a whole recipe as an object.

Prefect uses the schema of the recipe for the form in its user interface and for the checks of the
server before it accepts a run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel

from crosslabel.pipeline.recipe.file import load_as, with_overrides

AnyRecipe = TypeVar("AnyRecipe", bound=BaseModel)


def recipe_given(
    kind: type[AnyRecipe], recipe: str | AnyRecipe, overrides: Sequence[str] | None
) -> AnyRecipe:
    """Return the recipe of a run with its changes.

    Args:
        kind: class of the recipe.
        recipe: shipped name, file, or the recipe itself; paths in a recipe itself are relative to
            the folder that the worker was started in.
        overrides: changes to the recipe, ``key.sub=value``.

    Raises:
        InputError: the recipe does not exist, or has a wrong key or value.
    """
    if isinstance(recipe, str):
        return load_as(kind, recipe, overrides or ())
    return with_overrides(recipe, overrides or ())
