"""``crosslabel predict`` and ``crosslabel evaluate task`` from end to end."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crosslabel.cli.main import main
from tests.finetune.inference.tiny_models import IOB, TEXTS, tiny_model, write_rows, write_texts

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process; gives its exit code, stdout and stderr."""

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["crosslabel", *map(str, words)])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model(tmp_path_factory.mktemp("model") / "tagger", "token", IOB)


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def gold_rows() -> list[dict[str, Any]]:
    return [
        {"id": "1", "lang": "de", "text": TEXTS[0],
         "spans": [{"start": 0, "end": 11, "label": "PER"},
                   {"start": 25, "end": 32, "label": "LOC"}]},
        {"id": "2", "lang": "de", "text": TEXTS[1], "spans": []},
        {"id": "3", "lang": "es", "text": "Anna vive en Vigo.",
         "spans": [{"start": 13, "end": 17, "label": "LOC"}]},
    ]


@pytest.fixture(scope="module")
def gold(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Features of labelled texts."""
    from crosslabel.finetune.features.featurize import featurize
    from crosslabel.finetune.features.options import feature_options

    folder = tmp_path_factory.mktemp("gold")
    file = write_rows(folder / "gold.jsonl", gold_rows())
    options = feature_options(task="token", labels=IOB, max_length=64)
    featurize(file, folder / "features", str(model), options)
    return folder / "features"


def test_a_file_and_its_features_give_the_same(
    run: Run, model: Path, gold: Path, tmp_path: Path
) -> None:
    """The labels of a file are not looked at, and nothing is left beside the output."""
    rows = [row | {"spans": [{"start": 0, "end": 4, "label": "OTHER"}]} for row in gold_rows()]
    file = write_rows(tmp_path / "file.jsonl", rows)
    one, other = tmp_path / "out" / "one.jsonl", tmp_path / "out" / "other.jsonl"
    assert run("predict", model, gold, "--output", one)[0] == 0
    assert run("predict", model, file, "--output", other) == (0, "", "")
    assert one.read_bytes() == other.read_bytes()
    assert [row["id"] for row in read(one)] == ["1", "2", "3"]
    assert sorted(path.name for path in one.parent.iterdir()) == ["one.jsonl", "other.jsonl"]


def test_rows_that_cannot_be_used_are_named(run: Run, model: Path, tmp_path: Path) -> None:
    file = write_texts(tmp_path / "rows.jsonl", [TEXTS[0], "", TEXTS[1]])
    output = tmp_path / "out.jsonl"
    code, _, said = run("predict", model, file, "--output", output, "--max-length", 32)
    assert code == 3
    assert said.startswith("rows.jsonl, row 2: empty-text")
    assert [row["id"] for row in read(output)] == ["t0", "t2"]


def test_several_models_and_plain_text(run: Run, model: Path, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("\n".join(TEXTS), "utf-8")
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    assert run("predict", model, file, "--lang", "de", "--output", one)[0] == 0
    assert run("predict", model, model, file, "--lang", "de", "--output", two)[0] == 0
    assert one.read_bytes() == two.read_bytes()
    assert [row["text"] for row in read(one)] == list(TEXTS)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["{gold}", "--max-length", 64], "is a folder of features already; leave out max length"),
        (["nowhere.jsonl"], "nowhere.jsonl: no such file or folder"),
        (["{texts}", "--max-length", 4000], "is more than the 128 tokens"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_leaves_no_file(
    run: Run, model: Path, gold: Path, tmp_path: Path, words: list[object], message: str
) -> None:
    texts, output = write_texts(tmp_path / "texts.jsonl"), tmp_path / "out.jsonl"
    named = [str(word).format(gold=gold, texts=texts) for word in words]
    code, _, said = run("predict", model, *named, "--output", output)
    assert (code, said.count("\n")) == (2, 1)
    assert message in said
    assert [path.name for path in tmp_path.iterdir()] == ["texts.jsonl"]


def perfect(model: Path, gold: Path, output: Path, run: Run) -> list[dict[str, Any]]:
    """Predictions with the gold tags."""
    run("predict", model, gold, "--output", output)
    found = read(output)
    for row, own in zip(found, gold_rows(), strict=True):
        row["tags"] = [_tag(word, own["spans"]) for word in row["words"]]
    write_rows(output, found)
    return found


def _tag(word: list[int], spans: list[dict[str, Any]]) -> str:
    for span in spans:
        if span["start"] <= word[0] < span["end"]:
            return ("B-" if word[0] == span["start"] else "I-") + span["label"]
    return "O"


def test_figures_per_language_against_the_first(
    run: Run, model: Path, gold: Path, tmp_path: Path
) -> None:
    right, wrong = tmp_path / "right.jsonl", tmp_path / "wrong.jsonl"
    rows = perfect(model, gold, right, run)
    write_rows(wrong, [row | {"tags": ["O"] * len(row["tags"])} for row in rows])
    figures = tmp_path / "figures.json"
    code, said, problems = run("evaluate", "task", "--gold", gold, "--pred", right, "--pred",
                               wrong, "--json", figures)
    assert (code, problems) == (0, "")
    cells = [line.split() for line in said.splitlines()]
    for lang in ("de", "es", "mean"):
        own = [row for row in cells if row[:1] == [lang]][:2]
        assert [row[1:3] for row in own] == [["right", "100.0"], ["wrong", "0.0"]]
        assert "-100.0" in own[1]
    values = json.loads(figures.read_text("utf-8"))
    first, second = values["systems"]
    assert first["labels"]["es"] == {"LOC": {"correct": 1, "f1": 1.0, "gold": 1, "precision": 1.0,
                                             "predicted": 1, "recall": 1.0}}
    assert second["mean"]["f1"]["difference"] == -1.0


def test_missing_predictions_are_named(run: Run, model: Path, gold: Path, tmp_path: Path) -> None:
    file = tmp_path / "found.jsonl"
    rows = perfect(model, gold, file, run)
    write_rows(file, [rows[0], {"id": "3", "lang": "es"}, rows[1] | {"id": "9"}])
    code, said, problems = run("evaluate", "task", "--gold", gold, "--pred", file)
    assert code == 3
    assert problems.splitlines() == [
        "found.jsonl, row 2: 'words' and 'tags' must be lists of equal length",
        "found: no prediction, counted as wrong: 2 examples: 2 (de), 3 (es)",
        "found: without gold label, not counted: 1 examples: 9 (de)",
    ]
    assert "100.0" in said


def test_the_same_file_twice_is_refused(run: Run, gold: Path, tmp_path: Path) -> None:
    file = write_rows(tmp_path / "found.jsonl", [])
    code, _, said = run("evaluate", "task", "--gold", gold, "--pred", file, "--pred", file)
    assert code == 2 and "is given twice" in said
