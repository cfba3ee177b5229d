"""The list of shipped recipes."""

from __future__ import annotations

from pathlib import Path

from crosslabel.finetune.recipe import FinetuneRecipe
from crosslabel.pipeline.recipe.file import load, load_as
from crosslabel.pipeline.recipe.shipped import ShippedRecipe, shipped_recipes
from crosslabel.pipeline.storage.shipped import RECIPES, names


def test_every_recipe_is_listed_once_and_loads_as_its_kind() -> None:
    listed = shipped_recipes()
    assert sorted(recipe.name for recipe in listed) == names(RECIPES, "*.yaml")
    for recipe in listed:
        if recipe.kind == "corpus":
            assert load(recipe.name).name == recipe.name
        else:
            assert load_as(FinetuneRecipe, recipe.name).name == recipe.name
    assert {recipe.kind for recipe in listed} == {"corpus", "fine-tuning"}


def test_every_summary_is_one_short_sentence() -> None:
    for recipe in shipped_recipes():
        assert 10 < len(recipe.summary) < 100, recipe
        assert "#" not in recipe.summary and not recipe.summary.endswith(".")


def test_the_summary_is_the_first_sentence_of_the_first_comment(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("# One\n# two. Three.\ndata: []\n# four\n", "utf-8")
    (tmp_path / "c.yaml").write_text("# Short.\nsource: {}\n", "utf-8")
    (tmp_path / "d.yaml").write_text("source: {}\n", "utf-8")
    assert shipped_recipes(tmp_path) == (
        ShippedRecipe("c", "corpus", "Short"), ShippedRecipe("d", "corpus", ""),
        ShippedRecipe("b", "fine-tuning", "One two"),
    )
