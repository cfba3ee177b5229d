"""A recipe as a parameter of a flow: by name, by file, or whole; and its schema for the server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crosslabel.finetune.recipe import FinetuneRecipe
from crosslabel.flows.parameters import recipe_given
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.recipe.file import load, load_as
from crosslabel.projection.errors import InputError

WHOLE: dict[str, Any] = {
    "name": "mine", "source": {"path": "rows/mine.jsonl", "held_out": ["test.jsonl"]},
    "targets": ["de"], "translation": {"given": {"de": "de.jsonl"}},
    "segmentation": {"sentences": False},
}


def test_a_name_is_loaded_with_its_changes() -> None:
    given = recipe_given(Recipe, "demo-ner", ["translation.beam=2"])
    assert given == load("demo-ner", ["translation.beam=2"])
    assert recipe_given(FinetuneRecipe, "demo-filter", None) == load_as(
        FinetuneRecipe, "demo-filter")


def test_paths_of_a_whole_recipe_begin_in_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    changes = ["translation.given.de=new/de.jsonl"]
    given = recipe_given(Recipe, Recipe.model_validate(WHOLE), changes)
    assert given.source.path == tmp_path / "rows" / "mine.jsonl"
    assert given.source.held_out == (tmp_path / "test.jsonl",)
    assert given.translation.given == {"de": tmp_path / "new" / "de.jsonl"}


def test_changes_of_a_whole_recipe_count_as_if_they_stood_in_it() -> None:
    recipe = Recipe.model_validate(WHOLE)
    given = recipe_given(Recipe, recipe, ["output.shard_rows=3", "source.lang=fr"])
    assert (given.output.shard_rows, given.source.lang) == (3, "fr")
    assert recipe == Recipe.model_validate(WHOLE)
    assert given.model_fields_set == recipe.model_fields_set | {"output"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("translation.beam=0", "translation.beam=0: translation.beam: "),
        ("trnslation.beam=2", "trnslation.beam=2: unknown key 'trnslation'; did you mean "),
        ("targets=[en]", "recipe: targets: 'en' is already the source language"),
    ],
)
def test_a_wrong_change_of_a_whole_recipe_is_named(change: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        recipe_given(Recipe, Recipe.model_validate(WHOLE), [change])
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)
