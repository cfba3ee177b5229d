"""The commands align, project and evaluate, through the door a user takes."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from crosslabel.cli.main import main
from tests.projection.conftest import SAMPLES

ROOT = SAMPLES.parents[1]
PAIRS = SAMPLES / "ner.en-de.jsonl"


@dataclass
class Done:
    """What a finished command left."""

    returncode: int
    stdout: str
    stderr: str


def crosslabel(*arguments: object) -> Done:
    """Run the command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    argv = patch.object(sys, "argv", ["crosslabel", *map(str, arguments)])
    with argv, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
    return Done(code, out.getvalue(), err.getvalue())


def lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples with a broken row in second place."""
    path = tmp_path_factory.mktemp("pairs") / "pairs.jsonl"
    rows = lines(PAIRS)[:6]
    path.write_text("\n".join([rows[0], '{"id": "odd"}', *rows[1:]]) + "\n", "utf-8")
    return path


@pytest.fixture(scope="module")
def aligned(damaged: Path, tiny_encoder: Path) -> tuple[Path, Done]:
    output = damaged.with_suffix(".links")
    return output, crosslabel("align", damaged, "--model", tiny_encoder, "--output", output)


def test_align_writes_a_line_per_row_and_names_the_bad_one(aligned: tuple[Path, Done]) -> None:
    output, done = aligned
    assert done.returncode == 3
    assert done.stderr.startswith("pairs.jsonl, row 2: ")
    found = lines(output)
    assert len(found) == 7 and found[1] == "" and "-" in found[0]


def test_project_with_the_links_of_align_equals_project_with_the_model(
    aligned: tuple[Path, Done],
    damaged: Path, tiny_encoder: Path, tmp_path: Path,
) -> None:
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    first = crosslabel("project", damaged, "--model", tiny_encoder, "--output", one)
    second = crosslabel("project", damaged, "--links", aligned[0], "--output", two)
    assert first.returncode == second.returncode == 3
    rows = [json.loads(line) for line in lines(one)]
    assert [row["id"] for row in rows][:3] == ["ner-001", "odd", "ner-002"]
    assert rows[1]["row"] == 2 and "source" in rows[1]["error"]
    assert set(rows[0]["spans"][0]) == {"start", "end", "label", "source_span", "score",
                                        "probability", "status", "reason"}
    assert [row["id"] for row in map(json.loads, lines(two))] == [row["id"] for row in rows]


def test_the_module_runs_as_a_command() -> None:
    done = subprocess.run([sys.executable, "-m", "crosslabel", "align", "nowhere.jsonl",
                           "--output", "x"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("crosslabel: nowhere.jsonl: cannot be read")


def test_evaluate_counts_its_own_gold_as_perfect(tmp_path: Path) -> None:
    predictions = tmp_path / "gold.jsonl"
    rows = [json.loads(line) for line in lines(PAIRS)]
    predictions.write_text("".join(
        json.dumps({"id": row["id"], "spans": row["target"]["spans"]}) + "\n" for row in rows))
    figures = tmp_path / "figures.json"
    done = crosslabel("evaluate", "projection", "--gold", PAIRS, "--pred", predictions,
                      "--json", figures)
    assert done.returncode == 0 and "100.0" in done.stdout
    assert json.loads(figures.read_text())["systems"][0]["micro"]["f1"] == 1.0


def test_evaluate_names_missing_pairs(tmp_path: Path) -> None:
    predictions = tmp_path / "none.jsonl"
    predictions.write_text(json.dumps({"id": "stray", "spans": []}) + "\n")
    done = crosslabel("evaluate", "projection", "--gold", PAIRS, "--pred", predictions)
    assert done.returncode == 3
    assert "no prediction for 72 pairs (ner-001, " in done.stderr
    assert "1 pairs (stray)" in done.stderr


@pytest.mark.parametrize(("arguments", "message"), [
    (["align", "nowhere.jsonl", "--output", "x"], "nowhere.jsonl: cannot be read"),
    (["project", PAIRS, "--links", "nowhere", "--output", "x"], "nowhere: cannot be read"),
    (["project", PAIRS, "--links-key", "a", "--output", "x"], "give the file too"),
    (["project", PAIRS, "--links", PAIRS, "--method", "inter", "--output", "x"], "leave out"),
    (["align", PAIRS, "--model", "nowhere", "--output", "x"], "nowhere"),
])
def test_what_cannot_be_used_is_one_line_and_exit_code_2(
    arguments: list[object], message: str
) -> None:
    done = crosslabel(*arguments)
    assert done.returncode == 2
    assert message in done.stderr and done.stderr.count("\n") == 1


def test_an_output_that_cannot_be_written_is_one_line(tmp_path: Path, tiny_encoder: Path) -> None:
    done = crosslabel("align", PAIRS, "--model", tiny_encoder, "--output", tmp_path)
    assert done.returncode == 2 and "Is a directory" in done.stderr


@pytest.mark.parametrize("command", [["align"], ["project"], ["evaluate", "projection"]])
def test_every_help_shows_an_example(command: list[str]) -> None:
    assert f"Example: crosslabel {' '.join(command)}" in crosslabel(*command, "--help").stdout


def test_importing_projection_is_light() -> None:
    code = ("import sys, projection, crosslabel.projection.interface, crosslabel.cli.main; "
            "print({'torch', 'transformers', 'spacy'} & set(sys.modules))")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True,
                          check=True)
    assert done.stdout.strip() == "set()"
