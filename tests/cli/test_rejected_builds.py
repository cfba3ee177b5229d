"""What a command says of rejected rows, and its exit code if no row is left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import crosslabel as cl
from tests import warm

GOOD = {"id": "good", "lang": "en", "text": "Anna left.",
        "spans": [{"start": 0, "end": 4, "label": "PER"}]}
BAD = {"id": "bad", "lang": "en", "text": "Anna left.",
       "spans": [{"start": 0, "end": 99, "label": "PER"}]}
WHY = "corpus.jsonl, row 1 (bad): offset-outside-text: span '0' is 0:99"


def _words(folder: Path, *rows: object) -> list[str]:
    """The words of a command that builds these rows, with translations of our own."""
    (folder / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "de.jsonl").write_text('{"id": "good", "text": "Anna ging."}\n'
                                     '{"id": "bad", "text": "Anna ging."}\n')
    (folder / "recipe.yaml").write_text(
        "name: rows\nsource: {path: corpus.jsonl}\ntargets: [de]\n"
        "segmentation: {sentences: false}\nprojection: {method: itermax}\n"
        "translation: {given: {de: de.jsonl}}\n")
    return [str(folder / "recipe.yaml"), "--out", str(folder / "out")]


@pytest.mark.parametrize("command", ["build", "work"])
def test_a_build_without_a_row_left_ends_with_code_3_each_time(
    tmp_path: Path, command: str
) -> None:
    words = _words(tmp_path, BAD)
    for _ in range(2):
        done = warm.run("crosslabel", command, *words)
        assert (done.returncode, done.stdout) == (3, "")
        [line] = [line for line in done.stderr.splitlines() if line.startswith("crosslabel: ")]
        assert line.startswith(f"crosslabel: {tmp_path / 'out'}: all 1 rows were rejected in de, "
                               f"for example {WHY}")
        assert f"see {tmp_path / 'out'}/de/*.rejects.jsonl" in line
    looked = warm.run("crosslabel", "inspect", tmp_path / "out")
    assert looked.returncode == 0
    assert "translations" not in looked.stdout and "spans\n" not in looked.stdout
    assert WHY in " ".join(looked.stdout.split())


def test_the_summary_and_the_warnings_say_the_first_rejects_and_where_all_are(
    tmp_path: Path
) -> None:
    words = _words(tmp_path, BAD, GOOD)
    done = warm.run("crosslabel", "build", *words)
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert f"rejected in de: {WHY}" in said
    assert f"{tmp_path / 'out'}/de/*.rejects.jsonl" in done.stdout
    assert "corpus.rejects()" in said
    corpus = cl.build(tmp_path / "recipe.yaml", tmp_path / "out", progress=False)
    assert [line for line in corpus.warnings if WHY in line]
    assert corpus.warnings[-1].startswith("all rejects, with their texts: ")
    assert list(corpus.warnings) == corpus.reject_lines()
