"""One stage of training: what it leaves and refuses, and that being cut off changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForTokenClassification

from crosslabel.finetune.inference.forward import Device
from crosslabel.finetune.inference.soften import soften
from crosslabel.finetune.recipe import FinetuneRecipe
from crosslabel.finetune.schema import Task
from crosslabel.finetune.tokenizer import tokenizer_facts
from crosslabel.finetune.training.averaging import mean_weights
from crosslabel.finetune.training.checkpoints import last_complete
from crosslabel.finetune.training.stage import TrainingStage, run_stage
from crosslabel.pipeline.storage.files import read_json
from crosslabel.projection.errors import InputError
from tests.finetune.tiny_features import LABELS, write
from tests.finetune.tiny_student import tiny_student
from tests.little_memory import TORCH

_ROWS = 24


class _CutOffError(Exception):
    pass


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a student, features of it, and nothing else."""
    folder = tmp_path_factory.mktemp("stage")
    facts = tiny_student(folder / "student")
    write(folder / "features", "token", rows=_ROWS, tokenizer=facts)
    return folder


def _recipe(place: Path, **changes: Any) -> FinetuneRecipe:
    training = {"learning_rate": 1e-2, "epochs": 3, "batch_rows": 5, "checkpoint_steps": 3,
                "warmup": 0.2} | changes.pop("training", {})
    values: dict[str, Any] = {
        "name": "tiny", "task": "token", "data": [{"path": "unused"}],
        "student": str(place / "student"), "training": training,
        "machine": {"device": "cpu", "tensorboard": False}, **changes,
    }
    return FinetuneRecipe.model_validate(values)


def _quiet(stage: str, done: int, total: int) -> None:
    pass


def _run(recipe: FinetuneRecipe, place: Path, out: Path, soft: Path | None = None) -> TrainingStage:
    stage = TrainingStage("teacher", (place / "features",), soft, out)
    run_stage(recipe, stage, _quiet)
    return stage


def _weights(stage: TrainingStage) -> dict[str, torch.Tensor]:
    found: dict[str, torch.Tensor] = load_file(stage.model / "model.safetensors")
    return found


def _equal(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[n], other[n]) for n in one)


@pytest.fixture(scope="module")
def averaged(place: Path) -> FinetuneRecipe:
    return _recipe(place, training={"average": 2})


@pytest.fixture(scope="module")
def whole(
    place: Path, averaged: FinetuneRecipe, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, torch.Tensor]:
    """What a run of that recipe comes to that nothing cuts off."""
    return _weights(_run(averaged, place, tmp_path_factory.mktemp("whole")))


