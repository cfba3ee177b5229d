"""The flow finetune on a real Prefect server: same files as the command, honest failures."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import State
from prefect.settings import PREFECT_API_URL

from crosslabel.finetune.recipe import FinetuneRecipe
from crosslabel.finetune.run import Run
from crosslabel.finetune.run import finetune as run_steps
from crosslabel.flows.finetune import finetune
from crosslabel.pipeline.recipe.file import load_as
from crosslabel.projection.errors import InputError
from tests import warm
from tests.flows.test_build_corpus import task_runs
from tests.flows.tiny_finetune import NAMES, PLACES, tiny_finetune

STEPS = {"featurize", "train teacher", "soften", "train student", "evaluate gold", "finish"}

pytestmark = pytest.mark.usefixtures("prefect_server")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny student, labelled rows in two languages and a recipe of both stages."""
    return tiny_finetune(tmp_path_factory.mktemp("finetune")).parent


def _run(place: Path, out: Path, *overrides: str) -> State[Any]:
    state: State[Any] = finetune(
        str(place / "tiny.yaml"), list(overrides), str(out), return_state=True
    )
    return state


def _files(out: Path) -> dict[str, bytes]:
    """All files by path; the log of a training holds how long it took."""
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*"))
            if path.is_file() and path.name != "log.json"}


@pytest.fixture(scope="module")
def finished(place: Path) -> tuple[Path, State[Any]]:
    """A finished flow run."""
    out = place / "flow"
    return out, _run(place, out)


def test_flow_gives_the_same_bytes_as_the_command(
    place: Path, finished: tuple[Path, State[Any]]
) -> None:
    reference = place / "reference"
    recipe = load_as(FinetuneRecipe, str(place / "tiny.yaml"))
    results = run_steps(recipe, reference)
    found = _files(finished[0])
    assert found == _files(reference)
    assert json.loads(found["results.json"]) == results
    assert "student/model/model.safetensors" in found


def test_the_result_names_folder_and_model_and_holds_the_figures(
    finished: tuple[Path, State[Any]]
) -> None:
    out, state = finished
    scores = json.loads((out / "results.json").read_text())["scores"]
    assert state.result() == {"out": str(out), "model": str(out / "student" / "model"),
                              "scores": scores}


def test_every_step_is_a_task(finished: tuple[Path, State[Any]]) -> None:
    assert set(task_runs(finished[1], len(STEPS))) == STEPS


def test_artifacts_show_progress_and_a_row_of_figures_for_each_language(
    finished: tuple[Path, State[Any]]
) -> None:
    out, state = finished
    own = FlowRunFilter(id=FlowRunFilterId(any_=[state.state_details.flow_run_id]))
    with get_client(sync_client=True) as client:
        found = {artifact.key: artifact.data
                 for artifact in client.read_artifacts(flow_run_filter=own)}
    for step in ("featurize", "teacher", "soften", "student"):
        assert found[f"finetune-{step}"] == 100.0
    score = json.loads((out / "results.json").read_text())["scores"]["gold"]
    table = {row["language"]: row for row in json.loads(found["finetune-figures"])}
    assert set(table) == {"de", "en"}
    for lang, row in table.items():
        assert row["gold file"] == "gold"
        assert row["examples"] == len(NAMES) * len(PLACES)
        figures = score["languages"][lang]
        assert figures and {name: row[name] for name in figures} == {
            name: figure["value"] for name, figure in figures.items()}


def test_second_run_trains_and_predicts_nothing_again(
    place: Path, finished: tuple[Path, State[Any]]
) -> None:
    out, _ = finished
    trained = [*out.rglob("model.safetensors"), *out.rglob("predictions.jsonl")]
    assert len(trained) == 3
    before = {path: path.stat().st_ino for path in trained}
    assert _run(place, out).is_completed()
    assert {path: path.stat().st_ino for path in trained} == before


def test_step_that_fails_once_is_tried_again(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    finish = Run.finish

    def flaky(run: Run, scores: dict[str, Any]) -> dict[str, Any]:
        tried.append("finish")
        if len(tried) == 1:
            raise OSError("disk away")
        return finish(run, scores)

    monkeypatch.setattr(Run, "finish", flaky)
    teacher_alone = ("self_teaching=", "training.epochs=1", "evaluation={}")
    state = _run(place, tmp_path / "out", *teacher_alone)
    assert state.result()["model"] == str(tmp_path / "out" / "teacher" / "model")
    assert len(tried) == 2
    assert json.loads((tmp_path / "out" / "results.json").read_text())["scores"] == {}


def test_wrong_recipe_fails_with_the_message_of_the_command(place: Path, tmp_path: Path) -> None:
    state = _run(place, tmp_path / "out", "training.epoch=2")
    assert state.is_failed()
    assert state.message and state.message.startswith(
        "training.epoch=2: unknown key 'training.epoch'; did you mean 'epochs'?")
    with pytest.raises(InputError, match="unknown key"):
        state.result()
    assert not (tmp_path / "out").exists()


def test_data_that_cannot_be_used_are_not_tried_again(place: Path, tmp_path: Path) -> None:
    state = _run(place, tmp_path / "out", "labels=")
    assert state.is_failed()
    assert state.message and "a file does not say which labels there are" in state.message
    tried = task_runs(state, 1)
    assert set(tried) == {"featurize"}
    assert tried["featurize"].run_count == 1


def test_command_runs_the_flow_and_prints_figures_and_model(
    place: Path, finished: tuple[Path, State[Any]]
) -> None:
    out, _ = finished
    before = _files(out)
    done = _command(place / "tiny.yaml", "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert "tiny: figures on gold files" in done.stdout
    assert f"The model: {out / 'student' / 'model'}" in done.stdout.replace("\n", " ")
    assert "Task run 'train student' - Finished" in done.stderr
    assert _files(out) == before


def test_command_says_what_is_wrong_with_a_recipe_in_one_line(place: Path, tmp_path: Path) -> None:
    done = _command(place / "tiny.yaml", "--set", "task=tagging", "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert done.stderr.startswith("crosslabel: task=tagging: task: ")
    assert len(done.stderr.splitlines()) == 1


def _command(recipe: Path, *words: str) -> subprocess.CompletedProcess[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_API_URL", PREFECT_API_URL.value())
        return warm.run("crosslabel", "flow", "finetune", recipe, *words)
