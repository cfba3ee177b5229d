"""The summary of a corpus with long documents and long names, and of one without a pair to show."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.console import Console

import crosslabel as cl
from crosslabel.cli.report import print_build, print_corpus
from tests.tiny_encoder import tiny_encoder

NAME = "a-corpus-with-a-name-of-more-than-eighty-characters-which-nobody-would-type-but-many-make"
LABEL = "a/label/of/a/taxonomy/that/is/longer/than/a/line/of/eighty/columns/of/a/narrow/terminal/x"
LONG = "Nothing happens in this document. " * 400


def _corpus(folder: Path, rows: list[dict[str, str]], german: dict[str, str]) -> cl.Corpus:
    folder.mkdir()
    (folder / "corpus.jsonl").write_text("".join(
        json.dumps({"lang": "en", "task": "text", **row}) + "\n" for row in rows))
    (folder / "de.jsonl").write_text("".join(
        json.dumps({"id": id, "text": text}) + "\n" for id, text in german.items()))
    (folder / "recipe.yaml").write_text(
        f"name: {NAME}\nsource: {{path: corpus.jsonl}}\ntargets: [de]\n"
        "segmentation: {sentences: false}\n"
        f"projection: {{method: itermax, model: {tiny_encoder()}}}\n"
        "translation: {given: {de: de.jsonl}}\noutput: {shard_rows: 1}\n")
    return cl.build(folder / "recipe.yaml", folder / "out", progress=False)


def test_long_documents_are_cut_and_long_names_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    folder = tmp_path / NAME
    rows = [{"id": "bad", "text": ""}, {"id": "x", "text": LONG, "label": LABEL}]
    corpus = _corpus(folder, rows, {"x": LONG.replace("Nothing", "Nichts"), "bad": "-"})
    capsys.readouterr()
    print_build(corpus)
    shown = capsys.readouterr().out
    assert len(shown) < 5000
    assert f"({len(LONG):,} characters in all)" in " ".join(shown.split())
    lines = [line.strip() for line in shown.splitlines()]
    assert f"{NAME}:" in lines
    assert f"→   {LABEL}" in lines
    assert any(line.endswith(f"label: {LABEL}") or line == LABEL for line in lines)
    assert f"Open it: datasets.load_from_disk('{folder / 'out'}')" in lines
    assert any(f"{folder / 'out'}/de/*.rejects.jsonl" in line for line in lines)


def test_pairs_are_taken_from_shards_that_have_some(tmp_path: Path) -> None:
    rows = [*({"id": f"bad{number}", "text": ""} for number in range(4)),
            {"id": "x", "text": "Yes.", "label": "y"}]
    corpus = _corpus(tmp_path / "in", rows, {"x": "Ja."})
    console = Console(width=100)
    with console.capture() as shown:
        print_corpus(corpus, console)
    assert "Ja." in shown.get()


def test_nothing_stands_below_no_heading(tmp_path: Path) -> None:
    with pytest.raises(cl.NoRowsError):
        _corpus(tmp_path / "in", [{"id": "bad", "text": ""}], {"bad": "-"})
    console = Console(width=100)
    with console.capture() as shown:
        print_corpus(cl.open_corpus(tmp_path / "in" / "out"), console)
    assert "translations" not in shown.get()
    assert "empty-text 1" in shown.get()
