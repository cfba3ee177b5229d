"""Recipes by name, file or values, with changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.recipe.file import file_values, load_as, made, with_overrides
from crosslabel.pipeline.recipe.shipped import RecipeKind, ShippedRecipe, shipped_recipes
from crosslabel.projection.errors import InputError

if TYPE_CHECKING:
    from crosslabel.finetune.recipe import FinetuneRecipe

__all__ = ["RecipeKind", "ShippedRecipe", "corpus_recipe", "load_recipe", "recipes",
           "training_recipe"]

AnyRecipe = TypeVar("AnyRecipe", bound=BaseModel)
Changes = Mapping[str, Any] | Sequence[str]


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
    if isinstance(recipe, Recipe) or _is_of_corpus(recipe):
        return corpus_recipe(recipe, changes)
    return training_recipe(recipe, changes)


def _is_of_corpus(recipe: str | Path | Mapping[str, Any] | BaseModel) -> bool:
    if isinstance(recipe, BaseModel):
        return False
    values = recipe if isinstance(recipe, Mapping) else file_values(recipe)
    of_training = {"data", "task", "student", "evaluation"}
    return bool({"source", "targets"}.intersection(values)
                or not of_training.intersection(values))


def recipes() -> tuple[ShippedRecipe, ...]:
    """Return the shipped recipes: ``name``, ``kind`` and ``summary`` of each."""
    return shipped_recipes()


def corpus_recipe(
    recipe: str | Path | Mapping[str, Any] | BaseModel, changes: Changes = ()
) -> Recipe:
    """Load the recipe of a corpus.

    Raises:
        InputError: as :func:`load_recipe`, or the recipe is of a fine-tuning.
    """
    if isinstance(recipe, BaseModel) and not isinstance(recipe, Recipe):
        raise InputError(f"{getattr(recipe, 'name', 'recipe')}: a recipe of a fine-tuning; give it "
                         "to fine_tune")
    return _loaded(Recipe, recipe, changes)


def training_recipe(
    recipe: str | Path | Mapping[str, Any] | BaseModel, changes: Changes = ()
) -> FinetuneRecipe:
    """Load the recipe of a fine-tuning.

    Raises:
        InputError: as :func:`load_recipe`, or the recipe is of a corpus.
    """
    from crosslabel.finetune.recipe import FinetuneRecipe

    if isinstance(recipe, Recipe):
        raise InputError(f"{recipe.name}: a recipe of a corpus; give it to build")
    return _loaded(FinetuneRecipe, recipe, changes)


def _loaded(
    kind: type[AnyRecipe], recipe: str | Path | Mapping[str, Any] | BaseModel, changes: Changes
) -> AnyRecipe:
    if isinstance(recipe, kind):
        return with_overrides(recipe, changes) if changes else recipe
    if isinstance(recipe, Mapping):
        return made(kind, recipe, changes)
    if isinstance(recipe, str | Path):
        return load_as(kind, recipe, changes)
    raise InputError(f"{type(recipe).__name__}: not a recipe; give a name, a path or a mapping")
