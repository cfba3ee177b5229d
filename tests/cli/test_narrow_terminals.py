"""What commands print in a terminal of 80 and of 50 columns: no word is cut or broken."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

from crosslabel.cli.main import main
from crosslabel.pipeline.storage.shipped import SAMPLES
from tests.finetune.scores.gold_folders import (
    predicted_tags,
    tagged_row,
    write_gold,
    write_predicted,
)
from tests.flows.tiny_finetune import tiny_finetune
from tests.pipeline.corpus_builds import TINY_ENCODER
from tests.tiny_encoder import tiny_encoder

WIDE, WIDTHS = 1000, (80, 50)
_LINES = re.compile("[│┃─━┏┓┗┛┡┩├┤└┘┴┬╇┳┼╡╞]")

BUILD = ("build", "demo-ner", "--limit", 30, "--set", "translation.beam=1",
         "--set", "projection.precision=0.96", "--set", "quality.length_ratio=1.3",
         "--set", TINY_ENCODER)

Shown = Callable[..., list[str]]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shown:
    """Run the command in a terminal of some width; gives the lines of its standard output."""

    def shown(width: int, *words: object) -> list[str]:
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setattr(sys, "argv", ["crosslabel", *map(str, words)])
        capsys.readouterr()
        try:
            main()
        except SystemExit as end:
            assert not end.code
        return capsys.readouterr().out.splitlines()

    return shown


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small corpus in two languages, with lost spans and rejected rows."""
    out = tmp_path_factory.mktemp("corpus") / "demo"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["crosslabel", *map(str, BUILD), "--out", str(out)])
        with pytest.raises(SystemExit) as end:
            main()
    assert not end.value.code
    return out


def words(lines: list[str]) -> set[str]:
    """Return the words without the lines of tables and the signs after words in blocks."""
    plain = " ".join(_LINES.sub(" ", line) for line in lines)
    return {word.strip(";:,") for word in plain.split()}


def check(shown: Shown, *command: object) -> None:
    """Compare the words at each width with those in a terminal of any width."""
    whole = words(shown(WIDE, *command))
    assert whole
    for width in WIDTHS:
        lines = shown(width, *command)
        long = {word for word in whole if cell_len(word) > width - 2}
        for line in lines:
            # A line with a path is left to the terminal, so that it can be copied.
            assert cell_len(line) <= width or "/" in line, line
        pieces = {word for word in words(lines) - whole if not any(word in path for path in long)}
        assert not pieces, "\n".join(lines)
        assert not whole - words(lines) - long, "\n".join(lines)


def test_lists_of_models_and_recipes(shown: Shown) -> None:
    check(shown, "models", "list")
    check(shown, "recipes")


def test_a_corpus(shown: Shown, corpus: Path) -> None:
    assert any("no target is probable enough" in line for line in shown(WIDE, "inspect", corpus))
    check(shown, "inspect", corpus)
    check(shown, "cache", "show", corpus)
    check(shown, "cache", "prune", corpus, "--dry-run")


def test_the_end_of_a_build(shown: Shown, corpus: Path) -> None:
    manifest = json.loads((corpus / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["languages"]["de"]["reject_reasons"]
    check(shown, *BUILD, "--out", corpus)


@pytest.mark.parametrize("name", ["demo-classify", "demo-words"])
def test_corpora_of_other_tasks(shown: Shown, tmp_path: Path, name: str) -> None:
    shown(WIDE, "build", name, "--limit", 6, "--out", tmp_path / "out", "--set",
          "translation.beam=1", "--set", TINY_ENCODER)
    check(shown, "inspect", tmp_path / "out")


def test_figures_of_projection(shown: Shown, tmp_path: Path) -> None:
    gold = SAMPLES / "ner.en-de.jsonl"
    files = [tmp_path / "itermax.jsonl", tmp_path / "a_rather_long_name_of_a_system.jsonl"]
    for file in files:
        shown(WIDE, "project", gold, "--output", file, "--method", "itermax",
              "--model", tiny_encoder())
    one, two = (("--pred", file) for file in files)
    check(shown, "evaluate", "projection", "--gold", gold, *one, "--samples", 100)
    check(shown, "evaluate", "projection", "--gold", gold, *one, *two, "--samples", 100)


def test_figures_of_a_task(shown: Shown, tmp_path: Path) -> None:
    labels = ("O", "B-X", "I-X", "B-Y", "I-Y")
    gold = write_gold(tmp_path / "gold", "token", labels,
                      [tagged_row(str(n), ("B-X", "I-X", "O", "B-Y")) for n in range(20)])
    tags = {"student": ("B-X", "I-X", "O", "O"), "translate-test-by-a-larger-model": ("B-X",) * 4}
    files = [write_predicted(tmp_path / f"{name}.jsonl",
                             [predicted_tags(str(n), each) for n in range(20)])
             for name, each in tags.items()]
    one, two = (("--pred", file) for file in files)
    check(shown, "evaluate", "task", "--gold", gold, *one, "--samples", 100)
    check(shown, "evaluate", "task", "--gold", gold, *one, *two, "--samples", 100)


def test_features_and_fine_tuning(shown: Shown, corpus: Path, tmp_path: Path) -> None:
    check(shown, "featurize", corpus, "--out", tmp_path / "features", "--task", "token",
          "--student", tiny_encoder())
    recipe = tiny_finetune(tmp_path)
    check(shown, "finetune", recipe, "--out", tmp_path / "run")
