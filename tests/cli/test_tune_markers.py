"""``crosslabel models tune-markers`` as a script sees it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crosslabel.cli.main import app
from tests import warm
from tests.pipeline import tiny_marian
from tests.pipeline.marker_tuning.bitext import write
from tests.tiny_encoder import tiny_encoder


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return warm.run("crosslabel", "models", "tune-markers", *words)


def test_help_shows_an_example() -> None:
    done = CliRunner().invoke(app, ["models", "tune-markers", "--help"])
    assert done.exit_code == 0
    assert "Example: crosslabel models tune-markers" in " ".join(done.stdout.split())


def test_one_command_gives_a_model_that_translates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSLABEL_CACHE", str(tmp_path / "cache"))
    model, file = tiny_marian.make(tmp_path / "tiny"), write(tmp_path / "bitext.tsv")
    output = tmp_path / "models" / "tuned"
    done = run(model, "--bitext", file, "--to", "de", "--bitext", file, "--to", "es",
               "--output", output, "--steps", "2", "--markers", "labelpigeon", "--device", "cpu")
    assert done.returncode == 0, done.stderr
    assert "ready after 2 steps" in done.stdout
    assert "en-de: BLEU" in done.stdout and "en-es: BLEU" in done.stdout
    checked = CliRunner().invoke(app, ["models", "check", str(output)])
    assert checked.exit_code == 0, checked.output
    assert "greedy tokens" in checked.output
    assert '"markers": "labelpigeon"' in (output / "model.json").read_text(encoding="utf-8")

    again = run(model, "--bitext", file, "--to", "de", "--output", output)
    assert again.returncode == 2
    assert again.stderr.strip().endswith("exists already; give another folder")


@pytest.mark.parametrize(("words", "message"), [
    (["mt-en-de-es", "--bitext", "a.tsv", "--to", "de", "--to", "es"],
     "1 --bitext and 2 --to; give one --to for each file"),
    (["mt-en-de-es", "--bitext", "a.tsv", "--to", "ja"], "does not translate into"),
    (["mt-en-de-es", "--bitext", "a.tsv", "--to", "de"], "a.tsv"),
    (["mt-en-de-es", "--bitext", "a.tsv", "--to", "de", "--markers", "hearts"], "none of letters"),
    ([str(tiny_encoder()), "--bitext", "a.tsv", "--to", "de"], "where one of kind"),
])
def test_what_cannot_be_used_is_one_line(
    words: list[str], message: str, tmp_path: Path
) -> None:
    done = run(*words, "--output", tmp_path / "out")
    assert done.returncode == 2
    assert message in done.stderr and "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("crosslabel: ")]
    assert len(lines) == 1
