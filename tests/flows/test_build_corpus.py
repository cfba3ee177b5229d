"""The flow build-corpus on a real Prefect server: same files as the command, honest failures."""

from __future__ import annotations

import errno
import json
import logging
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    FlowRunFilter,
    FlowRunFilterId,
    LogFilter,
    LogFilterFlowRunId,
)
from prefect.client.schemas.objects import State, TaskRun
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import TerminationSignal
from prefect.flow_engine import run_flow
from prefect.states import Running, Scheduled

from crosslabel.flows import tasks
from crosslabel.flows.attempts import ATTEMPTS
from crosslabel.flows.build_corpus import build_corpus
from crosslabel.flows.work_on_corpus import work_on_corpus
from crosslabel.pipeline.build import RunUnit, build
from crosslabel.pipeline.planning.plan import plan
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.stages.units import Ref, Stage, Unit, is_done, run_unit
from crosslabel.projection.errors import CrosslabelError, InputError
from tests.flows.small_run import run
from tests.pipeline.corpus_builds import LIMIT, SMALL, results, small_recipe, units_of
from tests.pipeline.labellers.tiny_labellers import tiny_labeller

pytestmark = pytest.mark.usefixtures("prefect_server")


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
    assert account["aligners_trained"] == len(shards)
    stages = {"plan", "translate", "train", "project", "write", "finish"}
    assert set(account["unit_seconds"]) == stages
    assert set(account["processor_seconds"]) == stages | {"other"}


def test_every_part_aligner_and_shard_is_a_task_named_by_language_and_number(
    finished: tuple[Path, State[Any]]
) -> None:
    out, state = finished
    planned = plan(small_recipe(), out, LIMIT)
    expected = {"plan demo-ner", "finish"}
    for lang, own in planned.languages.items():
        expected |= {f"translate {lang} part {slot}" for slot in own.new}
        expected |= {f"train {lang} aligner"}
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


