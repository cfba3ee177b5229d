"""``crosslabel export``: the files of each format, and what it says of rows it leaves out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crosslabel.pipeline.build import build
from crosslabel.pipeline.recipe.file import load
from tests.tiny_encoder import tiny_encoder

RECIPE = f"""
name: pair
source: {{path: en.csv, columns: {{text: text, label: kind}}}}
targets: [de]
segmentation: {{sentences: false}}
translation: {{given: {{de: de.jsonl}}}}
projection: {{method: itermax, model: {tiny_encoder()}}}
"""


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "crosslabel", "export", *map(str, words)],
                          capture_output=True, text=True)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    (folder / "recipe.yaml").write_text(RECIPE)
    (folder / "en.csv").write_text("id,text,kind\n1,Yes.,x\n2,No.,y\n")
    (folder / "de.jsonl").write_text(
        '{"id": "1", "text": "Ja."}\n{"id": "2", "text": "Ne\\tin."}\n', encoding="utf-8")
    build(load(str(folder / "recipe.yaml"), []), folder / "out")
    return folder / "out"


def test_rows_that_the_format_cannot_say_are_named_with_the_reason(corpus: Path) -> None:
    done = run(corpus, "--format", "tsv")
    assert done.returncode == 0
    path = corpus / "export" / "de.tsv"
    assert done.stdout == f"{path}: 1 rows\n"
    assert done.stderr == (f"{path}: 1 rows left out: 'Ne\\tin.' has a tab or a line break, which "
                           "columns cannot hold: 2\n")
    assert path.read_text(encoding="utf-8") == "id\tlang\ttext\tlabel\n1\tde\tJa.\tx\n"


def test_a_format_that_can_say_all_leaves_nothing_out(corpus: Path, tmp_path: Path) -> None:
    done = run(corpus, "--format", "csv", "--output", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "de.csv").read_bytes() == (
        b"id,lang,text,label\r\n1,de,Ja.,x\r\n2,de,Ne\tin.,y\r\n")


def test_a_format_that_no_row_fits_fails(corpus: Path, tmp_path: Path) -> None:
    done = run(corpus, "--format", "conllu", "--output", tmp_path)
    assert done.returncode == 3
    assert done.stdout == f"{tmp_path / 'de.conllu'}: 0 rows\n"
    assert done.stderr.splitlines() == [
        f"{tmp_path / 'de.conllu'}: 2 rows left out: labels no words, but CoNLL-U labels words: "
        "1, 2",
        f"{tmp_path / 'de.conllu'}: no row of the corpus can be written as conllu; choose another "
        "--format",
    ]


def test_unknown_format_lists_the_known_ones(corpus: Path) -> None:
    done = run(corpus, "--format", "docx")
    assert done.returncode == 2
    assert "no format 'docx'" in done.stderr
    assert "jsonl, conll, conllu, tsv, csv, slots, squad" in done.stderr
