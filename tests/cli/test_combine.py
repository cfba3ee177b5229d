"""``crosslabel combine``: its options, exit codes and what it writes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from crosslabel.cli.main import main

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process; gives its exit code and stderr."""

    def run(*words: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["crosslabel", "combine", *map(str, words)])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        return code, capsys.readouterr().err

    return run


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    for path, label, score in zip(paths, ("good", "bad"), (0.6, 0.9), strict=True):
        row = {"id": "ü", "lang": "de", "label": label, "score": score}
        path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    return paths


def test_means_and_weighted_votes(run: Run, files: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "new" / "out.jsonl"
    for options, label, score in ([], "bad", 0.65), (["--by", "vote", "--weights", "2,1"],
                                                     "good", 0.433333):
        assert run(*files, "--output", out, *options) == (0, "")
        assert '"id": "ü"' in out.read_text("utf-8")
        [row] = map(json.loads, out.read_text("utf-8").splitlines())
        assert (row["label"], row["score"]) == (label, score)


def test_rows_that_one_file_lacks_give_exit_code_3(
    run: Run, files: list[Path], tmp_path: Path
) -> None:
    with files[0].open("a", encoding="utf-8") as file:
        file.write('{"id": "2", "lang": "de", "label": "good"}\n{}\n')
    code, said = run(*files, "--output", tmp_path / "out.jsonl")
    assert code == 3
    assert said == ("a.jsonl, row 3: 'id' is None; give text\n"
                    "b.jsonl: has no row for 1 texts, such as '2' (de); they are combined from "
                    "the other files\n")
    assert len((tmp_path / "out.jsonl").read_text("utf-8").splitlines()) == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["a.jsonl"], "nothing to combine"),
        (["a.jsonl", "nowhere.jsonl"], "nowhere.jsonl"),
        (["a.jsonl", "b.jsonl", "--weights", "1;2"], "--weights 1;2: give numbers"),
        (["a.jsonl", "b.jsonl", "--weights", "1"], "1 weights for 2 files"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_code_2(
    run: Run, files: list[Path], tmp_path: Path, words: list[str], message: str
) -> None:
    named = [tmp_path / word if word.endswith(".jsonl") else word for word in words]
    code, said = run(*named, "--output", tmp_path / "out.jsonl")
    assert code == 2
    assert message in said
    assert said.startswith("crosslabel: ") and said.count("\n") == 1
    assert not (tmp_path / "out.jsonl").exists()
