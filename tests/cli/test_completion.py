"""Completion in a shell: the commands that install it, and the names that it offers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def completed(line: str, shell: str = "bash") -> list[str]:
    """Return the words that are offered for the last word of a line."""
    words = line.split(" ")
    asked = os.environ | {"_CROSSLABEL_COMPLETE": f"complete_{shell}", "COMP_WORDS": line,
                          "COMP_CWORD": str(len(words) - 1), "_TYPER_COMPLETE_ARGS": line}
    done = subprocess.run([sys.executable, "-m", "crosslabel"], capture_output=True, text=True,
                          env=asked)
    assert not done.stderr
    return done.stdout.split() if shell == "bash" else done.stdout.splitlines()


@pytest.mark.parametrize("command", ["build", "work", "flow build"])
def test_recipes_of_a_corpus_are_offered_to_commands_that_build(command: str) -> None:
    assert completed(f"crosslabel {command} demo-q") == ["demo-qa"]
    assert completed(f"crosslabel {command} demo-f") == []


@pytest.mark.parametrize("command", ["finetune", "flow finetune"])
def test_recipes_of_a_fine_tuning_are_offered_to_commands_that_train(command: str) -> None:
    assert completed(f"crosslabel {command} ") == ["demo-filter"]


@pytest.mark.parametrize("command", [
    "models check", "models tune-markers", "translate --model", "align --model", "project --model",
    "evaluate projection --model", "featurize --student",
])
def test_shipped_models_are_offered(command: str) -> None:
    assert completed(f"crosslabel {command} mt-") == ["mt-en-de-es"]


def test_commands_and_options_are_offered() -> None:
    assert completed("crosslabel reci") == ["recipes"]
    assert completed("crosslabel build --fre") == ["--fresh"]


def test_a_shell_that_shows_descriptions_has_the_summary_of_a_recipe() -> None:
    [line] = completed("crosslabel build demo-n", "zsh")
    assert "Named entities, from English to German and Spanish" in line


def test_completion_imports_nothing_slow() -> None:
    code = ("import json, sys, typer\n"
            "from crosslabel.cli.main import app\n"
            "from crosslabel.cli.completion import model_names, recipe_names\n"
            "context = typer.main.get_command(app).make_context('build', [], resilient_parsing=1)\n"
            "assert len(recipe_names(context, '')) > 5 and len(model_names('')) == 3\n"
            "print(json.dumps(list(sys.modules)))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    slow = {"torch", "transformers", "prefect", "spacy", "datasets", "ctranslate2", "numba"}
    assert not set(json.loads(done.stdout)) & slow


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_the_script_of_bash_is_shown_and_installed(tmp_path: Path) -> None:
    home = os.environ | {"HOME": str(tmp_path)}

    def in_bash(option: str) -> str:
        # The second command keeps bash from being replaced by the first.
        line = f"'{sys.executable}' -m crosslabel {option} || exit 9; true"
        return subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True,
                              env=home).stdout

    shown = in_bash("--show-completion")
    assert "_CROSSLABEL_COMPLETE=complete_bash" in shown and shown.rstrip().endswith(" crosslabel")
    assert "bash completion installed" in in_bash("--install-completion")
    [script] = [path for path in tmp_path.rglob("*crosslabel*") if path.is_file()]
    assert script.read_text(encoding="utf-8").strip() == shown.strip()
    assert str(script) in (tmp_path / ".bashrc").read_text(encoding="utf-8")


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_bash_completes_a_recipe_by_the_installed_script(tmp_path: Path) -> None:
    command = tmp_path / "crosslabel"
    command.write_text(f"#!/bin/sh\nexec '{sys.executable}' -m crosslabel \"$@\"\n")
    command.chmod(0o755)
    script = ('eval "$(crosslabel --show-completion)"\n'
              "COMP_WORDS=(crosslabel build demo-s); COMP_CWORD=2\n"
              "_crosslabel_completion crosslabel; echo \"${COMPREPLY[@]}\"")
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True,
                          env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"})
    assert done.stdout.split() == ["demo-similarity", "demo-slots"]
