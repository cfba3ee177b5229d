"""Models beside a recipe are found like data, wherever the recipe lies and is loaded from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from crosslabel.finetune.recipe import FinetuneRecipe
from crosslabel.pipeline.build import build
from crosslabel.pipeline.planning.models import find_models
from crosslabel.pipeline.planning.plan import plan
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.recipe.file import load, load_as, made, with_overrides
from crosslabel.pipeline.storage.shipped import MODELS, SAMPLES
from crosslabel.projection.errors import InputError
from tests.pipeline import tiny_marian
from tests.pipeline.labellers.tiny_labellers import tiny_labeller
from tests.tiny_encoder import tiny_encoder

SHIPPED = "e5-small"


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with data and models, for a recipe to lie in."""
    folder = tmp_path_factory.mktemp("beside")
    tiny_marian.make(folder / "mt")
    tiny_labeller(folder / "run" / "student" / "model", "token")
    (folder / "encoder").symlink_to(tiny_encoder())
    lines = (SAMPLES / "ner.en.jsonl").read_text("utf-8").splitlines()[:6]
    rows = [json.loads(line) for line in lines]
    (folder / "rows.jsonl").write_text("".join(
        json.dumps({"id": row["id"], "text": row["text"]}) + "\n" for row in rows), "utf-8")
    return folder


def write(folder: Path, **changes: object) -> Path:
    values = {"name": "mine", "targets": ["de"], "source": {"path": "rows.jsonl", "task": "spans"},
              "label": {"model": "run/student/model"},
              "translation": {"model": "mt", "beam": 1},
              "projection": {"method": "inter", "model": "encoder"}, **changes}
    file = folder / "recipe.yaml"
    file.write_text(yaml.safe_dump(values), "utf-8")
    return file


def test_models_start_at_the_recipe_file_and_changes_where_they_are_given(
    beside: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mt").mkdir()  # another one, which is not meant
    monkeypatch.chdir(tmp_path)
    recipe = load(write(beside, quality={"round_trip_chrf": 1, "back_model": "./mt"}))
    assert recipe.label is not None
    found = [recipe.translation.model, recipe.label.model, recipe.projection.model,
             recipe.quality.back_model]
    assert found == [str(beside / name) for name in ("mt", "run/student/model", "encoder", "mt")]
    changed = load(beside / "recipe.yaml", ["translation.model=mt"])
    assert changed.translation.model == "mt"
    assert with_overrides(recipe, ["translation.beam=2"]).label == recipe.label
    values = yaml.safe_load((beside / "recipe.yaml").read_text())
    monkeypatch.chdir(beside)
    assert made(Recipe, values).translation.model == str(beside / "mt")


def test_the_student_of_a_fine_tuning_is_found_beside_its_recipe(beside: Path) -> None:
    file = beside / "tune.yaml"
    file.write_text(yaml.safe_dump({"name": "tune", "task": "token", "student": "encoder",
                                    "data": [{"path": "rows.jsonl"}]}), "utf-8")
    recipe = load_as(FinetuneRecipe, file)
    assert recipe.student == str(beside / "encoder")
    assert recipe.public()["student"] == "encoder"


def test_names_are_looked_for_in_the_order_that_the_page_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, here = tmp_path / "there", tmp_path / "here"
    (there / "both").mkdir(parents=True)
    for name in ("both", "only/here"):
        (here / name).mkdir(parents=True)
    monkeypatch.chdir(here)

    def model(name: str) -> str:
        return load(write(there, translation={"model": name})).translation.model

    assert model("mt-en-de-es") == "mt-en-de-es"
    assert model("both") == str(there / "both")
    assert model("only/here") == "only/here"
    assert model("owner/on-the-hub") == "owner/on-the-hub"
    assert model(str(there / "both")) == str(there / "both")
    assert model("./missing") == str(there / "missing")
    assert model("m" * 5000) == "m" * 5000
    with pytest.raises(InputError, match=r"translation\.model.*at least 1 character"):
        model("")
    with pytest.raises(InputError, match=f"^{there}/missing: no such model; shipped: "):
        find_models(load(write(there, translation={"model": "./missing"}, label=None)))


def test_a_shipped_name_beside_another_folder_of_that_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / SHIPPED).mkdir()
    file = write(tmp_path, projection={"model": SHIPPED})
    with pytest.raises(InputError) as refused:
        load(file)
    line = next(number for number, text in enumerate(file.read_text().splitlines(), start=1)
                if text == f"  model: {SHIPPED}")
    assert str(refused.value) == (
        f"{file}, line {line}: '{SHIPPED}' is a shipped model and also the folder "
        f"{tmp_path / SHIPPED}; write './{SHIPPED}' for the folder, or rename it to use the "
        "shipped model")
    assert load(write(tmp_path, projection={"model": f"./{SHIPPED}"})).projection.model == str(
        tmp_path / SHIPPED)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=f"^projection.model={SHIPPED}: .* also the folder"):
        load("demo-ner", [f"projection.model={SHIPPED}"])
    monkeypatch.chdir(MODELS)
    load("demo-ner", [f"projection.model={SHIPPED}"])


def test_equal_models_give_equal_corpora_wherever_they_lie(
    beside: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSLABEL_CACHE", str(tmp_path / "cache"))
    other = shutil.copytree(beside, tmp_path / "other", symlinks=True)
    (other / "mt").rename(other / "translator")
    _, manifest, _ = build(load(write(beside)), tmp_path / "one")
    moved = plan(load(write(other, translation={"model": "./translator", "beam": 1})),
                 tmp_path / "two")
    assert str(beside) not in json.dumps(manifest) and str(tmp_path) not in json.dumps(manifest)
    assert str(tmp_path) not in json.dumps(moved.recipe.public())
    translation = manifest["models"]["translation"]
    assert (translation["name"], translation["source"]) == ("mt", "mt")
    assert manifest["recipe"]["label"]["model"] == "model"
    assert manifest["recipe"]["translation"]["model"] == "mt"
    assert [shard["file"] for shard in manifest["languages"]["en"]["shards"]] == [
        f"en/{shard.name}.arrow" for shard in moved.shards["de"]]


def test_the_folder_of_a_whole_fine_tuning_is_answered_with_its_model(beside: Path) -> None:
    with pytest.raises(InputError) as refused:
        find_models(load(write(beside, label={"model": "run"})))
    assert str(refused.value).endswith(
        f"so not a model; give the model within it, {beside / 'run' / 'student' / 'model'}")
