"""The flow build-corpus on a real Prefect server: same files as the command, honest failures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import State, TaskRun
from prefect.settings import PREFECT_API_URL

from flows import tasks
from flows.build_corpus import build_corpus
from pipeline.build import all_shards
from pipeline.plan import plan
from pipeline.shard import shard_name
from pipeline.shards import read_marker
from projection.errors import CrosslabelError, InputError
from tests.pipeline.corpus_builds import LIMIT, SMALL, results, small_recipe

pytestmark = pytest.mark.usefixtures("prefect_server")


def run(out: Path, *overrides: str) -> State[Any]:
    """A flow run of the small build; its final state."""
    state: State[Any] = build_corpus(
        "demo-ner", [*SMALL, *overrides], str(out), LIMIT, return_state=True
    )
    return state


def task_runs(state: State[Any], expected: int) -> dict[str, TaskRun]:
    """Task runs by name, once the server has heard of ``expected`` of them in their final state."""
    own = FlowRunFilter(id=FlowRunFilterId(any_=[state.state_details.flow_run_id]))
    for _ in range(60):
        with get_client(sync_client=True) as client:
            found = client.read_task_runs(flow_run_filter=own)
        if sum(run.state is not None and run.state.is_final() for run in found) >= expected:
            break
        time.sleep(0.25)
    return {run.name: run for run in found}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, State[Any]]:
    out = tmp_path_factory.mktemp("flow") / "out"
    return out, run(out)


def test_flow_gives_the_same_bytes_as_the_command(
    finished: tuple[Path, State[Any]], reference: dict[str, bytes]
) -> None:
    assert results(finished[0]) == reference


def test_result_is_small_and_the_run_is_accounted_for(
    finished: tuple[Path, State[Any]]
) -> None:
    out, state = finished
    manifest = json.loads((out / "manifest.json").read_text())
    rows = {lang: own["rows"] for lang, own in manifest["languages"].items()}
    assert state.result() == {"out": str(out), "rows": rows}
    account = json.loads((out / "run.json").read_text())
    shards = [len(own["shards"]) for own in manifest["languages"].values()]
    assert account["shards_written"] == sum(shards)
    assert account["parts_translated"] > 2
    assert set(account["seconds"]) == {"plan", "translate", "project", "write", "finish"}


def test_every_part_and_shard_is_a_task_named_by_language_and_number(
    finished: tuple[Path, State[Any]]
) -> None:
    out, state = finished
    planned = plan(small_recipe(), out, LIMIT)
    expected = {"plan demo-ner", "finish"}
    for lang, own in planned.languages.items():
        expected |= {f"translate {lang} part {slot}" for slot in own.new}
        expected |= {f"project {lang} shard {n}" for n in range(len(planned.source.hashes))}
    assert set(task_runs(state, len(expected))) == expected


def test_artifacts_show_progress_and_counts(finished: tuple[Path, State[Any]]) -> None:
    out, state = finished
    with get_client(sync_client=True) as client:
        own = FlowRunFilter(id=FlowRunFilterId(any_=[state.state_details.flow_run_id]))
        found = {artifact.key: artifact.data
                 for artifact in client.read_artifacts(artifact_filter=ArtifactFilter(),
                                                       flow_run_filter=own)}
    assert found["build-progress"] == 100.0
    manifest = json.loads((out / "manifest.json").read_text())
    table = {row["language"]: row for row in json.loads(found["corpus-counts"])}
    for lang, own_counts in manifest["languages"].items():
        assert table[lang]["rows in"] == LIMIT
        assert table[lang]["rows out"] == own_counts["rows"]


def test_second_run_touches_nothing_that_is_committed(
    finished: tuple[Path, State[Any]], reference: dict[str, bytes]
) -> None:
    out, _ = finished
    before = {path: path.stat().st_mtime_ns for path in out.rglob("shard-*")}
    assert run(out).is_completed()
    assert {path: path.stat().st_mtime_ns for path in out.rglob("shard-*")} == before
    assert results(out) == reference


def _failing(
    function: Callable[..., Any], error: Exception, times: int
) -> tuple[Callable[..., Any], Counter[str]]:
    """``function``, but the first ``times`` calls for German raise ``error``; and its calls."""
    calls: Counter[str] = Counter()
    lock = threading.Lock()

    def wrapper(plan: Any, lang: str, number: int) -> Any:
        with lock:
            calls[lang] += 1
            if lang == "de" and calls[lang] <= times:
                raise error
        return function(plan, lang, number)

    return wrapper, calls


def test_part_that_fails_once_is_tried_again(
    tmp_path: Path, reference: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    flaky, calls = _failing(tasks.part.run_part, OSError("disk away"), 1)
    monkeypatch.setattr(tasks.part, "run_part", flaky)
    assert run(tmp_path / "out").is_completed()
    assert calls["de"] == calls["es"] + 1
    assert results(tmp_path / "out") == reference


def test_damaged_part_fails_the_run_by_name_and_the_rest_is_done(
    tmp_path: Path, reference: dict[str, bytes]
) -> None:
    out = tmp_path / "out"
    (out / ".work").mkdir(parents=True)
    planned = plan(small_recipe(), out, LIMIT)
    slot = planned.languages["de"].new[-1]
    texts = planned.languages["de"].folder / f"texts-{slot:05}.jsonl"
    whole = texts.read_bytes()
    texts.write_bytes(whole[:-5])
    with pytest.raises(CrosslabelError, match=rf"^de part {slot} failed: JSONDecodeError: "):
        run(out).result()
    assert not (out / "manifest.json").exists()
    missing = {(lang, number) for lang, number in all_shards(planned)
               if read_marker(out / lang, shard_name(planned, lang, number)) is None}
    assert missing == {("de", number) for number in range(len(planned.source.hashes))
                       if slot in {own for own, _ in planned.languages["de"].places(number)}}
    assert 0 < len(missing) < len(planned.source.hashes)

    texts.write_bytes(whole)
    assert run(out).is_completed()
    assert results(out) == reference


def test_input_error_is_not_tried_again_and_comes_out_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, calls = _failing(tasks.part.run_part, InputError("model.bin: damaged; fetch it"), 9999)
    monkeypatch.setattr(tasks.part, "run_part", broken)
    state = run(tmp_path / "out")
    assert state.message == "model.bin: damaged; fetch it"
    with pytest.raises(InputError, match=r"^model\.bin: damaged; fetch it$"):
        state.result()
    assert calls["de"] == calls["es"]
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_wrong_recipe_fails_in_the_plan(tmp_path: Path) -> None:
    state = run(tmp_path / "out", "translation.model=no/such folder")
    with pytest.raises(InputError, match="no/such folder: no such model"):
        state.result()


@pytest.mark.parametrize(
    ("error", "again"),
    [(OSError("full"), True), (RuntimeError("CUDA out of memory"), True), (MemoryError(), True),
     (InputError("no"), False), (CrosslabelError("no"), False), (ValueError("bug"), False)],
)
def test_only_what_may_pass_is_tried_again(error: Exception, again: bool) -> None:
    from prefect.states import Failed

    assert tasks.may_pass(None, None, Failed(data=error)) is again


def _command(
    *words: str, code: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    code = f"{code}\nfrom crosslabel.cli import main\nmain()"
    return subprocess.run([sys.executable, "-c", code, "flow", "build", *words],
                          env=os.environ | environment, capture_output=True, text=True,
                          timeout=120)


def test_command_starts_a_server_runs_the_flow_and_prints_the_corpus(
    tmp_path: Path, reference: dict[str, bytes]
) -> None:
    changes = [word for change in SMALL for word in ("--set", change)]
    out = tmp_path / "out"
    done = _command("demo-ner", "--out", str(out), "--limit", str(LIMIT), *changes,
                    PREFECT_HOME=str(tmp_path / "prefect"))
    assert done.returncode == 0, done.stderr
    assert results(out) == reference
    assert "demo-ner: rows" in done.stdout


def test_command_says_input_errors_of_the_flow_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("not ours")
    done = _command("demo-ner", "--out", str(tmp_path), PREFECT_API_URL=PREFECT_API_URL.value())
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert f"crosslabel: {tmp_path}: holds something that is not a crosslabel build" in done.stderr


def test_command_names_the_missing_extra() -> None:
    done = _command("demo-ner", code="import sys; sys.modules['prefect'] = None")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("pip install 'crosslabel[flows]'")
