"""A whole run: both stages as one recipe, from labelled text to figures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from safetensors.torch import load_file

from crosslabel.finetune.recipe import FinetuneRecipe
from crosslabel.finetune.run import finetune
from crosslabel.pipeline.recipe.file import load_as
from crosslabel.projection.errors import InputError
from tests.finetune.tiny_student import tiny_student

_TAGS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
_NAMES = ("Anna Keller", "Marie Curie", "Otto Hahn", "Lise Meitner")
_PLACES = ("Hamburg", "Lissabon", "Wien", "New York")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A student, English and German labelled text, and a recipe."""
    folder = tmp_path_factory.mktemp("run")
    tiny_student(folder / "student")
    for lang, verb in (("en", " lives in "), ("de", " wohnt in ")):
        rows = [_row(f"{lang}{n}", lang, _NAMES[n % 4], verb, _PLACES[n // 4 % 4])
                for n in range(24)]
        (folder / f"{lang}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), "utf-8")
    (folder / "recipe.yaml").write_text(yaml.safe_dump({
        "name": "tiny", "task": "token", "labels": _TAGS, "student": str(folder / "student"),
        "data": [{"path": "en.jsonl"}], "features": {"max_length": 64, "stride": 16},
        "training": {"learning_rate": 0.01, "epochs": 2, "batch_rows": 6},
        "self_teaching": {"weight": 0.5},
        "evaluation": {"german": {"path": "de.jsonl"}},
        "machine": {"device": "cpu", "tensorboard": False},
    }), "utf-8")
    return folder


def _row(id: str, lang: str, name: str, verb: str, city: str) -> dict[str, Any]:
    text = f"{name}{verb}{city}."
    start = len(name) + len(verb)
    return {"id": id, "lang": lang, "text": text, "spans": [
        {"start": 0, "end": len(name), "label": "PER"},
        {"start": start, "end": start + len(city), "label": "LOC"},
    ]}


def _recipe(place: Path, *overrides: str) -> FinetuneRecipe:
    return load_as(FinetuneRecipe, str(place / "recipe.yaml"), overrides)


def _inodes(out: Path) -> dict[str, int]:
    return {str(path.relative_to(out)): path.stat().st_ino
            for path in out.rglob("*") if path.is_file()}


def test_both_stages_run_once_and_are_passed_over_when_current(
    place: Path, tmp_path: Path
) -> None:
    first = finetune(_recipe(place), tmp_path)
    assert {path.parent.parent.name for path in tmp_path.rglob("model/config.json")} == {
        "teacher", "student"}
    predicted = (tmp_path / "evaluation/german/predictions.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["id"] for line in predicted] == [f"de{n}" for n in range(24)]
    before = _inodes(tmp_path)
    assert finetune(_recipe(place), tmp_path) == first
    assert _inodes(tmp_path) == before


def test_a_change_of_the_second_stage_leaves_the_first_alone(place: Path, tmp_path: Path) -> None:
    finetune(_recipe(place), tmp_path)
    before = _inodes(tmp_path)
    finetune(_recipe(place, "self_teaching.weight=1.0"), tmp_path)
    after = _inodes(tmp_path)
    changed = {name.split("/")[0] for name in before if before[name] != after.get(name)}
    assert "student" in changed
    assert changed <= {"student", "evaluation", "results.json"}


def test_a_student_may_learn_from_teachers_of_another_run(place: Path, tmp_path: Path) -> None:
    finetune(_recipe(place, "self_teaching=null"), tmp_path / "first")
    teacher = tmp_path / "first" / "teacher" / "model"
    finetune(_recipe(place, f"teachers=[{teacher}]"), tmp_path / "second")
    assert not (tmp_path / "second" / "teacher").exists()
    assert (tmp_path / "second" / "student" / "model" / "model.safetensors").is_file()


def test_the_shipped_recipe_names_data_that_ships() -> None:
    recipe = load_as(FinetuneRecipe, "demo-filter")
    assert all(own.path.is_file() for own in recipe.data)
    assert set(recipe.labels or ()) > {"O", "B-PER", "I-DATE"}


def test_labels_must_be_known(place: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"en.jsonl: a file does not say which labels there are"):
        finetune(_recipe(place, "labels=null"), tmp_path)


def test_two_processes_train_one_model(place: Path, tmp_path: Path) -> None:
    """Started as accelerate starts one process for each GPU."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node",
               "2", "-m", "crosslabel", "finetune", str(place / "recipe.yaml"),
               "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("The model: ") == 1
    results = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert results["scores"]["german"]["examples"] == {"de": 24}
    weights = load_file(tmp_path / "student" / "model" / "model.safetensors")
    assert all(bool(tensor.isfinite().all()) for tensor in weights.values())
    steps = json.loads((tmp_path / "teacher" / "log.json").read_text("utf-8"))[-1]["step"]
    assert steps == 2 * 24 // (2 * 6)  # each step takes a batch of each process


def test_one_of_two_processes_is_the_main_one_from_the_start(tmp_path: Path) -> None:
    script = tmp_path / "who.py"
    script.write_text("from crosslabel.finetune.training.processes import processes\n"
                      "state = processes('cpu')\n"
                      "state.wait_for_everyone()\n"
                      "print(f'main {state.is_main_process}\\n', end='', flush=True)\n")
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node",
               "2", str(script)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.split("\n")) == ["", "main False", "main True"]


def test_gold_rows_are_all_kept_whatever_lost_spans_mean(place: Path, tmp_path: Path) -> None:
    recipe = _recipe(place, "features.on_lost_span=drop_pair", "self_teaching=null")
    results = finetune(recipe, tmp_path)
    assert results is not None
    assert results["scores"]["german"]["examples"] == {"de": 24}
