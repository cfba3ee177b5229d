"""Frozen word embeddings stay as they are, and nothing else does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForTokenClassification

from crosslabel.finetune.recipe import FinetuneRecipe
from crosslabel.finetune.training.checkpoints import last_complete
from crosslabel.finetune.training.stage import TrainingStage, run_stage, stage_key
from crosslabel.pipeline.recipe.file import load_as
from crosslabel.projection.errors import InputError
from tests.finetune.tiny_features import write
from tests.finetune.tiny_student import tiny_student

_WORDS = "roberta.embeddings.word_embeddings.weight"
_FILTER, _ONE_SIDE = {"local": 1, "layers": 1}, {"sides": 1, "layers": 0}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a student and features of it."""
    folder = tmp_path_factory.mktemp("frozen")
    write(folder / "features", "token", rows=12, tokenizer=tiny_student(folder / "student"))
    return folder


def _recipe(place: Path, fusion: dict[str, int], **training: Any) -> FinetuneRecipe:
    return FinetuneRecipe.model_validate({
        "name": "tiny", "task": "token", "data": [{"path": "unused"}],
        "student": str(place / "student"), "fusion": fusion,
        "training": {"learning_rate": 1e-2, "epochs": 2, "batch_rows": 4, **training},
        "machine": {"device": "cpu", "tensorboard": False, "threads": 1},
    })


def _stage(place: Path, folder: Path) -> TrainingStage:
    return TrainingStage("teacher", (place / "features",), None, folder)


@pytest.mark.parametrize(("fusion", "average"), [(_FILTER, 2), (_ONE_SIDE, 1)])
def test_only_word_embeddings_stay(
    place: Path, tmp_path: Path, fusion: dict[str, int], average: int
) -> None:
    recipe = _recipe(place, fusion, freeze="word_embeddings", average=average)
    stage = _stage(place, tmp_path)
    run_stage(recipe, stage, lambda name, done, total: None)
    before = load_file(place / "student" / "model.safetensors")
    after = load_file(stage.model / "model.safetensors")
    assert torch.equal(after[_WORDS], before[_WORDS])
    same = {name for name in before.keys() & after.keys() if torch.equal(before[name], after[name])}
    assert same == {_WORDS}
    model, report = AutoModelForTokenClassification.from_pretrained(
        stage.model, output_loading_info=True)
    assert not report["missing_keys"] and not report["unexpected_keys"]
    assert model.get_input_embeddings().weight.requires_grad


def test_the_optimizer_does_not_know_them_and_a_cut_off_run_goes_on(
    place: Path, tmp_path: Path
) -> None:
    recipe = _recipe(place, _FILTER, freeze="word_embeddings", checkpoint_steps=2)

    class CutOffError(Exception):
        pass

    def cut_off(stage: str, done: int, total: int) -> None:
        if done == 3:
            raise CutOffError

    whole, parts = _stage(place, tmp_path / "whole"), _stage(place, tmp_path / "parts")
    with pytest.raises(CutOffError):
        run_stage(recipe, parts, cut_off)
    checkpoint = last_complete(parts.folder / "checkpoints")
    assert checkpoint is not None
    learned = torch.load(checkpoint / "optimizer.pt", weights_only=True)["state"].values()
    words = load_file(checkpoint / "model.safetensors")[_WORDS]
    assert learned and all(state["exp_avg"].shape != words.shape for state in learned)
    for stage in (parts, whole):
        run_stage(recipe, stage, lambda name, done, total: None)
    ours, theirs = (load_file(stage.model / "model.safetensors") for stage in (parts, whole))
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_freezing_makes_another_model_and_the_option_alone_does_not(
    place: Path, tmp_path: Path
) -> None:
    stage = _stage(place, tmp_path)
    plain, nothing, frozen = (
        stage_key(_recipe(place, _FILTER, **training), stage)
        for training in ({}, {"freeze": None}, {"freeze": "word_embeddings"})
    )
    assert plain == nothing != frozen


def test_an_unknown_part_is_one_line() -> None:
    with pytest.raises(InputError, match=r"training\.freeze.*'word_embeddings'") as refused:
        load_as(FinetuneRecipe, "demo-filter", ["training.freeze=everything"])
    assert "\n" not in str(refused.value)
