"""Rejected rows in Prefect: a run without any row left fails, and other runs say what was rejected.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import State
from prefect.task_runners import ThreadPoolTaskRunner

from crosslabel.flows import on_cluster
from crosslabel.flows.build_corpus import build_corpus
from crosslabel.flows.cluster import Cluster
from crosslabel.flows.on_cluster import build_corpus_on_cluster
from crosslabel.flows.work_on_corpus import work_on_corpus
from crosslabel.projection.errors import NoRowsError
from tests.tiny_encoder import tiny_encoder

pytestmark = pytest.mark.usefixtures("prefect_server")

BAD = {"id": "bad", "lang": "en", "text": "Yes.",
       "spans": [{"start": 0, "end": 99, "label": "PER"}]}
GOOD = {"id": "good", "lang": "en", "text": "No.", "label": "x", "task": "text"}


def _recipe(folder: Path, *rows: object) -> str:
    """A recipe for these rows, with translations of our own."""
    (folder / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "de.jsonl").write_text('{"id": "bad", "text": "Ja."}\n'
                                     '{"id": "good", "text": "Nein."}\n')
    file = folder / "recipe.yaml"
    file.write_text(
        f"name: rows\nsource: {{path: {folder / 'corpus.jsonl'}}}\ntargets: [de]\n"
        "segmentation: {sentences: false}\n"
        f"projection: {{method: itermax, model: {tiny_encoder()}}}\n"
        f"translation: {{given: {{de: {folder / 'de.jsonl'}}}}}\n")
    return str(file)


def _on_cluster(recipe: str, out: str) -> State[Any]:
    state: State[Any] = build_corpus_on_cluster(recipe, Cluster(kind="dask"), out=out,
                                                return_state=True)
    return state


FLOWS: dict[str, Callable[[str, str], State[Any]]] = {
    "build": lambda recipe, out: build_corpus(recipe, out=out, return_state=True),
    "work": lambda recipe, out: work_on_corpus(recipe, out, return_state=True),
    "on-cluster": _on_cluster,
}


@pytest.fixture
def threads_as_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    """The flow for clusters gets threads of this process."""
    @contextmanager
    def connected(cluster: Cluster) -> Iterator[tuple[Any, int]]:
        yield ThreadPoolTaskRunner(max_workers=2), 2

    monkeypatch.setattr(on_cluster, "_connected", connected)


@pytest.mark.usefixtures("threads_as_cluster")
@pytest.mark.parametrize("kind", list(FLOWS))
def test_a_run_without_a_row_left_fails_with_the_reason(
    tmp_path: Path, kind: str
) -> None:
    recipe, out = _recipe(tmp_path, BAD), tmp_path / "out"
    state = FLOWS[kind](recipe, str(out))
    assert state.is_failed()
    assert state.message is not None
    assert state.message.startswith(
        f"{out}: all 1 rows were rejected in de, for example corpus.jsonl, row 1 (bad): "
        "offset-outside-text: ")
    with pytest.raises(NoRowsError):
        state.result()
    assert json.loads((out / "manifest.json").read_text())["languages"]["de"]["rejected"] == 1


def test_a_run_shows_its_first_rejects(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    recipe, out = _recipe(tmp_path, GOOD, BAD), tmp_path / "out"
    state = FLOWS["build"](recipe, str(out))
    assert state.is_completed()
    own = FlowRunFilter(id=FlowRunFilterId(any_=[state.state_details.flow_run_id]))
    with get_client(sync_client=True) as client:
        [found] = [artifact for artifact in client.read_artifacts(
            artifact_filter=ArtifactFilter(), flow_run_filter=own)
            if artifact.key == "corpus-rejects"]
    [row] = json.loads(str(found.data))
    assert (row["language"], row["file"], row["row"], row["id"]) == ("de", "corpus.jsonl", 2, "bad")
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert any(line.startswith("rejected in de: corpus.jsonl, row 2 (bad): ") for line in said)
    assert f"{out}/de/*.rejects.jsonl" in said[-1]