def test_translations_are_labelled_as_by_the_command(tmp_path: Path) -> None:
    model = tiny_labeller(tmp_path / "model", "token")
    changes = ["targets=[de]", "source.labels=null", f"label={{model: {model}}}"]
    build(small_recipe(*changes), tmp_path / "command", limit=LIMIT)
    state = run(tmp_path / "flow", *changes)
    assert state.is_completed()
    assert results(tmp_path / "flow") == results(tmp_path / "command")
    shards = -(-LIMIT // 6)
    parts = len(plan(small_recipe(*changes), tmp_path / "fresh", LIMIT).languages["de"].new)
    names = task_runs(state, 3 + 2 * shards + parts)
    assert {f"label de shard {number}" for number in range(shards)} <= set(names)


def _failing(stage: Stage, error: Exception, times: int) -> tuple[RunUnit, Counter[str]]:
    """Units as they are done, but the first ``times`` of a stage for German raise ``error``; and
    the calls for that stage."""
    calls: Counter[str] = Counter()
    lock = threading.Lock()

    def wrapper(plan: Plan, unit: Unit) -> Ref:
        if unit.stage != stage:
            return run_unit(plan, unit)
        with lock:
            calls[unit.lang] += 1
            if unit.lang == "de" and calls[unit.lang] <= times:
                raise error
        return run_unit(plan, unit)

    return wrapper, calls


def test_part_that_fails_once_is_tried_again(
    tmp_path: Path, reference: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    flaky, calls = _failing("translate", OSError(errno.EIO, "disk away"), 1)
    monkeypatch.setattr(tasks.units, "run_unit", flaky)
    assert run(tmp_path / "out").is_completed()
    assert calls["de"] == calls["es"] + 1
    assert results(tmp_path / "out") == reference


def test_aligner_that_fails_costs_the_shards_of_its_language_only(
    tmp_path: Path, reference: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    broken, calls = _failing("train", ValueError("no words"), 9999)
    with monkeypatch.context() as patched:
        patched.setattr(tasks.units, "run_unit", broken)
        told = r"^train de aligner failed: ValueError: no words"
        with pytest.raises(CrosslabelError, match=told):
            run(out).result()
    assert calls == {"de": 1, "es": 1}
    assert not list(out.glob("de/shard-*"))
    assert list(out.glob("es/shard-*.json"))
    assert run(out).is_completed()
    assert results(out) == reference


def test_damaged_part_fails_the_run_by_name_and_the_rest_is_done(tmp_path: Path) -> None:
    out = tmp_path / "out"
    learns_nothing = "projection.method=itermax"
    (out / ".work").mkdir(parents=True)
    planned = plan(small_recipe(learns_nothing), out, LIMIT)
    slot = planned.languages["de"].new[-1]
    texts = planned.languages["de"].folder / f"texts-{slot:05}.jsonl"
    whole = texts.read_bytes()
    texts.write_bytes(whole[:-5])
    with pytest.raises(CrosslabelError, match=rf"^translate de part {slot} failed: "):
        run(out, learns_nothing).result()
    assert not (out / "manifest.json").exists()
    missing = {(shard.lang, shard.number) for shard in units_of(planned, "project")
               if not is_done(planned, shard)}
    assert missing == {("de", number) for number in range(len(planned.source.hashes))
                       if slot in {own for own, _ in planned.languages["de"].places(number)}}
    assert 0 < len(missing) < len(planned.source.hashes)

    texts.write_bytes(whole)
    assert run(out, learns_nothing).is_completed()
    build(small_recipe(learns_nothing), tmp_path / "reference", limit=LIMIT)
    assert results(out) == results(tmp_path / "reference")


def test_input_error_is_not_tried_again_and_comes_out_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, calls = _failing("translate", InputError("model.bin: damaged; fetch it"), 9999)
    monkeypatch.setattr(tasks.units, "run_unit", broken)
    state = run(tmp_path / "out")
    assert state.message == "model.bin: damaged; fetch it"
    with pytest.raises(InputError, match=r"^model\.bin: damaged; fetch it$"):
        state.result()
    assert calls["de"] <= 2
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_wrong_recipe_fails_in_the_plan(tmp_path: Path) -> None:
    state = run(tmp_path / "out", "translation.model=no/such folder")
    with pytest.raises(InputError, match="no/such folder: no such model"):
        state.result()


@pytest.mark.parametrize(
    ("error", "again"),
    [(OSError(errno.ENOSPC, "full"), True), (OSError(errno.EROFS, "read-only"), False),
     (RuntimeError("CUDA out of memory"), True), (MemoryError(), True),
     (InputError("no"), False), (CrosslabelError("no"), False), (ValueError("bug"), False)],
)
def test_only_what_may_pass_is_tried_again(error: Exception, again: bool) -> None:
    from prefect.states import Failed

    assert tasks.may_pass(None, None, Failed(data=error)) is again


def test_run_that_was_begun_too_often_fails_for_good(tmp_path: Path) -> None:
    out = tmp_path / "out"
    given = {"recipe": "demo-ner", "overrides": list(SMALL), "out": str(out), "limit": 2}
    with get_client(sync_client=True) as client:
        flow_run = client.create_flow_run(build_corpus, parameters=given)
        for _ in range(ATTEMPTS):
            client.set_flow_run_state(flow_run.id, Running(), force=True)
            client.set_flow_run_state(flow_run.id, Scheduled(), force=True)
        state = run_flow(build_corpus, client.read_flow_run(flow_run.id), given,
                         return_type="state")
    assert isinstance(state, State) and state.is_failed()
    assert state.message == (
        "this run was started 10 times and never ended; look for the cause in its logs, then start "
        "another run with the same parameters, which continues from the committed work")
    assert not out.exists()


@pytest.fixture
def outlives_sigterm() -> Iterator[None]:
    """Prefect hands SIGTERM on to whoever had it before, which by default ends the process."""
    before = signal.signal(signal.SIGTERM, lambda number, frame: None)
    yield
    signal.signal(signal.SIGTERM, before)


def test_warnings_of_every_room_are_shown_with_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of a GPU that another run holds, or of batches that were halved."""
    rooms = ("crosslabel.projection.halving", "crosslabel.pipeline.run.gpus",
             "crosslabel.pipeline.storage.leases")

    def telling(plan: Plan, unit: Unit) -> Ref:
        thread = threading.Thread(target=lambda: [
            logging.getLogger(room).warning("%s: %s", room, unit) for room in rooms])
        thread.start()
        thread.join()
        return run_unit(plan, unit)

    monkeypatch.setattr(tasks.units, "run_unit", telling)
    state = run(tmp_path / "out", "targets=[de]", "projection.method=itermax", limit=2)
    assert state.is_completed()
    wanted = {f"{room}: translate de part 0" for room in rooms}
    this_run = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[state.state_details.flow_run_id]))
    for _ in range(120):
        with get_client(sync_client=True) as client:
            messages = {log.message for log in client.read_logs(this_run)}
        if wanted <= messages:
            break
        time.sleep(0.25)
    assert wanted <= messages


def test_runs_that_share_a_build_end_with_the_files_of_the_command(
    tmp_path: Path, reference: dict[str, bytes]
) -> None:
    for _ in range(2):
        state = work_on_corpus("demo-ner", str(tmp_path / "out"), list(SMALL), LIMIT,
                               return_state=True)
        assert state.is_completed()
        assert set(state.result()["rows"]) == {"de", "es"}
    assert results(tmp_path / "out") == reference


@pytest.mark.usefixtures("outlives_sigterm")
def test_run_of_a_shared_build_that_is_stopped_may_begin_again(tmp_path: Path) -> None:
    out = tmp_path / "out"

    def stop() -> None:
        while not list(out.glob(".work/translations/*/*.json")):
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    stopper = threading.Thread(target=stop)
    stopper.start()
    try:
        with pytest.raises(TerminationSignal):
            work_on_corpus("demo-ner", str(out), list(SMALL), LIMIT)
    finally:
        stopper.join()
    assert _last_run().is_crashed()
    assert not (out / "manifest.json").exists()


def _last_run() -> State:
    """The state of the flow run that was begun last."""
    with get_client(sync_client=True) as client:
        last = client.read_flow_runs(sort=FlowRunSort.EXPECTED_START_TIME_DESC, limit=1)[0]
    assert last.state is not None
    return last.state
