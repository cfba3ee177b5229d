"""The parameter ``recipe`` of the flows: a name, a file, or a whole recipe as an object.

Prefect makes the form of its user interface, and what the server checks before it accepts a run,
out of the recipe's own schema.
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
    """The recipe that a run was given.

    Args:
        kind: what it is a recipe of.
        recipe: shipped name, file, or the recipe itself; paths of the latter are relative to the
            folder its worker was started in.
        overrides: changes to it, ``key.sub=value``.

    Raises:
        InputError: no such recipe, or a wrong key or value.
    """
    if isinstance(recipe, str):
        return load_as(kind, recipe, overrides or ())
    return with_overrides(recipe, overrides or ())
