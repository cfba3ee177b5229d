"""What a command says of rejected rows, and its exit code if no row is left."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import crosslabel as cl
from crosslabel.cli.main import main
from tests.tiny_encoder import tiny_encoder

GOOD = {"id": "good", "lang": "en", "text": "Anna left.",
        "spans": [{"start": 0, "end": 4, "label": "PER"}]}
BAD = {"id": "bad", "lang": "en", "text": "Anna left.",
       "spans": [{"start": 0, "end": 99, "label": "PER"}]}
WHY = "corpus.jsonl, row 1 (bad): offset-outside-text: span '0' is 0:99"

Run = Callable[..., tuple[object, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command; gives its exit code, standard output and standard error."""

    def run(*words: object) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["crosslabel", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return end.value.code or 0, said.out, said.err

    return run


def _words(folder: Path, *rows: object) -> list[str]:
    """The words of a command that builds these rows, with translations of our own."""
    (folder / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "de.jsonl").write_text('{"id": "good", "text": "Anna ging."}\n'
                                     '{"id": "bad", "text": "Anna ging."}\n')
    (folder / "recipe.yaml").write_text(
        "name: rows\nsource: {path: corpus.jsonl}\ntargets: [de]\n"
        "segmentation: {sentences: false}\n"
        f"projection: {{method: itermax, model: {tiny_encoder()}}}\n"
        "translation: {given: {de: de.jsonl}}\n")
    return [str(folder / "recipe.yaml"), "--out", str(folder / "out")]


def test_a_build_without_a_row_left_ends_with_code_3_each_time(tmp_path: Path, run: Run) -> None:
    words = _words(tmp_path, BAD)
    for command in ("build", "build", "work"):
        code, out, err = run(command, *words)
        assert (code, out) == (3, "")
        [line] = [line for line in err.splitlines() if line.startswith("crosslabel: ")]
        assert line.startswith(f"crosslabel: {tmp_path / 'out'}: all 1 rows were rejected in de, "
                               f"for example {WHY}")
        assert f"see {tmp_path / 'out'}/de/*.rejects.jsonl" in line
    code, out, _ = run("inspect", tmp_path / "out")
    assert code == 0
    assert "translations" not in out and "spans\n" not in out
    assert WHY in " ".join(out.split())


def test_the_summary_and_the_warnings_say_the_first_rejects_and_where_all_are(
    tmp_path: Path, run: Run
) -> None:
    code, out, err = run("build", *_words(tmp_path, BAD, GOOD))
    assert code == 0, err
    assert f"rejected in de: {WHY}" in " ".join(out.split())
    assert f"{tmp_path / 'out'}/de/*.rejects.jsonl" in out
    assert "corpus.rejects()" in out
    corpus = cl.build(tmp_path / "recipe.yaml", tmp_path / "out", progress=False)
    assert [line for line in corpus.warnings if WHY in line]
    assert corpus.warnings[-1].startswith("all rejects, with their texts: ")
    assert corpus.reject_lines() == [line for line in corpus.warnings if "reject" in line]
