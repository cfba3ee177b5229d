"""A corpus that crosslabel 0.1.0 built is opened, verified, exported, trained on and continued."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from datasets import load_from_disk
from typer.testing import CliRunner

from crosslabel.cli.main import app
from crosslabel.finetune.recipe import FinetuneRecipe
from crosslabel.finetune.run import Run, finetune
from crosslabel.pipeline.build import build
from crosslabel.pipeline.corpus.reading import pairs, read_manifest, rejects
from crosslabel.pipeline.export.export import export
from crosslabel.pipeline.recipe.file import load
from crosslabel.pipeline.verify.run import verify
from tests.finetune.tiny_student import tiny_student
from tests.pipeline.corpus_builds import TINY_ENCODER

ROOT = Path(__file__).resolve().parents[3]
EARLIER = ROOT / "tests" / "data" / "corpus-0.1.0"
ROWS = 10


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return shutil.copytree(EARLIER, tmp_path / "corpus")


def test_it_opens_and_verifies(corpus: Path) -> None:
    assert len(load_from_disk(str(corpus))) == len(load_from_disk(str(corpus / "de"))) == ROWS
    assert len(list(pairs(corpus))) == ROWS and not list(rejects(corpus))
    assert sum(len(pair.a.spans) for pair in pairs(corpus)) > ROWS
    assert not list(verify(corpus))
    shown = CliRunner().invoke(app, ["inspect", str(corpus)])
    assert shown.exit_code == 0 and "PER" in shown.stdout


def test_it_is_exported(corpus: Path, tmp_path: Path) -> None:
    for form in ("jsonl", "conll"):
        [exported] = export(corpus, form, tmp_path / form)
        assert exported.written.rows + len(exported.written.left_out) == ROWS
        assert exported.path.stat().st_size > 1000


def test_it_trains(corpus: Path, tmp_path: Path) -> None:
    tiny_student(tmp_path / "student")
    recipe = FinetuneRecipe.model_validate({
        "name": "tiny", "task": "token", "data": [{"path": str(corpus)}],
        "student": str(tmp_path / "student"), "features": {"max_length": 64},
        "training": {"learning_rate": 0.01, "epochs": 1, "batch_rows": 4},
        "machine": {"device": "cpu", "tensorboard": False, "threads": 1},
    })
    finetune(recipe, tmp_path / "out", lambda stage, done, total: None)
    assert (Run(recipe, tmp_path / "out").model / "model.safetensors").is_file()


def test_a_build_in_its_folder_translates_nothing_anew(corpus: Path) -> None:
    before = read_manifest(corpus)
    recipe = load("demo-ner", ["targets=[de]", "output.shard_rows=5", "quality.numbers=false",
                               TINY_ENCODER])
    _, manifest, account = build(recipe, corpus, limit=ROWS)
    assert (account.parts, account.texts, account.aligners) == (0, 0, 0)
    assert account.hits == account.segments == before["languages"]["de"]["segments"]
    for key in ("rows_in", "rows", "rejected", "segments"):
        assert manifest["languages"]["de"][key] == before["languages"]["de"][key]
    assert not list(verify(corpus))