@pytest.mark.parametrize("stop", [1, 4, 7, 11])
def test_a_run_that_was_cut_off_goes_on_to_the_same_model(
    place: Path, tmp_path: Path, averaged: FinetuneRecipe, whole: dict[str, torch.Tensor], stop: int
) -> None:

    def cut_off(stage: str, done: int, total: int) -> None:
        if done == stop:
            raise _CutOffError

    stage = TrainingStage("teacher", (place / "features",), None, tmp_path / "parts")
    with pytest.raises(_CutOffError):
        run_stage(averaged, stage, cut_off)
    steps = []
    run_stage(averaged, stage, lambda name, done, total: steps.append(done))
    assert steps[0] == 3 * ((stop - 1) // 3) + 1  # from the last checkpoint, not from the start
    assert _equal(_weights(stage), whole)


def test_accumulated_batches_are_cut_off_and_resumed_too(place: Path, tmp_path: Path) -> None:
    recipe = _recipe(place, training={"accumulation": 2, "checkpoint_steps": 2})

    def cut_off(stage: str, done: int, total: int) -> None:
        if done == 3:
            raise _CutOffError

    whole = _run(recipe, place, tmp_path / "whole")
    stage = TrainingStage("teacher", (place / "features",), None, tmp_path / "parts")
    with pytest.raises(_CutOffError):
        run_stage(recipe, stage, cut_off)
    run_stage(recipe, stage, _quiet)
    assert _equal(_weights(stage), _weights(whole))


@pytest.mark.parametrize("task", [pytest.param("sequence", marks=pytest.mark.slow), "qa"])
def test_teacher_and_student_of_other_tasks(place: Path, tmp_path: Path, task: Task) -> None:
    facts = tokenizer_facts(str(place / "student"))
    write(tmp_path / "features", task, rows=_ROWS, tokenizer=facts)
    long = {"epochs": 12, "dropout": 0.0}
    first = TrainingStage("teacher", (tmp_path / "features",), None, tmp_path / "teacher")
    run_stage(_recipe(place, task=task, training=long), first, _quiet)
    soften([tmp_path / "features"], [first.model], tmp_path / "soft", device=Device("cpu"))
    second = TrainingStage("student", (tmp_path / "features",), tmp_path / "soft",
                           tmp_path / "student")
    run_stage(_recipe(place, task=task, training=long, self_teaching={}), second, _quiet)
    logged = [e for e in read_json(second.folder / "log.json") if "soft_a" in e]
    for term in ("hard_a", "hard_b", "soft_a"):
        assert logged[-1][term] < logged[0][term]


def test_where_memory_runs_out_the_setting_is_named_and_the_run_goes_on(
    place: Path, tmp_path: Path
) -> None:
    stage = TrainingStage("teacher", (place / "features",), None, tmp_path)

    def full(stage: str, done: int, total: int) -> None:
        if done == 4:
            raise torch.OutOfMemoryError(TORCH)

    with pytest.raises(InputError, match=r"^training.batch_rows: out of memory with 5 rows at "
                       r"once \(CUDA out of memory.*activation_checkpointing=true"):
        run_stage(_recipe(place), stage, full)
    saving = {"device": "cpu", "tensorboard": False, "activation_checkpointing": True}
    steps = []
    run_stage(_recipe(place, machine=saving), stage, lambda name, done, total: steps.append(done))
    assert steps[0] == 4


def test_a_half_written_checkpoint_is_passed_over(tmp_path: Path) -> None:
    for step in (3, 6):
        (tmp_path / f"checkpoint-{step}").mkdir()
    (tmp_path / "checkpoint-3" / "trainer_state.json").write_text('{"global_step": 3}')
    (tmp_path / "checkpoint-6" / "trainer_state.json").write_text('{"global_st')
    assert last_complete(tmp_path) == tmp_path / "checkpoint-3"
    assert last_complete(tmp_path / "checkpoint-3") is None


def test_a_finished_stage_is_not_run_again_and_a_changed_one_is(
    place: Path, tmp_path: Path
) -> None:
    stage = _run(_recipe(place), place, tmp_path)
    assert not run_stage(_recipe(place), stage, _quiet)
    assert not run_stage(_recipe(place, machine={"threads": 1}), stage, _quiet)
    assert run_stage(_recipe(place, training={"epochs": 2}), stage, _quiet)


def test_the_model_opens_as_the_stock_class_and_says_how_it_was_made(
    place: Path, tmp_path: Path
) -> None:
    stage = _run(_recipe(place), place, tmp_path)
    model = AutoModelForTokenClassification.from_pretrained(stage.model)
    assert tuple(model.config.id2label.values()) == LABELS
    assert (model.config.fusion_m, model.config.fusion_k) == (1, 1)
    assert _equal({name: tensor for name, tensor in model.state_dict().items()
                   if "position_ids" not in name}, _weights(stage))
    card = (stage.model / "README.md").read_text()
    assert "base_model: student" in card and str(place) not in card


def test_what_is_logged_tells_the_terms_of_the_loss_and_the_padding(
    place: Path, tmp_path: Path
) -> None:
    _run(_recipe(place, training={"epochs": 8}), place, tmp_path)
    logged = [entry for entry in read_json(tmp_path / "log.json") if "loss" in entry]
    assert logged and all({"hard_a", "hard_b", "soft_a", "padding"} <= set(e) for e in logged)
    assert all(0.0 <= entry["padding"] < 1.0 for entry in logged)


def test_a_student_learns_the_soft_labels_of_its_teacher(place: Path, tmp_path: Path) -> None:
    long = {"epochs": 30, "dropout": 0.0}
    teacher = _run(_recipe(place, training=long), place, tmp_path / "teacher")
    soften([place / "features"], [teacher.model], tmp_path / "soft", device=Device("cpu"))
    recipe = _recipe(place, self_teaching={"weight": 1.0}, training=long)
    student = _run(recipe, place, tmp_path / "student", tmp_path / "soft")
    logged = [e["soft_a"] for e in read_json(student.folder / "log.json") if "soft_a" in e]
    assert logged[-1] < logged[0] / 2


def test_without_hard_labels_side_a_teaches_nothing_itself(place: Path, tmp_path: Path) -> None:
    recipe = _recipe(place, training={"hard_labels": False, "epochs": 5})
    stage = _run(recipe, place, tmp_path)
    logged = [entry for entry in read_json(stage.folder / "log.json") if "hard_a" in entry]
    assert logged and all(e["hard_a"] == 0 and e["hard_b"] > 0 for e in logged)


def test_activation_checkpointing_learns_the_same(place: Path, tmp_path: Path) -> None:
    machine = {"device": "cpu", "tensorboard": False}
    plain = _run(_recipe(place), place, tmp_path / "plain")
    saving = _recipe(place, machine={**machine, "activation_checkpointing": True})
    found = _weights(_run(saving, place, tmp_path / "saving"))
    assert all(torch.allclose(found[name], tensor, atol=1e-5)
               for name, tensor in _weights(plain).items())


def test_bfloat16_trains_and_curves_are_left(place: Path, tmp_path: Path) -> None:
    recipe = _recipe(place, machine={"device": "cpu", "bf16": True}, training={"epochs": 20})
    stage = _run(recipe, place, tmp_path)
    weights = _weights(stage)
    assert all(tensor.dtype == torch.float32 and bool(tensor.isfinite().all())
               for tensor in weights.values())
    logged = [e["loss"] for e in read_json(stage.folder / "log.json") if "loss" in e]
    assert logged[-1] < logged[0]
    assert any((tmp_path / "curves").glob("events.*"))


def test_features_of_another_tokenizer_are_refused(place: Path, tmp_path: Path) -> None:
    write(tmp_path / "features", "token", rows=4)
    stage = TrainingStage("teacher", (tmp_path / "features",), None, tmp_path / "out")
    with pytest.raises(InputError, match=r"features for tiny.* another tokenizer"):
        run_stage(_recipe(place), stage, _quiet)


def test_the_mean_of_checkpoints_is_that_of_each_weight(tmp_path: Path) -> None:
    random = torch.Generator().manual_seed(0)
    sets = [{"w": torch.randn(3, 4, generator=random), "b": torch.randn(5, generator=random)}
            for _ in range(3)]
    files = [tmp_path / f"{number}.safetensors" for number in range(3)]
    for own, file in zip(sets, files, strict=True):
        save_file(own, file)
    mean = mean_weights(files)
    for name in ("w", "b"):
        expected = torch.stack([own[name] for own in sets]).mean(0)
        assert torch.allclose(mean[name], expected, atol=1e-7)


def test_averaging_gives_the_mean_of_the_last_epochs(place: Path, tmp_path: Path) -> None:
    kept: list[Path] = []

    def copy(stage: str, done: int, total: int) -> None:
        """With the last step, the weights of the epochs before it are there."""
        if done == total:
            for file in sorted((tmp_path / "two" / "epochs").glob("*.safetensors")):
                kept.append(tmp_path / file.name)
                kept[-1].write_bytes(file.read_bytes())

    one = _run(_recipe(place), place, tmp_path / "one")
    stage = TrainingStage("teacher", (place / "features",), None, tmp_path / "two")
    run_stage(_recipe(place, training={"average": 2}), stage, copy)
    expected = mean_weights([kept[-1], one.model / "model.safetensors"])
    mean = _weights(stage)
    assert not _equal(mean, _weights(one))
    assert all(torch.allclose(mean[name], expected[name], atol=1e-6) for name in mean)
