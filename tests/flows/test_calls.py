"""Builds and fine-tunings as flows of Prefect, called."""

from __future__ import annotations

from pathlib import Path

import pytest

import crosslabel as cl
from tests.flows.tiny_finetune import tiny_finetune
from tests.library.corpora import CHANGES
from tests.pipeline.corpus_builds import results

pytestmark = pytest.mark.usefixtures("prefect_server")


def test_a_flow_makes_the_corpus_of_a_build(tmp_path: Path) -> None:
    recipe = cl.load_recipe("demo-ner", CHANGES)
    built = cl.build(recipe, tmp_path / "build", limit=4, progress=False)
    flow = cl.build_flow("demo-ner", tmp_path / "flow", changes=CHANGES, limit=4)
    assert results(tmp_path / "flow") == results(tmp_path / "build")
    assert (len(flow), flow.languages) == (len(built), ("de",))
    with pytest.raises(cl.InputError, match="workers is for a cluster"):
        cl.build_flow("demo-ner", tmp_path / "flow", workers=2)


def test_a_flow_makes_the_student_of_a_fine_tuning(tmp_path: Path) -> None:
    recipe = tiny_finetune(tmp_path)
    student = cl.fine_tune_flow(recipe, tmp_path / "flow", changes=["training.epochs=1"])
    assert student.models == (tmp_path / "flow" / "student" / "model",)
    assert student.results is not None and student.results["scores"]


def test_a_flow_that_is_asked_to_stop_is_stopped(tmp_path: Path) -> None:
    stop = cl.StopRequest()
    stop.ask()
    with pytest.raises(cl.StoppedError, match="stopped; run it again to go on"):
        cl.build_flow("demo-ner", tmp_path / "flow", changes=CHANGES, limit=4, stop=stop)
