"""The list of shipped recipes: the use of each, in the words of its file."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Literal

from crosslabel.pipeline.recipe.yaml_text import parse
from crosslabel.pipeline.storage.shipped import RECIPES, names

RecipeKind = Literal["corpus", "fine-tuning"]


@dataclass(frozen=True, slots=True)
class ShippedRecipe:
    """A shipped recipe.

    Attributes:
        kind: whether it is read as a recipe of a corpus or of a fine-tuning.
        summary: the first sentence of the comment at the top of its file.
    """

    name: str
    kind: RecipeKind
    summary: str


def shipped_recipes(folder: Path = RECIPES) -> tuple[ShippedRecipe, ...]:
    """Return the shipped recipes, those of corpora first, each kind sorted by name."""
    recipes = [_described(folder / f"{name}.yaml") for name in names(folder, "*.yaml")]
    return tuple(sorted(recipes, key=lambda recipe: (recipe.kind, recipe.name)))


def _described(file: Path) -> ShippedRecipe:
    text = file.read_text(encoding="utf-8")
    _, values = parse(text, str(file))
    comment = takewhile(lambda line: line.startswith("#"), text.splitlines())
    sentence, _, _ = " ".join(line.lstrip("# ") for line in comment).partition(". ")
    # Only recipes of a corpus have a source; those of a fine-tuning have data.
    kind: RecipeKind = "corpus" if "source" in values else "fine-tuning"
    return ShippedRecipe(file.stem, kind, sentence.rstrip("."))
