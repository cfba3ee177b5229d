"""The command line as a script sees it: exit codes, one-line errors, files."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crosslabel.cli.main import app
from tests import warm
from tests.pipeline.corpus_builds import TINY_ENCODER

COMMANDS = [
    ["build"], ["translate"], ["align"], ["project"], ["evaluate", "projection"], ["inspect"],
    ["export"], ["models", "list"], ["models", "convert"], ["models", "check"],
    ["models", "tune-markers"], ["flow", "build"],
]


def run(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return warm.run("crosslabel", *words, cwd=cwd)


def run_cold(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """As a shell starts it."""
    command = [sys.executable, "-m", "crosslabel", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    out = tmp_path_factory.mktemp("cli") / "out"
    done = run_cold(
        "build", "demo-ner", "--limit", "20", "--set", "output.shard_rows=10",
        "--set", TINY_ENCODER, "--out", out)
    assert done.returncode == 0, done.stderr
    return out, done.stdout


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_help_shows_an_example(command: list[str]) -> None:
    done = CliRunner().invoke(app, [*command, "--help"])
    assert done.exit_code == 0
    assert f"Example: crosslabel {' '.join(command)}" in " ".join(done.stdout.split())


def test_build_prints_counts_times_and_highlighted_pairs(corpus: tuple[Path, str]) -> None:
    screen = corpus[1]
    for word in ("rows", "spans", "projected", "abstained", "rejected", "sentences/s",
                 "translate", "load_from_disk"):
        assert word in screen
    assert f"Open it: datasets.load_from_disk('{corpus[0]}')" in screen
    surest = screen.partition("A pair with a lost span")[0]
    assert sum(line.startswith(" en ") for line in surest.splitlines()) == 3


def test_processor_seconds_of_stages_add_up_beside_the_seconds_on_the_clock(
    corpus: tuple[Path, str]
) -> None:
    said = " ".join(corpus[1].split())
    found = re.search(r"([\d.]+) s on the clock; ([\d.]+) s of processor time \((.*?)\)", said)
    assert found is not None
    elapsed, in_all = float(found[1]), float(found[2])
    stages = {name: float(seconds) for name, seconds in re.findall(r"(\w+) ([\d.]+) s", found[3])}
    assert list(stages) == ["plan", "translate", "train", "project", "write", "finish", "other"]
    assert sum(stages.values()) == pytest.approx(in_all, abs=0.01)
    assert in_all <= elapsed * (os.cpu_count() or 1) + 0.5
    assert stages["translate"] > stages["write"]
    run = json.loads((corpus[0] / "run.json").read_text())
    assert sum(run["processor_seconds"].values()) == pytest.approx(run["processor_seconds_in_all"])
    assert run["elapsed_seconds"] == pytest.approx(elapsed, abs=0.06)


def test_second_build_says_that_there_was_nothing_to_do(corpus: tuple[Path, str]) -> None:
    done = run("build", "demo-ner", "--limit", "20", "--set", "output.shard_rows=10",
               "--set", TINY_ENCODER, "--out", corpus[0])
    assert done.returncode == 0
    assert "Nothing to do" in done.stdout


def test_a_command_that_a_shell_starts_says_an_error_in_one_line() -> None:
    done = run_cold("build", "no-such-recipe")
    assert done.returncode == 2
    assert done.stderr.startswith("crosslabel: no-such-recipe: no such recipe file")
    assert done.stderr.count("\n") == 1 and not done.stdout


def test_inspect_shows_the_corpus_and_its_manifest(corpus: tuple[Path, str]) -> None:
    assert "projected" in run("inspect", corpus[0]).stdout
    manifest = json.loads(run("inspect", corpus[0], "--json").stdout)
    assert manifest == json.loads((corpus[0] / "manifest.json").read_text(encoding="utf-8"))


def test_export_writes_a_file_per_language(corpus: tuple[Path, str], tmp_path: Path) -> None:
    from crosslabel.pipeline.corpus.records import Example
    from crosslabel.pipeline.readers import read

    for kind in ("jsonl", "conll"):
        assert run("export", corpus[0], "--format", kind, "--output", tmp_path).returncode == 0
        for lang in ("de", "es"):
            rows = list(read(tmp_path / f"{lang}.{kind}", lang=lang))
            assert rows
            assert all(isinstance(row, Example) for row in rows)


def test_translate_gives_a_line_per_line(tmp_path: Path) -> None:
    file = tmp_path / "letters.txt"
    file.write_bytes(b"Anna lives in Berlin.\n\nThe house is small. It is old.\n")
    done = run_cold("translate", file, "--to", "de")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.split("\n")
    assert len(lines) == 4 and lines[0] and not lines[1] and lines[2]
    assert "Berlin" in lines[0]


def test_translate_names_the_row_it_cannot_do_and_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "letters.txt"
    file.write_bytes(b"Anna lives in Berlin.\n\xff\xfe\nThe house is small.\n")
    output = tmp_path / "out.txt"
    done = run("translate", file, "--to", "es", "--output", output)
    assert done.returncode == 3
    assert f"{file}, row 2: invalid-utf8" in done.stderr
    lines = output.read_text(encoding="utf-8").split("\n")
    assert lines[0] and not lines[1] and lines[2]


def test_models_list_as_json_names_kinds_and_licences() -> None:
    models = {m["name"]: m for m in json.loads(run("models", "list", "--json").stdout)}
    assert {m["kind"] for m in models.values()} == {"translation", "encoder", "labeller"}
    assert all(m["licence"] != "unknown" for m in models.values())


@pytest.mark.parametrize("name", ["mt-en-de-es", "e5-small", "ner-en"])
def test_shipped_models_pass_their_check(name: str) -> None:
    done = (run_cold if name == "ner-en" else run)("models", "check", name)
    assert done.returncode == 0, done.stderr
    assert "files are whole" in done.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["build", "no-such-recipe"], "no-such-recipe: no such recipe file"),
        (["build", "demo-ner", "--set", "translation.beem=1"], "unknown key 'translation.beem'"),
        (["build", "demo-ner", "--set", "source.path=missing.jsonl"], "missing.jsonl: no such"),
        (["inspect", "."], "not a finished corpus"),
        (["translate", "missing.txt", "--to", "de"], "missing.txt"),
        (["models", "check", "nothing"], "nothing: no such model; shipped: "),
    ],
)
def test_errors_are_one_line_and_exit_code_2(
    words: list[str], message: str, tmp_path: Path
) -> None:
    done = run(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("crosslabel: ")
