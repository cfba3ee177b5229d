"""Recipes by name, file or values, with changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from crosslabel.library.arguments import checked
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.recipe.file import file_values, load_as, made, with_overrides
from crosslabel.pipeline.recipe.shipped import RecipeKind, ShippedRecipe, shipped_recipes
from crosslabel.projection.errors import InputError

if TYPE_CHECKING:
    from crosslabel.finetune.recipe import FinetuneRecipe

__all__ = ["RecipeKind", "ShippedRecipe", "corpus_recipe", "load_recipe", "recipes",
           "training_recipe"]

AnyRecipe = TypeVar("AnyRecipe", bound=BaseModel)
AnyForm = str | Path | Mapping[str, Any] | BaseModel
Changes = Mapping[str, Any] | Sequence[str]
_OF_TRAINING = {"data", "student", "fusion", "training", "evaluation", "self_teaching"}
"""Keys that only recipes of a fine-tuning have."""


@checked()
def load_recipe(
    recipe: str | Path | Mapping[str, Any] | Recipe | FinetuneRecipe, changes: Changes = ()
) -> Recipe | FinetuneRecipe:
    """Load a recipe, and change some of its keys.

    >>> recipe = cl.load_recipe("demo-ner", {"translation.beam": 1, "targets": ["de"]})

    Args:
        recipe: name of a shipped recipe (see :func:`recipes`), path of a YAML file, its keys and
            values, or a recipe. Relative paths in a file start at the file, others at the working
            directory. ``docs/recipes.md`` lists all keys.
        changes: new values by key, as above, or texts ``"key.sub=value"``.

    Returns:
        A recipe of a corpus for :func:`build`, or of a fine-tuning for :func:`fine_tune`.

    Raises:
        InputError: there is no such recipe, or it has a wrong key or value.
    """
    return (training_recipe if _is_of_training(recipe) else corpus_recipe)(recipe, changes)


def recipes() -> tuple[ShippedRecipe, ...]:
    """Return the shipped recipes: ``name``, ``kind`` and ``summary`` of each."""
    return shipped_recipes()


def corpus_recipe(recipe: AnyForm, changes: Changes = ()) -> Recipe:
    """Load the recipe of a corpus.

    Raises:
        InputError: as :func:`load_recipe`, or the recipe is of a fine-tuning.
    """
    if _is_of_training(recipe):
        raise InputError(f"{_named(recipe)}: a recipe of a fine-tuning; give it to fine_tune, or "
                         "to 'crosslabel finetune'")
    return _loaded(Recipe, recipe, changes)


def training_recipe(recipe: AnyForm, changes: Changes = ()) -> FinetuneRecipe:
    """Load the recipe of a fine-tuning.

    Raises:
        InputError: as :func:`load_recipe`, or the recipe is of a corpus.
    """
    from crosslabel.finetune.recipe import FinetuneRecipe

    if _is_of_corpus(recipe):
        raise InputError(f"{_named(recipe)}: a recipe of a corpus; give it to build, or to "
                         "'crosslabel build'")
    return _loaded(FinetuneRecipe, recipe, changes)


def _is_of_corpus(recipe: AnyForm) -> bool:
    return "source" in _values(recipe)


def _is_of_training(recipe: AnyForm) -> bool:
    values = _values(recipe)
    return "source" not in values and not _OF_TRAINING.isdisjoint(values)


def _values(recipe: AnyForm) -> Collection[str]:
    """Return the keys of a recipe of any form; none of what is no recipe."""
    if isinstance(recipe, BaseModel):
        return type(recipe).model_fields
    if isinstance(recipe, Mapping):
        return recipe
    return file_values(recipe) if isinstance(recipe, str | Path) else ()


def _named(recipe: AnyForm) -> str:
    if isinstance(recipe, str | Path):
        return str(recipe)
    values = recipe if isinstance(recipe, Mapping) else dict(recipe)
    return str(values.get("name", "recipe"))


def _loaded(kind: type[AnyRecipe], recipe: AnyForm, changes: Changes | None) -> AnyRecipe:
    changes = changes or ()
    if not isinstance(changes, Mapping | Sequence):
        raise InputError(f"changes: is a {type(changes).__name__}; give a mapping, or a list of "
                         "'key=value'")
    if isinstance(recipe, kind):
        return with_overrides(recipe, changes) if changes else recipe
    if isinstance(recipe, Mapping):
        return made(kind, recipe, changes)
    if isinstance(recipe, str | Path):
        return load_as(kind, recipe, changes)
    raise InputError(f"{type(recipe).__name__}: not a recipe; give a name, a path or a mapping")
